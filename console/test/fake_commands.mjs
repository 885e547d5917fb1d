// What the fake world does with each command: checks, events, changes. Refusals use the server's own codes.
import { seatCommands } from './fake_seats.mjs';

export class Refused extends Error {
    constructor(code, status, field, hint) {
        super(code);
        this.problem = {
            type: `/api/problems/${code}`,
            title: code.replaceAll('_', ' '),
            status,
            code,
            ...(field ? { field } : {}),
            ...(hint ? { hint } : {}),
        };
    }
}
const refuse = (code, status = 409, field, hint) => {
    throw new Refused(code, status, field, hint);
};
const ended = ['cleared', 'declined', 'expired', 'cancelled'];
const legal = {
    reserved: ['dispatched', 'cancelled'],
    dispatched: ['acknowledged', 'en_route', 'staged', 'on_scene', 'cleared', 'declined', 'cancelled'],
    acknowledged: ['en_route', 'staged', 'on_scene', 'cleared', 'declined', 'cancelled'],
    en_route: ['staged', 'on_scene', 'cleared', 'declined', 'cancelled'],
    staged: ['en_route', 'on_scene', 'cleared', 'cancelled'],
    on_scene: ['transporting', 'cleared'],
    transporting: ['on_scene', 'cleared'],
};

const incident = (w, d) => w.incidents.get(d.incident) ?? refuse('no_such_incident', 404, 'incident');
function openIncident(w, d) {
    const i = incident(w, d);
    return i.status === 'closed' ? refuse('incident_closed') : i;
}
const assignment = (w, d) => w.assignments.get(d.assignment) ?? refuse('no_such_assignment', 404, 'assignment');
const report = (w, d) => w.reports.get(d.report) ?? refuse('no_such_report', 404, 'report');
const unit = (w, d) => w.units.get(d.unit) ?? refuse('no_such_unit', 404, 'unit');

function placeIn(w, p) {
    if ((p.state === 'known' || p.state === 'approximate') && p.lon === undefined) {
        refuse('place_needed', 422, 'place.lon');
    }
    return {
        state: p.state,
        ...(p.lon === undefined ? {} : { lon: p.lon, lat: p.lat }),
        zone: 'live-z2',
        ...(p.address ? { address: p.address } : {}),
        ...(p.flags ? { flags: p.flags } : {}),
    };
}

function newIncident(w, who, r, d, touched, events) {
    const type = d.type ?? r?.type ?? '';
    if (type !== '' && !w.city.types.some((t) => t.code === type)) {
        refuse('no_such_type', 422, 'type');
    }
    const tier = type === '' ? 3 : w.city.types.find((t) => t.code === type).priority;
    const i = {
        id: w.id('i'),
        number: r?.number ?? w.number(),
        rev: 1,
        ...(type ? { type_reported: type, type_dispatched: type } : {}),
        tier,
        priority: tier,
        status: 'waiting',
        channel: r?.channel ?? d.channel ?? '110',
        by_person: true,
        seat: (w.seatOf(who) ?? w.seats.get('live-s00')).id,
        owner: { seat: (w.seatOf(who) ?? w.seats.get('live-s00')).code, person: who },
        place: r?.place ?? placeIn(w, d.place ?? { state: 'unknown' }),
        opened_at: w.instant(),
        status_since: w.instant(),
        plan: 'default',
        plan_version: 1,
        rules: [{ rule: 'base' }],
        requirements: w.needs(tier),
        report_count: r ? 1 : 0,
        ...(r?.cues ? { cues: r.cues } : {}),
    };
    w.incidents.set(i.id, i);
    (touched.incidents ??= new Set()).add(i.id);
    events.push({ kind: 'incident.opened', incident: i.id, data: { incident: { ...i } } });
    events.push({
        kind: 'incident.tiered',
        incident: i.id,
        data: { incident: i.id, tier, plan: 'default', plan_version: 1, rules: i.rules, requirements: i.requirements },
    });
    if (tier <= 2) {
        w.alarm('grave_waiting', touched, events, { incident: i.id, zone: 'live-z2' });
    }
    return i;
}

