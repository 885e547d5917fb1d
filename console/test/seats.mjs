// Seats in the browser: taking one, putting it off, whose work is whose, handing over, and alarms that are acknowledged.
import { axe, openPage, signIn, until } from './browser.mjs';
import { users } from './fake_server.mjs';
import * as flow from './flow.mjs';
import { equal, must } from './harness.mjs';
import { panel, phone, tooSmall } from './phone.mjs';

const says = (page) => page.locator('#command-says').innerText();
const post = (page) => page.getAttribute('[data-post]', 'data-post');
const seatButton = (code) => `.ask [data-seat="${code}"] button`;
const alarmOf = (fake, test) => [...fake.world.alarms.values()].find(test);

/* Counts the tones a page plays. */
const ears = (page) =>
    page.addInitScript(() => {
        window.tones = 0;
        const start = OscillatorNode.prototype.start;
        OscillatorNode.prototype.start = function (...at) {
            window.tones++;
            return start.apply(this, at);
        };
    });
const tones = (page) => page.evaluate(() => window.tones);

async function asked(page, user) {
    await signIn(page, user, users[user].password, { asked: true });
    await page.waitForSelector('.ask');
}

export async function seatTests(t) {
    for (const lang of ['zh', 'en']) {
        await t(`a_person_takes_a_seat_by_keyboard_and_hears_the_test_tone_${lang}`, { lang, signIn: false }, async ({ page, fake }) => {
            await ears(page);
            await page.reload();
            await asked(page, 'li');
            equal(await axe(page), [], 'the choice of a seat:');
            const rows = await page.locator('.ask tbody tr').allInnerTexts();
            must(/wang/.test(rows[2]) && /III/.test(rows[2]), `who sits there and what it covers: ${rows[2]}`);
            equal(await page.locator(seatButton('00')).count(), 0, 'the commander’s for an operator:');
            equal(await page.locator(seatButton('02')).count(), 0, 'a staffed one for an operator:');
            must(await flow.matches(page, seatButton('03')), 'the focus is on the empty seat');
            const before = await tones(page);
            await page.keyboard.press('Enter');
            await until(() => fake.world.seats.get('live-s03').person === 'li', 'the seat');
            await page.waitForSelector('.ask', { state: 'detached' });
            must((await tones(page)) > before, 'a test tone was played');
            equal(await page.getAttribute('header [data-seat]', 'data-seat'), '03');
            equal(await page.locator('header .sound').count(), 0, 'the notice that sound is off:');
        });
        await t(`seats_have_no_accessibility_violations_${lang}`, { lang }, async ({ page }) => {
            await page.keyboard.press('F7');
            await page.waitForSelector('.post li');
            equal(await axe(page), [], 'my seat:');
            await page.locator('.post .head button[aria-pressed]').nth(1).click();
            await page.waitForSelector('.post tbody tr');
            equal(await axe(page), [], 'all seats:');
            await page.keyboard.press('F7');
            await page.waitForSelector('.post', { state: 'detached' });
        });
        await t(`seats_fit_a_phone_${lang}`, { lang, signIn: false, ...phone }, async ({ page, fake }) => {
            await asked(page, 'li');
            equal(await axe(page), [], 'the choice:');
            equal(await tooSmall(page), [], 'the choice:');
            await page.tap(seatButton('03'));
            await page.waitForSelector('.ask', { state: 'detached' });
            fake.command('incident.pass', { incident: 'live-i4', seat: 'live-s03', reason: 'x' });
            await page.tap('header [data-seat]');
            await page.waitForSelector('.post li button.mark');
            equal(await axe(page), [], 'the sheet:');
            equal(await tooSmall(page), [], 'the sheet:');
            await panel(page, 4);
            await page.waitForTimeout(200);
            equal(await tooSmall(page), [], 'alarms:');
        });
    }
    await t('the_seat_can_be_put_off_and_the_header_says_so', { signIn: false }, async ({ page, fake }) => {
        await asked(page, 'li');
        must(await page.evaluate(() => document.querySelector('.desk').inert), 'nothing else has the keys');
        await page.keyboard.press('Escape');
        await page.waitForSelector('.ask', { state: 'detached' });
        must((await page.locator('header [data-seat]').innerText()).includes('未接席'), 'the notice');
        await page.keyboard.press('F7');
        await page.waitForSelector('.ask');
        fake.command('seat.take', { seat: 'live-s03' }, { name: 'zhao', role: 'operator' });
        await until(async () => (await page.locator('.ask [data-seat="03"]').innerText()).includes('zhao'), 'who was faster');
        equal(await page.locator(seatButton('03')).count(), 0);
    });
    await t('a_commander_relieves_a_seat_with_a_reason', { user: 'commander', signIn: false }, async ({ page, fake }) => {
        fake.world.seats.get('live-s00').person = undefined;
        await asked(page, 'commander');
        await page.click(seatButton('02'));
        await page.click('.ask .why button');
        must((await page.locator('.ask .why').innerText()).includes('必填'), 'a reason is wanted');
        await page.fill('#seat-why', '身体不适, 换班');
        await page.click('.ask .why button');
        await until(() => fake.world.seats.get('live-s02').person === 'commander', 'the seat');
    });
    await ownershipTests(t);
    await handOverTests(t);
    await alarmTests(t);
}

