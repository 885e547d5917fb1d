// Forms of orders: to a station, and what a desk does with one that runs: diverting, relieving, naming the unit of a
// station's order, the scene commander.
import type { LiveIncident } from '../wire/frames';
import type { Assignment, Zone } from '../wire/types';
import { reasonField, title, type OpenForm } from './forms';

const about = (a: Assignment): { incident?: string } => (a.incident === undefined ? {} : { incident: a.incident });

/* Its desk signs and names the unit. */
export const orderStation = (i: LiveIncident, stations: readonly Zone[]): OpenForm => ({
    key: `assignment.dispatch.station:${i.id}`,
    title: { zh: '派往派出所', en: 'order to a station' },
    type: 'assignment.dispatch',
    fixed: { incident: i.id },
    incident: i.id,
    ...(i.rev === undefined ? {} : { rev: i.rev }),
    fields: [
        {
            path: 'station',
            label: 'station',
            kind: 'word',
            words: Object.fromEntries(
                stations.map((z) => [z.id, { zh: z.name_zh ?? z.code ?? '', en: z.name_en ?? z.name_zh ?? z.code ?? '' }]),
            ),
            required: true,
            blank: true,
        },
    ],
});

export const divertOrder = (a: Assignment): OpenForm => ({
    key: `assignment.divert:${a.id}`,
    title: title('assignment.divert'),
    type: 'assignment.divert',
    fixed: { assignment: a.id },
    ...about(a),
    fields: [
        { path: 'incident', label: 'divertTo', kind: 'incident', required: true, wide: true },
        reasonField('assignment_divert'),
    ],
});

/* When the crew on scene will have done. */
export const expectOrder = (a: Assignment): OpenForm => ({
    key: `assignment.expect:${a.id}`,
    title: title('assignment.expect'),
    type: 'assignment.expect',
    fixed: { assignment: a.id, by: 'radio' },
    ...about(a),
    fields: [{ path: 'free_at', label: 'expectMinutes', kind: 'minutes', required: true, min: 1, max: 1440 }],
});

export const relieveOrder = (a: Assignment): OpenForm => ({
    key: `assignment.relieve:${a.id}`,
    title: title('assignment.relieve'),
    type: 'assignment.relieve',
    fixed: { assignment: a.id },
    ...about(a),
    fields: [
        { path: 'unit', label: 'relieveBy', kind: 'unit', required: true, wide: true },
        reasonField('assignment_relieve', false),
    ],
});

export const nameUnit = (a: Assignment): OpenForm => ({
    key: `assignment.name:${a.id}`,
    title: title('assignment.name'),
    type: 'assignment.name',
    fixed: { assignment: a.id },
    ...about(a),
    fields: [{ path: 'unit', label: 'nameUnit', kind: 'unit', required: true, wide: true }],
});

export const leadIncident = (i: LiveIncident): OpenForm => ({
    key: `incident.lead:${i.id}`,
    title: title('incident.lead'),
    type: 'incident.lead',
    fixed: { incident: i.id },
    incident: i.id,
    fields: [{ path: 'unit', label: 'leadUnit', kind: 'unit', required: true, wide: true }],
});
