// The desk in a real browser against the fake server. Run by all.mjs; needs console/dist and Chromium.
import { readFileSync } from 'node:fs';

import { axe, launch, openPage, signIn, until } from './browser.mjs';
import { startFake, users } from './fake_server.mjs';
import * as flow from './flow.mjs';
import { equal, must } from './harness.mjs';
import { leavingTests, servedTests, unfitTests } from './leaving.mjs';
import { panel, phone, tooSmall } from './phone.mjs';
import { seatTests } from './seats.mjs';
import { lowContrast, unseenFocus } from './seen.mjs';
import { placeTests, toldTests } from './told.mjs';

const words = readFileSync(new URL('../src/wire/words.ts', import.meta.url), 'utf8');
const statusWord = (lang) => (status) =>
    new RegExp(`'${status}': \\{ zh: '([^']*)', en: '([^']*)'`).exec(
        words.slice(words.indexOf(status === 'closed' ? 'incidentStatus' : 'assignmentStatus')),
    )[lang === 'zh' ? 1 : 2];

const linkKind = (page) => page.getAttribute('[data-link]', 'data-link');
const cursorNumber = (page) => page.locator('#queue-list .cursor .number').innerText();

/* Cells of a list that end outside it, where nobody can read them. */
const beyond = (page) =>
    page.evaluate(() =>
        Array.from(document.querySelectorAll('.list')).flatMap((list) => {
            const edge = list.getBoundingClientRect().left + list.clientWidth + 0.5;
            return Array.from(list.querySelectorAll('[role="option"] > * > *'))
                .filter((cell) => cell.getBoundingClientRect().right > edge)
                .map((cell) => `${list.id}: ${cell.textContent.trim()}`);
        }),
    );

/* One test on a world of its own. */
async function at(browser, options, act) {
    const fake = await startFake(options);
    const opened = await openPage(browser, fake.url, options);
    try {
        if (options.signIn !== false) {
            await signIn(opened.page, options.user ?? 'operator', users[options.user ?? 'operator'].password);
        }
        await act({ fake, ...opened });
        equal(opened.seen.foreign, [], 'requests to elsewhere');
        equal(
            opened.seen.errors.filter((e) => !/Failed to load resource|WebSocket/.test(e)),
            [],
            'errors in the page',
        );
    } finally {
        await opened.context.close();
        await fake.close();
    }
}

export async function deskTests(h) {
    const browser = await launch();
    const only = process.env.ONLY; // matches names: while working on some
    const stories = [];
    const t = (name, options, act) => {
        if (only === undefined || new RegExp(only).test(name)) {
            stories.push([name, () => at(browser, options, act)]);
        }
    };
    for (const lang of ['zh', 'en']) {
        await t(`a_report_is_taken_dispatched_recorded_and_closed_by_keyboard_${lang}`, { lang }, async ({ page }) => {
            const number = await flow.takeReport(page, {
                type: '30.02.00.00',
                narrative: '两车相撞',
                'place.address': '滨江大道 1 号',
                'place.lon': '122.62',
                'place.lat': '29.41',
                'caller.phone': '10000000009',
            });
            await flow.lifeCycle(page, number, statusWord(lang));
        });
        await t(`no_accessibility_violations_${lang}`, { lang }, async ({ page }) => {
            await until(async () => (await page.locator('#advice button').count()) > 0, 'the recommendation');
            equal(await axe(page), [], 'desk:');
            await page.keyboard.press('F9');
            await page.keyboard.press('Control+Enter');
            equal(await axe(page), [], 'form:');
            await page.keyboard.press('Escape');
            await page.keyboard.press('F1');
            equal(await axe(page), [], 'keys:');
        });
        await t(
            `no_accessibility_violations_on_a_phone_${lang}`,
            { lang, ...phone },
            async ({ page }) => {
                for (const n of [1, 2, 3, 4, 5, 6]) {
                    await panel(page, n);
                    await page.waitForTimeout(300);
                    equal(await axe(page), [], `panel ${n}:`);
                    equal(await tooSmall(page), [], `panel ${n}:`);
                }
                await page.tap('form.form .foot button.main');
                equal(await tooSmall(page), [], 'the form with its errors:');
            },
        );
        await t(
            `rows_end_inside_their_panels_on_a_small_desk_${lang}`,
            { lang, size: { width: 1366, height: 768 } },
            async ({ page }) => {
                await until(async () => (await page.locator('#units-list [role="option"]').count()) > 0, 'the units');
                equal(await beyond(page), [], 'cells beyond the edge:');
            },
        );
        await t(`sign_in_has_no_accessibility_violations_${lang}`, { lang, signIn: false }, async ({ page }) =>
            equal(await axe(page), []),
        );
    }
    await signInTests(t);
    await linkTests(t);
    await formTests(t);
    await seenTests(t);
    await servedTests(t);
    await unfitTests(t);
    await leavingTests(t);
    await toldTests(t);
    await placeTests(t);
    await deskWorkTests(t);
    await seatTests(t);
    await h.together(stories);
    await browser.close();
}

