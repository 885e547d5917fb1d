import { describe, expect, it } from 'vitest';

import { nothing, reduceAll } from '../src/store/reduce';
import {
    alarmRows,
    bestPerSlot,
    counts,
    nextClock,
    nextDue,
    openSlots,
    planText,
    queueRows,
    ruleName,
    sparesPerSlot,
    stepsFrom,
    storedAdvice,
    unitRows,
} from '../src/store/select';
import type { Entry, Recommendation, SnapshotData } from '../src/wire/frames';
import type { Assignment } from '../src/wire/types';

const state = (data: SnapshotData): ReturnType<typeof reduceAll> =>
    reduceAll(nothing, [
        { op: 'welcome', role: 'operator', audience: 'operations', world: 'w', name: 'live', seq: 1, epoch: 1 },
        { op: 'snapshot', seq: 1, data },
    ]);
const incident = (
    id: string,
    tier: number | undefined,
    opened: string,
    due?: string,
): NonNullable<SnapshotData['incidents']>[number] => ({
    id,
    status: 'waiting',
    channel: '110',
    opened_at: opened,
    ...(tier === undefined ? {} : { tier }),
    ...(due === undefined ? {} : { deadlines: [{ kind: 'dispatch', due_at: due }] }),
});
const t = (minute: number): string => `2026-11-23T04:${String(minute).padStart(2, '0')}:00Z`;

describe('queue', () => {
    it('stands_by_tier_then_clock_then_age', () => {
        const s = state({
            incidents: [
                incident('live-i1', 3, t(0), t(9)),
                incident('live-i2', 1, t(5), t(8)),
                incident('live-i3', 1, t(4), t(7)),
                incident('live-i4', 2, t(1)),
                incident('live-i5', undefined, t(2)),
                incident('live-i6', 3, t(1)),
            ],
            reports: [
                { id: 'live-r9', status: 'open', channel: '110', received_at: t(3) },
                { id: 'live-r8', status: 'linked', channel: '110', incident: 'live-i1' },
            ],
        });
        expect(queueRows(s).map((r) => r.id)).toEqual([
            'live-i3',
            'live-i2',
            'live-i4',
            'live-i5',
            'live-r9',
            'live-i1',
            'live-i6',
        ]);
    });

    it('counts_what_waits_runs_and_is_free', () => {
        const s = state({
            incidents: [incident('live-i1', 1, t(0)), { ...incident('live-i2', 1, t(0)), status: 'on_scene' }],
            units: [
                { id: 'live-u1', police_type: 'patrol', status: 'available' },
                { id: 'live-u2', police_type: 'patrol', status: 'off_duty' },
                { id: 'live-u3', police_type: 'patrol', status: 'en_route' },
            ],
            alarms: [
                { id: 'live-m1', kind: 'unit_panic' },
                { id: 'live-m2', kind: 'feedback_overdue' },
            ],
        });
        expect(counts(s)).toEqual({ waiting: 1, running: 1, free: 1, duty: 2, alarms: [1, 0, 1], reports: 0 });
    });
});

