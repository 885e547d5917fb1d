// Sound and vibration until somebody answers. A browser wants a touch first: the first one anywhere on the page will do.
export type RingKind = 'order' | 'grave' | 'change' | 'called' | 'notice';

const EVERY_MS: Record<RingKind, number> = { grave: 1_500, order: 2_500, change: 4_000, called: 8_000, notice: Infinity };
const TONES: Record<RingKind, readonly (readonly [hz: number, from: number, seconds: number])[]> = {
    grave: [
        [988, 0, 0.2],
        [740, 0.22, 0.2],
        [988, 0.44, 0.2],
        [740, 0.66, 0.3],
    ],
    order: [
        [880, 0, 0.25],
        [660, 0.28, 0.25],
        [880, 0.56, 0.35],
    ],
    change: [
        [740, 0, 0.15],
        [740, 0.25, 0.15],
    ],
    called: [
        [660, 0, 0.2],
        [880, 0.22, 0.2],
        [660, 0.44, 0.2],
    ],
    notice: [[620, 0, 0.3]],
};
const SHAKES: Record<RingKind, number[]> = {
    grave: [500, 120, 500, 120, 500],
    order: [400, 150, 400],
    change: [250, 150, 250],
    called: [300, 150, 300],
    notice: [300],
};

export class Ring {
    on = $state(false); // sounds can be made
    kind = $state<RingKind | null>(null); // what rings now
    private audio: AudioContext | null = null;
    private lastAt = -Infinity;

    /* The first touch of the page lets it sound. */
    listen(): void {
        const wake = (): void => {
            void this.enable().then((done) => {
                if (done) {
                    window.removeEventListener('pointerdown', wake);
                    window.removeEventListener('keydown', wake);
                }
            });
        };
        window.addEventListener('pointerdown', wake);
        window.addEventListener('keydown', wake);
    }

    async enable(): Promise<boolean> {
        try {
            this.audio ??= new AudioContext();
            await this.audio.resume();
            this.on = this.audio.state === 'running';
        } catch {
            this.on = false;
        }
        return this.on;
    }

    /* What should ring from now on; null ends it. */
    want(kind: RingKind | null): void {
        if (kind !== this.kind) {
            this.kind = kind;
            this.lastAt = -Infinity;
            if (kind === null) {
                this.shake(0);
            }
            this.tick();
        }
    }

    once(kind: RingKind): void {
        this.sound(kind);
    }

    tick(): void {
        const now = performance.now();
        if (this.kind !== null && now - this.lastAt >= EVERY_MS[this.kind]) {
            this.lastAt = now;
            this.sound(this.kind);
        }
    }

    private sound(kind: RingKind): void {
        this.shake(SHAKES[kind]);
        for (const [hz, from, seconds] of this.on ? TONES[kind] : []) {
            this.tone(hz, from, seconds);
        }
    }

    private shake(pattern: number | number[]): void {
        if ('vibrate' in navigator && (navigator.userActivation?.hasBeenActive ?? true)) {
            navigator.vibrate(pattern);
        }
    }

    private tone(hz: number, from: number, seconds: number): void {
        if (this.audio === null) {
            return;
        }
        const start = this.audio.currentTime + from;
        const gain = this.audio.createGain();
        const source = this.audio.createOscillator();
        source.type = 'square'; // carries over traffic
        source.frequency.value = hz;
        gain.gain.setValueAtTime(0, start);
        gain.gain.linearRampToValueAtTime(0.25, start + 0.01);
        gain.gain.setValueAtTime(0.25, start + seconds - 0.02);
        gain.gain.linearRampToValueAtTime(0, start + seconds);
        source.connect(gain).connect(this.audio.destination);
        source.start(start);
        source.stop(start + seconds);
    }
}
