// The command line as one table: verbs, what they take, what they become. It also prints the key sheet and its tests.
// `verb [incident] [unit…] [word] [; text]`. Parsing changes nothing: it says in a sentence what Enter would do.
import type { Lang } from '../i18n';
import { askable } from '../store/places';
import { assignmentsOf, openSlots, stepsFrom, unitsByName } from '../store/select';
import * as F from '../ui/forms';
import type { AssignmentStatusWord, CommandWord } from '../wire/types';
import * as W from '../wire/words';
import {
    type Context,
    type Parsed,
    type Args,
    type Verb,
    Wrong,
    wrong,
    takeIncident,
    takeUnit,
    takeReport,
    takeWord,
    incidentOf,
    orderOf,
    finish,
    num,
    call,
    joined,
    quoted,
    run,
    form,
    cmd,
} from './parts';
import * as move from './move_verbs';
import * as order from './order_verbs';
import * as road from './road_verbs';
import * as seat from './seat_verbs';
import * as unit from './unit_verbs';

export type { Act, Context, Parsed, Verb } from './parts';

/* ---- kinds of verbs ---- */

function dispatch(a: Args): Parsed {
    const i = takeIncident(a, true);
    if (a.words.length === 0) {
        const slots = openSlots(i, assignmentsOf(a.c.state, i.id));
        if (slots.length === 0) {
            wrong('dispatchNothing');
        }
        const orders = slots.map((s) => cmd('assignment.dispatch', { incident: i.id, slot: s.slot ?? 0 }));
        const needs = slots.map(
            (s) => (s.police_type === undefined ? '' : W.policeType[s.police_type][a.c.lang]) || (s.capability ?? ''),
        );
        return run(a, `${num(i)} ← ${a.c.lang === 'zh' ? '推荐' : 'best'} ${joined(a.c, needs)}`, orders, i, true);
    }
    const units = a.words.splice(0).map((w) => takeUnit({ ...a, words: [w] }));
    return run(
        a,
        `${num(i)} ← ${joined(a.c, units.map(call))}`,
        [cmd('assignment.dispatch', { incident: i.id, units: F.unitList(units.map((u) => u.id)) })],
        i,
        true,
    );
}

function reserve(a: Args): Parsed {
    const i = takeIncident(a, true);
    if (a.words.length === 0) {
        wrong('cmdNeedUnit');
    }
    const units = a.words.splice(0).map((w) => takeUnit({ ...a, words: [w] }));
    return run(
        a,
        `${num(i)} ← ${joined(a.c, units.map(call))}`,
        [cmd('assignment.reserve', { incident: i.id, units: F.unitList(units.map((u) => u.id)) })],
        i,
        true,
    );
}

/* Steps that a unit reports by radio. */
const step =
    (status: AssignmentStatusWord) =>
    (a: Args): Parsed => {
        const unit = takeUnit(a);
        const order = orderOf(a, unit, (x) => stepsFrom(x.status).some((m) => m.to === status && m.who === 'U'));
        const data = { assignment: order.id, by: 'radio' as const };
        finish(a);
        return run(
            a,
            `${call(unit)} → ${num(incidentOf(a, order))}`,
            [
                status === 'acknowledged'
                    ? cmd('assignment.acknowledge', data)
                    : cmd('assignment.progress', { ...data, status }),
            ],
            incidentOf(a, order),
        );
    };

function decline(a: Args): Parsed {
    const unit = takeUnit(a);
    const order = orderOf(a, unit, (x) => stepsFrom(x.status).some((m) => m.to === 'declined'));
    const reason = takeWord(a, W.declineReason);
    finish(a);
    const target = `${call(unit)} → ${num(incidentOf(a, order))}`;
    return reason === undefined
        ? form(a, target, F.declineOrder(order))
        : run(
              a,
              `${target}: ${W.declineReason[reason][a.c.lang]}`,
              [cmd('assignment.decline', { assignment: order.id, reason, by: 'radio' })],
              incidentOf(a, order),
          );
}

