-- The head of the log and of the access log, once. $1 world, $2 random id, $3 beginning of the log, $4 of the access log
WITH access AS (
    INSERT INTO access_head (hash) VALUES ($4::bytea) ON CONFLICT DO NOTHING
)
INSERT INTO log_head (world, world_id, hash) VALUES ($1::text, $2::text, $3::bytea) ON CONFLICT DO NOTHING
