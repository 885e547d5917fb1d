-- A session that has not ended. $1 token hash
SELECT username, address, (extract(epoch FROM created_at) * 1000000)::bigint,
       (extract(epoch FROM expires_at) * 1000000)::bigint, last_seen < now() - interval '1 minute'
FROM session WHERE token_hash = $1::bytea AND expires_at > now()
