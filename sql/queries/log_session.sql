-- The append's plan does not depend on its arrays: without this PostgreSQL would plan it anew each time, a third of its time.
SET plan_cache_mode = force_generic_plan
