// The price in the recommendation against the real server, with roads and a record behind it: the desk sees what the city's cover
// counted for each unit, and the evidence of it comes out equal when it is reckoned again.
import { spawnSync } from 'node:child_process';
import path from 'node:path';

import { axe, until } from '../../console/test/browser.mjs';
import { command } from '../../console/test/flow.mjs';
import { equal, must } from '../../console/test/harness.mjs';
import { lowContrast } from '../../console/test/seen.mjs';

const { E2E_BUILD: build, E2E_DATABASE: database } = process.env;
const place = { state: 'known', lon: 122.6515, lat: 29.4405, address: '纵三路 3 号' };

/* Two days of a busy city: some twenty urgent calls come as long as a unit is away. */
const past = `
    INSERT INTO live.incident (id, number, rev, status, place_state, tier, opened_at, projected_seq)
    SELECT 'past-i' || n, 'past-' || n, 1, 'closed', 'unknown', 2, now() - make_interval(secs => n * 86.4), 1 FROM generate_series(0, 1999) AS n;
    INSERT INTO live.assignment (id, incident, unit, status, since, dispatched_at, on_scene_at, ended_at, on_view, active, projected_seq)
    SELECT 'past-a' || n, 'past-i1', 'past-u1', 'cleared', at, at, at + interval '5 min', at + interval '30 min', false, false, 1
    FROM (SELECT n, now() - make_interval(hours => 20, mins => n) AS at FROM generate_series(1, 60) AS n) AS made`;
const noPast = `DELETE FROM live.assignment WHERE id LIKE 'past-%'; DELETE FROM live.incident WHERE id LIKE 'past-%'`;

function sql(text) {
    const ran = spawnSync('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', database, '-c', text], { encoding: 'utf8' });
    must(ran.status === 0, ran.stderr);
}

function explained(server, incident, ...more) {
    return spawnSync(
        path.resolve(build, 'tools/tocsin'),
        ['explain', incident, '--database', database, '--roads', server.roads, '--all', ...more],
        { encoding: 'utf8' },
    );
}

async function opened(server) {
    const made = await server.command('operator', 'report.receive', { channel: '110', type: '20.04.02.00', place });
    const pick = (kind) => made.events.find((e) => e.kind === kind)?.data;
    return { incident: pick('incident.opened').incident, advice: pick('incident.recommended') };
}

/* The record is read some seconds after the start: the next incident then is weighed. */
async function weighed(server) {
    let last;
    await until(
        async () => {
            last = await opened(server);
            await server.command('operator', 'incident.close', { incident: last.incident.id, disposition: 'handled' }, { problems: true });
            return last.advice.cover === 'weighed';
        },
        'a recommendation that weighs cover',
        30_000,
    );
    return last.advice;
}

async function priced({ page }, server, words, lang) {
    const before = await weighed(server);
    must(before.calls > 256, `calls to be expected: ${before.calls}`);
    const { incident } = await opened(server);
    const advice = await server.ask('GET', `/incidents/${incident.id}/recommendation`, undefined, 'operator');
    const dear = advice.slots.flatMap((s) => s.considered ?? []).filter((c) => (c.score_cover_ms ?? 0) > 0);
    must(dear.length > 0 && dear.every((c) => c.stake > 0), 'somebody whose cover counts');
    for (const c of advice.slots.flatMap((s) => s.considered ?? [])) {
        const parts = ['score_zone_ms', 'score_age_ms', 'score_duty_ms', 'score_leave_ms', 'score_late_ms', 'score_cover_ms', 'clear_ms'];
        equal(c.score_ms, parts.reduce((sum, p) => sum + (c[p] ?? 0), c.eta_ms), 'the sum of its parts:');
    }

    await command(page, `GO ${incident.number.slice(-4)}`);
    const reason = page.locator('#advice [aria-controls="slot-1"]');
    await until(async () => (await reason.count()) === 1, 'a recommendation');
    await reason.click();
    const table = page.locator('#slot-1');
    await until(async () => (await table.innerText()).includes(words.desk('scoreCover')), 'what cover counts');
    must((await table.locator('thead').innerText()).includes(words.desk('scoreCover')), 'a column of its own');
    must((await table.innerText()).includes(lang === 'zh' ? '已计入' : 'counted'), 'that it counted');
    equal(await axe(page), [], 'the reasons:');
    equal(await lowContrast(page), [], 'the reasons: contrast');
    if (process.env.E2E_SHOTS) {
        await table.scrollIntoViewIfNeeded();
        await page.screenshot({ path: `${process.env.E2E_SHOTS}/e2e-price-${lang}.png` });
    }

    const told = explained(server, incident.id, '--lang', lang);
    must(told.status === 0, told.stdout + told.stderr);
    must(told.stdout.includes(lang === 'zh' ? '覆盖代价' : 'cover lost meanwhile'), told.stdout);
    must(told.stdout.includes(lang === 'zh' ? '预计期间急警' : 'urgent calls to be expected meanwhile'), told.stdout);
    const again = JSON.parse(explained(server, incident.id, '--json').stdout);
    equal(again.equal, true, 'reckoned again, equal:');
    for (const a of again.recommendations) {
        equal(a.weights, 'w5');
        for (const s of a.slots) {
            equal([s.ranking, s.etas], ['equal', 'equal'], `slot ${s.slot}:`);
        }
    }
    await server.command('operator', 'incident.close', { incident: incident.id, disposition: 'handled' }, { problems: true });
}

export async function priceStories(lane) {
    const { story, server, words } = lane;
    await server.stop();
    sql(past);
    await server.start();
    for (const lang of ['zh', 'en']) {
        await story(`what_cover_counts_stands_beside_the_units_and_is_reckoned_again_${lang}`, { lang }, (page) =>
            priced(page, server, words(lang), lang),
        );
    }
    await server.stop();
    sql(noPast);
    await server.start();
}
