import { describe, expect, it } from 'vitest';

import { clockTime, duration, offsetText, shortNumber, travel, type Offset } from '../src/format';
import { ServerClock } from '../src/store/clock';
import { check, dataOf, fieldOfProblem, initialValues, splitPair, timeOf, type Values } from '../src/ui/fields';
import { amendIncident, closeIncident, holdIncident, messageReport, newPaper, newReport, openIncident } from '../src/ui/forms';
import type { LiveIncident } from '../src/wire/frames';
import type { Report } from '../src/wire/types';

const known = { types: new Set(['10.01.00.00']), incidents: new Set(['live-i1']), units: new Set(['live-u1']) };
const report = newReport();
const fill = (v: Values): Values => ({ ...initialValues(report.fields), ...v });
const errors = (v: Values): Record<string, string> =>
    Object.fromEntries(Object.entries(check(report.fields, fill(v), known)).map(([path, e]) => [path, e!.key]));

describe('forms', () => {
    it('an_empty_report_form_is_a_legal_report', () => {
        expect(errors({})).toEqual({});
        expect(dataOf(report.fields, fill({}), 0)).toEqual({
            channel: '110',
            call: 'speech',
            place: { state: 'unknown' },
            caller: { contact: 'call' },
        });
    });

    it('a_tick_that_stands_at_first_is_sent_when_the_wire_does_not_mean_it_anyway', () => {
        const silent = { id: 'live-r1', place: { state: 'unknown' }, caller_lon: 122.6, contact: 'none' } as Report;
        const untouched = (f: ReturnType<typeof newReport>): unknown =>
            dataOf(f.fields, initialValues(f.fields, f.start ?? {}), 0);
        expect(untouched(openIncident(silent))).toEqual({ at_caller: true });
        expect(untouched(openIncident({ ...silent, place: { state: 'known' } }))).toEqual({});
        expect(untouched(messageReport(silent))).toEqual({ from_caller: true });
    });

    it.each([
        [{ type: '99' }, { type: 'errChoice' }],
        [{ incident: 'live-i9' }, { incident: 'errChoice' }],
        [{ unit: 'live-u9' }, { unit: 'errChoice' }],
        [{ 'place.lon': '200', 'place.lat': '1' }, { 'place.lon': 'errRange' }],
        [{ 'place.lon': 'abc', 'place.lat': '1' }, { 'place.lon': 'errNumber' }],
        [{ 'place.lon': '1' }, { 'place.lat': 'errPair' }],
        [{ 'place.lat': '-91', 'place.lon': '1' }, { 'place.lat': 'errRange' }],
        [{ 'place.radius_m': '1.5' }, { 'place.radius_m': 'errInteger' }],
        [{ 'place.radius_m': '-1' }, { 'place.radius_m': 'errRange' }],
        [{ 'place.radius_m': '1e3' }, { 'place.radius_m': 'errNumber' }],
        [{ 'place.address': '路'.repeat(43) }, { 'place.address': 'errBytes' }],
        [{ 'place.detail': 'x'.repeat(501) }, { 'place.detail': 'errBytes' }],
        [{ narrative: '话'.repeat(1334) }, { narrative: 'errBytes' }],
        [{ 'caller.name': 'n'.repeat(101) }, { 'caller.name': 'errBytes' }],
        [{ 'caller.phone': '1'.repeat(41) }, { 'caller.phone': 'errBytes' }],
        [{ 'caller.language': 'l'.repeat(41) }, { 'caller.language': 'errBytes' }],
        [{ priority: '10' }, { priority: 'errRange' }],
        [{ external_id: 'x'.repeat(64) }, { external_id: 'errBytes' }],
        [{ 'place.state': '' }, { 'place.state': 'errRequired' }],
        [{ channel: '' }, { channel: 'errRequired' }],
    ])('%j is refused at its field', (values, expected) => {
        expect(errors(values as unknown as Values)).toEqual(expected);
    });

    it('full_width_digits_count_and_sets_travel_as_the_wire_has_them', () => {
        const v = fill({
            'place.lon': '１２２．６',
            'place.lat': '29.4',
            cues: ['weapon'],
            'place.flags': ['school'],
            open: false,
        });
        expect(errors({ 'place.lon': '１２２．６', 'place.lat': '29.4' })).toEqual({});
        expect(dataOf(report.fields, v, 0)).toMatchObject({
            place: { lon: 122.6, lat: 29.4, flags: ['school'] },
            cues: { weapon: true },
            open: false,
        });
    });

    it.each([
        ['place.lon', 'place.lon'],
        ['data.place.lon', 'place.lon'],
        ['/place/lon', 'place.lon'],
        ['cues.weapon', 'cues'],
        ['place', 'place.state'],
        ['caller.phone', 'caller.phone'],
        ['nothing', undefined],
        ['', undefined],
    ])('a problem at %s is shown at %s', (name, path) => {
        expect(fieldOfProblem(report.fields, name)).toBe(path);
    });

    it('a_pair_of_coordinates_is_split', () => {
        expect(splitPair('122.65, 29.41')).toEqual(['122.65', '29.41']);
        expect(splitPair('122.65，29.41')).toEqual(['122.65', '29.41']);
        expect(splitPair('122.65')).toBeUndefined();
    });

    const incident: LiveIncident = {
        id: 'live-i1',
        number: '20261123-000412',
        rev: 2,
        status: 'waiting',
        channel: '110',
        type_dispatched: '10.01.00.00',
        priority: 2,
        cues: ['weapon'],
        place: { state: 'known', lon: 1, lat: 2, address: 'a' },
    };

    it('amending_sends_only_what_changed', () => {
        const form = amendIncident(incident);
        const v = initialValues(form.fields, form.start);
        expect(form.build!(v, 0)[0]!.data).toEqual({ incident: 'live-i1' });
        expect(form.build!({ ...v, priority: '1' }, 0)[0]!.data).toEqual({ incident: 'live-i1', priority: 1 });
        expect(form.build!({ ...v, cues: [] }, 0)[0]!.data).toEqual({ incident: 'live-i1', cues: {} });
        expect(form.build!({ ...v, 'place.address': 'b' }, 0)[0]!.data).toEqual({
            incident: 'live-i1',
            place: { state: 'known', address: 'b', lon: 1, lat: 2 },
        });
    });

    it('closing_needs_a_disposition_and_holding_an_end_by_the_servers_clock', () => {
        const close = closeIncident(incident);
        expect(Object.keys(check(close.fields, initialValues(close.fields), known))).toEqual(['disposition']);
        const hold = holdIncident(incident, { until: '5', reason: 'x' });
        expect(dataOf(hold.fields, initialValues(hold.fields, hold.start), Date.UTC(2026, 0, 1))).toEqual({
            until: '2026-01-01T00:05:00.000Z',
            reason: 'x',
        });
    });
});

