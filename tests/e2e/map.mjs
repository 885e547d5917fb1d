// The story of the map against the real server: its base map, one unit that sends where it is, and what the desk makes of it.
// Needs a browser that draws; looked at as data. E2E_MAP is the map the server has, or empty where none could be made.
import { axe, launch, openPage, signIn, until } from '../../console/test/browser.mjs';
import { equal, must } from '../../console/test/harness.mjs';
import { held, ready } from '../../console/test/map.mjs';
import { password } from './server.mjs';
import { terminal } from './terminal.mjs';

const drawn = (page, layer) => page.evaluate((l) => globalThis.tocsinMap?.seen(l) ?? [], layer);
const layers = (page) => page.evaluate(() => globalThis.tocsinMap.layers());

async function work({ page }, server, receive) {
    const opened = (await receive()).events.find((e) => e.kind === 'incident.opened').incident;
    const { units } = await server.ask('GET', '/units?limit=1', undefined, 'commander');
    const unit = units[0].id;
    const phone = await terminal(server, unit);
    await page.keyboard.press('F5');
    await ready(page);
    const sent = setInterval(() => phone.send(122.62, 29.43), 300);
    await until(async () => unit in (await held(page)), 'the unit where its terminal says it is');
    clearInterval(sent);
    phone.close();
    equal((await held(page))[unit].image, 'unit-available-now');
    await until(async () => opened in (await held(page)), 'the incident');
    await until(async () => Object.keys(await held(page, 'zones')).length >= 17, 'the outlines of all zones');
    await page.keyboard.press('Enter');
    await until(async () => (await page.textContent('#map-said')) !== '', 'something picked');
    equal(await axe(page), []);
}

async function ground({ page }) {
    must((await layers(page)).includes('road-main'), 'roads in the style');
    must(!(await layers(page)).includes('building'), 'no buildings on the plain map');
    await page.evaluate(() => globalThis.tocsinMap.look({ lon: 122.612, lat: 29.422 }, true));
    await until(async () => (await drawn(page, 'road')).includes('人民路'), 'the street of the extract');
    await until(async () => (await page.textContent('.map .credit')).includes('© OpenStreetMap contributors'), 'the credit');
    await page.click('.map .head button:has-text("简图")');
    await until(async () => (await layers(page)).includes('building'), 'buildings on the full map');
    await until(async () => (await drawn(page, 'poi')).includes('西塘派出所'), 'the police station');
}

export async function mapStories(h, server, receive, only) {
    const name = 'the_map_shows_streets_zones_incidents_and_moving_units';
    if (only !== undefined && !only.test(name)) {
        return;
    }
    const browser = await launch({ draws: true });
    await h.test(name, async () => {
        const opened = await openPage(browser, server.url, { size: { width: 1280, height: 900 } });
        try {
            await signIn(opened.page, 'operator', password('operator'));
            await work(opened, server, receive);
            if (process.env.E2E_MAP !== '') {
                await ground(opened);
            }
            equal(opened.seen.foreign, [], 'requests to elsewhere');
            equal(opened.seen.errors, [], 'errors in the page');
        } finally {
            await opened.context.close();
        }
    });
    if (process.env.E2E_MAP === '') {
        h.skip(`${name}: its ground`, 'tilemaker is not installed');
    }
    await browser.close();
}
