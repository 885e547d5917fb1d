-- How often somebody broke the glass of late, and when first of these. $1 actor, $2 after this instant (µs UTC), $3 so many rows
-- of the end are looked at
SELECT count(*), COALESCE(min(at), 0)
FROM access_log
WHERE seq > (SELECT seq FROM access_head) - $3::bigint AND at > $2::bigint AND actor = $1::text
  AND starts_with(purpose, 'break ')
