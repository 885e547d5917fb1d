import { beforeEach, describe, expect, it } from 'vitest';

import { AGAIN_MS, OLD_MS, Panic, type Call } from '../src/patrol/panic';
import type { Answer } from '../src/wire/frames';

let now = 0;
let memory: string | null = null;

class Bed {
    sent: { id: string }[] = [];
    posted: { id: string }[] = [];
    link = true;
    http: (id: string) => Answer | Promise<Answer> = (id) => ({ op: 'answer', id, problem: { code: 'no_link', status: 0 } });
    call: Call | null = null;
    readonly panic = new Panic({
        send: (f) => this.link && this.sent.push(f as { id: string }) > 0,
        post: async (c) => {
            this.posted.push(c as { id: string });
            return this.http((c as { id: string }).id);
        },
        serverNow: () => 77_000,
        changed: (c) => {
            this.call = c;
        },
        memory: { read: () => memory, write: (text) => (memory = text) },
        now: () => now,
        makeId: () => `p${now}`,
    });

    async pass(ms: number): Promise<void> {
        for (const end = now + ms; now < end; ) {
            now += 250;
            this.panic.tick();
            await Promise.resolve();
            await Promise.resolve();
        }
    }
}

beforeEach(() => {
    now = 1_000_000;
    memory = null;
});

describe('panic', () => {
    it('goes_out_by_the_socket_at_once', () => {
        const bed = new Bed();
        bed.panic.press('live-u1', 'unit1');
        expect(bed.sent).toHaveLength(1);
        expect(bed.posted).toHaveLength(0);
        bed.panic.answer({ op: 'answer', id: bed.sent[0]!.id, seq: 5 });
        expect(bed.call?.deliveredAt).toBe(77_000);
    });

    it('goes_out_by_http_at_once_where_there_is_no_socket', async () => {
        const bed = new Bed();
        bed.link = false;
        bed.http = (id) => ({ op: 'answer', id, seq: 5 });
        bed.panic.press('live-u1', 'unit1');
        expect(bed.posted).toHaveLength(1);
        await bed.pass(250);
        expect(bed.call?.deliveredAt).toBe(77_000);
    });

    it('is_sent_every_two_seconds_by_both_ways_under_one_id_until_it_is_answered', async () => {
        const bed = new Bed();
        bed.panic.press('live-u1', 'unit1');
        await bed.pass(20_000);
        expect(bed.sent).toHaveLength(1 + 20_000 / AGAIN_MS);
        expect(bed.posted).toHaveLength(20_000 / AGAIN_MS);
        expect(new Set([...bed.sent, ...bed.posted].map((f) => f.id)).size).toBe(1);
        expect(bed.call?.tries).toBe(11);
        bed.panic.answer({ op: 'answer', id: bed.sent[0]!.id, seq: 5 });
        await bed.pass(10_000);
        expect(bed.sent).toHaveLength(11);
    });

    it('an_alarm_that_stands_already_is_delivered', () => {
        const bed = new Bed();
        bed.panic.press('live-u1', 'unit1');
        bed.panic.answer({ op: 'answer', id: bed.sent[0]!.id, problem: { code: 'nothing_changed', status: 409 } });
        expect(bed.call?.deliveredAt).toBe(77_000);
    });

    it.each(['no_link', 'log_unavailable', 'outcome_unknown', 'too_many_requests'])('%s ends no try', async (code) => {
        const status = { no_link: 0, log_unavailable: 503, outcome_unknown: 504, too_many_requests: 429 }[code]!;
        const bed = new Bed();
        bed.panic.press('live-u1', 'unit1');
        bed.panic.answer({ op: 'answer', id: bed.sent[0]!.id, problem: { code, status } });
        await bed.pass(4_000);
        expect(bed.sent).toHaveLength(3);
    });

    it('what_cannot_be_taken_is_said_loudly_and_may_be_tried_again_under_a_new_id', async () => {
        const bed = new Bed();
        bed.panic.press('live-u1', 'unit1');
        bed.panic.answer({ op: 'answer', id: bed.sent[0]!.id, problem: { code: 'not_allowed', status: 403 } });
        expect(bed.call?.problem?.code).toBe('not_allowed');
        await bed.pass(10_000);
        expect(bed.sent).toHaveLength(1);
        bed.panic.press('live-u1', 'unit1');
        expect(bed.sent).toHaveLength(2);
        expect(bed.sent[1]!.id).not.toBe(bed.sent[0]!.id);
    });

    it('a_reload_goes_on_with_the_same_id', () => {
        const first = new Bed();
        first.panic.press('live-u1', 'unit1');
        now += 3_600_000;
        const second = new Bed();
        second.panic.resume('unit1');
        expect(second.sent.map((f) => f.id)).toEqual(first.sent.map((f) => f.id));
    });

    it('what_is_long_past_or_anothers_is_not_sent_by_itself', () => {
        const first = new Bed();
        first.panic.press('live-u1', 'unit1');
        const other = new Bed();
        other.panic.resume('unit2');
        expect(other.sent).toHaveLength(0);
        now += OLD_MS;
        const late = new Bed();
        late.panic.resume('unit1');
        expect(late.sent).toHaveLength(0);
        expect(late.call?.old).toBe(true);
        late.panic.press('live-u1', 'unit1');
        expect(late.sent).toHaveLength(1);
        expect(late.sent[0]!.id).not.toBe(first.sent[0]!.id);
    });

    it('what_its_person_signed_out_over_goes_out_when_they_are_back', () => {
        const bed = new Bed();
        bed.panic.press('live-u1', 'unit1');
        bed.panic.away();
        expect(bed.call).toBeNull();
        now += AGAIN_MS;
        bed.panic.resume('unit1');
        expect(new Set(bed.sent.map((f) => f.id)).size).toBe(1);
        expect(bed.sent).toHaveLength(2);
    });

    it('pressing_again_while_it_is_under_way_starts_no_other', () => {
        const bed = new Bed();
        bed.panic.press('live-u1', 'unit1');
        now += AGAIN_MS;
        bed.panic.press('live-u1', 'unit1');
        expect(new Set(bed.sent.map((f) => f.id)).size).toBe(1);
    });
});

