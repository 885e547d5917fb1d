-- Refs of all personal values that events naming this object brought, by its id or whole. $1 name of the field (report or
-- incident), $2 its id.
-- The search for the text keeps rows that cannot match from being parsed.
SELECT DISTINCT (v ->> 'ref')::bigint
FROM event_row r,
     jsonb_array_elements(r.data::jsonb -> 'events') AS e,
     jsonb_path_query(e, 'strict $.** ? (@.type() == "object" && exists (@.ref) && exists (@.sha256))') AS v
WHERE strpos(r.data, to_json($2::text)::text) > 0
  AND (e ->> $1::text = $2::text OR e -> $1::text ->> 'id' = $2::text)
ORDER BY 1
