// The way of an order: what is left of it, when it is asked for again, and how it is told.
import { describe, expect, it } from 'vitest';

import { nothing } from '../src/store/reduce';
import { AGAIN_MS, lengthOf, onWay, restOf, routeDue, stepsAhead, type Position, type Route } from '../src/store/routes';
import { distanceText, routeText } from '../src/ui/words';
import type { Assignment, RoadNotice } from '../src/wire/types';

const line: Position[] = [[122.6, 29.4], [122.61, 29.4], [122.61, 29.41], [122.6, 29.41]];
const order = (status: Assignment['status'], more: Partial<Assignment> = {}): Assignment =>
    ({ id: 'live-a1', unit: 'live-u1', status, ...more }) as Assignment;

describe('what is left of a way', () => {
    it('begins_where_the_unit_is_and_goes_on_along_the_line', () => {
        expect(restOf(line, [122.605, 29.4])).toEqual([[122.605, 29.4], ...line.slice(1)]);
        expect(restOf(line, [122.61, 29.405])).toEqual([[122.61, 29.405], ...line.slice(2)]);
    });
    it('is_all_of_it_for_a_unit_that_left_the_line', () => {
        expect(restOf(line, [122.605, 29.402])).toEqual(line);
        expect(restOf([], [122.6, 29.4])).toEqual([]);
    });
    it('has_a_length', () => {
        expect(Math.round(lengthOf(line.slice(1, 3)))).toBe(1112);
    });
});

describe('the turns that come', () => {
    const steps = [
        { turn: 'start', name: 'A', length_m: 970, travel_ms: 100_000, lon: 122.6, lat: 29.4 },
        { turn: 'left', name: 'B', length_m: 1110, travel_ms: 60_000, lon: 122.61, lat: 29.4 },
        { turn: 'left', name: 'C', length_m: 970, travel_ms: 40_000, lon: 122.61, lat: 29.41 },
    ] as const;
    const way: Route = { unit: 'live-u1', answer: 'road', travel_ms: 200_000, steps, line: { coordinates: line } };
    it('are_counted_from_where_the_phone_is', () => {
        const half = stepsAhead(way, [122.605, 29.4]);
        expect(half.ahead.map((a) => a.step.name)).toEqual(['A', 'B', 'C']);
        expect(Math.round(half.ahead[1]!.far_m / 10)).toBe(49);
        expect(Math.round(half.left_ms / 1000)).toBe(150);
        const later = stepsAhead(way, [122.61, 29.405]);
        expect(later.ahead.map((a) => a.step.name)).toEqual(['B', 'C']);
        expect(later.ahead[0]!.far_m).toBe(0);
        expect(Math.round(later.left_m / 100)).toBe(15);
    });
    it('are_those_of_the_answer_for_a_phone_that_does_not_know_where_it_is_or_left_the_line', () => {
        expect(stepsAhead(way, undefined)).toEqual(stepsAhead(way, [122.7, 29.5]));
        expect(stepsAhead(way, undefined).left_ms).toBe(200_000);
        expect(stepsAhead({ unit: 'u', answer: 'no_road' }, [122.6, 29.4]).ahead).toEqual([]);
    });
});

describe('asking', () => {
    const asked = { status: 'en_route', roads: 3, mono: 1000 };
    it('comes_again_with_time_another_status_and_other_roads', () => {
        expect(routeDue(undefined, order('en_route'), 3, 1000)).toBe(true);
        expect(routeDue(asked, order('en_route'), 3, 1000 + AGAIN_MS - 1)).toBe(false);
        expect(routeDue(asked, order('en_route'), 3, 1000 + AGAIN_MS)).toBe(true);
        expect(routeDue(asked, order('staged'), 3, 1001)).toBe(true);
        expect(routeDue(asked, order('en_route'), 4, 1001)).toBe(true);
    });
    it('is_for_those_who_still_have_to_get_there', () => {
        expect((['reserved', 'dispatched', 'acknowledged', 'en_route', 'staged'] as const).every((s) => onWay(order(s)))).toBe(true);
        expect((['on_scene', 'transporting', 'cleared', 'cancelled', 'declined'] as const).some((s) => onWay(order(s)))).toBe(false);
        const { unit: _, ...stations } = order('dispatched');
        expect(onWay(stations as Assignment)).toBe(false);
    });
});

describe('words', () => {
    const way: Route = { unit: 'live-u1', answer: 'road', travel_ms: 130_000, free_ms: 100_000, length_m: 1880 };
    const notice = { id: 'live-w3', road: '镜湖桥', percent: 0, reason: 'flood' } as RoadNotice;
    const s = { ...nothing, roads: new Map([['live-w3', notice]]) };
    it('time_and_distance_are_what_is_left', () => {
        expect(routeText(s, way, 'zh')).toBe('还需 2\'10"（1.9 公里）');
        expect(routeText(s, { ...way, answer: 'line' }, 'en')).toBe('2\'10" to go (1.9 km in a straight line)');
        expect(distanceText(347, 'en')).toBe('350 m');
        expect(distanceText(3, 'zh')).toBe('10 米');
    });
    it('what_lies_on_the_way_or_beside_it_is_named', () => {
        const avoided = routeText(s, { ...way, notices: [{ road: 'live-w3', where: 'avoided' }] }, 'zh');
        expect(avoided).toContain('绕开 w3 镜湖桥');
        const through = { ...way, through_closed: true, notices: [{ road: 'live-w3', where: 'on_way' }] } as const;
        expect(routeText(s, through, 'en')).toContain('only slowly through a closed road · through w3 镜湖桥');
    });
    it('where_there_is_no_way_it_says_why', () => {
        expect(routeText(s, { unit: 'live-u1', answer: 'no_road' }, 'zh')).toBe('无路可达');
        expect(routeText(s, { unit: 'live-u1', answer: 'no_place' }, 'en')).toBe('no position to go to');
        expect(routeText(s, { unit: 'live-u1', answer: 'there' }, 'zh')).toBe('');
        expect(routeText(s, { ...way, from_road: { length_m: 240, travel_ms: 46_000 } }, 'zh')).toContain('离道路 240 米');
    });
});