async function signInTests(t) {
    await t(
        'sign_in_refuses_what_is_missing_or_wrong_and_keeps_what_was_typed',
        { signIn: false },
        async ({ page }) => {
            await page.keyboard.press('Enter');
            must((await page.locator('#sign-in-problem').innerText()).includes('必填'), 'a missing user name is named');
            await page.keyboard.type('operator');
            await page.keyboard.press('Enter');
            must((await page.locator('#sign-in-problem').innerText()).includes('密码'), 'a missing password is named');
            await page.keyboard.type('wrong');
            await page.keyboard.press('Enter');
            await until(
                async () => (await page.locator('#sign-in-problem').innerText()).includes('用户名或密码'),
                'the refusal',
            );
            equal(await page.inputValue('#sign-in-user'), 'operator');
        },
    );
    await t('a_password_may_be_pasted', { signIn: false }, async ({ page }) => {
        await page.evaluate(() => {
            const box = document.getElementById('sign-in-password');
            const data = new DataTransfer();
            data.setData('text', 'x');
            if (
                !box.dispatchEvent(
                    new ClipboardEvent('paste', { clipboardData: data, cancelable: true, bubbles: true }),
                )
            ) {
                throw new Error('paste was stopped');
            }
        });
    });
    await t('signing_out_leaves_nothing_behind', {}, async ({ page }) => {
        await page.keyboard.press('F9');
        await flow.fillField(page, 'narrative', '草稿');
        await page.keyboard.press('Escape');
        await page.evaluate(() => Array.from(document.querySelectorAll('header button')).at(-1).click());
        await page.click('.post .warn button');
        await page.waitForSelector('#sign-in-user');
        equal(await page.evaluate(() => [Object.keys(localStorage), Object.keys(sessionStorage)]), [
            ['tocsin.lang'],
            [],
        ]);
    });
    await t('a_session_that_ended_freezes_the_screen_and_goes_on_after_sign_in', {}, async ({ page, fake }) => {
        await page.keyboard.press('F9');
        await flow.fillField(page, 'narrative', '正在说的话');
        fake.sessions.clear();
        fake.kick(4001, 'session ended');
        await page.waitForSelector('#sign-in-password');
        must((await flow.queueNumbers(page)).length > 0, 'the queue stays in sight');
        fake.command('report.receive', { channel: '110', place: { state: 'unknown' } });
        await page.fill('#sign-in-password', users.operator.password);
        await page.keyboard.press('Enter');
        await until(async () => (await linkKind(page)) === 'live', 'the link');
        equal(await page.inputValue('[data-field="narrative"] textarea'), '正在说的话');
        await until(
            async () => (await page.getAttribute('[data-seq]', 'data-seq')) === String(fake.world.seq),
            'the missing row',
        );
    });
}

