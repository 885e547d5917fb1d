-- Which migrations were applied, and what they said.
DO $$
BEGIN
    IF to_regclass('schema_migration') IS NULL THEN
        CREATE TABLE schema_migration (
            version integer     NOT NULL PRIMARY KEY CHECK (version > 0),
            name    text        NOT NULL,
            sha256  bytea       NOT NULL CHECK (octet_length(sha256) = 32),
            at      timestamptz NOT NULL DEFAULT now()
        );
        COMMENT ON TABLE schema_migration IS 'Migrations applied to this schema';
        COMMENT ON COLUMN schema_migration.version IS 'Number the file name begins with';
        COMMENT ON COLUMN schema_migration.name IS 'Rest of the file name';
        COMMENT ON COLUMN schema_migration.sha256 IS 'SHA-256 of the file, so that a changed one is refused';
        COMMENT ON COLUMN schema_migration.at IS 'When it was applied, database clock';
        GRANT SELECT ON schema_migration TO tocsin_writer, tocsin_auth, tocsin_projector, tocsin_auditor, tocsin_eraser;
    END IF;
END
$$
