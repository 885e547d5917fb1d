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

/* The way to where a unit moves up. */
export const readMoveRoute = (token: string, unit: string): Promise<Route> => getJson<Route>(token, `/units/${encodeURIComponent(unit)}/route?move=yes`);

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

/* How far along a line somebody is, in metres; undefined for whoever left it. */
export function alongOf(line: readonly Position[], p: Position): number | undefined {
    const here = partOf(line, p);
    return here === undefined || here.foot.off_m > NEAR_M ? undefined : lengthOf([...line.slice(0, here.part), here.foot.at]);
}

/* The steps that are still to come, each with how far it is to where it begins; the first one is being driven. */
export interface Ahead {
    readonly step: RouteStep;
    readonly far_m: number;
}
export function stepsAhead(r: Route, p: Position | undefined): { ahead: Ahead[]; left_m: number; left_ms: number } {
    const line = r.line?.coordinates ?? [];
    const here = (p === undefined ? undefined : alongOf(line, p)) ?? 0;
    let gone_ms = here === 0 ? 0 : (r.to_road?.travel_ms ?? 0);
    let along = r.to_road?.length_m ?? 0; // lengths of steps are those of the roads, so that a way that crosses itself is told right
    const placed = (r.steps ?? []).map((step) => {
        const far_m = along - here;
        along += step.length_m;
        gone_ms += step.travel_ms * (step.length_m === 0 ? 0 : Math.min(1, Math.max(0, -far_m / step.length_m)));
        return { step, far_m };
    });
    const next = placed.findIndex((s) => s.far_m > 0);
    const first = next < 0 ? placed.length - 1 : Math.max(0, next - 1);
    return {
        ahead: placed.slice(first).map((s) => ({ ...s, far_m: Math.max(0, s.far_m) })),
        left_m: Math.max(0, along + (r.from_road?.length_m ?? 0) - here),
        left_ms: Math.max(0, (r.travel_ms ?? 0) - gone_ms),
    };
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
export const routeDue = (asked: Asked | undefined, a: { readonly status: string }, roads: number, mono: number): boolean =>
    asked === undefined || asked.status !== a.status || asked.roads !== roads || mono - asked.mono >= AGAIN_MS;
