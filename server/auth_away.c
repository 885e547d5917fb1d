/* For the time when the database is down: what callers of open incidents said is kept in memory, so
 * that the owner and assigned units still see it, and their readings wait in the spool.
 *
 * Limits: a value is at hand within a second of becoming durable, as long as no more than
 * 2,000 a second come (the newest are read first); one that was erased leaves within seconds of the
 * next look (ERASED_EVERY_US; 4,096 values a look). Nobody is shown more than CALLERS_VALUES_MAX
 * values or CALLERS_BYTES_MAX of them, the newest. */
#include "server/auth_inside.h"

#include "base/log.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FILL_EVERY_US (50 * US_PER_MS) /* a little at a time: a core is held up by no reading */
#define FILL_MOST 100u
#define ERASED_EVERY_US (5 * US_PER_S)
#define ERASED_MOST 4096u
#define SPOOL_AGAIN_US (5 * US_PER_S)
#define APPENDED_AT_ONCE 64
#define REST_LEAST_US US_PER_S
#define REST_MOST_US (20 * US_PER_S)
#define ARENA_BYTES ((size_t)8 << 20)

struct auth_away {
    const struct auth_setup *setup;
    struct callers *callers;
    struct spool *spool; /* NULL: not open (yet) */
    struct arena arena;
    int64_t filled_us, looked_us, rests_until_us; /* monotonic */
    int64_t
        spool_again_us; /* its file made trouble: not before then; the database is not to blame */
    uint32_t look_at;
    bool waiting; /* the spool may hold entries that the database has not */
    uint64_t refs[ERASED_MOST];
};

static void open_spool(struct auth_away *a)
{
    struct fault f = { .err = OK };
    const struct conf *conf = a->setup->conf;
    if (a->spool == NULL && conf->snapshot_dir[0] != '\0' &&
        spool_open(conf->snapshot_dir, str_of(conf->world), &a->spool, &f) != OK) {
        log_error("auth", "while the log is down no protected fields can be shown",
                  "error=\"%s\" detail=\"%s\"", f.primary, f.detail);
    }
}

struct auth_away *auth_away_new(const struct auth_setup *setup)
{
    struct auth_away *a = calloc(1, sizeof(*a));
    if (a == NULL) {
        return NULL;
    }
    a->setup = setup;
    a->waiting = true;
    arena_init(&a->arena, ARENA_BYTES);
    a->callers = callers_new(CALLERS_VALUES_MAX, CALLERS_BYTES_MAX);
    if (a->callers == NULL) {
        auth_away_free(a);
        return NULL;
    }
    open_spool(a);
    return a;
}

void auth_away_free(struct auth_away *a)
{
    if (a != NULL) {
        callers_free(a->callers);
        spool_close(a->spool);
        arena_fini(&a->arena);
        free(a);
    }
}

/* ---- hearing ---- */

static void hear(struct auth_away *a, const void *record, size_t len)
{
    struct caller_note head;
    must(len >= sizeof(head));
    memcpy(&head, record, sizeof(head));
    must(len == sizeof(head) + head.count * sizeof(a->refs[0]) && head.count <= CALLERS_REFS_MAX);
    memcpy(a->refs, (const char *)record + sizeof(head), len - sizeof(head));
    if (head.incident == 0) {
        callers_forget(a->callers);
    } else {
        callers_note(a->callers, head.incident, a->refs, head.count);
    }
}

void auth_away_hear(struct auth_away *a)
{
    void *at;
    size_t len;
    while (a->setup->from_view != NULL && queue_peek(a->setup->from_view, &at, &len)) {
        hear(a, at, len);
        queue_release(a->setup->from_view);
    }
}

/* ---- with the database ---- */

static enum err fill(struct auth_away *a, struct pg *pg, int64_t now, struct fault *f)
{
    uint32_t count = callers_wanted(a->callers, a->refs, FILL_MOST);
    a->filled_us = now;
    if (count == 0) {
        return OK;
    }
    struct personal_value *values = arena_alloc(&a->arena, count * sizeof(*values));
    if (values == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for protected values", NULL, NULL);
    }
    enum err err = personal_read(pg, a->refs, count, &a->arena, values, f);
    for (uint32_t k = 0; err == OK && k < count; k++) {
        callers_put(a->callers, &values[k]);
    }
    return err;
}

static void on_erased(void *arg, uint64_t ref, int64_t erased_us, struct str rule)
{
    callers_erased(arg, ref, erased_us, rule);
}

