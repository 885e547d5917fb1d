// An officer in need. Sent at once, by the socket and by HTTP, every two seconds with the same id until somebody answers;
// never put into a queue. It survives a reload of the page; after a day only the officer can say that it is still true. One
// who calls unheard sees and hears nothing of it: nothing is told of such a call, and nothing of it stays once it is delivered.
import type { Answer, Problem } from '../wire/frames';

export interface Call {
    readonly id: string;
    readonly unit: string;
    readonly user: string;
    readonly at: number; // ms of the device
    readonly tries: number;
    readonly silent?: true;
    readonly old?: true; // from before the last day: not sent until it is pressed again
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
export const OLD_MS = 24 * 3_600_000;
const PATIENT_MS = 30_000; // between tries of an unheard call that was refused: nobody is there to be told

const randomId = (): string => `panic-${crypto.getRandomValues(new Uint32Array(3)).join('-')}`;

/* The alarm stands already: somebody heard. */
const standing = (p: Problem): boolean => p.code === 'nothing_changed';
/* What another try cannot change. */
const final = (p: Problem): boolean =>
    p.status !== undefined && p.status >= 400 && p.status < 500 && p.status !== 429 && p.status !== 408;

export class Panic {
    call: Call | null = null;
    private triedAt = -Infinity;
    private pause = AGAIN_MS;
    private readonly now: () => number;

    constructor(private readonly w: PanicWiring) {
        this.now = w.now ?? Date.now;
    }

    /* What a reload interrupted: the same call, with the same id. */
    resume(user: string): void {
        this.pause = AGAIN_MS;
        try {
            const kept = JSON.parse(this.w.memory.read() ?? 'null') as Call | null;
            const { old: _, ...call } = kept ?? ({} as Call);
            if (kept !== null && kept.user === user) {
                const fresh = this.now() - kept.at < OLD_MS || kept.deliveredAt !== undefined;
                this.set(fresh ? call : kept.silent === true ? null : { ...call, old: true });
            }
        } catch {
            this.w.memory.write(null);
        }
        this.tick();
    }

    /* A call aloud takes the place of an unheard one, never the other way round. */
    press(unit: string, user: string, silent = false): void {
        const c = this.call;
        const runs = c !== null && c.deliveredAt === undefined && c.problem === undefined && c.old === undefined;
        if (!runs || (c.silent === true && !silent)) {
            const call = { id: (this.w.makeId ?? randomId)(), unit, user, at: this.now(), tries: 0 };
            this.set(silent ? { ...call, silent: true } : call);
            this.triedAt = -Infinity;
            this.pause = AGAIN_MS;
        }
        this.tick();
    }

    /* Its person has signed out: what was not delivered goes out when they are back. */
    away(): void {
        const c = this.call;
        if (c?.deliveredAt !== undefined || c?.problem !== undefined) {
            this.clear();
        }
        this.call = null;
        this.w.changed(null);
    }

    /* Read, or answered by a commander. */
    clear(): void {
        this.set(null);
    }

    tick(): void {
        const c = this.call;
        const rests = c?.deliveredAt !== undefined || c?.problem !== undefined || c?.old === true;
        if (c === null || rests || this.now() - this.triedAt < this.pause) {
            return;
        }
        this.triedAt = this.now();
        const loud = { unit: c.unit, at_device: new Date(c.at).toISOString() };
        const data = c.silent === true ? { ...loud, silent: true } : loud;
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
            this.set(c.silent === true ? null : { ...rest, deliveredAt: this.w.serverNow() });
        } else if (final(a.problem)) {
            this.pause = PATIENT_MS;
            this.set(c.silent === true ? c : { ...c, problem: a.problem });
        }
    }

    private set(call: Call | null): void {
        this.call = call;
        this.w.memory.write(call === null ? null : JSON.stringify(call));
        this.w.changed(call);
    }
}
