// What keys and buttons do. A form opens when a command needs more than a key can say; nothing that ends or sends is one key.
import { tick } from 'svelte';

import { shortNumber, travel } from '../format';
import { alarmState, ownerOf } from '../store/seats';
import { activeAssignment, bestPerSlot, hasPoint, openSlots, stationsOf } from '../store/select';
import type { LiveIncident, LiveUnit, Weighed } from '../wire/frames';
import type { Move, Moves } from '../store/cover';
import type { Alarm, Assignment, Report, Requirement, RoadNotice, UnitMove } from '../wire/types';
import * as W from '../wire/words';
import { translate, type Lang } from '../i18n';
import { desk } from './desk.svelte';
import * as F from './forms';
import * as U from './unit_forms';
import { said, sayKey, type Said } from './said';
import * as M from './move_forms';
import * as O from './order_forms';
import * as RF from './road_forms';
import * as S from './seat_forms';
import { callsign, capabilityText, thereMs } from './words';

const show = (form: F.OpenForm): void => {
    desk.show('sheet');
    desk.open(form);
};

export const takeReport = (): void => show(F.newReport());

export const needText = (r: Pick<Requirement, 'police_type' | 'capability'>, lang: Lang = desk.lang): string =>
    [
        r.police_type === undefined || r.police_type === 'none' ? '' : W.policeType[r.police_type][lang],
        capabilityText(r.capability, lang),
    ]
        .filter((t) => t !== '')
        .join(' · ') || translate(lang, 'anyUnit');

const leaving = (unit: string | undefined): Pick<F.Line, 'leaves'> => (unit === undefined ? {} : { leaves: unit });

function orderLine(i: LiveIncident, r: Requirement, best: { unit: string; eta_ms?: number } | undefined): F.Line {
    const none = hasPoint(i) ? 'advisedNone' : 'noPoint';
    const unit = (l: Lang): string => (best === undefined ? translate(l, none) : callsign(desk.live, best.unit));
    const text = said((l) => `${needText(r, l)} ← ${unit(l)}`);
    return { text, idle: best === undefined, dim: best?.eta_ms === undefined ? '' : travel(best.eta_ms), ...leaving(best?.unit) };
}

/* The best unit for every open slot, or for one. The server picks at the moment it decides; what stands here is the
 * recommendation as last read. */
export function dispatchBest(i: LiveIncident, only?: Requirement): void {
    const open = openSlots(i, desk.orders(i.id));
    const best = bestPerSlot(desk.sheet.id === i.id ? desk.sheet.advice : null, only === undefined ? open : [only]);
    const slots = only === undefined ? open : [only];
    if (slots.length === 0) {
        desk.notice = { text: sayKey('dispatchNothing'), bad: true };
        return;
    }
    /* A slot that nobody fits would be refused, and what stands behind it would not be sent. */
    const fit = slots.filter((s) => best.has(s.slot ?? 0));
    const sent = fit.length > 0 ? fit : slots;
    show(
        F.confirmOrders(
            i,
            [...sent, ...slots.filter((s) => !sent.includes(s))].map((s) => orderLine(i, s, best.get(s.slot ?? 0))),
            sent.map((s) => ({ type: 'assignment.dispatch', data: { incident: i.id, slot: s.slot ?? 0 } })),
            'assignment.dispatch',
        ),
    );
}

/* A busy unit that would serve a slot sooner: from less by diverting it, from work that will be done by an order behind it. */
export function takeSpare(i: LiveIncident, c: Weighed): void {
    const order = activeAssignment(desk.live, c.unit);
    if (order === undefined) {
        desk.reread(); // what it did has changed
        return;
    }
    if (c.reason === 'divertible') {
        show({ ...O.divertOrder(order), start: { incident: i.id } });
        return;
    }
    const line = { text: said(() => `${shortNumber(i.number)} ← ${callsign(desk.live, c.unit)}`), dim: travel(thereMs(c)) };
    const data = { incident: i.id, units: F.unitList([c.unit]), ...(c.slot === undefined ? {} : { slot: c.slot }) };
    show(F.confirmOrders(i, [line], [{ type: 'assignment.dispatch', data }], 'assignment.dispatch'));
}

export function sendChosen(i: LiveIncident, type: 'assignment.dispatch' | 'assignment.reserve'): void {
    const ids = [...desk.chosen];
    if (ids.length === 0) {
        desk.notice = { text: sayKey('chooseUnits'), bad: true };
        return;
    }
    const lines = ids.map((id) => ({ text: said(() => `${shortNumber(i.number)} ← ${callsign(desk.live, id)}`), ...(type === 'assignment.dispatch' ? leaving(id) : {}) }));
    show(F.confirmOrders(i, lines, [{ type, data: { incident: i.id, units: F.unitList(ids) } }], type));
}

