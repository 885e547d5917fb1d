// Commands of seats and alarms in the fake world; as little of the rules as the screens need.
export function seatCommands(refuse) {
    const seatNamed = (w, id) => w.seats.get(id) ?? refuse('no_such_seat', 404, 'seat');
    const alarm = (w, d) => w.alarms.get(d.alarm) ?? refuse('no_such_alarm', 404, 'alarm');
    const reasoned = (d) => d.reason || refuse('value_needed', 422, 'reason');
    const touch = (touched, name, id) => (touched[name] ??= new Set()).add(id);

    function own(w, d, who) {
        const s = seatNamed(w, d.seat);
        return s.person === who ? s : refuse('seat_not_yours', 409, 'seat');
    }
    function owned(w, d) {
        const thing = w.incidents.get(d.incident) ?? w.reports.get(d.report) ?? refuse('no_such_incident', 404);
        return thing.status === 'closed' ? refuse('incident_closed') : thing;
    }
    function listed(w, d) {
        return [
            ...(d.incidents ?? []).map((x) => w.incidents.get(x.incident)),
            ...(d.reports ?? []).map((x) => w.reports.get(x.report)),
        ].filter((x) => x !== undefined);
    }
    function read(w, things, touched) {
        for (const x of things) {
            delete x.unread;
            touch(touched, w.incidents.get(x.id) === x ? 'incidents' : 'reports', x.id);
        }
    }
    function passed(w, thing, seat, unread, touched, events) {
        w.own(thing, seat, unread, touched);
        const incident = w.incidents.get(thing.id) === thing;
        events.push({
            kind: incident ? 'incident.owned' : 'report.owned',
            ...(incident ? { incident: thing.id } : {}),
            data: { [incident ? 'incident' : 'report']: thing.id, seat: seat.id, ...(unread ? { unread } : {}) },
        });
    }
    function state(w, m, to, who, touched, events, more = {}) {
        Object.assign(m, { state: to, state_since: w.instant(), noticed_by: who, ...more });
        touch(touched, 'alarms', m.id);
        events.push({ kind: `alarm.${to}`, data: { alarm: m.id, person: who } });
    }

    return {
        'seat.take'(w, d, who, touched, events, role) {
            const s = seatNamed(w, d.seat);
            const handed = s.handing_to === who;
            if (s.commander && role !== 'commander') {
                refuse('seat_not_for_role', 403, 'seat');
            }
            if (w.seatOf(who) !== undefined) {
                refuse(w.seatOf(who) === s ? 'nothing_changed' : 'seat_held', 409, 'seat');
            }
            if (!handed && (s.handing_to !== undefined || (s.person !== undefined && !s.silent))) {
                if (role !== 'commander') {
                    refuse(s.handing_to !== undefined ? 'seat_handed_to_other' : 'seat_staffed', 409, 'seat');
                }
                d.reason || refuse('reason_needed', 409, 'reason');
            }
            for (const x of w.owns(s)) {
                x.unread = true;
                touch(touched, w.incidents.get(x.id) === x ? 'incidents' : 'reports', x.id);
            }
            read(w, listed(w, d), touched);
            events.push({ kind: 'seat.taken', data: { seat: s.id, person: who, from: s.person, handed_over: handed } });
            Object.assign(s, { person: who, person_since: w.instant() });
            ['vacant_since', 'silent', 'handing_to', 'sheet_seq'].forEach((k) => delete s[k]);
            touch(touched, 'seats', s.id);
        },
        'seat.hand_over'(w, d, who, touched, events) {
            const s = own(w, d, who);
            if (d.to === undefined && s.handing_to === undefined) {
                refuse('nothing_changed', 409, 'to');
            }
            if (d.to === 'nobody') {
                refuse('no_such_user', 404, 'to');
            }
            const mine = w.owns(s);
            const incidents = mine.filter((x) => w.incidents.has(x.id));
            const alarms = [...w.alarms.values()].filter((m) => w.ownerOf(m) === s);
            const sheet = {
                incidents: incidents.map((x) => ({ incident: x.id })),
                held: incidents.filter((x) => x.status === 'held').map((x) => ({ incident: x.id })),
                unsigned: incidents
                    .flatMap((x) => w.of(x.id))
                    .filter((a) => a.status === 'dispatched')
                    .map((a) => ({ assignment: a.id })),
                reports: mine.filter((x) => w.reports.has(x.id)).map((x) => ({ report: x.id })),
                alarms: alarms.filter((m) => m.state !== 'shelved').map((m) => ({ alarm: m.id })),
                shelved: alarms.filter((m) => m.state === 'shelved').map((m) => ({ alarm: m.id })),
            };
            delete s.handing_to;
            delete s.sheet_seq;
            if (d.to !== undefined) {
                Object.assign(s, { handing_to: d.to, sheet_seq: w.seq + 1 });
            }
            if (d.note !== undefined) {
                w.seal(s.id, `note@${w.seq + 1}`, d.note);
            }
            touch(touched, 'seats', s.id);
            events.push({
                kind: 'seat.handing_over',
                data: { seat: s.id, person: who, ...(d.to === undefined ? {} : { to: d.to, ...sheet }) },
            });
        },
        'seat.read'(w, d, who, touched, events) {
            const s = own(w, d, who);
            const things = listed(w, d).filter((x) => x.unread && w.ownerOf(x) === s);
            if (things.length === 0) {
                refuse('nothing_changed', 409, 'incidents');
            }
            read(w, things, touched);
            events.push({ kind: 'seat.work_read', data: { seat: s.id } });
        },
        'seat.leave'(w, d, who, touched, events) {
            const s = own(w, d, who);
            if (w.owns(s).length > 0) {
                refuse('seat_owns_work', 409, 'seat');
            }
            events.push({ kind: 'seat.left', data: { seat: s.id, person: who } });
            ['person', 'person_since', 'silent', 'handing_to', 'sheet_seq'].forEach((k) => delete s[k]);
            s.vacant_since = w.instant();
            touch(touched, 'seats', s.id);
        },
        'incident.pass'(w, d, who, touched, events, role) {
            const [thing, to] = [owned(w, d), seatNamed(w, d.seat)];
            reasoned(d);
            if (w.ownerOf(thing) !== w.seatOf(who) && role !== 'commander') {
                refuse('seat_not_yours', 409, 'incident');
            }
            if (w.ownerOf(thing) === to) {
                refuse('nothing_changed', 409, 'seat');
            }
            if (to.person === undefined) {
                refuse('seat_empty', 409, 'seat');
            }
            passed(w, thing, to, to !== w.seatOf(who), touched, events);
        },
        'incident.take'(w, d, who, touched, events) {
            const [thing, to] = [owned(w, d), w.seatOf(who) ?? refuse('seat_needed')];
            reasoned(d);
            if (w.ownerOf(thing) === to) {
                refuse('nothing_changed', 409, 'incident');
            }
            passed(w, thing, to, false, touched, events);
        },
        'alarm.acknowledge'(w, d, who, touched, events) {
            const m = alarm(w, d);
            if (m.state === 'acknowledged') {
                refuse('alarm_acknowledged', 409, 'alarm');
            }
            if (m.state === 'returned') {
                w.clearAlarms((x) => x === m, touched, events);
            } else {
                state(w, m, 'acknowledged', who, touched, events);
            }
        },
        'alarm.shelve'(w, d, who, touched, events) {
            const m = alarm(w, d);
            if (['unit_panic', 'grave_waiting'].includes(m.kind)) {
                refuse('alarm_too_grave', 409, 'alarm');
            }
            reasoned(d);
            w.seal(m.id, 'shelf_reason', d.reason);
            state(w, m, 'shelved', who, touched, events, { shelved_until: d.until });
        },
        'alarm.unshelve'(w, d, who, touched, events) {
            const m = alarm(w, d);
            if (m.state !== 'shelved') {
                refuse('alarm_not_shelved', 409, 'alarm');
            }
            delete m.shelved_until;
            Object.assign(m, { state: 'standing', state_since: w.instant(), noticed_by: who });
            touch(touched, 'alarms', m.id);
            events.push({ kind: 'alarm.unshelved', data: { alarm: m.id, person: who } });
        },
    };
}
