-- $1 username, $2 encoded Argon2id hash
INSERT INTO credential (username, argon2id) VALUES ($1::text, $2::text)
ON CONFLICT (username) DO UPDATE SET argon2id = excluded.argon2id, changed_at = now()
