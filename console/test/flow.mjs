// What a person does at the desk, with the keyboard alone; against the fake and the real server alike.
import { until } from './browser.mjs';

const TABS_MAX = 220;

export const matches = (page, selector) => page.evaluate((s) => document.activeElement?.matches(s) === true, selector);

/* Walks by Tab until the focus is where it should be: what cannot be reached so fails here. */
export async function tabTo(page, selector, key = 'Tab') {
    for (let n = 0; n < TABS_MAX; n++) {
        if (await matches(page, selector)) {
            return;
        }
        await page.keyboard.press(key);
    }
    throw new Error(`${selector} cannot be reached by ${key}`);
}

/* Goes to a field of the open form and types into it; for lists it chooses the option of that value. */
export async function fillField(page, path, value) {
    const selector = `[data-field="${path}"] :is(input, select, textarea)`;
    await tabTo(page, selector);
    const tag = await page.evaluate(() => document.activeElement.tagName);
    if (tag === 'SELECT') {
        await page.keyboard.press('Home');
        for (let n = 0; n < 40 && (await page.evaluate(() => document.activeElement.value)) !== value; n++) {
            await page.keyboard.press('ArrowDown');
        }
        if ((await page.evaluate(() => document.activeElement.value)) !== value) {
            throw new Error(`${path} has no choice ${value}`);
        }
    } else if (value === true) {
        await page.keyboard.press('Space');
    } else {
        await page.keyboard.press('Control+A');
        await page.keyboard.type(value);
        if (await matches(page, '[role="combobox"]')) {
            await page.keyboard.press('Enter');
        }
    }
}

const formGone = (page) =>
    until(async () => (await page.locator('form.form').count()) === 0, 'the form to close', 10_000);

export async function sendForm(page) {
    await page.keyboard.press('Control+Enter');
    try {
        await formGone(page);
    } catch (e) {
        const said = await page.locator('form.form .state').innerText();
        const errors = await page.locator('form.form .error').allInnerTexts();
        throw new Error(`the form stayed open: ${said} ${errors.join(' | ')}`, { cause: e });
    }
}

/* Runs a line and waits until it was accepted. Returns what the line said it would do. */
export async function command(page, line) {
    await page.keyboard.press('F8');
    await page.keyboard.type(line);
    const says = await until(
        async () =>
            (await page
                .locator('#command-says b')
                .first()
                .innerText()
                .catch(() => '')) || undefined,
        `a sentence for ${line}`,
        3000,
    ).catch(async () => {
        throw new Error(`"${line}": ${await page.locator('#command-says').innerText()}`);
    });
    await page.keyboard.press('Enter');
    await until(
        async () =>
            (await page.inputValue('#command-line')) === '' || (await page.locator('#command-says .bad').count()) > 0,
        `${line} to end`,
        10_000,
    );
    if ((await page.inputValue('#command-line')) !== '') {
        throw new Error(`"${line}" was refused: ${await page.locator('#command-says').innerText()}`);
    }
    return says;
}

export const queueNumbers = (page) => page.locator('#queue-list [role="option"] .number').allInnerTexts();

export const reportNumbers = (page) => page.locator('#queue-list .report .number').allInnerTexts();
export const incidentNumbers = (page) => page.locator('#queue-list [role="option"] > :not(.report) .number').allInnerTexts();

/* The number of the row that `act` brings into the queue. Reports and incidents are numbered each by themselves. */
export async function rowThatComes(page, act, numbers = queueNumbers) {
    const before = new Set(await numbers(page));
    await act();
    return until(async () => (await numbers(page)).find((n) => !before.has(n)), 'the new row in the queue', 20_000);
}

/* Takes a report and gives the number of the incident it became. */
export const takeReport = (page, report) => rowThatComes(page, () => fillReport(page, report));

async function fillReport(page, report) {
    await page.keyboard.press('F9');
    await page.waitForSelector('form.form');
    for (const [path, value] of Object.entries(report)) {
        await fillField(page, path, value);
    }
    await sendForm(page);
}

export const orders = (page) =>
    page.evaluate(() =>
        Array.from(document.querySelectorAll('[data-order]'), (li) => ({
            id: li.getAttribute('data-order'),
            callsign: li.querySelector('b').textContent,
            status: li.querySelector('.line span').textContent,
        })),
    );

/* Moves the queue's cursor by arrow keys to a row. */
export async function walkQueue(page, number) {
    await page.keyboard.press('F2');
    await page.keyboard.press('Home');
    for (let n = 0; n < 200; n++) {
        if (
            (await page
                .locator('#queue-list .cursor .number')
                .innerText()
                .catch(() => '')) === number
        ) {
            return;
        }
        await page.keyboard.press('ArrowDown');
    }
    throw new Error(`${number} is not in the queue`);
}

export const sheetText = (page) => page.locator('#sheet').innerText();
export const sheetTitle = (page) => page.locator('#sheet-title').innerText();
export const statusText = (page) => page.locator('.sheet .head .status').innerText();

/* From a waiting incident to a closed one: reasons, dispatch, every step by radio, feedback, closing. `word` gives a status
 * in the page's language. */
export async function lifeCycle(page, number, word) {
    await walkQueue(page, number);
    await until(async () => (await sheetTitle(page)).startsWith(number), 'the sheet');
    await until(async () => (await page.locator('#advice button').count()) > 0, 'the recommendation');
    await page.keyboard.press('KeyD');
    await page.waitForSelector('form.form ul li');
    const ordered = await page.locator('form.form ul li').count();
    await page.keyboard.press('Enter');
    await formGone(page);
    await until(async () => (await orders(page)).length >= ordered, `${ordered} orders`);
    for (const [n, order] of (await orders(page)).entries()) {
        const reached = (status) =>
            until(
                async () => (await orders(page)).find((o) => o.id === order.id)?.status === word(status),
                `${order.callsign} ${status}`,
            );
        await command(page, `K ${order.callsign}`);
        await reached('acknowledged');
        await command(page, n % 2 === 0 ? `E ${order.callsign}` : `出 ${order.callsign}`);
        await reached('en_route');
        await page.keyboard.press('F6');
        await tabTo(page, `[data-order="${order.id}"] button`);
        await page.keyboard.press('KeyA');
        await reached('on_scene');
        await tabTo(page, `[data-order="${order.id}"] button`);
        await page.keyboard.press('KeyC');
        await reached('cleared');
        await until(
            async () => (await page.locator(`[data-order="${order.id}"] button.main`).count()) === 1,
            'the feedback to be owed',
        );
        await page.keyboard.press('F6');
        await tabTo(page, `[data-order="${order.id}"] button`);
        await page.keyboard.press('KeyB');
        await page.waitForSelector('form.form');
        await fillField(page, 'disposition', 'mediated');
        await fillField(page, 'note', '双方和解');
        await sendForm(page);
        await until(
            async () => (await page.locator(`[data-order="${order.id}"] button`).count()) === 0,
            'the feedback',
        );
    }
    await page.keyboard.press('F6');
    await page.keyboard.press('KeyX');
    await page.waitForSelector('form.form');
    await fillField(page, 'disposition', 'handled');
    await sendForm(page);
    await until(async () => (await statusText(page)) === word('closed'), 'the closing');
    await until(async () => !(await queueNumbers(page)).includes(number), 'the row to leave');
}
