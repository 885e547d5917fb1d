// Verbs of the command line about units as such: free or not, on and off duty, the end of a shift.
import { dutyNow, shiftEnd } from '../shared/shift';
import { busyUnit, shiftUnit } from '../ui/unit_forms';
import * as W from '../wire/words';
import { type Args, call, cmd, finish, form, type Parsed, run, takeUnit, takeWord, wrong } from './parts';

export function available(a: Args): Parsed {
    const unit = takeUnit(a);
    finish(a);
    return run(a, call(unit), [cmd('unit.status', { unit: unit.id, available: true, by: 'radio' })]);
}

export function outOfService(a: Args): Parsed {
    const unit = takeUnit(a);
    const reason = takeWord(a, W.unitReason, ['none']);
    finish(a);
    return reason === undefined
        ? form(a, call(unit), busyUnit(unit.id))
        : run(a, `${call(unit)}: ${W.unitReason[reason][a.c.lang]}`, [
              cmd('unit.status', { unit: unit.id, available: false, reason, by: 'radio' }),
          ]);
}

/* A time of the day behind a unit: when its shift ends. */
function takeUntil(a: Args): { until: string } | undefined {
    const word = a.words.shift();
    if (word === undefined) {
        return undefined;
    }
    const { until } = shiftEnd(word, a.c.now, a.c.state.city.offsets);
    return until === undefined ? wrong('errTime', word) : { until };
}

const said = (word: string | undefined): string => (word === undefined ? '' : ` ${word}`);

export function signOn(a: Args): Parsed {
    const unit = takeUnit(a);
    const crew = a.words[0]?.includes(':') === true ? undefined : a.words.shift();
    const [word] = a.words;
    const until = takeUntil(a);
    finish(a);
    if (crew !== undefined && !/^\d{1,2}$/.test(crew)) {
        wrong('errInteger', crew);
    }
    return run(a, `${call(unit)}${said(word)}`, [
        cmd('unit.sign_on', {
            unit: unit.id,
            by: 'radio',
            ...(crew === undefined ? {} : { crew: Number(crew) }),
            ...until,
        }),
    ]);
}

export function endShift(a: Args): Parsed {
    const unit = takeUnit(a);
    const [word] = a.words;
    const until = takeUntil(a);
    finish(a);
    return until === undefined
        ? form(a, call(unit), shiftUnit(unit))
        : run(a, `${call(unit)}${said(word)}`, [
              cmd('unit.status', { unit: unit.id, ...dutyNow(unit), ...until, by: 'radio' }),
          ]);
}

export function signOff(a: Args): Parsed {
    const unit = takeUnit(a);
    finish(a);
    return run(a, call(unit), [cmd('unit.sign_off', { unit: unit.id, by: 'radio' })]);
}