export const forms = {
    note: (i: LiveIncident): void => show(F.noteIncident(i)),
    hold: (i: LiveIncident): void => show(F.holdIncident(i)),
    retier: (i: LiveIncident): void => show(F.retierIncident(i)),
    amend: (i: LiveIncident): void => show(F.amendIncident(i)),
    close: (i: LiveIncident): void => show(F.closeIncident(i)),
    reopen: (i: LiveIncident): void => show(F.reopenIncident(i)),
    merge: (i: LiveIncident): void => show(F.mergeIncident(i)),
    split: (i: LiveIncident): void => show(F.splitIncident(i)),
    link: (r: Report): void => show(F.linkReport(r)),
    unlink: (r: Report): void => show(F.unlinkReport(r)),
    contact: (r: Report): void => show(F.contactReport(r)),
    message: (r: Report): void => show(F.messageReport(r)),
    addTo: (r: Report): void => show(F.amendReport(r)),
    settle: (r: Report): void => show(F.settleReport(r)),
    open: (r: Report): void => show(F.openIncident(r)),
    decline: (a: Assignment): void => show(F.declineOrder(a)),
    cancel: (a: Assignment): void => show(F.cancelOrder(a)),
    feedback: (a: Assignment, type: string | undefined): void => show(F.feedbackOrder(a, type)),
    divert: (a: Assignment): void => show(O.divertOrder(a)),
    expect: (a: Assignment): void => show(O.expectOrder(a)),
    shift: (u: LiveUnit): void => show(U.shiftUnit(u)),
    relieve: (a: Assignment): void => show(O.relieveOrder(a)),
    nameUnit: (a: Assignment): void => show(O.nameUnit(a)),
    station: (i: LiveIncident): void => show(O.orderStation(i, stationsOf(desk.live))),
    lead: (i: LiveIncident): void => show(O.leadIncident(i)),
    busy: (unit: string): void => show(U.busyUnit(unit)),
    signOn: (unit: string): void => show(U.signOnUnit(unit)),
    panic: (unit: string): void => show(U.answerPanic(unit)),
    pass: (x: S.Owned): void => show(S.passOn(x)),
    takeOver: (x: S.Owned): void => show(S.takeOver(x)),
};

const moveSaid = (u: LiveUnit, m: UnitMove): { unit: string; number?: number } => ({ unit: u.id, ...(m.number === undefined ? {} : { number: m.number }) });
export const moves = {
    accept: (told: Moves, m: Move, place: Said): void => show(M.acceptMove(told, m, place)),
    order: (u: LiveUnit): void => show(M.moveUnit(u, desk.live.coverage)),
    refuse: (u: LiveUnit, m: UnitMove): void => show(M.refuseMove(u, m)),
    sign: (u: LiveUnit, m: UnitMove): void => void desk.sendAndTell('unit.move_up_acknowledge', { ...moveSaid(u, m), by: 'radio' }),
    arrive: (u: LiveUnit, m: UnitMove): void => void desk.sendAndTell('unit.move_up_arrive', { ...moveSaid(u, m), by: 'radio' }),
    recall: (u: LiveUnit, m: UnitMove): void => void desk.sendAndTell('unit.move_up_recall', moveSaid(u, m)),
};
export const mayMove = (): boolean => desk.may('unit.move_up', W.commandWords['unit.move_up'].roles);

export const roads = {
    close: (i?: LiveIncident): void => show(RF.closeRoad(i)),
    slow: (i?: LiveIncident): void => show(RF.slowRoad(i)),
    open: (r: RoadNotice): void => show(RF.openRoad(r, desk.live)),
};
export const mayRoads = (): boolean => desk.may('road.close', W.commandWords['road.close'].roles);

/* Whether the thing is at this person's own seat; undefined: there are no seats, or they sit at none. */
export function isOwn(thing: { seat?: string }): boolean | undefined {
    return desk.seat === undefined ? undefined : ownerOf(desk.live, thing.seat)?.id === desk.seat.id;
}
/* A commander passes on what any seat owns, the others what is theirs. */
export const mayPass = (thing: { seat?: string }): boolean =>
    desk.live.seats.size > 0 && (isOwn(thing) === true || desk.live.role === 'commander');
export const mayTakeOver = (thing: { seat?: string }): boolean => isOwn(thing) === false;

export function readSelected(): void {
    const [i, r] = [desk.incident(), desk.report()];
    const thing = i ?? r;
    if (thing?.unread === true && isOwn(thing) === true) {
        desk.readItem(i === undefined ? 'report' : 'incident', thing.id);
    }
}

/* ---- alarms ---- */

export function shelve(a: Alarm): void {
    if (W.alarmKind[a.kind].level === 1) {
        desk.notice = { text: sayKey('shelveGrave'), bad: true };
    } else if (alarmState(a) !== 'shelved') {
        show(S.shelveAlarm(a));
    }
}
export const unshelve = (a: Alarm): void => {
    void desk.sendAndTell('alarm.unshelve', { alarm: a.id }, a.incident);
};

