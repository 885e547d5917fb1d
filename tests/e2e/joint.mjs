// The joint story, at a server of its own: what it leaves behind (people at seats, units on duty) is no ground for others.
import { launch, until } from '../../console/test/browser.mjs';
import { Harness } from '../../console/test/harness.mjs';
import { Units } from './patrol.mjs';
import { Server } from './server.mjs';
import { threeIncidents } from './three_incidents.mjs';
import { loadReducer, Watcher } from './watcher.mjs';
import { loadWords } from './words.mjs';

const only = process.argv[2] === undefined ? undefined : new RegExp(process.argv[2]);
const words = await loadWords(process.env.E2E_WORK);
const reducer = await loadReducer(process.env.E2E_WORK);
const h = new Harness('e2e-joint');
const server = await new Server().start();
await server.setUp();
const browser = await launch();
const watcher = new Watcher(server, 'commander');
await until(() => watcher.seq() > 0, 'the first snapshot');
await threeIncidents({ h, server, browser, units: new Units(server), words, watcher, reducer, only });
await watcher.close();
await browser.close();
await server.stop();
process.exitCode = h.end() ? 0 : 1;
