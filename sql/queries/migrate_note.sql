-- $1 version, $2 name, $3 SHA-256
INSERT INTO schema_migration (version, name, sha256) VALUES ($1::bigint, $2::text, $3::bytea)
