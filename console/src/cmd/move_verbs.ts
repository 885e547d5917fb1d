// Verbs of moving up: order a unit to stand somewhere else, and what its crew says of it by radio.
import { moveOf, movePlace } from '../store/moves';
import { moveUnit, refuseMove } from '../ui/move_forms';
import type { CircleOpen, LiveUnit } from '../wire/frames';
import type { UnitMove } from '../wire/types';
import * as W from '../wire/words';
import { call, cmd, finish, form, run, takeUnit, takeWord, wrong, type Args, type Parsed } from './parts';

/* An open response circle, by its code or the beginning of its name. */
function circleOf(a: Args, word: string): CircleOpen {
    const open = a.c.state.coverage?.circles.open ?? [];
    const typed = word.toLocaleLowerCase();
    const exact = open.find((c) => c.code.toLocaleLowerCase() === typed);
    const near = open.filter((c) => (c.name_zh ?? '').startsWith(word) || (c.name_en ?? '').toLocaleLowerCase().startsWith(typed));
    return exact ?? (near.length === 1 ? near[0]! : wrong(near.length === 0 ? 'cmdNoSuchCircle' : 'cmdManyCircles', word));
}

/* With a circle it is an order; without one the form asks where to. */
export function moveUp(a: Args): Parsed {
    const unit = takeUnit(a);
    const word = a.words.shift();
    const why = word === undefined ? undefined : (takeWord(a, W.moveReason, ['none']) ?? 'circle');
    finish(a);
    if (word === undefined || why === undefined) {
        return form(a, call(unit), moveUnit(unit, a.c.state.coverage));
    }
    const circle = circleOf(a, word);
    const name = (a.c.lang === 'zh' ? circle.name_zh : circle.name_en) || circle.name_zh || circle.code;
    return run(a, `${call(unit)} → ${name}: ${W.moveReason[why][a.c.lang]}`, [cmd('unit.move_up', { unit: unit.id, circle: circle.code, why })]);
}

function takeMoving(a: Args): { unit: LiveUnit; move: UnitMove; target: string } {
    const unit = takeUnit(a);
    const move = moveOf(unit) ?? wrong('cmdNoMove', call(unit));
    return { unit, move, target: `${call(unit)} → ${movePlace(move, a.c.state.city.zones, a.c.lang)}` };
}

const record =
    (type: 'unit.move_up_acknowledge' | 'unit.move_up_arrive') =>
    (a: Args): Parsed => {
        const { unit, move, target } = takeMoving(a);
        finish(a);
        return run(a, target, [cmd(type, { unit: unit.id, ...(move.number === undefined ? {} : { number: move.number }), by: 'radio' })]);
    };
export const sign = record('unit.move_up_acknowledge');
export const arrive = record('unit.move_up_arrive');

export function refuse(a: Args): Parsed {
    const { unit, move, target } = takeMoving(a);
    const reason = takeWord(a, W.declineReason);
    finish(a);
    return reason === undefined
        ? form(a, target, refuseMove(unit, move))
        : run(a, `${target}: ${W.declineReason[reason][a.c.lang]}`, [
              cmd('unit.move_up_refuse', { unit: unit.id, ...(move.number === undefined ? {} : { number: move.number }), reason, by: 'radio' }),
          ]);
}

export function recall(a: Args): Parsed {
    const { unit, move, target } = takeMoving(a);
    finish(a);
    return run(a, target, [cmd('unit.move_up_recall', { unit: unit.id, ...(move.number === undefined ? {} : { number: move.number }) })]);
}
