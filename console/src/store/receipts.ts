// What became of the reports that this desk sent. An answer names a row of the log; the row's events name the report and the
// incident that it opened or joined. Only what came in a frame counts: a frame is durable.
import type { Entry, Frame } from '../wire/frames';
import type { EventData } from '../wire/types';

export interface Receipt {
    readonly report?: string;
    readonly reportNumber?: string;
    readonly incident?: string;
    readonly incidentNumber?: string;
    readonly asked: boolean; // by a command of this desk; false: others placed a report that it took
}
type Row = Omit<Receipt, 'asked'>;

const KEPT = 500; // rows; an answer follows its frame at once

function told(e: Entry): Row {
    if (e.kind === 'report.received') {
        const r = (e.data as EventData['report.received'] | undefined)?.report;
        return {
            ...(r?.id === undefined ? {} : { report: r.id }),
            ...(r?.number === undefined ? {} : { reportNumber: r.number }),
        };
    }
    if (e.kind === 'report.linked') {
        const { report, incident } = (e.data ?? {}) as unknown as EventData['report.linked'];
        return { ...(report === undefined ? {} : { report }), ...(incident === undefined ? {} : { incident }) };
    }
    if (e.kind === 'incident.opened') {
        const i = (e.data as EventData['incident.opened'] | undefined)?.incident;
        return {
            ...(i?.id === undefined ? {} : { incident: i.id }),
            ...(i?.number === undefined ? {} : { incidentNumber: i.number }),
        };
    }
    return {};
}

/* Where it can be looked at. */
export function placeOf(r: Receipt): { kind: 'incident' | 'report'; id: string } | null {
    if (r.incident !== undefined) {
        return { kind: 'incident', id: r.incident };
    }
    return r.report === undefined ? null : { kind: 'report', id: r.report };
}

export class Receipts {
    private readonly rows = new Map<number, Row>();
    private readonly asked = new Set<number>();
    private readonly unplaced = new Map<string, string | undefined>(); // reports without an incident, with their numbers

    take(frames: readonly Frame[]): void {
        for (const f of frames) {
            for (const e of f.op === 'events' ? f.events : []) {
                const more = told(e);
                if (Object.keys(more).length > 0) {
                    this.rows.set(e.seq, { ...this.rows.get(e.seq), ...more });
                }
            }
        }
        for (const seq of this.rows.keys()) {
            if (this.rows.size <= KEPT) {
                break;
            }
            this.rows.delete(seq);
        }
    }

    /* This row was ours. */
    expect(seq: number): void {
        this.asked.add(seq);
    }

    /* What can be told now that the picture stands at `last`; each is given once. A row that a snapshot has swallowed gives
     * a receipt without names. */
    ready(last: number): Receipt[] {
        const out: Receipt[] = [];
        for (const seq of [...this.asked].filter((s) => this.rows.has(s) || s <= last)) {
            const row = this.rows.get(seq) ?? {};
            this.asked.delete(seq);
            this.rows.delete(seq);
            if (row.report !== undefined && row.incident === undefined) {
                this.unplaced.set(row.report, row.reportNumber);
            } else {
                this.unplaced.delete(row.report ?? '');
            }
            out.push({ ...row, asked: true });
        }
        return [...out, ...this.placed()];
    }

    private placed(): Receipt[] {
        const out: Receipt[] = [];
        for (const [seq, row] of this.unplaced.size === 0 ? [] : this.rows) {
            if (row.report !== undefined && row.incident !== undefined && this.unplaced.has(row.report)) {
                const number = this.unplaced.get(row.report);
                out.push({ ...row, ...(number === undefined ? {} : { reportNumber: number }), asked: false });
                this.unplaced.delete(row.report);
                this.rows.delete(seq);
            }
        }
        return out;
    }

    forget(): void {
        this.rows.clear();
        this.asked.clear();
        this.unplaced.clear();
    }
}
