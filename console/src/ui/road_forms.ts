// Forms of the roads: close, say how slow, open again.
import { pointsText, type FormField, type Values } from './fields';
import { title, type OpenForm } from './forms';
import { said } from './said';
import { roadText } from './words';
import type { State } from '../store/reduce';
import type { LiveIncident } from '../wire/frames';
import type { RoadNotice } from '../wire/types';
import * as W from '../wire/words';

const POINTS_MAX = 16;
const WEEK_MIN = 10_080;

const fields = (slow: boolean): FormField[] => [
    { path: 'points', label: 'roadPoints', kind: 'points', required: true, max: POINTS_MAX, wide: true },
    { path: 'area', label: 'roadArea', kind: 'bool', wide: true },
    ...(slow
        ? [{ path: 'percent', label: 'roadPercent', kind: 'int', required: true, min: 1, max: 95, initial: '50' } as FormField]
        : []),
    { path: 'reason', label: 'roadReason', kind: 'word', words: W.roadReason, skip: ['none'], required: true, blank: true },
    { path: 'until', label: 'roadMinutes', kind: 'minutes', min: 1, max: WEEK_MIN },
];

/* At an incident the road beside it is meant, until something else is drawn. */
function ofIncident(i: LiveIncident | undefined): { start: Values; fixed: Record<string, unknown>; incident?: string } {
    const place = i?.place;
    if (i === undefined || place?.lon === undefined || place.lat === undefined) {
        return { start: {}, fixed: i === undefined ? {} : { incident: i.id }, ...(i === undefined ? {} : { incident: i.id }) };
    }
    return {
        start: { points: pointsText([[place.lon, place.lat]]) },
        fixed: { incident: i.id },
        incident: i.id,
    };
}

const draw = (type: 'road.close' | 'road.slow', i: LiveIncident | undefined): OpenForm => ({
    key: `${type}:${i?.id ?? ''}`,
    title: title(type),
    type,
    fields: fields(type === 'road.slow'),
    ...ofIncident(i),
});
export const closeRoad = (i?: LiveIncident): OpenForm => draw('road.close', i);
export const slowRoad = (i?: LiveIncident): OpenForm => draw('road.slow', i);

export const openRoad = (r: RoadNotice, s: State): OpenForm => ({
    key: `road.open:${r.id}`,
    title: title('road.open'),
    type: 'road.open',
    lines: [{ text: said((l) => roadText(s, r, l)) }],
    fixed: { road: r.id },
    fields: [],
});
