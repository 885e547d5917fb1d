// Roles: their names, their letters in the tables of commands, and the page that each works at.
import type { Lang } from '../i18n/common';
import type { RoleWord } from '../wire/types';
import { role, type Word } from '../wire/words';

export function roleWordOf(name: string | undefined, lang: Lang): string {
    const words: Record<string, Word> = role;
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

export type PageName = 'operator' | 'patrol' | 'station' | 'publicity';

export interface Page extends Word {
    readonly path: string;
    readonly roles: readonly RoleWord[];
}

const base = import.meta.env.BASE_URL;

export const pages: Record<PageName, Page> = {
    operator: {
        path: base,
        zh: '指挥调度台',
        en: 'Dispatch desk',
        roles: ['operator', 'commander', 'duty_officer', 'auditor', 'analyst', 'admin'],
    },
    patrol: { path: `${base}patrol`, zh: '巡组', en: 'Patrol', roles: ['unit'] },
    station: { path: `${base}station`, zh: '派出所值班室', en: 'Station desk', roles: ['station_desk'] },
    publicity: {
        path: `${base}publicity`,
        zh: '宣传岗',
        en: 'Publicity desk',
        roles: ['publicity', 'publicity_approver', 'legal'],
    },
};
export const pageNames = Object.keys(pages) as PageName[];

/* Where a role works; undefined: nowhere yet. */
export const pageOf = (name: string | undefined): PageName | undefined =>
    pageNames.find((page) => (pages[page].roles as readonly string[]).includes(name ?? ''));
