#include "tools/quality/bound.h"

#include "tools/quality/approach.h"

#include <stdlib.h>

/* A task, whoever takes it. */
struct span {
    uint32_t call;
    int64_t ready_ms;
    int64_t soonest_ms; /* it is begun then or later */
    int64_t kept_ms;    /* and keeps its unit till then, at least */
};

struct bound {
    const struct play_opts *o;
    const struct work *work;
    struct ways *ways;
    struct approach approach;
    struct span *span; /* of a task, and below in the order they can be served */
    uint32_t count;
    uint32_t *by_ready, *by_rank; /* tasks */
};

static const struct work_call *call_of(const struct bound *b, uint32_t task)
{
    return &b->work->call[b->span[task].call];
}

/* The first in the order that is ready at `ms` or later. */
static uint32_t ready_from(const struct bound *b, int64_t ms)
{
    uint32_t low = 0;
    uint32_t high = b->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (b->span[b->by_ready[middle]].ready_ms < ms) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool ranks_above(const struct bound *b, uint32_t task, uint32_t other)
{
    uint32_t x = b->span[task].call;
    uint32_t y = b->span[other].call;

    return x == y ? task < other : play_served_before(b->work, x, y);
}

/* How many units those above a task keep at an instant when it is begun; and the first of them that
 * may be over. `from`: none before it in the order does. */
static uint32_t kept_above(const struct bound *b, uint32_t from, uint32_t task, int64_t at_ms,
                           int64_t *first_ms)
{
    uint32_t count = 0;

    *first_ms = INT64_MAX;
    for (uint32_t k = from; k < b->count; k++) {
        const struct span *s = &b->span[b->by_ready[k]];

        if (s->ready_ms > at_ms) {
            break;
        }
        /* Who comes at that very instant may be seen after it. */
        bool is_seen = s->ready_ms < at_ms || s->call == b->span[task].call;

        if (is_seen && s->kept_ms > at_ms && ranks_above(b, b->by_ready[k], task)) {
            count++;
            *first_ms = s->kept_ms < *first_ms ? s->kept_ms : *first_ms;
        }
    }
    return count;
}

static void find_soonest(struct bound *b)
{
    int64_t longest_ms = 0;

    for (uint32_t r = 0; r < b->count; r++) {
        uint32_t task = b->by_rank[r];
        struct span *s = &b->span[task];
        uint32_t from = ready_from(b, s->ready_ms - longest_ms);
        int64_t first_ms;

        s->soonest_ms = s->ready_ms;
        while (kept_above(b, from, task, s->soonest_ms, &first_ms) >= b->o->units) {
            s->soonest_ms = first_ms;
        }
        s->kept_ms = s->soonest_ms + call_of(b, task)->turnout_ms + b->work->scene_ms[task];
        longest_ms = s->kept_ms - s->ready_ms > longest_ms ? s->kept_ms - s->ready_ms : longest_ms;
    }
}

/* Whether a unit on the way home from `task` passes where it is near enough, when it may be sent.
 */
static bool passes(struct bound *b, uint32_t unit, uint32_t task, int64_t soonest_ms,
                   int64_t due_ms)
{
    const struct span *s = &b->span[task];
    const struct ways_trail *t = ways_trail(b->ways, unit, s->call);

    for (uint32_t m = 0; m + 1 < t->count; m++) {
        int64_t from_ms = s->kept_ms + t->spot[m].ms;

        if (from_ms > due_ms) {
            return false;
        }
        uint32_t place = t->spot[m].place;
        uint32_t nodes = b->o->road->network.graph.node_count;
        struct point at =
            place < nodes ? b->o->road->network.graph.at[place] : b->work->call[place - nodes].at;
        int64_t sent_ms = from_ms > soonest_ms ? from_ms : soonest_ms;

        if (sent_ms + approach_ms(&b->approach, place, at) <= due_ms) {
            return true;
        }
    }
    return false;
}

static bool somebody_passes(struct bound *b, uint32_t call, int64_t soonest_ms, int64_t due_ms)
{
    if (!approach_to(&b->approach, b->work->call[call].at)) {
        return false;
    }
    for (uint32_t k = 0; k < b->count; k++) {
        uint32_t task = b->by_ready[k];
        const struct span *s = &b->span[task];

        if (s->ready_ms > due_ms) {
            return false;
        }
        if (s->call == call || s->kept_ms > due_ms) {
            continue;
        }
        for (uint32_t u = 0; u < b->o->units; u++) {
            if (passes(b, u, task, soonest_ms, due_ms)) {
                return true;
            }
        }
    }
    return false;
}

static bool is_late_for_all(struct bound *b, uint32_t call)
{
    const struct work_call *c = &b->work->call[call];
    int64_t soonest_ms = b->span[c->first_ms].soonest_ms;
    int64_t due_ms =
        c->at_ms + play_target_ms(b->o, c) - c->turnout_ms; /* to be there, less that */

    if (soonest_ms > due_ms) {
        return true;
    }
    for (uint32_t u = 0; u < b->o->units; u++) {
        if (soonest_ms + ways_home_ms(b->ways, u, call) <= due_ms) {
            return false;
        }
    }
    return !somebody_passes(b, call, soonest_ms, due_ms);
}

static void order_tasks(struct bound *b, uint32_t *order)
{
    const struct work *w = b->work;
    uint32_t ready = 0;
    uint32_t ranked = 0;

    for (uint32_t i = 0; i < w->count; i++) {
        for (uint32_t n = 0; n < w->call[i].units; n++) {
            int64_t ready_ms = work_ready_ms(&w->call[i]);

            b->span[w->call[i].first_ms + n] = (struct span){ .call = i, .ready_ms = ready_ms };
        }
    }
    work_order(w, order);
    for (uint32_t p = 0; p < w->count; p++) {
        for (uint32_t n = 0; n < w->call[order[p]].units; n++) {
            b->by_ready[ready++] = w->call[order[p]].first_ms + n;
        }
    }
    for (uint32_t priority = 0; priority <= UINT8_MAX; priority++) {
        for (uint32_t i = 0; i < w->count; i++) {
            for (uint32_t n = 0; w->call[i].priority == priority && n < w->call[i].units; n++) {
                b->by_rank[ranked++] = w->call[i].first_ms + n;
            }
        }
    }
    must(ready == b->count && ranked == b->count);
}

static uint32_t count_late(struct bound *b, uint32_t *order)
{
    uint32_t late = 0;

    order_tasks(b, order);
    find_soonest(b);
    for (uint32_t i = 0; i < b->work->count; i++) {
        late += is_late_for_all(b, i);
    }
    return late;
}

enum err bound_late(const struct play_opts *o, struct ways *w, uint32_t *late, struct fault *f)
{
    const struct work_call *last = &o->work->call[o->work->count - 1];
    uint32_t places = o->road->network.graph.node_count + o->work->count;
    uint32_t count = last->first_ms + last->units;
    uint32_t *order = malloc(o->work->count * sizeof(*order));
    struct bound b = { .o = o,
                       .work = o->work,
                       .ways = w,
                       .span = malloc(count * sizeof(*b.span)),
                       .count = count,
                       .by_ready = malloc(count * sizeof(*b.by_ready)),
                       .by_rank = malloc(count * sizeof(*b.by_rank)) };
    bool ok = order != NULL && b.span != NULL && b.by_ready != NULL && b.by_rank != NULL;
    enum err err = ok ? approach_init(&b.approach, o->road, places, f)
                      : fault_set(f, ERR_NO_MEMORY, "no memory for a bound", NULL, NULL);

    if (err == OK) {
        *late = count_late(&b, order);
        approach_fini(&b.approach);
    }
    free(order);
    free(b.span);
    free(b.by_ready);
    free(b.by_rank);
    return err;
}
