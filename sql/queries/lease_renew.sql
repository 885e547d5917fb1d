-- A sign of life of the holder. $1 epoch held
UPDATE log_head SET seen_at = clock_timestamp() WHERE epoch = $1::bigint
