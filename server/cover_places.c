/* Where somebody might be moved up to, who is there already, and the two searches of each place:
 * what one would reach from there, and how long each unit takes to there. */
#include "server/cover_move.h"

#include "base/geo.h"
#include "dispatch/core/move.h"

#include <stdlib.h>
#include <string.h>

void cover_move_fini(struct cover *c)
{
    struct cover_mover *m = c->mover;

    if (m == NULL) {
        return;
    }
    reach_fini(&m->there);
    reach_fini(&m->back);
    if (m->has_path) {
        path_query_fini(&m->path);
    }
    free(m->ms);
    free(m->node);
    free(m->spots);
    free(m->travel);
    free(m->circle_ms);
    free(m->at);
    free(m->loss);
    free(m->relief);
    free(m->sole);
    free(m->saved);
    free(m->taken);
    free(m->circle);
    free(m);
    c->mover = NULL;
}

static enum err no_memory(struct fault *f)
{
    return fault_set(f, ERR_NO_MEMORY, "no memory to look for moves", NULL, NULL);
}

static enum err make(struct cover *c, struct fault *f)
{
    size_t nodes = (size_t)c->ground.node_count + 1;
    size_t units = (size_t)c->unit_top + 1;
    struct cover_mover *m = c->mover = calloc(1, sizeof(*m));

    if (m == NULL) {
        return no_memory(f);
    }
    m->unit_room = c->unit_top + 1;
    bool ok = reach_init(&m->there, c->ground.node_count, cover_ring_ms[COVER_RINGS - 1]);

    ok = reach_init(&m->back, c->ground.node_count, move_most_ms(c)) && ok;
    m->ms = malloc(nodes * sizeof(*m->ms));
    m->node = malloc(nodes * sizeof(*m->node));
    m->travel = malloc(MOVE_TARGETS_MAX * units * sizeof(*m->travel));
    m->circle_ms = malloc(((size_t)MOVE_TARGETS_MAX + 1) * CIRCLES_MAX * sizeof(*m->circle_ms));
    m->at = malloc(units * sizeof(*m->at));
    m->loss = malloc(units * sizeof(*m->loss));
    m->relief = malloc(units * sizeof(*m->relief));
    m->sole = malloc(units * sizeof(*m->sole));
    m->saved = malloc(units * sizeof(*m->saved));
    m->taken = malloc(units * sizeof(*m->taken));
    m->circle = malloc(CIRCLES_MAX * sizeof(*m->circle));
    if (c->ground.road != NULL && ok) {
        m->has_path = path_query_init(&m->path, c->ground.road, f) == OK;
        ok = m->has_path;
    }
    if (!ok || m->ms == NULL || m->node == NULL || m->travel == NULL || m->circle_ms == NULL ||
        m->at == NULL || m->loss == NULL || m->relief == NULL || m->sole == NULL ||
        m->saved == NULL || m->taken == NULL || m->circle == NULL) {
        cover_move_fini(c);
        return no_memory(f);
    }
    for (uint32_t v = 0; v < c->ground.node_count; v++) {
        m->ms[v] = ETA_INF_MS;
    }
    return OK;
}

/* ---- places ---- */

/* Whether some unit of the class could keep it. */
static bool is_for(const struct cover_circle *k, uint8_t class)
{
    uint8_t type = k->told.police_type;

    return type == class || (class == COVER_POLICE && police_type_is_police(type)) ||
           (type == COVER_POLICE && police_type_is_police(class));
}

static int64_t late_ms(const struct cover_circle *k)
{
    return k->first == 0 ? INT64_MAX : (int64_t)k->first_ms - k->told.minutes * 60000;
}

