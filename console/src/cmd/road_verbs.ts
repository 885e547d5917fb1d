// Verbs of the roads: close, say how slow, open again.
import * as R from '../ui/road_forms';
import { roadId } from '../ui/words';
import type { RoadNotice } from '../wire/types';
import { cmd, finish, form, num, run, takeIncident, wrong, type Args, type Parsed } from './parts';

/* At the incident named; without one, what is drawn on the map. */
const draw =
    (open: typeof R.closeRoad) =>
    (a: Args): Parsed => {
        const i = a.words.length > 0 ? takeIncident(a, false) : undefined;
        finish(a);
        return form(a, i === undefined ? '' : num(i), open(i));
    };
export const close = draw(R.closeRoad);
export const slow = draw(R.slowRoad);

function noticeOf(a: Args): RoadNotice {
    const word = (a.words.shift() ?? wrong('cmdNeedRoad')).toLocaleLowerCase();
    const found = [...a.c.state.roads.values()].find((r) => roadId(r.id) === word || roadId(r.id) === `w${word}`);
    return found ?? wrong('cmdNoSuchRoad', word);
}

export function openAgain(a: Args): Parsed {
    const r = noticeOf(a);
    finish(a);
    return run(a, `${roadId(r.id)} ${r.road ?? ''}`, [cmd('road.open', { road: r.id })]);
}
