// What each page loads at once, from the build's own output.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

// @ts-expect-error plain JavaScript
import { pages as listed, top } from '../src/build/pages.mjs';
// @ts-expect-error plain JavaScript
import { firstLoad, weight } from '../src/build/weigh.mjs';
import { pages as named } from '../src/shared/roles';

const dist = path.join(top as string, 'dist');
const pages = listed as Record<string, { html: string; most: number }>;
const load = firstLoad as (dist: string, html: string) => string[];

describe.skipIf(!existsSync(path.join(dist, 'index.html')))('pages', () => {
    it.each(Object.entries(pages))('%s keeps to its weight', (_, { html, most }) => {
        expect((weight as (dist: string, html: string) => number)(dist, html)).toBeLessThanOrEqual(most);
        expect(load(dist, html).filter((f) => f.endsWith('.js')).length).toBeGreaterThan(0);
    });

    it('the_phone_carries_nothing_of_the_desk', () => {
        const text = load(dist, pages['patrol']!.html)
            .filter((f) => f.endsWith('.js'))
            .map((f) => readFileSync(path.join(dist, f), 'utf8'))
            .join('\n');
        expect(text).toContain('不得回拨');
        expect(text).not.toContain('cmdNoSuchUnit'); // the desk's words
        expect(text).not.toContain('place.radius_m'); // its forms
    });

    it('the_worker_keeps_exactly_what_the_phone_loads', () => {
        const worker = readFileSync(path.join(dist, 'sw.js'), 'utf8');
        const kept = JSON.parse(/const files = (\[[^\]]*\])/.exec(worker)![1]!) as string[];
        const wanted = load(dist, pages['patrol']!.html).filter((f) => f.startsWith('assets/'));
        for (const name of wanted) {
            expect(kept).toContain(name);
        }
        expect(kept.every((name) => existsSync(path.join(dist, name)))).toBe(true);
        expect(worker).not.toContain("'VERSION'");
    });

    it('every_page_has_a_document_and_every_document_a_page', () => {
        expect(Object.keys(pages).sort()).toEqual(Object.keys(named).sort());
        for (const { html } of Object.values(pages)) {
            expect(existsSync(path.join(dist, html))).toBe(true);
        }
    });
});
