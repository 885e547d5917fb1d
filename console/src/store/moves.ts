// Orders to move up (调度补位) as screens show them: where to, how it stands. Pure.
import { at } from '../format';
import type { LiveUnit } from '../wire/frames';
import type { UnitMove, Zone } from '../wire/types';
import type { Lang } from '../i18n';

/* The order that stands; a unit has one at most. */
export const moveOf = (u: LiveUnit | undefined): UnitMove | undefined => (u?.move?.number === undefined ? undefined : u.move);

/* Names it among ways. */
export const moveKey = (unit: string, m: UnitMove): string => `move:${unit}:${m.number ?? 0}`;

/* Signed: the unit is on its way, and counts nowhere for coverage until it is there. */
export const isUnderWay = (m: UnitMove): boolean => m.acknowledged_at !== undefined;

/* Nobody sees it on a screen: somebody has to say it. */
export const mustBeSpoken = (u: LiveUnit): boolean => u.voice_only === true || u.terminal_lost === true;

/* The circle it is to keep, else whose zone the place lies in, else its degrees. */
export function movePlace(m: UnitMove, zones: readonly Zone[] | undefined, lang: Lang): string {
    const name = (lang === 'zh' ? m.name_zh : m.name_en) || m.name_zh || m.circle;
    const zone = (zones ?? []).find((z) => z.id === m.zone);
    const zoneName = (lang === 'zh' ? zone?.name_zh : zone?.name_en) || zone?.name_zh;
    return name || zoneName || `${(m.lon ?? 0).toFixed(4)}, ${(m.lat ?? 0).toFixed(4)}`;
}

/* When it should be there, by the way as it was reckoned with the order; ms of the server. */
export const moveThere = (m: UnitMove): number | undefined => (m.eta_ms === undefined ? undefined : at(m.acknowledged_at ?? m.ordered_at) + m.eta_ms);

/* All that stand, the oldest first. */
export const movesOf = (units: Iterable<LiveUnit>): { unit: LiveUnit; move: UnitMove }[] =>
    [...units]
        .flatMap((unit) => {
            const move = moveOf(unit);
            return move === undefined ? [] : [{ unit, move }];
        })
        .sort((a, b) => at(a.move.ordered_at) - at(b.move.ordered_at) || (a.unit.id < b.unit.id ? -1 : 1));
