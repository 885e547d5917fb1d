// Forms about units as such: on duty, the end of a shift, not free, the end of a panic.
import { dutyNow } from '../shared/shift';
import type { LiveUnit } from '../wire/frames';
import * as W from '../wire/words';
import type { FormField, Values } from './fields';
import { byRadio, limit, type OpenForm, title } from './forms';

const untilField = (required: boolean): FormField => ({ path: 'until', label: 'dutyUntilAsk', kind: 'next', required });
export const signOnUnit = (unit: string, start: Values = {}): OpenForm => ({
    key: `unit.sign_on:${unit}`,
    title: title('unit.sign_on'),
    type: 'unit.sign_on',
    fixed: { unit, ...byRadio },
    start,
    fields: [{ path: 'crew', label: 'crew', kind: 'int', max: limit('unit_sign_on', 'crew') }, untilField(false)],
});
/* When the shift ends, said anew; the unit stays as free as it is. */
export const shiftUnit = (u: LiveUnit): OpenForm => ({
    key: `unit.status.until:${u.id}`,
    title: { zh: '班次结束时间', en: 'end of the shift' },
    type: 'unit.status',
    fixed: { unit: u.id, ...dutyNow(u), ...byRadio },
    fields: [untilField(true)],
});
export const busyUnit = (unit: string, start: Values = {}): OpenForm => ({
    key: `unit.status:${unit}`,
    title: title('unit.status'),
    type: 'unit.status',
    fixed: { unit, available: false, ...byRadio },
    start,
    fields: [
        {
            path: 'reason',
            label: 'unitReason',
            kind: 'word',
            words: W.unitReason,
            skip: ['none'],
            required: true,
            blank: true,
        },
    ],
});
export const answerPanic = (unit: string): OpenForm => ({
    key: `unit.panic_answer:${unit}`,
    title: title('unit.panic_answer'),
    type: 'unit.panic_answer',
    fixed: { unit },
    fields: [
        {
            path: 'reached',
            label: 'panicReached',
            kind: 'word',
            words: W.panicReach,
            skip: ['none'],
            required: true,
            blank: true,
        },
        {
            path: 'how',
            label: 'how',
            kind: 'area',
            bytes: limit('unit_panic_answer', 'how'),
            required: true,
            wide: true,
        },
    ],
});
