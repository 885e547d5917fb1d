-- Upserts assignments; of several states of one the last stands.
INSERT INTO assignment (id, incident, unit, station, slot, status, since, eta_ms, due_at, reserved_at, dispatched_at,
                        acknowledged_at, en_route_at, staged_at, on_scene_at, transporting_at, ended_at, projected_seq)
SELECT DISTINCT ON (id) id, incident, unit, station, slot, status, since, eta_ms, due_at, reserved_at, dispatched_at,
       acknowledged_at, en_route_at, staged_at, on_scene_at, transporting_at, ended_at, projected_seq
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::bigint[],
            $9::timestamptz[], $10::timestamptz[], $11::timestamptz[], $12::timestamptz[], $13::timestamptz[],
            $14::timestamptz[], $15::timestamptz[], $16::timestamptz[], $17::timestamptz[], $18::bigint[])
     WITH ORDINALITY AS u(id, incident, unit, station, slot, status, since, eta_ms, due_at, reserved_at, dispatched_at,
                          acknowledged_at, en_route_at, staged_at, on_scene_at, transporting_at, ended_at,
                          projected_seq, n)
ORDER BY id, n DESC
ON CONFLICT (id) DO UPDATE SET
    incident = excluded.incident, unit = excluded.unit, station = excluded.station, slot = excluded.slot,
    status = excluded.status, since = excluded.since, eta_ms = excluded.eta_ms, due_at = excluded.due_at,
    reserved_at = excluded.reserved_at, dispatched_at = excluded.dispatched_at,
    acknowledged_at = excluded.acknowledged_at, en_route_at = excluded.en_route_at, staged_at = excluded.staged_at,
    on_scene_at = excluded.on_scene_at, transporting_at = excluded.transporting_at, ended_at = excluded.ended_at,
    projected_seq = excluded.projected_seq
