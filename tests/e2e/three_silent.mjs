// The first of three incidents: a call in which nobody speaks. It is rung back in vain, then must not be rung any more; a
// unit is sent to where the caller is, and its feedback ends it.
import { until } from '../../console/test/browser.mjs';
import * as flow from '../../console/test/flow.mjs';
import { equal, must } from '../../console/test/harness.mjs';
import * as thumb from './thumb.mjs';

const TYPE = '20.01.00.00';
export const secrets = {
    phone: '10000001101',
    words: '听筒里有人低声说不要打过来',
    lon: '122.62051',
    lat: '29.41703',
    note: '已带离现场劝和',
};

export const course = (phones) => ({
    done: [
        'incident.opened operator',
        'report.linked operator',
        'incident.tiered operator',
        'incident.recommended operator',
        'incident.recommended operator', // again as the order went
        'assignment.dispatched operator',
        'report.callback_ended operator',
        'incident.closed operator',
    ],
    units: {
        [phones[0].callsign]: ['acknowledged unit', 'en_route unit', 'on_scene unit', 'cleared unit', 'fed_back unit'],
    },
});

/* By the caller's own channel, outside of all pages. */
const call = (server) =>
    server.ask(
        'POST',
        '/reports',
        {
            channel: '110',
            call: 'silent',
            rang_at: new Date(Date.now() - 9_000).toISOString(),
            answered_at: new Date(Date.now() - 7_000).toISOString(),
            ended_at: new Date(Date.now() - 1_000).toISOString(),
            place: { state: 'unknown' },
            caller: { phone: secrets.phone },
            caller_place: { lon: Number(secrets.lon), lat: Number(secrets.lat), radius_m: 80, source: 'cell' },
        },
        'floor-caller',
    );

const says = (desk, text, what) => until(async () => (await flow.sheetText(desk)).includes(text), what);

export async function silentCallComesIn(floor, server) {
    const [w, desk] = [floor.words, floor.page('operator')];
    const number = await flow.rowThatComes(desk, async () => {
        const taken = await call(server);
        must((taken.incident ?? null) === null, 'no machine opens an incident from a call without words');
    });
    await flow.walkQueue(desk, number);
    await says(desk, w.desk('callbackDue'), 'the clock of the call-back');
    await flow.command(desk, `CB ${number} no_answer`);
    await says(desk, `${w.desk('tries')} 1`, 'the first try');
    await flow.command(desk, `CB ${number} declined`);
    await says(desk, `${w.desk('tries')} 2`, 'the second try');
    return number;
}

/* What the second try brought: words, and that nobody is to ring again. */
export async function silentCallerIsMarked(floor, number) {
    const [w, desk] = [floor.words, floor.page('operator')];
    await flow.command(desk, `AD ${number}`);
    await desk.waitForSelector('form.form');
    await flow.fillField(desk, 'narrative', secrets.words);
    await flow.fillField(desk, 'caller.contact', 'none');
    await flow.sendForm(desk);
    await says(desk, w.common('noContact'), 'that the caller must not be contacted');
    equal(await desk.locator('.sheet .bar button', { hasText: w.desk('tryContact') }).count(), 0, 'ways to ring:');
}

/* To where the caller is. Gives the incident's number. */
export async function silentCallIsOpened(floor, number) {
    const desk = floor.page('operator');
    await flow.walkQueue(desk, number);
    await desk.keyboard.press('KeyO');
    await desk.waitForSelector('form.form');
    await flow.fillField(desk, 'type', TYPE);
    must(await desk.isChecked('[data-field="at_caller"] input'), 'the caller\'s place is offered');
    const opened = await flow.rowThatComes(desk, () => flow.sendForm(desk), flow.incidentNumbers);
    await flow.walkQueue(desk, opened);
    await until(async () => (await flow.sheetTitle(desk)).startsWith(opened), 'its sheet');
    return opened;
}

/* The best unit is the one beside the caller; its page says at once what must not be done. */
export async function silentCallIsDispatched(floor, opened) {
    const [w, desk, phone] = [floor.words, floor.page('operator'), floor.page('first')];
    const best = () => desk.locator('#advice .need', { hasText: floor.phones[0].callsign }).count();
    await until(best, 'the unit beside the caller to be advised');
    await desk.keyboard.press('KeyD');
    await desk.waitForSelector('form.form ul li');
    await desk.keyboard.press('Enter');
    await thumb.incoming(phone);
    must((await phone.locator('.incoming').innerText()).includes(opened), 'the number on the phone');
    must((await phone.locator('.incoming').innerText()).includes(w.patrol('contactNone')), 'never ring, with the order');
}

export async function silentCallIsWorked(floor) {
    const [w, phone] = [floor.words, floor.page('first')];
    await thumb.sign(phone);
    must((await phone.locator('article').innerText()).includes(w.patrol('contactNone')), 'never ring, on the order');
    equal(await phone.locator('a[href^="tel:"], a[href^="sms:"]').count(), 0, 'links to ring or text:');
    await thumb.step(phone, 'en_route', 'on_scene');
}

export async function silentCallEnds(floor, opened) {
    const phone = floor.page('first');
    await thumb.stands(phone, 'on_scene');
    await thumb.step(phone, 'cleared');
    await thumb.feedBack(phone, 'mediated', secrets.note);
    await floor.closes(opened, 'handled');
}
