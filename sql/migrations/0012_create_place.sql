-- Why: a caller names a street, a crossing, an address or a house; the desk finds its point without asking anybody outside.
-- Locks: nothing that exists; makes a new table and two functions.
-- Checked: tests/pgtap/place.sql (shape, grants, folding), tests/sql/test_places (loaded, replaced, found).

CREATE TABLE place (
    id       bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind     text    NOT NULL,
    name     text    NOT NULL,
    name_en  text,
    street   text,
    number   text,
    number_n integer,
    zone     text,
    lon_e7   integer NOT NULL,
    lat_e7   integer NOT NULL,
    radius_m integer NOT NULL,
    folded   text    NOT NULL,
    grams    text[]  NOT NULL
);

COMMENT ON TABLE place IS 'What is found by its name: of the map''s extract, outside the log, replaced as a whole by tocsin places';
COMMENT ON COLUMN place.id IS 'Number of the row; changes with each load';
COMMENT ON COLUMN place.kind IS 'Word of dispatch/model/named_places.def';
COMMENT ON COLUMN place.name IS 'Name as it is shown, Chinese where there is one';
COMMENT ON COLUMN place.name_en IS 'English name; null: it has no other';
COMMENT ON COLUMN place.street IS 'Of an address: its street, folded';
COMMENT ON COLUMN place.number IS 'Of an address: its number as it is written';
COMMENT ON COLUMN place.number_n IS 'Of an address: the number that its number begins with';
COMMENT ON COLUMN place.zone IS 'Code of the district it lies in; null: outside of all';
COMMENT ON COLUMN place.lon_e7 IS 'WGS 84 longitude, 1e-7 degree';
COMMENT ON COLUMN place.lat_e7 IS 'WGS 84 latitude, 1e-7 degree';
COMMENT ON COLUMN place.radius_m IS 'How far it reaches from its point; 0: it is there';
COMMENT ON COLUMN place.folded IS 'All its names as place_fold leaves them, one after the other, with | between';
COMMENT ON COLUMN place.grams IS 'Each character of folded and each pair of neighbours: what the index finds parts of names by';

-- As names are compared: full width and case make no difference, nor do spaces and marks. Character classes are not used: they
-- know no Chinese where the database has no locale. No search path of their own, so that they are run in line.
CREATE FUNCTION place_fold(name text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT regexp_replace(lower(normalize(name, NFKC)), '[][[:space:].,;:()''"`_/\\|·、。，；：“”‘’《》#&+-]', '', 'g') $$;

CREATE FUNCTION place_grams(folded text) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
        SELECT coalesce(array_agg(DISTINCT gram), ARRAY[]::text[])
        FROM generate_series(1, length(folded)) AS i,
             unnest(ARRAY[substr(folded, i, 1), substr(folded, i, 2)]) AS gram
        WHERE position('|' IN gram) = 0
    $$;

COMMENT ON FUNCTION place_fold(text) IS 'A name as names are compared';
COMMENT ON FUNCTION place_grams(text) IS 'Each character of a folded name and each pair of neighbours';

REVOKE ALL ON FUNCTION place_fold(text), place_grams(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION place_fold(text), place_grams(text) TO tocsin_auditor;

CREATE INDEX place_grams ON place USING gin (grams);

GRANT SELECT ON place TO tocsin_auditor, tocsin_reader;
