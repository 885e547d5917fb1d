-- Count that the walk over the log has to meet: personal values that rows up to some seq brought. $1 seq
SELECT count(*) FROM personal WHERE seq <= $1::bigint
