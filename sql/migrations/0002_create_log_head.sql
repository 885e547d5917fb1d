-- Why: one row says how far the log goes and which server may append; an append is an update of it, guarded by epoch and seq.
-- Locks: nothing that exists; makes a new table.
-- Checked: tests/pgtap/log_head.sql, tests/sql (fence, takeover, return after loss).

CREATE TABLE log_head (
    one           boolean NOT NULL PRIMARY KEY DEFAULT true CHECK (one),
    world         text    NOT NULL CHECK (world ~ '^[a-z0-9_]{1,16}$'),
    world_id      text    NOT NULL CHECK (world_id ~ '^[0-9a-f]{32}$'),
    epoch         bigint  NOT NULL DEFAULT 0 CHECK (epoch >= 0),
    seq           bigint  NOT NULL DEFAULT 0 CHECK (seq >= 0),
    hash          bytea   NOT NULL CHECK (octet_length(hash) = 32),
    holder        text,
    backend_pid   integer,
    backend_start timestamptz,
    seen_at       timestamptz NOT NULL DEFAULT '-infinity'
);

COMMENT ON TABLE log_head IS 'One row: the end of the log and the lease on it';
COMMENT ON COLUMN log_head.one IS 'Always true: there is one row';
COMMENT ON COLUMN log_head.world IS 'Name of the world this schema records';
COMMENT ON COLUMN log_head.world_id IS 'Random id of this record, 32 hex digits; a reset or a restore makes a new one';
COMMENT ON COLUMN log_head.epoch IS 'Number of the lease; raised by each taking';
COMMENT ON COLUMN log_head.seq IS 'Seq of the last row of the log, 0 when empty';
COMMENT ON COLUMN log_head.hash IS 'Hash of the last row, or of the world''s beginning when empty; 32 bytes';
COMMENT ON COLUMN log_head.holder IS 'Who holds the lease: host, process, random word; null when it was given back';
COMMENT ON COLUMN log_head.backend_pid IS 'Process id of the holder''s database backend';
COMMENT ON COLUMN log_head.backend_start IS 'Start of that backend, which tells it from a later one with the same id';
COMMENT ON COLUMN log_head.seen_at IS 'Last sign of life of the holder, database clock; older than 3 s may be taken over';

GRANT SELECT ON log_head TO tocsin_writer, tocsin_projector, tocsin_auditor, tocsin_eraser, tocsin_auth;
GRANT UPDATE (epoch, seq, hash, holder, backend_pid, backend_start, seen_at) ON log_head TO tocsin_writer;
