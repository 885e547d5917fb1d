-- Erases values and writes down that it was done. $1 refs, $2 rule, $3 by
WITH gone AS (
    DELETE FROM personal WHERE ref = ANY ($1::bigint[]) RETURNING ref, kind
)
INSERT INTO erasure (ref, kind, rule, by) SELECT ref, kind, $2::text, $3::text FROM gone
