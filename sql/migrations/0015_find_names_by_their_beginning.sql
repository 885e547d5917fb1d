-- Why: two Latin letters, or "Street", stand in nearly every name of a city; what begins with them must be found without reading all.
-- Locks: table place while its rows are written anew (100,000 names: some seconds); searches wait or end in their time.
-- Checked: tests/pgtap/place.sql (what a beginning is), tests/sql/test_places (beginnings first, found among very many).

-- The first one, two and three characters of each name, each behind a bar, so that they are no parts of names.
CREATE FUNCTION place_beginnings(folded text) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
        SELECT coalesce(array_agg(DISTINCT '|' || left(name, n)), ARRAY[]::text[])
        FROM string_to_table(folded, '|') AS name, generate_series(1, 3) AS n
        WHERE length(name) >= n
    $$;

COMMENT ON FUNCTION place_beginnings(text) IS 'How each of its folded names begins';
REVOKE ALL ON FUNCTION place_beginnings(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION place_beginnings(text) TO tocsin_auditor;

UPDATE place SET grams = grams || place_beginnings(folded);
COMMENT ON COLUMN place.grams IS 'Each character of folded and each pair of neighbours, by which the index finds parts of names, and how each name begins';
