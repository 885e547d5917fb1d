#include "tools/quality/oracle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ONE 65536 /* a call in time; worths and prices are parts of it */

/* How many steps the prices are moved, and after which of them a play is tried: early ones play
 * best. Source: ours, on the fortnight; after 600 steps the bound hardly rises. */
#define ORACLE_STEPS 600
static const uint32_t played_after[] = { 40, 100, 200, 300, 400 };
#define ORACLE_PLAYS (sizeof(played_after) / sizeof(played_after[0]))

/* A step is this part of the way to the target, at first; it becomes shorter each time so many
 * steps brought nothing. A direction keeps something of the ones before. */
#define ORACLE_STRIDE 1.0
#define ORACLE_SHORTER 0.85
#define ORACLE_IDLE 15
#define ORACLE_KEPT 0.6

struct oracle {
    struct foresight trips;
    const struct play_opts *o;
    uint32_t tasks;
    int32_t *price;      /* of a task: a call's nth unit */
    int32_t *gain;       /* of a call: what it is worth to be in time there */
    int32_t *worth_here; /* of an arrival, with what its stays pay */
    int32_t *worth;      /* of a stay: all that can be earned after it */
    int32_t *worth_home; /* of a unit (many) at home from a place in the order on */
    uint8_t *best_nth;   /* of an arrival */
    uint32_t *best_go;   /* of a stay; FORESIGHT_NONE: home */
    int32_t *taken;      /* of a task: how many take it, less one */
    int32_t *timely;     /* of a call: how many of its units are in time, less one */
    double *slope, *gain_slope;
    int32_t *best_price, *best_gain; /* of the best play */
    int64_t least;                   /* of all sums so far: a bound of calls in time */
    uint32_t *stay;                  /* of a unit: where the play has it */
    uint32_t astray;
};

static uint32_t in_time_at_most(const struct oracle *x)
{
    return (uint32_t)(x->least / ONE);
}

uint32_t oracle_bound(const struct oracle *x)
{
    uint32_t most = in_time_at_most(x);

    return x->o->work->responses > most ? x->o->work->responses - most : 0;
}

uint32_t oracle_astray(const struct oracle *x)
{
    return x->astray;
}

static void look_home(struct oracle *x, uint32_t place)
{
    const struct foresight *s = &x->trips;
    uint32_t calls = s->o->work->count;

    for (uint32_t u = 0; u < s->o->units; u++) {
        struct foresight_go go = s->from_home[(size_t)u * calls + place];
        int32_t *worth = &x->worth_home[(size_t)u * (calls + 1) + place];

        worth[0] = worth[1];
        if (go.arrival != INT32_MAX) {
            int32_t there = x->worth_here[go.arrival] + (go.in_time ? x->gain[s->order[place]] : 0);

            worth[0] = there > worth[1] ? there : worth[1];
        }
    }
}

static void look_on(struct oracle *x, uint32_t arrival)
{
    const struct foresight *s = &x->trips;
    const struct foresight_arrival *a = &s->arrival[arrival];
    const struct work_call *c = &s->o->work->call[a->call];
    const int32_t *home = &x->worth_home[(size_t)a->unit * (s->o->work->count + 1)];
    int32_t best = INT32_MIN;

    for (uint32_t k = 0; k < c->units; k++) {
        uint32_t stay = a->stay + k;
        int32_t worth = home[s->stay[stay].home];
        uint32_t by = FORESIGHT_NONE;

        for (uint32_t g = s->stay[stay].go; g < s->stay[stay + 1].go; g++) {
            struct foresight_go go = s->go[g];
            int32_t there =
                x->worth_here[go.arrival] + (go.in_time ? x->gain[s->arrival[go.arrival].call] : 0);

            if (there > worth) {
                worth = there;
                by = g;
            }
        }
        x->worth[stay] = worth;
        x->best_go[stay] = by;
        if (x->price[c->first_ms + k] + worth > best) {
            best = x->price[c->first_ms + k] + worth;
            x->best_nth[arrival] = (uint8_t)k;
        }
    }
    x->worth_here[arrival] = best;
}