async function linkTests(t) {
    await t('a_broken_link_looks_unlike_no_news_and_resumes_without_a_snapshot', {}, async ({ page, fake }) => {
        fake.muted = true;
        await until(async () => (await linkKind(page)) === 'stale', 'the stale mark', 5000);
        must((await page.locator('.desk.unsafe').count()) === 1, 'colour drains');
        fake.muted = false;
        await until(async () => (await linkKind(page)) === 'live', 'news again');
        fake.shut = true;
        fake.kick(1011);
        await until(async () => (await linkKind(page)) === 'down', 'the break');
        fake.command('report.receive', { channel: '110', type: '10.03.01.00', place: { state: 'unknown' } });
        fake.shut = false;
        await until(async () => (await linkKind(page)) === 'live', 'the link', 12_000);
        must(fake.hellos.at(-1).resume?.seq > 0, 'it resumed');
        await until(
            async () => (await page.getAttribute('[data-seq]', 'data-seq')) === String(fake.world.seq),
            'the missing row',
        );
    });
    await t('a_refused_connection_stops_and_says_so', {}, async ({ page, fake }) => {
        fake.kick(4003, 'not allowed');
        await until(async () => (await linkKind(page)) === 'stopped', 'the stop');
        must((await page.locator('[data-link]').innerText()).includes('没有此权限'), 'in words');
        must((await page.getAttribute('[data-link]', 'title')).includes('4003'), 'the code is for support');
    });
    await t('a_lost_answer_is_checked_not_called_failed', {}, async ({ page, fake }) => {
        fake.lost = true;
        await page.keyboard.press('F2');
        await page.keyboard.press('KeyN');
        await flow.fillField(page, 'note', '已联系物业');
        await page.keyboard.press('Control+Enter');
        await until(
            async () => /正在核对/.test(await page.locator('form.form button.main').innerText()),
            'the check',
            8000,
        );
        const before = fake.world.seq;
        fake.lost = false;
        await until(async () => (await page.locator('form.form').count()) === 0, 'the first answer', 8000);
        equal(fake.world.seq, before, 'done once:');
    });
    await t('a_demo_clock_is_marked_on_every_screen', { clockRate: 20 }, async ({ page }) => {
        must((await page.locator('.demo').innerText()).includes('20'), 'the rate');
        await page.keyboard.press('F9');
        must(await page.locator('.demo').isVisible(), 'over a form too');
    });
    await t('a_new_world_replaces_the_old_one', {}, async ({ page, fake }) => {
        fake.worldId = 'w-2';
        fake.world.incidents.delete('live-i7');
        fake.shut = true;
        fake.kick(1012);
        await until(async () => (await linkKind(page)) !== 'live', 'the break');
        fake.shut = false;
        await until(async () => (await linkKind(page)) === 'live', 'the link', 12_000);
        await until(async () => !(await flow.queueNumbers(page)).includes('0407'), 'the new picture');
    });
}

async function formTests(t) {
    await t('wrong_input_is_shown_at_its_field_and_the_focus_goes_there', {}, async ({ page }) => {
        await page.keyboard.press('F9');
        for (const [path, value] of [
            ['type', '没有的类别'],
            ['place.lon', '500'],
            ['place.radius_m', '-1'],
            ['caller.phone', '9'.repeat(41)],
            ['priority', 'x'],
        ]) {
            await flow.fillField(page, path, value);
        }
        await page.keyboard.press('Control+Enter');
        const wrong = await page.evaluate(() =>
            Array.from(document.querySelectorAll('.field:has(.error)'), (f) => f.dataset.field),
        );
        equal(wrong, ['type', 'place.lon', 'place.lat', 'place.radius_m', 'caller.phone', 'priority']);
        must(await flow.matches(page, '[data-field="type"] input'), 'focus on the first');
    });
    await t('a_refusal_of_the_server_stands_at_the_field_it_names', {}, async ({ page }) => {
        await page.keyboard.press('F9');
        await flow.fillField(page, 'place.state', 'known');
        await page.keyboard.press('Control+Enter');
        await until(async () => (await page.locator('[data-field="place.lon"] .error').count()) === 1, 'the refusal');
        must((await page.locator('[data-field="place.lon"] .error').innerText()).includes('须有地点'), 'in words');
    });
    await t('a_draft_survives_esc_and_a_reload', {}, async ({ page }) => {
        await page.keyboard.press('F9');
        await flow.fillField(page, 'narrative', '有人说到一半');
        await page.keyboard.press('Escape');
        equal(await page.locator('form.form').count(), 0);
        await page.reload();
        await until(async () => (await linkKind(page)) === 'live', 'the link');
        await page.keyboard.press('F9');
        equal(await page.inputValue('[data-field="narrative"] textarea'), '有人说到一半');
    });
    await t('traffic_never_takes_a_keystroke_from_an_open_form', {}, async ({ page, fake }) => {
        await page.keyboard.press('F9');
        await flow.tabTo(page, '[data-field="narrative"] textarea');
        const text = '0123456789abcdefghijklmnopqrstuvwxyz'.repeat(3);
        const timer = setInterval(
            () => fake.command('report.receive', { channel: '110', place: { state: 'unknown' } }),
            15,
        );
        await page.keyboard.type(text, { delay: 3 });
        clearInterval(timer);
        equal(await page.inputValue('[data-field="narrative"] textarea'), text);
    });
    await t('pasting_a_pair_fills_both_coordinates', {}, async ({ page }) => {
        await page.keyboard.press('F9');
        await page.evaluate(() => {
            const data = new DataTransfer();
            data.setData('text', '122.65, 29.41');
            document
                .getElementById('form-place-lon')
                .dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, cancelable: true, bubbles: true }));
        });
        equal(
            [await page.inputValue('#form-place-lon'), await page.inputValue('#form-place-lat')],
            ['122.65', '29.41'],
        );
        equal(await page.inputValue('#form-place-state'), 'known');
    });
    await t('a_change_by_others_asks_before_it_overwrites', {}, async ({ page, fake }) => {
        await flow.walkQueue(page, '0403');
        await page.keyboard.press('KeyT');
        await page.waitForSelector('form.form');
        fake.command('incident.amend', { incident: 'live-i3', priority: 1 }, users.commander);
        await flow.fillField(page, 'tier', '2');
        await flow.fillField(page, 'reason', '伤者增加');
        await page.keyboard.press('Control+Enter');
        await until(
            async () => (await page.locator('form.form .state').innerText()).includes('已被他人更改'),
            'the conflict',
        );
        await flow.tabTo(page, '.form .foot button.main');
        await page.keyboard.press('Enter');
        await until(() => fake.world.incidents.get('live-i3').tier === 2, 'the deed');
    });
}

