#include "tools/quality/play.h"

#include "base/hash.h"
#include "dispatch/plan/price.h"
#include "tools/quality/moveup.h"
#include "tools/quality/options.h"

#include <stdlib.h>
#include <string.h>

struct play {
    const struct play_opts *o;
    struct play_result *out;
    struct fleet fleet;
    struct standby standby;
    uint32_t *by_ready; /* calls in the order they can be served */
    uint32_t next;
    uint32_t *queue;
    uint32_t waiting;
    uint32_t *sent; /* of a call */
    int64_t now_ms;
    uint64_t urgent; /* calls till now */
    uint64_t trips, trips_ms;
    struct moveup *moveup; /* NULL: everybody drives home */
};

static enum err begin(struct play *p, struct fault *f)
{
    const struct work *w = p->o->work;

    p->by_ready = malloc(w->count * sizeof(*p->by_ready));
    p->queue = malloc(w->count * sizeof(*p->queue));
    p->sent = calloc(w->count, sizeof(*p->sent));
    p->out->call = calloc(w->count, sizeof(*p->out->call));
    p->out->busy_permille = calloc(p->o->units, sizeof(*p->out->busy_permille));
    if (p->by_ready == NULL || p->queue == NULL || p->sent == NULL || p->out->call == NULL ||
        p->out->busy_permille == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory to play", NULL, NULL);
    }
    for (uint32_t i = 0; i < w->count; i++) {
        p->out->call[i].first_ms = UINT32_MAX;
    }
    work_order(w, p->by_ready);
    enum err err = fleet_init(&p->fleet, p->o->road, w, p->o->units, p->o->seed, f);

    if (err == OK && (p->o->with & QUALITY_MOVE_UP) != 0) {
        err = moveup_make(&p->moveup, p->o->road, &p->fleet, f);
    }
    return err == OK && !p->o->uncovered ? standby_init(&p->standby, p->o->road, p->o->units, f)
                                         : err;
}

static void end(struct play *p)
{
    fleet_fini(&p->fleet);
    standby_fini(&p->standby);
    moveup_free(p->moveup);
    free(p->by_ready);
    free(p->queue);
    free(p->sent);
}

bool play_served_before(const struct work *w, uint32_t a, uint32_t b)
{
    const struct work_call *x = &w->call[a];
    const struct work_call *y = &w->call[b];

    if (x->found != y->found) {
        return x->found;
    }
    return x->priority != y->priority ? x->priority < y->priority : a < b;
}

static void join_queue(struct play *p, uint32_t call)
{
    uint32_t at = p->waiting++;

    while (at > 0 && play_served_before(p->o->work, call, p->queue[at - 1])) {
        p->queue[at] = p->queue[at - 1];
        at--;
    }
    p->queue[at] = call;
}

/* Nobody is asked: the first that may be sent, from a number on that the seed says. */
static uint32_t drawn(struct play *p, uint32_t call)
{
    uint32_t from = (uint32_t)(hash_mix(p->o->seed << 32 | (call + 1)) % p->fleet.count);

    for (uint32_t k = 0; k < p->fleet.count; k++) {
        uint32_t u = (from + k) % p->fleet.count;

        if (!p->fleet.unit[u].away) {
            return u;
        }
    }
    return UINT32_MAX;
}

/* How many urgent calls came, till now, in as long as a unit was away. */
static uint32_t calls_while_away(const struct play *p)
{
    uint64_t away_ms = p->trips > 0 ? p->trips_ms / p->trips : 0;

    return p->now_ms <= 0
               ? 0
               : (uint32_t)((p->urgent * away_ms << PRICE_CALLS_SHIFT) / (uint64_t)p->now_ms);
}

static int64_t left_ms(const struct play *p, const struct work_call *c)
{
    return c->at_ms + play_target_ms(p->o, c) - p->now_ms - c->turnout_ms;
}

/* Tasks that wait behind the next one, in the order of the queue. */
static uint32_t look_behind(const struct play *p, struct policy_waiting *out)
{
    uint32_t count = 0;

    for (uint32_t q = 0; q < p->waiting; q++) {
        const struct work_call *c = &p->o->work->call[p->queue[q]];
        uint32_t sent = p->sent[p->queue[q]] + (q == 0);

        for (; c->is_response && sent < c->units && count < POLICY_WAITING_MAX; sent++) {
            out[count++] = (struct policy_waiting){ c, sent == 0, left_ms(p, c) };
        }
    }
    return count;
}

static uint32_t chosen(struct play *p, uint32_t call)
{
    const struct work_call *c = &p->o->work->call[call];
    struct policy_waiting behind[POLICY_WAITING_MAX];
    struct policy_ask ask = { .call = c,
                              .first = p->sent[call] == 0,
                              .first_ms = p->out->call[call].first_ms,
                              .nth = p->sent[call],
                              .oracle = p->o->oracle,
                              .now_ms = p->now_ms,
                              .left_ms = left_ms(p, c),
                              .futures = p->o->futures,
                              .with = p->o->with,
                              .waiting = behind,
                              .waiting_count = look_behind(p, behind),
                              .fleet = &p->fleet,
                              .standby = &p->standby,
                              .calls = calls_while_away(p) };
    p->out->covered_ppm += p->o->uncovered ? 0 : standby_share_ppm(&p->standby);
    p->out->sent++;
    return p->o->policy->choose(&ask);
}

