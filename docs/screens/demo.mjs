// Takes the pictures of docs/screens/demo: node docs/screens/demo.mjs URL ACCOUNTS FOLDER; ONLY=operator,patrol,lists takes some of them.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const { launch, openPage, signIn, until } = await import(path.join(here, '../../console/test/browser.mjs'));

const [url, accountsFile, folder] = process.argv.slice(2);
const { accounts } = JSON.parse(readFileSync(accountsFile, 'utf8'));
const only = process.env.ONLY?.split(',');
const sizes = { desk: { width: 1920, height: 1080 }, phone: { width: 390, height: 844 } };
const browser = await launch({ draws: true });

const account = (name) => {
    const found = accounts.find((a) => a.username === name);
    if (found === undefined) {
        throw new Error(`${accountsFile} has no account ${name}`);
    }
    return found;
};

async function open(name, page, lang, size, more = {}) {
    const opened = await openPage(browser, url, { lang, size: sizes[size], touch: size === 'phone', path: page, ...more });
    const { username, password } = account(name);
    await signIn(opened.page, username, password, { asked: true });
    await opened.page.waitForTimeout(1500);
    return opened;
}

async function shoot(page, name) {
    await page.waitForTimeout(700);
    await page.screenshot({ path: path.join(folder, `${name}.png`) });
    console.log(`${name}.png`);
}

/* Rows of the queue that are incidents, not reports. */
const INCIDENTS = '#queue-list [role="option"]:has(.tier)';

/* Shows one of the desk's panels on a phone. */
const tab = (page, n) => page.click(`.desk > nav button:nth-child(${n})`);
const command = async (page, line) => {
    await page.keyboard.press('F8');
    await page.fill('#command-line', line);
};

async function operatorDesk(lang) {
    const { page, context } = await open(guest.operator, '', lang, 'desk');
    const name = (what) => `operator-${what}-desk-${lang}`;
    await seat(page, () => shoot(page, name('seats')));
    await page.waitForTimeout(3000); // the base map's tiles
    await shoot(page, name('desk'));
    await page.locator(INCIDENTS).nth(1).click();
    await page.waitForTimeout(1500);
    await page.locator('#sheet [aria-controls^="slot-"]').first().click({ timeout: 2000 }).catch(() => {});
    await shoot(page, name('sheet'));
    await page.keyboard.press('F9');
    await page.fill('#form-place-lon', '500');
    await page.keyboard.press('Control+Enter');
    await shoot(page, name('report'));
    await page.keyboard.press('Escape');
    await page.keyboard.press('F7');
    await page.waitForSelector('.post');
    await shoot(page, name('handover'));
    await page.keyboard.press('F7');
    const first = await page.locator(INCIDENTS).first().locator('.number').innerText();
    await command(page, `D ${first.trim()}`);
    await shoot(page, name('command'));
    await page.keyboard.press('Escape');
    await page.keyboard.press('F1');
    await shoot(page, name('keys'));
    await page.keyboard.press('Escape');
    await page.locator('header .keys').first().click();
    await page.waitForTimeout(2500);
    await shoot(page, name('light'));
    await page.locator('header .keys').first().click();
    await context.close();
}

async function operatorPhone(lang) {
    const { page, context } = await open(guest.operator, '', lang, 'phone');
    const name = (what) => `operator-${what}-phone-${lang}`;
    await seat(page, () => shoot(page, name('seats')));
    await shoot(page, name('queue'));
    await page.locator(INCIDENTS).nth(1).click();
    await tab(page, 2);
    await shoot(page, name('sheet'));
    for (const [n, what] of [
        [3, 'units'],
        [4, 'alarms'],
        [5, 'map'],
        [6, 'report'],
    ]) {
        await tab(page, n);
        await page.waitForTimeout(what === 'map' ? 4000 : 500);
        await shoot(page, name(what));
    }
    await page.keyboard.press('Escape');
    await context.close();
}

/* Takes the first seat that is free; nothing to do for who sits already. */
async function seat(page, before) {
    if ((await page.locator('.ask').count()) === 0) {
        return;
    }
    await before();
    await page.locator('.ask tbody button.main').first().click();
    await page.waitForSelector('.ask', { state: 'detached' });
    await page.waitForTimeout(1500);
}

/* Speaks to the server as one of the guests, for what happens at another desk than the one in the picture. */
class Voice {
    constructor(name) {
        this.account = account(name);
        this.sent = 0;
    }

