-- The access log only grows.
BEGIN;
SELECT plan(8);

SELECT table_privs_are('access_log', 'tocsin_auth', ARRAY['SELECT', 'INSERT']);
SELECT table_privs_are('access_log', 'tocsin_auditor', ARRAY['SELECT']);
SELECT table_privs_are('access_log', 'tocsin_writer', ARRAY[]::text[]);
SELECT throws_ok($$SET LOCAL ROLE tocsin_auth; DELETE FROM access_log$$, '42501');
SELECT throws_ok($$SET LOCAL ROLE tocsin_auth; UPDATE access_log SET purpose = 'x'$$, '42501');
SELECT throws_ok($$INSERT INTO access_log VALUES (1, 1, 'a', 'i', E'two\nlines', 'f', sha256(''), sha256(''))$$, '23514');
SELECT throws_ok($$INSERT INTO access_log VALUES (1, 1, 'a', 'i', 'p', 'f', sha256(''), sha256(''), 'no id')$$, '23514');
SELECT index_is_unique('access_log', 'access_log_spooled');

SELECT * FROM finish();
ROLLBACK;
