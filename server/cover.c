#include "server/cover.h"

#include "base/must.h"
#include "server/cover_inside.h"
#include "server/view_reply.h"
#include "server/wake.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define IDLE_MS 1000
#define RECORDS_AT_ONCE 8192 /* before questions are answered */
#define FULL_MS 2

static int64_t clock_us(clockid_t id)
{
    struct timespec t;

    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * US_PER_S + t.tv_nsec / 1000;
}

int64_t cover_mono_us(void)
{
    return clock_us(CLOCK_MONOTONIC);
}

int64_t cover_now_us(const struct cover *c)
{
    return c->setup.now_us != NULL ? c->setup.now_us(c->setup.now_arg) : clock_us(CLOCK_REALTIME);
}

/* ---- toward the view ---- */

/* Waits while the view is behind; it always takes what there is, until both end. */
static void tell_view(struct cover *c, const void *head, size_t head_len, struct str body)
{
    struct queue *q = c->setup.to_view.queue;
    char *at;

    while ((at = queue_reserve(q, head_len + body.len)) == NULL) {
        if (atomic_load(&c->stopping)) {
            return;
        }
        wake_up(c->setup.to_view.wake_fd);
        nanosleep(&(struct timespec){ .tv_nsec = FULL_MS * 1000000 }, NULL);
    }
    memcpy(at, head, head_len);
    memcpy(at + head_len, body.at, body.len);
    /* The view takes what comes here between its other work and says of another queue that it
     * sleeps. */
    (void)queue_commit(q);
    wake_up(c->setup.to_view.wake_fd);
}

static bool same_point(struct point a, struct point b)
{
    return a.lon_e7 == b.lon_e7 && a.lat_e7 == b.lat_e7;
}

static bool same_ask(const struct cover_ask *a, const struct cover_ask *b)
{
    return a->what == b->what && a->class == b->class && a->rings == b->rings &&
           a->ring == b->ring && a->arrives == b->arrives && same_point(a->arrive, b->arrive) &&
           a->leave_count == b->leave_count &&
           memcmp(a->leave, b->leave, a->leave_count * sizeof(*a->leave)) == 0;
}

/* Into `text`: the answer, or the lines of a problem. */
static enum err say(struct cover *c, const struct cover_ask *ask)
{
    struct fault f = { .err = OK };
    enum err err = OK;

    buf_reset(&c->text);
    switch ((enum cover_what)ask->what) {
    case COVER_WHAT_MAP:
        cover_say_map(c, ask, &c->text);
        break;
    case COVER_WHAT_FIGURES:
        cover_say_figures(c, ask, &c->text);
        break;
    case COVER_WHAT_IF:
        err = cover_say_if(c, ask, &c->text, &f);
        break;
    case COVER_WHAT_MOVES:
        err = cover_say_moves(c, ask, &c->text, &f);
        break;
    }
    if (err == OK && (!buf_ok(&c->text) || c->text.len > queue_size(c->setup.to_view.queue) / 4)) {
        err = fault_set(&f, ERR_NO_MEMORY, "no memory for a picture of coverage", NULL, NULL);
    }
    if (err != OK) {
        buf_reset(&c->text);
        reply_fault_text(&c->text, &f);
    }
    return err;
}

/* Tokens of all who ask the same as number k; how many. */
static uint32_t gather(const struct cover *c, uint32_t k, bool *answered, uint64_t *token)
{
    uint32_t count = 0;

    for (uint32_t n = k; n < c->ask_count; n++) {
        if (!answered[n] && same_ask(&c->asks[k], &c->asks[n])) {
            answered[n] = true;
            token[count++] = c->asks[n].token;
        }
    }
    return count;
}

/* All that were asked while records were taken, as of the same moment; what several ask is drawn
 * once. */
static void answer_all(struct cover *c)
{
    bool answered[COVER_ASKS_MAX] = { false };
    struct {
        struct cover_answer head;
        uint64_t token[COVER_ASKS_MAX];
    } to;

    if (c->ask_count > 0) {
        (void)cover_settle(c);
    }
    for (uint32_t k = 0; k < c->ask_count; k++) {
        uint32_t count = answered[k] ? 0 : gather(c, k, answered, to.token);

        if (count > 0) {
            enum err err = say(c, &c->asks[k]);

            to.head = (struct cover_answer){ .kind = COVER_ANSWER,
                                             .err = (uint32_t)err,
                                             .count = count,
                                             .len = (uint32_t)c->text.len };
            tell_view(c, &to, sizeof(to.head) + count * sizeof(*to.token), buf_view(&c->text));
        }
    }
    c->ask_count = 0;
}