async function ownershipTests(t) {
    await t('work_is_passed_on_and_taken_over_with_a_reason', {}, async ({ page, fake }) => {
        await flow.walkQueue(page, '0403');
        await page.keyboard.press('KeyP');
        await page.waitForSelector('form.form');
        await page.keyboard.press('Control+Enter');
        equal(await page.locator('form.form .field:has(.error)').count(), 2, 'seat and reason are wanted:');
        await flow.fillField(page, 'seat', 'live-s02');
        await flow.fillField(page, 'reason', '涉及桥西');
        await flow.sendForm(page);
        equal(fake.world.incidents.get('live-i3').seat, 'live-s02');
        await until(async () => (await flow.sheetText(page)).includes('二号席'), 'the owner on the sheet');
        await page.keyboard.press('F2');
        await page.keyboard.press('KeyK');
        await flow.fillField(page, 'reason', '熟悉现场');
        await flow.sendForm(page);
        equal(fake.world.incidents.get('live-i3').seat, 'live-s01');
        await flow.command(page, 'PS 403 02; 再移交');
        equal(fake.world.incidents.get('live-i3').seat, 'live-s02');
        await flow.command(page, '接管 403; 再接管');
        equal(fake.world.incidents.get('live-i3').seat, 'live-s01');
    });
    await t('the_queue_shows_one_seats_work_and_marks_what_came_over', {}, async ({ page, fake }) => {
        const all = (await flow.queueNumbers(page)).length;
        fake.command('incident.pass', { incident: 'live-i4', seat: 'live-s02', reason: 'x' });
        await until(async () => (await page.locator('#queue-list .owner', { hasText: '02' }).count()) === 1, 'the owner');
        await page.selectOption('.by-seat', 'mine');
        await until(async () => (await flow.queueNumbers(page)).length === all - 1, 'my seat’s');
        await page.selectOption('.by-seat', 'live-s02');
        await until(async () => (await flow.queueNumbers(page)).join() === '0404', 'the other seat’s');
        await page.selectOption('.by-seat', '');
        fake.command('incident.pass', { incident: 'live-i4', seat: 'live-s01', reason: 'x' }, users.wang);
        await until(async () => (await page.locator('#queue-list .owner b').count()) === 1, 'the dot');
        must(alarmOf(fake, (m) => m.kind === 'handover_unread') !== undefined, 'it rings');
        await flow.walkQueue(page, '0404');
        await page.waitForSelector('.came');
        await page.keyboard.press('KeyY');
        await until(() => fake.world.incidents.get('live-i4').unread === undefined, 'the reading');
        await until(async () => (await page.locator('.came').count()) === 0, 'the notice to go');
        must(alarmOf(fake, (m) => m.kind === 'handover_unread') === undefined, 'it rings no more');
    });
    await t('the_commander_sees_all_seats', { user: 'commander' }, async ({ page, fake }) => {
        Object.assign(fake.world.seats.get('live-s02'), { silent: true, vacant_since: fake.world.instant() });
        fake.publish(fake.world.row('system', [{ kind: 'seat.silenced', data: { seat: 'live-s02' } }], { seats: ['live-s02'] }));
        fake.command('incident.pass', { incident: 'live-i4', seat: 'live-s00', reason: 'x' });
        await page.keyboard.press('F7');
        await page.locator('.post .head button[aria-pressed]').nth(1).click();
        const row = (code) => page.locator(`.post [data-seat="${code}"]`).innerText();
        must(/wang[\s\S]*失联/.test(await row('02')), `the silent one: ${await row('02')}`);
        must(/operator[\s\S]*在线/.test(await row('01')), `who sits at the first: ${await row('01')}`);
        must((await row('03')).includes('无人值守'), 'the empty one');
        must(/commander[\s\S]*1\s*1/.test(await row('00')), `load and unread: ${await row('00')}`);
    });
}

