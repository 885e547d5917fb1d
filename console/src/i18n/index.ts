// Words of the operator page in both languages: what all pages share, and its own.
import type { Lang } from './common';
import { en } from './en';
import { zh } from './zh';
import { filled } from './common';

export type { Lang } from './common';
export type Key = keyof typeof zh;

export const dictionary: Record<Lang, Record<Key, string>> = { zh, en };

export function translate(lang: Lang, key: Key, ...args: (string | number)[]): string {
    return filled(dictionary[lang][key], args);
}
