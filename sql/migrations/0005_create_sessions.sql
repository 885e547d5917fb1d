-- Why: credentials and sessions are not domain state: they stand beside the log and outlive restarts.
-- Locks: nothing that exists; makes new tables.
-- Checked: tests/pgtap/sessions.sql, tests/sql (sign-in, expiry, no token or password in the clear).

CREATE TABLE credential (
    username   text        NOT NULL PRIMARY KEY CHECK (username <> '' AND octet_length(username) <= 128),
    argon2id   text        NOT NULL CHECK (argon2id LIKE '$argon2id$%'),
    changed_at timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE credential IS 'Password hashes; role and zones come from the world';
COMMENT ON COLUMN credential.username IS 'User name as in the world';
COMMENT ON COLUMN credential.argon2id IS 'Encoded Argon2id hash with its salt and cost';
COMMENT ON COLUMN credential.changed_at IS 'When the password was set, database clock';

CREATE TABLE session (
    token_hash bytea       NOT NULL PRIMARY KEY CHECK (octet_length(token_hash) = 32),
    username   text        NOT NULL CHECK (username <> '' AND octet_length(username) <= 128),
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    last_seen  timestamptz NOT NULL DEFAULT now(),
    address    text        NOT NULL CHECK (octet_length(address) <= 64)
);

CREATE INDEX session_username ON session (username);

COMMENT ON TABLE session IS 'Signed-in sessions; the token itself is never stored';
COMMENT ON COLUMN session.token_hash IS 'SHA-256 of the bearer token, 32 bytes';
COMMENT ON COLUMN session.username IS 'Whose session';
COMMENT ON COLUMN session.created_at IS 'Sign-in, database clock';
COMMENT ON COLUMN session.expires_at IS 'End of the session, database clock';
COMMENT ON COLUMN session.last_seen IS 'Last time the token was shown, database clock, to within a minute';
COMMENT ON COLUMN session.address IS 'Network address at sign-in';

CREATE TABLE known_address (
    username   text        NOT NULL,
    address    text        NOT NULL CHECK (octet_length(address) <= 64),
    first_seen timestamptz NOT NULL DEFAULT now(),
    last_seen  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (username, address)
);

COMMENT ON TABLE known_address IS 'Addresses a user signed in from before: never locked out by failures';
COMMENT ON COLUMN known_address.username IS 'User name';
COMMENT ON COLUMN known_address.address IS 'Network address';
COMMENT ON COLUMN known_address.first_seen IS 'First sign-in from it, database clock';
COMMENT ON COLUMN known_address.last_seen IS 'Latest sign-in from it, database clock';

GRANT SELECT, INSERT, UPDATE, DELETE ON credential, session, known_address TO tocsin_auth;
