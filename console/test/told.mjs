// What the desk tells by itself, in which language, and what it leaves alone while a person types.
import { axe, until } from './browser.mjs';
import { users } from './fake_server.mjs';
import * as flow from './flow.mjs';
import { equal, must } from './harness.mjs';

const says = (page) => page.locator('#command-says').innerText();
const toggle = (page) => page.locator('header button[lang]').click();
const chinese = /[\u4e00-\u9fff]/;

/* All that is read aloud without being looked at. */
const spoken = (page) => page.locator('.hidden[role]').allInnerTexts();

async function takeOne(page, more = {}) {
    await page.keyboard.press('F9');
    await page.waitForSelector('form.form');
    for (const [path, value] of Object.entries({ type: '30.02.00.00', ...more })) {
        await flow.fillField(page, path, value);
    }
    await flow.sendForm(page);
}

export async function toldTests(t) {
    for (const [lang, words] of [
        ['zh', '报警 0409 → 警情 0409'],
        ['en', 'report 0409 → incident 0409'],
    ]) {
        await t(`what_a_report_became_is_told_and_opened_${lang}`, { lang }, async ({ page }) => {
            await flow.walkQueue(page, '0404');
            await takeOne(page);
            await until(async () => (await says(page)).toLowerCase().includes(words), 'the incident to be told');
            await until(async () => (await flow.sheetTitle(page)).startsWith('0409'), 'its sheet');
            await until(
                () => flow.matches(page, '#queue-list'),
                'the keys to act on the queue again',
            );
            must(await page.locator('#queue-list .cursor').isVisible(), 'its row is in sight');
        });
    }
    await t('a_report_that_joined_an_incident_is_told_with_both_numbers', {}, async ({ page }) => {
        await takeOne(page, { incident: '0402' });
        await until(async () => (await says(page)).includes('报警 0409 → 警情 0402'), 'both numbers');
        await until(async () => (await flow.sheetTitle(page)).startsWith('0402'), 'the sheet of the incident');
    });
    await t('a_report_kept_open_is_told_and_so_is_where_others_put_it', {}, async ({ page, fake }) => {
        await takeOne(page, { open: true });
        await until(async () => (await says(page)).includes('报警 0409 · 待处理'), 'that it waits');
        await until(async () => (await flow.sheetTitle(page)).includes('0409'), 'the report');
        await flow.walkQueue(page, '0402');
        fake.command('report.link', { report: 'live-r9', incident: 'live-i1' }, users.commander);
        await until(async () => (await says(page)).includes('报警 0409 → 警情 0401'), 'where it went');
        must((await flow.sheetTitle(page)).startsWith('0402'), 'the person stays where they are');
    });
    await t('who_types_is_told_and_left_alone', {}, async ({ page, fake }) => {
        await flow.walkQueue(page, '0404');
        fake.lost = true; // the answer comes when asked again
        await page.keyboard.press('F9');
        await flow.fillField(page, 'type', '30.02.00.00');
        await page.keyboard.press('Control+Enter');
        await page.keyboard.press('Escape');
        await page.keyboard.press('F8');
        await page.keyboard.type('N 404; 已联');
        fake.lost = false;
        await until(async () => (await says(page)).includes('警情 0409'), 'the incident to be told', 10_000);
        must((await flow.sheetTitle(page)).startsWith('0404'), 'the selection stays');
        equal(await page.inputValue('#command-line'), 'N 404; 已联');
        must(await flow.matches(page, '#command-line'), 'the focus stays');
        await page.click('#command-says button');
        await until(async () => (await flow.sheetTitle(page)).startsWith('0409'), 'its sheet, when asked for');
    });
    await t('an_answer_to_a_form_put_away_closes_no_other_and_its_refusal_is_told', {}, async ({ page, fake }) => {
        await flow.walkQueue(page, '0404');
        fake.lost = true;
        await page.keyboard.press('F9');
        await flow.fillField(page, 'type', '30.02.00.00');
        await page.keyboard.press('Control+Enter');
        await page.keyboard.press('Escape');
        await page.keyboard.press('F2');
        await page.keyboard.press('KeyN');
        fake.lost = false;
        await until(async () => (await says(page)).includes('警情 0409'), 'the incident to be told', 10_000);
        must(await flow.matches(page, '[data-field="note"] textarea'), 'the other form is still open');
        must((await flow.sheetTitle(page)).startsWith('0404'), 'over its incident');
        await page.keyboard.press('Escape');
        fake.muted = true;
        await page.keyboard.press('F9');
        await flow.fillField(page, 'place.state', 'known');
        await page.keyboard.press('Control+Enter');
        await page.keyboard.press('Escape');
        fake.muted = false;
        await until(async () => (await says(page)).includes('须有地点'), 'the refusal to be told', 10_000);
    });
    await t('a_row_chosen_by_the_desk_comes_into_sight', {}, async ({ page, fake }) => {
        for (let n = 0; n < 60; n++) {
            fake.command('report.receive', { channel: '110', type: '30.02.00.00', place: { state: 'unknown' } });
        }
        await until(async () => (await page.getAttribute('#queue-list .row', 'aria-setsize')) > 60, 'the rows');
        await takeOne(page);
        await until(async () => (await page.locator('#queue-list .cursor .number').count()) === 1, 'the row');
        equal(await page.locator('#queue-list .cursor .number').innerText(), '0469');
    });
    await t('what_was_said_follows_the_language', {}, async ({ page, fake }) => {
        fake.command('unit.panic', { unit: 'live-u4' });
        await until(async () => (await page.locator('#alarm-spoken').innerText()) !== '', 'the alarm');
        await flow.command(page, 'N 404; x');
        must((await says(page)).includes('完成：'), 'done, in Chinese');
        await toggle(page);
        for (const text of [...(await spoken(page)), await says(page)]) {
            // Callsigns are names and stay.
            must(!chinese.test(text.replace(/巡\d+/g, '')), `still Chinese: ${text}`);
        }
        must(/^done: /i.test(await says(page)), `says ${await says(page)}`);
        await takeOne(page);
        await until(async () => (await says(page)).includes('→'), 'the incident');
        await toggle(page);
        must((await says(page)).includes('警情 0409'), `says ${await says(page)}`);
    });
    await t('an_alarm_that_is_over_is_not_read_out_by_a_change_of_language', {}, async ({ page, fake }) => {
        await until(async () => /求助/.test(await page.locator('#alarm-spoken').innerText()), 'the alarm');
        fake.command('unit.panic_answer', { unit: 'live-u9', how: '平安' }, users.commander);
        await until(async () => (await page.locator('#alarms-list [role="option"]', { hasText: '求助' }).count()) === 0, 'its end');
        await toggle(page);
        equal(await page.locator('#alarm-spoken').innerText(), '');
    });
    await t('a_refusal_is_a_sentence_and_its_code_is_for_support', {}, async ({ page }) => {
        await page.keyboard.press('F8');
        await page.keyboard.type('X 402 handled');
        await page.keyboard.press('Enter');
        const bad = page.locator('#command-says .bad').first();
        await bad.waitFor();
        must(!/[a-z]_[a-z]/.test(await says(page)), `a code is shown: ${await says(page)}`);
        must((await bad.getAttribute('title')).includes('unit_committed'), 'the code for support');
        const before = await bad.innerText();
        await toggle(page);
        must((await bad.innerText()) !== before && !chinese.test(await bad.innerText()), 'in the other language');
    });
}

