// What a console knows, and how a frame changes it. Pure: the same frames give the same state, live, in replay, in tests.
// The law: snapshot(N) + events(N+1..M) = snapshot(M), with frames doubled, late or lost in between (a lost one shows as a
// gap and changes nothing until the server has been asked again).
import type {
    After,
    City,
    Coverage,
    Entry,
    Frame,
    LiveIncident,
    LiveSeat,
    LiveUnit,
    PlanName,
    RoadSpeeds,
    Snapshot,
} from '../wire/frames';
import type { Alarm, Assignment, Report, RoadNotice, RoadWeightsApplied, Seat } from '../wire/types';
import { assignmentStatus, incidentStatus } from '../wire/words';

export interface Fix {
    lon: number;
    lat: number;
    at: number; // ms of the server's clock at which it was fixed
}

export interface State {
    readonly world: string; // what `resume` names
    readonly worldName: string;
    readonly audience: string;
    readonly role: string;
    readonly unit: string; // of a unit's own terminal, else ''
    readonly epoch: number;
    readonly clockRate: number;
    readonly last: number; // seq this picture is true for
    readonly hash: string;
    readonly ready: boolean; // a snapshot has come
    readonly gap: boolean; // frames are missing: ask again
    readonly city: City;
    readonly plan: PlanName;
    readonly automationStopped: boolean;
    readonly incidents: ReadonlyMap<string, LiveIncident>;
    readonly reports: ReadonlyMap<string, Report>;
    readonly assignments: ReadonlyMap<string, Assignment>;
    readonly units: ReadonlyMap<string, LiveUnit>;
    readonly seats: ReadonlyMap<string, Seat>; // what each owns is counted from what names it: store/seats.ts
    readonly alarms: ReadonlyMap<string, Alarm>;
    readonly roads: ReadonlyMap<string, RoadNotice>; // what holds on roads
    readonly roadWeights: number; // the last change of the roads that travel times take in
    readonly roadSpeeds: RoadSpeeds | undefined; // the learned speeds that they are made of
    readonly fixes: ReadonlyMap<string, Fix>;
    readonly coverage: Coverage | null; // the newest; live, as fixes are
}

export const nothing: State = {
    world: '',
    worldName: '',
    audience: '',
    role: '',
    unit: '',
    epoch: 0,
    clockRate: 1,
    last: 0,
    hash: '',
    ready: false,
    gap: false,
    city: {},
    plan: {},
    automationStopped: false,
    incidents: new Map(),
    reports: new Map(),
    assignments: new Map(),
    units: new Map(),
    seats: new Map(),
    alarms: new Map(),
    roads: new Map(),
    roadWeights: 0,
    roadSpeeds: undefined,
    fixes: new Map(),
    coverage: null,
};

type Collection = 'incidents' | 'reports' | 'assignments' | 'units' | 'seats' | 'alarms' | 'roads' | 'fixes';
type Draft = { -readonly [K in keyof State]: State[K] };

/* Copies a collection the first time a batch writes to it. */
class Batch {
    readonly draft: Draft;
    private readonly own = new Set<Collection>();

    constructor(from: State) {
        this.draft = { ...from };
    }

    map<T>(name: Collection): Map<string, T> {
        if (!this.own.has(name)) {
            (this.draft as Record<string, unknown>)[name] = new Map(this.draft[name] as ReadonlyMap<string, unknown>);
            this.own.add(name);
        }
        return this.draft[name] as unknown as Map<string, T>;
    }

    replaced(name: Collection, by: ReadonlyMap<string, unknown>): void {
        (this.draft as Record<string, unknown>)[name] = by;
        this.own.add(name);
    }
}

/* One closed by force stays in sight while something is owed by an officer who was there. */
export const incidentLives = (i: LiveIncident): boolean =>
    incidentStatus[i.status].final === 0 || i.unsettled === true;
export const reportLives = (r: Report): boolean => r.status !== 'settled';
/* An ended assignment stays in sight while its feedback is owed, its unit has not read that the incident was closed by
 * force, or its officers have not been confirmed safe. */
