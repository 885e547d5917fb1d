// Where units were: samples as GET /units/{id}/track and /incidents/{id}/tracks have them, and what a reader makes of them. Pure.

export interface Sample {
    readonly unit: string;
    readonly at: string;
    readonly lon: number;
    readonly lat: number;
    readonly heading?: number;
    readonly speed?: number; // km/h
    readonly seq: number; // of the log that was durable then
}

export interface TrackPage {
    readonly samples?: readonly Sample[];
    readonly next?: string;
    readonly kept_days?: number;
}

/* A unit that stands is sampled once a minute: longer than this without a word, and nobody knows where it was. */
export const GAP_MS = 150_000;

export interface Fix {
    readonly id: string; // of the row: unit and instant
    readonly unit: string;
    readonly at: number;
    readonly lon: number;
    readonly lat: number;
    readonly speed: number | undefined;
    readonly seq: number;
    readonly gapMs: number; // without a fix before this one; 0: none
}

export interface Way {
    readonly unit: string;
    readonly fixes: readonly Fix[];
    readonly metres: number; // along the samples, gaps left out
    readonly gapMs: number; // all gaps together
    readonly gaps: number;
}

const R_M = 6_371_000;

export function metresBetween(a: { lon: number; lat: number }, b: { lon: number; lat: number }): number {
    const rad = Math.PI / 180;
    const h =
        Math.sin(((b.lat - a.lat) * rad) / 2) ** 2 +
        Math.cos(a.lat * rad) * Math.cos(b.lat * rad) * Math.sin(((b.lon - a.lon) * rad) / 2) ** 2;
    return 2 * R_M * Math.asin(Math.sqrt(h));
}

/* A way for each unit, in the order of time. */
export function waysOf(samples: readonly Sample[]): Way[] {
    const units = new Map<string, Sample[]>();
    for (const s of samples) {
        units.set(s.unit, [...(units.get(s.unit) ?? []), s]);
    }
    return [...units].map(([unit, list]) => {
        const sorted = list.map((s) => ({ s, at: Date.parse(s.at) })).sort((a, b) => a.at - b.at);
        let [metres, gapMs, gaps] = [0, 0, 0];
        const fixes = sorted.map(({ s, at }, n): Fix => {
            const before = sorted[n - 1];
            const wait = before === undefined ? 0 : at - before.at;
            const gap = wait > GAP_MS ? wait : 0;
            metres += before === undefined || gap > 0 ? 0 : metresBetween(before.s, s);
            gapMs += gap;
            gaps += gap > 0 ? 1 : 0;
            return { id: `${unit}@${at}`, unit, at, lon: s.lon, lat: s.lat, speed: s.speed, seq: s.seq, gapMs: gap };
        });
        return { unit, fixes, metres, gapMs, gaps };
    });
}

type Feature = GeoJSON.Feature<GeoJSON.LineString | GeoJSON.Point>;
const MARK_MS = 900_000; // a time is written at the first fix of each quarter of an hour

/* Lines where the unit was heard, dashed ones across gaps, a dot a fix, times at some. `name` says a unit, `clock` a time. */
export function drawn(ways: readonly Way[], name: (unit: string) => string, clock: (ms: number) => string): Feature[] {
    const out: Feature[] = [];
    const line = (id: string, unit: string, points: [number, number][], gap: boolean): void => {
        if (points.length > 1) {
            out.push({
                type: 'Feature',
                id,
                properties: { id, gap, name: gap ? '' : name(unit) },
                geometry: { type: 'LineString', coordinates: points },
            });
        }
    };
    for (const w of ways) {
        let run: [number, number][] = [];
        let quarter = NaN;
        w.fixes.forEach((f, n) => {
            const here: [number, number] = [f.lon, f.lat];
            const before = w.fixes[n - 1];
            if (f.gapMs > 0 && before !== undefined) {
                line(`run ${before.id}`, w.unit, run, false);
                line(`gap ${f.id}`, w.unit, [[before.lon, before.lat], here], true);
                run = [];
            }
            run.push(here);
            const q = Math.floor(f.at / MARK_MS);
            const marked = q !== quarter || f.gapMs > 0 || n === w.fixes.length - 1;
            quarter = q;
            out.push({
                type: 'Feature',
                id: f.id,
                properties: { id: f.id, time: marked ? clock(f.at).slice(0, 5) : '' },
                geometry: { type: 'Point', coordinates: here },
            });
        });
        line(`run ${w.fixes.at(-1)?.id ?? w.unit}`, w.unit, run, false);
    }
    return out;
}

/* The box of all fixes; undefined: there are none. */
export function boxOf(ways: readonly Way[]): { west: number; south: number; east: number; north: number } | undefined {
    const all = ways.flatMap((w) => w.fixes);
    return all.length === 0
        ? undefined
        : {
              west: Math.min(...all.map((f) => f.lon)),
              south: Math.min(...all.map((f) => f.lat)),
              east: Math.max(...all.map((f) => f.lon)),
              north: Math.max(...all.map((f) => f.lat)),
          };
}