function feedback(a: Args): Parsed {
    const unit = takeUnit(a);
    const owed = [...a.c.state.assignments.values()].filter((x) => x.unit === unit.id && x.feedback_due === true);
    const order = owed.find((x) => x.incident === a.c.selected?.id) ?? owed[0] ?? wrong('cmdNoOrder', call(unit));
    const disposition = takeWord(a, W.disposition, ['none']);
    const i = incidentOf(a, order);
    finish(a);
    const target = `${call(unit)} → ${num(i)}`;
    if (disposition === undefined) {
        return form(a, target, F.feedbackOrder(order, i?.type_dispatched, a.note === '' ? {} : { note: a.note }));
    }
    return run(
        a,
        `${target}: ${W.disposition[disposition][a.c.lang]}${quoted(a)}`,
        [
            cmd('assignment.feedback', {
                assignment: order.id,
                disposition,
                by: 'radio',
                ...(a.note === '' ? {} : { note: a.note }),
            }),
        ],
        i,
    );
}

function cancel(a: Args): Parsed {
    const unit = takeUnit(a);
    const order = orderOf(a, unit, (x) => stepsFrom(x.status).some((m) => m.to === 'cancelled'));
    finish(a);
    return run(
        a,
        `${call(unit)} → ${num(incidentOf(a, order))}${quoted(a)}`,
        [cmd('assignment.cancel', { assignment: order.id, ...(a.note === '' ? {} : { reason: a.note }) })],
        incidentOf(a, order),
    );
}

function ackChange(a: Args): Parsed {
    const unit = takeUnit(a);
    const order = orderOf(a, unit, (x) => x.change_due === true);
    finish(a);
    return run(
        a,
        `${call(unit)} → ${num(incidentOf(a, order))}`,
        [cmd('assignment.acknowledge_change', { assignment: order.id, by: 'radio' })],
        incidentOf(a, order),
    );
}

function close(a: Args): Parsed {
    const i = takeIncident(a, false);
    const disposition = takeWord(a, W.disposition, ['none']);
    finish(a);
    if (disposition === undefined) {
        return form(a, num(i), F.closeIncident(i, a.note === '' ? {} : { note: a.note }));
    }
    return run(
        a,
        `${num(i)}: ${W.disposition[disposition][a.c.lang]}${quoted(a)}`,
        [cmd('incident.close', { incident: i.id, disposition, ...(a.note === '' ? {} : { note: a.note }) })],
        i,
        true,
    );
}

function reopen(a: Args): Parsed {
    const i = takeIncident(a, false);
    finish(a);
    return a.note === ''
        ? form(a, num(i), F.reopenIncident(i))
        : run(a, `${num(i)}${quoted(a)}`, [cmd('incident.reopen', { incident: i.id, reason: a.note })], i);
}

/* With one number it is the tier; with two, incident and tier. */
function retier(a: Args): Parsed {
    const i = takeIncident(a.words.length < 2 ? { ...a, words: [] } : a, false);
    const word = a.words.shift();
    finish(a);
    if (word !== undefined && !/^[1-4]$/.test(word)) {
        wrong('cmdNeedTier', word);
    }
    if (word === undefined || a.note === '') {
        return form(a, `${num(i)} ${word ?? ''}`, F.retierIncident(i, word === undefined ? {} : { tier: word }));
    }
    return run(
        a,
        `${num(i)} → ${word}${quoted(a)}`,
        [cmd('incident.retier', { incident: i.id, tier: Number(word), reason: a.note })],
        i,
        true,
    );
}

function hold(a: Args): Parsed {
    const i = takeIncident(a.words.length < 2 ? { ...a, words: [] } : a, false);
    const word = a.words.shift();
    const minutes = Number(word);
    finish(a);
    if (word !== undefined && !(Number.isInteger(minutes) && minutes >= 1 && minutes <= 1440)) {
        wrong('cmdNeedMinutes', word);
    }
    if (word === undefined || a.note === '') {
        return form(a, `${num(i)} ${word ?? ''}`, F.holdIncident(i, word === undefined ? {} : { until: word }));
    }
    const until = new Date(a.c.now + minutes * 60_000).toISOString();
    return run(
        a,
        `${num(i)} ${minutes}'${quoted(a)}`,
        [cmd('incident.hold', { incident: i.id, until, reason: a.note })],
        i,
        true,
    );
}

function note(a: Args): Parsed {
    const i = takeIncident(a, false);
    finish(a);
    return a.note === ''
        ? form(a, num(i), F.noteIncident(i))
        : run(a, `${num(i)}${quoted(a)}`, [cmd('incident.note', { incident: i.id, note: a.note })], i);
}

