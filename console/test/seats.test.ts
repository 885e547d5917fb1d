import { describe, expect, it } from 'vitest';

import { parse, type Context, type Parsed } from '../src/cmd/grammar';
import { nothing, reduceAll, type State } from '../src/store/reduce';
import { alarmsFor, burdens, concerns, freeFor, grouped, ownerOf, rings, seatOf, workOf, workSigned, zonesCover } from '../src/store/seats';
import type { LiveIncident, LiveSeat } from '../src/wire/frames';
import type { Alarm } from '../src/wire/types';

const seat = (code: string, extra: Partial<LiveSeat> = {}): LiveSeat => ({
    id: `live-s${code}`,
    code,
    load: 0,
    unread: 0,
    ...extra,
});
const incident = (n: number, extra: Partial<LiveIncident> = {}): LiveIncident => ({
    id: `live-i${n}`,
    number: `20261123-000${n}`,
    status: 'waiting',
    channel: '110',
    tier: 3,
    ...extra,
});
const alarm = (n: number, extra: Partial<Alarm> = {}): Alarm => ({
    id: `live-m${n}`,
    kind: 'sign_overdue',
    raised_at: `2026-11-23T04:00:0${n}.000000Z`,
    seat: 'live-s01',
    ...extra,
});

function world(seats: LiveSeat[], alarms: Alarm[] = []): State {
    return reduceAll(nothing, [
        { op: 'welcome', role: 'operator', audience: 'operations', world: 'live', seq: 1, epoch: 1 },
        {
            op: 'snapshot',
            seq: 1,
            data: {
                seats,
                alarms,
                incidents: [
                    incident(412, { seat: 'live-s01' }),
                    incident(413, { seat: 'live-s01', status: 'held' }),
                    incident(414),
                    incident(415, { seat: 'live-s02', unread: true }),
                ],
                reports: [
                    { id: 'live-r88', number: '20261123-000088', status: 'open', channel: '110', seat: 'live-s01' },
                    { id: 'live-r89', number: '20261123-000089', status: 'linked', channel: '110', seat: 'live-s01' },
                ],
                assignments: [
                    { id: 'live-a1', incident: 'live-i412', unit: 'live-u1', status: 'dispatched', by: 'terminal' },
                    { id: 'live-a2', incident: 'live-i415', unit: 'live-u2', status: 'dispatched', by: 'terminal' },
                ],
            },
        },
    ]);
}
const staffedFloor = [
    seat('00', { commander: true, person: 'chief' }),
    seat('01', { person: 'li' }),
    seat('02', { person: 'wang' }),
    seat('03'),
];

describe('seats and zones', () => {
    const city = {
        zones: [
            { id: 'live-z1', code: 'LP', kind: 'district' as const },
            { id: 'live-z2', code: 'QX', kind: 'station' as const, parent: 'live-z1' },
            { id: 'live-z3', code: 'DM', kind: 'district' as const },
        ],
    };
    const state = { ...nothing, city } as State;
    const west = seat('01', { zones: [{ zone: 'live-z2' }] });
    it('a seat is for whom all of its zones are open to', () => {
        expect(zonesCover(state, west, { zones: ['LP'] })).toBe(true);
        expect(zonesCover(state, west, { zones: ['QX'] })).toBe(true);
        expect(zonesCover(state, west, { zones: ['DM'] })).toBe(false);
        expect(zonesCover(state, seat('02', { zones: [{ zone: 'live-z2' }, { zone: 'live-z3' }] }), { zones: ['LP'] })).toBe(false);
    });
    it('one of the whole city is for whom the city is open to', () => {
        expect(zonesCover(state, seat('03'), { zones: ['LP'] })).toBe(false);
        expect(zonesCover(state, seat('03'), { zones: [], all_zones: true })).toBe(true);
        expect(zonesCover(state, seat('03'), null)).toBe(true);
    });
});

