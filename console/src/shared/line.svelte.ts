// A page's line to the server: one session, one link, one live picture, one clock, one language. Each page builds on it.
import { clockTime } from '../format';
import { say, type CommonKey, type Lang } from '../i18n/common';
import { ServerClock } from '../store/clock';
import { getJson, signIn, signOut, type Session } from '../store/http';
import { Link, topicsAll, type LinkState } from '../store/link';
import { nothing, reduceAll, type State } from '../store/reduce';
import type { Answer, Frame, Problem } from '../wire/frames';
import type { Word } from '../wire/words';
import { pageOf, pages, roleLetter, type PageName } from './roles';
import { problemFrom, sentence } from './problems';

const LANG_KEY = 'tocsin.lang';
const SESSION_KEY = 'tocsin.session';

/* What a letter of an id names, in the paths of protected reads. */
const PROTECTED: Record<string, string> = { r: 'reports', s: 'seats', m: 'alarms' };

function stored<T>(area: Storage, key: string): T | null {
    try {
        return JSON.parse(area.getItem(key) ?? 'null') as T | null;
    } catch {
        return null;
    }
}

/* What a page may want otherwise. */
export interface LineOptions {
    topics?: readonly string[];
    keeps?: boolean; // the session outlives the tab: a phone's browser ends tabs as it likes
}

export abstract class Line {
    lang = $state<Lang>(localStorage.getItem(LANG_KEY) === 'en' ? 'en' : 'zh');
    session = $state.raw<Session | null>(stored<Session>(sessionStorage, SESSION_KEY));
    live = $state.raw<State>(nothing);
    link = $state.raw<LinkState>({ kind: 'idle' });
    linkAge = $state(0); // ms since the last frame
    now = $state(Date.now()); // ms of the server's clock
    skew = $state(0);
    tickMono = $state(performance.now()); // the monotonic clock, four times a second
    leading = $state<PageName | null>(null); // to another page: this one is not the role's
    readonly clock = new ServerClock();
    private frozenUser = '';
    private box: readonly number[] | undefined;
    protected readonly socket: Link;

