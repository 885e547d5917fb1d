#include "tests/routing/streets.h"

#include "base/geo.h"
#include "routing/network_file.h"
#include "tests/suite.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define WIDTH_MAX 11
#define JUNCTIONS_MAX (WIDTH_MAX * WIDTH_MAX + 2)
#define PIECES_MAX (JUNCTIONS_MAX * 2)
#define NODES_MAX (JUNCTIONS_MAX * 5)
#define ARCS_MAX (PIECES_MAX * 2 * 4)
#define BENDS_MAX 2
#define STEP_E7 9000

struct plan {
    struct prng random;
    uint32_t width, river;
    uint32_t junctions;
    struct point at[JUNCTIONS_MAX];
    bool split[JUNCTIONS_MAX]; /* has a node for each way in, else one node */
    uint32_t node_of[JUNCTIONS_MAX];
    uint32_t piece_end[PIECES_MAX][2]; /* junctions */
    uint32_t segment_node[PIECES_MAX * 2];
    struct piece piece[PIECES_MAX];
    uint32_t segment_ms[PIECES_MAX * 2];
    struct point shape[PIECES_MAX * (BENDS_MAX + 2)];
    struct point node_at[NODES_MAX];
    struct arc arcs[ARCS_MAX];
    uint32_t arc_segment[ARCS_MAX], arc_turn_ms[ARCS_MAX];
    uint32_t sorted_segment[ARCS_MAX], sorted_turn_ms[ARCS_MAX];
    struct network network;
};

static const char names[] = "\0人民路\0滨江大道\0桥\0Dam Street";
static const uint32_t name_at[] = { 0, 1, 11, 24, 28 };

static uint32_t some(struct plan *p, uint32_t below)
{
    return (uint32_t)prng_below(&p->random, below);
}

static int32_t about(struct plan *p, int32_t e7, uint32_t by)
{
    return e7 + (int32_t)some(p, 2 * by + 1) - (int32_t)by;
}

static void bend(struct plan *p, struct piece *piece, struct point a, struct point b)
{
    uint32_t bends = some(p, BENDS_MAX + 1);
    struct network *n = &p->network;

    piece->first_point = n->point_count;
    piece->point_count = bends + 2;
    p->shape[n->point_count++] = a;
    for (uint32_t i = 1; i <= bends; i++) {
        int32_t part = (int32_t)i;
        int32_t parts = (int32_t)bends + 1;
        int32_t lon_e7 = a.lon_e7 + (b.lon_e7 - a.lon_e7) / parts * part;
        int32_t lat_e7 = a.lat_e7 + (b.lat_e7 - a.lat_e7) / parts * part;

        p->shape[n->point_count++] =
            (struct point){ about(p, lon_e7, 1200), about(p, lat_e7, 1200) };
    }
    p->shape[n->point_count++] = b;
    for (uint32_t i = 0; i + 1 < piece->point_count; i++) {
        piece->length_mm +=
            geo_distance_mm(p->shape[piece->first_point + i], p->shape[piece->first_point + i + 1]);
    }
}

static void lay_street(struct plan *p, uint32_t a, uint32_t b, bool over_river)
{
    uint32_t kind = some(p, 10);

    if (over_river ? kind > 3 : kind == 0) {
        return;
    }
    uint32_t at = p->network.piece_count++;
    struct piece *piece = &p->piece[at];
    /* some take no time at all, both ways */
    uint32_t ms = kind > 3 && some(p, 8) == 0 ? 0 : 1000 + some(p, 20000);

    *piece = (struct piece){ .class = ROAD_RESIDENTIAL,
                             .flags = over_river ? PIECE_BRIDGE : 0,
                             .name = name_at[some(p, 5)] };
    p->piece_end[at][0] = a;
    p->piece_end[at][1] = b;
    bend(p, piece, p->at[a], p->at[b]);
    p->segment_ms[2 * at] = kind == 1 ? ETA_INF_MS : ms;
    p->segment_ms[2 * at + 1] = kind == 2 ? ETA_INF_MS : kind == 3 ? 2 * ms : ms;
}

