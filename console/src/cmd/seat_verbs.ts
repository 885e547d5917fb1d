// Verbs of seats: pass on, take over, read what came over, take a seat, hand it over, leave it.
import { ownerOf, seatOf } from '../store/seats';
import { incidentsByTail, reportsByTail } from '../store/select';
import * as S from '../ui/seat_forms';
import type { LiveIncident } from '../wire/frames';
import type { Seat } from '../wire/types';
import {
    type Parsed,
    type Args,
    wrong,
    isTail,
    takeIncident,
    finish,
    num,
    quoted,
    run,
    form,
    cmd,
} from './parts';

/* An open incident or report by its number, else the selected one. */
function takeOwned(a: Args): S.Owned {
    const word = a.words[0];
    const digits = word !== undefined && isTail(word) ? word.replace(/\D/g, '') : '';
    if (digits !== '' && incidentsByTail(a.c.state, digits).length === 0) {
        const reports = reportsByTail(a.c.state, digits).filter((r) => r.status === 'open');
        if (reports.length === 1) {
            a.words.shift();
            return { report: reports[0]! };
        }
    }
    if (word === undefined && a.c.report !== undefined) {
        return { report: a.c.report };
    }
    return { incident: takeIncident(a, false) };
}
const ownedNumber = (x: S.Owned): string => num('incident' in x ? x.incident : x.report);
const ownedId = (x: S.Owned): { incident: string } | { report: string } =>
    'incident' in x ? { incident: x.incident.id } : { report: x.report.id };
const ownedOn = (x: S.Owned): LiveIncident | undefined => ('incident' in x ? x.incident : undefined);

function seatByCode(a: Args, code: string): Seat {
    const all = [...a.c.state.seats.values()];
    const same = all.filter((x) => x.code === code);
    const short = same.length > 0 ? same : all.filter((x) => Number(x.code) === Number(code));
    return short.length === 1 ? short[0]! : wrong('cmdNoSuchSeat', code);
}
const ownSeat = (a: Args): Seat => seatOf(a.c.state, a.c.user) ?? wrong('cmdNoSeat');
const seatSays = (a: Args, x: Seat): string => `${x.code ?? ''} ${(a.c.lang === 'zh' ? x.name_zh : x.name_en) ?? ''}`.trim();

/* With one number it is the seat; with two, the thing and the seat. */
export function pass(a: Args): Parsed {
    const what = takeOwned(a.words.length < 2 ? { ...a, words: [] } : a);
    const word = a.words.shift();
    const seat = word === undefined ? undefined : seatByCode(a, word);
    finish(a);
    if (seat === undefined || a.note === '') {
        return form(a, ownedNumber(what), S.passOn(what, seat === undefined ? {} : { seat: seat.id }));
    }
    return run(
        a,
        `${ownedNumber(what)} → ${seatSays(a, seat)}${quoted(a)}`,
        [cmd('incident.pass', { ...ownedId(what), seat: seat.id, reason: a.note })],
        ownedOn(what),
    );
}

export function takeOver(a: Args): Parsed {
    const what = takeOwned(a);
    finish(a);
    return a.note === ''
        ? form(a, ownedNumber(what), S.takeOver(what))
        : run(
              a,
              `${ownedNumber(what)}${quoted(a)}`,
              [cmd('incident.take', { ...ownedId(what), reason: a.note })],
              ownedOn(what),
          );
}

export function markRead(a: Args): Parsed {
    const what = takeOwned(a);
    const seat = ownerOf(a.c.state, ('incident' in what ? what.incident : what.report).seat) ?? wrong('cmdNoSeat');
    finish(a);
    const list =
        'incident' in what ? { incidents: [{ incident: what.incident.id }] } : { reports: [{ report: what.report.id }] };
    return run(a, ownedNumber(what), [cmd('seat.read', { seat: seat.id, ...list })], ownedOn(what));
}

export function sit(a: Args): Parsed {
    const seat = seatByCode(a, a.words.shift() ?? wrong('cmdNeedSeat'));
    finish(a);
    return run(a, `${seatSays(a, seat)}${quoted(a)}`, [
        cmd('seat.take', { seat: seat.id, ...(a.note === '' ? {} : { reason: a.note }) }),
    ]);
}

export function handOver(a: Args): Parsed {
    const seat = ownSeat(a);
    const to = a.words.shift() ?? wrong('cmdNeedUser');
    finish(a);
    return run(a, `${seatSays(a, seat)} → ${to}${quoted(a)}`, [
        cmd('seat.hand_over', { seat: seat.id, to, ...(a.note === '' ? {} : { note: a.note }) }),
    ]);
}

export function getUp(a: Args): Parsed {
    const seat = ownSeat(a);
    finish(a);
    return run(a, seatSays(a, seat), [cmd('seat.leave', { seat: seat.id })]);
}