async function seenTests(t) {
    for (const size of [
        { width: 1920, height: 1080 },
        { width: 1366, height: 768 },
    ]) {
        await t(`all_is_seen_on_a_desk_of_${size.width}`, { size, lang: 'en' }, async ({ page, fake }) => {
            fake.command('unit.panic', { unit: 'live-u1' });
            await page.waitForSelector('.row.panic');
            await until(async () => (await page.locator('#advice button[aria-expanded]').count()) > 0, 'the reasons');
            await page.evaluate(() => document.querySelector('#advice button[aria-expanded]').click());
            equal(await lowContrast(page), [], 'desk:');
            equal(await axe(page), [], 'desk:');
            const walk = await unseenFocus(page);
            equal(walk.unseen, [], 'focus that cannot be seen:');
            must(walk.stops > 20, `the walk went over ${walk.stops} stops`);
            await page.keyboard.press('F9');
            await page.keyboard.press('Control+Enter');
            equal(await lowContrast(page), [], 'form:');
        });
    }
    for (const [lang, words] of [
        ['zh', /级别 1: .*求助.*巡/],
        ['en', /Level 1: .*panic.*巡/i],
    ]) {
        await t(`a_new_alarm_is_read_out_once_${lang}`, { lang }, async ({ page, fake }) => {
            const spoken = () => page.locator('#alarm-spoken').innerText();
            const before = await spoken();
            fake.command('unit.panic', { unit: 'live-u4' });
            await until(async () => (await spoken()) !== before, 'the alarm to be read out');
            must(words.test(await spoken()), `says ${await spoken()}`);
            equal(await page.getAttribute('#alarm-spoken', 'role'), 'alert');
        });
    }
}

