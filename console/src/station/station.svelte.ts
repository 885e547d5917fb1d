// The station desk: incidents of its zone, its units, and what the desk may do for them.
import { filled } from '../i18n/common';
import { DeskLine } from '../shared/desk_line.svelte';
import { problemFrom } from '../shared/problems';
import { Ring } from '../shared/ring.svelte';
import { getJson } from '../store/http';
import { orderOfProposal, type Move, type Moves } from '../store/cover';
import { peopleFor, type Person } from '../store/people';
import * as seats from '../store/seats';
import type { Entry, LiveUnit, Problem } from '../wire/frames';
import type { Alarm, Assignment, AssignmentStatusWord, CommandData, CommandWord, DeclineReasonWord } from '../wire/types';
import type { DestinationWord, Seat } from '../wire/types';
import { dutyNow, shiftEnd } from '../shared/shift';
import { en } from './en';
import { zh } from './zh';
import { alarmsOf, calledOf, mayTakeHere, rowsOf, slotFor, unitsOf, unnamed, zonesOf, type Row } from './zone';

export type Key = keyof typeof zh;
export type Area = 'list' | 'details' | 'units';
export type Asking =
    | { kind: 'dispatch'; unit: LiveUnit }
    | { kind: 'decline' | 'expect' | 'feedback' | 'transport' | 'report'; order: Assignment }
    | { kind: 'note' }
    | null;

class Station extends DeskLine {
    area = $state<Area>('list'); // the one in sight on a phone
    which = $state<'all' | 'ours' | 'waiting'>('all');
    everyUnit = $state(false);
    asking = $state.raw<Asking>(null);
    seatOpen = $state(false); // the seat stands where the details stand
    readonly ring = new Ring();
    readonly seat = $derived(seats.seatOf(this.live, this.session?.username));

    constructor() {
        super('station', 'dark');
    }

    t(key: Key, ...args: (string | number)[]): string {
        return filled((this.lang === 'zh' ? zh : en)[key], args);
    }

    override boot(): void {
        this.ring.listen();
        super.boot();
    }

    protected override forgotten(): void {
        super.forgotten();
        this.asking = null;
        this.area = 'list';
        this.seatOpen = false;
        this.ring.want(null);
    }

