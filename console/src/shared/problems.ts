// Troubles in words. What a machine says (codes, its own English) is for whoever helps, and stands aside.
import { isCommon, say, type Lang } from '../i18n/common';
import { ProblemError } from '../store/http';
import type { Problem } from '../wire/frames';
import { refusalWords } from '../wire/words';

/* A sentence in the language that is asked for, never a code. */
export function sentence(p: Problem, lang: Lang): string {
    const code = p.code ?? '';
    const ours = refusalWords[code]?.[lang] ?? (isCommon(code) ? say(lang, code) : undefined);
    return ours ?? (lang === 'zh' ? p.title_zh : p.title) ?? say(lang, 'problem');
}

/* The last word of the field that a problem names: "data.reason" → reason. */
export const fieldOf = (p: Problem): string => (p.field ?? '').split(/[./]/).at(-1) ?? '';

/* For a title: the code, and what the server said beside it. */
export const support = (p: Problem): string =>
    [p.code ?? String(p.status ?? ''), p.field, p.detail, p.hint].filter((t) => t !== undefined && t !== '').join(' · ');

export function problemFrom(e: unknown): Problem {
    return e instanceof ProblemError ? e.problem : { code: 'http', title: String(e) };
}
