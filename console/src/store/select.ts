// Questions to the state: order of the queue, clocks, counts. Pure.
import { at, numberTail } from '../format';
import type { Advice, Entry, LiveIncident, LiveUnit, Recommendation, Weighed } from '../wire/frames';
import type { Alarm, Assignment, DeadlineKindWord, EventData, Report, Requirement, Zone } from '../wire/types';
import { alarmKind, assignmentStatus, moves, unitStatus } from '../wire/words';
import type { State } from './reduce';

const ended = (a: Assignment): boolean => assignmentStatus[a.status].phase === 2;

export function assignmentsOf(s: State, incident: string): Assignment[] {
    const out: Assignment[] = [];
    for (const a of s.assignments.values()) {
        if (a.incident === incident) {
            out.push(a);
        }
    }
    return out;
}

/* Without a point on the map the server can reckon no way to it: it recommends nobody. */
export const hasPoint = (i: LiveIncident | undefined): boolean =>
    i?.place?.state === 'known' || i?.place?.state === 'approximate';

/* A slot is filled while somebody is on it, and stays so once they have cleared. */
export function fillers(assignments: readonly Assignment[], slot: number | undefined): Assignment[] {
    return assignments.filter((a) => a.slot === slot && (!ended(a) || a.status === 'cleared'));
}

export function openSlots(i: LiveIncident, assignments: readonly Assignment[]): Requirement[] {
    return (i.requirements ?? []).filter((r) => fillers(assignments, r.slot).length === 0);
}

/* The nearest limit anyone must meet for this incident; NaN when nothing waits. The lists lack orders that have come to
 * their end: once a unit has been there, an open slot may have been served by one of those, and only who knows the `whole`
 * of them can hold its clock against anybody. */
export function nextDue(i: LiveIncident, assignments: readonly Assignment[], whole = false): number {
    const dues: number[] = (i.deadlines ?? []).map((d) => at(d.due_at));
    if (i.status === 'held') {
        dues.push(at(i.held_until));
    } else {
        if (whole || i.first_on_scene_at === undefined) {
            dues.push(...openSlots(i, assignments).map((r) => at(r.due_at)));
        }
        dues.push(...assignments.filter((a) => !ended(a) || a.feedback_due === true).map((a) => at(a.due_at)));
    }
    const known = dues.filter((d) => Number.isFinite(d));
    return known.length === 0 ? NaN : Math.min(...known);
}

/* The same limit with what it is for: what an order waits for follows from how far it has come. */
export function nextClock(
    i: LiveIncident,
    assignments: readonly Assignment[],
    whole = false,
): { due: number; kind: DeadlineKindWord } | undefined {
    const due = nextDue(i, assignments, whole);
    const kind = !Number.isFinite(due)
        ? undefined
        : (i.deadlines?.find((d) => at(d.due_at) === due)?.kind ??
          (i.status === 'held'
              ? 'hold_review'
              : (assignments.map((a) => (at(a.due_at) === due ? waitsFor(a) : undefined)).find((k) => k !== undefined) ?? 'dispatch')));
    return kind === undefined ? undefined : { due, kind };
}

/* What the clock of an order counts down to. */
export function waitsFor(a: Assignment): DeadlineKindWord | undefined {
    return a.feedback_due === true
        ? 'feedback'
        : a.status === 'dispatched'
          ? a.unit === undefined
              ? 'name'
              : 'sign'
          : a.status === 'acknowledged' || a.status === 'en_route' || a.status === 'staged'
            ? 'arrive'
            : undefined;
}

const SPARES_SHOWN = 2; // more than a person weighs at a glance

/* The unit that would be sent, when it would be there, and what lies on its way. */
export interface Best {
    readonly unit: string;
    readonly eta_ms?: number;
    readonly score_ms?: number;
    readonly detour_ms?: number;
    readonly road?: string;
}

/* Busy units that would serve the slot sooner than the best free one, with all that it costs; or serve it at all. Each
 * stands at the first slot it is good for. */
export function sparesPerSlot(
    advice: Recommendation | null,
    open: readonly Requirement[],
    best: ReadonlyMap<number, Best>,
): Map<number, Weighed[]> {
    const out = new Map<number, Weighed[]>();
    const named = new Set<string>();
    for (const r of open) {
        const limit = best.get(r.slot ?? 0)?.score_ms ?? Infinity;
        const fit = (advice?.units ?? []).filter(
            (u) =>
                u.slot === r.slot &&
                (u.reason === 'divertible' || u.reason === 'soon_free') &&
                (u.score_ms ?? Infinity) < limit &&
                !named.has(u.unit),
        );
        const shown = fit.slice(0, SPARES_SHOWN);
        shown.forEach((u) => named.add(u.unit));
        out.set(r.slot ?? 0, shown);
    }
    return out;
}

