// The WebSocket: connects, resumes, notices silence, and says in one word how things stand. It never guesses: what is
// missing is asked for again. Frames go to `take`; it draws no conclusions about their content but seq and time.
import type { Answer, Frame } from '../wire/frames';

export type LinkState =
    | { kind: 'idle' }
    | { kind: 'connecting'; since: number }
    | { kind: 'live' }
    | { kind: 'stale'; since: number } // open, but nothing comes
    | { kind: 'down'; since: number; retryAt: number; code: number }
    | { kind: 'signed_out' }
    | { kind: 'stopped'; code: number; reason: string };

export interface LinkWiring {
    url: () => string;
    token: () => string | null;
    resume: () => { world: string; audience: string; seq: number; hash: string } | null;
    last: () => number;
    gap: () => boolean;
    take: (frames: Frame[]) => void; // in order; what comes close behind waits, so that drawing leaves the machine air
    answer: (a: Answer) => void;
    opened: () => void; // after each welcome
    state: (s: LinkState) => void;
    topics?: readonly string[];
    bbox?: () => readonly number[] | undefined; // of the positions wanted: west, south, east, north
    mono?: () => number;
    socket?: (url: string, protocol: string) => WebSocket;
    random?: () => number;
}

export const topicsAll = ['incidents', 'units', 'positions', 'duty', 'alarms', 'roads', 'stats'];
/* Between two redraws: so long that their scripts take a third of the time at most, yet never so long that it is seen. */
const REST = 2; // times what the last redraw took
const DRAIN_MIN_MS = 16;
const DRAIN_MAX_MS = 100;
const STALE_MS = 3_000;
const DEAD_MS = 10_000;
const LAG_MS = 2_000;
const RETRY_FIRST_MS = 250;
const RETRY_MAX_MS = 10_000;
const HEALTHY_MS = 30_000;
const HELLO_AGAIN_MS = 1_000;

export class Link {
    private socket: WebSocket | null = null;
    private waiting: Frame[] = [];
    private drainTimer: ReturnType<typeof setTimeout> | undefined;
    private retryTimer: ReturnType<typeof setTimeout> | undefined;
    private ticker: ReturnType<typeof setInterval> | undefined;
    private drainNext = 0; // when the next redraw may be
    private lastFrame = 0;
    private openedAt = 0;
    private lagSince = 0;
    private helloAt = 0;
    private failures = 0;
    private downSince = 0;
    private topics: readonly string[] = topicsAll;
    private current: LinkState = { kind: 'idle' };
    private readonly mono: () => number;

    constructor(private readonly w: LinkWiring) {
        this.mono = w.mono ?? (() => performance.now());
    }

    start(): void {
        this.stop();
        this.topics = this.w.topics ?? topicsAll;
        this.failures = 0;
        this.downSince = this.mono();
        this.ticker = setInterval(() => this.tick(), 500);
        this.connect();
    }

    stop(): void {
        clearInterval(this.ticker);
        clearTimeout(this.retryTimer);
        clearTimeout(this.drainTimer);
        this.drainTimer = undefined;
        this.waiting = [];
        this.drop();
        this.set({ kind: 'idle' });
    }

    /* The machine is online again, or the tab is looked at: no use in waiting. */
    hurry(): void {
        if (this.current.kind === 'down') {
            clearTimeout(this.retryTimer);
            this.connect();
        }
    }

    send(frame: object): boolean {
        if (this.socket?.readyState !== 1 || this.openedAt === 0) {
            return false;
        }
        this.socket.send(JSON.stringify(frame));
        return true;
    }

    /* How long ago the last frame came, ms. */
    age(): number {
        return this.lastFrame === 0 ? Infinity : this.mono() - this.lastFrame;
    }

    private set(s: LinkState): void {
        this.current = s;
        this.w.state(s);
    }

    private drop(): void {
        const s = this.socket;
        this.socket = null;
        this.openedAt = 0;
        if (s !== null) {
            s.onopen = s.onmessage = s.onclose = s.onerror = null;
            s.close();
        }
    }

    private connect(): void {
        const make = this.w.socket ?? ((url, protocol) => new WebSocket(url, protocol));
        this.drop();
        this.set({ kind: 'connecting', since: this.downSince });
        this.lagSince = 0;
        this.lastFrame = this.mono();
        let s: WebSocket;
        try {
            s = make(this.w.url(), 'tocsin.v1');
        } catch {
            this.lost(1006, '');
            return;
        }
        this.socket = s;
        s.onopen = () => this.hello();
        s.onmessage = (e) => this.message(String(e.data));
        s.onclose = (e) => this.lost(e.code, e.reason);
        s.onerror = null;
    }

