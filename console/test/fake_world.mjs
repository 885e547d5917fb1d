// A small world for the fake server: enough of the life cycle to drive every control of the desk, with the wire's own
// shapes. It is a test double, not a second core: its rules are the least that the screens need.
import { createHash } from 'node:crypto';

const RADIUS_KMH = 40;
const hash8 = (text) => createHash('sha256').update(text).digest('hex').slice(0, 16);

const types = [
    ['10.01.01.01', '入室盗窃正在发生', 'burglary in progress', 1],
    ['10.03.01.00', '持刀伤人', 'stabbing', 1],
    ['20.04.02.00', '噪音扰民', 'noise', 4],
    ['20.03.01.00', '商铺纠纷', 'dispute in a shop', 3],
    ['30.01.00.00', '交通事故', 'traffic collision', 3],
    ['30.02.00.00', '交通事故伤人', 'collision with injuries', 2],
    ['50.01.00.00', '求助', 'call for help', 4],
    ['10.01.03.00', '盗窃车内财物', 'theft from a vehicle', 3],
].map(([code, name_zh, name_en, priority]) => ({ code, name_zh, name_en, priority, feedback: true }));

const tierOf = (type) => types.find((t) => t.code === type)?.priority ?? 0;
const minute = 60_000;
const dispatchMs = [0, minute, minute, 3 * minute, 15 * minute];

export class FakeWorld {
    constructor({ units = 24, now = () => Date.now() } = {}) {
        this.now = now;
        this.seq = 0;
        this.hash = hash8('world');
        this.log = [];
        this.ids = { i: 0, r: 0, a: 0, m: 0 };
        this.numbered = 0;
        this.answers = new Map();
        this.incidents = new Map();
        this.reports = new Map();
        this.assignments = new Map();
        this.units = new Map();
        this.alarms = new Map();
        this.seats = new Map();
        this.personal = new Map();
        this.sealed = new Map(); // of a seat or an alarm: {note@17: text}
        this.places = new Map();
        this.stopped = false;
        this.city = {
            name: '澜浦区 (虚构)',
            name_en: 'Lanpu district (invented)',
            capabilities: ['armed', 'mediation'],
            zones: [
                { id: 'live-z1', code: 'LP', name_zh: '澜浦分局辖区', name_en: 'Lanpu district', kind: 'district' },
                {
                    id: 'live-z2',
                    code: 'QX',
                    name_zh: '桥西派出所',
                    name_en: 'Qiaoxi station',
                    kind: 'station',
                    parent: 'live-z1',
                },
            ],
            types,
            offsets: [{ from: '1992-01-01T00:00:00.000000Z', offset_min: 480 }],
        };
        const kinds = ['patrol', 'traffic', 'station', 'public_order'];
        for (let n = 1; n <= units; n++) {
            const id = `live-u${n}`;
            const police_type = kinds[n % 4];
            const prefix = { patrol: '巡', traffic: '交', station: '所', public_order: '治' }[police_type];
            this.units.set(id, {
                id,
                callsign: `${prefix}0${130 + n}`,
                police_type,
                on_duty: true,
                status: 'available',
                crew: 2,
                zone: 'live-z2',
                home_lon: 122.6 + n / 500,
                home_lat: 29.4 + (n % 7) / 300,
                status_since: this.instant(),
            });
            this.places.set(id, { lon: 122.6 + n / 500, lat: 29.4 + (n % 7) / 300, at: this.now() });
        }
        for (const [code, name_zh, name_en, person] of [
            ['00', '指挥长席', 'Commander', 'commander'],
            ['01', '一号席', 'Seat 1', 'operator'],
            ['02', '二号席', 'Seat 2', 'wang'],
            ['03', '三号席', 'Seat 3'],
        ]) {
            this.seats.set(`live-s${code}`, {
                id: `live-s${code}`,
                code,
                name_zh,
                name_en,
                ...(code === '00' ? { commander: true } : {}),
                ...(code === '02' ? { zones: [{ zone: 'live-z2' }], tiers: ['3', '4'] } : {}),
                ...(person === undefined
                    ? { vacant_since: this.instant() }
                    : { person, person_since: this.instant() }),
                load: 0,
                unread: 0,
            });
        }
        this.row('system', [{ kind: 'world.created', data: { world: 'live' } }], {});
    }

