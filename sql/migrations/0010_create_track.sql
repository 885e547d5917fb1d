-- Why: where units were is kept, sampled, for the review of a day: a table by day beside the log, dropped when its time is over.
-- Locks: nothing that exists; makes a new table and changes a comment.
-- Checked: tests/pgtap/track.sql (shape, grants), tests/sql/test_tracks (days made and dropped, written twice, read).

CREATE TABLE track (
    unit      bigint      NOT NULL,
    at        timestamptz NOT NULL,
    seq       bigint      NOT NULL,
    lon_e7    integer     NOT NULL,
    lat_e7    integer     NOT NULL,
    heading   smallint,
    speed_kmh smallint,
    PRIMARY KEY (unit, at)
) PARTITION BY RANGE (at);

COMMENT ON TABLE track IS 'Sampled positions of units, by UTC day; outside the log. Who reads it stands in access_log';
COMMENT ON COLUMN track.unit IS 'Number of the unit: 12 of live-u12';
COMMENT ON COLUMN track.at IS 'When the device was there, by its own clock, at most 5 s ahead of the server';
COMMENT ON COLUMN track.seq IS 'Seq of the log that was durable when the position came in';
COMMENT ON COLUMN track.lon_e7 IS 'WGS 84 longitude, 1e-7 degree';
COMMENT ON COLUMN track.lat_e7 IS 'WGS 84 latitude, 1e-7 degree';
COMMENT ON COLUMN track.heading IS 'Degrees from north; null: unknown';
COMMENT ON COLUMN track.speed_kmh IS 'Speed, km/h; null: unknown';

COMMENT ON COLUMN access_log.incident IS 'Incident, report or unit of which was read';

-- Run by the tracker every day, with the owner's rights: its own role may neither make nor drop a table.
CREATE FUNCTION track_keep(from_us bigint, now_us bigint, days bigint) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET TimeZone = 'UTC' AS $$
DECLARE
    today   CONSTANT date := (to_timestamp(0) + now_us * interval '1 microsecond')::date;
    oldest  CONSTANT date := today - greatest(days, 1)::integer;
    day     date := greatest((to_timestamp(0) + from_us * interval '1 microsecond')::date, oldest);
    part    text;
    dropped bigint := 0;
BEGIN
    WHILE day <= today + 1 LOOP
        part := 'track_' || to_char(day, 'YYYYMMDD');
        IF to_regclass(format('%I', part)) IS NULL THEN
            EXECUTE format('CREATE TABLE %I PARTITION OF track FOR VALUES FROM (%L) TO (%L)',
                           part, day::timestamptz, (day + 1)::timestamptz);
            EXECUTE format('COMMENT ON TABLE %I IS %L', part, format('Part of track: %s, UTC', day));
        END IF;
        day := day + 1;
    END LOOP;
    FOR part IN
        SELECT c.relname FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'track'::regclass AND c.relname < 'track_' || to_char(oldest, 'YYYYMMDD')
    LOOP
        EXECUTE format('DROP TABLE %I', part);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END
$$;

COMMENT ON FUNCTION track_keep(bigint, bigint, bigint) IS
    'Makes the days of track from an instant to tomorrow and drops those older than so many days; returns how many were dropped';

-- Whoever calls it cannot put a table of its own in place of one of these.
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION track_keep(bigint, bigint, bigint) SET search_path = %I, pg_temp', current_schema());
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO tocsin_tracker', current_schema());
END
$$;

REVOKE ALL ON FUNCTION track_keep(bigint, bigint, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION track_keep(bigint, bigint, bigint) TO tocsin_tracker;

GRANT INSERT ON track TO tocsin_tracker;
GRANT SELECT ON track TO tocsin_auth;
