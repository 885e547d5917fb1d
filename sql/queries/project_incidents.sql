-- Upserts incidents; of several states of one the last stands, and none older than what stands.
-- Coordinates 1e-7 degree. Rows of the log older than column split_from do not give it; the replay that filled it does.
INSERT INTO incident (id, number, rev, type_reported, type_dispatched, type_handled, grade, tier, emergency, status,
    owner_seat, owner_person, lead, place_state, lon, lat, radius_m, zone, opened_at, closed_at, reports,
    requirements, deadlines, plan, status_since, priority, channel, cues, contact, unverified, withheld, protected,
    disposition, held_until, first_dispatched_at, first_on_scene_at, first_report_at, merged_into, merged, split_from,
    panic, panic_silent, panic_unit, place_at, paper_by, paper_closed_at, projected_seq)
SELECT DISTINCT ON (id) id, number, rev, type_reported, type_dispatched, type_handled, grade, tier, emergency::jsonb,
    status, owner_seat, owner_person, lead, place_state, lon / 1e7::float8, lat / 1e7::float8, radius_m, zone,
    opened_at, closed_at, reports::jsonb, requirements::jsonb, deadlines::jsonb, plan::jsonb, status_since, priority,
    channel, cues::jsonb, contact, unverified <> 0, withheld <> 0, protected <> 0, disposition, held_until,
    first_dispatched_at, first_on_scene_at, first_report_at, merged_into, merged::jsonb, split_from, panic <> 0,
    panic_silent <> 0, panic_unit, place_at, paper_by, paper_closed_at, projected_seq
FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[],
    $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::bigint[], $16::bigint[],
    $17::bigint[], $18::text[], $19::timestamptz[], $20::timestamptz[], $21::text[], $22::text[], $23::text[],
    $24::text[], $25::timestamptz[], $26::bigint[], $27::text[], $28::text[], $29::text[], $30::bigint[],
    $31::bigint[], $32::bigint[], $33::text[], $34::timestamptz[], $35::timestamptz[], $36::timestamptz[],
    $37::timestamptz[], $38::text[], $39::text[], $40::text[], $41::bigint[], $42::bigint[], $43::text[],
    $44::timestamptz[], $45::text[], $46::timestamptz[], $47::bigint[])
  WITH ORDINALITY AS u (id, number, rev, type_reported, type_dispatched, type_handled, grade, tier, emergency, status,
    owner_seat, owner_person, lead, place_state, lon, lat, radius_m, zone, opened_at, closed_at, reports,
    requirements, deadlines, plan, status_since, priority, channel, cues, contact, unverified, withheld, protected,
    disposition, held_until, first_dispatched_at, first_on_scene_at, first_report_at, merged_into, merged, split_from,
    panic, panic_silent, panic_unit, place_at, paper_by, paper_closed_at, projected_seq, n)
ORDER BY id, n DESC
ON CONFLICT (id) DO UPDATE SET
    number = excluded.number, rev = excluded.rev, type_reported = excluded.type_reported,
    type_dispatched = excluded.type_dispatched, type_handled = excluded.type_handled, grade = excluded.grade,
    tier = excluded.tier, emergency = excluded.emergency, status = excluded.status, owner_seat = excluded.owner_seat,
    owner_person = excluded.owner_person, lead = excluded.lead, place_state = excluded.place_state,
    lon = excluded.lon, lat = excluded.lat, radius_m = excluded.radius_m, zone = excluded.zone,
    opened_at = excluded.opened_at, closed_at = excluded.closed_at, reports = excluded.reports,
    requirements = excluded.requirements, deadlines = excluded.deadlines, plan = excluded.plan,
    status_since = excluded.status_since, priority = excluded.priority, channel = excluded.channel,
    cues = excluded.cues, contact = excluded.contact, unverified = excluded.unverified, withheld = excluded.withheld,
    protected = excluded.protected, disposition = excluded.disposition, held_until = excluded.held_until,
    first_dispatched_at = excluded.first_dispatched_at, first_on_scene_at = excluded.first_on_scene_at,
    first_report_at = excluded.first_report_at, merged_into = excluded.merged_into, merged = excluded.merged,
    split_from = coalesce(excluded.split_from, incident.split_from), panic = excluded.panic,
    panic_silent = excluded.panic_silent, panic_unit = excluded.panic_unit, place_at = excluded.place_at,
    paper_by = excluded.paper_by, paper_closed_at = excluded.paper_closed_at, projected_seq = excluded.projected_seq
WHERE incident.projected_seq <= excluded.projected_seq
