// The ways of the units that go to the incident in hand, and of those that move up: asked one after the other, again every ten seconds and as soon as
// an order moves on or the roads change. Nothing is asked while nobody looks.
import { moveKey, movesOf } from '../store/moves';
import { onWay, readMoveRoute, readRoute, routeDue, type Asked, type Route } from '../store/routes';
import { desk } from './desk.svelte';

const MOVES_MOST = 8; // ways of units that move up; the others are drawn straight

interface Wanted {
    readonly id: string;
    readonly status: string;
    readonly read: (token: string) => Promise<Route>;
}

class Routes {
    by = $state.raw<ReadonlyMap<string, Route>>(new Map()); // by order
    private readonly asked = new Map<string, Asked>();
    private busy = false;

    /* Called with every tick. */
    look(incident: string | undefined): void {
        const live = desk.live;
        const orders = incident === undefined ? [] : [...live.assignments.values()].filter((a) => a.incident === incident && onWay(a));
        const wanted: Wanted[] = [
            ...orders.map((a) => ({ id: a.id, status: a.status, read: (token: string) => readRoute(token, a.unit!, a.id) })),
            ...movesOf(live.units.values())
                .slice(0, MOVES_MOST)
                .map(({ unit, move }) => ({ id: moveKey(unit.id, move), status: 'move', read: (token: string) => readMoveRoute(token, unit.id) })),
        ];
        this.keep(new Set(wanted.map((w) => w.id)));
        if (this.busy || document.visibilityState !== 'visible' || desk.link.kind !== 'live') {
            return;
        }
        const mono = performance.now();
        const due = wanted.find((w) => routeDue(this.asked.get(w.id), w, live.roadWeights, mono));
        if (due !== undefined) {
            this.asked.set(due.id, { status: due.status, roads: live.roadWeights, mono });
            void this.ask(due);
        }
    }

    private keep(ids: ReadonlySet<string>): void {
        for (const id of [...this.asked.keys()].filter((k) => !ids.has(k))) {
            this.asked.delete(id);
        }
        if ([...this.by.keys()].some((id) => !ids.has(id))) {
            this.by = new Map([...this.by].filter(([id]) => ids.has(id)));
        }
    }

    /* What cannot be read is not known: an old way beside new roads would mislead. */
    private async ask(wanted: Wanted): Promise<void> {
        this.busy = true;
        let route: Route | undefined;
        try {
            route = await wanted.read(desk.session?.token ?? '');
        } catch {
            route = undefined;
        }
        this.busy = false;
        if (this.asked.has(wanted.id)) {
            const next = new Map(this.by);
            next.delete(wanted.id);
            this.by = route === undefined ? next : next.set(wanted.id, route);
        }
    }
}

export const routes = new Routes();
