-- Which of these values were erased, when and by which rule. $1 refs
SELECT x.ref, (extract(epoch FROM x.erased_at) * 1000000)::bigint, x.rule
FROM erasure x WHERE x.ref = ANY ($1::bigint[])
