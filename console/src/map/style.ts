// The map's style as a function: colours, language, whether there is a base map, how much is drawn. Pure. No glyphs and no
// sprites: letters come from the machine's own fonts, symbols are drawn at run time.
import type {
    ExpressionSpecification,
    LayerSpecification,
    SourceSpecification,
    StyleSpecification,
} from 'maplibre-gl';

import { coverLayers, coverMarks } from './cover';
import { facilities, facilityImage } from './symbols';
import type { Tokens } from './tokens';

export interface BaseMap {
    readonly tiles: readonly string[];
    readonly minzoom: number;
    readonly maxzoom: number;
    readonly bounds?: readonly [number, number, number, number];
    readonly attribution: string;
}

export interface StyleOptions {
    readonly tokens: Tokens;
    readonly lang: 'zh' | 'en';
    readonly lite: boolean; // 简图: what costs most to draw is left out
    readonly base: BaseMap | null;
    readonly origin: string; // of the server
}

export const OWN_SOURCES = ['cover', 'zones', 'zone-names', 'areas', 'roads', 'orders', 'track', 'marks', 'here'] as const;
export type OwnSource = (typeof OWN_SOURCES)[number];
export const PICK_LAYERS = ['incidents', 'units'];
export const LABELS_FROM = 14.5;
const FACILITIES_FROM = 13;

const FONT = ['Noto Sans CJK SC', 'Source Han Sans SC', 'PingFang SC', 'Microsoft YaHei', 'sans-serif'];

type Expression = ExpressionSpecification;
const widths = (...stops: number[]): Expression =>
    ['interpolate', ['exponential', 1.6], ['zoom'], ...stops] as unknown as Expression;
const isClass = (...classes: string[]): Expression =>
    ['in', ['get', 'class'], ['literal', classes]] as unknown as Expression;

const nameOf = (lang: 'zh' | 'en'): Expression => [
    'coalesce',
    ['get', lang === 'zh' ? 'name_zh' : 'name_en'],
    ['get', 'name'],
    '',
];

const main = ['motorway', 'trunk', 'primary'];
const middle = ['secondary', 'tertiary'];
const small = ['minor', 'pedestrian'];
const least = ['service', 'track'];
const links = ['motorway_link', 'trunk_link', 'primary_link', 'secondary_link', 'tertiary_link'];

/* ---- ground ---- */

function groundLayers({ tokens: t, lite }: StyleOptions): LayerSpecification[] {
    const fill = (id: string, layer: string, colour: string, rest: object = {}): LayerSpecification =>
        ({ id, type: 'fill', source: 'base', 'source-layer': layer, paint: { 'fill-color': colour }, ...rest }) as LayerSpecification;
    const stream: LayerSpecification = {
        id: 'waterway',
        type: 'line',
        source: 'base',
        'source-layer': 'waterway',
        paint: {
            'line-color': t.water,
            'line-width': ['interpolate', ['exponential', 1.6], ['zoom'], 8, ['match', ['get', 'class'], 'river', 1, 0.3], 16, ['match', ['get', 'class'], 'river', 14, 3]],
        },
    };
    const rich = lite
        ? []
        : [
              fill('built', 'area', t.built, { filter: isClass('residential', 'commercial', 'industrial', 'closed', 'school', 'hospital', 'parking', 'airport') }),
              fill('green', 'area', t.green, { filter: isClass('park', 'green', 'wood', 'farm', 'sport', 'sand') }),
          ];
    const buildings = lite ? [] : [fill('building', 'building', t.building, { minzoom: 14, filter: ['==', ['geometry-type'], 'Polygon'] })];
    return [...rich, fill('water', 'water', t.water), stream, ...buildings];
}

