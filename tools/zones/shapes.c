/* What the parts share: GEOS on whole 1e-7 degrees, areas, notes. */
#include "tools/zones/zones.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MM_PER_E7 11.119508023 /* of a great circle: base/geo.c */
#define RADIANS (3.14159265358979323846 / 180 / 1e7)

static void heard(const char *message, void *arg)
{
    struct zones *z = arg;

    (void)snprintf(z->said, sizeof(z->said), "%s", message);
}

enum err zones_init(struct zones *z, const struct zones_wish *wish, struct fault *f)
{
    *z = (struct zones){ .wish = *wish, .fault = f };
    arena_init(&z->arena, (size_t)1 << 30);
    z->geos = GEOS_init_r();
    z->items = arena_alloc(&z->arena, ZONES_MAX * sizeof(*z->items));
    if (z->geos == NULL || z->items == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for zones", NULL, NULL);
    }
    (void)GEOSContext_setErrorMessageHandler_r(z->geos, heard, z);
    return OK;
}

void zones_fini(struct zones *z)
{
    for (uint32_t k = 0; k < z->count; k++) {
        GEOSGeom_destroy_r(z->geos, z->items[k].shape);
        GEOSGeom_destroy_r(z->geos, z->items[k].was);
    }
    if (z->geos != NULL) {
        GEOS_finish_r(z->geos);
    }
    arena_fini(&z->arena);
}

struct zone_note *zones_note(struct zones *z, struct zone_item *it, enum zone_note_kind kind,
                             double area_m2, struct str other)
{
    for (struct zone_note *n = it->notes; n != NULL; n = n->next) {
        if (n->kind == kind && str_eq(n->other, other)) {
            n->count++;
            n->area_m2 += area_m2;
            return n;
        }
    }
    struct zone_note *n = arena_alloc(&z->arena, sizeof(*n));

    must(n != NULL);
    *n = (struct zone_note){ .kind = kind, .count = 1, .area_m2 = area_m2, .other = other };
    if (it->last != NULL) {
        it->last->next = n;
    } else {
        it->notes = n;
    }
    it->last = n;
    return n;
}

enum err zones_fail(struct zones *z, const struct zone_item *it, const char *what)
{
    char at[64];

    if (it->file == NULL) {
        (void)snprintf(at, sizeof(at), "zone %.40s", it->code.len > 0 ? it->code.at : "");
    } else {
        (void)snprintf(at, sizeof(at), "features[%u]", it->feature - 1);
    }
    (void)fault_field(z->fault, ERR_INVALID, at, "%s (" STR_FMT "): %s", at, STR_ARG(it->code),
                      what);
    (void)snprintf(z->fault->detail, sizeof(z->fault->detail), "%s",
                   it->file != NULL ? it->file : "");
    return ERR_INVALID;
}

double zones_area_m2(const struct zones *z, const GEOSGeometry *g)
{
    double area = 0;
    double south = 0;
    double north = 0;

    if (g == NULL || GEOSisEmpty_r(z->geos, g) != 0 || GEOSArea_r(z->geos, g, &area) == 0 ||
        GEOSGeom_getYMin_r(z->geos, g, &south) == 0 ||
        GEOSGeom_getYMax_r(z->geos, g, &north) == 0) {
        return 0;
    }
    return area * MM_PER_E7 * MM_PER_E7 / 1e6 * cos((south + north) / 2 * RADIANS);
}

GEOSGeometry *zones_areas(struct zones *z, GEOSGeometry *g)
{
    int count = g != NULL ? GEOSGetNumGeometries_r(z->geos, g) : 0;
    GEOSGeometry **parts = arena_alloc(&z->arena, ((size_t)count + 1) * sizeof(*parts));
    unsigned n = 0;

    must(parts != NULL);
    for (int k = 0; k < count; k++) {
        const GEOSGeometry *part = GEOSGetGeometryN_r(z->geos, g, k);
        int type = GEOSGeomTypeId_r(z->geos, part);

        if (type == GEOS_POLYGON && GEOSisEmpty_r(z->geos, part) == 0) {
            parts[n++] = GEOSGeom_clone_r(z->geos, part);
        } else if (type == GEOS_MULTIPOLYGON || type == GEOS_GEOMETRYCOLLECTION) {
            GEOSGeometry *inner = zones_areas(z, GEOSGeom_clone_r(z->geos, part));

            if (inner != NULL && GEOSisEmpty_r(z->geos, inner) == 0) {
                parts[n++] = inner;
            } else {
                GEOSGeom_destroy_r(z->geos, inner);
            }
        }
    }
    bool failed = g == NULL;

    GEOSGeom_destroy_r(z->geos, g);
    if (failed) {
        return NULL;
    }
    for (unsigned k = 0; k < n;
         k++) { /* collections in collections: joined, so that all are flat */
        if (GEOSGeomTypeId_r(z->geos, parts[k]) != GEOS_POLYGON) {
            GEOSGeometry *all =
                GEOSGeom_createCollection_r(z->geos, GEOS_GEOMETRYCOLLECTION, parts, n);
            GEOSGeometry *joined = GEOSUnaryUnionPrec_r(z->geos, all, 1.0);

            GEOSGeom_destroy_r(z->geos, all);
            return joined;
        }
    }
    return GEOSGeom_createCollection_r(z->geos, GEOS_MULTIPOLYGON, parts, n);
}

GEOSGeometry *zones_common(struct zones *z, const GEOSGeometry *a, const GEOSGeometry *b)
{
    return zones_areas(z, GEOSIntersectionPrec_r(z->geos, a, b, 1.0));
}

GEOSGeometry *zones_less(struct zones *z, const GEOSGeometry *a, const GEOSGeometry *b)
{
    return zones_areas(z, GEOSDifferencePrec_r(z->geos, a, b, 1.0));
}

GEOSGeometry *zones_both(struct zones *z, const GEOSGeometry *a, const GEOSGeometry *b)
{
    return zones_areas(z, GEOSUnionPrec_r(z->geos, a, b, 1.0));
}
