// The way of the order in sight, asked of the server while the phone is looked at: every ten seconds, as the order moves on,
// and when roads change. Without a network the last one stays, with the time it is from.
import { moveKey } from '../store/moves';
import { onWay, readMoveRoute, readRoute, routeDue, type Asked, type Route } from '../store/routes';
import type { Assignment, UnitMove } from '../wire/types';

interface Wanted {
    readonly id: string;
    readonly status: string;
    readonly read: (token: string) => Promise<Route>;
}

export interface WayWiring {
    token: () => string;
    linked: () => boolean;
    roads: () => number; // the change of the roads that travel times take in
    now: () => number; // ms of the server
}

export class Way {
    route = $state.raw<Route | null>(null);
    readAt = $state(0); // ms of the server
    failed = $state(false); // asked, and no answer
    private asked: Asked | undefined;
    private order: string | undefined;
    private busy = false;

    constructor(private readonly w: WayWiring) {}

    /* Of the order in sight; without one, of the order to move up. */
    look(order: Assignment | undefined, unit: string, move?: UnitMove): void {
        const wanted: Wanted | undefined =
            order !== undefined
                ? onWay(order)
                    ? { id: order.id, status: order.status, read: (token) => readRoute(token, order.unit!, order.id) }
                    : undefined
                : move === undefined
                  ? undefined
                  : { id: moveKey(unit, move), status: 'move', read: (token) => readMoveRoute(token, unit) };
        if (wanted?.id !== this.order) {
            this.order = wanted?.id;
            this.asked = undefined;
            this.route = null;
            this.failed = false;
        }
        const mono = performance.now();
        if (wanted === undefined || this.busy || !this.w.linked() || document.visibilityState !== 'visible') {
            return;
        }
        if (routeDue(this.asked, wanted, this.w.roads(), mono)) {
            this.asked = { status: wanted.status, roads: this.w.roads(), mono };
            void this.ask(wanted);
        }
    }

    private async ask(wanted: Wanted): Promise<void> {
        this.busy = true;
        try {
            const route = await wanted.read(this.w.token());
            if (wanted.id === this.order) {
                this.route = route;
                this.readAt = this.w.now();
                this.failed = false;
            }
        } catch {
            this.failed = true;
        } finally {
            this.busy = false;
        }
    }
}
