// What of a state stands on the map: marks with their places, as features for drawing and as rows for reading. Pure.
import { shortAge, shortNumber, travel } from '../format';
import { alarmKind } from '../wire/words';
import type { Fix, State } from '../store/reduce';
import { moveKey, movePlace, movesOf } from '../store/moves';
import { restOf, type Position, type Route } from '../store/routes';
import type { Place, UnitStatusWord } from '../wire/types';
import { incidentImage, unitImage, type Fresh } from './symbols';

export const OLD_MS = 30_000;
export const LOST_MS = 120_000;

export interface Mark {
    readonly id: string;
    readonly kind: 'incident' | 'report' | 'unit';
    readonly lon: number;
    readonly lat: number;
    readonly image: string;
    readonly label: string; // beside the symbol
    readonly sort: number; // the lower, the further on top
    readonly radius_m: number; // 0: the place is known
    readonly status: string;
    readonly tier: number | undefined;
    readonly age_ms: number; // of a unit's fix
}

export interface Order {
    readonly id: string;
    readonly planned: boolean;
    readonly road: boolean; // along roads; else as the crow flies
    readonly label: string;
    readonly line: readonly Position[];
}

export interface Picture {
    readonly marks: readonly Mark[];
    readonly orders: readonly Order[]; // of the incident that is selected, and of whoever moves up
    readonly unplaced: number; // incidents that have no place
}

const ROUGH_M = 500; // a coarse place, or an approximate one that does not say

type Placed = Place & { lon: number; lat: number };
const placed = (p: Place | undefined): p is Placed =>
    p?.lon !== undefined && p.lat !== undefined && Number.isFinite(p.lon) && Number.isFinite(p.lat);
const radiusOf = (p: Place): number =>
    p.state === 'approximate' || p.coarse === true ? (p.radius_m ?? ROUGH_M) : p.state === 'known' ? 0 : (p.radius_m ?? ROUGH_M);

export const freshness = (age_ms: number, silent = false): Fresh =>
    silent || age_ms > LOST_MS ? 'lost' : age_ms > OLD_MS ? 'old' : 'now';

/* The gravest level that stands against each incident. */
function alarmLevels(s: State): Map<string, number> {
    const out = new Map<string, number>();
    for (const a of s.alarms.values()) {
        const incident = a.incident ?? s.assignments.get(a.assignment ?? '')?.incident;
        const level = alarmKind[a.kind].level;
        if (incident !== undefined && level <= 2) {
            out.set(incident, Math.min(level, out.get(incident) ?? 9));
        }
    }
    return out;
}

function incidentMarks(s: State): Mark[] {
    const levels = alarmLevels(s);
    const marks: Mark[] = [];
    for (const i of s.incidents.values()) {
        if (placed(i.place)) {
            const level = levels.get(i.id) ?? 0;
            marks.push({
                id: i.id,
                kind: 'incident',
                lon: i.place.lon,
                lat: i.place.lat,
                image: incidentImage(i.tier, level, i.status === 'held'),
                label: shortNumber(i.number),
                sort: (level === 0 ? 10 : level) * 10 + (i.tier ?? 3),
                radius_m: radiusOf(i.place),
                status: i.status,
                tier: i.tier,
                age_ms: NaN,
            });
        }
    }
    for (const r of s.reports.values()) {
        if (r.status === 'open' && placed(r.place)) {
            marks.push({
                id: r.id,
                kind: 'report',
                lon: r.place.lon,
                lat: r.place.lat,
                image: 'report',
                label: shortNumber(r.number),
                sort: 103,
                radius_m: radiusOf(r.place),
                status: r.status,
                tier: undefined,
                age_ms: NaN,
            });
        }
    }
    return marks;
}

/* Its callsign; once nobody knows where it is by now, with the age of its place. */
const unitLabel = (callsign: string, fresh: Fresh, age_ms: number, lang: 'zh' | 'en'): string =>
    fresh === 'lost' ? `${callsign} ${shortAge(age_ms, lang)}` : callsign;

const unitSort: Partial<Record<UnitStatusWord, number>> = { off_duty: 9, unavailable: 8, available: 4 };

