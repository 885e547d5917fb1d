// What holds on roads, for those who drive and for those who tell of it. Pure.
import { at, clockTime } from '../format';
import { say, type Lang } from '../i18n/common';
import type { State } from '../store/reduce';
import type { Route } from '../store/routes';
import type { RoadNotice } from '../wire/types';
import * as W from '../wire/words';
import { distanceM } from './ways';

export const roadId = (id: string): string => id.slice(id.lastIndexOf('-') + 1);
export const isClosed = (r: RoadNotice): boolean => r.percent === undefined || r.percent === 0;

/* What holds where, why and until when: "w3 人民桥 · 封闭 · 施工 · 至 14:30". */
export function roadText(s: State, r: RoadNotice, lang: Lang): string {
    const what = isClosed(r) ? say(lang, 'roadClosed') : say(lang, 'roadSlow', r.percent ?? 0);
    const until =
        r.until === undefined ? say(lang, 'roadOpenEnd') : say(lang, 'roadUntil', clockTime(at(r.until), s.city.offsets, true).slice(0, -3));
    return [`${roadId(r.id)} ${r.road ?? ''}`.trim(), what, W.roadReason[r.reason][lang], until].join(' · ');
}

/* How far it is from a place to the nearest corner of what was drawn. */
export function roadFarM(r: RoadNotice, from: { lon: number; lat: number }): number {
    return Math.min(...(r.points ?? []).map((p) => distanceM(from, { lon: p.lon ?? 0, lat: p.lat ?? 0 })), Infinity);
}

export interface RoadRow {
    readonly notice: RoadNotice;
    readonly where: 'on_way' | 'avoided' | 'near' | undefined;
    readonly far_m: number; // Infinity: not known
}

/* For a driver: first what the way goes through, then what it goes round, then what is near, the nearest first. */
export function roadsFor(s: State, route: Route | null, me: { lon: number; lat: number } | undefined, near_m: number): RoadRow[] {
    const order = ['on_way', 'avoided', 'near'];
    return [...s.roads.values()]
        .map((notice): RoadRow => {
            const far_m = me === undefined ? Infinity : roadFarM(notice, me);
            const named = route?.notices?.find((n) => n.road === notice.id)?.where;
            return { notice, far_m, where: named ?? (far_m <= near_m ? 'near' : undefined) };
        })
        .filter((r) => r.where !== undefined)
        .sort((a, b) => order.indexOf(a.where!) - order.indexOf(b.where!) || a.far_m - b.far_m || (a.notice.id < b.notice.id ? -1 : 1));
}

/* For a desk: closed ones first, the newest first. */
export const roadsListed = (s: State): RoadNotice[] =>
    [...s.roads.values()].sort((a, b) => Number(isClosed(b)) - Number(isClosed(a)) || ((a.since ?? '') < (b.since ?? '') ? 1 : -1));
