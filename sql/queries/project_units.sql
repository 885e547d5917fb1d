-- Upserts units; of several states of one the last stands, and none older than what stands.
INSERT INTO unit (id, callsign, police_type, capabilities, zone, station, status, status_since, voice_only, crew,
    assignments, on_duty, reason, signed_on_at, silent_since, terminal_lost_at, panic_at, panic_incident,
    projected_seq)
SELECT DISTINCT ON (id) id, callsign, police_type, capabilities::jsonb, zone, station, status, status_since,
    voice_only <> 0, crew, assignments::jsonb, on_duty <> 0, reason, signed_on_at, silent_since, terminal_lost_at,
    panic_at, panic_incident, projected_seq
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[],
    $9::bigint[], $10::bigint[], $11::text[], $12::bigint[], $13::text[], $14::timestamptz[], $15::timestamptz[],
    $16::timestamptz[], $17::timestamptz[], $18::text[], $19::bigint[])
  WITH ORDINALITY AS u (id, callsign, police_type, capabilities, zone, station, status, status_since, voice_only,
    crew, assignments, on_duty, reason, signed_on_at, silent_since, terminal_lost_at, panic_at, panic_incident,
    projected_seq, n)
ORDER BY id, n DESC
ON CONFLICT (id) DO UPDATE SET
    callsign = excluded.callsign, police_type = excluded.police_type, capabilities = excluded.capabilities,
    zone = excluded.zone, station = excluded.station, status = excluded.status, status_since = excluded.status_since,
    voice_only = excluded.voice_only, crew = excluded.crew, assignments = excluded.assignments,
    on_duty = excluded.on_duty, reason = excluded.reason, signed_on_at = excluded.signed_on_at,
    silent_since = excluded.silent_since, terminal_lost_at = excluded.terminal_lost_at, panic_at = excluded.panic_at,
    panic_incident = excluded.panic_incident, projected_seq = excluded.projected_seq
WHERE unit.projected_seq <= excluded.projected_seq
