// A live world for tests: the fake server's world, driven by random but legal and illegal commands.
import type { Events, Snapshot } from '../src/wire/frames';
// @ts-expect-error plain JavaScript, shared with the fake server
import { execute } from './fake_commands.mjs';
// @ts-expect-error plain JavaScript, shared with the fake server
import { FakeWorld } from './fake_world.mjs';

export interface World {
    seq: number;
    hash: string;
    incidents: Map<string, { id: string; status: string; requirements: { slot: number }[] }>;
    assignments: Map<string, { id: string; status: string; feedback_due?: boolean }>;
    reports: Map<string, { id: string; status: string; incident?: string }>;
    units: Map<string, { id: string }>;
    seats: Map<string, { id: string }>;
    alarms: Map<string, { id: string }>;
    log: { seq: number; hash: string; at: string; entries: Events['events'] }[];
    snapshotData: () => Snapshot['data'];
    frame: (row: unknown) => Events;
    instant: (ms?: number) => string;
    now: () => number;
}

export function makeRandom(seed: number): () => number {
    let x = seed >>> 0 || 1;
    return () => {
        x = (Math.imul(x ^ (x >>> 15), 2246822519) + 0x9e3779b9) >>> 0;
        const y = Math.imul(x ^ (x >>> 13), 3266489917) >>> 0;
        return ((y ^ (y >>> 16)) >>> 0) / 4294967296;
    };
}

export function makeWorld(): World {
    let time = Date.UTC(2026, 10, 23, 4, 0, 0);
    return new FakeWorld({ units: 12, now: () => (time += 700) }) as World;
}

const steps = ['acknowledged', 'en_route', 'staged', 'on_scene', 'transporting', 'cleared', 'declined'];
const commander = { name: 'commander', role: 'commander' };

/* One command, as likely refused as not; a refusal changes nothing. */
export function randomCommand(w: World, random: () => number, n: number): void {
    const pick = <T>(list: T[]): T | undefined => list[Math.floor(random() * list.length)];
    const incident = pick([...w.incidents.values()])?.id ?? 'live-i1';
    const assignment = pick([...w.assignments.values()])?.id ?? 'live-a1';
    const report = pick([...w.reports.values()])?.id ?? 'live-r1';
    const unit = pick([...w.units.values()])!.id;
    const type = pick(['10.03.01.00', '30.02.00.00', '20.04.02.00', undefined]);
    const makers: (() => [string, object])[] = [
        () => [
            'report.receive',
            {
                channel: '110',
                ...(type === undefined ? {} : { type }),
                open: random() < 0.8,
                place: { state: 'known', lon: 122.6 + random() / 10, lat: 29.4 + random() / 10 },
            },
        ],
        () => ['report.receive', { channel: 'app', incident, place: { state: 'unknown' } }],
        () => ['report.link', { report, incident }],
        () => ['report.unlink', { report, open: random() < 0.5 }],
        () => ['report.settle', { report, outcome: 'answered' }],
        () => ['incident.open', { report }],
        () => ['incident.amend', { incident, type: '30.02.00.00' }],
        () => ['incident.note', { incident, note: 'x' }],
        () => ['incident.hold', { incident, until: w.instant(w.now() + 600_000), reason: 'x' }],
        () => ['incident.close', { incident, disposition: 'handled', force: random() < 0.3 }],
        () => ['incident.reopen', { incident, reason: 'x' }],
        () => ['assignment.dispatch', { incident, slot: 1 + Math.floor(random() * 2) }],
        () => ['assignment.dispatch', { incident, units: [{ unit }] }],
        () => ['assignment.reserve', { incident, units: [{ unit }] }],
        () => ['assignment.progress', { assignment, status: pick(steps)!, by: 'radio' }],
        () => ['assignment.progress', { assignment, status: pick(steps)!, by: 'terminal' }],
        () => ['assignment.cancel', { assignment }],
        () => ['assignment.feedback', { assignment, disposition: 'handled' }],
        () => ['unit.panic', { unit }],
        () => ['unit.panic_answer', { unit, how: 'x' }],
        () => ['unit.status', { unit, available: random() < 0.5, reason: 'meal' }],
        () => ['seat.take', { seat: pick([...w.seats.keys()])!, reason: 'x' }],
        () => ['seat.leave', { seat: 'live-s00' }],
        () => ['seat.hand_over', { seat: 'live-s00', to: random() < 0.5 ? 'li' : undefined }],
        () => ['incident.pass', { incident, seat: pick([...w.seats.keys()])!, reason: 'x' }],
        () => ['incident.take', { incident, reason: 'x' }],
        () => ['seat.read', { seat: 'live-s00', incidents: [{ incident }] }],
        () => ['alarm.acknowledge', { alarm: pick([...w.alarms.keys()]) ?? 'live-m1' }],
        () => [
            'alarm.shelve',
            { alarm: pick([...w.alarms.keys()]) ?? 'live-m1', until: w.instant(w.now() + 600_000), reason: 'x' },
        ],
        () => ['automation.stop', {}],
        () => ['automation.resume', {}],
    ];
    const [word, data] = pick(makers)!();
    try {
        execute(w, commander, { id: `c${n}`, type: word, data });
    } catch {
        // refused: nothing changed
    }
}
