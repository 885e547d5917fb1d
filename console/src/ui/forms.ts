// Forms of the desk: which command each becomes, with which fields; those of orders, seats and units stand in order_forms,
// seat_forms and unit_forms. One component (CommandForm) shows them all.
import type { Key, Lang } from '../i18n';
import type { LiveIncident } from '../wire/frames';
import type { Assignment, CommandData, CommandWord, Report } from '../wire/types';
import * as W from '../wire/words';
import { offsetAt, type Offset } from '../format';
import { dataOf, timeOf, type FormField, type Values } from './fields';
import type { Said } from './said';
import { deniedOf } from './words';

export interface Cmd {
    readonly type: CommandWord;
    readonly data: CommandData[CommandWord];
}
export interface Line {
    readonly text: Said;
    readonly dim?: string;
    readonly idle?: boolean; // nobody to be sent
    readonly leaves?: string; // the unit that would go
}
export interface OpenForm {
    readonly key: string; // names the draft
    readonly title: Record<Lang, string>;
    readonly lines?: readonly Line[];
    readonly warning?: Key;
    readonly fields: readonly FormField[];
    readonly start?: Values; // what stands in the fields at first
    readonly incident?: string;
    readonly rev?: number; // what the person looked at
    readonly fixed: Record<string, unknown>; // ids and the like
    readonly type: CommandWord;
    readonly build?: (values: Values, now: number) => Cmd[]; // when the form is more than one command
    readonly big?: boolean;
}

const L = W.limits;
export const limit = (shape: string, field: string): number => L[shape]?.[field] ?? 2000;
export const title = (type: CommandWord): Record<Lang, string> => ({
    zh: W.commandWords[type].zh,
    en: W.commandWords[type].en,
});
const revOf = (i: LiveIncident): { rev?: number } => (i.rev === undefined ? {} : { rev: i.rev });

const typeField: FormField = { path: 'type', label: 'type', kind: 'type', wide: true };

const placeFields: FormField[] = [
    {
        path: 'place.address',
        label: 'address',
        kind: 'place',
        bytes: limit('place_in', 'address'),
        wide: true,
        group: 'place',
    },
    { path: 'place.zone', label: 'zoneRough', kind: 'zone', group: 'place' },
    { path: 'place.lon', label: 'lon', kind: 'deg', min: -180, max: 180, group: 'place' },
    { path: 'place.lat', label: 'lat', kind: 'deg', min: -90, max: 90, group: 'place' },
    {
        path: 'place.state',
        label: 'placeState',
        kind: 'word',
        words: W.placeState,
        required: true,
        initial: 'unknown',
        group: 'place',
    },
    { path: 'place.radius_m', label: 'radius', kind: 'int', max: limit('place_in', 'radius_m'), group: 'place' },
    {
        path: 'place.detail',
        label: 'detail',
        kind: 'text',
        bytes: limit('place_in', 'detail'),
        wide: true,
        group: 'place',
    },
    { path: 'place.flags', label: 'placeFlags', kind: 'bits', words: W.placeFlag, wide: true, group: 'place' },
    { path: 'place.protected', label: 'placeProtect', kind: 'bool', group: 'place' },
];
const cuesField: FormField = { path: 'cues', label: 'cues', kind: 'flags', words: W.cue, wide: true };
/* Asked for, and denied: rules that need a danger absent wait for it. What is named is not denied. */
const deniedField: FormField = { path: 'cues_denied', label: 'cuesDenied', kind: 'flags', words: W.cue, wide: true };
const noteField = (shape: string, required = false): FormField => ({
    path: 'note',
    label: 'note',
    kind: 'area',
    bytes: limit(shape, 'note'),
    wide: true,
    required,
});
export const reasonField = (shape: string, required = true): FormField => ({
    path: 'reason',
    label: 'reason',
    kind: 'area',
    bytes: limit(shape, 'reason'),
    wide: true,
    required,
});
const dispositionField: FormField = {
    path: 'disposition',
    label: 'disposition',
    kind: 'word',
    words: W.disposition,
    skip: ['none'],
    required: true,
    blank: true,
};

