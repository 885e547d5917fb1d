// Tests, counted; the last line is what ./test reads.
import { availableParallelism } from 'node:os';

export class Harness {
    constructor(name) {
        this.name = name;
        this.passed = 0;
        this.failed = 0;
        this.skipped = 0;
    }

    async test(name, act) {
        const start = Date.now();
        const took = () => `${((Date.now() - start) / 1000).toFixed(1)} s`;
        try {
            await act();
            this.passed++;
            console.log(`ok   ${name}, ${took()}`);
        } catch (e) {
            this.failed++;
            console.log(`FAIL ${name}, ${took()}\n     ${e.stack ?? e}`);
        }
    }

    /* Tests that share nothing ([name, act]), as many at a time as there are cores. */
    async together(tests, lanes = availableParallelism()) {
        const waiting = [...tests];
        const lane = async () => {
            for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
                await this.test(...next);
            }
        };
        await Promise.all(Array.from({ length: lanes }, lane));
    }

    skip(name, why) {
        this.skipped++;
        console.log(`skip ${name}: ${why}`);
    }

    end() {
        const skipped = this.skipped > 0 ? `, ${this.skipped} skipped` : '';
        console.log(`${this.name}: ${this.passed} passed, ${this.failed} failed${skipped}`);
        return this.failed === 0;
    }
}

export function equal(got, wanted, what = '') {
    const [a, b] = [JSON.stringify(got), JSON.stringify(wanted)];
    if (a !== b) {
        throw new Error(`${what} expected ${b}, got ${a}`);
    }
}

export function must(condition, what) {
    if (!condition) {
        throw new Error(what);
    }
}
