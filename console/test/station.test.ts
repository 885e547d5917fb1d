import { describe, expect, it } from 'vitest';

import { rowsOf, slotFor, unitsOf, unnamed, zonesOf } from '../src/station/zone';
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
