-- One migration at a time, whoever starts it.
SELECT pg_advisory_lock(8420, 1)
