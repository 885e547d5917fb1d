/* What people ask of the auth thread, one by one, and how they are answered. */
#include "server/auth_inside.h"

#include "base/log.h"
#include "server/view_reply.h"
#include "server/wake.h"

#include <sodium.h>
#include <string.h>

#define SESSION_US (24 * US_PER_HOUR)
#define TOLD_EVERY 5
#define SEND_TRIES 5000

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

static void answer(struct auth *a, const struct auth_request *r, struct door_auth_done *done,
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

void auth_answer_fault(struct auth *a, const struct auth_request *r, const struct fault *f,
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

void auth_tell_ended(struct auth *a, const struct sha256 *token)
{
    struct door_session_ended ended = { .kind = DOOR_SESSION_ENDED };
    memcpy(ended.session, token->at, sizeof(ended.session));
    for (unsigned g = 0; g < a->setup.gateways; g++) {
        push(a, g, &ended, sizeof(ended));
    }
    if (a->setup.ended != NULL) {
        atomic_fetch_add_explicit(a->setup.ended, 1, memory_order_release);
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

static void wrong_password(struct auth *a, const struct auth_request *r, struct fault *f)
{
    uint32_t failures =
        auth_brake_failed(a->brake, r->text[0], r->text[2], auth_clock_us(CLOCK_MONOTONIC));
    if (failures % TOLD_EVERY == 0) {
        log_warn("auth", "sign-in keeps failing",
                 "user=" STR_FMT " address=" STR_FMT " failures=%u", STR_ARG(printable(r->text[0])),
                 STR_ARG(r->text[2]), failures);
    }
    (void)fault_set(f, ERR_UNSIGNED, "user name and password do not fit", NULL, NULL);
}

static enum err sign_in(struct auth *a, const struct auth_request *r, uint32_t *retry_after_s,
                        struct fault *f)
{
    struct auth_session s = { .checked_us = auth_clock_us(CLOCK_MONOTONIC) };
    struct session session;
    char token[TOKEN_SIZE + 1];
    bool known = false;
    bool right = false;
    enum err err = auth_open_database(a, f);
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

static void answer_session(struct auth *a, const struct auth_request *r,
                           const struct auth_session *s)
{
    struct door_auth_done done = { .expires_us = s->expires_us };
    memcpy(done.session, s->token.at, sizeof(done.session));
    answer(a, r, &done, str_of(s->username), (struct str){ 0 });
}

/* A session checked lately counts; while the database is down one that was checked ever does, until
 * it ends. */
static enum err check(struct auth *a, const struct auth_request *r, struct fault *f)
{
    struct auth_session fresh = { .checked_us = auth_clock_us(CLOCK_MONOTONIC) };
    struct session session;
    token_hash(r->text[0], &fresh.token);
    struct auth_session *s = auth_cache_find(a->cache, &fresh.token);
    if (s != NULL && s->expires_us <= auth_clock_us(CLOCK_REALTIME)) {
        s->checked_us = 0;
        s = NULL;
    }
    if (s != NULL && fresh.checked_us - s->checked_us < CHECKED_FOR_US) {
        answer_session(a, r, s);
        return OK;
    }
    enum err err = auth_open_database(a, f);
    err = err == OK ? session_find(a->pg, r->text[0], &session, f) : err;
    if (err == ERR_UNSIGNED && s != NULL) {
        s->checked_us = 0;
        auth_tell_ended(a, &fresh.token);
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

static enum err sign_out(struct auth *a, const struct auth_request *r, struct fault *f)
{
    struct door_auth_done done = { .err = OK };
    struct sha256 token;
    enum err err = auth_open_database(a, f);
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
    auth_tell_ended(a, &token);
    return OK;
}

/* A new password ends the sessions that began with the old one. */
static enum err set_password(struct auth *a, const struct auth_request *r, struct fault *f)
{
    struct door_auth_done done = { .err = OK };
    uint32_t at = 0;
    enum err err = auth_open_database(a, f);
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
        auth_tell_ended(a, &s->token);
    }
    return OK;
}

static struct str first_word(struct str s)
{
    const char *space = s.len > 0 ? memchr(s.at, ' ', s.len) : NULL;
    return (struct str){ s.at, space != NULL ? (size_t)(space - s.at) : s.len };
}

static bool is_own(struct str line)
{
    size_t used = first_word(line).len;
    struct str rest = (struct str){ line.at + used, line.len - used };
    return rest.len >= 4 && memcmp(rest.at, " own", 4) == 0;
}

/* While the database is down what stands in memory is shown to whom it is open then. */
static enum err read_away(struct auth *a, const struct auth_request *r, struct fault *f)
{
    const struct auth_reading reading = { .principal = r->text[0],
                                          .purpose = r->text[1],
                                          .line = r->text[2],
                                          .now_us = auth_clock_us(CLOCK_REALTIME) };
    arena_wipe(&a->arena);
    buf_reset(&a->out);
    return auth_away_read(a->away, &reading, &a->arena, &a->out, f);
}

static enum err read_protected(struct auth *a, const struct auth_request *r,
                               uint32_t *retry_after_s, struct fault *f)
{
    struct door_auth_done done = { .err = OK };
    struct auth_recorded recorded = { .now_us = auth_clock_us(CLOCK_REALTIME) };
    int64_t began = auth_clock_us(CLOCK_MONOTONIC);
    /* Who is shown them anyhow need not find out anew that the database is down. */
    bool away = is_own(r->text[2]) && auth_away_rests(a->away, began);
    enum err err = away ? ERR_LOG_UNAVAILABLE : auth_open_database(a, f);
    buf_reset(&a->out);
    err = err == OK ? auth_protected(a->pg, r->text[0], r->text[1], r->text[2], &a->arena, &a->out,
                                     &recorded, f)
                    : err;
    *retry_after_s = recorded.retry_after_s;
    if (recorded.access.glass) {
        a->told_glasses = auth_tell_glass(&a->setup, r->text[0], first_word(r->text[2]),
                                          &recorded.access, false) &&
                          a->told_glasses;
    }
    if (err == ERR_LOG_UNAVAILABLE && !away) {
        auth_away_rest(a->away, began, auth_clock_us(CLOCK_MONOTONIC));
    }
    if (err == ERR_LOG_UNAVAILABLE && recorded.access.purpose == PURPOSE_NONE) {
        err = read_away(a, r, f);
    }
    if (err == OK) {
        answer(a, r, &done, r->text[0], buf_view(&a->out));
    }
    if (a->out.at != NULL) {
        sodium_memzero(a->out.at, a->out.len);
    }
    arena_wipe(&a->arena);
    return err;
}

/* Nobody needs a track while the database is down. */
static enum err read_track(struct auth *a, const struct auth_request *r, struct fault *f)
{
    struct door_auth_done done = { .err = OK };
    const struct auth_reading reading = { .principal = r->text[0],
                                          .purpose = r->text[1],
                                          .line = r->text[2],
                                          .now_us = auth_clock_us(CLOCK_REALTIME) };
    enum err err = auth_open_database(a, f);
    buf_reset(&a->out);
    arena_wipe(&a->arena);
    err = err == OK
              ? auth_track(a->pg, str_of(a->setup.conf->world), &reading, &a->arena, &a->out, f)
              : err;
    if (err == OK) {
        answer(a, r, &done, r->text[0], buf_view(&a->out));
    }
    return err;
}

void auth_serve(struct auth *a, const struct auth_request *r)
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
        err = read_protected(a, r, &retry_after_s, &f);
        break;
    case AUTH_TRACK:
        err = read_track(a, r, &f);
        break;
    }
    if (err != OK) {
        auth_answer_fault(a, r, &f, retry_after_s);
    }
}
