// What the phone makes of the server's picture and its own queue.
import { describe, expect, it } from 'vitest';

import type { Item } from '../src/patrol/outbox';
import * as S from '../src/patrol/steps';
import { childrenOf, found, parentOf } from '../src/patrol/types';
import { contactOf } from '../src/shared/protected';
import { distanceM, distanceText } from '../src/shared/ways';
import { movePlace, moveThere } from '../src/store/moves';
import { nothing, type State } from '../src/store/reduce';
import type { LiveIncident, LiveUnit } from '../src/wire/frames';
import type { Assignment, AssignmentStatusWord, Report } from '../src/wire/types';
import { assignmentStatus, moves } from '../src/wire/words';

const order = (id: string, status: AssignmentStatusWord, more: Partial<Assignment> = {}): Assignment => ({
    id,
    incident: 'live-i1',
    unit: 'live-u1',
    status,
    by: 'terminal',
    ...more,
});
const incident = (id: string, more: Partial<LiveIncident> = {}): LiveIncident => ({
    id,
    status: 'assigned',
    channel: '110',
    tier: 3,
    ...more,
});
const report = (id: string, more: Partial<Report> = {}): Report => ({
    id,
    incident: 'live-i1',
    status: 'linked',
    channel: '110',
    ...more,
});
function state(orders: Assignment[], incidents = [incident('live-i1')], reports: Report[] = []): State {
    const map = <T extends { id: string }>(list: T[]): Map<string, T> => new Map(list.map((x) => [x.id, x]));
    return { ...nothing, unit: 'live-u1', assignments: map(orders), incidents: map(incidents), reports: map(reports) };
}
let n = 0;
const said = (type: Item['type'], data: object, more: Partial<Item> = {}): Item => ({
    n: ++n,
    user: 'u',
    id: `id-${n}`,
    type,
    data,
    at: n,
    notBefore: n,
    state: 'waiting',
    ...more,
});

describe('steps', () => {
    it('of_every_status_only_legal_moves_of_a_unit_are_offered_and_one_is_the_next', () => {
        for (const status of Object.keys(assignmentStatus) as AssignmentStatusWord[]) {
            const { next, others, mayDecline } = S.stepsOf(status);
            const legal = moves.filter((m) => m.from === status && m.who === 'U').map((m) => m.to);
            const offered = [...(next === undefined ? [] : [next.to]), ...others.map((m) => m.to)];
            expect([...offered, ...(mayDecline ? ['declined'] : [])].sort(), status).toEqual([...legal].sort());
            // One that lapsed may be signed late, but nothing of it is the usual next step.
            expect(next === undefined, status).toBe(assignmentStatus[status].phase !== 1);
        }
    });

    it('the_phones_own_words_stand_on_top_of_the_servers_and_are_marked', () => {
        const a = order('live-a1', 'acknowledged');
        expect(S.projected(a, [])).toEqual({ status: 'acknowledged', said: false });
        const items = [
            said('assignment.progress', { assignment: 'live-a1', status: 'en_route' }),
            said('assignment.progress', { assignment: 'live-a2', status: 'cleared' }),
            said('assignment.progress', { assignment: 'live-a1', status: 'on_scene' }),
            said('assignment.progress', { assignment: 'live-a1', status: 'cleared' }, { state: 'refused' }),
        ];
        expect(S.projected(a, items)).toEqual({ status: 'on_scene', said: true });
    });

    it('an_order_rings_until_the_phone_has_answered_it', () => {
        const s = state([order('live-a1', 'dispatched'), order('live-a2', 'en_route')]);
        expect(S.newOrders(s, []).map((a) => a.id)).toEqual(['live-a1']);
        expect(S.newOrders(s, [said('assignment.acknowledge', { assignment: 'live-a1' })])).toEqual([]);
        expect(S.newOrders(s, [said('assignment.decline', { assignment: 'live-a1' })])).toEqual([]);
        const refused = said('assignment.decline', { assignment: 'live-a1' }, { state: 'refused' });
        expect(S.newOrders(s, [refused])).toHaveLength(1);
    });

    it('the_gravest_new_order_comes_first', () => {
        const s = state(
            [
                order('live-a1', 'dispatched', { dispatched_at: '2026-01-01T00:00:00Z' }),
                order('live-a2', 'dispatched', { incident: 'live-i2', dispatched_at: '2026-01-01T00:01:00Z' }),
            ],
            [incident('live-i1', { tier: 3 }), incident('live-i2', { tier: 1 })],
        );
        expect(S.newOrders(s, []).map((a) => a.id)).toEqual(['live-a2', 'live-a1']);
    });

    it('others_orders_and_reserved_ones_are_not_mine', () => {
        const s = state([
            order('live-a1', 'en_route', { unit: 'live-u2' }),
            order('live-a2', 'reserved'),
            order('live-a3', 'acknowledged'),
            order('live-a4', 'acknowledged', { active: true }),
        ]);
        expect(S.ordersOf(s).map((a) => a.id)).toEqual(['live-a4', 'live-a3']);
        expect(S.besideOf(s, 'live-i1').map((a) => a.id)).toEqual(['live-a1']);
    });

    it('a_change_rings_until_it_was_seen', () => {
        const s = state([order('live-a1', 'en_route', { change_due: true })]);
        expect(S.changedOrders(s, [])).toHaveLength(1);
        expect(S.changedOrders(s, [said('assignment.acknowledge_change', { assignment: 'live-a1' })])).toHaveLength(0);
    });

    it('feedback_is_owed_until_it_was_given_here_or_there', () => {
        const a = order('live-a1', 'cleared', { feedback_due: true });
        expect(S.owesFeedback(a, [])).toBe(true);
        expect(S.owesFeedback(a, [said('assignment.feedback', { assignment: 'live-a1' })])).toBe(false);
        expect(S.owesFeedback({ ...a, feedback_given: true }, [])).toBe(false);
    });
});

