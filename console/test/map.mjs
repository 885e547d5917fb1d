// The map in a browser that draws, against the fake server: looked at as data (what its sources hold), never as pixels or time.
import { axe, launch, openPage, signIn, until } from './browser.mjs';
import { startFake, users } from './fake_server.mjs';
import { equal, must } from './harness.mjs';
import { phone, tooSmall } from './phone.mjs';

const small = { size: { width: 640, height: 480 } };
const desk = { size: { width: 1280, height: 900 } };

export const held = (page, source = 'marks') => page.evaluate((s) => globalThis.tocsinMap?.held(s) ?? {}, source);
export const ready = (page) =>
    until(async () => Object.keys(await held(page)).length > 0, 'marks on the map', 30_000);
const selected = (page) =>
    page.getAttribute('#queue-list', 'aria-activedescendant').then((id) => id?.replace('queue-', ''));
const unitOf = (page) =>
    page.getAttribute('#units-list', 'aria-activedescendant').then((id) => id?.replace('units-', ''));
const centre = (page) => page.evaluate(() => globalThis.tocsinMap.centre());

/* Clicks where a place is drawn. */
async function clickAt(page, place) {
    const at = await page.evaluate((p) => globalThis.tocsinMap.pixel(p), place);
    const box = await page.locator('#map-canvas').boundingBox();
    await page.mouse.click(box.x + at.x, box.y + at.y);
}

/* Symbols stand on the map a moment after its sources hold them: clicks until the click was taken. */
const clickUntil = (page, place, done, what) =>
    until(async () => {
        if (!(await done())) {
            await clickAt(page, place);
            await page.waitForTimeout(400);
        }
        return done();
    }, what, 20_000);

async function at(browser, options, act) {
    const fake = await startFake(options);
    const opened = await openPage(browser, fake.url, options);
    try {
        await options.before?.({ fake, ...opened });
        const user = options.user ?? 'operator';
        await signIn(opened.page, user, users[user].password);
        await act({ fake, ...opened });
        equal(opened.seen.foreign, [], 'requests to elsewhere');
        const refused = (e) => options.refused === true && e.includes('Failed to load resource');
        equal(opened.seen.errors.filter((e) => !refused(e)), [], 'errors in the page');
    } finally {
        await opened.context.close();
        await fake.close();
    }
}

async function openMap(page) {
    await page.keyboard.press('F5');
    await ready(page);
    await until(() => page.evaluate(() => document.activeElement?.id === 'map-canvas'), 'the focus on the map');
}

async function namedTests(t) {
    await t('map_goes_to_a_place_that_was_found_by_its_name', desk, async ({ page }) => {
        await openMap(page);
        await page.keyboard.press('F8');
        await page.keyboard.type('AT 人民小学');
        await page.keyboard.press('Enter');
        await until(async () => Math.abs((await centre(page)).lon - 122.631) < 1e-3, 'the school');
        await until(async () => Object.keys(await held(page, 'here')).length === 1, 'a mark on it');
        must((await page.locator('#map-said').innerText()).includes('人民小学'), 'what it shows');
        await page.keyboard.press('F8');
        await page.keyboard.type('AT 人民路');
        await page.keyboard.press('Enter');
        await until(async () => Math.abs((await centre(page)).lon - 122.612) < 1e-3, 'the street');
        const seen = await page.evaluate(() => globalThis.tocsinMap.box());
        must(seen.east - seen.west > 0.018, 'all of it is in sight');
    });
}

