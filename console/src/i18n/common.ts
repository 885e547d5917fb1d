// Words of the screens in both languages; here those that more than one page uses, so that no page carries another's. Words
// of the domain (statuses, alarms, commands, refusals) come from the server's own tables in wire/words.ts.
import { en } from './common_en';
import { zh } from './common_zh';

export type Lang = 'zh' | 'en';
export type CommonKey = keyof typeof zh;

const dictionary: Record<Lang, Record<CommonKey, string>> = { zh, en };

/* "{0} of {1}" with its values. */
export const filled = (text: string, args: readonly (string | number)[]): string =>
    text.replace(/\{(\d)\}/g, (_, i: string) => String(args[Number(i)] ?? ''));

export const isCommon = (key: string): key is CommonKey => key in zh;

export function say(lang: Lang, key: CommonKey, ...args: (string | number)[]): string {
    return filled(dictionary[lang][key], args);
}