/* Who would go to each open slot now: each is judged alone by the server, so the best that no slot before it took. */
export function bestPerSlot(
    advice: Recommendation | null,
    open: readonly Requirement[],
): Map<number, Best> {
    const out = new Map<number, Best>();
    const taken = new Set<string>();
    for (const r of open) {
        const fit = (advice?.units ?? []).filter(
            (u) => u.slot === r.slot && (u.reason === 'chosen' || u.reason === 'slower'),
        );
        const stored = advice?.slots?.find((s) => s.slot === r.slot)?.chosen;
        const best = (advice?.units ?? []).length > 0 ? fit.find((u) => !taken.has(u.unit)) : stored;
        if (best !== undefined) {
            taken.add(best.unit);
            out.set(r.slot ?? 0, best);
        }
    }
    return out;
}

/* Why a slot was filled as it was: the newest recommendation names only slots that were open then, so that an older one on
 * the timeline may be the one that counts. Frames bring it without its evidence; the timeline as read has it. */
export function storedAdvice(
    advice: Recommendation | null,
    timeline: readonly Entry[],
    slot: number | undefined,
): Advice | undefined {
    const newest = advice?.slots?.find((s) => s.slot === slot);
    if (newest !== undefined) {
        return newest;
    }
    for (const e of [...timeline].reverse()) {
        const slots =
            e.kind === 'incident.recommended' ? ((e.data ?? {}) as EventData['incident.recommended']).slots : undefined;
        const found = slots?.find((s) => s.slot === slot && (s.considered ?? []).length > 0);
        if (found !== undefined) {
            const { chosen, considered, ...rest } = found;
            const rows = (considered ?? []).flatMap((c) => (c.unit === undefined ? [] : [{ ...c, unit: c.unit }]));
            const best = rows.find((c) => c.unit === chosen);
            return {
                ...rest,
                considered: rows,
                ...(chosen === undefined
                    ? {}
                    : {
                          chosen: {
                              unit: chosen,
                              ...(best?.score_ms === undefined ? {} : { score_ms: best.score_ms }),
                          },
                      }),
            };
        }
    }
    return undefined;
}

export type QueueRow =
    | { kind: 'incident'; id: string; incident: LiveIncident; assignments: Assignment[]; due: number; rank: number; since: number }
    | { kind: 'report'; id: string; report: Report; rank: number; since: number };

/* What nobody has judged yet stands between II and III: it may be anything. */
const UNCLASSIFIED = 2.5;
const rankOf = (i: LiveIncident): number => i.tier ?? UNCLASSIFIED;

function compare(a: QueueRow, b: QueueRow): number {
    const due = (r: QueueRow): number => (r.kind === 'incident' && Number.isFinite(r.due) ? r.due : Infinity);
    const byDue = due(a) === due(b) ? 0 : due(a) - due(b);
    return a.rank - b.rank || byDue || a.since - b.since || (a.id < b.id ? -1 : 1);
}

/* Incidents by tier and clock; among them the reports that have none. */
export function queueRows(s: State): QueueRow[] {
    const byIncident = new Map<string, Assignment[]>();
    for (const a of s.assignments.values()) {
        const list = byIncident.get(a.incident ?? '');
        if (list === undefined) {
            byIncident.set(a.incident ?? '', [a]);
        } else {
            list.push(a);
        }
    }
    const rows: QueueRow[] = [];
    for (const i of s.incidents.values()) {
        const assignments = byIncident.get(i.id) ?? [];
        rows.push({
            kind: 'incident',
            id: i.id,
            incident: i,
            assignments,
            due: nextDue(i, assignments),
            rank: rankOf(i),
            since: at(i.opened_at),
        });
    }
    for (const r of s.reports.values()) {
        if (r.status === 'open') {
            rows.push({ kind: 'report', id: r.id, report: r, rank: UNCLASSIFIED, since: at(r.received_at) });
        }
    }
    return rows.sort(compare);
}

const unitOrder: Record<string, number> = {
    available: 1,
    assigned: 2,
    en_route: 3,
    staged: 4,
    on_scene: 5,
    transporting: 6,
    unavailable: 7,
    off_duty: 8,
};

/* The order of callsigns. Comparing as people read is dear and callsigns hardly ever change: each has its place from the last
 * time that a new one came. */
let places: ReadonlyMap<string, number> = new Map();
function placesOf(units: readonly LiveUnit[]): ReadonlyMap<string, number> {
    if (units.some((u) => !places.has(u.callsign ?? ''))) {
        const all = [...new Set(units.map((u) => u.callsign ?? ''))].sort(new Intl.Collator().compare);
        places = new Map(all.map((callsign, n) => [callsign, n]));
    }
    return places;
}

export function unitRows(s: State): LiveUnit[] {
    const units = [...s.units.values()];
    const order = placesOf(units);
    const rank = (u: LiveUnit): number => (u.panic === true ? 0 : (unitOrder[u.status] ?? 9));
    const place = (u: LiveUnit): number => order.get(u.callsign ?? '') ?? 0;
    return units.sort((a, b) => rank(a) - rank(b) || place(a) - place(b));
}

export function alarmRows(s: State): Alarm[] {
    const tier = (a: Alarm): number => s.incidents.get(a.incident ?? '')?.tier ?? 0;
    return [...s.alarms.values()].sort(
        (a, b) =>
            alarmKind[a.kind].level - alarmKind[b.kind].level ||
            tier(a) - tier(b) ||
            at(a.raised_at) - at(b.raised_at) ||
            (a.id < b.id ? -1 : 1),
    );
}