async function trackTests(t) {
    for (const lang of ['zh', 'en']) {
        await t(`map_draws_a_units_day_once_purpose_and_reason_are_given_${lang}`, { ...desk, lang, user: 'commander', refused: true }, async ({ page, fake }) => {
            await openMap(page);
            await page.keyboard.press('F3');
            await page.keyboard.press('Home');
            await page.keyboard.press('KeyL');
            await page.waitForSelector('.track');
            equal(await axe(page), [], 'the question:');
            await page.click('.track .send button');
            equal(await page.locator('.track [aria-invalid="true"]').count(), 2, 'purpose and reason are wanted:');
            await until(() => page.evaluate(() => document.activeElement?.id === 'track-purpose'), 'the first of them');
            equal(fake.readings, [], 'without them nothing is asked:');
            await page.selectOption('#track-purpose', 'complaint');
            await page.fill('#track-reason', '电话 13900001111');
            await page.keyboard.press('Enter');
            await until(async () => (await page.locator('[data-field="reason"] .bad').innerText()) !== '', 'the refused reason at its field');
            await page.fill('#track-reason', '投诉未到场');
            await page.keyboard.press('Enter');
            await page.waitForSelector('#track-fixes-list [role="option"]');
            must(fake.readings.length === 2 && fake.readings[0].endsWith('complaint 投诉未到场'), `what was recorded: ${fake.readings}`);
            const text = await page.locator('.track .found').innerText();
            must(text.includes('投诉未到场') && text.includes('20') && /27:00/.test(text), `what it says of it: ${text}`);
            await until(async () => Object.keys(await held(page, 'track')).length === 23, 'two runs, a gap, twenty fixes');
            equal(await axe(page), [], 'the way:');
            const first = await centre(page);
            for (let n = 0; n < 10; n++) {
                await page.keyboard.press('ArrowDown');
            }
            must(/27:00/.test(await page.locator('#track-fixes-list .cursor').innerText()), 'the gap before it');
            await until(async () => (await centre(page)).lon !== first.lon, 'the map to follow');
            await page.keyboard.press('Escape');
            await page.waitForSelector('.track', { state: 'detached' });
            await until(async () => Object.keys(await held(page, 'track')).length === 0, 'the way to go with it');
        });
    }
    await t('map_draws_no_way_for_an_operator', desk, async ({ page, fake }) => {
        await openMap(page);
        await page.keyboard.press('F3');
        await page.keyboard.press('Home');
        await page.keyboard.press('KeyL');
        equal(await page.locator('.track, .units .foot button:has-text("轨迹")').count(), 0);
        await page.keyboard.press('F8');
        await page.keyboard.type('TRK 0131');
        await page.keyboard.press('Enter');
        await until(async () => (await page.locator('#command-says').innerText()).includes('只供指挥长'), 'why not');
        equal(fake.readings, []);
    });
}