function roadLayers({ tokens: t, lite }: StyleOptions): LayerSpecification[] {
    const road = (id: string, classes: string[], colour: string, width: Expression, rest: object = {}): LayerSpecification =>
        ({
            id,
            type: 'line',
            source: 'base',
            'source-layer': 'road',
            filter: isClass(...classes),
            layout: { 'line-cap': 'round', 'line-join': 'round' },
            paint: { 'line-color': colour, 'line-width': width },
            ...rest,
        }) as LayerSpecification;
    const wide = widths(6, 0.6, 11, 2, 14, 5, 18, 22);
    const mid = widths(9, 0.5, 12, 1.6, 14, 3.6, 18, 17);
    const thin = widths(12, 0.5, 14, 2, 18, 12);
    const plain = [
        road('road-small', small, t.road, thin, { minzoom: 12 }),
        road('road-middle', middle, t.road, mid),
        road('road-main', main, t.roadMain, wide),
    ];
    if (lite) {
        return plain;
    }
    const casing = (id: string, classes: string[], width: Expression): LayerSpecification =>
        road(id, classes, t.casing, width, { minzoom: 12 });
    return [
        road('path', ['path'], t.road, widths(14, 0.6, 18, 2), {
            minzoom: 14,
            paint: { 'line-color': t.road, 'line-width': widths(14, 0.6, 18, 2), 'line-dasharray': [3, 2] },
        }),
        casing('casing-small', [...small, ...links], widths(12, 1, 14, 3.2, 18, 14)),
        casing('casing-middle', middle, widths(12, 2.6, 14, 5.2, 18, 19.5)),
        casing('casing-main', main, widths(12, 4, 14, 7, 18, 25)),
        road('road-least', least, t.road, widths(13, 0.5, 14, 1.2, 18, 7), { minzoom: 13 }),
        road('road-link', links, t.road, thin, { minzoom: 11 }),
        ...plain,
        road('rail', ['rail', 'tram'], t.rail, widths(9, 0.6, 14, 1.4, 18, 3), {
            paint: { 'line-color': t.rail, 'line-width': widths(9, 0.6, 14, 1.4, 18, 3), 'line-dasharray': [4, 2] },
        }),
    ];
}

function borderLayer({ tokens: t }: StyleOptions): LayerSpecification {
    return {
        id: 'border',
        type: 'line',
        source: 'base',
        'source-layer': 'boundary',
        paint: { 'line-color': t.border, 'line-width': 1, 'line-dasharray': [5, 3] },
    };
}

/* ---- letters of the ground ---- */

function label(id: string, layer: string, o: StyleOptions, layout: object, rest: object = {}): LayerSpecification {
    return {
        id,
        type: 'symbol',
        source: 'base',
        'source-layer': layer,
        layout: { 'text-field': nameOf(o.lang), 'text-font': FONT, 'text-size': 12, ...layout },
        paint: { 'text-color': o.tokens.label, 'text-halo-color': o.tokens.land, 'text-halo-width': 1.8 },
        ...rest,
    } as LayerSpecification;
}

function facilityLayers(o: StyleOptions): LayerSpecification[] {
    const classes = Object.keys(facilities);
    const image = ['match', ['get', 'class'], ...classes.flatMap((c) => [c, facilityImage(c)]), ''] as unknown as Expression;
    const here = isClass(...classes);
    return [
        label('facility', 'poi', o, {
            'icon-image': image,
            'icon-padding': 1,
            'text-field': ['step', ['zoom'], '', LABELS_FROM, nameOf(o.lang)],
            'text-size': 11,
            'text-anchor': 'top',
            'text-offset': [0, 0.9],
            'text-optional': true,
        }, { minzoom: FACILITIES_FROM, filter: here }),
        label('poi', 'poi', o, { 'text-size': 11 }, { minzoom: 15.5, filter: ['!', here] }),
    ];
}

function letterLayers(o: StyleOptions): LayerSpecification[] {
    const along = { 'symbol-placement': 'line', 'text-letter-spacing': 0.05 };
    const placeSize = ['match', ['get', 'class'], 'city', 16, ['town', 'district', 'borough'], 14, 12];
    const roads = [label('name-main', 'road', o, along, { minzoom: 12, filter: isClass(...main, ...middle) })];
    const places = label('place', 'place', o, { 'text-size': placeSize, 'text-padding': 8, 'text-max-width': 6, 'text-line-height': 1.05 }, { maxzoom: 15.5 });
    if (o.lite) {
        return [...roads, places];
    }
    return [
        label('name-water', 'waterway', o, { ...along, 'text-size': 13 }, { minzoom: 12 }),
        label('name-small', 'road', o, { ...along, 'text-size': 11 }, { minzoom: 14, filter: isClass(...small, ...least) }),
        ...roads,
        label('number', 'building', o, { 'text-field': ['get', 'number'], 'text-size': 10 }, { minzoom: 17, filter: ['has', 'number'] }),
        ...facilityLayers(o),
        places,
    ];
}

/* ---- ours ---- */

function zoneLayers({ tokens: t }: StyleOptions): LayerSpecification[] {
    const line = (id: string, kinds: string[], width: number, dash: number[] | undefined, minzoom: number): LayerSpecification => ({
        id,
        type: 'line',
        source: 'zones',
        minzoom,
        filter: ['in', ['get', 'kind'], ['literal', kinds]],
        paint: {
            'line-color': t.zone,
            'line-width': width,
            ...(dash === undefined ? {} : { 'line-dasharray': dash }),
        },
    });
    return [
        line('zone-beat', ['beat'], 0.8, [2, 3], 13),
        line('zone-station', ['station'], 1.2, [4, 2], 10),
        line('zone-district', ['district', 'city'], 1.6, undefined, 0),
        {
            id: 'zone-name',
            type: 'symbol',
            source: 'zone-names',
            minzoom: 10.5,
            maxzoom: 14,
            layout: { 'text-field': ['get', 'name'], 'text-font': FONT, 'text-size': 12, 'text-padding': 6 },
            paint: { 'text-color': t.zone, 'text-halo-color': t.land, 'text-halo-width': 1.6 },
        },
    ];
}

