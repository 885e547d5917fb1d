// A unit moves up: a proposal of coverage is accepted on the desk, signed on the phone, and the gap closes once the unit is
// there. It is refused, recalled and ended by an incident as well.
import { axe, launch, openPage, signIn, until } from '../../console/test/browser.mjs';
import { command, sendForm } from '../../console/test/flow.mjs';
import { equal, must } from '../../console/test/harness.mjs';
import { held } from '../../console/test/map.mjs';
import { phone, tooSmall } from '../../console/test/phone.mjs';
import { lowContrast } from '../../console/test/seen.mjs';
import { password } from './server.mjs';

const shot = (page, name) => page.screenshot({ path: `${process.env.E2E_SHOTS ?? '/tmp'}/e2e-${name}.png` });
const ask = (server, path) => server.ask('GET', path, undefined, 'commander');
const unitOf = async (server, id) => (await ask(server, `/units/${id}`)).unit;
const underWay = async (server) => (await ask(server, '/coverage?format=summary')).classes.find((c) => c.class === 'police').under_way;
/* How orders ended since; events are read a moment after their command is answered. */
async function ended(server, seq, wanted, of = (e) => e.data.how) {
    let got = [];
    await until(async () => {
        got = (await ask(server, `/events?after=${seq}&limit=1000`)).filter((e) => e.kind === 'unit.move_up_ended').map(of);
        return got.length >= wanted.length;
    }, `${wanted.length} endings`);
    equal(got, wanted);
}
const seqNow = async (server) => (await ask(server, '/coverage?format=summary')).seq;
const at = ([longitude, latitude]) => ({ longitude, latitude });

/* The phone of a unit that stands where the server has it. */
async function phoneOf(browser, server, lang, move) {
    const user = `mover-${move.unit}`;
    if (!server.tokens.has(user)) {
        await server.person(user, 'unit', { unit: move.unit });
    }
    const heard = [];
    const opened = await openPage(browser, server.url, { ...phone, lang, path: 'patrol', at: at(move.from), hear: heard });
    await signIn(opened.page, user, password(user));
    await until(async () => (await opened.page.locator('[data-unit="available"]').count()) === 1, 'the phone to know its unit');
    return { ...opened, heard };
}

async function fit(page, what) {
    equal(await axe(page), [], `${what}:`);
    equal(await tooSmall(page), [], `${what}:`);
    equal(await lowContrast(page), [], `${what}: contrast`);
}

const nameOf = (to, lang) => (lang === 'zh' ? to.name_zh : to.name_en || to.name_zh);

async function openDesk(browser, server, lang) {
    const opened = await openPage(browser, server.url, { lang, size: { width: 1366, height: 900 } });
    await signIn(opened.page, 'operator', password('operator'));
    await opened.page.keyboard.press('F5');
    await until(async () => Object.keys(await held(opened.page, 'zones')).length > 0, 'the map', 30_000);
    await opened.page.click('[data-cover] button[aria-expanded]');
    return opened;
}

