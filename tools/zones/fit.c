/* Zones among each other, coarse before fine: in their parents, over each other, and what is left
 * between them. */
#include "tools/zones/zones.h"

#include "dispatch/model/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOTED_M2 1.0    /* less is how coordinates were rounded */
#define GAP_WIDTH_M 5.0 /* thinner gaps are how borders were drawn */
#define M_PER_E7 0.011119508023

/* The zones of one kind, and who is near. */
struct level {
    struct zones *z;
    struct zone_item **items;
    uint32_t count;
    GEOSSTRtree *tree;
    /* Filled by a query. */
    struct zone_item **near;
    uint32_t near_count;
};

static bool shaped(const struct zones *z, const struct zone_item *it)
{
    return !it->gone && it->shape != NULL && GEOSisEmpty_r(z->geos, it->shape) == 0;
}

static int by_rank(const void *a, const void *b)
{
    const struct zone_item *x = *(struct zone_item *const *)a;
    const struct zone_item *y = *(struct zone_item *const *)b;

    return (x->rank > y->rank) - (x->rank < y->rank);
}

static void level_init(struct level *l, struct zones *z, uint8_t kind)
{
    *l = (struct level){ .z = z };
    l->items = arena_alloc(&z->arena, ((size_t)z->count + 1) * sizeof(struct zone_item *));
    l->near = arena_alloc(&z->arena, ((size_t)z->count + 1) * sizeof(struct zone_item *));
    l->tree = GEOSSTRtree_create_r(z->geos, 10);
    must(l->items != NULL && l->near != NULL && l->tree != NULL);
    for (uint32_t k = 0; k < z->count; k++) {
        if (z->items[k].kind == kind && shaped(z, &z->items[k])) {
            l->items[l->count++] = &z->items[k];
        }
    }
    qsort(l->items, l->count, sizeof(struct zone_item *), by_rank);
    for (uint32_t k = 0; k < l->count; k++) {
        GEOSSTRtree_insert_r(z->geos, l->tree, l->items[k]->shape, l->items[k]);
    }
}

static void level_fini(struct level *l)
{
    GEOSSTRtree_destroy_r(l->z->geos, l->tree);
}

static void met(void *item, void *arg)
{
    struct level *l = arg;

    l->near[l->near_count++] = item;
}

/* Those whose boxes meet, in order of rank. Shapes only shrink or grow by slivers after the tree
 * was made: its boxes hold. */
static void level_near(struct level *l, const GEOSGeometry *g)
{
    l->near_count = 0;
    GEOSSTRtree_query_r(l->z->geos, l->tree, g, met, l);
    qsort(l->near, l->near_count, sizeof(struct zone_item *), by_rank);
}

static struct zone_item *named(struct zones *z, struct str code)
{
    for (uint32_t k = 0; k < z->count; k++) {
        if (!z->items[k].gone && str_eq(z->items[k].code, code)) {
            return &z->items[k];
        }
    }
    return NULL;
}

static enum err replace(struct zones *z, struct zone_item *it, GEOSGeometry *shape)
{
    if (shape == NULL) {
        return zones_fail(z, it, z->said);
    }
    GEOSGeom_destroy_r(z->geos, it->shape);
    it->shape = shape;
    return OK;
}

/* ---- parents ---- */

/* The finest coarser zone that most of it lies in. */
static struct zone_item *find_parent(struct zones *z, const struct zone_item *it)
{
    for (int kind = (int)it->kind - 1; kind >= ZONE_CITY; kind--) {
        for (uint32_t k = 0; k < z->count; k++) {
            struct zone_item *up = &z->items[k];

            if (up->kind != kind || !shaped(z, up) ||
                GEOSIntersects_r(z->geos, up->shape, it->shape) != 1) {
                continue;
            }
            GEOSGeometry *both = zones_common(z, up->shape, it->shape);
            double shared = zones_area_m2(z, both);

            GEOSGeom_destroy_r(z->geos, both);
            if (shared * 2 > zones_area_m2(z, it->shape)) {
                return up;
            }
        }
    }
    return NULL;
}

static enum err settle_parent(struct zones *z, struct zone_item *it, struct zone_item **out)
{
    char say[128];