/* What every unit can earn from each of its places on, the last first. */
static void look_ahead(struct oracle *x)
{
    const struct foresight *s = &x->trips;
    uint32_t place = s->o->work->count;

    for (uint32_t u = 0; u < s->o->units; u++) {
        x->worth_home[(size_t)u * (place + 1) + place] = 0;
    }
    for (uint32_t m = s->arrival_count; m > 0; m--) {
        while (place > 0 && s->before[place - 1] >= m) {
            look_home(x, --place);
        }
        look_on(x, m - 1);
    }
    while (place > 0) {
        look_home(x, --place);
    }
}

static void take(struct oracle *x, struct foresight_go go, uint32_t *stay)
{
    const struct foresight_arrival *a = &x->trips.arrival[go.arrival];
    uint32_t nth = x->best_nth[go.arrival];

    x->taken[x->o->work->call[a->call].first_ms + nth]++;
    x->timely[a->call] += go.in_time;
    *stay = a->stay + nth;
}

static void follow(struct oracle *x, uint32_t unit)
{
    const struct foresight *s = &x->trips;
    uint32_t calls = s->o->work->count;
    const int32_t *worth = &x->worth_home[(size_t)unit * (calls + 1)];
    uint32_t place = 0;
    uint32_t stay = 0;

    for (;;) {
        while (place < calls && worth[place] == worth[place + 1]) {
            place++;
        }
        if (place == calls) {
            return;
        }
        take(x, s->from_home[(size_t)unit * calls + place], &stay);
        while (x->best_go[stay] != FORESIGHT_NONE) {
            take(x, s->go[x->best_go[stay]], &stay);
        }
        place = s->stay[stay].home;
    }
}

/* The sum under these prices, and which tasks are taken how often. */
static int64_t reckon(struct oracle *x)
{
    const struct work *w = x->o->work;
    int64_t sum = 0;

    look_ahead(x);
    for (uint32_t t = 0; t < x->tasks; t++) {
        x->taken[t] = -1;
        sum -= x->price[t];
    }
    for (uint32_t i = 0; i < w->count; i++) {
        x->timely[i] = -1;
        sum += ONE - x->gain[i];
    }
    for (uint32_t u = 0; u < x->o->units; u++) {
        sum += x->worth_home[(size_t)u * (w->count + 1)];
        follow(x, u);
    }
    return sum;
}

static void move(struct oracle *x, double step)
{
    const struct work *w = x->o->work;

    for (uint32_t t = 0; t < x->tasks; t++) {
        x->price[t] -= (int32_t)lrint(step * x->slope[t]);
    }
    for (uint32_t i = 0; i < w->count; i++) {
        int32_t gain = x->gain[i] - (int32_t)lrint(step * x->gain_slope[i]);

        if (w->call[i].units > 1) {
            x->gain[i] = gain < 0 ? 0 : gain > ONE ? ONE : gain;
        }
    }
}

static double slope(struct oracle *x)
{
    double square = 0;

    for (uint32_t t = 0; t < x->tasks; t++) {
        x->slope[t] = ORACLE_KEPT * x->slope[t] + x->taken[t];
        square += x->slope[t] * x->slope[t];
    }
    for (uint32_t i = 0; i < x->o->work->count; i++) {
        int32_t by = x->timely[i];

        if (x->o->work->call[i].units == 1 || (x->gain[i] == ONE && by < 0) ||
            (x->gain[i] == 0 && by > 0)) {
            by = 0; /* at its end already */
        }
        x->gain_slope[i] = ORACLE_KEPT * x->gain_slope[i] + by;
        square += x->gain_slope[i] * x->gain_slope[i];
    }
    return square;
}

struct oracle_pace {
    double theta;
    uint32_t idle;
};

static void step_on(struct oracle *x, struct oracle_pace *pace, int64_t target)
{
    int64_t sum = reckon(x);
    double square = slope(x);

    if (sum < x->least) {
        x->least = sum;
        pace->idle = 0;
    } else if (++pace->idle > ORACLE_IDLE) {
        pace->idle = 0;
        pace->theta *= ORACLE_SHORTER;
    }
    if (square > 0 && sum > target) {
        move(x, pace->theta * (double)(sum - target) / square);
    }
}

