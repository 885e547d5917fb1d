// Protected values as they are read: "report.live-r5.caller_phone", "incident.live-i4.note@17".
import { at } from '../format';
import type { CommonKey } from '../i18n/common';
import type { Report } from '../wire/types';
import type { Line } from './line.svelte';

export interface Held {
    value?: string;
    erased?: { at?: string; rule?: string };
    missing?: boolean;
    later?: boolean; // the log is down, and it is not at hand
}

export interface ProtectedRow {
    readonly of: string; // report, incident, assignment
    readonly id: string;
    readonly field: string;
    readonly seq?: string; // of the row that brought a note
    readonly text: string;
    readonly whole: boolean; // a value, not the lack of one
}

/* A value that was erased says when and by which rule; one that should be there and is not says so. */
export function textOf(line: Line, held: Held): string {
    if (held.erased !== undefined) {
        return line.common('erased', line.time(at(held.erased.at), true), held.erased.rule ?? '');
    }
    if (held.later === true) {
        return line.common('valueLater');
    }
    return held.missing === true ? line.common('missing') : (held.value ?? '');
}

export function rowsOf(line: Line, values: Record<string, Held>): ProtectedRow[] {
    return Object.entries(values).map(([path, held]) => {
        const [of = '', id = '', last = ''] = path.split('.');
        const [field = '', seq] = last.split('@');
        return { of, id, field, ...(seq === undefined ? {} : { seq }), text: textOf(line, held), whole: held.value !== undefined };
    });
}

/* What was read, or null for a trouble. */
export const held = (read: Record<string, unknown>): Record<string, Held> | null =>
    'code' in read && 'status' in read ? null : ((read as { values?: Record<string, Held> }).values ?? {});

export const labels: Partial<Record<string, CommonKey>> = {
    caller_name: 'callerName',
    caller_phone: 'callerPhone',
    caller_language: 'callerLanguage',
    caller_place: 'callerPlace',
    narrative: 'narrative',
    note: 'note',
    place_detail: 'detail',
    place_exact: 'address',
    destination: 'destinationPlace',
    scene_report: 'sceneReport',
};

/* What was said first, who said it after that. */
const order = ['narrative', 'place_exact', 'place_detail', 'scene_report', 'note', 'caller_name', 'caller_phone'];
export const rank = (r: ProtectedRow): number => order.indexOf(r.field) + 1 || order.length + 1;

/* How callers may be reached, by the strictest of them: one who must not be rung binds everybody. */
export function contactOf(reports: readonly Report[]): 'call' | 'text' | 'none' | undefined {
    const said = new Set(reports.map((r) => r.contact));
    return said.has('none') ? 'none' : said.has('text') ? 'text' : said.has('call') ? 'call' : undefined;
}

export const mayRing = (r: ProtectedRow, contact: Report['contact'], reports: readonly Report[]): boolean =>
    r.field === 'caller_phone' && r.whole && contact !== 'none' && reports.find((x) => x.id === r.id)?.contact !== 'none';
