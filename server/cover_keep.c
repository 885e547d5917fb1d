/* What coverage was told, brought onto the ground: units as rows, circles as ways to their middle,
 * incidents as weight. */
#include "server/cover_inside.h"

#include "base/log.h"

#include <stdlib.h>
#include <string.h>

#define SLOTS_LEAST 64
#define INCIDENTS_MAX 400000
#define WEIGH_EVERY_US (60 * US_PER_S)
#define INCIDENT_WEIGHT 2 /* of one: half at each end of its road */

const uint32_t cover_ring_ms[COVER_RINGS] = { 60000, 180000, 300000 };

/* ---- what was told ---- */

void *cover_more(void *at, uint32_t *room, uint32_t needed, size_t size)
{
    uint32_t want = *room == 0 ? 64 : *room;

    while (want < needed) {
        want *= 2;
    }
    void *bigger = want > *room ? realloc(at, want * size) : at;

    *room = bigger != NULL ? want : *room;
    return bigger;
}

void cover_tell_city(struct cover *c)
{
    for (uint32_t k = 0; k < c->circle_count; k++) {
        free(c->circles[k].near);
    }
    c->ring_point_count = c->ring_count = c->circle_count = 0;
    c->ring_open = 0;
    c->ring_lost = false;
    cover_keep_fini(c); /* the ground of before has no meaning under other circles */
    c->relay = true;
    c->whole = false;
}

static bool add_points(struct cover *c, const struct point *points, uint32_t count)
{
    struct point *p =
        cover_more(c->ring_points, &c->ring_point_room, c->ring_point_count + count, sizeof(*p));

    if (p == NULL) {
        return false;
    }
    c->ring_points = p;
    memcpy(&p[c->ring_point_count], points, count * sizeof(*p));
    c->ring_point_count += count;
    c->ring_open += count;
    return true;
}

/* Without memory the city has a border less, and is counted over more than it is. */
void cover_tell_ring(struct cover *c, const struct point *points, uint32_t count, bool ends)
{
    c->ring_lost = c->ring_lost || !add_points(c, points, count);
    if (!ends) {
        return;
    }
    struct ground_ring *r = cover_more(c->rings, &c->ring_room, c->ring_count + 1, sizeof(*r));

    c->rings = r != NULL ? r : c->rings;
    if (r != NULL && !c->ring_lost) {
        r[c->ring_count++].count = c->ring_open;
    } else {
        c->ring_point_count -= c->ring_open;
    }
    c->ring_open = 0;
    c->ring_lost = false;
}

void cover_tell_circle(struct cover *c, const struct cover_circle_told *t)
{
    if (c->circle_count < CIRCLES_MAX) {
        c->circles[c->circle_count++] = (struct cover_circle){ .told = *t };
    }
}

void cover_tell_unit(struct cover *c, const struct cover_unit_told *t)
{
    must(t->unit >= 1 && t->unit <= c->setup.units_max);
    struct cover_unit *u = &c->units[t->unit];

    if (!u->known) {
        *u = (struct cover_unit){ .known = true, .slot = SLOT_NONE };
    }
    bool counts = t->available && t->moving != COVER_UNDER_WAY;
    bool other = u->available != counts || u->police_type != t->police_type;
    bool moved = memcmp(&u->at, &t->at, sizeof(u->at)) != 0;

    c->hurry = c->hurry || other;
    c->moved = c->moved || moved;
    c->changed = c->changed || u->moving != t->moving ||
                 !str_eq(text_str(&u->callsign), text_str(&t->callsign));
    u->stale = u->stale || other || moved;
    u->available = counts;
    u->moving = t->moving;
    u->circle = t->circle;
    u->to = t->to;
    u->police_type = t->police_type;
    u->callsign = t->callsign;
    u->at = t->at;
    u->home = t->home;
    c->unit_top = t->unit > c->unit_top ? t->unit : c->unit_top;
}

void cover_tell_incident(struct cover *c, const struct cover_incident *i)
{
    struct cover_incident *in =
        c->incident_count < INCIDENTS_MAX
            ? cover_more(c->incidents, &c->incident_room, c->incident_count + 1, sizeof(*in))
            : NULL;
    if (in != NULL) {
        c->incidents = in;
        in[c->incident_count++] = *i;
        c->reweigh = true;
    }
}

/* ---- weights ---- */

static void weigh_by_extent(struct cover *c)
{
    c->weight_of = c->ground.road != NULL ? WEIGHT_ROADS : WEIGHT_AREA;
    c->weight_all = 0;
    for (uint32_t v = 0; v < c->ground.node_count; v++) {
        c->weight[v] = c->ground.cell[v] != GROUND_NO_CELL ? c->ground.extent[v] : 0;
        c->weight_all += c->weight[v];
    }
}

