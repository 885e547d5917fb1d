-- Zone of an incident, and when which unit worked on it: from its order on, or from where it was first seen at work without one.
-- One row without a unit where none did. $1 incident, $2 how many
SELECT i.zone, substring(a.unit FROM '-u([0-9]+)$')::bigint, (extract(epoch FROM a.began) * 1000000)::bigint,
       (extract(epoch FROM a.ended_at) * 1000000)::bigint
FROM incident AS i
     LEFT JOIN (SELECT incident, id, unit, ended_at,
                       coalesce(dispatched_at, acknowledged_at, en_route_at, staged_at, on_scene_at) AS began FROM assignment) AS a
          ON a.incident = i.id AND a.unit IS NOT NULL AND a.began IS NOT NULL
WHERE i.id = $1::text
ORDER BY a.began, a.id
LIMIT $2::bigint
