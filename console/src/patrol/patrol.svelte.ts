// The unit's phone: what the server has and what the phone still has to tell it, side by side.
import { shortNumber } from '../format';
import { filled } from '../i18n/common';
import { Line } from '../shared/line.svelte';
import { dutyNow, shiftEnd } from '../shared/shift';
import { startTheme, setTheme, type Theme } from '../shared/theme';
import { postCommand } from '../store/http';
import type { State } from '../store/reduce';
import type { Answer, Entry, Frame, LiveUnit, Problem } from '../wire/frames';
import type { Assignment, AssignmentStatusWord, DeclineReasonWord, Report, UnitReasonWord } from '../wire/types';
import { isUnderWay, moveOf, movePlace } from '../store/moves';
import { moveSaid } from './steps';
import type { MoveEndWord, UnitMove, UnitMoveUpEnded } from '../wire/types';
import type { AssignmentFeedback, IncidentAmend, IncidentOpen } from '../wire/types';
import type { ContactResultWord, ContactWayWord, ContactWord, DestinationWord } from '../wire/types';
import { Awake } from './awake';
import { en } from './en';
import { Outbox, UNDO_MS, type Item } from './outbox';
import { Panic, type Call } from './panic';
import { Ring } from '../shared/ring.svelte';
import { dropPicture, keepPicture, loadPicture, shelf } from './shelf';
import { changedOrders, factsOf, isQuiet, needsOf, newOrders, ordersOf, whereAmI, type Facts } from './steps';
import { Whereabouts } from './whereabouts.svelte';
import { Way } from './way.svelte';
import { zh } from './zh';

export type Key = keyof typeof zh;
export type Panel = 'menu' | 'queue' | 'link' | 'open' | 'caller' | 'feedback' | 'note' | 'scene' | 'transport' | null;
/* Those that stand by themselves, whatever order is in sight. */
const own: readonly Panel[] = ['menu', 'queue', 'link', 'open'];

/* Something ended without this phone's doing; stays until it was read. */
export interface Notice {
    readonly id: string;
    readonly number: string;
    readonly type: string | undefined;
    readonly move?: boolean; // an order to move up: `number` says where to
    readonly what: Key;
    readonly at: number;
}

const KEEP_MS = 1_500;
const HUSH_MS = 3_600_000;
const PANIC_KEY = 'tocsin.panic';
const KNOWN_MAX = 40;
const KNOWN_KEY = 'tocsin.patrol.known.';
const endings: Partial<Record<AssignmentStatusWord, Key>> = {
    cancelled: 'cancelledBy',
    expired: 'expiredBy',
    cleared: 'clearedBy',
    declined: 'declinedBy',
};

/* Arrived by position is no surprise to who stands there, and is said all the same: the crew may go on as it likes. */
const moveEndings: Partial<Record<MoveEndWord, Key>> = {
    recalled: 'moveRecalled',
    expired: 'moveExpired',
    refused: 'moveRefusedFor',
    arrived: 'moveArrived',
};

class Patrol extends Line {
    items = $state.raw<readonly Item[]>([]);
    durable = $state(true);
    call = $state.raw<Call | null>(null);
    needsSeen = $state.raw<ReadonlySet<string>>(new Set()); // officers in need that this crew has taken notice of
    known = $state.raw<ReadonlyMap<string, Facts>>(new Map()); // by order
    notices = $state.raw<readonly Notice[]>([]);
    chosen = $state<string | null>(null); // the order in sight
    panel = $state<Panel>(null);
    pictureAt = $state<number | null>(null); // ms of the server: from the phone's memory, nothing newer came yet
    theme = $state<Theme>('auto');
    deviceNow = $state(Date.now());
    readonly ring = new Ring();
    private readonly awake = new Awake();
    private keptAt = 0;
    private hushedAt = -Infinity; // this phone called for help unheard
    private unkept = false;
    private knownText = '[]';

    readonly where = new Whereabouts({
        send: (frame) => this.socket.send(frame),
        unit: () => this.live.unit,
        now: () => this.clock.now(),
        rate: () => this.clock.rate,
    });

    readonly way = new Way({
        token: () => this.session?.token ?? '',
        linked: () => this.linked,
        roads: () => this.live.roadWeights,
        now: () => this.clock.now(),
    });

