// What the pages of desks have in common beside their line: light or dark, commands with their state, the timeline of what is
// in hand.
import { Commands, type Outcome, type Sent } from '../store/commands';
import { getJson } from '../store/http';
import type { State } from '../store/reduce';
import type { Answer, Entry, Frame, Problem, Timeline } from '../wire/frames';
import type { CommandData, CommandWord } from '../wire/types';
import { Line, type LineOptions } from './line.svelte';
import { problemFrom } from './problems';
import type { PageName } from './roles';
import { setTheme, startTheme, type Theme } from './theme';

export abstract class DeskLine extends Line {
    theme = $state<Theme>('dark');
    picked = $state<string | null>(null); // an incident
    timeline = $state.raw<readonly Entry[]>([]);
    pending = $state.raw<readonly Sent[]>([]);
    problem = $state.raw<Problem | null>(null);
    private ask = 0;

    protected readonly commands = new Commands({
        send: (frame) => this.socket.send(frame),
        last: () => this.live.last,
        changed: () => {
            this.pending = this.commands.pending();
        },
    });

    constructor(
        page: PageName,
        private readonly usual: Theme,
        options: LineOptions = {},
    ) {
        super(page, options);
    }

    override boot(): void {
        this.theme = startTheme(this.page, this.usual);
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
        this.picked = this.problem = null;
        this.timeline = [];
    }

    pick(id: string): void {
        if (id !== this.picked) {
            this.picked = id;
            this.timeline = [];
            this.problem = null;
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

    /* Sends, and keeps what was refused in sight. */
    protected async send<T extends CommandWord>(type: T, data: CommandData[T], incident?: string): Promise<Outcome> {
        this.problem = null;
        const outcome = await this.commands.send(type, data, incident);
        this.problem = outcome.problem ?? null;
        return outcome;
    }
}
