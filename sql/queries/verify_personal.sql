-- Personal values and erasures of some refs. $1 refs
SELECT w.ref, p.seq, p.salt, p.value,
       to_char(x.erased_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), x.rule
FROM unnest($1::bigint[]) AS w(ref)
     LEFT JOIN personal p ON p.ref = w.ref
     LEFT JOIN erasure x ON x.ref = w.ref
ORDER BY w.ref
