// Coverage as the server tells it: who could be where within one, three and five minutes. What of it is read, said and drawn.
// Pure but for the reading. Nothing of it stands in the log: it is live, as positions are.
import type { CircleOpen, Coverage, CoverGap } from '../wire/frames';
import type { Unit, UnitMoveUp } from '../wire/types';
import { getJson } from './http';
import type { ZoneOutlines } from './zones';

export type ForceClass = 'police' | NonNullable<Unit['police_type']>;
const ALL = 10_000; // parts of the city's weight
const parts = (share: number): number => Math.round(share * ALL);
export const MINUTES = [1, 3, 5] as const;

/* The map of one force class. */
export interface CoverMap extends Pick<Coverage, 'seq' | 'at' | 'engine' | 'weight' | 'incidents' | 'classes'> {
    readonly age_ms: number;
    readonly features: readonly GeoJSON.Feature[];
}

/* What would change: units that go, a place where one would stand. */
export interface Step extends Pick<Coverage, 'seq' | 'at' | 'engine' | 'weight' | 'incidents'> {
    readonly age_ms: number;
    readonly class: ForceClass;
    readonly units: number;
    readonly share: readonly number[];
    readonly lost: readonly number[];
    readonly gained: readonly number[];
    readonly circles: readonly Omit<CircleOpen, 'at' | 'class' | 'kept'>[]; // that would no longer be kept
    readonly gap?: CoverGap;
}

export const readMap = (token: string, cls: ForceClass): Promise<CoverMap> =>
    getJson<CoverMap>(token, `/coverage?class=${encodeURIComponent(cls)}`);

/* Who might be moved up: proposals, the best first, each as if those before it had been made. */
type Named = Pick<CircleOpen, 'code' | 'name_zh' | 'name_en' | 'minutes'>;
export interface MoveCircles {
    readonly all: number;
    readonly circles: readonly Named[];
}
export interface Move {
    readonly unit: string;
    readonly callsign: string;
    readonly to: { readonly at: readonly [number, number]; readonly share?: number } & ({ readonly kind: 'gap' } | ({ readonly kind: 'circle' } & Named));
    readonly ms: number;
    readonly length_m: number;
    readonly gained: number; // once it stands there
    readonly lost: number;
    readonly lost_on_way: number; // until then
    readonly net: number; // on average of the time ahead
    readonly kept: MoveCircles;
    readonly opened: MoveCircles;
    readonly next?: { readonly unit: string; readonly callsign: string; readonly ms: number; readonly net: number; readonly why: 'later' | 'leaves_more' | 'same' };
}
export interface Moves extends Pick<Coverage, 'seq' | 'at' | 'engine' | 'weight' | 'incidents'> {
    readonly class: ForceClass;
    readonly ahead_minutes: number;
    readonly most_minutes: number;
    readonly moves: readonly Move[];
    readonly none: 'no_place' | 'no_unit' | 'out_of_reach' | 'too_little';
}

export const readMoves = (token: string, cls: ForceClass): Promise<Moves> =>
    getJson<Moves>(token, `/coverage/moves?class=${encodeURIComponent(cls)}`);

/* Figures without areas. */
export const readFigures = (token: string): Promise<Coverage> => getJson<Coverage>(token, '/coverage?format=summary');

/* What an officer saw of a proposal goes with the order that accepts it. */
export const orderOfProposal = (told: Moves, m: Move): UnitMoveUp => ({
    unit: m.unit,
    at: { lon: m.to.at[0], lat: m.to.at[1] },
    ...(m.to.kind === 'circle' ? { circle: m.to.code } : {}),
    why: m.to.kind,
    proposal: {
        seq: told.seq,
        engine: told.engine ?? '',
        eta_ms: m.ms,
        length_m: m.length_m,
        gained: parts(m.gained),
        lost: parts(m.lost),
        lost_on_way: parts(m.lost_on_way),
        net: parts(m.net),
    },
});

export const LEAVE_MOST = 8; // units in one question
export const readStep = (token: string, units: readonly string[]): Promise<Step> =>
    getJson<Step>(token, `/coverage/if?leave=${units.map(encodeURIComponent).join(',')}`);

/* Shares as people read them: whole percents, but what is not all is never said to be all, nor what is something nothing. */
export function percent(share: number | undefined): string {
    if (share === undefined || !Number.isFinite(share)) {
        return '–';
    }
    const whole = Math.round(share * 100);
    return share > 0 && share < 0.01 ? '<1%' : `${share < 1 && whole === 100 ? 99 : whole}%`;
}

/* A loss, to a tenth of a percent: −2.1%; a smaller one to a hundredth, which is as far as it is known. */
export const lossText = (share: number): string =>
    share <= 0 ? '0%' : `−${(share * 100).toFixed(share < 0.0005 ? 2 : 1)}%`;

/* A gain, or what is left of one: +2.1%. */
export const gainText = (share: number): string => (share < 0 ? lossText(-share) : share === 0 ? '0%' : `+${(share * 100).toFixed(share < 0.0005 ? 2 : 1)}%`);

const police: readonly string[] = ['public_order', 'investigation', 'patrol', 'traffic', 'station'];

/* Units that leave a hole in the same cover: the police together, others by their type. So many as one question takes. */
export function byClass(units: readonly string[], typeOf: (unit: string) => string | undefined): string[][] {
    const groups = new Map<string, string[]>();
    for (const unit of units) {
        const type = typeOf(unit);
        if (type !== undefined && type !== 'none') {
            const cls = police.includes(type) ? 'police' : type;
            groups.set(cls, [...(groups.get(cls) ?? []), unit]);
        }
    }
    return [...groups.values()].map((g) => g.slice(0, LEAVE_MOST));
}

export const ofClass = (c: Pick<Coverage, 'classes'> | null | undefined, cls: ForceClass): Coverage['classes'][number] | undefined =>
    c?.classes.find((x) => x.class === cls);

/* Classes to choose from: the police together, then each type that somebody free is of, and the one that is chosen. */
export function classesOf(c: Coverage | null, chosen: ForceClass): ForceClass[] {
    const told = (c?.classes ?? []).map((x) => x.class as ForceClass);
    return [...new Set<ForceClass>(['police', ...told, chosen])];
}

/* ---- where that is ---- */

function within(ring: readonly (readonly [number, number])[], [x, y]: readonly [number, number]): boolean {
    let odd = false;
    for (let n = 0, m = ring.length - 1; n < ring.length; m = n++) {
        const [x1, y1] = ring[n]!;
        const [x2, y2] = ring[m]!;
        if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) {
            odd = !odd;
        }
    }
    return odd;
}

/* The zones a point lies in, by id. */
export function zonesAt(outlines: ZoneOutlines | null, at: readonly [number, number]): string[] {
    return (outlines?.features ?? []).flatMap((f) => {
        const rings = (f.geometry?.coordinates ?? []).flat();
        return f.id !== undefined && rings.filter((r) => within(r, at)).length % 2 === 1 ? [f.id] : [];
    });
}
