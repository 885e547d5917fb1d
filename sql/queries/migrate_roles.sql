-- Roles of the cluster. tocsin_server signs in and takes one of the others on each connection; it owns nothing.
-- Roles belong to all databases of the cluster, and no lock of one database keeps the migration of another away: whoever meets
-- one at the same work looks again.
DO $$
DECLARE
    r text;
BEGIN
    FOR attempt IN 1..50 LOOP
        BEGIN
            FOREACH r IN ARRAY ARRAY['tocsin_owner', 'tocsin_writer', 'tocsin_auth', 'tocsin_projector', 'tocsin_auditor',
                                     'tocsin_eraser', 'tocsin_reader', 'tocsin_tracker', 'tocsin_learner'] LOOP
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r) THEN
                    EXECUTE format('CREATE ROLE %I NOLOGIN', r);
                END IF;
            END LOOP;
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tocsin_server') THEN
                CREATE ROLE tocsin_server LOGIN NOINHERIT;
            END IF;
            -- To see and end the last holder's backend when it signed in under another name. Backends of its own name it may end
            -- anyway, so that a migrating user who may not grant this does no harm.
            BEGIN
                GRANT pg_signal_backend, pg_read_all_stats TO tocsin_writer;
            EXCEPTION WHEN insufficient_privilege THEN
                RAISE NOTICE 'tocsin_writer may end backends of its own name only';
            END;
            IF NOT pg_has_role('tocsin_owner', 'MEMBER') THEN
                GRANT tocsin_owner TO current_user;
            END IF;
            GRANT tocsin_writer, tocsin_auth, tocsin_projector, tocsin_auditor, tocsin_tracker TO tocsin_server;
            COMMENT ON ROLE tocsin_owner IS 'Tocsin: owns tables and partitions, signs in nowhere';
            COMMENT ON ROLE tocsin_server IS 'Tocsin: the server signs in as this role';
            COMMENT ON ROLE tocsin_writer IS 'Tocsin: appends to the log';
            COMMENT ON ROLE tocsin_auth IS 'Tocsin: sessions, passwords, reading personal values';
            COMMENT ON ROLE tocsin_projector IS 'Tocsin: writes the read tables';
            COMMENT ON ROLE tocsin_auditor IS 'Tocsin: reads all, to verify';
            COMMENT ON ROLE tocsin_eraser IS 'Tocsin: erases personal values';
            COMMENT ON ROLE tocsin_reader IS 'Tocsin: people who read the read tables with SQL';
            COMMENT ON ROLE tocsin_tracker IS 'Tocsin: writes sampled positions';
            COMMENT ON ROLE tocsin_learner IS 'Tocsin: learns travel times from drives, without whose they are';
            RETURN;
        EXCEPTION WHEN unique_violation OR duplicate_object OR internal_error THEN -- the last: "tuple concurrently updated"
            IF attempt = 50 THEN
                RAISE;
            END IF;
            PERFORM pg_sleep(0.1);
        END;
    END LOOP;
END
$$
