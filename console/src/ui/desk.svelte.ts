// The desk: one live picture, one session, one selection. Components read it and call its verbs; nothing else holds state.
import { SvelteSet } from 'svelte/reactivity';

import { translate, type Key, type Lang } from '../i18n';
import { Line } from '../shared/line.svelte';
import { problemFrom, sentence, support } from '../shared/problems';
import { setTheme, startTheme } from '../shared/theme';
import { Commands, type Outcome, type Sent } from '../store/commands';
import { getJson, getOutlines } from '../store/http';
import { placeOf, Receipts } from '../store/receipts';
import type { State } from '../store/reduce';
import { topicsAll } from '../store/link';
import * as select from '../store/select';
import { zonePoints, type ZonePoint } from '../store/zones';
import type { Answer, Detail, Entry, Frame, LiveIncident, Problem, Recommendation, Timeline } from '../wire/frames';
import * as seats from '../store/seats';
import type { Alarm, Assignment, CommandData, CommandWord, Report, Seat } from '../wire/types';
import { alarmKind, commandWords } from '../wire/words';
import { dropAllDrafts } from './drafts';
import { said, sayKey, type Said } from './said';
import { keepFocus, typing } from './typing';
import { alarmSpoken, receiptText } from './words';
import { Sound } from './sound.svelte';
import type { OpenForm } from './forms';

export type Area = 'queue' | 'sheet' | 'units' | 'alarms' | 'map';
export type Selection = { kind: 'incident' | 'report'; id: string } | null;

/* What lies over the queue: one's own seat's sheet, the sheet that is handed to one, or all seats. */
export type SeatView = { kind: 'mine' | 'board' } | { kind: 'incoming'; seat: string };

export interface Sheet {
    readonly id: string;
    readonly detail: Detail | null;
    readonly timeline: readonly Entry[];
    readonly timelineSeq: number;
    readonly advice: Recommendation | null;
    readonly adviceMono: number; // when it was read
    readonly problem: Problem | null;
    readonly loading: boolean;
}

const emptySheet = (id: string): Sheet => ({
    id,
    detail: null,
    timeline: [],
    timelineSeq: 0,
    advice: null,
    adviceMono: 0,
    problem: null,
    loading: id !== '',
});

const REREAD_MS = 400;
const SELECT_MS = 120;
const ALARM_READ_MS = 700;
const FLOOD_MS = 600_000;
const FLOOD_BEGINS = 10; // more than that many alarms within ten minutes
const FLOOD_ENDS = 5;

class Desk extends Line {
    pending = $state.raw<Sent[]>([]);
    selection = $state.raw<Selection>(null);
    sheet = $state.raw<Sheet>(emptySheet(''));
    area = $state<Area>('queue'); // the one in sight on a phone
    narrow = $state(false); // one panel at a time, for thumbs
    light = $state(false); // colours for a bright room
    form = $state.raw<OpenForm | null>(null);
    help = $state(false);
    unitCursor = $state<string | null>(null);
    alarmCursor = $state<string | null>(null);
    whyUnit = $state<string | null>(null);
    notice = $state.raw<{ text: Said; bad: boolean; support?: string } | null>(null);
    told = $state.raw<{ text: Said; where: Selection } | null>(null); // what became of the report that was sent last
    summary = $state.raw<Said | null>(null);
    alert = $state.raw<{ id: string; text: Said } | null>(null); // the newest of level 1 or 2, for who listens
    signingOut = $state(false); // held up by what the seat owns
    lookOnly = $state(false); // no seat for now, by this person's own choice
    seatView = $state.raw<SeatView | null>(null);
    owner = $state(''); // whose things the queue shows: '' everybody's, 'mine', or a seat's id
    flood = $state(false);
    readonly seat = $derived(seats.seatOf(this.live, this.session?.username));
    readonly burdens = $derived(seats.burdens(this.live));
    readonly alarmRows = $derived(seats.alarmsFor(this.live, this.seat));
    alarmSeen = $state.raw<ReadonlyMap<string, number>>(new Map()); // since when a row stands in its place, monotonic
    readonly chosen = new SvelteSet<string>();
    readonly sound = new Sound();
    private readonly receipts = new Receipts();
    private zones: { of: unknown; points: Promise<ReadonlyMap<string, ZonePoint>> } | null = null;
    private left = $state.raw<{ incident?: LiveIncident; report?: Report }>({}); // in hand when it left the lists
    private spoken: ReadonlySet<string> = new Set();
    private rereadTimer: ReturnType<typeof setTimeout> | undefined;
    private selectTimer: ReturnType<typeof setTimeout> | undefined;

