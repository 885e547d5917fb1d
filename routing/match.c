#include "routing/match.h"

#include "base/geo.h"
#include "base/must.h"

#include <stdlib.h>

#define NAT 1024u /* units of cost */
#define COST_NONE UINT64_MAX
#define STATE_NONE UINT16_MAX
#define SLACK_MM 200000u /* how much longer than twice the straight line a way may be */
#define ODD_MM 250000u   /* a way that much longer says that the fix is wrong */
#define WAY_MM_MAX 10000000u

enum err match_init(struct match *m, const struct network *n, const struct snap_grid *g,
                    struct fault *f)
{
    uint32_t arcs = n->graph.arc_count;
    uint32_t *mm = malloc(((size_t)arcs + 1) * sizeof(*mm));

    *m = (struct match){ .network = n, .grid = g };
    m->state = calloc((size_t)TRIP_FIXES_MAX * MATCH_STATES_MAX, sizeof(*m->state));
    enum err err = mm != NULL && m->state != NULL
                       ? OK
                       : fault_set(f, ERR_NO_MEMORY, "no memory for matching drives", NULL, NULL);

    for (uint32_t a = 0; err == OK && a < arcs; a++) {
        uint32_t s = n->arc_segment[a];
        uint32_t length = n->piece[segment_piece(s)].length_mm;
        bool never = n->segment_ms[s] == ETA_INF_MS || n->arc_turn_ms[a] == ETA_INF_MS;

        mm[a] = never || length >= ETA_INF_MS ? ETA_INF_MS : length;
    }
    if (err == OK) {
        err = roads_build(&m->roads, &n->graph, mm, ROADS_OUT, f);
    }
    if (err == OK) {
        err = dijkstra_init(&m->search, n->graph.node_count, f);
    }
    free(mm);
    if (err != OK) {
        match_fini(m);
    }
    return err;
}

void match_fini(struct match *m)
{
    free(m->state);
    roads_free(&m->roads);
    dijkstra_fini(&m->search);
    *m = (struct match){ 0 };
}

static uint32_t length_of(const struct match *m, uint32_t segment)
{
    return m->network->piece[segment_piece(segment)].length_mm;
}

static struct match_state *states_of(struct match *m, uint32_t k)
{
    return &m->state[(size_t)k * MATCH_STATES_MAX];
}

/* Where a fix may have been. */
static uint32_t list_states(struct match *m, struct point at, struct match_state *out)
{
    const struct network *n = m->network;
    struct snap near[MATCH_PIECES_MAX];
    uint32_t pieces = snap_near(m->grid, at, MATCH_RADIUS_MM, near, MATCH_PIECES_MAX);
    uint32_t count = 0;

    for (uint32_t i = 0; i < pieces; i++) {
        uint64_t off = near[i].off_mm;
        uint64_t cost = off * off * NAT / 2 / ((uint64_t)MATCH_NOISE_MM * MATCH_NOISE_MM);

        for (uint32_t s = 2 * near[i].piece; s <= 2 * near[i].piece + 1; s++) {
            uint32_t along = near[i].along_mm;

            if (n->segment_ms[s] < ETA_INF_MS) {
                out[count++] = (struct match_state){
                    .segment = s,
                    .along_mm = segment_backwards(s) ? length_of(m, s) - along : along,
                    .cost = cost,
                    .before = STATE_NONE,
                };
            }
        }
    }
    return count;
}

/* The nodes within `most_mm` ahead of a state. */
static void search_from(struct match *m, const struct match_state *from, uint32_t most_mm)
{
    const struct network *n = m->network;
    uint32_t first = n->first_arc[from->segment];
    uint32_t node;
    uint32_t mm;

    dijkstra_start(&m->search, &m->roads);
    if (first == n->first_arc[from->segment + 1]) {
        return;
    }
    dijkstra_add(&m->search, n->graph.head[n->arc[first]],
                 length_of(m, from->segment) - from->along_mm);
    while (dijkstra_settle(&m->search, &node, &mm) && mm <= most_mm) {
    }
}

/* How far it is by road to a state, after search_from, and over which arc into its segment;
 * ARC_NONE: ahead on the same. ETA_INF_MS: too far. */
