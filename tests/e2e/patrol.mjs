// The stories of a unit's phone against the real server.
import { axe, signIn, until } from '../../console/test/browser.mjs';
import { equal, must } from '../../console/test/harness.mjs';
import { phone, tooSmall } from '../../console/test/phone.mjs';
import { lowContrast } from '../../console/test/seen.mjs';
import { sceneStories } from './patrol_scene.mjs';
import { password } from './server.mjs';
import * as thumb from './thumb.mjs';

const here = { longitude: 122.65, latitude: 29.415 };
const wide = { size: { width: 1920, height: 1080 } };
const TARGET_PX = 72;

const text = (page, selector) => page.locator(selector).first().innerText();
const chip = (page) => text(page, 'header .chip');

/* Targets of the page's body that a glove would miss. */
const missed = (page) =>
    page.evaluate(
        (least) =>
            Array.from(document.querySelectorAll('main :is(button, a), footer :is(button, a), .undo button'))
                .filter((el) => el.checkVisibility() && el.getBoundingClientRect().height < least - 0.5)
                .map((el) => `${Math.round(el.getBoundingClientRect().height)}: ${el.textContent.trim()}`),
        TARGET_PX,
    );

/* Everything a screen must keep to. */
async function fit(page, what) {
    equal(await axe(page), [], `${what}:`);
    equal(await tooSmall(page), [], `${what}:`);
    equal(await missed(page), [], `${what}: targets`);
    equal(await lowContrast(page), [], `${what}: contrast`);
}

/* Gives each story a unit of its own. */
export class Units {
    constructor(server) {
        this.server = server;
        this.free = null;
    }

    async list() {
        if (this.free === null) {
            const { units } = await this.server.ask('GET', '/units?limit=500', undefined, 'commander');
            this.free = units.filter((u) => u.voice_only !== true && u.status === 'available');
        }
        return this.free;
    }

    async next() {
        return this.sign((await this.list()).shift());
    }

    async named(callsign) {
        const list = await this.list();
        return this.sign(...list.splice(list.findIndex((u) => u.callsign === callsign), 1));
    }

    async sign(unit) {
        const user = `phone-${unit.id}`;
        await this.server.person(user, 'unit', { unit: unit.id });
        return { id: unit.id, callsign: unit.callsign, user };
    }
}

