-- Why: who reads the tracks of an incident that has left the memory has its units and times looked up; paper that is older than
--      what is in memory is looked for in the log by its number.
-- Locks: appending to the log while the index is made (a scan of the log; it holds the few rows of one command).
-- Checked: tests/pgtap/track.sql, tests/pgtap/event_log.sql (grants, index), tests/server/view_tracks, tests/server/test_read_tables.

GRANT SELECT (id, zone) ON incident TO tocsin_auth;
GRANT SELECT (id, incident, unit, dispatched_at, acknowledged_at, en_route_at, staged_at, on_scene_at, ended_at) ON assignment
    TO tocsin_auth;

CREATE INDEX event_row_paper ON event_row (seq) WHERE command = 'paper.enter';
