// The ways of the units that go to the incident in hand: asked one after the other, again every ten seconds and as soon as
// an order moves on or the roads change. Nothing is asked while nobody looks.
import { onWay, readRoute, routeDue, type Asked, type Route } from '../store/routes';
import { desk } from './desk.svelte';

class Routes {
    by = $state.raw<ReadonlyMap<string, Route>>(new Map()); // by order
    private readonly asked = new Map<string, Asked>();
    private busy = false;

    /* Called with every tick. */
    look(incident: string | undefined): void {
        const live = desk.live;
        const orders = incident === undefined ? [] : [...live.assignments.values()].filter((a) => a.incident === incident && onWay(a));
        this.keep(new Set(orders.map((a) => a.id)));
        if (this.busy || document.visibilityState !== 'visible' || desk.link.kind !== 'live') {
            return;
        }
        const mono = performance.now();
        const due = orders.find((a) => routeDue(this.asked.get(a.id), a, live.roadWeights, mono));
        if (due !== undefined) {
            this.asked.set(due.id, { status: due.status, roads: live.roadWeights, mono });
            void this.ask(due.id, due.unit!);
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
    private async ask(order: string, unit: string): Promise<void> {
        this.busy = true;
        let route: Route | undefined;
        try {
            route = await readRoute(desk.session?.token ?? '', unit, order);
        } catch {
            route = undefined;
        }
        this.busy = false;
        if (this.asked.has(order)) {
            const next = new Map(this.by);
            next.delete(order);
            this.by = route === undefined ? next : next.set(order, route);
        }
    }
}

export const routes = new Routes();
