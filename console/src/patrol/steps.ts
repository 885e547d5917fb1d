// What a unit can do next and what it was told, from the server's picture and what waits in the phone. Pure.
import { at } from '../format';
import { distanceM } from '../shared/ways';
import { hasPoint, zoneName } from '../store/select';
import type { Fix, State } from '../store/reduce';
import type { LiveIncident } from '../wire/frames';
import type { Assignment, AssignmentStatusWord, ChangeWord, CueWord, Place, PlaceIn, Report, UnitMove } from '../wire/types';
import { assignmentStatus, moves, type Move } from '../wire/words';
import type { Item } from './outbox';

export const isOver = (status: AssignmentStatusWord): boolean => assignmentStatus[status].phase === 2;

const subject = (item: Item): string | undefined => (item.data as { assignment?: string }).assignment;

/* Where an order stands once everything that waits has been taken; `said` is what the phone has on top of the server. */
export function projected(a: Assignment, items: readonly Item[]): { status: AssignmentStatusWord; said: boolean } {
    let status = a.status;
    let said = false;
    for (const item of items) {
        if (item.state !== 'waiting' || subject(item) !== a.id) {
            continue;
        }
        const to =
            item.type === 'assignment.acknowledge'
                ? 'acknowledged'
                : item.type === 'assignment.decline'
                  ? 'declined'
                  : item.type === 'assignment.progress'
                    ? (item.data as { status: AssignmentStatusWord }).status
                    : undefined;
        if (to !== undefined) {
            status = to;
            said = true;
        }
    }
    return { status, said };
}

/* The phone has already said this about the order. */
export const hasSaid = (a: Assignment, type: Item['type'], items: readonly Item[]): boolean =>
    items.some((i) => i.state === 'waiting' && i.type === type && subject(i) === a.id);

/* What this phone still has to tell of an order to move up. */
export function moveSaid(m: UnitMove, items: readonly Item[]): 'nothing' | 'signed' | 'over' {
    const mine = items.filter((i) => i.state === 'waiting' && (i.data as { number?: number }).number === m.number);
    const has = (type: Item['type']): boolean => mine.some((i) => i.type === type);
    return has('unit.move_up_refuse') || has('unit.move_up_arrive') ? 'over' : has('unit.move_up_acknowledge') ? 'signed' : 'nothing';
}

/* What comes next as a rule: the one button that is filled. */
const usual: Partial<Record<AssignmentStatusWord, AssignmentStatusWord>> = {
    dispatched: 'acknowledged',
    acknowledged: 'en_route',
    en_route: 'on_scene',
    staged: 'on_scene',
    on_scene: 'cleared',
    transporting: 'cleared',
};

/* The legal steps of a unit, the usual one first; declining is no step but an answer of its own. */
export function stepsOf(status: AssignmentStatusWord): { next: Move | undefined; others: Move[]; mayDecline: boolean } {
    const mine = moves.filter((m) => m.from === status && m.who === 'U');
    const next = mine.find((m) => m.to === usual[status]);
    return {
        next,
        others: mine.filter((m) => m !== next && m.to !== 'declined'),
        mayDecline: mine.some((m) => m.to === 'declined'),
    };
}

/* This unit's orders, the one it works on first, then by when they came. Reserved ones are nobody's business yet. */
export function ordersOf(s: State): Assignment[] {
    const mine = [...s.assignments.values()].filter((a) => a.unit === s.unit && a.status !== 'reserved');
    const made = (a: Assignment): number => at(a.dispatched_at ?? a.since);
    return mine.sort(
        (a, b) => Number(b.active === true) - Number(a.active === true) || made(a) - made(b) || (a.id < b.id ? -1 : 1),
    );
}