    private readonly outbox = new Outbox({
        shelf,
        send: (frame) => this.socket.send(frame),
        changed: (items) => {
            this.items = items;
            this.durable = this.outbox?.durable ?? true;
        },
    });

    private readonly panicCall = new Panic({
        send: (frame) => this.socket.send(frame),
        post: (command) => this.post(command as { id: string }),
        serverNow: () => this.clock.now(),
        changed: (call) => {
            this.call = call?.silent === true ? null : call; // an unheard one shows nowhere
            this.hushedAt = call?.silent === true ? Date.now() : this.hushedAt;
        },
        memory: {
            read: () => localStorage.getItem(PANIC_KEY),
            write: (text) => (text === null ? localStorage.removeItem(PANIC_KEY) : localStorage.setItem(PANIC_KEY, text)),
        },
    });

    constructor() {
        super('patrol', { topics: ['incidents', 'units', 'roads'], keeps: true });
    }

    /* ---- words ---- */

    t(key: Key, ...args: (string | number)[]): string {
        return filled((this.lang === 'zh' ? zh : en)[key], args);
    }

    setTheme(theme: Theme): void {
        this.theme = theme;
        setTheme(this.page, theme);
    }

    /* ---- session ---- */

    /* The last picture first, so that a phone without a network shows its orders and the server need only add to it. */
    async begin(): Promise<void> {
        this.theme = startTheme(this.page, 'auto');
        this.ring.listen();
        window.addEventListener('pagehide', () => this.keepNow());
        const user = this.session?.username ?? '';
        if (user !== '') {
            this.remember(user);
            const kept = await loadPicture(user).catch(() => undefined);
            if (kept !== undefined && !this.live.ready && this.session?.username === user) {
                this.live = kept.state;
                this.pictureAt = kept.at;
            }
            await this.person(user);
        }
        this.boot();
    }

    private async person(user: string): Promise<void> {
        await this.outbox.open(user);
        if (user !== '') {
            this.panicCall.resume(user);
        }
    }

    override async signIn(username: string, password: string): Promise<Problem | null> {
        const problem = await super.signIn(username, password);
        if (problem === null && this.session !== null) {
            await this.person(this.session.username);
        }
        return problem;
    }

    override async signOut(): Promise<void> {
        const user = this.session?.username ?? '';
        this.where.want(false);
        this.awake.want(false);
        await super.signOut();
        localStorage.removeItem(KNOWN_KEY + user);
        await dropPicture(user).catch(() => undefined);
    }

    protected forgotten(): void {
        void this.outbox.open('');
        this.panicCall.away();
        this.known = new Map();
        this.knownText = '[]';
        this.notices = [];
        this.needsSeen = new Set();
        this.chosen = this.panel = this.pictureAt = null;
        this.ring.want(null);
    }

    protected override answered(a: Answer): void {
        this.outbox.answer(a);
        this.panicCall.answer(a);
        if (a.problem !== undefined) {
            this.unauthorised(a.problem);
        }
    }

    protected override opened(): void {
        this.outbox.opened();
    }

    private async post(command: { id: string }): Promise<Answer> {
        const answer = await postCommand(this.session?.token ?? '', command);
        return answer.problem?.status === 401 && this.session !== null
            ? { ...answer, problem: { ...answer.problem, code: 'not_signed_in' } }
            : answer;
    }

    /* ---- frames and time ---- */

    protected taken(before: State, frames: readonly Frame[]): void {
        for (const f of frames) {
            if (f.op === 'welcome') {
                this.pictureAt = null;
            }
        }
        this.tell(before, frames);
        if (this.chosen !== null && !this.live.assignments.has(this.chosen)) {
            this.chosen = null;
            this.panel = own.includes(this.panel) ? this.panel : null;
        }
        this.follow(before);
        this.learn();
        if (this.unit?.panic !== true && before.units.get(before.unit)?.panic === true) {
            this.panicCall.clear(); // a commander has reached the officer
        }
        this.unkept = true;
    }