async function handOverTests(t) {
    await t('a_seat_is_handed_over_read_and_signed', {}, async ({ page, fake, context }) => {
        await page.keyboard.press('F7');
        await page.waitForSelector('.post li');
        await page.keyboard.press('Tab');
        await flow.tabTo(page, '#hand-to');
        await page.keyboard.press('Enter');
        must((await page.locator('.post .foot').innerText()).includes('必填'), 'a person is wanted');
        await page.keyboard.type('nobody');
        await page.keyboard.press('Enter');
        await until(async () => (await page.locator('.post .says').innerText()) !== '', 'the refusal');
        await page.keyboard.press('Control+A');
        await page.keyboard.type('li');
        await until(async () => (await page.locator('#hand-to-list [aria-selected="true"]').innerText()).includes('li'), 'the person');
        await page.keyboard.press('Enter');
        equal(await page.inputValue('#hand-to'), 'li', 'chosen, not yet signed:');
        await page.keyboard.press('Enter');
        await until(async () => (await page.locator('.post .warn').innerText()).includes('待 li 签收'), 'the signature');
        await page.click('.post .foot button:has-text("收回")');
        await until(() => fake.world.seats.get('live-s01').handing_to === undefined, 'the way back');
        await page.fill('#hand-to', 'li');
        await flow.tabTo(page, '#hand-note');
        await page.keyboard.type('北门施工, 绕行');
        await page.keyboard.press('Enter');
        await until(() => fake.world.seats.get('live-s01').handing_to === 'li', 'the second signature');
        fake.command('incident.note', { incident: 'live-i1', note: 'later' });

        const other = await openPage(context.browser(), fake.url, {});
        const next = other.page;
        await asked(next, 'li');
        must((await next.locator('.ask [data-seat="01"]').innerText()).includes('待您接班'), 'it is said that it waits');
        await next.click(seatButton('01'));
        await next.waitForSelector('.post li');
        equal(await axe(next), [], 'the sheet that is handed over:');
        equal(fake.readings, [], 'read before it was asked for:');
        await flow.tabTo(next, '.post .sealed button');
        await next.keyboard.press('Enter');
        await until(async () => (await next.locator('.post .sealed').innerText()).includes('北门施工, 绕行'), 'the note');
        equal(fake.readings, ['live-s01']);
        const items = await next.locator('.post section').first().locator('li').count();
        equal(items, [...fake.world.incidents.values()].filter((i) => i.seat === 'live-s01').length);
        await next.locator('.post section').first().locator('li button.line').first().click();
        must(await next.locator('.post input[type="checkbox"]').first().isChecked(), 'what was opened is read');
        const opened = await next.locator('.post li b').first().innerText();
        await until(async () => (await flow.sheetTitle(next)).startsWith(opened), 'it stands on the sheet beside');
        await next.click('#sign-in-seat');
        await until(() => fake.world.seats.get('live-s01').person === 'li', 'the seat');
        await until(async () => (await post(page)) === 'looking', 'the first person to be relieved');
        must((await says(page)).includes('已由 li 接过'), 'and told so');
        equal(fake.world.seats.get('live-s01').unread, fake.world.seats.get('live-s01').load - 1, 'all but the one read:');
        await until(async () => (await next.locator('#alarms-list').innerText()).includes('接收事项未阅'), 'the rest rings');
        await next.keyboard.press('F7');
        const left = fake.world.seats.get('live-s01').unread;
        for (let n = left; n > 0; n--) {
            await next.locator('.post button.mark').first().click();
            await until(() => fake.world.seats.get('live-s01').unread === n - 1, `${n - 1} to be left`);
        }
        await until(async () => !(await next.locator('#alarms-list').innerText()).includes('接收事项未阅'), 'quiet');
        equal(other.seen.errors, []);
        await other.context.close();
    });
    await t('who_is_to_come_next_is_chosen_from_those_who_may', {}, async ({ page, fake }) => {
        await page.keyboard.press('F7');
        await page.waitForSelector('.post li');
        await flow.tabTo(page, '#hand-to');
        await page.keyboard.press('ArrowDown');
        const names = page.locator('#hand-to-list [role="option"]');
        await until(async () => (await names.count()) === 3, 'the others');
        const texts = await names.allInnerTexts();
        must(!texts.some((x) => x.startsWith('operator')), 'oneself is not among them');
        must(texts.some((x) => /^wang.*接警调度员.*席位 02/.test(x)), `role and seat: ${texts.join(' | ')}`);
        must(/^li/.test(texts.at(-1)) || texts.every((x) => x.includes('未登录')), 'who is not there comes last');
        equal(await axe(page), [], 'the open list:');
        const [list, screen] = [await page.locator('#hand-to-list').boundingBox(), page.viewportSize()];
        must(list.y > 0 && list.y + list.height <= screen.height, 'the list is in sight');
        await page.keyboard.type('02');
        await until(async () => (await names.count()) === 1, 'by the seat');
        await page.keyboard.press('Enter');
        equal(await page.inputValue('#hand-to'), 'wang');
        await flow.tabTo(page, '#hand-note');
        await page.keyboard.insertText('长'.repeat(700));
        await page.keyboard.press('Enter');
        must((await page.locator('#hand-long').innerText()).includes('2000'), 'a note that is too long is named');
        equal(fake.world.seats.get('live-s01').handing_to, undefined);
    });
    await t('the_sheet_is_printed_without_the_desk', {}, async ({ page }) => {
        await page.keyboard.press('F7');
        await page.waitForSelector('.post li');
        await page.emulateMedia({ media: 'print' });
        must(await page.locator('.post .paper').isVisible(), 'its heading');
        for (const other of ['header', '.units', '.alarms', '.sheet', '.post .foot']) {
            must(!(await page.locator(other).first().isVisible()), `${other} is not printed`);
        }
        const last = await page.locator('.post section').last().boundingBox();
        must(last !== null, 'the last part is on the paper');
    });
    await t('nobody_gets_up_or_signs_out_while_the_seat_owns_work', {}, async ({ page, fake }) => {
        const load = fake.world.seats.get('live-s01').load;
        await page.keyboard.press('F7');
        await page.click('.post .foot button:has-text("离席")');
        await until(async () => (await page.locator('.post .says').innerText()).includes(`${load} 项未结`), 'the refusal in words');
        await page.keyboard.press('F7');
        await page.evaluate(() => Array.from(document.querySelectorAll('header button')).at(-1).click());
        await until(async () => (await page.locator('.post .warn').innerText()).includes('再退出'), 'why not');
        equal(await page.locator('#sign-in-user').count(), 0, 'signed out:');
        for (const id of [...fake.world.incidents.keys()]) {
            fake.command('incident.pass', { incident: id, seat: 'live-s02', reason: 'x' }, users.commander);
        }
        for (const r of [...fake.world.reports.values()].filter((x) => x.status === 'open')) {
            fake.command('incident.pass', { report: r.id, seat: 'live-s02', reason: 'x' }, users.commander);
        }
        await until(async () => (await page.locator('header [data-seat]').count()) === 1, 'the chip');
        await flow.command(page, '离席');
        await until(() => fake.world.seats.get('live-s01').person === undefined, 'the seat is free');
        equal(await post(page), 'looking', 'nobody is asked at once:');
    });
}