    private hello(): void {
        const token = this.w.token();
        if (token === null) {
            this.ended({ kind: 'signed_out' });
            return;
        }
        const resume = this.w.resume();
        const bbox = this.w.bbox?.();
        this.helloAt = this.mono();
        this.socket?.send(
            JSON.stringify({
                op: 'hello',
                token,
                topics: this.topics,
                zones: [],
                ...(bbox === undefined ? {} : { bbox }),
                ...(resume === null ? {} : { resume }),
            }),
        );
    }

    private message(text: string): void {
        let frame: Frame;
        this.lastFrame = this.mono();
        try {
            frame = JSON.parse(text) as Frame;
        } catch {
            this.socket?.close(4009, 'not JSON');
            return;
        }
        if (frame.op === 'welcome') {
            this.openedAt = this.mono();
        }
        if (this.openedAt !== 0 && this.current.kind !== 'live') {
            this.set({ kind: 'live' });
        }
        if (frame.op === 'answer') {
            this.drain(); // the frame that covers it came first
            this.w.answer(frame);
            return;
        }
        this.waiting.push(frame);
        if (this.drainTimer === undefined) {
            const wait = Math.max(0, this.drainNext - this.mono());
            this.drainTimer = setTimeout(
                () => this.drain(),
                frame.op === 'welcome' || frame.op === 'snapshot' ? 0 : wait,
            );
        }
    }

    private drain(): void {
        clearTimeout(this.drainTimer);
        this.drainTimer = undefined;
        const frames = this.waiting;
        if (frames.length === 0) {
            return;
        }
        this.waiting = [];
        const began = this.mono();
        this.w.take(frames);
        this.drainNext = began + DRAIN_MAX_MS;
        // Behind what `take` has put off to the end of this task: the views are then redrawn.
        queueMicrotask(() => {
            const ended = this.mono();
            this.drainNext = ended + Math.min(DRAIN_MAX_MS, Math.max(DRAIN_MIN_MS, REST * (ended - began)));
        });
        if (frames.some((f) => f.op === 'welcome')) {
            this.w.opened();
        }
        if (this.w.gap()) {
            this.helloAgain();
        }
        const beat = frames.filter((f) => f.op === 'beat').at(-1);
        if (beat !== undefined) {
            const lags = beat.op === 'beat' && beat.seq > this.w.last();
            this.lagSince = !lags ? 0 : this.lagSince === 0 ? this.mono() : this.lagSince;
            this.send({ op: 'seen', seq: this.w.last() });
        }
    }

    /* Other positions are wanted from now on; nothing else changes. */
    again(): void {
        if (this.current.kind === 'live') {
            this.helloAgain();
        }
    }

    private helloAgain(): void {
        if (this.mono() - this.helloAt > HELLO_AGAIN_MS && this.socket?.readyState === 1) {
            this.lagSince = 0;
            this.hello();
        }
    }

    private tick(): void {
        if (this.current.kind !== 'live' && this.current.kind !== 'stale' && this.current.kind !== 'connecting') {
            return;
        }
        const age = this.age();
        if (age > DEAD_MS) {
            this.lost(1006, '');
        } else if (age > STALE_MS && this.current.kind === 'live') {
            this.set({ kind: 'stale', since: this.lastFrame });
        } else if (this.w.gap() || (this.lagSince !== 0 && this.mono() - this.lagSince > LAG_MS)) {
            this.helloAgain();
        }
        if (this.openedAt !== 0 && this.mono() - this.openedAt > HEALTHY_MS) {
            this.failures = 0;
        }
    }

    private lost(code: number, reason: string): void {
        this.drain();
        const wasOpen = this.openedAt !== 0;
        const lastFrame = this.lastFrame;
        this.drop();
        if (code === 4001) {
            this.ended({ kind: 'signed_out' });
        } else if (code === 4003 || code === 4009 || code === 4013) {
            this.ended({ kind: 'stopped', code, reason });
        } else {
            if (code === 4008) {
                this.topics = this.topics.filter((t) => !['positions', 'stats', 'coverage'].includes(t));
            }
            if (wasOpen) {
                this.downSince = lastFrame;
            }
            this.retry(code, reason);
        }
    }

    private ended(s: LinkState): void {
        this.drop();
        clearTimeout(this.retryTimer);
        this.set(s);
    }

    private retry(code: number, reason: string): void {
        const random = this.w.random ?? Math.random;
        let wait = random() * Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** this.failures);
        if (code === 1012) {
            wait = random() * 5_000;
        } else if (code === 4029) {
            // "come back in a moment", or in so many seconds
            const told = /\d+/.exec(reason)?.[0];
            wait = told === undefined ? 2_000 + random() * 4_000 : Number(told) * 1_000;
        }
        this.failures = Math.min(this.failures + 1, 10);
        clearTimeout(this.retryTimer);
        this.retryTimer = setTimeout(() => this.connect(), wait);
        this.set({ kind: 'down', since: this.downSince, retryAt: this.mono() + wait, code });
    }
}