    /* What this phone has opened by itself comes into sight. */
    private follow(before: State): void {
        const mine = (a: Assignment): boolean => a.unit === this.live.unit && a.on_view === true;
        const fresh = [...this.live.assignments.values()].find((a) => mine(a) && !before.assignments.has(a.id));
        if (fresh !== undefined && before.ready && before.world === this.live.world) {
            this.chosen = fresh.id;
        }
    }

    /* The picture goes into the phone's memory now and then, and when the page is put away. */
    private keepNow(): void {
        if (this.unkept && this.live.ready && this.session !== null) {
            this.unkept = false;
            this.keptAt = performance.now();
            void keepPicture(this.session.username, { state: this.live, at: this.clock.now() }).catch(() => undefined);
        }
    }

    /* What the unit knows of its incidents: what they were when nothing was left to acknowledge. */
    private learn(): void {
        const known = new Map(this.known);
        for (const a of this.orders) {
            const i = this.live.incidents.get(a.incident ?? '');
            if (i !== undefined && a.change_due !== true) {
                known.delete(a.id);
                known.set(a.id, factsOf(this.live, i));
            }
        }
        /* An order that is not in sight now may be again: the picture may be an old one. */
        for (const id of [...known.keys()].slice(0, -KNOWN_MAX)) {
            known.delete(id);
        }
        this.known = known;
        const text = JSON.stringify([...known]);
        if (text !== this.knownText && this.session !== null) {
            this.knownText = text;
            localStorage.setItem(KNOWN_KEY + this.session.username, text); // at once: a page may be gone the next moment
        }
    }

    private remember(user: string): void {
        try {
            this.known = new Map(JSON.parse(localStorage.getItem(KNOWN_KEY + user) ?? '[]') as [string, Facts][]);
        } catch {
            this.known = new Map();
        }
    }

    /* Orders that others ended. */
    private tell(before: State, frames: readonly Frame[]): void {
        for (const e of frames.flatMap((f) => (f.op === 'events' ? f.events : []))) {
            const d = (e.data ?? {}) as { assignment?: string; status?: AssignmentStatusWord; unit?: string };
            const order = e.kind === 'assignment.progressed' ? before.assignments.get(d.assignment ?? '') : undefined;
            const what = order === undefined || d.status === undefined ? undefined : endings[d.status];
            const mine = e.by?.role === 'unit';
            if (order !== undefined && order.unit === this.live.unit && what !== undefined && !mine) {
                this.notice(order, before, what, e);
            } else if (e.kind === 'unit.move_up_ended') {
                this.tellMove(before, e);
            } else if (e.kind === 'incident.closed') {
                const live = [...before.assignments.values()].find(
                    (a) => a.incident === e.incident && a.unit === this.live.unit && a.ended_at === undefined,
                );
                if (live !== undefined) {
                    this.notice(live, before, 'closedBy', e);
                }
            }
        }
    }

    /* An order to move up that others ended; an order to an incident tells of itself. */
    private tellMove(before: State, e: Entry): void {
        const d = (e.data ?? {}) as unknown as UnitMoveUpEnded;
        const move = moveOf(before.units.get(before.unit));
        const what = moveEndings[d.how];
        if (move === undefined || d.unit !== before.unit || e.by?.role === 'unit' || what === undefined) {
            return;
        }
        const notice: Notice = {
            id: `${e.seq}.${e.n}`,
            number: movePlace(move, before.city.zones, this.lang),
            type: undefined,
            move: true,
            what,
            at: Date.parse(e.at),
        };
        this.notices = [...this.notices.filter((n) => n.id !== notice.id), notice];
        if (!this.hushed) {
            this.ring.once('notice');
        }
    }

    private notice(order: Assignment, before: State, what: Key, e: Entry): void {
        const i = before.incidents.get(order.incident ?? '');
        const notice: Notice = {
            id: `${e.seq}.${e.n}`,
            number: shortNumber(i?.number),
            type: i?.type_dispatched,
            what,
            at: Date.parse(e.at),
        };
        this.notices = [...this.notices.filter((n) => n.id !== notice.id), notice];
        if (!this.hushed && !isQuiet(this.live, order.incident, whereAmI(this.where.fix, this.live))) {
            this.ring.once('notice');
        }
    }