describe('officers in need', () => {
    it('others_are_told_of_and_ones_own_call_is_not', () => {
        const s = state([], [
            incident('live-i1', { panic: true, panic_unit: 'live-u2' }),
            incident('live-i2', { panic: true, panic_unit: 'live-u1' }),
            incident('live-i3'),
        ]);
        expect(S.needsOf(s).map((i) => i.id)).toEqual(['live-i1']);
    });
});

describe('changes', () => {
    const before = incident('live-i1', {
        tier: 3,
        type_dispatched: '10.03',
        place: { state: 'known', lon: 1, lat: 2, address: 'A' },
        cues: ['crowd'],
    });
    const facts = (i: LiveIncident, reports: Report[] = []) => S.factsOf(state([], [i], reports), i);

    it('tell_danger_first_and_what_was_before', () => {
        const after = incident('live-i1', {
            tier: 1,
            type_dispatched: '10.04',
            place: { state: 'known', lon: 1.1, lat: 2, address: 'B' },
            cues: ['weapon'],
        });
        expect(S.changesOf(facts(before, [report('live-r1')]), facts(after, [report('live-r1'), report('live-r2')]))).toEqual([
            { what: 'cues', more: ['weapon'], less: ['crowd'] },
            { what: 'tier', from: 3, to: 1 },
            { what: 'place', from: before.place, to: after.place },
            { what: 'type', from: '10.03', to: '10.04' },
            { what: 'reports', more: 1 },
        ]);
    });

    it('are_none_when_nothing_a_unit_goes_by_is_different', () => {
        expect(S.changesOf(facts(before), facts({ ...before, rev: 9, grade: 2, status: 'on_scene' }))).toEqual([]);
    });
});

describe('changes that the phone never saw otherwise', () => {
    it('are_told_by_what_they_are_now', () => {
        const i = incident('live-i1', { tier: 1, type_dispatched: '10.04', cues: ['weapon'], place: { state: 'known', lon: 1, lat: 2 } });
        const facts = S.factsOf(state([], [i]), i);
        expect(S.nowOf('tier', facts)).toEqual({ what: 'tier', from: undefined, to: 1 });
        expect(S.nowOf('type', facts)).toEqual({ what: 'type', from: undefined, to: '10.04' });
        expect(S.nowOf('cues', facts)).toEqual({ what: 'cues', more: ['weapon'], less: [] });
        expect(S.nowOf('place', facts)).toMatchObject({ what: 'place', to: i.place });
        expect(S.nowOf('closed', facts)).toBeUndefined();
    });
});