    /* An order that waits for a unit's name rings until it has one. */
    protected override ticked(): void {
        super.ticked();
        this.ring.want(this.session !== null && this.called.length > 0 ? 'called' : null);
        this.ring.tick();
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

    override pick(id: string): void {
        if (id !== this.picked) {
            this.asking = null;
        }
        this.seatOpen = false;
        super.pick(id);
    }

    /* Orders to this station that name no unit yet, by their clock. */
    get called(): Assignment[] {
        return calledOf(this.live, this.zones);
    }

    get alarms(): Alarm[] {
        return alarmsOf(this.live, this.zones, this.seat);
    }

    get seatsHere(): Seat[] {
        return mayTakeHere(this.live, this.zones, this.live.role || (this.session?.role ?? ''));
    }

    open(id: string): void {
        this.pick(id);
        this.area = 'details';
    }

    /* To the incident of an order that wants a name, and to the units to choose from. */
    answer(order: Assignment): void {
        this.pick(order.incident ?? '');
        this.area = 'units';
    }

    showSeat(open: boolean): void {
        this.seatOpen = open;
        this.problem = null;
        this.area = open ? 'details' : this.area;
    }

    /* ---- what the desk does ---- */

    private async did<T extends CommandWord>(type: T, data: CommandData[T]): Promise<boolean> {
        return (await this.send(type, data, this.picked ?? undefined)).problem === undefined;
    }

    async dispatch(unit: LiveUnit): Promise<void> {
        const row = this.row;
        this.asking = null;
        const called = row?.orders.find((a) => unnamed(a, this.zones));
        if (called !== undefined) {
            await this.did('assignment.name', { assignment: called.id, unit: unit.id });
        } else if (row !== undefined) {
            const slot = slotFor(row.incident, row.orders, unit)?.slot;
            const data = { incident: row.id, units: [{ unit: unit.id }], ...(slot === undefined ? {} : { slot }) };
            await this.did('assignment.dispatch', data);
        }
    }

    /* ---- units that move up ---- */

    async moveByProposal(told: Moves, move: Move): Promise<boolean> {
        return this.did('unit.move_up', orderOfProposal(told, move));
    }

    async moveTo(unit: LiveUnit, circle: string): Promise<boolean> {
        return this.did('unit.move_up', { unit: unit.id, circle, why: 'circle' });
    }

    private moving(unit: LiveUnit): { unit: string; number?: number } {
        return { unit: unit.id, ...(unit.move?.number === undefined ? {} : { number: unit.move.number }) };
    }

    async moveSign(unit: LiveUnit): Promise<void> {
        await this.did('unit.move_up_acknowledge', { ...this.moving(unit), by: 'radio' });
    }

    async moveArrive(unit: LiveUnit): Promise<void> {
        await this.did('unit.move_up_arrive', { ...this.moving(unit), by: 'radio' });
    }

    async moveRefuse(unit: LiveUnit, reason: DeclineReasonWord): Promise<void> {
        await this.did('unit.move_up_refuse', { ...this.moving(unit), reason, by: 'radio' });
    }

    async moveRecall(unit: LiveUnit): Promise<void> {
        await this.did('unit.move_up_recall', this.moving(unit));
    }

    async step(order: Assignment, to: AssignmentStatusWord): Promise<void> {
        const data = { assignment: order.id, by: 'radio' as const };
        if (to === 'declined' || to === 'transporting') {
            this.asking = { kind: to === 'declined' ? 'decline' : 'transport', order };
        } else if (to === 'acknowledged') {
            await this.did('assignment.acknowledge', data);
        } else {
            await this.did('assignment.progress', { ...data, status: to });
        }
    }

    /* An order to the station itself is declined by the desk, not for somebody. */
    async decline(order: Assignment, reason: DeclineReasonWord): Promise<void> {
        this.asking = null;
        const by = order.unit === undefined ? {} : { by: 'radio' as const };
        await this.did('assignment.decline', { assignment: order.id, reason, ...by });
    }

    async transport(order: Assignment, destination: DestinationWord, place: string): Promise<boolean> {
        const where = place === '' ? { destination } : { destination, destination_place: place };
        const data = { assignment: order.id, status: 'transporting' as const, by: 'radio' as const, ...where };
        return this.close(await this.did('assignment.progress', data));
    }

    async report(order: Assignment, note: string): Promise<boolean> {
        return this.close(await this.did('assignment.report', { assignment: order.id, note, by: 'radio' }));
    }

    async safe(order: Assignment): Promise<void> {
        await this.did('assignment.safe', { assignment: order.id, by: 'radio' });
    }

    async spoke(order: Assignment): Promise<void> {
        await this.did('assignment.speak', { assignment: order.id, by: 'radio' });
    }

    async notice(alarm: Alarm): Promise<void> {
        await this.did('alarm.acknowledge', { alarm: alarm.id });
    }

    async seen(order: Assignment): Promise<void> {
        await this.did('assignment.acknowledge_change', { assignment: order.id, by: 'radio' });
    }

    async feedback(data: CommandData['assignment.feedback']): Promise<boolean> {
        return this.close(await this.did('assignment.feedback', { ...data, by: 'radio' }));
    }

    async note(note: string): Promise<boolean> {
        return this.close(await this.did('incident.note', { incident: this.picked ?? '', note }));
    }

    async duty(unit: LiveUnit, on: boolean, until = ''): Promise<void> {
        const end = on ? shiftEnd(until, this.now, this.live.city.offsets) : {};
        await this.did(on ? 'unit.sign_on' : 'unit.sign_off', { unit: unit.id, ...end, by: 'radio' });
    }

    /* The shift ends at another time; the unit stays as free as it is. */
    async shift(unit: LiveUnit, until: string): Promise<boolean> {
        const end = shiftEnd(until, this.now, this.live.city.offsets);
        return this.did('unit.status', { unit: unit.id, ...dutyNow(unit), ...end, by: 'radio' });
    }

    async expect(order: Assignment, minutes: number): Promise<boolean> {
        const free_at = new Date(this.now + minutes * 60_000).toISOString();
        return this.close(await this.did('assignment.expect', { assignment: order.id, free_at, by: 'radio' }));
    }

    /* ---- the seat ---- */

    async takeSeat(seat: Seat, read: seats.Work | null): Promise<boolean> {
        const lists =
            read === null
                ? {}
                : {
                      incidents: read.incidents.map((incident) => ({ incident })),
                      reports: read.reports.map((report) => ({ report })),
                  };
        return this.did('seat.take', { seat: seat.id, ...lists });
    }

    async handOver(seat: Seat, to: string, note: string): Promise<boolean> {
        const said = note === '' ? {} : { note };
        return this.did('seat.hand_over', { seat: seat.id, ...(to === '' ? {} : { to, ...said }) });
    }

    async leaveSeat(seat: Seat): Promise<boolean> {
        return this.did('seat.leave', { seat: seat.id });
    }

    /* Everything that came over was read. */
    async readSeat(seat: Seat): Promise<boolean> {
        const work = seats.workOf(this.live, seat);
        const fresh = (things: ReadonlyMap<string, { unread?: boolean }>) => (id: string) => things.get(id)?.unread === true;
        return this.did('seat.read', {
            seat: seat.id,
            incidents: work.incidents.filter(fresh(this.live.incidents)).map((incident) => ({ incident })),
            reports: work.reports.filter(fresh(this.live.reports)).map((report) => ({ report })),
        });
    }

    /* The sheet as it was signed, from its row of the log. */
    async sheetOf(seat: Seat): Promise<seats.Work | Problem> {
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

    /* Who may take the seat next; nobody where that list cannot be read. */
    async peopleOf(seat: string): Promise<readonly Person[]> {
        const path = `/people?seat=${encodeURIComponent(seat)}`;
        const read = await getJson<{ people: Person[] }>(this.session?.token ?? '', path).catch(() => ({ people: [] }));
        return peopleFor(read.people, this.session?.username ?? '');
    }

    /* What was refused stays open with what was typed. */
    private close(done: boolean): boolean {
        this.asking = done ? null : this.asking;
        return done;
    }
}

export const station = new Station();
