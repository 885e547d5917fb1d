/* Each zone by itself, then features of one code as one zone, then all among each other. */
#include "tools/zones/zones.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum err zones_know(struct zones *z, const struct city_zone *zone)
{
    const struct city_ring *rings = zone->rings.at;
    struct zone_item *it = &z->items[z->count];
    GEOSGeometry **holes = arena_alloc(&z->arena, (zone->rings.count + 1) * sizeof(*holes));
    GEOSGeometry **parts = arena_alloc(&z->arena, (zone->rings.count + 1) * sizeof(*parts));
    unsigned n = 0;

    if (z->count == ZONES_MAX || holes == NULL || parts == NULL) {
        return fault_set(z->fault, ERR_FULL, "the city has more zones than there is room for", NULL,
                         NULL);
    }
    *it = (struct zone_item){ .code = zone->code,
                              .zh = zone->name_zh,
                              .en = zone->name_en,
                              .parent = zone->parent,
                              .kind = zone->kind,
                              .known = true,
                              .rank = z->count - z->from_files };
    z->count++;
    for (uint32_t k = 0; k < zone->rings.count;) {
        GEOSGeometry *shell = NULL;
        unsigned hole_count = 0;

        do {
            const struct point *at = rings[k].points.at;
            uint32_t count = rings[k].points.count;
            GEOSCoordSequence *s = GEOSCoordSeq_create_r(z->geos, count + 1, 2);

            for (uint32_t m = 0; m <= count && s != NULL; m++) {
                (void)GEOSCoordSeq_setXY_r(z->geos, s, m, at[m % count].lon_e7,
                                           at[m % count].lat_e7);
            }
            GEOSGeometry *ring = s != NULL ? GEOSGeom_createLinearRing_r(z->geos, s) : NULL;

            if (ring == NULL) {
                return zones_fail(z, it, "its outline in the city cannot be read");
            }
            if (shell == NULL) {
                shell = ring;
            } else {
                holes[hole_count++] = ring;
            }
            k++;
        } while (k < zone->rings.count && rings[k].hole);
        parts[n++] = GEOSGeom_createPolygon_r(z->geos, shell, holes, hole_count);
    }
    it->shape = GEOSGeom_createCollection_r(z->geos, GEOS_MULTIPOLYGON, parts, n);
    return it->shape != NULL ? OK : zones_fail(z, it, "its outline in the city cannot be read");
}

static GEOSGeometry *valid_of(struct zones *z, struct zone_item *it)
{
    char valid = GEOSisValid_r(z->geos, it->shape);

    if (valid == 1) {
        return GEOSGeom_clone_r(z->geos, it->shape);
    }
    /* Rings as what they bound: parts that overlap are one, holes are taken off. */
    GEOSMakeValidParams *how = GEOSMakeValidParams_create_r(z->geos);

    (void)GEOSMakeValidParams_setMethod_r(z->geos, how, GEOS_MAKE_VALID_STRUCTURE);
    GEOSGeometry *made = GEOSMakeValidWithParams_r(z->geos, it->shape, how);

    GEOSMakeValidParams_destroy_r(z->geos, how);
    made = zones_areas(z, made);
    if (it->file != NULL && made != NULL) {
        double change = zones_area_m2(z, made) - zones_area_m2(z, it->shape);

        (void)zones_note(z, it, ZONE_NOTE_CROSSED, fabs(change), (struct str){ 0 });
    }
    return made;
}

/* One polygon without its slivers of holes. */
static GEOSGeometry *fill_slivers(struct zones *z, struct zone_item *it, const GEOSGeometry *part)
{
    int count = GEOSGetNumInteriorRings_r(z->geos, part);
    GEOSGeometry **holes = arena_alloc(&z->arena, ((size_t)count + 1) * sizeof(*holes));
    unsigned n = 0;

    must(holes != NULL);
    for (int k = 0; k < count; k++) {
        GEOSGeometry *ring = GEOSGeom_clone_r(z->geos, GEOSGetInteriorRingN_r(z->geos, part, k));
        GEOSGeometry *area =
            GEOSGeom_createPolygon_r(z->geos, GEOSGeom_clone_r(z->geos, ring), NULL, 0);
        double m2 = zones_area_m2(z, area);

        GEOSGeom_destroy_r(z->geos, area);
        if (m2 < z->wish.sliver_m2) {
            (void)zones_note(z, it, ZONE_NOTE_SLIVER_HOLE, m2, (struct str){ 0 });
            GEOSGeom_destroy_r(z->geos, ring);
        } else {
            holes[n++] = ring;
        }
    }
    return GEOSGeom_createPolygon_r(
        z->geos, GEOSGeom_clone_r(z->geos, GEOSGetExteriorRing_r(z->geos, part)), holes, n);
}

static GEOSGeometry *drop_slivers(struct zones *z, struct zone_item *it, GEOSGeometry *g)
{
    int count = GEOSGetNumGeometries_r(z->geos, g);
    GEOSGeometry **parts = arena_alloc(&z->arena, ((size_t)count + 1) * sizeof(*parts));
    unsigned n = 0;

    must(parts != NULL);
    for (int k = 0; k < count; k++) {
        const GEOSGeometry *part = GEOSGetGeometryN_r(z->geos, g, k);
        double m2 = zones_area_m2(z, part);

        if (m2 < z->wish.sliver_m2) {
            (void)zones_note(z, it, ZONE_NOTE_SLIVER, m2, (struct str){ 0 });
        } else {
            parts[n++] = fill_slivers(z, it, part);
        }
    }
    GEOSGeom_destroy_r(z->geos, g);
    return GEOSGeom_createCollection_r(z->geos, GEOS_MULTIPOLYGON, parts, n);
}