static void draw(struct plan *p)
{
    p->width = 2 + some(p, WIDTH_MAX - 1);
    p->river = some(p, p->width);
    for (uint32_t v = 0; v < p->width * p->width; v++) {
        p->at[v] = (struct point){ about(p, 1200000000 + (int32_t)(v % p->width) * STEP_E7, 2000),
                                   about(p, 300000000 + (int32_t)(v / p->width) * STEP_E7, 2000) };
    }
    p->junctions = p->width * p->width;
    for (uint32_t v = 0; v < p->junctions; v++) {
        if (v % p->width > 0) {
            lay_street(p, v - 1, v, false);
        }
        if (v >= p->width) {
            lay_street(p, v - p->width, v, v / p->width == p->river);
        }
    }
    /* An island, with a street that is always there. */
    p->at[p->junctions] = (struct point){ 1200000000, 300000000 - 3 * STEP_E7 };
    p->at[p->junctions + 1] = (struct point){ 1200009000, 300000000 - 3 * STEP_E7 };
    while (p->network.piece_count == 0 ||
           p->piece_end[p->network.piece_count - 1][0] != p->junctions) {
        lay_street(p, p->junctions, p->junctions + 1, false);
    }
    p->junctions += 2;
}

/* The junction a segment ends at, or begins at. */
static uint32_t end_of(const struct plan *p, uint32_t segment)
{
    return p->piece_end[segment / 2][segment % 2 == 0 ? 1 : 0];
}

static uint32_t start_of(const struct plan *p, uint32_t segment)
{
    return end_of(p, segment ^ 1);
}