    /* For an hour after a call unheard nothing sounds: who stands beside its officer must not look at it. */
    private get hushed(): boolean {
        return Date.now() - this.hushedAt < HUSH_MS;
    }

    needSeen(id: string): void {
        this.needsSeen = new Set([...this.needsSeen, id]);
    }

    read(notice: Notice): void {
        this.notices = this.notices.filter((n) => n !== notice);
    }

    protected override ticked(): void {
        this.deviceNow = Date.now();
        this.outbox.tick();
        this.panicCall.tick();
        if (performance.now() - this.keptAt > KEEP_MS) {
            this.keepNow();
        }
        const me = whereAmI(this.where.fix, this.live);
        const loud = (incident: string | undefined): boolean => this.session !== null && !isQuiet(this.live, incident, me);
        const fresh = newOrders(this.live, this.items).filter((a) => loud(a.incident));
        const changed = changedOrders(this.live, this.items).filter((a) => loud(a.incident));
        const needs = needsOf(this.live).filter((i) => !this.needsSeen.has(i.id) && loud(i.id));
        const grave = needs.length > 0 || fresh.some((a) => this.live.incidents.get(a.incident ?? '')?.tier === 1);
        const moving = this.session !== null && this.moveWaits && this.unit?.panic !== true;
        this.ring.want(this.hushed ? null : grave ? 'grave' : fresh.length > 0 || moving ? 'order' : changed.length > 0 ? 'change' : null);
        this.ring.tick();
        const here = this.session !== null && this.live.unit !== '';
        this.where.want(here && (this.unit?.on_duty === true || this.unit?.panic === true || this.call !== null));
        this.where.tick();
        this.way.look(this.session === null ? undefined : this.order, this.live.unit, this.session === null ? undefined : this.move);
        this.awake.want(here && this.unit?.on_duty === true);
    }

    /* ---- what the page shows ---- */

    get unit(): LiveUnit | undefined {
        return this.live.units.get(this.live.unit);
    }

    /* The order to move up, as long as this phone has not said no or there. */
    get move(): UnitMove | undefined {
        const m = moveOf(this.unit);
        return m === undefined || moveSaid(m, this.items) === 'over' ? undefined : m;
    }

    /* Nobody here has answered it yet. */
    get moveWaits(): boolean {
        const m = this.move;
        return m !== undefined && !isUnderWay(m) && moveSaid(m, this.items) === 'nothing';
    }

    get orders(): Assignment[] {
        return ordersOf(this.live);
    }

    /* The order in sight: the chosen one, else the one worked on. */
    get order(): Assignment | undefined {
        return this.live.assignments.get(this.chosen ?? '') ?? this.orders[0];
    }

    get linked(): boolean {
        return this.link.kind === 'live';
    }

    choose(id: string): void {
        this.chosen = id;
        this.panel = null;
    }

    /* ---- what the unit says ---- */

    private stamp(): { at_device: string } {
        return { at_device: new Date().toISOString() };
    }

    accept(a: Assignment): void {
        this.chosen = a.id;
        void this.outbox.add('assignment.acknowledge', { assignment: a.id, ...this.stamp() });
    }

    private moved(m: UnitMove): { unit: string; number?: number; at_device: string } {
        return { unit: this.live.unit, ...(m.number === undefined ? {} : { number: m.number }), ...this.stamp() };
    }

    moveSign(m: UnitMove): void {
        void this.outbox.add('unit.move_up_acknowledge', this.moved(m));
    }

    moveRefuse(m: UnitMove, reason: DeclineReasonWord): void {
        void this.outbox.add('unit.move_up_refuse', { ...this.moved(m), reason }, UNDO_MS);
    }

    moveThere(m: UnitMove): void {
        void this.outbox.add('unit.move_up_arrive', this.moved(m), UNDO_MS);
    }

    decline(a: Assignment, reason: DeclineReasonWord): void {
        void this.outbox.add('assignment.decline', { assignment: a.id, reason, ...this.stamp() }, UNDO_MS);
    }

    step(a: Assignment, status: AssignmentStatusWord): void {
        this.chosen = a.id;
        void this.outbox.add('assignment.progress', { assignment: a.id, status, ...this.stamp() }, UNDO_MS);
    }

