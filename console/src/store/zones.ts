// A point for "somewhere in this zone": from the zones' outlines, in degrees, with the radius that covers the outline. Pure.
export type Ring = readonly (readonly [number, number])[];

export interface ZoneOutlines {
    features?: { id?: string; geometry?: { coordinates?: readonly (readonly Ring[])[] } }[];
}
export interface ZonePoint {
    readonly lon: number;
    readonly lat: number;
    readonly radius_m: number;
}

const DEGREE_M = 111_320;
const STEP_M = 50; // no more is known

function middleLat(ring: Ring): number {
    const lats = ring.map(([, lat]) => lat);
    return (Math.min(...lats) + Math.max(...lats)) / 2;
}

/* Where the outline crosses a parallel, from west to east. */
function crossings(ring: Ring, lat: number): number[] {
    const out: number[] = [];
    for (let n = 0; n < ring.length; n++) {
        const [x1, y1] = ring[n]!;
        const [x2, y2] = ring[(n + 1) % ring.length]!;
        if (y1 > lat !== y2 > lat) {
            out.push(x1 + ((lat - y1) / (y2 - y1)) * (x2 - x1));
        }
    }
    return out.sort((a, b) => a - b);
}

function distance(a: readonly [number, number], b: readonly [number, number]): number {
    const east = (a[0] - b[0]) * Math.cos((a[1] * Math.PI) / 180);
    return Math.hypot(east, a[1] - b[1]) * DEGREE_M;
}

const size = (ring: Ring): number => {
    const lons = ring.map(([lon]) => lon);
    const lats = ring.map(([, lat]) => lat);
    return (Math.max(...lons) - Math.min(...lons)) * (Math.max(...lats) - Math.min(...lats));
};

/* The middle of the widest stretch half way up the largest outline: inside whatever its shape, as a centre of gravity need
 * not be. */
export function zonePoint(rings: readonly Ring[]): ZonePoint | undefined {
    const ring = [...rings].sort((a, b) => size(b) - size(a))[0];
    if (ring === undefined || ring.length < 3) {
        return undefined;
    }
    const lat = middleLat(ring);
    const cut = crossings(ring, lat);
    let [west, east] = [NaN, NaN];
    for (let n = 0; n + 1 < cut.length; n += 2) {
        if (!(cut[n + 1]! - cut[n]! <= east - west)) {
            [west, east] = [cut[n]!, cut[n + 1]!];
        }
    }
    const lon = (west + east) / 2;
    const far = Math.max(...ring.map((p) => distance([lon, lat], p)));
    const round = (deg: number): number => Number(deg.toFixed(6));
    return Number.isFinite(lon)
        ? { lon: round(lon), lat: round(lat), radius_m: Math.ceil(far / STEP_M) * STEP_M }
        : undefined;
}

export function zonePoints(outlines: ZoneOutlines): Map<string, ZonePoint> {
    const out = new Map<string, ZonePoint>();
    for (const f of outlines.features ?? []) {
        const point = zonePoint((f.geometry?.coordinates ?? []).flatMap((polygon) => polygon.slice(0, 1)));
        if (f.id !== undefined && point !== undefined) {
            out.set(f.id, point);
        }
    }
    return out;
}
