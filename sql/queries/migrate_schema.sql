-- The schema of one world, owned by tocsin_owner, and who may look into it. The first world of a database is what a plain
-- psql sees.
DO $$
DECLARE
    world text := current_setting('tocsin.world');
BEGIN
    IF to_regnamespace(quote_ident(world)) IS NULL THEN
        EXECUTE format('CREATE SCHEMA %I AUTHORIZATION tocsin_owner', world);
        EXECUTE format('COMMENT ON SCHEMA %I IS %L', world, 'Tocsin: the record of world ' || world);
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO tocsin_writer, tocsin_auth, tocsin_projector, tocsin_auditor, '
                       'tocsin_eraser, tocsin_reader', world);
    END IF;
    IF EXISTS (SELECT FROM pg_database WHERE datname = current_database() AND pg_has_role(datdba, 'MEMBER'))
       AND NOT EXISTS (SELECT FROM pg_db_role_setting s, unnest(s.setconfig) AS c
                   WHERE s.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
                     AND s.setrole = 0 AND c LIKE 'search_path=%') THEN
        EXECUTE format('ALTER DATABASE %I SET search_path = %I, public', current_database(), world);
    END IF;
END
$$