static uint32_t way_to(const struct match *m, const struct match_state *from,
                       const struct match_state *to, uint32_t most_mm, uint32_t *into)
{
    const struct network *n = m->network;
    uint32_t best = ETA_INF_MS;

    *into = ARC_NONE;
    if (from->segment == to->segment && to->along_mm + MATCH_BACK_MM >= from->along_mm) {
        return to->along_mm > from->along_mm ? to->along_mm - from->along_mm : 0;
    }
    for (uint32_t i = n->first_arc[to->segment]; i < n->first_arc[to->segment + 1]; i++) {
        uint32_t a = n->arc[i];
        uint32_t mm = dijkstra_ms(&m->search, n->graph.tail[a]);

        if (n->arc_turn_ms[a] < ETA_INF_MS && mm < ETA_INF_MS && mm + to->along_mm < best) {
            best = mm + to->along_mm;
            *into = a;
        }
    }
    return best <= most_mm ? best : ETA_INF_MS;
}

/* How long a way between two fixes may be. */
static uint32_t most_between(const struct trip_fix *from, const struct trip_fix *to,
                             uint32_t straight_mm)
{
    uint64_t driven =
        (uint64_t)(to->at_us - from->at_us) / (uint64_t)US_PER_MS * (TRIP_SPEED_MM_S / 1000) +
        SLACK_MM / 2;
    uint64_t most = 2 * (uint64_t)straight_mm + SLACK_MM;

    most = driven < most ? driven : most;
    return most < WAY_MM_MAX ? (uint32_t)most : WAY_MM_MAX;
}

/* Joins the states of fix `k` to those of the one before it. False: none can have been reached. */
static bool join(struct match *m, uint32_t k, const struct trip_fix *from,
                 const struct trip_fix *to)
{
    struct match_state *before = states_of(m, k - 1);
    struct match_state *here = states_of(m, k);
    uint32_t straight = geo_distance_mm(from->at, to->at);
    uint32_t most = most_between(from, to, straight);
    uint64_t best[MATCH_STATES_MAX];
    bool any = false;

    for (uint32_t j = 0; j < m->state_count[k]; j++) {
        best[j] = COST_NONE;
    }
    for (uint32_t i = 0; i < m->state_count[k - 1]; i++) {
        if (before[i].cost == COST_NONE) {
            continue;
        }
        search_from(m, &before[i], most);
        for (uint32_t j = 0; j < m->state_count[k]; j++) {
            uint32_t into;
            uint32_t mm = way_to(m, &before[i], &here[j], most, &into);
            uint32_t off = mm > straight ? mm - straight : straight - mm;
            uint64_t cost = before[i].cost + (uint64_t)off * NAT / MATCH_DETOUR_MM;

            if (mm < ETA_INF_MS && off <= ODD_MM && cost < best[j]) {
                best[j] = cost;
                here[j].before = (uint16_t)i;
                any = true;
            }
        }
    }
    for (uint32_t j = 0; j < m->state_count[k]; j++) {
        here[j].cost = best[j] == COST_NONE ? COST_NONE : best[j] + here[j].cost;
    }
    return any;
}

static void put_part(struct match *m, uint32_t *first, struct match_part part)
{
    if (*first > 0) {
        m->part[--*first] = part;
    }
}

/* The arc between two nodes that the search took: the shortest. */
static uint32_t arc_between(const struct match *m, uint32_t tail, uint32_t head)
{
    const struct graph *g = &m->network->graph;
    uint32_t best = ARC_NONE;
    uint32_t best_mm = ETA_INF_MS;

    for (uint32_t a = g->first_out[tail]; a < g->first_out[tail + 1]; a++) {
        uint32_t mm = m->roads.way[m->roads.place[a]].ms;

        if (g->head[a] == head && mm < best_mm) {
            best = a;
            best_mm = mm;
        }
    }
    return best;
}

/* Writes the way between two states to the end of `part`; returns where it begins there, 0: it has
 * too many. It begins at `reached_mm` of the first segment: what an earlier fix was ahead by noise
 * is not driven twice. */
