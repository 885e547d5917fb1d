// What a unit has said and the server has not answered yet. Each command is kept on the phone before it is sent, goes out in
// the order in which it was made, and keeps its id for ever, so that a second sending does nothing twice. A refusal stops
// nothing else and stays until it was read. What is older than a day is not sent without asking.
import { clean } from '../store/clean';
import type { Answer, Problem } from '../wire/frames';
import type { CommandData, CommandWord } from '../wire/types';

export interface Item {
    readonly n: number; // the order in which they were made
    readonly user: string;
    readonly id: string;
    readonly type: CommandWord;
    readonly data: object;
    readonly at: number; // ms of the device
    readonly notBefore: number; // ms of the device: until then it may be taken back
    readonly state: 'waiting' | 'refused' | 'old';
    readonly agreed?: boolean; // old, and to be sent all the same
    readonly problem?: Problem;
}

/* Where items survive a reload. */
export interface Shelf {
    load: (user: string) => Promise<Item[]>;
    put: (item: Item) => Promise<void>;
    drop: (n: number) => Promise<void>;
}

export interface OutboxWiring {
    shelf: Shelf;
    send: (frame: object) => boolean;
    changed: (items: readonly Item[]) => void;
    now?: () => number; // ms of the device
    makeId?: () => string;
}

export const UNDO_MS = 5_000;
export const OLD_MS = 24 * 3_600_000;
const ANSWER_MS = 5_000; // no answer: the same id again
const LATER_MS = 2_000; // the server asked for patience and did not say how much
const LATER_MAX_MS = 60_000;

/* The server did nothing, or does not know yet: the same id is good for another try. */
const passing = (p: Problem): boolean =>
    p.code === 'outcome_unknown' || p.code === 'no_link' || p.status === 401 || p.status === 429 || (p.status ?? 0) >= 500;

function randomId(): string {
    const bytes = crypto.getRandomValues(new Uint8Array(12));
    return `unit-${Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('')}`;
}

export class Outbox {
    items: readonly Item[] = [];
    durable = true; // false: this phone keeps nothing over a reload
    private user = '';
    private flying: { n: number; since: number } | null = null;
    private quietUntil = 0;
    private writing: Promise<void> = Promise.resolve();
    private readonly now: () => number;
    private readonly makeId: () => string;

    constructor(private readonly w: OutboxWiring) {
        this.now = w.now ?? Date.now;
        this.makeId = w.makeId ?? randomId;
    }

    /* What this person left here, in its old order; '' puts everything out of sight and destroys nothing. */
    async open(user: string): Promise<void> {
        this.user = user;
        this.flying = null;
        this.quietUntil = 0;
        this.set([]);
        if (user === '') {
            return;
        }
        const kept = await this.w.shelf.load(user).catch(() => {
            this.durable = false;
            return [];
        });
        if (this.user === user) {
            const newer = this.items;
            this.set([...kept.filter((k) => !newer.some((i) => i.n === k.n)), ...newer].sort((a, b) => a.n - b.n));
            this.pump();
        }
    }

    /* Resolves when it is kept; it is sent after that. */
    async add<T extends CommandWord>(type: T, data: CommandData[T], undoMs = 0): Promise<Item> {
        const at = this.now();
        const last = this.items.at(-1)?.n ?? 0;
        const item: Item = {
            n: Math.max(at, last + 1),
            user: this.user,
            id: this.makeId(),
            type,
            data: clean(data),
            at,
            notBefore: at + undoMs,
            state: 'waiting',
        };
        this.set([...this.items, item]);
        await this.write(() => this.w.shelf.put(item));
        this.pump();
        return item;
    }

    /* Before it was sent: as if it had never been said. */
    takeBack(n: number): boolean {
        const item = this.items.find((i) => i.n === n);
        if (item === undefined || item.state !== 'waiting' || item.notBefore <= this.now()) {
            return false;
        }
        this.remove(n);
        return true;
    }

    /* A refusal was read, or something old is not to be sent. */
    discard(n: number): void {
        const item = this.items.find((i) => i.n === n);
        if (item !== undefined && item.state !== 'waiting') {
            this.remove(n);
        }
    }

    /* Old, and its person wants it sent all the same. */
    sendOld(n: number): void {
        const item = this.items.find((i) => i.n === n);
        if (item?.state === 'old') {
            this.change({ ...item, state: 'waiting', agreed: true });
            this.pump();
        }
    }

    answer(a: Answer): void {
        const item = this.items.find((i) => i.id === a.id);
        if (item === undefined || item.state !== 'waiting') {
            return;
        }
        if (this.flying?.n === item.n) {
            this.flying = null;
        }
        if (a.problem === undefined) {
            this.remove(item.n);
        } else if (passing(a.problem)) {
            const wait = Math.min(a.problem.retry_ms ?? LATER_MS, LATER_MAX_MS);
            this.quietUntil = this.now() + wait;
        } else if (item.type === 'assignment.acknowledge_change' && a.problem.code === 'changed_since') {
            this.remove(item.n); // it has changed again: it rings, and is asked anew
        } else {
            this.change({ ...item, state: 'refused', problem: a.problem });
        }
        this.pump();
    }

    /* A socket is open again: what flew may be lost. */
    opened(): void {
        this.flying = null;
        this.quietUntil = 0;
        this.pump();
    }

    tick(): void {
        if (this.flying !== null && this.now() - this.flying.since > ANSWER_MS) {
            this.flying = null;
        }
        this.pump();
    }

    /* One at a time, so that the server takes them in their order. */
    private pump(): void {
        if (this.flying !== null || this.quietUntil > this.now()) {
            return;
        }
        for (const item of this.items) {
            if (item.state !== 'waiting') {
                continue;
            }
            if (this.now() - item.at > OLD_MS && item.agreed !== true) {
                this.change({ ...item, state: 'old' });
                continue;
            }
            const frame = { op: 'command', id: item.id, type: item.type, data: item.data };
            if (item.notBefore <= this.now() && this.w.send(frame)) {
                this.flying = { n: item.n, since: this.now() };
            }
            return;
        }
    }

    private change(item: Item): void {
        this.set(this.items.map((i) => (i.n === item.n ? item : i)));
        void this.write(() => this.w.shelf.put(item));
    }

    private remove(n: number): void {
        this.set(this.items.filter((i) => i.n !== n));
        void this.write(() => this.w.shelf.drop(n));
    }

    /* One after the other: a drop must not overtake its put. */
    private write(act: () => Promise<void>): Promise<void> {
        this.writing = this.writing.then(act).catch(() => {
            this.durable = false;
            this.w.changed(this.items);
        });
        return this.writing;
    }

    private set(items: readonly Item[]): void {
        this.items = items;
        this.w.changed(items);
    }
}
