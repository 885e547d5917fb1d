// Where the phone is, told to the server while the unit is on duty or its officer calls for help; never else. The age of a
// fix is counted on the phone's own clock and given in the server's, so that neither clock need be right.
import type { Fix } from '../store/reduce';

export type WhereState = 'off' | 'asking' | 'on' | 'refused' | 'missing' | 'lost';

export interface WhereWiring {
    send: (frame: object) => boolean;
    unit: () => string;
    now: () => number; // ms of the server
    rate: () => number; // of its clock against ours
}

const SEND_MS = 5_000;

export class Whereabouts {
    state = $state<WhereState>('off');
    fix = $state.raw<Fix | null>(null); // in the server's time
    radius = $state<number | null>(null); // metres
    private watch: number | null = null;
    private sentAt = -Infinity;
    private position: GeolocationPosition | null = null;
    private told: GeolocationPosition | null = null;

    constructor(private readonly w: WhereWiring) {}

    /* Wanted or not; nothing happens when it is so already. */
    want(on: boolean): void {
        if (on && this.watch === null && (this.state === 'off' || this.state === 'lost')) {
            this.begin();
        } else if (!on && this.state !== 'off') {
            this.end();
        }
    }

    /* The officer has changed the phone's settings and wants another try. */
    again(): void {
        this.end();
        this.begin();
    }

    tick(): void {
        const p = this.position;
        if (p === null || p === this.told || this.w.unit() === '' || performance.now() - this.sentAt < SEND_MS) {
            return;
        }
        const age = Math.max(0, Date.now() - p.timestamp) * this.w.rate();
        const whole = (v: number | null, most: number): number | undefined =>
            v !== null && Number.isFinite(v) && v >= 0 && v <= most ? Math.round(v) : undefined;
        const heading = whole(p.coords.heading, 359);
        const speed = whole(p.coords.speed === null ? null : p.coords.speed * 3.6, 2000);
        const sent = this.w.send({
            op: 'position',
            unit: this.w.unit(),
            lon: Number(p.coords.longitude.toFixed(7)),
            lat: Number(p.coords.latitude.toFixed(7)),
            ...(heading === undefined ? {} : { heading }),
            ...(speed === undefined ? {} : { speed }),
            fix_at: new Date(this.w.now() - age).toISOString(),
        });
        if (sent) {
            this.sentAt = performance.now();
            this.told = p;
        }
    }

    private begin(): void {
        const api = (navigator as { geolocation?: Geolocation }).geolocation;
        if (api === undefined || !window.isSecureContext) {
            this.state = 'missing';
            return;
        }
        this.state = 'asking';
        this.watch = api.watchPosition(
            (p) => this.heard(p),
            (e) => {
                this.state = e.code === e.PERMISSION_DENIED ? 'refused' : 'lost';
            },
            { enableHighAccuracy: true, maximumAge: 2_000, timeout: 20_000 },
        );
    }

    private heard(p: GeolocationPosition): void {
        const age = Math.max(0, Date.now() - p.timestamp) * this.w.rate();
        this.position = p;
        this.state = 'on';
        this.radius = Math.round(p.coords.accuracy);
        this.fix = { lon: p.coords.longitude, lat: p.coords.latitude, at: this.w.now() - age };
        this.tick();
    }

    private end(): void {
        if (this.watch !== null) {
            navigator.geolocation.clearWatch(this.watch);
        }
        this.watch = null;
        this.state = 'off';
        this.position = this.fix = null;
        this.radius = null;
    }
}