static void weigh_by_incidents(struct cover *c)
{
    c->incidents_in = 0;
    memset(c->weight, 0, c->ground.node_count * sizeof(*c->weight));
    for (uint32_t k = 0; k < c->incident_count; k++) {
        const struct cover_incident *i = &c->incidents[k];
        uint32_t nodes[2];
        uint32_t count = ground_counts_at(&c->ground, i->at, nodes);

        for (uint32_t n = 0; n < count; n++) {
            c->weight[nodes[n]] += i->count * INCIDENT_WEIGHT / count;
        }
        c->incidents_in += count > 0 ? i->count : 0;
    }
    c->weight_of = WEIGHT_INCIDENTS;
    c->weight_all = (uint64_t)c->incidents_in * INCIDENT_WEIGHT;
}

static void weigh(struct cover *c)
{
    weigh_by_incidents(c);
    if (c->incidents_in < WEIGH_LEAST) {
        weigh_by_extent(c);
    }
    for (uint32_t b = 0; b < BODIES; b++) {
        if (c->body[b].slots > 0) {
            coverage_weigh(&c->body[b].c, c->weight);
        }
    }
    c->reweigh = false;
    c->weighed_us = cover_mono_us();
    c->changed = true;
}

/* ---- circles ---- */

static void note_near(struct cover_circle *circle, uint32_t unit, uint32_t ms)
{
    struct cover_near *near =
        cover_more(circle->near, &circle->near_room, circle->near_count + 1, sizeof(*near));

    if (near != NULL) {
        circle->near = near;
        near[circle->near_count++] = (struct cover_near){ .unit = unit, .ms = ms };
    }
}

static void forget_near(struct cover *c, uint32_t unit)
{
    for (uint32_t k = 0; k < c->circle_count; k++) {
        struct cover_circle *circle = &c->circles[k];

        for (uint32_t n = 0; n < circle->near_count; n++) {
            if (circle->near[n].unit == unit) {
                circle->near[n] = circle->near[--circle->near_count];
                break;
            }
        }
    }
}

static void lower(uint32_t *best, uint32_t ms)
{
    *best = ms < *best ? ms : *best;
}

void cover_find_circles(const struct cover *c, const struct coverage_row *row,
                        const struct ground_place *at, uint32_t *best)
{
    for (uint32_t k = 0; k < c->circle_count; k++) {
        best[k] = c->circles[k].placed ? ground_ahead_ms(&c->ground, at, &c->circles[k].place)
                                       : ETA_INF_MS;
    }
    for (uint32_t i = 0; i < row->count; i++) {
        for (uint32_t t = c->target_of[row->spot[i].node]; t != 0; t = c->targets[t - 1].next) {
            lower(&best[c->targets[t - 1].circle], row->spot[i].ms + c->targets[t - 1].ms);
        }
    }
}

static void near_circles(struct cover *c, uint32_t unit, const struct coverage_row *row,
                         const struct ground_place *at)
{
    static uint32_t best[CIRCLES_MAX];

    cover_find_circles(c, row, at, best);
    for (uint32_t k = 0; k < c->circle_count; k++) {
        if (best[k] <= cover_ring_ms[COVER_RINGS - 1]) {
            note_near(&c->circles[k], unit, best[k]);
        }
    }
}

static void first_at_circles(struct cover *c)
{
    for (uint32_t k = 0; k < c->circle_count; k++) {
        struct cover_circle *circle = &c->circles[k];

        circle->first = 0;
        circle->first_ms = ETA_INF_MS;
        for (uint32_t n = 0; n < circle->near_count; n++) {
            const struct cover_near *near = &circle->near[n];

            if (cover_in_class(c->units[near->unit].police_type, circle->told.police_type) &&
                (near->ms < circle->first_ms ||
                 (near->ms == circle->first_ms && near->unit < circle->first))) {
                circle->first = near->unit;
                circle->first_ms = near->ms;
            }
        }
    }
}

static bool place_circles(struct cover *c)
{
    struct seed seeds[CLIMB_SEEDS_MAX];
    struct cover_target *targets =
        realloc(c->targets, (c->circle_count * (size_t)CLIMB_SEEDS_MAX + 1) * sizeof(*targets));

    if (targets == NULL) {
        return false;
    }
    c->targets = targets;
    c->target_count = 0;
    memset(c->target_of, 0, c->ground.node_count * sizeof(*c->target_of));
    for (uint32_t k = 0; k < c->circle_count; k++) {
        struct cover_circle *circle = &c->circles[k];

        circle->near_count = 0;
        circle->placed = ground_find(&c->ground, circle->told.at, &circle->place);
        uint32_t count = circle->placed ? ground_arrive(&c->ground, &circle->place, seeds) : 0;

        for (uint32_t s = 0; s < count; s++) {
            targets[c->target_count++] = (struct cover_target){
                .circle = k, .ms = seeds[s].ms, .next = c->target_of[seeds[s].node]
            };
            c->target_of[seeds[s].node] = c->target_count;
        }
    }
    return true;
}

