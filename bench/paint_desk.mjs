// Drives bench/run paint: the operator page in headless Chromium, the sender, and what was measured. Lines on stdin, each
// answered by one JSON line: `run MAP RATE SECONDS`, `trace MAP RATE SECONDS`.
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

import { launch, signIn } from '../console/test/browser.mjs';
import { hook } from './paint_hook.mjs';
import { Load, moving, wall } from './paint_load.mjs';
import { traced } from './paint_trace.mjs';

const setup = JSON.parse(process.argv[2]);
const SETTLE_MS = 3_000;
const WARM_S = 3;
const wait = (ms) => new Promise((done) => setTimeout(done, ms));

/* The page as an operator has it at a desk: 1920 x 1080, at a seat, the first incident on the sheet. `map`: list (no WebGL: the
 * pane shows its list), drawn (by the processor), closed (put away). */
async function open(map) {
    const browser = await launch({ draws: map === 'drawn' });
    const context = await browser.newContext({ viewport: { width: 1920, height: 1080 }, timezoneId: 'Asia/Shanghai' });
    await context.addInitScript(hook);
    const page = await context.newPage();
    await page.goto(`${setup.url}/console/`);
    await signIn(page, setup.user, setup.password, { asked: true });
    if ((await page.getAttribute('[data-post]', 'data-post')) === 'asked') {
        await page.click('.ask li button.main, .ask [data-seat] button');
        await page.waitForSelector('.ask', { state: 'detached' });
    }
    if (map === 'closed') {
        await page.click('.map .head button:last-of-type');
    }
    await page.waitForSelector('#queue-list [role="option"]');
    return { browser, page, cdp: await context.newCDPSession(page) };
}

/* How far the page's clock is from this process's, ms: the exchange with the shortest way decides. */
async function skew(page) {
    let best = { way: Infinity, off: NaN };
    for (let n = 0; n < 20; n++) {
        const before = wall();
        const there = await page.evaluate(() => globalThis.paintBench.wall());
        const after = wall();
        if (after - before < best.way) {
            best = { way: after - before, off: there - (before + after) / 2 };
        }
    }
    return best;
}

/* Seconds that the page's main thread has worked, and in what. */
async function worked(cdp) {
    const { metrics } = await cdp.send('Performance.getMetrics');
    const of = (name) => metrics.find((m) => m.name === name)?.value ?? 0;
    return { task: of('TaskDuration'), script: of('ScriptDuration'), layout: of('LayoutDuration') + of('RecalcStyleDuration') };
}

/* Seconds of processor that Chromium's processes have used. */
const ticks = (pid) => {
    try {
        const words = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
        const children = readdirSync(`/proc/${pid}/task`)
            .flatMap((t) => readFileSync(`/proc/${pid}/task/${t}/children`, 'utf8').split(' '))
            .filter((x) => x !== '');
        return (Number(words[11]) + Number(words[12])) / 100 + children.reduce((sum, c) => sum + ticks(c), 0);
    } catch {
        return 0; // it has ended
    }
};

const micros = (instant) => Date.parse(`${instant.slice(0, 19)}Z`) + Number(instant.slice(19, -1).replace('.', '0.')) * 1000;
const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)];
const spread = (values) => {
    const s = values.sort((a, b) => a - b);
    return { p50: at(s, 0.5), p95: at(s, 0.95), p99: at(s, 0.99), max: s.at(-1), count: s.length };
};

const own = () => process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6;

async function measure(load, desk, rate, seconds) {
    const { page, cdp } = desk;
    await cdp.send('Performance.enable');
    await load.run(rate, WARM_S);
    await wait(500);
    await page.evaluate(() => (globalThis.paintBench.done.length = 0));
    load.answers.length = load.events = 0;
    const [before, used, began] = [await worked(cdp), ticks(process.pid) - own(), wall()];
    const late = await load.run(rate, seconds);
    const [after, using, ended] = [await worked(cdp), ticks(process.pid) - own(), wall()];
    await wait(SETTLE_MS);
    const { done, waiting } = await page.evaluate(() => ({
        done: globalThis.paintBench.done.map(({ changed, ...x }) => ({ ...x, rows: changed.length })),
        waiting: globalThis.paintBench.waiting.length,
    }));
    const elapsed = (ended - began) / 1000;
    return { ...told({ load, done, waiting, late, elapsed, before, after }), cores: (using - used) / elapsed };
}

function told({ load, done, waiting, late, elapsed, before, after }) {
    const mine = new Map(load.answers.map((a) => [a.seq, a]));
    const rows = done.filter((x) => mine.has(x.seq)).map((x) => ({ ...x, at: micros(x.micros) }));
    const seen = rows.filter((x) => x.shown);
    const early = rows.filter((x) => x.at < mine.get(x.seq).sent - 1 || x.at > mine.get(x.seq).answered + 1).length;
    const share = (name) => (after[name] - before[name]) / elapsed;
    return {
        painted: spread(seen.map((x) => x.painted - x.at)),
        from_frame: spread(seen.map((x) => x.painted - (load.heard.get(x.seq) ?? x.arrived))),
        arrived: spread(seen.map((x) => x.arrived - x.at)),
        held: spread(seen.map((x) => x.drawn - x.arrived)),
        frame: spread(seen.map((x) => x.painted - x.drawn)),
        rows: load.answers.length,
        events: load.events,
        rows_per_s: load.answers.length / elapsed,
        events_per_s: load.events / elapsed,
        shown: seen.length,
        out_of_sight: rows.length - seen.length,
        missing: load.answers.length - rows.length + waiting,
        outside_clock: early,
        redraws: new Set(rows.map((x) => x.drawn)).size / elapsed,
        late,
        refused: load.refused,
        main_thread: share('task'),
        script: share('script'),
        layout: share('layout'),
    };
}

const port = Number(new URL(setup.url).port);
const load = await new Load(port).begin(setup.token, setup.units);
await load.crowd(setup.crowd);
const still = await moving(port, setup.terminals);
console.log(JSON.stringify({ ready: true }));

for await (const line of createInterface({ input: process.stdin })) {
    const [verb, map, rate, seconds] = line.split(' ');
    const desk = await open(map);
    try {
        const first = await skew(desk.page);
        const result =
            verb === 'trace'
                ? await traced(desk, load, Number(rate), Number(seconds))
                : await measure(load, desk, Number(rate), Number(seconds));
        const second = await skew(desk.page);
        console.log(JSON.stringify({ ...result, skew_ms: second.off, skew_way_ms: second.way, drift_ms: second.off - first.off }));
    } finally {
        await desk.browser.close();
    }
}
still();
process.exit(0);
