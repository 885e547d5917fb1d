// The console's pages: where each begins, and how heavy its first load may be, compressed.
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const top = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

export const pages = {
    operator: { html: 'index.html', most: 400 * 1024 },
    station: { html: 'station/index.html', most: 400 * 1024 },
    publicity: { html: 'publicity/index.html', most: 400 * 1024 },
    patrol: { html: 'patrol/index.html', most: 100 * 1024 },
};
