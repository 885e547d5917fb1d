// The story of a closed bridge against the real server: a town drawn here, with a river and two bridges, made into a road network
// by the tool; the desk closes the near one, and who is recommended changes, with the reason on the screen.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { axe, until } from '../../console/test/browser.mjs';
import { command, fillField, sendForm } from '../../console/test/flow.mjs';
import { equal, must } from '../../console/test/harness.mjs';
import { phone, tooSmall } from '../../console/test/phone.mjs';
import { lowContrast } from '../../console/test/seen.mjs';
import * as thumb from './thumb.mjs';

const { E2E_WORK: work, E2E_BUILD: build } = process.env;
const WEST = 122.61;
const EAST = 122.71;
const SOUTH = [29.41, 29.425, 29.44, 29.455, 29.47, 29.4725]; // the last one is the bank of the river
const NORTH = 29.4775; // the other bank
const COLUMNS = [WEST, 122.63, 122.65, 122.67, 122.69, EAST];
const beside = { state: 'known', lon: WEST + 0.001, lat: NORTH + 0.0005, address: '北岸路 1 号' };

/* A grid of streets south of the river, one street north of it, a bridge at either end. */
function drawTown(file) {
    const nodes = [];
    const ways = [];
    const at = (x, y) => 1 + x + 100 * y;
    const way = (refs, name, more = '') =>
        ways.push(
            `<way id="${ways.length + 1}">${refs.map((r) => `<nd ref="${r}"/>`).join('')}` +
                `<tag k="highway" v="secondary"/><tag k="name" v="${name}"/>${more}</way>`,
        );
    [...SOUTH, NORTH].forEach((lat, y) =>
        COLUMNS.forEach((lon, x) => nodes.push(`<node id="${at(x, y)}" lon="${lon}" lat="${lat}"/>`)),
    );
    SOUTH.forEach((_, y) => way(COLUMNS.map((__, x) => at(x, y)), `横${y + 1}路`));
    COLUMNS.forEach((_, x) => way(SOUTH.map((__, y) => at(x, y)), `纵${x + 1}路`));
    way(COLUMNS.map((_, x) => at(x, SOUTH.length)), '北岸路');
    const bridge = '<tag k="bridge" v="yes"/>';
    way([at(0, SOUTH.length - 1), at(0, SOUTH.length)], '镜湖桥', bridge);
    way([at(COLUMNS.length - 1, SOUTH.length - 1), at(COLUMNS.length - 1, SOUTH.length)], '东渡桥', bridge);
    writeFileSync(file, `<?xml version="1.0"?><osm version="0.6">${nodes.join('')}${ways.join('')}</osm>`);
}

export function makeRoads() {
    const extract = path.join(work, 'bridges.osm');
    const roads = path.join(work, 'bridges.roads');
    drawTown(extract);
    const tool = spawnSync(path.resolve(build, 'tools/tocsin'), ['import-osm', extract, '--out', roads], { encoding: 'utf8' });
    must(tool.status === 0, `tocsin import-osm: ${tool.stderr}`);
    return roads;
}

const advised = (page) => page.locator('#advice .need b').nth(1).innerText();
const stroke = `${WEST - 0.002} 29.475; ${WEST + 0.002} 29.475`;

async function closeBridge(page, server, words) {
    const made = await server.command('operator', 'report.receive', { channel: '110', type: '20.04.02.00', place: beside });
    const incident = made.events.find((e) => e.kind === 'incident.opened').data.incident;
    await command(page, `GO ${incident.number.slice(-4)}`);
    await until(async () => (await page.locator('#advice .need b').count()) > 1, 'a recommendation');
    const first = await advised(page);

    await page.keyboard.press('F8');
    await page.keyboard.type('RC');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-field="points"]');
    await fillField(page, 'points', stroke);
    await fillField(page, 'reason', 'flood');
    await sendForm(page);
    await page.click('.map .head button[aria-expanded="false"]');
    await until(async () => (await page.locator('#road-list li').innerText()).includes('镜湖桥'), 'the notice in the list');
    await until(
        async () => !(await page.locator('#road-list li').innerText()).includes(words.map('roadNotYet')),
        'travel times that follow',
    );
    await page.click(`button:text-is("${words.desk('refresh')}")`);
    await until(async () => (await advised(page)) !== first, 'another unit');
    const second = await advised(page);
    await page.click(`summary:has-text("${words.desk('whyAll')}")`);
    const row = page.locator('details tr', { hasText: first }).first();
    await until(async () => (await row.innerText()).includes('镜湖桥'), 'the reason on the screen');
    equal(await axe(page), []);

    /* Whoever would have come over the bridge is sent: the way goes round it, and says so. */
    const { units } = await server.ask('GET', '/units?limit=500', undefined, 'operator');
    const unit = units.find((u) => first.includes(u.callsign)).id;
    await server.command('operator', 'assignment.dispatch', { incident: incident.id, units: [{ unit }] });
    const left = page.locator('[data-left]').first();
    await until(async () => /\(.*km\)|（.*公里）/.test(await left.innerText()) && (await left.innerText()).includes('镜湖桥'), 'its way, round the bridge', 20_000);
    const way = await server.ask('GET', `/units/${unit}/route`, undefined, 'operator');
    must(way.travel_ms > way.free_ms && way.notices[0].where === 'avoided', JSON.stringify(way.notices));
    must(way.steps.some((s) => s.name === '东渡桥') && !way.steps.some((s) => s.name === '镜湖桥'), 'by the other bridge');
    const end = way.line.coordinates.at(-1);
    must(Math.hypot(end[0] - beside.lon, end[1] - beside.lat) < 1e-6, `its end: ${end}`);

    await server.command('operator', 'assignment.cancel', { assignment: way.assignment, reason: '改派' });
    await command(page, `OR ${(await page.locator('#road-list li').innerText()).split(' ')[0]}`);
    await until(async () => (await page.locator('#road-list li').count()) === 0, 'the bridge open again');
    await until(async () => {
        await page.click(`button:text-is("${words.desk('refresh')}")`);
        await page.waitForTimeout(500); // what is asked for again at once is not read in between
        return (await advised(page)) === first;
    }, 'the first unit again');
    must(second !== first, 'the recommendation changed');
    await server.command('operator', 'incident.close', { incident: incident.id, disposition: 'handled' }, { problems: true });
}

