// Sentences about things that every page tells: places, types, clocks.
import { duration } from '../format';
import { say, type Lang } from '../i18n/common';
import type { State } from '../store/reduce';
import { typeName, zoneName } from '../store/select';
import type { Assignment, DeadlineKindWord, Place } from '../wire/types';
import * as W from '../wire/words';

export function placeText(s: State, place: Place | undefined, lang: Lang): string {
    const zone = zoneName(s, place?.zone, lang);
    const state = place?.state ?? 'unknown';
    if (place?.protected === true && place.address === undefined) {
        return [say(lang, 'placeProtected'), zone ?? ''].filter((t) => t !== '').join(' · ');
    }
    const where =
        place?.address ??
        (state === 'withheld'
            ? say(lang, 'withheld')
            : place?.lon !== undefined
              ? `${place.lon.toFixed(4)}, ${(place.lat ?? 0).toFixed(4)}`
              : (zone ?? say(lang, 'placeUnknown')));
    return state === 'approximate' || place?.coarse === true ? `≈ ${where}` : where;
}

/* Whose the place is: the zone it lies in; the nearest one, marked, when it lies in none; or nobody's. */
export function zoneText(s: State, place: Place | undefined, lang: Lang): string {
    const zone = zoneName(s, place?.zone, lang);
    if (zone === undefined) {
        return place?.lon === undefined ? '–' : say(lang, 'zoneNone');
    }
    return place?.zone_off_m === undefined ? zone : say(lang, 'zoneNearest', zone, place.zone_off_m);
}

export function typeText(s: State, code: string | undefined, lang: Lang): string {
    return code === undefined || code === '' ? say(lang, 'unclassified') : (typeName(s, code, lang) ?? code);
}

const cuesEn: Partial<Record<string, string>> = { hazard: 'hazard', vulnerable: 'vulnerable' };
export const cueText = (cue: string, lang: Lang): string =>
    (lang === 'en' ? cuesEn[cue] : undefined) ?? (W.cue as Record<string, W.Word>)[cue]?.[lang] ?? cue;

/* 签收 余 02:10: what is waited for, and how long still. */
export function clockText(kind: DeadlineKindWord | undefined, due: number, now: number, lang: Lang): { text: string; over: boolean } | null {
    const left = dueText(due, now, lang);
    return left === null || kind === undefined ? left : { ...left, text: `${W.deadlineKind[kind][lang]} ${left.text}` };
}

/* 余 02:10 / 超 01:12 */
export function dueText(due: number, now: number, lang: Lang): { text: string; over: boolean } | null {
    if (!Number.isFinite(due)) {
        return null;
    }
    const over = now > due;
    return { text: say(lang, over ? 'over' : 'left', duration(due - now)), over };
}

/* Who an order went to: a unit, or the station that is to name one. */
export const whoGoes = (s: State, a: Assignment, lang: Lang): string =>
    a.unit === undefined ? (zoneName(s, a.station, lang) ?? '–') : callsign(s, a.unit);

export const callsign = (s: State, id: string | undefined): string => s.units.get(id ?? '')?.callsign ?? id ?? '–';

/* When the crew on scene will have done: by their own word, or by what the type usually takes. */
export const freeText = (a: Assignment, time: string, lang: Lang): string =>
    say(lang, 'freeAt', time) + (a.free_said === true ? '' : ` · ${say(lang, 'freeUsual')}`);
