-- Sessions past their end.
DELETE FROM session WHERE expires_at <= now()
