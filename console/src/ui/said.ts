// What was said once can be read in either language: whoever changes the language after it was said must not be left with
// the other one, on the screen or read aloud.
import { translate, type Key, type Lang } from '../i18n';

export type Said = Readonly<Record<Lang, string>>;

export const said = (make: (lang: Lang) => string): Said => ({ zh: make('zh'), en: make('en') });

export const sayKey = (key: Key, ...args: (string | number)[]): Said => said((l) => translate(l, key, ...args));
