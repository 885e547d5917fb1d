// The sender of bench/run paint: lives of incidents, one command after the other at an even pace, and units whose terminals
// tell where they are. It is a console like any other: what it orders about it knows from frames.
import { createRequire } from 'node:module';

const { WebSocket } = createRequire(new URL('../console/package.json', import.meta.url))('ws');
const GRAVE = '10.02.00.00'; // a robbery stands at the head of the queue
const LIVES = 36; // at once: about what a screen shows
const TICK_MS = 4;
const where = () => [122.62 + Math.random() / 12, 29.41 + Math.random() / 30].map((x) => Number(x.toFixed(6)));

/* The machine's clock at the resolution of the monotonic one: the latest of many looks. */
let origin = -Infinity;
for (const until = performance.now() + 30; performance.now() < until;) {
    origin = Math.max(origin, Date.now() - performance.now());
}
export const wall = () => origin + performance.now();

export const signedIn = (port, token, topics) =>
    new Promise((done, fail) => {
        const s = new WebSocket(`ws://127.0.0.1:${port}/ws`, 'tocsin.v1');
        s.once('error', fail);
        s.once('open', () => s.send(JSON.stringify({ op: 'hello', token, topics, zones: [] })));
        s.once('message', () => done(s));
    });

/* What is done about an incident, in order. */
const steps = [
    (x) => ['assignment.dispatch', { incident: x.incident, units: [{ unit: x.unit }] }],
    (x) => ['assignment.acknowledge', { assignment: x.order, by: 'radio' }],
    ...['en_route', 'on_scene', 'cleared'].map((status) => (x) => [
        'assignment.progress',
        { assignment: x.order, status, by: 'radio' },
    ]),
    (x) => ['assignment.feedback', { assignment: x.order, disposition: 'handled', by: 'radio' }],
    (x) => ['incident.close', { incident: x.incident, disposition: 'handled' }],
];

export class Load {
    constructor(port) {
        this.port = port;
        this.number = 0;
        this.sent = new Map(); // command's id → its life, and when it went out
        this.answers = []; // {seq, sent, answered}
        this.told = new Map(); // seq → what its events made
        this.heard = new Map(); // seq → when the frame came here, to a socket that draws nothing
        this.refused = {};
        this.ready = []; // lives whose last command is answered, the longest ago first
        this.flying = 0;
        this.events = 0;
    }

    async begin(token, units) {
        this.free = [...units];
        this.socket = await signedIn(this.port, token, ['incidents', 'units']);
        this.socket.on('message', (text) => this.take(JSON.parse(String(text)), wall()));
        return this;
    }

    take(frame, now) {
        for (const e of frame.op === 'events' ? frame.events : []) {
            this.events++;
            this.heard.set(e.seq, now);
            const made = this.told.get(e.seq) ?? {};
            if (e.kind === 'incident.opened') {
                made.incident = e.incident;
            } else if (e.kind === 'assignment.dispatched') {
                made.order = e.data.assignment.id;
            }
            this.told.set(e.seq, made);
        }
        if (frame.op === 'answer') {
            const { life, sent } = this.sent.get(frame.id);
            this.sent.delete(frame.id);
            this.flying--;
            this.next(life, frame, sent, now);
        }
    }

    next(life, answer, sent, now) {
        if (answer.problem !== undefined) {
            this.refused[answer.problem.code] = (this.refused[answer.problem.code] ?? 0) + 1;
            this.free.push(life.unit); // of a life that went wrong nothing more is wanted
            return;
        }
        this.answers.push({ seq: answer.seq, sent, answered: now });
        Object.assign(life, this.told.get(answer.seq));
        this.told.delete(answer.seq);
        if (life.step === steps.length) {
            this.free.push(life.unit);
        } else {
            this.ready.push(life);
        }
    }

    say(type, data, life) {
        const id = `paint:${++this.number}`;
        this.sent.set(id, { life, sent: wall() });
        this.flying++;
        this.socket.send(JSON.stringify({ op: 'command', id, type, data }));
    }

    report(type, life) {
        const [lon, lat] = where();
        const place = { state: 'known', lon, lat, address: `滨江大道 ${this.number} 号` };
        this.say('report.receive', { channel: '110', type, place }, life);
    }

    /* The life that has waited longest goes on; while there are fewer than wanted, another begins. */
    one() {
        const living = this.ready.length + this.flying;
        if (living < LIVES && this.free.length > 0) {
            this.report(GRAVE, { step: 0, unit: this.free.shift() });
        } else if (this.ready.length > 0) {
            const life = this.ready.shift();
            this.say(...steps[life.step++](life), life);
        } else {
            return false;
        }
        return true;
    }

    /* `rate` commands a second for `seconds`, each at its own instant. */
    async run(rate, seconds) {
        const began = wall();
        let late = 0;
        for (let n = 0; n < rate * seconds;) {
            const due = Math.floor(((wall() - began) / 1000) * rate);
            for (; n <= due && n < rate * seconds; n++) {
                late += this.one() ? 0 : 1;
            }
            await new Promise((done) => setTimeout(done, TICK_MS));
        }
        return late;
    }

    /* Incidents that nobody works on: the queue is as long as on a bad day. */
    async crowd(count) {
        for (let n = 0; n < count; n++) {
            this.report('20.04.02.00', { step: steps.length, unit: undefined });
        }
        while (this.flying > 0) {
            await new Promise((done) => setTimeout(done, 50));
        }
        this.free = this.free.filter((u) => u !== undefined);
        this.answers.length = 0;
    }
}

/* Terminals that tell their places once a second, a little further each time. */
export async function moving(port, terminals) {
    const all = [];
    for (const { unit, token } of terminals) {
        const [lon, lat] = where();
        all.push({ unit, lon, lat, socket: await signedIn(port, token, []) });
    }
    let n = 0;
    const timer = setInterval(() => {
        const t = all[n++ % all.length];
        t.lon += 0.0002;
        const fix = { lon: Number(t.lon.toFixed(6)), lat: t.lat, fix_at: new Date().toISOString() };
        t.socket.send(JSON.stringify({ op: 'position', unit: t.unit, heading: 90, speed: 30, ...fix }));
    }, 1000 / all.length);
    return () => {
        clearInterval(timer);
        all.forEach((t) => t.socket.close());
    };
}
