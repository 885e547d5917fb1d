// Coverage as layers of the map: rings one above the other, the nearer the darker and each with a line of its own; gaps hatched;
// circles by their shape. Nothing is told by its hue alone. Pure.
import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl';

import { percent } from '../store/cover';
import type { Tokens } from './tokens';

type Collection = GeoJSON.FeatureCollection;
type Expression = ExpressionSpecification;

export const HATCH = 'hatch';
export const coverImage = (kept: boolean): string => (kept ? 'cover-kept' : 'cover-open');

const FONT = ['Noto Sans CJK SC', 'Source Han Sans SC', 'PingFang SC', 'Microsoft YaHei', 'sans-serif'];
const NAMES_FROM = 12.5;
const LINES_FROM = 12.5; // of the inner rings: from farther off they are crumbs, and only lightness tells them apart

/* Dashes of the lines around what is within one, three and five minutes; the legend draws the same. */
export const ringDashes: Record<number, readonly number[]> = { 1: [1, 0], 3: [6, 2], 5: [1.5, 2] };
export const RING_OPACITY = 0.13; // of each: three lie one above the other where somebody is there in a minute

export interface CoverWords {
    readonly gap: (share: string) => string;
    readonly circle: (properties: Record<string, unknown>) => string;
}

/* What the server sent, with ids and letters. */
export function coverFeatures(features: readonly GeoJSON.Feature[], words: CoverWords): Collection {
    return {
        type: 'FeatureCollection',
        features: features.map((f, n) => {
            const p = (f.properties ?? {}) as Record<string, unknown>;
            const kind = String(p['kind']);
            const id = kind === 'circle' ? `circle-${String(p['code'])}` : kind === 'ring' ? `ring-${String(p['minutes'])}` : `gap-${n}`;
            const label = kind === 'gap' ? words.gap(percent(Number(p['share']))) : kind === 'circle' ? words.circle(p) : '';
            const image = kind === 'circle' ? { image: coverImage(p['kept'] === true) } : {};
            const heaviest = p['heaviest'] === undefined ? {} : { heaviest: JSON.stringify(p['heaviest']) };
            return { ...f, id, properties: { ...p, ...heaviest, id, label, ...image } };
        }),
    };
}

/* A gap's letters stand where most weight of it is, not in the middle of its outline. */
export function gapLabels(features: readonly GeoJSON.Feature[], words: CoverWords): Collection {
    return {
        type: 'FeatureCollection',
        features: features.flatMap((f, n) => {
            const p = (f.properties ?? {}) as Record<string, unknown>;
            const at = p['heaviest'];
            return p['kind'] !== 'gap' || !Array.isArray(at)
                ? []
                : [
                      {
                          type: 'Feature' as const,
                          properties: { id: `gap-at-${n}`, kind: 'gap-at', label: words.gap(percent(Number(p['share']))) },
                          geometry: { type: 'Point' as const, coordinates: at as number[] },
                      },
                  ];
        }),
    };
}

const is = (kind: string): Expression => ['==', ['get', 'kind'], kind] as unknown as Expression;
const ring = (minutes: number): Expression =>
    ['all', is('ring'), ['==', ['get', 'minutes'], minutes]] as unknown as Expression;

function letters(id: string, filter: Expression, t: Tokens, layout: object, rest: object = {}): LayerSpecification {
    return {
        id,
        type: 'symbol',
        source: 'cover',
        filter,
        layout: { 'text-field': ['get', 'label'], 'text-font': FONT, 'text-size': 12, ...layout },
        paint: { 'text-color': t.text, 'text-halo-color': t.land, 'text-halo-width': 1.8 },
        ...rest,
    } as LayerSpecification;
}

/* Below everything that is ours, above the ground. */
export function coverLayers(t: Tokens): LayerSpecification[] {
    const rings = [5, 3, 1].flatMap((minutes): LayerSpecification[] => [
        {
            id: `cover-${minutes}`,
            type: 'fill',
            source: 'cover',
            filter: ring(minutes) as never,
            paint: { 'fill-color': t.cover, 'fill-opacity': RING_OPACITY, 'fill-antialias': false },
        },
        {
            id: `cover-line-${minutes}`,
            type: 'line',
            source: 'cover',
            filter: ring(minutes) as never,
            minzoom: minutes === 5 ? 0 : LINES_FROM,
            layout: { 'line-join': 'round' },
            paint: {
                'line-color': t.cover,
                'line-width': ['interpolate', ['linear'], ['zoom'], 10, 0.5, 14, minutes === 1 ? 1.8 : 1.2],
                'line-opacity': 0.9,
                ...(minutes === 1 ? {} : { 'line-dasharray': [...ringDashes[minutes]!] }),
            },
        },
    ]);
    return [
        ...rings,
        { id: 'cover-gap', type: 'fill', source: 'cover', filter: is('gap') as never, paint: { 'fill-pattern': HATCH } },
        {
            id: 'cover-gap-line',
            type: 'line',
            source: 'cover',
            filter: is('gap') as never,
            paint: { 'line-color': t.label, 'line-width': 1.4 },
        },
    ];
}

export function coverMarks(t: Tokens): LayerSpecification[] {
    const circles = (id: string, kept: boolean, from: number): LayerSpecification =>
        letters(
            id,
            ['all', is('circle'), ['==', ['get', 'kept'], kept]] as unknown as Expression,
            t,
            {
                'icon-image': ['get', 'image'],
                'icon-size': ['interpolate', ['linear'], ['zoom'], 10, kept ? 0.3 : 0.5, 14, 1],
                'icon-allow-overlap': true,
                'icon-ignore-placement': true,
                'text-field': ['step', ['zoom'], '', from, ['get', 'label']],
                'text-size': 11,
                'text-anchor': 'left',
                'text-offset': [0.9, 0],
                'text-optional': true,
            },
        );
    return [
        circles('cover-kept', true, NAMES_FROM + 2),
        circles('cover-open', false, NAMES_FROM),
        letters('cover-gap-name', is('gap-at'), t, { 'text-padding': 6 }),
    ];
}
