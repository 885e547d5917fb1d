-- Samples of positions; one that stands there already was sent before its answer was lost. $1 unit, $2 at, $3 seq,
-- $4 lon_e7, $5 lat_e7, $6 heading, $7 speed_kmh
INSERT INTO track (unit, at, seq, lon_e7, lat_e7, heading, speed_kmh)
SELECT * FROM unnest($1::bigint[], $2::timestamptz[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[])
ON CONFLICT DO NOTHING
