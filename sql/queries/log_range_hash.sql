-- Count and last hash of a range, to see whether a batch whose answer was lost is in the log. $1 first, $2 last
SELECT count(*), (SELECT r.hash FROM event_row r WHERE r.seq = $2::bigint)
FROM event_row WHERE seq BETWEEN $1::bigint AND $2::bigint
