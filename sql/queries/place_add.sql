-- Places of a JSON array of lines of places.jsonl. $1 the array
INSERT INTO place (kind, name, name_en, street, number, number_n, zone, lon_e7, lat_e7, radius_m, folded, grams)
SELECT p.kind, p.name, p.name_en, place_fold(p.street), p.number,
       CASE WHEN substring(p.number FROM '^[0-9]{1,6}') <> '' THEN substring(p.number FROM '^[0-9]{1,6}')::integer END,
       p.zone, round(p.lon * 10000000)::integer, round(p.lat * 10000000)::integer, coalesce(p.radius_m, 0),
       f.folded, place_grams(f.folded) || place_beginnings(f.folded)
FROM jsonb_to_recordset($1::text::jsonb) AS p(kind text, name text, name_en text, also text, street text, number text, zone text,
                                         lon numeric, lat numeric, radius_m integer),
     LATERAL (SELECT string_agg(DISTINCT place_fold(t), '|') AS folded
              FROM unnest(ARRAY[p.name, p.name_en] || regexp_split_to_array(coalesce(p.also, ''), '\s+(?=[^\x01-\x7f])')) AS t
              WHERE place_fold(t) <> '') AS f
WHERE f.folded IS NOT NULL OR p.name IS NULL
