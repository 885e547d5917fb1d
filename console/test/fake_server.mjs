// A small server that speaks the outside contract, for developing and testing the desk without the real one.
// `node test/fake_server.mjs [port] [--traffic]` plays a scripted city and serves console/dist; tests import startFake.
import { createServer } from 'node:http';
import { readFileSync, existsSync, statSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';

import { execute, Refused } from './fake_commands.mjs';
import { FakeWorld } from './fake_world.mjs';

const dist = path.join(path.dirname(fileURLToPath(import.meta.url)), '../dist');
const mime = {
    '.html': 'text/html; charset=utf-8',
    '.js': 'text/javascript',
    '.mjs': 'text/javascript',
    '.css': 'text/css',
    '.svg': 'image/svg+xml',
};
const policy =
    "default-src 'self'; worker-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; " +
    "connect-src 'self' ws: wss:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

export const users = {
    operator: { name: 'operator', role: 'operator', password: 'operator-pass' },
    commander: { name: 'commander', role: 'commander', password: 'commander-pass' },
    wang: { name: 'wang', role: 'operator', password: 'wang-pass' }, // at the second seat
    li: { name: 'li', role: 'operator', password: 'li-pass' }, // at none
};

const places = [
    { kind: 'street', name: '人民路', name_en: 'Renmin Road', zone: 'LP', lon: 122.612, lat: 29.412, state: 'approximate', radius_m: 900, distance_m: 1240 },
    { kind: 'crossing', name: '人民路与澜桥路路口', name_en: 'Renmin Road & Lanqiao Road', zone: 'LP', lon: 122.6152, lat: 29.4131, state: 'known', distance_m: 300 },
    { kind: 'school', name: '人民小学', zone: 'LP', lon: 122.631, lat: 29.402, state: 'known' },
];

const problem = (code, status, extra = {}) => ({ type: `/api/problems/${code}`, title: code, status, code, ...extra });

export class Fake {
    constructor({ clockRate = 1, worldId = 'w-1' } = {}) {
        this.clockRate = clockRate;
        this.worldId = worldId;
        this.world = new FakeWorld();
        this.sessions = new Map();
        this.sockets = new Set();
        this.muted = false; // nothing is sent
        this.shut = false; // no new socket is taken
        this.lost = false; // commands are done, answers are not sent
        this.timers = [];
        this.hellos = [];
        this.readings = [];
        this.asked = []; // of places
        this.places = places;
        this.still = new Set(); // units that send no positions
    }

    async listen(port = 0) {
        this.server = createServer((req, res) => void this.http(req, res));
        this.wss = new WebSocketServer({ noServer: true, handleProtocols: () => 'tocsin.v1' });
        this.server.on('upgrade', (req, socket, head) => {
            if (this.shut) {
                socket.destroy();
            } else {
                this.wss.handleUpgrade(req, socket, head, (ws) => this.accept(ws));
            }
        });
        await new Promise((done) => this.server.listen(port, '127.0.0.1', done));
        this.port = this.server.address().port;
        this.url = `http://127.0.0.1:${this.port}`;
        this.timers.push(setInterval(() => this.beat(), 1000));
        return this;
    }

    async close() {
        this.timers.forEach(clearInterval);
        this.sockets.forEach((s) => s.ws.terminate());
        this.server.closeAllConnections?.();
        await new Promise((done) => this.server.close(done));
    }

    /* ---- what tests do to it ---- */

    command(type, data, user = users.operator) {
        const { row } = execute(this.world, user, { id: `t-${randomBytes(6).toString('hex')}`, type, data });
        this.publish(row);
        return row;
    }

    /* Something leaves the district: {incident}, {report} or {unit}. */
    leave(what) {
        this.publish(this.world.row('admin', [{ kind: 'view.leave', ...what }], {}));
    }

    kick(code, reason = '') {
        this.sockets.forEach((s) => s.ws.close(code, reason));
    }

    publish(row) {
        this.sockets.forEach((s) => this.flush(s, row));
    }

    beat() {
        const at = this.world.instant();
        for (const s of this.sockets) {
            if (s.user !== undefined) {
                this.send(s, { op: 'beat', seq: s.to, hash: this.world.hash, at });
                this.send(s, { op: 'positions', at, units: this.positions() });
            }
        }
    }

    positions() {
        const moved = [];
        for (const [id, p] of this.world.places) {
            if (this.still.has(id)) {
                continue;
            }
            p.lon += (Math.random() - 0.5) / 4000;
            p.lat += (Math.random() - 0.5) / 4000;
            p.at = this.world.now();
            moved.push([id, Number(p.lon.toFixed(6)), Number(p.lat.toFixed(6)), 90, 20, 300]);
        }
        return moved;
    }

    /* ---- WebSocket ---- */

    send(s, frame) {
        if (!this.muted && s.ws.readyState === 1) {
            s.ws.send(JSON.stringify(frame));
        }
    }

    flush(s, row) {
        if (s.user !== undefined && row !== undefined && row.seq === s.to + 1 && !this.muted) {
            this.send(s, this.world.frame(row));
            s.to = row.seq;
        }
    }

    accept(ws) {
        const s = { ws, user: undefined, to: 0 };
        this.sockets.add(s);
        ws.on('close', () => this.sockets.delete(s));
        ws.on('message', (text) => this.message(s, JSON.parse(String(text))));
    }

    message(s, m) {
        if (m.op === 'hello') {
            this.hello(s, m);
        } else if (m.op === 'command') {
            this.onCommand(s, m);
        }
    }

    hello(s, m) {
        const user = this.sessions.get(m.token);
        this.hellos.push(m);
        if (user === undefined) {
            s.ws.close(4001, 'not signed in');
            return;
        }
        const w = this.world;
        s.user = user;
        this.send(s, {
            op: 'welcome',
            role: user.role,
            audience: 'operations',
            world: 'live',
            world_id: this.worldId,
            seq: w.seq,
            hash: w.hash,
            epoch: 1,
            ...(this.clockRate > 1 ? { clock_rate: this.clockRate } : {}),
        });
        const r = m.resume;
        const known = r === undefined ? undefined : w.log[r.seq - 1];
        if (r !== undefined && r.world === this.worldId && r.audience === 'operations' && known?.hash === r.hash) {
            w.log.slice(r.seq).forEach((row) => this.send(s, w.frame(row)));
        } else {
            this.send(s, {
                op: 'snapshot',
                seq: w.seq,
                hash: w.hash,
                data: { ...w.snapshotData(), clock_rate: this.clockRate },
            });
        }
        s.to = w.seq;
    }

    onCommand(s, m) {
        try {
            const { seq, row } = execute(this.world, s.user, m);
            this.publish(row);
            if (!this.lost) {
                this.send(s, { op: 'answer', id: m.id, seq, hash: this.world.hash });
            }
        } catch (e) {
            this.send(s, { op: 'answer', id: m.id, problem: this.problemOf(e) });
        }
    }

    problemOf(e) {
        if (e instanceof Refused) {
            return e.problem;
        }
        console.error(e);
        return problem('io_failed', 500, { detail: String(e) });
    }

    /* ---- HTTP ---- */

    json(res, status, body) {
        const type = status >= 400 ? 'application/problem+json' : 'application/json';
        const later = status === 429 ? { 'Retry-After': '1' } : {};
        res.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store', ...later });
        res.end(status === 204 ? '' : JSON.stringify(body));
    }

    async http(req, res) {
        const url = new URL(req.url, 'http://localhost');
        if (!url.pathname.startsWith('/api/v1/')) {
            this.file(url.pathname, res);
            return;
        }
        const token = /^Bearer (.+)$/.exec(req.headers.authorization ?? '')?.[1];
        const user = this.sessions.get(token);
        const parts = url.pathname.slice('/api/v1/'.length).split('/').map(decodeURIComponent);
        if (parts[0] === 'sessions' && req.method === 'POST') {
            await this.signIn(req, res);
        } else if (user === undefined) {
            this.json(res, 401, problem('not_signed_in', 401));
        } else if (parts[0] === 'sessions' && req.method === 'DELETE') {
            this.sessions.delete(token);
            this.json(res, 204);
        } else if (parts[0] === 'events') {
            const after = Number(url.searchParams.get('after'));
            const [row] = this.world.log.slice(after);
            this.json(res, 200, (row?.entries ?? []).map(({ after: _whole, ...e }) => e));
        } else if (parts[0] === 'places') {
            this.asked.push(url.search);
            const words = (url.searchParams.get('q') ?? '').split(' ').filter((w) => !/^\d+$/.test(w));
            const fit = this.places.filter((p) => words.every((w) => `${p.name} ${p.name_en ?? ''}`.includes(w)));
            this.json(res, 200, { places: fit.slice(0, Number(url.searchParams.get('limit') ?? 10)) });
        } else if (parts[2] === 'route') {
            this.route(parts[1], url.searchParams.get('assignment'), res);
        } else if (parts[2] === 'track' || parts[2] === 'tracks') {
            this.track(parts[1], url, user, res);
        } else if (parts[0] === 'people') {
            const seats = [...this.world.seats.values()];
            const people = Object.values(users).map(({ name, role }) => ({
                name,
                role,
                signed_in: [...this.sessions.values()].some((u) => u.name === name),
                ...(seats.some((x) => x.person === name) && { seat: seats.find((x) => x.person === name).id }),
            }));
            this.json(res, 200, { seq: this.world.seq, hash: this.world.hash, people });
        } else if ((parts[0] === 'seats' || parts[0] === 'alarms') && parts[2] === 'protected') {
            this.sealed(parts[0].slice(0, -1), parts[1], user, res);
        } else if (parts[0] === 'city') {
            this.json(res, 200, this.world.outlines());
        } else if (parts[0] === 'incidents' && parts[1] === undefined) {
            const want = url.searchParams.get('status');
            const list = [...this.world.incidents.values()].filter((i) => want === null || i.status === want);
            this.json(res, 200, { seq: this.world.seq, incidents: list });
        } else if (parts[0] === 'incidents') {
            this.incident(parts[1], parts[2], url, res);
        } else {
            this.json(res, 404, problem('not_found', 404));
        }
    }

    /* First east, then north, past what holds on the roads. */
    route(unit, assignment, res) {
        const w = this.world;
        const order = w.assignments.get(assignment);
        const from = w.places.get(unit);
        const to = w.incidents.get(order?.incident)?.place;
        this.routesAsked = (this.routesAsked ?? 0) + 1;
        if (from === undefined || to?.lon === undefined) {
            this.json(res, 200, { unit, assignment, answer: from === undefined ? 'no_position' : 'no_place' });
            return;
        }
        const steps = [
            { turn: 'start', name: '人民路', length_m: 900, travel_ms: 100_000, lon: from.lon, lat: from.lat },
            { turn: 'left', name: '镜湖桥', bridge: true, length_m: 640, travel_ms: 85_000, lon: to.lon, lat: from.lat },
        ];
        const coordinates = [[from.lon, from.lat], [to.lon, from.lat], [to.lon, to.lat]];
        const notices = [...(w.roads?.keys() ?? [])].map((road) => ({ road, where: 'avoided' }));
        this.json(res, 200, {
            unit, assignment, answer: 'road', travel_ms: 185_000, free_ms: 185_000, length_m: 1540,
            from, to, steps, notices, line: { type: 'LineString', coordinates },
        });
    }

    /* Where a unit was, in two pages with a gap between them; as the server, without purpose and reason nothing. The second
     * page is asked for too soon, the first time. */
    track(id, url, user, res) {
        const q = url.searchParams;
        if (!['commander', 'auditor'].includes(user.role)) {
            this.json(res, 403, problem('not_allowed', 403));
        } else if (!q.get('purpose') || !q.get('reason')) {
            this.json(res, 422, problem('invalid', 422, { field: q.get('purpose') ? 'reason' : 'purpose' }));
        } else if (/\d{6}/.test(q.get('reason'))) {
            this.json(res, 422, problem('invalid', 422, { field: 'reason' }));
        } else if (q.get('cursor') !== null && !this.slowed) {
            this.slowed = true;
            this.json(res, 429, problem('too_many_requests', 429));
        } else {
            this.readings.push(`${id} ${q.get('date') ?? ''} ${q.get('purpose')} ${q.get('reason')}`);
            const second = q.get('cursor') !== null;
            const unit = id.includes('-u') ? id : 'live-u2';
            const begin = Date.UTC(2026, 10, 24, 4, second ? 30 : 0);
            const samples = Array.from({ length: 10 }, (_, n) => ({
                unit,
                at: new Date(begin + n * 20_000).toISOString(),
                lon: 122.6 + (second ? 0.02 : 0) + n / 1000,
                lat: 29.4 + n / 2000,
                speed: 30 + n,
                seq: (second ? 900 : 400) + n,
            }));
            this.json(res, 200, { unit, samples, ...(second ? {} : { next: '2:1' }) });
        }
    }

    /* Texts between colleagues; `readings` counts what a server would record. */
    sealed(noun, id, user, res) {
        const values = this.world.sealed.get(id) ?? {};
        const s = noun === 'seat' ? this.world.seats.get(id) : undefined;
        if (s !== undefined && ![s.person, s.handing_to, 'commander'].includes(user.name)) {
            this.json(res, 403, problem('not_allowed', 403));
            return;
        }
        this.readings.push(id);
        this.json(res, 200, { [noun]: id, values: flatly(`${noun}.${id}`, values) });
    }

    async signIn(req, res) {
        let text = '';
        for await (const chunk of req) {
            text += chunk;
        }
        const { username, password } = JSON.parse(text || '{}');
        const user = users[username];
        if (user === undefined || user.password !== password) {
            this.json(res, 401, problem('not_signed_in', 401, { detail: 'unknown user or wrong password' }));
            return;
        }
        const token = randomBytes(16).toString('hex');
        this.sessions.set(token, user);
        this.json(res, 201, {
            token,
            role: user.role,
            zones: [],
            expires_at: this.world.instant(this.world.now() + 8 * 3_600_000),
        });
    }

    incident(id, what, url, res) {
        const w = this.world;
        const i = w.incidents.get(id);
        if (i === undefined) {
            this.json(res, 404, problem('no_such_incident', 404));
        } else if (what === undefined) {
            this.json(res, 200, {
                seq: w.seq,
                hash: w.hash,
                incident: i,
                reports: [...w.reports.values()].filter((r) => r.incident === id),
                assignments: w.of(id),
            });
        } else if (what === 'timeline') {
            const events = w.log
                .flatMap((row) => row.entries)
                .filter((e) => e.incident === id)
                .map(({ after, ...e }) => e);
            this.json(res, 200, { seq: w.seq, hash: w.hash, events });
        } else if (what === 'recommendation') {
            this.json(res, 200, { seq: w.seq, hash: w.hash, ...w.advice(i) });
        } else if (what === 'protected' && url.searchParams.get('purpose')) {
            const mine = [...w.reports.values()].filter((r) => r.incident === id);
            const broken = url.searchParams.get('break') === 'true' && url.searchParams.get('reason') !== '';
            if (!broken && i.owner?.person !== 'operator') {
                this.json(
                    res,
                    403,
                    problem('not_allowed', 403, {
                        hint: 'break=true with a reason breaks the glass; it is recorded and alarms the commander',
                    }),
                );
                return;
            }
            this.json(res, 200, {
                incident: id,
                values: Object.assign({}, ...mine.map((r) => flat(`report.${r.id}`, w.personal.get(r.id)))),
            });
        } else {
            this.json(res, 422, problem('invalid', 422, { field: 'purpose' }));
        }
    }

    file(name, res) {
        if (name === '/tiles') {
            res.writeHead(204).end(); // no base map
            return;
        }
        const page = /^\/console\/(\w*)$/.exec(name === '/' ? '/console/' : name)?.[1];
        const wanted = page === undefined ? name : path.join('/console', page, 'index.html');
        const file = path.join(dist, path.normalize(wanted.replace(/^\/console/, '')));
        if (!file.startsWith(dist) || !existsSync(file) || !statSync(file).isFile()) {
            res.writeHead(404).end();
            return;
        }
        res.writeHead(200, {
            'Content-Type': mime[path.extname(file)] ?? 'application/octet-stream',
            'Content-Security-Policy': policy,
        });
        res.end(readFileSync(file));
    }
}

const flatly = (of, values) => Object.fromEntries(Object.entries(values).map(([k, value]) => [`${of}.${k}`, { value }]));

const flat = (of, p = {}) =>
    Object.fromEntries(
        Object.entries({
            caller_name: p.caller?.name,
            caller_phone: p.caller?.phone,
            narrative: p.narrative,
            place_detail: p.detail,
        })
            .filter(([, v]) => v !== undefined)
            .map(([k, value]) => [`${of}.${k}`, { value }]),
    );

const story = [
    { type: '10.03.01.00', address: '人民路 207 号', cues: { weapon: true, injured: true } },
    { type: '30.02.00.00', address: '滨江大道与澜桥路口' },
    { type: '20.03.01.00', address: '人民路 200 号' },
    { type: '10.01.03.00', address: '锦绣家园地下车库' },
    { type: '20.04.02.00', address: '锦绣家园 6 幢' },
    { address: '东门菜市场' },
    { type: '50.01.00.00', address: '西塘里 18 号' },
];

/* A few incidents in different states, so that a screen has something to show. */
export function populate(fake) {
    const receive = (s, n) =>
        fake.command('report.receive', {
            channel: n % 3 === 2 ? 'app' : '110',
            ...(s.type ? { type: s.type } : {}),
            ...(s.cues ? { cues: s.cues } : {}),
            place: { state: 'known', lon: 122.61 + n / 300, lat: 29.41 + n / 500, address: s.address },
            narrative: `虚构的报警内容 ${n}`,
            caller: { name: `某甲${n}`, phone: `1000000000${n}`, contact: 'call' },
        });
    story.forEach(receive);
    const order = (incident, slot) =>
        fake.command('assignment.dispatch', { incident, slot }).entries.at(-1).after.assignments[0].id;
    const a = order('live-i2', 1);
    ['acknowledged', 'en_route', 'on_scene'].forEach((status) =>
        fake.command('assignment.progress', { assignment: a, status, by: 'radio' }),
    );
    const b = order('live-i3', 1);
    fake.command('assignment.progress', { assignment: b, status: 'en_route', by: 'terminal' });
    fake.command('incident.hold', {
        incident: 'live-i5',
        until: fake.world.instant(Date.now() + 600_000),
        reason: '等回电',
    });
    fake.command('report.receive', { channel: '110', call: 'abandoned', open: false, place: { state: 'unknown' } });
    fake.command('unit.panic', { unit: 'live-u9' });
    fake.command('unit.status', { unit: 'live-u4', available: false, reason: 'meal' });
    fake.command('unit.sign_off', { unit: 'live-u5' });
}

/* Live traffic: reports come in, units move on. */
export function traffic(fake) {
    let n = story.length;
    const next = { dispatched: 'acknowledged', acknowledged: 'en_route', en_route: 'on_scene', on_scene: 'cleared' };
    fake.timers.push(
        setInterval(() => {
            const s = story[n % story.length];
            fake.command('report.receive', {
                channel: '110',
                ...(s.type ? { type: s.type } : {}),
                place: { state: 'known', lon: 122.61 + (n % 40) / 400, lat: 29.41, address: s.address },
            });
            n++;
        }, 9000),
    );
    fake.timers.push(
        setInterval(() => {
            const moving = [...fake.world.assignments.values()].filter((a) => next[a.status]);
            const a = moving[Math.floor(Math.random() * moving.length)];
            if (a !== undefined) {
                fake.command('assignment.progress', { assignment: a.id, status: next[a.status], by: 'terminal' });
            }
        }, 4000),
    );
}

export async function startFake(options = {}) {
    const fake = await new Fake(options).listen(options.port ?? 0);
    if (options.empty !== true) {
        populate(fake);
    }
    return fake;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const fake = await startFake({ port: Number(process.argv[2] ?? 8421) });
    if (process.argv.includes('--traffic')) {
        traffic(fake);
    }
    console.log(`${fake.url}/console/  operator / operator-pass`);
}