function amend(a: Args): Parsed {
    const i = takeIncident(a, false);
    finish(a);
    return form(a, num(i), F.amendIncident(i));
}

function link(a: Args): Parsed {
    const report = takeReport(a);
    const i = takeIncident(a, false);
    finish(a);
    return run(a, `${num(report)} → ${num(i)}`, [cmd('report.link', { report: report.id, incident: i.id })], i);
}

function unlink(a: Args): Parsed {
    const report = takeReport(a);
    finish(a);
    return form(a, num(report), F.unlinkReport(report));
}

function settle(a: Args): Parsed {
    const report = takeReport(a);
    const outcome = takeWord(a, W.reportOutcome, ['none']);
    finish(a);
    return outcome === undefined
        ? form(a, num(report), F.settleReport(report))
        : run(a, `${num(report)}: ${W.reportOutcome[outcome][a.c.lang]}${quoted(a)}`, [
              cmd('report.settle', { report: report.id, outcome, ...(a.note === '' ? {} : { note: a.note }) }),
          ]);
}

/* With one number into which; with two, which into which. */
function merge(a: Args): Parsed {
    const from = takeIncident(a.words.length < 2 ? { ...a, words: [] } : a, false);
    const into = a.words.length === 0 ? undefined : takeIncident(a, false);
    finish(a);
    if (into === undefined) {
        return form(a, num(from), F.mergeIncident(from));
    }
    return run(
        a,
        `${num(from)} → ${num(into)}${quoted(a)}`,
        [cmd('incident.merge', { incident: from.id, into: into.id, ...(a.note === '' ? {} : { reason: a.note }) })],
        from,
        true,
    );
}

function split(a: Args): Parsed {
    const i = takeIncident(a, false);
    finish(a);
    return run(
        a,
        `${num(i)}${quoted(a)}`,
        [cmd('incident.split', { incident: i.id, ...(a.note === '' ? {} : { reason: a.note }) })],
        i,
    );
}

function contact(a: Args): Parsed {
    const report = takeReport(a);
    const result = takeWord(a, W.contactResult);
    finish(a);
    if (report.contact === 'none') {
        wrong('noContact');
    }
    const how = report.contact === 'text' ? ('text' as const) : ('call' as const);
    return result === undefined
        ? form(a, num(report), F.contactReport(report))
        : run(a, `${num(report)}: ${W.contactResult[result][a.c.lang]}${quoted(a)}`, [
              cmd('report.contact', { report: report.id, how, result, ...(a.note === '' ? {} : { note: a.note }) }),
          ]);
}

function message(a: Args): Parsed {
    const report = takeReport(a);
    finish(a);
    return a.note === '' || report.contact === 'none'
        ? form(a, num(report), F.messageReport(report))
        : run(a, `${num(report)}${quoted(a)}`, [cmd('report.message', { report: report.id, text: a.note })]);
}

function addWords(a: Args): Parsed {
    const report = takeReport(a);
    finish(a);
    return a.note === ''
        ? form(a, num(report), F.amendReport(report))
        : run(a, `${num(report)}${quoted(a)}`, [cmd('report.amend', { report: report.id, narrative: a.note })]);
}

const look =
    (what: 'why' | 'locate' | 'track') =>
    (a: Args): Parsed => {
        const unit = takeUnit(a);
        finish(a);
        if (what === 'why' && a.c.selected === undefined) {
            wrong('whyNotAsk');
        }
        return { kind: 'act', sentence: `${a.verb.says[a.c.lang]} ${call(unit)}`, act: { do: what, unit: unit.id } };
    };

function go(a: Args): Parsed {
    const i = takeIncident(a, false);
    finish(a);
    return { kind: 'act', sentence: `${a.verb.says[a.c.lang]} ${num(i)}`, act: { do: 'go', incident: i.id } };
}

/* Where something is: the map goes there. */
function findPlace(a: Args): Parsed {
    const text = a.words.splice(0).join(' ');
    if (!askable(text)) {
        wrong('cmdNeedPlace');
    }
    return { kind: 'act', sentence: `${findSays[a.c.lang]} ${text}`, act: { do: 'place', text } };
}
/* Coverage onto the map, or off it. */
function coverMap(a: Args): Parsed {
    finish(a);
    return { kind: 'act', sentence: a.verb.says[a.c.lang], act: { do: 'cover' } };
}
/* The list of all that waits, open or closed. */
function waitList(a: Args): Parsed {
    finish(a);
    return { kind: 'act', sentence: a.verb.says[a.c.lang], act: { do: 'waiting' } };
}
const findSays: Record<Lang, string> = { zh: '查找地点', en: 'find the place' };