function unitMarks(s: State, now: number, lang: 'zh' | 'en'): Mark[] {
    const marks: Mark[] = [];
    for (const u of s.units.values()) {
        const fix: Fix | undefined = s.fixes.get(u.id);
        if (fix !== undefined) {
            const age_ms = Math.max(0, now - fix.at);
            const fresh = freshness(age_ms, u.silent);
            marks.push({
                id: u.id,
                kind: 'unit',
                lon: fix.lon,
                lat: fix.lat,
                image: unitImage(u.status, fresh, u.panic === true),
                label: unitLabel(u.callsign ?? u.id, fresh, age_ms, lang),
                sort: u.panic === true ? 0 : (unitSort[u.status] ?? 3),
                radius_m: 0,
                status: u.status,
                tier: undefined,
                age_ms,
            });
        }
    }
    return marks;
}

const nowhere: ReadonlyMap<string, Route> = new Map();

/* From each unit that is ordered or reserved to the incident that is looked at: by road where that is known. */
function ordersOf(s: State, incident: string | undefined, routes: ReadonlyMap<string, Route>): Order[] {
    const place = s.incidents.get(incident ?? '')?.place;
    if (!placed(place)) {
        return [];
    }
    const orders: Order[] = [];
    for (const a of s.assignments.values()) {
        const fix = s.fixes.get(a.unit ?? '');
        if (a.incident === incident && fix !== undefined && a.ended_at === undefined) {
            const route = routes.get(a.id);
            const here: Position = [fix.lon, fix.lat];
            const road = route?.answer === 'road' && route.line !== undefined;
            const name = s.units.get(a.unit ?? '')?.callsign ?? '';
            orders.push({
                id: a.id,
                planned: a.status === 'reserved',
                road,
                label: route?.travel_ms === undefined ? '' : `${name} ${travel(route.travel_ms)}`.trim(),
                line: road ? restOf(route.line!.coordinates, here) : [here, [place.lon, place.lat]],
            });
        }
    }
    return orders;
}

/* From each unit that moves up to where it is to stand: dashed, since no incident waits there. */
function moveLines(s: State, lang: 'zh' | 'en', routes: ReadonlyMap<string, Route>): Order[] {
    return movesOf(s.units.values()).flatMap(({ unit, move }) => {
        const fix = s.fixes.get(unit.id);
        if (fix === undefined || move.lon === undefined || move.lat === undefined) {
            return [];
        }
        const id = moveKey(unit.id, move);
        const route = routes.get(id);
        const here: Position = [fix.lon, fix.lat];
        const road = route?.answer === 'road' && route.line !== undefined;
        const name = `${unit.callsign ?? ''} → ${movePlace(move, s.city.zones, lang)}`;
        return [
            {
                id,
                planned: true,
                road,
                label: route?.travel_ms === undefined ? name : `${name} ${travel(route.travel_ms)}`,
                line: road ? restOf(route.line!.coordinates, here) : [here, [move.lon, move.lat] as Position],
            },
        ];
    });
}

export function pictureOf(
    s: State,
    now: number,
    incident: string | undefined,
    lang: 'zh' | 'en' = 'zh',
    routes: ReadonlyMap<string, Route> = nowhere,
): Picture {
    return {
        marks: [...incidentMarks(s), ...unitMarks(s, now, lang)],
        orders: [...ordersOf(s, incident, routes), ...moveLines(s, lang, routes)],
        unplaced: [...s.incidents.values()].filter((i) => !placed(i.place)).length,
    };
}

/* ---- features ---- */

export type Feature = GeoJSON.Feature<GeoJSON.Point | GeoJSON.Polygon | GeoJSON.LineString, Record<string, unknown>>;

export const markFeature = (m: Mark): Feature => ({
    type: 'Feature',
    id: m.id,
    geometry: { type: 'Point', coordinates: [m.lon, m.lat] },
    properties: { id: m.id, kind: m.kind, image: m.image, label: m.label, sort: m.sort, lost: m.image.includes('-lost') },
});

const METRES_A_DEGREE = 111_320;
const CORNERS = 48;

