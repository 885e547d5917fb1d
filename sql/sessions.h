/* Credentials and sessions: not domain state. Blocking, for the auth worker, on a connection under
 * role tocsin_auth. Role, zones and whether a user is disabled come from the world on every
 * command, never from here. A token is shown to its user once; stored is only its SHA-256.
 * Passwords are stored as Argon2id hashes; verifying one takes tens of milliseconds and 64 MiB on
 * purpose. */
#ifndef SQL_SESSIONS_H
#define SQL_SESSIONS_H

#include "base/fault.h"
#include "base/hash.h"
#include "base/must.h"
#include "base/str.h"
#include "sql/pg.h"

#include <stdbool.h>
#include <stdint.h>

#define TOKEN_SIZE 43 /* 32 random bytes in URL-safe base64 without padding */
#define SESSION_USER_SIZE_MAX 128
#define SESSION_ADDRESS_SIZE_MAX 64
#define PASSWORD_SIZE_MIN 8
#define PASSWORD_SIZE_MAX 1024

struct session {
    char username[SESSION_USER_SIZE_MAX + 1];
    char address[SESSION_ADDRESS_SIZE_MAX + 1];
    int64_t created_us;
    int64_t expires_us;
};

/* Sets or replaces a password. Fails: ERR_INVALID when it is shorter or longer than allowed, or the
 * name is. */
MUST_USE enum err credential_set(struct pg *pg, struct str username, struct str password,
                                 struct fault *f);

/* `*right` tells whether this is the user's password. An unknown user takes as long as a wrong
 * password. */
MUST_USE enum err credential_check(struct pg *pg, struct str username, struct str password,
                                   bool *right, struct fault *f);
MUST_USE enum err credential_delete(struct pg *pg, struct str username, struct fault *f);

/* A new session; also remembers the address as known. */
MUST_USE enum err session_create(struct pg *pg, struct str username, struct str address,
                                 int64_t lifetime_us, char token[TOKEN_SIZE + 1],
                                 struct session *out, struct fault *f);

/* Fails: ERR_UNSIGNED when there is no such session or it has ended. Notes the use at most once a
 * minute. */
MUST_USE enum err session_find(struct pg *pg, struct str token, struct session *out,
                               struct fault *f);

/* Ends one session, or all of a user; it is no error when there was none. */
MUST_USE enum err session_end(struct pg *pg, struct str token, struct fault *f);
MUST_USE enum err session_end_user(struct pg *pg, struct str username, struct fault *f);

/* Whether the sessions stored under these token hashes have not ended. Notes no use. */
MUST_USE enum err sessions_live(struct pg *pg, const struct sha256 *hashes, uint32_t count,
                                bool *live, struct fault *f);

/* Hands on everybody who has a session that has not ended, each name once, in the order of their
 * bytes. Names are borrowed. Fails: as pg_run. */
typedef void session_user_fn(void *arg, struct str username);
MUST_USE enum err session_users(struct pg *pg, session_user_fn *fn, void *arg, struct fault *f);

/* Deletes sessions past their end. */
MUST_USE enum err session_purge(struct pg *pg, struct fault *f);

/* Whether the user signed in from this address before. */
MUST_USE enum err address_known(struct pg *pg, struct str username, struct str address, bool *known,
                                struct fault *f);

/* The latest `most` users and addresses, the latest of them last; texts live for the call. */
MUST_USE enum err addresses_known(struct pg *pg, uint32_t most,
                                  void (*on_pair)(void *arg, struct str username,
                                                  struct str address),
                                  void *arg, struct fault *f);

/* The stored name of a token, for caches of sessions in memory. */
void token_hash(struct str token, struct sha256 *out);

#endif
