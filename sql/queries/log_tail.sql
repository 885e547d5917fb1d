-- The last row of the log itself.
SELECT seq, hash FROM event_row ORDER BY seq DESC LIMIT 1
