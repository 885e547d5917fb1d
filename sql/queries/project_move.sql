-- Moves the cursor in the same transaction as the rows; what was whole stays so. $1 from, $2 to
UPDATE projection_cursor SET seq = $2::bigint, whole_seq = CASE WHEN whole_seq = seq THEN $2::bigint ELSE whole_seq END,
    updated_at = now()
WHERE name = 'read' AND seq = $1::bigint
