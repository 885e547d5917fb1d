// The stories of the operator page against the real server.
import { axe, until } from '../../console/test/browser.mjs';
import * as flow from '../../console/test/flow.mjs';
import { openRow, phone, sheetOrder, tooSmall, work } from '../../console/test/phone.mjs';
import { equal, must } from '../../console/test/harness.mjs';
import { framesGiveThePicture, openLane, place } from './scene.mjs';
import { password } from './server.mjs';
import { spareStories } from './spare.mjs';

const lane = await openLane('e2e-desk');
const { receive, server, story, words } = lane;
const statusWord = (lang) => (status) => words(lang).wire(status === 'closed' ? 'incidentStatus' : 'assignmentStatus', status);
const seqShown = async (page) => Number(await page.getAttribute('[data-seq]', 'data-seq'));

for (const lang of ['zh', 'en']) {
    await story(`a_report_is_taken_dispatched_recorded_and_closed_by_keyboard_${lang}`, { lang }, async ({ page }) => {
        const number = await flow.takeReport(page, {
            type: '20.04.02.00',
            narrative: '楼上装修很吵',
            'place.address': '锦绣家园 6 幢',
            'place.lon': '122.68',
            'place.lat': '29.41',
            'caller.name': '某乙',
            'caller.phone': '10000000001',
        });
        await flow.lifeCycle(page, number, statusWord(lang));
    });
    await story(`no_accessibility_violations_${lang}`, { lang }, async ({ page }) => {
        await receive();
        await until(async () => (await page.locator('#queue-list [role="option"]').count()) > 0, 'an incident');
        await page.keyboard.press('F2');
        await page.keyboard.press('Home');
        await until(async () => (await page.locator('#advice button').count()) > 0, 'the recommendation');
        await page.evaluate(() => document.querySelector('#advice button[aria-expanded]')?.click());
        equal(await axe(page), [], 'desk:');
        await page.keyboard.press('F9');
        await page.keyboard.press('Control+Enter');
        equal(await axe(page), [], 'form:');
    });
}

for (const lang of ['zh', 'en']) {
    await story(`a_thumb_finds_and_works_an_incident_on_a_phone_${lang}`, { lang, ...phone }, async ({ page }) => {
        const number = (await receive({ cues: { injured: true } })).events
            .find((e) => e.kind === 'incident.opened')
            .data.incident.number.slice(-4);
        await until(async () => (await flow.queueNumbers(page)).includes(number), 'the row');
        equal(await tooSmall(page), [], 'queue:');
        await openRow(page, number);
        await work(page, statusWord(lang));
        must((await flow.sheetText(page)).includes(place.address), 'the place');
        equal((await sheetOrder(page)).slice(0, 4), ['place', 'orders', 'advice', 'timeline']);
        await page.locator('#advice button[aria-expanded]').first().tap();
        equal(await tooSmall(page), [], 'sheet:');
        equal(await axe(page), [], 'sheet:');
        await page.goBack();
        must(await page.locator('#queue-list').isVisible(), 'back leads to the queue, not out of the page');
    });
}

for (const [lang, words, zone] of [
    ['zh', /报警 \d+ → 警情 (\d+)/, '西塘'],
    ['en', /report \d+ → incident (\d+)/i, 'Xitang'],
]) {
    await story(`a_report_with_an_address_alone_gets_a_rough_place_and_is_opened_${lang}`, { lang }, async ({ page }) => {
        await page.keyboard.press('F9');
        await page.waitForSelector('form.form');
        await flow.fillField(page, 'type', '20.04.02.00');
        await flow.fillField(page, 'place.address', '西塘里 18 号');
        await page.waitForSelector('[data-field="place.address"] .note');
        const beat = await page
            .locator('[data-field="place.zone"] option', { hasText: zone })
            .last()
            .getAttribute('value');
        await flow.fillField(page, 'place.zone', beat);
        equal(await page.inputValue('[data-field="place.state"] select'), 'approximate');
        await flow.sendForm(page);
        const said = () => page.locator('#command-says').innerText();
        const number = await until(async () => words.exec(await said())?.[1], 'the incident to be told');
        await until(async () => (await flow.sheetTitle(page)).startsWith(number), 'its sheet');
        const text = await until(async () => {
            const now = await flow.sheetText(page);
            return now.includes('≈ 西塘里 18 号') && now;
        }, 'the address, marked as rough');
        must(text.includes(zone), 'the zone that was meant');
        await until(async () => (await page.locator('#advice .need button:not(.plain)').count()) > 0, 'a unit to send');
    });
}

