import { describe, expect, it } from 'vitest';

import { parse, type Context } from '../src/cmd/grammar';
import { middleOf, roadFeatures } from '../src/map/roads';
import { nothing, reduce, reduceAll, type State } from '../src/store/reduce';
import { check, dataOf, initialValues, pointsOf, pointsText } from '../src/ui/fields';
import { closeRoad, openRoad, slowRoad } from '../src/ui/road_forms';
import { detourText, roadText } from '../src/ui/words';
import type { Entry, Frame, LiveIncident } from '../src/wire/frames';
import type { RoadNotice } from '../src/wire/types';

const bridge: RoadNotice = {
    id: 'live-w3',
    reason: 'works',
    road: '人民桥',
    points: [
        { lon: 120.02, lat: 30.04 },
        { lon: 120.03, lat: 30.04 },
    ],
    until: '2026-11-23T06:30:00Z',
    change: 4,
};
const slow: RoadNotice = { id: 'live-w4', reason: 'congestion', percent: 40, area: true, points: [], change: 5 };

const welcome: Frame = { op: 'welcome', role: 'operator', audience: 'operations', world: 'live', seq: 1, epoch: 1 };
const city = { offsets: [{ from: '1992-01-01T00:00:00Z', offset_min: 480 }] };
const start = reduceAll(nothing, [
    welcome,
    { op: 'snapshot', seq: 1, data: { city, roads: [bridge], road_weights: 3 } } as unknown as Frame,
]);
const event = (seq: number, e: Partial<Entry>): Frame =>
    ({ op: 'events', from: seq, to: seq, events: [{ seq, n: 0, at: '2026-11-23T06:00:00Z', ...e }] }) as unknown as Frame;

describe('what holds on roads', () => {
    it('comes_with_the_snapshot_and_goes_with_its_event', () => {
        expect([...start.roads.keys()]).toEqual(['live-w3']);
        expect(start.roadWeights).toBe(3);
        const more = reduce(start, event(2, { kind: 'road.slowed', after: { roads: [slow] } }));
        expect([...more.roads.keys()]).toEqual(['live-w3', 'live-w4']);
        const less = reduce(more, event(3, { kind: 'road.opened', after: { roads_opened: ['live-w3'] } }));
        expect([...less.roads.keys()]).toEqual(['live-w4']);
        const applied = reduce(less, event(4, { kind: 'road.weights_applied', data: { change: 6 } }));
        expect(applied.roadWeights).toBe(6);
        expect(start.roads.size).toBe(1);
        expect(start.roadSpeeds).toBeUndefined();
        const rush = reduce(
            applied,
            event(5, { kind: 'road.weights_applied', data: { change: 6, speeds: '0badcafe', hour: 8 } }),
        );
        expect(rush.roadSpeeds).toEqual({ version: '0badcafe', hour: 8 });
        const midnight = reduce(rush, event(6, { kind: 'road.weights_applied', data: { change: 6, speeds: '0badcafe' } }));
        expect(midnight.roadSpeeds).toEqual({ version: '0badcafe', hour: 0 });
        expect(reduce(midnight, event(7, { kind: 'road.weights_applied', data: { change: 6 } })).roadSpeeds).toBeUndefined();
    });

    it('says_what_where_why_and_until_when', () => {
        expect(roadText(start, bridge, 'zh')).toBe('w3 人民桥 · 封闭 · 施工 · 至 11-23 14:30');
        expect(roadText(start, slow, 'en')).toBe('w4 · slow, 40 % · congestion · no end set');
    });

    it('is_the_reason_of_a_detour', () => {
        expect(detourText(start, { detour_ms: 130_000, road: 'live-w3' }, 'zh')).toBe('绕行多 2\'10"：人民桥 封闭');
        expect(detourText(start, { detour_ms: 130_000, road: 'live-w9' }, 'en')).toBe('detour of 2\'10": w9 closed');
        expect(detourText(start, { detour_ms: 130_000 }, 'en')).toBe('detour of 2\'10"');
        expect(detourText(start, { detour_ms: 40, road: 'live-w3' }, 'en')).toBe('');
        expect(detourText(start, {}, 'en')).toBe('');
    });

    it('stands_on_the_map_as_it_was_drawn', () => {
        const shapes = (...args: Parameters<typeof roadFeatures>): string[] =>
            roadFeatures(...args).features.map((f) => `${f.properties?.['kind']} ${f.geometry.type}`);
        expect(shapes([bridge], () => '', [], false)).toEqual(['closed LineString', 'closed Point']);
        const draft: [number, number][] = [[1, 1], [2, 1], [2, 2]];
        expect(shapes([], () => '', draft.slice(0, 1), false)).toEqual(['draft Point']);
        expect(shapes([], () => '', draft, true)[0]).toBe('draft Polygon');
        expect(shapes([], () => '', draft, false)[0]).toBe('draft LineString');
        expect(middleOf(bridge)).toEqual({ lon: 120.025, lat: 30.04 });
        expect(middleOf(slow)).toBeUndefined();
    });
});