const reportFields: FormField[] = [
    {
        path: 'channel',
        label: 'channel',
        kind: 'word',
        words: W.channel,
        required: true,
        initial: '110',
        group: 'report',
    },
    { path: 'call', label: 'call', kind: 'word', words: W.callKind, initial: 'speech', group: 'report' },
    { ...typeField, group: 'report' },
    {
        path: 'narrative',
        label: 'narrative',
        kind: 'area',
        bytes: limit('report_receive', 'narrative'),
        wide: true,
        group: 'report',
    },
    { ...cuesField, group: 'report' },
    { ...deniedField, group: 'report' },
    ...placeFields,
    { path: 'caller.name', label: 'callerName', kind: 'text', bytes: limit('caller_in', 'name'), group: 'caller' },
    { path: 'caller.phone', label: 'callerPhone', kind: 'text', bytes: limit('caller_in', 'phone'), group: 'caller' },
    {
        path: 'caller.language',
        label: 'callerLanguage',
        kind: 'text',
        bytes: limit('caller_in', 'language'),
        group: 'caller',
    },
    { path: 'caller.contact', label: 'contact', kind: 'word', words: W.contact, initial: 'call', group: 'caller' },
    { path: 'caller.confidential', label: 'confidentialAsk', kind: 'bool', group: 'caller' },
    { path: 'open', label: 'openNow', kind: 'bool', initial: true, group: 'incident' },
    { path: 'incident', label: 'joinIncident', kind: 'incident', group: 'incident' },
    { path: 'priority', label: 'priority', kind: 'int', max: 9, group: 'incident' },
    { path: 'unit', label: 'onSceneUnit', kind: 'unit', group: 'incident' },
    { path: 'on_scene', label: 'onScene', kind: 'bool', group: 'incident' },
    {
        path: 'external_id',
        label: 'externalId',
        kind: 'text',
        bytes: limit('report_receive', 'external_id'),
        group: 'incident',
    },
];

export const newReport = (): OpenForm => ({
    key: 'report.receive',
    title: title('report.receive'),
    fields: reportFields,
    fixed: {},
    type: 'report.receive',
    big: true,
});

/* ---- a call that was worked on paper ---- */

const PAPER_UNITS = 4;
const paperTimes = ['dispatched_at', 'on_scene_at', 'cleared_at'] as const;
const paperUnitFields: FormField[] = Array.from({ length: PAPER_UNITS }, (_, n): FormField[] => [
    { path: `units.${n}.unit`, label: 'paperUnit', kind: 'unit', group: 'paperWork', wide: true },
    { path: `units.${n}.dispatched_at`, label: 'paperDispatched', kind: 'time', group: 'paperWork' },
    { path: `units.${n}.on_scene_at`, label: 'paperOnScene', kind: 'time', group: 'paperWork' },
    { path: `units.${n}.cleared_at`, label: 'paperCleared', kind: 'time', group: 'paperWork' },
]).flat();
const paperFields: FormField[] = [
    { path: 'number', label: 'paperNumber', kind: 'text', required: true, bytes: 15, group: 'report' },
    { path: 'writer', label: 'paperWriter', kind: 'text', required: true, bytes: limit('paper_enter', 'writer'), group: 'report' },
    { path: 'received_at', label: 'paperReceived', kind: 'time', required: true, group: 'report' },
    { path: 'closed_at', label: 'paperClosed', kind: 'time', group: 'report' },
    { ...typeField, group: 'report' },
    { path: 'tier', label: 'tier', kind: 'tier', min: 1, max: 4, group: 'report' },
    { ...dispositionField, required: false, group: 'report' },
    { path: 'still_open', label: 'paperStillOpen', kind: 'bool', group: 'report' },
    { path: 'narrative', label: 'narrative', kind: 'area', bytes: limit('paper_enter', 'narrative'), wide: true, group: 'report' },
    { ...cuesField, group: 'report' },
    ...placeFields,
    { path: 'caller.name', label: 'callerName', kind: 'text', bytes: limit('caller_in', 'name'), group: 'caller' },
    { path: 'caller.phone', label: 'callerPhone', kind: 'text', bytes: limit('caller_in', 'phone'), group: 'caller' },
    { path: 'caller.contact', label: 'contact', kind: 'word', words: W.contact, initial: 'call', group: 'caller' },
    ...paperUnitFields,
    { ...noteField('paper_enter'), group: 'paperWork' },
];