await story('officer_initiated_by_radio_is_dispatched_and_on_scene_at_once', {}, async ({ page }) => {
    await flow
        .takeReport(page, {
            channel: 'officer',
            type: '20.04.02.00',
            'place.address': '西塘路',
            'place.lon': '122.66',
            'place.lat': '29.42',
            unit: '交0201',
            on_scene: true,
        })
        .then((number) => flow.walkQueue(page, number));
    await until(
        async () => (await flow.orders(page)).some((o) => o.callsign === '交0201' && o.status === '到场'),
        'the unit on scene',
    );
});

await story('what_another_seat_does_stands_here_at_once', {}, async ({ page }) => {
    const before = (await flow.queueNumbers(page)).length;
    await receive({ type: '20.04.02.00' });
    await until(async () => (await flow.queueNumbers(page)).length === before + 1, 'the row');
});

await story('wrong_input_in_every_field_is_shown_at_its_field', {}, async ({ page }) => {
    await page.keyboard.press('F9');
    const wrong = {
        type: '没有的类别',
        narrative: '话'.repeat(1334),
        'place.address': '路'.repeat(43),
        'place.lon': '181',
        'place.lat': 'x',
        'place.radius_m': '1.5',
        'place.detail': 'x'.repeat(501),
        'caller.name': 'n'.repeat(101),
        'caller.phone': '9'.repeat(41),
        'caller.language': 'l'.repeat(41),
        incident: '9999',
        priority: '10',
        unit: '没有的呼号',
        external_id: 'x'.repeat(64),
    };
    for (const [path, value] of Object.entries(wrong)) {
        await flow.tabTo(page, `[data-field="${path}"] :is(input, textarea)`);
        await page.keyboard.insertText(value);
    }
    await page.keyboard.press('Control+Enter');
    equal(
        await page.evaluate(() =>
            Array.from(document.querySelectorAll('.field:has(.error)'), (f) => f.dataset.field).sort(),
        ),
        Object.keys(wrong).sort(),
    );
});

await story('the_door_names_the_same_fields_as_the_form', {}, async () => {
    const wrong = [
        [{ channel: 'pigeon' }, 'channel'],
        [{ call: 'x' }, 'call'],
        [{ type: 'x'.repeat(16) }, 'type'],
        [{ priority: 10 }, 'priority'],
        [{ narrative: 7 }, 'narrative'],
        [{ place: { ...place, lon: 181 } }, 'place.lon'],
        [{ place: { ...place, lat: 'x' } }, 'place.lat'],
        [{ place: { ...place, radius_m: -1 } }, 'place.radius_m'],
        [{ place: { ...place, address: 'x'.repeat(128) } }, 'place.address'],
        [{ place: { ...place, flags: ['moon'] } }, 'place.flags'],
        [{ caller: { name: 'x'.repeat(101) } }, 'caller.name'],
        [{ caller: { phone: 'x'.repeat(41) } }, 'caller.phone'],
        [{ external_id: 'x'.repeat(64) }, 'external_id'],
        [{ type: '00.99' }, 'type'],
    ];
    for (const [data, field] of wrong) {
        const problem = await server.command(
            'operator',
            'report.receive',
            { channel: '110', place, ...data },
            { problems: true },
        );
        const named = (problem.field ?? '').replace(/^data\./, '').replace(/\[\d+\]/g, '');
        must(
            problem.status >= 400 && named.startsWith(field),
            `${JSON.stringify(data).slice(0, 60)}: ${JSON.stringify(problem)}`,
        );
    }
});