const isPicked: Expression = ['boolean', ['feature-state', 'picked'], false];
const when = (state: Expression, yes: number): Expression => ['case', state, yes, 0];

function markLayers({ tokens: t }: StyleOptions): LayerSpecification[] {
    const units: Expression = ['==', ['get', 'kind'], 'unit'];
    const incidents: Expression = ['!=', ['get', 'kind'], 'unit'];
    const symbols = (
        id: string,
        filter: Expression,
        from: number,
        offset: number,
        size: number | Expression,
    ): LayerSpecification => ({
        id,
        type: 'symbol',
        source: 'marks',
        filter: filter as never,
        layout: {
            'icon-image': ['get', 'image'],
            'icon-size': size,
            'icon-allow-overlap': true,
            'icon-ignore-placement': true,
            // The last one drawn lies on top.
            'symbol-z-order': 'source',
            'symbol-sort-key': ['-', 1000, ['get', 'sort']],
            'text-field': ['step', ['zoom'], ['case', ['get', 'lost'], ['get', 'label'], ''], from, ['get', 'label']],
            'text-font': FONT,
            'text-size': 11,
            'text-anchor': 'top',
            'text-offset': [0, offset],
            'text-optional': true,
        },
        paint: { 'text-color': t.text, 'text-halo-color': t.land, 'text-halo-width': 1.6 },
    });
    return [
        {
            id: 'picked',
            type: 'circle',
            source: 'marks',
            paint: {
                'circle-radius': ['case', units, 15, 20],
                'circle-color': 'transparent',
                'circle-stroke-color': t.pick,
                'circle-stroke-width': 3,
                'circle-stroke-opacity': when(isPicked, 1),
            },
        },
        symbols('units', units, LABELS_FROM, 1, ['interpolate', ['linear'], ['zoom'], 10, 0.5, 12, 0.65, 14.5, 1]),
        symbols('incidents', incidents, LABELS_FROM - 1, 1.3, 1),
    ];
}

/* Where units were: a line where they were heard, a dashed one across gaps, a dot a fix, times at some. */
function trackLayers({ tokens: t }: StyleOptions): LayerSpecification[] {
    const isLine = ['==', ['geometry-type'], 'LineString'];
    const isPoint = ['==', ['geometry-type'], 'Point'];
    const heard = ['all', isLine, ['!', ['get', 'gap']]];
    const letters = { 'text-font': FONT, 'text-size': 11 };
    const ink = { 'text-color': t.text, 'text-halo-color': t.land, 'text-halo-width': 1.8 };
    const line = (id: string, filter: unknown, paint: object): object => ({ id, type: 'line', source: 'track', filter, paint });
    const words = (id: string, filter: unknown, layout: object): object => ({
        id,
        type: 'symbol',
        source: 'track',
        filter,
        layout: { ...letters, ...layout },
        paint: ink,
    });
    return [
        line('track-case', heard, { 'line-color': t.land, 'line-width': 6 }),
        line('track-line', heard, { 'line-color': t.pick, 'line-width': 3 }),
        line('track-gap', ['all', isLine, ['get', 'gap']], {
            'line-color': t.level2,
            'line-width': 2,
            'line-dasharray': [2, 3],
        }),
        {
            id: 'track-dot',
            type: 'circle',
            source: 'track',
            filter: isPoint,
            minzoom: 12,
            paint: {
                'circle-radius': 2.5,
                'circle-color': t.land,
                'circle-stroke-color': t.pick,
                'circle-stroke-width': 1.5,
            },
        },
        words('track-name', isLine, { 'symbol-placement': 'line', 'text-field': ['get', 'name'] }),
        words('track-time', isPoint, {
            'text-field': ['get', 'time'],
            'text-anchor': 'left',
            'text-offset': [0.6, 0],
            'text-optional': true,
        }),
    ] as unknown as LayerSpecification[];
}

