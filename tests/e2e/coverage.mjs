// Coverage against the real server: a unit is sent, a gap opens; it comes back, the gap closes.
import { until } from '../../console/test/browser.mjs';
import { equal, must } from '../../console/test/harness.mjs';
import { terminal } from './terminal.mjs';

const SCHOOL = 'Q03'; // within three minutes
const school = { lon: 122.644495, lat: 29.410474 };
const place = { state: 'known', lon: 122.69, lat: 29.46, address: '纵五路口' };

const ask = (server, query = '', more) => server.ask('GET', `/coverage${query}`, undefined, 'operator', more);
const circleOf = (map, code) => map.features.find((f) => f.properties.code === code).properties;
const police = (figures) => figures.classes.find((c) => c.class === 'police');

/* One police unit at the school and nobody else free: what stories before this one left is no ground for it. */
async function oneAtTheSchool(server) {
    const { units } = await server.ask('GET', '/units?limit=500', undefined, 'commander');
    const free = units.filter((u) => u.status === 'available' && u.police_type !== undefined);
    must(free.length > 0, 'somebody is free');
    for (const unit of free.slice(1)) {
        await server.command('commander', 'unit.status', { unit: unit.id, available: false, reason: 'meal', by: 'radio' });
    }
    const phone = await terminal(server, free[0].id);
    const { lon, lat } = school;
    const sent = setInterval(() => phone.send(lon, lat), 300);
    await until(async () => circleOf(await ask(server), SCHOOL).unit === free[0].id, 'the unit keeps the school');
    clearInterval(sent);
    phone.close();
    return free[0];
}

async function allBack(server) {
    const { units } = await server.ask('GET', '/units?limit=500', undefined, 'commander');
    for (const unit of units) {
        if (unit.status === 'unavailable') {
            await server.command('commander', 'unit.status', { unit: unit.id, available: true, by: 'radio' });
        }
    }
}

async function wrongParameters(server) {
    const problem = async (query, field) => {
        const said = await ask(server, query, { problems: true });
        must(said.status === 422 && JSON.stringify(said).includes(field), `${query}: ${JSON.stringify(said)}`);
    };
    await problem('?class=pirates', 'class');
    await problem('?minutes=1,2', 'minutes');
    await problem('?minutes=1,', 'minutes');
    await problem('?format=kml', 'format');
    await problem('/if', 'leave');
    await problem('/if?leave=live-u99999', 'leave');
    await problem('/if?arrive=north', 'arrive');
    await problem('/if?arrive=200,0', 'arrive');
}

async function mapOfCoverage(server) {
    const map = await ask(server, '?minutes=3,5&class=traffic');
    equal(map.type, 'FeatureCollection');
    must(map.engine.startsWith('road/1:') && map.weight === 'road_length' && map.age_ms >= 0, JSON.stringify(map).slice(0, 300));
    equal(
        map.features.filter((f) => f.properties.kind === 'ring').map((f) => f.properties.minutes),
        [5, 3],
    );
    equal(
        map.features.filter((f) => f.properties.kind === 'circle').map((f) => f.properties.code),
        ['Q06'],
    );
    for (const f of map.features.filter((x) => x.geometry.type === 'MultiPolygon')) {
        for (const ring of f.geometry.coordinates.flat()) {
            equal(ring[0], ring.at(-1));
        }
    }
    const figures = await ask(server, '?format=summary');
    equal(figures.circles.all, 7);
    must(police(figures).share[0] <= police(figures).share[1] && police(figures).share[1] <= police(figures).share[2], 'rings grow');
}

async function gapOpensAndCloses(server) {
    const unit = await oneAtTheSchool(server);
    const alone = await ask(server, '?format=summary');
    equal(police(alone).units, 1);
    const cost = await ask(server, `/if?leave=${unit.id}`);
    equal(cost.lost, cost.share); // nobody else is there
    must(cost.circles.some((c) => c.code === SCHOOL && c.unit === undefined), 'the school would not be kept');
    must(cost.gap !== undefined && cost.gap.share > 0, 'a gap would open');

    const made = await server.command('operator', 'report.receive', { channel: '110', type: '20.04.02.00', place });
    const { incident } = made.events.find((e) => e.kind === 'incident.opened').data;
    await server.command('commander', 'assignment.dispatch', { incident: incident.id, units: [{ unit: unit.id }] });
    const open = await ask(server);
    must(circleOf(open, SCHOOL).kept === false, 'the school is open');
    equal(open.classes[0].share, [0, 0, 0]);
    const gaps = open.features.filter((f) => f.properties.kind === 'gap').map((f) => f.properties.share);
    must(gaps.reduce((sum, one) => sum + one, 0) > 0.5, `the city is a gap: ${gaps}`);

    const { assignments } = await server.ask('GET', `/incidents/${incident.id}`, undefined, 'commander');
    await server.command('commander', 'assignment.cancel', { assignment: assignments.find((a) => a.unit === unit.id).id });
    const again = await ask(server, '?format=summary');
    equal(police(again).share, police(alone).share);
    must(!again.circles.open.some((c) => c.code === SCHOOL), 'the school is kept again');
    await allBack(server);
    await until(async () => police(await ask(server, '?format=summary')).units > 10, 'all are back');
}

export async function coverageStories({ story, server }) {
    await story('what_coverage_does_not_know_is_a_problem_that_names_it', {}, () => wrongParameters(server));
    await story('coverage_is_a_map_and_figures', {}, () => mapOfCoverage(server));
    await story('a_unit_that_is_sent_opens_a_gap_and_closes_it_when_it_is_back', {}, () => gapOpensAndCloses(server));
}
