// What runs inside the measured page, beside the page's own code: which rows an event changes, and when they were painted.
// Put into the page as text, so it may use nothing from outside.

/* A frame of the server names the rows of the lists that its events change. The DOM changes in one go with the watermark
 * (data-seq). The next animation frame's callback runs before that frame is laid out and painted, and a task that it posts
 * runs after: what the frame shows is then on its way to the screen, and rows can be measured without laying out again. */
export function hook() {
    const state = { waiting: [], done: [], marks: false };
    globalThis.paintBench = state;
    /* The machine's clock at the resolution of the monotonic one. What a process takes for its origin may be off by as long as it
     * was kept from running then: the latest of many looks is not. */
    let origin = -Infinity;
    for (const until = performance.now() + 30; performance.now() < until;) {
        origin = Math.max(origin, Date.now() - performance.now());
    }
    const wall = () => origin + performance.now();
    state.wall = wall;
    const rowsOf = (e) => {
        const rows = new Set();
        const after = e.after ?? {};
        for (const i of [...(after.incidents ?? []), ...(after.assignments ?? []).map((a) => ({ id: a.incident }))]) {
            rows.add(`queue-${i.id}`);
        }
        for (const u of after.units ?? []) {
            rows.add(`units-${u.id}`);
        }
        return rows;
    };
    const note = (text) => {
        if (!text.startsWith('{"op":"events"')) {
            return;
        }
        const arrived = wall();
        for (const e of JSON.parse(text).events) {
            const last = state.waiting.at(-1);
            if (last?.seq === e.seq) {
                rowsOf(e).forEach((r) => last.rows.add(r));
            } else {
                state.waiting.push({ seq: e.seq, at: Date.parse(e.at), micros: e.at, arrived, rows: rowsOf(e) });
            }
        }
    };
    globalThis.WebSocket = class extends WebSocket {
        constructor(...args) {
            super(...args);
            this.addEventListener('message', (m) => note(String(m.data)));
        }
    };
    const channel = new MessageChannel();
    const flying = [];
    channel.port1.onmessage = () => {
        const painted = wall();
        if (state.marks) {
            performance.mark('paint-bench-painted');
        }
        for (const x of flying.shift()) {
            state.done.push({ ...x, painted, shown: [...x.changed].some((id) => inSight(document.getElementById(id))) });
        }
    };
    const inSight = (row) => {
        const box = row?.closest('[role="listbox"]')?.getBoundingClientRect();
        const at = row?.getBoundingClientRect();
        return box !== undefined && at.bottom > box.top && at.top < box.bottom;
    };
    const changed = (records) => {
        const ids = new Set();
        for (const r of records) {
            const el = r.target.nodeType === 1 ? r.target : r.target.parentElement;
            ids.add(el?.closest('[role="option"]')?.id);
            r.addedNodes.forEach((n) => ids.add(n.id));
        }
        return ids;
    };
    const look = (records) => {
        const seq = Number(document.querySelector('[data-seq]')?.dataset.seq ?? 0);
        if (state.waiting.length === 0 || state.waiting[0].seq > seq) {
            return;
        }
        const ids = changed(records);
        const drawn = wall();
        const batch = [];
        while (state.waiting.length > 0 && state.waiting[0].seq <= seq) {
            const x = state.waiting.shift();
            batch.push({ seq: x.seq, at: x.at, micros: x.micros, arrived: x.arrived, drawn, changed: [...x.rows].filter((r) => ids.has(r)) });
        }
        if (state.marks) {
            performance.mark('paint-bench-drawn');
        }
        requestAnimationFrame(() => {
            flying.push(batch);
            channel.port2.postMessage(0);
        });
    };
    document.addEventListener('DOMContentLoaded', () =>
        new MutationObserver(look).observe(document.body, {
            subtree: true,
            childList: true,
            characterData: true,
            attributes: true,
            attributeFilter: ['data-seq', 'class', 'aria-label'],
        }),
    );
}
