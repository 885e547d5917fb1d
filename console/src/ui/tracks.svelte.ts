// Which way is asked for: a unit's day, or the units of an incident. Reading it wants purpose and reason, and is recorded.
import { problemFrom } from '../shared/problems';
import { getJson, ProblemError } from '../store/http';
import type { Sample, TrackPage } from '../store/track';
import type { Problem } from '../wire/frames';
import { desk } from './desk.svelte';

export type Asked = { unit: string } | { incident: string };

const PAGES_MAX = 60; // of 2,000 samples
const WAITS_MAX = 5;

/* Who has just looked at several ways is asked to read less often: the page comes when it may. */
async function pageOf(path: string): Promise<TrackPage> {
    for (let n = 0; ; n++) {
        try {
            return await getJson<TrackPage>(desk.session?.token ?? '', path);
        } catch (e) {
            const wait = e instanceof ProblemError && e.problem.status === 429 ? e.problem.retry_ms : undefined;
            if (wait === undefined || n >= WAITS_MAX) {
                throw e;
            }
            await new Promise((done) => setTimeout(done, wait));
        }
    }
}

class Tracks {
    asked = $state.raw<Asked | null>(null);

    /* Officers' ways are looked at by who answers for them. */
    get may(): boolean {
        return ['commander', 'auditor'].includes(desk.live.role || (desk.session?.role ?? ''));
    }

    open(asked: Asked): void {
        desk.form = null;
        this.asked = asked;
        desk.show('sheet');
    }

    close(): void {
        this.asked = null;
    }

    /* All pages; each is a reading of its own in the access log. */
    async read(asked: Asked, query: Record<string, string>): Promise<readonly Sample[] | Problem> {
        const path =
            'unit' in asked
                ? `/units/${encodeURIComponent(asked.unit)}/track`
                : `/incidents/${encodeURIComponent(asked.incident)}/tracks`;
        const out: Sample[] = [];
        let next: string | undefined;
        try {
            for (let n = 0; n < PAGES_MAX; n++) {
                const all = new URLSearchParams({ ...query, ...(next === undefined ? {} : { cursor: next }) });
                const page = await pageOf(`${path}?${all.toString().replaceAll('+', '%20')}`);
                out.push(...(page.samples ?? []));
                next = page.next;
                if (next === undefined) {
                    break;
                }
            }
            return out;
        } catch (e) {
            return problemFrom(e);
        }
    }
}

export const tracks = new Tracks();
