// What ends or leaves the lists while a person has it in hand.
import { until } from './browser.mjs';
import * as flow from './flow.mjs';
import { equal, must } from './harness.mjs';

export async function servedTests(t) {
    await t('a_slot_that_was_served_is_not_filled_again', {}, async ({ page, fake }) => {
        const opened = fake.command('report.receive', {
            channel: '110',
            type: '20.04.02.00',
            place: { state: 'known', lon: 122.62, lat: 29.41, address: '滨江大道 9 号' },
        });
        const incident = opened.entries.find((e) => e.kind === 'incident.opened').data.incident;
        for (const r of fake.world.incidents.get(incident.id).requirements) {
            fake.command('assignment.dispatch', { incident: incident.id, slot: r.slot });
        }
        for (const a of fake.world.of(incident.id)) {
            for (const status of ['en_route', 'on_scene', 'cleared']) {
                fake.command('assignment.progress', { assignment: a.id, status, by: 'radio' });
            }
            fake.command('assignment.feedback', { assignment: a.id, disposition: 'handled', by: 'radio' });
        }
        const number = incident.number.slice(-4);
        await until(async () => (await flow.queueNumbers(page)).includes(number), 'the row');
        await flow.walkQueue(page, number);
        await until(async () => (await flow.orders(page)).length > 0, 'the orders that have ended');
        must(await page.locator('.sheet .bar button').first().isDisabled(), 'no slot is open');
        await page.keyboard.press('KeyD');
        await until(
            async () => (await page.locator('#command-says').innerText()).includes('没有待派的岗位'),
            'the desk to say so',
        );
        equal(await page.locator('form.form').count(), 0);
    });
}

export async function unfitTests(t) {
    await t('a_slot_that_nobody_fits_does_not_hold_up_the_others', {}, async ({ page, fake }) => {
        const { id, requirements } = fake.world.incidents.get('live-i1');
        const kind = requirements[0].police_type;
        must(requirements.some((r) => r.police_type !== kind), 'more than one kind is needed');
        for (const u of [...fake.world.units.values()].filter((x) => x.police_type === kind && x.on_duty)) {
            for (const a of fake.world.of(u.id)) {
                fake.command('assignment.progress', { assignment: a.id, status: 'cleared', by: 'radio' });
            }
            fake.command('unit.status', { unit: u.id, available: false, reason: 'meal' });
        }
        await flow.walkQueue(page, '0401');
        await until(async () => (await flow.sheetText(page)).includes('无可派力量'), 'the reading');
        await page.keyboard.press('KeyD');
        await page.waitForSelector('form.form li');
        must((await page.locator('form.form li').last().innerText()).includes('没有合适的警力'), 'who nobody fits, last');
        await flow.sendForm(page);
        must(fake.world.of(id).length > 0, 'the others are sent');
        must(fake.world.of(id).every((a) => a.slot !== requirements[0].slot), 'and no one else');
    });
}

export async function leavingTests(t) {
    const sheet = (page) => page.locator('.sheet').innerText();
    const openReport = async (page, fake) => {
        const row = fake.command('report.receive', { channel: '110', open: false, place: { state: 'unknown' } });
        const report = row.entries.find((e) => e.kind === 'report.received').data.report;
        const number = report.number.slice(-4);
        await until(async () => (await flow.queueNumbers(page)).includes(number), 'the report');
        await flow.walkQueue(page, number);
        await until(async () => (await flow.sheetTitle(page)).includes(number), 'its sheet');
        return report;
    };
    await t('a_report_that_leaves_while_in_hand_stays_in_sight_and_says_so', {}, async ({ page, fake }) => {
        const report = await openReport(page, fake);
        await page.keyboard.press('KeyX');
        await page.waitForSelector('form.form');
        await flow.fillField(page, 'note', '说到一半');
        fake.leave({ report: report.id });
        await until(
            async () => (await page.locator('form.form .state').innerText()).includes('已离开列表'),
            'the form to say so',
        );
        equal(await page.inputValue('[data-field="note"] textarea'), '说到一半');
        await page.keyboard.press('Escape');
        must((await sheet(page)).includes('已了结或移交'), 'the sheet says so');
        must((await flow.sheetTitle(page)).includes(report.number.slice(-4)), 'the report stays in sight');
        equal(await page.locator('.sheet .bar').count(), 0, 'actions that can only be refused:');
    });
    await t('a_report_joined_by_another_seat_leads_to_its_incident', {}, async ({ page, fake }) => {
        const report = await openReport(page, fake);
        fake.command('report.link', { report: report.id, incident: 'live-i2' });
        await until(async () => (await sheet(page)).includes('已归入警情 0402'), 'the sheet to say so');
        await page.click('.sheet .left button');
        await until(async () => (await flow.sheetTitle(page)).startsWith('0402'), 'the incident');
    });
    await t('an_incident_that_leaves_while_in_hand_stays_in_sight', {}, async ({ page, fake }) => {
        await flow.walkQueue(page, '0402');
        await until(async () => (await flow.sheetTitle(page)).startsWith('0402'), 'the sheet');
        fake.leave({ incident: 'live-i2' });
        await until(async () => (await sheet(page)).includes('已离开当前列表'), 'the sheet to say so');
        must((await flow.sheetTitle(page)).startsWith('0402'), 'the incident stays in sight');
    });
    await t('a_unit_that_leaves_is_no_longer_chosen', {}, async ({ page, fake }) => {
        await page.keyboard.press('F3');
        await page.keyboard.press('Home');
        await page.keyboard.press('Space');
        const id = (await page.getAttribute('#units-list', 'aria-activedescendant')).replace('units-', '');
        await until(async () => (await page.locator('.units .head button').count()) === 1, 'the choice');
        fake.leave({ unit: id });
        await until(async () => (await page.locator('.units .head button').count()) === 0, 'the choice to end');
        must((await page.locator('#command-says').innerText()).includes('已不在您的警力板上'), 'it is said');
    });
}
