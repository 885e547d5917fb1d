-- Erases what is past its retention. $1 now (µs UTC), $2 by
WITH gone AS (
    DELETE FROM personal WHERE erase_after < $1::bigint RETURNING ref, kind
)
INSERT INTO erasure (ref, kind, rule, by) SELECT ref, kind, 'retention of ' || kind, $2::text FROM gone
