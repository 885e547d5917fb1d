// Protected values as they are read: "report.live-r5.caller_phone", "incident.live-i4.note@17".
import { at } from '../format';
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
