// The story of units that are not simply free, against the real server: one on its way to less is diverted from the
// recommendation, says when it will have done, and is offered again as soon free; and the end of its shift.
import { axe, until } from '../../console/test/browser.mjs';
import { command, fillField, sendForm } from '../../console/test/flow.mjs';
import { equal, must } from '../../console/test/harness.mjs';
import { lowContrast } from '../../console/test/seen.mjs';

/* In the south-west corner, where 巡0111 has its post; the others of its kind are kilometres away. */
const corner = { state: 'known', lon: 122.6206, lat: 29.4171, address: '西南角 1 号' };
const far = { state: 'known', lon: 122.6406, lat: 29.4171, address: '西南路 9 号' };

async function shot(page, name) {
    if (process.env.E2E_SHOTS) {
        await page.screenshot({ path: `${process.env.E2E_SHOTS}/e2e-spare-${name}.png` });
    }
}

async function opened(server, data) {
    const made = await server.command('operator', 'report.receive', { channel: '110', ...data });
    return made.events.find((e) => e.kind === 'incident.opened').data.incident;
}

async function divert(page, server, words, lang) {
    const { units } = await server.ask('GET', '/units?limit=500', undefined, 'operator');
    const unit = units.find((u) => u.callsign === '巡0111');
    const less = await opened(server, { type: '20.04.02.00', place: far });
    const sent = await server.command('operator', 'assignment.dispatch', { incident: less.id, units: [{ unit: unit.id }] });
    const order = sent.events.find((e) => e.kind === 'assignment.dispatched').data.assignment;
    for (const status of ['acknowledged', 'en_route']) {
        const type = status === 'acknowledged' ? 'assignment.acknowledge' : 'assignment.progress';
        await server.command('operator', type, { assignment: order.id, by: 'radio', ...(status === 'en_route' ? { status } : {}) });
    }
    const grave = await opened(server, { type: '10.03.01.00', place: corner, cues: { weapon: true, injured: true } });

    await command(page, `GO ${grave.number.slice(-4)}`);
    const spare = page.locator('.spare[data-spare="divertible"]', { hasText: '巡0111' }).first(); // stories before left others
    await until(async () => (await spare.count()) === 1, 'who could be diverted');
    const text = await spare.innerText();
    must(text.includes(String(Number(less.number.slice(-6)))), text);
    equal(await axe(page), [], 'the offer:');
    equal(await lowContrast(page), [], 'the offer: contrast');
    await shot(page, `divert-${lang}`);
    await spare.locator('button').click();
    await page.waitForSelector('[data-field="incident"]');
    await fillField(page, 'reason', '更紧急');
    await sendForm(page);
    const own = page.locator('[data-order]', { hasText: '巡0111' });
    await until(async () => (await own.count()) === 1, 'its new order');

    const now = await server.ask('GET', `/incidents/${grave.id}`, undefined, 'operator');
    const to = now.assignments.find((a) => a.unit === unit.id);
    equal(to.diverted_from, order.id);
    return { unit, grave, order: to };
}

async function soonFree(page, server, words, lang, { unit, order }) {
    for (const status of ['acknowledged', 'en_route', 'on_scene']) {
        const type = status === 'acknowledged' ? 'assignment.acknowledge' : 'assignment.progress';
        await server.command('operator', type, { assignment: order.id, by: 'radio', ...(status === 'acknowledged' ? {} : { status }) });
    }
    const free = page.locator(`[data-order="${order.id}"] [data-free]`);
    await until(async () => (await free.count()) === 1, 'when it will have done');
    must((await free.innerText()).includes(words.desk('freeUsual')), 'as the type usually takes');
    await command(page, 'EX 0111 6');
    await until(async () => !(await free.innerText()).includes(words.desk('freeUsual')), 'by its own word');
    await shot(page, `expected-${lang}`);
    /* Whoever else could come is kept busy: only who will be free soon is left. */
    const { units } = await server.ask('GET', '/units?limit=500', undefined, 'operator');
    const others = units.filter((u) => u.police_type === 'patrol' && u.status === 'available');
    for (const u of others) {
        await server.command('commander', 'unit.status', { unit: u.id, available: false, reason: 'meal', by: 'radio' });
    }
    const next = await opened(server, { type: '10.01.01.01', place: corner });
    await command(page, `GO ${next.number.slice(-4)}`);
    const spare = page.locator('.spare[data-spare="soon_free"]', { hasText: '巡0111' }).first();
    await until(async () => (await spare.count()) === 1, 'who will be free soon');
    equal(await axe(page), [], 'soon free:');
    await shot(page, `soon-${lang}`);
    await spare.locator('button').click();
    await sendForm(page);
    await until(async () => (await page.locator('[data-order]', { hasText: '巡0111' }).count()) === 1, 'an order behind its work');
    for (const u of others) {
        await server.command('commander', 'unit.status', { unit: u.id, available: true, by: 'radio' });
    }
    await server.command('operator', 'assignment.progress', { assignment: order.id, status: 'cleared', by: 'radio' });
    const mine = (await server.ask('GET', `/incidents/${next.id}`, undefined, 'operator')).assignments.find((a) => a.unit === unit.id);
    await server.command('operator', 'assignment.cancel', { assignment: mine.id });
}

/* Of its shift so little is left that it is passed over; said anew, it is chosen again. */
async function shiftEnds(page, server, words, lang, { unit }) {
    const end = new Date(Date.now() + 5 * 60_000).toISOString();
    await server.command('operator', 'unit.status', { unit: unit.id, available: true, until: end, by: 'radio' });
    const third = await opened(server, { type: '10.01.01.01', place: corner });
    await command(page, `GO ${third.number.slice(-4)}`);
    await until(async () => (await page.locator('#advice .need button').count()) > 0, 'the recommendation');
    const need = page.locator('#advice .need', { hasText: words.wire('policeType', 'patrol') }).first();
    await need.locator('button[aria-expanded]').click();
    const row = page.locator('.why-table tr', { hasText: '巡0111' }).first();
    await until(async () => (await row.innerText()).includes(words.wire('passReason', 'duty_ends')), 'why not');
    equal(await axe(page), [], 'the reasons:');
    await shot(page, `shift-${lang}`);
    await command(page, '? 0111');
    await until(async () => (await page.locator('.why').innerText()).includes(words.wire('passReason', 'duty_ends')), 'the same by its name');
    await server.command('operator', 'unit.sign_off', { unit: unit.id, by: 'radio' });
    await server.command('operator', 'unit.sign_on', { unit: unit.id, by: 'radio', crew: 2 });
}

export async function spareStories({ story, server, words }) {
    for (const lang of ['zh', 'en']) {
        await story(`a_unit_on_its_way_to_less_is_diverted_and_offered_again_when_soon_free_${lang}`, { lang }, async ({ page }) => {
            const done = await divert(page, server, words(lang), lang);
            await soonFree(page, server, words(lang), lang, done);
            await shiftEnds(page, server, words(lang), lang, done);
        });
    }
}
