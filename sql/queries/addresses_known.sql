-- Users and the addresses they signed in from, latest first. $1 how many at most
SELECT username, address FROM known_address ORDER BY last_seen DESC LIMIT $1::bigint
