-- Makes partitions until so many rows fit beyond the last. $1 rows ahead
SELECT event_log_extend($1::bigint)::bigint
