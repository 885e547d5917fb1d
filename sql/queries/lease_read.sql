-- The head as it stands, the age of the holder's last sign of life by the database's clock (µs), and what durability needs.
SELECT world, world_id, epoch, seq, hash, coalesce(holder, ''),
       CASE WHEN holder IS NULL OR seen_at = '-infinity' THEN 9223372036854775807
            ELSE (extract(epoch FROM clock_timestamp() - seen_at) * 1000000)::bigint END,
       coalesce((SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = session_user), false),
       current_setting('fsync') = 'on', current_setting('full_page_writes') = 'on',
       current_setting('synchronous_commit') <> 'off', pg_catalog.pg_is_in_recovery()
FROM log_head
