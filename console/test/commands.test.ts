import { describe, expect, it } from 'vitest';

import { Commands, type Outcome } from '../src/store/commands';

function bench(): {
    commands: Commands;
    sent: { id: string }[];
    set: (o: { open?: boolean; last?: number; now?: number }) => void;
} {
    const sent: { id: string }[] = [];
    let [open, last, now, n] = [true, 0, 0, 0];
    const commands = new Commands({
        send: (f) => {
            if (open) {
                sent.push(f as { id: string });
            }
            return open;
        },
        last: () => last,
        changed: () => undefined,
        mono: () => now,
        makeId: () => `id${++n}`,
    });
    return {
        commands,
        sent,
        set: (o) => {
            open = o.open ?? open;
            last = o.last ?? last;
            now = o.now ?? now;
        },
    };
}

const note = { incident: 'live-i1', note: 'x' };

describe('commands', () => {
    it('what_cannot_be_seen_is_left_out_and_lines_stay', () => {
        const b = bench();
        void b.commands.send('incident.note', { incident: 'live-i1', note: 'a\u0000\u0007\u001b[1m\r\nb\tc\ud83d🚓' });
        expect(b.sent[0]).toMatchObject({ data: { incident: 'live-i1', note: 'a[1m\nb\tc🚓' } });
    });

    it('a_double_click_is_one_command_and_a_later_press_another', async () => {
        const b = bench();
        const [one, two] = [b.commands.send('incident.note', note), b.commands.send('incident.note', { ...note })];
        expect(b.sent.length).toBe(1);
        b.commands.answer({ op: 'answer', id: 'id1', seq: 0 });
        expect(await two).toEqual(await one);
        void b.commands.send('incident.note', note); // answered already, and still the same press
        expect(b.sent.length).toBe(1);
        void b.commands.send('incident.note', { ...note, note: 'y' });
        b.set({ now: 1_500 });
        void b.commands.send('incident.note', { ...note, note: 'y' });
        expect(b.sent.length).toBe(3);
    });

    it('a_refused_command_is_asked_again_at_once', async () => {
        const b = bench();
        const first = b.commands.send('incident.note', note);
        b.commands.answer({ op: 'answer', id: 'id1', seq: 0, problem: { code: 'seat_owns_work', status: 409 } });
        expect((await first).problem?.code).toBe('seat_owns_work');
        void b.commands.send('incident.note', note);
        expect(b.sent.length).toBe(2);
    });

    it('is_done_only_when_the_screen_has_reached_the_answers_seq', async () => {
        const b = bench();
        let outcome: Outcome | undefined;
        const done = b.commands.send('incident.note', note, 'live-i1').then((o) => (outcome = o));
        b.commands.answer({ op: 'answer', id: 'id1', seq: 7 });
        await Promise.resolve();
        expect([outcome, b.commands.pending()[0]?.phase]).toEqual([undefined, 'accepted']);
        b.set({ last: 7 });
        b.commands.reached();
        await done;
        expect(outcome).toEqual({ seq: 7 });
        expect(b.commands.pending()).toEqual([]);
    });

    it('an_unanswered_one_is_sent_again_with_the_same_id', () => {
        const b = bench();
        void b.commands.send('incident.note', note);
        b.set({ now: 5_100 });
        b.commands.tick();
        expect(b.sent.map((f) => f.id)).toEqual(['id1', 'id1']);
        expect(b.commands.pending()[0]?.phase).toBe('checking');
    });

    it('without_a_link_it_waits_and_asks_when_the_link_is_back', async () => {
        const b = bench();
        b.set({ open: false });
        const done = b.commands.send('incident.note', note);
        expect(b.commands.pending()[0]?.phase).toBe('checking');
        b.set({ open: true });
        b.commands.resend();
        expect(b.sent.map((f) => f.id)).toEqual(['id1']);
        b.set({ last: 3 });
        b.commands.answer({ op: 'answer', id: 'id1', seq: 3 });
        expect(await done).toEqual({ seq: 3 });
    });

    it('an_unknown_outcome_is_asked_again_and_is_no_refusal', () => {
        const b = bench();
        void b.commands.send('incident.note', note);
        b.commands.answer({ op: 'answer', id: 'id1', problem: { code: 'outcome_unknown', status: 504 } });
        expect(b.commands.pending()[0]?.phase).toBe('checking');
    });

    it('a_refusal_ends_it_and_a_late_second_answer_is_nothing', async () => {
        const b = bench();
        const done = b.commands.send('incident.note', note);
        b.commands.answer({ op: 'answer', id: 'id1', problem: { code: 'incident_closed', status: 409 } });
        b.commands.answer({ op: 'answer', id: 'id1', seq: 9 });
        expect((await done).problem?.code).toBe('incident_closed');
    });

    it('never_resends_after_a_day_without_asking', async () => {
        const b = bench();
        b.set({ open: false });
        const done = b.commands.send('incident.note', note);
        b.set({ open: true, now: 25 * 3_600_000 });
        b.commands.resend();
        expect((await done).problem?.code).toBe('too_old_to_resend');
        expect(b.sent).toEqual([]);
    });

    it('the_seen_revision_travels_as_expect', () => {
        const b = bench();
        void b.commands.send('incident.note', note, 'live-i1', 4);
        expect(b.sent[0]).toMatchObject({ expect: { incident: 4 } });
    });
});
