// A silent console beside the browser: it keeps every frame from the first snapshot on, and in the end its picture must be
// the one a fresh snapshot gives. The reducer is the console's own.
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const console_ = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../console');
const need = createRequire(path.join(console_, 'package.json'));
const { WebSocket } = need('ws');

/* The reducer is TypeScript: made readable for node once. */
export async function loadReducer(work) {
    const outfile = path.join(work, 'reduce.mjs');
    await need('esbuild').build({
        entryPoints: [path.join(console_, 'src/store/reduce.ts')],
        outfile,
        bundle: true,
        format: 'esm',
        logLevel: 'error',
    });
    return import(pathToFileURL(outfile).href);
}

export class Watcher {
    constructor(server, user) {
        this.frames = [];
        this.socket = new WebSocket(`ws://127.0.0.1:${server.port}/ws`, 'tocsin.v1');
        this.closed = new Promise((done) => this.socket.once('close', done));
        this.socket.on('error', () => undefined);
        this.socket.once('open', () =>
            this.socket.send(
                JSON.stringify({
                    op: 'hello',
                    token: server.tokens.get(user),
                    topics: ['incidents', 'units', 'positions', 'duty', 'alarms', 'stats'],
                    zones: [],
                }),
            ),
        );
        this.socket.on('message', (text) => this.frames.push(JSON.parse(String(text))));
    }

    seq() {
        return (
            this.frames
                .filter((f) => f.op === 'snapshot' || f.op === 'events')
                .map((f) => f.to ?? f.seq)
                .at(-1) ?? 0
        );
    }

    snapshot() {
        return this.frames.find((f) => f.op === 'snapshot');
    }

    close() {
        this.socket.close();
        return this.closed;
    }
}

/* Everything that must agree; positions are no part of the record. */
export function picture(state) {
    const sorted = (map) =>
        [...map.values()]
            .map(({ place, ...rest }) => (rest.callsign === undefined ? { place, ...rest } : rest))
            .sort((a, b) => (a.id < b.id ? -1 : 1))
            .map((x) => [x.id, x]);
    return Object.fromEntries(
        ['incidents', 'reports', 'assignments', 'units', 'alarms'].map((name) => [
            name,
            Object.fromEntries(sorted(state[name])),
        ]),
    );
}

/* The first few differences, in words. */
export function differences(got, wanted) {
    const plain = (x) => (x === undefined ? 'nothing' : JSON.stringify(x, Object.keys(flat(x)).sort()));
    const flat = (x) =>
        typeof x !== 'object' || x === null
            ? {}
            : Object.assign({}, ...Object.entries(x).map(([k, v]) => ({ [k]: 1, ...flat(v) })));
    const out = [];
    for (const name of Object.keys(wanted)) {
        for (const id of new Set([...Object.keys(got[name]), ...Object.keys(wanted[name])])) {
            const [a, b] = [plain(got[name][id]), plain(wanted[name][id])];
            if (a !== b) {
                out.push(`${name} ${id}\n       frames:   ${a}\n       snapshot: ${b}`);
            }
        }
    }
    return out;
}
