// The stories of a station's desk against the real server.
import { readFileSync } from 'node:fs';

import { axe, openPage, signIn, until } from '../../console/test/browser.mjs';
import { equal, must } from '../../console/test/harness.mjs';
import { phone, tooSmall } from '../../console/test/phone.mjs';
import { lowContrast, unseenFocus } from '../../console/test/seen.mjs';
import { password } from './server.mjs';
import { Watcher } from './watcher.mjs';

const inside = { state: 'known', lon: 122.620434, lat: 29.416941, address: '西塘路 9 号' };
const outside = { state: 'known', lon: 122.6498, lat: 29.412277, address: '文昌路 3 号' };

const rowOf = (page, number) => page.locator('#list-list [role="option"]', { hasText: number });

export async function opens(page, number) {
    await until(() => rowOf(page, number).count(), 'the row');
    await rowOf(page, number).click();
    await until(async () => (await page.locator('.details .head').innerText()).includes(number), 'the details');
}

/* Steps that its unit tells by telephone or radio. */
export async function records(order, steps) {
    for (const step of steps) {
        await order.locator(`[data-step="${step}"].main`).click();
        await until(async () => (await order.getAttribute('data-status')) === step, step);
    }
}

export async function feedsBack(page, order, disposition, note) {
    await order.locator('button.main').click();
    await page.selectOption('#asking-result', disposition);
    await page.fill('#asking-note', note);
    await page.locator('.asking .main').click();
    await until(async () => (await page.locator('.asking').count()) === 0, 'the feedback');
}

