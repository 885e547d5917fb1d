/* Who might be moved up (调度补位): proposals, reckoned when somebody asks, done by nobody here.
 *
 * A place is an open circle or the heaviest spot of a gap. What a move brings in the time ahead,
 * HORIZON_S, is counted as cover times seconds: what the unit leaves is missing from the first
 * second, what it keeps at the place is there once it has arrived. A circle counts twice
 * the least share worth a move, so that one alone is worth a way of half the time ahead. The best
 * move is proposed, then the best after that one, and so on.
 *
 * Exact over all units of the class, for one word of a node says who alone is there: the sum (by
 * exclusive or) of the numbers of those who are. Work is bounded by the places, MOVE_TARGETS_MAX:
 * for each two bounded searches, once; for each proposal a walk through their rows. */
#include "server/cover_move.h"

#include "base/geo.h"
#include "routing/path_steps.h"

#include <string.h>

#define HORIZON_S 1800
#define SHARE_PARTS 10000 /* of coverage_move_least */

/* ---- what is there, and what each place would add ---- */

/* What nobody but the unit covers and keeps. */
static void find_losses(struct cover *c)
{
    struct cover_mover *m = c->mover;

    memset(m->loss, 0, ((size_t)c->unit_top + 1) * sizeof(*m->loss));
    memset(m->sole, 0, ((size_t)c->unit_top + 1) * sizeof(*m->sole));
    for (uint32_t v = 0; v < c->ground.node_count; v++) {
        if (m->node[v].count == 1) {
            m->loss[m->node[v].who] += c->weight[v];
        }
    }
    for (uint32_t k = 0; k < c->circle_count; k++) {
        if (m->circle[k].count == 1) {
            m->sole[m->circle[k].who]++;
        }
    }
}

/* What a place would add to what is there now, and how much less the going of each unit would cost
 * when that unit goes to this place. */
static void find_gain(struct cover *c, uint32_t target)
{
    struct cover_mover *m = c->mover;
    struct move_target *t = &m->target[target];

    t->gained = 0;
    memset(t->open, 0, sizeof(t->open));
    memset(m->relief, 0, ((size_t)c->unit_top + 1) * sizeof(*m->relief));
    memset(m->saved, 0, ((size_t)c->unit_top + 1) * sizeof(*m->saved));
    for (uint32_t i = t->first; i < t->first + t->count; i++) {
        uint32_t v = m->spots[i].node;

        if (m->node[v].count == 0) {
            t->gained += c->weight[v];
        } else if (m->node[v].count == 1) {
            m->relief[m->node[v].who] += c->weight[v];
        }
    }
    for (uint32_t k = 0; k < c->circle_count; k++) {
        if (m->circle_ms[target * CIRCLES_MAX + k] > move_promised_ms(c, k)) {
            continue;
        }
        if (m->circle[k].count == 0) {
            t->open[c->circles[k].told.police_type]++;
        } else if (m->circle[k].count == 1) {
            m->saved[m->circle[k].who]++;
        }
    }
}

/* ---- which move ---- */

struct pair {
    uint32_t unit, target; /* unit 0: none */
    uint32_t ms;
    int64_t brought; /* cover while it stands there, without the time on the way */
    int64_t lost;    /* cover without it, all the time */
    int64_t value;   /* times seconds */
};

static int64_t least_worth(const struct cover *c)
{
    uint64_t parts = (uint64_t)c->setup.conf->coverage_move_least;
    int64_t least = (int64_t)(c->weight_all * parts / SHARE_PARTS);

    return least > 0 ? least : 1;
}

static int64_t circle_worth(const struct cover *c)
{
    return 2 * least_worth(c);
}

static uint32_t opened_by(const struct move_target *t, uint8_t type)
{
    return t->open[type] + (police_type_is_police(type) ? t->open[COVER_POLICE] : 0);
}

static struct pair weigh_pair(const struct cover *c, uint32_t target, uint32_t unit)
{
    const struct cover_mover *m = c->mover;
    const struct move_target *t = &m->target[target];
    uint32_t kept = opened_by(t, c->units[unit].police_type) + m->saved[unit];
    struct pair p = { .unit = unit, .target = target, .ms = *move_travel_of(c, target, unit) };
    int64_t left_s = HORIZON_S - (int64_t)((p.ms + 999) / 1000);

