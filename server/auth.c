#include "server/auth.h"

#include "base/log.h"
#include "base/must.h"
#include "server/auth_inside.h"
#include "server/view_reply.h"
#include "server/wake.h"

#include <poll.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SESSION_US (24 * US_PER_HOUR)
#define CHECKED_FOR_US (30 * US_PER_S)
#define PURGE_EVERY_US US_PER_HOUR
#define ARENA_BYTES ((size_t)8 << 20)
#define TOLD_EVERY 5
#define SEND_TRIES 5000
#define REQUESTS_PER_ROUND 64
#define IDLE_MS 1000
#define KNOWN_EVERY_US US_PER_S
#define SWEEP_EVERY_US US_PER_S
#define TELL_EVERY_US (10 * US_PER_S)
#define SWEEP_PLACES 8192u /* of the cache, looked at in one sweep */
#define SWEEP_MOST 256u    /* sessions asked for in one */
#define SWEEP_AGE_US (10 * US_PER_S)

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
    struct auth_presence *presence;
    int64_t told_us;   /* monotonic: when it was last tried to tell the core */
    bool tell_now;     /* sessions ended */
    bool told_glasses; /* the core knows of every broken glass */
    pthread_t thread;
    _Atomic bool stopping;
};

struct request {
    struct door_auth_ask head;
    unsigned gateway;
    struct str text[3];
};

static int64_t clock_us(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * US_PER_S + t.tv_nsec / 1000;
}

static enum err open_database(struct auth *a, struct fault *f)
{
    const struct pg_opts opts = { .conninfo = a->setup.conf->database,
                                  .world = a->setup.conf->world,
                                  .role = "tocsin_auth",
                                  .application = "tocsind auth" };
    return a->pg != NULL ? OK : pg_open(&opts, &a->pg, f);
}

static bool read_request(const void *record, size_t len, unsigned gateway, struct request *out)
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

/* ---- answers ---- */

/* Answers are short and gateways read them as they come; one that does not for seconds loses its
 * answer to its own limit. */
static void push(struct auth *a, unsigned gateway, const void *at, size_t len)
{
    const struct door_way *way = &a->setup.to_gateway[gateway];
    const struct timespec moment = { .tv_nsec = 1000000 };
    bool wake = false;
    bool sent = queue_push(way->queue, at, len, &wake);
    for (int n = 0; !sent && n < SEND_TRIES && !atomic_load(&a->stopping); n++) {
        wake_up(way->wake_fd);
        nanosleep(&moment, NULL);
        sent = queue_push(way->queue, at, len, &wake);
    }
    if (wake) {
        wake_up(way->wake_fd);
    }
}

static void answer(struct auth *a, const struct request *r, struct door_auth_done *done,
                   struct str user, struct str rest)
{
    done->kind = DOOR_AUTH_DONE;
    done->request = r->head.request;
    done->user_len = (uint32_t)user.len;
    done->len = (uint32_t)rest.len;
    struct buf b;
    buf_init(&b);
    buf_add(&b, done, sizeof(*done));
    buf_str(&b, user);
    buf_str(&b, rest);
    if (buf_ok(&b)) {
        push(a, r->gateway, b.at, b.len);
        sodium_memzero(b.at, b.len);
    }
    buf_fini(&b);
}

static void answer_fault(struct auth *a, const struct request *r, const struct fault *f,
                         uint32_t retry_after_s)
{
    struct door_auth_done done = { .err = (uint32_t)(f->err != OK ? f->err : ERR_IO),
                                   .retry_after_s = retry_after_s };
    char text[sizeof(f->primary) + sizeof(f->hint) + sizeof(f->field) + 4];
    struct buf b;
    buf_fixed(&b, text, sizeof(text));
    reply_fault_text(&b, f);
    answer(a, r, &done, (struct str){ 0 }, buf_view(&b));
}

static void tell_ended(struct auth *a, const struct sha256 *token)
{
    struct door_session_ended ended = { .kind = DOOR_SESSION_ENDED };
    memcpy(ended.session, token->at, sizeof(ended.session));
    for (unsigned g = 0; g < a->setup.gateways; g++) {
        push(a, g, &ended, sizeof(ended));
    }
}