async function deskWorkTests(t) {
    await t('enter_while_composing_never_executes', {}, async ({ page, fake }) => {
        const before = fake.world.seq;
        await page.keyboard.press('F8');
        await page.keyboard.type('N 401; 文字');
        await page.evaluate(() =>
            document
                .getElementById('command-line')
                .dispatchEvent(
                    new KeyboardEvent('keydown', {
                        key: 'Enter',
                        code: 'Enter',
                        isComposing: true,
                        bubbles: true,
                        cancelable: true,
                    }),
                ),
        );
        await page.waitForTimeout(300);
        equal([fake.world.seq, await page.inputValue('#command-line')], [before, 'N 401; 文字']);
    });
    await t('a_refused_line_stays_editable', {}, async ({ page }) => {
        await page.keyboard.press('F8');
        await page.keyboard.type('X 402 handled');
        await page.keyboard.press('Enter');
        await page.waitForSelector('#command-says .bad');
        equal(await page.inputValue('#command-line'), 'X 402 handled');
    });
    await t('the_queue_stands_by_tier_then_clock_and_updates_live', {}, async ({ page, fake }) => {
        equal((await flow.queueNumbers(page)).slice(0, 2), ['0401', '0402']);
        fake.command('report.receive', { channel: '110', type: '10.03.01.00', place: { state: 'unknown' } });
        await until(async () => (await flow.queueNumbers(page))[1] === '0409', 'the second of tier I behind the first');
        equal(await cursorNumber(page), '0401');
    });
    await t('chosen_units_are_reserved_and_then_sent', {}, async ({ page, fake }) => {
        await flow.walkQueue(page, '0404');
        await page.keyboard.press('F3');
        await page.keyboard.press('Home');
        await page.keyboard.press('ArrowDown');
        await page.keyboard.press('Space');
        await page.keyboard.press('KeyV');
        await page.waitForSelector('form.form ul li');
        await page.keyboard.press('Enter');
        const order = await until(
            () => [...fake.world.assignments.values()].find((a) => a.incident === 'live-i4'),
            'the reservation',
        );
        equal(order.status, 'reserved');
        await until(async () => (await flow.orders(page)).length === 1, 'the row');
        await page.keyboard.press('F6');
        await flow.tabTo(page, `[data-order="${order.id}"] button`);
        await page.keyboard.press('KeyD');
        await until(() => fake.world.assignments.get(order.id).status === 'dispatched', 'the order');
    });
    await t('a_report_without_an_incident_is_linked_or_settled', {}, async ({ page, fake }) => {
        await flow.walkQueue(page, '0408');
        await page.keyboard.press('KeyJ');
        await flow.fillField(page, 'incident', '0401');
        await flow.sendForm(page);
        equal(fake.world.reports.get('live-r8').incident, 'live-i1');
        await flow.command(page, 'GO 401');
        await until(async () => /0408/.test(await flow.sheetText(page)), 'the report on the sheet');
        await flow.tabTo(page, '[aria-labelledby="reports-title"] li:nth-child(2) button:last-of-type');
        await page.keyboard.press('Enter');
        await flow.fillField(page, 'open', true);
        await flow.sendForm(page);
        equal(fake.world.reports.get('live-r8').status, 'open');
        await flow.command(page, 'ST 408 answered');
        equal(fake.world.reports.get('live-r8').status, 'settled');
    });
    await t('protected_values_need_a_purpose_and_go_with_the_incident', {}, async ({ page }) => {
        await flow.walkQueue(page, '0401');
        await page.keyboard.press('F6');
        await flow.tabTo(page, '#purpose');
        must(!(await flow.sheetText(page)).includes('某甲'), 'nothing before');
        await page.keyboard.press('Tab');
        await page.keyboard.press('Enter');
        must((await page.locator('#purpose-hint').innerText()).includes('须写明事由'), 'a purpose is asked for');
        await flow.tabTo(page, '#purpose', 'Shift+Tab');
        await page.keyboard.press('ArrowDown');
        await page.keyboard.press('Tab');
        await page.keyboard.press('Enter');
        await until(async () => (await flow.sheetText(page)).includes('某甲0'), 'the caller');
        await flow.walkQueue(page, '0402');
        must(!(await flow.sheetText(page)).includes('某甲0'), 'gone with the incident');
    });
    await t('what_is_not_ones_own_is_seen_only_with_a_reason', { user: 'commander' }, async ({ page, fake }) => {
        fake.world.incidents.get('live-i1').owner = { seat: '02', person: 'somebody' };
        await flow.walkQueue(page, '0401');
        await page.keyboard.press('F6');
        await flow.tabTo(page, '#purpose');
        await page.keyboard.press('ArrowDown');
        await page.keyboard.press('Tab');
        await page.keyboard.press('Enter');
        await page.waitForSelector('#break-reason');
        await flow.tabTo(page, '#break-reason', 'Shift+Tab');
        await page.keyboard.type('报警人再次来电');
        await page.keyboard.press('Enter');
        await until(async () => (await flow.sheetText(page)).includes('某甲0'), 'the caller');
    });
    await t('without_a_position_nobody_is_recommended_and_it_is_said_why', {}, async ({ page, fake }) => {
        fake.command('report.receive', { channel: '110', type: '30.02.00.00', place: { state: 'unknown' } });
        await until(async () => (await flow.queueNumbers(page)).includes('0409'), 'the row');
        await flow.walkQueue(page, '0409');
        await page.waitForSelector('#no-point');
        must((await page.locator('#no-point').innerText()).includes('请填写经纬度'), 'what to do');
        must(!(await flow.sheetText(page)).includes('无可派力量'), 'units are not said to be busy');
        await page.keyboard.press('KeyD');
        await page.waitForSelector('form.form ul li');
        await page.keyboard.press('Enter');
        await until(
            async () => (await page.locator('form.form .state').innerText()).includes('请填写经纬度'),
            'the hint at the refusal',
        );
    });
    await t('a_button_takes_a_report', {}, async ({ page }) => {
        await page.click('.queue .take');
        await page.waitForSelector('form.form [data-field="narrative"]');
    });
    await t('why_not_says_in_words_why', {}, async ({ page }) => {
        await flow.walkQueue(page, '0401');
        await until(async () => (await page.locator('#advice button').count()) > 0, 'the recommendation');
        await flow.command(page, '? 0135');
        await until(async () => (await page.locator('.why').innerText()).includes('离岗'), 'the reason');
    });
    await t('a_closed_incident_is_found_and_reopened', {}, async ({ page, fake }) => {
        await flow.command(page, 'X 407 advised; 已告知');
        await flow.tabTo(page, '.queue .head button');
        await page.keyboard.press('Enter');
        await until(async () => (await flow.queueNumbers(page)).join() === '0407', 'the closed one');
        await page.keyboard.press('F2');
        await page.keyboard.press('ArrowDown');
        await until(async () => (await flow.statusText(page)) === '已结', 'its sheet');
        await page.keyboard.press('KeyO');
        await flow.fillField(page, 'reason', '再次来电');
        await flow.sendForm(page);
        equal(fake.world.incidents.get('live-i7').status, 'waiting');
    });
    await t('only_a_commander_stops_automation_and_answers_a_panic', { user: 'commander' }, async ({ page, fake }) => {
        await flow.command(page, 'STOP; 演练');
        await until(async () => (await page.locator('.stopped').count()) === 1, 'the mark');
        await page.keyboard.press('F3');
        await page.keyboard.press('Home');
        await flow.tabTo(page, '.units .foot button.main');
        await page.keyboard.press('Enter');
        await flow.fillField(page, 'reached', 'radio');
        await flow.fillField(page, 'how', '已回呼, 平安');
        await flow.sendForm(page);
        equal(fake.world.units.get('live-u9').panic, undefined);
        equal(
            [...fake.world.alarms.values()].some((a) => a.kind === 'unit_panic'),
            false,
        );
    });
    await t('an_operator_has_no_stop_key', {}, async ({ page }) => {
        equal(await page.locator('header button', { hasText: '停止自动派警' }).count(), 0);
    });
    await t('ctrl_k_opens_the_top_alarm_once_it_could_be_read', {}, async ({ page, fake }) => {
        await flow.walkQueue(page, '0407');
        fake.command('incident.hold', {
            incident: 'live-i1',
            until: fake.world.instant(Date.now() + 600_000),
            reason: 'x',
        });
        fake.command('report.receive', { channel: '110', type: '10.01.01.01', place: { state: 'unknown' } });
        await until(async () => (await page.locator('#alarms-list').innerText()).includes('0409'), 'the alarm');
        await page.waitForTimeout(900);
        await page.keyboard.press('Control+K');
        must((await page.locator('#units-list .cursor.row, #queue-list .cursor').count()) > 0, 'something is selected');
    });
    await t('five_thousand_rows_make_few_elements', { empty: true }, async ({ page, fake }) => {
        for (let n = 0; n < 1500; n++) {
            fake.command('report.receive', { channel: '110', place: { state: 'unknown' } });
        }
        await until(
            async () => (await page.getAttribute('[data-seq]', 'data-seq')) === String(fake.world.seq),
            'all rows',
            20_000,
        );
        const rows = await page.locator('#queue-list [role="option"]').count();
        must(rows > 10 && rows < 80, `${rows} rows exist`);
        await page.keyboard.press('F2');
        await page.keyboard.press('End');
        equal(await page.getAttribute('#queue-list .cursor', 'aria-posinset'), '1500');
    });
}
