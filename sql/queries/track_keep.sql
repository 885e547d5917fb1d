-- Makes days of track and drops old ones. $1 from, $2 now (µs UTC), $3 days kept
SELECT track_keep($1::bigint, $2::bigint, $3::bigint)
