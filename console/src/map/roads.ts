// What holds on roads, as it was drawn: a mark, a stroke across, an area; and what is being drawn. Pure.
import type { RoadNotice } from '../wire/types';

type Position = [number, number];
type Kind = 'closed' | 'slow' | 'draft';
type Collection = GeoJSON.FeatureCollection;

function features(id: string, kind: Kind, label: string, points: readonly Position[], area: boolean): GeoJSON.Feature[] {
    const properties = { id, kind, label };
    const feature = (geometry: GeoJSON.Geometry): GeoJSON.Feature => ({ type: 'Feature', id, properties, geometry });
    const dots = points.map((p) => feature({ type: 'Point', coordinates: [...p] }));
    if (points.length < 2) {
        return dots;
    }
    const shape = area && points.length > 2
        ? feature({ type: 'Polygon', coordinates: [[...points, points[0]!].map((p) => [...p])] })
        : feature({ type: 'LineString', coordinates: points.map((p) => [...p]) });
    return kind === 'draft' ? [shape, ...dots] : [shape, dots[0]!];
}

const closed = (r: RoadNotice): boolean => r.percent === undefined || r.percent === 0;

export function roadFeatures(
    roads: Iterable<RoadNotice>,
    label: (r: RoadNotice) => string,
    draft: readonly Position[],
    draftArea: boolean,
): Collection {
    const held = [...roads].flatMap((r) =>
        features(
            r.id,
            closed(r) ? 'closed' : 'slow',
            label(r),
            (r.points ?? []).map((p): Position => [p.lon ?? 0, p.lat ?? 0]),
            r.area === true,
        ),
    );
    return { type: 'FeatureCollection', features: [...held, ...features('draft', 'draft', '', draft, draftArea)] };
}

/* A place to look at: the middle of what was drawn. */
export function middleOf(r: RoadNotice): { lon: number; lat: number } | undefined {
    const points = r.points ?? [];
    if (points.length === 0) {
        return undefined;
    }
    const mean = (of: (p: { lon?: number; lat?: number }) => number): number =>
        points.reduce((sum, p) => sum + of(p), 0) / points.length;
    return { lon: mean((p) => p.lon ?? 0), lat: mean((p) => p.lat ?? 0) };
}
