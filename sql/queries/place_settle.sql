-- After a load: what the index put aside goes in, and the planner learns how much there is.
SELECT gin_clean_pending_list('place_grams'::regclass);
ANALYZE place
