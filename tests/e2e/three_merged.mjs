// The third of three incidents: two callers tell of one happening. Two units are on their way to it as to two; merged, the
// graver account holds, both callers are kept, and what changed is signed on both phones without a second order.
import { until } from '../../console/test/browser.mjs';
import * as flow from '../../console/test/flow.mjs';
import { equal, must } from '../../console/test/harness.mjs';
import * as thumb from './thumb.mjs';

const TYPE = '20.01.00.00';
export const secrets = {
    first: '某丙绝密',
    firstPhone: '10000003301',
    firstWords: '楼下有人打架',
    address: '锦绣家园 6 幢 302 室',
    lon: '122.68217',
    lat: '29.41133',
    second: '某丁绝密',
    secondPhone: '10000003302',
    secondWords: '院子里两个男的动手, 一个拿着菜刀',
    secondAddress: '锦绣家园西门',
    secondLon: '122.68241',
    secondLat: '29.41151',
    note: '双方已分开, 刀具收缴',
};

const steps = ['change_acknowledged unit', 'en_route unit', 'on_scene unit', 'cleared unit', 'fed_back unit'];
const opened = (by) => ['report.received', 'incident.opened', 'report.linked', 'incident.tiered', 'incident.recommended'].map((x) => `${x} ${by}`);
/* What signing was before the merging stays with the incident in which it was. */
export const courses = (phones) => [
    {
        done: [
            ...opened('operator'),
            'assignment.dispatched operator',
            'incident.absorbed operator',
            'incident.tiered operator', // by the graver account
            'incident.orders_moved operator',
            'assignment.change_raised operator',
            'assignment.change_raised operator',
            'incident.closed operator',
        ],
        units: { [phones[0].callsign]: ['acknowledged unit', ...steps], [phones[1].callsign]: steps },
    },
    {
        done: [...opened('intake'), 'assignment.dispatched operator', 'incident.merged operator'],
        units: { [phones[1].callsign]: ['acknowledged unit'] },
    },
];

/* On the telephone with the operator, at an address that is not for everybody. */
export async function firstCallerIsHeard(floor) {
    return flow.takeReport(floor.page('operator'), {
        type: TYPE,
        narrative: secrets.firstWords,
        'place.address': secrets.address,
        'place.lon': secrets.lon,
        'place.lat': secrets.lat,
        'place.protected': true,
        'caller.name': secrets.first,
        'caller.phone': secrets.firstPhone,
    });
}

/* By an application, in other words. */
export async function secondCallerIsHeard(floor, server) {
    const report = {
        channel: 'app',
        type: TYPE,
        place: {
            state: 'known',
            lon: Number(secrets.secondLon),
            lat: Number(secrets.secondLat),
            address: secrets.secondAddress,
        },
        narrative: secrets.secondWords,
        caller: { name: secrets.second, phone: secrets.secondPhone },
        cues: { weapon: true },
    };
    return flow.rowThatComes(floor.page('operator'), () => server.ask('POST', '/reports', report, 'floor-caller'));
}

/* Each as it is then known: a unit to one, another to the other. */
export async function bothAreDispatched(floor, [a, b]) {
    const desk = floor.page('operator');
    for (const [number, n, who] of [
        [a, 0, 'first'],
        [b, 1, 'second'],
    ]) {
        const phone = floor.page(who);
        await flow.command(desk, `D ${number} ${floor.phones[n].callsign}`);
        await thumb.incoming(phone);
        must((await phone.locator('.incoming').innerText()).includes(number), `${number} on the phone`);
        await thumb.sign(phone);
    }
}

/* What differs in victims or weapons is told, and merged only by a second word. */
export async function theyAreMerged(floor, [a, b]) {
    const [w, desk, phone] = [floor.words, floor.page('operator'), floor.page('second')];
    const order = await phone.getAttribute('article', 'data-order');
    await flow.walkQueue(desk, b);
    await until(async () => (await flow.sheetTitle(desk)).startsWith(b), 'its sheet');
    await desk.keyboard.press('KeyG');
    await desk.waitForSelector('form.form');
    await flow.fillField(desk, 'into', a);
    await desk.keyboard.press('Control+Enter');
    const refused = desk.locator('[data-field="confirm"] .error, form.form .state .bad');
    await until(async () => (await refused.count()) > 0, 'what differs');
    must((await refused.first().innerText()).includes(w.wire('refusalWords', 'incidents_differ')), 'said in the desk\'s language');
    must((await flow.queueNumbers(desk)).includes(b), 'nothing is merged before');
    await flow.fillField(desk, 'confirm', true);
    await flow.sendForm(desk);
    await until(async () => !(await flow.queueNumbers(desk)).includes(b), 'the row to leave');
    await flow.walkQueue(desk, a);
    await until(async () => (await flow.sheetText(desk)).includes(w.desk('mergedParts')), 'what it took in');
    const on = async () => (await flow.orders(desk)).map((o) => o.callsign).sort();
    await until(async () => (await on()).length === 2, 'the order that moved');
    equal(await on(), floor.phones.map((p) => p.callsign).sort());
    await until(async () => (await phone.locator('article').innerText()).includes(a), 'the other number on the phone');
    equal(await phone.getAttribute('article', 'data-order'), order, 'no second order:');
    equal(await phone.locator('.incoming').count(), 0, 'orders that ring:');
}

/* The graver account came from the second caller: who was on the way to the first must know. */
export async function theChangeIsSigned(floor) {
    const w = floor.words;
    const weapon = w.wire('cue', 'weapon');
    const first = floor.page('first');
    await first.waitForSelector('.changed');
    must((await first.locator('.changed').innerText()).includes(weapon), 'the danger, named');
    for (const who of ['first', 'second']) {
        const phone = floor.page(who);
        if (await until(async () => (await phone.locator('.changed').count()) > 0, `a change for the ${who}`)) {
            await phone.tap('.changed button');
            await phone.waitForSelector('.changed', { state: 'detached' });
        }
    }
    const desk = floor.page('operator');
    const due = desk.locator('[data-order] .tag', { hasText: w.desk('changeDue') });
    await until(async () => (await due.count()) === 0, 'nothing left to sign on the sheet');
}

/* Whoever may read it finds both. */
export async function bothCallersAreKept(floor, a) {
    const desk = floor.page('operator');
    await flow.walkQueue(desk, a);
    await desk.keyboard.press('F6');
    await flow.tabTo(desk, '#purpose');
    await desk.keyboard.press('ArrowDown');
    await desk.keyboard.press('Tab');
    await desk.keyboard.press('Enter');
    const wanted = [secrets.first, secrets.firstPhone, secrets.second, secrets.secondPhone];
    await until(async () => {
        const text = await flow.sheetText(desk);
        return wanted.every((x) => text.includes(x));
    }, 'both callers');
}

export async function theyEnd(floor, a) {
    for (const who of ['first', 'second']) {
        await thumb.step(floor.page(who), 'en_route', 'on_scene');
    }
    for (const who of ['first', 'second']) {
        await thumb.stands(floor.page(who), 'on_scene');
        await thumb.step(floor.page(who), 'cleared');
    }
    await thumb.feedBack(floor.page('first'), 'mediated', secrets.note);
    await thumb.feedBack(floor.page('second'), 'handled', secrets.note);
    await floor.closes(a, 'handled');
}
