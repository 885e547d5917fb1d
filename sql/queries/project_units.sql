-- Upserts units; of several states of one the last stands.
INSERT INTO unit (id, callsign, police_type, capabilities, zone, station, status, status_since, voice_only, crew,
                  assignments, projected_seq)
SELECT DISTINCT ON (id) id, callsign, police_type, capabilities::jsonb, zone, station, status,
       status_since, voice_only <> 0, crew, assignments::jsonb, projected_seq
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[],
            $9::bigint[], $10::bigint[], $11::text[], $12::bigint[])
     WITH ORDINALITY AS u(id, callsign, police_type, capabilities, zone, station, status, status_since, voice_only, crew,
                          assignments, projected_seq, n)
ORDER BY id, n DESC
ON CONFLICT (id) DO UPDATE SET
    callsign = excluded.callsign, police_type = excluded.police_type, capabilities = excluded.capabilities,
    zone = excluded.zone, station = excluded.station, status = excluded.status, status_since = excluded.status_since,
    voice_only = excluded.voice_only, crew = excluded.crew, assignments = excluded.assignments,
    projected_seq = excluded.projected_seq
