// The phone's queue: on real IndexedDB code, with a server that answers, refuses, is silent or gone.
import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it } from 'vitest';

import { OLD_MS, Outbox, UNDO_MS, type Item, type Shelf } from '../src/patrol/outbox';
import { shelf } from '../src/patrol/shelf';

interface Frame {
    id: string;
    type: string;
    data: { assignment?: string; status?: string };
}

let now = 1_800_000_000_000;
let made = 0;

class Bed {
    sent: Frame[] = [];
    link = true;
    items: readonly Item[] = [];
    readonly box: Outbox;

    constructor(keeps: Shelf = shelf) {
        this.box = new Outbox({
            shelf: keeps,
            send: (frame) => this.link && this.sent.push(frame as Frame) > 0,
            changed: (items) => {
                this.items = items;
            },
            now: () => now,
            makeId: () => `id-${++made}`,
        });
    }

    step(status: 'en_route' | 'on_scene' | 'cleared', undo = 0): Promise<Item> {
        return this.box.add('assignment.progress', { assignment: 'live-a1', status }, undo);
    }

    /* The server takes everything that is sent. */
    serve(): string[] {
        const done: string[] = [];
        for (let n = 0; n < 50 && this.sent.length > n; n++) {
            done.push(this.sent[n]!.data.status ?? this.sent[n]!.type);
            this.box.answer({ op: 'answer', id: this.sent[n]!.id, seq: n + 1 });
        }
        return done;
    }
}

const user = (): string => `unit-${made}-${now}`;

beforeEach(() => {
    now += 1_000_000;
});

async function opened(name = user()): Promise<Bed> {
    const bed = new Bed();
    await bed.box.open(name);
    return bed;
}

