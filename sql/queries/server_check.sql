-- Settings without which a commit is no promise, read by name.
SELECT current_setting('fsync'), current_setting('full_page_writes'), current_setting('synchronous_commit'),
       pg_catalog.pg_is_in_recovery()
