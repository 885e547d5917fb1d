-- How many incidents of each tier the last days of the record saw, and how long orders took: mean from dispatch to end, over those that
-- a unit drove to and whose end is known. One row.
-- $1 days before the last incident that count
WITH last AS (SELECT max(opened_at) AS at FROM incident),
     recent AS (
    SELECT i.tier, i.opened_at FROM incident AS i, last
    WHERE i.merged_into IS NULL AND i.opened_at > last.at - make_interval(days => $1::bigint::int)
), trips AS (
    SELECT a.ended_at - a.dispatched_at AS away FROM assignment AS a, last
    WHERE a.dispatched_at > last.at - make_interval(days => $1::bigint::int) AND a.ended_at > a.dispatched_at
          AND a.on_scene_at IS NOT NULL AND a.on_view IS NOT TRUE
)
SELECT (SELECT count(*) FROM recent WHERE tier = 1), (SELECT count(*) FROM recent WHERE tier = 2),
       (SELECT count(*) FROM recent WHERE tier = 3), (SELECT count(*) FROM recent WHERE tier = 4),
       (SELECT coalesce(extract(epoch FROM max(opened_at) - min(opened_at)) * 1000, 0)::bigint FROM recent),
       (SELECT count(*) FROM trips), (SELECT coalesce(extract(epoch FROM avg(away)) * 1000, 0)::bigint FROM trips)
