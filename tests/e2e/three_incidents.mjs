// The joint story: five people at five pages work three incidents to their ends through the pages alone. Whole in Chinese,
// and whole again in English. Only the world and the callers are made from outside.
import * as flow from '../../console/test/flow.mjs';
import { Floor, hire } from './floor.mjs';
import { Record } from './three_ends.mjs';
import * as merged from './three_merged.mjs';
import * as onView from './three_on_view.mjs';
import * as silent from './three_silent.mjs';

const callsigns = ['巡0111', '巡0121'];
const wheres = [
    { longitude: 122.62049, latitude: 29.41701 },
    { longitude: 122.61352, latitude: 29.42511 },
];

/* The three side by side, as on a floor: while one unit's steps are on their way, the others are dealt with. */
async function work(floor, server, record) {
    const desk = floor.page('operator');
    await floor.sitsAt('02');
    await floor.fit('nothing yet');

    const report = await silent.silentCallComesIn(floor, server);
    await silent.silentCallerIsMarked(floor, report);
    await floor.fit('a silent call waits');
    const one = await silent.silentCallIsOpened(floor, report);
    await floor.appears(one);
    await silent.silentCallIsDispatched(floor, one);
    await floor.fit('an order rings');
    await silent.silentCallIsWorked(floor);

    const two = await flow.rowThatComes(desk, () => onView.officerOpensIt(floor), flow.incidentNumbers);
    await floor.appears(two);
    await onView.itStandsAtTheDesk(floor, two);
    await onView.stationIsOrdered(floor, two);
    await floor.fit('an order waits at the station');
    const order = await onView.stationSendsAUnit(floor);
    await silent.silentCallEnds(floor, one);
    await floor.ends(one);
    await onView.theyEnd(floor, two, order);
    await floor.ends(two);

    const [a, b] = [await merged.firstCallerIsHeard(floor), await merged.secondCallerIsHeard(floor, server)];
    await floor.appears(a);
    await floor.appears(b);
    await merged.bothAreDispatched(floor, [a, b]);
    await merged.theyAreMerged(floor, [a, b]);
    await floor.fit('a change is to be signed');
    await floor.ends(b);
    await merged.theChangeIsSigned(floor);
    await merged.bothCallersAreKept(floor, a);
    await merged.theyEnd(floor, a);
    await floor.ends(a);

    await floor.keeps({ ...silent.secrets, ...onView.secrets, ...merged.secrets });
    await floor.fit('all is done');
    await floor.leavesSeat();
    await record.went(one, silent.course(floor.phones));
    await record.went(two, onView.course(floor.phones));
    const [kept, gone] = merged.courses(floor.phones);
    await record.went(a, kept);
    await record.went(b, gone);
    await record.everythingWasOwned();
    await record.counted({
        'incidents.total': 4,
        'incidents.by_status.closed': 3,
        'incidents.by_status.merged': 1,
        'incidents.by_tier.2': 2, // with the weapon that the second caller told of
        'incidents.by_tier.3': 1,
        'incidents.by_tier.4': 1,
        'reports.total': 3,
        'reports.by_status.linked': 3,
        'reports.callbacks_due': 0,
        'ring_to_answer.count': 1,
        'ring_to_answer.within': 1,
        'answer_to_dispatch.count': 1,
        'receipt_to_dispatch.count': 4,
        'dispatch_to_on_scene.count': 3,
    });
}

export async function threeIncidents({ h, server, browser, units, words, watcher, reducer, only }) {
    const names = ['zh', 'en'].map((lang) => [lang, `three_incidents_are_worked_to_their_ends_${lang}`]);
    const wanted = names.filter(([, name]) => only === undefined || only.test(name));
    const phones = wanted.length === 0 ? [] : await hire(server, units, callsigns);
    for (const [lang, name] of wanted) {
        await h.test(name, async () => {
            const floor = new Floor(words(lang));
            try {
                await floor.open(browser, server, phones, wheres);
                await work(floor, server, await new Record(server, watcher, reducer).begin());
            } catch (e) {
                await floor.shoot(process.env.E2E_SHOTS ?? '/tmp', name);
                throw e;
            } finally {
                await floor.close();
            }
        });
    }
}
