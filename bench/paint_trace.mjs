// The other way of telling when something was painted: Chromium's own trace. The hook leaves a mark where it takes a frame for
// painted; the trace says when that frame's layout and paint had been committed, and when the compositor drew it.
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const categories = ['blink.user_timing', 'devtools.timeline', 'disabled-by-default-devtools.timeline.frame', 'cc', 'viz'];

const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)];
const spread = (values) => {
    const s = values.sort((a, b) => a - b);
    return { p50: at(s, 0.5), p95: at(s, 0.95), max: s.at(-1), count: s.length };
};

/* ms from the end of each frame's commit, and from the compositor's drawing of it, to the hook's mark: above zero the mark came
 * later. */
export async function traced({ browser, page }, load, rate, seconds) {
    await load.run(rate, 2);
    await browser.startTracing(page, { categories });
    await page.evaluate(() => (globalThis.paintBench.marks = true));
    await load.run(rate, seconds);
    await page.evaluate(() => (globalThis.paintBench.marks = false));
    await wait(500);
    const { traceEvents } = JSON.parse(String(await browser.stopTracing()));
    const times = (name, end = false) =>
        traceEvents
            .filter((e) => e.name === name && (e.pid === mark.pid || name === 'DrawFrame'))
            .map((e) => (e.ts + (end ? (e.dur ?? 0) : 0)) / 1000)
            .sort((a, b) => a - b);
    const mark = traceEvents.find((e) => e.name === 'paint-bench-painted');
    const [marks, commits, draws] = [times('paint-bench-painted'), times('Commit', true), times('DrawFrame')];
    const drawn = times('paint-bench-drawn');
    const out = { commit: [], draw: [] };
    for (const [n, painted] of marks.entries()) {
        const committed = commits.find((t) => t > drawn[n]);
        const shown = draws.find((t) => committed !== undefined && t > committed);
        if (committed !== undefined && shown !== undefined) {
            out.commit.push(painted - committed);
            out.draw.push(painted - shown);
        }
    }
    return { after_commit_ms: spread(out.commit), after_draw_ms: spread(out.draw), marks: marks.length };
}
