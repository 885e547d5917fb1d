#include "tools/quality/foresight_build.h"

#include "base/hash.h"

#include <stdlib.h>
#include <string.h>

#define STEP_MS FORESIGHT_STEP_MS
#define WAITED_STEPS 2 /* arrivals after a wait are one within so many steps */
#define CALLS_BEFORE 40
#define PAIRS (UINT32_C(1) << 20)

static void *grown(void *at, uint32_t count, uint32_t *room, size_t size)
{
    if (count < *room) {
        return at;
    }
    *room = *room < 1024 ? 1024 : *room + *room / 2;
    at = realloc(at, (size_t)*room * size);
    must(at != NULL);
    return at;
}

static const struct work_call *call_of(const struct foresight_build *b, uint32_t call)
{
    return &b->s->o->work->call[call];
}

static int64_t ready_of(const struct foresight_build *b, uint32_t call)
{
    return work_ready_ms(call_of(b, call));
}

static size_t cell(const struct foresight_build *b, uint32_t unit, uint32_t call)
{
    return (size_t)unit * b->s->o->work->count + call;
}

static uint32_t last_step(int64_t from_ms, bool waited)
{
    uint32_t step = (uint32_t)(from_ms / STEP_MS);

    return waited ? step / WAITED_STEPS * WAITED_STEPS + WAITED_STEPS - 1 : step;
}

static void put_in_step(struct foresight_build *b, uint32_t arrival, uint32_t step)
{
    while (step >= b->step_count) {
        uint32_t count = b->step_count;

        b->step = realloc(b->step, (2 * (size_t)count + 1024) * sizeof(*b->step));
        must(b->step != NULL);
        b->step_count = 2 * count + 1024;
        memset(b->step + count, 0xff, (b->step_count - count) * sizeof(*b->step));
    }
    b->arrival[arrival].later = b->step[step];
    b->step[step] = arrival;
}

static uint32_t new_arrival(struct foresight_build *b, struct build_arrival a)
{
    uint32_t step = last_step(a.from_ms, a.waited);
    uint32_t id = b->arrival_count++;
    size_t c = cell(b, a.unit, a.call);

    b->arrival = grown(b->arrival, id, &b->arrival_room, sizeof(*b->arrival));
    a.stay = FORESIGHT_NONE;
    a.next = b->first[c];
    b->first[c] = id;
    b->arrival[id] = a;
    put_in_step(b, id, step > b->now_step ? step : b->now_step);
    return id;
}

/* The arrival that holds another, wider by it where need be. */
static uint32_t join(struct foresight_build *b, struct build_arrival a)
{
    uint32_t k = b->first[cell(b, a.unit, a.call)];
    uint32_t step = last_step(a.from_ms, a.waited);

    for (; k != FORESIGHT_NONE; k = b->arrival[k].next) {
        struct build_arrival *x = &b->arrival[k];

        if (x->stay == FORESIGHT_NONE && !x->alone && x->waited == a.waited &&
            last_step(x->from_ms, x->waited) == step) {
            x->from_ms = a.from_ms < x->from_ms ? a.from_ms : x->from_ms;
            x->till_ms = a.till_ms > x->till_ms ? a.till_ms : x->till_ms;
            return k;
        }
    }
    return new_arrival(b, a);
}

static bool is_timely(const struct foresight_build *b, const struct build_arrival *a)
{
    const struct work_call *c = call_of(b, a->call);

    return a->from_ms - c->at_ms <= play_target_ms(b->s->o, c);
}

static void go(struct foresight_build *b, uint32_t stay, struct build_arrival a)
{
    bool timely = is_timely(b, &a);
    uint32_t target = join(b, a);
    uint32_t last = b->stay[stay].link;

    if (last != FORESIGHT_NONE && b->link[last].go.arrival == target) {
        b->link[last].go.in_time |= timely;
        return;
    }
    b->link = grown(b->link, b->link_count, &b->link_room, sizeof(*b->link));
    b->link[b->link_count] =
        (struct build_link){ .go = { target & INT32_MAX, timely }, .next = last };
    b->stay[stay].link = b->link_count++;
}

