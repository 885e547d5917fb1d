// Pictures of the unit's phone, the station desk and the publicity desk, from a real server: run by docs/screens/pages, which
// makes one. zh and en, 1920×1080 and 390×844, the phone in the dark and in daylight.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const { launch, openPage, signIn } = await import(path.join(here, '../../console/test/browser.mjs'));
const { Watcher } = await import(path.join(here, '../../tests/e2e/watcher.mjs'));
const { password, Server } = await import(path.join(here, '../../tests/e2e/server.mjs'));

const out = path.resolve(process.argv[2] ?? path.join(here, 'out'));
mkdirSync(out, { recursive: true });
const sizes = { desk: { width: 1920, height: 1080 }, phone: { width: 390, height: 844 } };
const at = { longitude: 122.65, latitude: 29.415 };

const server = await new Server().start();
await server.setUp();
await server.person('publicity', 'publicity', { zones: ['LP'] });
await server.person('xitang', 'station_desk', { zones: ['LP01'] });
const { units } = await server.ask('GET', '/units?limit=500', undefined, 'commander');
const crews = units.filter((u) => u.police_type === 'patrol' && u.voice_only !== true);
const browser = await launch();

async function receive(more) {
    const made = await server.command('operator', 'report.receive', { channel: '110', ...more });
    return made.events.find((e) => e.kind === 'incident.opened').data.incident;
}
const send = (incident, unit) =>
    server.command('commander', 'assignment.dispatch', { incident: incident.id, units: [{ unit: unit.id }] }, { problems: true });

async function shoot(page, name) {
    await page.waitForTimeout(500);
    await page.screenshot({ path: path.join(out, `${name}.png`) });
    console.log(path.join(out, `${name}.png`));
}

/* A district at work, so that lists have something to show. */
async function bustle() {
    const streets = ['西塘路', '滨江大道', '文昌路', '锦绣路', '澜桥街'];
    const types = ['20.04.02.00', '30.02.00.00', '10.01.03.00', '50.01.00.00', '20.03.01.00'];
    for (let n = 0; n < 24; n++) {
        const incident = await receive({
            type: types[n % types.length],
            place: {
                state: 'known',
                lon: 122.612 + (n % 8) / 110,
                lat: 29.412 + (n % 5) / 90,
                address: `${streets[n % 5]} ${n * 7 + 3} 号`,
            },
            cues: n % 6 === 0 ? { injured: true } : {},
        });
        if (n % 2 === 0) {
            const made = await server.command('commander', 'assignment.dispatch', { incident: incident.id, slot: 1 }, { problems: true });
            const order = made.events?.find((e) => e.kind === 'assignment.dispatched')?.data.assignment;
            for (const status of order === undefined ? [] : ['acknowledged', 'en_route', 'on_scene'].slice(0, n % 4)) {
                const data = { assignment: order.id, status, by: 'radio' };
                await server.command('commander', 'assignment.progress', data, { problems: true });
            }
        }
    }
}

async function patrol(lang, theme, unit) {
    const user = `phone-${lang}-${theme}`;
    await server.person(user, 'unit', { unit: unit.id });
    const opened = await openPage(browser, server.url, { lang, size: sizes.phone, touch: true, path: 'patrol', at, colorScheme: theme });
    const { page, context } = opened;
    const name = (what) => `patrol-${what}-${theme}-${lang}`;
    await shoot(page, name('sign-in'));
    await signIn(page, user, password(user));
    await page.waitForSelector('.duty');
    await shoot(page, name('idle'));
    await page.tap('[data-open]');
    await shoot(page, name('open'));
    await page.tap('[data-type="20.00.00.00"]');
    await shoot(page, name('types'));
    await page.tap('[data-send]');
    await page.evaluate(() => document.querySelector('#open-problem').scrollIntoView({ block: 'center' }));
    await shoot(page, name('open-wrong'));
    await page.tap('.open .titled button');
    await page.tap('header .state');
    await shoot(page, name('link'));
    await page.tap('header button[aria-expanded]:last-of-type');
    await page.tap('details summary');
    await shoot(page, name('menu'));
    await page.tap('.titled button');
    const incident = await receive({
        type: '10.03.01.00',
        place: { state: 'known', lon: 122.66, lat: 29.42, address: '滨江大道 207 号' },
        cues: { weapon: true },
        narrative: '有人持刀, 在一楼大厅',
        caller: { name: '某甲', phone: '10000000042', contact: 'none' },
    });
    await send(incident, unit);
    await page.waitForSelector('.incoming');
    await shoot(page, name('new-order'));
    await page.tap('.answer button:last-child');
    await shoot(page, name('decline'));
    await page.tap('.reasons .back');
    await page.tap('.answer .fill');
    await page.waitForSelector('article');
    await shoot(page, name('order'));
    await server.command('operator', 'incident.amend', {
        incident: incident.id,
        place: { state: 'known', lon: 122.662, lat: 29.421, address: '滨江大道 209 号' },
    });
    await page.waitForSelector('.changed');
    await shoot(page, name('change'));
    await page.tap('.changed button');
    await page.tap('article .pair button');
    await page.tap('[data-purpose="locate"]');
    await page.waitForSelector('.caller dl');
    await shoot(page, name('caller'));
    await page.evaluate(() => document.querySelector('[data-mark]').scrollIntoView({ block: 'end' })).catch(() => undefined);
    await page.tap('.caller .titled button');
    await page.tap('[data-step="on_scene"]');
    await page.waitForSelector('article[data-status="on_scene"]', { timeout: 15_000 });
    await page.tap('[data-scene]');
    await shoot(page, name('scene'));
    await page.tap('[data-send]');
    await page.tap('.scene .titled button');
    await page.tap('[data-step="transporting"]');
    await page.tap('[data-destination="station"]');
    await shoot(page, name('transport'));
    await page.tap('.transport .titled button');
    await context.setOffline(true);
    await page.waitForSelector('header.down', { timeout: 30_000 });
    await page.tap('[data-scene]');
    await page.fill('.scene textarea', '现场平稳');
    await page.tap('[data-send]');
    await page.waitForTimeout(1_000);
    await shoot(page, name('offline'));
    await page.tap('[data-step="cleared"]');
    await page.waitForSelector('.feedback');
    await shoot(page, name('feedback'));
    await page.tap('header .chip');
    await shoot(page, name('queue'));
    await context.setOffline(false);
    await page.waitForSelector('[data-link="live"]', { timeout: 30_000 });
    const box = await page.locator('.panic').boundingBox();
    await page.mouse.move(box.x + 60, box.y + 30);
    await page.mouse.down();
    await page.waitForSelector('[data-panic="delivered"]', { timeout: 15_000 });
    await page.mouse.up();
    await shoot(page, name('panic'));
    await server.command('commander', 'unit.panic_answer', { unit: unit.id, reached: 'radio', how: '电台' });
    await page.setViewportSize(sizes.desk);
    await page.tap('header .chip');
    await shoot(page, name('wide'));
    await context.close();
}