static enum err look_for_erased(struct auth_away *a, struct pg *pg, int64_t now, struct fault *f)
{
    uint32_t count = callers_held(a->callers, &a->look_at, a->refs, ERASED_MOST);
    a->looked_us = count == ERASED_MOST ? 0 : now; /* the rest at once */
    return count > 0 ? personal_erased(pg, a->refs, count, on_erased, a->callers, f) : OK;
}

/* The commander is alarmed before the file is emptied, so that a crash between brings it again. */
static enum err append_next(struct auth_away *a, struct pg *pg, const struct access_entry *e,
                            bool *untold, struct fault *f)
{
    struct access access;
    enum err err = access_append(pg, e, NULL, f);
    if (err != OK) {
        return err;
    }
    if (access_read(e->purpose, &access) &&
        !auth_tell_glass(a->setup, e->actor, e->incident, &access, true)) {
        *untold = true;
    }
    return spool_taken(a->spool, f);
}

static enum err append(struct auth_away *a, struct pg *pg, bool *untold, struct fault *f)
{
    enum err err = OK;
    struct access_entry e;
    open_spool(a);
    for (int n = 0; err == OK && n < APPENDED_AT_ONCE; n++) {
        arena_reset(&a->arena);
        if (a->spool == NULL || !spool_next(a->spool, &a->arena, &e)) {
            a->waiting = a->spool != NULL && !spool_done(a->spool);
            return a->waiting
                       ? fault_set(f, ERR_IO, "the spool of accesses cannot be read", NULL, NULL)
                       : OK;
        }
        err = append_next(a, pg, &e, untold, f);
    }
    return err;
}

static bool spool_due(const struct auth_away *a, int64_t now)
{
    return a->waiting && now >= a->spool_again_us;
}

bool auth_away_work(struct auth_away *a, struct pg *pg, int64_t now, bool *untold)
{
    struct fault f = { .err = ERR_LOG_UNAVAILABLE };
    enum err err = pg != NULL ? OK : ERR_LOG_UNAVAILABLE;
    if (err == OK && spool_due(a, now)) {
        err = append(a, pg, untold, &f);
    }
    if (err != OK && err != ERR_LOG_UNAVAILABLE) {
        log_warn("auth", "readings in the spool wait on", "error=\"%s\"", f.primary);
        a->spool_again_us = now + SPOOL_AGAIN_US;
        err = OK;
    }
    arena_reset(&a->arena);
    err = err == OK && now - a->filled_us >= FILL_EVERY_US ? fill(a, pg, now, &f) : err;
    arena_wipe(&a->arena);
    if (err == OK && now - a->looked_us >= ERASED_EVERY_US) {
        err = look_for_erased(a, pg, now, &f);
    }
    if (err != OK && err != ERR_LOG_UNAVAILABLE) {
        log_warn("auth", "what callers said is not kept at hand", "error=\"%s\"", f.primary);
    }
    return err != ERR_LOG_UNAVAILABLE;
}

void auth_away_rest(struct auth_away *a, int64_t began, int64_t ended)
{
    int64_t rest = 4 * (ended - began);
    rest = rest < REST_LEAST_US ? REST_LEAST_US : rest;
    a->rests_until_us = ended + (rest < REST_MOST_US ? rest : REST_MOST_US);
}

bool auth_away_rests(const struct auth_away *a, int64_t now)
{
    return now < a->rests_until_us;
}

bool auth_away_wants(const struct auth_away *a)
{
    uint64_t one;
    return callers_wanted(a->callers, &one, 1) > 0;
}

uint32_t auth_away_count(const struct auth_away *a)
{
    return callers_at_hand(a->callers);
}

bool auth_away_due(const struct auth_away *a, int64_t now)
{
    if (auth_away_rests(a, now)) {
        return false;
    }
    return spool_due(a, now) || now - a->looked_us >= ERASED_EVERY_US ||
           (now - a->filled_us >= FILL_EVERY_US && auth_away_wants(a));
}

/* ---- without it ---- */

enum err auth_away_read(struct auth_away *a, const struct auth_reading *r, struct arena *arena,
                        struct buf *out, struct fault *f)
{
    open_spool(a);
    if (a->spool == NULL) {
        return fault_set(f, ERR_LOG_UNAVAILABLE,
                         "the log is down and there is no folder to keep the access in", NULL,
                         NULL);
    }
    a->waiting = true;
    return auth_protected_spooled(a->callers, a->spool, r, arena, out, f);
}
