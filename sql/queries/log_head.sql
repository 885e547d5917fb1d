-- The head as it stands, for readers.
SELECT world, world_id, epoch, seq, hash, coalesce(holder, '') FROM log_head
