// Puts a .gz beside every file of a folder that gets smaller by it, so that the server sends it as it lies there; then says
// how heavy each page is, and fails when one is too heavy.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync, constants } from 'node:zlib';

import { pages } from './pages.mjs';
import { weight } from './weigh.mjs';

const dist = process.argv[2];
for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath ?? entry.path, entry.name);
    if (entry.isFile() && !file.endsWith('.gz')) {
        const plain = readFileSync(file);
        const packed = gzipSync(plain, { level: constants.Z_BEST_COMPRESSION });
        if (packed.length < plain.length) {
            writeFileSync(`${file}.gz`, packed);
        }
    }
}
for (const [name, { html, most }] of Object.entries(pages)) {
    const bytes = weight(dist, html);
    console.log(`${name}: ${Math.ceil(bytes / 1024)} KiB compressed at the first load`);
    if (bytes > most) {
        console.error(`${name}: more than ${most / 1024} KiB`);
        process.exitCode = 1;
    }
}