describe('a call for help that nobody is to notice', () => {
    it('says_so_to_the_server_and_leaves_no_trace_once_it_is_delivered', () => {
        const bed = new Bed();
        bed.panic.press('live-u1', 'unit1', true);
        expect((bed.sent[0] as unknown as { data: { silent?: boolean } }).data.silent).toBe(true);
        expect(bed.call?.silent).toBe(true);
        bed.panic.answer({ op: 'answer', id: bed.sent[0]!.id, seq: 5 });
        expect(bed.call).toBeNull();
        expect(memory).toBeNull();
    });

    it('goes_out_again_after_a_reload_under_its_id_until_it_is_delivered', () => {
        const first = new Bed();
        first.panic.press('live-u1', 'unit1', true);
        now += 11 * 60_000;
        const second = new Bed();
        second.panic.resume('unit1');
        expect(second.sent).toEqual(first.sent);
        now += OLD_MS;
        const third = new Bed();
        third.panic.resume('unit1');
        expect(third.sent).toHaveLength(0);
        expect(third.call).toBeNull();
    });

    it('tells_of_no_refusal_and_goes_on_trying', async () => {
        const bed = new Bed();
        bed.panic.press('live-u1', 'unit1', true);
        bed.panic.answer({ op: 'answer', id: bed.sent[0]!.id, problem: { code: 'not_signed_in', status: 401 } });
        expect(bed.call?.problem).toBeUndefined();
        await bed.pass(61_000);
        expect(bed.sent.length).toBeGreaterThan(1);
        expect(bed.sent.length).toBeLessThan(5);
    });

    it('gives_way_to_one_aloud_and_never_takes_its_place', () => {
        const bed = new Bed();
        bed.panic.press('live-u1', 'unit1', true);
        bed.panic.press('live-u1', 'unit1');
        expect(bed.call?.silent).toBeUndefined();
        bed.panic.press('live-u1', 'unit1', true);
        expect(bed.call?.silent).toBeUndefined();
    });
});
