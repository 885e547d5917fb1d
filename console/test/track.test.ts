import { describe, expect, it } from 'vitest';

import { boxOf, drawn, GAP_MS, metresBetween, waysOf, type Sample } from '../src/store/track';

const begin = Date.UTC(2026, 10, 24, 4);
const sample = (unit: string, ms: number, lon: number): Sample => ({
    unit,
    at: new Date(begin + ms).toISOString(),
    lon,
    lat: 29.4,
    seq: 100 + ms / 1000,
});

describe('ways of units', () => {
    const ways = waysOf([
        sample('live-u2', 0, 122.6),
        sample('live-u2', 60_000, 122.601),
        sample('live-u2', 60_000 + GAP_MS + 1, 122.61),
        sample('live-u1', 30_000, 122.5),
        sample('live-u1', 10_000, 122.499),
    ]);
    it('are one for each unit, in the order of time', () => {
        expect(ways.map((w) => [w.unit, w.fixes.length])).toEqual([
            ['live-u2', 3],
            ['live-u1', 2],
        ]);
        expect(ways[1]!.fixes.map((f) => f.lon)).toEqual([122.499, 122.5]);
    });
    it('tell gaps and count no metres across them', () => {
        expect(ways[0]!.gaps).toBe(1);
        expect(ways[0]!.gapMs).toBe(GAP_MS + 1);
        expect(ways[0]!.fixes.map((f) => f.gapMs > 0)).toEqual([false, false, true]);
        expect(ways[0]!.metres).toBeCloseTo(metresBetween({ lon: 122.6, lat: 29.4 }, { lon: 122.601, lat: 29.4 }), 3);
        expect(ways[0]!.metres).toBeGreaterThan(90);
        expect(ways[0]!.metres).toBeLessThan(100);
    });
    it('are drawn as lines where the unit was heard, and as gaps where it was not', () => {
        const features = drawn(ways, (u) => u, () => '12:00:00');
        const lines = features.filter((f) => f.geometry.type === 'LineString');
        expect(lines.map((f) => f.properties?.['gap'])).toEqual([false, true, false]);
        expect(features.filter((f) => f.geometry.type === 'Point')).toHaveLength(5);
        expect(new Set(features.map((f) => f.id)).size).toBe(features.length);
        expect(features.some((f) => f.properties?.['time'] === '12:00')).toBe(true);
    });
    it('lie in a box, if there are any', () => {
        expect(boxOf(ways)).toEqual({ west: 122.499, south: 29.4, east: 122.61, north: 29.4 });
        expect(boxOf([])).toBeUndefined();
        expect(drawn([], (u) => u, () => '')).toEqual([]);
    });
});