async function accepted(browser, server, words, lang) {
    const told = await ask(server, '/coverage/moves?class=police');
    const move = told.moves.find((m) => m.to.kind === 'circle') ?? told.moves[0];
    must(move !== undefined, `somebody may be moved: ${JSON.stringify(told)}`);
    const seq = await seqNow(server);
    const desk = await openDesk(browser, server, lang);
    const mobile = await phoneOf(browser, server, lang, move);
    try {
        await desk.page.click('[data-moves-ask]');
        await desk.page.click(`[data-accept="${move.unit}"]`);
        await desk.page.waitForSelector('form.form');
        equal(await axe(desk.page), [], 'the form:');
        await shot(desk.page, `move-form-${lang}`);
        await sendForm(desk.page);
        const row = desk.page.locator(`[data-cover] [data-moving="${move.unit}"]`);
        await until(async () => (await row.getAttribute('data-state').catch(() => null)) === 'ordered', 'the order on the desk');
        must((await desk.page.locator(`[data-accept="${move.unit}"]`).count()) === 0, 'it is no proposal any more');
        const unit = await unitOf(server, move.unit);
        equal([unit.status, unit.move.person, unit.move.lon, unit.move.lat], ['available', 'operator', ...move.to.at]);
        equal(await underWay(server), 0, 'not signed: it counts where it is');

        const card = mobile.page.locator('[data-move]');
        await until(async () => (await card.getAttribute('data-move').catch(() => null)) === 'ordered', 'the order on the phone');
        if (move.to.kind === 'circle') {
            must((await card.innerText()).includes(nameOf(move.to, lang)), 'where to');
        }
        must((await card.innerText()).includes(words.wire('moveReason', move.to.kind)), 'why');
        await fit(mobile.page, 'a new order to move up');
        await shot(mobile.page, `move-phone-new-${lang}`);
        const told = mobile.heard.join('\n');
        must(told.includes('unit.move_up_ordered'), 'its frames were heard');
        must(!/"move":\{[^}]*"seat"|"proposal"/.test(told), 'a unit is not told from which seat, nor what the officer had before them');
        await mobile.page.tap('[data-sign]');
        await until(async () => (await row.getAttribute('data-state').catch(() => null)) === 'under_way', 'signed, on the desk');
        await until(async () => (await underWay(server)) === 1, 'it counts at neither place');
        const again = await ask(server, '/coverage/moves?class=police');
        equal(again.ordered.map((o) => [o.unit, o.under_way]), [[move.unit, true]]);
        must(again.moves.every((m) => m.unit !== move.unit && m.to.at.join() !== move.to.at.join()), 'neither is proposed again');
        await until(async () => (await mobile.page.locator('[data-way="road"]').count()) === 1, 'the way, from turn to turn', 20_000);
        await fit(mobile.page, 'under way');
        await shot(mobile.page, `move-phone-way-${lang}`);

        const line = async () => Object.entries(await held(desk.page, 'orders')).find(([id]) => id.startsWith('move:'))?.[1];
        await until(async () => (await line())?.planned === true, 'a dashed way on the map', 20_000);
        await until(async () => (await line())?.road === true, 'by road', 20_000);
        await row.scrollIntoViewIfNeeded();
        equal(await axe(desk.page), [], 'the desk:');
        await shot(desk.page, `move-desk-${lang}`);

        await mobile.context.setGeolocation(at(move.to.at));
        await until(async () => (await row.count()) === 0, 'the unit there, by its position', 30_000);
        await ended(server, seq, [[move.unit, 'arrived', 'rule']], (e) => [e.data.unit, e.data.how, e.data.by]);
        await until(async () => (await underWay(server)) === 0, 'it counts again');
        if (move.to.kind === 'circle') {
            const map = await ask(server, '/coverage');
            const circle = map.features.find((f) => f.properties.code === move.to.code).properties;
            must(circle.kept === true, `${move.to.code} is kept: ${JSON.stringify(circle)}`);
        }
        await until(async () => (await mobile.page.locator('[data-move]').count()) === 0, 'nothing on the phone any more');
        await mobile.context.setGeolocation(at(move.from)); // for the stories behind this one
        await until(async () => {
            const { position } = await ask(server, `/units/${move.unit}`).then((r) => ({ position: r.unit.position ?? r.unit }));
            return Math.abs((position.lon ?? NaN) - move.from[0]) < 1e-4;
        }, 'the unit back').catch(() => undefined);
        for (const { seen } of [desk, mobile]) {
            equal(seen.foreign, [], 'requests to elsewhere');
            equal(seen.errors.filter((e) => !/Failed to load resource|WebSocket/.test(e)), [], 'errors in the page');
        }
    } catch (e) {
        await shot(desk.page, `move-failed-desk-${lang}`).catch(() => undefined);
        await shot(mobile.page, `move-failed-phone-${lang}`).catch(() => undefined);
        throw e;
    } finally {
        await mobile.context.close();
        await desk.context.close();
    }
}

