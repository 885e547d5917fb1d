// What a command in the queue says, in a few words.
import { at, shortNumber } from '../format';
import type { AssignmentStatusWord } from '../wire/types';
import { typeText } from '../shared/texts';
import * as W from '../wire/words';
import type { Item } from './outbox';
import { patrol } from './patrol.svelte';

/* What commands of a phone name. */
interface Said {
    assignment?: string;
    incident?: string;
    status?: AssignmentStatusWord;
    reason?: string;
    available?: boolean;
    until?: string;
    free_at?: string;
    cancel?: boolean;
    type?: string;
    report?: string;
    destination?: string;
    caller?: { contact?: string };
    how?: string;
    result?: string;
}

export function saidText(item: Item): string {
    const d = item.data as Said;
    const order = patrol.live.assignments.get(d.assignment ?? '');
    const report = patrol.live.reports.get(d.report ?? '');
    const incident = patrol.live.incidents.get(order?.incident ?? report?.incident ?? d.incident ?? '');
    const number = incident === undefined ? '' : shortNumber(incident.number);
    return [number, what(item, d)].filter((t) => t !== '').join(' ');
}

function what(item: Item, d: Said): string {
    const lang = patrol.lang;
    switch (item.type) {
        case 'assignment.acknowledge':
            return patrol.t('accept');
        case 'assignment.decline':
            return `${patrol.t('decline')}${patrol.common('colon')}${patrol.word(W.declineReason, d.reason)}`;
        case 'assignment.progress':
            if (d.destination !== undefined) {
                return `${patrol.word(W.assignmentStatus, d.status)} → ${patrol.word(W.destination, d.destination)}`;
            }
            return W.moves.find((m) => m.to === d.status && m.who === 'U')?.[lang] ?? patrol.word(W.assignmentStatus, d.status);
        case 'assignment.acknowledge_change':
            return patrol.t('changeSeen');
        case 'assignment.expect':
            return `${W.commandWords[item.type][lang]} ${patrol.time(at(d.free_at))}`;
        case 'unit.status':
            if (d.until !== undefined) {
                return `${patrol.common('dutyUntil')} ${patrol.time(at(d.until))}`;
            }
            return d.available === true
                ? patrol.t('goFree')
                : `${patrol.t('goBusy')}${d.reason === undefined ? '' : `${patrol.common('colon')}${patrol.word(W.unitReason, d.reason)}`}`;
        case 'incident.open':
            return `${patrol.t('openTitle')}${patrol.common('colon')}${d.type === undefined ? patrol.t('typeUnknown') : typeText(patrol.live, d.type, lang)}`;
        case 'incident.amend':
            return patrol.t('foundOtherwise');
        case 'report.amend':
            return patrol.t('markSet', patrol.word(W.contact, d.caller?.contact));
        case 'report.contact':
            return `${patrol.word(W.contactWay, d.how)}${patrol.common('colon')}${patrol.word(W.contactResult, d.result)}`;
        case 'unit.move_up_refuse':
            return `${W.commandWords[item.type][lang]}${patrol.common('colon')}${patrol.word(W.declineReason, d.reason)}`;
        case 'unit.panic':
            return patrol.t('panicCancel');
        default:
            return W.commandWords[item.type][lang];
    }
}
