-- Every row has been written with all columns.
UPDATE projection_cursor SET whole_seq = seq, updated_at = now() WHERE name = 'read'