/* Times are the city's, of the number's day. What is no time was told before this is asked. */
function paperData(v: Values, now: number, offsets: readonly Offset[] | undefined): CommandData['paper.enter'] {
    const text = (path: string): string => String(v[path] ?? '').trim();
    const day = text('number').slice(0, 8);
    const from = timeOf(text('received_at'), day, offsets);
    const instant = (path: string): { [k: string]: string } => {
        const ms = text(path) === '' ? NaN : timeOf(text(path), day, offsets, from);
        return Number.isNaN(ms) ? {} : { [path.split('.').at(-1)!]: new Date(ms).toISOString() };
    };
    const plainFields = paperFields.filter((f) => f.kind !== 'time' && !f.path.startsWith('units.'));
    const units = Array.from({ length: PAPER_UNITS }, (_, n) => `units.${n}`)
        .filter((at) => text(`${at}.unit`) !== '')
        .map((at) => ({
            unit: text(`${at}.unit`),
            ...Object.assign({}, ...paperTimes.map((t) => instant(`${at}.${t}`))),
        }));
    return {
        ...dataOf(plainFields, v, now),
        ...instant('received_at'),
        ...instant('closed_at'),
        ...(units.length === 0 ? {} : { units }),
    } as CommandData['paper.enter'];
}

export const newPaper = (offsets: readonly Offset[] | undefined, now: number, user: string): OpenForm => ({
    key: 'paper.enter',
    title: title('paper.enter'),
    type: 'paper.enter',
    fixed: {},
    fields: paperFields,
    start: {
        number: `${new Date(now + offsetAt(now, offsets) * 60_000).toISOString().slice(0, 10).replaceAll('-', '')}-990001`,
        writer: user,
    },
    build: (v, at) => [{ type: 'paper.enter', data: paperData(v, at, offsets) }],
    big: true,
});

export const settleReport = (r: Report): OpenForm => ({
    key: `report.settle:${r.id}`,
    title: title('report.settle'),
    type: 'report.settle',
    fixed: { report: r.id },
    fields: [
        {
            path: 'outcome',
            label: 'outcome',
            kind: 'word',
            words: W.reportOutcome,
            skip: ['none'],
            required: true,
            blank: true,
        },
        noteField('report_settle'),
    ],
});

export const contactReport = (r: Report): OpenForm => ({
    key: `report.contact:${r.id}`,
    title: title('report.contact'),
    type: 'report.contact',
    fixed: { report: r.id, how: r.contact === 'text' ? 'text' : 'call' },
    ...(r.contact === 'none' ? { warning: 'noContact' as const } : {}),
    fields: [
        { path: 'result', label: 'tryResult', kind: 'word', words: W.contactResult, required: true, blank: true },
        noteField('report_contact'),
    ],
});

export const messageReport = (r: Report): OpenForm => ({
    key: `report.message:${r.id}`,
    title: title('report.message'),
    type: 'report.message',
    fixed: { report: r.id },
    ...(r.contact === 'none' ? { warning: 'noContact' as const } : {}),
    fields: [
        {
            path: 'text',
            label: 'messageText',
            kind: 'area',
            bytes: limit('report_message', 'text'),
            wide: true,
            required: true,
        },
        { path: 'from_caller', label: 'fromCaller', kind: 'bool' },
    ],
    start: { from_caller: r.contact === 'none' },
});

/* What is said later: only what is filled in is sent. */
export const amendReport = (r: Report): OpenForm => ({
    key: `report.amend:${r.id}`,
    title: title('report.amend'),
    type: 'report.amend',
    fixed: { report: r.id },
    fields: [
        {
            path: 'narrative',
            label: 'moreWords',
            kind: 'area',
            bytes: limit('report_amend', 'narrative'),
            wide: true,
        },
        typeField,
        { path: 'priority', label: 'priority', kind: 'int', max: 9 },
        { path: 'caller.name', label: 'callerName', kind: 'text', bytes: limit('caller_more', 'name') },
        { path: 'caller.phone', label: 'callerPhone', kind: 'text', bytes: limit('caller_more', 'phone') },
        { path: 'caller.language', label: 'callerLanguage', kind: 'text', bytes: limit('caller_more', 'language') },
        {
            path: 'caller.contact',
            label: 'contact',
            kind: 'word',
            words: W.contactChange,
            initial: 'keep',
        },
        { path: 'caller.confidential', label: 'confidentialAsk', kind: 'bool' },
    ],
});