export interface Counts {
    waiting: number;
    running: number;
    free: number;
    duty: number;
    alarms: [number, number, number];
    reports: number;
}

export function counts(s: State): Counts {
    const c: Counts = { waiting: 0, running: 0, free: 0, duty: 0, alarms: [0, 0, 0], reports: 0 };
    for (const i of s.incidents.values()) {
        if (i.status === 'waiting') {
            c.waiting++;
        } else if (i.status === 'assigned' || i.status === 'on_scene' || i.status === 'feedback_due') {
            c.running++;
        }
    }
    for (const u of s.units.values()) {
        c.free += unitStatus[u.status].phase === 1 ? 1 : 0;
        c.duty += unitStatus[u.status].phase === 0 ? 0 : 1;
    }
    for (const a of s.alarms.values()) {
        if (a.state === 'acknowledged' || a.state === 'shelved') {
            continue; // somebody has taken notice
        }
        const level = alarmKind[a.kind].level;
        c.alarms[level === 1 ? 0 : level === 2 ? 1 : 2]++;
    }
    for (const r of s.reports.values()) {
        c.reports += r.status === 'open' ? 1 : 0;
    }
    return c;
}

/* The order a unit works on; else the first it has. */
export function activeAssignment(s: State, unit: string): Assignment | undefined {
    let found: Assignment | undefined;
    for (const a of s.assignments.values()) {
        if (a.unit === unit && (found === undefined || a.active === true)) {
            found = a;
        }
    }
    return found;
}

/* Steps that a desk may record or order from here, in the order of the table. */
export function stepsFrom(status: Assignment['status']): typeof moves {
    return moves.filter((m) => m.from === status && m.who !== 'C');
}

export function typeName(s: State, code: string | undefined, lang: 'zh' | 'en'): string | undefined {
    const type = s.city.types?.find((t) => t.code === code);
    return type === undefined ? code : (lang === 'zh' ? type.name_zh : type.name_en) || type.name_zh || code;
}

const inLang = (o: { name_zh?: string; name_en?: string } | undefined, lang: 'zh' | 'en'): string | undefined =>
    (lang === 'zh' ? o?.name_zh : o?.name_en) || o?.name_zh || undefined;

/* A rule by its name in the active plan; one of another plan, or without a name, by its id. */
export function ruleName(s: State, plan: string | undefined, id: string | undefined, lang: 'zh' | 'en'): string {
    const rule = s.plan.id === plan ? s.plan.rules?.find((r) => r.id === id) : undefined;
    return inLang(rule, lang) ?? id ?? '–';
}

/* The plan that an incident was graded by. */
export function planText(s: State, id: string | undefined, version: number | undefined, lang: 'zh' | 'en'): string {
    const name = s.plan.id === id ? inLang(s.plan, lang) : undefined;
    return `${name ?? id ?? '–'}${version === undefined ? '' : ` v${version}`}`;
}

export function zoneName(s: State, id: string | undefined, lang: 'zh' | 'en'): string | undefined {
    const zone = s.city.zones?.find((z) => z.id === id);
    return zone === undefined ? undefined : (lang === 'zh' ? zone.name_zh : zone.name_en) || zone.name_zh || zone.code;
}

/* Zones that have a desk, and those of them that a code or the beginning of a name means. */
export const stationsOf = (s: State): Zone[] => (s.city.zones ?? []).filter((z) => z.kind === 'station');

export function stationsByName(s: State, text: string): Zone[] {
    const wanted = text.toLocaleLowerCase();
    const names = (z: Zone): string[] => [z.code, z.name_zh, z.name_en].map((n) => (n ?? '').toLocaleLowerCase());
    const same = stationsOf(s).filter((z) => names(z).includes(wanted));
    return same.length > 0 ? same : stationsOf(s).filter((z) => names(z).slice(1).some((n) => n.startsWith(wanted)));
}

/* Incidents whose number ends with these digits; an exact short number goes before longer ones. */
export function incidentsByTail(s: State, digits: string): LiveIncident[] {
    const fit = [...s.incidents.values()].filter((i) => (i.number ?? '').replace(/\D/g, '').endsWith(digits));
    const exact = fit.filter((i) => Number(numberTail(i.number)) === Number(digits));
    return exact.length === 1 ? exact : fit;
}

export function reportsByTail(s: State, digits: string): Report[] {
    const fit = [...s.reports.values()].filter((r) => (r.number ?? '').replace(/\D/g, '').endsWith(digits));
    const exact = fit.filter((r) => Number(numberTail(r.number)) === Number(digits));
    return exact.length === 1 ? exact : fit;
}

/* A unit by its callsign, or by the end of it when only one fits. */
export function unitsByName(s: State, text: string): LiveUnit[] {
    const wanted = text.toLocaleLowerCase();
    const all = [...s.units.values()];
    const same = all.filter((u) => (u.callsign ?? '').toLocaleLowerCase() === wanted);
    return same.length > 0 ? same : all.filter((u) => (u.callsign ?? '').toLocaleLowerCase().endsWith(wanted));
}
