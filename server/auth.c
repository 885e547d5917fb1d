#include "server/auth.h"

#include "base/log.h"
#include "base/must.h"
#include "server/auth_inside.h"
#include "server/wake.h"

#include <poll.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PURGE_EVERY_US US_PER_HOUR
#define ARENA_BYTES ((size_t)8 << 20)
#define REQUESTS_PER_ROUND 64
#define IDLE_MS 200
#define WANTING_MS 50 /* while values of callers are to be read (auth_away.c) */
#define KNOWN_EVERY_US US_PER_S
#define SWEEP_EVERY_US US_PER_S
#define TELL_EVERY_US (10 * US_PER_S)
#define SWEEP_PLACES 8192u /* of the cache, looked at in one sweep */
#define SWEEP_MOST 256u    /* sessions asked for in one */
#define SWEEP_AGE_US (10 * US_PER_S)

int64_t auth_clock_us(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * US_PER_S + t.tv_nsec / 1000;
}

enum err auth_open_database(struct auth *a, struct fault *f)
{
    const struct pg_opts opts = { .conninfo = a->setup.conf->database,
                                  .world = a->setup.conf->world,
                                  .role = "tocsin_auth",
                                  .application = "tocsind auth" };
    return a->pg != NULL ? OK : pg_open(&opts, &a->pg, f);
}

static bool read_request(const void *record, size_t len, unsigned gateway, struct auth_request *out)
{
    if (len < sizeof(out->head)) {
        return false;
    }
    memcpy(&out->head, record, sizeof(out->head));
    out->gateway = gateway;
    const char *at = (const char *)record + sizeof(out->head);
    size_t left = len - sizeof(out->head);
    for (int k = 0; k < 3; k++) {
        if (out->head.len[k] > left) {
            return false;
        }
        out->text[k] = (struct str){ at, out->head.len[k] };
        at += out->head.len[k];
        left -= out->head.len[k];
    }
    return out->head.kind == DOOR_AUTH && left == 0;
}

/* ---- the loop ---- */

static bool is_slow(const struct auth_request *r)
{
    return r->head.what == AUTH_SIGN_IN || r->head.what == AUTH_SET_PASSWORD;
}

static enum auth_lane lane_of(const struct auth *a, const struct auth_request *r)
{
    if (r->head.what == AUTH_SET_PASSWORD) {
        return LANE_PASSWORD;
    }
    return auth_known_has(a->known, r->text[0], r->text[2]) ? LANE_KNOWN : LANE_STRANGER;
}

static void put_off(struct auth *a, const struct auth_request *r, const void *record, size_t len)
{
    struct str address = r->head.what == AUTH_SIGN_IN ? r->text[2] : (struct str){ 0 };
    struct fault f;
    if (!auth_lanes_put(a->lanes, lane_of(a, r), address, r->gateway, record, len)) {
        (void)fault_set(&f, ERR_TOO_MANY, "too many people sign in at once", NULL,
                        "try again in a moment");
        auth_answer_fault(a, r, &f, 5);
    }
}

/* A round's share of each gateway: sign-ins and what is done now and then get their turn however
 * many tokens there are to look at. */
static bool take_requests(struct auth *a)
{
    bool any = false;
    for (unsigned g = 0; g < a->setup.gateways; g++) {
        struct queue *q = a->setup.from_gateway[g].queue;
        struct auth_request r;
        void *at;
        size_t len;
        for (int n = 0; n < REQUESTS_PER_ROUND && queue_peek(q, &at, &len); n++) {
            must(read_request(at, len, g, &r));
            if (is_slow(&r)) {
                put_off(a, &r, at, len);
            } else {
                auth_serve(a, &r);
            }
            sodium_memzero(at, len); /* passwords and tokens do not lie about */
            queue_release(q);
            any = true;
        }
    }
    return any;
}

static bool do_job(struct auth *a)
{
    struct auth_request r;
    struct auth_job *j = auth_lanes_take(a->lanes);
    if (j == NULL) {
        return false;
    }
    must(read_request(j->record, j->len, j->gateway, &r));
    auth_serve(a, &r);
    auth_job_free(j);
    return true;
}

/* Once, as soon as the database answers. Until then everybody is a stranger. */
static void read_known(struct auth *a)
{
    struct fault f = { .err = OK };
    int64_t now = auth_clock_us(CLOCK_MONOTONIC);
    if (a->known_read || now - a->known_tried_us < KNOWN_EVERY_US) {
        return;
    }
    a->known_tried_us = now;
    enum err err = auth_open_database(a, &f);
    err = err == OK ? auth_known_read(a->known, a->pg, &f) : err;
    a->known_read = err == OK;
    if (err != OK) {
        log_warn("auth", "known addresses not read", "error=\"%s\"", f.primary);
    }
}

static void purge(struct auth *a)
{
    struct fault f = { .err = OK };
    int64_t now = auth_clock_us(CLOCK_MONOTONIC);
    if (a->pg != NULL && now - a->purged_us > PURGE_EVERY_US) {
        a->purged_us = now;
        if (session_purge(a->pg, &f) != OK) {
            log_warn("auth", "ended sessions not removed", "error=\"%s\"", f.primary);
        }
    }
}

/* A session can end without a word to this thread: a password set straight in the database, a
 * restore. Those that doors hold for signed in are asked for again, some each second, and the doors
 * are told of the ones that are gone, open sockets too. While the database is down they stay. */
