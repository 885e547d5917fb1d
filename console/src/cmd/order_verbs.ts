// Verbs of orders: to a station, divert, relieve, scene commander, speak, name a station's unit.
import * as O from '../ui/order_forms';
import type { Assignment } from '../wire/types';
import { assignmentsOf, stationsByName, stationsOf } from '../store/select';
import {
    type Parsed,
    type Args,
    wrong,
    takeIncident,
    takeUnit,
    incidentOf,
    orderOf,
    finish,
    num,
    call,
    quoted,
    run,
    form,
    cmd,
} from './parts';

const runs = (x: Assignment): boolean =>
    ['dispatched', 'acknowledged', 'en_route', 'staged', 'on_scene', 'transporting'].includes(x.status);

/* To a station: its desk signs and names the unit. */
export function station(a: Args): Parsed {
    const i = takeIncident(a, false);
    const word = a.words.shift();
    finish(a);
    if (word === undefined) {
        return form(a, num(i), O.orderStation(i, stationsOf(a.c.state)));
    }
    const found = stationsByName(a.c.state, word);
    if (found.length !== 1) {
        wrong(found.length === 0 ? 'cmdNoSuchStation' : 'cmdManyStations', word);
    }
    const [to] = found;
    const name = (a.c.lang === 'zh' ? to!.name_zh : to!.name_en) ?? to!.name_zh ?? word;
    return run(a, `${num(i)} ← ${name}`, [cmd('assignment.dispatch', { incident: i.id, station: to!.id })], i, true);
}

export function divert(a: Args): Parsed {
    const unit = takeUnit(a);
    const order = orderOf(a, unit, runs);
    if (a.words.length === 0) {
        finish(a);
        return form(a, call(unit), O.divertOrder(order));
    }
    const to = takeIncident(a, false);
    finish(a);
    return a.note === ''
        ? form(a, `${call(unit)} → ${num(to)}`, { ...O.divertOrder(order), start: { incident: to.id } })
        : run(
              a,
              `${call(unit)}: ${num(incidentOf(a, order))} → ${num(to)}${quoted(a)}`,
              [cmd('assignment.divert', { assignment: order.id, incident: to.id, reason: a.note })],
              to,
          );
}

/* In how many minutes the crew on scene will have done. */
export function expect(a: Args): Parsed {
    const unit = takeUnit(a);
    const order = orderOf(a, unit, (x) => x.status === 'on_scene');
    const minutes = a.words.shift();
    finish(a);
    if (minutes === undefined) {
        return form(a, call(unit), O.expectOrder(order));
    }
    if (!/^\d{1,4}$/.test(minutes) || Number(minutes) < 1 || Number(minutes) > 1440) {
        wrong('errMinutes', minutes);
    }
    const free_at = new Date(a.c.now + Number(minutes) * 60_000).toISOString();
    return run(a, `${call(unit)} ${minutes} min`, [cmd('assignment.expect', { assignment: order.id, free_at, by: 'radio' })]);
}

export function relieve(a: Args): Parsed {
    const unit = takeUnit(a);
    const order = orderOf(a, unit, runs);
    const by = a.words.length > 0 ? takeUnit(a) : undefined;
    finish(a);
    return by === undefined
        ? form(a, call(unit), O.relieveOrder(order))
        : run(
              a,
              `${call(unit)} ← ${call(by)}${quoted(a)}`,
              [
                  cmd('assignment.relieve', {
                      assignment: order.id,
                      unit: by.id,
                      ...(a.note === '' ? {} : { reason: a.note }),
                  }),
              ],
              incidentOf(a, order),
          );
}

export function lead(a: Args): Parsed {
    const i = takeIncident(a, true);
    const unit = a.words.length > 0 ? takeUnit(a) : undefined;
    finish(a);
    return unit === undefined
        ? form(a, num(i), O.leadIncident(i))
        : run(a, `${num(i)} ← ${call(unit)}`, [cmd('incident.lead', { incident: i.id, unit: unit.id })], i);
}

export function speak(a: Args): Parsed {
    const unit = takeUnit(a);
    const order = orderOf(a, unit, (x) => x.status === 'dispatched');
    finish(a);
    return run(
        a,
        `${call(unit)} → ${num(incidentOf(a, order))}`,
        [cmd('assignment.speak', { assignment: order.id, by: 'radio' })],
        incidentOf(a, order),
    );
}

/* The unit for a station's order of the incident that has none yet. */
export function nameUnit(a: Args): Parsed {
    const i = takeIncident(a, true);
    const order =
        assignmentsOf(a.c.state, i.id).find((x) => x.unit === undefined && runs(x)) ?? wrong('cmdNoOrder', num(i));
    const unit = a.words.length > 0 ? takeUnit(a) : undefined;
    finish(a);
    return unit === undefined
        ? form(a, num(i), O.nameUnit(order))
        : run(a, `${num(i)} ← ${call(unit)}`, [cmd('assignment.name', { assignment: order.id, unit: unit.id })], i);
}
