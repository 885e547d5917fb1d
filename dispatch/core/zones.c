#include "dispatch/core/zones.h"

#include "base/geo.h"
#include "dispatch/core/zone_index.h"

#define FAN ZONE_INDEX_FAN
#define BOX_SLACK_MM 100u /* distances to boxes and to lines differ by less within any reach */

/* One point against the tree of one ring. */
struct ring_look {
    struct zone_tree tree;
    const struct point *at;
    uint32_t count;
    struct point p;
    bool border, inside;
    uint32_t best_mm; /* nearest edge so far */
};

static struct ring_look look_at_ring(const struct world *w, uint32_t ring, struct point p)
{
    const struct zone_ring *r = &w->rings[ring];
    const struct zone_box *boxes = &w->zone_index.edge_boxes[w->zone_index.ring_boxes[ring]];

    return (struct ring_look){ .tree = zone_index_tree(boxes, r->count),
                               .at = &w->points[r->first],
                               .count = r->count,
                               .p = p };
}

static struct point corner(const struct ring_look *l, uint32_t k)
{
    return l->at[k < l->count ? k : 0];
}

/* The edges under a box, against a ray to the east. Of edges that all lie east of the point only
 * where they begin and end matters. */
static void pass(struct ring_look *l, uint32_t level, uint32_t node)
{
    const struct zone_box *b = &l->tree.boxes[l->tree.first[level] + node];
    uint32_t span = FAN;

    if (l->border || l->p.lat_e7 < b->south_e7 || l->p.lat_e7 > b->north_e7 ||
        l->p.lon_e7 > b->east_e7) {
        return;
    }
    for (uint32_t k = 0; k < level; k++) {
        span *= FAN;
    }
    uint32_t from = node * span;
    uint32_t to = from + span < l->count ? from + span : l->count;

    if (l->p.lon_e7 < b->west_e7) {
        l->inside ^=
            (corner(l, from).lat_e7 <= l->p.lat_e7) != (corner(l, to).lat_e7 <= l->p.lat_e7);
    } else if (level == 0) {
        for (uint32_t k = from; k < to && !l->border; k++) {
            l->border = geo_edge_passed(corner(l, k), corner(l, k + 1), l->p, &l->inside);
        }
    } else {
        for (uint32_t k = node * FAN; k < (node + 1) * FAN && k < l->tree.count[level - 1]; k++) {
            pass(l, level - 1, k);
        }
    }
}

static bool in_box(const struct zone_box *b, struct point p)
{
    return p.lon_e7 >= b->west_e7 && p.lon_e7 <= b->east_e7 && p.lat_e7 >= b->south_e7 &&
           p.lat_e7 <= b->north_e7;
}

static struct zone_box box_of(const struct zone *z)
{
    return (struct zone_box){ z->west_e7, z->south_e7, z->east_e7, z->north_e7 };
}

bool zones_hold(const struct world *w, const struct zone *z, struct point p)
{
    struct zone_box box = box_of(z);
    int depth = 0;

    for (uint32_t k = 0; k < z->ring_count && in_box(&box, p); k++) {
        struct ring_look l = look_at_ring(w, z->first_ring + k, p);

        if (l.tree.levels > 0) {
            pass(&l, l.tree.levels - 1, 0);
        }
        if (w->rings[z->first_ring + k].hole) {
            depth -= !l.border && l.inside ? 1 : 0; /* its border is still the zone's */
        } else {
            depth += l.border || l.inside ? 1 : 0;
        }
    }
    return depth > 0;
}

/* The search for the zone that holds a point, and for the nearest one. */
struct search {
    const struct world *w;
    struct zone_tree tree;
    struct point p;
    uint8_t kind_least, kind_most;
    uint32_t limit_mm; /* farther ones do not count */
    uint32_t best_mm;
    const struct zone *best;
};

static bool counts(const struct search *s, const struct zone *z)
{
    return z->kind >= s->kind_least && z->kind <= s->kind_most;
}

/* Smaller kinds first, then lower ids. */
static bool before(const struct zone *a, const struct zone *b)
{
    return b == NULL || a->kind > b->kind || (a->kind == b->kind && a->id.n < b->id.n);
}

static void hold(struct search *s, uint32_t level, uint32_t node)
{
    const struct world *w = s->w;

    if (!in_box(&s->tree.boxes[s->tree.first[level] + node], s->p)) {
        return;
    }
    for (uint32_t k = node * FAN; k < (node + 1) * FAN; k++) {
        if (level > 0 && k < s->tree.count[level - 1]) {
            hold(s, level - 1, k);
        } else if (level == 0 && k < w->zone_index.zone_count) {
            const struct zone *z = &w->zones[(uint32_t)w->zone_index.order[k]];

            if (counts(s, z) && before(z, s->best) && zones_hold(w, z, s->p)) {
                s->best = z;
            }
        }
    }
}

static uint32_t box_mm(const struct zone_box *b, struct point p)
{
    struct point at = p;

    at.lon_e7 = at.lon_e7 < b->west_e7 ? b->west_e7 : at.lon_e7;
    at.lon_e7 = at.lon_e7 > b->east_e7 ? b->east_e7 : at.lon_e7;
    at.lat_e7 = at.lat_e7 < b->south_e7 ? b->south_e7 : at.lat_e7;
    at.lat_e7 = at.lat_e7 > b->north_e7 ? b->north_e7 : at.lat_e7;
    return geo_distance_mm(at, p);
}

