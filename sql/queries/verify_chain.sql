-- The whole check of the chain in plain SQL; no row returned means that the log is whole.
SELECT r.seq,
       CASE WHEN r.seq <> r.seq_before + 1 THEN 'gap before it'
            WHEN r.prev_hash <> r.hash_before THEN 'does not follow the row before'
            ELSE 'its hash does not fit its content' END AS what
FROM (SELECT e.*,
             lag(e.seq, 1, 0::bigint) OVER log AS seq_before,
             lag(e.hash, 1, sha256(convert_to(E'tocsin-log/1\n' || (SELECT world FROM log_head), 'UTF8'))) OVER log
                 AS hash_before
      FROM event_row e WINDOW log AS (ORDER BY e.seq)) r
WHERE r.seq <> r.seq_before + 1
   OR r.prev_hash <> r.hash_before
   OR r.hash <> sha256(r.prev_hash
          || convert_to(concat_ws(E'\n', r.seq, r.epoch, r.at, r.actor, r.command_id, r.command, r.data), 'UTF8'))
ORDER BY r.seq
