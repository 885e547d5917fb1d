-- How many rows the log can still take before the owner has to make partitions.
SELECT coalesce((SELECT max(below_seq) FROM event_partition), 0) - 1 - h.seq FROM log_head h
