-- Every session of a user. $1 username
DELETE FROM session WHERE username = $1::text
