// What belongs to a station: its zone with what lies in it, its incidents in the order in which they want hands, its units. Pure.
import { at } from '../format';
import { concerns, mayTake, unnoticed } from '../store/seats';
import { alarmRows, assignmentsOf, nextDue, openSlots } from '../store/select';
import type { State } from '../store/reduce';
import { zonesWithin } from '../shared/zones';
import type { LiveIncident, LiveUnit } from '../wire/frames';
import type { Alarm, Assignment, Requirement, Seat } from '../wire/types';
import { assignmentStatus } from '../wire/words';

/* Ids of the zones that these codes name, with all that lies in them. No codes: the whole city. */
export function zonesOf(s: State, codes: readonly string[]): Set<string> {
    const zones = s.city.zones ?? [];
    const roots = zones.filter((z) => codes.includes(z.code ?? ''));
    return codes.length === 0
        ? new Set(zones.map((z) => z.id))
        : new Set(roots.flatMap((z) => [...zonesWithin(zones, z.id)]));
}

const over = (a: Assignment): boolean => assignmentStatus[a.status].phase === 2;

/* An order to this station that names no unit yet. */
export const unnamed = (a: Assignment, zones: ReadonlySet<string>): boolean =>
    a.unit === undefined && a.station !== undefined && zones.has(a.station) && !over(a);

/* All of them, the one whose clock ends first before the others. */
export const calledOf = (s: State, zones: ReadonlySet<string>): Assignment[] =>
    [...s.assignments.values()]
        .filter((a) => unnamed(a, zones))
        .sort((a, b) => at(a.due_at) - at(b.due_at) || (a.id < b.id ? -1 : 1));

/* Seats where a person of these zones may sit: what they cover lies within; one that covers everything, all zones. */
export function mayTakeHere(s: State, zones: ReadonlySet<string>, role: string): Seat[] {
    const all = (s.city.zones ?? []).every((z) => zones.has(z.id));
    const covered = (x: Seat): boolean =>
        (x.zones ?? []).length === 0 ? all : (x.zones ?? []).every((z) => zones.has(z.zone ?? ''));
    return [...s.seats.values()]
        .filter((x) => mayTake(x, role) && covered(x))
        .sort((a, b) => (a.code ?? '').localeCompare(b.code ?? ''));
}

/* What rings for this desk: of its seat, of its units, of orders to it. */
export function alarmsOf(s: State, zones: ReadonlySet<string>, seat: Seat | undefined): Alarm[] {
    const own = (a: Alarm): boolean => {
        const order = s.assignments.get(a.assignment ?? '');
        const unit = s.units.get(a.unit ?? order?.unit ?? '');
        return zones.has(unit?.zone ?? '') || zones.has(order?.station ?? '');
    };
    return alarmRows(s).filter((a) => unnoticed(a) && (own(a) || (seat !== undefined && concerns(s, a, seat))));
}

export interface Row {
    readonly id: string;
    readonly incident: LiveIncident;
    readonly orders: readonly Assignment[];
    readonly due: number;
    readonly called: boolean; // an order to the station waits for a unit
    readonly ours: boolean;
}

const UNGRADED = 2.5; // may be anything

/* What the station was ordered to do first, then by tier and clock. */
export function rowsOf(s: State, zones: ReadonlySet<string>): Row[] {
    const own = new Set(unitsOf(s, zones).map((u) => u.id));
    const rows: Row[] = [];
    for (const incident of s.incidents.values()) {
        const orders = assignmentsOf(s, incident.id);
        const called = orders.some((a) => unnamed(a, zones));
        const ours = called || orders.some((a) => own.has(a.unit ?? '') && (!over(a) || a.feedback_due === true));
        if (ours || zones.has(incident.place?.zone ?? '') || incident.place?.zone === undefined) {
            rows.push({ id: incident.id, incident, orders, due: nextDue(incident, orders), called, ours });
        }
    }
    const due = (r: Row): number => (Number.isFinite(r.due) ? r.due : Infinity);
    return rows.sort(
        (a, b) =>
            Number(b.called) - Number(a.called) ||
            (a.incident.tier ?? UNGRADED) - (b.incident.tier ?? UNGRADED) ||
            (due(a) === due(b) ? 0 : due(a) - due(b)) ||
            at(a.incident.opened_at) - at(b.incident.opened_at) ||
            (a.id < b.id ? -1 : 1),
    );
}

export const unitsOf = (s: State, zones: ReadonlySet<string>): LiveUnit[] =>
    [...s.units.values()].filter((u) => zones.has(u.zone ?? ''));

/* The open slot that a unit fits, the narrower the better; undefined: none, and it goes beside the plan. */
export function slotFor(i: LiveIncident, orders: readonly Assignment[], u: LiveUnit): Requirement | undefined {
    const open = openSlots(i, orders).filter((r) => r.capability === undefined);
    const kind = (r: Requirement): string => r.police_type ?? 'none';
    return open.find((r) => kind(r) === u.police_type) ?? open.find((r) => kind(r) === 'none');
}
