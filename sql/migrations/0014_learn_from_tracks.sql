-- Why: travel times are learned from drives to incidents. Who does it sees places and times of these drives, never whose they were,
--      and only behind an entry of the access log.
-- Locks: nothing that exists; makes a function.
-- Checked: tests/pgtap/drives.sql (grants, no entry no answer), tests/sql/test_drives (what is a drive, what is left out).

-- Positions of drives to incidents that began in a span of time: from the step "en route" to the next one. Drives are numbered as they
-- come and named by nothing else. `entry` is the entry of the access log that says so, no older than a day.
CREATE FUNCTION track_drives(entry bigint, from_us bigint, to_us bigint, zone text)
    RETURNS TABLE (drive bigint, at_us bigint, local_us bigint, lon_e7 bigint, lat_e7 bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT SET TimeZone = 'UTC' AS $$
#variable_conflict use_column
BEGIN
    IF NOT EXISTS (SELECT FROM access_log AS l
                   WHERE l.seq = entry AND l.purpose = 'learn_speeds'
                         AND l.at > (extract(epoch FROM clock_timestamp()) * 1000000)::bigint - 86400000000) THEN
        RAISE EXCEPTION 'no entry of the access log allows this reading' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT EXISTS (SELECT FROM pg_timezone_names AS z WHERE z.name = zone) THEN
        RAISE EXCEPTION 'no such time zone' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    RETURN QUERY
    WITH run AS (
        SELECT substring(a.unit FROM '-u([0-9]+)$')::bigint AS unit, a.en_route_at AS began,
               least(CASE WHEN a.staged_at > a.en_route_at THEN a.staged_at END, a.on_scene_at, a.ended_at) AS ended
        FROM assignment AS a
        WHERE a.en_route_at >= to_timestamp(0) + from_us * interval '1 microsecond'
              AND a.en_route_at < to_timestamp(0) + to_us * interval '1 microsecond' AND a.on_view IS NOT TRUE
    ), numbered AS (
        SELECT row_number() OVER (ORDER BY r.began, r.ended, r.unit) AS number, r.* FROM run AS r
        WHERE r.unit IS NOT NULL AND r.ended > r.began AND r.ended < r.began + interval '3 hours'
    )
    SELECT n.number, (extract(epoch FROM t.at) * 1000000)::bigint,
           (extract(epoch FROM t.at AT TIME ZONE zone) * 1000000)::bigint, t.lon_e7::bigint, t.lat_e7::bigint
    FROM numbered AS n JOIN track AS t ON t.unit = n.unit AND t.at >= n.began AND t.at <= n.ended
    ORDER BY n.number, t.at;
END
$$;

COMMENT ON FUNCTION track_drives(bigint, bigint, bigint, text) IS
    'Positions of drives to incidents that began in a span of time (µs UTC), without whose they are; behind an entry of access_log';

-- Whoever calls it cannot put a table of its own in place of one of these.
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION track_drives(bigint, bigint, bigint, text) SET search_path = %I, pg_temp', current_schema());
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO tocsin_learner', current_schema());
END
$$;

REVOKE ALL ON FUNCTION track_drives(bigint, bigint, bigint, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION track_drives(bigint, bigint, bigint, text) TO tocsin_learner;
GRANT SELECT, INSERT ON access_log TO tocsin_learner;
GRANT SELECT, UPDATE (seq, hash) ON access_head TO tocsin_learner;
