-- Everything in a world's schema says what it is, and belongs to tocsin_owner.
BEGIN;
SELECT plan(6);

SELECT is_empty(
    $$SELECT c.relname FROM pg_class c
      WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
        AND obj_description(c.oid, 'pg_class') IS NULL$$,
    'every table has a comment');
SELECT is_empty(
    $$SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND a.attnum > 0 AND NOT a.attisdropped AND col_description(c.oid, a.attnum) IS NULL$$,
    'every column has a comment');
SELECT is_empty(
    $$SELECT c.relname FROM pg_class c
      WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
        AND c.relowner <> 'tocsin_owner'::regrole$$,
    'every table belongs to the owner');
SELECT is_empty(
    $$SELECT c.relname FROM pg_class c, aclexplode(c.relacl) AS x
      WHERE c.relnamespace = current_schema()::regnamespace AND x.grantee = 0$$,
    'nothing is granted to everybody');
SELECT is_empty(
    $$SELECT c.relname FROM pg_class c
      WHERE c.relowner IN (SELECT oid FROM pg_roles WHERE rolname LIKE 'tocsin\_%' AND rolname <> 'tocsin_owner')$$,
    'the server''s roles own nothing');
SELECT results_eq(
    'SELECT version FROM schema_migration ORDER BY version',
    'SELECT generate_series(1, (SELECT max(version) FROM schema_migration))',
    'migrations stand without a gap');

SELECT * FROM finish();
ROLLBACK;