    seal(id, name, text) {
        this.sealed.set(id, { ...this.sealed.get(id), [name]: text });
    }

    instant(ms = this.now()) {
        return new Date(ms).toISOString().replace('Z', '000Z');
    }

    id(letter) {
        return `live-${letter}${++this.ids[letter]}`;
    }

    number() {
        const day = this.instant().slice(0, 10).replaceAll('-', '');
        return `${day}-${String(400 + ++this.numbered).padStart(6, '0')}`;
    }

    /* GET /city as GeoJSON. */
    outlines() {
        const ring = [[122.6, 29.4], [122.66, 29.4], [122.66, 29.44], [122.6, 29.44], [122.6, 29.4]];
        const features = this.city.zones.map((z) => ({
            type: 'Feature',
            id: z.id,
            geometry: { type: 'MultiPolygon', coordinates: [[ring]] },
            properties: z,
        }));
        return { type: 'FeatureCollection', seq: this.seq, features };
    }

    unitOut(u) {
        const p = this.places.get(u.id);
        return p === undefined
            ? u
            : { ...u, place: { lon: p.lon, lat: p.lat, at: this.instant(p.at), age_ms: this.now() - p.at } };
    }

    liveAssignments() {
        return [...this.assignments.values()].filter((a) => this.incidents.get(a.incident)?.status !== 'closed');
    }

    snapshotData() {
        return structuredClone({
            clock_rate: 1,
            city: this.city,
            plan: {
                id: 'default',
                version: 1,
                name_zh: '默认处置预案',
                name_en: 'Default plan',
                rules: [{ id: 'base', name_zh: '每警必处', name_en: 'every incident' }],
            },
            automation: { stopped: this.stopped },
            incidents: [...this.incidents.values()].filter((i) => i.status !== 'closed'),
            reports: [...this.reports.values()].filter(
                (r) =>
                    r.status === 'open' ||
                    (r.status === 'linked' && this.incidents.get(r.incident)?.status !== 'closed'),
            ),
            assignments: this.liveAssignments().filter(
                (a) =>
                    !['cleared', 'declined', 'expired', 'cancelled'].includes(a.status) ||
                    (a.feedback_due && !a.feedback_given),
            ),
            units: [...this.units.values()].map((u) => this.unitOut(u)),
            seats: [...this.seats.values()],
            alarms: [...this.alarms.values()],
        });
    }

    /* One accepted command: its events share a seq; the last one carries the whole objects as they are after it. */
    row(person, events, touched, role = 'operator') {
        this.seq++;
        this.hash = hash8(`${this.hash}${this.seq}`);
        const at = this.instant();
        const by = { person, role };
        this.count();
        const entries = events.map((e, n) => ({ seq: this.seq, n, at, by, ...e }));
        const after = {};
        for (const [name, ids] of Object.entries(touched)) {
            const list = [...ids];
            if (name === 'alarms_cleared') {
                after[name] = list;
            } else {
                after[name] = list.map((id) =>
                    name === 'units' ? this.unitOut(this.units.get(id)) : this[name].get(id),
                );
            }
        }
        entries.at(-1).after = after;
        const row = structuredClone({ seq: this.seq, hash: this.hash, at, entries });
        this.log.push(row);
        return row;
    }

    /* ---- seats ---- */

    seatOf(person) {
        return [...this.seats.values()].find((s) => s.person === person);
    }

    ownerOf(thing) {
        return this.seats.get(thing.seat ?? 'live-s00');
    }

    owns(seat) {
        return [
            ...[...this.incidents.values()].filter((i) => i.status !== 'closed'),
            ...[...this.reports.values()].filter((r) => r.status === 'open'),
        ].filter((x) => this.ownerOf(x) === seat);
    }