describe('clocks', () => {
    const a = (status: Assignment['status'], more: Partial<Assignment> = {}): Assignment => ({
        id: 'live-a1',
        status,
        by: 'radio',
        slot: 1,
        ...more,
    });
    const needs = {
        ...incident('live-i1', 1, t(0)),
        requirements: [
            { slot: 1, due_at: t(5) },
            { slot: 2, due_at: t(6) },
        ],
    };

    it('a_filled_slot_waits_no_more_and_a_declined_one_waits_again', () => {
        expect(openSlots(needs, []).map((r) => r.slot)).toEqual([1, 2]);
        expect(openSlots(needs, [a('dispatched')]).map((r) => r.slot)).toEqual([2]);
        expect(openSlots(needs, [a('cleared')]).map((r) => r.slot)).toEqual([2]);
        for (const status of ['declined', 'expired', 'cancelled'] as const) {
            expect(openSlots(needs, [a(status)]).map((r) => r.slot)).toEqual([1, 2]);
        }
    });

    it('the_nearest_limit_counts_and_ended_orders_have_none', () => {
        expect(nextDue(needs, [])).toBe(Date.parse(t(5)));
        expect(nextDue(needs, [a('dispatched', { due_at: t(3) })])).toBe(Date.parse(t(3)));
        expect(nextDue(needs, [a('cleared', { due_at: t(3) })])).toBe(Date.parse(t(6)));
        expect(nextDue(needs, [a('cleared', { due_at: t(3), feedback_due: true })])).toBe(Date.parse(t(3)));
        const there = { ...needs, status: 'on_scene' as const, first_on_scene_at: t(4) };
        expect(nextDue(there, [])).toBeNaN(); // the lists may lack who served it
        expect(nextDue(there, [a('cleared')], true)).toBe(Date.parse(t(6)));
        expect(nextDue({ ...needs, status: 'held', held_until: t(9) }, [])).toBe(Date.parse(t(9)));
    });

    it('the_clock_says_what_it_counts_down_to', () => {
        expect(nextClock(needs, [])).toEqual({ due: Date.parse(t(5)), kind: 'dispatch' });
        const order = (status: Assignment['status'], extra = {}) => nextClock(needs, [a(status, { due_at: t(3), unit: 'live-u1', ...extra })])?.kind;
        expect(order('dispatched')).toBe('sign');
        expect(order('dispatched', { unit: undefined, station: 'live-z1' })).toBe('name');
        expect(order('en_route')).toBe('arrive');
        expect(order('cleared', { feedback_due: true })).toBe('feedback');
        expect(nextClock({ ...needs, status: 'held', held_until: t(9) }, [])?.kind).toBe('hold_review');
        const placed = { ...needs, deadlines: [{ kind: 'locate' as const, due_at: t(2) }] };
        expect(nextClock(placed, [])).toEqual({ due: Date.parse(t(2)), kind: 'locate' });
        expect(nextClock({ ...needs, requirements: [] }, [])).toBeUndefined();
    });

    it('every_unended_status_has_a_step_and_of_the_ended_ones_only_the_lapsed', () => {
        for (const status of [
            'reserved',
            'dispatched',
            'acknowledged',
            'en_route',
            'staged',
            'on_scene',
            'transporting',
        ] as const) {
            expect(stepsFrom(status).length, status).toBeGreaterThan(0);
        }
        for (const status of ['cleared', 'declined', 'cancelled'] as const) {
            expect(stepsFrom(status), status).toEqual([]);
        }
        // One that lapsed because another unit signed may be signed late.
        expect(stepsFrom('expired').map((m) => m.to)).toEqual(['acknowledged', 'en_route', 'on_scene']);
    });
});

