-- Who learns travel times sees drives through one function, behind an entry of the access log, and nothing else.
BEGIN;
SELECT plan(11);

SELECT table_privs_are('track', 'tocsin_learner', ARRAY[]::text[]);
SELECT table_privs_are('assignment', 'tocsin_learner', ARRAY[]::text[]);
SELECT table_privs_are('personal', 'tocsin_learner', ARRAY[]::text[]);
SELECT table_privs_are('access_log', 'tocsin_learner', ARRAY['SELECT', 'INSERT']);
SELECT function_privs_are('track_drives', ARRAY['bigint', 'bigint', 'bigint', 'text'], 'tocsin_learner', ARRAY['EXECUTE']);
SELECT function_privs_are('track_drives', ARRAY['bigint', 'bigint', 'bigint', 'text'], 'tocsin_reader', ARRAY[]::text[]);
SELECT function_privs_are('track_drives', ARRAY['bigint', 'bigint', 'bigint', 'text'], 'tocsin_auditor', ARRAY[]::text[]);
SELECT is_definer('track_drives', ARRAY['bigint', 'bigint', 'bigint', 'text']);
SELECT ok((SELECT proconfig::text LIKE '%pg_temp%' FROM pg_proc WHERE proname = 'track_drives'
           AND pronamespace = current_schema()::regnamespace), 'its search path ends in pg_temp');
SELECT throws_ok($$SET LOCAL ROLE tocsin_learner; SELECT * FROM track_drives(1, 0, 1, 'UTC')$$, '42501');
SELECT throws_ok($$SET LOCAL ROLE tocsin_learner; SELECT * FROM track$$, '42501');

SELECT * FROM finish();
ROLLBACK;