    /* What seats carry follows from what things name: as at the server, no frame comes when only that changes. */
    count() {
        for (const s of this.seats.values()) {
            const mine = this.owns(s);
            Object.assign(s, { load: mine.length, unread: mine.filter((x) => x.unread).length });
        }
    }

    /* A thing goes to a seat, and its alarms with it. */
    own(thing, seat, unread, touched) {
        const name = this.incidents.get(thing.id) === thing ? 'incident' : 'report';
        Object.assign(thing, { seat: seat.id, unread });
        if (!unread) {
            delete thing.unread;
        }
        if (name === 'incident') {
            thing.owner = { seat: seat.code, person: seat.person };
        }
        (touched[`${name}s`] ??= new Set()).add(thing.id);
        for (const m of this.alarms.values()) {
            if (m[name] === thing.id) {
                m.seat = seat.id;
                (touched.alarms ??= new Set()).add(m.id);
            }
        }
    }

    /* What came over rings until it is read. */
    ringUnread(touched, events) {
        for (const s of this.seats.values()) {
            const about = (m) => m.kind === 'handover_unread' && m.about === s.id;
            const should = s.person !== undefined && this.owns(s).some((x) => x.unread);
            const stands = [...this.alarms.values()].some(about);
            if (should && !stands) {
                this.alarm('handover_unread', touched, events, { about: s.id, seat: s.id });
            } else if (!should && stands) {
                this.clearAlarms(about, touched, events);
            }
        }
    }

    frame(row) {
        return { op: 'events', from: row.seq, to: row.seq, hash: row.hash, at: row.at, events: row.entries };
    }

    /* ---- deriving ---- */

    of(incident) {
        return [...this.assignments.values()].filter((a) => a.incident === incident);
    }

    derive(i, touched) {
        const on = this.of(i.id).filter(
            (a) => !['cleared', 'declined', 'expired', 'cancelled', 'reserved'].includes(a.status),
        );
        const owed = this.of(i.id).some((a) => a.feedback_due && !a.feedback_given);
        const status =
            i.held_until !== undefined
                ? 'held'
                : on.some((a) => a.status === 'on_scene')
                  ? 'on_scene'
                  : on.length > 0
                    ? 'assigned'
                    : owed
                      ? 'feedback_due'
                      : 'waiting';
        if (status !== i.status) {
            i.status = status;
            i.status_since = this.instant();
        }
        (touched.incidents ??= new Set()).add(i.id);
    }

    deriveUnit(u, touched) {
        const mine = [...this.assignments.values()].filter(
            (a) => a.unit === u.id && a.ended_at === undefined && a.status !== 'reserved',
        );
        const active = mine.find((a) => a.active) ?? mine[0];
        const status = !u.on_duty
            ? 'off_duty'
            : active === undefined
              ? u.reason === undefined
                  ? 'available'
                  : 'unavailable'
              : ['dispatched', 'acknowledged'].includes(active.status)
                ? 'assigned'
                : active.status;
        if (status !== u.status) {
            u.status = status;
            u.status_since = this.instant();
        }
        (touched.units ??= new Set()).add(u.id);
    }

    needs(tier) {
        const due_at = this.instant(this.now() + (dispatchMs[tier] ?? 3 * minute));
        const slots = [{ slot: 1, police_type: tier <= 2 ? 'patrol' : 'station', rule: 'base', due_at }];
        return tier === 1 || tier === 2 ? [...slots, { slot: 2, police_type: 'traffic', rule: 'base', due_at }] : slots;
    }

    distanceMs(u, place) {
        const p = this.places.get(u.id) ?? { lon: u.home_lon, lat: u.home_lat };
        const dx = (p.lon - (place?.lon ?? 122.62)) * 97;
        const dy = (p.lat - (place?.lat ?? 29.41)) * 111;
        return Math.round(((Math.hypot(dx, dy) * 1.3) / RADIUS_KMH) * 3_600_000) + 20_000;
    }

