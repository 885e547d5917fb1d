-- Who may do what with personal values: the writer writes and cannot read, the eraser erases and cannot read.
BEGIN;
SELECT plan(9);

SELECT table_privs_are('personal', 'tocsin_writer', ARRAY['INSERT']);
SELECT table_privs_are('personal', 'tocsin_auth', ARRAY['SELECT']);
SELECT table_privs_are('personal', 'tocsin_projector', ARRAY[]::text[]);
SELECT table_privs_are('personal', 'tocsin_reader', ARRAY[]::text[]);
SELECT table_privs_are('personal', 'tocsin_eraser', ARRAY['DELETE']);
SELECT column_privs_are('personal', 'value', 'tocsin_eraser', ARRAY[]::text[]);
SELECT column_privs_are('personal', 'ref', 'tocsin_eraser', ARRAY['SELECT']);
SELECT table_privs_are('erasure', 'tocsin_eraser', ARRAY['SELECT', 'INSERT']);
SELECT throws_ok($$INSERT INTO erasure (ref, kind, rule, by) VALUES (1, 'k', '', 'x')$$, '23514');

SELECT * FROM finish();
ROLLBACK;
