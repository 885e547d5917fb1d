import type { Lang } from '../i18n';
import { role } from '../wire/words';

export function roleWordOf(name: string | undefined, lang: Lang): string {
    const words: Record<string, { zh: string; en: string }> = role;
    return name === undefined ? '' : (words[name]?.[lang] ?? name);
}
