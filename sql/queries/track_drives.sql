-- Positions of drives to incidents that began in a span of time, without whose they are. $1 entry of the access log, $2 from, $3 to
-- (µs UTC; not itself), $4 time zone
SELECT drive, at_us, local_us, lon_e7, lat_e7 FROM track_drives($1::bigint, $2::bigint, $3::bigint, $4::text)