    constructor(
        readonly page: PageName,
        private readonly options: LineOptions = {},
    ) {
        if (options.keeps === true) {
            this.session ??= stored<Session>(localStorage, SESSION_KEY);
        }
        this.socket = new Link({
            url: () => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`,
            token: () => this.session?.token ?? null,
            resume: () =>
                this.live.ready
                    ? { world: this.live.world, audience: this.live.audience, seq: this.live.last, hash: this.live.hash }
                    : null,
            last: () => this.live.last,
            gap: () => this.live.gap,
            take: (frames) => this.take(frames),
            answer: (a) => this.answered(a),
            opened: () => this.opened(),
            state: (s) => {
                this.link = s;
            },
            topics: options.topics ?? topicsAll,
            bbox: () => this.box,
        });
    }

    /* Positions in this box only (west, south, east, north): for a window that shows no others. */
    positionsIn(box: readonly [number, number, number, number]): void {
        this.box = box.map((deg) => Number(deg.toFixed(5)));
        this.socket.again();
    }

    /* ---- what a page adds ---- */

    /* After frames have changed the picture. */
    protected abstract taken(before: State, frames: readonly Frame[]): void;
    /* Another person, or none: everything of the last one goes. */
    protected abstract forgotten(): void;
    protected answered(_a: Answer): void {}
    protected opened(): void {}
    protected ticked(): void {}

    /* ---- words ---- */

    common(key: CommonKey, ...args: (string | number)[]): string {
        return say(this.lang, key, ...args);
    }

    word(words: Record<string, Word>, key: string | undefined): string {
        const found = key === undefined ? undefined : words[key];
        return found === undefined ? (key ?? '') : found[this.lang];
    }

    /* A time of day of the city. */
    time(ms: number, withDate = false): string {
        return clockTime(ms, this.live.city.offsets, withDate);
    }

    problemText(p: Problem): string {
        return sentence(p, this.lang);
    }

    setLang(lang: Lang): void {
        this.lang = lang;
        localStorage.setItem(LANG_KEY, lang);
        document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en';
        document.title = `${pages[this.page][lang]} · Tocsin`;
    }

    /* ---- session ---- */

    boot(): void {
        this.setLang(this.lang);
        setInterval(() => this.tick(), 250);
        window.addEventListener('online', () => this.socket.hurry());
        document.addEventListener('visibilitychange', () => {
            if (document.visibilityState === 'visible') {
                this.socket.hurry();
            }
        });
        if (this.session !== null && !this.lead(this.session)) {
            this.socket.start();
        }
    }

    /* To the page that the role works at, with the session; false: this is it, or there is none. */
    private lead(session: Session): boolean {
        const home = pageOf(session.role);
        if (home === undefined || home === this.page) {
            return false;
        }
        this.leading = home;
        this.keep(session);
        location.replace(pages[home].path);
        return true;
    }

    private keep(session: Session | null): void {
        for (const area of this.options.keeps === true ? [sessionStorage, localStorage] : [sessionStorage]) {
            if (session === null) {
                area.removeItem(SESSION_KEY);
            } else {
                area.setItem(SESSION_KEY, JSON.stringify(session));
            }
        }
    }

    async signIn(username: string, password: string): Promise<Problem | null> {
        try {
            const session = await signIn(username, password);
            if (this.lead(session)) {
                return null;
            }
            if (this.frozenUser !== '' && this.frozenUser !== username) {
                this.forget();
            }
            this.session = session;
            this.frozenUser = username;
            this.keep(session);
            this.socket.start();
            return null;
        } catch (e) {
            return problemFrom(e);
        }
    }

    async signOut(): Promise<void> {
        const token = this.session?.token;
        this.socket.stop();
        this.session = null;
        this.keep(null);
        this.forget();
        if (token !== undefined) {
            await signOut(token).catch(() => undefined); // gone here in any case
        }
    }

    retry(): void {
        this.socket.start();
    }

    private forget(): void {
        this.live = nothing;
        this.frozenUser = '';
        this.forgotten();
    }

    protected unauthorised(p: Problem): void {
        if (p.status === 401 && this.session !== null) {
            this.socket.stop();
            this.link = { kind: 'signed_out' };
        }
    }

    /* Of an incident, a report, a seat or an alarm. With a reason the glass is broken: for those to whom the fields are not open. */
    async protectedOf(id: string, purpose: string, reason: string): Promise<Record<string, unknown> | Problem> {
        const query = new URLSearchParams({ purpose, ...(reason !== '' && { break: 'true', reason }) });
        const things = PROTECTED[/-([a-z])\d+$/.exec(id)?.[1] ?? ''] ?? 'incidents';
        try {
            return await getJson<Record<string, unknown>>(
                this.session?.token ?? '',
                `/${things}/${encodeURIComponent(id)}/protected?${query.toString().replaceAll('+', '%20')}`,
            );
        } catch (e) {
            const p = problemFrom(e);
            this.unauthorised(p);
            return p;
        }
    }

    may(type: string, roles: string): boolean {
        return type.length > 0 && roles.includes(roleLetter[this.live.role || (this.session?.role ?? '')] ?? '-');
    }

    /* ---- frames and time ---- */

    private take(frames: Frame[]): void {
        const before = this.live;
        for (const f of frames) {
            if (f.op === 'welcome' && (f.clock_rate ?? 1) !== this.clock.rate) {
                this.clock.reset(f.clock_rate ?? 1);
            } else if (f.op === 'beat' || f.op === 'positions') {
                this.clock.heard(Date.parse(f.at));
            }
        }
        this.live = reduceAll(before, frames);
        this.taken(before, frames);
    }

    private tick(): void {
        this.now = this.clock.now();
        this.tickMono = performance.now();
        this.skew = this.clock.skewMs();
        this.linkAge = this.socket.age();
        this.ticked();
    }
}
