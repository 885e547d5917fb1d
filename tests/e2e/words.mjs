// Every page's words in one language, out of the pages' own tables: no story repeats a text.
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const console_ = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../console');
const need = createRequire(path.join(console_, 'package.json'));
const pages = ['patrol', 'station', 'publicity'];
const source = [
    `export * as wire from './src/wire/words';`,
    `export { dictionary as desk } from './src/i18n';`,
    `export { filled, say } from './src/i18n/common';`,
    `export { mapText } from './src/map/texts';`,
    ...pages.flatMap((p) => ['zh', 'en'].map((l) => `export { ${l} as ${p}_${l} } from './src/${p}/${l}';`)),
].join('\n');

/* The tables are TypeScript: made readable for node once. Gives `words(lang)`. */
export async function loadWords(work) {
    const outfile = path.join(work, 'words.mjs');
    await need('esbuild').build({
        stdin: { contents: source, resolveDir: console_, loader: 'ts' },
        outfile,
        bundle: true,
        format: 'esm',
        logLevel: 'error',
    });
    const all = await import(pathToFileURL(outfile).href);
    const sure = (text, what) => {
        if (text === undefined) {
            throw new Error(`no page has the word ${what}`);
        }
        return text;
    };
    return (lang) => {
        const of = (table, name) => (key, ...args) => all.filled(sure(table[key], `${name}.${key}`), args);
        return {
            lang,
            wire: (table, key) => sure(all.wire[table]?.[key]?.[lang], `${table}.${key}`),
            common: (key, ...args) => sure(all.say(lang, key, ...args), key),
            desk: of(all.desk[lang], 'desk'),
            map: (key, ...args) => sure(all.mapText(lang, key, ...args), `map.${key}`),
            ...Object.fromEntries(pages.map((p) => [p, of(all[`${p}_${lang}`], p)])),
        };
    };
}