static bool too_far(const struct zone_box *b, struct point p, uint32_t best_mm)
{
    return box_mm(b, p) > best_mm + BOX_SLACK_MM;
}

static void near_edges(struct ring_look *l, uint32_t level, uint32_t node)
{
    if (too_far(&l->tree.boxes[l->tree.first[level] + node], l->p, l->best_mm)) {
        return;
    }
    for (uint32_t k = node * FAN; k < (node + 1) * FAN; k++) {
        if (level > 0 && k < l->tree.count[level - 1]) {
            near_edges(l, level - 1, k);
        } else if (level == 0 && k < l->count) {
            uint32_t along;
            struct point at = geo_nearest_on_line(corner(l, k), corner(l, k + 1), l->p, &along);
            uint32_t mm = geo_distance_mm(at, l->p);

            l->best_mm = mm < l->best_mm ? mm : l->best_mm;
        }
    }
}

/* To the zone's outline, or `limit_mm` when that is nearer. */
static uint32_t zone_mm(const struct world *w, const struct zone *z, struct point p,
                        uint32_t limit_mm)
{
    uint32_t best_mm = limit_mm;

    for (uint32_t k = 0; k < z->ring_count; k++) {
        struct ring_look l = look_at_ring(w, z->first_ring + k, p);

        l.best_mm = best_mm;
        if (l.tree.levels > 0) {
            near_edges(&l, l.tree.levels - 1, 0);
        }
        best_mm = l.best_mm;
    }
    return best_mm;
}

typedef void seen_fn(struct search *s, const struct zone *z);

/* Every zone whose box lies within the limit, which may fall on the way. */
static void near_zones(struct search *s, uint32_t level, uint32_t node, seen_fn *seen)
{
    const struct world *w = s->w;

    if (too_far(&s->tree.boxes[s->tree.first[level] + node], s->p, s->limit_mm)) {
        return;
    }
    for (uint32_t k = node * FAN; k < (node + 1) * FAN; k++) {
        if (level > 0 && k < s->tree.count[level - 1]) {
            near_zones(s, level - 1, k, seen);
        } else if (level == 0 && k < w->zone_index.zone_count) {
            const struct zone *z = &w->zones[(uint32_t)w->zone_index.order[k]];
            struct zone_box box = box_of(z);

            if (counts(s, z) && !too_far(&box, s->p, s->limit_mm)) {
                seen(s, z);
            }
        }
    }
}

static void shorten(struct search *s, const struct zone *z)
{
    s->limit_mm = zone_mm(s->w, z, s->p, s->limit_mm);
}

/* Of those within the limit, which stands now. */
static void choose(struct search *s, const struct zone *z)
{
    uint32_t mm = zone_mm(s->w, z, s->p, s->limit_mm + 1);
    bool better = s->best == NULL || z->kind > s->best->kind ||
                  (z->kind == s->best->kind &&
                   (mm < s->best_mm || (mm == s->best_mm && z->id.n < s->best->id.n)));

    if (mm <= s->limit_mm && better) {
        s->best = z;
        s->best_mm = mm;
    }
}

uint32_t zones_reach_m(const struct world *w)
{
    return w->zone_reach_m != 0 ? w->zone_reach_m : ZONE_REACH_STANDARD_M;
}

static struct search search_of(const struct world *w, struct point p, bool city)
{
    return (struct search){ .w = w,
                            .tree =
                                zone_index_tree(w->zone_index.zone_boxes, w->zone_index.zone_count),
                            .p = p,
                            .kind_least = city ? ZONE_CITY : ZONE_CITY + 1,
                            .kind_most = city ? ZONE_CITY : UINT8_MAX };
}

static struct zone_found nearest(const struct world *w, struct point p, bool city)
{
    const uint32_t reach_mm = zones_reach_m(w) * 1000;
    struct search s = search_of(w, p, city);

    if (s.tree.levels == 0) {
        return (struct zone_found){ .off_m = 0 };
    }
    s.limit_mm = reach_mm + 1;
    near_zones(&s, s.tree.levels - 1, 0, shorten);
    if (s.limit_mm > reach_mm) {
        return (struct zone_found){ .off_m = 0 };
    }
    s.limit_mm = s.limit_mm + ZONE_EVEN_MM < reach_mm ? s.limit_mm + ZONE_EVEN_MM : reach_mm;
    near_zones(&s, s.tree.levels - 1, 0, choose);
    return (struct zone_found){ .zone = s.best->id,
                                .off_m = s.best_mm > 0 ? (s.best_mm + 999) / 1000 : 1 };
}

static zone_id held_by(const struct world *w, struct point p, bool city)
{
    struct search s = search_of(w, p, city);

    if (s.tree.levels > 0) {
        hold(&s, s.tree.levels - 1, 0);
    }
    return s.best != NULL ? s.best->id : (zone_id){ 0 };
}

struct zone_found zones_find(const struct world *w, struct point p)
{
    struct zone_found found = { .zone = held_by(w, p, false) };

    if (found.zone.n == 0) {
        found = nearest(w, p, false);
    }
    if (found.zone.n == 0) {
        found = (struct zone_found){ .zone = held_by(w, p, true) };
    }
    return found.zone.n != 0 ? found : nearest(w, p, true);
}
