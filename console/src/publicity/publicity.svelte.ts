// The publicity desk: the redacted picture, filters, and one incident in hand.
import { filled } from '../i18n/common';
import { Line } from '../shared/line.svelte';
import { problemFrom } from '../shared/problems';
import { setTheme, startTheme, type Theme } from '../shared/theme';
import { getJson } from '../store/http';
import type { State } from '../store/reduce';
import type { Entry, Frame, LiveIncident, Problem, Timeline } from '../wire/frames';
import { en } from './en';
import { listed, noFilters, type Filters } from './list';
import { zh } from './zh';

export type Key = keyof typeof zh;

class Publicity extends Line {
    filters = $state<Filters>({ ...noFilters });
    picked = $state<string | null>(null);
    reading = $state(false); // on a phone: the details lie over the list
    theme = $state<Theme>('light');
    timeline = $state.raw<readonly Entry[]>([]);
    closed = $state.raw<{ list: readonly LiveIncident[]; at: number } | null>(null); // null: the live list is shown
    problem = $state.raw<Problem | null>(null);
    private last = $state.raw<LiveIncident | undefined>(undefined); // in hand when it left the list
    private ask = 0;

    constructor() {
        super('publicity', { topics: ['incidents'] });
    }

    t(key: Key, ...args: (string | number)[]): string {
        return filled((this.lang === 'zh' ? zh : en)[key], args);
    }

    override boot(): void {
        this.theme = startTheme(this.page, 'light');
        super.boot();
    }

    toggleTheme(): void {
        this.theme = this.theme === 'light' ? 'dark' : 'light';
        setTheme(this.page, this.theme);
    }

    protected taken(before: State, frames: readonly Frame[]): void {
        const id = this.picked ?? '';
        const left = before.incidents.get(id);
        if (left !== undefined && !this.live.incidents.has(id)) {
            this.last = left;
        }
        for (const f of frames) {
            if (f.op === 'events') {
                const news = f.events.filter((e) => e.incident === id && e.kind !== 'view.enter' && e.kind !== 'view.leave');
                const since = this.timeline.at(-1)?.seq ?? Infinity;
                this.timeline = [...this.timeline, ...news.filter((e) => e.seq > since)];
            }
        }
    }

    protected forgotten(): void {
        this.picked = null;
        this.timeline = [];
        this.closed = this.problem = null;
        this.last = undefined;
        this.reading = false;
        this.filters = { ...noFilters };
    }

    get rows(): LiveIncident[] {
        return listed(this.live, this.closed?.list ?? this.live.incidents.values(), this.filters);
    }

    get incident(): LiveIncident | undefined {
        const id = this.picked ?? '';
        return (
            this.live.incidents.get(id) ??
            this.closed?.list.find((i) => i.id === id) ??
            (this.last?.id === id ? this.last : undefined)
        );
    }

    pick(id: string): void {
        if (id !== this.picked) {
            this.picked = id;
            this.timeline = [];
            void this.readTimeline(id);
        }
    }

    private async readTimeline(id: string): Promise<void> {
        const ask = ++this.ask;
        const read = await getJson<Timeline>(this.session?.token ?? '', `/incidents/${encodeURIComponent(id)}/timeline`).catch(
            (e: unknown) => {
                this.unauthorised(problemFrom(e));
                return null;
            },
        );
        if (read !== null && ask === this.ask) {
            this.timeline = read.events;
        }
    }

    /* Open ones come by themselves; closed ones are read. */
    async showClosed(closed: boolean): Promise<void> {
        this.problem = null;
        this.filters.status = '';
        if (!closed) {
            this.closed = null;
            return;
        }
        try {
            const read = await getJson<{ incidents?: LiveIncident[]; items?: LiveIncident[] }>(
                this.session?.token ?? '',
                '/incidents?status=closed&limit=500',
            );
            this.closed = { list: read.incidents ?? read.items ?? [], at: this.now };
        } catch (e) {
            this.problem = problemFrom(e);
            this.unauthorised(this.problem);
        }
    }
}

export const publicity = new Publicity();
