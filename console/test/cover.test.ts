import { describe, expect, it } from 'vitest';

import { coverFeatures, gapLabels, type CoverWords } from '../src/map/cover';
import { styleOf } from '../src/map/style';
import { imageNames } from '../src/map/symbols';
import type { Tokens } from '../src/map/tokens';
import { byClass, classesOf, lossText, percent, zonesAt } from '../src/store/cover';
import { nothing, reduceAll } from '../src/store/reduce';
import type { Coverage, Frame } from '../src/wire/frames';

const told: Coverage = {
    op: 'coverage',
    seq: 7,
    at: '2026-11-23T04:00:00Z',
    engine: 'road/1:x',
    weight: 'road_length',
    rings: [1, 3, 5],
    classes: [
        { class: 'police', units: 12, share: [0.2, 0.6, 0.9996] },
        { class: 'fire', units: 2, share: [0, 0.1, 0.2] },
    ],
    circles: { all: 2, kept: 1, open: [] },
    gaps: [],
};

describe('shares', () => {
    it('are_never_all_or_nothing_unless_they_are', () => {
        expect([0, 0.004, 0.0149, 0.5, 0.994, 0.9996, 1].map(percent)).toEqual(['0%', '<1%', '1%', '50%', '99%', '99%', '100%']);
        expect(percent(undefined)).toBe('–');
    });
    it('that_go_are_said_to_a_tenth', () => {
        expect([0, 0.0003, 0.0006, 0.0214, 0.1].map(lossText)).toEqual(['0%', '−0.03%', '−0.1%', '−2.1%', '−10.0%']);
    });
    it('are_asked_for_units_that_leave_a_hole_in_the_same_cover', () => {
        const types: Record<string, string> = { a: 'patrol', b: 'fire', c: 'traffic', d: 'none' };
        expect(byClass(['a', 'b', 'c', 'd', 'e'], (u) => types[u])).toEqual([['a', 'c'], ['b']]);
        expect(byClass(Array.from({ length: 20 }, (_, n) => `u${n}`), () => 'patrol')[0]).toHaveLength(8);
    });
});

describe('what is told', () => {
    it('is_the_newest_and_goes_with_the_next_welcome', () => {
        const welcome = { op: 'welcome', role: 'operator', audience: 'operations', world: 'live', seq: 1, epoch: 1 } as Frame;
        const after = reduceAll(nothing, [welcome, told, { ...told, seq: 8 }]);
        expect(after.coverage?.seq).toBe(8);
        expect(reduceAll(after, [welcome]).coverage).toBeNull();
    });
    it('names_the_classes_that_have_somebody_and_the_one_that_is_chosen', () => {
        expect(classesOf(told, 'police')).toEqual(['police', 'fire']);
        expect(classesOf(told, 'medical')).toEqual(['police', 'fire', 'medical']);
        expect(classesOf(null, 'police')).toEqual(['police']);
    });
});

describe('a place of a gap', () => {
    const ring = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]] as const;
    const hole = [[1, 1], [2, 1], [2, 2], [1, 2], [1, 1]] as const;
    const outlines = { features: [{ id: 'z1', geometry: { coordinates: [[ring, hole]] } }] };

    it('is_the_zone_around_it', () => {
        expect(zonesAt(outlines, [3, 3])).toEqual(['z1']);
        expect(zonesAt(outlines, [1.5, 1.5])).toEqual([]); // in its hole
        expect(zonesAt(outlines, [5, 3])).toEqual([]);
        expect(zonesAt(null, [3, 3])).toEqual([]);
    });
});

describe('on the map', () => {
    const words: CoverWords = { gap: (share) => `gap ${share}`, circle: (p) => String(p['name_en']) };
    const features: GeoJSON.Feature[] = [
        { type: 'Feature', properties: { kind: 'ring', minutes: 5, share: 0.9 }, geometry: { type: 'MultiPolygon', coordinates: [] } },
        { type: 'Feature', properties: { kind: 'gap', minutes: 5, share: 0.1, heaviest: [1, 2] }, geometry: { type: 'Polygon', coordinates: [] } },
        { type: 'Feature', properties: { kind: 'circle', code: 'Q1', name_en: 'School', kept: false }, geometry: { type: 'Point', coordinates: [1, 2] } },
        { type: 'Feature', properties: { kind: 'circle', code: 'Q2', name_en: 'Market', kept: true }, geometry: { type: 'Point', coordinates: [3, 2] } },
    ];

    it('every_feature_has_an_id_of_its_own_and_an_image_that_there_is', () => {
        const drawn = coverFeatures(features, words).features;
        expect(drawn.map((f) => f.id)).toEqual(['ring-5', 'gap-1', 'circle-Q1', 'circle-Q2']);
        const images = drawn.flatMap((f) => (f.properties?.['image'] === undefined ? [] : [String(f.properties['image'])]));
        expect(new Set(images).size).toBe(2); // kept and not kept differ in shape
        images.forEach((name) => expect(imageNames()).toContain(name));
    });
    it('a_gap_is_named_where_it_weighs_most', () => {
        const [label, ...others] = gapLabels(features, words).features;
        expect(others).toEqual([]);
        expect(label?.geometry).toEqual({ type: 'Point', coordinates: [1, 2] });
        expect(label?.properties?.['label']).toBe('gap 10%');
    });
    it('lies_below_zones_units_and_incidents', () => {
        const tokens = new Proxy({}, { get: () => '#808080' }) as Tokens;
        const ids = styleOf({ tokens, lang: 'zh', lite: true, base: null, origin: '' }).layers.map((l) => l.id);
        for (const mine of ids.filter((id) => id.startsWith('cover-'))) {
            expect(ids.indexOf(mine)).toBeLessThan(ids.indexOf('units'));
        }
        expect(ids.indexOf('cover-1')).toBeGreaterThan(ids.indexOf('cover-5')); // the nearer, the higher
        expect(ids.indexOf('cover-1')).toBeLessThan(ids.indexOf('zone-district'));
    });
});
