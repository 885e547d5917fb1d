#include "tools/quality/futures.h"

#include "base/hash.h"
#include "base/prng.h"
#include "dispatch/plan/price.h"

#include <stdlib.h>
#include <string.h>

/* Who may go: so many of the least cost by itself. */
#define LIKELY 6

#define DAY_MS (INT64_C(24) * 3600 * 1000)
#define AROUND_MS (INT64_C(90) * 60 * 1000) /* the same time of another day */

/* Until there is a past. Source: the medians of San Francisco's published calls. */
#define SCENE_STANDARD_MS 900000

struct one {
    int64_t free_ms;
    int64_t home_ms; /* when it is home */
    uint32_t square; /* where it becomes free */
    uint32_t home;
};

struct futures {
    const struct play_opts *o;
    struct squares squares;
    uint32_t *square_of_call;
    struct one *now, *unit;     /* as the units are; as they would be */
    uint64_t scenes, scenes_ms; /* of calls till `learned` */
    uint32_t learned;
};

enum err futures_make(struct futures **out, const struct play_opts *o, struct fault *f)
{
    struct futures *x = calloc(1, sizeof(*x));

    *out = x;
    if (x == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for futures", NULL, NULL);
    }
    x->o = o;
    x->square_of_call = malloc(o->work->count * sizeof(*x->square_of_call));
    x->now = calloc(o->units, sizeof(*x->now));
    x->unit = calloc(o->units, sizeof(*x->unit));
    enum err err = x->square_of_call != NULL && x->now != NULL && x->unit != NULL
                       ? squares_init(&x->squares, o->road, f)
                       : fault_set(f, ERR_NO_MEMORY, "no memory for futures", NULL, NULL);

    if (err != OK) {
        futures_free(x);
        *out = NULL;
        return err;
    }
    for (uint32_t i = 0; i < o->work->count; i++) {
        if (o->work->call[i].located) {
            x->square_of_call[i] = squares_of(&x->squares, o->work->call[i].at);
        }
    }
    return OK;
}

void futures_free(struct futures *x)
{
    if (x == NULL) {
        return;
    }
    if (x->squares.ms != NULL) {
        squares_fini(&x->squares);
    }
    free(x->square_of_call);
    free(x->now);
    free(x->unit);
    free(x);
}

