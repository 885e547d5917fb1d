-- $1 token hash
UPDATE session SET last_seen = now() WHERE token_hash = $1::bytea