    p.brought = (int64_t)(t->gained + m->relief[unit]) + circle_worth(c) * kept;
    p.lost = (int64_t)m->loss[unit] + circle_worth(c) * m->sole[unit];
    p.value = p.brought * left_s - p.lost * HORIZON_S;
    return p;
}

/* Equal moves: the shorter way, then the unit of the lower number, then the place that was found
 * first. */
static bool is_better(const struct pair *a, const struct pair *b)
{
    if (b->unit == 0 || a->value != b->value) {
        return b->unit == 0 || a->value > b->value;
    }
    if (a->ms != b->ms) {
        return a->ms < b->ms;
    }
    return a->unit != b->unit ? a->unit < b->unit : a->target < b->target;
}

/* The best of a place, and the best of the others for it. */
static struct pair best_of(struct cover *c, uint32_t target, struct pair *next, bool *reached)
{
    struct pair best = { .unit = 0 };

    *next = best;
    find_gain(c, target);
    for (uint32_t u = 1; u <= c->unit_top; u++) {
        if (c->mover->taken[u] || *move_travel_of(c, target, u) > move_most_ms(c)) {
            continue;
        }
        struct pair p = weigh_pair(c, target, u);

        *reached = true;
        if (is_better(&p, &best)) {
            *next = best;
            best = p;
        } else if (is_better(&p, next)) {
            *next = p;
        }
    }
    return best;
}

/* Of what the next one is worse by, the greater part: its way, or what it leaves and brings. */
static enum cover_why why_not(const struct pair *best, const struct pair *next)
{
    int64_t stand = (best->brought - best->lost) - (next->brought - next->lost);
    int64_t way =
        next->brought * ((next->ms + 999) / 1000) - best->brought * ((best->ms + 999) / 1000);

    if (best->value == next->value) {
        return best->ms < next->ms ? COVER_WHY_LATER : COVER_WHY_SAME;
    }
    return stand * HORIZON_S >= way ? COVER_WHY_LEAVES_MORE : COVER_WHY_LATER;
}

static uint32_t way_mm(struct cover *c, struct point from, struct point to)
{
    struct path path;

    if (c->ground.road == NULL) {
        return geo_distance_mm(from, to);
    }
    return path_find(&c->mover->path, c->ground.weights, from, to, &path)
               ? (uint32_t)path_length_mm(c->ground.road, &path)
               : 0;
}

/* The circles by which a move counts, and those it gives up. */
/* Names as many as there is room for, and counts all. */
static void name_circle(uint32_t names[COVER_MOVE_CIRCLES], uint32_t *count, uint32_t circle)
{
    if (*count < COVER_MOVE_CIRCLES) {
        names[*count] = circle;
    }
    (*count)++;
}

static void name_circles(const struct cover *c, const struct pair *p, struct cover_move *out)
{
    const struct cover_mover *m = c->mover;

    for (uint32_t k = 0; k < c->circle_count; k++) {
        bool then = m->circle_ms[p->target * CIRCLES_MAX + k] <= move_promised_ms(c, k) &&
                    move_fits(c, p->unit, k);
        const struct crew_at *now = &m->circle[k];

        if (then && now->count == 0) {
            name_circle(out->kept, &out->kept_count, k);
        } else if (!then && now->count == 1 && now->who == p->unit) {
            name_circle(out->opened, &out->opened_count, k);
        }
    }
}

static void tell(struct cover *c, const struct pair *p, const struct pair *next,
                 struct cover_move *out)
{
    const struct cover_mover *m = c->mover;
    const struct move_target *t = &m->target[p->target];

    *out = (struct cover_move){ .unit = p->unit,
                                .to = t->place,
                                .ms = p->ms,
                                .length_mm = way_mm(c, c->units[p->unit].at, t->place.at),
                                .gained = t->gained,
                                .lost = m->loss[p->unit] - m->relief[p->unit],
                                .lost_on_way = m->loss[p->unit],
                                .net = p->value / HORIZON_S,
                                .next = next->unit,
                                .next_ms = next->ms,
                                .next_net = next->value / HORIZON_S,
                                .why = next->unit != 0 ? why_not(p, next) : COVER_WHY_SAME };
    name_circles(c, p, out);
}