async function dataTests(t) {
    await t('map_holds_every_incident_report_and_unit_that_has_a_place', small, async ({ page, fake }) => {
        await page.click('nav button:has-text("地图")');
        await ready(page);
        const placed = [...fake.world.incidents.values()].filter((i) => i.status !== 'closed' && i.place.lon !== undefined);
        const reports = [...fake.world.reports.values()].filter((r) => r.status === 'open' && r.place.lon !== undefined);
        const wanted = [...placed, ...reports].map((x) => x.id).concat([...fake.world.places.keys()]).sort();
        await page.click('.map .zoom button:nth-child(3)');
        await until(async () => Object.keys(await held(page)).length >= wanted.length, 'all marks');
        equal(Object.keys(await held(page)).sort(), wanted);
        const marks = await held(page);
        equal(marks['live-u9'].image, 'unit-available-now-panic');
        must(marks['live-i5'].image.endsWith('-planned'), `held: ${marks['live-i5'].image}`);
        const row = fake.command('report.receive', {
            channel: '110',
            place: { state: 'approximate', lon: 122.625, lat: 29.415, radius_m: 600 },
        });
        const fresh = row.entries.at(-1).after.incidents[0].id;
        await until(async () => fresh in (await held(page)), 'the new incident');
        equal(Object.keys(await held(page, 'areas')), [fresh], 'circles:');
    });
    await t(
        'map_dashes_a_unit_that_was_not_heard_of_for_two_minutes_and_says_how_long',
        {
            ...small,
            before: ({ fake }) => {
                fake.still.add('live-u3');
                fake.world.places.get('live-u3').at -= 185_000;
            },
        },
        async ({ page }) => {
            await page.click('nav button:has-text("地图")');
            await ready(page);
            const { image, label, lost } = (await held(page))['live-u3'];
            equal([image, lost], ['unit-available-lost', true]);
            must(/ 3\u00a0分$/.test(label), label);
        },
    );
    await t('map_draws_the_orders_of_the_incident_that_is_looked_at', desk, async ({ page }) => {
        await page.click('#queue-live-i3');
        await openMap(page);
        await until(async () => Object.values(await held(page, 'orders')).some((o) => o.planned === false), 'its order');
        await until(async () => Object.values(await held(page, 'orders')).some((o) => o.road && / 3'05"$/.test(o.label)), 'its way by road');
        must(/还需 3'05"（1\.5 公里）/.test(await page.locator('[data-left]').first().innerText()), 'what is left of it, beside the order');
        await page.click('#queue-live-i1');
        await until(async () => Object.keys(await held(page, 'orders')).length === 0, 'no order');
    });
}

async function handTests(t) {
    await t('map_and_lists_share_the_selection', desk, async ({ page, fake }) => {
        await openMap(page);
        const place = fake.world.incidents.get('live-i3').place;
        await clickUntil(page, place, async () => (await selected(page)) === 'live-i3', 'the incident in the queue');
        await page.click('#queue-live-i1');
        await page.keyboard.press('F5');
        const unit = fake.world.places.get('live-u2');
        fake.still.add('live-u2');
        await clickUntil(page, unit, async () => (await unitOf(page)) === 'live-u2', 'the unit on the board');
        equal(await selected(page), 'live-i1', 'the incident stays:');
    });
    await t('map_is_worked_by_keys_alone', desk, async ({ page }) => {
        await openMap(page);
        const from = await centre(page);
        await page.keyboard.press('ArrowRight');
        await page.keyboard.press('ArrowUp');
        const to = await centre(page);
        must(to.lon > from.lon && to.lat > from.lat, 'the arrows move it');
        await page.keyboard.press('+');
        await page.keyboard.press('Enter');
        await until(async () => (await page.textContent('#map-said')).startsWith('已选'), 'what was picked');
        const first = await page.textContent('#map-said');
        await page.keyboard.press('Enter');
        await until(async () => (await page.textContent('#map-said')) !== first, 'the next');
        await page.keyboard.press('Home');
        await page.keyboard.press('Escape');
        equal(await page.evaluate(() => document.activeElement?.id), 'queue-list');
    });
    await t('map_is_brought_to_a_unit_by_the_command_line', { size: { width: 1280, height: 720 } }, async ({ page, fake }) => {
        equal(await page.locator('.panel.map').count(), 0, 'closed on a low screen:');
        await page.keyboard.press('F8');
        await page.keyboard.type('P 0137');
        await page.keyboard.press('Enter');
        await ready(page);
        await until(async () => (await page.textContent('#map-said')).includes('0137'), 'the answer');
        const [c, u] = [await centre(page), fake.world.places.get('live-u7')];
        must(Math.abs(c.lon - u.lon) < 0.005 && Math.abs(c.lat - u.lat) < 0.005, 'the unit in the middle');
        await page.click('.panel.map button:has-text("收起")');
        equal(await page.locator('.panel.map').count(), 0);
    });
}

async function placeTests(t) {
    await t('map_fills_a_place_into_the_report_that_is_being_taken', desk, async ({ page, fake }) => {
        await openMap(page);
        await page.keyboard.press('F9');
        await page.waitForSelector('.panel.map .hint');
        const place = { lon: 122.6234, lat: 29.4123 };
        await clickAt(page, place);
        await until(async () => (await page.inputValue('#form-place-lon')) !== '', 'the place in the form');
        must(Math.abs(Number(await page.inputValue('#form-place-lon')) - place.lon) < 0.001, 'its longitude');
        equal(await page.inputValue('#form-place-state'), 'known');
        await until(async () => 'here' in (await held(page, 'here')), 'the cross at it');
        await page.keyboard.press('F5');
        await page.keyboard.press('ArrowLeft');
        await page.keyboard.press('Enter');
        await until(async () => Math.abs(Number(await page.inputValue('#form-place-lon')) - place.lon) > 0.001, 'another place');
        await page.keyboard.press('Escape');
        equal(await page.evaluate(() => document.activeElement?.id), 'form-place-lon', 'back in the form:');
        const lon = Number(await page.inputValue('#form-place-lon'));
        const count = fake.world.reports.size;
        await page.keyboard.press('Control+Enter');
        await until(() => fake.world.reports.size > count, 'the report');
        equal([...fake.world.reports.values()].at(-1).place.lon, lon);
        await until(async () => Object.keys(await held(page, 'here')).length === 0, 'no cross after it');
    });
}

async function listTests(t) {
    for (const lang of ['zh', 'en']) {
        await t(`map_reads_as_a_list_and_has_no_accessibility_violations_${lang}`, { ...desk, lang }, async ({ page }) => {
            await openMap(page);
            equal(await axe(page), [], 'map:');
            await page.click('.panel.map .head button:first-of-type');
            await until(async () => (await page.locator('#map-rows-list [role="option"]').count()) > 3, 'rows');
            equal(await axe(page), [], 'list:');
            await page.focus('#map-rows-list');
            await page.keyboard.press('Home');
            await page.keyboard.press('ArrowDown');
            const row = await page.getAttribute('#map-rows-list [aria-selected="true"]', 'id');
            equal(await selected(page), row.replace('map-rows-', ''));
            await page.keyboard.press('F9');
            await page.waitForSelector('.panel.map .hint');
            equal(await axe(page), [], 'placing:');
        });
        await t(`map_on_a_phone_has_no_accessibility_violations_${lang}`, { ...phone, lang }, async ({ page }) => {
            await page.tap('nav button:nth-child(5)');
            await ready(page);
            equal(await axe(page), [], 'map:');
            equal(await tooSmall(page), [], 'map:');
        });
    }
    await t('map_is_plain_where_the_processor_draws_until_a_person_says_otherwise', desk, async ({ page }) => {
        await openMap(page);
        const button = page.locator('.panel.map .head button:has-text("简图")');
        equal(await button.getAttribute('aria-pressed'), 'true');
        await button.click();
        equal(await button.getAttribute('aria-pressed'), 'false');
        await ready(page);
        equal(await page.evaluate(() => localStorage.getItem('tocsin.map.lite')), 'off');
        await page.click('header button[aria-label="亮色"]');
        equal(await page.evaluate(() => document.documentElement.dataset.theme), 'light');
        equal(await axe(page), [], 'in light colours:');
        await until(async () => Object.keys(await held(page)).length > 0, 'marks in the other theme');
        await page.click('header button:has-text("English")');
        await until(async () => /In view/.test(await page.textContent('#map-summary')), 'English');
        await ready(page);
    });
}

async function windowTests(t) {
    await t('map_in_a_window_of_its_own_shares_selection_places_and_asks_for_what_it_shows', desk, async ({ page, fake, context }) => {
        await openMap(page);
        const [second] = await Promise.all([
            context.waitForEvent('page'),
            page.click('.panel.map button:has-text("另窗")'),
        ]);
        await second.setViewportSize({ width: 900, height: 700 });
        await ready(second);
        equal(await second.locator('#queue-list').count(), 0, 'the map alone:');
        equal(await axe(second), []);
        const { bbox } = await until(() => fake.hellos.find((m) => m.bbox !== undefined), 'the box of its view');
        const at = await centre(second);
        must(bbox[0] < at.lon && at.lon < bbox[2] && bbox[1] < at.lat && at.lat < bbox[3], JSON.stringify(bbox));
        must(fake.hellos.some((m) => m.bbox === undefined), 'the desk asks for all of them');
        await page.click('#queue-live-i2');
        await until(() => second.evaluate(() => globalThis.tocsinMap.ringed().includes('live-i2')), 'the ring over there');
        const place = fake.world.incidents.get('live-i3').place;
        await clickUntil(second, place, async () => (await selected(page)) === 'live-i3', 'what was picked over there');
        await page.keyboard.press('F9');
        await second.waitForSelector('.panel.map .hint');
        await clickAt(second, { lon: 122.622, lat: 29.411 });
        await until(async () => (await page.inputValue('#form-place-lon')) !== '', 'the place in the form over here');
        await page.keyboard.press('Escape');
        await second.waitForSelector('.panel.map .hint', { state: 'detached' });
        await page.click('.panel.map button:has-text("收起")');
        await page.keyboard.press('F8');
        await page.keyboard.type('P 0137');
        await page.keyboard.press('Enter');
        await until(async () => (await second.textContent('#map-said')).includes('0137'), 'the unit over there');
        equal(await page.locator('.panel.map').count(), 0, 'and no second map here:');
        await second.close();
    });
}

/* Where nothing can draw, the list stands in for the map. */
export async function undrawnTests(h, only) {
    const browser = await launch();
    if (only === undefined || 'map_without_drawing_is_a_list'.includes(only)) {
        await h.test('map_without_drawing_is_a_list', () =>
            at(browser, desk, async ({ page }) => {
                await page.keyboard.press('F5');
                await until(async () => (await page.locator('#map-rows-list [role="option"]').count()) > 3, 'rows');
                await until(() => page.evaluate(() => document.activeElement?.id === 'map-rows-list'), 'the focus');
                equal(await axe(page), []);
            }),
        );
    }
    await browser.close();
}

export async function mapTests(h) {
    const browser = await launch({ draws: true });
    const only = process.env.ONLY;
    const t = (name, options, act) =>
        only === undefined || name.includes(only) ? h.test(name, () => at(browser, options, act)) : undefined;
    await dataTests(t);
    await namedTests(t);
    await trackTests(t);
    await handTests(t);
    await placeTests(t);
    await listTests(t);
    await windowTests(t);
    await browser.close();
    await undrawnTests(h, only);
}
