-- One reading of protected fields, chained by the database itself. $1 at (µs UTC; 0: now), $2 actor, $3 incident, $4 purpose,
-- $5 fields, $6 id of a spooled entry ('': none): one that stands already is not written again
WITH last AS (
    SELECT seq, hash FROM access_head
    WHERE $6::text = '' OR NOT EXISTS (SELECT FROM access_log d WHERE d.spooled = $6::text)
    FOR UPDATE
), made AS (
    SELECT l.seq + 1 AS seq, l.hash AS prev_hash, NULLIF($6::text, '') AS spooled,
           CASE WHEN $1::bigint > 0 THEN $1::bigint
                ELSE (extract(epoch FROM clock_timestamp()) * 1000000)::bigint END AS at
    FROM last l
), hashed AS (
    SELECT m.*, sha256(m.prev_hash || convert_to(
               concat_ws(E'\n', m.seq, m.at, $2::text, $3::text, $4::text, $5::text, m.spooled), 'UTF8')) AS hash
    FROM made m
), moved AS (
    UPDATE access_head h SET seq = x.seq, hash = x.hash FROM hashed x RETURNING true
)
INSERT INTO access_log (seq, at, actor, incident, purpose, fields, prev_hash, hash, spooled)
SELECT x.seq, x.at, $2::text, $3::text, $4::text, $5::text, x.prev_hash, x.hash, x.spooled FROM hashed x, moved
RETURNING seq, hash
