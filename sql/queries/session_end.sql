-- $1 token hash
DELETE FROM session WHERE token_hash = $1::bytea
