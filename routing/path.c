#include "routing/path.h"

#include "base/geo.h"
#include "base/must.h"
#include "routing/line.h"

#include <stdlib.h>
#include <string.h>

enum err path_query_init(struct path_query *q, const struct road *road, struct fault *f)
{
    size_t nodes = (size_t)road->hierarchy.node_count + 1;

    *q = (struct path_query){ .road = road };
    bool climb_ok = climb_init(&q->climb, road->hierarchy.node_count);
    bool start_ok = climbed_init(&q->start, road->hierarchy.node_count);
    bool end_ok = climbed_init(&q->end, road->hierarchy.node_count);

    /* A way passes each node once: of equally quick ones the lowest nodes are taken everywhere, and
     * a round that takes no time has a shorter way below it. Of the arcs on the stack two at most
     * have the same tail. */
    q->leg = malloc((nodes + 1) * sizeof(*q->leg));
    q->stack = malloc(2 * nodes * sizeof(*q->stack));
    if (!climb_ok || !start_ok || !end_ok || q->leg == NULL || q->stack == NULL) {
        path_query_fini(q);
        return fault_set(f, ERR_NO_MEMORY, "no memory for ways", NULL, NULL);
    }
    return OK;
}

void path_query_fini(struct path_query *q)
{
    climb_fini(&q->climb);
    climbed_fini(&q->start);
    climbed_fini(&q->end);
    free(q->leg);
    free(q->stack);
    *q = (struct path_query){ 0 };
}

/* What one search goes by. */
struct search {
    struct path_query *q;
    const struct road_weights *w;
    const struct times *times;
    bool through;
    struct snap from, to;
    struct seed depart[CLIMB_SEEDS_MAX], arrive[CLIMB_SEEDS_MAX];
    uint32_t depart_count, arrive_count;
    uint32_t ahead; /* a segment that both places lie on, when that is quickest */
    uint32_t top;   /* else the highest node of the way */
    uint32_t ms;    /* by road */
};

static void climb_both_sides(struct search *s)
{
    struct path_query *q = s->q;
    uint32_t ahead_ms = road_ahead_ms(s->w, &s->from, &s->to, &s->ahead);

    s->depart_count = road_depart(s->w, &s->from, s->depart);
    s->arrive_count = road_arrive(s->w, &s->to, s->arrive);
    climbed_fill(&q->start, &q->climb, s->times, s->depart, s->depart_count, CLIMB_AWAY);
    climbed_fill(&q->end, &q->climb, s->times, s->arrive, s->arrive_count, CLIMB_TOWARDS);
    s->ms = ahead_ms;
    s->top = NODE_NONE;
    for (uint32_t i = 0; i < q->start.met_count; i++) {
        uint32_t v = q->start.met[i];
        uint32_t ms = q->start.ms[v] + q->end.ms[v];

        if (ms < s->ms) {
            s->ms = ms;
            s->top = v;
        }
    }
}

/* True when there is a way by road, through what is closed if need be. */
static bool search(struct search *s)
{
    s->times = &s->w->times;
    s->through = false;
    climb_both_sides(s);
    if (s->ms == ETA_INF_MS && s->w->any_closed) {
        s->times = &s->w->through;
        s->through = true;
        climb_both_sides(s);
    }
    return s->ms < ETA_INF_MS;
}

static void push(struct path_query *q, uint32_t arc, bool up)
{
    must(q->stack_count < 2 * q->road->hierarchy.node_count);
    q->stack[q->stack_count++] = (struct path_arc){ .arc = arc, .up = up };
}

static void add_leg(struct path_query *q, struct path_leg leg)
{
    must(q->leg_count <= q->road->hierarchy.node_count);
    q->leg[q->leg_count++] = leg;
}

static uint32_t arc_ms(const struct arc_times *t, bool up)
{
    return up ? t->up_ms : t->down_ms;
}

/* The road that a hierarchy's arc stands for itself; ARC_NONE: it goes by way of a lower node. */
static uint32_t road_of(const struct search *s, struct path_arc a)
{
    const struct hierarchy *h = s->times->h;
    const struct graph *g = &s->w->road->network.graph;
    uint32_t ms = arc_ms(&s->times->arc[a.arc], a.up);

    for (uint32_t i = h->first_road[a.arc]; i < h->first_road[a.arc + 1]; i++) {
        uint32_t r = h->road[i];

        if ((g->tail[r] < g->head[r]) == a.up && weights_arc_ms(s->w, r, s->through) == ms) {
            return r;
        }
    }
    return ARC_NONE;
}

/* Puts the two sides of the triangle below an arc in its place, the one that is driven first on
 * top. Rows of arcs below are by tail. */
