// Two persons and a seat against the real server: taking it, work that is its own, the sheet that is frozen in the log,
// what is unread ringing, an alarm acknowledged for everybody.
import { axe, openPage, signIn, until } from '../../console/test/browser.mjs';
import * as flow from '../../console/test/flow.mjs';
import { equal, must } from '../../console/test/harness.mjs';
import { password } from './server.mjs';

const seatRow = (code) => `.ask [data-seat="${code}"]`;

export async function seatStories({ story, server, place }) {
    await story('a_seat_is_taken_handed_over_read_and_signed', { signIn: false }, async ({ page, context }) => {
        await server.person('first', 'operator', {});
        await server.person('second', 'operator', {});
        await signIn(page, 'first', password('first'), { asked: true });
        await page.waitForSelector('.ask');
        equal(await axe(page), [], 'the choice of a seat:');
        await page.click(`${seatRow('04')} button`);
        await page.waitForSelector('.ask', { state: 'detached' });
        equal(await page.getAttribute('header [data-seat]', 'data-seat'), '04');

        const took = async (type) =>
            (await server.command('first', 'report.receive', { channel: '110', type, place })).events.find(
                (e) => e.kind === 'incident.opened',
            ).data.incident;
        const [one, two] = [await took('20.04.02.00'), await took('20.04.02.00')];
        const row = (i) => page.locator('#queue-list [role="option"]', { hasText: i.number.slice(-4) });
        await until(async () => (await row(one).count()) === 1 && (await row(two).count()) === 1, 'both rows');
        equal(await row(one).locator('.owner').innerText(), '04', 'who takes a report owns it:');

        await page.keyboard.press('F7');
        await page.waitForSelector('.post li');
        await page.click('.post .foot button:has-text("离席")');
        await until(async () => /[1-9]\d* 项未结/.test(await page.locator('.post .says').innerText()), 'the refusal in words');
        await flow.tabTo(page, '#hand-to', 'Shift+Tab');
        await page.keyboard.type('second');
        await page.waitForSelector('.post .to [role="option"]:has-text("second")');
        await page.keyboard.press('Enter'); // the person
        await page.keyboard.press('Enter'); // the hand-over
        await until(async () => (await page.locator('.post .warn').innerText()).includes('second'), 'the signature');
        const three = await took('20.04.02.00'); // behind the sheet

        const other = await openPage(context.browser(), server.url, {});
        const next = other.page;
        await signIn(next, 'second', password('second'), { asked: true });
        await next.waitForSelector('.ask');
        must((await next.locator(seatRow('04')).innerText()).includes('待您接班'), 'it waits');
        await next.click(`${seatRow('04')} button`);
        await next.waitForSelector('.post li');
        equal(await axe(next), [], 'the sheet:');
        let numbers = [];
        await until(async () => {
            numbers = await next.locator('.post section').first().locator('li b').allInnerTexts();
            return numbers.length > 0;
        }, 'the sheet from its row');
        const stands = (i) => numbers.includes(i.number.slice(-4));
        equal([one, two, three].map(stands), [true, true, false], 'the sheet is frozen:');
        await next.click(`.post [data-item="${one.id}"] button.line`);
        await until(async () => (await flow.sheetTitle(next)).startsWith(one.number.slice(-4)), 'its thing beside it');
        await next.click('#sign-in-seat');
        await next.waitForSelector('header [data-seat="04"]');
        await until(
            async () => (await page.getAttribute('[data-post]', 'data-post')) === 'looking',
            'the first person to be relieved',
        );
        const alarms = async () =>
            (await server.ask('GET', '/alarms', undefined, 'second')).alarms.filter((a) => a.kind === 'handover_unread');
        await until(async () => (await alarms()).length === 1, 'what is unread to ring');
        await until(async () => (await next.locator('#alarms-list').innerText()).includes('接收事项未阅'), 'the alarm');
        await next.keyboard.press('F4');
        await next.keyboard.press('Home');
        for (let n = 0; n < 20 && !(await next.locator('#alarms-list .cursor').innerText()).includes('接收事项未阅'); n++) {
            await next.keyboard.press('ArrowDown');
        }
        await next.keyboard.press('KeyK');
        await until(async () => (await alarms())[0]?.state === 'acknowledged', 'the notice, for everybody');
        await next.keyboard.press('F7');
        equal(await next.locator(`.post [data-item="${one.id}"] button.mark`).count(), 0, 'what was read before:');
        for (const i of [two, three]) {
            must((await next.locator(`.post [data-item="${i.id}"] button.mark`).count()) === 1, 'what was not');
        }
        /* What others left behind came over as well. */
        for (let left = await next.locator('.post button.mark').count(); left > 0; left--) {
            await next.locator('.post button.mark').first().click();
            await until(async () => (await next.locator('.post button.mark').count()) < left, `${left - 1} to be left`);
        }
        await until(async () => (await alarms()).length === 0, 'quiet once all is read');
        equal(other.seen.errors, []);
        await other.context.close();
    });
}
