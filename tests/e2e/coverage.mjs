// Coverage against the real server: a unit is sent, a gap opens; it comes back, the gap closes; the desk has it on its map and
// in words.
import { spawnSync } from 'node:child_process';
import path from 'node:path';

import { axe, launch, openPage, signIn, until } from '../../console/test/browser.mjs';
import { command } from '../../console/test/flow.mjs';
import { equal, must } from '../../console/test/harness.mjs';
import { held } from '../../console/test/map.mjs';
import { phone, tooSmall } from '../../console/test/phone.mjs';
import { lowContrast } from '../../console/test/seen.mjs';
import { password } from './server.mjs';
import { terminal } from './terminal.mjs';

const SCHOOL = 'Q03'; // within three minutes
const school = { lon: 122.644495, lat: 29.410474 };
const place = { state: 'known', lon: 122.69, lat: 29.46, address: '纵五路口' };

const ask = (server, query = '', more) => server.ask('GET', `/coverage${query}`, undefined, 'operator', more);
const circleOf = (map, code) => map.features.find((f) => f.properties.code === code).properties;
const police = (figures) => figures.classes.find((c) => c.class === 'police');

/* One police unit at the school and nobody else free: what stories before this one left is no ground for it. */
async function oneAtTheSchool(server) {
    const { units } = await server.ask('GET', '/units?limit=500', undefined, 'commander');
    const free = units.filter((u) => u.status === 'available' && u.police_type !== undefined);
    must(free.length > 0, 'somebody is free');
    for (const unit of free.slice(1)) {
        await server.command('commander', 'unit.status', { unit: unit.id, available: false, reason: 'meal', by: 'radio' });
    }
    const phone = await terminal(server, free[0].id);
    const { lon, lat } = school;
    const sent = setInterval(() => phone.send(lon, lat), 300);
    await until(async () => circleOf(await ask(server), SCHOOL).unit === free[0].id, 'the unit keeps the school');
    clearInterval(sent);
    phone.close();
    return free[0];
}

async function allBack(server) {
    const { units } = await server.ask('GET', '/units?limit=500', undefined, 'commander');
    for (const unit of units) {
        if (unit.status === 'unavailable') {
            await server.command('commander', 'unit.status', { unit: unit.id, available: true, by: 'radio' });
        }
    }
}

async function wrongParameters(server) {
    const problem = async (query, field) => {
        const said = await ask(server, query, { problems: true });
        must(said.status === 422 && JSON.stringify(said).includes(field), `${query}: ${JSON.stringify(said)}`);
    };
    await problem('?class=pirates', 'class');
    await problem('?minutes=1,2', 'minutes');
    await problem('?minutes=1,', 'minutes');
    await problem('?format=kml', 'format');
    await problem('/moves?class=pirates', 'class');
    await problem('/moves?minutes=2', 'minutes');
    await problem('/if', 'leave');
    await problem('/if?leave=live-u99999', 'leave');
    await problem('/if?arrive=north', 'arrive');
    await problem('/if?arrive=200,0', 'arrive');
}

async function mapOfCoverage(server) {
    const map = await ask(server, '?minutes=3,5&class=traffic');
    equal(map.type, 'FeatureCollection');
    must(map.engine.startsWith('road/1:') && map.weight === 'road_length' && map.age_ms >= 0, JSON.stringify(map).slice(0, 300));
    equal(
        map.features.filter((f) => f.properties.kind === 'ring').map((f) => f.properties.minutes),
        [5, 3],
    );
    equal(
        map.features.filter((f) => f.properties.kind === 'circle').map((f) => f.properties.code),
        ['Q06'],
    );
    for (const f of map.features.filter((x) => x.geometry.type === 'MultiPolygon')) {
        for (const ring of f.geometry.coordinates.flat()) {
            equal(ring[0], ring.at(-1));
        }
    }
    const figures = await ask(server, '?format=summary');
    equal(figures.circles.all, 7);
    must(police(figures).share[0] <= police(figures).share[1] && police(figures).share[1] <= police(figures).share[2], 'rings grow');
}