    advice(i) {
        const taken = new Set();
        const here = new Set(
            this.of(i.id)
                .filter((a) => a.ended_at === undefined)
                .map((a) => a.unit),
        );
        const judge = (u, need) => {
            const eta_ms = this.distanceMs(u, i.place);
            const reason = here.has(u.id)
                ? 'already_here'
                : !u.on_duty
                  ? 'off_duty'
                  : u.status === 'unavailable'
                    ? 'unavailable'
                    : u.status !== 'available'
                      ? 'busy'
                      : need.police_type !== u.police_type
                        ? 'wrong_type'
                        : taken.has(u.id)
                          ? 'taken'
                          : i.place.lon === undefined
                            ? 'unreachable'
                            : 'slower';
            return {
                unit: u.id,
                callsign: u.callsign,
                eta_ms,
                score_ms: eta_ms + 4000,
                score_zone_ms: 3000,
                score_age_ms: 1000,
                position_age_ms: 900,
                reason,
                status: u.status,
            };
        };
        const slots = (i.requirements ?? []).map((need) => {
            const all = [...this.units.values()].map((u) => judge(u, need)).sort((a, b) => a.score_ms - b.score_ms);
            const fit = all.filter((c) => c.reason === 'slower');
            const best = fit[0];
            const passed = {};
            all.filter((c) => c.reason !== 'slower').forEach((c) => {
                passed[c.reason] = (passed[c.reason] ?? 0) + 1;
            });
            if (best !== undefined) {
                best.reason = 'chosen';
                taken.add(best.unit);
            }
            return {
                slot: need.slot,
                police_type: need.police_type,
                ...(best === undefined
                    ? {}
                    : { chosen: { unit: best.unit, eta_ms: best.eta_ms, score_ms: best.score_ms } }),
                considered: fit
                    .slice(0, 9)
                    .map((c) => (c === best ? c : { ...c, flip_ms: c.score_ms - best.score_ms })),
                passed: Object.entries(passed).map(([reason, count]) => ({ reason, count })),
            };
        });
        return {
            incident: i.id,
            at: this.instant(),
            engine: 'great-circle/1',
            plan: 'default',
            plan_version: 1,
            slots,
            live_engine: 'great-circle/1',
            units: this.beside(i, judge),
        };
    }

    /* Every unit beside every open slot, each judged alone. */
    beside(i, judge) {
        const filled = new Set(
            this.of(i.id)
                .filter((a) => a.ended_at === undefined || a.status === 'cleared')
                .map((a) => a.slot),
        );
        return (i.requirements ?? [])
            .filter((need) => !filled.has(need.slot))
            .flatMap((need) => {
                const all = [...this.units.values()]
                    .map((u) => ({ ...judge(u, need), slot: need.slot }))
                    .map((c) => (c.reason === 'taken' ? { ...c, reason: 'slower' } : c))
                    .sort(
                        (a, b) =>
                            (a.reason === 'slower' ? 0 : 1) - (b.reason === 'slower' ? 0 : 1) ||
                            a.score_ms - b.score_ms,
                    );
                if (all[0]?.reason === 'slower') {
                    all[0].reason = 'chosen';
                }
                return all;
            });
    }

    alarm(kind, touched, events, fields) {
        const id = this.id('m');
        const of = this.incidents.get(fields.incident) ?? this.reports.get(fields.report) ?? {};
        this.alarms.set(id, {
            id,
            kind,
            state: 'standing',
            raised_at: this.instant(),
            due_at: this.instant(this.now() + minute),
            ...(of.seat === undefined ? {} : { seat: of.seat }),
            ...fields,
        });
        (touched.alarms ??= new Set()).add(id);
        events.push({
            kind: 'alarm.raised',
            ...(fields.incident ? { incident: fields.incident } : {}),
            data: { alarm: this.alarms.get(id) },
        });
    }

    clearAlarms(test, touched, events) {
        for (const m of [...this.alarms.values()].filter(test)) {
            this.alarms.delete(m.id);
            touched.alarms?.delete(m.id);
            (touched.alarms_cleared ??= new Set()).add(m.id);
            events.push({
                kind: 'alarm.cleared',
                ...(m.incident ? { incident: m.incident } : {}),
                data: { alarm: m.id, kind: m.kind },
            });
        }
    }
}