enum err zones_clean(struct zones *z, struct zone_item *it)
{
    GEOSGeometry *valid = valid_of(z, it);
    GEOSGeometry *whole = valid != NULL ? GEOSGeom_setPrecision_r(z->geos, valid, 1.0, 0) : NULL;

    GEOSGeom_destroy_r(z->geos, valid);
    whole = zones_areas(z, whole);
    if (whole == NULL) {
        return zones_fail(z, it, z->said);
    }
    it->before_m2 = zones_area_m2(z, whole);
    if (it->file != NULL) {
        whole = drop_slivers(z, it, whole);
    }
    GEOSGeom_destroy_r(z->geos, it->shape);
    it->shape = whole;
    if (it->file != NULL && GEOSisEmpty_r(z->geos, whole) != 0) {
        return zones_fail(z, it, "has no area");
    }
    return OK;
}

static struct zone_item *coded(struct zones *z, uint32_t from, uint32_t to, struct str code,
                               bool of_file)
{
    for (uint32_t k = from; k < to; k++) {
        struct zone_item *it = &z->items[k];

        if (!it->gone && (it->file != NULL) == of_file && str_eq(it->code, code)) {
            return it;
        }
    }
    return NULL;
}

/* What the city knows of the code stands where the file says nothing. */
static enum err link_known(struct zones *z, struct zone_item *it)
{
    struct zone_item *known = coded(z, 0, z->count, it->code, false);

    if (known != NULL) {
        it->known = known->gone = true;
        it->rank = known->rank;
        it->was = known->shape;
        known->shape = NULL;
        it->zh = it->zh.len > 0 ? it->zh : known->zh;
        it->en = it->en.len > 0 ? it->en : known->en;
        it->parent = it->parent.len > 0 ? it->parent : known->parent;
        it->kind = it->kind < ZONE_KIND_COUNT ? it->kind : known->kind;
    }
    if (it->kind >= ZONE_KIND_COUNT) {
        return zones_fail(z, it,
                          "does not say its level, expected city, district, station or beat "
                          "(--kind for all that do not)");
    }
    it->zh = it->zh.len > 0 ? it->zh : (it->en.len > 0 ? it->en : it->code);
    return OK;
}

/* A second feature of a code: the same, or another part of the zone. */
static enum err join(struct zones *z, struct zone_item *first, struct zone_item *it)
{
    bool same = GEOSEquals_r(z->geos, first->shape, it->shape) == 1;

    if (it->kind < ZONE_KIND_COUNT && first->kind != it->kind) {
        return zones_fail(z, it, "has the code of an earlier feature of another level");
    }
    (void)zones_note(z, first, same ? ZONE_NOTE_REPEATED_ZONE : ZONE_NOTE_MERGED, it->before_m2,
                     (struct str){ 0 });
    if (!same) {
        GEOSGeometry *both = zones_both(z, first->shape, it->shape);

        if (both == NULL) {
            return zones_fail(z, it, z->said);
        }
        GEOSGeom_destroy_r(z->geos, first->shape);
        first->shape = both;
        first->before_m2 = zones_area_m2(z, both);
    }
    it->gone = true;
    return OK;
}

static enum err join_codes(struct zones *z)
{
    for (uint32_t k = 0; k < z->count; k++) {
        struct zone_item *it = &z->items[k];
        struct zone_item *first = it->file != NULL ? coded(z, 0, k, it->code, true) : NULL;

        if (it->file == NULL || it->gone) {
            continue;
        }
        if (first != NULL ? join(z, first, it) != OK : link_known(z, it) != OK) {
            return z->fault->err;
        }
    }
    return OK;
}

static void retire(struct zones *z)
{
    bool brought[ZONE_KIND_COUNT] = { false };

    for (uint32_t k = 0; k < z->count; k++) {
        const struct zone_item *it = &z->items[k];

        if (it->file != NULL && !it->gone) {
            brought[it->kind] = true;
        }
    }
    for (uint32_t k = 0; k < z->count && z->wish.retire; k++) {
        struct zone_item *it = &z->items[k];
        double m2 = zones_area_m2(z, it->shape);

        if (it->file == NULL && !it->gone && brought[it->kind] && m2 > 0) {
            (void)zones_note(z, it, ZONE_NOTE_RETIRED, m2, (struct str){ 0 });
            GEOSGeom_destroy_r(z->geos, it->shape);
            it->shape = NULL;
        }
    }
}

enum err zones_mend(struct zones *z)
{
    for (uint32_t k = 0; k < z->count; k++) {
        if (zones_clean(z, &z->items[k]) != OK) {
            return z->fault->err;
        }
        if (z->wish.progress != NULL) {
            z->wish.progress(z->wish.arg, "mend", k + 1, z->count);
        }
    }
    if (join_codes(z) != OK || zones_suspect_gcj02(z) != OK) {
        return z->fault->err;
    }
    retire(z);
    enum err err = zones_fit_together(z);

    for (uint32_t k = 0; k < z->count; k++) {
        z->items[k].after_m2 = zones_area_m2(z, z->items[k].shape);
    }
    return err;
}
