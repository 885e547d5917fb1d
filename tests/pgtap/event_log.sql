-- The log takes new rows only, from the writer only.
BEGIN;
SELECT plan(22);

SELECT columns_are('event_row', ARRAY['seq', 'epoch', 'at', 'actor', 'command_id', 'command', 'data', 'prev_hash', 'hash']);
SELECT col_is_pk('event_row', 'seq');
SELECT col_type_is('event_row', 'data', 'text');
SELECT is_partitioned('event_row');
SELECT table_privs_are('event_row', 'tocsin_writer', ARRAY['SELECT', 'INSERT']);
SELECT table_privs_are('event_row', 'tocsin_projector', ARRAY['SELECT']);
SELECT table_privs_are('event_row', 'tocsin_auditor', ARRAY['SELECT']);
SELECT table_privs_are('event_row', 'tocsin_auth', ARRAY[]::text[]);
SELECT table_privs_are('event_row', 'tocsin_reader', ARRAY[]::text[]);
SELECT function_privs_are('event_log_extend', ARRAY['bigint'], 'tocsin_writer', ARRAY[]::text[]);

CREATE FUNCTION pg_temp.put(seq bigint, actor text, data text, hash bytea) RETURNS void LANGUAGE sql AS
    $$INSERT INTO event_row VALUES (seq, 1, 1, actor, 'c1', 'report.receive', data, sha256(''), hash)$$;

SELECT lives_ok($$SET LOCAL ROLE tocsin_writer;
    INSERT INTO event_row VALUES (1, 1, 1, 'a', 'c', 'x', '{}', sha256(''), sha256('')); RESET ROLE$$,
    'the writer may insert');
SELECT throws_ok($$SET LOCAL ROLE tocsin_writer; UPDATE event_row SET data = '{}'$$, '42501', NULL, 'and not change');
SELECT throws_ok($$SET LOCAL ROLE tocsin_writer; DELETE FROM event_row$$, '42501', NULL, 'and not delete');
SELECT throws_ok($$SET LOCAL ROLE tocsin_writer; TRUNCATE event_row$$, '42501', NULL, 'and not empty');
SELECT throws_ok($$SET LOCAL ROLE tocsin_writer; DELETE FROM event_row_00000$$, '42501', NULL, 'not through a partition');
SELECT throws_ok($$SET LOCAL ROLE tocsin_writer; CREATE TABLE mine ()$$, '42501', NULL, 'and makes no tables');
SELECT throws_ok($$SET LOCAL ROLE tocsin_writer; SELECT event_log_extend(1)$$, '42501', NULL, 'and no partitions');
SELECT throws_ok($$SELECT pg_temp.put(1, 'a', '{}', sha256(''))$$, '23505', NULL, 'a seq stands once');

SELECT is((SELECT count(*) FROM event_partition), 11::bigint, 'eleven partitions at first');
SELECT is(event_log_extend(100000000), 0, 'enough room: none is made');
SELECT is(event_log_extend(120000000), 2, 'as many as the room needs');
SELECT is((SELECT max(below_seq) FROM event_partition), 130000000::bigint, 'and they are written down');

SELECT * FROM finish();
ROLLBACK;
