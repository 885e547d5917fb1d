// What a unit tells from the scene, opens by itself and calls for unheard; against the real server.
import { openPage, signIn, until } from '../../console/test/browser.mjs';
import { equal, must } from '../../console/test/harness.mjs';
import { phone } from '../../console/test/phone.mjs';
import { password } from './server.mjs';

const text = (page, selector) => page.locator(selector).first().innerText();
const status = (page) => page.getAttribute('article', 'data-status');
const HOLD_MS = 3_000;

/* Counts sounds and shakes of the page. */
const listen = (page) =>
    page.evaluate(() => {
        window.noises = 0;
        navigator.vibrate = (pattern) => (window.noises += pattern === 0 ? 0 : 1) > 0;
        const start = OscillatorNode.prototype.start;
        OscillatorNode.prototype.start = function (...args) {
            window.noises++;
            return start.apply(this, args);
        };
    });

export async function sceneStories({ patrol, server, order, steps, mine, arrive, fit, here }) {
    const timeline = async (incident) =>
        (await server.ask('GET', `/incidents/${incident.id ?? incident}/timeline`, undefined, 'commander')).events;
    const read = (incident) => server.ask('GET', `/incidents/${incident}`, undefined, 'commander');
    const sent = async (incident, kind) => {
        let found;
        await until(async () => (found = (await timeline(incident)).find((e) => e.kind === kind)) !== undefined, kind, 15_000);
        return found;
    };
    const values = async (incident) =>
        (await server.ask('GET', `/incidents/${incident}/protected?purpose=review`, undefined, 'commander')).values;
    const onScene = async (page, unit, more = {}) => {
        const incident = await order(unit, more);
        await arrive(page);
        await page.tap('.answer .fill');
        await page.waitForSelector('article');
        await page.tap('[data-step="on_scene"]');
        await until(async () => (await status(page)) === 'on_scene', 'to be on scene', 15_000);
        return incident;
    };

    for (const [lang, words] of [
        ['zh', { calm: '现场平稳', hospital: '医院', own: '自接警' }],
        ['en', { calm: 'Calm', hospital: 'hospital', own: 'initiated' }],
    ]) {
        await patrol(`an_officer_opens_work_reports_from_the_scene_and_takes_somebody_away_${lang}`, { lang }, async ({ page, unit }) => {
            await page.tap('[data-open]');
            await page.waitForSelector('#open-title');
            await fit(page, 'open');
            await page.tap('[data-type="20.00.00.00"]');
            await page.tap('[data-type="20.03.00.00"]');
            await fit(page, 'types');
            await page.tap('[data-type="20.03.01.00"]');
            await page.tap('[data-cue="crowd"]');
            await page.fill('#open-address', '西塘菜场东门');
            await page.tap('[data-send]');
            await page.waitForSelector('[data-opening]');
            must((await text(page, '.undo')).length > 0, 'it can be taken back');
            await until(async () => (await status(page).catch(() => null)) === 'on_scene', 'the order', 15_000);
            const id = (await mine(unit)).assignments.length;
            equal(id, 1, 'orders of the unit:');
            const a = await page.getAttribute('article', 'data-order');
            const opened = (await server.ask('GET', '/snapshot', undefined, 'commander')).data ?? {};
            const incident = opened.assignments.find((x) => x.id === a).incident;
            const { incident: i } = await read(incident);
            equal([i.channel, i.type_dispatched ?? i.type.dispatched, i.cues], ['officer', '20.03.01.00', ['crowd']]);
            equal([i.place.state, i.place.lon, i.place.lat], ['known', here.longitude, here.latitude]);
            must(new RegExp(words.own, 'i').test(await text(page, '.truth')), 'it says whose work it is');

            await page.tap('[data-scene]');
            await page.waitForSelector('#scene-title');
            await fit(page, 'scene');
            await page.locator('.scene .words .big').first().tap();
            await page.tap('[data-cue="injured"]');
            await page.tap('[data-send]');
            must((await sent(incident, 'assignment.reported')).by.role === 'unit', 'its own word');
            await sent(incident, 'incident.amended');
            equal((await read(incident)).incident.cues, ['injured', 'crowd']);
            must(JSON.stringify(await values(incident)).includes(words.calm), 'the words, protected');

            await page.tap('[data-step="transporting"]');
            await page.waitForSelector('#transport-title');
            await page.tap('[data-destination="station"]');
            must((await page.locator('.transport .pair').nth(1).locator('button').count()) === 4, 'the stations of the city');
            await fit(page, 'transport');
            await page.tap('[data-destination="hospital"]');
            await page.fill('#transport-place', '澜浦二院');
            await page.tap('[data-send]');
            must((await text(page, '.undo .row')).includes(words.hospital), 'where to, while it can be taken back');
            await until(async () => (await status(page)) === 'transporting', 'the way', 15_000);
            must((await text(page, '.truth')).includes(words.hospital), 'where to');
            const order = (await read(incident)).assignments.find((x) => (x.id ?? x) === a);
            equal(order.destination, 'hospital');
            must(JSON.stringify(await values(incident)).includes('澜浦二院'), 'the place, protected');
            equal(await page.evaluate(() => Object.keys(localStorage).filter((k) => k.includes('draft'))), [], 'drafts:');
        });
    }

    await patrol('each_form_of_the_phone_names_the_field_that_is_wrong', {}, async ({ page, unit }) => {
        const bad = () => page.locator('.bad:visible').allInnerTexts().then((all) => all.join(' '));
        const says = async (...words) => {
            const said = await bad();
            words.forEach((w) => must(said.includes(w), `${w}: ${said}`));
        };
        await page.tap('[data-open]');
        await page.tap('[data-send]');
        await says('类别', '必填');
        await page.tap('[data-elsewhere]');
        await page.tap('[data-send]');
        await says('类别', '地址');
        await page.fill('#open-address', '路'.repeat(43));
        await page.fill('.open textarea', '话'.repeat(700));
        await page.tap('[data-send]');
        await says('地址：太长', '情况说明');
        await page.tap('.open .titled button');
        await onScene(page, unit);
        await page.tap('[data-scene]');
        await page.tap('[data-send]');
        await says('情况说明', '必填');
        await page.fill('.scene textarea', '话'.repeat(700));
        await page.tap('[data-send]');
        await says('情况说明', '太长');
        await page.tap('.scene .titled button');
        await page.tap('[data-step="transporting"]');
        await page.tap('[data-send]');
        await says('去向', '必填');
        await page.tap('[data-destination="other"]');
        await page.fill('#transport-place', '院'.repeat(70));
        await page.tap('[data-send]');
        await says('去往何处', '太长');
        await page.tap('.transport .titled button');
        equal(await status(page), 'on_scene', 'nothing was sent:');
        await page.tap('[data-step="cleared"]');
        await page.tap('.feedback > .fill');
        await says('处理结果');
        await page.fill('.feedback textarea', '话'.repeat(700));
        await page.tap('[data-disposition="handled"]');
        await page.tap('.feedback > .fill');
        await says('情况说明', '太长');
    });

    await patrol('a_caller_is_marked_from_the_scene_and_a_try_to_reach_them_is_recorded', {}, async ({ page, unit }) => {
        const incident = await onScene(page, unit, { caller: { phone: '10000000044', contact: 'call' } });
        await page.tap('article .pair button');
        await page.tap('[data-purpose="callback"]');
        await page.waitForSelector('a[href="tel:10000000044"]');
        await page.evaluate(() => {
            const link = document.querySelector('a[href^="tel:"]');
            link.addEventListener('click', (e) => e.preventDefault()); // nobody answers here
        });
        await page.tap('a[href^="tel:"]');
        await page.tap('[data-result="no_answer"]');
        equal((await sent(incident, 'report.contacted')).data.result, 'no_answer');
        await fit(page, 'caller');
        await page.tap('[data-mark="none"]');
        await page.waitForSelector('.undo button');
        await until(async () => (await text(page, '.caller')).includes('不得回拨、不得发短信'), 'the mark', 15_000);
        equal(await page.locator('a[href^="tel:"], a[href^="sms:"], [data-mark]').count(), 0, 'ways to reach them:');
        equal((await sent(incident, 'report.amended')).data.contact, 'none');
    });

    await patrol('a_phone_that_never_saw_it_otherwise_tells_what_it_is_now', {}, async ({ page, context, unit }) => {
        const incident = await order(unit);
        await arrive(page);
        await page.tap('.answer .fill');
        await until(async () => (await status(page)) === 'acknowledged', 'the order to be signed');
        await server.command('operator', 'incident.amend', {
            incident: incident.id,
            place: { state: 'known', lon: 122.662, lat: 29.421, address: '滨江大道 211 号' },
        });
        await server.command('commander', 'incident.retier', { incident: incident.id, tier: 1, reason: '升级' });
        await until(async () => /滨江大道 207 号\s*→\s*滨江大道 211 号/.test(await text(page, '.changed')), 'both on a phone that saw it');
        const other = await openPage(context.browser(), server.url, { ...phone, path: 'patrol', at: here });
        try {
            await signIn(other.page, unit.user, password(unit.user));
            await other.page.waitForSelector('.changed', { timeout: 15_000 });
            must(/现为\s*滨江大道 211 号/.test(await text(other.page, '.changed')), 'the place as it is');
            must(/现为\s*I\b/.test(await text(other.page, '.changed')), 'the tier as it is');
            await fit(other.page, 'changes');
        } finally {
            await other.context.close();
        }
    });

    await patrol('a_call_for_help_unheard_shows_and_sounds_nowhere', {}, async ({ page, unit }) => {
        await listen(page);
        const heard = [];
        page.on('websocket', (ws) => ws.on('framereceived', (f) => heard.push(String(f.payload))));
        await page.reload();
        await page.waitForSelector('[data-link="live"]');
        await page.waitForSelector('.duty');
        await page.tap('#duty-title'); // the first touch, which browsers want before any sound
        await page.waitForSelector('.duty > button:not([data-open])', { state: 'detached' });
        const look = () =>
            page.evaluate(() => {
                const shown = document.body.cloneNode(true);
                shown.querySelectorAll('header .state, .watermark, .place, time, .duty .dim').forEach((e) => e.remove());
                return shown.innerHTML.replace(/<!--.*?-->| data-seq="\d+"/g, '');
            });
        const before = await look();
        const box = await page.locator('header .state').boundingBox();
        const press = async (ms) => {
            await page.mouse.move(box.x + 30, box.y + box.height / 2);
            await page.mouse.down();
            await page.waitForTimeout(ms);
            equal(await look(), before, 'while it is held:');
            await page.mouse.up();
        };
        await press(HOLD_MS + 400);
        await until(async () => (await mine(unit)).panic === true, 'the server to have it');
        equal((await mine(unit)).panic_silent, true);
        await page.waitForTimeout(1_500); // frames that must not come
        equal(await look(), before, 'afterwards:');
        equal(await page.evaluate(() => window.noises ?? 0), 0, 'sounds and shakes:');
        equal(heard.filter((f) => /panick|panic_|"panic":/.test(f)), [], 'frames that tell of it:');
        equal(await page.evaluate(() => localStorage.getItem('tocsin.panic')), null, 'traces:');
        await page.reload();
        await page.waitForSelector('.duty');
        await page.waitForSelector('[data-link="live"]');
        await page.tap('#duty-title');
        await page.waitForSelector('.duty > button:not([data-open])', { state: 'detached' });
        equal(await look(), before, 'after a reload:');
        await server.command('commander', 'unit.panic_answer', { unit: unit.id, reached: 'seen', how: '到场' });
        await page.waitForTimeout(1_000);
        equal(await look(), before, 'when it is over:');
    });

    await patrol('a_silent_call_beside_this_phone_is_told_without_a_sound', {}, async ({ page, unit }) => {
        const read = async (id) =>
            (await server.ask('GET', '/units?limit=500', undefined, 'commander')).units.find((u) => u.id === id);
        const { units } = await server.ask('GET', '/units?limit=500', undefined, 'commander');
        const caller = units.findLast((u) => u.id !== unit.id && u.panic !== true && u.place === undefined);
        await page.context().setGeolocation({ longitude: caller.home_lon + 0.0005, latitude: caller.home_lat });
        const off = async () => Math.abs(((await mine(unit)).place?.lon ?? 0) - caller.home_lon);
        await until(async () => (await off()) < 0.001, 'to stand beside', 15_000);
        await page.tap('#duty-title'); // the first touch
        await listen(page);
        await server.command('commander', 'unit.panic', { unit: caller.id, silent: true, by: 'radio' });
        await page.waitForSelector('.need.quiet');
        must((await text(page, '.need')).includes('不响铃'), 'that nothing sounds');
        equal((await mine(unit)).alerts?.map((a) => a.quiet), [true]);
        const incident = (await read(caller.id)).panic_incident;
        await server.command('commander', 'assignment.dispatch', { incident, units: [{ unit: unit.id }] });
        await page.waitForSelector('.incoming .flag.quiet');
        await page.waitForSelector('.incoming [data-hush]');
        await fit(page, 'quiet');
        await page.waitForTimeout(2_000); // a grave order rings each second and a half
        equal(await page.evaluate(() => window.noises), 0, 'sounds and shakes:');
        await server.command('commander', 'unit.panic_answer', { unit: caller.id, reached: 'seen', how: '到场' });
        await until(() => page.evaluate(() => window.noises > 0), 'the order to ring once the officer was reached', 15_000);
        await page.tap('.answer .fill');
        await page.waitForSelector('article');
    });

    await patrol('a_short_touch_of_the_link_tells_of_the_link_and_calls_nobody', {}, async ({ page, unit }) => {
        await page.tap('header .state');
        await page.waitForSelector('#link-title');
        await fit(page, 'link');
        await page.keyboard.press('Tab');
        await page.waitForTimeout(HOLD_MS + 500);
        must((await mine(unit)).panic !== true, 'nobody is called');
        await page.locator('header .state').focus();
        await page.keyboard.down('Enter');
        await until(async () => (await mine(unit)).panic === true, 'a key that is held to do it too', HOLD_MS + 5_000);
        await page.keyboard.up('Enter');
        equal(await page.locator('[data-panic]').count(), 0, 'signs of it:');
        await server.command('commander', 'unit.panic_answer', { unit: unit.id, reached: 'seen', how: '到场' });
    });

    await patrol('a_call_unheard_goes_out_after_a_reload_eleven_minutes_later_under_its_id', {}, async ({ page, context, unit }) => {
        await page.waitForTimeout(2_000); // the picture is kept
        await context.setOffline(true);
        const box = await page.locator('header .state').boundingBox();
        await page.mouse.move(box.x + 30, box.y + box.height / 2);
        await page.mouse.down();
        await page.waitForTimeout(HOLD_MS + 400);
        await page.mouse.up();
        const kept = () => page.evaluate(() => JSON.parse(localStorage.getItem('tocsin.panic')));
        const { id } = await kept();
        await page.evaluate(() => {
            const call = JSON.parse(localStorage.getItem('tocsin.panic'));
            localStorage.setItem('tocsin.panic', JSON.stringify({ ...call, at: call.at - 11 * 60_000 }));
            window.addEventListener('pagehide', () => localStorage.setItem('tocsin.panic', JSON.stringify({ ...call, at: call.at - 11 * 60_000 })));
        });
        await page.reload();
        await page.waitForSelector('.duty');
        equal((await kept()).id, id, 'the id after a reload:');
        must(!(await text(page, 'body')).includes('求助,'), 'nothing is said of it');
        await context.setOffline(false);
        await until(async () => (await mine(unit)).panic === true, 'the server to have it', 25_000);
        const rows = await server.ask('GET', '/events?after=0&limit=5000', undefined, 'commander');
        const call = (rows.events ?? rows).filter((e) => e.kind === 'unit.panicked' && e.data.unit === unit.id);
        equal(call.length, 1, 'calls:');
        await until(async () => (await kept()) === null, 'the trace to go');
        await server.command('commander', 'unit.panic_answer', { unit: unit.id, reached: 'seen', how: '到场' });
    });
}
