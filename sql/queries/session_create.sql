-- A new session and the address it came from. $1 token hash, $2 username, $3 lifetime (µs), $4 address
WITH seen AS (
    INSERT INTO known_address (username, address) VALUES ($2::text, $4::text)
    ON CONFLICT (username, address) DO UPDATE SET last_seen = now()
)
INSERT INTO session (token_hash, username, expires_at, address)
VALUES ($1::bytea, $2::text, now() + $3::bigint * interval '1 microsecond', $4::text)
RETURNING (extract(epoch FROM created_at) * 1000000)::bigint, (extract(epoch FROM expires_at) * 1000000)::bigint
