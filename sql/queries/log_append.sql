-- One batch of the log in one statement: the head moves only under this epoch and from this end, and only from that row of
-- the head come the inserts; a fenced append leaves neither rows nor personal values. The count of inserted rows is checked.
-- $1 last seq, $2 last hash, $3 epoch held, $4 seq and $5 hash before, $6..$14 columns of the rows, $15..$20 personal values
WITH head AS (
    UPDATE log_head SET seq = $1::bigint, hash = $2::bytea, seen_at = clock_timestamp()
    WHERE epoch = $3::bigint AND seq = $4::bigint AND hash = $5::bytea
      AND $1::bigint = $4::bigint + cardinality($6::bigint[])
    RETURNING true
), kept AS (
    INSERT INTO personal (ref, seq, salt, value, kind, erase_after)
    SELECT p.*
    FROM head, unnest($15::bigint[], $16::bigint[], $17::bytea[], $18::bytea[], $19::text[], $20::bigint[]) AS p
)
INSERT INTO event_row (seq, epoch, at, actor, command_id, command, data, prev_hash, hash)
SELECT r.*
FROM head, unnest($6::bigint[], $7::bigint[], $8::bigint[], $9::text[], $10::text[], $11::text[], $12::text[],
                  $13::bytea[], $14::bytea[]) AS r
