/* What the files of the auth thread share; nobody else includes this. */
#ifndef SERVER_AUTH_INSIDE_H
#define SERVER_AUTH_INSIDE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/units.h"
#include "dispatch/model/access.h"
#include "server/auth.h"
#include "sql/sessions.h"

#include <stdbool.h>

/* ---- sessions that were checked a moment ago ---- */

struct auth_cache;

struct auth_session {
    struct sha256 token; /* hash of the token */
    char username[SESSION_USER_SIZE_MAX + 1];
    int64_t expires_us;
    int64_t checked_us; /* monotonic; 0: free */
};

struct auth_cache *auth_cache_new(void);
void auth_cache_free(struct auth_cache *c);

/* NULL: not known. Borrowed until the next call. */
struct auth_session *auth_cache_find(struct auth_cache *c, const struct sha256 *token);
void auth_cache_put(struct auth_cache *c, const struct auth_session *s);

/* The next session of a user at or after *at, for ending all of them. */
struct auth_session *auth_cache_next_of(struct auth_cache *c, struct str username, uint32_t *at);

/* The next session at or after *at that was checked last before `before_us`, among `most` places;
 * NULL: none in them. *at goes round. */
struct auth_session *auth_cache_next_old(struct auth_cache *c, int64_t before_us, uint32_t *at,
                                         uint32_t *most);

/* ---- slowing down who fails ---- */

struct auth_brake;

struct auth_brake *auth_brake_new(void);
void auth_brake_free(struct auth_brake *b);

/* Microseconds until the next try is heard; 0: now. `known`: the user signed in from this address
 * before, which keeps the wait short and does not count what others did from there. */
int64_t auth_brake_wait(struct auth_brake *b, struct str user, struct str address, bool known,
                        int64_t now);

/* A failure. Returns how many it were for this user and address, so that every fifth can be told.
 */
uint32_t auth_brake_failed(struct auth_brake *b, struct str user, struct str address, int64_t now);
void auth_brake_succeeded(struct auth_brake *b, struct str user, struct str address);

/* ---- who signed in from where before ---- */

#define AUTH_KNOWN_MOST 32768u /* pairs read, and nearly all of them kept */

struct auth_known;

struct auth_known *auth_known_new(void);
void auth_known_free(struct auth_known *k);
void auth_known_add(struct auth_known *k, struct str user, struct str address);
MUST_USE enum err auth_known_read(struct auth_known *k, struct pg *pg,
                                  struct fault *f); /* what the database has */
bool auth_known_has(const struct auth_known *k, struct str user, struct str address);

/* ---- passwords that wait to be hashed ---- */

/* Hashing is slow on purpose, so a crowd that signs in must not stand before those who did so from
 * the same address before, nor before those who are signed in and set a password. */
enum auth_lane { LANE_KNOWN, LANE_PASSWORD, LANE_STRANGER, AUTH_LANES };

struct auth_job {
    struct auth_job *next;
    uint64_t address; /* hash */
    unsigned gateway;
    size_t len;
    char record[];
};

struct auth_lanes;

struct auth_lanes *auth_lanes_new(void);
void auth_lanes_free(struct auth_lanes *l);

/* A copy of the record joins its lane. False: the lane is full, for this address at least. */
bool auth_lanes_put(struct auth_lanes *l, enum auth_lane which, struct str address,
                    unsigned gateway, const void *record, size_t len);

/* The job whose turn it is, to be freed by the caller; NULL: none waits. */
struct auth_job *auth_lanes_take(struct auth_lanes *l);
void auth_job_free(struct auth_job *j); /* and wipes it: passwords do not lie about */

/* ---- protected values ---- */

/* The second step of a protected read (ws/door.h): the access is made durable, then the values are
 * appended to `out`. `*recorded` is what the access log holds of it by then, also when the values
 * fail; its purpose is PURPOSE_NONE when nothing was recorded. Fails: ERR_INVALID for a line that
 * is none or a purpose that cannot be kept; ERR_LOG_UNAVAILABLE; ERR_TOO_LARGE. */
MUST_USE enum err auth_protected(struct pg *pg, struct str principal, struct str purpose,
                                 struct str line, struct arena *arena, struct buf *out,
                                 struct access *recorded, struct fault *f);

/* ---- what the core is told (auth_tell.c) ---- */

/* That somebody broke the glass of an incident (its id in text). False: the queue is full. */
bool auth_tell_glass(const struct auth_setup *setup, struct str person, struct str incident,
                     const struct access *access);

/* The same for every such access whose alarm could still stand: what a crash may have kept from the
 * core. The core knows which it has. `*all` false: to be done again. Fails: as pg_run. */
MUST_USE enum err auth_tell_glasses(const struct auth_setup *setup, struct pg *pg, int64_t now,
                                    bool *all, struct fault *f);

/* Who is signed in, as the core was told. */
struct auth_presence;

/* `world`: who it holds for signed in was told before this thread began; NULL: nobody. NULL when
 * memory is out. */
struct auth_presence *auth_presence_new(const struct world *world);
void auth_presence_free(struct auth_presence *p);

/* A session of this user began. */
void auth_presence_began(struct auth_presence *p, const struct auth_setup *setup,
                         struct str username);

/* Tells the core of everybody whose first session began or whose last one ended since the last
 * call, by whatever way: sign-out, expiry, a restore. What the queue does not take is told the next
 * time. Fails: as pg_run. */
MUST_USE enum err auth_presence_tell(struct auth_presence *p, const struct auth_setup *setup,
                                     struct pg *pg, struct fault *f);

#endif
