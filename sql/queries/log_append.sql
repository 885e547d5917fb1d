-- One batch of the log in one statement: the head moves only under this epoch and from this end, and only from that row of
-- the head come the inserts; a fenced append leaves neither rows nor personal values. The count of inserted rows is checked.
-- Arrays of equal length beside each other in a select list go row by row. Prepared once with a plan for any parameters
-- (log_session.sql). $1 last seq, $2 last hash, $3 epoch held, $4 seq and $5 hash before, $6..$14 columns of the rows,
-- $15..$20 personal values
WITH head AS (
    UPDATE log_head SET seq = $1::bigint, hash = $2::bytea, seen_at = clock_timestamp()
    WHERE epoch = $3::bigint AND seq = $4::bigint AND hash = $5::bytea
      AND $1::bigint = $4::bigint + cardinality($6::bigint[])
    RETURNING true
), kept AS (
    INSERT INTO personal (ref, seq, salt, value, kind, erase_after)
    SELECT unnest($15::bigint[]), unnest($16::bigint[]), unnest($17::bytea[]), unnest($18::bytea[]), unnest($19::text[]),
           unnest($20::bigint[])
    FROM head
)
INSERT INTO event_row (seq, epoch, at, actor, command_id, command, data, prev_hash, hash)
SELECT unnest($6::bigint[]), unnest($7::bigint[]), unnest($8::bigint[]), unnest($9::text[]), unnest($10::text[]),
       unnest($11::text[]), unnest($12::text[]), unnest($13::bytea[]), unnest($14::bytea[])
FROM head
