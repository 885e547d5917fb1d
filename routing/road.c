#include "routing/road.h"

#include "base/geo.h"
#include "routing/line.h"
#include "routing/network_file.h"

#include <stdio.h>
#include <stdlib.h>

enum err road_open(struct road *r, const char *path, struct fault *f)
{
    *r = (struct road){ 0 };
    enum err err = network_open(&r->network, path, f);

    if (err == OK) {
        err = hierarchy_build(&r->hierarchy, &r->network.graph, f);
    }
    if (err == OK) {
        err = snap_grid_build(&r->grid, &r->network, f);
    }
    if (err == OK) {
        err = weights_init(&r->free, r, f);
    }
    if (err != OK) {
        road_close(r);
        return err;
    }
    const uint8_t *d = r->network.digest;

    (void)snprintf(r->engine, sizeof(r->engine), "road/1:%02x%02x%02x%02x", d[0], d[1], d[2], d[3]);
    weights_make(&r->free, 0, NULL, 0);
    return OK;
}

void road_close(struct road *r)
{
    weights_free(&r->free);
    snap_grid_free(&r->grid);
    hierarchy_free(&r->hierarchy);
    network_close(&r->network);
}

static bool is_open(void *arg, uint32_t piece)
{
    const uint8_t *piece_percent = arg;

    return piece_percent[piece] != LIMIT_CLOSED;
}

bool road_snap(const struct road_weights *w, struct point p, struct snap *out)
{
    struct snap nearest;

    if (!snap_find(&w->road->grid, p, &nearest)) {
        return false;
    }
    road_snap_from(w, p, &nearest, out);
    return true;
}

void road_snap_from(const struct road_weights *w, struct point p, const struct snap *nearest,
                    struct snap *out)
{
    const struct road *r = w->road;

    *out = *nearest;
    uint32_t length_mm = r->network.piece[out->piece].length_mm;
    bool corner = out->along_mm <= ROAD_CORNER_MM || length_mm - out->along_mm <= ROAD_CORNER_MM;
    struct snap open;

    if (corner && !is_open(w->piece_percent, out->piece) &&
        out->off_mm <= UINT32_MAX - ROAD_CORNER_MM &&
        snap_find_among(&r->grid, p, out->off_mm + ROAD_CORNER_MM, is_open, w->piece_percent,
                        &open)) {
        *out = open;
    }
}

uint32_t road_part_ms(const struct road_weights *w, uint32_t segment, const struct snap *place)
{
    const struct piece *piece = &w->road->network.piece[place->piece];
    uint64_t mm = segment_backwards(segment) ? piece->length_mm - place->along_mm : place->along_mm;

    return piece->length_mm == 0 ? 0
                                 : (uint32_t)(weights_own_ms(w, segment) * mm / piece->length_mm);
}

uint32_t road_depart(const struct road_weights *w, const struct snap *place, struct seed *seeds)
{
    const struct network *n = &w->road->network;
    uint32_t count = 0;

    for (uint32_t segment = 2 * place->piece; segment <= 2 * place->piece + 1; segment++) {
        uint32_t first = n->first_arc[segment];
        uint32_t whole_ms = weights_own_ms(w, segment);

        if (whole_ms < ETA_INF_MS && first < n->first_arc[segment + 1]) {
            /* all arcs of a segment end at one node */
            seeds[count++] = (struct seed){ .node = n->graph.head[n->arc[first]],
                                            .ms = whole_ms - road_part_ms(w, segment, place) };
        }
    }
    return count;
}

uint32_t road_arrive(const struct road_weights *w, const struct snap *place, struct seed *seeds)
{
    const struct network *n = &w->road->network;
    uint32_t count = 0;

    for (uint32_t segment = 2 * place->piece; segment <= 2 * place->piece + 1; segment++) {
        uint32_t end = n->first_arc[segment + 1];

        if (weights_own_ms(w, segment) == ETA_INF_MS) {
            continue;
        }
        for (uint32_t i = n->first_arc[segment]; i < end; i++) {
            uint32_t a = n->arc[i];

            seeds[count++] =
                (struct seed){ .node = n->graph.tail[a],
                               .ms = n->arc_turn_ms[a] + road_part_ms(w, segment, place) };
        }
    }
    return count;
}

enum err road_query_init(struct road_query *q, const struct road *road, struct fault *f)
{
    uint32_t nodes = road->hierarchy.node_count;

    *q = (struct road_query){ .road = road, .weights = &road->free };
    bool climb_ok = climb_init(&q->climb, nodes);
    bool ascents_ok = ascents_init(&q->ascents);
    bool goal_ok = climbed_init(&q->goal, nodes);
    bool through_ok = climbed_init(&q->through, nodes);

    if (!climb_ok || !ascents_ok || !goal_ok || !through_ok) {
        road_query_fini(q);
        return fault_set(f, ERR_NO_MEMORY, "no memory for travel times", NULL, NULL);
    }
    return OK;
}

void road_query_fini(struct road_query *q)
{
    climb_fini(&q->climb);
    ascents_fini(&q->ascents);
    climbed_fini(&q->goal);
    climbed_fini(&q->through);
    *q = (struct road_query){ 0 };
}

