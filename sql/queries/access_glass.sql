-- Readings of late for which the glass was broken, oldest first. $1 after this instant (µs UTC), $2 so many rows of the end are
-- looked at
SELECT actor, incident, purpose
FROM access_log
WHERE seq > (SELECT seq FROM access_head) - $2::bigint AND at > $1::bigint AND starts_with(purpose, 'break ')
ORDER BY seq
