-- Readings of late that alarm the commander, oldest first: the glass was broken, or the log was down. $1 after this instant
-- (µs UTC), $2 so many rows of the end are looked at
SELECT actor, incident, purpose, spooled IS NOT NULL
FROM access_log
WHERE seq > (SELECT seq FROM access_head) - $2::bigint AND at > $1::bigint
  AND (starts_with(purpose, 'break ') OR spooled IS NOT NULL)
ORDER BY seq