describe('format', () => {
    it('numbers_and_durations_read_as_people_say_them', () => {
        expect([shortNumber('20261123-000417'), shortNumber('演20261123-123456'), shortNumber(undefined)]).toEqual([
            '0417',
            '演123456',
            '–',
        ]);
        expect([duration(132_000), duration(-3_723_000), travel(130_000)]).toEqual(['02:12', '1:02:03', `2'10"`]);
    });
    it('times_are_the_citys_whatever_the_season_and_the_desk', () => {
        const summer = [
            { from: '2026-03-29T01:00:00Z', offset_min: 120 },
            { from: '2026-10-25T01:00:00Z', offset_min: 60 },
        ];
        const shown = (instant: string, offsets?: readonly Offset[]): string =>
            clockTime(Date.parse(instant), offsets, true);
        expect(shown('2026-10-25T00:59:59Z', summer)).toBe('10-25 02:59:59');
        expect(shown('2026-10-25T01:00:00Z', summer)).toBe('10-25 02:00:00');
        expect(shown('2026-01-01T00:00:00Z', summer)).toBe('01-01 00:00:00'); // before the first: UTC
        expect(shown('2026-12-31T20:00:00Z', [{ from: '1992-01-01T00:00:00Z', offset_min: 480 }])).toBe(
            '01-01 04:00:00',
        );
        expect(shown('2026-12-31T20:00:00Z')).toBe('12-31 20:00:00');
        expect(clockTime(NaN, summer)).toBe('--:--:--');
        expect([offsetText(480), offsetText(-570), offsetText(0)]).toEqual(['UTC+08:00', 'UTC−09:30', 'UTC+00:00']);
    });
});

