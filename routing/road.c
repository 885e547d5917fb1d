#include "routing/road.h"

#include "base/geo.h"
#include "routing/line.h"
#include "routing/network_file.h"

#include <stdio.h>
#include <stdlib.h>

static uint32_t *arc_times_of(const struct network *n)
{
    uint32_t *ms = malloc(((size_t)n->graph.arc_count + 1) * sizeof(*ms));

    for (uint32_t a = 0; ms != NULL && a < n->graph.arc_count; a++) {
        uint32_t sum = n->segment_ms[n->arc_segment[a]] + n->arc_turn_ms[a];

        ms[a] = sum < ETA_INF_MS ? sum : ETA_INF_MS;
    }
    return ms;
}

static enum err customize(struct road *r, struct fault *f)
{
    uint32_t *ms = arc_times_of(&r->network);

    if (ms == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for travel times", NULL, NULL);
    }
    enum err err = times_init(&r->times, &r->hierarchy, f);

    if (err == OK) {
        times_customize(&r->times, &r->network.graph, ms);
    }
    free(ms);
    return err;
}

enum err road_open(struct road *r, const char *path, struct fault *f)
{
    *r = (struct road){ 0 };
    enum err err = network_open(&r->network, path, f);

    if (err == OK) {
        err = hierarchy_build(&r->hierarchy, &r->network.graph, f);
    }
    if (err == OK) {
        err = customize(r, f);
    }
    if (err == OK) {
        err = snap_grid_build(&r->grid, &r->network, f);
    }
    if (err != OK) {
        road_close(r);
        return err;
    }
    const uint8_t *d = r->network.digest;

    (void)snprintf(r->engine, sizeof(r->engine), "road/1:%02x%02x%02x%02x", d[0], d[1], d[2], d[3]);
    return OK;
}

void road_close(struct road *r)
{
    snap_grid_free(&r->grid);
    times_free(&r->times);
    hierarchy_free(&r->hierarchy);
    network_close(&r->network);
}

/* Time along a segment from its beginning to a place on it. */
static uint32_t into_segment(const struct network *n, uint32_t segment, const struct snap *place)
{
    const struct piece *piece = &n->piece[place->piece];
    uint64_t mm = segment_backwards(segment) ? piece->length_mm - place->along_mm : place->along_mm;

    return piece->length_mm == 0 ? 0 : (uint32_t)(n->segment_ms[segment] * mm / piece->length_mm);
}

uint32_t road_depart(const struct road *r, const struct snap *place, struct seed *seeds)
{
    const struct network *n = &r->network;
    uint32_t count = 0;

    for (uint32_t segment = 2 * place->piece; segment <= 2 * place->piece + 1; segment++) {
        uint32_t first = n->first_arc[segment];

        if (n->segment_ms[segment] < ETA_INF_MS && first < n->first_arc[segment + 1]) {
            /* all arcs of a segment end at one node */
            seeds[count++] =
                (struct seed){ .node = n->graph.head[n->arc[first]],
                               .ms = n->segment_ms[segment] - into_segment(n, segment, place) };
        }
    }
    return count;
}

uint32_t road_arrive(const struct road *r, const struct snap *place, struct seed *seeds)
{
    const struct network *n = &r->network;
    uint32_t count = 0;

    for (uint32_t segment = 2 * place->piece; segment <= 2 * place->piece + 1; segment++) {
        uint32_t end = n->first_arc[segment + 1];

        if (n->segment_ms[segment] == ETA_INF_MS) {
            continue;
        }
        for (uint32_t i = n->first_arc[segment]; i < end; i++) {
            uint32_t a = n->arc[i];

            seeds[count++] =
                (struct seed){ .node = n->graph.tail[a],
                               .ms = n->arc_turn_ms[a] + into_segment(n, segment, place) };
        }
    }
    return count;
}

enum err road_query_init(struct road_query *q, const struct road *road, struct fault *f)
{
    uint32_t nodes = road->hierarchy.node_count;

    *q = (struct road_query){ .road = road };
    bool ok = climb_init(&q->climb, nodes);