describe('word from the scene', () => {
    it('is_given_by_who_is_there_and_owed_until_somebody_has_given_it', () => {
        const a = order('live-a1', 'en_route');
        expect(S.mayReport(a, [])).toBe(false);
        expect(S.mayReport(a, [said('assignment.progress', { assignment: 'live-a1', status: 'on_scene' })])).toBe(true);
        expect(S.mayReport(order('live-a1', 'transporting'), [])).toBe(true);
        expect(S.owesReport(state([a]), a, [])).toBe(true);
        expect(S.owesReport(state([a]), a, [said('assignment.report', { assignment: 'live-a1' })])).toBe(false);
        const told = incident('live-i1', { first_report_at: '2026-11-29T12:00:00Z' });
        expect(S.owesReport(state([a], [told]), a, [])).toBe(false);
    });
});

describe('the place of what an officer opens', () => {
    const me = { lon: 122.65000004, lat: 29.415, at: 100_000 };
    it('is_where_the_phone_is_as_exactly_as_it_knows', () => {
        expect(S.placeHere(me, 12, 110_000, '', true)).toEqual({ state: 'known', lon: 122.65, lat: 29.415, radius_m: 12 });
    });
    it('is_thereabouts_by_an_old_fix_or_when_something_else_is_written', () => {
        expect(S.placeHere(me, 12, 200_000, '', true)).toMatchObject({ state: 'approximate', radius_m: 300 });
        expect(S.placeHere(me, 12, 110_000, '对岸', false)).toMatchObject({ state: 'approximate', address: '对岸' });
    });
    it('is_by_words_alone_without_any_fix', () => {
        expect(S.placeHere(undefined, null, 0, '西塘路口', true)).toEqual({ state: 'unknown', address: '西塘路口' });
    });
});

describe('types as a tree', () => {
    const types = ['10.00.00.00', '10.01.00.00', '10.01.02.00', '10.01.02.01', '20.00.00.00', '20.03.01.00'].map((code) => ({
        code,
        name_zh: `类${code}`,
    }));
    it('every_type_is_reached_from_the_top', () => {
        const reached: string[] = [];
        const walk = (code: string): void =>
            childrenOf(types, code).forEach((t) => {
                reached.push(t.code!);
                walk(t.code!);
            });
        walk('');
        expect(reached.sort()).toEqual(types.map((t) => t.code).sort());
    });
    it('a_gap_in_the_tree_loses_nobody', () => {
        expect(parentOf(types, '20.03.01.00')).toBe('20.00.00.00');
        expect(parentOf(types, '10.00.00.00')).toBe('');
    });
    it('is_searched_by_any_of_its_words', () => {
        expect(found(types, '01.02', 8).map((t) => t.code)).toEqual(['10.01.02.00', '10.01.02.01']);
        expect(found(types, '', 8)).toEqual([]);
    });
});

describe('callers', () => {
    it('one_who_must_not_be_contacted_binds_everybody', () => {
        expect(contactOf([report('a', { contact: 'call' }), report('b', { contact: 'none' })])).toBe('none');
        expect(contactOf([report('a', { contact: 'call' }), report('b', { contact: 'text' })])).toBe('text');
        expect(contactOf([report('a', { contact: 'call' })])).toBe('call');
        expect(contactOf([report('a')])).toBeUndefined();
    });
});

describe('ways', () => {
    it('distances_are_in_metres_and_kilometres', () => {
        const m = distanceM({ lon: 122.65, lat: 29.42 }, { lon: 122.66, lat: 29.42 });
        expect(Math.round(m)).toBe(970);
        expect(distanceText(4)).toBe('10 m');
        expect(distanceText(444)).toBe('440 m');
        expect(distanceText(970)).toBe('1.0 km');
        expect(distanceText(12_345)).toBe('12 km');
    });

    it('a_place_goes_to_the_devices_map_in_the_order_of_rfc_5870', () => {
        expect(S.geoLink({ lon: 122.66, lat: 29.42 }, '人民路 2 号')).toBe(
            'geo:29.420000,122.660000?q=29.420000,122.660000(%E4%BA%BA%E6%B0%91%E8%B7%AF%202%20%E5%8F%B7)',
        );
        expect(S.pointOf(incident('i', { place: { state: 'withheld', lon: 1, lat: 2 } }))).toBeUndefined();
        expect(S.pointOf(incident('i', { place: { state: 'known', lon: 1, lat: 2 } }))).toEqual({ lon: 1, lat: 2 });
    });
});