/* What every desk should know: at most once a second, and only what is new. */
static void tell_news(struct cover *c, int64_t now)
{
    c->changed = false;
    c->news_us = now;
    buf_reset(&c->text);
    cover_say_news(c, &c->text);
    if (!buf_ok(&c->text) || str_eq(buf_view(&c->text), buf_view(&c->news))) {
        return;
    }
    buf_reset(&c->news);
    buf_str(&c->news, buf_view(&c->text));
    const struct cover_head head = {
        .kind = COVER_NEWS, .count = (uint32_t)c->text.len, .seq = c->seq, .at_us = c->at_us
    };

    tell_view(c, &head, sizeof(head), buf_view(&c->text));
}

/* ---- records ---- */

static void take_record(struct cover *c, const void *at, size_t len)
{
    struct cover_head head;
    uint32_t kind;

    memcpy(&kind, at, sizeof(kind));
    c->half = kind != COVER_NOW && (c->half || (kind != COVER_ASK && kind != COVER_INCIDENT));
    switch ((enum cover_kind)kind) {
    case COVER_CITY:
        cover_tell_city(c);
        break;
    case COVER_RING:
    case COVER_RING_PART:
        memcpy(&head, at, sizeof(head));
        must(len == sizeof(head) + head.count * sizeof(struct point));
        cover_tell_ring(c, (const struct point *)(const void *)((const char *)at + sizeof(head)),
                        head.count, kind == COVER_RING);
        break;
    case COVER_CIRCLE:
        must(len == sizeof(struct cover_circle_told));
        cover_tell_circle(c, at);
        break;
    case COVER_UNIT:
        must(len == sizeof(struct cover_unit_told));
        cover_tell_unit(c, at);
        break;
    case COVER_INCIDENT: {
        const struct cover_incident_told *i = at;

        must(len == sizeof(*i));
        cover_tell_incident(
            c, &(struct cover_incident){ .opened_at = i->opened_at, .at = i->at, .count = 1 });
        break;
    }
    case COVER_ROADS:
        memcpy(&head, at, sizeof(head));
        if (c->setup.roads != NULL) { /* at once: the set of before may be written over */
            c->times = roads_use(c->setup.roads, ROADS_OF_COVER, head.seq);
            c->retime = true;
        }
        break;
    case COVER_NOW:
        memcpy(&head, at, sizeof(head));
        c->seq = head.seq;
        c->at_us = head.at_us;
        c->whole = true;
        break;
    case COVER_ASK:
        must(len == sizeof(struct cover_ask));
        must(c->ask_count < COVER_ASKS_MAX); /* the view lets no more wait */
        memcpy(&c->asks[c->ask_count++], at, len);
        break;
    case COVER_ANSWER:
    case COVER_NEWS:
        must(!"the view tells no answers");
    }
}

static bool take_records(struct cover *c)
{
    uint32_t taken = 0;
    void *at;
    size_t len;

    while (taken < RECORDS_AT_ONCE && !atomic_load(&c->stopping) &&
           queue_peek(c->setup.from_view.queue, &at, &len)) {
        take_record(c, at, len);
        queue_release(c->setup.from_view.queue);
        taken++;
    }
    if (!c->half || !c->whole) {
        answer_all(c);
    }
    return taken > 0;
}

/* ---- the thread ---- */

/* Moves wait for each other; all else is brought in at once. */
static bool is_due(const struct cover *c, int64_t now)
{
    return c->hurry || c->relay || c->retime || now - c->settled_us >= COVER_MOVES_EVERY_US;
}

static int wait_ms(const struct cover *c, int64_t now)
{
    int64_t left = c->changed ? c->news_us + COVER_NEWS_EVERY_US - now : IDLE_MS * US_PER_MS;
    int64_t settle = c->settled_us + COVER_MOVES_EVERY_US - now;

    left = c->moved && settle < left ? settle : left;

    left = left < 0 ? 0 : left > IDLE_MS * US_PER_MS ? IDLE_MS * US_PER_MS : left;
    return (int)((left + US_PER_MS - 1) / US_PER_MS);
}

