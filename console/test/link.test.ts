import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Link, type LinkState, type LinkWiring } from '../src/store/link';
import { nothing, reduceAll, type State } from '../src/store/reduce';
import type { Answer, Frame } from '../src/wire/frames';

class Socket {
    static all: Socket[] = [];
    readyState = 0;
    sent: Record<string, unknown>[] = [];
    onopen: (() => void) | null = null;
    onmessage: ((e: { data: string }) => void) | null = null;
    onclose: ((e: { code: number; reason: string }) => void) | null = null;
    onerror: null = null;

    constructor() {
        Socket.all.push(this);
    }

    send(text: string): void {
        this.sent.push(JSON.parse(text) as Record<string, unknown>);
    }

    close(): void {
        this.readyState = 3;
    }

    opens(): void {
        this.readyState = 1;
        this.onopen?.();
    }

    says(frame: object): void {
        this.onmessage?.({ data: JSON.stringify(frame) });
    }

    ends(code: number, reason = ''): void {
        this.readyState = 3;
        this.onclose?.({ code, reason });
    }
}

const welcome = {
    op: 'welcome',
    role: 'operator',
    audience: 'operations',
    world: 'live',
    world_id: 'w',
    seq: 5,
    epoch: 1,
};
const snapshot = { op: 'snapshot', seq: 5, hash: 'h5', data: {} };
const events = (from: number, to: number): object => ({ op: 'events', from, to, hash: `h${to}`, at: '', events: [] });
const beat = (seq: number): object => ({ op: 'beat', seq, at: '2026-01-01T00:00:00Z' });

function bench(more: Partial<LinkWiring> = {}): { link: Link; state: () => State; states: LinkState[]; answers: Answer[]; opened: () => number } {
    let state = nothing;
    let opened = 0;
    const states: LinkState[] = [];
    const answers: Answer[] = [];
    const link = new Link({
        url: () => 'ws://test/ws',
        token: () => 'token',
        resume: () =>
            state.ready ? { world: state.world, audience: state.audience, seq: state.last, hash: state.hash } : null,
        last: () => state.last,
        gap: () => state.gap,
        take: (frames: Frame[]) => {
            state = reduceAll(state, frames);
        },
        answer: (a) => answers.push(a),
        opened: () => opened++,
        state: (s) => states.push(s),
        mono: () => Date.now(),
        random: () => 0.5,
        socket: () => new Socket() as unknown as WebSocket,
        ...more,
    });
    link.start();
    return { link, state: () => state, states, answers, opened: () => opened };
}

const socket = (): Socket => Socket.all.at(-1)!;
const kind = (b: { states: LinkState[] }): string => b.states.at(-1)!.kind;

function live(): ReturnType<typeof bench> {
    const b = bench();
    socket().opens();
    socket().says(welcome);
    socket().says(snapshot);
    vi.advanceTimersByTime(150);
    return b;
}

