-- Upserts assignments; of several states of one the last stands, and none older than what stands. Rows older than
-- column spoken_by do not say it; the replay that filled it knew it from their actor.
INSERT INTO assignment (id, incident, unit, station, slot, status, since, eta_ms, due_at, reserved_at, dispatched_at,
    acknowledged_at, en_route_at, staged_at, on_scene_at, transporting_at, ended_at, cleared_at, by, active,
    automatic, on_view, named_at, spoken_at, spoken_by, destination, decline_reason, relieves, relieved_by,
    diverted_from, diverted_to, came_from, kept, change_no, changed_at, feedback_given, handled_type, disposition,
    persons_helped, injured, safety_due_at, safe_at, device_at, projected_seq)
SELECT DISTINCT ON (id) id, incident, unit, station, slot, status, since, eta_ms, due_at, reserved_at, dispatched_at,
    acknowledged_at, en_route_at, staged_at, on_scene_at, transporting_at, ended_at, cleared_at, by, active <> 0,
    automatic <> 0, on_view <> 0, named_at, spoken_at, spoken_by, destination, decline_reason, relieves, relieved_by,
    diverted_from, diverted_to, came_from, kept <> 0, change_no, changed_at, feedback_given <> 0, handled_type,
    disposition, persons_helped, injured, safety_due_at, safe_at, device_at, projected_seq
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::bigint[],
    $9::timestamptz[], $10::timestamptz[], $11::timestamptz[], $12::timestamptz[], $13::timestamptz[],
    $14::timestamptz[], $15::timestamptz[], $16::timestamptz[], $17::timestamptz[], $18::timestamptz[], $19::text[],
    $20::bigint[], $21::bigint[], $22::bigint[], $23::timestamptz[], $24::timestamptz[], $25::text[], $26::text[],
    $27::text[], $28::text[], $29::text[], $30::text[], $31::text[], $32::text[], $33::bigint[], $34::bigint[],
    $35::timestamptz[], $36::bigint[], $37::text[], $38::text[], $39::bigint[], $40::bigint[], $41::timestamptz[],
    $42::timestamptz[], $43::timestamptz[], $44::bigint[])
  WITH ORDINALITY AS u (id, incident, unit, station, slot, status, since, eta_ms, due_at, reserved_at, dispatched_at,
    acknowledged_at, en_route_at, staged_at, on_scene_at, transporting_at, ended_at, cleared_at, by, active,
    automatic, on_view, named_at, spoken_at, spoken_by, destination, decline_reason, relieves, relieved_by,
    diverted_from, diverted_to, came_from, kept, change_no, changed_at, feedback_given, handled_type, disposition,
    persons_helped, injured, safety_due_at, safe_at, device_at, projected_seq, n)
ORDER BY id, n DESC
ON CONFLICT (id) DO UPDATE SET
    incident = excluded.incident, unit = excluded.unit, station = excluded.station, slot = excluded.slot,
    status = excluded.status, since = excluded.since, eta_ms = excluded.eta_ms, due_at = excluded.due_at,
    reserved_at = excluded.reserved_at, dispatched_at = excluded.dispatched_at,
    acknowledged_at = excluded.acknowledged_at, en_route_at = excluded.en_route_at, staged_at = excluded.staged_at,
    on_scene_at = excluded.on_scene_at, transporting_at = excluded.transporting_at, ended_at = excluded.ended_at,
    cleared_at = excluded.cleared_at, by = excluded.by, active = excluded.active, automatic = excluded.automatic,
    on_view = excluded.on_view, named_at = excluded.named_at, spoken_at = excluded.spoken_at,
    spoken_by = coalesce(excluded.spoken_by, assignment.spoken_by), destination = excluded.destination,
    decline_reason = excluded.decline_reason, relieves = excluded.relieves, relieved_by = excluded.relieved_by,
    diverted_from = excluded.diverted_from, diverted_to = excluded.diverted_to, came_from = excluded.came_from,
    kept = excluded.kept, change_no = excluded.change_no, changed_at = excluded.changed_at,
    feedback_given = excluded.feedback_given, handled_type = excluded.handled_type,
    disposition = excluded.disposition, persons_helped = excluded.persons_helped, injured = excluded.injured,
    safety_due_at = excluded.safety_due_at, safe_at = excluded.safe_at, device_at = excluded.device_at,
    projected_seq = excluded.projected_seq
WHERE assignment.projected_seq <= excluded.projected_seq
