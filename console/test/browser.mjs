// The system's Chromium through playwright-core, with what our tests share. No download, no outside request.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

/* The one without windows first: it takes a fifth less time. */
const places = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium', '/usr/bin/chromium-browser'];
export const chromiumPath = process.env.CHROMIUM ?? places.find((p) => existsSync(p));

const flags = [
    '--no-sandbox',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-dev-shm-usage',
    '--lang=zh-CN',
];
/* Most stories look at words and need no WebGL; the map's draw with the processor. */
const drawing = ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];

export const launch = ({ draws = false } = {}) =>
    chromium.launch({ executablePath: chromiumPath, args: [...flags, ...(draws ? drawing : ['--disable-gpu', '--disable-3d-apis'])] });

/* A page in a context of its own. `foreign` collects requests that left for another host, `errors` what the console said. */
export async function openPage(
    browser,
    url,
    {
        lang = 'zh',
        size = { width: 1920, height: 1080 },
        touch = false,
        timezoneId = 'Asia/Shanghai',
        path = '',
        at = undefined, // {longitude, latitude}: the device knows where it is
        colorScheme = 'dark',
        hear = undefined, // an array: gets the text of every frame and of every answer of the server
    } = {},
) {
    const context = await browser.newContext({
        viewport: size,
        hasTouch: touch,
        timezoneId,
        locale: 'zh-CN',
        colorScheme,
        ...(at === undefined ? {} : { geolocation: at, permissions: ['geolocation'] }),
    });
    await context.addInitScript(
        (l) =>
            localStorage.getItem('tocsin.lang') ?? localStorage.setItem('tocsin.lang', JSON.stringify(l).slice(1, -1)),
        lang,
    );
    const page = await context.newPage();
    const seen = { foreign: [], errors: [] };
    page.on('request', (r) => {
        if (!r.url().startsWith(url) && !/^(data|blob):/.test(r.url())) {
            seen.foreign.push(r.url());
        }
    });
    page.on('pageerror', (e) => seen.errors.push(String(e)));
    page.on('console', (m) => {
        if (m.type() === 'error') {
            seen.errors.push(m.text());
        }
    });
    if (hear !== undefined) {
        page.on('websocket', (ws) => ws.on('framereceived', (f) => hear.push(String(f.payload))));
        page.on('response', (r) => {
            if (r.url().includes('/api/')) {
                void r.text().then((t) => hear.push(t), () => undefined);
            }
        });
    }
    await page.goto(`${url}/console/${path}`);
    return { context, page, seen };
}

/* Signs in. At the desk a person who sits nowhere is asked for a seat: unless the story is about that, they look only. */
export async function signIn(page, user, password, { asked = false } = {}) {
    await page.fill('#sign-in-user', user);
    await page.fill('#sign-in-password', password);
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-link="live"]', { timeout: 15_000 });
    if ((await page.locator('[data-post]').count()) > 0) {
        await page.waitForSelector('[data-post]:not([data-post="unknown"])', { state: 'attached' });
        if (!asked && (await page.getAttribute('[data-post]', 'data-post')) === 'asked') {
            await page.waitForSelector('.ask');
            await page.keyboard.press('Escape');
            await page.waitForSelector('.ask', { state: 'detached' });
        }
    }
}

/* WCAG 2.2 A and AA by axe; returns what it found, one line a rule. */
export async function axe(page) {
    const source = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
    await page.evaluate((await import('node:fs')).readFileSync(source, 'utf8'));
    const result = await page.evaluate(() =>
        window.axe.run(document, {
            runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] },
        }),
    );
    return result.violations.map(
        (v) =>
            `${v.id}: ${v.help} (${v.nodes
                .map((n) => n.target.join(' '))
                .slice(0, 4)
                .join('; ')})`,
    );
}

/* Waits until `look` gives something true; polls from outside, so that no page policy stands in the way. */
export async function until(look, what, ms = 8_000) {
    const end = Date.now() + ms;
    for (;;) {
        const got = await look();
        if (got) {
            return got;
        }
        if (Date.now() > end) {
            throw new Error(`waited ${ms} ms for ${what}`);
        }
        await new Promise((done) => setTimeout(done, 60));
    }
}