function make(w, i, u, status, slot, touched, events) {
    if (!u.on_duty) {
        refuse('unit_off_duty', 409, 'units');
    }
    if (w.of(i.id).some((a) => a.unit === u.id && !ended.includes(a.status))) {
        refuse('unit_already_here', 409, 'units');
    }
    const filled = new Set(
        w
            .of(i.id)
            .filter((a) => !ended.includes(a.status))
            .map((a) => a.slot),
    );
    const free = i.requirements.find((r) => !filled.has(r.slot) && r.police_type === u.police_type)?.slot;
    const a = {
        id: w.id('a'),
        incident: i.id,
        unit: u.id,
        ...((slot ?? free) ? { slot: slot ?? free } : {}),
        status,
        by: 'terminal',
        active: true,
        eta_ms: w.distanceMs(u, i.place),
        since: w.instant(),
        due_at: w.instant(w.now() + 60_000),
        [`${status}_at`]: w.instant(),
    };
    w.assignments.set(a.id, a);
    (touched.assignments ??= new Set()).add(a.id);
    events.push({ kind: `assignment.${status}`, incident: i.id, unit: u.id, data: { assignment: { ...a } } });
    w.deriveUnit(u, touched);
}

function step(w, a, status, d, touched, events) {
    if (!legal[a.status]?.includes(status)) {
        refuse('illegal_move', 409, 'status', `${a.status} → ${legal[a.status]?.join(', ') ?? '-'}`);
    }
    a.status = status;
    a.by = d.by ?? 'terminal';
    a.since = a[`${status}_at`] = w.instant();
    a.due_at = w.instant(w.now() + 300_000);
    if (ended.includes(status)) {
        a.ended_at = w.instant();
        a.active = false;
        if (status === 'cleared' && a.on_scene_at) {
            a.feedback_due = true;
        }
        if (d.reason && status === 'declined') {
            a.decline_reason = d.reason;
        }
    }
    touched.assignments.add(a.id);
    events.push({
        kind: 'assignment.progressed',
        incident: a.incident,
        unit: a.unit,
        data: {
            assignment: a.id,
            incident: a.incident,
            unit: a.unit,
            status,
            by: a.by,
            ...(d.reason && status === 'declined' ? { reason: d.reason } : {}),
        },
    });
}

const needText = (text, field) => (text ? text : refuse('reason_needed', 422, field));

