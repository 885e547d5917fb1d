import { describe, expect, it } from 'vitest';

import { nothing, reduce, reduceAll, type State } from '../src/store/reduce';
import type { Events, Frame, Snapshot, Welcome } from '../src/wire/frames';
import { makeRandom, makeWorld, randomCommand, type World } from './world';

const welcome = (seq: number): Welcome => ({
    op: 'welcome',
    role: 'operator',
    audience: 'operations',
    world: 'live',
    world_id: 'w',
    seq,
    epoch: 1,
});
const snapshot = (w: World): Snapshot => ({ op: 'snapshot', seq: w.seq, hash: w.hash, data: w.snapshotData() });
const rows = (w: World, from: number, to: number): Events[] => w.log.slice(from, to).map((r) => w.frame(r));

/* What must agree, in an order of its own. */
function picture(s: State): unknown {
    const sorted = (m: ReadonlyMap<string, unknown>): unknown[] =>
        [...m.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
    const units = [...s.units.values()].map(({ place: _place, ...u }) => u).sort((a, b) => (a.id < b.id ? -1 : 1));
    return {
        last: s.last,
        hash: s.hash,
        stopped: s.automationStopped,
        incidents: sorted(s.incidents),
        reports: sorted(s.reports),
        assignments: sorted(s.assignments),
        alarms: sorted(s.alarms),
        units,
    };
}

/* Several rows in one frame, as a gateway joins them. */
function joined(frames: Events[], random: () => number): Events[] {
    const out: Events[] = [];
    for (let i = 0; i < frames.length;) {
        const n = 1 + Math.floor(random() * 4);
        const part = frames.slice(i, i + n);
        const last = part.at(-1)!;
        out.push({ ...last, from: part[0]!.from, events: part.flatMap((f) => f.events) });
        i += n;
    }
    return out;
}

describe('reduce', () => {
    it.each(Array.from({ length: 12 }, (_, seed) => seed + 1))(
        'snapshot_and_events_equal_a_later_snapshot, seed %i',
        (seed) => {
            const random = makeRandom(seed);
            const w = makeWorld();
            const cuts: { seq: number; frame: Snapshot }[] = [];
            for (let n = 0; n < 260; n++) {
                randomCommand(w, random, n);
                if (n % 20 === 0) {
                    cuts.push({ seq: w.seq, frame: structuredClone(snapshot(w)) });
                }
            }
            cuts.push({ seq: w.seq, frame: structuredClone(snapshot(w)) });
            for (let i = 0; i < cuts.length; i++) {
                const from = cuts[i]!;
                const to = cuts[Math.min(cuts.length - 1, i + 1 + Math.floor(random() * 4))]!;
                const start = reduceAll(nothing, [welcome(from.seq), from.frame]);
                const target = reduceAll(nothing, [welcome(to.seq), to.frame]);
                const plain = rows(w, from.seq, to.seq);
                expect(picture(reduceAll(start, plain))).toEqual(picture(target));
                expect(picture(reduceAll(start, joined(plain, random)))).toEqual(picture(target));
                // Doubled and late frames change nothing.
                const noisy: Frame[] = plain.flatMap((f, k) => [
                    f,
                    ...(random() < 0.3 ? [f] : []),
                    ...(k > 2 && random() < 0.3 ? [plain[k - 2]!] : []),
                ]);
                expect(picture(noisy.reduce(reduce, start))).toEqual(picture(target));
            }
        },
    );

    it('a_lost_frame_is_a_gap_and_changes_nothing_until_asked_again', () => {
        const random = makeRandom(5);
        const w = makeWorld();
        for (let n = 0; n < 40; n++) {
            randomCommand(w, random, n);
        }
        const begin = reduceAll(nothing, [welcome(w.seq), structuredClone(snapshot(w))]);
        const first = w.seq;
        while (w.seq < first + 4) {
            randomCommand(w, random, w.seq + 1000 + Math.floor(random() * 1e6));
        }
        const [, second, third] = rows(w, first, w.seq);
        const gapped = reduceAll(begin, [second!, third!]);
        expect(gapped.gap).toBe(true);
        expect(picture(gapped)).toEqual(picture(begin));
        const again = reduceAll(gapped, [welcome(w.seq), ...rows(w, first, w.seq)]);
        expect(again.gap).toBe(false);
        expect(picture(again)).toEqual(picture(reduceAll(nothing, [welcome(w.seq), snapshot(w)])));
    });

    it('an_overlapping_frame_gives_only_what_is_new', () => {
        const random = makeRandom(8);
        const w = makeWorld();
        for (let n = 0; n < 60; n++) {
            randomCommand(w, random, n);
        }
        const frames = rows(w, 0, w.seq);
        const start = reduceAll(nothing, [welcome(0), { op: 'snapshot', seq: 0, data: {} }]);
        const half = reduceAll(start, frames.slice(0, 10));
        const over: Events = {
            ...frames.at(-1)!,
            from: frames[5]!.from,
            events: frames.slice(5).flatMap((f) => f.events),
        };
        expect(picture(reduce(half, over))).toEqual(picture(reduceAll(start, frames)));
    });

    it('unseen_sequence_numbers_are_covered_by_from_and_to', () => {
        const start = reduceAll(nothing, [welcome(9), { op: 'snapshot', seq: 9, data: {} }]);
        const s = reduce(start, { op: 'events', from: 10, to: 57, at: '2026-01-01T00:00:00Z', events: [] });
        expect([s.last, s.gap]).toEqual([57, false]);
    });

    it('a_beat_covers_rows_of_which_nothing_is_for_this_page', () => {
        const w = makeWorld();
        const random = makeRandom(5);
        const s = reduceAll(nothing, [welcome(0), snapshot(w)]);
        const beat = (seq: number): Frame => ({ op: 'beat', seq, hash: 'f00dfeed', at: '2026-01-01T00:00:00Z' });
        const told = reduce(s, beat(w.seq + 2));
        expect([told.last, told.hash, told.gap]).toEqual([w.seq + 2, 'f00dfeed', false]);
        expect(picture({ ...told, last: s.last, hash: s.hash })).toEqual(picture(s));
        randomCommand(w, random, 1);
        const [row] = rows(w, w.log.length - 1, w.log.length);
        const next = { ...row!, from: told.last + 1, to: told.last + 1 };
        expect(reduce(told, next).gap).toBe(false); // it begins behind the beat
        expect(reduce(s, beat(w.seq - 1)).last).toBe(s.last);
        const lost = reduce(s, { ...next, from: next.from + 1, to: next.to + 1 });
        expect(reduce(lost, beat(next.to + 1)).last).toBe(s.last); // what is missing is asked for
        expect(reduce(nothing, beat(3)).last).toBe(0);
    });

    it('never_changes_the_state_it_was_given', () => {
        const random = makeRandom(3);
        const w = makeWorld();
        const start = reduceAll(nothing, [welcome(w.seq), structuredClone(snapshot(w))]);
        const before = JSON.stringify(picture(start));
        for (let n = 0; n < 50; n++) {
            randomCommand(w, random, n);
        }
        reduceAll(start, rows(w, start.last, w.seq));
        expect(JSON.stringify(picture(start))).toBe(before);
    });

    it('an_older_fix_never_replaces_a_newer_one', () => {
        const at = (s: string): Frame => ({
            op: 'positions',
            at: `2026-01-01T00:00:${s}Z`,
            units: [['live-u1', Number(s), 1, null, null, 0]],
        });
        const s = reduceAll(nothing, [at('10'), at('05')]);
        expect(s.fixes.get('live-u1')?.lon).toBe(10);
    });

    it('view_leave_takes_an_incident_and_what_hangs_on_it', () => {
        const incident = { id: 'live-i1', status: 'waiting' as const, channel: '110' as const };
        const start = reduceAll(nothing, [
            welcome(1),
            {
                op: 'snapshot',
                seq: 1,
                data: {
                    incidents: [incident],
                    assignments: [{ id: 'live-a1', incident: 'live-i1', status: 'dispatched', by: 'terminal' }],
                    reports: [{ id: 'live-r1', incident: 'live-i1', status: 'linked', channel: '110' }],
                },
            },
        ]);
        const s = reduce(start, {
            op: 'events',
            from: 2,
            to: 2,
            at: '',
            events: [{ seq: 2, n: 0, at: '', kind: 'view.leave', incident: 'live-i1' }],
        });
        expect([s.incidents.size, s.assignments.size, s.reports.size]).toEqual([0, 0, 0]);
        const back = reduce(s, {
            op: 'events',
            from: 3,
            to: 3,
            at: '',
            events: [
                { seq: 3, n: 0, at: '', kind: 'view.enter', incident: 'live-i1', after: { incidents: [incident] } },
            ],
        });
        expect(back.incidents.get('live-i1')).toEqual(incident);
        const report = { id: 'live-r9', status: 'open' as const, channel: '110' as const };
        const seen = reduce(back, {
            op: 'events',
            from: 4,
            to: 4,
            at: '',
            events: [{ seq: 4, n: 0, at: '', kind: 'view.enter', report: 'live-r9', after: { reports: [report] } }],
        });
        expect(seen.reports.get('live-r9')).toEqual(report);
        expect(
            reduce(seen, {
                op: 'events',
                from: 5,
                to: 5,
                at: '',
                events: [{ seq: 5, n: 0, at: '', kind: 'view.leave', report: 'live-r9' }],
            }).reports.size,
        ).toBe(0);
    });
});
