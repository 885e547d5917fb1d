-- Takes the lease: only one of several can raise the epoch it just read. $1 epoch read, $2 holder
UPDATE log_head
SET epoch = epoch + 1, holder = $2::text, backend_pid = pg_catalog.pg_backend_pid(), seen_at = clock_timestamp(),
    backend_start = (SELECT a.backend_start FROM pg_catalog.pg_stat_activity a WHERE a.pid = pg_catalog.pg_backend_pid())
WHERE epoch = $1::bigint
RETURNING epoch, seq, hash
