#include "bench/routing_stage.h"

#include "bench/lines.h"
#include "routing/order.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MS_PER_WEIGHT 4
#define E7_PER_MICRODEGREE 10

static const uint32_t rings_ms[COVERAGE_RINGS] = { 60000, 180000, 300000 };

void stage_must(enum err err, const struct fault *why)
{
    char line[1024];

    if (err != OK) {
        lines_die("failed", fault_line(why, line, sizeof(line)));
    }
}

static void *room(size_t count, size_t size)
{
    void *p = calloc(count + 1, size);

    if (p == NULL) {
        lines_die("no memory", strerror(errno));
    }
    return p;
}

static FILE *opened(const char *path, const char *mode)
{
    FILE *file = fopen(path, mode);

    if (file == NULL) {
        lines_die(path, strerror(errno));
    }
    return file;
}

/* The graph as its files have it. */
struct challenge {
    uint32_t node_count;
    uint32_t arc_count;
    struct arc *arcs;
    struct point *at;
};

static void read_arcs(struct challenge *c, const char *path)
{
    FILE *file = opened(path, "r");
    char line[256];
    uint32_t arc_max = 0;

    while (fgets(line, sizeof(line), file) != NULL) {
        uint32_t from;
        uint32_t to;
        uint32_t weight;

        if (sscanf(line, "p sp %u %u", &from, &to) == 2) {
            c->node_count = from;
            arc_max = to;
            c->arcs = room(arc_max, sizeof(*c->arcs));
            c->at = room(from, sizeof(*c->at));
        } else if (sscanf(line, "a %u %u %u", &from, &to, &weight) == 3 && c->arc_count < arc_max) {
            c->arcs[c->arc_count++] =
                (struct arc){ .tail = from - 1, .head = to - 1, .ms = weight * MS_PER_WEIGHT };
        }
    }
    (void)fclose(file);
    if (arc_max == 0 || c->arc_count != arc_max) {
        lines_die(path, "no graph of the challenge, or not all of it");
    }
}

static void read_coordinates(struct challenge *c, const char *path)
{
    FILE *file = opened(path, "r");
    char line[256];
    uint32_t count = 0;

    while (fgets(line, sizeof(line), file) != NULL) {
        uint32_t v;
        int32_t lon;
        int32_t lat;

        if (sscanf(line, "v %u %d %d", &v, &lon, &lat) == 3 && v >= 1 && v <= c->node_count) {
            c->at[v - 1] = (struct point){ .lon_e7 = lon * E7_PER_MICRODEGREE,
                                           .lat_e7 = lat * E7_PER_MICRODEGREE };
            count++;
        }
    }
    (void)fclose(file);
    if (count != c->node_count) {
        lines_die(path, "not every node has a place");
    }
}

static bool is_order(const uint32_t *rank, uint32_t count)
{
    uint8_t *seen = room(count, 1);
    bool good = true;

    for (uint32_t v = 0; v < count && good; v++) {
        good = rank[v] < count && seen[rank[v]] == 0;
        seen[good ? rank[v] : 0] = 1;
    }
    free(seen);
    return good;
}

/* Out of the file, or found and kept there. */
static uint32_t *order_of(const struct challenge *c, const char *path)
{
    uint32_t *rank = room(c->node_count, sizeof(*rank));
    FILE *file = fopen(path, "rb");
    struct fault f;

    if (file != NULL) {
        bool whole = fread(rank, sizeof(*rank), c->node_count, file) == c->node_count;

        (void)fclose(file);
        if (whole && is_order(rank, c->node_count)) {
            return rank;
        }
    }
    stage_must(order_find(c->node_count, c->at, c->arc_count, c->arcs, rank, NULL, NULL, &f), &f);
    file = opened(path, "wb");
    if (fwrite(rank, sizeof(*rank), c->node_count, file) != c->node_count || fclose(file) != 0) {
        lines_die(path, strerror(errno));
    }
    return rank;
}

/* Everything that is made of the graph and its times. */
static void build(struct stage *s)
{
    uint32_t nodes = s->graph.node_count;
    struct fault f;

    stage_must(roads_build(&s->out, &s->graph, s->ms, ROADS_OUT, &f), &f);
    stage_must(roads_build(&s->in, &s->graph, s->ms, ROADS_IN, &f), &f);
    stage_must(hierarchy_build(&s->hierarchy, &s->graph, &f), &f);
    stage_must(times_init(&s->times, &s->hierarchy, &f), &f);
    times_customize(&s->times, &s->graph, s->ms);
    stage_must(nearest_init(&s->all, &s->times, STAGE_UNITS, &f), &f);
    stage_must(nearest_init(&s->few, &s->times, STAGE_FEW, &f), &f);
    stage_must(dijkstra_init(&s->dijkstra, nodes, &f), &f);
    struct coverage_roads roads = { .out = &s->out, .in = &s->in };

    stage_must(coverage_init(&s->coverage, roads, STAGE_COVERING, rings_ms, NULL, &f), &f);
    if (!climb_init(&s->climb, nodes)) {
        lines_die("no memory", strerror(errno));
    }
}