describe('link', () => {
    beforeEach(() => {
        vi.useFakeTimers();
        Socket.all = [];
    });
    afterEach(() => {
        vi.useRealTimers();
    });

    it('hello_goes_first_and_welcome_makes_it_live', () => {
        const b = live();
        expect(socket().sent[0]).toMatchObject({ op: 'hello', token: 'token' });
        expect(socket().sent[0]).not.toHaveProperty('resume');
        expect(kind(b)).toBe('live');
        expect(b.opened()).toBe(1);
    });

    it('resumes_with_world_audience_seq_and_hash', () => {
        const b = live();
        socket().says(events(6, 9));
        vi.advanceTimersByTime(150);
        socket().ends(1006);
        expect(kind(b)).toBe('down');
        vi.advanceTimersByTime(1000);
        socket().opens();
        expect(socket().sent[0]).toMatchObject({ resume: { world: 'w', audience: 'operations', seq: 9, hash: 'h9' } });
    });

    it('asks_for_positions_of_a_box_and_asks_again_when_it_moves', () => {
        let box: number[] | undefined;
        const b = bench({ bbox: () => box });
        socket().opens();
        expect(socket().sent[0]).not.toHaveProperty('bbox');
        box = [1, 2, 3, 4];
        b.link.again(); // not live yet: the box goes out with the next hello
        expect(socket().sent).toHaveLength(1);
        socket().says(welcome);
        socket().says(snapshot);
        vi.advanceTimersByTime(1_500);
        b.link.again();
        expect(socket().sent.at(-1)).toMatchObject({ op: 'hello', bbox: [1, 2, 3, 4], resume: { seq: 5 } });
    });

    it('a_gap_says_hello_again_on_the_same_socket', () => {
        const b = live();
        vi.advanceTimersByTime(1500);
        socket().says(events(8, 9));
        vi.advanceTimersByTime(150);
        expect(b.state().gap).toBe(true);
        expect(socket().sent.filter((m) => m['op'] === 'hello')).toHaveLength(2);
        expect(Socket.all).toHaveLength(1);
    });

    it('silence_is_stale_after_3_s_and_given_up_after_10_s', () => {
        const b = live();
        vi.advanceTimersByTime(3600);
        expect(kind(b)).toBe('stale');
        socket().says(beat(5));
        expect(kind(b)).toBe('live');
        vi.advanceTimersByTime(10_600);
        expect(b.states.some((s) => s.kind === 'down')).toBe(true);
        expect(Socket.all.length).toBeGreaterThan(1);
    });

    it('beats_alone_are_news_enough', () => {
        const b = live();
        for (let n = 0; n < 20; n++) {
            vi.advanceTimersByTime(1000);
            socket().says(beat(5));
        }
        expect(kind(b)).toBe('live');
    });

    it.each([
        [0, 16],
        [15, 30],
        [60, 100],
    ])('the_first_change_is_taken_at_once_and_when_drawing_takes_%i_ms_the_next_waits_%i_ms', async (cost, wait) => {
        let [taken, drawing] = [0, 0];
        const take = (): void => {
            taken++;
            drawing += cost;
        };
        bench({ take, mono: () => Date.now() + drawing });
        socket().opens();
        socket().says(welcome);
        await vi.advanceTimersByTimeAsync(1_000);
        taken = 0;
        socket().says(events(6, 6));
        await vi.advanceTimersByTimeAsync(1);
        expect(taken).toBe(1);
        socket().says(events(7, 7));
        socket().says(events(8, 8));
        await vi.advanceTimersByTimeAsync(wait - 2);
        expect(taken).toBe(1);
        await vi.advanceTimersByTimeAsync(1);
        expect(taken).toBe(2); // both at once
    });

    it('a_page_that_stays_behind_the_beats_for_2_s_asks_again', () => {
        bench({ last: () => 5 });
        socket().opens();
        socket().says(welcome);
        socket().says(snapshot);
        for (let n = 0; n < 5; n++) {
            vi.advanceTimersByTime(1000);
            socket().says(beat(7));
        }
        expect(socket().sent.filter((m) => m['op'] === 'hello').length).toBeGreaterThan(1);
    });

    it.each([
        [4003, 'stopped'],
        [4009, 'stopped'],
        [4013, 'stopped'],
        [4001, 'signed_out'],
    ])('%i ends it: %s', (code, state) => {
        const b = live();
        socket().ends(code, 'why');
        vi.advanceTimersByTime(60_000);
        expect(kind(b)).toBe(state);
        expect(Socket.all).toHaveLength(1);
    });

    it('4008_comes_back_with_fewer_topics', () => {
        live();
        socket().ends(4008);
        vi.advanceTimersByTime(1000);
        socket().opens();
        expect(socket().sent[0]!['topics']).not.toContain('positions');
        expect(socket().sent[0]!['topics']).toContain('incidents');
    });

    it('4029_waits_as_told', () => {
        live();
        socket().ends(4029, 'retry after 7 s');
        vi.advanceTimersByTime(6900);
        expect(Socket.all).toHaveLength(1);
        vi.advanceTimersByTime(200);
        expect(Socket.all).toHaveLength(2);
    });

    it('waits_longer_after_each_failure_but_never_over_10_s', () => {
        live();
        const waits: number[] = [];
        for (let n = 0; n < 9; n++) {
            const before = Date.now();
            const count = Socket.all.length;
            socket().ends(1006);
            while (Socket.all.length === count) {
                vi.advanceTimersByTime(25);
            }
            waits.push(Date.now() - before);
        }
        expect(waits[1]!).toBeGreaterThan(waits[0]!);
        expect(Math.max(...waits)).toBeLessThanOrEqual(10_000);
    });

    it('an_answer_is_handed_on_after_the_frames_before_it', () => {
        const b = live();
        socket().says(events(6, 6));
        socket().says({ op: 'answer', id: 'c1', seq: 6 });
        expect(b.state().last).toBe(6);
        expect(b.answers).toEqual([{ op: 'answer', id: 'c1', seq: 6 }]);
    });

    it('frames_are_taken_at_most_ten_times_a_second', () => {
        const takes: number[] = [];
        const link = new Link({
            url: () => '',
            token: () => 't',
            resume: () => null,
            last: () => 0,
            gap: () => false,
            take: (f) => takes.push(f.length),
            answer: () => undefined,
            opened: () => undefined,
            state: () => undefined,
            mono: () => Date.now(),
            socket: () => new Socket() as unknown as WebSocket,
        });
        link.start();
        socket().opens();
        socket().says(welcome);
        socket().says(snapshot);
        vi.advanceTimersByTime(150);
        takes.length = 0;
        for (let n = 0; n < 1000; n++) {
            socket().says(events(6 + n, 6 + n));
            vi.advanceTimersByTime(1);
        }
        expect(takes.length).toBeLessThanOrEqual(11);
    });
});