export async function placeTests(t) {
    const value = (page, path) => page.inputValue(`[data-field="${path}"] :is(input, select)`);
    await t('an_address_without_a_point_asks_for_a_rough_place', {}, async ({ page, fake }) => {
        await page.keyboard.press('F9');
        await flow.fillField(page, 'type', '30.02.00.00');
        await flow.fillField(page, 'place.address', '桥西新村 5 幢');
        const note = page.locator('[data-field="place.address"] .note');
        must((await note.innerText()).includes('推荐不了警力'), 'what an address alone is worth');
        await flow.fillField(page, 'place.zone', 'live-z2');
        equal(await value(page, 'place.state'), 'approximate');
        equal(await note.count(), 0);
        await flow.sendForm(page);
        const place = fake.world.incidents.get('live-i8').place;
        equal([place.state, place.address], ['approximate', '桥西新村 5 幢']);
        must(place.lon > 122.6 && place.lon < 122.7 && place.lat > 29.4 && place.lat < 29.45, 'a point in the zone');
        await until(async () => (await flow.sheetText(page)).includes('≈ 桥西新村 5 幢'), 'the sheet to say it is rough');
        await until(async () => /推荐 *\S*0\d+/.test(await flow.sheetText(page)), 'somebody to be recommended');
    });
    for (const lang of ['zh', 'en']) {
        await t(`an_address_finds_its_point_by_keys_${lang}`, { lang }, async ({ page, fake }) => {
            await page.keyboard.press('F9');
            await flow.fillField(page, 'type', '30.02.00.00');
            await flow.tabTo(page, '[data-field="place.address"] input');
            const options = page.locator('#form-place-address-list [role="option"]');
            await page.keyboard.type('人');
            await page.waitForTimeout(300);
            equal(fake.asked.length, 0, 'one character is no name:');
            await page.keyboard.type('民路 218');
            await until(async () => (await options.count()) === 2, 'the places');
            must(/±900 m/.test(await options.first().innerText()), 'how far the street reaches');
            must(/1\.2 km/.test(await options.first().innerText()), 'how far away it is');
            must((await options.first().innerText()).includes(lang === 'zh' ? '澜浦分局辖区' : 'Lanpu district'), 'its district');
            equal(await axe(page), [], 'the open list:');
            await page.keyboard.press('ArrowDown');
            await page.keyboard.press('Enter');
            equal(
                [await value(page, 'place.address'), await value(page, 'place.state'), await value(page, 'place.radius_m')],
                ['人民路', 'approximate', '900'],
                'a street:',
            );
            await page.keyboard.press('Control+A');
            await page.keyboard.type('人民路');
            await until(async () => (await options.count()) === 2, 'the places again');
            await page.keyboard.press('ArrowDown');
            await page.keyboard.press('ArrowDown');
            await page.keyboard.press('Enter');
            equal([await value(page, 'place.state'), await value(page, 'place.lon')], ['known', '122.6152'], 'a crossing:');
            await page.keyboard.type(' 东北角');
            equal(await value(page, 'place.lon'), '122.6152', 'what is added leaves the point:');
            await flow.sendForm(page);
            const place = fake.world.incidents.get('live-i8').place;
            equal([place.state, place.address, place.lon], ['known', '人民路与澜桥路路口 东北角', 122.6152]);
        });
    }
    await t('another_address_takes_the_found_point_away', {}, async ({ page }) => {
        await page.keyboard.press('F9');
        await flow.tabTo(page, '[data-field="place.address"] input');
        await page.keyboard.type('人民小学');
        await until(async () => (await page.locator('#form-place-address-list li').count()) === 1, 'the place');
        await page.locator('#form-place-address-list li').click();
        equal(await value(page, 'place.state'), 'known');
        await page.keyboard.press('Control+A');
        await page.keyboard.type('澜桥路 3 号');
        equal([await value(page, 'place.state'), await value(page, 'place.lon')], ['unknown', '']);
    });
    await t('the_command_line_finds_places_and_offers_the_others', {}, async ({ page, fake }) => {
        await page.keyboard.press('F8');
        await page.keyboard.type('RL 人民路');
        must((await page.locator('#command-says').innerText()).includes('查找地点'), 'what Enter will do');
        await page.keyboard.press('Enter');
        await until(async () => (await page.locator('.places button').count()) === 2, 'both');
        equal(await page.locator('.places [aria-pressed="true"] b').innerText(), '人民路');
        equal(await axe(page), []);
        await flow.tabTo(page, '.places button:nth-child(2)');
        await page.keyboard.press('Enter');
        equal(await page.locator('.places [aria-pressed="true"] b').innerText(), '人民路与澜桥路路口');
        await page.keyboard.press('F8');
        await page.keyboard.type('AT 无此路');
        await page.keyboard.press('Enter');
        await until(async () => (await page.locator('#command-says').innerText()).includes('没有找到：无此路'), 'that there is none');
        fake.places = [];
        equal(await page.locator('.places').count(), 0);
    });
    await t('a_typed_point_takes_the_place_of_a_rough_one', {}, async ({ page }) => {
        await page.keyboard.press('F9');
        await flow.fillField(page, 'place.zone', 'live-z2');
        await flow.fillField(page, 'place.lon', '122.62');
        equal([await value(page, 'place.state'), await value(page, 'place.zone')], ['known', '']);
        equal(await value(page, 'place.radius_m'), '');
    });
    await t('the_queue_shows_whole_addresses', { size: { width: 1600, height: 1000 } }, async ({ page, fake }) => {
        fake.command('report.receive', {
            channel: '110',
            type: '10.03.01.00',
            cues: { weapon: true, injured: true },
            place: { state: 'known', lon: 122.61, lat: 29.41, address: '滨海大道与港前路口东' },
        });
        await until(async () => (await flow.queueNumbers(page)).includes('0409'), 'the row');
        for (const width of [1600, 1920, 1440, 1280]) {
            await page.setViewportSize({ width, height: 900 });
            const cut = await page.evaluate(() =>
                Array.from(document.querySelectorAll('#queue-list .place'))
                    .filter((el) => el.scrollWidth > el.clientWidth)
                    .map((el) => el.textContent),
            );
            equal(cut, [], `at ${width}:`);
        }
    });
}