/* Somebody of the class is ordered to there: 150 m off or less, or for this circle. */
static bool is_taken(const struct cover *c, uint8_t class, struct point at,
                     const struct text32 *circle)
{
    for (uint32_t n = 1; n <= c->unit_top; n++) {
        const struct cover_unit *u = &c->units[n];

        if (u->moving != COVER_STAYS && cover_in_class(u->police_type, class) &&
            (geo_distance_mm(u->to, at) <= MOVE_THERE_MM ||
             (circle != NULL && u->circle.len > 0 &&
              str_eq(text_str(&u->circle), text_str(circle))))) {
            return true;
        }
    }
    return false;
}

/* The latest, as the desk lists them; of equally late ones the first of the city's list. */
static void add_circles(struct cover *c, uint8_t class)
{
    struct cover_mover *m = c->mover;

    for (uint32_t k = 0; k < c->circle_count; k++) {
        const struct cover_circle *circle = &c->circles[k];
        uint32_t at = m->target_count;

        if (cover_is_kept(circle) || !circle->placed || !is_for(circle, class) ||
            is_taken(c, class, circle->told.at, &circle->told.code)) {
            continue;
        }
        while (at > 0 && late_ms(circle) > late_ms(&c->circles[m->target[at - 1].place.circle])) {
            at--;
        }
        if (at == MOVE_CIRCLES_TRIED) {
            continue;
        }
        m->target_count += m->target_count < MOVE_CIRCLES_TRIED;
        memmove(&m->target[at + 1], &m->target[at],
                (m->target_count - at - 1) * sizeof(*m->target));
        m->target[at] = (struct move_target){
            .place = { .circle = k, .is_circle = true, .at = circle->told.at }, .at = circle->place
        };
    }
}

static void add_gaps(struct cover *c, const struct cover_ask *ask)
{
    struct cover_mover *m = c->mover;
    struct cover_gap gaps[COVER_MOVE_GAPS];
    const struct coverage_units *n = cover_counts(c, ask->class);

    cover_draw(c, n, ask->ring, true);
    uint32_t count = cover_gaps(c, n, ask->ring, gaps, COVER_MOVE_GAPS);

    for (uint32_t g = 0; g < count; g++) {
        struct move_target t = { .place = { .at = gaps[g].at, .gap_weight = gaps[g].weight } };

        if (!is_taken(c, ask->class, gaps[g].at, NULL) &&
            ground_find(&c->ground, gaps[g].at, &t.at)) {
            m->target[m->target_count++] = t;
        }
    }
}

static void count_all(struct cover *c, const struct cover_ask *ask)
{
    struct cover_mover *m = c->mover;

    memset(m->node, 0, c->ground.node_count * sizeof(*m->node));
    memset(m->circle, 0, c->circle_count * sizeof(*m->circle));
    for (uint32_t u = 1; u <= c->unit_top; u++) {
        m->taken[u] = !move_is_of(c, u, ask->class);
        for (uint32_t i = 0; !m->taken[u] && i < move_row_of(c, u)->count; i++) {
            struct coverage_spot spot = move_row_of(c, u)->spot[i];

            if (spot.ms <= cover_ring_ms[ask->ring]) {
                move_put_at(&m->node[spot.node], u);
            }
        }
    }
    for (uint32_t k = 0; k < c->circle_count; k++) {
        for (uint32_t n = 0; n < c->circles[k].near_count; n++) {
            const struct cover_near *near = &c->circles[k].near[n];

            if (near->ms <= move_promised_ms(c, k) && move_fits(c, near->unit, k)) {
                move_put_at(&m->circle[k], near->unit);
            }
        }
    }
}

/* ---- the two searches of a place ---- */

static void forget(struct reach *r, uint32_t *ms)
{
    for (uint32_t i = 0; i < r->met_count; i++) {
        ms[r->met[i]] = ETA_INF_MS;
    }
    r->met_count = 0;
}

static bool make_room(struct cover_mover *m, uint32_t more)
{
    uint32_t want = m->spot_count + more;

    if (want > m->spot_room) {
        struct coverage_spot *bigger = realloc(m->spots, (want + want / 4) * sizeof(*bigger));

        if (bigger == NULL) {
            return false;
        }
        m->spots = bigger;
        m->spot_room = want + want / 4;
    }
    return true;
}

