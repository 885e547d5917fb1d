import { describe, expect, it } from 'vitest';

import { alarmsOf, calledOf, mayTakeHere, rowsOf, slotFor, unitsOf, unnamed, zonesOf } from '../src/station/zone';
import { nothing, type State } from '../src/store/reduce';
import type { LiveIncident, LiveUnit } from '../src/wire/frames';
import type { Assignment } from '../src/wire/types';

const zones = [
    { id: 'z1', code: 'LP', kind: 'district' as const },
    { id: 'z2', code: 'LP01', kind: 'station' as const, parent: 'z1' },
    { id: 'z3', code: 'LP011', kind: 'beat' as const, parent: 'z2' },
    { id: 'z4', code: 'LP02', kind: 'station' as const, parent: 'z1' },
];
const unit = (id: string, zone: string, police_type: LiveUnit['police_type'] = 'station'): LiveUnit => ({
    id,
    police_type,
    status: 'available',
    zone,
});
const incident = (id: string, zone: string, tier: number): LiveIncident => ({
    id,
    status: 'waiting',
    channel: '110',
    tier,
    place: { state: 'known', zone },
    requirements: [{ slot: 1, police_type: 'patrol' }, { slot: 2 }],
});
const order = (id: string, of: string, more: Partial<Assignment>): Assignment => ({
    id,
    incident: of,
    status: 'dispatched',
    by: 'terminal',
    ...more,
});
function state(incidents: LiveIncident[], orders: Assignment[], units: LiveUnit[]): State {
    const map = <T extends { id: string }>(list: T[]): Map<string, T> => new Map(list.map((x) => [x.id, x]));
    return { ...nothing, city: { zones }, incidents: map(incidents), assignments: map(orders), units: map(units) };
}

describe('station', () => {
    const own = zonesOf(state([], [], []), ['LP01']);

    it('has_its_zone_with_the_beats_in_it', () => {
        expect([...own].sort()).toEqual(['z2', 'z3']);
        expect(zonesOf(state([], [], []), []).size).toBe(4);
    });

    it('lists_its_zone_and_what_its_units_work_on_elsewhere', () => {
        const s = state(
            [incident('i1', 'z3', 3), incident('i2', 'z4', 1), incident('i3', 'z4', 2)],
            [order('a1', 'i3', { unit: 'u1' })],
            [unit('u1', 'z3'), unit('u2', 'z4')],
        );
        expect(rowsOf(s, own).map((r) => [r.id, r.ours])).toEqual([
            ['i3', true],
            ['i1', false],
        ]);
        expect(unitsOf(s, own).map((u) => u.id)).toEqual(['u1']);
    });

    it('an_order_to_it_that_names_no_unit_comes_first', () => {
        const called = order('a1', 'i2', { station: 'z2' });
        const s = state([incident('i1', 'z3', 1), incident('i2', 'z4', 4)], [called], []);
        expect(unnamed(called, own)).toBe(true);
        expect(unnamed({ ...called, unit: 'u1' }, own)).toBe(false);
        expect(unnamed({ ...called, station: 'z4' }, own)).toBe(false);
        expect(rowsOf(s, own).map((r) => [r.id, r.called])).toEqual([
            ['i2', true],
            ['i1', false],
        ]);
    });

    it('a_unit_goes_to_the_slot_of_its_kind_else_to_one_for_anybody', () => {
        const i = incident('i1', 'z3', 1);
        expect(slotFor(i, [], unit('u1', 'z3', 'patrol'))?.slot).toBe(1);
        expect(slotFor(i, [], unit('u1', 'z3', 'traffic'))?.slot).toBe(2);
        expect(slotFor(i, [order('a1', 'i1', { slot: 2, unit: 'u9' })], unit('u1', 'z3', 'traffic'))).toBeUndefined();
    });
});

describe('what a station is called for', () => {
    const of = zonesOf(state([], [], []), ['LP01']);
    it('orders_without_a_unit_stand_by_their_clock', () => {
        const s = state(
            [incident('i1', 'z4', 2)],
            [
                order('a1', 'i1', { station: 'z2', due_at: '2026-11-29T12:05:00Z' }),
                order('a2', 'i1', { station: 'z2', due_at: '2026-11-29T12:01:00Z' }),
                order('a3', 'i1', { station: 'z4', due_at: '2026-11-29T12:00:00Z' }),
                order('a4', 'i1', { station: 'z2', unit: 'u1' }),
            ],
            [],
        );
        expect(calledOf(s, of).map((a) => a.id)).toEqual(['a2', 'a1']);
    });

    it('alarms_are_those_of_its_units_orders_and_seat', () => {
        const base = state([], [order('a1', 'i1', { station: 'z2' })], [unit('u1', 'z3'), unit('u2', 'z4')]);
        const alarm = (id: string, more: object) => ({ id, kind: 'sign_overdue' as const, ...more });
        const alarms = [
            alarm('m1', { unit: 'u1' }),
            alarm('m2', { unit: 'u2' }),
            alarm('m3', { assignment: 'a1' }),
            alarm('m4', { seat: 's1' }),
            alarm('m5', { unit: 'u1', state: 'acknowledged' }),
        ];
        const seat = { id: 's1', person: 'me' };
        const seats = [seat, { id: 's0', commander: true, person: 'c' }];
        const s = { ...base, alarms: new Map(alarms.map((a) => [a.id, a])), seats: new Map(seats.map((x) => [x.id, x])) };
        expect(alarmsOf(s as unknown as State, of, undefined).map((a) => a.id)).toEqual(['m1', 'm3']);
        expect(alarmsOf(s as unknown as State, of, seat).map((a) => a.id)).toEqual(['m1', 'm3', 'm4']);
    });

    it('seats_are_those_that_cover_no_more_than_its_zones', () => {
        const seats = [
            { id: 's1', code: '09', zones: [{ zone: 'z2' }] },
            { id: 's2', code: '02', zones: [{ zone: 'z2' }, { zone: 'z4' }] },
            { id: 's3', code: '03' },
            { id: 's4', code: '00', commander: true, zones: [{ zone: 'z2' }] },
        ];
        const s = { ...state([], [], []), seats: new Map(seats.map((x) => [x.id, x])) } as unknown as State;
        expect(mayTakeHere(s, of, 'station_desk').map((x) => x.id)).toEqual(['s1']);
        expect(mayTakeHere(s, zonesOf(s, []), 'station_desk').map((x) => x.id)).toEqual(['s2', 's3', 's1']);
    });
});
