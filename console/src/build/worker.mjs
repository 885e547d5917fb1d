// A plugin: writes sw.js, the service worker of the patrol page, with the names of the files that the page needs offline.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { pages, top } from './pages.mjs';

/* The chunks that an entry needs, lazy ones too: what is wanted later is wanted offline. */
function reach(bundle, entry) {
    const files = new Set();
    const add = (name) => {
        const chunk = bundle[name];
        if (chunk === undefined || files.has(name)) {
            return;
        }
        files.add(name);
        for (const other of [...(chunk.imports ?? []), ...(chunk.dynamicImports ?? [])]) {
            add(other);
        }
        for (const style of [...(chunk.viteMetadata?.importedCss ?? []), ...(chunk.viteMetadata?.importedAssets ?? [])]) {
            files.add(style);
        }
    };
    add(entry);
    return [...files].sort();
}

export const patrolWorker = () => ({
    name: 'patrol-worker',
    apply: 'build',
    generateBundle: {
        order: 'post',
        handler(_, bundle) {
            const html = path.join(top, pages.patrol.html);
            const entry = Object.values(bundle).find((c) => c.type === 'chunk' && c.isEntry && c.facadeModuleId === html);
            const files = reach(bundle, entry?.fileName ?? this.error('the patrol page has no entry'));
            const text = readFileSync(path.join(top, 'src/patrol/sw.js'), 'utf8');
            const document = readFileSync(html, 'utf8');
            const version = createHash('sha256').update(files.join() + text + document).digest('hex').slice(0, 12);
            this.emitFile({
                type: 'asset',
                fileName: 'sw.js',
                source: text.replace("'VERSION'", `'${version}'`).replace("['FILES']", JSON.stringify(files)),
            });
        },
    },
});
