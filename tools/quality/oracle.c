#include "tools/quality/oracle.h"

#include "tools/quality/bound.h"
#include "tools/quality/rehearsal.h"

#include <stdlib.h>

/* A change is followed for so many calls. Source: ours, about half a day. */
#define FOLLOWED 250

/* Of a late call: tasks of so many calls before it are looked at, in rounds that look far. */
#define BACK_CALLS 30

/* Rounds look far once a near one saved less than one in so many. */
#define NEAR_SHARE 50

struct oracle {
    struct rehearsal r;
    const struct play_opts *o;
    uint32_t bound;
    uint32_t astray;
};

uint32_t oracle_late(const struct oracle *x)
{
    return x->r.late;
}

uint32_t oracle_bound(const struct oracle *x)
{
    return x->bound;
}

uint32_t oracle_astray(const struct oracle *x)
{
    return x->astray;
}

static bool is_better(const struct rehearsal_gain *g, const struct rehearsal_gain *than)
{
    return g->late > than->late || (g->late == than->late && g->ms > than->ms);
}

/* Tries all others for a task and keeps the best, if it is better. */
static void change(struct oracle *x, uint32_t task)
{
    struct rehearsal_gain best = { 0, 0 };
    uint32_t by = REHEARSAL_NONE;

    for (uint32_t u = 0; u < x->o->units; u++) {
        struct rehearsal_gain g;

        if (u != x->r.task[task].unit && rehearsal_try(&x->r, task, u, FOLLOWED, &g) &&
            is_better(&g, &best)) {
            best = g;
            by = u;
        }
    }
    if (by != REHEARSAL_NONE) {
        rehearsal_keep(&x->r, task, by);
    }
}

static bool is_late(const struct oracle *x, uint32_t call)
{
    return x->r.first_ms[call] > play_target_ms(x->o, &x->o->work->call[call]);
}

/* Whether it would be in time from its home, were it there when the call came. */
static bool is_near(struct oracle *x, uint32_t unit, uint32_t call)
{
    const struct work_call *c = &x->o->work->call[call];
    uint64_t ms = (uint64_t)c->intake_ms + c->turnout_ms + ways_home_ms(&x->r.ways, unit, call);

    return ms <= play_target_ms(x->o, c);
}

/* What kept those away that could have been in time. */
static void free_the_near(struct oracle *x, uint32_t call)
{
    uint32_t first = x->o->work->call[call].first_ms;

    for (uint32_t u = 0; u < x->o->units && is_late(x, call); u++) {
        const struct rehearsal_state *s = &x->r.before[x->r.task[first].next - 1];

        if (s->unit[u].away && is_near(x, u, call)) {
            change(x, s->unit[u].task);
        }
    }
}

static void look_back(struct oracle *x, uint32_t place)
{
    uint32_t call = x->r.order[place];

    for (uint32_t k = 1; k <= BACK_CALLS && k <= place && is_late(x, call); k++) {
        const struct work_call *c = &x->o->work->call[x->r.order[place - k]];

        for (uint32_t n = 0; n < c->units; n++) {
            change(x, c->first_ms + n);
        }
    }
}

static void go_through(struct oracle *x, bool far)
{
    for (uint32_t p = 0; p < x->o->work->count; p++) {
        uint32_t call = x->r.order[p];
        uint32_t first = x->o->work->call[call].first_ms;

        if (!is_late(x, call) || x->r.task[first].next == 0) { /* nobody ever came there */
            continue;
        }
        change(x, first);
        free_the_near(x, call);
        if (far) {
            look_back(x, p);
        }
    }
}

static void search(struct oracle *x, uint32_t rounds)
{
    bool far = false;

    rehearsal_play(&x->r);
    for (uint32_t k = 0; k < rounds; k++) {
        uint32_t late = x->r.late;

        go_through(x, far);
        if (far && x->r.late == late) {
            return;
        }
        far |= late - x->r.late < late / NEAR_SHARE;
    }
}

enum err oracle_make(struct oracle **out, const struct play_opts *o, uint32_t rounds,
                     struct fault *f)
{
    struct oracle *x = calloc(1, sizeof(*x));

    *out = x;
    if (x == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for an oracle", NULL, NULL);
    }
    x->o = o;
    enum err err = rehearsal_init(&x->r, o, f);

    if (err == OK) {
        search(x, rounds);
        err = bound_late(o, &x->r.ways, &x->bound, f);
    }
    if (err != OK) {
        oracle_free(x);
        *out = NULL;
    }
    return err;
}

void oracle_free(struct oracle *x)
{
    if (x != NULL) {
        rehearsal_fini(&x->r);
        free(x);
    }
}

uint32_t oracle_choose(const struct policy_ask *ask)
{
    struct oracle *x = ask->oracle;
    uint32_t call = (uint32_t)(ask->call - x->o->work->call);
    uint32_t found = x->r.task[x->o->work->call[call].first_ms + ask->nth].unit;
    uint32_t least_ms = ETA_INF_MS;
    uint32_t best = UINT32_MAX;

    for (uint32_t u = 0; u < ask->fleet->count; u++) {
        uint32_t eta_ms = ask->fleet->unit[u].away
                              ? ETA_INF_MS
                              : fleet_eta_ms(ask->fleet, u, ask->now_ms, ask->call->at);

        if (u == found && eta_ms < ETA_INF_MS) {
            return u;
        }
        if (eta_ms < least_ms) {
            least_ms = eta_ms;
            best = u;
        }
    }
    x->astray += best != UINT32_MAX;
    return best;
}
