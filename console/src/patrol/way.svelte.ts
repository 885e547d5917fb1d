// The way of the order in sight, asked of the server while the phone is looked at: every ten seconds, as the order moves on,
// and when roads change. Without a network the last one stays, with the time it is from.
import { onWay, readRoute, routeDue, type Asked, type Route } from '../store/routes';
import type { Assignment } from '../wire/types';

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

    look(order: Assignment | undefined): void {
        const wanted = order !== undefined && onWay(order) ? order : undefined;
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
            void this.ask(wanted.unit!, wanted.id);
        }
    }

    private async ask(unit: string, order: string): Promise<void> {
        this.busy = true;
        try {
            const route = await readRoute(this.w.token(), unit, order);
            if (order === this.order) {
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