/* The phone tells its turns over the near bridge, over the other one once that is closed, and when it has no network. */
async function wayOnPhone({ page, context }, server, unit, words, lang) {
    const made = await server.command('operator', 'report.receive', { channel: '110', type: '20.04.02.00', place: beside });
    const incident = made.events.find((e) => e.kind === 'incident.opened').data.incident;
    await server.command('commander', 'assignment.dispatch', { incident: incident.id, units: [{ unit: unit.id }] });
    await thumb.sign(page);
    const way = page.locator('[data-way="road"]');
    await until(async () => (await way.innerText()).includes('镜湖桥'), 'its turns', 20_000);
    must((await way.innerText()).includes(lang === 'zh' ? '左转，进入' : 'Left into') || (await way.innerText()).includes(lang === 'zh' ? '右转，进入' : 'Right into'), 'in words');
    equal(await page.locator('[data-way] svg polyline').count(), 1, 'a drawing:');
    const looks = async (what) => {
        equal(await axe(page), [], `${what}:`);
        equal(await tooSmall(page), [], `${what}:`);
        equal(await lowContrast(page), [], `${what}: contrast`);
        const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        must(over <= 0, `${what}: ${over} px beyond the edge`);
        if (process.env.E2E_SHOTS) {
            await page.locator('[data-way]').scrollIntoViewIfNeeded();
            await page.screenshot({ path: `${process.env.E2E_SHOTS}/e2e-way-${lang}-${what}.png` });
        }
    };
    await looks('way');

    const points = [WEST - 0.002, 29.475, WEST + 0.002, 29.475];
    const closed = await server.command('operator', 'road.close', { points, reason: 'flood' });
    const more = page.locator('[data-way] button[aria-expanded="false"]');
    await until(async () => !(await way.innerText()).includes('镜湖桥'), 'another way', 20_000);
    const roads = page.locator('[data-roads]');
    await until(async () => (await roads.innerText()).includes(lang === 'zh' ? '路线已绕开' : 'The way goes round it'), 'the notice', 20_000);
    must((await roads.innerText()).includes('镜湖桥') && !(await roads.innerText()).includes('operator'), 'which, and not who gave it out');
    if ((await more.count()) > 0) {
        await more.click();
    }
    await until(async () => (await way.innerText()).includes('东渡桥'), 'the other bridge', 20_000);
    await looks('detour');
    await context.setOffline(true);
    await until(async () => (await page.locator('[data-way] .old').count()) === 1, 'that it is an old one', 30_000);
    await until(async () => (await page.locator('[data-way] .old').innerText()).includes(lang === 'zh' ? '离线' : 'Offline'), 'why', 30_000);
    await context.setOffline(false);
    await until(async () => (await page.locator('[data-way] .old').count()) === 0, 'a new one', 30_000);
    await server.command('operator', 'road.open', { road: closed.events[0].data.notice.id });
    await server.command('operator', 'incident.close', { incident: incident.id, disposition: 'handled' }, { problems: true });
}

/* Desks without a map are told too: a closed road is public, who closed it is not. */
async function toldWithoutMap({ page }, server, lang, what) {
    const points = [WEST - 0.002, 29.475, WEST + 0.002, 29.475];
    await page.waitForSelector('[data-roads="0"]');
    const closed = await server.command('operator', 'road.close', { points, reason: 'flood' });
    await page.waitForSelector('[data-roads="1"]');
    await page.click('.road-notices summary');
    const text = await page.locator('.road-notices').innerText();
    must(text.includes('镜湖桥') && text.includes(lang === 'zh' ? '封闭' : 'closed') && !text.includes('operator'), text);
    equal(await axe(page), [], 'the notices:');
    if (process.env.E2E_SHOTS) {
        await page.screenshot({ path: `${process.env.E2E_SHOTS}/e2e-told-${what}-${lang}.png` });
    }
    await server.command('operator', 'road.open', { road: closed.events[0].data.notice.id });
    await page.waitForSelector('[data-roads="0"]');
}

export async function roadStories({ story, server, words, units }) {
    await server.person('roads-press', 'publicity', {});
    await server.person('roads-station', 'station_desk', { zones: ['LP01'] });
    for (const lang of ['zh', 'en']) {
        await story(`a_closed_bridge_changes_who_is_recommended_${lang}`, { lang }, ({ page }) =>
            closeBridge(page, server, words(lang)),
        );
        for (const what of ['publicity', 'station']) {
            const user = what === 'publicity' ? 'roads-press' : 'roads-station';
            await story(`a_closed_road_is_told_to_the_${what}_desk_${lang}`, { lang, path: what, user }, (opened) =>
                toldWithoutMap(opened, server, lang, what),
            );
        }
        const unit = await units.next();
        await story(
            `the_way_of_an_order_on_the_phone_${lang}`,
            { ...phone, lang, path: 'patrol', at: { longitude: WEST + 0.0005, latitude: 29.4702 }, user: unit.user },
            (opened) => wayOnPhone(opened, server, unit, words(lang), lang),
        );
    }
}
