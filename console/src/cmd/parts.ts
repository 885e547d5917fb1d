// Words of a command line and what they name: an incident, a unit, a report, a word of a list; and what a line becomes.
import { numberTail, shortNumber } from '../format';
import type { Key, Lang } from '../i18n';
import type { State } from '../store/reduce';
import { activeAssignment, assignmentsOf, incidentsByTail, reportsByTail, unitsByName } from '../store/select';
import type * as F from '../ui/forms';
import type { LiveIncident, LiveUnit } from '../wire/frames';
import type { Assignment, CommandData, CommandWord, Report } from '../wire/types';
import type * as W from '../wire/words';

export interface Context {
    readonly state: State;
    readonly lang: Lang;
    readonly now: number; // ms of the server
    readonly selected: LiveIncident | undefined; // may be a closed one
    readonly report?: Report | undefined; // the selected one
    readonly user?: string; // who types
}

export type Act = { do: 'why' | 'locate' | 'track'; unit: string } | { do: 'go'; incident: string } | { do: 'place'; text: string } | { do: 'cover' } | { do: 'waiting' };
export type Parsed =
    | { kind: 'empty' }
    | { kind: 'wrong'; why: Key; word: string }
    | { kind: 'run'; sentence: string; commands: F.Cmd[]; incident: string | undefined; rev: number | undefined }
    | { kind: 'form'; sentence: string; form: F.OpenForm }
    | { kind: 'act'; sentence: string; act: Act };

export interface Args {
    readonly c: Context;
    readonly verb: Verb;
    readonly words: string[]; // what is left
    readonly note: string;
}

export interface Verb {
    readonly names: readonly string[];
    readonly says: Record<Lang, string>;
    readonly example: string;
    readonly exampleEn?: string; // where the example has Chinese words
    readonly parse: (a: Args) => Parsed;
}

export class Wrong extends Error {
    constructor(
        readonly why: Key,
        readonly word = '',
    ) {
        super(why);
    }
}

export const wrong = (why: Key, word?: string): never => {
    throw new Wrong(why, word);
};

/* ---- what the words name ---- */

export const isTail = (w: string): boolean => /^#?\d{1,14}(-\d+)?$/.test(w);

/* Takes the first word when it names an open incident, else the selected one. */
export function takeIncident(a: Args, unitsFollow: boolean): LiveIncident {
    const word = a.words[0];
    if (word !== undefined && isTail(word)) {
        const found = incidentsByTail(a.c.state, word.replace(/\D/g, ''));
        if (found.length === 1) {
            a.words.shift();
            return found[0]!;
        }
        const selected = a.c.selected;
        if (
            found.length === 0 &&
            selected !== undefined &&
            numberTail(selected.number).endsWith(word.replace(/\D/g, ''))
        ) {
            a.words.shift();
            return selected; // a closed one that is being looked at
        }
        if (found.length === 0 && reportsByTail(a.c.state, word.replace(/\D/g, '')).some((r) => r.status === 'open' && Number(numberTail(r.number)) === Number(word.replace(/\D/g, '')))) {
            wrong('cmdIsReport', word); // its number on the screen is no callsign: nobody else may be sent by it
        }
        const aUnit = unitsFollow && !word.startsWith('#') && unitsByName(a.c.state, word).length > 0;
        if (!aUnit) {
            wrong(found.length === 0 ? 'cmdNoSuchIncident' : 'cmdManyIncidents', word);
        }
    }
    return a.c.selected ?? wrong('cmdNoIncident');
}

export function takeUnit(a: Args): LiveUnit {
    const word = a.words.shift() ?? wrong('cmdNeedUnit');
    const found = unitsByName(a.c.state, word);
    if (found.length !== 1) {
        wrong(found.length === 0 ? 'cmdNoSuchUnit' : 'cmdManyUnits', word);
    }
    return found[0]!;
}

export function takeReport(a: Args): Report {
    const word = a.words.shift() ?? wrong('cmdNeedReport');
    const found = isTail(word) ? reportsByTail(a.c.state, word.replace(/\D/g, '')) : [];
    return found.length === 1 ? found[0]! : wrong('cmdNoSuchReport', word);
}

/* A word of a list: the word itself, or the beginning of its name in either language; undefined when none was given. */
export function takeWord<T extends string>(a: Args, words: Record<T, W.Word>, skip: readonly string[] = []): T | undefined {
    const typed = a.words.shift()?.toLocaleLowerCase();
    if (typed === undefined) {
        return undefined;
    }
    const all = (Object.keys(words) as T[]).filter((w) => !skip.includes(w));
    const exact = all.find((w) => w === typed || words[w].zh === typed || words[w].en === typed);
    const near = all.filter(
        (w) => w.startsWith(typed) || words[w].zh.startsWith(typed) || words[w].en.startsWith(typed),
    );
    return exact ?? (near.length === 1 ? near[0] : undefined) ?? wrong('cmdWord', typed);
}

export function finish(a: Args): void {
    if (a.words.length > 0) {
        wrong('cmdExtra', a.words[0]);
    }
}

/* ---- sentences ---- */

export const num = (x: { number?: string } | undefined): string => shortNumber(x?.number);
export const call = (u: LiveUnit): string => u.callsign ?? u.id;
export const joined = (c: Context, list: readonly string[]): string => list.join(c.lang === 'zh' ? '、' : ', ');
export const quoted = (a: Args): string => (a.note === '' ? '' : `: ${a.note}`);

export const run = (a: Args, target: string, commands: F.Cmd[], on?: LiveIncident, withRev = false): Parsed => ({
    kind: 'run',
    sentence: `${a.verb.says[a.c.lang]} ${target}`.trim(),
    commands,
    incident: on?.id,
    rev: withRev ? on?.rev : undefined,
});
export const form = (a: Args, target: string, open: F.OpenForm): Parsed => ({
    kind: 'form',
    sentence: `${a.verb.says[a.c.lang]} ${target}`.trim(),
    form: open,
});

export function cmd<T extends CommandWord>(type: T, data: CommandData[T]): F.Cmd {
    return { type, data };
}

/* The order of a unit that allows a step; of the selected incident before others. */
export function orderOf(a: Args, unit: LiveUnit, allows: (x: Assignment) => boolean): Assignment {
    const here =
        a.c.selected === undefined ? [] : assignmentsOf(a.c.state, a.c.selected.id).filter((x) => x.unit === unit.id);
    const active = activeAssignment(a.c.state, unit.id);
    const candidates = [...(active === undefined ? [] : [active]), ...here].filter(allows);
    return candidates[0] ?? wrong('cmdNoOrder', call(unit));
}

export const incidentOf = (a: Args, x: Assignment): LiveIncident | undefined => a.c.state.incidents.get(x.incident ?? '');
