// What a command in the queue says, in a few words.
import { shortNumber } from '../format';
import type { AssignmentStatusWord } from '../wire/types';
import * as W from '../wire/words';
import type { Item } from './outbox';
import { patrol } from './patrol.svelte';

export function saidText(item: Item): string {
    const d = item.data as {
        assignment?: string;
        incident?: string;
        status?: AssignmentStatusWord;
        reason?: string;
        available?: boolean;
        cancel?: boolean;
    };
    const order = patrol.live.assignments.get(d.assignment ?? '');
    const incident = patrol.live.incidents.get(order?.incident ?? d.incident ?? '');
    const number = incident === undefined ? '' : shortNumber(incident.number);
    return [number, what(item, d)].filter((t) => t !== '').join(' ');
}

function what(item: Item, d: { status?: AssignmentStatusWord; reason?: string; available?: boolean; cancel?: boolean }): string {
    const lang = patrol.lang;
    switch (item.type) {
        case 'assignment.acknowledge':
            return patrol.t('accept');
        case 'assignment.decline':
            return `${patrol.t('decline')}: ${patrol.word(W.declineReason, d.reason)}`;
        case 'assignment.progress':
            return W.moves.find((m) => m.to === d.status && m.who === 'U')?.[lang] ?? patrol.word(W.assignmentStatus, d.status);
        case 'assignment.acknowledge_change':
            return patrol.t('changeSeen');
        case 'unit.status':
            return d.available === true
                ? patrol.t('goFree')
                : `${patrol.t('goBusy')}${d.reason === undefined ? '' : `: ${patrol.word(W.unitReason, d.reason)}`}`;
        case 'unit.panic':
            return patrol.t('panicCancel');
        default:
            return W.commandWords[item.type][lang];
    }
}
