-- Empties the read tables, to be rebuilt from the log.
WITH gone_incidents AS (DELETE FROM incident), gone_units AS (DELETE FROM unit),
    gone_assignments AS (DELETE FROM assignment), gone_reports AS (DELETE FROM report)
UPDATE projection_cursor SET seq = 0, whole_seq = 0, updated_at = now() WHERE name = 'read'