    transport(a: Assignment, destination: DestinationWord, place: string): void {
        this.panel = null;
        const where = place === '' ? { destination } : { destination, destination_place: place };
        const data = { assignment: a.id, status: 'transporting' as const, ...where, ...this.stamp() };
        void this.outbox.add('assignment.progress', data, UNDO_MS);
    }

    report(a: Assignment, note: string): void {
        this.panel = null;
        void this.outbox.add('assignment.report', { assignment: a.id, note, ...this.stamp() });
    }

    /* What the officer finds otherwise than it was told. */
    amend(data: IncidentAmend): void {
        this.panel = null;
        void this.outbox.add('incident.amend', data);
    }

    /* Work that nobody sent the unit to. */
    open(data: IncidentOpen): void {
        this.panel = null;
        void this.outbox.add('incident.open', { ...data, on_scene: true }, UNDO_MS);
    }

    /* How callers may be reached from now on, by everybody. */
    mark(reports: readonly Report[], contact: ContactWord): void {
        for (const r of reports.filter((r) => (r.contact ?? 'call') !== contact && r.contact !== 'none')) {
            void this.outbox.add('report.amend', { report: r.id, caller: { contact } }, UNDO_MS);
        }
    }

    /* What came of a try to reach the caller. */
    tried(report: string, how: ContactWayWord, result: ContactResultWord): void {
        void this.outbox.add('report.contact', { report, how, result });
    }

    seen(a: Assignment): void {
        const last = a.change_no === undefined ? {} : { change_no: a.change_no }; // what was seen, and no more
        void this.outbox.add('assignment.acknowledge_change', { assignment: a.id, ...last, ...this.stamp() });
    }

    safe(a: Assignment): void {
        void this.outbox.add('assignment.safe', { assignment: a.id, ...this.stamp() });
    }

    feedback(data: AssignmentFeedback): void {
        this.panel = null;
        void this.outbox.add('assignment.feedback', { ...data, ...this.stamp() });
    }

    note(incident: string, note: string): void {
        this.panel = null;
        void this.outbox.add('incident.note', { incident, note });
    }

    signOn(crew: number, until = ''): void {
        void this.outbox.add('unit.sign_on', { unit: this.live.unit, crew, ...this.until(until), ...this.stamp() });
    }

    /* The shift ends at another time; the unit stays as free as it is. */
    shiftEnds(unit: LiveUnit, until: string): void {
        void this.outbox.add('unit.status', { unit: unit.id, ...dutyNow(unit), ...this.until(until), ...this.stamp() });
    }

    private until(time: string): { until?: string } {
        return shiftEnd(time, this.now, this.live.city.offsets);
    }

    /* When the work on scene will be done, by the crew's own word. */
    expect(a: Assignment, minutes: number): void {
        const free_at = new Date(this.now + minutes * 60_000).toISOString();
        void this.outbox.add('assignment.expect', { assignment: a.id, free_at, ...this.stamp() });
    }

    signOff(): void {
        void this.outbox.add('unit.sign_off', { unit: this.live.unit, ...this.stamp() }, UNDO_MS);
    }

    available(available: boolean, reason?: UnitReasonWord): void {
        void this.outbox.add('unit.status', {
            unit: this.live.unit,
            available,
            ...(reason === undefined ? {} : { reason }),
            ...this.stamp(),
        });
    }

    takeBack(item: Item): void {
        this.outbox.takeBack(item.n);
    }

    discard(item: Item): void {
        this.outbox.discard(item.n);
    }

    sendOld(item: Item): void {
        this.outbox.sendOld(item.n);
    }

    panic(): void {
        this.panicCall.press(this.live.unit, this.session?.username ?? '');
    }

    /* Nothing is shown and nothing sounds, then or later. */
    panicUnheard(): void {
        if (this.live.unit !== '') {
            this.panicCall.press(this.live.unit, this.session?.username ?? '', true);
        }
    }

    /* Only a note: a commander ends the alarm. */
    panicMistaken(): void {
        void this.outbox.add('unit.panic', { unit: this.live.unit, cancel: true, ...this.stamp() });
    }

    panicRead(): void {
        this.panicCall.clear();
    }
}

export const patrol = new Patrol();