static void note(struct play_call *n, uint32_t ms)
{
    n->first_ms = ms < n->first_ms ? ms : n->first_ms;
    n->last_ms = ms > n->last_ms ? ms : n->last_ms;
    n->sum_ms += ms;
}

/* One unit for the head of the queue. False: there is none. */
static bool send_one(struct play *p)
{
    uint32_t call = p->queue[0];
    const struct work_call *c = &p->o->work->call[call];
    uint32_t k = p->sent[call];
    uint32_t stay_ms = p->o->work->scene_ms[c->first_ms + k];
    uint32_t unit = c->is_response ? chosen(p, call) : drawn(p, call);

    if (unit == UINT32_MAX) {
        return false;
    }
    const struct point *to = c->located ? &c->at : NULL;
    int64_t there_ms = fleet_send(&p->fleet, unit, p->now_ms, c->found ? 0 : c->turnout_ms,
                                  c->found ? NULL : to, stay_ms);

    if (c->found && to != NULL) {
        p->fleet.unit[unit].at = *to; /* where the officer was is where it happened */
    }
    p->trips++;
    p->trips_ms += (uint64_t)(there_ms + stay_ms - p->now_ms);
    if (c->is_response) {
        note(&p->out->call[call], (uint32_t)(there_ms - c->at_ms));
    }
    if (++p->sent[call] == c->units) {
        memmove(p->queue, p->queue + 1, --p->waiting * sizeof(*p->queue));
    }
    return true;
}

static enum err serve(struct play *p, struct fault *f)
{
    while (p->waiting > 0) {
        if (!p->o->uncovered && standby_follow(&p->standby, &p->fleet, p->now_ms, f) != OK) {
            return f->err;
        }
        if (!send_one(p)) {
            return OK;
        }
    }
    return OK;
}

/* An urgent call came from there. */
static void learn(struct play *p, struct point at)
{
    p->urgent++;
    if (p->moveup != NULL) {
        moveup_learn(p->moveup, at);
    }
    if (!p->o->uncovered && (p->o->with & QUALITY_EVEN_WEIGHTS) == 0) {
        standby_learn(&p->standby, at);
    }
}

/* The next call, or the next unit that is free. False: all is done. */
static bool step(struct play *p)
{
    const struct work *w = p->o->work;
    int64_t call_ms =
        p->next < w->count ? work_ready_ms(&w->call[p->by_ready[p->next]]) : INT64_MAX;
    uint32_t unit = 0;
    int64_t free_ms;
    bool is_away = fleet_next_free(&p->fleet, &unit, &free_ms);

    if (is_away && free_ms <= call_ms && (p->next < w->count || p->waiting > 0)) {
        p->now_ms = free_ms;
        if (p->moveup != NULL) {
            p->fleet.unit[unit].home = moveup_post(p->moveup, &p->fleet, unit);
        }
        fleet_release(&p->fleet, unit);
        return true;
    }
    if (p->next == w->count) {
        return false;
    }
    uint32_t call = p->by_ready[p->next++];

    p->now_ms = call_ms;
    join_queue(p, call);
    if (w->call[call].located && play_target_ms(p->o, &w->call[call]) <= PRICE_URGENT_MS) {
        learn(p, w->call[call].at);
    }
    return true;
}

static void sum_up(struct play *p)
{
    int64_t span_ms = p->now_ms > 0 ? p->now_ms : 1;

    for (uint32_t u = 0; u < p->fleet.count; u++) {
        p->out->busy_permille[u] = (uint32_t)(p->fleet.unit[u].busy_ms * 1000 / span_ms);
    }
    p->out->driven_mm = p->fleet.driven_mm;
    p->out->covered_ppm /= p->out->sent > 0 ? p->out->sent : 1;
}

uint32_t play_priority(const struct work_call *c)
{
    uint32_t k = c->priority < 1 ? 0 : c->priority - 1u;

    return k < PLAY_PRIORITIES ? k : PLAY_PRIORITIES - 1;
}

uint32_t play_target_ms(const struct play_opts *o, const struct work_call *c)
{
    return o->target_ms[play_priority(c)];
}

enum err play_run(const struct play_opts *o, struct play_result *out, struct fault *f)
{
    struct play p = { .o = o, .out = out };

    *out = (struct play_result){ 0 };
    enum err err = begin(&p, f);

    while (err == OK && step(&p)) {
        err = serve(&p, f);
    }
    if (err == OK) {
        sum_up(&p);
    } else {
        play_free(out);
    }
    end(&p);
    return err;
}

void play_free(struct play_result *r)
{
    free(r->call);
    free(r->busy_permille);
    *r = (struct play_result){ 0 };
}