async function gapOpensAndCloses(server) {
    const unit = await oneAtTheSchool(server);
    const alone = await ask(server, '?format=summary');
    equal(police(alone).units, 1);
    const cost = await ask(server, `/if?leave=${unit.id}`);
    equal(cost.lost, cost.share); // nobody else is there
    must(cost.circles.some((c) => c.code === SCHOOL && c.unit === undefined), 'the school would not be kept');
    must(cost.gap !== undefined && cost.gap.share > 0, 'a gap would open');

    const made = await server.command('operator', 'report.receive', { channel: '110', type: '20.04.02.00', place });
    const { incident } = made.events.find((e) => e.kind === 'incident.opened').data;
    await server.command('commander', 'assignment.dispatch', { incident: incident.id, units: [{ unit: unit.id }] });
    const open = await ask(server);
    must(circleOf(open, SCHOOL).kept === false, 'the school is open');
    equal(open.classes[0].share, [0, 0, 0]);
    const gaps = open.features.filter((f) => f.properties.kind === 'gap').map((f) => f.properties.share);
    must(gaps.reduce((sum, one) => sum + one, 0) > 0.5, `the city is a gap: ${gaps}`);

    const { assignments } = await server.ask('GET', `/incidents/${incident.id}`, undefined, 'commander');
    await server.command('commander', 'assignment.cancel', { assignment: assignments.find((a) => a.unit === unit.id).id });
    const again = await ask(server, '?format=summary');
    equal(police(again).share, police(alone).share);
    must(!again.circles.open.some((c) => c.code === SCHOOL), 'the school is kept again');
    await allBack(server);
    await until(async () => police(await ask(server, '?format=summary')).units > 10, 'all are back');
}

/* What a move is said to bring is what /coverage/if says of it; the desk has the same in words, and nobody goes before somebody orders it. */
async function movesAreProposed({ page }, server, words) {
    const unit = await oneAtTheSchool(server);
    const { seq } = await ask(server, '?format=summary');
    const { moves: alone } = await ask(server, '/moves');
    must(alone.every((m) => m.unit === unit.id), 'nobody else is free');
    await allBack(server);
    await until(async () => police(await ask(server, '?format=summary')).units > 10, 'all are back');

    const told = await ask(server, '/moves?class=police');
    must(told.moves.length > 0 && told.moves.length <= 5, `somebody may be moved: ${JSON.stringify(told)}`);
    equal([told.minutes, told.least, told.most_minutes, told.ahead_minutes], [5, 0.01, 10, 30]);
    const [first] = told.moves;
    must(first.net >= told.least && first.ms <= told.most_minutes * 60_000 && first.length_m > 0, JSON.stringify(first));
    const same = await ask(server, `/if?leave=${first.unit}&arrive=${first.to.at.join()}`);
    equal([same.gained[2], same.lost[2]], [first.gained, first.lost]);
    equal((await ask(server, `/if?leave=${first.unit}`)).lost[2], first.lost_on_way);
    equal(new Set(told.moves.map((m) => m.unit)).size, told.moves.length, 'each unit once');

    await page.click('[data-cover] button[aria-expanded]');
    await page.click('[data-moves-ask]');
    const item = page.locator(`[data-move="${first.unit}"]`);
    await until(async () => (await item.count()) === 1, 'the move in words');
    must((await item.innerText()).includes(first.callsign), 'who');
    must((await page.innerText('[data-moves]')).includes(words.desk('movesRadio')), 'how it is ordered');
    if (first.to.kind === 'circle') {
        must((await item.innerText()).includes(words.lang === 'zh' ? first.to.name_zh : first.to.name_en), 'where to');
    }
    equal(await axe(page), []);
    await page.locator('[data-moves]').scrollIntoViewIfNeeded();
    await page.screenshot({ path: `${process.env.E2E_SHOTS ?? '/tmp'}/e2e-moves-${words.lang}.png` });
    const { events } = await server.ask('GET', `/events?after=${seq}&limit=1000`, undefined, 'commander').then((e) => ({ events: Array.isArray(e) ? e : (e.events ?? []) }));
    must(!events.some((e) => JSON.stringify(e).includes('assignment.')), 'nobody was ordered');
}

