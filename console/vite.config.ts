import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

// The server hands the pages out under /console/; `npm run dev` passes the rest on to a running one.
const server = process.env.TOCSIN_URL ?? 'http://127.0.0.1:8420';

export default defineConfig({
    base: '/console/',
    plugins: [svelte()],
    build: { target: 'es2022', sourcemap: false, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
    server: { proxy: { '/api': server, '/ws': { target: server, ws: true } } },
});
