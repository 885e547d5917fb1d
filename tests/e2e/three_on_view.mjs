// The second of three incidents: an officer finds it and opens it on the phone. The operator orders a second unit from the
// station, whose desk names one and records by radio what it does.
import { until } from '../../console/test/browser.mjs';
import * as flow from '../../console/test/flow.mjs';
import { equal, must } from '../../console/test/harness.mjs';
import * as station from './station.mjs';
import * as thumb from './thumb.mjs';

const TYPE = '20.04.02.00';
const NAMED = '所0101';
export const secrets = {
    address: '西塘里 18 号后院',
    lon: '122.61352',
    lat: '29.42511',
    note: '几个人在院里放音响不听劝',
    result: '音响已关',
};

const byDesk = (step) => `${step} station_desk`;
export const course = (phones) => ({
    done: [
        'incident.opened unit',
        'incident.noted unit',
        'incident.tiered unit',
        'assignment.dispatched unit',
        'assignment.dispatched operator',
        'assignment.named station_desk',
        'incident.closed operator',
    ],
    units: {
        [NAMED]: ['acknowledged', 'en_route', 'on_scene', 'cleared', 'fed_back'].map(byDesk),
        [phones[1].callsign]: ['cleared unit', 'fed_back unit'],
    },
});

/* Goes out only after the seconds in which it can be taken back. */
export async function officerOpensIt(floor) {
    const phone = floor.page('second');
    await phone.tap('[data-open]');
    await phone.fill('.open input[type="search"]', TYPE);
    await phone.tap(`.open [data-type="${TYPE}"]`);
    await phone.fill('#open-address', secrets.address);
    await phone.fill('.open textarea', secrets.note);
    await phone.tap('[data-send]');
}

export async function itStandsAtTheDesk(floor, number) {
    const [w, desk] = [floor.words, floor.page('operator')];
    await thumb.stands(floor.page('second'), 'on_scene');
    await flow.walkQueue(desk, number);
    await until(async () => (await flow.sheetTitle(desk)).startsWith(number), 'its sheet');
    const order = desk.locator('[data-order]', { hasText: floor.phones[1].callsign });
    await until(async () => (await order.locator('.tag', { hasText: w.desk('onView') }).count()) === 1, 'found by its unit');
    must((await order.innerText()).includes(w.wire('assignmentStatus', 'on_scene')), 'the unit is there at once');
}

export async function stationIsOrdered(floor, number) {
    const [w, desk, page] = [floor.words, floor.page('operator'), floor.page('station')];
    await flow.command(desk, `DS ${number} LP01`);
    await until(() => page.locator('.row.called', { hasText: number }).count(), 'the order at the station');
    await station.opens(page, number);
    return w;
}

/* By telephone and radio: the unit has no terminal. */
export async function stationSendsAUnit(floor) {
    const [w, page] = [floor.words, floor.page('station')];
    const unit = page.locator('.units li', { hasText: NAMED });
    await unit.locator('.send').click();
    equal((await page.locator('.asking .main').innerText()).trim(), w.station('dispatchYes'));
    await page.locator('.asking .main').click();
    await until(async () => (await page.locator('.row.called').count()) === 0, 'the unit to be named');
    const order = page.locator('[data-order]', { hasText: NAMED });
    await station.records(order, ['acknowledged', 'en_route', 'on_scene']);
    return order;
}

export async function theyEnd(floor, number, order) {
    await station.records(order, ['cleared']);
    await station.feedsBack(floor.page('station'), order, 'advised', secrets.result);
    await thumb.step(floor.page('second'), 'cleared');
    await thumb.feedBack(floor.page('second'), 'advised', secrets.result);
    await floor.closes(number, 'advised');
}
