// All that waits, and whom each slot is meant to get.
import { describe, expect, it } from 'vitest';

import { nothing, type State } from '../src/store/reduce';
import { meantOf, waitRows } from '../src/store/waiting';
import { jointText, wantedText } from '../src/ui/words';
import type { LiveIncident, LiveUnit } from '../src/wire/frames';
import type { Assignment } from '../src/wire/types';

type Place = NonNullable<LiveIncident['place']>;
const place = { state: 'known' } as Place;
const incident = (id: string, more: Partial<LiveIncident>): LiveIncident =>
    ({ id, number: `20261130-0000${id.slice(-2)}`, status: 'waiting', tier: 3, place, opened_at: '2026-11-30T08:00:00Z', requirements: [{ slot: 1, police_type: 'patrol' }], ...more }) as LiveIncident;
const unit = (id: string, status: string): LiveUnit => ({ id, callsign: id.toUpperCase(), status }) as LiveUnit;

function stateOf(incidents: LiveIncident[], units: LiveUnit[], orders: Assignment[] = []): State {
    return {
        ...nothing,
        incidents: new Map(incidents.map((i) => [i.id, i])),
        units: new Map(units.map((u) => [u.id, u])),
        assignments: new Map(orders.map((a) => [a.id, a])),
    } as State;
}

describe('what waits', () => {
    const meant = (id: string) => [{ slot: 1, police_type: 'patrol', meant: id }] as NonNullable<LiveIncident['requirements']>;

    it('stands by tier, then by age, with whom each slot is meant to get', () => {
        const s = stateOf(
            [
                incident('w-i03', { opened_at: '2026-11-30T08:02:00Z' }),
                incident('w-i02', { opened_at: '2026-11-30T08:01:00Z', requirements: meant('u1') }),
                incident('w-i01', { tier: 1, opened_at: '2026-11-30T08:03:00Z', requirements: meant('u2') }),
            ],
            [unit('u1', 'available'), unit('u2', 'available')],
        );
        expect(waitRows(s).map((r) => [r.incident.id, r.slots.map((x) => x.meant)])).toEqual([
            ['w-i01', ['u2']],
            ['w-i02', ['u1']],
            ['w-i03', [undefined]],
        ]);
    });

    it('names nobody who is busy by now', () => {
        const i = incident('w-i01', { requirements: meant('u1') });
        expect(meantOf(stateOf([i], [unit('u1', 'en_route')]), i, [])).toEqual([]);
        expect(meantOf(stateOf([i], [unit('u1', 'available')]), i, [])).toEqual(['u1']);
    });

    it('leaves out what is filled, what nobody knows the place of and what somebody has reached', () => {
        const order = { id: 'a1', incident: 'w-i01', slot: 1, status: 'dispatched', unit: 'u1' } as Assignment;
        const list = [
            incident('w-i01', { status: 'assigned' }),
            incident('w-i02', { place: { state: 'unknown' } as Place }),
            incident('w-i03', { status: 'on_scene' }),
            incident('w-i04', { status: 'held' }),
        ];
        expect(waitRows(stateOf(list, [], [order]))).toEqual([]);
    });
});

describe('words for a unit that is kept', () => {
    const s = stateOf([incident('w-i09', {})], []);

    it('say for which incident, and what is lost there', () => {
        expect(wantedText(s, { wanted: 'w-i09', wanted_late_ms: 80_000, wanted_ms: 5000 }, 'zh')).toBe('留给警情 0009，否则那边加权迟到多 1\'20"');
        expect(wantedText(s, { wanted: 'w-i09', wanted_ms: 60_000 }, 'en')).toBe('kept for incident 0009, else 1\'00" dearer there');
        expect(wantedText(s, {}, 'zh')).toBe('');
    });

    it('say how good the choice for all is known to be', () => {
        expect(jointText(null, 'zh')).toBe('');
        expect(jointText({ incident: 'w-i09', joint: true, joint_slots: 4 }, 'zh')).toBe('与其他待派警情一并选派，共 4 个岗位，已证最优');
        expect(jointText({ incident: 'w-i09', joint: true, joint_slots: 600, gap_late_ms: 60_000, joint_beyond: 3 }, 'en')).toBe(
            'chosen together with others that wait, 600 slots in all, at most 1\'00" from the best, 3 slots more than there was room for',
        );
    });
});