/* The first call received at `ms` or later. */
static uint32_t call_from(const struct work *w, int64_t ms)
{
    uint32_t low = 0;
    uint32_t high = w->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (w->call[middle].at_ms < ms) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* How long a unit of a call stayed, or has stayed till now: nobody knows more. */
static uint32_t stay_so_far(const struct work *w, uint32_t call, uint32_t nth, int64_t now_ms)
{
    const struct work_call *c = &w->call[call];
    int64_t past_ms = now_ms - work_ready_ms(c) - c->turnout_ms;
    uint32_t whole_ms = w->scene_ms[c->first_ms + nth];

    return past_ms <= 0 ? 0 : past_ms < whole_ms ? (uint32_t)past_ms : whole_ms;
}

/* Times on scene of calls that came some hours ago. */
static void learn(struct futures *x, int64_t now_ms)
{
    const struct work *w = x->o->work;

    for (; x->learned < w->count && w->call[x->learned].at_ms < now_ms - DAY_MS / 6; x->learned++) {
        const struct work_call *c = &w->call[x->learned];

        for (uint32_t k = 0; k < c->units; k++) {
            x->scenes_ms += stay_so_far(w, x->learned, k, now_ms);
            x->scenes++;
        }
    }
}

static void look(struct futures *x, const struct policy_ask *ask)
{
    struct fleet *fl = ask->fleet;

    for (uint32_t u = 0; u < fl->count; u++) {
        struct point at = fl->unit[u].away ? fl->unit[u].at : fleet_place(fl, u, ask->now_ms);
        struct one *n = &x->now[u];

        n->square = squares_of(&x->squares, at);
        n->home = squares_of(&x->squares, fl->unit[u].home);
        n->free_ms = ask->now_ms;
        n->home_ms = ask->now_ms + squares_ms(&x->squares, n->square, n->home);
    }
}

/* Who works is free after a drawn time. */
static void begin(struct futures *x, const struct policy_ask *ask, struct prng *random)
{
    uint64_t mean_ms = x->scenes > 0 ? x->scenes_ms / x->scenes : SCENE_STANDARD_MS;

    memcpy(x->unit, x->now, x->o->units * sizeof(*x->unit));
    for (uint32_t u = 0; u < x->o->units; u++) {
        uint64_t left_ms = prng_exponential(random, mean_ms);

        if (ask->fleet->unit[u].away) {
            x->unit[u].home_ms += (int64_t)left_ms;
            x->unit[u].free_ms += (int64_t)left_ms;
        }
    }
}

static uint32_t square_at(const struct one *u, int64_t at_ms)
{
    return at_ms - u->free_ms < u->home_ms - at_ms ? u->square : u->home;
}

/* Sends the nearest that is free, as soon as one is; when it is there. */
static int64_t send(struct futures *x, uint32_t call, int64_t *at_ms, uint32_t turnout_ms,
                    uint32_t stay_ms)
{
    uint32_t to = x->square_of_call[call];
    uint32_t least_ms = UINT32_MAX;
    struct one *best = NULL;

    while (best == NULL) {
        int64_t next_ms = INT64_MAX;

        for (uint32_t u = 0; u < x->o->units; u++) {
            struct one *one = &x->unit[u];

            if (one->free_ms > *at_ms) {
                next_ms = one->free_ms < next_ms ? one->free_ms : next_ms;
                continue;
            }
            uint32_t ms = squares_ms(&x->squares, square_at(one, *at_ms), to);

            if (ms < least_ms) {
                least_ms = ms;
                best = one;
            }
        }
        *at_ms = best == NULL ? next_ms : *at_ms;
    }
    int64_t there_ms = *at_ms + turnout_ms + least_ms;

    best->square = to;
    best->free_ms = there_ms + stay_ms;
    best->home_ms = best->free_ms + squares_ms(&x->squares, to, best->home);
    return there_ms;
}

/* An hour of the past from `from_ms` on, after what waits now. */
static uint64_t play_on(struct futures *x, const struct policy_ask *ask, int64_t from_ms)
{
    const struct work *w = x->o->work;
    int64_t shift = ask->now_ms - from_ms;
    int64_t at_ms = ask->now_ms;
    uint64_t cost = 0;

    for (uint32_t i = call_from(w, from_ms); i < w->count; i++) {
        const struct work_call *c = &w->call[i];
        int64_t ready_ms = work_ready_ms(c) + shift;

        if (c->at_ms >= from_ms + FUTURES_MS || c->at_ms >= ask->now_ms - FUTURES_MS) {
            break;
        }
        if (!c->located) {
            continue;
        }
        at_ms = ready_ms > at_ms ? ready_ms : at_ms;
        for (uint32_t k = 0; k < c->units; k++) {
            uint32_t stay_ms = stay_so_far(w, i, k, ask->now_ms);
            int64_t there_ms = send(x, i, &at_ms, c->turnout_ms, stay_ms);
            int64_t took_ms = there_ms - ready_ms;
            int64_t left_ms = (int64_t)play_target_ms(x->o, c) - c->intake_ms;

            cost += (uint64_t)took_ms +
                    (k == 0 && c->is_response ? price_late_ms((uint32_t)took_ms, left_ms) : 0);
        }
    }
    return cost;
}

/* The same hour of another day; before there is one, any hour. */
static int64_t draw_hour(const struct policy_ask *ask, struct prng *random)
{
    int64_t days = (ask->now_ms - 2 * AROUND_MS - FUTURES_MS) / DAY_MS;

    if (days < 1) {
        int64_t span = ask->now_ms - 2 * FUTURES_MS;

        return span > 0 ? (int64_t)prng_below(random, (uint64_t)span) : 0;
    }
    int64_t ago = (int64_t)(1 + prng_below(random, (uint64_t)days)) * DAY_MS;

    return ask->now_ms - ago - AROUND_MS + (int64_t)prng_below(random, 2 * AROUND_MS);
}

/* Mean of what is to come when `unit` went, in ms. */
static uint64_t to_come(struct futures *x, const struct policy_ask *ask, uint32_t unit,
                        uint32_t eta_ms)
{
    uint32_t call = (uint32_t)(ask->call - x->o->work->call);
    uint64_t mean_ms = x->scenes > 0 ? x->scenes_ms / x->scenes : SCENE_STANDARD_MS;
    uint64_t sum = 0;
    struct prng random;

    prng_seed(&random, hash_mix(x->o->seed << 32 | (call + 1))); /* the same for all units */
    for (uint32_t k = 0; k < FUTURES_COUNT; k++) {
        begin(x, ask, &random);
        int64_t from_ms = draw_hour(ask, &random);
        struct one *u = &x->unit[unit];

        u->square = x->square_of_call[call];
        u->free_ms = ask->now_ms + ask->call->turnout_ms + eta_ms +
                     (int64_t)prng_exponential(&random, mean_ms);
        u->home_ms = u->free_ms + squares_ms(&x->squares, u->square, u->home);
        sum += play_on(x, ask, from_ms);
    }
    return sum / FUTURES_COUNT;
}

struct likely {
    uint32_t unit;
    uint32_t eta_ms;
    uint64_t cost;
};

/* The best by themselves, the best first. */
static uint32_t find_likely(const struct policy_ask *ask, struct likely *best)
{
    uint32_t count = 0;

    for (uint32_t u = 0; u < ask->fleet->count; u++) {
        uint32_t eta_ms = ask->fleet->unit[u].away
                              ? ETA_INF_MS
                              : fleet_eta_ms(ask->fleet, u, ask->now_ms, ask->call->at);
        uint64_t cost = (uint64_t)eta_ms + (ask->first ? price_late_ms(eta_ms, ask->left_ms) : 0);
        uint32_t at = count;

        if (eta_ms == ETA_INF_MS) {
            continue;
        }
        for (; at > 0 && best[at - 1].cost > cost; at--) {
            if (at < LIKELY) {
                best[at] = best[at - 1];
            }
        }
        if (at < LIKELY) {
            best[at] = (struct likely){ u, eta_ms, cost };
            count += count < LIKELY;
        }
    }
    return count;
}

uint32_t futures_choose(const struct policy_ask *ask)
{
    struct futures *x = ask->futures;
    struct likely best[LIKELY];
    uint32_t count = find_likely(ask, best);
    uint32_t unit = count > 0 ? best[0].unit : UINT32_MAX;
    uint64_t least = UINT64_MAX;

    if (count < 2) {
        return unit;
    }
    learn(x, ask->now_ms);
    look(x, ask);
    for (uint32_t k = 0; k < count; k++) {
        uint64_t cost = best[k].cost + to_come(x, ask, best[k].unit, best[k].eta_ms);

        if (cost < least) {
            least = cost;
            unit = best[k].unit;
        }
    }
    return unit;
}