/* Single keys of the list of alarms. */
export function alarmKey(e: KeyboardEvent, a: Alarm | undefined): void {
    const keys: Record<string, (x: Alarm) => void> = {
        KeyK: (x) => desk.acknowledge(x),
        KeyS: shelve,
        KeyU: (x) => alarmState(x) === 'shelved' && unshelve(x),
    };
    const act = keys[e.code];
    if (a !== undefined && act !== undefined && plainKey(e)) {
        e.preventDefault();
        act(a);
    }
}

export function recordStep(a: Assignment, to: Assignment['status']): void {
    const data = { assignment: a.id, by: 'radio' as const };
    if (to === 'acknowledged') {
        void desk.sendAndTell('assignment.acknowledge', data, a.incident);
    } else if (to === 'declined') {
        forms.decline(a);
    } else if (to === 'cancelled') {
        forms.cancel(a);
    } else if (to === 'dispatched') {
        const units = a.unit === undefined ? [] : F.unitList([a.unit]);
        void desk.sendAndTell('assignment.dispatch', { incident: a.incident ?? '', units }, a.incident);
    } else {
        void desk.sendAndTell('assignment.progress', { ...data, status: to }, a.incident);
    }
}

const owned = (act: (x: S.Owned) => void, may: (x: { seat?: string }) => boolean) => ({
    incident: (incident: LiveIncident): void => (may(incident) ? act({ incident }) : undefined),
    report: (report: Report): void => (may(report) ? act({ report }) : undefined),
});
const pass = owned(forms.pass, mayPass);
const takeOver = owned(forms.takeOver, mayTakeOver);

const incidentKeys: Record<string, { act: (i: LiveIncident) => void; closed?: boolean }> = {
    KeyP: { act: pass.incident },
    KeyK: { act: takeOver.incident },
    KeyY: { act: readSelected },
    KeyD: { act: (i) => (desk.chosen.size > 0 ? sendChosen(i, 'assignment.dispatch') : dispatchBest(i)) },
    KeyV: { act: (i) => sendChosen(i, 'assignment.reserve') },
    KeyN: { act: forms.note },
    KeyH: { act: forms.hold },
    KeyT: { act: forms.retier },
    KeyM: { act: forms.amend },
    KeyX: { act: forms.close },
    KeyF: { act: (i) => (mayRoads() && i.place?.lon !== undefined ? roads.close(i) : undefined) },
    KeyG: { act: forms.merge },
    KeyS: { act: forms.station },
    KeyO: { act: forms.reopen, closed: true },
};
const reportKeys: Record<string, (r: Report) => void> = {
    KeyP: pass.report,
    KeyK: takeOver.report,
    KeyY: readSelected,
    KeyO: forms.open,
    KeyJ: forms.link,
    KeyX: forms.settle,
    KeyB: forms.contact,
};

const ended = (i: LiveIncident): boolean => W.incidentStatus[i.status].final === 1;
const plainKey = (e: KeyboardEvent): boolean => !e.ctrlKey && !e.altKey && !e.metaKey && !e.isComposing;

/* Single keys of the queue and the sheet. */
export function queueKey(e: KeyboardEvent): void {
    if (!plainKey(e)) {
        return;
    }
    const i = desk.incident();
    const report = desk.live.reports.get(desk.report()?.id ?? '');
    const key = incidentKeys[e.code];
    if (report?.status === 'open' && reportKeys[e.code] !== undefined) {
        e.preventDefault();
        reportKeys[e.code]!(report);
    } else if (i !== undefined && key !== undefined && ended(i) === (key.closed === true)) {
        e.preventDefault();
        key.act(i);
    } else if (i !== undefined && e.code === 'KeyR') {
        e.preventDefault();
        desk.show('sheet');
        void tick().then(() => document.getElementById('advice')?.focus());
    }
}

/* Single keys on an order: the same letters as in the command line. */
const orderKeys: Record<string, Assignment['status']> = {
    KeyK: 'acknowledged',
    KeyE: 'en_route',
    KeyG: 'staged',
    KeyA: 'on_scene',
    KeyT: 'transporting',
    KeyC: 'cleared',
    KeyV: 'declined',
    KeyZ: 'cancelled',
    KeyD: 'dispatched',
};
export const stepKey = (to: Assignment['status']): string =>
    Object.entries(orderKeys)
        .find(([, status]) => status === to)?.[0]
        .slice(3) ?? '';

export function orderKey(
    e: KeyboardEvent,
    a: Assignment,
    legal: readonly Assignment['status'][],
    type: string | undefined,
): void {
    const to = orderKeys[e.code];
    if (!plainKey(e)) {
        return;
    }
    if (to !== undefined && legal.includes(to)) {
        e.preventDefault();
        e.stopPropagation();
        recordStep(a, to);
    } else if (e.code === 'KeyB' && a.feedback_due === true) {
        e.preventDefault();
        e.stopPropagation();
        forms.feedback(a, type);
    }
}