/* On a browser that draws: the layer, its legend, the lists, and a click that leads to a circle. */
async function onTheDesk(server, words, lang) {
    const browser = await launch({ draws: true });
    const { page, context, seen } = await openPage(browser, server.url, { lang, size: { width: 1280, height: 900 } });
    try {
        await signIn(page, 'operator', password('operator'));
        await page.keyboard.press('F5');
        await until(async () => Object.keys(await held(page, 'zones')).length > 0, 'the map', 30_000);
        await until(() => page.evaluate(() => document.activeElement?.id === 'map-canvas'), 'the focus on the map');
        await page.keyboard.press('c');
        await until(async () => Object.values(await held(page, 'cover')).some((p) => p.kind === 'ring'), 'rings on the map', 20_000);
        const legend = page.locator('[data-cover-legend]');
        must((await legend.innerText()).includes(words.desk('coverByRoads')), 'what weighs, in words');
        await legend.locator('select').selectOption('traffic');
        await until(async () => Object.keys(await held(page, 'cover')).filter((id) => id.startsWith('circle-')).join() === 'circle-Q06', 'the circle of traffic');
        await legend.locator('select').selectOption('police');

        await page.click('[data-cover] button[aria-expanded]');
        const figures = await ask(server, '?format=summary');
        must(figures.circles.open.length > 0, 'a circle is open');
        for (const c of figures.circles.open) {
            await until(async () => (await page.locator(`[data-circle="${c.code}"]`).count()) === 1, `${c.code} in the list`);
        }
        const first = figures.circles.open[0];
        await page.click(`[data-circle="${first.code}"]`);
        await until(async () => (await page.textContent('#map-said')).includes(lang === 'zh' ? first.name_zh : first.name_en), 'the map there');
        const centre = await page.evaluate(() => globalThis.tocsinMap.centre());
        must(Math.abs(centre.lon - first.at[0]) < 1e-4, 'the middle of the map');
        equal(await axe(page), []);
        equal(await lowContrast(page), [], 'contrast');
        await command(page, 'CV');
        await until(async () => Object.keys(await held(page, 'cover')).length === 0, 'the map without it');
        equal(seen.foreign, [], 'requests to elsewhere');
        equal(seen.errors, [], 'errors in the page');
    } finally {
        await page.screenshot({ path: `${process.env.E2E_SHOTS ?? '/tmp'}/e2e-coverage-${lang}.png` }).catch(() => undefined);
        await context.close();
        await browser.close();
    }
}

/* What cannot draw has the same in words; a gap that opens is told while one looks. */
async function inWords(page, server) {
    await page.click('nav button >> nth=2');
    await page.click('[data-cover] button[aria-expanded]');
    equal(await tooSmall(page), []);
    equal(await axe(page), []);
    const kept = async () => Number(/(\d+)\/\d+/.exec(await page.innerText('[data-cover] .line'))[1]);
    const before = await kept();
    const unit = await oneAtTheSchool(server);
    await until(async () => (await kept()) < before, 'fewer circles kept');
    await server.command('commander', 'unit.status', { unit: unit.id, available: false, reason: 'meal', by: 'radio' });
    await until(async () => (await page.locator(`[data-circle="${SCHOOL}"]`).count()) === 1, 'the school in the list');
    await allBack(server);
    await until(async () => (await kept()) === before, 'all kept again');
}

/* The cost stands beside the unit, in the form and behind the line, before anything is sent; a coverage that does not answer
   holds nothing up. */
async function costBefore({ page }, server, words) {
    const unit = await oneAtTheSchool(server);
    const made = await server.command('operator', 'report.receive', { channel: '110', type: '20.04.02.00', place });
    const { incident } = made.events.find((e) => e.kind === 'incident.opened').data;
    const number = incident.number.slice(-4);
    const school = await ask(server).then((map) => circleOf(map, SCHOOL));
    const told = async (at) => {
        const note = page.locator(`${at} [data-cost="${unit.id}"][data-known="true"]`);
        await until(async () => (await note.count()) === 1, `the cost in ${at}`);
        await until(async () => (await note.innerText()).includes('−'), 'a loss');
        must((await note.innerText()).includes(words.lang === 'zh' ? school.name_zh : school.name_en), 'the circle that would be open');
    };
    await command(page, `GO ${number}`);
    await page.keyboard.press('F8');
    await page.keyboard.type(`D ${number} ${unit.callsign}`);
    await told('.command');
    await page.keyboard.press('Escape');
    await page.fill('.units input[type="search"]', unit.callsign);
    await page.keyboard.press('F3');
    await page.keyboard.press('Home');
    await page.keyboard.press('d');
    await page.waitForSelector('.form');
    await told('.form');
    equal(await axe(page), []);
    await page.keyboard.press('Escape');

    await page.route('**/coverage/if?*', () => undefined); // never answered
    await page.keyboard.press('F3');
    await page.keyboard.press('d');
    await page.waitForSelector('.form');
    must((await page.locator('.form [data-known="true"]').count()) === 0, 'not known');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('.form', { state: 'detached' });
    const { assignments } = await server.ask('GET', `/incidents/${incident.id}`, undefined, 'commander');
    await server.command('commander', 'assignment.cancel', { assignment: assignments.find((a) => a.unit === unit.id).id });
    await allBack(server);
}