static void *run(void *arg)
{
    struct cover *c = arg;
    struct pollfd p = { .fd = c->setup.from_view.wake_fd, .events = POLLIN };

    pthread_setname_np(pthread_self(), "coverage");
    cover_past_init(c);
    while (!atomic_load(&c->stopping)) {
        if (take_records(c)) {
            continue; /* what came meanwhile is put in at once */
        }
        if (is_due(c, cover_mono_us())) {
            c->changed = cover_settle(c) && c->changed;
        }
        int64_t now = cover_mono_us();

        if (c->changed && now - c->news_us >= COVER_NEWS_EVERY_US) {
            tell_news(c, now);
        }
        cover_past_tend(c, now);
        if (queue_sleep(c->setup.from_view.queue)) {
            (void)poll(&p, 1, wait_ms(c, now));
            wake_clear(p.fd);
        }
    }
    return NULL;
}

/* ---- life ---- */

static void cover_free(struct cover *c)
{
    cover_keep_fini(c);
    for (uint32_t k = 0; c->circles != NULL && k < c->circle_count; k++) {
        free(c->circles[k].near);
    }
    free(c->circles);
    free(c->targets);
    free(c->units);
    free(c->ring_points);
    free(c->rings);
    free(c->incidents);
    free(c->loss);
    free(c->stake);
    free(c->asks);
    buf_fini(&c->news);
    buf_fini(&c->text);
    free(c);
}

enum err cover_start(const struct cover_setup *setup, struct cover **out, struct fault *f)
{
    struct cover *c = calloc(1, sizeof(*c));

    if (c == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for coverage", NULL, NULL);
    }
    c->setup = *setup;
    c->relay = true;
    c->news_us = -COVER_NEWS_EVERY_US;
    buf_init(&c->news);
    buf_init(&c->text);
    c->units = calloc((size_t)setup->units_max + 1, sizeof(*c->units));
    c->loss = calloc((size_t)setup->units_max + 1, sizeof(*c->loss));
    c->circles = calloc(CIRCLES_MAX, sizeof(*c->circles));
    c->stake = calloc((size_t)setup->units_max + 1, sizeof(*c->stake));
    c->asks = calloc(COVER_ASKS_MAX, sizeof(*c->asks));
    if (c->units != NULL && c->loss != NULL && c->stake != NULL && c->circles != NULL &&
        c->asks != NULL) {
        c->times = setup->roads != NULL ? roads_use(setup->roads, ROADS_OF_COVER, setup->road_stamp)
                   : setup->road != NULL ? &setup->road->free
                                         : NULL;
        c->started = pthread_create(&c->thread, NULL, run, c) == 0;
    }
    if (!c->started) {
        cover_free(c);
        return fault_set(f, ERR_NO_MEMORY, "could not start the thread of coverage", NULL, NULL);
    }
    *out = c;
    return OK;
}

void cover_stop(struct cover *c)
{
    if (c == NULL) {
        return;
    }
    atomic_store(&c->stopping, true);
    wake_up(c->setup.from_view.wake_fd);
    pthread_join(c->thread, NULL);
    cover_past_fini(c);
    cover_free(c);
}

bool cover_loss_of(const struct cover *c, uint32_t unit, struct cover_loss *out)
{
    *out = (struct cover_loss){ .seq = atomic_load_explicit(&c->loss_seq, memory_order_acquire) };
    uint64_t packed = unit >= 1 && unit <= c->setup.units_max
                          ? atomic_load_explicit(&c->loss[unit], memory_order_acquire)
                          : 0;

    for (uint32_t r = 0; r < COVER_RINGS; r++) {
        out->lost[r] = (uint32_t)(packed >> (r * LOSS_BITS) & ((UINT64_C(1) << LOSS_BITS) - 1));
    }
    return packed != 0;
}

uint32_t cover_stake_of(const struct cover *c, uint32_t unit)
{
    return unit >= 1 && unit <= c->setup.units_max
               ? atomic_load_explicit(&c->stake[unit], memory_order_relaxed)
               : 0;
}
