-- Places by name, best first. The words of what is asked for must all stand in one place's names; a number is a house's number
-- where the street has numbers: the same one, else the nearest, else the street itself.
-- $1 what is asked for; $2 1: near a point, 0: anywhere; $3 lon and $4 lat of that, 1e-7 degree; $5 how many
WITH typed AS (
    -- 人民路口 is a crossing of 人民路; 人民路218号 has a number; 人民路与中山路 are two words.
    SELECT regexp_replace(
               regexp_replace(
                   regexp_replace(normalize($1::text, NFKC), '(?<=[路街道巷弄])(交叉路?口|交汇处|十字路口|路口|口)\s*$', ''),
                   '(?<=[路街道巷弄桥])[与和跟及]', ' ', 'g'),
               '(?<=[^\x01-\x7f])([0-9]{1,5})(?=\s*(号|號|弄|$|-|之|甲|乙|附))', ' \1', 'g') AS text
), word AS (
    SELECT w.text, w.text ~ '^[0-9]{1,5}(号|號|弄)?([-之甲乙附].*)?$' AS is_number
    FROM typed, regexp_split_to_table(typed.text, '[\s,;，；、/&+|]+') AS w(text)
    WHERE place_fold(w.text) <> ''
), asked AS (
    SELECT coalesce(array_agg(place_fold(text)) FILTER (WHERE NOT is_number OR alone), ARRAY[]::text[]) AS words,
           string_agg(place_fold(text), '') FILTER (WHERE NOT is_number OR alone) AS whole,
           min(substring(text FROM '^[0-9]{1,5}')::integer) FILTER (WHERE is_number AND NOT alone) AS number
    FROM word, LATERAL (SELECT (SELECT count(*) FILTER (WHERE NOT is_number) FROM word) = 0 AS alone) AS a
), fit AS (
    SELECT p.id, p.kind, p.name, p.name_en, p.zone, p.lon_e7, p.lat_e7, p.radius_m, p.folded, p.number, p.number_n,
           coalesce(p.street, '') AS of_street, coalesce(p.zone, '') AS of_zone,
           asked.number AS asked_number, asked.words, asked.whole, abs(p.number_n - asked.number) AS off
    FROM place AS p, asked
    WHERE cardinality(asked.words) > 0
      AND p.grams @> (SELECT array_agg(g) FROM unnest(asked.words) AS w, unnest(place_grams(w)) AS g)
      AND (SELECT bool_and(position(w IN p.folded) > 0) FROM unnest(asked.words) AS w)
      AND (p.kind <> 'address' OR (asked.number IS NOT NULL AND p.number_n IS NOT NULL AND length(asked.whole) > 1))
), nearest AS (
    -- Of each street first how near its numbers come: very many houses are not put in order for that.
    SELECT of_street, of_zone, min(off) AS off FROM fit WHERE kind = 'address' GROUP BY of_street, of_zone
), ranked AS (
    SELECT fit.*,
           CASE WHEN kind = 'address'
                THEN row_number() OVER (PARTITION BY kind = 'address', of_street, of_zone
                                        ORDER BY (number_n - asked_number) % 2 <> 0, number) END AS nth,
           CASE WHEN $2::bigint = 0 THEN NULL
                ELSE 111195 * sqrt(((lat_e7 - $4::bigint) / 1e7) ^ 2 +
                                   ((lon_e7 - $3::bigint) / 1e7 * cosd(lat_e7 / 1e7)) ^ 2) END AS metres
    FROM fit
    WHERE kind <> 'address' OR (of_street, of_zone, off) IN (SELECT of_street, of_zone, off FROM nearest)
)
SELECT kind, name, coalesce(name_en, ''), coalesce(zone, ''), lon_e7::bigint, lat_e7::bigint,
       (CASE WHEN kind <> 'address' OR off = 0 THEN radius_m ELSE greatest(50, least(5 * off, 2000)) END)::bigint,
       coalesce(round(metres)::bigint, -1)
FROM ranked
WHERE kind <> 'address' OR nth <= CASE WHEN off = 0 THEN 3 ELSE 1 END
ORDER BY CASE WHEN asked_number IS NULL THEN 0
              WHEN kind = 'address' AND off = 0 THEN 0
              WHEN position(asked_number::text IN folded) > 0 AND kind <> 'address' THEN 1
              WHEN kind = 'address' THEN 2
              WHEN kind = 'street' THEN 3
              ELSE 4 END,
         CASE WHEN place_fold(name) = whole OR place_fold(name_en) = whole THEN 0
              WHEN starts_with(place_fold(name), words[1]) THEN 1
              WHEN position('|' || words[1] IN '|' || folded) > 0 THEN 2
              ELSE 3 END,
         CASE kind WHEN 'street' THEN 0 WHEN 'crossing' THEN 2 ELSE 1 END,
         metres NULLS LAST, length(name), name, id
LIMIT $5::bigint
