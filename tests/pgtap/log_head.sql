-- There is one head, and only the writer moves it.
BEGIN;
SELECT plan(9);

SELECT is((SELECT count(*) FROM log_head), 1::bigint, 'one row');
SELECT throws_ok($$INSERT INTO log_head (world, world_id, hash) SELECT world, world_id, hash FROM log_head$$, '23505');
SELECT throws_ok($$INSERT INTO log_head (one, world, world_id, hash) SELECT false, world, world_id, hash FROM log_head$$,
                 '23514');
SELECT is((SELECT hash FROM log_head), sha256(convert_to(E'tocsin-log/1\n' || current_schema(), 'UTF8')),
          'it begins with the world''s beginning');
SELECT is((SELECT hash FROM access_head), sha256(convert_to(E'tocsin-access/1\n' || current_schema(), 'UTF8')),
          'and so does that of the access log');
SELECT table_privs_are('log_head', 'tocsin_writer', ARRAY['SELECT']);
SELECT column_privs_are('log_head', 'seq', 'tocsin_writer', ARRAY['SELECT', 'UPDATE']);
SELECT column_privs_are('log_head', 'world_id', 'tocsin_writer', ARRAY['SELECT']);
SELECT column_privs_are('log_head', 'seq', 'tocsin_auth', ARRAY['SELECT']);

SELECT * FROM finish();
ROLLBACK;
