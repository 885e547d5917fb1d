// Forms of moving up: a proposal that is accepted, a unit that is sent to stand somewhere by hand, and why one cannot go.
import { travel } from '../format';
import { orderOfProposal, type Move, type Moves } from '../store/cover';
import type { Coverage, LiveUnit } from '../wire/frames';
import type { MoveReasonWord, UnitMove, UnitMoveUp } from '../wire/types';
import * as W from '../wire/words';
import { pointsOf, type FormField, type Values } from './fields';
import { byRadio, title, type OpenForm } from './forms';
import { said, type Said } from './said';

const confirmField: FormField = { path: 'confirm', label: 'moveConfirm', kind: 'bool', wide: true };
const whyField: FormField = { path: 'why', label: 'moveWhy', kind: 'word', words: W.moveReason, skip: ['none'], required: true, blank: true };

export const acceptMove = (told: Moves, m: Move, place: Said): OpenForm => ({
    key: `unit.move_up:${m.unit}:${m.to.at.join()}`,
    title: title('unit.move_up'),
    lines: [{ text: said((l) => `${m.callsign} → ${place[l]}`), dim: travel(m.ms), leaves: m.unit }],
    type: 'unit.move_up',
    fixed: { ...orderOfProposal(told, m) },
    fields: [confirmField],
});

/* A circle or a point on the map, whichever is given; both: the point, for the circle. */
const built = (unit: string, v: Values): UnitMoveUp => {
    const [point] = pointsOf(String(v['points'] ?? '')) ?? [];
    const circle = String(v['circle'] ?? '');
    return {
        unit,
        ...(point === undefined ? {} : { at: { lon: point[0], lat: point[1] } }),
        ...(circle === '' ? {} : { circle }),
        why: (v['why'] as MoveReasonWord | undefined) || 'other',
        ...(v['confirm'] === true ? { confirm: true } : {}),
    };
};

const circleWords = (told: Coverage | null): Record<string, W.Word> =>
    Object.fromEntries((told?.circles.open ?? []).map((c) => [c.code, { zh: c.name_zh || c.code, en: c.name_en || c.name_zh || c.code }]));

export function moveUnit(u: LiveUnit, told: Coverage | null, start: Values = {}): OpenForm {
    const circles = circleWords(told);
    const some = Object.keys(circles).length > 0;
    return {
        key: `unit.move_up:${u.id}`,
        title: title('unit.move_up'),
        lines: [{ text: said(() => u.callsign ?? u.id), leaves: u.id }],
        type: 'unit.move_up',
        fixed: { unit: u.id },
        start,
        fields: [
            ...(some ? [{ path: 'circle', label: 'moveCircle', kind: 'word', words: circles, blank: true } as FormField] : []),
            { path: 'points', label: 'movePoint', kind: 'points', max: 1, wide: true },
            whyField,
            confirmField,
        ],
        build: (v) => [{ type: 'unit.move_up', data: built(u.id, v) }],
    };
}

export const refuseMove = (u: LiveUnit, m: UnitMove): OpenForm => ({
    key: `unit.move_up_refuse:${u.id}`,
    title: title('unit.move_up_refuse'),
    type: 'unit.move_up_refuse',
    fixed: { unit: u.id, number: m.number, ...byRadio },
    fields: [{ path: 'reason', label: 'declineReason', kind: 'word', words: W.declineReason, required: true, blank: true }],
});
