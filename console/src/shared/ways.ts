// Distances as the crow flies. Pure.
const DEGREE_M = 111_320;

/* As the crow flies, metres. */
export function distanceM(from: { lon: number; lat: number }, to: { lon: number; lat: number }): number {
    const east = (to.lon - from.lon) * Math.cos((((from.lat + to.lat) / 2) * Math.PI) / 180);
    return Math.hypot(east, to.lat - from.lat) * DEGREE_M;
}

export const distanceText = (m: number): string =>
    m < 950 ? `${Math.max(10, Math.round(m / 10) * 10)} m` : `${(m / 1000).toFixed(m < 9_950 ? 1 : 0)} km`;