    q->to_ms = malloc(((size_t)nodes + 1) * sizeof(*q->to_ms));
    q->met = malloc(((size_t)nodes + 1) * sizeof(*q->met));
    if (!ok || q->to_ms == NULL || q->met == NULL) {
        road_query_fini(q);
        return fault_set(f, ERR_NO_MEMORY, "no memory for travel times", NULL, NULL);
    }
    for (uint32_t v = 0; v < nodes; v++) {
        q->to_ms[v] = ETA_INF_MS;
    }
    return OK;
}

void road_query_fini(struct road_query *q)
{
    climb_fini(&q->climb);
    free(q->to_ms);
    free(q->met);
    *q = (struct road_query){ 0 };
}

static void climb_from_destination(struct road_query *q)
{
    struct seed seeds[CLIMB_SEEDS_MAX];
    uint32_t count = road_arrive(q->road, &q->to_snap, seeds);
    uint32_t v;
    uint32_t ms;

    for (uint32_t i = 0; i < q->met_count; i++) {
        q->to_ms[q->met[i]] = ETA_INF_MS;
    }
    q->met_count = 0;
    if (count == 0) {
        return;
    }
    climb_start(&q->climb, seeds, count);
    while ((v = climb_next(&q->climb, &q->road->hierarchy, &ms)) != NODE_NONE) {
        if (ms < ETA_INF_MS) {
            q->to_ms[v] = ms;
            q->met[q->met_count++] = v;
            climb_spread(&q->climb, &q->road->times, v, ms, CLIMB_TOWARDS);
        }
    }
}

/* Ahead on the same road: no junction is passed. */
static uint32_t straight_on(const struct network *n, const struct snap *from, const struct snap *to)
{
    uint32_t best = ETA_INF_MS;

    if (from->piece != to->piece) {
        return best;
    }
    for (uint32_t segment = 2 * to->piece; segment <= 2 * to->piece + 1; segment++) {
        uint32_t begin = into_segment(n, segment, from);
        uint32_t end = into_segment(n, segment, to);

        if (n->segment_ms[segment] < ETA_INF_MS && begin <= end && end - begin < best) {
            best = end - begin;
        }
    }
    return best;
}

static uint32_t by_road(struct road_query *q, const struct snap *from)
{
    struct seed seeds[CLIMB_SEEDS_MAX];
    uint32_t count = road_depart(q->road, from, seeds);
    uint32_t best = straight_on(&q->road->network, from, &q->to_snap);
    uint32_t v;
    uint32_t ms;

    if (count == 0) {
        return best;
    }
    climb_start(&q->climb, seeds, count);
    while ((v = climb_next(&q->climb, &q->road->hierarchy, &ms)) != NODE_NONE) {
        if (ms < best) {
            best = ms + q->to_ms[v] < best ? ms + q->to_ms[v] : best;
            climb_spread(&q->climb, &q->road->times, v, ms, CLIMB_AWAY);
        }
    }
    return best;
}

uint32_t road_travel_ms(void *arg, struct point from, struct point to)
{
    struct road_query *q = arg;
    struct snap start;

    if (!geo_valid(from) || !geo_valid(to)) {
        return ETA_INF_MS;
    }
    if (!q->has_to || q->to.lon_e7 != to.lon_e7 || q->to.lat_e7 != to.lat_e7) {
        q->has_to = snap_find(&q->road->grid, to, &q->to_snap);
        q->to = to;
        if (q->has_to) {
            climb_from_destination(q);
        }
    }
    if (!q->has_to || !snap_find(&q->road->grid, from, &start)) {
        return line_travel_ms(NULL, from, to);
    }
    uint64_t ms = (uint64_t)line_travel_ms(NULL, from, start.at) + by_road(q, &start) +
                  line_travel_ms(NULL, q->to_snap.at, to);

    return ms < ETA_INF_MS ? (uint32_t)ms : ETA_INF_MS;
}

const char *road_engine(void *arg)
{
    const struct road_query *q = arg;

    return q->road->engine;
}