    private readonly commands = new Commands({
        send: (frame) => this.socket.send(frame),
        last: () => this.live.last,
        changed: () => {
            this.pending = this.commands.pending();
        },
    });

    constructor() {
        super('operator', { topics: [...topicsAll, 'coverage'] });
    }

    protected override answered(a: Answer): void {
        this.commands.answer(a);
    }

    protected override opened(): void {
        this.commands.resend();
    }

    /* ---- words ---- */

    t(key: Key, ...args: (string | number)[]): string {
        return translate(this.lang, key, ...args);
    }

    /* What to do about it. */
    hintOf(p: Problem, incident: string | undefined, lang = this.lang): string {
        const i = this.live.incidents.get(incident ?? '');
        return p.code === 'no_unit_free' && i !== undefined && !select.hasPoint(i) ? translate(lang, 'noPointLead') : '';
    }

    /* What was said is said again in the new language; of an alarm that is over there is nothing to say. */
    override setLang(lang: Lang): void {
        if (this.alert !== null && !this.live.alarms.has(this.alert.id)) {
            this.alert = null;
        }
        super.setLang(lang);
    }

    /* ---- session ---- */

    override boot(): void {
        this.watchWidth();
        this.light = startTheme(this.page, 'dark') === 'light';
        setInterval(() => this.summarise(), 60_000);
        super.boot();
    }

    setLight(light: boolean): void {
        this.light = light;
        setTheme(this.page, light ? 'light' : 'dark');
    }

    /* On a phone the back gesture leads to the queue, not out of the page. */
    private watchWidth(): void {
        const media = window.matchMedia('(max-width: 900px)');
        this.narrow = media.matches;
        media.addEventListener('change', () => (this.narrow = media.matches));
        window.addEventListener('popstate', () => {
            if (this.narrow) {
                this.area = 'queue';
            }
        });
    }

    /* Brings an area into sight. */
    show(area: Area): void {
        if (this.narrow && area !== 'queue' && this.area === 'queue') {
            history.pushState(null, '');
        }
        this.area = area;
    }

    override async signOut(): Promise<void> {
        dropAllDrafts();
        await super.signOut();
    }

    protected forgotten(): void {
        this.commands.abandon();
        this.sheet = emptySheet('');
        this.selection = null;
        this.chosen.clear();
        this.form = null;
        this.notice = this.told = this.summary = this.alert = this.seatView = null;
        this.lookOnly = this.signingOut = false;
        this.owner = '';
        this.receipts.forget();
    }

    /* ---- frames and time ---- */

    protected taken(before: State, frames: readonly Frame[]): void {
        if (this.live.ready && (this.live.world !== before.world || before.last > this.live.last)) {
            this.chosen.clear();
        }
        this.holdOn(before);
        this.noticeSeat(before);
        this.receipts.take(frames);
        this.commands.reached();
        this.tellReceipts();
        this.follow(frames);
        this.hear(frames);
        if (this.selection === null && this.live.ready) {
            const rows = select.queueRows(this.live);
            const first = rows.find((r) => r.kind === 'incident') ?? rows[0];
            if (first !== undefined) {
                this.select({ kind: first.kind, id: first.id });
            }
        }
        if (this.summary === null) {
            this.summarise();
        }
    }

    /* What a person has in hand and the lists no longer have stays in sight; what cannot be sent is no longer chosen. */
    private holdOn(before: State): void {
        const s = this.selection;
        const incident = s?.kind === 'incident' ? before.incidents.get(s.id) : undefined;
        const report = s?.kind === 'report' ? before.reports.get(s.id) : undefined;
        if (incident !== undefined && !this.live.incidents.has(incident.id)) {
            this.left = { incident };
        } else if (report !== undefined && !this.live.reports.has(report.id)) {
            this.left = { report };
        }
        const gone = [...this.chosen, this.unitCursor ?? ''].filter((u) => before.units.has(u) && !this.live.units.has(u));
        for (const unit of new Set(gone)) {
            this.chosen.delete(unit);
            this.notice = { text: sayKey('unitLeft', before.units.get(unit)?.callsign ?? unit), bad: true };
        }
    }