void road_query_use(struct road_query *q, const struct road_weights *w)
{
    must(w->road == q->road);
    q->weights = w;
    q->has_to = false;
    ascents_forget(&q->ascents);
}

uint32_t road_ahead_ms(const struct road_weights *w, const struct snap *from, const struct snap *to,
                       uint32_t *segment)
{
    uint32_t best = ETA_INF_MS;

    if (from->piece != to->piece) {
        return best;
    }
    for (uint32_t s = 2 * to->piece; s <= 2 * to->piece + 1; s++) {
        uint32_t begin = road_part_ms(w, s, from);
        uint32_t end = road_part_ms(w, s, to);
        bool ahead =
            segment_backwards(s) ? to->along_mm <= from->along_mm : from->along_mm <= to->along_mm;

        /* a few millimetres back take no time and are none; of equals the one that is ahead */
        if (weights_own_ms(w, s) < ETA_INF_MS && begin <= end &&
            (end - begin < best || (end - begin == best && ahead))) {
            best = end - begin;
            *segment = s;
        }
    }
    return best;
}

static uint32_t by_road(struct road_query *q, const struct snap *from, const struct climbed *goal,
                        const struct times *t)
{
    struct seed seeds[CLIMB_SEEDS_MAX];
    uint32_t count = road_depart(q->weights, from, seeds);
    uint32_t segment;
    uint32_t best = road_ahead_ms(q->weights, from, &q->to_snap, &segment);
    uint32_t v;
    uint32_t ms;

    if (count == 0) {
        return best;
    }
    climb_start(&q->climb, seeds, count);
    while ((v = climb_next(&q->climb, t->h, &ms)) != NODE_NONE) {
        if (ms < best) {
            best = ms + goal->ms[v] < best ? ms + goal->ms[v] : best;
            climb_spread(&q->climb, t, v, ms, CLIMB_AWAY);
        }
    }
    return best;
}

/* As by_road to the goal, from climbs that are kept. */
static uint32_t by_ascents(struct road_query *q, const struct snap *from)
{
    struct seed seeds[CLIMB_SEEDS_MAX];
    uint32_t seed_count = road_depart(q->weights, from, seeds);
    uint32_t segment;
    uint32_t best = road_ahead_ms(q->weights, from, &q->to_snap, &segment);

    for (uint32_t s = 0; s < seed_count; s++) {
        const struct ascent_spot *spots;
        uint32_t count;
        uint32_t least = ETA_INF_MS;

        if (!ascents_of(&q->ascents, &q->climb, &q->weights->times, seeds[s].node, &spots,
                        &count)) {
            return by_road(q, from, &q->goal, &q->weights->times);
        }
        for (uint32_t i = 0; i < count; i++) {
            uint32_t ms = spots[i].ms + q->goal.ms[spots[i].node];

            least = ms < least ? ms : least;
        }
        best = seeds[s].ms + least < best ? seeds[s].ms + least : best;
    }
    return best;
}

static void climb_from_goal(struct road_query *q, struct climbed *goal, const struct times *t)
{
    struct seed seeds[CLIMB_SEEDS_MAX];
    uint32_t count = road_arrive(q->weights, &q->to_snap, seeds);

    climbed_fill(goal, &q->climb, t, seeds, count, CLIMB_TOWARDS);
}

const struct climbed *road_query_goal(struct road_query *q, bool through)
{
    bool *has = through ? &q->has_through : &q->has_goal;
    struct climbed *goal = through ? &q->through : &q->goal;

    if (!*has) {
        climb_from_goal(q, goal, through ? &q->weights->through : &q->weights->times);
        *has = true;
    }
    return goal;
}

static uint32_t by_road_or_through(struct road_query *q, const struct snap *from)
{
    const struct road_weights *w = q->weights;

    (void)road_query_goal(q, false);
    uint32_t ms = by_ascents(q, from);

    if (ms < ETA_INF_MS || !w->any_closed) {
        return ms;
    }
    return by_road(q, from, road_query_goal(q, true), &w->through);
}

bool road_query_to(struct road_query *q, struct point to)
{
    if (!q->has_to || q->to.lon_e7 != to.lon_e7 || q->to.lat_e7 != to.lat_e7) {
        q->has_to = road_snap(q->weights, to, &q->to_snap);
        q->to = to;
        q->has_goal = false;
        q->has_through = false;
    }
    return q->has_to;
}

uint32_t road_travel_ms(void *arg, struct point from, struct point to)
{
    struct road_query *q = arg;
    struct snap start;

    if (!geo_valid(from) || !geo_valid(to)) {
        return ETA_INF_MS;
    }
    if (!road_query_to(q, to) || !road_snap(q->weights, from, &start)) {
        return line_travel_ms(NULL, from, to);
    }
    uint64_t ms = (uint64_t)line_travel_ms(NULL, from, start.at) + by_road_or_through(q, &start) +
                  line_travel_ms(NULL, q->to_snap.at, to);

    return ms < ETA_INF_MS ? (uint32_t)ms : ETA_INF_MS;
}

const char *road_engine(void *arg)
{
    const struct road_query *q = arg;

    return q->weights->engine;
}
