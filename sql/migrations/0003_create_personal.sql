-- Why: personal values never stand in the log; they stand here and can be erased while the log still verifies.
-- Locks: nothing that exists; makes new tables.
-- Checked: tests/pgtap/personal.sql, tests/sql (fenced append leaves neither, erase keeps verify true).

CREATE TABLE personal (
    ref         bigint NOT NULL PRIMARY KEY CHECK (ref > 0),
    seq         bigint NOT NULL CHECK (seq > 0),
    salt        bytea  NOT NULL CHECK (octet_length(salt) = 16),
    value       bytea  NOT NULL,
    kind        text   NOT NULL CHECK (octet_length(kind) <= 64),
    erase_after bigint NOT NULL
);

COMMENT ON TABLE personal IS 'Personal values named in the log by ref and SHA-256(salt, value) only';
COMMENT ON COLUMN personal.ref IS 'Number of the value, given by the core';
COMMENT ON COLUMN personal.seq IS 'Seq of the row that brought it';
COMMENT ON COLUMN personal.salt IS '16 random bytes, hashed before the value';
COMMENT ON COLUMN personal.value IS 'The value as its hash was made of, UTF-8 text';
COMMENT ON COLUMN personal.kind IS 'Field it came from, such as report.narrative';
COMMENT ON COLUMN personal.erase_after IS 'To be erased after this instant, µs UTC since 1970; 9223372036854775807: no limit';

CREATE TABLE erasure (
    ref       bigint      NOT NULL PRIMARY KEY CHECK (ref > 0),
    kind      text        NOT NULL,
    erased_at timestamptz NOT NULL DEFAULT now(),
    rule      text        NOT NULL CHECK (rule <> ''),
    by        text        NOT NULL CHECK (by <> '')
);

COMMENT ON TABLE erasure IS 'Values erased from personal: a reader is told erased on this day by this rule';
COMMENT ON COLUMN erasure.ref IS 'Number the value had';
COMMENT ON COLUMN erasure.kind IS 'Field it came from';
COMMENT ON COLUMN erasure.erased_at IS 'When, database clock';
COMMENT ON COLUMN erasure.rule IS 'Rule or request that demanded it';
COMMENT ON COLUMN erasure.by IS 'Who ran it';

GRANT INSERT ON personal TO tocsin_writer;
GRANT SELECT ON personal, erasure TO tocsin_auth, tocsin_auditor;
GRANT SELECT (ref, seq, kind, erase_after), DELETE ON personal TO tocsin_eraser;
GRANT SELECT, INSERT ON erasure TO tocsin_eraser;
