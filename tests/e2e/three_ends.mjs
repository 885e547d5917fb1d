// What the record says once three incidents are worked: each went the way it was seen to go, all is closed, everything was
// somebody's at every row, and the statistics count it.
import { until } from '../../console/test/browser.mjs';
import { equal, must } from '../../console/test/harness.mjs';

const ended = ['closed', 'merged', 'transferred'];
const step = /^assignment\.(progressed|fed_back|change_acknowledged)$/;

export class Record {
    constructor(server, watcher, reducer) {
        Object.assign(this, { server, watcher, reducer });
    }

    async begin() {
        this.from = this.watcher.seq();
        this.stats = await this.read('/stats');
        return this;
    }

    read(where) {
        return this.server.ask('GET', where, undefined, 'commander');
    }

    /* How an incident went: what was done about it, and the steps of each unit, for units go their ways side by side. What the
     * machine says of clocks and of who is meant to go is left out: it depends on how quick people were. */
    async course(number) {
        const { incidents } = await this.read('/incidents?limit=500');
        const incident = incidents.find((i) => i.number.endsWith(number));
        const { events } = await this.read(`/incidents/${incident.id}/timeline`);
        const { units } = await this.read('/units?limit=500');
        const out = { done: [], units: {} };
        const told = (x) => x.kind === 'incident.recommended' && x.by.role === 'system';
        for (const e of events.filter((x) => !x.kind.startsWith('alarm.') && !told(x))) {
            if (step.test(e.kind)) {
                const callsign = units.find((u) => u.id === e.data.unit).callsign;
                (out.units[callsign] ??= []).push(`${e.data.status ?? e.kind.slice(11)} ${e.by.role}`);
            } else {
                out.done.push(`${e.kind} ${e.by.role}`);
            }
        }
        return out;
    }

    async went(number, wanted) {
        const got = await this.course(number);
        equal(got.done, wanted.done, `${number}:`);
        equal(got.units, wanted.units, `${number}, its units:`);
    }

    /* At every row since the beginning each open thing was at a seat that there is, staffed by somebody. */
    async everythingWasOwned() {
        const { seq } = await this.read('/stats');
        const all = () => this.watcher.frames.some((f) => f.op === 'beat' && f.seq >= seq);
        await until(all, 'the silent console to have all rows');
        let state = this.reducer.nothing;
        let looked = 0;
        for (const frame of this.watcher.frames) {
            state = this.reducer.reduceAll(state, [frame]);
            const open = [
                ...[...state.incidents.values()].filter((i) => !ended.includes(i.status)),
                ...[...state.reports.values()].filter((r) => r.status === 'open'),
            ];
            for (const thing of state.last > this.from ? open : []) {
                looked++;
                must(state.seats.get(thing.seat)?.person !== undefined, `${thing.number} is nobody's at row ${state.last}`);
            }
        }
        must(looked > 0, 'open things were looked at');
        const left = (await this.read('/incidents?limit=500')).incidents.filter((i) => !ended.includes(i.status));
        equal(left.map((i) => i.number), [], 'incidents left open:');
    }

    /* By how much each number of the statistics has grown. */
    async counted(wanted) {
        const now = await this.read('/stats');
        const at = (s, path) => path.split('.').reduce((x, key) => x?.[key] ?? 0, s);
        equal(
            Object.fromEntries(Object.keys(wanted).map((path) => [path, at(now, path) - at(this.stats, path)])),
            wanted,
            'statistics:',
        );
        const free = (s) => s.units.available;
        equal(free(now), free(this.stats), 'units that are free again:');
    }
}