export async function patrolStories({ story, server, units, only }) {
    const order = async (unit, more = {}) => {
        const made = await server.command('operator', 'report.receive', {
            channel: '110',
            type: '20.04.02.00',
            place: { state: 'known', lon: 122.66, lat: 29.42, address: '滨江大道 207 号' },
            ...more,
        });
        const incident = made.events.find((e) => e.kind === 'incident.opened').data.incident;
        await server.command('commander', 'assignment.dispatch', { incident: incident.id, units: [{ unit: unit.id }] });
        return incident;
    };
    const steps = async (incident, unit) =>
        (await server.ask('GET', `/incidents/${incident.id}/timeline`, undefined, 'commander')).events
            .filter((e) => e.kind === 'assignment.progressed' && e.data.unit === unit.id)
            .map((e) => e.data.status);
    const mine = async (unit) => (await server.ask('GET', `/units/${unit.id}`, undefined, 'commander')).unit;
    const hold = async (page) => {
        const box = await page.locator('.panic').boundingBox();
        await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
        await page.mouse.down();
        await until(() => page.locator('[data-panic]').count(), 'the alarm to go out');
        await page.mouse.up();
    };
    const patrol = async (name, options, act) => {
        if (only !== undefined && !only.test(name)) {
            return;
        }
        const unit = await units.next();
        await story(name, { ...phone, path: 'patrol', at: here, ...options, user: unit.user }, (opened) =>
            act({ ...opened, unit }),
        );
    };
    const arrive = thumb.incoming;

    for (const lang of ['zh', 'en']) {
        await patrol(`steps_of_a_unit_queue_without_a_network_and_arrive_in_order_${lang}`, { lang }, async ({ page, context, unit }) => {
            const incident = await order(unit);
            await thumb.sign(page);
            equal(await steps(incident, unit), ['acknowledged']);
            await context.setOffline(true);
            await until(async () => (await page.getAttribute('[data-link]', 'data-link')) !== 'live', 'the break', 20_000);
            await page.tap('[data-step="en_route"]');
            await page.tap('[data-step="on_scene"]');
            await until(async () => (await chip(page)).includes('2'), 'both to wait', 15_000);
            equal(await thumb.status(page), 'acknowledged', 'what the server knows stays as it is:');
            must((await text(page, '.truth .queued')).includes(lang === 'zh' ? '到场' : 'on scene'), 'what waits stands beside it');
            await page.waitForSelector('.undo .row', { state: 'detached', timeout: 15_000 });
            await page.reload();
            await until(async () => (await chip(page)).includes('2'), 'the queue after a reload without a network', 15_000);
            must((await text(page, 'article')).includes('滨江大道 207 号'), 'the order after a reload without a network');
            await context.setOffline(false);
            await until(async () => (await thumb.status(page)) === 'on_scene', 'the server to have both', 20_000);
            equal(await steps(incident, unit), ['acknowledged', 'en_route', 'on_scene']);
            await until(async () => (await chip(page)).includes('0'), 'an empty queue');
        });

        await patrol(`every_screen_of_the_phone_is_fit_${lang}`, { lang }, async ({ page, unit }) => {
            await page.waitForSelector('.duty');
            await fit(page, 'idle');
            await page.tap('header button:last-of-type');
            await page.waitForSelector('#menu-title');
            await fit(page, 'menu');
            const incident = await order(unit, {
                cues: { weapon: true },
                caller: { name: '某甲', phone: '10000000042', contact: 'none' },
                narrative: '有人持刀',
            });
            await page.tap('header button:last-of-type');
            await arrive(page);
            await fit(page, 'new order');
            await page.tap('.answer button:last-child');
            await fit(page, 'reasons');
            await page.tap('.reasons .back');
            await page.tap('.answer .fill');
            await page.waitForSelector('article');
            await server.command('operator', 'incident.amend', {
                incident: incident.id,
                place: { state: 'known', lon: 122.662, lat: 29.421, address: '滨江大道 209 号' },
            });
            await page.waitForSelector('.changed');
            await page.tap('[data-step="on_scene"]');
            await fit(page, 'order');
            await page.tap('article .pair button');
            await page.waitForSelector('.caller');
            await fit(page, 'caller');
            await page.tap('.caller .titled button');
            await page.tap('[data-step="cleared"]');
            await page.waitForSelector('.feedback');
            await page.tap('.feedback > .fill');
            await fit(page, 'feedback with its error');
            await page.tap('.feedback .titled button');
            await page.tap('header .chip');
            await fit(page, 'queue');
        });

        await patrol(`the_page_is_fit_on_a_wide_screen_and_in_daylight_${lang}`, { lang, ...wide, touch: false, colorScheme: 'light' }, async ({ page, unit }) => {
            await page.waitForSelector('.duty');
            await fit(page, 'idle');
            await order(unit);
            await arrive(page);
            await fit(page, 'new order');
            await page.click('.answer .fill');
            await page.waitForSelector('article');
            await fit(page, 'order');
        });
    }

    await patrol('an_order_is_declined_with_a_coded_reason_after_a_second_thought', {}, async ({ page, unit }) => {
        const incident = await order(unit);
        await arrive(page);
        await page.tap('.answer button:last-child');
        await page.tap('[data-reason="vehicle"]');
        await page.waitForSelector('.undo button');
        must((await page.locator('.incoming').count()) === 0, 'it rings no more');
        await page.tap('.undo button');
        await arrive(page);
        equal(await steps(incident, unit), []);
        await page.tap('.answer button:last-child');
        await page.tap('[data-reason="too_far"]');
        await until(async () => (await steps(incident, unit)).includes('declined'), 'the server to know', 15_000);
        const { events } = await server.ask('GET', `/incidents/${incident.id}/timeline`, undefined, 'commander');
        equal(events.find((e) => e.data?.status === 'declined').data.reason, 'too_far');
        await page.waitForSelector('.duty');
    });

    await patrol('a_change_is_shown_as_what_it_was_and_is_and_signed', {}, async ({ page, unit }) => {
        const incident = await order(unit);
        await thumb.sign(page);
        await server.command('operator', 'incident.amend', { incident: incident.id, cues: { weapon: true } });
        await page.waitForSelector('.changed');
        must((await text(page, '.changed')).includes('持械'), 'the new danger');
        await server.command('commander', 'incident.retier', { incident: incident.id, tier: 1, reason: '升级' });
        await until(async () => /→\s*I\b/.test(await text(page, '.changed')), 'the tier, from what to what');
        await page.reload();
        await until(async () => /→\s*I\b/.test(await text(page, '.changed').catch(() => '')), 'the same after a reload', 15_000);
        await page.tap('.changed button');
        await page.waitForSelector('.changed', { state: 'detached' });
        const { events } = await server.ask('GET', `/incidents/${incident.id}/timeline`, undefined, 'commander');
        must(events.some((e) => e.kind === 'assignment.change_acknowledged'), 'the server has the signature');
    });

    await patrol('work_is_cleared_with_its_feedback', {}, async ({ page, unit }) => {
        const incident = await order(unit);
        await thumb.sign(page);
        for (const word of ['en_route', 'on_scene']) {
            await thumb.step(page, word);
            await thumb.stands(page, word);
        }
        await thumb.step(page, 'cleared');
        await thumb.feedBack(page, 'mediated', '双方和解', 1);
        const { events } = await server.ask('GET', `/incidents/${incident.id}/timeline`, undefined, 'commander');
        const given = events.find((e) => e.kind === 'assignment.fed_back').data;
        equal([given.disposition, given.injured], ['mediated', 1]);
        equal(await page.evaluate(() => Object.keys(localStorage).filter((k) => k.includes('draft'))), [], 'drafts:');
    });

    await patrol('a_caller_who_must_not_be_contacted_cannot_be_rung_from_here', {}, async ({ page, unit }) => {
        await order(unit, { caller: { name: '某甲', phone: '10000000042', contact: 'none' }, narrative: '有人砸门' });
        await arrive(page);
        must((await text(page, '.incoming')).includes('不得回拨、不得发短信'), 'said with the order');
        await page.tap('.answer .fill');
        await page.waitForSelector('article');
        must((await text(page, 'article')).includes('不得回拨、不得发短信'), 'said on the order');
        must(!(await page.content()).includes('10000000042'), 'nothing before it is opened');
        await page.tap('article .pair button');
        must((await page.locator('[data-purpose="callback"]').count()) === 0, 'no purpose of calling back');
        await page.tap('[data-purpose="locate"]');
        await until(async () => (await text(page, '.caller')).includes('有人砸门'), 'what was said');
        equal(await page.locator('a[href^="tel:"], a[href^="sms:"]').count(), 0, 'links to ring or text');
        must((await text(page, '.caller')).includes('不得回拨、不得发短信'), 'said beside the number');
    });

    await patrol('a_caller_who_may_be_rung_is_one_tap_away_once_opened', {}, async ({ page, unit }) => {
        await order(unit, { caller: { phone: '100 0000 0043', contact: 'call' } });
        await arrive(page);
        await page.tap('.answer .fill');
        await page.waitForSelector('article');
        await page.tap('article .pair button');
        await page.tap('[data-purpose="callback"]');
        await page.waitForSelector('a[href="tel:10000000043"]');
    });

    await patrol('panic_is_held_delivered_and_ended_by_a_commander_alone', {}, async ({ page, unit }) => {
        await server.command('commander', 'unit.sign_off', { unit: unit.id, by: 'radio' });
        await until(async () => (await page.getAttribute('.phone', 'data-unit')) === 'off_duty', 'to be signed off');
        const box = await page.locator('.panic').boundingBox();
        await page.mouse.move(box.x + 40, box.y + 30);
        await page.mouse.down();
        await page.waitForTimeout(400);
        await page.mouse.up();
        equal(await page.locator('[data-panic]').count(), 0, 'a touch is no alarm:');
        await hold(page);
        await page.waitForSelector('[data-panic="delivered"]');
        must(/已送达 \d\d:\d\d:\d\d/.test(await text(page, '[data-panic]')), 'when it was delivered');
        must((await mine(unit)).panic === true, 'the server has it');
        await page.tap('[data-panic] button');
        await until(async () => (await text(page, '[data-panic]')).includes('已记下说明'), 'the note');
        must((await mine(unit)).panic === true, 'a note ends nothing');
        await server.command('commander', 'unit.panic_answer', { unit: unit.id, reached: 'radio', how: '电台' });
        await page.waitForSelector('.panic');
    });

    await patrol('an_officer_in_need_nearby_is_told_over_everything', {}, async ({ page, unit }) => {
        await until(async () => (await mine(unit)).place?.lon !== undefined, 'its position', 15_000);
        /* The nearest to where the phone is: only units within the radius are told. */
        const away = (u) => {
            const { lon, lat } = u.place ?? { lon: u.home_lon, lat: u.home_lat };
            return Math.hypot((lon - here.longitude) * Math.cos((lat * Math.PI) / 180), lat - here.latitude);
        };
        const all = (await server.ask('GET', '/units?limit=200', undefined, 'commander')).units;
        const other = all.filter((u) => u.id !== unit.id && u.panic !== true).sort((a, b) => away(a) - away(b))[0];
        await server.command('commander', 'unit.panic', { unit: other.id, by: 'radio' });
        await page.waitForSelector('.need');
        must((await text(page, '.need')).includes(other.callsign), 'who needs help');
        await fit(page, 'need');
        await page.tap('.need button');
        await server.command('commander', 'unit.panic_answer', { unit: other.id, how: '电台', reached: 'radio' });
        await page.waitForSelector('.need', { state: 'detached' });
    });

    await patrol('panic_goes_by_http_when_no_socket_opens', {}, async ({ page, unit }) => {
        await page.waitForTimeout(2_000); // the picture is kept
        await page.routeWebSocket('**/ws', (ws) => ws.close());
        await page.reload();
        await until(async () => (await page.getAttribute('[data-link]', 'data-link')) !== 'live', 'no socket');
        await page.waitForSelector('.panic:enabled');
        await hold(page);
        await page.waitForSelector('[data-panic="delivered"]');
        must((await mine(unit)).panic === true, 'the server has it');
        await server.command('commander', 'unit.panic_answer', { unit: unit.id, reached: 'radio', how: '电台' });
    });

    await patrol('panic_without_a_network_says_so_and_goes_on_trying', {}, async ({ page, context, unit }) => {
        await context.setOffline(true);
        await hold(page);
        must((await page.getAttribute('[data-panic]', 'data-panic')) === 'sending', 'it is not called delivered');
        must((await text(page, '[data-panic]')).includes('电台'), 'another way is named');
        await until(async () => /第 [3-9] 次/.test(await text(page, '[data-panic]')), 'more tries', 15_000);
        await context.setOffline(false);
        await page.waitForSelector('[data-panic="delivered"]', { timeout: 15_000 });
        const rows = await server.ask('GET', '/events?after=0&limit=5000', undefined, 'commander');
        equal((rows.events ?? rows).filter((e) => e.kind === 'unit.panicked' && e.data.unit === unit.id).length, 1, 'alarms:');
        await server.command('commander', 'unit.panic_answer', { unit: unit.id, reached: 'radio', how: '电台' });
    });

    await patrol('a_unit_signs_on_pauses_and_signs_off_by_itself_and_tells_where_it_is', {}, async ({ page, unit }) => {
        await until(async () => (await mine(unit)).place?.lon !== undefined, 'its position', 15_000);
        equal([(await mine(unit)).place.lon, (await mine(unit)).place.lat], [here.longitude, here.latitude]);
        await page.tap('.shift .pair button:first-child');
        await page.tap('[data-reason="meal"]');
        await until(async () => (await mine(unit)).status === 'unavailable', 'the pause');
        await page.tap('.shift .pair button.fill');
        await until(async () => (await mine(unit)).status === 'available', 'the end of it');
        await page.tap('.shift .pair button:last-child');
        await until(async () => (await mine(unit)).status === 'off_duty', 'signing off', 15_000);
        await page.tap('.stepper button:last-child');
        await page.tap('.shift .on');
        await until(async () => (await mine(unit)).status === 'available', 'signing on');
        equal((await mine(unit)).crew, 3);
    });

    await patrol('a_refusal_stays_until_it_was_read', {}, async ({ page, context, unit }) => {
        const incident = await order(unit);
        await thumb.sign(page);
        await context.setOffline(true);
        await page.tap('[data-step="en_route"]');
        const a = (await server.ask('GET', `/incidents/${incident.id}`, undefined, 'commander')).assignments[0];
        await server.command('commander', 'assignment.cancel', { assignment: a.id ?? a, reason: '改派' });
        await page.waitForSelector('.undo .row', { state: 'detached', timeout: 15_000 });
        await context.setOffline(false);
        await until(async () => (await chip(page)).includes('未被接受'), 'the refusal', 25_000);
        must((await text(page, 'main')).includes('已撤销') || (await page.locator('.duty').count()) === 1, 'the end of the order');
        await page.tap('header .chip');
        await page.tap('li.refused button');
        await until(async () => (await chip(page)).includes('待发 0'), 'nothing left');
    });

    await patrol('orders_that_others_end_are_told_until_read', {}, async ({ page, unit }) => {
        const incident = await order(unit);
        await arrive(page);
        const a = (await server.ask('GET', `/incidents/${incident.id}`, undefined, 'commander')).assignments[0];
        await server.command('commander', 'assignment.cancel', { assignment: a.id ?? a, reason: '改派' });
        await page.waitForSelector('.notice');
        must((await text(page, '.notice')).includes('已撤销'), 'what became of it');
        await page.tap('.notice button');
        equal(await page.locator('.notice').count(), 0);
    });

    await patrol('several_orders_are_listed_and_any_can_be_opened', {}, async ({ page, unit }) => {
        const first = await order(unit);
        await arrive(page);
        await page.tap('.answer .fill');
        await page.waitForSelector('article');
        const second = await order(unit, { place: { state: 'known', lon: 122.67, lat: 29.43, address: '西塘路 9 号' } });
        await arrive(page);
        must((await text(page, '.incoming')).includes('西塘路 9 号'), 'the new one over all');
        await page.tap('.answer .fill');
        await until(async () => (await page.locator('main nav button').count()) === 2, 'both');
        await page.locator('main nav button', { hasText: first.number.slice(-4) }).tap();
        await until(async () => (await text(page, 'article')).includes('滨江大道'), 'the first');
        await page.locator('main nav button', { hasText: second.number.slice(-4) }).tap();
        await until(async () => (await text(page, 'article')).includes('西塘路'), 'the second');
    });

    await sceneStories({ patrol, server, order, steps, mine, arrive, fit, here });
    await leadingStories({ story, units, only });
}

/* Everybody lands at the page of their role. */
async function leadingStories({ story, units, only }) {
    for (const [name, path, wanted] of [
        ['a_unit_that_opens_the_desk_is_led_to_its_phone', '', '/console/patrol'],
        ['an_operator_who_opens_a_phone_is_led_to_the_desk', 'patrol', '/console/'],
    ]) {
        if (only !== undefined && !only.test(name)) {
            continue;
        }
        const user = path === '' ? (await units.next()).user : 'operator';
        await story(name, { ...phone, path, user, signIn: false }, async ({ page }) => {
            await signIn(page, user, password(user));
            equal(new URL(page.url()).pathname, wanted);
        });
    }
}
