-- Upserts assignments; of several states of one the last stands. Times µs UTC.
INSERT INTO assignment (id, incident, unit, station, slot, status, since, eta_ms, due_at, reserved_at, dispatched_at,
                        acknowledged_at, en_route_at, staged_at, on_scene_at, transporting_at, ended_at, projected_seq)
SELECT DISTINCT ON (id) id, incident, unit, station, slot, status,
       timestamptz 'epoch' + since * interval '1 microsecond', eta_ms,
       timestamptz 'epoch' + due_at * interval '1 microsecond',
       timestamptz 'epoch' + reserved_at * interval '1 microsecond',
       timestamptz 'epoch' + dispatched_at * interval '1 microsecond',
       timestamptz 'epoch' + acknowledged_at * interval '1 microsecond',
       timestamptz 'epoch' + en_route_at * interval '1 microsecond',
       timestamptz 'epoch' + staged_at * interval '1 microsecond',
       timestamptz 'epoch' + on_scene_at * interval '1 microsecond',
       timestamptz 'epoch' + transporting_at * interval '1 microsecond',
       timestamptz 'epoch' + ended_at * interval '1 microsecond', projected_seq
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[],
            $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[],
            $16::bigint[], $17::bigint[], $18::bigint[])
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
