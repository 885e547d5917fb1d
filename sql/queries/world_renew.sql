-- A record that was restored or copied is another record: clients start anew, an old server ends. $1 random id
UPDATE log_head SET world_id = $1::text, epoch = epoch + 1, holder = NULL, backend_pid = NULL, backend_start = NULL,
       seen_at = '-infinity'
