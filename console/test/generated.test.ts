import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

import { dictionary } from '../src/i18n';
import { en as patrolEn } from '../src/patrol/en';
import { zh as patrolZh } from '../src/patrol/zh';
import { en as publicityEn } from '../src/publicity/en';
import { zh as publicityZh } from '../src/publicity/zh';
import { en as stationEn } from '../src/station/en';
import { zh as stationZh } from '../src/station/zh';
// @ts-expect-error plain JavaScript
import { generated, modelFolder } from '../src/wire/gen.mjs';

it.skipIf(!existsSync(modelFolder as string))('generated_types_and_words_are_what_the_tables_say', () => {
    for (const [name, text] of Object.entries(generated() as Record<string, string>)) {
        const file = fileURLToPath(new URL(`../src/wire/${name}`, import.meta.url));
        expect(readFileSync(file, 'utf8'), `${name}: run npm run gen`).toBe(text);
    }
});

it.each([
    ['operator', dictionary],
    ['patrol', { zh: patrolZh, en: patrolEn }],
    ['station', { zh: stationZh, en: stationEn }],
    ['publicity', { zh: publicityZh, en: publicityEn }],
])('%s: every word has both languages and no chinese stands in english', (_, words) => {
    expect(Object.keys(words.en).sort()).toEqual(Object.keys(words.zh).sort());
    for (const [key, text] of Object.entries(words.en)) {
        expect(text, key).not.toBe('');
        if (key !== 'lang' && key !== 'langShort') {
            expect(text, key).not.toMatch(/\p{Script=Han}/u);
        }
    }
});