export const linkReport = (r: Report, incident?: string): OpenForm => ({
    key: `report.link:${r.id}`,
    title: title('report.link'),
    type: 'report.link',
    fixed: { report: r.id },
    fields: [{ path: 'incident', label: 'duplicateOf', kind: 'incident', required: true, wide: true }],
    start: { incident: incident ?? '' },
});

export const unlinkReport = (r: Report): OpenForm => ({
    key: `report.unlink:${r.id}`,
    title: title('report.unlink'),
    type: 'report.unlink',
    fixed: { report: r.id },
    ...(r.incident === undefined ? {} : { incident: r.incident }),
    fields: [{ path: 'open', label: 'keepOpen', kind: 'bool', initial: true }],
});

export const openIncident = (r?: Report): OpenForm => ({
    key: `incident.open:${r?.id ?? ''}`,
    title: title('incident.open'),
    type: 'incident.open',
    fixed: r === undefined ? {} : { report: r.id },
    fields: [
        typeField,
        { path: 'priority', label: 'priority', kind: 'int', max: 9 },
        ...(r === undefined ? placeFields : []),
        ...(r === undefined ? [cuesField, deniedField] : [deniedField]),
        ...(r?.caller_lon === undefined
            ? []
            : [{ path: 'at_caller', label: 'atCaller', kind: 'bool' } as FormField]),
        noteField('incident_open'),
    ],
    start: { type: r?.type ?? '', at_caller: r?.caller_lon !== undefined && r.place?.state === 'unknown' },
    big: r === undefined,
});

const placeStart = (i: LiveIncident): Values => ({
    'place.state': i.place?.state ?? 'unknown',
    'place.address': i.place?.address ?? '',
    'place.lon': i.place?.lon === undefined ? '' : String(i.place.lon),
    'place.lat': i.place?.lat === undefined ? '' : String(i.place.lat),
    'place.radius_m': i.place?.radius_m === undefined ? '' : String(i.place.radius_m),
    'place.flags': i.place?.flags ?? [],
    'place.protected': i.place?.protected ?? false,
});

/* Sends only what was changed: a place as a whole, cues as a whole. */
export function amendIncident(i: LiveIncident): OpenForm {
    const fields: FormField[] = [
        typeField,
        { path: 'priority', label: 'priority', kind: 'int', max: 9 },
        { path: 'grade', label: 'grade', kind: 'int', max: 9 },
        cuesField,
        deniedField,
        ...placeFields,
    ];
    const start: Values = {
        type: i.type_dispatched ?? '',
        priority: String(i.priority ?? ''),
        grade: String(i.grade ?? ''),
        cues: i.cues ?? [],
        cues_denied: deniedOf(i),
        ...placeStart(i),
    };
    const changed = (v: Values, f: FormField): boolean =>
        JSON.stringify(v[f.path] ?? '') !== JSON.stringify(start[f.path] ?? (f.kind === 'bool' ? false : ''));
    const build = (v: Values, now: number): Cmd[] => {
        const place = placeFields.some((f) => changed(v, f));
        const sent = fields.filter((f) => (placeFields.includes(f) ? place : changed(v, f)));
        const data = { incident: i.id, ...dataOf(sent, v, now) } as CommandData['incident.amend'];
        if (sent.includes(cuesField)) {
            data.cues ??= {};
        }
        if (sent.includes(deniedField)) {
            data.cues_denied ??= {};
        }
        return [{ type: 'incident.amend', data }];
    };
    return {
        key: `incident.amend:${i.id}`,
        title: title('incident.amend'),
        type: 'incident.amend',
        fixed: { incident: i.id },
        incident: i.id,
        ...revOf(i),
        fields,
        start,
        build,
        big: true,
    };
}

const onIncident = (type: CommandWord, i: LiveIncident, fields: FormField[], start: Values = {}): OpenForm => ({
    key: `${type}:${i.id}`,
    title: title(type),
    type,
    fixed: { incident: i.id },
    incident: i.id,
    ...revOf(i),
    fields,
    start,
});

export const noteIncident = (i: LiveIncident, start: Values = {}): OpenForm => {
    const { rev: _looked, ...form } = onIncident('incident.note', i, [noteField('incident_note', true)], start);
    return form; // a note is never stale
};
export const retierIncident = (i: LiveIncident, start: Values = {}): OpenForm =>
    onIncident(
        'incident.retier',
        i,
        [
            {
                path: 'tier',
                label: 'tier',
                kind: 'tier',
                required: true,
                min: 1,
                max: 4,
                initial: String(i.tier ?? ''),
            },
            reasonField('incident_retier'),
        ],
        start,
    );
