#include "tools/sim/agents.h"

#include "dispatch/codec/event_row.h"
#include "routing/line.h"
#include "tools/sim/agents_state.h"
#include "tools/sim/traffic.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define FIX_EVERY_US (10 * US_PER_S)

struct str agents_unit_name(uint32_t unit, char out[AGENTS_NAME_SIZE])
{
    int n = snprintf(out, AGENTS_NAME_SIZE, "u-%" PRIu32, unit);

    return (struct str){ .at = out, .len = (size_t)n };
}

int64_t agents_between(struct agents *a, int64_t from, int64_t to)
{
    must(to >= from);
    return from + (int64_t)prng_below(&a->prng, (uint64_t)(to - from) + 1);
}

bool agents_chance(struct agents *a, uint32_t permille)
{
    return prng_below(&a->prng, 1000) < permille;
}

void *agents_grow(void *at, uint32_t *cap, uint32_t n, size_t size)
{
    if (n < *cap) {
        return at;
    }
    uint32_t more = *cap == 0 ? 1024 : *cap;

    while (more <= n) {
        more *= 2;
    }
    at = realloc(at, more * size);
    must(at != NULL);
    memset((char *)at + *cap * size, 0, (more - *cap) * size);
    *cap = more;
    return at;
}

struct job *agents_job(struct agents *a, uint32_t incident)
{
    a->jobs = agents_grow(a->jobs, &a->jobs_cap, incident, sizeof(*a->jobs));
    return &a->jobs[incident];
}

struct task *agents_task(struct agents *a, uint32_t assignment)
{
    a->tasks = agents_grow(a->tasks, &a->tasks_cap, assignment, sizeof(*a->tasks));
    return &a->tasks[assignment];
}

struct crew *agents_crew(struct agents *a, uint32_t unit)
{
    return unit > 0 && unit <= a->crew_count ? &a->crews[unit] : NULL;
}

const struct town_call *agents_call(const struct agents *a, uint32_t instance)
{
    return &a->opts.town->calls[instance % a->opts.town->count];
}

bool agents_later(struct agents *a, int64_t now, const struct act *act)
{
    agents_plan(a, now + agents_between(a, 3 * US_PER_S, 12 * US_PER_S), *act);
    return false;
}

static bool sooner(const struct pending *x, const struct pending *y)
{
    return x->at != y->at ? x->at < y->at : x->order < y->order;
}

