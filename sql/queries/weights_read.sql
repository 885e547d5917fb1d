-- Where incidents have been, about 20 m together, the busiest places first; the last column is when the last one of all was, µs UTC.
-- What was worked on paper counts too; what was withheld or has no place does not.
-- $1 days before the last incident that count
WITH last AS (SELECT max(opened_at) AS at FROM incident)
SELECT (round(lon * 5000) * 2000)::bigint, (round(lat * 5000) * 2000)::bigint, count(*),
       (SELECT extract(epoch FROM at) * 1000000 FROM last)::bigint
FROM incident, last
WHERE lon IS NOT NULL AND lat IS NOT NULL AND place_state IN ('known', 'approximate') AND merged_into IS NULL
      AND opened_at > last.at - make_interval(days => $1::bigint::int)
GROUP BY 1, 2
ORDER BY 3 DESC, 1, 2
LIMIT 200000