void oracle_begin(struct oracle *x)
{
    for (uint32_t u = 0; u < x->o->units; u++) {
        x->stay[u] = FORESIGHT_NONE;
    }
}

void oracle_sent(struct oracle *x, uint32_t unit, uint32_t call, uint32_t nth, int64_t at_ms)
{
    uint32_t a = foresight_find(&x->trips, unit, call, at_ms);

    if (a == FORESIGHT_NONE) {
        x->astray++;
        a = x->trips.first[(size_t)unit * x->o->work->count + call];
    }
    x->stay[unit] = a == FORESIGHT_NONE ? a : x->trips.arrival[a].stay + nth;
}

/* What a unit can earn that is not sent now. */
static int32_t worth_of_staying(const struct oracle *x, uint32_t unit, uint32_t next)
{
    const struct foresight *s = &x->trips;
    const int32_t *home = &x->worth_home[(size_t)unit * (s->o->work->count + 1)];
    uint32_t stay = x->stay[unit];

    if (stay == FORESIGHT_NONE) {
        return home[next];
    }
    int32_t worth = home[s->stay[stay].home > next ? s->stay[stay].home : next];

    for (uint32_t g = s->stay[stay].go; g < s->stay[stay + 1].go; g++) {
        struct foresight_go go = s->go[g];
        uint32_t call = s->arrival[go.arrival].call;
        int32_t there = x->worth_here[go.arrival] + (go.in_time ? x->gain[call] : 0);

        if (s->place[call] >= next && there > worth) {
            worth = there;
        }
    }
    return worth;
}

/* What it earns by being sent. */
static int32_t worth_of_going(const struct policy_ask *ask, uint32_t unit, uint32_t eta_ms)
{
    const struct oracle *x = ask->oracle;
    const struct work_call *c = ask->call;
    uint32_t call = (uint32_t)(c - x->o->work->call);
    int64_t at_ms = ask->now_ms + c->turnout_ms + eta_ms;
    int64_t target = c->at_ms + play_target_ms(x->o, c);
    uint32_t a = foresight_find(&x->trips, unit, call, at_ms);
    bool counts = at_ms <= target && (ask->first || ask->first_ms > target - c->at_ms);

    if (a == FORESIGHT_NONE) {
        a = x->trips.first[(size_t)unit * x->o->work->count + call];
    }
    return (counts ? ONE : 0) +
           (a == FORESIGHT_NONE ? 0 : x->worth[x->trips.arrival[a].stay + ask->nth]);
}

uint32_t oracle_choose(const struct policy_ask *ask)
{
    int64_t most = INT64_MIN;
    uint32_t best = UINT32_MAX;

    for (uint32_t u = 0; u < ask->fleet->count; u++) {
        uint32_t eta_ms = ask->fleet->unit[u].away
                              ? ETA_INF_MS
                              : fleet_eta_ms(ask->fleet, u, ask->now_ms, ask->call->at);

        if (eta_ms == ETA_INF_MS) {
            continue;
        }
        int64_t worth = ((int64_t)worth_of_going(ask, u, eta_ms) -
                         worth_of_staying(ask->oracle, u, ask->next)) *
                            1000 -
                        eta_ms / 10;

        if (worth > most) {
            most = worth;
            best = u;
        }
    }
    return best;
}

static bool has_room(struct oracle *x)
{
    const struct foresight *s = &x->trips;
    const struct work *w = x->o->work;

    x->tasks = w->call[w->count - 1].first_ms + w->call[w->count - 1].units;
    x->price = calloc(x->tasks, sizeof(*x->price));
    x->best_price = calloc(x->tasks, sizeof(*x->price));
    x->gain = calloc(w->count, sizeof(*x->gain));
    x->best_gain = calloc(w->count, sizeof(*x->gain));
    x->worth_here = calloc(s->arrival_count + 1, sizeof(*x->worth_here));
    x->worth = calloc(s->stay_count + 1, sizeof(*x->worth));
    x->worth_home = calloc((size_t)x->o->units * (w->count + 1), sizeof(*x->worth_home));
    x->best_nth = calloc(s->arrival_count + 1, sizeof(*x->best_nth));
    x->best_go = calloc(s->stay_count + 1, sizeof(*x->best_go));
    x->taken = calloc(x->tasks, sizeof(*x->taken));
    x->timely = calloc(w->count, sizeof(*x->timely));
    x->slope = calloc(x->tasks, sizeof(*x->slope));
    x->gain_slope = calloc(w->count, sizeof(*x->gain_slope));
    x->stay = calloc(x->o->units, sizeof(*x->stay));
    return x->price != NULL && x->best_price != NULL && x->gain != NULL && x->best_gain != NULL &&
           x->worth_here != NULL && x->worth != NULL && x->worth_home != NULL &&
           x->best_nth != NULL && x->best_go != NULL && x->taken != NULL && x->timely != NULL &&
           x->slope != NULL && x->gain_slope != NULL && x->stay != NULL;
}

