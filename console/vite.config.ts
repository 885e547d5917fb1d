import path from 'node:path';

import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

// @ts-expect-error plain JavaScript, shared with the scripts beside it
import { pages, top } from './src/build/pages.mjs';
// @ts-expect-error plain JavaScript
import { patrolWorker } from './src/build/worker.mjs';

// The server hands the pages out under /console/; `npm run dev` passes the rest on to a running one.
const server = process.env.TOCSIN_URL ?? 'http://127.0.0.1:8420';

/* The names of pages without a slash, as the server has them. */
const cleanNames: Plugin = {
    name: 'clean-names',
    configureServer(dev) {
        dev.middlewares.use((request, _, next) => {
            request.url = request.url?.replace(/^(\/console\/\w+)(?=$|\?)/, '$1/');
            next();
        });
    },
};

export default defineConfig({
    base: '/console/',
    plugins: [svelte(), cleanNames, patrolWorker()],
    build: {
        target: 'es2022',
        sourcemap: false,
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        chunkSizeWarningLimit: 1200, // kB; the map's library, loaded when a map is shown
        rollupOptions: {
            input: Object.fromEntries(
                Object.entries(pages as Record<string, { html: string }>).map(([name, page]) => [
                    name,
                    path.join(top as string, page.html),
                ]),
            ),
        },
    },
    server: { proxy: { '/api': server, '/tiles': server, '/ws': { target: server, ws: true } } },
});