/* Orders that nobody has answered, gravest and oldest first: these ring. */
export function newOrders(s: State, items: readonly Item[]): Assignment[] {
    const tier = (a: Assignment): number => s.incidents.get(a.incident ?? '')?.tier ?? 3;
    return ordersOf(s)
        .filter((a) => a.status === 'dispatched' && !projected(a, items).said)
        .sort((a, b) => tier(a) - tier(b) || at(a.dispatched_at) - at(b.dispatched_at));
}

/* Orders with something changed that the unit has not signed: these ring too. */
export const changedOrders = (s: State, items: readonly Item[]): Assignment[] =>
    ordersOf(s).filter(
        (a) => a.change_due === true && !hasSaid(a, 'assignment.acknowledge_change', items),
    );

/* Officers in need nearby: an incident that is not this unit's own call. */
export type Need = LiveIncident & { panic_callsign?: string };
export const needsOf = (s: State): Need[] =>
    [...s.incidents.values()].filter((i) => i.panic === true && i.panic_unit !== s.unit);

/* Beside an officer who called unheard: a phone that rings there gives them away, whatever it rings for. */
const QUIET_M = 200; // as the server's, whose flags count where this phone has no fix
type Point = { lon: number; lat: number };
export const mustHush = (s: State, me: Point | undefined): boolean =>
    needsOf(s).some((i) => {
        const point = pointOf(i);
        return i.panic_silent === true && me !== undefined && point !== undefined && distanceM(me, point) <= QUIET_M;
    });

/* What comes about this incident makes no sound: the server told this unit without one, or it stands there now. */
export function isQuiet(s: State, incident: string | undefined, me: Point | undefined): boolean {
    const i = s.incidents.get(incident ?? '');
    if (i !== undefined && i.panic !== true) {
        return mustHush(s, me); // that officer has been reached
    }
    const told = s.units.get(s.unit)?.alerts?.some((a) => a.incident === incident && a.quiet === true) === true;
    return told || ordersOf(s).some((a) => a.incident === incident && a.quiet === true) || mustHush(s, me);
}

/* A feedback is owed and the phone has not given it. */
export const owesFeedback = (a: Assignment, items: readonly Item[]): boolean =>
    a.feedback_due === true && a.feedback_given !== true && !hasSaid(a, 'assignment.feedback', items);

/* A feedback may be given: somebody was there. */
export const mayFeedBack = (a: Assignment, items: readonly Item[]): boolean =>
    a.on_scene_at !== undefined ||
    items.some(
        (i) => i.state === 'waiting' && subject(i) === a.id && (i.data as { status?: string }).status === 'on_scene',
    );

/* Word from the scene may be given: the unit is there, as far as the phone knows. */
export const mayReport = (a: Assignment, items: readonly Item[]): boolean =>
    ['on_scene', 'transporting'].includes(projected(a, items).status);

/* Nobody has told anything from the scene yet. */
export const owesReport = (s: State, a: Assignment, items: readonly Item[]): boolean =>
    s.incidents.get(a.incident ?? '')?.first_report_at === undefined && !hasSaid(a, 'assignment.report', items);

/* The others on an incident. */
export type Beside = Assignment & { callsign?: string };
export const besideOf = (s: State, incident: string): Beside[] =>
    [...s.assignments.values()].filter(
        (a) => a.incident === incident && a.unit !== undefined && a.unit !== s.unit && !isOver(a.status),
    );

export const reportsOf = (s: State, incident: string): Report[] =>
    [...s.reports.values()].filter((r) => r.incident === incident);

/* What a unit must be told of when it changes. */
export interface Facts {
    readonly type: string | undefined;
    readonly tier: number | undefined;
    readonly place: Place | undefined;
    readonly cues: readonly CueWord[];
    readonly reports: readonly string[];
}

export const factsOf = (s: State, i: LiveIncident): Facts => ({
    type: i.type_dispatched,
    tier: i.tier,
    place: i.place,
    cues: [...(i.cues ?? [])].sort(),
    reports: reportsOf(s, i.id)
        .map((r) => r.id)
        .sort(),
});

