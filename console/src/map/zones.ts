// The zones' outlines as layers of the map: lines, and a name at a point inside each. Pure.
import { zonePoint, type Ring, type ZoneOutlines } from '../store/zones';
import type { Zone } from '../wire/types';
import type { Box } from './picture';

type Collection = GeoJSON.FeatureCollection;

const polygons = (f: { geometry?: { coordinates?: readonly (readonly Ring[])[] } }): readonly (readonly Ring[])[] =>
    f.geometry?.coordinates ?? [];

export function zoneLines(outlines: ZoneOutlines, zones: readonly Zone[]): Collection {
    const kinds = new Map(zones.map((z) => [z.id, z.kind]));
    return {
        type: 'FeatureCollection',
        features: (outlines.features ?? []).map((f) => ({
            type: 'Feature',
            properties: { id: f.id, kind: kinds.get(f.id ?? '') ?? 'district' },
            geometry: { type: 'MultiPolygon', coordinates: polygons(f) as unknown as GeoJSON.Position[][][] },
        })),
    };
}

export function zoneNames(outlines: ZoneOutlines, zones: readonly Zone[], lang: 'zh' | 'en'): Collection {
    const named = new Map(zones.map((z) => [z.id, z]));
    return {
        type: 'FeatureCollection',
        features: (outlines.features ?? []).flatMap((f) => {
            const zone = named.get(f.id ?? '');
            const point = zonePoint(polygons(f).flatMap((p) => p.slice(0, 1)));
            const name = (lang === 'zh' ? zone?.name_zh : zone?.name_en) || zone?.name_zh;
            /* A district's name lies where its stations' lie; those say more. */
            return zone?.kind !== 'station' || point === undefined || !name
                ? []
                : [
                      {
                          type: 'Feature' as const,
                          properties: { id: zone.id, name },
                          geometry: { type: 'Point' as const, coordinates: [point.lon, point.lat] },
                      },
                  ];
        }),
    };
}

export function zoneBox(outlines: ZoneOutlines): Box | undefined {
    const points = (outlines.features ?? []).flatMap((f) => polygons(f).flatMap((p) => p.flat()));
    return points.reduce<Box | undefined>(
        (b, [lon, lat]) =>
            b === undefined
                ? { west: lon, south: lat, east: lon, north: lat }
                : {
                      west: Math.min(b.west, lon),
                      south: Math.min(b.south, lat),
                      east: Math.max(b.east, lon),
                      north: Math.max(b.north, lat),
                  },
        undefined,
    );
}