describe('clock', () => {
    it('keeps_the_quickest_sample_and_runs_at_the_worlds_rate', () => {
        let mono = 1000;
        const clock = new ServerClock(() => mono);
        clock.reset(10);
        clock.heard(50_000);
        mono = 1100;
        clock.heard(50_500); // 500 ms late at rate 10
        expect(clock.now()).toBe(51_000);
        mono = 2100;
        expect(clock.now()).toBe(61_000);
    });
});

describe('paper', () => {
    const offsets = [{ from: '1992-01-01T00:00:00Z', offset_min: 480 }];
    const paper = newPaper(offsets, Date.parse('2026-11-24T17:00:00Z'), 'operator');
    const given = (v: Values): Values => ({ ...initialValues(paper.fields, paper.start), ...v });

    it.each([
        ['18:05', '2026-11-24T10:05:00.000Z'],
        ['１８：０５', '2026-11-24T10:05:00.000Z'],
        ['0:20', '2026-11-24T16:20:00.000Z'], // before the call: the day after
        ['11-25 0:20', '2026-11-24T16:20:00.000Z'],
        ['2026-11-24 18:05', '2026-11-24T10:05:00.000Z'],
    ])('%s is read as the city writes it', (raw, expected) => {
        expect(new Date(timeOf(raw, '20261124', offsets, Date.parse('2026-11-24T10:00:00Z'))).toISOString()).toBe(expected);
    });

    it.each(['', '24:00', '18:60', '6 pm', '18', '02-30 10:00', '18:05:30'])('%s is no time', (raw) => {
        expect(timeOf(raw, '20261124', offsets)).toBeNaN();
    });

    it('a_form_is_the_command_it_says', () => {
        const v = given({
            number: '20261125-990017',
            received_at: '23:50',
            closed_at: '0:40',
            disposition: 'arrest',
            cues: ['weapon'],
            'caller.contact': 'none',
            'place.address': '江边路 12 号',
            'units.0.unit': 'live-u1',
            'units.0.dispatched_at': '23:55',
            'units.0.on_scene_at': '0:05',
            'units.2.unit': 'live-u2',
            'units.2.on_scene_at': '0:10',
        });
        expect(check(paper.fields, v, { ...known, units: new Set(['live-u1', 'live-u2']) })).toEqual({});
        expect(paper.build!(v, 0)).toEqual([
            {
                type: 'paper.enter',
                data: {
                    number: '20261125-990017',
                    writer: 'operator',
                    received_at: '2026-11-25T15:50:00.000Z',
                    closed_at: '2026-11-25T16:40:00.000Z',
                    disposition: 'arrest',
                    cues: { weapon: true },
                    place: { state: 'unknown', address: '江边路 12 号' },
                    caller: { contact: 'none' },
                    units: [
                        {
                            unit: 'live-u1',
                            dispatched_at: '2026-11-25T15:55:00.000Z',
                            on_scene_at: '2026-11-25T16:05:00.000Z',
                        },
                        { unit: 'live-u2', on_scene_at: '2026-11-25T16:10:00.000Z' },
                    ],
                },
            },
        ]);
    });

    it('begins_with_the_first_number_of_the_citys_day_and_who_keys_it_in', () => {
        expect(paper.start).toEqual({ number: '20261125-990001', writer: 'operator' });
        expect(check(paper.fields, given({ received_at: 'soon', 'units.1.cleared_at': '9h' }), known)).toMatchObject({
            received_at: { key: 'errTime' },
            'units.1.cleared_at': { key: 'errTime' },
        });
        /* What looks like a time and is none would be left out of the command without a word. */
        for (const wrong of ['99:99', '24:00', '11-31 10:00', '13-01 10:00', '02-29 10:00']) {
            expect(check(paper.fields, given({ closed_at: wrong }), known), wrong).toMatchObject({ closed_at: { key: 'errTime' } });
        }
        expect(check(paper.fields, given({ closed_at: '11-24 23:59' }), known)).not.toHaveProperty('closed_at');
        expect(fieldOfProblem(paper.fields, 'units')).toBe('units.0.unit');
        expect(fieldOfProblem(paper.fields, 'data.number')).toBe('number');
    });
});