/* ---- units ---- */

static void body_fini(struct cover_body *b)
{
    if (b->slots > 0) {
        coverage_fini(&b->c);
    }
    free(b->unit);
    *b = (struct cover_body){ 0 };
}

static bool body_init(struct cover *c, struct cover_body *b, uint32_t slots)
{
    struct fault f;
    const struct coverage_roads roads = { &c->ground.out, &c->ground.in };

    body_fini(b);
    slots = slots < COVERAGE_UNITS_MAX ? slots : COVERAGE_UNITS_MAX;
    b->unit = calloc(slots, sizeof(*b->unit));
    if (b->unit == NULL || coverage_init(&b->c, roads, slots, cover_ring_ms, c->weight, &f) != OK) {
        body_fini(b);
        return false;
    }
    b->slots = slots;
    return true;
}

static uint8_t body_of(uint8_t police_type)
{
    return police_type_is_police(police_type) ? BODY_POLICE : BODY_OTHERS;
}

/* Room for all available units of each table and one more for what-ifs; else all rows are made
 * anew in more room. */
static bool make_bodies(struct cover *c)
{
    uint32_t need[BODIES] = { 1, 1 };

    for (uint32_t u = 1; u <= c->unit_top; u++) {
        need[body_of(c->units[u].police_type)] += c->units[u].available;
    }
    for (uint32_t b = 0; b < BODIES; b++) {
        uint32_t slots = SLOTS_LEAST;

        if (need[b] <= c->body[b].slots || c->body[b].slots == COVERAGE_UNITS_MAX) {
            continue;
        }
        while (slots < need[b] && slots < COVERAGE_UNITS_MAX) {
            slots *= 2;
        }
        if (!body_init(c, &c->body[b], slots)) {
            return false;
        }
        for (uint32_t u = 1; u <= c->unit_top; u++) {
            struct cover_unit *unit = &c->units[u];

            if (unit->slot != SLOT_NONE && unit->body == b) {
                unit->slot = SLOT_NONE;
                unit->stale = true;
            }
        }
    }
    return true;
}

static void unseat(struct cover *c, struct cover_unit *u)
{
    if (u->slot != SLOT_NONE) {
        coverage_drop(&c->body[u->body].c, u->slot);
        c->body[u->body].unit[u->slot] = 0;
        u->slot = SLOT_NONE;
    }
}

/* A slot in the table of its type; the last one is kept free. */
static bool seat(struct cover *c, uint32_t n, struct cover_unit *u)
{
    u->body = body_of(u->police_type);
    struct cover_body *b = &c->body[u->body];

    for (uint32_t s = 0; s + 1 < b->slots; s++) {
        if (b->unit[s] == 0) {
            b->unit[s] = n;
            u->slot = s;
            return true;
        }
    }
    return false;
}

/* Before anybody new sits down: whoever leaves in the same moment has no slot besides. */
static void leave_slots(struct cover *c)
{
    for (struct cover_unit *u = c->units + 1; u <= c->units + c->unit_top; u++) {
        if (u->stale && (!u->available || u->body != body_of(u->police_type))) {
            unseat(c, u);
        }
    }
}

static void settle_unit(struct cover *c, uint32_t n)
{
    struct cover_unit *u = &c->units[n];
    struct seed seeds[CLIMB_SEEDS_MAX];
    struct ground_place place;
    struct fault f;

    u->stale = false;
    forget_near(c, n);
    uint32_t count = u->available && ground_find(&c->ground, u->at, &place)
                         ? ground_depart(&c->ground, &place, seeds)
                         : 0;
    bool moves = u->slot != SLOT_NONE;

    if (count == 0 || !moves) {
        unseat(c, u);
    }
    if (count > 0 && (moves || seat(c, n, u))) {
        struct coverage *cv = &c->body[u->body].c;

        if (coverage_put(cv, u->slot, seeds, count, &f) == OK) {
            near_circles(c, n, &cv->row[u->slot], &place);
        }
    }
}

/* ---- the ground ---- */

void cover_keep_fini(struct cover *c)
{
    cover_move_fini(c);
    for (uint32_t b = 0; b < BODIES; b++) {
        body_fini(&c->body[b]);
    }
    for (uint32_t u = 1; u <= c->unit_top; u++) {
        c->units[u].slot = SLOT_NONE;
        c->units[u].stale = true;
    }
    ground_fini(&c->ground);
    outline_fini(&c->outline);
    free(c->target_of);
    free(c->weight);
    free(c->count);
    free(c->counted);
    free(c->away);
    free(c->arrive);
    free(c->cell_nodes);
    free(c->cell_in);
    free(c->cell_count);
    free(c->cell_weight);
    c->target_of = c->weight = c->counted = c->cell_nodes = c->cell_count = NULL;
    c->count = c->away = NULL;
    c->arrive = c->cell_in = NULL;
    c->cell_weight = NULL;
    c->counted_count = 0;
    c->laid = false;
}