/* The same on the command line, in both languages, and what it does not take. */
function onTheLine(server, unit) {
    const tool = (...more) =>
        spawnSync(
            path.resolve(process.env.E2E_BUILD, 'tools/tocsin'),
            ['coverage', '--url', server.url, '--user', 'operator', ...more],
            { encoding: 'utf8', input: `${password('operator')}\n` },
        );
    const told = (...more) => {
        const ran = tool(...more);
        must(ran.status === 0, ran.stderr);
        return ran.stdout;
    };
    must(told('--lang', 'zh').includes('快反圈保有') && told('--lang', 'zh').includes('按道路长度加权'), 'in Chinese');
    must(/response circles kept \d\/7/.test(told('--lang', 'en')), 'in English');
    must(told('--lang', 'en', '--if-leave', unit).includes('would be lost'), 'the cost');
    must(/→|没有/.test(told('--lang', 'zh', '--moves')), 'moves in Chinese');
    must(/accept one|nobody|no move|no circle|too far/.test(told('--lang', 'en', '--moves', '--class', 'traffic')), 'moves in English');
    must(Array.isArray(JSON.parse(told('--json', '--moves')).moves), 'moves as JSON');
    equal(JSON.parse(told('--json', '--class', 'traffic')).type, 'FeatureCollection');
    must(JSON.parse(told('--json', '--if-leave', unit)).lost.length === 3, 'the cost as JSON');
    const wrong = (code, ...more) => {
        const ran = tool(...more);
        equal(ran.status, code, more.join(' '));
        equal(ran.stderr.trim().split('\n').length, 1, 'lines:');
    };
    wrong(2, '--lang', 'fr');
    wrong(2, '--class', 'fire');
    wrong(2, '--moves', '--class', 'pirates');
    wrong(2, '--moves', '--if-leave', unit);
    wrong(2, '--json', '--class', 'pirates');
    wrong(2, '--if-leave', 'u 12');
    wrong(1, '--if-leave', 'live-u99999');
}

/* What many ask at once is drawn once for all who ask the same; each gets its own answer. */
async function askedTogether(server) {
    const kinds = ['?class=police', '?class=traffic', '?format=summary', '?minutes=5', '/moves'];
    const said = await Promise.all(Array.from({ length: 100 }, (_, k) => ask(server, kinds[k % kinds.length])));
    for (const [k, one] of said.entries()) {
        must(k % 5 === 4 ? Array.isArray(one.moves) : k % 5 === 2 ? one.circles !== undefined : one.type === 'FeatureCollection', `answer ${k}: ${JSON.stringify(one).slice(0, 200)}`);
        const classes = k % 5 < 2 ? one.classes.map((c) => c.class) : null;
        must(classes === null || classes[0] === ['police', 'traffic'][k % 5], `answer ${k}: ${classes}`);
        const rings = one.features?.filter((f) => f.properties.kind === 'ring').map((f) => f.properties.minutes);
        must(k % 5 !== 3 || rings.every((minutes) => minutes === 5), `answer ${k}: ${rings}`);
    }
}

export async function coverageStories({ story, server, words, h, only }) {
    for (const lang of ['zh', 'en']) {
        const name = `coverage_lies_on_the_map_and_its_lists_lead_there_${lang}`;
        if (only === undefined || only.test(name)) {
            await h.test(name, () => onTheDesk(server, words(lang), lang));
        }
    }
    for (const lang of ['zh', 'en']) {
        await story(`what_a_dispatch_costs_in_coverage_stands_beside_it_and_holds_nothing_up_${lang}`, { lang }, (opened) => costBefore(opened, server, words(lang)));
    }
    for (const lang of ['zh', 'en']) {
        await story(`who_might_be_moved_up_is_proposed_and_goes_by_no_rule_${lang}`, { lang }, (opened) => movesAreProposed(opened, server, words(lang)));
    }
    await story('coverage_is_told_in_words_where_nothing_is_drawn', { ...phone }, ({ page }) => inWords(page, server));
    await story('the_command_line_tells_coverage_and_what_it_costs', { signIn: false }, async () => {
        const { units } = await server.ask('GET', '/units?limit=1', undefined, 'commander');
        onTheLine(server, units[0].id);
    });
    await story('what_coverage_does_not_know_is_a_problem_that_names_it', {}, () => wrongParameters(server));
    await story('what_many_ask_at_once_is_told_to_each', {}, () => askedTogether(server));
    await story('coverage_is_a_map_and_figures', {}, () => mapOfCoverage(server));
    await story('a_unit_that_is_sent_opens_a_gap_and_closes_it_when_it_is_back', {}, () => gapOpensAndCloses(server));
}
