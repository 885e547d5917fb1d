-- Credentials and sessions are seen by the auth worker only.
BEGIN;
SELECT plan(10);

SELECT table_privs_are('credential', 'tocsin_auth', ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']);
SELECT table_privs_are('credential', 'tocsin_auditor', ARRAY[]::text[]);
SELECT table_privs_are('credential', 'tocsin_writer', ARRAY[]::text[]);
SELECT table_privs_are('session', 'tocsin_auth', ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']);
SELECT table_privs_are('session', 'tocsin_auditor', ARRAY[]::text[]);
SELECT table_privs_are('session', 'tocsin_writer', ARRAY[]::text[]);
SELECT table_privs_are('known_address', 'tocsin_writer', ARRAY[]::text[]);
SELECT throws_ok($$INSERT INTO credential VALUES ('a', 'plain password')$$, '23514');
SELECT throws_ok($$INSERT INTO session (token_hash, username, expires_at, address) VALUES ('token', 'a', now(), '')$$,
                 '23514');
SELECT throws_ok($$INSERT INTO session (token_hash, username, expires_at, address) VALUES (sha256(''), '', now(), '')$$,
                 '23514');

SELECT * FROM finish();
ROLLBACK;