static uint32_t late_in(const struct play_opts *o, const struct play_result *r)
{
    uint32_t late = 0;

    for (uint32_t i = 0; i < o->work->count; i++) {
        late += r->call[i].first_ms > play_target_ms(o, &o->work->call[i]);
    }
    return late;
}

/* Plays by the prices as they are. */
static enum err try(struct oracle *x, struct play_opts *o, uint32_t *fewest, struct fault *f)
{
    struct play_result r;

    o->oracle = x;
    o->uncovered = true;
    oracle_begin(x);
    if (play_run(o, &r, f) != OK) {
        return f->err;
    }
    uint32_t late = late_in(o, &r);

    play_free(&r);
    if (late < *fewest) {
        *fewest = late;
        memcpy(x->best_price, x->price, x->tasks * sizeof(*x->price));
        memcpy(x->best_gain, x->gain, o->work->count * sizeof(*x->gain));
    }
    return OK;
}

/* Prices under which no unit earns anything: the sum is that of all calls. */
static void begin_prices(struct oracle *x)
{
    for (uint32_t i = 0; i < x->o->work->count; i++) {
        const struct work_call *c = &x->o->work->call[i];

        if (c->units == 1) {
            x->gain[i] = ONE;
            x->price[c->first_ms] = -ONE;
        }
    }
    x->least = (int64_t)x->o->work->responses * ONE;
}

static enum err search(struct oracle *x, struct play_opts *o, struct fault *f)
{
    struct oracle_pace pace = { .theta = ORACLE_STRIDE };
    uint32_t fewest = UINT32_MAX;
    uint32_t play = 0;

    begin_prices(x);
    for (uint32_t k = 1; k <= ORACLE_STEPS; k++) {
        uint32_t late = fewest == UINT32_MAX ? o->work->responses / 12 : fewest;

        step_on(x, &pace, (int64_t)(o->work->responses - late) * ONE);
        if (play < ORACLE_PLAYS && k == played_after[play]) {
            play++;
            look_ahead(x);
            if (try(x, o, &fewest, f) != OK) {
                return f->err;
            }
        }
    }
    memcpy(x->price, x->best_price, x->tasks * sizeof(*x->price));
    memcpy(x->gain, x->best_gain, o->work->count * sizeof(*x->gain));
    look_ahead(x);
    o->uncovered = false;
    oracle_begin(x);
    return OK;
}

enum err oracle_make(struct oracle **out, struct play_opts *o, struct fault *f)
{
    struct oracle *x = calloc(1, sizeof(*x));

    *out = x;
    if (x == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for an oracle", NULL, NULL);
    }
    x->o = o;
    enum err err = foresight_make(&x->trips, o, f);

    if (err == OK && !has_room(x)) {
        err = fault_set(f, ERR_NO_MEMORY, "no memory for an oracle", NULL, NULL);
    }
    err = err == OK ? search(x, o, f) : err;
    if (err != OK) {
        oracle_free(x);
        *out = NULL;
    }
    return err;
}

void oracle_free(struct oracle *x)
{
    if (x == NULL) {
        return;
    }
    foresight_free(&x->trips);
    free(x->price);
    free(x->best_price);
    free(x->gain);
    free(x->best_gain);
    free(x->worth_here);
    free(x->worth);
    free(x->worth_home);
    free(x->best_nth);
    free(x->best_go);
    free(x->taken);
    free(x->timely);
    free(x->slope);
    free(x->gain_slope);
    free(x->stay);
    free(x);
}
