// Who sits where, what each seat owns, and whose ears an alarm is for. Pure.
import type { LiveIncident } from '../wire/frames';
import type { Alarm, AlarmStateWord, Assignment, EventData, Report, Seat } from '../wire/types';
import { alarmKind } from '../wire/words';
import { alarmRows } from './select';
import type { State } from './reduce';

export const SITTERS: readonly string[] = ['operator', 'commander', 'station_desk'];

export const seatRows = (s: State): Seat[] =>
    [...s.seats.values()].sort((a, b) => (a.code ?? '').localeCompare(b.code ?? ''));

/* A desk of a station, where nobody sits and nothing waits: a city has dozens of them. */
export const idleDesk = (s: State, x: Seat, load: number): boolean =>
    load === 0 &&
    (x.person ?? '') === '' &&
    (x.zones ?? []).length > 0 &&
    (x.zones ?? []).every((z) => ['station', 'beat'].includes((s.city.zones ?? []).find((c) => c.id === z.zone)?.kind ?? ''));

export function seatOf(s: State, person: string | undefined): Seat | undefined {
    return person === undefined || person === ''
        ? undefined
        : [...s.seats.values()].find((x) => x.person === person);
}

export const seatTitle = (x: Seat, lang: 'zh' | 'en'): string =>
    `${x.code ?? ''} ${(lang === 'zh' ? x.name_zh : x.name_en) ?? x.name_zh ?? ''}`.trim();

export const commanders = (s: State): Seat | undefined => [...s.seats.values()].find((x) => x.commander === true);

/* Somebody sits there and is heard. */
export const staffed = (x: Seat | undefined): boolean => (x?.person ?? '') !== '' && x?.silent !== true;

/* Whose a thing is: without a seat of its own it is the commander's. */
export const ownerOf = (s: State, seat: string | undefined): Seat | undefined =>
    s.seats.get(seat ?? '') ?? commanders(s);

export const mayTake = (x: Seat, role: string): boolean => role === 'commander' || x.commander !== true;

/* Whether all that the seat covers lies in a person's zones; a seat without zones covers the city. */
export function zonesCover(s: State, x: Seat, rights: { zones?: unknown; all_zones?: boolean } | null): boolean {
    const codes = Array.isArray(rights?.zones) ? rights.zones : [];
    if (rights === null || rights.all_zones === true || codes.length === 0) {
        return true;
    }
    const zones = new Map((s.city.zones ?? []).map((z) => [z.id, z]));
    const within = (id: string | undefined): boolean => {
        const zone = zones.get(id ?? '');
        return zone !== undefined && (codes.includes(zone.code) || within(zone.parent));
    };
    return (x.zones ?? []).length > 0 && (x.zones ?? []).every((z) => within(z.zone));
}

/* Whether it can be had without a reason: nobody is there, nobody is heard, or it is being handed to this person. */
export const freeFor = (x: Seat, person: string): boolean =>
    x.handing_to === person || ((x.handing_to ?? '') === '' && !staffed(x));

/* ---- alarms ---- */

export const alarmState = (a: Alarm): AlarmStateWord => a.state ?? 'standing';
/* Nobody has taken notice of it. */
export const unnoticed = (a: Alarm): boolean => alarmState(a) === 'standing' || alarmState(a) === 'returned';

/* Whether it is for the ears of who sits at `mine`: the owner's first, then the commander's; an officer in need is
 * everybody's. While nobody sits at the commander's seat all hear what would be heard there, and who sits nowhere hears the
 * gravest only. */
export function concerns(s: State, a: Alarm, mine: Seat | undefined): boolean {
    if (s.seats.size === 0 || a.kind === 'unit_panic') {
        return true;
    }
    if (mine === undefined) {
        return alarmKind[a.kind].level === 1;
    }
    const of = ownerOf(s, a.seat);
    const leads = mine.commander === true || !staffed(commanders(s));
    return of?.id === mine.id || (leads && (a.climbed_at !== undefined || !staffed(of)));
}

export const rings = (s: State, a: Alarm, mine: Seat | undefined): boolean =>
    alarmState(a) === 'standing' && concerns(s, a, mine);