/* Numbers in no order at all: any is right, the best only makes a hierarchy small. */
static void number_nodes(struct plan *p)
{
    uint32_t number[NODES_MAX];
    uint32_t count = 0;
    uint32_t *of[NODES_MAX];

    for (uint32_t j = 0; j < p->junctions; j++) {
        p->split[j] = some(p, 3) == 0;
        p->node_of[j] = NODE_NONE;
        if (!p->split[j]) {
            p->node_at[count] = p->at[j];
            of[count++] = &p->node_of[j];
        }
    }
    for (uint32_t s = 0; s < 2 * p->network.piece_count; s++) {
        if (p->split[end_of(p, s)]) {
            p->node_at[count] = p->at[end_of(p, s)];
            of[count++] = &p->segment_node[s];
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t k = some(p, i + 1);

        number[i] = i;
        number[i] = number[k];
        number[k] = i;
    }
    struct point at[NODES_MAX];

    memcpy(at, p->node_at, sizeof(at));
    for (uint32_t i = 0; i < count; i++) {
        *of[i] = number[i];
        p->node_at[number[i]] = at[i];
    }
    for (uint32_t s = 0; s < 2 * p->network.piece_count; s++) {
        if (!p->split[end_of(p, s)]) {
            p->segment_node[s] = p->node_of[end_of(p, s)];
        }
    }
    p->network.graph.node_count = count;
}

static void add_arc(struct plan *p, uint32_t from, uint32_t segment, uint32_t turn_ms)
{
    uint32_t a = p->network.graph.arc_count++;

    p->arcs[a] = (struct arc){ .tail = from, .head = p->segment_node[segment] };
    p->arc_segment[a] = segment;
    p->arc_turn_ms[a] = turn_ms;
}

static void join_segment(struct plan *p, uint32_t segment)
{
    uint32_t junction = start_of(p, segment);

    if (!p->split[junction]) {
        add_arc(p, p->node_of[junction], segment, 0);
        return;
    }
    for (uint32_t s = 0; s < 2 * p->network.piece_count; s++) {
        if (end_of(p, s) == junction && some(p, 5) > 0) {
            add_arc(p, p->segment_node[s], segment, some(p, 2) * some(p, 8000));
        }
    }
}

static void make_graph(struct plan *p)
{
    struct fault f;
    uint32_t nodes = p->network.graph.node_count;

    for (uint32_t s = 0; s < 2 * p->network.piece_count; s++) {
        join_segment(p, s);
    }
    uint32_t arcs = p->network.graph.arc_count;

    ck_assert_int_eq(graph_build(&p->network.graph, nodes, p->node_at, arcs, p->arcs, &f), OK);
    for (uint32_t a = 0; a < p->network.graph.arc_count; a++) {
        p->sorted_segment[a] = p->arc_segment[p->network.graph.given[a]];
        p->sorted_turn_ms[a] = p->arc_turn_ms[p->network.graph.given[a]];
    }
}

void streets_open(struct road *road, uint64_t seed)
{
    char path[] = "/tmp/tocsin-streets-XXXXXX";
    struct plan *p = calloc(1, sizeof(*p));
    struct fault f = { 0 };

    ck_assert_ptr_nonnull(p);
    prng_seed(&p->random, seed);
    draw(p);
    number_nodes(p);
    make_graph(p);
    p->network.piece = p->piece;
    p->network.segment_ms = p->segment_ms;
    p->network.shape = p->shape;
    p->network.arc_segment = p->sorted_segment;
    p->network.arc_turn_ms = p->sorted_turn_ms;
    p->network.names = names;
    p->network.names_size = sizeof(names);
    ck_assert_int_ge(close(mkstemp(path)), 0);
    ck_assert_int_eq(network_write(&p->network, path, &f), OK);
    graph_free(&p->network.graph);
    free(p);
    ck_assert_int_eq(road_open(road, path, &f), OK);
    ck_assert_int_eq(unlink(path), 0);
}

static bool on_grid(const struct snap_grid *g, struct point p)
{
    return p.lon_e7 >= g->low_lon_e7 && p.lat_e7 >= g->low_lat_e7 &&
           p.lon_e7 <= g->low_lon_e7 + (int64_t)g->width * g->cell_lon_e7 &&
           p.lat_e7 <= g->low_lat_e7 + (int64_t)g->height * g->cell_lat_e7;
}

struct point streets_place(const struct road *road, struct prng *random)
{
    const struct network *n = &road->network;
    int32_t off = prng_below(random, 2) == 0 ? 0 : 1500;
    struct point p;

    do {
        p = n->shape[prng_below(random, n->point_count)];
        p.lon_e7 += (int32_t)prng_below(random, (uint64_t)off * 2 + 1) - off;
        p.lat_e7 += (int32_t)prng_below(random, (uint64_t)off * 2 + 1) - off;
    } while (!on_grid(&road->grid, p));
    return p;
}

struct road_limit streets_limit(const struct road *road, struct prng *random, uint32_t id,
                                struct point *points)
{
    static const int32_t spans[] = { 800, 8000, 30000, 400000 };
    struct point middle = streets_place(road, random);
    int32_t span = spans[prng_below(random, 4)];
    uint64_t kind = prng_below(random, 3);
    uint32_t least = kind == 0 ? 1 : kind == 1 ? 2 : 3;
    uint32_t count =
        kind == 0 ? 1 : least + (uint32_t)prng_below(random, STREETS_CORNERS + 1 - least);

    for (uint32_t i = 0; i < count; i++) {
        points[i] = middle;
        if (kind > 0 && prng_below(random, 4) > 0) {
            points[i].lon_e7 += (int32_t)prng_below(random, (uint64_t)span * 2) - span;
        }
        if (kind > 0 && prng_below(random, 4) > 0) {
            points[i].lat_e7 += (int32_t)prng_below(random, (uint64_t)span * 2) - span;
        }
        if (kind > 0 && prng_below(random, 4) == 0) {
            /* exactly at a corner of the map, where borders touch */
            points[i] = road->network.shape[prng_below(random, road->network.point_count)];
        }
    }
    return (struct road_limit){ .id = id,
                                .percent = prng_below(random, 2) == 0
                                               ? LIMIT_CLOSED
                                               : (uint8_t)(1 + prng_below(random, 100)),
                                .area = kind == 2,
                                .points = points,
                                .point_count = count };
}

uint32_t streets_nearest(const struct road *road, struct point p, const uint32_t *segment_ms,
                         uint32_t *off_mm)
{
    const struct network *n = &road->network;
    uint32_t best = NODE_NONE;

    *off_mm = UINT32_MAX;
    for (uint32_t k = 0; k < n->piece_count; k++) {
        const struct piece *x = &n->piece[k];
        bool open = segment_ms == NULL || segment_ms[2 * k] < ETA_INF_MS ||
                    segment_ms[2 * k + 1] < ETA_INF_MS;

        for (uint32_t i = x->first_point; open && i + 1 < x->first_point + x->point_count; i++) {
            uint32_t along;
            struct point at = geo_nearest_on_line(n->shape[i], n->shape[i + 1], p, &along);
            uint32_t mm = geo_distance_mm(at, p);

            best = mm < *off_mm ? k : best;
            *off_mm = mm < *off_mm ? mm : *off_mm;
        }
    }
    return best;
}

bool streets_concerned(const struct road *road, const struct road_limit *l, uint32_t piece)
{
    const struct network *n = &road->network;
    const struct piece *x = &n->piece[piece];
    uint32_t legs = l->area ? l->point_count : l->point_count - 1;

    if (l->point_count == 1) {
        uint32_t off_mm;

        return streets_nearest(road, l->points[0], NULL, &off_mm) == piece &&
               off_mm <= LIMIT_NEAR_MM;
    }
    for (uint32_t i = x->first_point; i + 1 < x->first_point + x->point_count; i++) {
        if (l->area && (geo_in_ring(l->points, l->point_count, n->shape[i]) ||
                        geo_in_ring(l->points, l->point_count, n->shape[i + 1]))) {
            return true;
        }
        for (uint32_t k = 0; k < legs; k++) {
            if (geo_lines_meet(l->points[k], l->points[(k + 1) % l->point_count], n->shape[i],
                               n->shape[i + 1])) {
                return true;
            }
        }
    }
    return false;
}

void streets_tell(struct streets_truth *t, const struct road *road, const struct road_limit *limits,
                  uint32_t count)
{
    const struct network *n = &road->network;
    size_t bytes = (size_t)n->piece_count * 2 * sizeof(uint32_t);

    *t = (struct streets_truth){ malloc(bytes), malloc(bytes), malloc(bytes) };
    ck_assert(t->segment_ms != NULL && t->through_ms != NULL && t->segment_limit != NULL);
    for (uint32_t s = 0; s < 2 * n->piece_count; s++) {
        uint32_t rules = 101;
        uint64_t ms = n->segment_ms[s];
        uint64_t walk_ms = (uint64_t)n->piece[s / 2].length_mm * 3600 / 5000; /* 5 km/h */

        t->segment_limit[s] = 0;
        for (uint32_t i = 0; i < count; i++) {
            if (streets_concerned(road, &limits[i], s / 2) &&
                (limits[i].percent < rules ||
                 (limits[i].percent == rules && limits[i].id < t->segment_limit[s]))) {
                rules = limits[i].percent;
                t->segment_limit[s] = limits[i].id;
            }
        }
        bool driven = ms < ETA_INF_MS;

        if (driven && rules > 0 && rules < 100) {
            ms = (ms * 100 + rules - 1) / rules;
        }
        t->segment_ms[s] = rules == 0 ? ETA_INF_MS : (uint32_t)ms;
        t->through_ms[s] = driven && rules == 0 && walk_ms > ms ? (uint32_t)walk_ms : (uint32_t)ms;
    }
}

void streets_forget(struct streets_truth *t)
{
    free(t->segment_ms);
    free(t->through_ms);
    free(t->segment_limit);
}
