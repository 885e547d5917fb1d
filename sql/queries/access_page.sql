-- One page of the access log, in order. $1 after this seq, $2 rows at most
SELECT seq, at, actor, incident, purpose, fields, prev_hash, hash, COALESCE(spooled, '')
FROM access_log WHERE seq > $1::bigint ORDER BY seq LIMIT $2::bigint