export const assignmentLives = (a: Assignment): boolean =>
    assignmentStatus[a.status].phase !== 2 ||
    (a.feedback_due === true && a.feedback_given !== true) ||
    a.changes !== undefined ||
    a.safety_due_at !== undefined;

function keep<T extends { id: string }>(
    map: Map<string, T>,
    items: T[] | undefined,
    lives: (item: T) => boolean,
): void {
    for (const item of items ?? []) {
        if (lives(item)) {
            map.set(item.id, item);
        } else {
            map.delete(item.id);
        }
    }
}

const always = (): boolean => true;

function leave(b: Batch, e: Entry): void {
    if (e.incident !== undefined) {
        dropIncident(b, e.incident);
    } else if (e.report !== undefined) {
        b.map<Report>('reports').delete(e.report);
    } else if (e.unit !== undefined) {
        b.map<LiveUnit>('units').delete(e.unit);
    }
}

/* Everything that hangs on an incident that left the live lists leaves with it. */
function dropIncident(b: Batch, id: string): void {
    b.map<LiveIncident>('incidents').delete(id);
    for (const a of b.draft.assignments.values()) {
        if (a.incident === id) {
            b.map<Assignment>('assignments').delete(a.id);
        }
    }
    for (const r of b.draft.reports.values()) {
        if (r.incident === id) {
            b.map<Report>('reports').delete(r.id);
        }
    }
}

function applyUnits(b: Batch, units: LiveUnit[] | undefined): void {
    for (const unit of units ?? []) {
        b.map<LiveUnit>('units').set(unit.id, unit);
        const place = unit.place;
        const at = place?.at === undefined ? NaN : Date.parse(place.at);
        const known = b.draft.fixes.get(unit.id);
        if (place !== undefined && Number.isFinite(at) && (known === undefined || known.at <= at)) {
            b.map<Fix>('fixes').set(unit.id, { lon: place.lon, lat: place.lat, at });
        }
    }
}

/* Load and unread follow from incidents and reports, and no frame comes when only they change. */
function seatItself({ load: _load, unread: _unread, ...seat }: LiveSeat): Seat {
    return seat;
}

function applyAfter(b: Batch, after: After): void {
    const orphan = <T extends { incident?: string }>(item: T): boolean =>
        item.incident !== undefined && !b.draft.incidents.has(item.incident);
    keep(b.map<LiveIncident>('incidents'), after.incidents, always);
    for (const i of after.incidents ?? []) {
        if (!incidentLives(i)) {
            dropIncident(b, i.id);
        }
    }
    keep(b.map<Report>('reports'), after.reports, (r) => reportLives(r) && !orphan(r));
    keep(b.map<Assignment>('assignments'), after.assignments, (a) => assignmentLives(a) && !orphan(a));
    applyUnits(b, after.units);
    keep(b.map<Seat>('seats'), after.seats?.map(seatItself), always);
    keep(b.map<Alarm>('alarms'), after.alarms, always);
    for (const id of after.alarms_cleared ?? []) {
        b.map<Alarm>('alarms').delete(id);
    }
    keep(b.map<RoadNotice>('roads'), after.roads, always);
    for (const id of after.roads_opened ?? []) {
        b.map<RoadNotice>('roads').delete(id);
    }
}

function applyEntry(b: Batch, e: Entry): void {
    if (e.kind === 'view.leave') {
        leave(b, e);
    } else if (e.kind === 'automation.stopped' || e.kind === 'automation.resumed') {
        b.draft.automationStopped = e.kind === 'automation.stopped';
    } else if (e.kind === 'plan.activated') {
        const plan = (e.data?.['plan'] ?? {}) as PlanName;
        b.draft.plan = planName(plan);
    }
    if (e.kind === 'road.weights_applied') {
        const made = e.data as unknown as RoadWeightsApplied | undefined;
        b.draft.roadWeights = made?.change ?? b.draft.roadWeights;
        b.draft.roadSpeeds = made?.speeds === undefined ? undefined : { version: made.speeds, hour: made.hour ?? 0 };
    }
    if (e.after !== undefined) {
        applyAfter(b, e.after);
    }
}

