-- $1 username
DELETE FROM credential WHERE username = $1::text
