// An officer in need. Sent at once, by the socket and by HTTP, every two seconds with the same id until somebody answers;
// never put into a queue. It survives a reload of the page for ten minutes: after that only the officer can say that it is
// still true.
import type { Answer, Problem } from '../wire/frames';

export interface Call {
    readonly id: string;
    readonly unit: string;
    readonly user: string;
    readonly at: number; // ms of the device
    readonly tries: number;
    readonly deliveredAt?: number; // ms of the server
    readonly problem?: Problem; // it will not be taken as it is
}

export interface PanicWiring {
    send: (frame: object) => boolean; // false: there is no socket
    post: (command: object) => Promise<Answer>; // by HTTP
    serverNow: () => number;
    changed: (call: Call | null) => void;
    memory: { read: () => string | null; write: (text: string | null) => void };
    now?: () => number;
    makeId?: () => string;
}

export const AGAIN_MS = 2_000;
export const RESUME_MS = 600_000;

const randomId = (): string => `panic-${crypto.getRandomValues(new Uint32Array(3)).join('-')}`;

/* The alarm stands already: somebody heard. */
const standing = (p: Problem): boolean => p.code === 'nothing_changed';
/* What another try cannot change. */
const final = (p: Problem): boolean =>
    p.status !== undefined && p.status >= 400 && p.status < 500 && p.status !== 429 && p.status !== 408;

export class Panic {
    call: Call | null = null;
    private triedAt = -Infinity;
    private readonly now: () => number;

    constructor(private readonly w: PanicWiring) {
        this.now = w.now ?? Date.now;
    }

    /* What a reload interrupted. */
    resume(user: string): void {
        try {
            const kept = JSON.parse(this.w.memory.read() ?? 'null') as Call | null;
            if (kept !== null && kept.user === user && this.now() - kept.at < RESUME_MS) {
                this.set(kept);
            }
        } catch {
            this.w.memory.write(null);
        }
        this.tick();
    }

    press(unit: string, user: string): void {
        if (this.call === null || this.call.deliveredAt !== undefined || this.call.problem !== undefined) {
            this.set({ id: (this.w.makeId ?? randomId)(), unit, user, at: this.now(), tries: 0 });
            this.triedAt = -Infinity;
        }
        this.tick();
    }

    /* Read, or answered by a commander. */
    clear(): void {
        this.set(null);
    }

    tick(): void {
        const c = this.call;
        if (c === null || c.deliveredAt !== undefined || c.problem !== undefined || this.now() - this.triedAt < AGAIN_MS) {
            return;
        }
        this.triedAt = this.now();
        const data = { unit: c.unit, at_device: new Date(c.at).toISOString() };
        const sent = this.w.send({ op: 'command', id: c.id, type: 'unit.panic', data });
        if (!sent || c.tries > 0) {
            void this.w.post({ id: c.id, type: 'unit.panic', data }).then((a) => this.answer(a));
        }
        this.set({ ...c, tries: c.tries + 1 });
    }

    answer(a: Answer): void {
        const c = this.call;
        if (c === null || a.id !== c.id || c.deliveredAt !== undefined) {
            return;
        }
        if (a.problem === undefined || standing(a.problem)) {
            const { problem: _, ...rest } = c;
            this.set({ ...rest, deliveredAt: this.w.serverNow() });
        } else if (final(a.problem)) {
            this.set({ ...c, problem: a.problem });
        }
    }

    private set(call: Call | null): void {
        this.call = call;
        this.w.memory.write(call === null ? null : JSON.stringify(call));
        this.w.changed(call);
    }
}