await story('a_refusal_of_the_server_stands_at_its_field_and_loses_nothing', {}, async ({ page }) => {
    await page.keyboard.press('F9');
    await flow.fillField(page, 'narrative', '有人在说话');
    await flow.fillField(page, 'place.state', 'known');
    await page.keyboard.press('Control+Enter');
    await until(async () => (await page.locator('.form .error, .form .state .bad').count()) > 0, 'the refusal');
    equal(await page.inputValue('[data-field="narrative"] textarea'), '有人在说话');
});

await story(
    'times_are_the_citys_on_a_desk_of_another_zone',
    { timezoneId: 'America/New_York' },
    async ({ page }) => {
        const { events } = await receive();
        const opened = events.find((e) => e.kind === 'incident.opened').data.incident;
        const local = (instant) => new Date(Date.parse(instant) + 8 * 3_600_000).toISOString();
        const number = opened.number.slice(-4);
        await until(async () => (await flow.queueNumbers(page)).includes(number), 'the row');
        await flow.walkQueue(page, number);
        await until(async () => (await flow.sheetTitle(page)).startsWith(number), 'the sheet');
        const wanted = local(opened.opened_at).slice(5, 19).replace('T', ' ');
        must((await flow.sheetText(page)).includes(wanted), `the sheet says ${wanted}`);
        const clock = await page.locator('.clock').innerText();
        equal(clock.slice(0, 2), local(new Date().toISOString()).slice(11, 13), 'the hour on the clock');
        must(clock.includes('UTC+08:00'), 'the clock says that it is not the desk\'s own');
    },
);

for (const [lang, rules] of [
    ['zh', /扰序可疑与技防[\s\S]*每警必处/],
    ['en', /disorder, suspicion, alarms[\s\S]*every incident/],
]) {
    await story(`the_rules_behind_a_tier_have_names_${lang}`, { lang }, async ({ page }) => {
        const number = (await receive()).events
            .find((e) => e.kind === 'incident.opened')
            .data.incident.number.slice(-4);
        await until(async () => (await flow.queueNumbers(page)).includes(number), 'the row');
        await flow.walkQueue(page, number);
        await until(async () => rules.test(await page.locator('.sheet .rules').innerText()), 'the rules by name');
        await until(async () => rules.test(await page.locator('#sheet ol').innerText()), 'the same on the timeline');
    });
}

await story('protected_values_are_shown_for_a_purpose_only', {}, async ({ page }) => {
    const { events } = await receive({ caller: { name: '甲某人', phone: '10000000042' }, narrative: '绝密的话' });
    const number = events.find((e) => e.kind === 'report.received').data.report.number.slice(-4);
    await until(async () => (await flow.queueNumbers(page)).includes(number), 'the row');
    await flow.walkQueue(page, number);
    await until(async () => (await flow.sheetTitle(page)).startsWith(number), 'the sheet');
    must(!(await page.content()).includes('甲某人'), 'nothing before');
    await page.keyboard.press('F6');
    await flow.tabTo(page, '#purpose');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await until(
        async () => /甲某人[\s\S]*10000000042|10000000042[\s\S]*甲某人/.test(await flow.sheetText(page)),
        'the caller',
    );
});

await story('tier_hold_note_amend_and_reopen_work_from_the_desk', { user: 'commander' }, async ({ page }) => {
    const { events } = await receive();
    const opened = events.find((e) => e.kind === 'incident.opened').data.incident;
    const number = opened.number.slice(-4);
    await until(async () => (await flow.queueNumbers(page)).includes(number), 'the row');
    await flow.command(page, `GO ${number}`);
    await flow.command(page, `N ${number}; 已联系物业`);
    await flow.command(page, `T ${number} 2; 有人受伤`);
    await flow.command(page, `H ${number} 10; 等回电`);
    await until(async () => (await flow.statusText(page)) === '暂缓', 'the hold');
    await page.keyboard.press('F2');
    await flow.walkQueue(page, number);
    await page.keyboard.press('KeyM');
    await flow.fillField(page, 'place.address', '滨江大道 3 号');
    await page.locator('[data-field="cues_denied"] input').first().check();
    await flow.sendForm(page);
    await until(async () => (await flow.sheetText(page)).includes('滨江大道 3 号'), 'the new address');
    must((await page.locator('#cues-denied').textContent()) === '已询问, 否认 持械', 'the danger that was denied');
    await flow.command(page, `X ${number} advised; 已告知`);
    await until(async () => (await flow.statusText(page)) === '已结', 'the closing');
    await page.keyboard.press('F6');
    await page.keyboard.press('KeyO');
    await flow.fillField(page, 'reason', '再次来电');
    await flow.sendForm(page);
    await until(async () => (await flow.queueNumbers(page)).includes(number), 'the row again');
});