describe('seats', () => {
    it('what_has_no_seat_is_the_commanders', () => {
        const s = world(staffedFloor);
        expect(ownerOf(s, undefined)?.code).toBe('00');
        expect(ownerOf(s, 'live-s02')?.code).toBe('02');
        expect(seatOf(s, 'li')?.code).toBe('01');
        expect(seatOf(s, '')).toBeUndefined();
        expect(workOf(s, s.seats.get('live-s00')!).incidents).toEqual(['live-i414']);
    });

    it('what_seats_own_is_counted_from_what_names_them', () => {
        const s = world(staffedFloor.map((x) => ({ ...x, load: 77, unread: 77 })));
        const of = (code: string): unknown => burdens(s).get(`live-s${code}`);
        expect([of('00'), of('01'), of('02'), of('03')]).toEqual([
            { load: 1, unread: 0 },
            { load: 3, unread: 0 },
            { load: 1, unread: 1 },
            { load: 0, unread: 0 },
        ]);
    });

    it('the_sheet_of_a_seat_holds_what_it_owns', () => {
        const s = world(staffedFloor, [alarm(1), alarm(2, { state: 'shelved' }), alarm(3, { seat: 'live-s02' })]);
        expect(workOf(s, s.seats.get('live-s01')!)).toEqual({
            incidents: ['live-i412', 'live-i413'],
            held: ['live-i413'],
            unsigned: ['live-a1'],
            reports: ['live-r88'],
            alarms: ['live-m1'],
            shelved: ['live-m2'],
        });
        expect(workSigned({ incidents: [{ incident: 'a' }], unsigned: [{ assignment: 'b' }] })).toEqual({
            incidents: ['a'], held: [], unsigned: ['b'], reports: [], alarms: [], shelved: [],
        });
    });

    it('a_seat_is_free_when_empty_silent_or_handed_to_one', () => {
        expect(freeFor(seat('03'), 'li')).toBe(true);
        expect(freeFor(seat('03', { person: 'wang' }), 'li')).toBe(false);
        expect(freeFor(seat('03', { person: 'wang', silent: true }), 'li')).toBe(true);
        expect(freeFor(seat('03', { person: 'wang', handing_to: 'li' }), 'li')).toBe(true);
        expect(freeFor(seat('03', { person: 'wang', silent: true, handing_to: 'zhao' }), 'li')).toBe(false);
    });

    const ears: [string, Partial<Alarm>, string | undefined, boolean][] = [
        ['of its own seat', {}, '01', true],
        ['of another seat', {}, '02', false],
        ['of another seat at the commander’s', {}, '00', false],
        ['that climbed, at the commander’s', { climbed_at: 'x' }, '00', true],
        ['that climbed, at a third seat', { climbed_at: 'x' }, '02', false],
        ['of an empty seat at the commander’s', { seat: 'live-s03' }, '00', true],
        ['of an empty seat at a third', { seat: 'live-s03' }, '02', false],
        ['of no seat at the commander’s', { kind: 'glass_broken', seat: '' }, '00', true],
        ['of no seat at another', { kind: 'glass_broken', seat: '' }, '02', false],
        ['an officer in need, everywhere', { kind: 'unit_panic' }, '02', true],
        ['of level 2 without a seat', {}, undefined, false],
        ['of level 1 without a seat', { kind: 'no_unit' }, undefined, true],
    ];
    it.each(ears)('an alarm %s', (_, extra, at, heard) => {
        const a = alarm(1, extra);
        const s = world(staffedFloor, [a]);
        const mine = at === undefined ? undefined : s.seats.get(`live-s${at}`);
        expect(concerns(s, a, mine)).toBe(heard);
        expect(rings(s, a, mine)).toBe(heard);
        for (const state of ['acknowledged', 'shelved', 'returned'] as const) {
            expect(rings(s, { ...a, state }, mine)).toBe(false);
        }
    });

    it('with_the_commanders_seat_empty_all_hear_what_climbed', () => {
        const a = alarm(1, { climbed_at: 'x' });
        const s = world([seat('00', { commander: true }), seat('01', { person: 'li' }), seat('02', { person: 'wang' })], [a]);
        expect(concerns(s, a, s.seats.get('live-s02'))).toBe(true);
    });

    it('a_floor_without_seats_hears_everything', () => {
        const a = alarm(1);
        expect(rings(world([], [a]), a, undefined)).toBe(true);
    });

    it('ones_own_unnoticed_alarms_stand_first_and_shelved_ones_last', () => {
        const s = world(staffedFloor, [
            alarm(1, { state: 'shelved' }),
            alarm(2, { state: 'acknowledged' }),
            alarm(3, { seat: 'live-s02', kind: 'no_unit' }),
            alarm(4),
            alarm(5, { kind: 'unit_panic' }),
        ]);
        expect(alarmsFor(s, s.seats.get('live-s01')).map((a) => a.id)).toEqual(
            [5, 4, 3, 2, 1].map((n) => `live-m${n}`),
        );
    });

    it('in_a_flood_a_kind_is_one_row_but_the_gravest_stand_alone', () => {
        const rows = [alarm(1, { kind: 'no_unit' }), alarm(2, { kind: 'no_unit' }), alarm(3), alarm(4), alarm(5, { state: 'shelved' })];
        expect(grouped(rows, false).length).toBe(5);
        expect(grouped(rows, true).map((r) => [r.id, r.more.length])).toEqual([
            ['live-m1', 0], ['live-m2', 0], ['live-m3', 1], ['live-m5', 0],
        ]);
    });
});

