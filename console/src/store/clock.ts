// The server's time, kept on the monotonic clock: the desk PC's own clock is never shown nor counted with.
interface Sample {
    at: number; // ms of the server
    mono: number; // ms, monotonic
}

const WINDOW_MS = 60_000;
const SKEW_SHOWN_MS = 2_000;

export class ServerClock {
    rate = 1;
    private samples: Sample[] = [];
    private best: Sample | undefined;

    constructor(private readonly mono: () => number = () => performance.now()) {}

    /* A frame's instant. The one that travelled quickest in the last minute counts. */
    heard(at: number): void {
        if (!Number.isFinite(at)) {
            return;
        }
        const mono = this.mono();
        this.samples = this.samples.filter((s) => mono - s.mono < WINDOW_MS);
        this.samples.push({ at, mono });
        this.best = this.samples.reduce((a, b) => (this.origin(b) > this.origin(a) ? b : a));
    }

    /* Another server or another rate: forget what was heard. */
    reset(rate: number): void {
        this.rate = rate;
        this.samples = [];
        this.best = undefined;
    }

    /* ms of the server's clock; before anything was heard, the PC's. */
    now(): number {
        return this.best === undefined ? Date.now() : this.best.at + (this.mono() - this.best.mono) * this.rate;
    }

    /* How far the PC's clock is off, when that is worth a word; not at a demo's rate, where it means nothing. */
    skewMs(): number {
        const skew = this.best === undefined || this.rate !== 1 ? 0 : Date.now() - this.now();
        return Math.abs(skew) > SKEW_SHOWN_MS ? skew : 0;
    }

    private origin(s: Sample): number {
        return s.at - s.mono * this.rate;
    }
}
