// Incidents that wait, and whom each of their open slots is meant to get: one assignment of all of them, as the server last
// told it. Pure.
import { at } from '../format';
import type { LiveIncident } from '../wire/frames';
import type { Assignment, Requirement } from '../wire/types';
import type { State } from './reduce';
import { hasPoint, openSlots } from './select';

export interface WaitSlot {
    readonly need: Requirement;
    readonly meant: string | undefined; // a unit that is still free
}
export interface WaitRow {
    readonly incident: LiveIncident;
    readonly slots: readonly WaitSlot[];
}

/* Somebody waits there: nobody has arrived, and where it is is known. */
const waits = (i: LiveIncident): boolean => (i.status === 'waiting' || i.status === 'assigned') && hasPoint(i);

/* Whom the slot is meant to get; nobody any more once that unit is busy with something. */
export function meantFor(s: State, need: Requirement): string | undefined {
    const unit = s.units.get(need.meant ?? '');
    return unit?.status === 'available' ? unit.id : undefined;
}

/* The graver first, then the older: the order in which they are served when all else is equal. */
export function waitRows(s: State): WaitRow[] {
    const out: WaitRow[] = [];
    const orders = new Map<string, Assignment[]>();
    for (const a of s.assignments.values()) {
        const of = orders.get(a.incident ?? '');
        if (of === undefined) {
            orders.set(a.incident ?? '', [a]);
        } else {
            of.push(a);
        }
    }
    for (const incident of s.incidents.values()) {
        const open = waits(incident) ? openSlots(incident, orders.get(incident.id) ?? []) : [];
        if (open.length > 0) {
            out.push({ incident, slots: open.map((need) => ({ need, meant: meantFor(s, need) })) });
        }
    }
    return out.sort(
        (a, b) =>
            (a.incident.tier ?? 9) - (b.incident.tier ?? 9) ||
            at(a.incident.opened_at) - at(b.incident.opened_at) ||
            a.incident.id.localeCompare(b.incident.id),
    );
}

/* Units that are meant for the open slots of an incident, in the order of its slots. */
export const meantOf = (s: State, i: LiveIncident, orders: readonly Assignment[]): string[] =>
    waits(i)
        ? openSlots(i, orders).flatMap((need) => {
              const unit = meantFor(s, need);
              return unit === undefined ? [] : [unit];
          })
        : [];