static bool make_scratch(struct cover *c)
{
    size_t nodes = (size_t)c->ground.node_count + 1;
    size_t cells = (size_t)c->ground.cells.width * c->ground.cells.height + 1;
    struct fault f;

    c->target_of = calloc(nodes, sizeof(*c->target_of));
    c->weight = calloc(nodes, sizeof(*c->weight));
    c->count = calloc(nodes, sizeof(*c->count));
    c->counted = malloc(nodes * sizeof(*c->counted));
    c->away = calloc(nodes, sizeof(*c->away));
    c->arrive = calloc(nodes, 1);
    c->cell_nodes = calloc(cells, sizeof(*c->cell_nodes));
    c->cell_in = calloc(cells, 1);
    c->cell_count = calloc(cells, sizeof(*c->cell_count));
    c->cell_weight = calloc(cells, sizeof(*c->cell_weight));
    if (outline_init(&c->outline, (uint32_t)cells, &f) != OK || c->target_of == NULL ||
        c->weight == NULL || c->count == NULL || c->counted == NULL || c->away == NULL ||
        c->arrive == NULL || c->cell_nodes == NULL || c->cell_in == NULL || c->cell_count == NULL ||
        c->cell_weight == NULL) {
        return false;
    }
    for (uint32_t v = 0; v < c->ground.node_count; v++) {
        if (c->ground.cell[v] != GROUND_NO_CELL) {
            c->cell_nodes[c->ground.cell[v]]++;
        }
    }
    return true;
}

static uint32_t gather_homes(const struct cover *c, struct point *out)
{
    uint32_t count = 0;

    for (uint32_t u = 1; u <= c->unit_top; u++) {
        if (c->units[u].known) {
            out[count++] = c->units[u].home;
        }
    }
    return count;
}

static bool lay(struct cover *c)
{
    struct fault f = { .err = OK };
    struct point *homes = malloc(((size_t)c->unit_top + 1) * sizeof(*homes));
    uint32_t at = 0;

    cover_keep_fini(c);
    for (uint32_t k = 0; k < c->ring_count; k++) {
        c->rings[k].points = &c->ring_points[at];
        at += c->rings[k].count;
    }
    enum err err = homes == NULL ? ERR_NO_MEMORY
                                 : ground_init(&c->ground, c->setup.road, c->times, c->rings,
                                               c->ring_count, homes, gather_homes(c, homes), &f);
    free(homes);
    if (err != OK || !make_scratch(c) || !place_circles(c)) {
        if (err != ERR_INVALID) {
            log_warn("coverage", "no memory for coverage", "nodes=%u", c->ground.node_count);
        }
        cover_keep_fini(c);
        return false;
    }
    c->relay = c->retime = false;
    c->laid = c->reweigh = true;
    c->weighed_us = 0;
    return true;
}

/* Other times: every row is another one. */
static bool retime(struct cover *c)
{
    struct fault f = { .err = OK };

    c->retime = false;
    for (uint32_t b = 0; b < BODIES; b++) {
        body_fini(&c->body[b]);
    }
    for (uint32_t u = 1; u <= c->unit_top; u++) {
        c->units[u].slot = SLOT_NONE;
        c->units[u].stale = true;
    }
    if (ground_times(&c->ground, c->times, &f) != OK || !place_circles(c)) {
        cover_keep_fini(c);
        c->relay = true;
        return false;
    }
    return true;
}

bool cover_settle(struct cover *c)
{
    bool any = false;

    c->settled_us = cover_mono_us();
    if (!c->whole || (c->relay && !lay(c))) {
        return false;
    }
    if (!c->laid || (c->retime && c->ground.road != NULL && !retime(c))) {
        return false;
    }
    c->retime = false;
    if (c->reweigh && (c->weighed_us == 0 || cover_mono_us() - c->weighed_us > WEIGH_EVERY_US)) {
        weigh(c);
    }
    if (!make_bodies(c)) {
        cover_keep_fini(c);
        c->relay = true;
        return false;
    }
    leave_slots(c);
    for (uint32_t u = 1; u <= c->unit_top; u++) {
        if (c->units[u].stale) {
            settle_unit(c, u);
            any = true;
        }
    }
    c->moved = c->hurry = false;
    if (any) {
        first_at_circles(c);
        cover_publish_losses(c);
        c->changed = true;
    }
    return true;
}
