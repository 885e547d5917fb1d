-- Hash of one row. $1 seq
SELECT hash FROM event_row WHERE seq = $1::bigint
