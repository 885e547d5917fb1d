-- Read tables are written by the projector and read by people.
BEGIN;
SELECT plan(8);

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

SELECT * FROM finish();
ROLLBACK;
