// Five people at five pages, each in a browser context of their own, on one server at the same time: an operator at a seat,
// two units on phones, a station's desk, a publicity officer. What reaches the publicity page is kept to be looked at.
import { axe, openPage, signIn, until } from '../../console/test/browser.mjs';
import * as flow from '../../console/test/flow.mjs';
import { equal, must } from '../../console/test/harness.mjs';
import { phone } from '../../console/test/phone.mjs';
import { password } from './server.mjs';

/* Who sits where; both rounds of the story are worked by the same people. */
export async function hire(server, units, callsigns) {
    await server.person('floor-operator', 'operator', {});
    await server.person('floor-station', 'station_desk', { zones: ['LP01'] });
    await server.person('floor-publicity', 'publicity');
    await server.person('floor-caller', 'intake');
    const phones = [];
    for (const callsign of callsigns) {
        phones.push(await units.named(callsign));
    }
    return phones;
}

export class Floor {
    constructor(words) {
        this.words = words;
        this.people = {};
        this.heard = [];
    }

    async open(browser, server, phones, wheres) {
        const sit = async (name, user, options, more) => {
            const opened = await openPage(browser, server.url, { lang: this.words.lang, ...options });
            this.people[name] = opened;
            await signIn(opened.page, user, password(user), more);
        };
        await sit('operator', 'floor-operator', {}, { asked: true });
        await sit('first', phones[0].user, { ...phone, path: 'patrol', at: wheres[0] });
        await sit('second', phones[1].user, { ...phone, path: 'patrol', at: wheres[1] });
        await sit('station', 'floor-station', { path: 'station' });
        await sit('publicity', 'floor-publicity', { path: 'publicity', hear: this.heard });
        this.phones = phones;
        return this;
    }

    page(name) {
        return this.people[name].page;
    }

    /* No barrier on any page, and nothing wrong said by any of them. */
    async fit(when) {
        for (const [name, { page, seen }] of Object.entries(this.people)) {
            equal(await axe(page), [], `${when}, ${name}:`);
            equal(seen.foreign, [], `${when}, ${name}: requests to elsewhere`);
            equal(seen.errors, [], `${when}, ${name}: errors`);
        }
    }

    /* ---- the operator ---- */

    async sitsAt(code) {
        const desk = this.page('operator');
        await desk.waitForSelector('.ask');
        await desk.click(`.ask [data-seat="${code}"] button`);
        await desk.waitForSelector(`header [data-seat="${code}"]`);
    }

    async leavesSeat() {
        await flow.command(this.page('operator'), 'LEAVE');
        await until(async () => (await this.page('operator').getAttribute('[data-post]', 'data-post')) === 'looking', 'the seat to be left');
    }

    async closes(number, disposition) {
        const desk = this.page('operator');
        await flow.walkQueue(desk, number);
        await until(async () => (await flow.sheetTitle(desk)).startsWith(number), 'the sheet');
        await until(
            async () => !(await flow.sheetText(desk)).includes(this.words.desk('feedbackDue')),
            'all feedbacks',
        );
        await desk.keyboard.press('KeyX');
        await desk.waitForSelector('form.form');
        await flow.fillField(desk, 'disposition', disposition);
        await flow.sendForm(desk);
        await until(async () => !(await flow.queueNumbers(desk)).includes(number), 'the row to leave');
        const closed = this.words.wire('incidentStatus', 'closed');
        await until(async () => (await flow.statusText(desk)) === closed, 'the sheet to say so');
    }

    /* ---- publicity ---- */

    row(number) {
        return this.page('publicity').locator('#list-list [role="option"]').filter({ hasText: number });
    }

    async appears(number) {
        await until(() => this.row(number).count(), `${number} in the redacted list`);
        await this.row(number).click();
        await this.page('publicity').waitForSelector('.details ol li');
    }

    async ends(number) {
        await until(async () => (await this.row(number).count()) === 0, `${number} to leave the redacted list`);
    }

    /* Neither the frames that came nor what stands on the page has any of it. */
    async keeps(secrets) {
        const all = this.heard.join('\n') + (await this.page('publicity').content());
        must(this.heard.length > 0, 'the frames were heard');
        for (const [what, text] of Object.entries(secrets)) {
            must(!all.includes(text), `${what} reached the publicity page`);
        }
        must(!all.includes('callsign'), 'a callsign reached the publicity page');
    }

    async shoot(folder, name) {
        for (const [who, { page }] of Object.entries(this.people)) {
            await page.screenshot({ path: `${folder}/e2e-${name}-${who}.png` }).catch(() => undefined);
        }
    }

    async close() {
        for (const { context } of Object.values(this.people)) {
            await context.close();
        }
    }
}
