// Words of the screens in both languages. Words of the domain (statuses, alarms, commands, refusals) come from the server's
// own tables in wire/words.ts.
import { en } from './en';
import { zh } from './zh';

export type Lang = 'zh' | 'en';
export type Key = keyof typeof zh;

export const dictionary: Record<Lang, Record<Key, string>> = { zh, en };

export function translate(lang: Lang, key: Key, ...args: (string | number)[]): string {
    return dictionary[lang][key].replace(/\{(\d)\}/g, (_, i: string) => String(args[Number(i)] ?? ''));
}