    /* The timeline grows by what arrives; the rest of the sheet is read again. */
    private follow(frames: readonly Frame[]): void {
        const id = this.sheet.id;
        const news: Entry[] = [];
        let again = frames.some((f) => f.op === 'snapshot');
        for (const f of frames) {
            if (f.op === 'events') {
                for (const e of f.events) {
                    const touches = e.incident === id || (e.after?.assignments ?? []).some((a) => a.incident === id);
                    again ||= touches;
                    if (
                        touches &&
                        e.seq > this.sheet.timelineSeq &&
                        e.kind !== 'view.enter' &&
                        e.kind !== 'view.leave'
                    ) {
                        news.push(e);
                    }
                }
            }
        }
        if (id === '') {
            return;
        }
        if (news.length > 0 && this.sheet.timelineSeq > 0) {
            this.sheet = { ...this.sheet, timeline: [...this.sheet.timeline, ...news], timelineSeq: news.at(-1)!.seq };
        }
        if (again) {
            this.reread();
        }
    }

    /* Whether what an event opened is this seat's to deal with. */
    private comesHere(e: Entry): boolean {
        const incident = this.live.incidents.get(e.incident ?? '');
        const told = e.data?.['report'] as { id?: string } | undefined;
        const report = this.live.reports.get(told?.id ?? '');
        const of = seats.ownerOf(this.live, (incident ?? report)?.seat);
        const opens = e.kind === 'incident.opened' || e.kind === 'report.received';
        return opens && (this.live.seats.size === 0 || (this.seat !== undefined && of?.id === this.seat.id));
    }

    private hear(frames: readonly Frame[]): void {
        if (frames.some((f) => f.op === 'events' && f.events.some((e) => this.comesHere(e)))) {
            this.sound.blip();
        }
        const rows = this.alarmRows;
        const recent = rows.filter((a) => this.now - Date.parse(a.raised_at ?? '') < FLOOD_MS).length;
        this.flood = this.flood ? recent >= FLOOD_ENDS : recent > FLOOD_BEGINS;
        const ringing = rows.filter((a) => seats.rings(this.live, a, this.seat));
        const loud = ringing.filter((a) => alarmKind[a.kind].level <= 2);
        const fresh = loud.filter((a) => !this.spoken.has(a.id));
        this.spoken = new Set(loud.map((a) => a.id));
        if (fresh[0] !== undefined) {
            const [alarm, others] = [fresh[0], fresh.length - 1];
            const more = (l: Lang): string => (others > 0 ? ` ${translate(l, 'andMore', others)}` : '');
            this.alert = { id: alarm.id, text: said((l) => alarmSpoken(this.live, alarm, l) + more(l)) };
        }
        const mono = performance.now();
        const seen = new Map<string, number>();
        rows.forEach((a, place) => seen.set(`${place}:${a.id}`, this.alarmSeen.get(`${place}:${a.id}`) ?? mono));
        this.alarmSeen = seen;
        this.sound.alarms(ringing);
    }

    protected override ticked(): void {
        this.commands.tick();
        this.sound.tick();
    }

    private summarise(): void {
        const c = select.counts(this.live);
        this.summary = this.live.ready
            ? sayKey('summary', c.waiting, c.running, c.free, c.alarms[0] + c.alarms[1] + c.alarms[2])
            : null;
    }

    /* ---- selection and sheet ---- */

    select(selection: Selection): void {
        this.selection = selection;
        this.whyUnit = null;
        this.left = {};
        clearTimeout(this.selectTimer);
        if (selection?.kind === 'incident') {
            if (this.sheet.id !== selection.id) {
                this.sheet = emptySheet(selection.id);
                this.chosen.clear();
            }
            this.selectTimer = setTimeout(() => void this.readSheet(selection.id), SELECT_MS);
        } else {
            this.sheet = emptySheet('');
        }
    }

    /* The incident of the sheet: live, or as it was read when it has left the lists. */
    incident(): LiveIncident | undefined {
        if (this.selection?.kind !== 'incident') {
            return undefined;
        }
        const id = this.selection.id;
        const read = this.sheet.id === id ? this.sheet.detail : null;
        const live = this.live.incidents.get(id);
        return live ?? read?.incident ?? this.left.incident;
    }

    /* The orders of an incident as they were made: live ones, and on the sheet those that have ended and left the lists. */
    orders(incident: string): Assignment[] {
        const read = this.sheet.id === incident ? (this.sheet.detail?.assignments ?? []) : [];
        const all = new Map(read.map((a) => [a.id, a]));
        select.assignmentsOf(this.live, incident).forEach((a) => all.set(a.id, a));
        const made = (a: Assignment): number => Date.parse(a.reserved_at ?? a.dispatched_at ?? a.since ?? '');
        return [...all.values()].sort((a, b) => made(a) - made(b) || (a.id < b.id ? -1 : 1));
    }

    /* The report of the sheet: live, or as it was when it left the lists. */
    report(): Report | undefined {
        return this.selection?.kind === 'report'
            ? (this.live.reports.get(this.selection.id) ?? this.left.report)
            : undefined;
    }