async function alarmTests(t) {
    await t('ctrl_k_acknowledges_the_top_alarm_at_the_server', {}, async ({ page, fake }) => {
        await until(async () => (await page.locator('#alarms-list [role="option"]').count()) > 1, 'the alarms');
        const first = (await page.locator('#alarms-list [role="option"]').first().getAttribute('id')).replace('alarms-', '');
        await page.waitForTimeout(900);
        await page.keyboard.press('Control+K');
        await until(() => fake.world.alarms.get(first).state === 'acknowledged', 'the notice at the server');
        await until(
            async () => (await page.locator(`#alarms-${first} .row`).getAttribute('data-state')) === 'acknowledged',
            'the row to say so',
        );
        must((await page.locator(`#alarms-${first}`).innerText()).includes('已确认 operator'), 'by whom');
        must((await page.locator('#alarms-list [role="option"]').first().getAttribute('id')) !== `alarms-${first}`, 'it gives way');
    });
    await t('an_alarm_of_another_seat_is_opened_but_not_acknowledged_by_the_key', { empty: true }, async ({ page, fake }) => {
        const row = fake.command('report.receive', { channel: '110', type: '10.03.01.00', place: { state: 'unknown' } }, users.wang);
        const incident = row.entries.find((e) => e.kind === 'incident.opened').incident;
        await until(async () => (await page.locator('#alarms-list [role="option"]').count()) === 1, 'the alarm');
        await page.waitForTimeout(900);
        await page.keyboard.press('Control+K');
        await until(async () => (await flow.sheetTitle(page)).startsWith(fake.world.incidents.get(incident).number.slice(-4)), 'the sheet');
        const alarm = alarmOf(fake, (m) => m.incident === incident);
        equal(alarm.state, 'standing');
        await page.keyboard.press('F4');
        await page.keyboard.press('KeyK');
        await until(() => alarmOf(fake, (m) => m.incident === incident).state === 'acknowledged', 'by its own key');
    });
    await t('alarms_are_shelved_with_end_and_reason_but_never_the_gravest', {}, async ({ page, fake }) => {
        fake.command('incident.pass', { incident: 'live-i4', seat: 'live-s02', reason: 'x' });
        fake.command('incident.pass', { incident: 'live-i4', seat: 'live-s01', reason: 'x' }, users.wang);
        await page.keyboard.press('F4');
        await page.keyboard.press('Home');
        await page.keyboard.press('KeyS');
        await until(async () => (await says(page)).includes('不可搁置'), 'the gravest stays');
        await page.keyboard.press('F4');
        const unread = alarmOf(fake, (m) => m.kind === 'handover_unread');
        for (let n = 0; n < 20 && (await page.locator(`#alarms-${unread.id}.cursor`).count()) === 0; n++) {
            await page.keyboard.press('ArrowDown');
        }
        await page.keyboard.press('KeyS');
        await page.waitForSelector('form.form');
        await flow.fillField(page, 'until', '20');
        await flow.fillField(page, 'reason', '正在逐项查阅');
        await flow.sendForm(page);
        equal(fake.world.alarms.get(unread.id).state, 'shelved');
        await until(async () => (await page.locator(`#alarms-${unread.id}`).innerText()).includes('搁置至'), 'until when');
        must((await page.locator('.alarms .shelf').innerText()).includes('operator 搁置至'), 'by whom');
        equal(await axe(page), [], 'the shelf:');
        await flow.tabTo(page, '.alarms .shelf button');
        await page.keyboard.press('Enter');
        await until(async () => (await page.locator('.alarms .shelf').innerText()).includes('正在逐项查阅'), 'and why');
        equal(fake.readings, [unread.id]);
        await page.keyboard.press('F4');
        await page.keyboard.press('KeyU');
        await until(() => fake.world.alarms.get(unread.id).state === 'standing', 'off the shelf');
    });
    await t('sound_is_for_the_owning_seat_first_and_for_the_commander_when_it_climbs', { user: 'commander', empty: true }, async ({ page, fake }) => {
        await ears(page);
        await page.reload();
        await until(async () => (await page.getAttribute('[data-link]', 'data-link')) === 'live', 'the link');
        await page.locator('header .sound').click();
        await until(async () => (await tones(page)) >= 2, 'the test tone');
        const quiet = await tones(page);
        const row = fake.command('report.receive', { channel: '110', type: '10.03.01.00', place: { state: 'unknown' } });
        const incident = row.entries.find((e) => e.kind === 'incident.opened').incident;
        await until(async () => (await page.locator('#alarms-list [role="option"]').count()) === 1, 'the alarm in the list');
        await page.waitForTimeout(2500);
        equal(await tones(page), quiet, 'tones for another seat:');
        const alarm = alarmOf(fake, (m) => m.incident === incident);
        alarm.climbed_at = fake.world.instant();
        fake.publish(fake.world.row('system', [{ kind: 'alarm.climbed', data: { alarm: alarm.id } }], { alarms: [alarm.id] }));
        await until(async () => (await tones(page)) > quiet, 'the sound');
        must((await page.locator(`#alarms-${alarm.id}`).innerText()).includes('已报指挥长'), 'it says that it climbed');
        alarm.state = 'returned';
        fake.publish(fake.world.row('system', [{ kind: 'alarm.returned', data: { alarm: alarm.id } }], { alarms: [alarm.id] }));
        await until(async () => (await page.locator(`#alarms-${alarm.id}`).innerText()).includes('已恢复'), 'over, not acknowledged');
        await page.waitForTimeout(900);
        await page.keyboard.press('Control+K');
        await until(() => !fake.world.alarms.has(alarm.id), 'gone once somebody has taken notice');
    });
    await t('a_flood_stands_in_groups_by_cause', { empty: true }, async ({ page, fake }) => {
        for (let n = 0; n < 13; n++) {
            const touched = {};
            const events = [];
            fake.world.alarm('classify_overdue', touched, events, { seat: 'live-s01' });
            fake.publish(fake.world.row('system', events, touched));
        }
        await until(async () => (await page.locator('.alarms .head').innerText()).includes('同类归并'), 'the flood to be named');
        equal(await page.locator('#alarms-list [role="option"]').count(), 1);
        must((await page.locator('#alarms-list').innerText()).includes('+12'), 'how many stand behind it');
    });
}
