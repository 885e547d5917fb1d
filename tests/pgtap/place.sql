-- Places are read by who serves searches and by people with SQL; nobody of the server writes them.
BEGIN;
SELECT plan(12);

SELECT table_privs_are('place', 'tocsin_auditor', ARRAY['SELECT']);
SELECT table_privs_are('place', 'tocsin_reader', ARRAY['SELECT']);
SELECT table_privs_are('place', 'tocsin_writer', ARRAY[]::text[]);
SELECT table_privs_are('place', 'tocsin_auth', ARRAY[]::text[]);
SELECT table_privs_are('place', 'tocsin_tracker', ARRAY[]::text[]);
SELECT function_privs_are('place_fold', ARRAY['text'], 'tocsin_auditor', ARRAY['EXECUTE']);
SELECT function_privs_are('place_fold', ARRAY['text'], 'tocsin_writer', ARRAY[]::text[]);
SELECT is(place_fold(' Ｒenmin　Road (北) 2-1号'), 'renminroad北21号');
SELECT is(place_fold('《》·'), '');
SELECT is((SELECT array_agg(g ORDER BY g COLLATE "C") FROM unnest(place_beginnings('人民|abcd')) AS g), ARRAY['|a', '|ab', '|abc', '|人', '|人民']);
SELECT is((SELECT array_agg(g ORDER BY g COLLATE "C") FROM unnest(place_grams('人民|ab')) AS g), ARRAY['a', 'ab', 'b', '人', '人民', '民']);
SELECT throws_ok($$SET LOCAL ROLE tocsin_auditor; DELETE FROM place$$, '42501');

SELECT * FROM finish();
ROLLBACK;
