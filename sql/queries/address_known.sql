-- $1 username, $2 address
SELECT EXISTS (SELECT FROM known_address WHERE username = $1::text AND address = $2::text)
