-- Personal values by ref, and of erased ones when and by which rule; one after the other by
-- their keys, since a plan without statistics would read the whole table. $1 refs
SELECT w.ref, p.salt, p.value, p.kind,
       (extract(epoch FROM x.erased_at) * 1000000)::bigint, x.rule
FROM unnest($1::bigint[]) WITH ORDINALITY AS w(ref, n)
     LEFT JOIN LATERAL (SELECT * FROM personal WHERE ref = w.ref LIMIT 1) p ON true
     LEFT JOIN LATERAL (SELECT * FROM erasure WHERE ref = w.ref LIMIT 1) x ON true
ORDER BY w.n
