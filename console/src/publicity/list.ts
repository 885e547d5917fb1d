// Which incidents the publicity desk lists, and in which order. Pure.
import { at } from '../format';
import { typeName } from '../store/select';
import type { State } from '../store/reduce';
import { zonesWithin } from '../shared/zones';
import type { LiveIncident } from '../wire/frames';

export interface Filters {
    zone: string; // '' all
    tier: '' | '0' | '1' | '2' | '3' | '4'; // '0': none yet
    status: string; // '' all
    search: string;
    sort: 'newest' | 'gravest' | 'oldest';
}

export const noFilters: Filters = { zone: '', tier: '', status: '', search: '', sort: 'newest' };

const UNGRADED = 2.5; // may be anything

export function listed(s: State, incidents: Iterable<LiveIncident>, f: Filters): LiveIncident[] {
    const zones = f.zone === '' ? null : zonesWithin(s.city.zones ?? [], f.zone);
    const wanted = f.search.normalize('NFKC').trim().toLocaleLowerCase();
    const fits = (i: LiveIncident): boolean =>
        (zones === null || zones.has(i.place?.zone ?? '')) &&
        (f.tier === '' || String(i.tier ?? 0) === f.tier) &&
        (f.status === '' || i.status === f.status) &&
        (wanted === '' ||
            [i.number, i.type_dispatched, typeName(s, i.type_dispatched, 'zh'), typeName(s, i.type_dispatched, 'en')]
                .join(' ')
                .toLocaleLowerCase()
                .includes(wanted));
    const opened = (i: LiveIncident): number => at(i.opened_at);
    const order = {
        newest: (a: LiveIncident, b: LiveIncident) => opened(b) - opened(a),
        oldest: (a: LiveIncident, b: LiveIncident) => opened(a) - opened(b),
        gravest: (a: LiveIncident, b: LiveIncident) =>
            (a.tier ?? UNGRADED) - (b.tier ?? UNGRADED) || opened(b) - opened(a),
    }[f.sort];
    return [...incidents].filter(fits).sort((a, b) => order(a, b) || (a.id < b.id ? -1 : 1));
}

export interface Tally {
    waiting: number;
    running: number;
    held: number;
    tiers: [number, number, number, number, number]; // 0: none yet
}

export function tally(incidents: Iterable<LiveIncident>): Tally {
    const t: Tally = { waiting: 0, running: 0, held: 0, tiers: [0, 0, 0, 0, 0] };
    for (const i of incidents) {
        t.tiers[i.tier ?? 0]!++;
        if (i.status === 'waiting') {
            t.waiting++;
        } else if (i.status === 'held') {
            t.held++;
        } else {
            t.running++;
        }
    }
    return t;
}
