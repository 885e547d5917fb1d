import { readFileSync } from 'node:fs';
import { validateStyleMin } from '@maplibre/maplibre-gl-style-spec';
import { describe, expect, it } from 'vitest';

import { isSoftware, Pace } from '../src/map/lite';
import {
    boxOf,
    changeOf,
    circleFeature,
    distance,
    freshness,
    markFeature,
    nearest,
    orderFeature,
    pictureOf,
    rowsInView,
    type Mark,
} from '../src/map/picture';
import { creditOf, OWN_SOURCES, styleOf, type StyleOptions } from '../src/map/style';
import { draw, facilities, imageNames, sizeOf, unitShapes } from '../src/map/symbols';
import type { Tokens } from '../src/map/tokens';
import { zoneBox, zoneLines, zoneNames } from '../src/map/zones';
import { nothing, reduceAll, type State } from '../src/store/reduce';
import type { Frame } from '../src/wire/frames';
import { unitStatus } from '../src/wire/words';

const tokens = new Proxy({}, { get: (_, name) => (name === 'pick' ? '#56b4e9' : '#808080') }) as Tokens;
const base = {
    tiles: ['/tiles/0123456789abcdef/{z}/{x}/{y}'],
    minzoom: 5,
    maxzoom: 14,
    bounds: [122.6, 29.4, 122.7, 29.5] as const,
    attribution: '© OpenStreetMap contributors',
};
const options = (more: Partial<StyleOptions> = {}): StyleOptions => ({
    tokens,
    lang: 'zh',
    lite: false,
    base,
    origin: 'http://desk',
    ...more,
});

const T0 = Date.parse('2026-11-23T04:00:00Z');
const instant = (ms: number): string => new Date(ms).toISOString();

/* A state as the server would tell it. */
function stateOf(data: object, frames: Frame[] = []): State {
    const welcome = { op: 'welcome', role: 'operator', audience: 'operations', world: 'live', seq: 1, epoch: 1 };
    return reduceAll(nothing, [welcome, { op: 'snapshot', seq: 1, data }, ...frames] as Frame[]);
}
const incident = (id: string, more: object = {}): object => ({
    id,
    number: `20261123-0004${id.slice(-2)}`,
    status: 'waiting',
    tier: 3,
    place: { state: 'known', lon: 122.62, lat: 29.42 },
    ...more,
});
const unit = (id: string, age_ms: number, more: object = {}): object => ({
    id,
    callsign: `巡${id}`,
    police_type: 'patrol',
    status: 'available',
    place: { lon: 122.63, lat: 29.43, at: instant(T0 - age_ms) },
    ...more,
});
const markOf = (s: State, id: string): Mark => pictureOf(s, T0, undefined).marks.find((m) => m.id === id)!;