await story('a_report_without_an_incident_is_linked_and_settled', {}, async ({ page }) => {
    const incident = (await receive()).events.find((e) => e.kind === 'incident.opened').data.incident;
    const report = (await receive({ open: false })).events.find((e) => e.kind === 'report.received').data.report;
    const other = (await receive({ open: false })).events.find((e) => e.kind === 'report.received').data.report;
    await until(async () => (await flow.reportNumbers(page)).includes(other.number.slice(-4)), 'the reports');
    await flow.command(page, `LK ${report.number.slice(-4)} ${incident.number.slice(-4)}`);
    await flow.command(page, `ST ${other.number.slice(-4)} answered`);
    await until(async () => !(await flow.reportNumbers(page)).includes(other.number.slice(-4)), 'the settling');
    await flow.command(page, `GO ${incident.number.slice(-4)}`);
    await until(async () => (await flow.sheetText(page)).includes(report.number.slice(-4)), 'the report on the sheet');
});

await story('only_the_commander_stops_automation', { user: 'commander' }, async ({ page }) => {
    await flow.command(page, 'STOP; 演练');
    await until(async () => (await page.locator('.stopped').count()) === 1, 'the mark');
    await flow.command(page, 'RUN; 演练结束');
    await until(async () => (await page.locator('.stopped').count()) === 0, 'the end of it');
});

await spareStories(lane); // behind the next one units stand as chance leaves them

await framesGiveThePicture(lane);

await story('signing_out_ends_the_session_at_the_server', {}, async ({ page }) => {
    const token = await page.evaluate(() => JSON.parse(sessionStorage.getItem('tocsin.session')).token);
    await page.evaluate(() => Array.from(document.querySelectorAll('header button')).at(-1).click());
    await page.waitForSelector('#sign-in-user');
    const again = await until(async () => {
        const response = await fetch(`${server.url}/api/v1/incidents`, {
            headers: { Authorization: `Bearer ${token}` },
        });
        return response.status === 401;
    }, 'the session to end');
    must(again, 'the token is dead');
});

await story('a_session_ended_elsewhere_asks_to_sign_in_over_the_frozen_screen', {}, async ({ page }) => {
    await page.keyboard.press('F9');
    await flow.fillField(page, 'narrative', '说到一半');
    const token = await page.evaluate(() => JSON.parse(sessionStorage.getItem('tocsin.session')).token);
    await fetch(`${server.url}/api/v1/sessions/current`, {
        method: 'DELETE',
        headers: { Authorization: `Bearer ${token}` },
    });
    await page.waitForSelector('#sign-in-password', { timeout: 15_000 });
    must((await flow.queueNumbers(page)).length > 0, 'the screen stays in sight');
    await page.fill('#sign-in-password', password('operator'));
    await page.keyboard.press('Enter');
    await until(async () => (await page.getAttribute('[data-link]', 'data-link')) === 'live', 'the link', 15_000);
    equal(await page.inputValue('[data-field="narrative"] textarea'), '说到一半');
});

await story('a_server_that_comes_back_is_caught_up_with_and_nothing_typed_is_lost', {}, async ({ page }) => {
    await page.keyboard.press('F9');
    await flow.fillField(page, 'narrative', '说到一半');
    const before = await seqShown(page);
    await server.stop('SIGKILL');
    await until(async () => (await page.getAttribute('[data-link]', 'data-link')) === 'down', 'the break', 15_000);
    await server.start();
    await server.signIn('operator');
    await receive();
    await until(async () => (await page.getAttribute('[data-link]', 'data-link')) === 'live', 'the link', 20_000);
    await until(async () => (await seqShown(page)) > before, 'the missing rows');
    equal(await page.inputValue('[data-field="narrative"] textarea'), '说到一半');
});

await lane.close();
