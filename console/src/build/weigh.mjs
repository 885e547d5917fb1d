// What a page loads before anybody does anything: its document, its styles, its modules and what those import, each as small
// as it goes over the line.
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

const fromHtml = /(?:src|href)="\/console\/([^"]+)"/g;
const fromModule = /(?:\bimport|\bfrom)\s*["']\.\/([^"']+)["']/g; // import("./x") is not at once

/* Files of the first load, below `dist`. */
export function firstLoad(dist, html) {
    const files = [html];
    const read = (name) => readFileSync(path.join(dist, name), 'utf8');
    const add = (name) => {
        if (!files.includes(name) && existsSync(path.join(dist, name))) {
            files.push(name);
            if (name.endsWith('.js')) {
                [...read(name).matchAll(fromModule)].forEach((m) => add(path.join(path.dirname(name), m[1])));
            }
        }
    };
    [...read(html).matchAll(fromHtml)].forEach((m) => add(m[1]));
    return files;
}

export const packedSize = (file) => statSync(existsSync(`${file}.gz`) ? `${file}.gz` : file).size;

export const weight = (dist, html) =>
    firstLoad(dist, html).reduce((sum, name) => sum + packedSize(path.join(dist, name)), 0);