export async function stationStories({ story, server, only }) {
    if (only !== undefined && !/station/.test(only.source)) {
        return;
    }
    await server.person('xitang', 'station_desk', { zones: ['LP01'] });
    const receive = async (place = inside) => {
        const made = await server.command('operator', 'report.receive', {
            channel: '110',
            type: '20.04.02.00',
            place,
            narrative: '楼上很吵',
            caller: { phone: '10000000077', contact: 'none' },
        });
        return made.events.find((e) => e.kind === 'incident.opened').data.incident;
    };
    /* A city may name a seat for a station's desk: here for who comes to its counter. */
    const seatOfStation = async () => {
        const city = JSON.parse(readFileSync(new URL('../../seeds/small-city/city.json', import.meta.url), 'utf8'));
        const seat = { code: 'S1', name_zh: '西塘值班席', name_en: 'Xitang desk', zones: ['LP01'], channels: ['walk_in'] };
        const { name, name_en, offsets } = city;
        await server.command('admin', 'city.load', { city: { name, name_en, offsets, seats: [seat] } });
        /* Somebody at the commander's: else the only seat that is staffed owns the whole city. */
        const { seats } = (await server.ask('GET', '/snapshot', undefined, 'commander')).data;
        await server.person('boss', 'commander', {});
        await server.command('boss', 'seat.take', { seat: seats.find((s) => s.commander).id });
        return new Watcher(server, 'boss'); // who is heard
    };
    const options = { path: 'station', user: 'xitang' };
    const row = (page, incident) => rowOf(page, incident.number.slice(-4));
    const open = (page, incident) => opens(page, incident.number.slice(-4));

    for (const lang of ['zh', 'en']) {
        await story(`station_is_fit_on_a_wide_screen_${lang}`, { ...options, lang }, async ({ page }) => {
            await open(page, await receive());
            await page.waitForSelector('.details ol li');
            await page.locator('.units .send').first().click();
            equal(await axe(page), []);
            equal(await lowContrast(page), [], 'contrast:');
            await page.locator('.asking button').last().click();
            equal((await unseenFocus(page)).unseen, [], 'focus:');
            await page.locator('header .theme').click();
            equal(await lowContrast(page), [], 'contrast in the light:');
        });
        await story(`station_is_fit_on_a_phone_${lang}`, { ...options, ...phone, lang }, async ({ page }) => {
            await open(page, await receive());
            for (const n of [1, 2, 3]) {
                await page.tap(`nav button:nth-child(${n})`);
                equal(await axe(page), [], `area ${n}:`);
                equal(await tooSmall(page), [], `area ${n}:`);
            }
        });
    }

    await story('a_station_sends_its_own_unit_records_its_steps_and_gives_the_feedback', options, async ({ page }) => {
        const incident = await receive();
        await open(page, incident);
        const unit = page.locator('.units li', { has: page.locator('.send') }).first();
        const id = await unit.getAttribute('data-unit');
        await unit.locator('.send').click();
        await page.locator('.asking .main').click();
        const order = page.locator('[data-order]').first();
        await until(() => order.count(), 'the order');
        await records(order, ['acknowledged', 'en_route', 'on_scene', 'cleared']);
        await order.locator('button.main').click();
        await page.locator('.asking .main').click();
        must((await page.locator('.asking .bad').innerText()).includes('处理结果：必填'), 'a result is asked for');
        await page.locator('.asking button:not(.main)').click();
        await feedsBack(page, order, 'mediated', '双方和解');
        const { events } = await server.ask('GET', `/incidents/${incident.id}/timeline`, undefined, 'commander');
        const given = events.find((e) => e.kind === 'assignment.fed_back');
        equal([given.data.unit, given.data.disposition, given.by.role], [id, 'mediated', 'station_desk']);
    });

    await story('a_station_names_the_unit_for_an_order_to_it', options, async ({ page }) => {
        const incident = await receive(outside);
        const { zones } = await server.ask('GET', '/city', undefined, 'commander').then((c) => c.city ?? c);
        const station = zones.find((z) => z.code === 'LP01').id;
        await server.command('commander', 'assignment.dispatch', { incident: incident.id, station });
        await until(() => page.locator('.row.called', { hasText: incident.number.slice(-4) }).count(), 'the order, first of all');
        await open(page, incident);
        await page.locator('.units .send').first().click();
        await page.locator('.asking .main').click();
        await until(async () => (await page.locator('.row.called').count()) === 0, 'the unit to be named');
        must((await page.locator('[data-order] b').first().innerText()).length > 0, 'its callsign');
    });

    await story('a_station_names_within_its_clock_or_says_that_it_cannot_go', options, async ({ page }) => {
        const { zones } = await server.ask('GET', '/city', undefined, 'commander').then((c) => c.city ?? c);
        const station = zones.find((z) => z.code === 'LP01').id;
        const incident = await receive(outside);
        await server.command('commander', 'assignment.dispatch', { incident: incident.id, station });
        await page.waitForSelector('[data-called]');
        must(/余 0[0-9]:\d\d/.test(await page.locator('[data-called]').first().innerText()), 'the clock over everything');
        equal(await axe(page), []);
        await page.locator('[data-called]').first().click();
        await until(async () => (await page.getAttribute('.details', 'data-incident')) === incident.id, 'the incident');
        must(/余/.test(await page.locator('.units .naming').innerText()), 'the clock beside the units');
        await page.locator('.details [data-step="declined"]').first().click();
        await page.locator('[data-reason="vehicle"]').click();
        await page.waitForSelector('[data-called]', { state: 'detached' });
        const { events } = await server.ask('GET', `/incidents/${incident.id}/timeline`, undefined, 'commander');
        equal(events.find((e) => e.data?.status === 'declined').data.reason, 'vehicle');
    });

    await story('a_station_records_by_telephone_what_a_unit_says_from_the_scene', options, async ({ page }) => {
        const incident = await receive();
        await open(page, incident);
        await page.locator('.units .send').first().click();
        await page.locator('.asking .main').click();
        const order = page.locator('[data-order]').first();
        await until(() => order.count(), 'the order');
        await order.locator('[data-step="on_scene"]').click();
        await until(async () => (await order.getAttribute('data-status')) === 'on_scene', 'the arrival');
        await order.locator('[data-report]').click();
        await page.locator('.asking .main').click();
        must(/现场报告：必填/.test(await page.locator('.asking .bad').innerText()), 'the field that is missing');
        await page.fill('#asking-note', '话'.repeat(700));
        await page.locator('.asking .main').click();
        must(/太长/.test(await page.locator('.asking .bad').innerText()), 'too many words');
        await page.fill('#asking-note', '现场平稳');
        await page.locator('.asking .main').click();
        await page.waitForSelector('.asking', { state: 'detached' });
        await order.locator('[data-step="transporting"]').click();
        await page.locator('.asking .main').click();
        must(/去向：必填/.test(await page.locator('.asking .bad').innerText()), 'a destination is asked for');
        await page.selectOption('#asking-destination', 'case_centre');
        await page.fill('#asking-place', '澜浦办案中心');
        await page.locator('.asking .main').click();
        await until(async () => (await order.getAttribute('data-status')) === 'transporting', 'the way');
        must((await order.innerText()).includes('办案中心'), 'where to');
        const { events } = await server.ask('GET', `/incidents/${incident.id}/timeline`, undefined, 'commander');
        equal(events.find((e) => e.kind === 'assignment.reported').data.by, 'radio');
        await order.locator('[data-step="cleared"]').click();
        await until(async () => (await order.getAttribute('data-status')) === 'cleared', 'the end');
        await order.locator('button.main').click();
        await page.selectOption('#asking-result', 'arrest');
        await page.locator('.asking .counts input').first().fill('1000');
        await page.locator('.asking .main').click();
        must(/救助人数：须在 0 与 999 之间/.test(await page.locator('.asking .bad').innerText()), 'a number out of its range');
        await page.locator('.asking .counts input').first().fill('2');
        await page.locator('.asking .main').click();
        await page.waitForSelector('.asking', { state: 'detached' });
    });

    await story('a_station_takes_its_seat_hands_it_over_and_the_next_one_reads_and_signs', options, async ({ page, context }) => {
        await page.waitForSelector('[data-link="live"]');
        const boss = await seatOfStation();
        await server.person('xitang2', 'station_desk', { zones: ['LP01'] });
        await page.locator('header .seat').click();
        await page.locator('[data-choice="S1"] .main').click();
        await until(async () => (await page.getAttribute('header .seat', 'data-seat')) === 'S1', 'the seat');
        const made = await server.command('xitang', 'report.receive', { channel: 'walk_in', type: '20.04.02.00', place: inside });
        const incident = made.events.find((e) => e.kind === 'incident.opened').data.incident;
        await until(async () => (await page.locator('.seat-panel').innerText()).includes(incident.number.slice(-4)), 'what it owns');
        equal(await axe(page), []);
        equal(await lowContrast(page), [], 'contrast:');
        const buttons = page.locator('.seat-panel .buttons button');
        await buttons.last().click();
        await until(async () => /还有 \d+ 项未结/.test(await page.locator('.seat-panel').innerText()), 'why it cannot be left');
        await buttons.first().click();
        must(/接班人：必填/.test(await page.locator('#hand-problem').innerText()), 'the field that is missing');
        await until(async () => (await page.locator('select#hand-to option').count()) > 2, 'the list of who may come');
        const offered = await page.locator('select#hand-to option').evaluateAll((all) => all.map((o) => o.value));
        must(offered.includes('xitang2') && !offered.includes('operator'), `its own people alone: ${offered}`);
        await page.selectOption('#hand-to', ' ');
        await page.fill('#hand-to', 'nobody-such');
        await buttons.first().click();
        await until(async () => (await page.locator('.seat-panel > .body > .bad').count()) > 0, 'the refusal');
        equal(await page.inputValue('#hand-to'), 'nobody-such', 'what was typed stays:');
        await page.fill('#hand-to', '');
        await page.locator('[data-list]').click();
        await page.selectOption('#hand-to', 'xitang2');
        await page.fill('#hand-note', '钥匙在柜台');
        await buttons.first().click();
        await until(async () => (await page.locator('.seat-panel').innerText()).includes('待 xitang2 接班'), 'the signature');
        const other = await openPage(context.browser(), server.url, { path: 'station', ...phone });
        try {
            const next = other.page;
            await signIn(next, 'xitang2', password('xitang2'));
            await until(async () => (await next.locator('header .seat').innerText()).includes('待您接班'), 'the call to sign');
            await next.tap('header .seat');
            await next.tap('[data-choice="S1"] .main');
            await until(async () => (await next.locator('.seat-panel').innerText()).includes(incident.number.slice(-4)), 'the sheet');
            equal(await axe(next), [], 'the sheet:');
            equal(await tooSmall(next), [], 'the sheet:');
            await next.tap('[data-choice="S1"] .main');
            await until(async () => (await next.getAttribute('header .seat', 'data-seat')) === 'S1', 'the seat');
            await until(async () => (await page.getAttribute('header .seat', 'data-seat')) === '', 'the first without it');
            await server.command('commander', 'incident.close', { incident: incident.id, disposition: 'advised', force: true });
            for (let tries = 0; (await next.getAttribute('header .seat', 'data-seat')) !== '' && tries < 40; tries++) {
                await next.locator('.seat-panel .buttons button').last().click().catch(() => undefined);
                await next.waitForTimeout(250);
            }
            equal(await next.getAttribute('header .seat', 'data-seat'), '', 'the seat is left:');
        } finally {
            await boss.close();
            await other.context.close();
        }
    });

    await story('a_station_loses_nothing_it_typed_and_says_nothing_twice', options, async ({ page }) => {
        const incident = await receive();
        await open(page, incident);
        await page.waitForSelector('.details ol li');
        const noteButton = page.locator('.details .body > p > button').last();
        await noteButton.click();
        for (const nonsense of ['   ', '长'.repeat(700)]) {
            await page.fill('#asking-note', nonsense);
            await page.locator('.asking .main').dblclick();
            must(/备注：(必填|太长)/.test(await page.locator('#asking-problem').innerText()), `said beside the field: ${nonsense.slice(0, 3)}`);
            equal(await page.inputValue('#asking-note'), nonsense, 'what was typed stays:');
        }
        const words = '<b>🚓</b> 两人已分开';
        await page.fill('#asking-note', words);
        await page.reload();
        await open(page, incident);
        await noteButton.click();
        equal(await page.inputValue('#asking-note'), words, 'after a reload:');
        await page.locator('.asking .main').dblclick();
        await page.waitForSelector('.asking', { state: 'detached' });
        const noted = async () =>
            (await server.ask('GET', `/incidents/${incident.id}/timeline`, undefined, 'commander')).events.filter((e) => e.kind === 'incident.noted').length;
        await until(async () => (await noted()) > 0, 'the note');
        await page.waitForTimeout(1500);
        equal(await noted(), 1, 'notes of one double click:');
    });

    await story('a_station_sees_its_zone_alone_and_its_own_units_first', options, async ({ page }) => {
        const [mine, theirs] = [await receive(), await receive(outside)];
        await until(() => row(page, mine).count(), 'its own');
        equal(await row(page, theirs).count(), 0, 'incidents of others:');
        const shown = await page.locator('.units li').count();
        await page.locator('.units .head button').click();
        must((await page.locator('.units li').count()) > shown, 'all units when asked for');
    });

    await story('a_station_is_told_of_callers_who_must_not_be_contacted', options, async ({ page }) => {
        await open(page, await receive());
        must((await page.locator('.details .none').count()) === 1, 'said plainly');
        equal(await page.locator('#purpose option[value="callback"]').count(), 0, 'purposes of calling back:');
        await page.selectOption('#purpose', 'locate');
        await page.locator('#purpose ~ button').click();
        await until(async () => (await page.locator('.details').innerText()).includes('楼上很吵'), 'what was said');
    });
}