export type Change =
    | { readonly what: 'type'; readonly from: string | undefined; readonly to: string | undefined }
    | { readonly what: 'tier'; readonly from: number | undefined; readonly to: number | undefined }
    | { readonly what: 'place'; readonly from: Place | undefined; readonly to: Place | undefined }
    | { readonly what: 'cues'; readonly more: readonly CueWord[]; readonly less: readonly CueWord[] }
    | { readonly what: 'reports'; readonly more: number };

const samePlace = (a: Place | undefined, b: Place | undefined): boolean =>
    a?.lon === b?.lon && a?.lat === b?.lat && a?.address === b?.address && a?.state === b?.state && a?.protected === b?.protected;

/* What became different since the unit last knew, danger first. */
export function changesOf(known: Facts, now: Facts): Change[] {
    const out: Change[] = [];
    const more = now.cues.filter((c) => !known.cues.includes(c));
    const less = known.cues.filter((c) => !now.cues.includes(c));
    if (more.length + less.length > 0) {
        out.push({ what: 'cues', more, less });
    }
    if (known.tier !== now.tier) {
        out.push({ what: 'tier', from: known.tier, to: now.tier });
    }
    if (!samePlace(known.place, now.place)) {
        out.push({ what: 'place', from: known.place, to: now.place });
    }
    if (known.type !== now.type) {
        out.push({ what: 'type', from: known.type, to: now.type });
    }
    const reports = now.reports.filter((r) => !known.reports.includes(r)).length;
    if (reports > 0) {
        out.push({ what: 'reports', more: reports });
    }
    return out;
}

/* What the unit must be told that its phone never saw otherwise: what it is now, where that can be said. */
export const nowOf = (change: ChangeWord, now: Facts): Change | undefined =>
    change === 'type'
        ? { what: 'type', from: undefined, to: now.type }
        : change === 'tier'
          ? { what: 'tier', from: undefined, to: now.tier }
          : change === 'place'
            ? { what: 'place', from: undefined, to: now.place }
            : change === 'cues'
              ? { what: 'cues', more: now.cues, less: [] }
              : undefined;

/* Where an incident is, when it has a point. */
export const pointOf = (i: LiveIncident | undefined): { lon: number; lat: number } | undefined =>
    hasPoint(i) && i?.place?.lon !== undefined && i.place.lat !== undefined
        ? { lon: i.place.lon, lat: i.place.lat }
        : undefined;

/* For a map of the device (RFC 5870): WGS 84, as everything here. */
export const geoLink = (p: { lon: number; lat: number }, label: string): string =>
    `geo:${p.lat.toFixed(6)},${p.lon.toFixed(6)}?q=${p.lat.toFixed(6)},${p.lon.toFixed(6)}(${encodeURIComponent(label)})`;

/* The unit's own newest place: what this phone measured, else what the server has. */
export const whereAmI = (own: Fix | null, s: State): Fix | undefined => own ?? s.fixes.get(s.unit);

const FRESH_MS = 60_000;
const ROUGH_M = 300;

/* The place of what an officer opens: where the phone is; with other words, or by an older fix, thereabouts. Without any fix
 * the words alone. */
export function placeHere(me: Fix | undefined, radius: number | null, now: number, address: string, here: boolean): PlaceIn {
    const words = address === '' ? {} : { address };
    if (me === undefined) {
        return { state: 'unknown', ...words };
    }
    const point = { lon: Number(me.lon.toFixed(7)), lat: Number(me.lat.toFixed(7)) };
    const exact = here && now - me.at <= FRESH_MS;
    const radius_m = exact ? radius : Math.max(radius ?? 0, ROUGH_M);
    return { state: exact ? 'known' : 'approximate', ...point, ...(radius_m === null ? {} : { radius_m }), ...words };
}

export const zoneOf = (s: State, lang: 'zh' | 'en'): string =>
    zoneName(s, s.units.get(s.unit)?.zone, lang) ?? '';