static void draw(struct stage *s, struct place *p, bool is_unit)
{
    if (!s->has_road) {
        uint32_t v = (uint32_t)prng_below(&s->random, s->graph.node_count);

        *p = (struct place){ .seeds = { { .node = v } }, .count = 1, .at = s->graph.at[v] };
        return;
    }
    const struct network *n = &s->road.network;

    do {
        p->at = n->shape[prng_below(&s->random, n->point_count)];
        if (!snap_find(&s->road.grid, p->at, &p->snap)) {
            lines_die("no road", "the network is empty");
        }
        p->count = is_unit ? road_depart(&s->road.free, &p->snap, p->seeds)
                           : road_arrive(&s->road.free, &p->snap, p->seeds);
    } while (p->count == 0);
}

static void people(struct stage *s)
{
    struct fault f;

    prng_seed(&s->random, 20261130);
    s->unit = room(STAGE_UNITS, sizeof(*s->unit));
    s->incident = room(STAGE_INCIDENTS, sizeof(*s->incident));
    for (uint32_t i = 0; i < STAGE_INCIDENTS; i++) {
        draw(s, &s->incident[i], false);
    }
    for (uint32_t u = 0; u < STAGE_UNITS; u++) {
        struct place *p = &s->unit[u];

        draw(s, p, true);
        stage_must(nearest_put(&s->all, u, p->seeds, p->count, &f), &f);
        if (u < STAGE_FEW) {
            stage_must(nearest_put(&s->few, u, p->seeds, p->count, &f), &f);
        }
        if (u < STAGE_COVERING) {
            stage_must(coverage_put(&s->coverage, u, p->seeds, p->count, &f), &f);
        }
    }
}

void stage_open_challenge(struct stage *s, const char *graph, const char *coordinates,
                          const char *order)
{
    struct challenge c = { 0 };
    struct fault f;

    *s = (struct stage){ 0 };
    read_arcs(&c, graph);
    read_coordinates(&c, coordinates);
    uint32_t *rank = order_of(&c, order);

    s->name = room(c.node_count, sizeof(*s->name));
    for (uint32_t v = 0; v < c.node_count; v++) {
        s->name[rank[v]] = v + 1;
    }
    stage_must(graph_renumber(c.node_count, c.at, c.arc_count, c.arcs, rank, &f), &f);
    stage_must(graph_build(&s->graph, c.node_count, c.at, c.arc_count, c.arcs, &f), &f);
    s->ms = graph_times(&s->graph, c.arcs);
    if (s->ms == NULL) {
        lines_die("no memory", strerror(errno));
    }
    free(rank);
    free(c.arcs);
    free(c.at);
    build(s);
    people(s);
}

void stage_open_roads(struct stage *s, const char *path)
{
    struct fault f;

    *s = (struct stage){ .has_road = true };
    stage_must(road_open(&s->road, path, &f), &f);
    const struct network *n = &s->road.network;

    s->graph = n->graph;
    s->ms = room(n->graph.arc_count, sizeof(*s->ms));
    for (uint32_t a = 0; a < n->graph.arc_count; a++) {
        uint32_t ms = n->segment_ms[n->arc_segment[a]] + n->arc_turn_ms[a];

        s->ms[a] = ms < ETA_INF_MS ? ms : ETA_INF_MS;
    }
    build(s);
    people(s);
}

void stage_move(struct stage *s, struct place *p)
{
    if (s->has_road) {
        draw(s, p, true);
        return;
    }
    uint32_t v = p->seeds[0].node;
    uint32_t ways = s->graph.first_out[v + 1] - s->graph.first_out[v];

    if (ways > 0) {
        v = s->graph.head[s->graph.first_out[v] + (uint32_t)prng_below(&s->random, ways)];
    }
    *p = (struct place){ .seeds = { { .node = v } }, .count = 1, .at = s->graph.at[v] };
}

void stage_set(struct stage *s, uint32_t arc, uint32_t ms)
{
    s->ms[arc] = ms;
    roads_set(&s->out, arc, ms);
    roads_set(&s->in, arc, ms);
}
