-- Upserts reports; of several states of one the last stands, and none older than what stands.
INSERT INTO report (id, number, incident, opened, came_from, status, channel, call, priority, type, cues, contact,
    outcome, settled_at, settled_by, received_at, rang_at, answered_at, ended_at, callback, callback_at, tries,
    try_how, try_result, tried_at, contacted_at, place_state, zone, owner_seat, owner_person, projected_seq)
SELECT DISTINCT ON (id) id, number, incident, opened <> 0, came_from, status, channel, call, priority, type,
    cues::jsonb, contact, outcome, settled_at, settled_by, received_at, rang_at, answered_at, ended_at, callback <> 0,
    callback_at, tries, try_how, try_result, tried_at, contacted_at, place_state, zone, owner_seat, owner_person,
    projected_seq
FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[],
    $9::bigint[], $10::text[], $11::text[], $12::text[], $13::text[], $14::timestamptz[], $15::text[],
    $16::timestamptz[], $17::timestamptz[], $18::timestamptz[], $19::timestamptz[], $20::bigint[], $21::timestamptz[],
    $22::bigint[], $23::text[], $24::text[], $25::timestamptz[], $26::timestamptz[], $27::text[], $28::text[],
    $29::text[], $30::text[], $31::bigint[])
  WITH ORDINALITY AS u (id, number, incident, opened, came_from, status, channel, call, priority, type, cues, contact,
    outcome, settled_at, settled_by, received_at, rang_at, answered_at, ended_at, callback, callback_at, tries,
    try_how, try_result, tried_at, contacted_at, place_state, zone, owner_seat, owner_person, projected_seq, n)
ORDER BY id, n DESC
ON CONFLICT (id) DO UPDATE SET
    number = excluded.number, incident = excluded.incident, opened = excluded.opened, came_from = excluded.came_from,
    status = excluded.status, channel = excluded.channel, call = excluded.call, priority = excluded.priority,
    type = excluded.type, cues = excluded.cues, contact = excluded.contact, outcome = excluded.outcome,
    settled_at = excluded.settled_at, settled_by = excluded.settled_by, received_at = excluded.received_at,
    rang_at = excluded.rang_at, answered_at = excluded.answered_at, ended_at = excluded.ended_at,
    callback = excluded.callback, callback_at = excluded.callback_at, tries = excluded.tries,
    try_how = excluded.try_how, try_result = excluded.try_result, tried_at = excluded.tried_at,
    contacted_at = excluded.contacted_at, place_state = excluded.place_state, zone = excluded.zone,
    owner_seat = excluded.owner_seat, owner_person = excluded.owner_person, projected_seq = excluded.projected_seq
WHERE report.projected_seq <= excluded.projected_seq