/* Typed on the desk; refused on the phone with a reason, recalled with a word on the phone, ended by an incident. */
async function answered(browser, server, words, lang) {
    const { units } = await ask(server, '/units?limit=500');
    const free = units.find((u) => u.status === 'available' && u.police_type === 'patrol' && u.voice_only !== true && u.move === undefined);
    const open = (await ask(server, '/coverage?format=summary')).circles.open.find((c) => c.class === 'police' || c.class === 'patrol');
    must(free !== undefined && open !== undefined, 'a free unit and an open circle');
    const place = { unit: free.id, at: { lon: open.at[0], lat: open.at[1] }, why: 'presence', confirm: true };
    const seq = await seqNow(server);
    const desk = await openDesk(browser, server, lang);
    const mobile = await phoneOf(browser, server, lang, { unit: free.id, from: [free.home_lon, free.home_lat] });
    try {
        must((await command(desk.page, `MU ${free.callsign} ${open.code}`)).includes(nameOf(open, lang)), 'what the line says');
        const card = mobile.page.locator('[data-move="ordered"]');
        await until(async () => (await card.count()) === 1, 'the order on the phone');
        await mobile.page.tap('[data-move] [data-refuse]');
        await mobile.page.tap('[data-reason="vehicle"]');
        await until(async () => (await unitOf(server, free.id)).move === undefined, 'refused', 20_000);
        await ended(server, seq, [['refused', 'vehicle']], (e) => [e.data.how, e.data.reason]);

        await server.command('commander', 'unit.move_up', place);
        await until(async () => (await card.count()) === 1, 'another order');
        await command(desk.page, `MK ${free.callsign}`);
        await until(async () => (await mobile.page.locator('[data-move="under_way"]').count()) === 1, 'signed for them by radio');
        await command(desk.page, `MX ${free.callsign}`);
        await until(async () => (await mobile.page.innerText('main')).includes(words.patrol('moveRecalled')), 'the phone says that it was recalled');
        await shot(mobile.page, `move-phone-recalled-${lang}`);

        await server.command('commander', 'unit.move_up', place);
        const made = await server.command('operator', 'report.receive', { channel: '110', type: '20.04.02.00', place: { state: 'known', lon: 122.66, lat: 29.42 } });
        const { incident } = made.events.find((e) => e.kind === 'incident.opened').data;
        await server.command('commander', 'assignment.dispatch', { incident: incident.id, units: [{ unit: free.id }] });
        await ended(server, seq, ['refused', 'recalled', 'sent']);
        await until(async () => (await mobile.page.locator('[data-order]').count()) > 0, 'the incident on the phone');
        must((await mobile.page.locator('[data-move]').count()) === 0, 'and no order to move up');
        const { assignments } = await ask(server, `/incidents/${incident.id}`);
        await server.command('commander', 'assignment.cancel', { assignment: assignments.find((a) => a.unit === free.id).id });
    } catch (e) {
        await shot(desk.page, `move-failed-desk-${lang}`).catch(() => undefined);
        await shot(mobile.page, `move-failed-phone-${lang}`).catch(() => undefined);
        throw e;
    } finally {
        await mobile.context.close();
        await desk.context.close();
    }
}

/* The desk of a station sends a unit of its own, signs for it and records that it is there. */
async function byTheStation(browser, server, words, lang) {
    const { units } = await ask(server, '/units?limit=500');
    const { city } = await ask(server, '/city');
    const free = units.find((u) => u.status === 'available' && u.police_type === 'station' && u.move === undefined);
    const zone = city.zones.find((z) => z.id === free.zone);
    const user = `move-desk-${lang}`;
    await server.person(user, 'station_desk', { zones: [zone.code] });
    const seq = await seqNow(server);
    const { page, context, seen } = await openPage(browser, server.url, { lang, path: 'station', size: { width: 1280, height: 900 } });
    try {
        await signIn(page, user, password(user));
        const row = page.locator(`[data-unit="${free.id}"]`);
        await until(async () => (await row.count()) === 1, 'the unit');
        await row.locator('[data-move-up]').click();
        await until(async () => (await row.locator('[data-move-form] option').count()) > 1, 'where it might go');
        await row.locator('[data-move-form] select').selectOption({ index: 1 });
        equal(await axe(page), [], 'where to:');
        await shot(page, `move-station-form-${lang}`);
        await row.locator('[data-move-send]').click();
        const state = () => row.locator('[data-moving]').getAttribute('data-state', { timeout: 2_000 }).catch(() => null);
        await until(async () => (await state()) === 'ordered', 'the order');
        await row.locator('[data-sign]').click();
        await until(async () => (await state()) === 'under_way', 'signed for them');
        must((await row.innerText()).includes(words.wire('moveReason', (await unitOf(server, free.id)).move.why)), 'why');
        equal(await axe(page), [], 'under way:');
        equal(await lowContrast(page), [], 'contrast');
        await shot(page, `move-station-${lang}`);
        await row.locator('[data-arrive]').click();
        await until(async () => (await unitOf(server, free.id)).move === undefined, 'there');
        await ended(server, seq, [['arrived', 'radio']], (e) => [e.data.how, e.data.by]);
        equal(seen.errors.filter((e) => !/Failed to load resource|WebSocket/.test(e)), [], 'errors in the page');
    } catch (e) {
        await shot(page, `move-failed-station-${lang}`).catch(() => undefined);
        throw e;
    } finally {
        await context.close();
    }
}

export async function moveStories({ server, words, h, only }) {
    const browser = await launch({ draws: true });
    for (const lang of ['zh', 'en']) {
        for (const [name, act] of [
            ['a_proposal_is_accepted_and_the_gap_closes_once_the_unit_is_there', accepted],
            ['an_order_to_move_up_is_refused_recalled_and_ended_by_an_incident', answered],
            ['a_station_sends_a_unit_of_its_own_to_where_nobody_is', byTheStation],
        ]) {
            if (only === undefined || only.test(`${name}_${lang}`)) {
                await h.test(`${name}_${lang}`, () => act(browser, server, words(lang), lang));
            }
        }
    }
    await browser.close();
}