describe('the style', () => {
    for (const lang of ['zh', 'en'] as const) {
        for (const lite of [false, true]) {
            for (const ground of [base, null]) {
                it(`is_valid_${lang}_${lite ? 'lite' : 'full'}_${ground === null ? 'bare' : 'based'}`, () => {
                    const style = styleOf(options({ lang, lite, base: ground }));
                    expect(validateStyleMin(style)).toEqual([]);
                    expect(style.glyphs).toBeUndefined();
                    expect(style.sprite).toBeUndefined();
                    const ids = style.layers.map((l) => l.id);
                    expect(new Set(ids).size).toBe(ids.length);
                    expect('base' in style.sources).toBe(ground !== null);
                    OWN_SOURCES.forEach((name) => expect(style.sources).toHaveProperty(name));
                });
            }
        }
    }

    it('takes_tiles_from_its_own_server_only', () => {
        const text = JSON.stringify(styleOf(options()));
        expect(text.match(/https?:[^"]*/g)).toEqual(['http://desk/tiles/0123456789abcdef/{z}/{x}/{y}']);
    });

    it('names_things_in_the_language_asked_for', () => {
        const named = (lang: 'zh' | 'en'): string => JSON.stringify(styleOf(options({ lang })).layers);
        expect(named('zh')).toContain('name_zh');
        expect(named('zh')).not.toContain('name_en');
        expect(named('en')).toContain('name_en');
    });

    it('leaves_out_of_the_plain_map_what_costs_most', () => {
        const ids = (lite: boolean): string[] => styleOf(options({ lite })).layers.map((l) => l.id);
        const left = ids(false).filter((id) => !ids(true).includes(id));
        expect(left).toEqual(expect.arrayContaining(['building', 'green', 'built', 'path', 'casing-main', 'facility']));
        expect(ids(true)).toEqual(expect.arrayContaining(['water', 'road-main', 'name-main', 'incidents', 'units', 'picked']));
    });

    it('draws_incidents_over_units_over_ground', () => {
        const ids = styleOf(options()).layers.map((l) => l.id);
        expect(ids.indexOf('incidents')).toBeGreaterThan(ids.indexOf('units'));
        expect(ids.indexOf('units')).toBeGreaterThan(ids.indexOf('place'));
    });

    it('reads_a_credit_as_plain_words', () => {
        expect(creditOf('<a href="https://x" target="_blank">&copy; OpenStreetMap contributors</a>')).toBe(
            '© OpenStreetMap contributors',
        );
    });
});

describe('the symbols', () => {
    it('have_a_shape_of_their_own_for_every_state_of_a_unit', () => {
        expect(Object.keys(unitShapes).sort()).toEqual(Object.keys(unitStatus).sort());
        const shapes = Object.values(unitShapes).map((s) => JSON.stringify(s));
        expect(new Set(shapes).size).toBe(shapes.length);
    });

    /* Draws with a pen that writes down what it does. */
    function strokesOf(name: string): { colours: string[]; dashed: boolean; texts: string[] } {
        const seen = { colours: [] as string[], dashed: false, texts: [] as string[] };
        const named = new Proxy({}, { get: (_, n) => String(n) }) as Tokens;
        const pen = new Proxy({} as Record<string, unknown>, {
            get: (held, key) =>
                key === 'fill'
                    ? () => seen.colours.push(String(held['fillStyle']))
                    : key === 'stroke'
                      ? () => seen.colours.push(String(held['strokeStyle']))
                      : key === 'setLineDash'
                        ? (dash: number[]) => (seen.dashed ||= dash.length > 0)
                        : key === 'fillText'
                          ? (text: string) => seen.texts.push(text)
                          : () => undefined,
            set: (held, key, value) => ((held[String(key)] = value), true),
        });
        draw(pen as never, name, named, 'zh');
        return seen;
    }

    it('use_colour_for_alarms_and_the_choice_only', () => {
        for (const name of imageNames()) {
            const { colours } = strokesOf(name);
            const loud = colours.filter((c) => /^(level|pick)/.test(c));
            const may = name.endsWith('-panic') || /^incident-\d-[12]/.test(name) || name === 'here';
            expect([name, loud.length > 0]).toEqual([name, may]);
            expect(sizeOf(name)).toBeGreaterThan(10);
        }
    });

    it('say_by_their_line_how_old_or_how_sure_a_thing_is', () => {
        expect(strokesOf('unit-on_scene-now').colours).toContain('text');
        expect(strokesOf('unit-available-now').colours).not.toContain('text'); // many, and waiting
        expect(strokesOf('unit-en_route-old').colours).toContain('panel'); // hollow
        expect(strokesOf('unit-en_route-old').dashed).toBe(false);
        expect(strokesOf('unit-en_route-lost').dashed).toBe(true);
        expect(strokesOf('incident-3-0').dashed).toBe(false);
        expect(strokesOf('incident-3-0-planned').dashed).toBe(true);
        expect(strokesOf('incident-2-1').texts).toEqual(['2']);
        expect(strokesOf('incident-0-0').texts).toEqual(['?']);
        expect(strokesOf('facility-police').texts).toEqual([facilities['police']!.zh]);
    });
});

describe('the picture', () => {
    it('has_incidents_reports_and_units_where_they_are', () => {
        const s = stateOf({
            incidents: [incident('live-i1'), incident('live-i2', { place: { state: 'unknown' } })],
            reports: [
                { id: 'live-r1', status: 'open', channel: '110', place: { state: 'known', lon: 122.6, lat: 29.4 } },
                { id: 'live-r2', status: 'linked', incident: 'live-i1', channel: '110', place: { state: 'known', lon: 1, lat: 1 } },
            ],
            units: [unit('live-u1', 1_000), { id: 'live-u2', police_type: 'patrol', status: 'available' }],
        });
        const p = pictureOf(s, T0, undefined);
        expect(p.marks.map((m) => m.id).sort()).toEqual(['live-i1', 'live-r1', 'live-u1']);
        expect(p.unplaced).toBe(1);
        p.marks.forEach((m) => expect(imageNames()).toContain(m.image));
    });

    it('ages_every_unit_hollow_after_30_s_and_dashed_with_its_age_after_120_s', () => {
        expect([30_000, 30_001, 120_000, 120_001].map((age) => freshness(age))).toEqual(['now', 'old', 'old', 'lost']);
        expect(freshness(1_000, true)).toBe('lost');
        const s = stateOf({ units: [unit('live-u1', 5_000), unit('live-u2', 45_000), unit('live-u3', 185_000)] });
        expect(markOf(s, 'live-u1').image).toBe('unit-available-now');
        expect(markOf(s, 'live-u2').image).toBe('unit-available-old');
        expect(markOf(s, 'live-u2').label).toBe('巡live-u2');
        expect(markOf(s, 'live-u3').image).toBe('unit-available-lost');
        expect(markOf(s, 'live-u3').label).toBe('巡live-u3 3\u00a0分');
        expect(markFeature(markOf(s, 'live-u3')).properties['lost']).toBe(true);
    });

    it('moves_with_position_frames_and_never_backwards', () => {
        const moved = (age: number, lon: number): Frame =>
            ({ op: 'positions', at: instant(T0), units: [['live-u1', lon, 29.45, null, null, age]] }) as Frame;
        const s = stateOf({ units: [unit('live-u1', 10_000)] }, [moved(2_000, 122.7), moved(60_000, 122.9)]);
        expect(markOf(s, 'live-u1').lon).toBe(122.7);
        expect(markOf(s, 'live-u1').age_ms).toBe(2_000);
    });

    it('draws_an_approximate_or_coarse_place_as_a_circle_of_its_radius', () => {
        const s = stateOf({
            incidents: [
                incident('live-i1', { place: { state: 'approximate', lon: 122.62, lat: 29.42, radius_m: 800 } }),
                incident('live-i2', { place: { state: 'known', coarse: true, lon: 122.62, lat: 29.42 } }),
                incident('live-i3'),
            ],
        });
        expect(['live-i1', 'live-i2', 'live-i3'].map((id) => markOf(s, id).radius_m)).toEqual([800, 500, 0]);
        const circle = circleFeature(markOf(s, 'live-i1'));
        const ring = (circle.geometry as GeoJSON.Polygon).coordinates[0]!;
        expect(ring[0]).toEqual(ring.at(-1));
        ring.forEach(([lon, lat]) =>
            expect(distance({ lon: lon!, lat: lat! }, { lon: 122.62, lat: 29.42 })).toBeCloseTo(800, -1),
        );
    });

    it('colours_an_incident_by_the_gravest_alarm_that_stands_against_it', () => {
        const alarms = [
            { id: 'live-m1', kind: 'sign_overdue', assignment: 'live-a1', raised_at: instant(T0) },
            { id: 'live-m2', kind: 'unit_panic', incident: 'live-i2', raised_at: instant(T0) },
        ];
        const s = stateOf({
            incidents: [incident('live-i1'), incident('live-i2'), incident('live-i3', { status: 'held' })],
            assignments: [{ id: 'live-a1', incident: 'live-i1', unit: 'live-u1', status: 'dispatched', by: 'terminal' }],
            units: [unit('live-u1', 0, { panic: true })],
            alarms,
        });
        expect(markOf(s, 'live-i2').image).toBe('incident-3-1');
        expect(markOf(s, 'live-i1').image).toBe('incident-3-2');
        expect(markOf(s, 'live-i3').image).toBe('incident-3-0-planned');
        expect(markOf(s, 'live-u1').image).toBe('unit-available-now-panic');
        expect(markOf(s, 'live-i2').sort).toBeLessThan(markOf(s, 'live-i3').sort);
    });

    it('joins_the_units_of_the_incident_that_is_looked_at_reserved_ones_as_planned', () => {
        const s = stateOf({
            incidents: [incident('live-i1'), incident('live-i2')],
            assignments: [
                { id: 'live-a1', incident: 'live-i1', unit: 'live-u1', status: 'en_route', by: 'terminal' },
                { id: 'live-a2', incident: 'live-i1', unit: 'live-u2', status: 'reserved', by: 'desk' },
                { id: 'live-a3', incident: 'live-i2', unit: 'live-u3', status: 'en_route', by: 'terminal' },
            ],
            units: [unit('live-u1', 0), unit('live-u2', 0), unit('live-u3', 0)],
        });
        const orders = pictureOf(s, T0, 'live-i1').orders;
        expect(orders.map((o) => [o.id, o.planned])).toEqual([
            ['live-a1', false],
            ['live-a2', true],
        ]);
        expect(orderFeature(orders[0]!).geometry).toEqual({
            type: 'LineString',
            coordinates: [[122.63, 29.43], [122.62, 29.42]],
        });
        expect(pictureOf(s, T0, undefined).orders).toEqual([]);
    });

    it('an_order_goes_by_road_where_its_way_is_known_and_from_where_its_unit_is_by_now', () => {
        const s = stateOf({
            incidents: [incident('live-i1')],
            assignments: [{ id: 'live-a1', incident: 'live-i1', unit: 'live-u1', status: 'en_route', by: 'terminal' }],
            units: [unit('live-u1', 0)],
        });
        const coordinates = [[122.64, 29.43], [122.62, 29.43], [122.62, 29.42]] as const;
        const route = { unit: 'live-u1', answer: 'road', travel_ms: 125_000, line: { coordinates } } as const;
        const [order] = pictureOf(s, T0, 'live-i1', 'zh', new Map([['live-a1', route]])).orders;
        expect(order!.label.endsWith(`2'05"`)).toBe(true);
        expect(order!.road).toBe(true);
        expect(order!.line).toEqual([[122.63, 29.43], [122.62, 29.43], [122.62, 29.42]]);
        const line = { unit: 'live-u1', answer: 'line', travel_ms: 5_000, line: { coordinates } } as const;
        expect(pictureOf(s, T0, 'live-i1', 'zh', new Map([['live-a1', line]])).orders[0]!.road).toBe(false);
    });

    it('sends_only_what_changed', () => {
        const drawn = new Map<string, string>();
        const s = stateOf({ incidents: [incident('live-i1')], units: [unit('live-u1', 0), unit('live-u2', 0)] });
        const features = pictureOf(s, T0, undefined).marks.map(markFeature);
        expect(changeOf(drawn, features)!.add).toHaveLength(3);
        expect(changeOf(drawn, features)).toBeUndefined();
        const moved = features.map((f) =>
            f.id === 'live-u1' ? { ...f, geometry: { type: 'Point' as const, coordinates: [1, 2] } } : f,
        );
        expect(changeOf(drawn, moved)).toMatchObject({ add: [], remove: [], update: [{ id: 'live-u1' }] });
        expect(changeOf(drawn, moved.slice(1))).toMatchObject({ add: [], update: [], remove: ['live-i1'] });
    });

    it('reads_as_a_list_from_the_middle_outwards_incidents_first', () => {
        const at = (lon: number): object => ({ place: { state: 'known', lon, lat: 29.42 } });
        const s = stateOf({
            incidents: [incident('live-i1', at(122.61)), incident('live-i2', at(122.64)), incident('live-i3', at(122.9))],
            units: [unit('live-u1', 0)],
        });
        const box = { west: 122.6, south: 29.4, east: 122.69, north: 29.45 };
        expect(rowsInView(pictureOf(s, T0, undefined), box).map((m) => m.id)).toEqual(['live-i2', 'live-i1', 'live-u1']);
    });

    it('picks_the_nearest_and_then_the_next', () => {
        const s = stateOf({ units: [1, 2, 3].map((n) => unit(`live-u${n}`, 0, { place: { lon: 122 + n, lat: 29, at: instant(T0) } })) });
        const marks = pictureOf(s, T0, undefined).marks;
        const from = { lon: 122.9, lat: 29 };
        const order = ['', 'live-u1', 'live-u2', 'live-u3'].map((last) => nearest(marks, from, [last])!.id);
        expect(order).toEqual(['live-u1', 'live-u2', 'live-u3', 'live-u1']);
        expect(nearest([], from, [])).toBeUndefined();
    });

    it('knows_the_box_of_what_there_is', () => {
        expect(boxOf([])).toBeUndefined();
        const box = boxOf([{ lon: 1, lat: 2 }, { lon: 3, lat: 4 }])!;
        expect(box.west).toBeLessThan(1);
        expect(box.north).toBeGreaterThan(4);
    });
});

describe('the zones', () => {
    const outlines = {
        features: [
            { id: 'z1', geometry: { coordinates: [[[[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]]] } },
            { id: 'z2', geometry: { coordinates: [[[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]]] } },
        ],
    } as never;
    const zones = [
        { id: 'z1', kind: 'district', name_zh: '分局' },
        { id: 'z2', kind: 'station', name_zh: '所', name_en: 'station' },
    ] as never;

    it('are_lines_by_their_kind_and_stations_have_names', () => {
        expect(zoneLines(outlines, zones).features.map((f) => f.properties)).toEqual([
            { id: 'z1', kind: 'district' },
            { id: 'z2', kind: 'station' },
        ]);
        expect(zoneNames(outlines, zones, 'zh').features.map((f) => f.properties)).toEqual([{ id: 'z2', name: '所' }]);
        expect(zoneNames(outlines, zones, 'en').features[0]!.properties).toEqual({ id: 'z2', name: 'station' });
        expect(zoneBox(outlines)).toEqual({ west: 0, south: 0, east: 4, north: 4 });
        expect(zoneBox({})).toBeUndefined();
    });
});

describe('the plain map', () => {
    it('is_for_machines_that_draw_with_the_processor', () => {
        const names = ['Google SwiftShader', 'llvmpipe (LLVM 15)', 'ANGLE (Microsoft Basic Render Driver)', 'ANGLE (Intel UHD 630)'];
        expect(names.map(isSoftware)).toEqual([true, true, true, false]);
    });

    it('comes_after_several_slow_frames_in_one_movement', () => {
        const pace = new Pace();
        const many = (ms: number, n: number): boolean[] => Array.from({ length: n }, () => pace.frame(ms));
        expect(many(16, 20)).not.toContain(true);
        expect(many(250, 3)).not.toContain(true);
        expect(pace.frame(250)).toBe(true);
        pace.still();
        expect(many(250, 5)).not.toContain(true);
        expect(many(250, 1)).toEqual([true]);
    });
});

describe('the colours', () => {
    const css = readFileSync(new URL('../src/map/map.css', import.meta.url), 'utf8');
    const themes = [...css.matchAll(/:root([^{]*)\{([^}]*)\}/g)].map(
        (m) => new Map([...m[2]!.matchAll(/(--map-[\w-]+): (#\w{6})/g)].map((p) => [p[1]!, p[2]!])),
    );
    const light = (hex: string): number => {
        const part = (n: number): number => {
            const v = parseInt(hex.slice(n, n + 2), 16) / 255;
            return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
        };
        return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
    };
    const ratio = (a: string, b: string): number => {
        const [x, y] = [light(a), light(b)].sort((p, q) => q - p);
        return (x! + 0.05) / (y! + 0.05);
    };

    it('are_the_same_names_in_both_themes_and_letters_can_be_read_on_every_ground', () => {
        expect(themes).toHaveLength(2);
        expect([...themes[0]!.keys()].sort()).toEqual([...themes[1]!.keys()].sort());
        for (const t of themes) {
            for (const ground of ['--map-land', '--map-green', '--map-built', '--map-water']) {
                expect(ratio(t.get('--map-label')!, t.get(ground)!)).toBeGreaterThan(4.5);
            }
            expect(ratio(t.get('--map-zone')!, t.get('--map-land')!)).toBeGreaterThan(3);
        }
    });
});