static struct build_trail *trail_of(struct foresight_build *b, uint32_t unit, uint32_t call)
{
    struct build_trail *t = &b->trail[cell(b, unit, call)];
    uint64_t mm = 0;

    if (t->point == NULL) {
        t->count = trail_find(&b->path, b->s->o->road, call_of(b, call)->at,
                              b->fleet.unit[unit].home, b->room, &mm);
        t->point = malloc((t->count + 1) * sizeof(*t->point));
        must(t->point != NULL);
        memcpy(t->point, b->room, t->count * sizeof(*t->point));
    }
    return t;
}

static uint32_t home_ms(const struct build_trail *t)
{
    return t->count > 0 ? t->point[t->count - 1].ms : 0;
}

/* Numbers of places for `approach`: junctions, then calls, then homes. */
static uint32_t number_of(const struct foresight_build *b, const struct trail_point *p,
                          uint32_t call)
{
    return p->node != NODE_NONE ? p->node : b->s->o->road->network.graph.node_count + call;
}

/* From the way home to a call that just came, or (`asked`) to one that came before. */
static void go_from_way(struct foresight_build *b, uint32_t stay, uint32_t call, bool asked)
{
    struct build_stay *x = &b->stay[stay];
    uint32_t unit = b->arrival[x->arrival].unit;
    uint32_t from = b->arrival[x->arrival].call;
    const struct work_call *c = call_of(b, call);
    int64_t ready = ready_of(b, call);
    const struct build_trail *t = trail_of(b, unit, from);

    if (t->count == 0) {
        return;
    }
    int64_t soonest = ready > x->till_ms ? ready - x->till_ms : 0;
    uint32_t m = trail_at(t->point, t->count, soonest);
    uint32_t end = trail_at(t->point, t->count, ready - x->from_ms);

    for (; m <= end && m + 1 < t->count; m++) {
        uint32_t ms =
            asked ? road_travel_ms(&b->road, t->point[m].at, c->at)
                  : approach_ms(&b->approach, number_of(b, &t->point[m], from), t->point[m].at);
        int64_t there = ready + c->turnout_ms + ms;

        if (ms < ETA_INF_MS) {
            go(b, stay,
               (struct build_arrival){
                   .call = call, .unit = unit, .from_ms = there, .till_ms = there });
        }
    }
}

static uint32_t between_ms(struct foresight_build *b, uint32_t from, uint32_t to)
{
    uint64_t key = ((uint64_t)from << 32 | to) + 1;
    uint32_t at = (uint32_t)(hash_mix(key) % PAIRS);

    for (uint32_t tries = 0; tries < 64; tries++, at = (at + 1) % PAIRS) {
        if (b->pair[at].key == key) {
            return b->pair[at].ms;
        }
        if (b->pair[at].key == 0) {
            b->pair[at] = (struct build_pair){ key, road_travel_ms(&b->road, call_of(b, from)->at,
                                                                   call_of(b, to)->at) };
            return b->pair[at].ms;
        }
    }
    return road_travel_ms(&b->road, call_of(b, from)->at, call_of(b, to)->at);
}

