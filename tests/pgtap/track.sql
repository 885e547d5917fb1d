-- Tracks are written by the tracker and read by who records the access first; nobody else sees them.
BEGIN;
SELECT plan(17);

SELECT table_privs_are('track', 'tocsin_tracker', ARRAY['INSERT']);
SELECT table_privs_are('track', 'tocsin_auth', ARRAY['SELECT']);
SELECT table_privs_are('track', 'tocsin_writer', ARRAY[]::text[]);
SELECT table_privs_are('track', 'tocsin_projector', ARRAY[]::text[]);
SELECT table_privs_are('track', 'tocsin_auditor', ARRAY[]::text[]);
SELECT table_privs_are('track', 'tocsin_reader', ARRAY[]::text[]);
SELECT is_partitioned('track');
SELECT function_privs_are('track_keep', ARRAY['bigint', 'bigint', 'bigint'], 'tocsin_tracker', ARRAY['EXECUTE']);
SELECT function_privs_are('track_keep', ARRAY['bigint', 'bigint', 'bigint'], 'tocsin_reader', ARRAY[]::text[]);
SELECT is_definer('track_keep', ARRAY['bigint', 'bigint', 'bigint']);
SELECT ok((SELECT proconfig::text LIKE '%pg_temp%' FROM pg_proc WHERE proname = 'track_keep'
           AND pronamespace = current_schema()::regnamespace), 'its search path ends in pg_temp');
SELECT throws_ok($$SET LOCAL ROLE tocsin_tracker; SELECT * FROM track$$, '42501');
SELECT throws_ok($$SET LOCAL ROLE tocsin_tracker; DELETE FROM track$$, '42501');
SELECT throws_ok($$SET LOCAL ROLE tocsin_auth; INSERT INTO track VALUES (1, now(), 1, 1, 1)$$, '42501');

-- Of incidents that left the memory: zone, units and times, and nothing else.
SELECT column_privs_are('incident', 'zone', 'tocsin_auth', ARRAY['SELECT']);
SELECT column_privs_are('assignment', 'spoken_by', 'tocsin_auth', ARRAY[]::text[]);
SELECT throws_ok($$SET LOCAL ROLE tocsin_auth; SELECT status FROM incident$$, '42501');

SELECT * FROM finish();
ROLLBACK;