static uint32_t open_way(struct match *m, const struct match_state *from, uint32_t reached_mm,
                         const struct match_state *to, uint32_t most_mm)
{
    const struct network *n = m->network;
    uint32_t first = MATCH_PARTS_MAX;
    uint32_t into;

    search_from(m, from, most_mm);
    must(way_to(m, from, to, most_mm, &into) < ETA_INF_MS);
    if (into == ARC_NONE) {
        uint32_t end = to->along_mm > reached_mm ? to->along_mm : reached_mm;

        put_part(m, &first, (struct match_part){ from->segment, reached_mm, end, 0 });
        return first;
    }
    put_part(m, &first, (struct match_part){ to->segment, 0, to->along_mm, n->arc_turn_ms[into] });
    for (uint32_t v = n->graph.tail[into]; dijkstra_from(&m->search, v) != NODE_NONE;) {
        uint32_t tail = dijkstra_from(&m->search, v);
        uint32_t a = arc_between(m, tail, v);

        must(a != ARC_NONE);
        put_part(m, &first,
                 (struct match_part){ n->arc_segment[a], 0, length_of(m, n->arc_segment[a]),
                                      n->arc_turn_ms[a] });
        v = tail;
    }
    put_part(m, &first,
             (struct match_part){ from->segment, reached_mm, length_of(m, from->segment), 0 });
    return first;
}

/* Tells the likeliest drive through the fixes 0 .. last that were joined. */
static void tell(struct match *m, const struct trip_fix *fixes, uint32_t last, match_fn *fn,
                 void *arg, struct match_counts *counts)
{
    uint16_t chosen[TRIP_FIXES_MAX];
    const struct match_state *at = states_of(m, last);
    uint16_t best = 0;

    for (uint16_t j = 1; j < m->state_count[last]; j++) {
        best = at[j].cost < at[best].cost ? j : best;
    }
    for (uint32_t k = last + 1; k-- > 0;) {
        chosen[k] = best;
        best = states_of(m, k)[best].before;
    }
    struct match_part end = { .segment = UINT32_MAX };

    for (uint32_t k = 1; k <= last; k++) {
        const struct match_state *from = &states_of(m, k - 1)[chosen[k - 1]];
        const struct trip_fix *a = &fixes[m->fix[k - 1]];
        const struct trip_fix *b = &fixes[m->fix[k]];
        uint32_t most = most_between(a, b, geo_distance_mm(a->at, b->at));
        bool goes_on = end.segment == from->segment;
        uint32_t reached = goes_on && end.to_mm > from->along_mm ? end.to_mm : from->along_mm;
        uint32_t first = open_way(m, from, reached, &states_of(m, k)[chosen[k]], most);

        if (first == 0) {
            counts->breaks++;
            end.segment = UINT32_MAX;
            continue;
        }
        end = m->part[MATCH_PARTS_MAX - 1];
        counts->steps++;
        fn(arg, &(struct match_step){ .first = !goes_on,
                                      .from_us = a->at_us,
                                      .to_us = b->at_us,
                                      .part_count = MATCH_PARTS_MAX - first,
                                      .part = &m->part[first] });
    }
}

void match_drive(struct match *m, const struct trip_fix *fixes, uint32_t count, match_fn *fn,
                 void *arg, struct match_counts *counts)
{
    uint32_t joined = 0; /* fixes that stand in the model */
    uint32_t skipped = 0;
    uint32_t i = 0;

    must(count <= TRIP_FIXES_MAX);
    counts->fixes += count;
    while (i < count) {
        m->state_count[joined] = (uint16_t)list_states(m, fixes[i].at, states_of(m, joined));
        m->fix[joined] = i;
        bool near = m->state_count[joined] > 0;
        bool fits = near && (joined == 0 || join(m, joined, &fixes[m->fix[joined - 1]], &fixes[i]));

        if (fits) {
            joined++;
            skipped = 0;
        } else {
            counts->off_road += near ? 0 : 1;
            counts->skipped += near ? 1 : 0;
            skipped += joined > 0 ? 1 : 0;
        }
        i++;
        if (skipped > MATCH_SKIPS_MAX) {
            tell(m, fixes, joined - 1, fn, arg, counts);
            counts->breaks++;
            i = m->fix[joined - 1] + 1; /* those that did not fit may fit each other */
            joined = 0;
            skipped = 0;
        }
    }
    if (joined > 0) {
        tell(m, fixes, joined - 1, fn, arg, counts);
    }
}