static void open_triangle(const struct search *s, struct path_arc a)
{
    const struct hierarchy *h = s->times->h;
    uint32_t first = a.up ? h->tail[a.arc] : h->head[a.arc];
    uint32_t last = a.up ? h->head[a.arc] : h->tail[a.arc];
    uint32_t ms = arc_ms(&s->times->arc[a.arc], a.up);
    uint32_t i = h->first_down[first];
    uint32_t i_end = h->first_down[first + 1];
    uint32_t k = h->first_down[last];
    uint32_t k_end = h->first_down[last + 1];

    while (i < i_end && k < k_end) {
        uint32_t down = h->down[i];
        uint32_t up = h->down[k];

        if (h->tail[down] < h->tail[up]) {
            i++;
        } else if (h->tail[up] < h->tail[down]) {
            k++;
        } else if (s->times->arc[down].down_ms + s->times->arc[up].up_ms == ms) {
            push(s->q, up, true);
            push(s->q, down, false);
            return;
        } else {
            i++;
            k++;
        }
    }
    must(!"an arc of a hierarchy is a road or has a triangle below");
}

/* Drives all that is on the stack. */
static void drive(const struct search *s)
{
    struct path_query *q = s->q;
    const struct network *n = &s->w->road->network;

    while (q->stack_count > 0) {
        struct path_arc a = q->stack[--q->stack_count];
        uint32_t r = road_of(s, a);

        if (r == ARC_NONE) {
            open_triangle(s, a);
        } else {
            add_leg(q, (struct path_leg){ .segment = n->arc_segment[r],
                                          .arc = r,
                                          .ms = weights_arc_ms(s->w, r, s->through) });
        }
    }
}

static bool is_seed(const struct seed *seeds, uint32_t count, uint32_t node, uint32_t ms)
{
    for (uint32_t i = 0; i < count; i++) {
        if (seeds[i].node == node && seeds[i].ms == ms) {
            return true;
        }
    }
    return false;
}

/* The arc by which a climb came to a node. */
static uint32_t arc_from_below(const struct search *s, const struct climbed *c, uint32_t v, bool up)
{
    const struct hierarchy *h = s->times->h;

    for (uint32_t i = h->first_down[v]; i < h->first_down[v + 1]; i++) {
        uint32_t a = h->down[i];

        if (c->ms[h->tail[a]] < ETA_INF_MS &&
            c->ms[h->tail[a]] + arc_ms(&s->times->arc[a], up) == c->ms[v]) {
            return a;
        }
    }
    must(!"a climb came to a node from somewhere");
    return ARC_NONE;
}

/* The first leg ends at `node`, the last one begins there: which of the ways to leave or to come it
 * was. */
static void leave_start(const struct search *s, uint32_t node)
{
    const struct network *n = &s->w->road->network;

    for (uint32_t segment = 2 * s->from.piece; segment <= 2 * s->from.piece + 1; segment++) {
        uint32_t first = n->first_arc[segment];
        uint32_t own_ms = weights_own_ms(s->w, segment);

        if (own_ms == ETA_INF_MS || first == n->first_arc[segment + 1] ||
            n->graph.head[n->arc[first]] != node) {
            continue;
        }
        uint32_t ms = own_ms - road_part_ms(s->w, segment, &s->from);

        if (ms == s->q->start.ms[node]) {
            add_leg(s->q, (struct path_leg){ .segment = segment, .arc = ARC_NONE, .ms = ms });
            return;
        }
    }
    must(!"a way begins at its start");
}

static void come_to_end(const struct search *s, uint32_t node)
{
    const struct network *n = &s->w->road->network;
    uint32_t first = n->first_arc[2 * s->to.piece];
    uint32_t end = n->first_arc[2 * s->to.piece + 2];

    for (uint32_t i = first; i < end; i++) {
        uint32_t a = n->arc[i];
        uint32_t segment = n->arc_segment[a];

        if (n->graph.tail[a] != node || weights_own_ms(s->w, segment) == ETA_INF_MS) {
            continue;
        }
        uint32_t ms = n->arc_turn_ms[a] + road_part_ms(s->w, segment, &s->to);

        if (ms == s->q->end.ms[node]) {
            add_leg(s->q, (struct path_leg){ .segment = segment, .arc = a, .ms = ms });
            return;
        }
    }
    must(!"a way comes to its end");
}

/* From the top down to both ends, and from the start up again with every arc opened. */
static void unpack(const struct search *s)
{
    struct path_query *q = s->q;
    const struct hierarchy *h = s->times->h;
    uint32_t v = s->top;

    while (!is_seed(s->depart, s->depart_count, v, q->start.ms[v])) {
        uint32_t a = arc_from_below(s, &q->start, v, true);

        push(q, a, true);
        v = h->tail[a];
    }
    leave_start(s, v);
    drive(s);
    for (v = s->top; !is_seed(s->arrive, s->arrive_count, v, q->end.ms[v]);) {
        uint32_t a = arc_from_below(s, &q->end, v, false);

        push(q, a, false);
        drive(s);
        v = h->tail[a];
    }
    come_to_end(s, v);
}

static void find_legs(const struct search *s)
{
    s->q->leg_count = 0;
    if (s->top == NODE_NONE) {
        add_leg(s->q, (struct path_leg){ .segment = s->ahead, .arc = ARC_NONE, .ms = s->ms });
    } else {
        unpack(s);
    }
}

