import { describe, expect, it } from 'vitest';

import { zoneText } from '../src/shared/texts';
import { nothing, type State } from '../src/store/reduce';
import { zonePoint, zonePoints, type Ring } from '../src/store/zones';
import type { Place } from '../src/wire/types';

const square: Ring = [
    [122.6, 29.4],
    [122.62, 29.4],
    [122.62, 29.42],
    [122.6, 29.42],
    [122.6, 29.4],
];

describe('a point for a zone', () => {
    it('is the middle, with a radius that covers the outline', () => {
        const p = zonePoint([square])!;
        expect([p.lon, p.lat]).toEqual([122.61, 29.41]);
        expect(p.radius_m).toBeGreaterThan(1450);
        expect(p.radius_m).toBeLessThan(1550);
    });
    it('lies inside a zone whose centre of gravity does not', () => {
        const horseshoe: Ring = [
            [0, 0],
            [10, 0],
            [10, 10],
            [8, 10],
            [8, 2],
            [3, 2],
            [3, 10],
            [0, 10],
        ];
        expect(zonePoint([horseshoe])!.lon).toBe(1.5);
    });
    it('is of the largest part', () => {
        const islet = square.map(([lon, lat]) => [lon / 100, lat / 100] as const);
        expect(zonePoint([islet, square])!.lon).toBe(122.61);
    });
    it('is missing where there is no outline', () => {
        expect(zonePoint([])).toBeUndefined();
        expect(zonePoints({ features: [{ id: 'z1', geometry: { coordinates: [] } }] }).size).toBe(0);
    });
});

describe('whose a place is', () => {
    const s: State = {
        ...nothing,
        city: { zones: [{ id: 'live-z3', code: 'A1', name_zh: '甲一所', name_en: 'Station A1', kind: 'station' }] },
    };
    const place = (more: object): Place => ({ state: 'known', lon: 120, lat: 30, ...more });
    it('is_said_with_its_mark_when_it_lies_outside_of_all', () => {
        expect(zoneText(s, place({ zone: 'live-z3' }), 'zh')).toBe('甲一所');
        expect(zoneText(s, place({ zone: 'live-z3', zone_off_m: 120 }), 'zh')).toBe('甲一所（辖区外约 120 米，归最近辖区）');
        expect(zoneText(s, place({ zone: 'live-z3', zone_off_m: 120 }), 'en')).toBe(
            'Station A1 (nearest; about 120 m outside every zone)',
        );
        expect(zoneText(s, place({}), 'zh')).toBe('不在任何辖区内');
        expect(zoneText(s, { state: 'unknown' }, 'en')).toBe('–');
    });
});
