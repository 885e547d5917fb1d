// Commands on their way. The id is made here, once; when no answer comes the same id is sent again, and the server gives
// its first answer. "Sent" is never shown as done: done is an answer whose seq the screen has reached.
import { clean } from './clean';
import type { Answer, Problem } from '../wire/frames';
import type { CommandData, CommandWord } from '../wire/types';

export interface Sent {
    readonly id: string;
    readonly type: CommandWord;
    readonly data: unknown;
    readonly incident: string | undefined;
    readonly startedAt: number; // ms, monotonic
    readonly phase: 'sending' | 'checking' | 'accepted';
}
export type Outcome = { seq: number; problem?: undefined } | { problem: Problem; seq?: undefined };

export interface CommandWiring {
    send: (frame: object) => boolean;
    last: () => number;
    changed: () => void;
    mono?: () => number;
    makeId?: () => string;
}

interface Flight {
    sent: Sent;
    frame: object;
    sentAt: number;
    answeredSeq: number;
    acceptedAt: number;
    done: (o: Outcome) => void;
}

const RESEND_MS = 5_000;
const SHOW_MAX_MS = 3_000; // an accepted command whose frame does not come is done all the same
const OLD_MS = 24 * 3_600_000;
const TWICE_MS = 1_000; // a second press so soon is the same press

export function randomId(): string {
    const bytes = crypto.getRandomValues(new Uint8Array(12));
    return `desk-${Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('')}`;
}

export class Commands {
    private readonly flights = new Map<string, Flight>();
    private newest: { key: string; at: number; outcome: Promise<Outcome> } | null = null;
    private readonly mono: () => number;
    private readonly makeId: () => string;

    constructor(private readonly w: CommandWiring) {
        this.mono = w.mono ?? (() => performance.now());
        this.makeId = w.makeId ?? randomId;
    }

    pending(): Sent[] {
        return [...this.flights.values()].map((f) => f.sent);
    }

    send<T extends CommandWord>(
        type: T,
        data: CommandData[T],
        incident?: string,
        expectRev?: number,
    ): Promise<Outcome> {
        const key = JSON.stringify([type, data, expectRev]);
        if (this.newest?.key === key && this.mono() - this.newest.at < TWICE_MS) {
            return this.newest.outcome; // a double click, Enter pressed twice: done once
        }
        const outcome = this.start(type, data, incident, expectRev);
        const mine = { key, at: this.mono(), outcome };
        this.newest = mine;
        void outcome.then((o) => {
            if (o.problem !== undefined && this.newest === mine) {
                this.newest = null; // refused: who asks again means it
            }
        });
        return outcome;
    }

    private start<T extends CommandWord>(type: T, data: CommandData[T], incident?: string, expectRev?: number): Promise<Outcome> {
        const id = this.makeId();
        const expect = expectRev === undefined ? {} : { expect: { incident: expectRev } };
        const frame = { op: 'command', id, type, data: clean(data), ...expect };
        return new Promise((done) => {
            const now = this.mono();
            const sent: Sent = { id, type, data, incident, startedAt: now, phase: 'sending' };
            this.flights.set(id, { sent, frame, sentAt: now, answeredSeq: 0, acceptedAt: 0, done });
            if (!this.w.send(frame)) {
                this.phase(id, 'checking');
            }
            this.w.changed();
        });
    }

    answer(a: Answer): void {
        const f = this.flights.get(a.id);
        if (f === undefined) {
            return;
        }
        if (a.problem !== undefined && a.problem.code === 'outcome_unknown') {
            this.phase(a.id, 'checking');
        } else if (a.problem !== undefined) {
            this.finish(a.id, { problem: a.problem });
        } else {
            f.answeredSeq = a.seq ?? 0;
            f.acceptedAt = this.mono();
            this.phase(a.id, 'accepted');
            this.reached();
        }
    }

    /* The screen moved on: what it has reached is done. */
    reached(): void {
        const last = this.w.last();
        for (const f of [...this.flights.values()]) {
            if (f.sent.phase === 'accepted' && (f.answeredSeq <= last || this.mono() - f.acceptedAt > SHOW_MAX_MS)) {
                this.finish(f.sent.id, { seq: f.answeredSeq });
            }
        }
    }

    /* A socket is open again: ask what became of the unanswered ones. */
    resend(): void {
        for (const f of [...this.flights.values()]) {
            this.again(f);
        }
    }

    tick(): void {
        this.reached();
        for (const f of [...this.flights.values()]) {
            if (f.sent.phase !== 'accepted' && this.mono() - f.sentAt > RESEND_MS) {
                this.again(f);
            }
        }
    }

    /* Signed out: nobody waits for these any more. */
    abandon(): void {
        this.newest = null;
        for (const id of [...this.flights.keys()]) {
            this.finish(id, { problem: { code: 'no_link', status: 0 } });
        }
    }

    private again(f: Flight): void {
        if (f.sent.phase === 'accepted') {
            return;
        }
        if (this.mono() - f.sent.startedAt > OLD_MS) {
            this.finish(f.sent.id, { problem: { code: 'too_old_to_resend', status: 0 } });
            return;
        }
        this.phase(f.sent.id, 'checking');
        f.sentAt = this.mono();
        this.w.send(f.frame);
    }

    private phase(id: string, phase: Sent['phase']): void {
        const f = this.flights.get(id);
        if (f !== undefined) {
            f.sent = { ...f.sent, phase };
            this.w.changed();
        }
    }

    private finish(id: string, outcome: Outcome): void {
        const f = this.flights.get(id);
        this.flights.delete(id);
        this.w.changed();
        f?.done(outcome);
    }
}
