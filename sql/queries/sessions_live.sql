-- Whether each of these sessions has not ended, in their order. $1 token hashes
SELECT EXISTS (SELECT FROM session s WHERE s.token_hash = w.hash AND s.expires_at > now())
FROM unnest($1::bytea[]) WITH ORDINALITY AS w(hash, n)
ORDER BY w.n