describe('command line of seats', () => {
    const state = world(staffedFloor);
    const c = (selected?: string): Context => ({
        state,
        lang: 'zh',
        now: 0,
        user: 'li',
        selected: selected === undefined ? undefined : state.incidents.get(selected),
    });
    const ran = (line: string, selected?: string): unknown => {
        const p: Parsed = parse(line, c(selected));
        return p.kind === 'run' ? [p.commands[0]?.type, p.commands[0]?.data] : p.kind === 'wrong' ? p.why : p.kind;
    };
    it.each<[string, string | undefined, unknown]>([
        ['PS 412 02; 桥西', undefined, ['incident.pass', { incident: 'live-i412', seat: 'live-s02', reason: '桥西' }]],
        ['移交 02; 桥西', 'live-i413', ['incident.pass', { incident: 'live-i413', seat: 'live-s02', reason: '桥西' }]],
        ['PS 88 2; 桥西', undefined, ['incident.pass', { report: 'live-r88', seat: 'live-s02', reason: '桥西' }]],
        ['PS 412 02', undefined, 'form'],
        ['PS 412 09; x', undefined, 'cmdNoSuchSeat'],
        ['TK 415; 熟悉', undefined, ['incident.take', { incident: 'live-i415', reason: '熟悉' }]],
        ['接管', 'live-i415', 'form'],
        ['RD 412', undefined, ['seat.read', { seat: 'live-s01', incidents: [{ incident: 'live-i412' }] }]],
        ['接席 03', undefined, ['seat.take', { seat: 'live-s03' }]],
        ['SEAT', undefined, 'cmdNeedSeat'],
        ['HO wang', undefined, ['seat.hand_over', { seat: 'live-s01', to: 'wang' }]],
        ['交班', undefined, 'cmdNeedUser'],
        ['离席', undefined, ['seat.leave', { seat: 'live-s01' }]],
    ])('%s', (line, selected, wanted) => {
        expect(ran(line, selected)).toEqual(wanted);
    });
    it('who_sits_nowhere_cannot_hand_over', () => {
        expect(parse('HO wang', { ...c(), user: 'nobody' })).toMatchObject({ kind: 'wrong', why: 'cmdNoSeat' });
    });
});
