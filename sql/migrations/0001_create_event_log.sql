-- Why: the log is the record; one row is one accepted command with its events, in gapless order, hashed in a chain.
-- Locks: nothing that exists; makes new tables in a new schema.
-- Checked: tests/pgtap/event_log.sql (shape, grants, append only), tests/sql (append, fence, verify).

CREATE TABLE event_row (
    seq        bigint NOT NULL PRIMARY KEY CHECK (seq > 0),
    epoch      bigint NOT NULL CHECK (epoch > 0),
    at         bigint NOT NULL CHECK (at > 0),
    actor      text   NOT NULL CHECK (octet_length(actor) <= 128 AND strpos(actor, E'\n') = 0),
    command_id text   NOT NULL CHECK (octet_length(command_id) <= 128 AND strpos(command_id, E'\n') = 0),
    command    text   NOT NULL CHECK (octet_length(command) <= 64 AND strpos(command, E'\n') = 0),
    data       text   NOT NULL CHECK (strpos(data, E'\n') = 0),
    prev_hash  bytea  NOT NULL CHECK (octet_length(prev_hash) = 32),
    hash       bytea  NOT NULL CHECK (octet_length(hash) = 32)
) PARTITION BY RANGE (seq);

COMMENT ON TABLE event_row IS 'The log: one accepted command a row, append-only. Format: docs/api/log-format.md';
COMMENT ON COLUMN event_row.seq IS 'Sequence number, 1, 2, 3 ... without a gap';
COMMENT ON COLUMN event_row.epoch IS 'Epoch of the lease under which the row was decided';
COMMENT ON COLUMN event_row.at IS 'Server clock at the decision, µs UTC since 1970; never falls';
COMMENT ON COLUMN event_row.actor IS 'Principal who commanded: user name, or the core itself';
COMMENT ON COLUMN event_row.command_id IS 'Id of the command, unique per actor for 48 h of log time';
COMMENT ON COLUMN event_row.command IS 'Type of the command, such as report.receive';
COMMENT ON COLUMN event_row.data IS 'Canonical JSON on one line: version, content hash, by whom, events in order';
COMMENT ON COLUMN event_row.prev_hash IS 'Hash of the row before, 32 bytes; of the first row SHA-256 of tocsin-log/1, newline, world';
COMMENT ON COLUMN event_row.hash IS 'SHA-256 of prev_hash and the canonical row, 32 bytes';

-- Rows over 2 kB are compressed on their way to disk; lz4 costs a tenth of the default. Not every server was built with it.
DO $$
BEGIN
    ALTER TABLE event_row ALTER COLUMN data SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
    RAISE NOTICE 'this server has no lz4; event_row.data keeps the default compression';
END
$$;

CREATE TABLE event_partition (
    name      text   NOT NULL PRIMARY KEY,
    from_seq  bigint NOT NULL UNIQUE CHECK (from_seq >= 0),
    below_seq bigint NOT NULL CHECK (below_seq > from_seq),
    made_at   timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE event_partition IS 'Partitions of event_row, so that the writer can see how much room is left';
COMMENT ON COLUMN event_partition.name IS 'Name of the partition in this schema';
COMMENT ON COLUMN event_partition.from_seq IS 'First seq it takes';
COMMENT ON COLUMN event_partition.below_seq IS 'First seq it does not take any more';
COMMENT ON COLUMN event_partition.made_at IS 'When it was made, database clock';

-- Partitions hold 10 million rows each. Run by the owner only: tocsin migrate, and a job now and then. The head's last seq is
-- the greatest in the log itself, so that this needs nothing but the log.
CREATE FUNCTION event_log_extend(rows_ahead bigint) RETURNS integer
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    rows_each CONSTANT bigint := 10000000;
    wanted    bigint := coalesce((SELECT max(seq) FROM event_row), 0) + rows_ahead;
    next_from bigint := coalesce((SELECT max(below_seq) FROM event_partition), 0);
    made      integer := 0;
    part      text;
BEGIN
    WHILE next_from <= wanted LOOP
        part := 'event_row_' || lpad((next_from / rows_each)::text, 5, '0');
        EXECUTE format('CREATE TABLE %I PARTITION OF event_row FOR VALUES FROM (%s) TO (%s)',
                       part, next_from, next_from + rows_each);
        EXECUTE format('COMMENT ON TABLE %I IS %L', part,
                       format('Part of event_row: seq %s to %s', next_from, next_from + rows_each - 1));
        INSERT INTO event_partition (name, from_seq, below_seq)
        VALUES (part, next_from, next_from + rows_each);
        next_from := next_from + rows_each;
        made := made + 1;
    END LOOP;
    RETURN made;
END
$$;

COMMENT ON FUNCTION event_log_extend(bigint) IS
    'Makes partitions until the log has room for so many rows beyond its last; returns how many were made';

REVOKE ALL ON FUNCTION event_log_extend(bigint) FROM PUBLIC;

SELECT event_log_extend(100000000);

GRANT SELECT, INSERT ON event_row TO tocsin_writer;
GRANT SELECT ON event_row TO tocsin_projector, tocsin_auditor, tocsin_eraser;
GRANT SELECT ON event_partition TO tocsin_writer, tocsin_auditor;
