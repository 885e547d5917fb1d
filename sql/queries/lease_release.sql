-- Gives the lease back, so that the next server need not wait. $1 epoch held, $2 holder
UPDATE log_head SET holder = NULL, backend_pid = NULL, backend_start = NULL, seen_at = '-infinity'
WHERE epoch = $1::bigint AND holder = $2::text
