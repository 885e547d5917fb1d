-- One page of the log, in order. $1 after this seq, $2 up to this seq
SELECT seq, epoch, at, actor, command_id, command, data, prev_hash, hash
FROM event_row WHERE seq > $1::bigint AND seq <= $2::bigint ORDER BY seq
