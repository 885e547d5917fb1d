// The stories of a station's desk against the real server.
import { axe, until } from '../../console/test/browser.mjs';
import { equal, must } from '../../console/test/harness.mjs';
import { phone, tooSmall } from '../../console/test/phone.mjs';
import { lowContrast, unseenFocus } from '../../console/test/seen.mjs';

const inside = { state: 'known', lon: 122.620434, lat: 29.416941, address: '西塘路 9 号' };
const outside = { state: 'known', lon: 122.6498, lat: 29.412277, address: '文昌路 3 号' };

const rowOf = (page, number) => page.locator('#list-list [role="option"]', { hasText: number });

export async function opens(page, number) {
    await until(() => rowOf(page, number).count(), 'the row');
    await rowOf(page, number).click();
    await until(async () => (await page.locator('.details .head').innerText()).includes(number), 'the details');
}

/* Steps that its unit tells by telephone or radio. */
export async function records(order, steps) {
    for (const step of steps) {
        await order.locator(`[data-step="${step}"].main`).click();
        await until(async () => (await order.getAttribute('data-status')) === step, step);
    }
}

export async function feedsBack(page, order, disposition, note) {
    await order.locator('button.main').click();
    await page.selectOption('#asking-result', disposition);
    await page.fill('#asking-note', note);
    await page.locator('.asking .main').click();
    await until(async () => (await page.locator('.asking').count()) === 0, 'the feedback');
}

export async function stationStories({ story, server, only }) {
    if (only !== undefined && !/station/.test(only.source)) {
        return;
    }
    await server.person('xitang', 'station_desk', { zones: ['LP01'] });
    const receive = async (place = inside) => {
        const made = await server.command('operator', 'report.receive', {
            channel: '110',
            type: '20.04.02.00',
            place,
            narrative: '楼上很吵',
            caller: { phone: '10000000077', contact: 'none' },
        });
        return made.events.find((e) => e.kind === 'incident.opened').data.incident;
    };
    const options = { path: 'station', user: 'xitang' };
    const row = (page, incident) => rowOf(page, incident.number.slice(-4));
    const open = (page, incident) => opens(page, incident.number.slice(-4));

    for (const lang of ['zh', 'en']) {
        await story(`station_is_fit_on_a_wide_screen_${lang}`, { ...options, lang }, async ({ page }) => {
            await open(page, await receive());
            await page.waitForSelector('.details ol li');
            await page.locator('.units .send').first().click();
            equal(await axe(page), []);
            equal(await lowContrast(page), [], 'contrast:');
            await page.locator('.asking button').last().click();
            equal((await unseenFocus(page)).unseen, [], 'focus:');
            await page.locator('header button').first().click();
            equal(await lowContrast(page), [], 'contrast in the light:');
        });
        await story(`station_is_fit_on_a_phone_${lang}`, { ...options, ...phone, lang }, async ({ page }) => {
            await open(page, await receive());
            for (const n of [1, 2, 3]) {
                await page.tap(`nav button:nth-child(${n})`);
                equal(await axe(page), [], `area ${n}:`);
                equal(await tooSmall(page), [], `area ${n}:`);
            }
        });
    }

    await story('a_station_sends_its_own_unit_records_its_steps_and_gives_the_feedback', options, async ({ page }) => {
        const incident = await receive();
        await open(page, incident);
        const unit = page.locator('.units li', { has: page.locator('.send') }).first();
        const id = await unit.getAttribute('data-unit');
        await unit.locator('.send').click();
        await page.locator('.asking .main').click();
        const order = page.locator('[data-order]').first();
        await until(() => order.count(), 'the order');
        await records(order, ['acknowledged', 'en_route', 'on_scene', 'cleared']);
        await order.locator('button.main').click();
        await page.locator('.asking .main').click();
        must((await page.locator('.asking .bad').innerText()).includes('必填'), 'a result is asked for');
        await page.locator('.asking button:not(.main)').click();
        await feedsBack(page, order, 'mediated', '双方和解');
        const { events } = await server.ask('GET', `/incidents/${incident.id}/timeline`, undefined, 'commander');
        const given = events.find((e) => e.kind === 'assignment.fed_back');
        equal([given.data.unit, given.data.disposition, given.by.role], [id, 'mediated', 'station_desk']);
    });

    await story('a_station_names_the_unit_for_an_order_to_it', options, async ({ page }) => {
        const incident = await receive(outside);
        const { zones } = await server.ask('GET', '/city', undefined, 'commander').then((c) => c.city ?? c);
        const station = zones.find((z) => z.code === 'LP01').id;
        await server.command('commander', 'assignment.dispatch', { incident: incident.id, station });
        await until(() => page.locator('.row.called', { hasText: incident.number.slice(-4) }).count(), 'the order, first of all');
        await open(page, incident);
        await page.locator('.units .send').first().click();
        await page.locator('.asking .main').click();
        await until(async () => (await page.locator('.row.called').count()) === 0, 'the unit to be named');
        must((await page.locator('[data-order] b').first().innerText()).length > 0, 'its callsign');
    });

    await story('a_station_sees_its_zone_alone_and_its_own_units_first', options, async ({ page }) => {
        const [mine, theirs] = [await receive(), await receive(outside)];
        await until(() => row(page, mine).count(), 'its own');
        equal(await row(page, theirs).count(), 0, 'incidents of others:');
        const shown = await page.locator('.units li').count();
        await page.locator('.units .head button').click();
        must((await page.locator('.units li').count()) > shown, 'all units when asked for');
    });

    await story('a_station_is_told_of_callers_who_must_not_be_contacted', options, async ({ page }) => {
        await open(page, await receive());
        must((await page.locator('.details .none').count()) === 1, 'said plainly');
        equal(await page.locator('#purpose option[value="callback"]').count(), 0, 'purposes of calling back:');
        await page.selectOption('#purpose', 'locate');
        await page.locator('#purpose ~ button').click();
        await until(async () => (await page.locator('.details').innerText()).includes('楼上很吵'), 'what was said');
    });
}
