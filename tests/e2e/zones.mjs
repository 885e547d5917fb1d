// Whose a place is, on the desk: one outside every zone says so, and zones that change are drawn without a new start.
import { until } from '../../console/test/browser.mjs';
import * as flow from '../../console/test/flow.mjs';
import { equal, must } from '../../console/test/harness.mjs';

/* 150 m west of the city. */
const outside = { state: 'known', lon: 122.598, lat: 29.42, address: '界外码头' };
const far = { state: 'known', lon: 122.5, lat: 29.42, address: '远山' };

const received = async (receive, place) => {
    const made = await receive({ place });
    return made.events.find((e) => e.kind === 'incident.opened').data.incident;
};

export async function zoneStories({ receive, server, story }) {
    for (const [lang, near, none] of [
        ['zh', /西塘南片警格（辖区外约 \d+ 米，归最近辖区）/, '不在任何辖区内'],
        ['en', /Xitang south beat \(nearest; about \d+ m outside every zone\)/, 'in no zone'],
    ]) {
        await story(`a_place_outside_every_zone_says_whose_it_is_${lang}`, { lang }, async ({ page }) => {
            const incident = await received(receive, outside);
            must(incident.place.zone_off_m > 100 && incident.place.zone_off_m < 250, JSON.stringify(incident.place));
            const nobodys = await received(receive, far);
            equal([nobodys.place.zone, nobodys.place.zone_off_m], [undefined, undefined]);
            const short = (number) => number.split('-')[1].replace(/^0+(?=\d{4})/, '');
            const shows = async (number, what) => {
                await until(async () => (await flow.queueNumbers(page)).includes(short(number)), 'the row');
                await flow.walkQueue(page, short(number));
                await until(async () => {
                    const text = await flow.sheetText(page);
                    return typeof what === 'string' ? text.includes(what) : what.test(text);
                }, `${what}`);
            };
            await shows(incident.number, near);
            if (process.env.E2E_SHOTS) {
                await page.screenshot({ path: `${process.env.E2E_SHOTS}/zones-${lang}.png` });
            }
            await shows(nobodys.number, none);
        });
    }
    await story('zones_that_change_are_read_anew_by_the_map', {}, async ({ page }) => {
        let asked = 0;
        page.on('response', (r) => {
            if (new URL(r.url()).pathname === '/api/v1/city' && r.request().headers()['accept'] === 'application/geo+json') {
                asked++;
            }
        });
        await server.command('admin', 'zones.load', {
            zones: [
                {
                    code: 'LP99',
                    name_zh: '码头警格',
                    kind: 'beat',
                    parent: 'LP01',
                    rings: [{ points: [122.597, 29.419, 122.599, 29.419, 122.599, 29.421, 122.597, 29.421] }],
                },
            ],
        });
        await until(() => asked > 0, 'the outlines asked for again');
        const incident = await received(receive, outside);
        must(incident.place.zone_off_m === undefined, 'inside of the new zone');
    });
}