    *out = NULL;
    if (it->kind == ZONE_CITY) {
        return it->parent.len == 0 ? OK : zones_fail(z, it, "is a city and names a parent");
    }
    if (it->parent.len == 0) {
        *out = find_parent(z, it);
        if (*out != NULL) {
            it->parent = (*out)->code;
            (void)zones_note(z, it, ZONE_NOTE_PARENT_FOUND, 0, it->parent);
        }
        return OK;
    }
    *out = named(z, it->parent);
    if (*out == NULL || (*out)->kind >= it->kind) {
        (void)snprintf(say, sizeof(say), "names the parent \"%.31s\", %s", it->parent.at,
                       *out == NULL ? "which neither the files nor the city have"
                                    : "which is of no coarser level");
        return zones_fail(z, it, say);
    }
    return OK;
}

/* What lies beyond the parent goes. */
static enum err cut_to_parent(struct zones *z, struct zone_item *it, const struct zone_item *up)
{
    if (!shaped(z, up)) {
        return OK;
    }
    GEOSGeometry *beyond = zones_less(z, it->shape, up->shape);
    double beyond_m2 = zones_area_m2(z, beyond);
    bool some = beyond != NULL && GEOSisEmpty_r(z->geos, beyond) == 0;
    char say[128];

    GEOSGeom_destroy_r(z->geos, beyond);
    if (beyond == NULL) {
        return zones_fail(z, it, z->said);
    }
    if (beyond_m2 * 2 > zones_area_m2(z, it->shape)) {
        (void)snprintf(say, sizeof(say), "most of it lies outside of its parent \"%.31s\"",
                       up->code.at);
        return zones_fail(z, it, say);
    }
    if (!some) {
        return OK;
    }
    if (beyond_m2 >= NOTED_M2) {
        (void)zones_note(z, it, ZONE_NOTE_OUTSIDE, beyond_m2, up->code);
    }
    return replace(z, it, zones_common(z, it->shape, up->shape));
}

/* ---- overlaps ---- */

/* Those of a lower rank keep what both cover. */
static enum err give_way(struct level *l, struct zone_item *it)
{
    struct zones *z = l->z;

    level_near(l, it->shape);
    for (uint32_t k = 0; k < l->near_count && l->near[k]->rank < it->rank; k++) {
        const struct zone_item *other = l->near[k];

        if (!shaped(z, other) || GEOSIntersects_r(z->geos, it->shape, other->shape) != 1) {
            continue;
        }
        GEOSGeometry *both = zones_common(z, it->shape, other->shape);
        double shared = zones_area_m2(z, both);

        if (both == NULL) {
            return zones_fail(z, it, z->said);
        }
        bool some = GEOSisEmpty_r(z->geos, both) == 0;

        GEOSGeom_destroy_r(z->geos, both);
        if (!some) {
            continue;
        }
        if (replace(z, it, zones_less(z, it->shape, other->shape)) != OK) {
            return z->fault->err;
        }
        if (shared >= NOTED_M2) {
            (void)zones_note(z, it, ZONE_NOTE_OVERLAP, shared, other->code);
        }
        if (!shaped(z, it)) {
            char say[128];

            (void)snprintf(say, sizeof(say), "is wholly covered by \"%.31s\"", other->code.at);
            return zones_fail(z, it, say);
        }
    }
    return OK;
}

/* ---- gaps ---- */

static double length_of(struct zones *z, const GEOSGeometry *g)
{
    double length = 0;

    return g != NULL && GEOSLength_r(z->geos, g, &length) == 1 ? length : 0;
}

/* Of the files' zones in `up` the one that has most of the gap's border. */
static struct zone_item *neighbour(struct level *l, const struct zone_item *up,
                                   const GEOSGeometry *gap)
{
    struct zones *z = l->z;
    struct zone_item *best = NULL;
    double most = 0;

    level_near(l, gap);
    for (uint32_t k = 0; k < l->near_count; k++) {
        struct zone_item *it = l->near[k];

        if (it->file == NULL || !str_eq(it->parent, up->code)) {
            continue;
        }
        GEOSGeometry *shared = GEOSIntersection_r(z->geos, gap, it->shape);
        double length = length_of(z, shared);

        GEOSGeom_destroy_r(z->geos, shared);
        if (length > most) {
            most = length;
            best = it;
        }
    }
    return best;
}

static enum err close_gap(struct level *l, struct zone_item *up, const GEOSGeometry *gap)
{
    struct zones *z = l->z;
    double m2 = zones_area_m2(z, gap);
    double around_m = length_of(z, gap) * M_PER_E7;
    bool thin = m2 < z->wish.sliver_m2 || 2 * m2 < around_m * GAP_WIDTH_M;
    struct zone_item *it = thin ? neighbour(l, up, gap) : NULL;

