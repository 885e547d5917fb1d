-- Names the world for the statements that make its schema. $1 world
SELECT set_config('tocsin.world', $1::text, false)