/* In the dark and in daylight: the first picture of each in both. */
async function desk(which, user, lang, size) {
    const { page, context } = await openPage(browser, server.url, { lang, size: sizes[size], path: which, touch: size === 'phone' });
    const name = (what) => `${which}-${size}-${what}-${lang}`;
    await signIn(page, user, password(user));
    await page.waitForSelector('#list-list [role="option"]');
    await shoot(page, name('list'));
    await page.locator('header .theme').click();
    await shoot(page, name('list-other-light'));
    await page.locator('#list-list [role="option"]').nth(2).click();
    await page.waitForTimeout(700);
    await shoot(page, name('details-other-light'));
    await page.locator('header .theme').click();
    await shoot(page, name('details'));
    if (which === 'station') {
        await stationForms(page, name, size);
    }
    await context.setOffline(true);
    await page.waitForSelector('.banner', { timeout: 30_000 });
    await shoot(page, name('down'));
    await context.close();
}

async function stationForms(page, name, size) {
    const incident = await page.getAttribute('.details', 'data-incident');
    if (size === 'phone') {
        await page.tap('nav button:nth-child(3)');
        await shoot(page, name('units'));
    }
    await page.locator('.units .send').first().click();
    await shoot(page, name('send'));
    await page.locator('.asking .main').click();
    await page.waitForSelector('[data-order] [data-step="on_scene"]');
    await page.locator('[data-order] [data-step="on_scene"]').first().click();
    await page.waitForSelector('[data-order] [data-report]');
    await shoot(page, name('order'));
    await page.locator('[data-order] [data-step="transporting"]').first().click();
    await page.locator('.asking .main').click();
    await shoot(page, name('transport-wrong'));
    await page.locator('.asking .buttons button').last().click();
    await page.locator('[data-order] .steps button:last-child').first().click();
    await page.locator('.asking .main').click();
    await shoot(page, name('feedback-wrong'));
    await page.locator('.asking .buttons button').last().click();
    await page.locator('header .seat').click();
    await shoot(page, name('seats'));
    const free = page.locator('[data-choice] .main').first();
    if ((await free.count()) > 0) {
        await free.click();
        await page.waitForSelector('#hand-to');
        await page.locator('.seat-panel .buttons button').first().click();
        await shoot(page, name('seat'));
        await page.locator('.seat-panel .buttons button').last().click();
        await page.waitForTimeout(400);
    }
    /* So that the next desk has a unit to send. */
    await server.command('commander', 'incident.close', { incident, disposition: 'handled', force: true }, { problems: true });
}

/* A seat for the station's desk, and an order to it that wants a name. */
async function stationAtWork() {
    const { zones, seats, city } = (await server.ask('GET', '/snapshot', undefined, 'commander')).data;
    await server.person('boss', 'commander', {});
    await server.command('boss', 'seat.take', { seat: seats.find((s) => s.commander).id });
    new Watcher(server, 'boss'); // who is heard
    const seat = { code: 'S1', name_zh: '西塘值班席', name_en: 'Xitang desk', zones: ['LP01'], channels: ['walk_in'] };
    await server.command('admin', 'city.load', {
        city: { name: '澜浦', name_en: 'Lanpu', offsets: [{ offset_min: 480 }], seats: [seat] },
    });
    const station = (zones ?? city.zones).find((z) => z.code === 'LP01').id;
    for (const n of [1, 2]) {
        const incident = await receive({
            type: '20.03.01.00',
            place: { state: 'known', lon: 122.6498 + n / 900, lat: 29.412277, address: `文昌路 ${n * 3} 号` },
        });
        await server.command('commander', 'assignment.dispatch', { incident: incident.id, station }, { problems: true });
    }
}

await bustle();
await stationAtWork();
for (const [n, [lang, theme]] of [
    ['zh', 'dark'],
    ['en', 'dark'],
    ['zh', 'light'],
    ['en', 'light'],
].entries()) {
    await patrol(lang, theme, crews[crews.length - 1 - n]);
}
for (const lang of ['zh', 'en']) {
    for (const size of ['desk', 'phone']) {
        await desk('station', 'xitang', lang, size);
        await desk('publicity', 'publicity', lang, size);
    }
}
await browser.close();
await server.stop();
process.exit(0);