describe('recommendation', () => {
    const row = (
        slot: number,
        unit: string,
        reason: 'chosen' | 'slower' | 'busy',
        eta_ms: number,
    ): NonNullable<Recommendation['units']>[number] => ({ slot, unit, reason, status: 'available', eta_ms });

    it('no_unit_is_advised_for_two_slots', () => {
        const advice: Recommendation = {
            incident: 'live-i1',
            units: [
                row(1, 'live-u1', 'chosen', 1),
                row(1, 'live-u2', 'slower', 2),
                row(2, 'live-u1', 'chosen', 1),
                row(2, 'live-u2', 'slower', 2),
                row(3, 'live-u1', 'chosen', 1),
                row(3, 'live-u3', 'busy', 0),
            ],
        };
        const best = bestPerSlot(advice, [{ slot: 1 }, { slot: 2 }, { slot: 3 }]);
        expect([best.get(1)?.unit, best.get(2)?.unit, best.get(3)]).toEqual(['live-u1', 'live-u2', undefined]);
    });

    it('busy_units_stand_beside_a_slot_that_they_serve_sooner_and_at_one_slot_only', () => {
        const row = (unit: string, slot: number, reason: 'chosen' | 'divertible' | 'soon_free' | 'busy', score_ms: number) => ({
            unit,
            slot,
            reason,
            status: 'en_route' as const,
            score_ms,
        });
        const advice = {
            incident: 'live-i1',
            units: [
                row('live-u3', 1, 'divertible', 100),
                row('live-u4', 1, 'busy', 150),
                row('live-u1', 1, 'chosen', 300),
                row('live-u5', 1, 'soon_free', 400), // no sooner than the best
                row('live-u3', 2, 'divertible', 100),
                row('live-u5', 2, 'soon_free', 400),
            ],
        };
        const open = [{ slot: 1 }, { slot: 2 }];
        const spares = sparesPerSlot(advice, open, bestPerSlot(advice, open));
        expect(spares.get(1)?.map((u) => u.unit)).toEqual(['live-u3']);
        expect(spares.get(2)?.map((u) => u.unit)).toEqual(['live-u5']); // nobody is free for it
    });

    it('the_reasons_of_a_filled_slot_are_found_on_the_timeline', () => {
        const considered = [
            { unit: 'live-u1', reason: 'chosen' as const, status: 'available' as const, score_ms: 5 },
            { unit: 'live-u2', reason: 'slower' as const, status: 'available' as const },
        ];
        const timeline: Entry[] = [
            {
                seq: 1,
                n: 0,
                at: t(0),
                kind: 'incident.recommended',
                data: {
                    slots: [
                        { slot: 1, chosen: 'live-u1', considered },
                        { slot: 2, chosen: 'live-u9', considered },
                    ],
                },
            },
            { seq: 2, n: 0, at: t(1), kind: 'incident.recommended', data: { slots: [{ slot: 2, chosen: 'live-u2' }] } },
        ];
        expect(storedAdvice(null, timeline, 1)).toEqual({
            slot: 1,
            chosen: { unit: 'live-u1', score_ms: 5 },
            considered,
        });
        expect(storedAdvice(null, timeline, 2)?.chosen?.unit).toBe('live-u9');
        expect(
            storedAdvice({ incident: 'live-i1', slots: [{ slot: 2, chosen: { unit: 'live-u3' } }] }, timeline, 2)
                ?.chosen?.unit,
        ).toBe('live-u3');
        expect(storedAdvice(null, timeline, 3)).toBeUndefined();
    });

    it('without_the_live_list_the_stored_choice_stands', () => {
        const advice: Recommendation = { incident: 'live-i1', slots: [{ slot: 1, chosen: { unit: 'live-u7' } }] };
        expect(bestPerSlot(advice, [{ slot: 1 }]).get(1)?.unit).toBe('live-u7');
        expect(bestPerSlot(null, [{ slot: 1 }]).size).toBe(0);
    });
});

describe('names', () => {
    const s = state({
        plan: {
            id: 'default',
            version: 2,
            name_zh: '默认预案',
            rules: [{ id: 'fire', name_zh: '火警', name_en: 'fire' }, { id: 'flood', name_zh: '水灾' }, { id: 'bare' }],
        },
    });
    it('a_rule_is_said_by_its_name_and_falls_back_to_chinese_and_to_its_id', () => {
        const said = (id: string, lang: 'zh' | 'en'): string => ruleName(s, 'default', id, lang);
        expect([said('fire', 'zh'), said('fire', 'en')]).toEqual(['火警', 'fire']);
        expect([said('flood', 'en'), said('bare', 'zh'), said('gone', 'zh')]).toEqual(['水灾', 'bare', 'gone']);
    });
    it('a_rule_of_another_plan_keeps_its_id', () => {
        expect(ruleName(s, 'old', 'fire', 'zh')).toBe('fire');
        expect([planText(s, 'default', 2, 'en'), planText(s, 'old', 7, 'zh'), planText(s, undefined, undefined, 'zh')]).toEqual(
            ['默认预案 v2', 'old v7', '–'],
        );
    });
});

describe('boards', () => {
    it('a_panic_stands_on_top_and_alarms_go_by_level_tier_and_age', () => {
        const s = state({
            incidents: [incident('live-i1', 1, t(0)), incident('live-i2', 2, t(0))],
            units: [
                { id: 'live-u1', callsign: 'A', police_type: 'patrol', status: 'available' },
                { id: 'live-u2', callsign: 'B', police_type: 'patrol', status: 'on_scene', panic: true },
            ],
            alarms: [
                { id: 'live-m1', kind: 'feedback_overdue', raised_at: t(0) },
                { id: 'live-m2', kind: 'grave_waiting', incident: 'live-i2', raised_at: t(1) },
                { id: 'live-m3', kind: 'grave_waiting', incident: 'live-i1', raised_at: t(2) },
                { id: 'live-m4', kind: 'unit_panic', unit: 'live-u2', raised_at: t(3) },
            ],
        });
        expect(unitRows(s).map((u) => u.id)).toEqual(['live-u2', 'live-u1']);
        expect(alarmRows(s).map((a) => a.id)).toEqual(['live-m4', 'live-m3', 'live-m2', 'live-m1']);
    });
});