/* Closed roads are red, slow ones amber, what is being drawn has the colour of what is picked. The letters say it too. */
function noticeLayers({ tokens: t }: StyleOptions): LayerSpecification[] {
    const colour = ['match', ['get', 'kind'], 'closed', t.level1, 'slow', t.level2, t.pick] as unknown as Expression;
    const is = (type: string): Expression => ['==', ['geometry-type'], type] as unknown as Expression;
    return [
        { id: 'notice-area', type: 'fill', source: 'roads', filter: is('Polygon') as never, paint: { 'fill-color': colour, 'fill-opacity': 0.16 } },
        {
            id: 'notice-case',
            type: 'line',
            source: 'roads',
            filter: ['!', is('Point')] as never,
            paint: { 'line-color': t.land, 'line-width': 7 },
        },
        {
            id: 'notice-stroke',
            type: 'line',
            source: 'roads',
            filter: ['!', is('Point')] as never,
            paint: { 'line-color': colour, 'line-width': 4, 'line-dasharray': [2, 0.8] },
        },
        {
            id: 'notice-dot',
            type: 'circle',
            source: 'roads',
            filter: is('Point') as never,
            paint: { 'circle-radius': 6, 'circle-color': colour, 'circle-stroke-color': t.land, 'circle-stroke-width': 2 },
        },
        {
            id: 'notice-label',
            type: 'symbol',
            source: 'roads',
            filter: is('Point') as never,
            minzoom: 11,
            layout: {
                'text-field': ['get', 'label'],
                'text-font': FONT,
                'text-size': 12,
                'text-anchor': 'left',
                'text-offset': [0.9, 0],
                'text-allow-overlap': true,
            },
            paint: { 'text-color': t.text, 'text-halo-color': t.land, 'text-halo-width': 1.8 },
        },
    ];
}

function ownLayers(o: StyleOptions): LayerSpecification[] {
    const t = o.tokens;
    return [
        ...coverLayers(t),
        ...zoneLayers(o),
        ...coverMarks(t),
        { id: 'area', type: 'fill', source: 'areas', paint: { 'fill-color': t.text, 'fill-opacity': 0.06 } },
        {
            id: 'area-line',
            type: 'line',
            source: 'areas',
            paint: { 'line-color': t.text, 'line-width': 1.2, 'line-opacity': 0.7, 'line-dasharray': [4, 3] },
        },
        ...noticeLayers(o),
        {
            id: 'order-case',
            type: 'line',
            source: 'orders',
            filter: ['get', 'road'],
            layout: { 'line-join': 'round', 'line-cap': 'round' },
            paint: { 'line-color': t.land, 'line-width': 6 },
        },
        {
            id: 'order',
            type: 'line',
            source: 'orders',
            filter: ['!', ['get', 'planned']],
            layout: { 'line-join': 'round' },
            paint: { 'line-color': t.pick, 'line-width': ['case', ['get', 'road'], 3, 1.5] },
        },
        {
            id: 'order-planned',
            type: 'line',
            source: 'orders',
            filter: ['get', 'planned'],
            paint: { 'line-color': t.pick, 'line-width': ['case', ['get', 'road'], 3, 1.5], 'line-dasharray': [3, 3] },
        },
        {
            id: 'order-name',
            type: 'symbol',
            source: 'orders',
            layout: { 'symbol-placement': 'line-center', 'text-field': ['get', 'label'], 'text-font': FONT, 'text-size': 12, 'text-allow-overlap': true },
            paint: { 'text-color': t.text, 'text-halo-color': t.land, 'text-halo-width': 2 },
        },
        ...trackLayers(o),
        ...markLayers(o),
        {
            id: 'here',
            type: 'symbol',
            source: 'here',
            layout: { 'icon-image': 'here', 'icon-allow-overlap': true, 'icon-ignore-placement': true },
        },
    ];
}

export const nothingYet = { type: 'FeatureCollection' as const, features: [] };

function sources({ base, origin }: StyleOptions): Record<string, SourceSpecification> {
    /* Grid of some metres; a label's place needs no better, and the worker cuts fewer tiles. */
    const own = Object.fromEntries(
        OWN_SOURCES.map((name) => [name, { type: 'geojson', data: nothingYet, promoteId: 'id', maxzoom: 12 }]),
    ) as Record<string, SourceSpecification>;
    return base === null
        ? own
        : {
              base: {
                  type: 'vector',
                  tiles: base.tiles.map((t) => (t.startsWith('/') ? origin + t : t)),
                  minzoom: base.minzoom,
                  maxzoom: base.maxzoom,
                  ...(base.bounds === undefined ? {} : { bounds: [...base.bounds] as [number, number, number, number] }),
              },
              ...own,
          };
}

export function styleOf(o: StyleOptions): StyleSpecification {
    return {
        version: 8,
        sources: sources(o),
        layers: [
            { id: 'land', type: 'background', paint: { 'background-color': o.tokens.land } },
            ...(o.base === null ? [] : [...groundLayers(o), borderLayer(o), ...roadLayers(o), ...letterLayers(o)]),
            ...ownLayers(o),
        ],
    };
}

/* What a map says of its source, as plain words: other makers put links into it. */
export const creditOf = (attribution: string): string =>
    attribution
        .replace(/<[^>]*>/g, '')
        .replace(/&copy;/g, '©')
        .replace(/&amp;/g, '&')
        .trim();
