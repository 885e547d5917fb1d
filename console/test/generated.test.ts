import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

import { dictionary } from '../src/i18n';
// @ts-expect-error plain JavaScript
import { generated, modelFolder } from '../src/wire/gen.mjs';

it.skipIf(!existsSync(modelFolder as string))('generated_types_and_words_are_what_the_tables_say', () => {
    for (const [name, text] of Object.entries(generated() as Record<string, string>)) {
        const file = fileURLToPath(new URL(`../src/wire/${name}`, import.meta.url));
        expect(readFileSync(file, 'utf8'), `${name}: run npm run gen`).toBe(text);
    }
});

it('every_word_has_both_languages_and_no_chinese_stands_in_english', () => {
    expect(Object.keys(dictionary.en).sort()).toEqual(Object.keys(dictionary.zh).sort());
    for (const [key, text] of Object.entries(dictionary.en)) {
        expect(text, key).not.toBe('');
        if (key !== 'lang') {
            expect(text, key).not.toMatch(/\p{Script=Han}/u);
        }
    }
});
