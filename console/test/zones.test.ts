import { describe, expect, it } from 'vitest';

import { zonePoint, zonePoints, type Ring } from '../src/store/zones';

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
