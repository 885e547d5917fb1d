// The way of a unit's order, as the server tells it, and what follows from it. Pure.
import { getJson } from './http';
import type { Assignment } from '../wire/types';
import { assignmentStatus } from '../wire/words';

export type Position = readonly [number, number];
export type Turn = 'start' | 'straight' | 'slight_left' | 'slight_right' | 'left' | 'right' | 'sharp_left' | 'sharp_right' | 'u_turn';
export type RouteAnswer = 'road' | 'line' | 'no_road' | 'there' | 'no_order' | 'no_place' | 'no_position';

export interface RouteStep {
    readonly turn: Turn;
    readonly name?: string;
    readonly roundabout?: boolean;
    readonly bridge?: boolean;
    readonly length_m: number;
    readonly travel_ms: number;
    readonly lon: number;
    readonly lat: number;
}
interface Beside {
    readonly length_m: number;
    readonly travel_ms: number;
}
export interface Route {
    readonly unit: string;
    readonly assignment?: string;
    readonly answer: RouteAnswer;
    readonly from?: { lon: number; lat: number; at?: string; age_ms?: number; post?: boolean };
    readonly to?: { lon: number; lat: number; state?: string; radius_m?: number; coarse?: boolean };
    readonly travel_ms?: number;
    readonly free_ms?: number;
    readonly length_m?: number;
    readonly through_closed?: boolean;
    readonly to_road?: Beside;
    readonly from_road?: Beside;
    readonly notices?: readonly { road: string; where: 'on_way' | 'avoided' }[];
    readonly steps?: readonly RouteStep[];
    readonly line?: { coordinates: readonly Position[] };
}

export const readRoute = (token: string, unit: string, assignment: string): Promise<Route> =>
    getJson<Route>(token, `/units/${encodeURIComponent(unit)}/route?assignment=${encodeURIComponent(assignment)}`);

/* A unit that still has to get there; on the scene and on its way from there nothing is asked. */
const underWay: readonly Assignment['status'][] = ['reserved', 'dispatched', 'acknowledged', 'en_route', 'staged'];
export const onWay = (a: Assignment): boolean =>
    a.unit !== undefined && assignmentStatus[a.status].phase !== 2 && underWay.includes(a.status);

const METRES_A_DEGREE = 111_195;
const NEAR_M = 60; // whoever is farther from the line has left it

interface Foot {
    readonly at: Position;
    readonly off_m: number;
}

/* The nearest point of a line's part. */
function footOn(a: Position, b: Position, p: Position): Foot {
    const scale = Math.cos((p[1] * Math.PI) / 180);
    const [x, y] = [(b[0] - a[0]) * scale, b[1] - a[1]];
    const [u, v] = [(p[0] - a[0]) * scale, p[1] - a[1]];
    const long = x * x + y * y;
    const t = long === 0 ? 0 : Math.min(1, Math.max(0, (u * x + v * y) / long));
    return {
        at: [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t],
        off_m: Math.hypot(u - x * t, v - y * t) * METRES_A_DEGREE,
    };
}

/* Where somebody is on a line: of its parts the first one that is nearest. */
function partOf(line: readonly Position[], p: Position): { part: number; foot: Foot } | undefined {
    let best: { part: number; foot: Foot } | undefined;
    for (let n = 1; n < line.length; n++) {
        const foot = footOn(line[n - 1]!, line[n]!, p);
        if (best === undefined || foot.off_m < best.foot.off_m) {
            best = { part: n, foot };
        }
    }
    return best;
}

/* What of the line lies ahead of somebody who drives along it; all of it for whoever left it. */
export function restOf(line: readonly Position[], p: Position): readonly Position[] {
    const here = partOf(line, p);
    return here === undefined || here.foot.off_m > NEAR_M ? line : [p, ...line.slice(here.part)];
}

/* How far it is along a line, in metres. */
export const lengthOf = (line: readonly Position[]): number =>
    line.slice(1).reduce((sum, b, n) => {
        const a = line[n]!;
        return sum + Math.hypot((b[0] - a[0]) * Math.cos((b[1] * Math.PI) / 180), b[1] - a[1]) * METRES_A_DEGREE;
    }, 0);

/* Which way is to be asked for next: never asked, another status, other roads, or asked too long ago. */
export interface Asked {
    readonly status: string;
    readonly roads: number;
    readonly mono: number;
}
export const AGAIN_MS = 10_000; // units tell their places as often
export const routeDue = (asked: Asked | undefined, a: Assignment, roads: number, mono: number): boolean =>
    asked === undefined || asked.status !== a.status || asked.roads !== roads || mono - asked.mono >= AGAIN_MS;
