// The publicity desk: the redacted picture, filters, and one incident in hand.
import { filled } from '../i18n/common';
import { DeskLine } from '../shared/desk_line.svelte';
import { problemFrom } from '../shared/problems';
import { getJson } from '../store/http';
import type { State } from '../store/reduce';
import type { Frame, LiveIncident } from '../wire/frames';
import { en } from './en';
import { listed, noFilters, type Filters } from './list';
import { zh } from './zh';

export type Key = keyof typeof zh;

class Publicity extends DeskLine {
    filters = $state<Filters>({ ...noFilters });
    reading = $state(false); // on a phone: the details lie over the list
    closed = $state.raw<{ list: readonly LiveIncident[]; at: number } | null>(null); // null: the live list is shown
    private last = $state.raw<LiveIncident | undefined>(undefined); // in hand when it left the list

    constructor() {
        super('publicity', 'light', { topics: ['incidents', 'roads'] });
    }

    t(key: Key, ...args: (string | number)[]): string {
        return filled((this.lang === 'zh' ? zh : en)[key], args);
    }

    protected override taken(before: State, frames: readonly Frame[]): void {
        const id = this.picked ?? '';
        const left = before.incidents.get(id);
        if (left !== undefined && !this.live.incidents.has(id)) {
            this.last = left;
        }
        super.taken(before, frames);
    }

    protected override forgotten(): void {
        super.forgotten();
        this.closed = null;
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
