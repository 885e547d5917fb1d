-- Personal values by ref, and of erased ones when and by which rule. $1 refs
SELECT w.ref, p.salt, p.value, p.kind,
       (extract(epoch FROM x.erased_at) * 1000000)::bigint, x.rule
FROM unnest($1::bigint[]) WITH ORDINALITY AS w(ref, n)
     LEFT JOIN personal p ON p.ref = w.ref
     LEFT JOIN erasure x ON x.ref = w.ref
ORDER BY w.n
