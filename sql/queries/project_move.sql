-- Moves the cursor in the same transaction as the rows. $1 from, $2 to
UPDATE projection_cursor SET seq = $2::bigint, updated_at = now() WHERE name = 'read' AND seq = $1::bigint
