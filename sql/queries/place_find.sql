-- Places by name, best first. The words of what is asked for must all stand in one place's names; a number is a house's number
-- where the street has numbers: the same one, else the nearest, else the street itself.
-- $1 what is asked for; $2 1: near a point, 0: anywhere; $3 lon and $4 lat of that, 1e-7 degree; $5 how many; $6 1: up to two characters
-- may be missing between two that are asked for (人民路 is said of 人民中路), 0: none
WITH typed AS (
    -- 人民路口 is a crossing of 人民路; 人民路218号 has a number; 人民路与中山路 are two words; Blvd is a boulevard.
    SELECT regexp_replace(
               regexp_replace(
                   regexp_replace(spelt.text, '(?<=[路街道巷弄])(交叉路?口|交汇处|交汇口?|交界处?|交口|十字路口|路口|口)\s*$', ''),
                   '(?<=[路街道巷弄桥])[与和跟及]', ' ', 'g'),
               '(?<=[^\x01-\x7f])([0-9]{1,5})(?=\s*(号|號|弄|$|-|之|甲|乙|附))', ' \1', 'g') AS text
    FROM (SELECT regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(normalize($1::text, NFKC),
                     '(?<=\s)blvd\M\.?', 'Boulevard', 'gi'), '(?<=\s)rd\M\.?', 'Road', 'gi'), '(?<=\s)ln\M\.?', 'Lane', 'gi'),
                     '(?<=\s)ct\M\.?', 'Court', 'gi'), '(?<=\s)hwy\M\.?', 'Highway', 'gi'), '(?<=\s)pkwy\M\.?', 'Parkway', 'gi') AS text) AS spelt
), word AS (
    SELECT w.text, w.text ~ '^[0-9]{1,5}(号|號|弄)?([-之甲乙附].*)?$' AS is_number
    FROM typed, regexp_split_to_table(typed.text, '[\s,;，；、/&+|@]+') AS w(text)
    WHERE place_fold(w.text) <> '' AND w.text !~* '^(and|at|und|与|和|跟|及)$'
), asked AS (
    SELECT coalesce(array_agg(place_fold(text)) FILTER (WHERE NOT is_number OR alone), ARRAY[]::text[]) AS words,
           string_agg(place_fold(text), '') FILTER (WHERE NOT is_number OR alone) AS whole,
           min(substring(text FROM '^[0-9]{1,5}')::integer) FILTER (WHERE is_number AND NOT alone) AS number
    FROM word, LATERAL (SELECT (SELECT count(*) FILTER (WHERE NOT is_number) FROM word) = 0 AS alone) AS a
), single AS (
    -- One Latin word alone may stand in nearly every name: what begins with it is found whole, of the rest so many as can be looked at.
    SELECT asked.*, cardinality(words) = 1 AND number IS NULL AND words[1] ~ '^[\x01-\x7f]+$' AS is_single FROM asked
), fit AS (
    (SELECT p.id, p.kind, p.name, p.name_en, p.zone, p.lon_e7, p.lat_e7, p.radius_m, p.folded, p.number, p.number_n,
            coalesce(p.street, '') AS of_street, coalesce(p.zone, '') AS of_zone,
            single.number AS asked_number, single.words, single.whole, 0 AS off
     FROM place AS p, single
     WHERE single.is_single AND p.kind <> 'address'
       AND p.grams @> ARRAY['|' || left(single.words[1], 3)]
       AND position('|' || single.words[1] IN '|' || p.folded) > 0)
    UNION ALL
    (SELECT p.id, p.kind, p.name, p.name_en, p.zone, p.lon_e7, p.lat_e7, p.radius_m, p.folded, p.number, p.number_n,
            coalesce(p.street, ''), coalesce(p.zone, ''),
            single.number, single.words, single.whole, abs(p.number_n - single.number)
     FROM place AS p, single
     WHERE cardinality(single.words) > 0
       AND p.grams @> (SELECT array_agg(g) FROM unnest(single.words) AS w, unnest(place_grams(w)) AS g
                       WHERE $6::bigint = 0 OR length(g) = 1)
       AND (SELECT bool_and(CASE WHEN $6::bigint = 1 AND w ~ '^([^\x01-\x7f]|[0-9a-z])+$'
                                 THEN p.folded ~ regexp_replace(w, '([^\x01-\x7f])(?=.)', '\1[^|]{0,2}', 'g')
                                 ELSE position(w IN p.folded) > 0 END)
            FROM unnest(single.words) AS w)
       AND (NOT single.is_single OR position('|' || single.words[1] IN '|' || p.folded) = 0)
       AND (p.kind <> 'address' OR (single.number IS NOT NULL AND p.number_n IS NOT NULL AND length(single.whole) > 1))
     LIMIT (SELECT CASE WHEN is_single THEN 4000 ELSE 30000 END FROM single))
), nearest AS (
    -- Of each street first how near its numbers come: very many houses are not put in order for that.
    SELECT of_street, of_zone, min(off) AS off FROM fit WHERE kind = 'address' GROUP BY of_street, of_zone
), ranked AS (
    SELECT fit.*,
           CASE WHEN kind = 'address'
                THEN row_number() OVER (PARTITION BY kind = 'address', of_street, of_zone
                                        ORDER BY (number_n - asked_number) % 2 <> 0, number) END AS nth,
           CASE WHEN asked_number IS NULL THEN 0
                WHEN kind = 'address' AND off = 0 THEN 0
                WHEN position(asked_number::text IN folded) > 0 AND kind <> 'address' THEN 1
                WHEN kind = 'address' THEN 2
                WHEN kind = 'street' THEN 3
                ELSE 4 END AS by_number,
           CASE kind WHEN 'street' THEN 0 WHEN 'crossing' THEN 2 ELSE 1 END AS by_kind,
           CASE WHEN $2::bigint = 0 THEN NULL
                ELSE 111195 * sqrt(((lat_e7 - $4::bigint) / 1e7) ^ 2 +
                                   ((lon_e7 - $3::bigint) / 1e7 * cosd(lat_e7 / 1e7)) ^ 2) END AS metres
    FROM fit
    WHERE kind <> 'address' OR (of_street, of_zone, off) IN (SELECT of_street, of_zone, off FROM nearest)
), short AS (
    -- Two letters stand in nearly every name of a city: they are put in order by what costs little, and only the first of them closely.
    SELECT *
    FROM ranked
    WHERE kind <> 'address' OR nth <= CASE WHEN off = 0 THEN 3 ELSE 1 END
    ORDER BY by_number,
             CASE WHEN position('|' || whole || '|' IN '|' || folded || '|') > 0 THEN 0
                  WHEN position('|' || words[1] IN '|' || folded) > 0 THEN 1
                  ELSE 2 END,
             by_kind, metres NULLS LAST, length(name), name, id
    LIMIT greatest($5::bigint, 200)
)
SELECT kind, name, coalesce(name_en, ''), coalesce(zone, ''), lon_e7::bigint, lat_e7::bigint,
       (CASE WHEN kind <> 'address' OR off = 0 THEN radius_m ELSE greatest(50, least(5 * off, 2000)) END)::bigint,
       coalesce(round(metres)::bigint, -1)
FROM short
ORDER BY by_number,
         CASE WHEN place_fold(name) = whole OR place_fold(name_en) = whole THEN 0
              WHEN starts_with(place_fold(name), words[1]) THEN 1
              WHEN position('|' || words[1] IN '|' || folded) > 0 THEN 2
              ELSE 3 END,
         by_kind, metres NULLS LAST, length(name), name, id
LIMIT $5::bigint