/* ---- the asks ---- */

/* Only what could be a user's name is printed: people type passwords into the wrong field. */
static struct str printable(struct str name)
{
    for (size_t k = 0; k < name.len; k++) {
        char c = name.at[k];
        bool good =
            (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
        if (!good || name.len > 31) {
            return STR("?");
        }
    }
    return name;
}

static void wrong_password(struct auth *a, const struct request *r, struct fault *f)
{
    uint32_t failures =
        auth_brake_failed(a->brake, r->text[0], r->text[2], clock_us(CLOCK_MONOTONIC));
    if (failures % TOLD_EVERY == 0) {
        log_warn("auth", "sign-in keeps failing",
                 "user=" STR_FMT " address=" STR_FMT " failures=%u", STR_ARG(printable(r->text[0])),
                 STR_ARG(r->text[2]), failures);
    }
    (void)fault_set(f, ERR_UNSIGNED, "user name and password do not fit", NULL, NULL);
}

static enum err sign_in(struct auth *a, const struct request *r, uint32_t *retry_after_s,
                        struct fault *f)
{
    struct auth_session s = { .checked_us = clock_us(CLOCK_MONOTONIC) };
    struct session session;
    char token[TOKEN_SIZE + 1];
    bool known = false;
    bool right = false;
    enum err err = open_database(a, f);
    err = err == OK ? address_known(a->pg, r->text[0], r->text[2], &known, f) : err;
    if (err != OK) {
        return err;
    }
    int64_t wait = auth_brake_wait(a->brake, r->text[0], r->text[2], known, s.checked_us);
    if (wait > 0) {
        *retry_after_s = (uint32_t)((wait + US_PER_S - 1) / US_PER_S);
        return fault_set(f, ERR_TOO_MANY, "too many failed sign-ins", NULL, "wait a moment");
    }
    err = credential_check(a->pg, r->text[0], r->text[1], &right, f);
    if (err == OK && !right) {
        wrong_password(a, r, f);
        return f->err;
    }
    err = err == OK ? session_create(a->pg, r->text[0], r->text[2], SESSION_US, token, &session, f)
                    : err;
    if (err != OK) {
        return err;
    }
    auth_brake_succeeded(a->brake, r->text[0], r->text[2]);
    auth_known_add(a->known, r->text[0], r->text[2]);
    token_hash(str_of(token), &s.token);
    memcpy(s.username, session.username, sizeof(s.username));
    s.expires_us = session.expires_us;
    auth_cache_put(a->cache, &s);
    auth_presence_began(a->presence, &a->setup, str_of(session.username));
    struct door_auth_done done = { .expires_us = session.expires_us };
    memcpy(done.session, s.token.at, sizeof(done.session));
    answer(a, r, &done, str_of(session.username), str_of(token));
    sodium_memzero(token, sizeof(token));
    return OK;
}

static void answer_session(struct auth *a, const struct request *r, const struct auth_session *s)
{
    struct door_auth_done done = { .expires_us = s->expires_us };
    memcpy(done.session, s->token.at, sizeof(done.session));
    answer(a, r, &done, str_of(s->username), (struct str){ 0 });
}

/* A session checked lately counts; while the database is down one that was checked ever does, until
 * it ends. */
static enum err check(struct auth *a, const struct request *r, struct fault *f)
{
    struct auth_session fresh = { .checked_us = clock_us(CLOCK_MONOTONIC) };
    struct session session;
    token_hash(r->text[0], &fresh.token);
    struct auth_session *s = auth_cache_find(a->cache, &fresh.token);
    if (s != NULL && s->expires_us <= clock_us(CLOCK_REALTIME)) {
        s->checked_us = 0;
        s = NULL;
    }
    if (s != NULL && fresh.checked_us - s->checked_us < CHECKED_FOR_US) {
        answer_session(a, r, s);
        return OK;
    }
    enum err err = open_database(a, f);
    err = err == OK ? session_find(a->pg, r->text[0], &session, f) : err;
    if (err == ERR_UNSIGNED && s != NULL) {
        s->checked_us = 0;
        tell_ended(a, &fresh.token);
    } else if (err != OK && err != ERR_UNSIGNED && s != NULL) {
        answer_session(a, r, s);
        return OK;
    }
    if (err != OK) {
        return err;
    }
    memcpy(fresh.username, session.username, sizeof(fresh.username));
    fresh.expires_us = session.expires_us;
    auth_cache_put(a->cache, &fresh);
    answer_session(a, r, &fresh);
    return OK;
}

static enum err sign_out(struct auth *a, const struct request *r, struct fault *f)
{
    struct door_auth_done done = { .err = OK };
    struct sha256 token;
    enum err err = open_database(a, f);
    err = err == OK ? session_end(a->pg, r->text[0], f) : err;
    if (err != OK) {
        return err;
    }
    a->tell_now = true;
    token_hash(r->text[0], &token);
    struct auth_session *s = auth_cache_find(a->cache, &token);
    if (s != NULL) {
        s->checked_us = 0;
    }
    memcpy(done.session, token.at, sizeof(done.session));
    answer(a, r, &done, (struct str){ 0 }, (struct str){ 0 });
    tell_ended(a, &token);
    return OK;
}

/* A new password ends the sessions that began with the old one. */
static enum err set_password(struct auth *a, const struct request *r, struct fault *f)
{
    struct door_auth_done done = { .err = OK };
    uint32_t at = 0;
    enum err err = open_database(a, f);
    err = err == OK ? credential_set(a->pg, r->text[1], r->text[2], f) : err;
    err = err == OK ? session_end_user(a->pg, r->text[1], f) : err;
    if (err != OK) {
        return err;
    }
    a->tell_now = true;
    log_info("auth", "password set", "user=" STR_FMT " by=" STR_FMT, STR_ARG(printable(r->text[1])),
             STR_ARG(printable(r->text[0])));
    answer(a, r, &done, r->text[1], (struct str){ 0 });
    for (struct auth_session *s; (s = auth_cache_next_of(a->cache, r->text[1], &at)) != NULL;) {
        s->checked_us = 0;
        tell_ended(a, &s->token);
    }
    return OK;
}

static enum err read_protected(struct auth *a, const struct request *r, struct fault *f)
{
    struct door_auth_done done = { .err = OK };
    struct access recorded = { .purpose = PURPOSE_NONE };
    arena_reset(&a->arena);
    buf_reset(&a->out);
    enum err err = open_database(a, f);
    err = err == OK ? auth_protected(a->pg, r->text[0], r->text[1], r->text[2], &a->arena, &a->out,
                                     &recorded, f)
                    : err;
    if (recorded.glass) {
        struct str incident = r->text[2];
        const char *space = memchr(incident.at, ' ', incident.len);
        incident.len = space != NULL ? (size_t)(space - incident.at) : incident.len;
        a->told_glasses =
            auth_tell_glass(&a->setup, r->text[0], incident, &recorded) && a->told_glasses;
    }
    if (err == OK) {
        answer(a, r, &done, r->text[0], buf_view(&a->out));
    }
    if (a->out.at != NULL) {
        sodium_memzero(a->out.at, a->out.len);
    }
    return err;
}

static void serve(struct auth *a, const struct request *r)
{
    struct fault f = { .err = OK };
    uint32_t retry_after_s = 0;
    enum err err = ERR_INVALID;
    switch ((enum door_auth)r->head.what) {
    case AUTH_SIGN_IN:
        err = sign_in(a, r, &retry_after_s, &f);
        break;
    case AUTH_CHECK:
        err = check(a, r, &f);
        break;
    case AUTH_SIGN_OUT:
        err = sign_out(a, r, &f);
        break;
    case AUTH_SET_PASSWORD:
        err = set_password(a, r, &f);
        break;
    case AUTH_PROTECTED:
        err = read_protected(a, r, &f);
        break;
    }
    if (err != OK) {
        answer_fault(a, r, &f, retry_after_s);
    }
}

/* ---- the loop ---- */

static bool is_slow(const struct request *r)
{
    return r->head.what == AUTH_SIGN_IN || r->head.what == AUTH_SET_PASSWORD;
}

static enum auth_lane lane_of(const struct auth *a, const struct request *r)
{
    if (r->head.what == AUTH_SET_PASSWORD) {
        return LANE_PASSWORD;
    }
    return auth_known_has(a->known, r->text[0], r->text[2]) ? LANE_KNOWN : LANE_STRANGER;
}

static void put_off(struct auth *a, const struct request *r, const void *record, size_t len)
{
    struct str address = r->head.what == AUTH_SIGN_IN ? r->text[2] : (struct str){ 0 };
    struct fault f;
    if (!auth_lanes_put(a->lanes, lane_of(a, r), address, r->gateway, record, len)) {
        (void)fault_set(&f, ERR_TOO_MANY, "too many people sign in at once", NULL,
                        "try again in a moment");
        answer_fault(a, r, &f, 5);
    }
}

/* A round's share of each gateway: sign-ins and what is done now and then get their turn however
 * many tokens there are to look at. */
static bool take_requests(struct auth *a)
{
    bool any = false;
    for (unsigned g = 0; g < a->setup.gateways; g++) {
        struct queue *q = a->setup.from_gateway[g].queue;
        struct request r;
        void *at;
        size_t len;
        for (int n = 0; n < REQUESTS_PER_ROUND && queue_peek(q, &at, &len); n++) {
            must(read_request(at, len, g, &r));
            if (is_slow(&r)) {
                put_off(a, &r, at, len);
            } else {
                serve(a, &r);
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
    struct request r;
    struct auth_job *j = auth_lanes_take(a->lanes);
    if (j == NULL) {
        return false;
    }
    must(read_request(j->record, j->len, j->gateway, &r));
    serve(a, &r);
    auth_job_free(j);
    return true;
}

/* Once, as soon as the database answers. Until then everybody is a stranger. */
static void read_known(struct auth *a)
{
    struct fault f = { .err = OK };
    int64_t now = clock_us(CLOCK_MONOTONIC);
    if (a->known_read || now - a->known_tried_us < KNOWN_EVERY_US) {
        return;
    }
    a->known_tried_us = now;
    enum err err = open_database(a, &f);
    err = err == OK ? auth_known_read(a->known, a->pg, &f) : err;
    a->known_read = err == OK;
    if (err != OK) {
        log_warn("auth", "known addresses not read", "error=\"%s\"", f.primary);
    }
}

static void purge(struct auth *a)
{
    struct fault f = { .err = OK };
    int64_t now = clock_us(CLOCK_MONOTONIC);
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
    int64_t now = clock_us(CLOCK_MONOTONIC);
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
            tell_ended(a, &hashes[k]);
        }
    }
}

/* What the core should know, held against what it was told: at the start, after sessions ended, and
 * every some seconds for what happens without a word to this thread. */
static void tell_core(struct auth *a)
{
    struct fault f = { .err = OK };
    int64_t now = clock_us(CLOCK_MONOTONIC);
    if (!a->tell_now && now - a->told_us < TELL_EVERY_US) {
        return;
    }
    a->tell_now = false;
    a->told_us = now;
    if (open_database(a, &f) != OK) {
        return;
    }
    enum err err = a->told_glasses ? OK
                                   : auth_tell_glasses(&a->setup, a->pg, clock_us(CLOCK_REALTIME),
                                                       &a->told_glasses, &f);
    err = err == OK ? auth_presence_tell(a->presence, &a->setup, a->pg, &f) : err;
    if (err != OK) {
        log_warn("auth", "the core is not told of sessions and accesses yet", "error=\"%s\"",
                 f.primary);
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
        tell_core(a);
        if (!any && all_empty(a)) {
            (void)poll(&p, 1, IDLE_MS);
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
    a->tell_now = true;
    a->purged_us = clock_us(CLOCK_MONOTONIC);
    arena_init(&a->arena, ARENA_BYTES);
    buf_init(&a->out);
    if (a->cache == NULL || a->brake == NULL || a->known == NULL || a->lanes == NULL ||
        a->presence == NULL || pthread_create(&a->thread, NULL, run, a) != 0) {
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
