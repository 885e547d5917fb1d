-- Samples of units within windows of time, by unit and time, behind one that was read before.
-- $1 unit, $2 from, $3 to (not itself), of each window; $4 unit and $5 µs UTC of the last one read; $6 how many
SELECT t.unit, (extract(epoch FROM t.at) * 1000000)::bigint, t.seq, t.lon_e7::bigint, t.lat_e7::bigint,
       t.heading::bigint, t.speed_kmh::bigint
FROM unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[]) AS w(unit, from_at, to_at)
     JOIN track AS t ON t.unit = w.unit AND t.at >= w.from_at AND t.at < w.to_at
WHERE (t.unit, t.at) > ($4::bigint, to_timestamp(0) + $5::bigint * interval '1 microsecond')
ORDER BY t.unit, t.at
LIMIT $6::bigint