/* What a person has to do something about stands before what is somebody else's, that before what was noticed, and what
 * was put aside last. */
export function alarmsFor(s: State, mine: Seat | undefined): Alarm[] {
    const rank = (a: Alarm): number =>
        unnoticed(a) ? (concerns(s, a, mine) ? 0 : 1) : alarmState(a) === 'shelved' ? 3 : 2;
    return alarmRows(s)
        .map((a) => ({ a, rank: rank(a) }))
        .sort((x, y) => x.rank - y.rank) // stable: within, by level, tier and age
        .map((x) => x.a);
}

export type AlarmRow = Alarm & { more: readonly Alarm[] }; // others of its kind that stand behind it

/* In a flood one row stands for all alarms of a kind; those of level 1 are never put behind another. */
export function grouped(rows: readonly Alarm[], flood: boolean): AlarmRow[] {
    const first = new Map<string, Alarm & { more: Alarm[] }>();
    const out: AlarmRow[] = [];
    for (const a of rows) {
        const key = `${a.kind} ${alarmState(a)}`;
        const head = flood && alarmKind[a.kind].level > 1 ? first.get(key) : undefined;
        if (head === undefined) {
            const row = { ...a, more: [] as Alarm[] };
            first.set(key, row);
            out.push(row);
        } else {
            head.more.push(a);
        }
    }
    return out;
}

/* ---- work ---- */

export interface Work {
    incidents: string[]; // open, those on hold too
    held: string[];
    unsigned: string[]; // orders
    reports: string[];
    alarms: string[];
    shelved: string[];
}

const incidentOpen = (i: LiveIncident): boolean => i.status !== 'closed' && i.status !== 'merged';
const reportOpen = (r: Report): boolean => r.status === 'open';

export interface Burden {
    load: number;
    unread: number;
}

/* How much each seat owns, and how much of that it has not read. */
export function burdens(s: State): ReadonlyMap<string, Burden> {
    const out = new Map<string, Burden>([...s.seats.keys()].map((id) => [id, { load: 0, unread: 0 }]));
    const add = (thing: { seat?: string; unread?: boolean }): void => {
        const b = out.get(ownerOf(s, thing.seat)?.id ?? '');
        if (b !== undefined) {
            b.load++;
            b.unread += thing.unread === true ? 1 : 0;
        }
    };
    [...s.incidents.values()].filter(incidentOpen).forEach(add);
    [...s.reports.values()].filter(reportOpen).forEach(add);
    return out;
}

export function workOf(s: State, seat: Seat): Work {
    const owns = (id: string | undefined): boolean => ownerOf(s, id)?.id === seat.id;
    const incidents = [...s.incidents.values()].filter((i) => incidentOpen(i) && owns(i.seat));
    const here = new Set(incidents.map((i) => i.id));
    const alarms = alarmRows(s).filter((a) => owns(a.seat));
    return {
        incidents: incidents.map((i) => i.id),
        held: incidents.filter((i) => i.status === 'held').map((i) => i.id),
        unsigned: [...s.assignments.values()]
            .filter((a: Assignment) => a.status === 'dispatched' && here.has(a.incident ?? ''))
            .map((a) => a.id),
        reports: [...s.reports.values()].filter((r) => reportOpen(r) && owns(r.seat)).map((r) => r.id),
        alarms: alarms.filter((a) => alarmState(a) !== 'shelved').map((a) => a.id),
        shelved: alarms.filter((a) => alarmState(a) === 'shelved').map((a) => a.id),
    };
}

/* What was signed: ids as they stood in the row of the log. */
export function workSigned(d: EventData['seat.handing_over']): Work {
    const ids = <K extends string>(list: { [key in K]?: string }[] | undefined, key: K): string[] =>
        (list ?? []).flatMap((x) => (x[key] === undefined ? [] : [x[key]!]));
    return {
        incidents: ids(d.incidents, 'incident'),
        held: ids(d.held, 'incident'),
        unsigned: ids(d.unsigned, 'assignment'),
        reports: ids(d.reports, 'report'),
        alarms: ids(d.alarms, 'alarm'),
        shelved: ids(d.shelved, 'alarm'),
    };
}
