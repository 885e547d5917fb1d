// The station desk: incidents of its zone, its units, and what the desk may do for them.
import { filled } from '../i18n/common';
import { Line } from '../shared/line.svelte';
import { problemFrom } from '../shared/problems';
import { setTheme, startTheme, type Theme } from '../shared/theme';
import { Commands, type Sent } from '../store/commands';
import { getJson } from '../store/http';
import type { State } from '../store/reduce';
import type { Answer, Entry, Frame, LiveUnit, Problem, Timeline } from '../wire/frames';
import type { Assignment, AssignmentStatusWord, CommandData, CommandWord, DeclineReasonWord } from '../wire/types';
import { en } from './en';
import { zh } from './zh';
import { rowsOf, slotFor, unitsOf, unnamed, zonesOf, type Row } from './zone';

export type Key = keyof typeof zh;
export type Area = 'list' | 'details' | 'units';
export type Asking =
    | { kind: 'dispatch'; unit: LiveUnit }
    | { kind: 'decline' | 'feedback'; order: Assignment }
    | { kind: 'note' }
    | null;

class Station extends Line {
    picked = $state<string | null>(null);
    area = $state<Area>('list'); // the one in sight on a phone
    which = $state<'all' | 'ours' | 'waiting'>('all');
    everyUnit = $state(false);
    asking = $state.raw<Asking>(null);
    theme = $state<Theme>('dark');
    timeline = $state.raw<readonly Entry[]>([]);
    pending = $state.raw<readonly Sent[]>([]);
    problem = $state.raw<Problem | null>(null);
    private ask = 0;

    private readonly commands = new Commands({
        send: (frame) => this.socket.send(frame),
        last: () => this.live.last,
        changed: () => {
            this.pending = this.commands.pending();
        },
    });

    constructor() {
        super('station');
    }

    t(key: Key, ...args: (string | number)[]): string {
        return filled((this.lang === 'zh' ? zh : en)[key], args);
    }

    override boot(): void {
        this.theme = startTheme(this.page, 'dark');
        super.boot();
    }

    toggleTheme(): void {
        this.theme = this.theme === 'light' ? 'dark' : 'light';
        setTheme(this.page, this.theme);
    }

    protected taken(_before: State, frames: readonly Frame[]): void {
        this.commands.reached();
        for (const f of frames) {
            if (f.op === 'events') {
                const since = this.timeline.at(-1)?.seq ?? Infinity;
                const news = f.events.filter(
                    (e) => e.incident === this.picked && e.seq > since && e.kind !== 'view.enter' && e.kind !== 'view.leave',
                );
                this.timeline = news.length === 0 ? this.timeline : [...this.timeline, ...news];
            }
        }
    }

    protected override answered(a: Answer): void {
        this.commands.answer(a);
    }

    protected override opened(): void {
        this.commands.resend();
    }

    protected override ticked(): void {
        this.commands.tick();
    }

    protected forgotten(): void {
        this.commands.abandon();
        this.picked = null;
        this.asking = this.problem = null;
        this.timeline = [];
        this.area = 'list';
    }

    /* ---- what the page shows ---- */

    get zones(): Set<string> {
        const codes = this.session?.zones;
        return zonesOf(this.live, Array.isArray(codes) ? (codes as string[]) : []);
    }

    get rows(): Row[] {
        const all = rowsOf(this.live, this.zones);
        return this.which === 'all'
            ? all
            : all.filter((r) => (this.which === 'ours' ? r.ours : r.called || r.incident.status === 'waiting'));
    }

    get row(): Row | undefined {
        return rowsOf(this.live, this.zones).find((r) => r.id === this.picked);
    }

    get units(): LiveUnit[] {
        return this.everyUnit ? [...this.live.units.values()] : unitsOf(this.live, this.zones);
    }

    owns(a: Assignment): boolean {
        return a.unit !== undefined && this.zones.has(this.live.units.get(a.unit)?.zone ?? '');
    }

    pick(id: string): void {
        if (id !== this.picked) {
            this.picked = id;
            this.timeline = [];
            this.asking = this.problem = null;
            void this.readTimeline(id);
        }
    }

    private async readTimeline(id: string): Promise<void> {
        const ask = ++this.ask;
        try {
            const read = await getJson<Timeline>(this.session?.token ?? '', `/incidents/${encodeURIComponent(id)}/timeline`);
            if (ask === this.ask) {
                this.timeline = read.events;
            }
        } catch (e) {
            this.unauthorised(problemFrom(e));
        }
    }

    /* ---- what the desk does ---- */

    private async send<T extends CommandWord>(type: T, data: CommandData[T]): Promise<boolean> {
        this.problem = null;
        const outcome = await this.commands.send(type, data, this.picked ?? undefined);
        this.problem = outcome.problem ?? null;
        return outcome.problem === undefined;
    }

    async dispatch(unit: LiveUnit): Promise<void> {
        const row = this.row;
        this.asking = null;
        const called = row?.orders.find((a) => unnamed(a, this.zones));
        if (called !== undefined) {
            await this.send('assignment.name', { assignment: called.id, unit: unit.id });
        } else if (row !== undefined) {
            const slot = slotFor(row.incident, row.orders, unit)?.slot;
            const data = { incident: row.id, units: [{ unit: unit.id }], ...(slot === undefined ? {} : { slot }) };
            await this.send('assignment.dispatch', data);
        }
    }

    async step(order: Assignment, to: AssignmentStatusWord): Promise<void> {
        const data = { assignment: order.id, by: 'radio' as const };
        if (to === 'declined') {
            this.asking = { kind: 'decline', order };
        } else if (to === 'acknowledged') {
            await this.send('assignment.acknowledge', data);
        } else {
            await this.send('assignment.progress', { ...data, status: to });
        }
    }

    async decline(order: Assignment, reason: DeclineReasonWord): Promise<void> {
        this.asking = null;
        await this.send('assignment.decline', { assignment: order.id, reason, by: 'radio' });
    }

    async seen(order: Assignment): Promise<void> {
        await this.send('assignment.acknowledge_change', { assignment: order.id, by: 'radio' });
    }

    async feedback(data: CommandData['assignment.feedback']): Promise<boolean> {
        return this.close(await this.send('assignment.feedback', { ...data, by: 'radio' }));
    }

    async note(note: string): Promise<boolean> {
        return this.close(await this.send('incident.note', { incident: this.picked ?? '', note }));
    }

    async duty(unit: LiveUnit, on: boolean): Promise<void> {
        await this.send(on ? 'unit.sign_on' : 'unit.sign_off', { unit: unit.id, by: 'radio' });
    }

    /* What was refused stays open with what was typed. */
    private close(done: boolean): boolean {
        this.asking = done ? null : this.asking;
        return done;
    }
}

export const station = new Station();
