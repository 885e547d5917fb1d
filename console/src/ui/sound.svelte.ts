// Alarm tones from oscillators, no files. Level 1: two tones every 2 s, level 2: three pulses and then every 30 s, a new
// incident: one blip. Only one window of the browser sounds. A browser wants a gesture first: taking over plays a tone.
import type { Alarm } from '../wire/types';
import { alarmKind } from '../wire/words';

const LEVEL1_MS = 2_000;
const LEVEL2_MS = 30_000;

export class Sound {
    on = $state(false);
    silent = $state(false); // until the next alarm of level 1 or 2
    private audio: AudioContext | null = null;
    private mine = false; // this window holds the lock
    private known = new Set<string>();
    private loudest = 0;
    private lastAt = 0;

    async enable(): Promise<void> {
        this.audio ??= new AudioContext();
        await this.audio.resume();
        this.on = true;
        this.holdLock();
        this.tone(660, 0, 0.15);
        this.tone(880, 0.18, 0.15);
    }

    silence(): void {
        this.silent = true;
    }

    alarms(rows: readonly Alarm[]): void {
        const loud = rows.filter((a) => alarmKind[a.kind].level <= 2);
        if (loud.some((a) => !this.known.has(a.id))) {
            this.silent = false;
            this.lastAt = 0;
        }
        this.known = new Set(loud.map((a) => a.id));
        this.loudest = loud.reduce((least, a) => Math.min(least, alarmKind[a.kind].level), 9);
    }

    blip(): void {
        if (this.on && this.mine) {
            this.tone(1_000, 0, 0.06);
        }
    }

    tick(): void {
        const every = this.loudest === 1 ? LEVEL1_MS : this.loudest === 2 ? LEVEL2_MS : Infinity;
        const now = performance.now();
        if (!this.on || !this.mine || this.silent || now - this.lastAt < every) {
            return;
        }
        this.lastAt = now;
        if (this.loudest === 1) {
            this.tone(960, 0, 0.25);
            this.tone(720, 0.27, 0.25);
        } else if (this.loudest === 2) {
            [0, 0.18, 0.36].forEach((when) => this.tone(840, when, 0.1));
        }
    }

    private holdLock(): void {
        const locks = (navigator as { locks?: LockManager }).locks;
        if (locks === undefined) {
            // not a secure context: no way to know of other windows
            this.mine = true;
            return;
        }
        void locks.request('tocsin.sound', () => {
            this.mine = true;
            return new Promise<void>(() => undefined); // held until the window closes
        });
    }

    private tone(hz: number, when: number, seconds: number): void {
        const audio = this.audio;
        if (audio === null) {
            return;
        }
        const start = audio.currentTime + when;
        const gain = audio.createGain();
        const source = audio.createOscillator();
        source.frequency.value = hz;
        gain.gain.setValueAtTime(0, start);
        gain.gain.linearRampToValueAtTime(0.2, start + 0.01);
        gain.gain.setValueAtTime(0.2, start + seconds - 0.02);
        gain.gain.linearRampToValueAtTime(0, start + seconds);
        source.connect(gain).connect(audio.destination);
        source.start(start);
        source.stop(start + seconds);
    }
}
