// A unit's terminal without a page: it signs in and says where it is.
import { createRequire } from 'node:module';

import { password } from './server.mjs';

const { WebSocket } = createRequire(new URL('../../console/package.json', import.meta.url))('ws');

export async function terminal(server, unit) {
    await server.command('admin', 'user.create', { username: 'terminal', role: 'unit', zones: ['LP'], unit });
    await server.ask('PUT', '/users/terminal/password', { password: password('terminal') }, 'admin');
    await server.signIn('terminal');
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/ws`, 'tocsin.v1');
    await new Promise((done) => socket.once('open', done));
    const welcome = new Promise((done) => socket.once('message', done));
    socket.send(JSON.stringify({ op: 'hello', token: server.tokens.get('terminal'), topics: [], zones: [] }));
    await welcome;
    return {
        send: (lon, lat) =>
            socket.send(JSON.stringify({ op: 'position', unit, lon, lat, fix_at: new Date().toISOString() })),
        close: () => socket.close(),
    };
}