describe('an officer who called unheard', () => {
    const call = incident('live-i5', {
        panic: true,
        panic_silent: true,
        panic_unit: 'live-u2',
        place: { state: 'known', lon: 122.6, lat: 29.4 },
    });
    const beside = { lon: 122.601, lat: 29.4 }; // 97 m
    const away = { lon: 122.603, lat: 29.4 }; // 290 m
    const told = (more: object): State => {
        const s = state([], [call, incident('live-i1')]);
        return { ...s, units: new Map([['live-u1', { id: 'live-u1', status: 'available', ...more } as LiveUnit]]) };
    };
    it('hushes a phone that stands beside, whatever comes', () => {
        const s = state([order('live-a1', 'dispatched')], [call, incident('live-i1')]);
        expect(S.isQuiet(s, 'live-i5', beside)).toBe(true);
        expect(S.isQuiet(s, 'live-i1', beside)).toBe(true);
        expect(S.isQuiet(s, 'live-i5', away)).toBe(false);
        expect(S.isQuiet(s, 'live-i1', undefined)).toBe(false);
    });
    it('is told without a sound as the server reckoned, and so is an order there, until somebody has reached them', () => {
        expect(S.isQuiet(told({ alerts: [{ incident: 'live-i5', quiet: true }] }), 'live-i5', undefined)).toBe(true);
        expect(S.isQuiet(told({ alerts: [{ incident: 'live-i5' }] }), 'live-i5', away)).toBe(false);
        const sent = state([order('live-a1', 'dispatched', { incident: 'live-i5', quiet: true })], [call]);
        expect(S.isQuiet(sent, 'live-i5', undefined)).toBe(true);
        expect(S.isQuiet(sent, 'live-i1', undefined)).toBe(false);
        const reached = incident('live-i5', { panic_silent: true });
        expect(S.isQuiet(state([...sent.assignments.values()], [reached]), 'live-i5', beside)).toBe(false);
    });
    it('who called aloud rings everywhere', () => {
        const aloud = { ...call, panic_silent: false };
        expect(S.isQuiet(state([], [aloud]), 'live-i5', beside)).toBe(false);
    });
});

describe('moving up', () => {
    it('what_waits_in_the_phone_counts_for_the_order_it_names', () => {
        const move = { number: 2, lon: 122.6, lat: 29.4, ordered_at: '2026-11-23T04:00:00Z', eta_ms: 120_000, zone: 'live-z1' };
        expect(S.moveSaid(move, [])).toBe('nothing');
        expect(S.moveSaid(move, [said('unit.move_up_acknowledge', { unit: 'live-u1', number: 1 })])).toBe('nothing');
        expect(S.moveSaid(move, [said('unit.move_up_acknowledge', { unit: 'live-u1', number: 2 })])).toBe('signed');
        expect(S.moveSaid(move, [said('unit.move_up_arrive', { unit: 'live-u1', number: 2 })])).toBe('over');
        expect(S.moveSaid(move, [said('unit.move_up_refuse', { unit: 'live-u1', number: 2 }, { state: 'refused' })])).toBe('nothing');
    });
    it('a_place_is_named_by_its_circle_else_its_zone_else_its_degrees', () => {
        const zones = [{ id: 'live-z1', code: 'A', name_zh: '桥西', name_en: 'West', kind: 'district' as const }];
        expect(movePlace({ circle: 'Q1', name_zh: '广场', zone: 'live-z1' }, zones, 'en')).toBe('广场');
        expect(movePlace({ zone: 'live-z1' }, zones, 'en')).toBe('West');
        expect(movePlace({ lon: 122.6, lat: 29.4 }, zones, 'zh')).toBe('122.6000, 29.4000');
    });
    it('it_should_be_there_so_long_after_it_was_signed', () => {
        const m = { ordered_at: '2026-11-23T04:00:00Z', eta_ms: 120_000 };
        expect(moveThere(m)).toBe(Date.UTC(2026, 10, 23, 4, 2));
        expect(moveThere({ ...m, acknowledged_at: '2026-11-23T04:01:00Z' })).toBe(Date.UTC(2026, 10, 23, 4, 3));
        expect(moveThere({ ordered_at: m.ordered_at })).toBeUndefined();
    });
});