    async ask(method, where, body) {
        const response = await fetch(`${url}/api/v1${where}`, {
            method,
            headers: {
                ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
                ...(this.token === undefined ? {} : { Authorization: `Bearer ${this.token}` }),
            },
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const answer = await response.json();
        if (!response.ok) {
            throw new Error(`${method} ${where}: ${JSON.stringify(answer)}`);
        }
        return answer;
    }

    async signIn() {
        const { username, password } = this.account;
        this.token = (await this.ask('POST', '/sessions', { username, password })).token;
        return this;
    }

    command(cmd, data) {
        this.sent += 1;
        return this.ask('POST', '/commands', { id: `pictures:${Date.now()}:${this.sent}`, type: cmd, data });
    }
}

/* Sends the guest's unit to a waiting incident near it; returns the order. */
async function order(commander, unit) {
    const { incidents } = await commander.ask('GET', '/incidents?limit=100');
    const open = incidents.filter((i) => ['waiting', 'assigned', 'en_route'].includes(i.status));
    for (const incident of open) {
        const made = await commander
            .command('assignment.dispatch', { incident: incident.id, units: [{ unit: unit.id }] })
            .catch(() => undefined);
        const sent = made?.events.find((e) => e.kind === 'assignment.dispatched');
        if (sent !== undefined) {
            return sent.data.assignment;
        }
    }
    throw new Error('no open incident takes the unit');
}

/* A unit's shift on the phone: on duty, an order, its answers, the order accepted and given up again. */
async function patrolPhone(lang) {
    const commander = await new Voice(guest.commander).signIn();
    const { units } = await commander.ask('GET', '/units?limit=500');
    const unit = units.find((u) => u.id.endsWith(`u${account(guest.unit).unit}`));
    const at = { longitude: unit.home_lon, latitude: unit.home_lat, accuracy: 8 };
    const { page, context } = await open(guest.unit, 'patrol', lang, 'phone', { at });
    const name = (what) => `patrol-${what}-phone-${lang}`;
    await page.waitForSelector('.duty');
    if ((await page.locator('.shift button.on').count()) > 0) {
        await shoot(page, name('off-duty'));
        await page.tap('.shift button.on');
        await until(async () => (await page.locator('.shift button.on').count()) === 0, 'the unit to be on duty');
    }
    await shoot(page, name('duty'));
    const sent = await order(commander, unit);
    await page.waitForSelector('.incoming');
    await shoot(page, name('new-order'));
    await page.tap('.answer button:last-child');
    await shoot(page, name('decline'));
    await page.tap('.reasons .back');
    await page.tap('.answer .fill');
    await page.waitForSelector('article');
    await shoot(page, name('order'));
    await page.setViewportSize(sizes.desk);
    await shoot(page, `patrol-order-desk-${lang}`);
    await commander.command('assignment.cancel', { assignment: sent.id });
    await page.setViewportSize(sizes.phone);
    await page.waitForSelector('.duty');
    await context.close();
}

/* The desk's own seat: taken, and what is handed over to whom. */
async function stationSeat(page, lang) {
    await page.locator('header .seat').click();
    const take = page.locator('[data-choice] .main').first();
    if ((await take.count()) > 0) {
        await take.click();
    }
    await page.waitForSelector('#hand-to');
    await shoot(page, `station-seat-desk-${lang}`);
    await page.locator('#list-list [role="option"]').first().click();
}

async function lists(which, who, lang, size) {
    const { page, context } = await open(who, which, lang, size);
    await page.waitForSelector('#list-list [role="option"]');
    await shoot(page, `${which}-list-${size}-${lang}`);
    await page.locator('#list-list [role="option"]').first().click();
    await shoot(page, `${which}-details-${size}-${lang}`);
    if (which === 'station' && size === 'desk') {
        await stationSeat(page, lang);
    }
    await page.locator('.theme').click();
    await shoot(page, `${which}-${which === 'station' ? 'light' : 'dark'}-${size}-${lang}`);
    await page.locator('.theme').click();
    await context.close();
}

/* ./up keeps these for whoever looks: nobody else works as them. */
const guest = { operator: 'operator', commander: 'commander', unit: 'unit', station: 'station_desk', publicity: 'publicity' };
const parts = {
    operator: async (lang) => {
        await operatorDesk(lang);
        await operatorPhone(lang);
    },
    patrol: patrolPhone,
    lists: async (lang) => {
        for (const size of ['desk', 'phone']) {
            await lists('station', guest.station, lang, size);
            await lists('publicity', guest.publicity, lang, size);
        }
    },
};
for (const lang of ['zh', 'en']) {
    for (const [part, run] of Object.entries(parts)) {
        if (only === undefined || only.includes(part)) {
            await run(lang);
        }
    }
}
await browser.close();
