-- Why: while the log is down a reading of protected fields is kept in a file first (docs/PRIVACY.md) and written here
-- afterwards, once, however often that is tried; the entry tells that it was.
-- Locks: access_log, exclusively, while a column without values and a small index are added.
-- Checked: tests/pgtap/access_log.sql, tests/sql (appended twice it stands once, the chain covers it).

ALTER TABLE access_log ADD COLUMN spooled text CHECK (spooled ~ '^[0-9a-f]{32}$');
CREATE UNIQUE INDEX access_log_spooled ON access_log (spooled) WHERE spooled IS NOT NULL;

COMMENT ON COLUMN access_log.spooled IS
    'Id the entry had in the file it waited in while the log was down; null: written before the fields were shown';