    if (it == NULL) {
        if (m2 >= NOTED_M2) {
            (void)zones_note(z, up, ZONE_NOTE_GAP, m2, (struct str){ 0 });
        }
        return OK;
    }
    if (m2 >= NOTED_M2) {
        (void)zones_note(z, it, ZONE_NOTE_GAP_FILLED, m2, up->code);
    }
    return replace(z, it, zones_both(z, it->shape, gap));
}

/* What zones cover in `up`: those that lie in it by name, and all of this kind; NULL: no file
 * brought one of this kind. */
static GEOSGeometry *children(struct level *l, const struct zone_item *up, uint8_t kind)
{
    struct zones *z = l->z;
    GEOSGeometry **parts = arena_alloc(&z->arena, ((size_t)z->count + 1) * sizeof(*parts));
    bool brought = false;
    unsigned n = 0;

    must(parts != NULL);
    for (uint32_t k = 0; k < z->count; k++) {
        const struct zone_item *it = &z->items[k];

        if (shaped(z, it) && it->kind != kind && str_eq(it->parent, up->code)) {
            parts[n++] = GEOSGeom_clone_r(z->geos, it->shape);
        }
    }
    level_near(l, up->shape);
    for (uint32_t k = 0; k < l->near_count; k++) {
        const struct zone_item *it = l->near[k];

        if (shaped(z, it)) {
            parts[n++] = GEOSGeom_clone_r(z->geos, it->shape);
            brought = brought || (it->file != NULL && str_eq(it->parent, up->code));
        }
    }
    GEOSGeometry *all = GEOSGeom_createCollection_r(z->geos, GEOS_GEOMETRYCOLLECTION, parts, n);
    GEOSGeometry *one = brought ? GEOSUnaryUnionPrec_r(z->geos, all, 1.0) : NULL;

    GEOSGeom_destroy_r(z->geos, all);
    return one != NULL ? zones_areas(z, one) : NULL;
}

static enum err close_gaps(struct level *l, struct zone_item *up, uint8_t kind)
{
    struct zones *z = l->z;
    GEOSGeometry *covered = children(l, up, kind);
    enum err err = OK;

    if (covered == NULL) {
        return OK;
    }
    GEOSGeometry *gaps = zones_less(z, up->shape, covered);
    int count = gaps != NULL ? GEOSGetNumGeometries_r(z->geos, gaps) : 0;

    for (int k = 0; k < count && err == OK; k++) {
        err = close_gap(l, up, GEOSGetGeometryN_r(z->geos, gaps, k));
    }
    GEOSGeom_destroy_r(z->geos, gaps);
    GEOSGeom_destroy_r(z->geos, covered);
    return err;
}

/* ---- all of a kind ---- */

/* What the city has in a zone that changes and no file names is left as it is, and told. */
static void tell_children(struct zones *z)
{
    for (uint32_t k = 0; k < z->count; k++) {
        const struct zone_item *it = &z->items[k];
        struct zone_item *up =
            it->file == NULL && it->parent.len > 0 && shaped(z, it) ? named(z, it->parent) : NULL;

        if (up == NULL || up->file == NULL || !shaped(z, up)) {
            continue;
        }
        GEOSGeometry *beyond = zones_less(z, it->shape, up->shape);
        double m2 = zones_area_m2(z, beyond);

        if (m2 >= NOTED_M2) {
            (void)zones_note(z, up, ZONE_NOTE_CHILD_OUTSIDE, m2, it->code);
        }
        GEOSGeom_destroy_r(z->geos, beyond);
    }
}

static enum err fit_kind(struct zones *z, uint8_t kind)
{
    struct level l;
    enum err err = OK;

    level_init(&l, z, kind);
    for (uint32_t k = 0; k < l.count && err == OK; k++) {
        struct zone_item *it = l.items[k];
        struct zone_item *up;

        if (it->file != NULL) {
            err = settle_parent(z, it, &up);
            err = err == OK && up != NULL ? cut_to_parent(z, it, up) : err;
            err = err == OK ? give_way(&l, it) : err;
        }
        if (z->wish.progress != NULL) {
            z->wish.progress(z->wish.arg, word_of(&zone_kind_words, kind), k + 1, l.count);
        }
    }
    for (uint32_t k = 0; k < z->count && err == OK; k++) {
        struct zone_item *up = &z->items[k];

        if (up->kind < kind && shaped(z, up)) {
            err = close_gaps(&l, up, kind);
        }
    }
    level_fini(&l);
    return err;
}

enum err zones_fit_together(struct zones *z)
{
    for (uint8_t kind = 0; kind < ZONE_KIND_COUNT; kind++) {
        if (fit_kind(z, kind) != OK) {
            return z->fault->err;
        }
    }
    tell_children(z);
    return OK;
}
