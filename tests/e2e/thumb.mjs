// What an officer does with a thumb on the phone's page.
import { until } from '../../console/test/browser.mjs';

const QUEUE_MS = 20_000; // a step can be taken back for some seconds, and goes only then

export const status = (page) => page.getAttribute('article', 'data-status');
export const incoming = (page) => page.waitForSelector('.incoming');

export async function sign(page) {
    await incoming(page);
    await page.tap('.answer .fill');
    await until(async () => (await status(page)) === 'acknowledged', 'the order to be signed', QUEUE_MS);
}

/* One after the other, before the first can have gone. */
export async function step(page, ...to) {
    for (const word of to) {
        await page.tap(`[data-step="${word}"].fill`);
    }
}

export const stands = (page, word) => until(async () => (await status(page)) === word, word, QUEUE_MS);

/* The feedback that opens with the last step. */
export async function feedBack(page, disposition, note, injured = 0) {
    await page.waitForSelector('.feedback');
    await page.tap(`[data-disposition="${disposition}"]`);
    for (let n = 0; n < injured; n++) {
        await page.tap('.stepper button:last-child');
    }
    await page.fill('.feedback textarea', note);
    await page.tap('.feedback > .fill');
    await page.waitForSelector('.duty', { timeout: QUEUE_MS });
}