    reread(): void {
        clearTimeout(this.rereadTimer);
        this.rereadTimer = setTimeout(() => {
            if (this.sheet.id !== '') {
                void this.readSheet(this.sheet.id);
            }
        }, REREAD_MS);
    }

    private async readSheet(id: string): Promise<void> {
        const token = this.session?.token;
        if (token === undefined) {
            return;
        }
        const path = `/incidents/${encodeURIComponent(id)}`;
        const advise = getJson<Recommendation>(token, `${path}/recommendation`);
        const [detail, timeline, advice] = await Promise.allSettled([
            getJson<Detail>(token, path),
            getJson<Timeline>(token, `${path}/timeline`),
            advise,
        ]);
        if (this.sheet.id !== id) {
            return;
        }
        const failed = detail.status === 'rejected' ? problemFrom(detail.reason) : null;
        if (failed !== null) {
            this.unauthorised(failed);
        }
        const read =
            timeline.status === 'fulfilled' && timeline.value.seq >= this.sheet.timelineSeq ? timeline.value : null;
        this.sheet = {
            ...this.sheet,
            loading: false,
            problem: failed,
            detail: detail.status === 'fulfilled' ? detail.value : this.sheet.detail,
            timeline: read?.events ?? this.sheet.timeline,
            timelineSeq: read?.seq ?? this.sheet.timelineSeq,
            advice: advice.status === 'fulfilled' ? advice.value : this.sheet.advice,
            adviceMono: advice.status === 'fulfilled' ? performance.now() : this.sheet.adviceMono,
        };
    }

    async closedIncidents(): Promise<LiveIncident[] | Problem> {
        try {
            const read = await getJson<{ incidents?: LiveIncident[]; items?: LiveIncident[] }>(
                this.session?.token ?? '',
                '/incidents?status=closed',
            );
            return read.incidents ?? read.items ?? [];
        } catch (e) {
            return problemFrom(e);
        }
    }

    /* ---- commands ---- */

    send<T extends CommandWord>(type: T, data: CommandData[T], incident?: string, rev?: number): Promise<Outcome> {
        this.notice = this.told = null;
        const outcome = this.commands.send(type, data, incident, rev);
        if (type === 'report.receive' || type === 'incident.open') {
            void outcome.then((o) => {
                // Once the form that sent it has gone.
                setTimeout(() => {
                    if (o.seq !== undefined) {
                        this.receipts.expect(o.seq);
                        this.tellReceipts();
                    }
                });
            });
        }
        return outcome;
    }

    private tellReceipts(): void {
        for (const r of this.receipts.ready(this.live.last)) {
            const where = placeOf(r);
            this.told = { text: said((l) => receiptText(this.live, r, l)), where };
            if (r.asked && where !== null && this.form === null && !typing()) {
                this.select(where);
                void keepFocus();
            }
        }
    }

    /* A point for each zone, read again when the city has changed. */
    zonePoints(): Promise<ReadonlyMap<string, ZonePoint>> {
        const city = this.live.city.zones;
        if (this.zones === null || this.zones.of !== city) {
            const points = getOutlines(this.session?.token ?? '').then(zonePoints);
            this.zones = { of: city, points };
            points.catch(() => (this.zones = null)); // the next form asks again
        }
        return this.zones.points;
    }

    /* Sends and tells in the notice line; for one-key steps that have no form. */
    async sendAndTell<T extends CommandWord>(type: T, data: CommandData[T], incident?: string): Promise<boolean> {
        const outcome = await this.send(type, data, incident);
        if (outcome.problem !== undefined) {
            this.tell(outcome.problem, incident);
        }
        return outcome.problem === undefined;
    }

    tell(p: Problem, incident: string | undefined): void {
        const parts = (l: Lang): string[] => [sentence(p, l), this.hintOf(p, incident, l)];
        const text = said((l) => parts(l).filter((t) => t !== '').join(' · '));
        this.notice = { text, bad: true, support: support(p) };
    }

    say(text: Said): void {
        this.notice = { text, bad: false };
    }

    /* ms since a unit's newest fix; NaN without one. */
    fixAge(unit: string | undefined): number {
        const fix = this.live.fixes.get(unit ?? '');
        return fix === undefined ? NaN : Math.max(0, this.now - fix.at);
    }

    isPending(incident: string): Sent | undefined {
        return this.pending.find((p) => p.incident === incident);
    }

    open(form: OpenForm): void {
        this.form = form;
    }

    /* ---- seats ---- */

