-- Ends the last holder's backend, known by process id and start time, and counts whether it is still there.
-- A backend that is gone has neither a transaction under way nor one to come. $1 epoch read
SELECT count(pg_catalog.pg_terminate_backend(a.pid))
FROM log_head h JOIN pg_catalog.pg_stat_activity a ON a.pid = h.backend_pid AND a.backend_start = h.backend_start
WHERE h.epoch = $1::bigint AND a.pid <> pg_catalog.pg_backend_pid()
