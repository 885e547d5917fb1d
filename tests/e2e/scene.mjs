// What a lane of stories stands on: a server, a browser and a silent watcher of its own. Lanes share nothing, so that they
// run side by side (tests/e2e/run).
import { launch, openPage, signIn, until } from '../../console/test/browser.mjs';
import { equal, Harness, must } from '../../console/test/harness.mjs';
import { bustle } from './bustle.mjs';
import { Units } from './patrol.mjs';
import { password, Server } from './server.mjs';
import { differences, loadReducer, picture, Watcher } from './watcher.mjs';
import { loadWords } from './words.mjs';

export const place = { state: 'known', lon: 122.66, lat: 29.42, address: '滨江大道 1 号' };

/* Sets the lane's scene; what it gives is all that the stories need. */
export async function openLane(name) {
    const h = new Harness(name);
    const only = process.argv[2] === undefined ? undefined : new RegExp(process.argv[2]);
    const words = await loadWords(process.env.E2E_WORK);
    const reducer = await loadReducer(process.env.E2E_WORK);
    const server = await new Server().start();
    await server.setUp();
    const browser = await launch();
    const watcher = new Watcher(server, 'commander');
    await until(() => watcher.seq() > 0, 'the first snapshot');

    const receive = (more = {}) =>
        server.command('operator', 'report.receive', { channel: '110', type: '20.04.02.00', place, ...more });

    async function story(name, options, act) {
        if (only !== undefined && !only.test(name)) {
            return;
        }
        await h.test(name, async () => {
            const opened = await openPage(browser, server.url, options);
            try {
                const user = options.user ?? 'operator';
                if (options.signIn !== false) {
                    await signIn(opened.page, user, password(user));
                }
                await act(opened);
                equal(opened.seen.foreign, [], 'requests to elsewhere');
                equal(
                    opened.seen.errors.filter((e) => !/Failed to load resource|WebSocket/.test(e)),
                    [],
                    'errors in the page',
                );
            } catch (e) {
                await opened.page
                    .screenshot({ path: `${process.env.E2E_SHOTS ?? '/tmp'}/e2e-${name}.png` })
                    .catch(() => undefined);
                throw e;
            } finally {
                await opened.context.close();
            }
        });
    }

    async function close() {
        await watcher.close();
        await browser.close();
        await server.stop();
        process.exitCode = h.end() ? 0 : 1;
    }

    return { h, only, words, reducer, server, browser, watcher, units: new Units(server), receive, story, close };
}

/* After all that was played, and some random commands more: the frames of the whole run give what a fresh snapshot shows. */
export async function framesGiveThePicture({ h, only, server, watcher, reducer }) {
    const { nothing, reduceAll } = reducer;
    if (only !== undefined) {
        return;
    }
    await h.test('all_frames_since_the_first_snapshot_give_the_picture_of_a_fresh_one', async () => {
        const seed = Date.now() % 1_000_000;
        const done = await bustle(server, () => reduceAll(nothing, watcher.frames), 400, seed);
        must(done > 60, `seed ${seed}: only ${done} of 400 commands were accepted`);
        const fresh = new Watcher(server, 'commander');
        await until(() => fresh.snapshot() !== undefined && watcher.seq() >= fresh.snapshot().seq, 'both to stand at the same row');
        const to = fresh.snapshot().seq;
        const frames = watcher.frames.filter((f) => f.op !== 'events' || f.to <= to);
        const whole = fresh.frames.slice(0, fresh.frames.indexOf(fresh.snapshot()) + 1); // rows come by themselves too
        const [got, wanted] = [reduceAll(nothing, frames), reduceAll(nothing, whole)];
        must(!got.gap, 'no gap in the frames');
        const different = differences(picture(got), picture(wanted));
        must(
            different.length === 0,
            `seed ${seed}, ${different.length} differences at row ${to}:\n     ${different.slice(0, 6).join('\n     ')}`,
        );
        await fresh.close();
    });
}
