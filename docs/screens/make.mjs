#!/usr/bin/env node
// Makes pictures of the console's pages from the fake server: docs/screens/make.mjs [FOLDER] (docs/screens/out). Needs the
// built console and Chromium.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const console_ = path.join(here, '../../console');
const { launch, openPage, signIn } = await import(path.join(console_, 'test/browser.mjs'));
const { startFake, users } = await import(path.join(console_, 'test/fake_server.mjs'));

const out = path.resolve(process.argv[2] ?? path.join(here, 'out'));
mkdirSync(out, { recursive: true });
const fake = await startFake();
const browser = await launch({ draws: true });
const sizes = { desk: { width: 1920, height: 1080 }, phone: { width: 390, height: 844 } };

async function shoot(page, name) {
    await page.screenshot({ path: path.join(out, `${name}.png`) });
    console.log(path.join(out, `${name}.png`));
}

async function desk(lang) {
    const { context, page } = await openPage(browser, fake.url, { lang, size: sizes.desk });
    await shoot(page, `sign-in-${lang}`);
    await signIn(page, 'operator', users.operator.password);
    await page.waitForTimeout(1200);
    await page.click(`#queue-live-i2`);
    await page.waitForTimeout(900);
    await shoot(page, `desk-${lang}`);
    await page.click(`#queue-live-i1`);
    await page.waitForTimeout(900);
    await page.click('[aria-controls="slot-1"]');
    await shoot(page, `desk-reasons-${lang}`);
    await page.keyboard.press('F9');
    await page.fill('#form-place-lon', '500');
    await page.keyboard.press('Control+Enter');
    await page.waitForTimeout(200);
    await shoot(page, `desk-report-${lang}`);
    await page.keyboard.press('Escape');
    await page.keyboard.press('F8');
    await page.keyboard.type('D 401 0132');
    await page.waitForTimeout(200);
    await shoot(page, `desk-command-${lang}`);
    await page.keyboard.press('Escape');
    await page.keyboard.press('F1');
    await page.waitForTimeout(200);
    await shoot(page, `desk-keys-${lang}`);
    await page.keyboard.press('Escape');
    fake.kick(1011);
    fake.muted = true;
    await page.waitForTimeout(1500);
    await shoot(page, `desk-down-${lang}`);
    fake.muted = false;
    await context.close();
}

async function phone(lang) {
    const { context, page } = await openPage(browser, fake.url, { lang, size: sizes.phone });
    await signIn(page, 'operator', users.operator.password);
    await page.waitForTimeout(1200);
    await shoot(page, `phone-queue-${lang}`);
    for (const [n, name] of [
        [1, 'sheet'],
        [2, 'units'],
        [3, 'alarms'],
        [4, 'map'],
        [5, 'report'],
    ]) {
        await page.click(`nav button:nth-child(${n + 1})`);
        await page.waitForTimeout(500);
        await shoot(page, `phone-${name}-${lang}`);
    }
    await context.close();
}

for (const lang of ['zh', 'en']) {
    await desk(lang);
    await phone(lang);
}
await browser.close();
await fake.close();