const does = {
    ...seatCommands(refuse),
    'report.receive'(w, d, who, touched, events) {
        const number = w.number();
        const cues = Object.keys(d.cues ?? {});
        if (d.type && !w.city.types.some((t) => t.code === d.type)) {
            refuse('no_such_type', 422, 'type');
        }
        const r = {
            id: w.id('r'),
            status: 'open',
            channel: d.channel,
            ...(d.call ? { call: d.call } : {}),
            ...(d.type ? { type: d.type } : {}),
            ...(cues.length ? { cues } : {}),
            number,
            received_at: w.instant(),
            place: placeIn(w, d.place),
            seat: (w.seatOf(who) ?? w.seats.get('live-s00')).id,
            contact: d.caller?.contact ?? 'call',
        };
        touched.reports = new Set([r.id]);
        w.reports.set(r.id, r);
        w.personal.set(r.id, { caller: d.caller ?? {}, narrative: d.narrative, detail: d.place.detail });
        events.push({ kind: 'report.received', data: { report: { ...r } } });
        let i;
        if (d.incident) {
            i = openIncident(w, d);
            i.report_count++;
            events.push({ kind: 'report.linked', incident: i.id, data: { report: r.id, incident: i.id } });
        } else if (d.open !== false) {
            i = newIncident(w, who, r, d, touched, events);
        }
        if (i) {
            r.incident = i.id;
            r.status = 'linked';
            (touched.incidents ??= new Set()).add(i.id);
            events[0].incident = i.id;
        }
    },
    'report.settle'(w, d, who, touched, events) {
        const r = report(w, d);
        r.status = 'settled';
        r.outcome = d.outcome;
        touched.reports = new Set([r.id]);
        events.push({ kind: 'report.settled', data: { report: r.id, outcome: d.outcome } });
    },
    'report.link'(w, d, who, touched, events) {
        const r = report(w, d);
        const i = openIncident(w, d);
        r.status = 'linked';
        r.incident = i.id;
        i.report_count++;
        touched.reports = new Set([r.id]);
        touched.incidents = new Set([i.id]);
        events.push({ kind: 'report.linked', incident: i.id, data: { report: r.id, incident: i.id } });
    },
    'report.unlink'(w, d, who, touched, events) {
        const r = report(w, d);
        const i = w.incidents.get(r.incident);
        if (i.report_count === 1) {
            refuse('last_report');
        }
        i.report_count--;
        delete r.incident;
        r.status = 'open';
        touched.reports = new Set([r.id]);
        touched.incidents = new Set([i.id]);
        events.push({ kind: 'report.unlinked', incident: i.id, data: { report: r.id, incident: i.id } });
        if (d.open !== false) {
            r.incident = newIncident(w, who, r, {}, touched, events).id;
            r.status = 'linked';
        }
    },
    'incident.open'(w, d, who, touched, events) {
        const r = d.report ? report(w, d) : undefined;
        const i = newIncident(w, who, r, d, touched, events);
        if (r) {
            r.incident = i.id;
            r.status = 'linked';
            touched.reports = new Set([r.id]);
        }
    },
    'incident.amend'(w, d, who, touched, events) {
        const i = openIncident(w, d);
        if (d.type && !w.city.types.some((t) => t.code === d.type)) {
            refuse('no_such_type', 422, 'type');
        }
        if (Object.keys(d).length === 1) {
            refuse('nothing_changed');
        }
        i.rev++;
        i.type_dispatched = d.type ?? i.type_dispatched;
        i.priority = d.priority ?? i.priority;
        i.grade = d.grade ?? i.grade;
        i.place = d.place ? placeIn(w, d.place) : i.place;
        i.cues = d.cues ? Object.keys(d.cues) : i.cues;
        i.cues_denied = d.cues_denied ? Object.keys(d.cues_denied) : i.cues_denied;
        touched.incidents = new Set([i.id]);
        events.push({
            kind: 'incident.amended',
            incident: i.id,
            data: { incident: i.id, rev: i.rev, ...(d.type ? { type: d.type } : {}) },
        });
        for (const a of w.of(i.id).filter((x) => !ended.includes(x.status))) {
            a.change_due = true;
            (touched.assignments ??= new Set()).add(a.id);
            events.push({
                kind: 'assignment.change_raised',
                incident: i.id,
                unit: a.unit,
                data: { assignment: a.id, incident: i.id, unit: a.unit },
            });
        }
    },
    'incident.note'(w, d, who, touched, events) {
        const i = openIncident(w, d);
        w.personal.set(`note${w.seq}`, { incident: i.id, note: needText(d.note, 'note') });
        touched.incidents = new Set([i.id]);
        events.push({ kind: 'incident.noted', incident: i.id, data: { incident: i.id } });
    },
    'incident.retier'(w, d, who, touched, events) {
        const i = openIncident(w, d);
        i.tier = d.tier;
        i.rev++;
        i.tier_by_person = true;
        touched.incidents = new Set([i.id]);
        events.push({
            kind: 'incident.tiered',
            incident: i.id,
            data: { incident: i.id, tier: d.tier, by_person: true },
        });
    },
    'incident.hold'(w, d, who, touched, events) {
        const i = openIncident(w, d);
        if (Date.parse(d.until) <= w.now()) {
            refuse('hold_in_past', 422, 'until');
        }
        i.held_until = d.until;
        i.rev++;
        w.clearAlarms((m) => m.incident === i.id && m.kind === 'grave_waiting', touched, events);
        w.derive(i, touched);
        events.push({ kind: 'incident.held', incident: i.id, data: { incident: i.id, until: d.until } });
    },
    'incident.close'(w, d, who, touched, events) {
        const i = openIncident(w, d);
        if (!d.force && w.of(i.id).some((a) => !ended.includes(a.status))) {
            refuse('unit_committed');
        }
        if (!d.force && w.of(i.id).some((a) => a.feedback_due && !a.feedback_given)) {
            refuse('feedback_owed');
        }
        for (const a of w.of(i.id).filter((x) => !ended.includes(x.status))) {
            // a forced closing ends what is left
            touched.assignments ??= new Set();
            step(w, a, legal[a.status].includes('cancelled') ? 'cancelled' : 'cleared', {}, touched, events);
            w.deriveUnit(w.units.get(a.unit), touched);
        }
        i.status = 'closed';
        i.disposition = d.disposition;
        i.closed_at = w.instant();
        (touched.incidents ??= new Set()).add(i.id);
        events.push({ kind: 'incident.closed', incident: i.id, data: { incident: i.id, disposition: d.disposition } });
        w.clearAlarms((m) => m.incident === i.id, touched, events);
    },
    'incident.reopen'(w, d, who, touched, events) {
        const i = incident(w, d);
        if (i.status !== 'closed') {
            refuse('incident_not_closed');
        }
        delete i.closed_at;
        i.requirements = w.needs(i.tier);
        touched.reports = new Set([...w.reports.values()].filter((r) => r.incident === i.id).map((r) => r.id));
        touched.assignments = new Set(w.of(i.id).map((a) => a.id));
        i.status = 'waiting';
        w.derive(i, touched);
        events.push({ kind: 'incident.reopened', incident: i.id, data: { incident: { ...i } } });
    },
    'assignment.reserve'(w, d, who, touched, events) {
        const i = openIncident(w, d);
        d.units.forEach((x) => make(w, i, unit(w, x), 'reserved', d.slot, touched, events));
        w.derive(i, touched);
    },
    'assignment.dispatch'(w, d, who, touched, events) {
        const i = openIncident(w, d);
        delete i.held_until;
        let chosen = (d.units ?? []).map((x) => unit(w, x));
        if (d.slot && chosen.length === 0) {
            const best = w.advice(i).slots.find((s) => s.slot === d.slot) ?? refuse('no_such_slot', 422, 'slot');
            chosen = [w.units.get(best.chosen?.unit) ?? refuse('no_unit_free')];
        }
        if (chosen.length === 0) {
            refuse('unit_needed', 422, 'units');
        }
        for (const u of chosen) {
            const held = w.of(i.id).find((a) => a.unit === u.id && a.status === 'reserved');
            if (held) {
                touched.assignments ??= new Set();
                step(w, held, 'dispatched', {}, touched, events);
                w.deriveUnit(u, touched);
            } else {
                make(w, i, u, 'dispatched', d.slot, touched, events);
            }
        }
        i.first_dispatched_at ??= w.instant();
        w.derive(i, touched);
        w.clearAlarms((m) => m.incident === i.id && m.kind === 'grave_waiting', touched, events);
    },
    'assignment.feedback'(w, d, who, touched, events) {
        const a = assignment(w, d);
        if (!a.feedback_due) {
            refuse('no_feedback_due');
        }
        a.feedback_due = false;
        a.feedback_given = true;
        a.disposition = d.disposition;
        touched.assignments = new Set([a.id]);
        events.push({
            kind: 'assignment.fed_back',
            incident: a.incident,
            unit: a.unit,
            data: { assignment: a.id, incident: a.incident, unit: a.unit, disposition: d.disposition },
        });
        w.derive(w.incidents.get(a.incident), touched);
    },
    'assignment.acknowledge_change'(w, d, who, touched, events) {
        const a = assignment(w, d);
        if (!a.change_due) {
            refuse('no_change_due');
        }
        a.change_due = false;
        touched.assignments = new Set([a.id]);
        events.push({
            kind: 'assignment.change_acknowledged',
            incident: a.incident,
            unit: a.unit,
            data: { assignment: a.id, incident: a.incident, unit: a.unit },
        });
    },
    'assignment.expect'(w, d, who, touched, events) {
        const a = assignment(w, d);
        if (a.status !== 'on_scene') {
            refuse('illegal_move');
        }
        a.free_at = d.free_at;
        a.free_said = true;
        touched.assignments.add(a.id);
        events.push({
            kind: 'assignment.expected',
            incident: a.incident,
            unit: a.unit,
            data: { assignment: a.id, incident: a.incident, unit: a.unit, free_at: d.free_at },
        });
    },
    'unit.sign_on'(w, d, who, touched, events) {
        const u = unit(w, d);
        u.on_duty = true;
        u.crew = d.crew ?? u.crew;
        u.duty_until = d.until;
        w.deriveUnit(u, touched);
        events.push({ kind: 'unit.signed_on', unit: u.id, data: { unit: u.id } });
    },
    'unit.sign_off'(w, d, who, touched, events) {
        const u = unit(w, d);
        if ([...w.assignments.values()].some((a) => a.unit === u.id && !ended.includes(a.status))) {
            refuse('unit_has_work');
        }
        u.on_duty = false;
        delete u.duty_until;
        w.deriveUnit(u, touched);
        events.push({ kind: 'unit.signed_off', unit: u.id, data: { unit: u.id } });
    },
    'unit.status'(w, d, who, touched, events) {
        const u = unit(w, d);
        if (d.available) {
            delete u.reason;
        } else {
            u.reason = d.reason;
        }
        u.duty_until = d.until ?? u.duty_until;
        w.deriveUnit(u, touched);
        events.push({
            kind: 'unit.changed',
            unit: u.id,
            data: { unit: u.id, ...(d.reason ? { reason: d.reason } : {}) },
        });
    },
    'unit.panic'(w, d, who, touched, events) {
        const u = unit(w, d);
        u.panic = true;
        u.panic_at = w.instant();
        touched.units = new Set([u.id]);
        events.push({ kind: 'unit.panicked', unit: u.id, data: { unit: u.id } });
        w.alarm('unit_panic', touched, events, { unit: u.id, zone: 'live-z2' });
    },
    'unit.panic_answer'(w, d, who, touched, events) {
        const u = unit(w, d);
        if (!u.panic) {
            refuse('no_panic');
        }
        needText(d.how, 'how');
        delete u.panic;
        touched.units = new Set([u.id]);
        events.push({ kind: 'unit.panic_answered', unit: u.id, data: { unit: u.id } });
        w.clearAlarms((m) => m.unit === u.id && m.kind === 'unit_panic', touched, events);
    },
    'automation.stop'(w, d, who, touched, events) {
        w.stopped = w.stopped ? refuse('automation_is_stopped') : true;
        events.push({ kind: 'automation.stopped', data: {} });
    },
    'automation.resume'(w, d, who, touched, events) {
        w.stopped = w.stopped ? false : refuse('automation_is_running');
        events.push({ kind: 'automation.resumed', data: {} });
    },
};

