// What a person does on a phone, with a thumb alone, and what every panel of it must keep to.
import { until } from './browser.mjs';

export const phone = { size: { width: 390, height: 844 }, touch: true };

const TEXT_PX = 14;
const TARGET_PX = 44;

/* What is too small to read or to hit, or wider than the screen; one line each. */
export const tooSmall = (page) =>
    page.evaluate(
        ([text, target]) => {
            const out = new Set();
            const seen = (el) => el.checkVisibility({ visibilityProperty: true }) && el.closest('.hidden, .skip') === null;
            const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
                const el = node.parentElement;
                const shape = el.closest('[role="img"], [aria-hidden="true"], script, noscript') !== null;
                if (node.data.trim() !== '' && !shape && seen(el) && parseFloat(getComputedStyle(el).fontSize) < text) {
                    out.add(`text ${getComputedStyle(el).fontSize}: ${node.data.trim()}`);
                }
            }
            for (const el of document.querySelectorAll('button, input, select, textarea, summary, [role="option"]')) {
                const hit = el.matches('[type="checkbox"]') ? el.closest('label') : el;
                const box = hit.getBoundingClientRect();
                if (seen(el) && (box.height < target - 0.5 || (!hit.matches('label') && box.width < target - 0.5))) {
                    out.add(`target ${Math.round(box.width)}x${Math.round(box.height)}: ${el.textContent.trim() || el.id}`);
                }
            }
            for (const el of [document.documentElement, ...document.querySelectorAll('#sheet, .fields, .list, .scroll, .post, nav, header')]) {
                if (seen(el) && el.scrollWidth > el.clientWidth + 1) {
                    out.add(`wider than the screen: ${el.id || el.className || el.tagName}`);
                }
            }
            return [...out];
        },
        [TEXT_PX, TARGET_PX],
    );

export const panel = (page, n) => page.tap(`nav button:nth-child(${n})`);

/* From the queue to the sheet of an incident, by one tap. */
export async function openRow(page, number) {
    await panel(page, 1);
    await page.locator('#queue-list [role="option"]', { hasText: number }).tap();
    await page.waitForSelector('#sheet', { state: 'visible' });
    await until(async () => (await page.locator('#sheet-title').innerText()).startsWith(number), 'the sheet');
}

/* Where the parts of the sheet begin, from top to bottom as they are seen. */
export const sheetOrder = (page) =>
    page.evaluate(() =>
        Object.entries({
            place: '#sheet dl',
            orders: '[aria-labelledby="orders-title"]',
            advice: '[aria-labelledby="advice-title"]',
            timeline: '[aria-labelledby="timeline-title"]',
            protected: '#sheet section:has(#purpose)',
        })
            .map(([name, selector]) => [name, document.querySelector(selector).getBoundingClientRect().top])
            .sort((a, b) => a[1] - b[1])
            .map(([name]) => name),
    );

/* Sends the best units, records the first order's usual steps until its unit is there, and adds a note. */
export async function work(page, statusWord) {
    await until(async () => page.locator('.sheet .bar button').first().isEnabled(), 'an open slot');
    await page.locator('.sheet .bar button').first().tap();
    await page.waitForSelector('form.form li');
    await page.tap('form.form .foot button.main');
    await page.waitForSelector('[data-order] .steps');
    const order = page.locator('[data-order]').first();
    for (const status of ['acknowledged', 'en_route', 'on_scene']) {
        await order.locator('.steps button:not(.rare, .more)').first().tap();
        await until(
            async () => (await order.locator('.line span').first().innerText()) === statusWord(status),
            `the step ${status}`,
        );
    }
    await page.locator('.sheet .bar button').nth(1).tap();
    await page.fill('[data-field="note"] textarea', '现场已控制');
    await page.tap('form.form .foot button.main');
    await until(async () => (await page.locator('form.form').count()) === 0, 'the note');
}
