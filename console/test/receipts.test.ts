import { describe, expect, it } from 'vitest';

import { placeOf, Receipts } from '../src/store/receipts';
import type { Entry, Frame } from '../src/wire/frames';

const events = (seq: number, ...entries: Partial<Entry>[]): Frame => ({
    op: 'events',
    from: seq,
    to: seq,
    at: '',
    events: entries.map((e, n) => ({ seq, n, at: '', ...e }) as Entry),
});
const received = (report: string, number: string): Partial<Entry> => ({
    kind: 'report.received',
    data: { report: { id: report, number } },
});
const opened = (incident: string, number: string): Partial<Entry> => ({
    kind: 'incident.opened',
    data: { incident: { id: incident, number } },
});
const linked = (report: string, incident: string): Partial<Entry> => ({
    kind: 'report.linked',
    data: { report, incident },
});

describe('receipts', () => {
    it('tell of rows that were asked for, whichever of frame and answer comes first', () => {
        const r = new Receipts();
        r.take([events(1, received('r1', 'n1'), opened('i1', 'n1'), linked('r1', 'i1'))]);
        expect(r.ready(1)).toEqual([]);
        r.expect(1);
        r.expect(2);
        const first = { report: 'r1', reportNumber: 'n1', incident: 'i1', incidentNumber: 'n1', asked: true };
        expect(r.ready(1)).toEqual([first]);
        expect(r.ready(1)).toEqual([]);
        r.take([events(2, received('r2', 'n2'), linked('r2', 'i1'))]);
        expect(r.ready(2)).toEqual([{ report: 'r2', reportNumber: 'n2', incident: 'i1', asked: true }]);
    });
    it('follow a report without an incident until somebody places it', () => {
        const r = new Receipts();
        r.expect(1);
        r.take([events(1, received('r1', 'n1'))]);
        expect(r.ready(1).map(placeOf)).toEqual([{ kind: 'report', id: 'r1' }]);
        r.take([events(2, linked('other', 'i9')), events(3, linked('r1', 'i4'))]);
        expect(r.ready(3)).toEqual([{ report: 'r1', reportNumber: 'n1', incident: 'i4', asked: false }]);
        r.take([events(4, linked('r1', 'i5'))]);
        expect(r.ready(4)).toEqual([]);
    });
    it('have no names when a snapshot has swallowed the row', () => {
        const r = new Receipts();
        r.expect(7);
        expect(r.ready(6)).toEqual([]);
        expect(r.ready(8)).toEqual([{ asked: true }]);
    });
});
