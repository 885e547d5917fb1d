// The stories of the publicity desk against the real server: what it shows, and above all what never reaches it.
import { axe, until } from '../../console/test/browser.mjs';
import { equal, must } from '../../console/test/harness.mjs';
import { phone, tooSmall } from '../../console/test/phone.mjs';
import { lowContrast, unseenFocus } from '../../console/test/seen.mjs';

const secret = {
    name: '甲某人绝密',
    phone: '10000077042',
    words: '只有接警的人知道',
    address: '滨江大道 207 号院内',
    detail: '后门进',
};

export async function publicityStories({ story, server, only }) {
    if (only !== undefined && !/publicity/.test(only.source)) {
        return;
    }
    await server.person('publicity', 'publicity', { zones: ['LP'] });
    const receive = async (more = {}) => {
        const made = await server.command('operator', 'report.receive', {
            channel: '110',
            type: '10.03.01.00',
            place: { state: 'known', lon: 122.6612, lat: 29.4187, address: secret.address, detail: secret.detail },
            narrative: secret.words,
            caller: { name: secret.name, phone: secret.phone },
            ...more,
        });
        return made.events.find((e) => e.kind === 'incident.opened').data.incident;
    };
    const options = { path: 'publicity', user: 'publicity' };
    const rows = (page) => page.locator('#list-list [role="option"]');
    const row = (page, incident) => rows(page).filter({ hasText: incident.number.slice(-4) });

    for (const lang of ['zh', 'en']) {
        await story(`publicity_is_fit_on_a_wide_screen_${lang}`, { ...options, lang }, async ({ page }) => {
            const incident = await receive();
            await until(() => row(page, incident).count(), 'the row');
            await row(page, incident).click();
            await page.waitForSelector('.details ol li');
            equal(await axe(page), []);
            equal(await lowContrast(page), [], 'contrast:');
            equal((await unseenFocus(page)).unseen, [], 'focus:');
            equal(await page.evaluate(() => document.documentElement.dataset.theme), 'light');
            await page.locator('header .theme').click();
            equal(await lowContrast(page), [], 'contrast in the dark:');
        });
        await story(`publicity_is_fit_on_a_phone_${lang}`, { ...options, ...phone, lang }, async ({ page }) => {
            const incident = await receive();
            await until(() => row(page, incident).count(), 'the row');
            equal(await axe(page), [], 'list:');
            equal(await tooSmall(page), [], 'list:');
            await row(page, incident).tap();
            await page.waitForSelector('.details .back', { state: 'visible' });
            equal(await axe(page), [], 'details:');
            equal(await tooSmall(page), [], 'details:');
            await page.tap('.details .back');
            must(await rows(page).first().isVisible(), 'back at the list');
        });
    }

    await story('publicity_gets_no_protected_field_by_any_way', options, async ({ page }) => {
        const heard = [];
        page.on('websocket', (ws) => ws.on('framereceived', (f) => heard.push(String(f.payload))));
        page.on('response', (r) => {
            if (r.url().includes('/api/')) {
                void r.text().then((t) => heard.push(t), () => undefined);
            }
        });
        await page.reload();
        await page.waitForSelector('[data-link="live"]');
        const incident = await receive();
        await until(() => row(page, incident).count(), 'the row');
        await row(page, incident).click();
        await server.command('operator', 'incident.note', { incident: incident.id, note: secret.words });
        await page.waitForSelector('.details ol li');
        await server.command('operator', 'assignment.dispatch', { incident: incident.id, slot: 1 }, { problems: true });
        await until(async () => heard.some((t) => t.includes(incident.id)), 'frames of it');
        const all = heard.join('\n') + (await page.content());
        for (const [what, word] of Object.entries(secret)) {
            must(!all.includes(word), `${what} reached the page`);
        }
        must(!/callsign/.test(all), 'a callsign reached the page');
        must(!all.includes('122.6612'), 'the exact point reached the page');
        must((await page.locator('.details').innerText()).includes('约 500 米内'), 'the rough place is given as rough');
    });

    await story('publicity_filters_by_zone_tier_and_status_and_reads_closed_ones', options, async ({ page }) => {
        const incident = await receive({ type: '20.04.02.00' });
        await until(() => row(page, incident).count(), 'the row');
        const selects = page.locator('.filters select');
        await selects.nth(1).selectOption('1');
        await until(async () => (await row(page, incident).count()) === 0, 'the tier to leave it out');
        await selects.nth(1).selectOption('');
        await selects.nth(2).selectOption('waiting');
        await until(() => row(page, incident).count(), 'the status to keep it');
        await page.fill('.filters input', incident.number);
        await until(async () => (await rows(page).count()) === 1, 'the number to find it alone');
        await server.command('commander', 'incident.close', { incident: incident.id, disposition: 'advised', force: true });
        await until(async () => (await rows(page).count()) === 0, 'the row to leave');
        await page.locator('.which button').nth(1).click();
        await until(async () => (await rows(page).count()) === 1, 'it among the closed ones');
        await rows(page).first().click();
        must((await page.locator('.details').innerText()).includes('历时'), 'how long it took');
    });
}