static void sweep(struct auth *a)
{
    struct auth_session *old[SWEEP_MOST];
    struct sha256 hashes[SWEEP_MOST];
    bool live[SWEEP_MOST];
    struct fault f = { .err = OK };
    int64_t now = auth_clock_us(CLOCK_MONOTONIC);
    uint32_t most = SWEEP_PLACES;
    uint32_t count = 0;
    if (a->pg == NULL || now - a->swept_us < SWEEP_EVERY_US) {
        return;
    }
    a->swept_us = now;
    while (count < SWEEP_MOST) {
        old[count] = auth_cache_next_old(a->cache, now - SWEEP_AGE_US, &a->sweep_at, &most);
        if (old[count] == NULL) {
            break;
        }
        hashes[count] = old[count]->token;
        count++;
    }
    if (count == 0) {
        return;
    }
    if (sessions_live(a->pg, hashes, count, live, &f) != OK) {
        a->swept_us = now + CHECKED_FOR_US; /* who waits for an answer goes first */
        return;
    }
    for (uint32_t k = 0; k < count; k++) {
        old[k]->checked_us = live[k] ? now : 0;
        if (!live[k]) {
            auth_tell_ended(a, &hashes[k]);
        }
    }
}

/* What the core should know, held against what it was told: at the start, after sessions ended, and
 * every some seconds for what happens without a word to this thread. */
static void tell_core(struct auth *a)
{
    struct fault f = { .err = OK };
    int64_t now = auth_clock_us(CLOCK_MONOTONIC);
    if (!a->tell_now && now - a->told_us < TELL_EVERY_US) {
        return;
    }
    a->tell_now = false;
    a->told_us = now;
    if (auth_open_database(a, &f) != OK) {
        return;
    }
    enum err err = a->told_glasses
                       ? OK
                       : auth_tell_glasses(&a->setup, a->pg, auth_clock_us(CLOCK_REALTIME),
                                           &a->told_glasses, &f);
    err = err == OK ? auth_presence_tell(a->presence, &a->setup, a->pg, &f) : err;
    if (err != OK) {
        log_warn("auth", "the core is not told of sessions and accesses yet", "error=\"%s\"",
                 f.primary);
    }
}

/* What is done for the time without a database, while there is one. */
static void be_ready(struct auth *a)
{
    struct fault f = { .err = OK };
    int64_t now = auth_clock_us(CLOCK_MONOTONIC);
    bool untold = false;
    auth_away_hear(a->away);
    if (auth_away_due(a->away, now)) {
        struct pg *pg = auth_open_database(a, &f) == OK ? a->pg : NULL;
        if (!auth_away_work(a->away, pg, now, &untold)) {
            auth_away_rest(a->away, now, auth_clock_us(CLOCK_MONOTONIC));
        }
    }
    atomic_store_explicit(&a->at_hand, auth_away_count(a->away), memory_order_relaxed);
    if (untold) {
        a->told_glasses = false;
    }
}

static bool all_empty(struct auth *a)
{
    bool empty = true;
    for (unsigned g = 0; g < a->setup.gateways; g++) {
        empty = queue_sleep(a->setup.from_gateway[g].queue) && empty;
    }
    return empty;
}

static void *run(void *arg)
{
    struct auth *a = arg;
    struct pollfd p = { .fd = a->setup.from_gateway[0].wake_fd, .events = POLLIN };
    pthread_setname_np(pthread_self(), "auth");
    while (!atomic_load(&a->stopping)) {
        read_known(a);
        bool any = take_requests(a);
        any = do_job(a) || any;
        purge(a);
        sweep(a);
        be_ready(a);
        tell_core(a);
        if (!any && all_empty(a)) {
            (void)poll(&p, 1, auth_away_wants(a->away) ? WANTING_MS : IDLE_MS);
            wake_clear(a->setup.from_gateway[0].wake_fd);
        }
    }
    return NULL;
}

static void auth_free(struct auth *a)
{
    auth_lanes_free(a->lanes);
    auth_known_free(a->known);
    auth_presence_free(a->presence);
    auth_away_free(a->away);
    auth_cache_free(a->cache);
    auth_brake_free(a->brake);
    pg_close(a->pg);
    arena_fini(&a->arena);
    buf_fini(&a->out);
    free(a);
}

enum err auth_start(const struct auth_setup *setup, struct auth **out, struct fault *f)
{
    struct auth *a = calloc(1, sizeof(*a));
    must(setup->gateways > 0);
    if (a == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for the auth thread", NULL, NULL);
    }
    a->setup = *setup;
    a->cache = auth_cache_new();
    a->brake = auth_brake_new();
    a->known = auth_known_new();
    a->lanes = auth_lanes_new();
    a->presence = auth_presence_new(setup->world);
    a->away = auth_away_new(&a->setup);
    a->tell_now = true;
    a->purged_us = auth_clock_us(CLOCK_MONOTONIC);
    arena_init(&a->arena, ARENA_BYTES);
    buf_init(&a->out);
    if (a->cache == NULL || a->brake == NULL || a->known == NULL || a->lanes == NULL ||
        a->presence == NULL || a->away == NULL || pthread_create(&a->thread, NULL, run, a) != 0) {
        auth_free(a);
        return fault_set(f, ERR_NO_MEMORY, "no memory for the auth thread", NULL, NULL);
    }
    *out = a;
    return OK;
}

void auth_stop(struct auth *a)
{
    if (a == NULL) {
        return;
    }
    atomic_store(&a->stopping, true);
    wake_up(a->setup.from_gateway[0].wake_fd);
    pthread_join(a->thread, NULL);
    auth_free(a);
}

uint32_t auth_at_hand(const struct auth *a)
{
    return atomic_load(&a->at_hand);
}
