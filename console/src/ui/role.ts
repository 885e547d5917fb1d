import type { Lang } from '../i18n';
import { role } from '../wire/words';

export function roleWordOf(name: string | undefined, lang: Lang): string {
    const words: Record<string, { zh: string; en: string }> = role;
    return name === undefined ? '' : (words[name]?.[lang] ?? name);
}

/* As the tables of commands name them. */
export const roleLetter: Record<string, string> = {
    operator: 'O',
    commander: 'C',
    duty_officer: 'D',
    station_desk: 'S',
    unit: 'U',
    admin: 'A',
    intake: 'I',
    analyst: 'N',
    publicity: 'P',
};