export const holdIncident = (i: LiveIncident, start: Values = {}): OpenForm =>
    onIncident(
        'incident.hold',
        i,
        [
            { path: 'until', label: 'until', kind: 'minutes', required: true, min: 1, max: 1440, initial: '10' },
            reasonField('incident_hold'),
        ],
        start,
    );
export const closeIncident = (i: LiveIncident, start: Values = {}): OpenForm =>
    onIncident(
        'incident.close',
        i,
        [
            dispositionField,
            { ...typeField, label: 'typeHandled' },
            noteField('incident_close'),
            { path: 'force', label: 'force', kind: 'bool' },
        ],
        start,
    );
export const mergeIncident = (i: LiveIncident, into?: string): OpenForm => ({
    key: `incident.merge:${i.id}`,
    title: title('incident.merge'),
    type: 'incident.merge',
    fixed: { incident: i.id },
    incident: i.id,
    ...revOf(i),
    fields: [
        { path: 'into', label: 'mergeInto', kind: 'incident', required: true, wide: true },
        reasonField('incident_merge', false),
        { path: 'confirm', label: 'mergeConfirm', kind: 'bool' },
    ],
    start: { into: into ?? '' },
});

export const splitIncident = (i: LiveIncident): OpenForm => ({
    key: `incident.split:${i.id}`,
    title: title('incident.split'),
    type: 'incident.split',
    fixed: { incident: i.id },
    incident: i.id,
    fields: [reasonField('incident_split', false)],
});

export const reopenIncident = (i: LiveIncident, start: Values = {}): OpenForm =>
    onIncident('incident.reopen', i, [reasonField('incident_reopen')], start);

export const byRadio = { by: 'radio' } as const;

export const declineOrder = (a: Assignment, start: Values = {}): OpenForm => ({
    key: `assignment.decline:${a.id}`,
    title: title('assignment.decline'),
    type: 'assignment.decline',
    fixed: { assignment: a.id, ...byRadio },
    ...(a.incident === undefined ? {} : { incident: a.incident }),
    start,
    fields: [
        { path: 'reason', label: 'declineReason', kind: 'word', words: W.declineReason, required: true, blank: true },
    ],
});
export const cancelOrder = (a: Assignment, start: Values = {}): OpenForm => ({
    key: `assignment.cancel:${a.id}`,
    title: title('assignment.cancel'),
    type: 'assignment.cancel',
    fixed: { assignment: a.id },
    ...(a.incident === undefined ? {} : { incident: a.incident }),
    start,
    fields: [reasonField('assignment_cancel', false)],
});
export const feedbackOrder = (a: Assignment, type: string | undefined, start: Values = {}): OpenForm => ({
    key: `assignment.feedback:${a.id}`,
    title: title('assignment.feedback'),
    type: 'assignment.feedback',
    fixed: { assignment: a.id, ...byRadio },
    ...(a.incident === undefined ? {} : { incident: a.incident }),
    start: { type: type ?? '', ...start },
    fields: [
        dispositionField,
        { ...typeField, label: 'typeHandled' },
        { path: 'persons_helped', label: 'personsHelped', kind: 'int', max: 65535 },
        { path: 'injured', label: 'injured', kind: 'int', max: 65535 },
        noteField('assignment_feedback'),
    ],
});

export const automation = (stop: boolean): OpenForm => ({
    key: stop ? 'automation.stop' : 'automation.resume',
    title: title(stop ? 'automation.stop' : 'automation.resume'),
    type: stop ? 'automation.stop' : 'automation.resume',
    fixed: {},
    fields: [reasonField('automation_stop', false)],
});

/* The wire's list of units. */
export const unitList = (ids: readonly string[]): { unit: string }[] => ids.map((unit) => ({ unit }));

/* Says what will be ordered and waits for Enter. */
export function confirmOrders(
    i: LiveIncident,
    lines: readonly Line[],
    commands: readonly Cmd[],
    type: CommandWord,
): OpenForm {
    return {
        key: `${type}:${i.id}`,
        title: title(type),
        type,
        fixed: {},
        incident: i.id,
        ...revOf(i),
        lines,
        fields: [],
        build: () => [...commands],
    };
}