/* From here on it is as if that one had been made. Who is under way already is nowhere now. */
static void suppose(struct cover *c, const struct cover_ask *ask, const struct pair *p)
{
    static const struct coverage_row nowhere;
    struct cover_mover *m = c->mover;
    bool counts = c->units[p->unit].slot != SLOT_NONE;
    const struct coverage_row *row = counts ? move_row_of(c, p->unit) : &nowhere;
    const struct move_target *t = &m->target[p->target];

    m->taken[p->unit] = true;
    for (uint32_t i = 0; i < row->count; i++) {
        if (row->spot[i].ms <= cover_ring_ms[ask->ring]) {
            move_take_from(&m->node[row->spot[i].node], p->unit);
        }
    }
    for (uint32_t i = t->first; i < t->first + t->count; i++) {
        move_put_at(&m->node[m->spots[i].node], p->unit);
    }
    for (uint32_t k = 0; k < c->circle_count; k++) {
        for (uint32_t n = 0; n < c->circles[k].near_count; n++) {
            const struct cover_near *near = &c->circles[k].near[n];

            if (near->unit == p->unit && near->ms <= move_promised_ms(c, k) &&
                move_fits(c, p->unit, k)) {
                move_take_from(&m->circle[k], p->unit);
            }
        }
        if (m->circle_ms[p->target * CIRCLES_MAX + k] <= move_promised_ms(c, k) &&
            move_fits(c, p->unit, k)) {
            move_put_at(&m->circle[k], p->unit);
        }
    }
}

static bool propose(struct cover *c, const struct cover_ask *ask, struct cover_moves *out,
                    bool *reached)
{
    struct pair best = { .unit = 0 };
    struct pair best_next = { .unit = 0 };

    find_losses(c);
    for (uint32_t t = 0; t < c->mover->target_count; t++) {
        struct pair next;
        struct pair p = best_of(c, t, &next, reached);

        if (p.unit != 0 && is_better(&p, &best)) {
            best = p;
            best_next = next;
        }
    }
    if (best.unit == 0 || best.value < least_worth(c) * HORIZON_S) {
        return false;
    }
    find_gain(c, best.target); /* relief of the place that was chosen, not of the last one */
    tell(c, &best, &best_next, &out->move[out->count++]);
    suppose(c, ask, &best);
    return true;
}

/* Orders that stand, as if their units were there: nobody else is proposed for what they will do,
 * nor for less than is left then. Each is a search of its own, so that only the first are looked
 * at. */
static enum err suppose_ordered(struct cover *c, const struct cover_ask *ask, struct fault *f)
{
    struct cover_mover *m = c->mover;
    uint32_t supposed = 0;

    for (uint32_t n = 1; n <= c->unit_top && supposed < MOVE_ORDERED_MAX; n++) {
        struct move_target *t = &m->target[MOVE_TARGETS_MAX];

        *t = (struct move_target){ .place = { .at = c->units[n].to } };
        if (c->units[n].moving == COVER_STAYS ||
            !cover_in_class(c->units[n].police_type, ask->class) ||
            !ground_find(&c->ground, c->units[n].to, &t->at)) {
            continue;
        }
        uint32_t before = m->spot_count;

        supposed++;
        if (!cover_place_look(c, ask, MOVE_TARGETS_MAX)) {
            return fault_set(f, ERR_NO_MEMORY, "no memory to look for moves", NULL, NULL);
        }
        suppose(c, ask, &(struct pair){ .unit = n, .target = MOVE_TARGETS_MAX });
        m->spot_count = before;
    }
    return OK;
}

enum err cover_find_moves(struct cover *c, const struct cover_ask *ask, struct cover_moves *out,
                          struct fault *f)
{
    bool reached = false;

    *out = (struct cover_moves){ .horizon_s = HORIZON_S };
    enum err err = cover_places_find(c, ask, out, f);

    err = err == OK ? suppose_ordered(c, ask, f) : err;
    if (err != OK) {
        return err;
    }
    while (out->count < COVER_MOVES_MAX && propose(c, ask, out, &reached)) {
    }
    out->none = out->places == 0  ? COVER_NONE_NO_PLACE
                : out->units == 0 ? COVER_NONE_NO_UNIT
                : !reached        ? COVER_NONE_OUT_OF_REACH
                                  : COVER_NONE_TOO_LITTLE;
    return OK;
}
