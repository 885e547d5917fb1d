#include "bench/routing_muster.h"

#include "base/must.h"
#include "bench/lines.h"
#include "routing/muster.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define KINDS 5

static const char *const kinds[KINDS] = { "one_ns", "ns", "moved_ns", "new_ns", "one_new_ns" };

struct asked {
    struct stage *stage;
    struct road_query one, all;
    struct muster muster;
    struct point *from;
    uint32_t *ms;
    uint32_t units;
    int64_t *ns[KINDS];
    uint64_t wrong;
};

static int64_t cpu_ns(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t at_once(struct asked *a, struct point to)
{
    int64_t began = cpu_ns();

    muster_ms(&a->muster, &a->all, a->from, a->units, to, a->ms);
    return cpu_ns() - began;
}

/* After at_once: counts what differs. */
static int64_t one_by_one(struct asked *a, struct point to)
{
    int64_t began = cpu_ns();
    uint64_t wrong = 0;

    for (uint32_t u = 0; u < a->units; u++) {
        wrong += road_travel_ms(&a->one, a->from[u], to) != a->ms[u];
    }
    a->wrong += wrong;
    return cpu_ns() - began;
}

static void move_all(struct asked *a)
{
    const struct network *n = &a->stage->road.network;

    for (uint32_t u = 0; u < a->units; u++) {
        a->from[u] = n->shape[prng_below(&a->stage->random, n->point_count)];
    }
}

static void ask(struct asked *a, uint32_t i)
{
    const struct place *p = &a->stage->incident[i];

    move_all(a);
    a->ns[2][i] = at_once(a, p[0].at);
    (void)one_by_one(a, p[0].at); /* whose climbs are kept from now on */
    a->ns[1][i] = at_once(a, p[1].at);
    a->ns[0][i] = one_by_one(a, p[1].at);
    road_query_use(&a->all, &a->stage->road.free);
    road_query_use(&a->one, &a->stage->road.free);
    muster_use(&a->muster);
    a->ns[3][i] = at_once(a, p[2].at);
    a->ns[4][i] = one_by_one(a, p[2].at);
}

void muster_measure(struct stage *s, uint32_t units, uint32_t count)
{
    struct asked a = { .stage = s,
                       .from = calloc(units + 1, sizeof(*a.from)),
                       .ms = calloc(units + 1, sizeof(*a.ms)),
                       .units = units };
    struct fault f;

    must(s->has_road && count + 2 < STAGE_INCIDENTS);
    stage_must(road_query_init(&a.one, &s->road, &f), &f);
    stage_must(road_query_init(&a.all, &s->road, &f), &f);
    stage_must(muster_init(&a.muster, &s->road, &f), &f);
    for (uint32_t k = 0; k < KINDS; k++) {
        a.ns[k] = calloc(count + 1, sizeof(*a.ns[k]));
    }
    if (a.from == NULL || a.ms == NULL || a.ns[KINDS - 1] == NULL) {
        lines_die("no memory", "for places");
    }
    for (uint32_t i = 0; i < count; i++) {
        ask(&a, i);
    }
    (void)printf("{");
    for (uint32_t k = 0; k < KINDS; k++) {
        (void)printf("\"%s\": [", kinds[k]);
        for (uint32_t i = 0; i < count; i++) {
            (void)printf("%s%lld", i > 0 ? "," : "", (long long)a.ns[k][i]);
        }
        (void)printf("], ");
        free(a.ns[k]);
    }
    (void)printf("\"wrong\": %llu}\n", (unsigned long long)a.wrong);
    (void)fflush(stdout);
    muster_fini(&a.muster);
    road_query_fini(&a.one);
    road_query_fini(&a.all);
    free(a.from);
    free(a.ms);
}