    burden(of: Seat | undefined): seats.Burden {
        return this.burdens.get(of?.id ?? '') ?? { load: 0, unread: 0 };
    }

    showSeat(kind: 'mine' | 'board'): void {
        this.seatView = { kind };
        this.show('queue');
    }

    /* Signing out with work at the seat is not done at once: the seat says what is to be handed over. */
    async leaveDesk(): Promise<void> {
        if (this.burden(this.seat).load > 0) {
            this.signingOut = true;
            this.showSeat('mine');
        } else {
            await this.signOut();
        }
    }

    /* Whether this person may sit at a seat, and there are any. */
    get sits(): boolean {
        const role = this.live.role || (this.session?.role ?? '');
        return seats.SITTERS.includes(role) && this.live.audience === 'operations' && this.live.seats.size > 0;
    }

    /* How the person stands to the seats; `asked` lays the question over the desk. */
    get post(): 'unknown' | 'none' | 'seated' | 'looking' | 'asked' {
        if (!this.live.ready) {
            return 'unknown';
        }
        if (!this.sits) {
            return 'none';
        }
        return this.seat !== undefined ? 'seated' : this.lookOnly || this.seatView !== null ? 'looking' : 'asked';
    }

    /* Who was relieved is not asked for another seat at once. */
    private noticeSeat(before: State): void {
        const had = seats.seatOf(before, this.session?.username);
        const now = had === undefined ? undefined : this.live.seats.get(had.id);
        if (now !== undefined && now.person !== had?.person) {
            this.lookOnly = true;
            this.seatView = null;
            const next = now.person ?? '';
            this.notice = {
                text: next === '' ? sayKey('seatLeft', now.code ?? '') : sayKey('seatTakenBy', now.code ?? '', next),
                bad: next !== '' && had?.handing_to !== next,
            };
        }
    }

    /* The sheet that was signed, as it stands in the log. */
    async signedSheet(seat: Seat): Promise<seats.Work | Problem> {
        try {
            const after = Math.max(0, (seat.sheet_seq ?? 0) - 1);
            const read = await getJson<Entry[]>(this.session?.token ?? '', `/events?after=${after}&limit=1`);
            const signed = read.find((e) => e.kind === 'seat.handing_over' && e.data?.['seat'] === seat.id);
            return signed === undefined ? { code: 'not_found', status: 404 } : seats.workSigned(signed.data ?? {});
        } catch (e) {
            const p = problemFrom(e);
            this.unauthorised(p);
            return p;
        }
    }

    readItem(kind: 'incident' | 'report', id: string): void {
        if (this.seat !== undefined) {
            const data = { seat: this.seat.id };
            void this.sendAndTell(
                'seat.read',
                kind === 'incident' ? { ...data, incidents: [{ incident: id }] } : { ...data, reports: [{ report: id }] },
            );
        }
    }

    /* ---- alarms ---- */

    private standsInPlace(a: Alarm): boolean {
        const since = this.alarmSeen.get(`0:${a.id}`);
        return since !== undefined && performance.now() - since > ALARM_READ_MS;
    }

    /* A key acts only on an alarm that has stood in its place long enough to have been read. Notice is taken of what is one's
     * own; what is somebody else's is only opened. */
    topAlarm(): void {
        const top = this.alarmRows[0];
        if (top !== undefined && this.standsInPlace(top)) {
            const placed = this.live.seats.size === 0 || this.seat !== undefined;
            if (placed && seats.concerns(this.live, top, this.seat)) {
                this.acknowledge(top);
            }
            this.openAlarm(top);
        }
    }

    acknowledge(a: Alarm): void {
        if (seats.unnoticed(a) && this.may('alarm.acknowledge', commandWords['alarm.acknowledge'].roles)) {
            void this.sendAndTell('alarm.acknowledge', { alarm: a.id }, a.incident);
        }
    }

    openAlarm(alarm: Alarm): void {
        if (alarm.kind === 'handover_unread' || alarm.kind === 'seats_empty') {
            this.showSeat(this.seat !== undefined && alarm.about === this.seat.id ? 'mine' : 'board');
            return;
        }
        const incident = alarm.incident ?? this.live.assignments.get(alarm.assignment ?? '')?.incident;
        if (incident !== undefined) {
            this.select({ kind: 'incident', id: incident });
            this.show('sheet');
        } else if (alarm.report !== undefined) {
            this.select({ kind: 'report', id: alarm.report });
            this.show('sheet');
        } else if (alarm.unit !== undefined) {
            this.unitCursor = alarm.unit;
            this.show('units');
        }
    }
}

export const desk = new Desk();