/* With a unit one relieves another; any other words name a place. */
function relieveOrFind(a: Args): Parsed {
    const [word] = a.words;
    const isUnit = word === undefined || /^[\d#]+$/.test(word) || unitsByName(a.c.state, word).length > 0;
    return isUnit ? order.relieve(a) : findPlace(a);
}

function newReport(a: Args): Parsed {
    finish(a);
    return form(a, '', F.newReport());
}

function newPaper(a: Args): Parsed {
    finish(a);
    return form(a, '', F.newPaper(a.c.state.city.offsets, a.c.now, a.c.user ?? ''));
}

const automation =
    (stop: boolean) =>
    (a: Args): Parsed => {
        finish(a);
        return a.note === ''
            ? form(a, '', F.automation(stop))
            : run(a, quoted(a), [cmd(stop ? 'automation.stop' : 'automation.resume', { reason: a.note })]);
    };

const says = (type: CommandWord): Record<Lang, string> => ({
    zh: W.commandWords[type].zh,
    en: W.commandWords[type].en,
});
const moveSays = (to: AssignmentStatusWord): Record<Lang, string> => {
    const m = W.moves.find((x) => x.to === to)!;
    return { zh: m.zh, en: m.en };
};

export const verbs: readonly Verb[] = [
    { names: ['D', '派', '派警'], says: says('assignment.dispatch'), example: 'D 412 0131 0142', parse: dispatch },
    {
        names: ['DS', '派所', '派往所'],
        says: { zh: '派往派出所', en: 'order to a station' },
        example: 'DS 412 QX01',
        parse: order.station,
    },
    { names: ['RS', '留', '预留'], says: says('assignment.reserve'), example: 'RS 412 0131', parse: reserve },
    {
        names: ['K', '签', '签收'],
        says: says('assignment.acknowledge'),
        example: 'K 0131',
        parse: step('acknowledged'),
    },
    { names: ['E', '出', '出发'], says: moveSays('en_route'), example: 'E 0131', parse: step('en_route') },
    { names: ['G', '集', '集结'], says: moveSays('staged'), example: 'G 0131', parse: step('staged') },
    { names: ['A', '到', '到场'], says: moveSays('on_scene'), example: 'A 0131', parse: step('on_scene') },
    { names: ['TR', '带', '带离'], says: moveSays('transporting'), example: 'TR 0131', parse: step('transporting') },
    { names: ['C', '毕', '完毕'], says: moveSays('cleared'), example: 'C 0131', parse: step('cleared') },
    {
        names: ['DC', '拒'], says: says('assignment.decline'),
        example: 'DC 0131 车辆故障', exampleEn: 'DC 0131 vehicle', parse: decline,
    },
    {
        names: ['FB', '反', '反馈'],
        says: says('assignment.feedback'),
        example: 'FB 0131 现场调解; 双方和解', exampleEn: 'FB 0131 mediated; they made up',
        parse: feedback,
    },
    {
        names: ['CX', '撤', '撤销'], says: says('assignment.cancel'),
        example: 'CX 0131; 已有人到场', exampleEn: 'CX 0131; others are there', parse: cancel,
    },
    {
        names: ['DV', '改派'], says: says('assignment.divert'),
        example: 'DV 0131 413; 更紧急', exampleEn: 'DV 0131 413; more urgent', parse: order.divert,
    },
    { names: ['EX', '预计'], says: says('assignment.expect'), example: 'EX 0131 20', parse: order.expect },
    { names: ['RL', '接替'], says: says('assignment.relieve'), example: 'RL 0131 0142', parse: relieveOrFind },
    { names: ['AT', '地点'], says: findSays, example: 'AT 人民路 218', exampleEn: 'AT Renmin Road 218', parse: findPlace },
    { names: ['LD', '指挥'], says: says('incident.lead'), example: 'LD 412 0131', parse: order.lead },
    { names: ['SK', '喊'], says: says('assignment.speak'), example: 'SK 0131', parse: order.speak },
    { names: ['NU', '指派'], says: says('assignment.name'), example: 'NU 412 0131', parse: order.nameUnit },
    { names: ['AC', '认'], says: says('assignment.acknowledge_change'), example: 'AC 0131', parse: ackChange },
    { names: ['X', '结', '结案'], says: says('incident.close'), example: 'X 412 现场处置', exampleEn: 'X 412 handled', parse: close },
    {
        names: ['RO', '重开'], says: says('incident.reopen'),
        example: 'RO 412; 再次来电', exampleEn: 'RO 412; called again', parse: reopen,
    },
    {
        names: ['T', '级', '等级'], says: says('incident.retier'),
        example: 'T 412 2; 有人受伤', exampleEn: 'T 412 2; somebody hurt', parse: retier,
    },
    {
        names: ['H', '缓', '暂缓'], says: says('incident.hold'),
        example: 'H 412 10; 等回电', exampleEn: 'H 412 10; waits for a call', parse: hold,
    },
    { names: ['N', '记', '备注'], says: says('incident.note'), example: 'N; 文字', exampleEn: 'N; what you note', parse: note },
    { names: ['M', '更', '更正'], says: says('incident.amend'), example: 'M 412', parse: amend },
    { names: ['LK', '并', '归并'], says: says('report.link'), example: 'LK 88 412', parse: link },
    { names: ['UL', '移出'], says: says('report.unlink'), example: 'UL 88', parse: unlink },
    { names: ['ST', '了结'], says: says('report.settle'), example: 'ST 88 已答复', exampleEn: 'ST 88 answered', parse: settle },
    {
        names: ['MG', '并案'], says: says('incident.merge'),
        example: 'MG 412 413; 同一处', exampleEn: 'MG 412 413; same place', parse: merge,
    },
    { names: ['SP', '拆案'], says: says('incident.split'), example: 'SP 412', parse: split },
    { names: ['CB', '回拨'], says: says('report.contact'), example: 'CB 88 无人接听', exampleEn: 'CB 88 no_answer', parse: contact },
    {
        names: ['MS', '文字'], says: says('report.message'),
        example: 'MS 88; 请回复A', exampleEn: 'MS 88; please answer A', parse: message,
    },
    {
        names: ['AD', '补', '补充'], says: says('report.amend'),
        example: 'AD 88; 又说持刀', exampleEn: 'AD 88; now says a knife', parse: addWords,
    },
    { names: ['AV', '待命'], says: { zh: '恢复待命', en: 'make available' }, example: 'AV 0131', parse: unit.available },
    {
        names: ['OS', '停勤'], says: { zh: '停勤', en: 'out of service' },
        example: 'OS 0131 用餐', exampleEn: 'OS 0131 meal', parse: unit.outOfService,
    },
    { names: ['ON', '上岗'], says: says('unit.sign_on'), example: 'ON 0131 2 18:00', parse: unit.signOn },
    {
        names: ['SH', '班次'], says: { zh: '班次结束时间', en: 'end of the shift' },
        example: 'SH 0131 18:00', parse: unit.endShift,
    },
    { names: ['OFF', '离岗'], says: says('unit.sign_off'), example: 'OFF 0131', parse: unit.signOff },
    { names: ['P', '看'], says: { zh: '查看警力', en: 'show unit' }, example: 'P 0131', parse: look('locate') },
    { names: ['TRK', '轨迹'], says: { zh: '查看轨迹', en: 'where the unit was' }, example: 'TRK 0131', parse: look('track') },
    { names: ['?', '问'], says: { zh: '为何不派', en: 'why not' }, example: '? 0131', parse: look('why') },
    { names: ['GO', '找'], says: { zh: '选定警情', en: 'select incident' }, example: 'GO 412', parse: go },
    { names: ['NEW', '接', '接报'], says: says('report.receive'), example: 'NEW', parse: newReport },
    { names: ['PP', '纸', '补录'], says: says('paper.enter'), example: 'PP', parse: newPaper },
    {
        names: ['PS', '移交'], says: says('incident.pass'),
        example: 'PS 412 02; 涉及桥西', exampleEn: 'PS 412 02; yours by zone', parse: seat.pass,
    },
    {
        names: ['TK', '接管'], says: says('incident.take'),
        example: 'TK 412; 熟悉现场', exampleEn: 'TK 412; I know the scene', parse: seat.takeOver,
    },
    { names: ['RD', '已阅'], says: says('seat.read'), example: 'RD 412', parse: seat.markRead },
    { names: ['SEAT', '接席'], says: says('seat.take'), example: 'SEAT 02', parse: seat.sit },
    { names: ['HO', '交班'], says: says('seat.hand_over'), example: 'HO wang', parse: seat.handOver },
    { names: ['LEAVE', '离席'], says: says('seat.leave'), example: 'LEAVE', parse: seat.getUp },
    { names: ['CV', '覆盖'], says: { zh: '覆盖上图 / 收起', en: 'coverage on the map, or off' }, example: 'CV', parse: coverMap },
    { names: ['MU', '补位'], says: says('unit.move_up'), example: 'MU 0131 Q17', parse: move.moveUp },
    { names: ['MK', '补签'], says: says('unit.move_up_acknowledge'), example: 'MK 0131', parse: move.sign },
    { names: ['MA', '补到'], says: says('unit.move_up_arrive'), example: 'MA 0131', parse: move.arrive },
    {
        names: ['MD', '补拒'], says: says('unit.move_up_refuse'),
        example: 'MD 0131 车辆故障', exampleEn: 'MD 0131 vehicle', parse: move.refuse,
    },
    { names: ['MX', '召回'], says: says('unit.move_up_recall'), example: 'MX 0131', parse: move.recall },
    { names: ['WL', '待派'], says: { zh: '待派总览 / 收起', en: 'all that waits, or close the list' }, example: 'WL', parse: waitList },
    { names: ['RC', '封路'], says: says('road.close'), example: 'RC 412', parse: road.close },
    { names: ['SW', '缓行'], says: says('road.slow'), example: 'SW', parse: road.slow },
    { names: ['OR', '通路'], says: says('road.open'), example: 'OR w3', parse: road.openAgain },
    {
        names: ['STOP', '停自动'], says: says('automation.stop'),
        example: 'STOP; 演练', exampleEn: 'STOP; exercise', parse: automation(true),
    },
    {
        names: ['RUN', '复自动'], says: says('automation.resume'),
        example: 'RUN; 演练结束', exampleEn: 'RUN; exercise over', parse: automation(false),
    },
];

const byName = new Map(verbs.flatMap((v) => v.names.map((n) => [n, v] as const)));
const chinese = [...byName.keys()].filter((n) => /\p{Script=Han}/u.test(n)).sort((a, b) => b.length - a.length);

/* Full-width letters, digits and marks of a Chinese keyboard become plain ones. */
export function normalised(line: string): { head: string[]; note: string } {
    const text = line.normalize('NFKC').replace(/[、。]/g, ' ');
    const cut = text.indexOf(';');
    const head = (cut < 0 ? text : text.slice(0, cut)).replace(/,/g, ' ').trim();
    // The note keeps its own marks: only what stands before the semicolon is grammar.
    const rest = /[;；]([\s\S]*)$/.exec(line)?.[1]?.trim() ?? '';
    return { head: head === '' ? [] : head.split(/\s+/), note: rest };
}

function findVerb(head: string[]): { verb: Verb; words: string[] } | undefined {
    const first = head[0] ?? '';
    const verb = byName.get(first.toUpperCase());
    if (verb !== undefined) {
        return { verb, words: head.slice(1) };
    }
    const glued = chinese.find((n) => first.startsWith(n) && /^[#\d]/.test(first.slice(n.length)));
    return glued === undefined
        ? undefined
        : { verb: byName.get(glued)!, words: [first.slice(glued.length), ...head.slice(1)] };
}

export function parse(line: string, c: Context): Parsed {
    const { head, note: text } = normalised(line);
    if (head.length === 0) {
        return { kind: 'empty' };
    }
    const found = findVerb(head);
    if (found === undefined) {
        return { kind: 'wrong', why: 'cmdUnknown', word: head[0]! };
    }
    try {
        return found.verb.parse({ c, verb: found.verb, words: [...found.words], note: text });
    } catch (e) {
        if (e instanceof Wrong) {
            return { kind: 'wrong', why: e.why, word: e.word };
        }
        throw e;
    }
}
