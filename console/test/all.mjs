// npm test: types, unit tests, then the desk in a browser. The last line has the counts.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { startVitest } from 'vitest/node';

import { chromiumPath } from './browser.mjs';
import { deskTests } from './desk.mjs';
import { Harness } from './harness.mjs';
import { mapTests } from './map.mjs';

const h = new Harness('console');
const check = spawnSync(
    'npx',
    ['--no-install', 'svelte-check', '--tsconfig', './tsconfig.json', '--fail-on-warnings', '--output', 'human'],
    { stdio: 'inherit' },
);
await h.test('types_and_templates_check', () => {
    if (check.status !== 0) {
        throw new Error('svelte-check found errors');
    }
});

const vitest = await startVitest('test', [], { watch: false });
for (const file of vitest.state.getFiles()) {
    const count = (task) => {
        if (task.type === 'suite') {
            task.tasks.forEach(count);
        } else if (task.mode === 'skip' || task.result === undefined) {
            h.skipped++;
        } else if (task.result.state === 'pass') {
            h.passed++;
        } else {
            h.failed++;
        }
    };
    if (file.result?.state === 'fail' && file.tasks.length === 0) {
        h.failed++;
    }
    file.tasks.forEach(count);
}
await vitest.close();

if (chromiumPath === undefined) {
    h.skip('desk', 'no Chromium on this machine');
} else if (!existsSync(new URL('../dist/index.html', import.meta.url))) {
    h.skip('desk', 'not built: npm run build');
} else {
    await deskTests(h);
    await mapTests(h);
}
process.exitCode = h.end() ? 0 : 1;
