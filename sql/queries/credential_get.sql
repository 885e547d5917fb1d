-- $1 username
SELECT argon2id FROM credential WHERE username = $1::text
