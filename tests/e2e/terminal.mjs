// A unit's terminal without a page: it signs in and says where it is.
import { createRequire } from 'node:module';

const { WebSocket } = createRequire(new URL('../../console/package.json', import.meta.url))('ws');

export async function terminal(server, unit) {
    const name = `terminal_${unit.replace(/\W/g, '_')}`;
    if (!server.tokens.has(name)) {
        await server.person(name, 'unit', { zones: ['LP'], unit });
    }
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/ws`, 'tocsin.v1');
    await new Promise((done) => socket.once('open', done));
    const welcome = new Promise((done) => socket.once('message', done));
    socket.send(JSON.stringify({ op: 'hello', token: server.tokens.get(name), topics: [], zones: [] }));
    await welcome;
    return {
        send: (lon, lat) =>
            socket.send(JSON.stringify({ op: 'position', unit, lon, lat, fix_at: new Date().toISOString() })),
        close: () => socket.close(),
    };
}
