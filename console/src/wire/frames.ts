// Frames of the WebSocket and answers of HTTP, as protocol.md has them. The objects inside come from the master tables.
import type { Offset } from '../format';
import type {
    Alarm,
    Assignment,
    By,
    ConsideredUnit,
    CoverPartWord,
    DeadlineKindWord,
    EventWord,
    Incident,
    IncidentType,
    PassedCount,
    Report,
    RoadNotice,
    Seat,
    SlotAdvice,
    Unit,
    Zone,
} from './types';

export interface UnitPlace {
    lon: number;
    lat: number;
    at?: string;
    age_ms?: number;
}
export type LiveUnit = Unit & { place?: UnitPlace };

export interface City {
    name?: string;
    name_en?: string;
    capabilities?: string[];
    zones?: Zone[];
    types?: IncidentType[];
    offsets?: Offset[];
}
export interface PlanName {
    id?: string;
    version?: number;
    name_zh?: string;
    name_en?: string;
    rules?: RuleName[];
}
export interface RuleName {
    id?: string;
    name_zh?: string;
    name_en?: string;
}

/* A wait that runs, whether it is overdue or not. */
export interface Deadline {
    kind: DeadlineKindWord;
    due_at: string;
}
/* Who owns it: a seat, and who sits there. */
export interface Owner {
    seat?: string;
    person?: string;
}
/* unsettled: closed by force, and something is still owed by an officer who was there. */
export type LiveIncident = Omit<Incident, 'owner'> & {
    owner?: Owner;
    deadlines?: Deadline[];
    unsettled?: boolean;
};
/* What a seat carries is no field of it. */
export type LiveSeat = Seat & { load: number; unread: number };

export interface SnapshotData {
    clock_rate?: number;
    city?: City;
    plan?: PlanName;
    automation?: { stopped?: boolean };
    incidents?: LiveIncident[];
    reports?: Report[];
    assignments?: Assignment[];
    units?: LiveUnit[];
    seats?: LiveSeat[];
    alarms?: Alarm[];
    roads?: RoadNotice[];
    road_weights?: number; // the last change of the roads that travel times take in
    road_speeds?: RoadSpeeds;
}

/* Learned speeds in use: their version, and their hour, 0 to 23 of working days, 24 to 47 of weekends. */
export interface RoadSpeeds {
    version: string;
    hour: number;
}

/* Whole objects as they are after a row. */
export interface After {
    incidents?: LiveIncident[];
    reports?: Report[];
    assignments?: Assignment[];
    units?: LiveUnit[];
    seats?: LiveSeat[];
    alarms?: Alarm[];
    alarms_cleared?: string[];
    roads?: RoadNotice[];
    roads_opened?: string[];
}

export interface Entry {
    seq: number;
    n: number;
    at: string;
    kind: EventWord | 'view.enter' | 'view.leave';
    by?: By;
    incident?: string;
    unit?: string;
    report?: string; // of view.enter and view.leave
    data?: Record<string, unknown>;
    after?: After;
}

export interface Problem {
    type?: string;
    title?: string;
    status?: number;
    detail?: string;
    instance?: string;
    code?: string;
    field?: string;
    hint?: string;
    title_zh?: string;
    retry_ms?: number;
    seq?: number;
}

export type PositionRow = [string, number, number, number | null, number | null, number];

export interface Welcome {
    op: 'welcome';
    role: string;
    audience: string;
    world: string;
    world_id?: string;
    name?: string;
    user?: string;
    unit?: string; // of a unit's own terminal
    seq: number;
    hash?: string;
    epoch: number;
    clock_rate?: number;
}
export interface Snapshot {
    op: 'snapshot';
    seq: number;
    hash?: string;
    data: SnapshotData;
}
export interface Events {
    op: 'events';
    from: number;
    to: number;
    hash?: string;
    at: string;
    events: Entry[];
}
export interface Positions {
    op: 'positions';
    at: string;
    units: PositionRow[];
}
export interface Beat {
    op: 'beat';
    seq: number;
    hash?: string;
    at: string;
}
/* Who could be where within one, three and five minutes: as it stands since `at`, told when it changes. */
export type CoverWeight = 'incidents' | 'road_length' | 'area';
export interface CoverGap {
    at: [number, number];
    share: number;
}
export interface CircleOpen {
    code: string;
    name_zh?: string;
    name_en?: string;
    minutes: number;
    class: string;
    kept: false;
    unit?: string; // who is first there within five minutes
    callsign?: string;
    ms?: number;
    at: [number, number];
}
export interface Coverage {
    op: 'coverage';
    seq: number;
    at: string;
    engine: string | null; // null: there is no city to reckon it of yet
    weight: CoverWeight | null;
    incidents?: number; // that weigh
    rings: number[];
    classes: { class: string; units: number; under_way?: number; share: number[] }[]; // under_way: not among its units
    circles: { all: number; kept: number; open: CircleOpen[] };
    gaps: CoverGap[]; // of the police, beyond five minutes
}
export interface Answer {
    op: 'answer';
    id: string;
    seq?: number;
    hash?: string;
    problem?: Problem;
}
export interface LoneProblem {
    op: 'problem';
    problem: Problem;
}
export type Frame = Welcome | Snapshot | Events | Positions | Coverage | Beat | Answer | LoneProblem;

export interface Detail {
    seq: number;
    incident: LiveIncident;
    reports?: Report[];
    assignments?: Assignment[];
}
export interface Timeline {
    seq: number;
    events: Entry[];
}
export type Considered = ConsideredUnit & { unit: string; callsign?: string };
/* As things stand now, beside the slot it is good for. */
export type Weighed = Considered & { slot?: number };
export interface Advice extends Omit<SlotAdvice, 'chosen' | 'considered' | 'passed'> {
    chosen?: { unit: string; eta_ms?: number; score_ms?: number };
    considered?: Considered[];
    passed?: PassedCount[];
}
export interface Recommendation {
    incident: string;
    at?: string;
    engine?: string;
    plan?: string;
    plan_version?: number;
    coarse?: boolean;
    cover?: CoverPartWord; // whether the city's cover was weighed, and if not, why
    joint?: boolean; // chosen together with other waiting incidents; what follows is of that choice
    joint_slots?: number; // absent: others were counted in as the last such choice had them
    joint_beyond?: number;
    gap_late_ms?: number;
    gap_ms?: number;
    slots?: Advice[]; // as stored when it was decided
    live_engine?: string;
    units?: Weighed[]; // as things stand now, every unit beside every open slot, best first
}
