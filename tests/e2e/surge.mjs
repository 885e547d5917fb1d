// Incidents that wait, against the real server: two of them would have the same car, and are told different ones; the desk says
// for whom it is kept, lists all that waits, and the evidence comes out equal when it is reckoned again.
import { spawnSync } from 'node:child_process';
import path from 'node:path';

import { axe, until } from '../../console/test/browser.mjs';
import { command } from '../../console/test/flow.mjs';
import { equal, must } from '../../console/test/harness.mjs';
import { lowContrast } from '../../console/test/seen.mjs';

const { E2E_BUILD: build, E2E_DATABASE: database } = process.env;

async function opened(server, lon) {
    const place = { state: 'known', lon, lat: 29.4405, address: '纵三路 3 号' };
    const made = await server.command('operator', 'report.receive', { channel: '110', type: '20.04.02.00', place });
    return made.events.find((e) => e.kind === 'incident.opened').data.incident;
}

/* Nothing yet of one that the view has not heard of. */
const advised = (server, id) => server.ask('GET', `/incidents/${id}/recommendation`, undefined, 'operator').catch(() => ({}));
const wantedIn = (a) => (a.slots ?? []).flatMap((s) => s.considered ?? []).find((c) => c.reason === 'wanted_elsewhere');

/* What other stories left behind waits too, and would have the units that this one is about. */
async function nobodyElseWaits(server) {
    const { incidents } = await server.ask('GET', '/incidents?limit=500', undefined, 'commander');
    for (const i of incidents.filter((x) => x.status === 'waiting')) {
        await server.command('commander', 'incident.close', { incident: i.id, disposition: 'handled', force: true }, { problems: true });
    }
}

async function kept({ page }, server, words, lang) {
    await nobodyElseWaits(server);
    const all = [await opened(server, 122.6515), await opened(server, 122.6516), await opened(server, 122.6517)];
    let hit;
    /* Rounds come by themselves, two incidents a row: what holds when they have nothing more to say. */
    await until(
        async () => {
            const told = await Promise.all(all.map((i) => advised(server, i.id)));
            const chosen = told.flatMap((a) => (a.slots ?? []).flatMap((s) => (s.chosen === undefined ? [] : [s.chosen.unit])));
            const n = told.findIndex((a) => a.joint === true && all.some((i) => i.id === wantedIn(a)?.wanted));
            hit = n < 0 ? undefined : { incident: all[n], advice: told[n] };
            return hit !== undefined && chosen.length > 0 && chosen.length === new Set(chosen).size;
        },
        'one that is told another unit, as its best is kept for one of the others, and nobody is meant for two',
        20_000,
    );

    await command(page, 'WL');
    const list = page.locator('#wait-list');
    await until(async () => (await list.count()) === 1, 'the list of all that waits');
    for (const i of all) {
        must((await list.locator(`[data-wait="${i.id}"]`).count()) === 1, `${i.number} in the list`);
    }
    equal(await axe(page), [], 'the list:');
    equal(await lowContrast(page), [], 'the list: contrast');
    if (process.env.E2E_SHOTS) {
        await page.screenshot({ path: `${process.env.E2E_SHOTS}/e2e-waits-${lang}.png` });
    }
    await command(page, 'WL');
    await until(async () => (await list.count()) === 0, 'the list closed');

    await command(page, `GO ${hit.incident.number.slice(-4)}`);
    const note = page.locator('#advice [data-kept]').first();
    await until(async () => (await note.count()) === 1, 'a unit that is kept for another');
    must((await note.innerText()).includes(lang === 'zh' ? '留给警情' : 'kept for incident'), await note.innerText());
    await page.locator('#advice [aria-controls^="slot-"]').first().click();
    await until(async () => (await page.locator('[data-joint]').count()) === 1, 'that all were chosen together');
    equal(await axe(page), [], 'the reasons:');
    if (process.env.E2E_SHOTS) {
        await page.screenshot({ path: `${process.env.E2E_SHOTS}/e2e-kept-${lang}.png` });
    }

    const ran = spawnSync(path.resolve(build, 'tools/tocsin'), ['explain', hit.incident.id, '--database', database, ...(server.roads ? ['--roads', server.roads] : []), '--all', '--json'], { encoding: 'utf8' });
    must(ran.status === 0, ran.stdout + ran.stderr);
    equal(JSON.parse(ran.stdout).equal, true, 'reckoned again, equal:');
    for (const i of all) {
        await server.command('operator', 'incident.close', { incident: i.id, disposition: 'handled' }, { problems: true });
    }
}

export async function surgeStories({ story, server, words }) {
    for (const lang of ['zh', 'en']) {
        await story(`incidents_that_wait_are_assigned_together_and_the_desk_says_who_is_kept_for_whom_${lang}`, { lang }, (page) =>
            kept(page, server, words(lang), lang),
        );
    }
}