/* The circle that an approximate place may lie in. */
export function circleFeature(m: Mark): Feature {
    const lat = m.radius_m / METRES_A_DEGREE;
    const lon = lat / Math.max(0.01, Math.cos((m.lat * Math.PI) / 180));
    const ring = Array.from({ length: CORNERS + 1 }, (_, n) => {
        const turn = ((n % CORNERS) / CORNERS) * 2 * Math.PI;
        return [m.lon + lon * Math.cos(turn), m.lat + lat * Math.sin(turn)];
    });
    return {
        type: 'Feature',
        id: m.id,
        geometry: { type: 'Polygon', coordinates: [ring] },
        properties: { id: m.id },
    };
}

export const orderFeature = (o: Order): Feature => ({
    type: 'Feature',
    id: o.id,
    geometry: { type: 'LineString', coordinates: o.line.map((p) => [...p]) },
    properties: { id: o.id, planned: o.planned, road: o.road, label: o.label },
});

/* ---- what changed ---- */

export interface Change {
    readonly remove: string[];
    readonly add: Feature[];
    readonly update: Feature[];
}

/* From what is drawn to what is to be drawn; undefined when nothing is to be done. `drawn` becomes the new one. */
export function changeOf(drawn: Map<string, string>, features: readonly Feature[]): Change | undefined {
    const change: Change = { remove: [], add: [], update: [] };
    const seen = new Set<string>();
    for (const f of features) {
        const id = String(f.id);
        const text = JSON.stringify(f);
        const before = drawn.get(id);
        seen.add(id);
        if (before === undefined) {
            change.add.push(f);
        } else if (before !== text) {
            change.update.push(f);
        }
        drawn.set(id, text);
    }
    for (const id of [...drawn.keys()]) {
        if (!seen.has(id)) {
            change.remove.push(id);
            drawn.delete(id);
        }
    }
    return change.add.length + change.update.length + change.remove.length === 0 ? undefined : change;
}

/* ---- reading ---- */

export interface Box {
    readonly west: number;
    readonly south: number;
    readonly east: number;
    readonly north: number;
}

export const inside = (b: Box, p: { lon: number; lat: number }): boolean =>
    p.lon >= b.west && p.lon <= b.east && p.lat >= b.south && p.lat <= b.north;

/* Metres, well enough within a city. */
export function distance(a: { lon: number; lat: number }, b: { lon: number; lat: number }): number {
    const east = (a.lon - b.lon) * Math.cos((a.lat * Math.PI) / 180);
    return Math.hypot(east, a.lat - b.lat) * METRES_A_DEGREE;
}

/* Incidents and reports first, then units, each from the middle outwards. */
export function rowsInView(p: Picture, box: Box): Mark[] {
    const middle = { lon: (box.west + box.east) / 2, lat: (box.south + box.north) / 2 };
    const rank = (m: Mark): number => (m.kind === 'unit' ? 1 : 0);
    return p.marks
        .filter((m) => inside(box, m))
        .map((m) => ({ m, far: distance(m, middle) }))
        .sort((a, b) => rank(a.m) - rank(b.m) || a.far - b.far || (a.m.id < b.m.id ? -1 : 1))
        .map(({ m }) => m);
}

/* The nearest to a point; of one that is picked already, the next. */
export function nearest(marks: readonly Mark[], at: { lon: number; lat: number }, picked: readonly string[]): Mark | undefined {
    const near = [...marks].sort((a, b) => distance(a, at) - distance(b, at) || (a.id < b.id ? -1 : 1));
    const last = near.findIndex((m) => picked.includes(m.id));
    return near[(last + 1) % Math.max(1, near.length)];
}

/* A box around everything, with room; undefined when there is nothing. */
export function boxOf(points: readonly { lon: number; lat: number }[]): Box | undefined {
    if (points.length === 0) {
        return undefined;
    }
    const lons = points.map((p) => p.lon);
    const lats = points.map((p) => p.lat);
    const room = 0.005;
    return {
        west: Math.min(...lons) - room,
        south: Math.min(...lats) - room,
        east: Math.max(...lons) + room,
        north: Math.max(...lats) + room,
    };
}
