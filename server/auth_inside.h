/* What the files of the auth thread share; nobody else includes this. */
#ifndef SERVER_AUTH_INSIDE_H
#define SERVER_AUTH_INSIDE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/units.h"
#include "dispatch/model/access.h"
#include "server/auth.h"
#include "server/callers.h"
#include "server/spool.h"
#include "sql/sessions.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>

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

/* ---- slowing down who fails: by address, of IPv6 its /64 (base/network.h) ---- */

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
 * appended to `out`. `recorded->access` is what the access log holds of it by then, also when the
 * values fail; its purpose is PURPOSE_NONE when nothing was recorded. Fails: ERR_INVALID for a line
 * that is none or a purpose that cannot be kept; ERR_LOG_UNAVAILABLE; ERR_TOO_LARGE; ERR_TOO_MANY
 * for who broke the glass too often, with retry_after_s. */
struct auth_recorded {
    int64_t now_us; /* in: µs UTC */
    struct access access;
    uint32_t retry_after_s;
};

MUST_USE enum err auth_protected(struct pg *pg, struct str principal, struct str purpose,
                                 struct str line, struct arena *arena, struct buf *out,
                                 struct auth_recorded *recorded, struct fault *f);

struct auth_reading {
    struct str principal;
    struct str purpose;
    struct str line;
    int64_t now_us; /* µs UTC */
};

/* The same while the database is down, from memory, for lines that say " own": the access is in the
 * spool before the values are appended to `out`, which says so. Fails: ERR_LOG_UNAVAILABLE for
 * everybody else, when nothing of it is at hand, and when the spool cannot keep it; ERR_INVALID,
 * ERR_TOO_LARGE. */
MUST_USE enum err auth_protected_spooled(const struct callers *callers, struct spool *s,
                                         const struct auth_reading *r, struct arena *arena,
                                         struct buf *out, struct fault *f);

/* The second step of reading a track (ws/door.h): the access is made durable, then a page of
 * samples is appended to `out`. Fails: ERR_INVALID for a line that is none or a purpose that cannot
 * be kept; ERR_LOG_UNAVAILABLE; ERR_NO_MEMORY. */
MUST_USE enum err auth_track(struct pg *pg, struct str world, const struct auth_reading *r,
                             struct arena *arena, struct buf *out, struct fault *f);

/* ---- for the time when the database is down (auth_away.c) ---- */

struct auth_away;

/* NULL when memory is out. */
struct auth_away *auth_away_new(const struct auth_setup *setup);
void auth_away_free(struct auth_away *a);

/* Hears of open incidents. Every round of the thread. */
void auth_away_hear(struct auth_away *a);

/* Whether there are values to be read from the database soon. */
bool auth_away_wants(const struct auth_away *a);

/* Values at hand. */
uint32_t auth_away_count(const struct auth_away *a);

/* Whether auth_away_work has anything to do with the database now (monotonic µs). */
bool auth_away_due(const struct auth_away *a, int64_t now);

/* With the database: reads values that are wanted, wipes those that were erased, and appends what
 * was spooled to access_log, of which the core is told. `*untold` is set when its queue was full:
 * auth_tell_glasses does it again. `pg` NULL: it does not answer. False: the database is down, and
 * is best left alone for a while; trouble of the spool's own file is tried again by itself. */
bool auth_away_work(struct auth_away *a, struct pg *pg, int64_t now, bool *untold);

/* The database was tried in vain between these (monotonic µs). It is left alone for a while, longer
 * when it took long to find out. */
void auth_away_rest(struct auth_away *a, int64_t began, int64_t ended);
bool auth_away_rests(const struct auth_away *a, int64_t now);

/* A protected read while the database is down; see auth_protected_spooled. */
MUST_USE enum err auth_away_read(struct auth_away *a, const struct auth_reading *r,
                                 struct arena *arena, struct buf *out, struct fault *f);

/* ---- what the core is told (auth_tell.c) ---- */

/* That somebody broke the glass of an incident (its id in text), or read its fields while the log
 * was down. False: the queue is full. */
bool auth_tell_glass(const struct auth_setup *setup, struct str person, struct str incident,
                     const struct access *access, bool spooled);

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

/* ---- the thread ---- */

#define CHECKED_FOR_US (30 * US_PER_S)

struct auth {
    struct auth_setup setup;
    struct pg *pg;
    struct auth_cache *cache;
    struct auth_brake *brake;
    struct auth_known *known;
    struct auth_lanes *lanes; /* checks of tokens go before all of them */
    struct arena arena;
    struct buf out;
    bool known_read;
    int64_t known_tried_us;
    int64_t purged_us;
    int64_t swept_us;
    uint32_t sweep_at;
    struct auth_away *away;
    struct auth_presence *presence;
    int64_t told_us;   /* monotonic: when it was last tried to tell the core */
    bool tell_now;     /* sessions ended */
    bool told_glasses; /* the core knows of every broken glass */
    pthread_t thread;
    _Atomic bool stopping;
    _Atomic uint32_t at_hand;
};

struct auth_request {
    struct door_auth_ask head;
    unsigned gateway;
    struct str text[3];
};

int64_t auth_clock_us(clockid_t id);
MUST_USE enum err auth_open_database(struct auth *a, struct fault *f);

/* auth_asks.c */
void auth_serve(struct auth *a, const struct auth_request *r);
void auth_answer_fault(struct auth *a, const struct auth_request *r, const struct fault *f,
                       uint32_t retry_after_s);
void auth_tell_ended(struct auth *a, const struct sha256 *token);

#endif