for (const [type, to] of [
    ['assignment.acknowledge', 'acknowledged'],
    ['assignment.decline', 'declined'],
    ['assignment.cancel', 'cancelled'],
    ['assignment.progress', undefined],
]) {
    does[type] = (w, d, who, touched, events) => {
        const a = assignment(w, d);
        touched.assignments = new Set();
        step(w, a, to ?? d.status, d, touched, events);
        w.deriveUnit(w.units.get(a.unit), touched);
        w.derive(w.incidents.get(a.incident), touched);
    };
}

const commanderOnly = ['automation.stop', 'automation.resume', 'unit.panic_answer'];

/* Does a command, or throws Refused. The same id again gives the first answer. */
export function execute(world, user, command) {
    const key = `${user.name} ${command.id}`;
    const before = world.answers.get(key);
    if (before !== undefined) {
        return { seq: before, row: undefined };
    }
    const act = does[command.type] ?? refuse('malformed', 400, 'type');
    if (commanderOnly.includes(command.type) && user.role !== 'commander') {
        refuse('not_allowed', 403);
    }
    const i = world.incidents.get(command.data?.incident);
    if (command.expect?.incident !== undefined && i !== undefined && i.rev !== command.expect.incident) {
        refuse('changed_since');
    }
    const touched = {};
    const events = [];
    const kept = ['incidents', 'reports', 'assignments', 'units', 'alarms', 'seats', 'ids', 'numbered', 'stopped'].map((k) => [
        k,
        structuredClone(world[k]),
    ]);
    try {
        act(world, command.data, user.name, touched, events, user.role);
        world.ringUnread(touched, events);
    } catch (e) {
        kept.forEach(([k, value]) => {
            world[k] = value;
        }); // a refusal changes nothing
        throw e;
    }
    const row = world.row(user.name, events, touched, user.role);
    world.answers.set(key, row.seq);
    return { seq: row.seq, row };
}