/* Where one would reach from there. */
bool cover_place_look(struct cover *c, const struct cover_ask *ask, uint32_t target)
{
    struct cover_mover *m = c->mover;
    struct move_target *t = &m->target[target];
    struct seed seeds[CLIMB_SEEDS_MAX];
    uint32_t count = ground_depart(&c->ground, &t->at, seeds);

    for (uint32_t s = 0; s < count; s++) {
        reach_lower(&m->there, m->ms, seeds[s].node, seeds[s].ms);
    }
    reach_spread(&m->there, m->ms, &c->ground.out);
    bool ok = make_room(m, m->there.met_count);
    struct coverage_row row = { .spot = ok ? &m->spots[m->spot_count] : NULL };

    for (uint32_t i = 0; ok && i < m->there.met_count; i++) {
        uint32_t v = m->there.met[i];

        row.spot[row.count++] = (struct coverage_spot){ .node = v, .ms = m->ms[v] };
    }
    forget(&m->there, m->ms);
    if (ok) {
        cover_find_circles(c, &row, &t->at, &m->circle_ms[target * CIRCLES_MAX]);
        t->first = m->spot_count;
        for (uint32_t i = 0; i < row.count; i++) { /* circles wanted all of it, cover the ring */
            if (row.spot[i].ms <= cover_ring_ms[ask->ring]) {
                row.spot[t->count++] = row.spot[i];
            }
        }
        m->spot_count += t->count;
    }
    return ok;
}

/* How long each unit takes to there. */
static void look_back(struct cover *c, uint32_t target)
{
    struct cover_mover *m = c->mover;
    const struct move_target *t = &m->target[target];
    struct seed seeds[CLIMB_SEEDS_MAX];
    uint32_t count = ground_arrive(&c->ground, &t->at, seeds);

    for (uint32_t s = 0; s < count; s++) {
        reach_lower(&m->back, m->ms, seeds[s].node, seeds[s].ms);
    }
    reach_spread(&m->back, m->ms, &c->ground.in);
    for (uint32_t u = 1; u <= c->unit_top; u++) {
        if (m->taken[u]) {
            continue;
        }
        const struct coverage_row *row = move_row_of(c, u);
        uint32_t best = ground_ahead_ms(&c->ground, &m->at[u], &t->at);

        for (uint32_t s = 0; s < row->seed_count; s++) {
            uint32_t ms = m->ms[row->seeds[s].node];

            ms = ms < ETA_INF_MS ? ms + row->seeds[s].ms : ETA_INF_MS;
            best = ms < best ? ms : best;
        }
        *move_travel_of(c, target, u) = best;
    }
    forget(&m->back, m->ms);
}

enum err cover_places_find(struct cover *c, const struct cover_ask *ask, struct cover_moves *out,
                           struct fault *f)
{
    if (c->mover != NULL && c->mover->unit_room <= c->unit_top) {
        cover_move_fini(c); /* there are more units than there were */
    }
    enum err err = c->mover == NULL ? make(c, f) : OK;

    if (err != OK) {
        return err;
    }
    struct cover_mover *m = c->mover;

    m->target_count = m->spot_count = 0;
    add_circles(c, ask->class);
    add_gaps(c, ask);
    count_all(c, ask);
    for (uint32_t u = 1; u <= c->unit_top; u++) {
        m->taken[u] = m->taken[u] || c->units[u].moving != COVER_STAYS ||
                      !ground_find(&c->ground, c->units[u].at, &m->at[u]);
        out->units += !m->taken[u];
    }
    for (uint32_t t = 0; t < m->target_count; t++) {
        if (!cover_place_look(c, ask, t)) {
            return no_memory(f);
        }
        look_back(c, t);
    }
    out->places = m->target_count;
    return OK;
}