/* The first place in the order whose call can be served at `ms` or later. */
static uint32_t place_from(const struct foresight_build *b, int64_t ms)
{
    uint32_t low = 0;
    uint32_t high = b->s->o->work->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (ready_of(b, b->s->order[middle]) < ms) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* At once to calls that have waited. */
static void go_to_waiting(struct foresight_build *b, uint32_t stay)
{
    int64_t from_ms = b->stay[stay].from_ms;
    int64_t till_ms = b->stay[stay].till_ms;
    uint32_t arrival = b->stay[stay].arrival;
    uint32_t p = place_from(b, from_ms - b->longest_wait);

    for (; p < b->s->o->work->count; p++) {
        uint32_t call = b->s->order[p];
        int64_t ready = ready_of(b, call);

        if (ready >= till_ms && ready >= from_ms) {
            break;
        }
        int64_t first = from_ms > ready ? from_ms : ready;
        int64_t last = till_ms < b->wait_till[p] ? till_ms : b->wait_till[p];

        if (b->wait_till[p] <= ready || first > last) {
            continue;
        }
        uint32_t ms = between_ms(b, b->arrival[arrival].call, call);
        uint32_t turnout = call_of(b, call)->turnout_ms;

        if (ms < ETA_INF_MS) {
            go(b, stay,
               (struct build_arrival){ .call = call,
                                       .unit = b->arrival[arrival].unit,
                                       .from_ms = first + turnout + ms,
                                       .till_ms = last + turnout + ms,
                                       .waited = true });
        }
    }
}

static void go_home(struct foresight_build *b, uint32_t stay, int64_t home_at)
{
    uint32_t unit = b->arrival[b->stay[stay].arrival].unit;
    uint32_t p = place_from(b, home_at);

    for (; p < b->ready_count; p++) { /* came before the arrival was over */
        uint32_t home = b->from_home[cell(b, unit, p)].arrival;

        if (home != FORESIGHT_NO_WAY) {
            struct build_arrival a = b->arrival[home];

            go(b, stay,
               (struct build_arrival){
                   .call = a.call, .unit = unit, .from_ms = a.from_ms, .till_ms = a.till_ms });
        }
    }
    b->stay[stay].home = p;
}

static void stay_there(struct foresight_build *b, uint32_t arrival, uint32_t scene_ms)
{
    const struct build_arrival *a = &b->arrival[arrival];
    struct build_live *live = &b->live[a->unit];
    struct build_trail *t = trail_of(b, a->unit, a->call);
    uint32_t id = b->stay_count++;

    b->stay = grown(b->stay, id, &b->stay_room, sizeof(*b->stay));
    b->stay[id] = (struct build_stay){ .arrival = arrival,
                                       .from_ms = a->from_ms + scene_ms,
                                       .till_ms = a->till_ms + scene_ms,
                                       .link = FORESIGHT_NONE };
    live->stay = grown(live->stay, live->count, &live->room, sizeof(*live->stay));
    live->stay[live->count++] = id;
    t->users++;
    int64_t home_at = b->stay[id].from_ms + home_ms(t);
    uint32_t p = place_from(b, b->stay[id].from_ms);

    for (; p < b->ready_count; p++) {
        if (ready_of(b, b->s->order[p]) < b->stay[id].till_ms + home_ms(t)) {
            go_from_way(b, id, b->s->order[p], true);
        }
    }
    go_home(b, id, home_at);
    go_to_waiting(b, id);
}

static void end_arrival(struct foresight_build *b, uint32_t arrival)
{
    const struct work *w = b->s->o->work;
    const struct work_call *c = call_of(b, b->arrival[arrival].call);

    b->over = grown(b->over, b->over_count, &b->over_room, sizeof(*b->over));
    b->over[b->over_count++] = arrival;
    b->arrival[arrival].stay = b->stay_count;
    for (uint32_t k = 0; k < c->units; k++) {
        stay_there(b, arrival, w->scene_ms[c->first_ms + k]);
    }
}

static void leave_trail(struct foresight_build *b, uint32_t stay)
{
    const struct build_arrival *a = &b->arrival[b->stay[stay].arrival];
    struct build_trail *t = &b->trail[cell(b, a->unit, a->call)];

    if (--t->users == 0) {
        free(t->point);
        t->point = NULL;
    }
}

static void go_from_ways(struct foresight_build *b, uint32_t unit, uint32_t call)
{
    struct build_live *live = &b->live[unit];
    int64_t ready = ready_of(b, call);

    for (uint32_t k = 0; k < live->count;) {
        uint32_t stay = live->stay[k];
        const struct build_arrival *a = &b->arrival[b->stay[stay].arrival];

        if (ready < b->stay[stay].from_ms) {
            k++;
        } else if (ready < b->stay[stay].till_ms + home_ms(trail_of(b, unit, a->call))) {
            go_from_way(b, stay, call, false);
            k++;
        } else {
            leave_trail(b, stay);
            live->stay[k] = live->stay[--live->count];
        }
    }
}

static void come(struct foresight_build *b, uint32_t p)
{
    uint32_t call = b->s->order[p];
    const struct work_call *c = call_of(b, call);
    const struct graph *g = &b->s->o->road->network.graph;

    must(approach_to(&b->approach, c->at));
    b->before[p] = b->over_count;
    for (uint32_t unit = 0; unit < b->s->o->units; unit++) {
        uint32_t ms = approach_ms(&b->approach, g->node_count + b->s->o->work->count + unit,
                                  b->fleet.unit[unit].home);
        struct build_arrival a = { .call = call,
                                   .unit = unit,
                                   .from_ms = ready_of(b, call) + c->turnout_ms + ms,
                                   .alone = true };

        a.till_ms = a.from_ms;
        b->from_home[cell(b, unit, p)] = (struct foresight_go){ FORESIGHT_NO_WAY, 0 };
        if (ms < ETA_INF_MS) {
            b->from_home[cell(b, unit, p)] =
                (struct foresight_go){ new_arrival(b, a) & INT32_MAX, is_timely(b, &a) };
        }
        go_from_ways(b, unit, call);
    }
}

/* The longest way to a call from a home, or from one of the calls before it. */
static uint32_t farthest_ms(struct foresight_build *b, uint32_t place)
{
    struct point to = call_of(b, b->s->order[place])->at;
    uint32_t most = 0;

    for (uint32_t unit = 0; unit < b->s->o->units; unit++) {
        uint32_t ms = road_travel_ms(&b->road, b->fleet.unit[unit].home, to);

        most = ms < ETA_INF_MS && ms > most ? ms : most;
    }
    for (uint32_t p = place > CALLS_BEFORE ? place - CALLS_BEFORE : 0; p < place; p++) {
        uint32_t ms = road_travel_ms(&b->road, call_of(b, b->s->order[p])->at, to);

        most = ms < ETA_INF_MS && ms > most ? ms : most;
    }
    return most;
}

/* Of the calls that have come and lack a unit, the one that is served next: the first in the order
 * (`by_age`), or as play.h has it. `from` is the first that lacks one. */
static uint32_t next_served(const struct foresight_build *b, const uint32_t *sent, uint32_t from,
                            int64_t at_ms, bool by_age)
{
    const struct work *w = b->s->o->work;
    uint32_t best = from;

    for (uint32_t p = from + 1; !by_age && p < w->count; p++) {
        const struct work_call *c = call_of(b, b->s->order[p]);

        if (work_ready_ms(c) > at_ms) {
            break;
        }
        if (sent[p] < c->units && c->priority < call_of(b, b->s->order[best])->priority) {
            best = p;
        }
    }
    return best;
}

/* All units, each trip the longest: who is served when, at the latest. */
static void find_waits(struct foresight_build *b, const uint32_t *trip_ms, bool by_age)
{
    const struct work *w = b->s->o->work;
    int64_t *free_at = calloc(b->s->o->units, sizeof(*free_at));
    uint32_t *sent = calloc(w->count, sizeof(*sent));
    uint32_t from = 0;

    must(free_at != NULL && sent != NULL);
    while (from < w->count) {
        uint32_t unit = 0;

        for (uint32_t u = 1; u < b->s->o->units; u++) {
            unit = free_at[u] < free_at[unit] ? u : unit;
        }
        int64_t ready = ready_of(b, b->s->order[from]);
        int64_t at = free_at[unit] > ready ? free_at[unit] : ready;
        uint32_t p = next_served(b, sent, from, at, by_age);
        const struct work_call *c = call_of(b, b->s->order[p]);
        int64_t wait = at - work_ready_ms(c);

        b->wait_till[p] = at > b->wait_till[p] ? at : b->wait_till[p];
        b->longest_wait = wait > b->longest_wait ? wait : b->longest_wait;
        free_at[unit] = at + c->turnout_ms + trip_ms[p] + w->scene_ms[c->first_ms + sent[p]++];
        while (from < w->count && sent[from] == call_of(b, b->s->order[from])->units) {
            from++;
        }
    }
    free(free_at);
    free(sent);
}

static void find_all_waits(struct foresight_build *b)
{
    uint32_t count = b->s->o->work->count;
    uint32_t *trip_ms = malloc(count * sizeof(*trip_ms));

    must(trip_ms != NULL);
    for (uint32_t p = 0; p < count; p++) {
        trip_ms[p] = farthest_ms(b, p);
        b->wait_till[p] = ready_of(b, b->s->order[p]);
    }
    find_waits(b, trip_ms, true);
    find_waits(b, trip_ms, false);
    free(trip_ms);
}

static void grow(struct foresight_build *b)
{
    const struct work *w = b->s->o->work;

    for (b->now_step = 0; b->ready_count < w->count || b->now_step < b->step_count; b->now_step++) {
        int64_t end_ms = (int64_t)(b->now_step + 1) * STEP_MS;

        while (b->ready_count < w->count && ready_of(b, b->s->order[b->ready_count]) < end_ms) {
            come(b, b->ready_count++);
        }
        while (b->now_step < b->step_count && b->step[b->now_step] != FORESIGHT_NONE) {
            uint32_t a = b->step[b->now_step];

            b->step[b->now_step] = b->arrival[a].later;
            end_arrival(b, a);
        }
    }
}

static bool has_room(struct foresight_build *b)
{
    const struct play_opts *o = b->s->o;
    size_t cells = (size_t)o->units * o->work->count;

    b->room = malloc(TRAIL_MAX * sizeof(*b->room));
    b->live = calloc(o->units, sizeof(*b->live));
    b->trail = calloc(cells, sizeof(*b->trail));
    b->wait_till = calloc(o->work->count, sizeof(*b->wait_till));
    b->pair = calloc(PAIRS, sizeof(*b->pair));
    b->from_home = calloc(cells, sizeof(*b->from_home));
    b->first = malloc(cells * sizeof(*b->first));
    b->before = calloc(o->work->count, sizeof(*b->before));
    if (b->first != NULL) {
        memset(b->first, 0xff, cells * sizeof(*b->first));
    }
    return b->room != NULL && b->live != NULL && b->trail != NULL && b->wait_till != NULL &&
           b->pair != NULL && b->from_home != NULL && b->first != NULL && b->before != NULL;
}

enum err foresight_build(struct foresight_build *b, const struct foresight *s, struct fault *f)
{
    const struct play_opts *o = s->o;
    uint32_t places = o->road->network.graph.node_count + o->work->count + o->units;

    *b = (struct foresight_build){ .s = s };
    enum err err =
        has_room(b) ? OK : fault_set(f, ERR_NO_MEMORY, "no memory for foresight", NULL, NULL);

    err = err == OK ? fleet_init(&b->fleet, o->road, o->work, o->units, o->seed, f) : err;
    err = err == OK ? approach_init(&b->approach, o->road, places, f) : err;
    err = err == OK ? path_query_init(&b->path, o->road, f) : err;
    err = err == OK ? road_query_init(&b->road, o->road, f) : err;
    if (err != OK) {
        foresight_build_free(b);
        return err;
    }
    find_all_waits(b);
    grow(b);
    return OK;
}

void foresight_build_free(struct foresight_build *b)
{
    const struct play_opts *o = b->s->o;
    size_t cells = (size_t)o->units * o->work->count;

    for (size_t c = 0; b->trail != NULL && c < cells; c++) {
        free(b->trail[c].point);
    }
    for (uint32_t u = 0; b->live != NULL && u < o->units; u++) {
        free(b->live[u].stay);
    }
    fleet_fini(&b->fleet);
    approach_fini(&b->approach);
    path_query_fini(&b->path);
    road_query_fini(&b->road);
    free(b->room);
    free(b->arrival);
    free(b->stay);
    free(b->link);
    free(b->over);
    free(b->step);
    free(b->live);
    free(b->trail);
    free(b->wait_till);
    free(b->pair);
    free(b->from_home);
    free(b->first);
    free(b->before);
    *b = (struct foresight_build){ 0 };
}
