-- Upserts incidents; of several states of one the last stands. Coordinates 1e-7 degree.
INSERT INTO incident (id, number, rev, type_reported, type_dispatched, type_handled, grade, tier, emergency, status,
                      owner_seat, owner_person, lead, place_state, lon, lat, radius_m, zone, opened_at, closed_at,
                      reports, requirements, deadlines, plan, projected_seq)
SELECT DISTINCT ON (id) id, number, rev, type_reported, type_dispatched, type_handled, grade, tier, emergency::jsonb, status,
       owner_seat, owner_person, lead, place_state, lon / 1e7::float8, lat / 1e7::float8, radius_m, zone,
       opened_at, closed_at, reports::jsonb, requirements::jsonb, deadlines::jsonb, plan::jsonb, projected_seq
FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[],
            $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::bigint[], $16::bigint[],
            $17::bigint[], $18::text[], $19::timestamptz[], $20::timestamptz[], $21::text[], $22::text[], $23::text[], $24::text[],
            $25::bigint[])
     WITH ORDINALITY AS u(id, number, rev, type_reported, type_dispatched, type_handled, grade, tier, emergency, status,
                          owner_seat, owner_person, lead, place_state, lon, lat, radius_m, zone, opened_at, closed_at,
                          reports, requirements, deadlines, plan, projected_seq, n)
ORDER BY id, n DESC
ON CONFLICT (id) DO UPDATE SET
    number = excluded.number, rev = excluded.rev, type_reported = excluded.type_reported,
    type_dispatched = excluded.type_dispatched, type_handled = excluded.type_handled, grade = excluded.grade,
    tier = excluded.tier, emergency = excluded.emergency, status = excluded.status, owner_seat = excluded.owner_seat,
    owner_person = excluded.owner_person, lead = excluded.lead, place_state = excluded.place_state, lon = excluded.lon,
    lat = excluded.lat, radius_m = excluded.radius_m, zone = excluded.zone, opened_at = excluded.opened_at,
    closed_at = excluded.closed_at, reports = excluded.reports, requirements = excluded.requirements,
    deadlines = excluded.deadlines, plan = excluded.plan, projected_seq = excluded.projected_seq
