-- Who has a session that has not ended, each name once, in the order of its bytes
SELECT DISTINCT username COLLATE "C" AS username FROM session WHERE expires_at > now() ORDER BY 1
