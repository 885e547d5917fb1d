-- Read tables are written by the projector and read by people.
BEGIN;
SELECT plan(15);

SELECT table_privs_are('incident', 'tocsin_reader', ARRAY['SELECT']);
SELECT table_privs_are('unit', 'tocsin_reader', ARRAY['SELECT']);
SELECT table_privs_are('assignment', 'tocsin_reader', ARRAY['SELECT']);
SELECT table_privs_are('incident', 'tocsin_writer', ARRAY[]::text[]);
SELECT table_privs_are('incident', 'tocsin_projector', ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']);
SELECT is((SELECT seq FROM projection_cursor WHERE name = 'read'), 0::bigint, 'the cursor begins at 0');
SELECT throws_ok($$INSERT INTO incident (id, number, rev, status, place_state, opened_at, projected_seq, tier)
                   VALUES ('w-i1', '1', 1, 'waiting', 'known', now(), 1, 5)$$, '23514');
SELECT throws_ok($$INSERT INTO incident (id, number, rev, status, place_state, opened_at, projected_seq, lat)
                   VALUES ('w-i1', '1', 1, 'waiting', 'known', now(), 1, 91)$$, '23514');

-- Widened: what stands is filled by replaying the log, and whole_seq tells when that is done.
SELECT table_privs_are('report', 'tocsin_reader', ARRAY['SELECT']);
SELECT table_privs_are('report', 'tocsin_writer', ARRAY[]::text[]);
SELECT table_privs_are('report', 'tocsin_projector', ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']);
SELECT column_privs_are('projection_cursor', 'whole_seq', 'tocsin_projector', ARRAY['SELECT', 'UPDATE']);
SELECT is((SELECT whole_seq FROM projection_cursor WHERE name = 'read'), 0::bigint, 'nothing is whole at once with nothing');
SELECT is((SELECT count(*) FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
           WHERE c.relname IN ('incident', 'unit', 'assignment', 'report', 'projection_cursor') AND c.relkind = 'r'
             AND c.relnamespace = current_schema()::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
             AND col_description(c.oid, a.attnum) IS NULL), 0::bigint, 'every column says what it is');
SELECT is((SELECT count(*) FROM information_schema.columns WHERE table_schema = current_schema()
             AND table_name IN ('incident', 'unit', 'assignment', 'report')
             AND column_name ~ 'phone|name|narrative|note|address|detail|exact|external|recording'
             AND column_name NOT IN ('named_at')), 0::bigint, 'no column is for a personal value');

SELECT * FROM finish();
ROLLBACK;