void agents_plan(struct agents *a, int64_t at, struct act act)
{
    struct pending p = { .at = at, .order = a->order++, .act = act };
    uint32_t i = a->heap_count++;

    a->heap = agents_grow(a->heap, &a->heap_cap, i, sizeof(*a->heap));
    while (i > 0 && sooner(&p, &a->heap[(i - 1) / 2])) {
        a->heap[i] = a->heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    a->heap[i] = p;
}

int64_t agents_next(const struct agents *a)
{
    return a->heap_count > 0 ? a->heap[0].at : 0;
}

struct act agents_pop(struct agents *a)
{
    must(a->heap_count > 0);
    struct act first = a->heap[0].act;
    struct pending last = a->heap[--a->heap_count];
    uint32_t i = 0;

    for (;;) {
        uint32_t child = 2 * i + 1;

        if (child + 1 < a->heap_count && sooner(&a->heap[child + 1], &a->heap[child])) {
            child++;
        }
        if (child >= a->heap_count || !sooner(&a->heap[child], &last)) {
            break;
        }
        a->heap[i] = a->heap[child];
        i = child;
    }
    a->heap[i] = last;
    return first;
}

uint8_t agents_open_slot(const struct job *j)
{
    for (uint8_t k = 0; k < j->slot_count; k++) {
        if (j->standing[j->slots[k]] == 0) {
            return j->slots[k];
        }
    }
    return 0;
}

struct point agents_place(const struct agents *a, const struct crew *c)
{
    if (c->way.count > 0) {
        return drive_place(a, c);
    }
    if (a->now >= c->arrive || c->arrive <= c->depart) {
        return c->arrive > c->depart ? c->to : c->from;
    }
    int64_t done = (a->now - c->depart) / US_PER_MS;
    int64_t whole = (c->arrive - c->depart) / US_PER_MS;

    if (whole <= 0 || done <= 0) {
        return c->from;
    }
    int64_t lon = ((int64_t)c->to.lon_e7 - c->from.lon_e7) * done / whole;
    int64_t lat = ((int64_t)c->to.lat_e7 - c->from.lat_e7) * done / whole;

    return (struct point){ (int32_t)(c->from.lon_e7 + lon), (int32_t)(c->from.lat_e7 + lat) };
}

void agents_at(struct agents *a, int64_t now)
{
    a->now = now;
}

bool agents_seen(struct agents *a, uint32_t unit, struct fix *out)
{
    const struct city_unit *u = a->opts.town->city.units.at;
    const struct crew *c = agents_crew(a, unit);

    if (c == NULL || !c->on_duty || u[unit - 1].voice_only) {
        return false;
    }
    *out = (struct fix){
        .at = agents_place(a, c), .fix_at = a->now, .heading = UINT16_MAX, .speed_kmh = UINT16_MAX
    };
    if (a->opts.ways != NULL) { /* a receiver never knows quite where it is */
        out->at = traffic_seen(a->opts.seed, unit, a->now, out->at);
    }
    return true;
}

bool agents_fix(void *agents, uint32_t unit, struct fix *out)
{
    struct agents *a = agents;
    int64_t now = a->now;

    /* Terminals report every ten seconds, each at its own beat. */
    a->now -= (a->now + (int64_t)unit * 1700 * US_PER_MS) % FIX_EVERY_US;
    bool seen = agents_seen(a, unit, out);

    a->now = now;
    return seen;
}

void agents_begin(struct agents *a, int64_t start_us)
{
    const struct town *t = a->opts.town;
    bool soon = a->opts.soon;
    int64_t sign_on = soon ? SOON_SIGN_ON_US : SIGN_ON_US;
    int64_t first = a->opts.live != 0 || soon ? 0 : t->calls[0].at_us * t->stretch_percent / 100;

    if (a->opts.hours != 0) {
        a->opts.until_us = start_us + a->opts.hours * US_PER_HOUR;
    }
    a->calls_us = start_us + (soon ? SOON_CALL_US : FIRST_CALL_US);
    for (uint32_t i = 1; i <= a->crew_count; i++) {
        agents_plan(a, start_us + agents_between(a, US_PER_S, sign_on),
                    (struct act){ .kind = ACT_SIGN_ON, .of = i });
    }
    floor_begin(a, start_us);
    link_begin(a, start_us);
    roadwork_begin(a, start_us);
    agents_plan(a, a->calls_us + first, (struct act){ .kind = ACT_CALL });
}

struct agents *agents_new(const struct agents_opts *o)
{
    struct agents *a = calloc(1, sizeof(*a));
    const struct city_unit *u = o->town->city.units.at;

    if (a == NULL) {
        return NULL;
    }
    a->opts = *o;
    a->crew_count = o->town->city.units.count;
    a->crews = calloc((size_t)a->crew_count + 1, sizeof(*a->crews));
    if (a->crews == NULL) {
        free(a);
        return NULL;
    }
    prng_seed(&a->prng, o->seed ^ UINT64_C(0x9e3779b97f4a7c15));
    for (uint32_t i = 1; i <= a->crew_count; i++) {
        a->crews[i].from = a->crews[i].to = (struct point){ u[i - 1].lon, u[i - 1].lat };
    }
    drive_init(a);
    return a;
}

void agents_free(struct agents *a)
{
    if (a != NULL) {
        free(a->heap);
        free(a->jobs);
        free(a->tasks);
        free(a->report_calls);
        free(a->call_incidents);
        drive_fini(a);
        free(a->crews);
        free(a->waiting);
        free(a->rang);
        floor_fini(&a->floor);
        free(a);
    }
}

void agents_adopt_unit(struct agents *a, int64_t at, uint32_t unit, bool on_duty,
                       struct point at_point)
{
    struct crew *c = agents_crew(a, unit);

    if (c == NULL) {
        return;
    }
    bool known = c->on_duty;

    a->idle += on_duty && !known ? 1 : 0;
    c->on_duty = on_duty;
    if (!drive_by_road(a, c)) {
        c->from = c->to = at_point;
    } else if (on_duty && !known && !crew_is_guest(a, unit)) {
        drive_plan_return(a, at, c);
    }
}

const struct agents_counts *agents_counts_of(const struct agents *a)
{
    return &a->counts;
}

void agents_count(struct agents_file files[AGENTS_FILES], const struct town_call *call)
{
    struct agents_file *file = &files[call->fire_ems ? 1 : 0];

    file->calls++;
    file->onview += call->onview ? 1 : 0;
    file->withheld += call->report.place.state == PLACE_WITHHELD ? 1 : 0;
    file->unlocated += call->report.place.state == PLACE_UNKNOWN ? 1 : 0;
}

struct agents_file agents_sum(const struct agents_file files[AGENTS_FILES])
{
    struct agents_file sum = files[0];

    for (uint32_t i = 1; i < AGENTS_FILES; i++) {
        sum.calls += files[i].calls;
        sum.onview += files[i].onview;
        sum.withheld += files[i].withheld;
        sum.unlocated += files[i].unlocated;
    }
    return sum;
}

uint64_t agents_open(const struct agents *a)
{
    return a->open;
}

bool agents_next_open(const struct agents *a, uint32_t *k, char *out, size_t size)
{
    for (; *k < a->jobs_cap; (*k)++) {
        const struct job *j = &a->jobs[*k];

        if (j->open && j->ours) {
            (void)snprintf(
                out, size, "i%" PRIu32 " at seat s%" PRIu32 ": %u under way, %u to report, %s%s%s",
                *k, j->seat, j->committed, j->owed, j->cleared ? "handled" : "not handled",
                agents_open_slot(j) != 0 ? ", somebody wanted" : "",
                j->asked || j->queued ? ", asked for" : "");
            (*k)++;
            return true;
        }
    }
    return false;
}

bool agents_done(const struct agents *a)
{
    return a->calls_over && a->unsettled == 0 && a->open == 0 && a->cuts == 0;
}