/* Fills in the places and the times beside the roads; false: there are no roads. */
static bool begin(struct search *s, struct path *out, const struct snap *on, struct point from,
                  struct point to)
{
    must(s->w->road == s->q->road);
    *out = (struct path){ .ms = ETA_INF_MS, .from = from, .to = to, .leg = s->q->leg };
    if (!geo_valid(from) || !geo_valid(to)) {
        return false;
    }
    if (on != NULL) {
        s->from = *on;
    }
    if ((on == NULL && !road_snap(s->w, from, &s->from)) || !road_snap(s->w, to, &s->to)) {
        out->by_line = true;
        out->ms = line_travel_ms(NULL, from, to);
        return false;
    }
    out->road_from = s->from;
    out->road_to = s->to;
    out->start_ms = line_travel_ms(NULL, from, s->from.at);
    out->end_ms = line_travel_ms(NULL, s->to.at, to);
    return true;
}

/* The time without the way. */
static bool find_time(struct search *s, struct path *out, const struct snap *on, struct point from,
                      struct point to)
{
    if (!begin(s, out, on, from, to) || !search(s)) {
        return false;
    }
    uint64_t ms = (uint64_t)out->start_ms + s->ms + out->end_ms;

    out->ms = ms < ETA_INF_MS ? (uint32_t)ms : ETA_INF_MS;
    out->through = s->through;
    return ms < ETA_INF_MS;
}

static bool find(struct path_query *q, const struct road_weights *w, const struct snap *on,
                 struct point from, struct point to, struct path *out)
{
    struct search s = { .q = q, .w = w };

    if (!find_time(&s, out, on, from, to)) {
        return out->ms < ETA_INF_MS;
    }
    find_legs(&s);
    out->leg_count = q->leg_count;
    return true;
}

bool path_find(struct path_query *q, const struct road_weights *w, struct point from,
               struct point to, struct path *out)
{
    return find(q, w, NULL, from, to, out);
}

bool path_find_on(struct path_query *q, const struct road_weights *w, const struct snap *on,
                  struct point to, struct path *out)
{
    return find(q, w, on, on->at, to, out);
}

/* Whether a leg of the free way would take longer now. The road that a place lies on may be driven
 * while it is closed. */
static bool held_up(const struct road_weights *live, const struct path *now, uint32_t segment)
{
    uint32_t piece = segment_piece(segment);
    bool own = !now->by_line && (piece == now->road_from.piece || piece == now->road_to.piece);
    uint32_t ms = own ? weights_own_ms(live, segment) : live->segment_ms[segment];

    return ms > live->usual_ms[segment];
}

uint32_t path_limit(struct path_query *q, const struct road_weights *live, struct point from,
                    struct point to, uint32_t *free_ms)
{
    struct search s = { .q = q, .w = live };
    struct path now;
    struct path then;

    (void)find_time(&s, &now, NULL, from, to);
    bool found = path_find(q, live->plain, from, to, &then);

    *free_ms = then.ms;
    if (!found || now.ms <= then.ms) {
        return 0;
    }
    for (uint32_t i = 0; i < then.leg_count; i++) {
        uint32_t segment = then.leg[i].segment;

        if (live->segment_limit[segment] != 0 && held_up(live, &now, segment)) {
            return live->segment_limit[segment];
        }
    }
    return 0;
}

/* Where limits are put down: each once, also those that find no room any more. */
struct limits_met {
    struct path_limit *out;
    uint32_t room, count;
};

static void meet(struct limits_met *m, uint32_t id, bool on_way)
{
    uint32_t kept = m->count < m->room ? m->count : m->room;

    for (uint32_t i = 0; i < kept; i++) {
        if (m->out[i].id == id) {
            return;
        }
    }
    if (m->count < m->room) {
        m->out[m->count] = (struct path_limit){ .id = id, .on_way = on_way };
    }
    m->count++;
}

static void meet_along(struct limits_met *m, const struct road_weights *live,
                       const struct path *now, const struct path *way, bool on_way)
{
    for (uint32_t i = 0; i < way->leg_count; i++) {
        uint32_t segment = way->leg[i].segment;
        uint32_t id = live->segment_limit[segment];

        if (id != 0 && (on_way || held_up(live, now, segment))) {
            meet(m, id, on_way);
        }
    }
}

uint32_t path_limits(struct path_query *q, const struct road_weights *live, struct point from,
                     struct point to, struct path_limit *out, uint32_t room, uint32_t *free_ms)
{
    struct limits_met m = { .out = out, .room = room };
    struct path now;
    struct path then;

    if (path_find(q, live, from, to, &now)) {
        meet_along(&m, live, &now, &now, true);
    }
    if (path_find(q, live->plain, from, to, &then)) {
        meet_along(&m, live, &now, &then, false);
    }
    *free_ms = then.ms;
    return m.count;
}
