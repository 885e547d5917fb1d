// Forms of ownership and of alarms: pass on, take over, shelve.
import type { LiveIncident } from '../wire/frames';
import type { Alarm, Report } from '../wire/types';
import type { FormField, Values } from './fields';
import { reasonField, title, type OpenForm } from './forms';

/* An incident or an open report, to another seat or to one's own. */
export type Owned = { incident: LiveIncident } | { report: Report };

function onOwned(type: 'incident.pass' | 'incident.take', x: Owned, fields: FormField[], start: Values): OpenForm {
    const id = 'incident' in x ? x.incident.id : x.report.id;
    return {
        key: `${type}:${id}`,
        title: title(type),
        type,
        fixed: 'incident' in x ? { incident: id } : { report: id },
        ...('incident' in x ? { incident: id } : {}),
        fields,
        start,
    };
}
export const passOn = (x: Owned, start: Values = {}): OpenForm =>
    onOwned(
        'incident.pass',
        x,
        [
            { path: 'seat', label: 'seatTo', kind: 'seat', required: true },
            { ...reasonField('incident_pass'), label: 'passReason' },
        ],
        start,
    );
export const takeOver = (x: Owned, start: Values = {}): OpenForm =>
    onOwned('incident.take', x, [{ ...reasonField('incident_take'), label: 'takeReason' }], start);

const SHELF_MAX_MIN = 480;
export const shelveAlarm = (a: Alarm): OpenForm => ({
    key: `alarm.shelve:${a.id}`,
    title: title('alarm.shelve'),
    type: 'alarm.shelve',
    fixed: { alarm: a.id },
    fields: [
        { path: 'until', label: 'shelveUntil', kind: 'minutes', required: true, min: 1, max: SHELF_MAX_MIN, initial: '15' },
        reasonField('alarm_shelve'),
    ],
});