const planName = (p: PlanName): PlanName => ({
    ...(p.id === undefined ? {} : { id: p.id }),
    ...(p.version === undefined ? {} : { version: p.version }),
    ...(p.name_zh === undefined ? {} : { name_zh: p.name_zh }),
    ...(p.name_en === undefined ? {} : { name_en: p.name_en }),
    ...(p.rules === undefined ? {} : { rules: p.rules }),
});

function applySnapshot(b: Batch, frame: Snapshot): void {
    const d = frame.data;
    for (const name of ['incidents', 'reports', 'assignments', 'units', 'seats', 'alarms', 'roads', 'fixes'] as const) {
        b.replaced(name, new Map());
    }
    b.draft.city = d.city ?? {};
    b.draft.plan = planName(d.plan ?? {});
    b.draft.automationStopped = d.automation?.stopped === true;
    b.draft.clockRate = d.clock_rate ?? b.draft.clockRate;
    applyAfter(b, {
        incidents: d.incidents ?? [],
        reports: d.reports ?? [],
        assignments: d.assignments ?? [],
        units: d.units ?? [],
        seats: d.seats ?? [],
        alarms: d.alarms ?? [],
        roads: d.roads ?? [],
    });
    b.draft.roadWeights = d.road_weights ?? 0;
    b.draft.roadSpeeds = d.road_speeds;
    b.draft.last = frame.seq;
    b.draft.hash = frame.hash ?? '';
    b.draft.ready = true;
    b.draft.gap = false;
}

/* Positions are the newest state only; an older fix than the known one changes nothing. */
function applyPositions(b: Batch, at: number, rows: [string, number, number, unknown, unknown, number][]): void {
    if (!Number.isFinite(at)) {
        return;
    }
    const fixes = b.map<Fix>('fixes');
    for (const [id, lon, lat, , , age] of rows) {
        const fixed = at - age;
        if ((fixes.get(id)?.at ?? -Infinity) <= fixed) {
            fixes.set(id, { lon, lat, at: fixed });
        }
    }
}

function applyFrame(b: Batch, f: Frame): void {
    const d = b.draft;
    switch (f.op) {
        case 'welcome':
            d.world = f.world_id ?? f.world;
            d.worldName = f.name ?? f.world;
            d.audience = f.audience;
            d.role = f.role;
            d.unit = f.unit ?? '';
            d.epoch = f.epoch;
            d.clockRate = f.clock_rate ?? 1;
            d.coverage = null; // told again, with the next beat, where it is wanted still
            d.gap = false;
            break;
        case 'snapshot':
            applySnapshot(b, f);
            break;
        case 'events':
            if (!d.ready || f.to <= d.last) {
                break;
            }
            if (f.from > d.last + 1) {
                d.gap = true;
                break;
            }
            if (f.from < d.last + 1) {
                // Overlaps what we have: take only what is new.
                f.events.filter((e) => e.seq > d.last).forEach((e) => applyEntry(b, e));
            } else {
                f.events.forEach((e) => applyEntry(b, e));
            }
            d.last = f.to;
            d.hash = f.hash ?? '';
            d.gap = false;
            break;
        case 'positions':
            applyPositions(b, Date.parse(f.at), f.units);
            break;
        case 'coverage':
            d.coverage = f;
            break;
        case 'beat':
            // The rows up to it had nothing for this page; the next frame begins behind it.
            if (d.ready && !d.gap && f.seq > d.last) {
                d.last = f.seq;
                d.hash = f.hash ?? '';
            }
            break;
        case 'answer':
        case 'problem':
            break;
    }
}

/* Many frames at once cost one copy of each collection they touch. */
export function reduceAll(state: State, frames: readonly Frame[]): State {
    if (frames.length === 0) {
        return state;
    }
    const b = new Batch(state);
    frames.forEach((f) => applyFrame(b, f));
    return b.draft;
}

export const reduce = (state: State, frame: Frame): State => reduceAll(state, [frame]);
