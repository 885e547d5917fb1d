-- Why: who reads protected fields is written down before they are shown, in a hash chain of its own.
-- Locks: nothing that exists; makes new tables.
-- Checked: tests/pgtap/access_log.sql, tests/sql (append, chain, tampering found).

CREATE TABLE access_log (
    seq       bigint NOT NULL PRIMARY KEY CHECK (seq > 0),
    at        bigint NOT NULL CHECK (at > 0),
    actor     text   NOT NULL CHECK (actor <> '' AND strpos(actor, E'\n') = 0),
    incident  text   NOT NULL CHECK (strpos(incident, E'\n') = 0),
    purpose   text   NOT NULL CHECK (strpos(purpose, E'\n') = 0),
    fields    text   NOT NULL CHECK (strpos(fields, E'\n') = 0),
    prev_hash bytea  NOT NULL CHECK (octet_length(prev_hash) = 32),
    hash      bytea  NOT NULL CHECK (octet_length(hash) = 32)
);

COMMENT ON TABLE access_log IS 'Readings of protected fields, append-only. Format: docs/api/log-format.md';
COMMENT ON COLUMN access_log.seq IS 'Sequence number, 1, 2, 3 ... without a gap';
COMMENT ON COLUMN access_log.at IS 'When it was read, µs UTC since 1970';
COMMENT ON COLUMN access_log.actor IS 'User who read';
COMMENT ON COLUMN access_log.incident IS 'Incident or report whose fields were read';
COMMENT ON COLUMN access_log.purpose IS 'Purpose or reason given';
COMMENT ON COLUMN access_log.fields IS 'Fields shown, separated by commas';
COMMENT ON COLUMN access_log.prev_hash IS 'Hash of the row before; of the first SHA-256 of tocsin-access/1, newline, world';
COMMENT ON COLUMN access_log.hash IS 'SHA-256 of prev_hash and the canonical row, 32 bytes';

CREATE TABLE access_head (
    one  boolean NOT NULL PRIMARY KEY DEFAULT true CHECK (one),
    seq  bigint  NOT NULL DEFAULT 0 CHECK (seq >= 0),
    hash bytea   NOT NULL CHECK (octet_length(hash) = 32)
);

COMMENT ON TABLE access_head IS 'One row: the end of access_log';
COMMENT ON COLUMN access_head.one IS 'Always true: there is one row';
COMMENT ON COLUMN access_head.seq IS 'Seq of the last row, 0 when empty';
COMMENT ON COLUMN access_head.hash IS 'Hash of the last row, or of the world''s beginning when empty; 32 bytes';

GRANT SELECT, INSERT ON access_log TO tocsin_auth;
GRANT SELECT, UPDATE (seq, hash) ON access_head TO tocsin_auth;
GRANT SELECT ON access_log, access_head TO tocsin_auditor;