describe('outbox', () => {
    it('sends_in_the_order_in_which_things_were_said', async () => {
        const bed = await opened();
        bed.link = false;
        await bed.step('en_route');
        await bed.step('on_scene');
        await bed.step('cleared');
        expect(bed.sent).toHaveLength(0);
        bed.link = true;
        bed.box.opened();
        expect(bed.sent).toHaveLength(1); // the next one waits for the answer
        expect(bed.serve()).toEqual(['en_route', 'on_scene', 'cleared']);
        expect(bed.items).toHaveLength(0);
    });

    it('keeps_the_queue_and_its_ids_over_a_reload', async () => {
        const name = user();
        const first = await opened(name);
        first.link = false;
        await first.step('en_route');
        await first.step('on_scene');
        const ids = first.items.map((i) => i.id);
        const second = await opened(name);
        expect(second.items.map((i) => i.id)).toEqual(ids);
        expect(second.sent.map((f) => f.id)).toEqual([ids[0]]);
        second.serve();
        await new Promise((done) => setTimeout(done, 20));
        const third = await opened(name);
        expect(third.items).toHaveLength(0);
    });

    it('is_kept_before_it_is_sent', async () => {
        const order: string[] = [];
        const slow: Shelf = {
            load: async () => [],
            put: async () => {
                await new Promise((done) => setTimeout(done, 5));
                order.push('kept');
            },
            drop: async () => undefined,
        };
        const bed = new Bed(slow);
        await bed.box.open('u');
        const adding = bed.step('en_route');
        expect(bed.sent).toHaveLength(0);
        await adding;
        expect(order).toEqual(['kept']);
        expect(bed.sent).toHaveLength(1);
    });

    it('asks_again_with_the_same_id_when_no_answer_comes', async () => {
        const bed = await opened();
        await bed.step('en_route');
        now += 5_001;
        bed.box.tick();
        bed.box.opened();
        expect(new Set(bed.sent.map((f) => f.id)).size).toBe(1);
        expect(bed.sent).toHaveLength(3);
        bed.box.answer({ op: 'answer', id: bed.sent[0]!.id, seq: 9 });
        bed.box.answer({ op: 'answer', id: bed.sent[0]!.id, seq: 9 });
        expect(bed.items).toHaveLength(0);
    });

    it('a_refusal_stops_nothing_else_and_stays_until_it_was_read', async () => {
        const name = user();
        const bed = await opened(name);
        await bed.step('en_route');
        await bed.step('on_scene');
        bed.box.answer({ op: 'answer', id: bed.sent[0]!.id, problem: { code: 'illegal_move', status: 409 } });
        expect(bed.sent.map((f) => f.data.status)).toEqual(['en_route', 'on_scene']);
        bed.box.answer({ op: 'answer', id: bed.sent[1]!.id, seq: 4 });
        expect(bed.items.map((i) => i.state)).toEqual(['refused']);
        await new Promise((done) => setTimeout(done, 20));
        const again = await opened(name);
        expect(again.items.map((i) => [i.state, i.problem?.code])).toEqual([['refused', 'illegal_move']]);
        expect(again.sent).toHaveLength(0);
        again.box.discard(again.items[0]!.n);
        expect(again.items).toHaveLength(0);
    });

    it.each([
        ['log_unavailable', 503],
        ['outcome_unknown', 504],
        ['too_many_requests', 429],
        ['not_signed_in', 401],
    ])('%s means later, with the same id and nothing overtaking', async (code, status) => {
        const bed = await opened();
        await bed.step('en_route');
        await bed.step('on_scene');
        bed.box.answer({ op: 'answer', id: bed.sent[0]!.id, problem: { code, status, retry_ms: 3_000 } });
        expect(bed.sent).toHaveLength(1);
        now += 2_900;
        bed.box.tick();
        expect(bed.sent).toHaveLength(1);
        now += 200;
        bed.box.tick();
        expect(bed.sent.map((f) => f.id)).toEqual([bed.sent[0]!.id, bed.sent[0]!.id]);
    });

    it('a_step_may_be_taken_back_for_five_seconds_and_not_after', async () => {
        const bed = await opened();
        const item = await bed.step('en_route', UNDO_MS);
        bed.box.tick();
        expect(bed.sent).toHaveLength(0);
        now += UNDO_MS - 1;
        expect(bed.box.takeBack(item.n)).toBe(true);
        const other = await bed.step('on_scene', UNDO_MS);
        now += UNDO_MS;
        expect(bed.box.takeBack(other.n)).toBe(false);
        bed.box.tick();
        expect(bed.sent.map((f) => f.data.status)).toEqual(['on_scene']);
    });

    it('what_can_still_be_taken_back_is_not_overtaken', async () => {
        const bed = await opened();
        await bed.step('en_route', UNDO_MS);
        await bed.step('on_scene');
        expect(bed.sent).toHaveLength(0);
        now += UNDO_MS;
        bed.box.tick();
        expect(bed.serve()).toEqual(['en_route', 'on_scene']);
    });

    it('older_than_a_day_is_sent_only_when_asked_for_and_holds_up_nothing', async () => {
        const bed = await opened();
        bed.link = false;
        await bed.step('en_route');
        await bed.step('on_scene');
        now += OLD_MS + 1;
        bed.link = true;
        await bed.step('cleared');
        expect(bed.sent.map((f) => f.data.status)).toEqual(['cleared']);
        expect(bed.items.map((i) => i.state)).toEqual(['old', 'old', 'waiting']);
        bed.box.answer({ op: 'answer', id: bed.sent[0]!.id, seq: 1 });
        const id = bed.items[0]!.id;
        bed.box.sendOld(bed.items[0]!.n);
        expect(bed.sent.at(-1)!.id).toBe(id);
        bed.box.answer({ op: 'answer', id, seq: 2 });
        bed.box.discard(bed.items[0]!.n);
        expect(bed.items).toHaveLength(0);
        expect(bed.sent).toHaveLength(2);
    });

    it('one_persons_queue_is_not_sent_by_another', async () => {
        const name = user();
        const bed = await opened(name);
        bed.link = false;
        await bed.step('en_route');
        await bed.box.open('somebody-else');
        bed.link = true;
        bed.box.opened();
        expect(bed.items).toHaveLength(0);
        expect(bed.sent).toHaveLength(0);
        await bed.box.open(name);
        expect(bed.sent.map((f) => f.data.status)).toEqual(['en_route']);
    });

    it('a_signed_change_that_has_changed_again_is_asked_anew_and_not_a_refusal', async () => {
        const bed = await opened();
        await bed.box.add('assignment.acknowledge_change', { assignment: 'live-a1', change_no: 7 });
        bed.box.answer({ op: 'answer', id: bed.sent[0]!.id, problem: { code: 'changed_since', status: 409 } });
        expect(bed.items).toHaveLength(0);
    });

    it('without_a_store_it_works_from_memory_and_says_so', async () => {
        const broken: Shelf = {
            load: () => Promise.reject(new Error('no store')),
            put: () => Promise.reject(new Error('no store')),
            drop: () => Promise.reject(new Error('no store')),
        };
        const bed = new Bed(broken);
        await bed.box.open('u');
        await bed.step('en_route');
        expect(bed.box.durable).toBe(false);
        expect(bed.serve()).toEqual(['en_route']);
        expect(bed.items).toHaveLength(0);
    });

    it('any_interleaving_of_losses_gives_the_server_each_step_once_and_in_order', async () => {
        for (let seed = 1; seed <= 60; seed++) {
            let x = seed;
            const random = (): number => ((x = (Math.imul(x, 1664525) + 1013904223) >>> 0) >>> 8) / 16777216;
            const name = `${user()}-${seed}`;
            let bed = await opened(name);
            const done = new Map<string, string>(); // by id: the server gives its first answer again
            let from = 0;
            const said: string[] = [];
            for (let n = 0; n < 60; n++) {
                if (random() < 0.25 && said.length < 12) {
                    said.push(`s${said.length}`);
                    await bed.box.add('incident.note', { incident: 'live-i1', note: said.at(-1)! });
                }
                bed.link = random() < 0.7;
                for (; from < bed.sent.length; from++) {
                    const f = bed.sent[from]! as unknown as { id: string; data: { note: string } };
                    if (random() < 0.8) {
                        done.set(f.id, done.get(f.id) ?? f.data.note);
                        if (random() < 0.7) {
                            bed.box.answer({ op: 'answer', id: f.id, seq: done.size });
                        }
                    }
                }
                if (random() < 0.1) {
                    await new Promise((ok) => setTimeout(ok, 1));
                    bed = await opened(name);
                    from = 0;
                } else if (random() < 0.3) {
                    bed.box.opened();
                }
                now += random() * 8_000;
                bed.box.tick();
            }
            bed.link = true;
            for (let n = 0; n < 40; n++) {
                now += 6_000;
                bed.box.tick();
                for (; from < bed.sent.length; from++) {
                    const f = bed.sent[from]! as unknown as { id: string; data: { note: string } };
                    done.set(f.id, done.get(f.id) ?? f.data.note);
                    bed.box.answer({ op: 'answer', id: f.id, seq: done.size });
                }
            }
            expect([...done.values()], `seed ${seed}`).toEqual(said);
            expect(bed.items, `seed ${seed}`).toHaveLength(0);
        }
    });
});
