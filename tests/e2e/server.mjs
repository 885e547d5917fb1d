// A tocsind of this run's own, and the world it needs: city, plan, people, units on duty; through the public interface.
import { spawn, spawnSync } from 'node:child_process';
import { openSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const top = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const { E2E_WORK: work, E2E_DATABASE: database, E2E_BUILD: build, E2E_MAP: map } = process.env;
const seed = (...names) => JSON.parse(readFileSync(path.join(top, 'seeds', ...names), 'utf8'));

export const password = (user) => `e2e-${user}-only-here`;

export class Server {
    constructor() {
        this.tokens = new Map();
        this.number = 0;
        this.port = 0;
        this.roads = ''; // file of a road network; travel times by straight line without
    }

    async start() {
        const config = path.join(work, 'tocsind.conf');
        writeFileSync(
            config,
            `database = ${database}\nport = ${this.port}\nconsole_dir = ${path.join(top, 'console/dist')}\nsnapshot_dir = ${work}\n` +
                (map ? `basemap = ${map}\n` : '') +
                (this.roads ? `roads = ${this.roads}\n` : ''),
        );
        const log = openSync(path.join(work, 'tocsind.log'), 'a');
        this.process = spawn(path.resolve(top, build, 'server/tocsind'), ['--config', config], {
            stdio: ['ignore', 'pipe', log],
        });
        this.ended = new Promise((done) => this.process.once('exit', done));
        let said = '';
        await new Promise((done, fail) => {
            const timer = setTimeout(() => fail(new Error(`tocsind does not listen: ${this.lastWords()}`)), 60_000);
            this.process.stdout.on('data', (text) => {
                said += text;
                const m = /http:\/\/127\.0\.0\.1:(\d+)\//.exec(said);
                if (m !== null) {
                    this.port = Number(m[1]);
                    clearTimeout(timer);
                    done();
                }
            });
            void this.ended.then((code) => fail(new Error(`tocsind ended with ${code}: ${this.lastWords()}`)));
        });
        this.url = `http://127.0.0.1:${this.port}`;
        for (let n = 0; n < 200; n++) {
            if ((await fetch(`${this.url}/readyz`).catch(() => ({ ok: false }))).ok) {
                return this;
            }
            await new Promise((done) => setTimeout(done, 100));
        }
        throw new Error(`tocsind is not ready: ${this.lastWords()}`);
    }

    lastWords() {
        return readFileSync(path.join(work, 'tocsind.log'), 'utf8').trim().split('\n').slice(-4).join(' | ');
    }

    async stop(signal = 'SIGTERM') {
        this.process.kill(signal);
        await this.ended;
    }

    async ask(method, where, value, user, more = {}) {
        const response = await fetch(`${this.url}/api/v1${where}`, {
            method,
            headers: {
                ...(value === undefined ? {} : { 'Content-Type': 'application/json' }),
                ...(user === undefined ? {} : { Authorization: `Bearer ${this.tokens.get(user)}` }),
            },
            ...(value === undefined ? {} : { body: JSON.stringify(value) }),
        });
        const text = await response.text();
        const body = text === '' ? {} : JSON.parse(text);
        if (!response.ok && more.problems !== true) {
            throw new Error(`${method} ${where}: ${response.status} ${text.slice(0, 500)}`);
        }
        return body;
    }

    command(user, type, data, more) {
        return this.ask('POST', '/commands', { id: `e2e:${++this.number}`, type, data }, user, more);
    }

    async signIn(user) {
        this.tokens.set(
            user,
            (await this.ask('POST', '/sessions', { username: user, password: password(user) })).token,
        );
    }

    async person(user, role, more = { zones: ['LP'] }) {
        await this.command('admin', 'user.create', { username: user, role, ...more });
        await this.ask('PUT', `/users/${user}/password`, { password: password(user) }, 'admin');
        await this.signIn(user);
    }

    async setUp() {
        const tool = spawnSync(
            path.resolve(top, build, 'tools/tocsin'),
            ['user', 'password', '--database', database, 'admin'],
            { input: `${password('admin')}\n`, encoding: 'utf8' },
        );
        if (tool.status !== 0) {
            throw new Error(`tocsin user password: ${tool.stderr}`);
        }
        await this.signIn('admin');
        const city = { ...seed('small-city', 'city.json'), types: seed('incident_types.json').types };
        await this.command('admin', 'city.load', { city });
        await this.command('admin', 'plan.activate', { plan: seed('plans', 'default.json') });
        await this.person('operator', 'operator');
        await this.person('commander', 'commander');
        const { units } = await this.ask('GET', '/units?limit=500', undefined, 'commander');
        for (const unit of units) {
            await this.command('commander', 'unit.sign_on', { unit: unit.id, by: 'radio', crew: 2 });
        }
    }
}