describe('a drawing in a form', () => {
    it('is_read_as_people_write_it', () => {
        expect(pointsOf('120.02 30.04; 120.03, 30.05；120.04，30.06')).toEqual([
            [120.02, 30.04],
            [120.03, 30.05],
            [120.04, 30.06],
        ]);
        expect(pointsOf(' ; ')).toEqual([]);
        expect(pointsOf('人民桥')).toBeUndefined();
        expect(pointsOf('200 30')).toBeUndefined();
        expect(pointsText([[120.02, 30.04], [120.0300001, 30.05]])).toBe('120.02 30.04; 120.03 30.05');
    });

    const known = { types: new Set<string>(), incidents: new Set<string>(), units: new Set<string>() };
    it('is_checked_before_it_is_sent', () => {
        const form = slowRoad();
        const errors = (v: Record<string, string>): string[] =>
            Object.entries(check(form.fields, { ...initialValues(form.fields), ...v }, known)).map(([f, e]) => `${f} ${e!.key}`);
        expect(errors({})).toEqual(['points errRequired', 'reason errRequired']);
        expect(errors({ points: 'x', reason: 'fire' })).toEqual(['points errPoints']);
        expect(errors({ points: '1 1;'.repeat(17), reason: 'fire' })).toEqual(['points errPointCount']);
        expect(errors({ points: '1 1', reason: 'fire', percent: '0' })).toEqual(['percent errRange']);
        expect(errors({ points: '1 1', reason: 'fire', until: '-5' })).toEqual(['until errRange']);
        expect(errors({ points: '1 1', reason: 'fire' })).toEqual([]);
    });

    it('becomes_a_command', () => {
        const form = slowRoad();
        const values = { ...initialValues(form.fields), points: '1 2; 3 4', reason: 'flood', until: '30' };
        expect(dataOf(form.fields, values, Date.parse('2026-11-23T06:00:00Z'))).toEqual({
            points: [1, 2, 3, 4],
            percent: 50,
            reason: 'flood',
            until: '2026-11-23T06:30:00.000Z',
        });
    });

    it('begins_at_the_incident_it_is_about', () => {
        const at = { id: 'live-i1', place: { state: 'known', lon: 120.5, lat: 30.5 } } as unknown as LiveIncident;
        expect(closeRoad(at).start).toEqual({ points: '120.5 30.5' });
        expect(closeRoad(at).fixed).toEqual({ incident: 'live-i1' });
        expect(closeRoad().fixed).toEqual({});
        expect(openRoad(bridge, start).fixed).toEqual({ road: 'live-w3' });
    });
});

describe('verbs of the roads', () => {
    const context = (state: State): Context => ({ state, lang: 'zh', now: 0, selected: undefined });
    it('open_a_form_or_end_a_notice', () => {
        expect(parse('RC', context(start))).toMatchObject({ kind: 'form', form: { type: 'road.close' } });
        expect(parse('缓行', context(start))).toMatchObject({ kind: 'form', form: { type: 'road.slow' } });
        expect(parse('OR w3', context(start))).toMatchObject({
            kind: 'run',
            commands: [{ type: 'road.open', data: { road: 'live-w3' } }],
        });
        expect(parse('OR 3', context(start))).toMatchObject({ kind: 'run' });
        expect(parse('OR w9', context(start))).toMatchObject({ kind: 'wrong', why: 'cmdNoSuchRoad' });
        expect(parse('OR', context(start))).toMatchObject({ kind: 'wrong', why: 'cmdNeedRoad' });
    });
});
