/* Whose a point is, held against GEOS: random polygons with holes and islands, on lattices so small
 * that points fall on edges and corners, and as wide as a city. */
#include "base/geo.h"
#include "dispatch/core/evolve.h"
#include "dispatch/core/zones.h"
#include "tests/suite.h"

#include <geos_c.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define ZONES_MAX 40
#define RINGS_MAX 1024

static uint64_t seed;

static uint32_t below(uint32_t n)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((seed >> 33) % n);
}

static void heard(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    (void)vfprintf(stderr, fmt, ap);
    va_end(ap);
    (void)fputc('\n', stderr);
}

/* A town of zones, beside the same as GEOS has them. */
struct town {
    struct world world;
    void *memory;
    struct arena arena;
    struct city_zone zones[ZONES_MAX];
    GEOSGeometry *shapes[ZONES_MAX];
    uint32_t count;
    struct point middle;
    int32_t wide; /* corners lie so far from the middle at most */
};

static struct town *town_new(struct point middle, int32_t wide)
{
    const struct world_limits limits = { .incidents = 16,
                                         .reports = 16,
                                         .assignments = 16,
                                         .units = 16,
                                         .users = 16,
                                         .zones = 256,
                                         .types = 16,
                                         .premises = 16,
                                         .alarms = 16,
                                         .rings = 16384,
                                         .points = 65536,
                                         .offsets = 4,
                                         .roads = 4,
                                         .command_ids = 64 };
    struct town *t = calloc(1, sizeof(*t));

    ck_assert_ptr_nonnull(t);
    t->memory = aligned_alloc(64, world_size(&limits) + 64);
    ck_assert_ptr_nonnull(t->memory);
    memset(t->memory, 0, world_size(&limits));
    world_init(&t->world, &limits, t->memory);
    arena_init(&t->arena, (size_t)64 << 20);
    t->middle = middle;
    t->wide = wide;
    initGEOS(heard, heard);
    return t;
}

static void town_free(struct town *t)
{
    for (uint32_t k = 0; k < t->count; k++) {
        GEOSGeom_destroy(t->shapes[k]);
    }
    finishGEOS();
    world_fini(&t->world);
    arena_fini(&t->arena);
    free(t->memory);
    free(t);
}

static struct city_ring ring_of(struct town *t, const GEOSGeometry *g, bool hole)
{
    const GEOSCoordSequence *s = GEOSGeom_getCoordSeq(g);
    unsigned n;

    ck_assert(GEOSCoordSeq_getSize(s, &n));
    struct point *at = arena_alloc(&t->arena, n * sizeof(*at));

    for (unsigned k = 0; k < n; k++) {
        double x;
        double y;

        GEOSCoordSeq_getXY(s, k, &x, &y);
        at[k] = (struct point){ (int32_t)x, (int32_t)y };
    }
    /* Closed or not, both are rings to us. */
    return (struct city_ring){ .points = { at, n - below(2) }, .hole = hole };
}

static struct list rings_of(struct town *t, const GEOSGeometry *g)
{
    struct city_ring *rings = arena_alloc(&t->arena, RINGS_MAX * sizeof(*rings));
    uint32_t n = 0;

    for (int k = 0; k < GEOSGetNumGeometries(g); k++) {
        const GEOSGeometry *p = GEOSGetGeometryN(g, k);

        if (GEOSGeomTypeId(p) != GEOS_POLYGON || GEOSisEmpty(p)) {
            continue;
        }
        ck_assert_uint_lt(n + (uint32_t)GEOSGetNumInteriorRings(p), RINGS_MAX);
        rings[n++] = ring_of(t, GEOSGetExteriorRing(p), false);
        for (int h = 0; h < GEOSGetNumInteriorRings(p); h++) {
            rings[n++] = ring_of(t, GEOSGetInteriorRingN(p, h), true);
        }
    }
    return (struct list){ rings, n };
}

static GEOSGeometry *polygon(const struct point *at, uint32_t count)
{
    GEOSCoordSequence *s = GEOSCoordSeq_create(count + 1, 2);

    for (uint32_t k = 0; k <= count; k++) {
        GEOSCoordSeq_setXY(s, k, at[k % count].lon_e7, at[k % count].lat_e7);
    }
    return GEOSGeom_createPolygon(GEOSGeom_createLinearRing(s), NULL, 0);
}

static struct point somewhere(const struct town *t)
{
    uint32_t side = 2 * (uint32_t)t->wide + 1;

    return (struct point){ t->middle.lon_e7 - t->wide + (int32_t)below(side),
                           t->middle.lat_e7 - t->wide + (int32_t)below(side) };
}

/* Of `g` what is no line and no point; both are freed. */
static GEOSGeometry *area_of(GEOSGeometry *g, GEOSGeometry *other)
{
    ck_assert_ptr_nonnull(g);
    GEOSGeometry *area = GEOSBuffer(g, 0, 1);

    GEOSGeom_destroy(g);
    GEOSGeom_destroy(other);
    ck_assert_ptr_nonnull(area);
    return area;
}

/* Whatever a few random corners bound, as a valid shape on whole numbers. */
static GEOSGeometry *patch(const struct town *t)
{
    struct point at[40];
    uint32_t count = 3 + below(below(3) == 0 ? 21 : 5);

    for (uint32_t k = 0; k < count; k++) {
        at[k] = somewhere(t);
    }
    GEOSGeometry *rough = polygon(at, count);
    GEOSGeometry *valid = GEOSMakeValid(rough);

    GEOSGeom_destroy(rough);
    return area_of(GEOSGeom_setPrecision(valid, 1.0, 0), valid);
}

static GEOSGeometry *combine(GEOSGeometry *a, GEOSGeometry *b, bool less)
{
    GEOSGeometry *c = less ? GEOSDifferencePrec(a, b, 1.0) : GEOSUnionPrec(a, b, 1.0);

    GEOSGeom_destroy(a);
    return area_of(c, b);
}

static void add_zone(struct town *t, GEOSGeometry *g, uint8_t kind)
{
    char code[8];
    int len = snprintf(code, sizeof(code), "Z%u", t->count + 1);

    t->shapes[t->count] = g;
    t->zones[t->count++] = (struct city_zone){
        .code = arena_str(&t->arena, (struct str){ code, (size_t)len }),
        .name_zh = STR("区"),
        .kind = kind,
        .rings = rings_of(t, g),
    };
}

static void load(struct town *t)
{
    static struct event e;
    struct sha256 hash = { 0 };
    uint8_t content[16] = { 0 };

    e = (struct event){ .kind = EVENT_CITY_LOADED };
    e.as.city_loaded.city.zones = (struct list){ t->zones, t->count };
    evolve_begin(&t->world, t->world.seq + 1, 1);
    evolve(&t->world, &e);
    evolve_end(&t->world, &hash, STR(""), STR(""), content);
}

static void random_town(struct town *t)
{
    uint32_t zones = 1 + below(12);

    for (uint32_t k = 0; k < zones; k++) {
        GEOSGeometry *g = patch(t);

        for (uint32_t n = below(4); n > 0; n--) {
            g = combine(g, patch(t), below(2) == 0);
        }
        if (GEOSisEmpty(g)) {
            GEOSGeom_destroy(g);
        } else {
            add_zone(t, g, (uint8_t)below(ZONE_KIND_COUNT));
        }
    }
    load(t);
}

static bool geos_holds(const struct town *t, uint32_t zone, struct point p)
{
    GEOSGeometry *at = GEOSGeom_createPointFromXY(p.lon_e7, p.lat_e7);
    char holds = GEOSIntersects(t->shapes[zone], at);

    GEOSGeom_destroy(at);
    ck_assert_int_le(holds, 1);
    return holds == 1;
}

/* Of the zones that hold the point by GEOS: the smallest kind, then the lowest id. */
static uint32_t geos_owner(const struct town *t, struct point p, bool city)
{
    uint32_t best = 0;

    for (uint32_t k = 0; k < t->count; k++) {
        bool asked = (t->zones[k].kind == ZONE_CITY) == city;

        if (asked && geos_holds(t, k, p) &&
            (best == 0 || t->zones[k].kind > t->zones[best - 1].kind)) {
            best = k + 1;
        }
    }
    return best;
}

/* mm, without any box: every edge of every ring. */
static uint32_t far_from(const struct town *t, uint32_t zone, struct point p)
{
    const struct world *w = &t->world;
    const struct zone *z = &w->zones[zone];
    uint32_t best = UINT32_MAX;

    for (uint32_t r = z->first_ring; r < z->first_ring + z->ring_count; r++) {
        const struct point *at = &w->points[w->rings[r].first];

        for (uint32_t k = 0; k < w->rings[r].count; k++) {
            uint32_t along;
            struct point q = geo_nearest_on_line(at[k], at[(k + 1) % w->rings[r].count], p, &along);
            uint32_t mm = geo_distance_mm(p, q);

            best = mm < best ? mm : best;
        }
    }
    return best;
}

/* The second rule of zones_find, zone by zone. */
static struct zone_found plain_nearest(const struct town *t, struct point p, bool city)
{
    uint32_t least = UINT32_MAX;
    uint32_t mm[ZONES_MAX];
    struct zone_found best = { .off_m = 0 };
    uint32_t best_mm = 0;

    for (uint32_t k = 0; k < t->count; k++) {
        bool asked = (t->zones[k].kind == ZONE_CITY) == city && t->zones[k].rings.count > 0;

        mm[k] = asked ? far_from(t, k, p) : UINT32_MAX;
        least = mm[k] < least ? mm[k] : least;
    }
    uint32_t reach = zones_reach_m(&t->world) * 1000;

    for (uint32_t k = 0; k < t->count && least <= reach; k++) {
        const struct zone *z = &t->world.zones[k];
        const struct zone *b = world_zone(&t->world, best.zone);
        bool even = mm[k] <= reach && mm[k] <= least + ZONE_EVEN_MM;

        if (even && (b == NULL || z->kind > b->kind || (z->kind == b->kind && mm[k] < best_mm))) {
            best.zone = z->id;
            best_mm = mm[k];
        }
    }
    best.off_m = best.zone.n == 0 ? 0 : (best_mm == 0 ? 1 : (best_mm + 999) / 1000);
    return best;
}

static void check_point(const struct town *t, struct point p)
{
    struct zone_found found = zones_find(&t->world, p);
    struct zone_found expected = { .zone = { (uint16_t)geos_owner(t, p, false) } };

    if (expected.zone.n == 0) {
        expected = plain_nearest(t, p, false);
    }
    if (expected.zone.n == 0) {
        expected = (struct zone_found){ .zone = { (uint16_t)geos_owner(t, p, true) } };
    }
    if (expected.zone.n == 0) {
        expected = plain_nearest(t, p, true);
    }
    ck_assert_msg(found.zone.n == expected.zone.n && found.off_m == expected.off_m,
                  "(%d, %d): zone %u, %u m off, expected zone %u, %u m", p.lon_e7, p.lat_e7,
                  found.zone.n, found.off_m, expected.zone.n, expected.off_m);
    for (uint32_t k = 0; k < t->count; k++) {
        ck_assert_msg(zones_hold(&t->world, &t->world.zones[k], p) == geos_holds(t, k, p),
                      "zone %u and (%d, %d)", k + 1, p.lon_e7, p.lat_e7);
    }
}

/* A corner, or the middle of an edge, or one step beside either. */
static struct point on_outline(const struct town *t)
{
    const struct world *w = &t->world;

    if (w->ring_count == 0) {
        return somewhere(t);
    }
    const struct zone_ring *r = &w->rings[below(w->ring_count)];
    const struct point *at = &w->points[r->first];
    uint32_t k = below(r->count);
    struct point a = at[k];
    struct point b = at[(k + below(2)) % r->count];

    return (struct point){ (int32_t)(((int64_t)a.lon_e7 + b.lon_e7) / 2) + (int32_t)below(3) - 1,
                           (int32_t)(((int64_t)a.lat_e7 + b.lat_e7) / 2) + (int32_t)below(3) - 1 };
}

static void play(struct town *t)
{
    random_town(t);
    for (int k = 0; k < 200; k++) {
        check_point(t, somewhere(t));
        check_point(t, on_outline(t));
    }
    /* Beside all of it, within reach and beyond. */
    for (int k = 0; k < 100; k++) {
        struct point p = on_outline(t);
        int32_t far = (int32_t)below(2) == 0 ? 60000 : 2000;

        p.lon_e7 += (int32_t)below(2 * (uint32_t)far) - far;
        p.lat_e7 += (int32_t)below(2 * (uint32_t)far) - far;
        check_point(t, p);
    }
    town_free(t);
}

START_TEST(every_point_of_a_small_lattice_has_the_owner_that_geos_says)
{
    seed = (uint64_t)_i + 1;
    play(town_new((struct point){ 1200000000, 300000000 }, 6 + (int32_t)below(30)));
}
END_TEST

START_TEST(every_point_of_a_town_has_the_owner_that_geos_says)
{
    seed = (uint64_t)_i + 1000;
    play(town_new((struct point){ -1224000000, 377000000 }, 20000 + (int32_t)below(500000)));
}
END_TEST

START_TEST(the_nearest_zone_is_as_far_as_geos_says)
{
    seed = (uint64_t)_i + 2000;
    struct town *t = town_new((struct point){ 1214000000, 312000000 }, 100000);

    random_town(t);
    for (int k = 0; k < 200 && t->count > 0; k++) {
        struct point p = somewhere(t);
        uint32_t z = below(t->count);
        /* On the plane that has the point's own scale, in mm. */
        double narrow = cos(p.lat_e7 / 1e7 * M_PI / 180);
        const double mm = 11.119508023;
        double least = 1e18;

        for (int n = 0; n < GEOSGetNumGeometries(t->shapes[z]); n++) {
            const GEOSGeometry *g = GEOSGetGeometryN(t->shapes[z], n);
            GEOSGeometry *border = GEOSBoundary(g);

            for (int m = 0; m < GEOSGetNumGeometries(border); m++) {
                const GEOSCoordSequence *s = GEOSGeom_getCoordSeq(GEOSGetGeometryN(border, m));
                GEOSCoordSequence *flat = GEOSCoordSeq_clone(s);
                unsigned size;
                double d;

                GEOSCoordSeq_getSize(s, &size);
                for (unsigned c = 0; c < size; c++) {
                    double x;
                    double y;

                    GEOSCoordSeq_getXY(s, c, &x, &y);
                    GEOSCoordSeq_setXY(flat, c, (x - p.lon_e7) * narrow * mm, (y - p.lat_e7) * mm);
                }
                GEOSGeometry *line = GEOSGeom_createLineString(flat);
                GEOSGeometry *at = GEOSGeom_createPointFromXY(0, 0);

                ck_assert(GEOSDistance(line, at, &d));
                least = d < least ? d : least;
                GEOSGeom_destroy(line);
                GEOSGeom_destroy(at);
            }
            GEOSGeom_destroy(border);
        }
        ck_assert_double_eq_tol(far_from(t, z, p), least, 100 + least / 1000);
    }
    town_free(t);
}
END_TEST

static void add_square(struct town *t, int32_t x, int32_t y, int32_t side, uint8_t kind)
{
    const struct point at[4] = {
        { x, y }, { x + side, y }, { x + side, y + side }, { x, y + side }
    };

    add_zone(t, polygon(at, 4), kind);
}

static void expect(const struct town *t, int32_t x, int32_t y, uint32_t zone, uint32_t off_m)
{
    struct zone_found found = zones_find(&t->world, (struct point){ x, y });

    ck_assert_msg(found.zone.n == zone && found.off_m == off_m,
                  "(%d, %d): zone %u, %u m off, expected %u, %u m", x, y, found.zone.n, found.off_m,
                  zone, off_m);
}

/* 1e-7 degree at the equator is 11.1 mm: 10,000 are 111.2 m. */
START_TEST(a_border_is_the_lower_ids_and_outside_is_the_nearest_within_reach)
{
    struct town *t = town_new((struct point){ 0, 0 }, 100);

    add_square(t, 0, 0, 100000, ZONE_DISTRICT);
    add_square(t, 100000, 0, 100000, ZONE_DISTRICT);
    add_square(t, 0, 0, 50000, ZONE_STATION);
    add_square(t, -300000, -300000, 900000, ZONE_CITY);
    load(t);
    expect(t, 100000, 50000, 1, 0);  /* on the border of two */
    expect(t, 100000, 100000, 1, 0); /* on the corner of two */
    expect(t, 50000, 20000, 3, 0);   /* on the station's own border: the smaller kind */
    expect(t, 50001, 20000, 1, 0);
    expect(t, 210000, 50000, 2, 112);  /* outside, in the city only */
    expect(t, -10000, 20000, 3, 112);  /* station and district are as near: the smaller kind */
    expect(t, -10000, 90000, 1, 112);  /* the station is farther here */
    expect(t, 100000, 110000, 1, 112); /* as near to both: the lower id */
    expect(t, 200000 + 44900, 50000, 2, 500);
    expect(t, 200000 + 45000, 50000, 4, 0); /* beyond reach: the city itself */
    expect(t, 600000 + 10000, 0, 4, 112);   /* outside even of that */
    expect(t, 600000 + 45000, 0, 0, 0);     /* nobody's */
    t->world.zone_reach_m = 2000;
    expect(t, 200000 + 45000, 50000, 2, 501);
    town_free(t);
}
END_TEST

START_TEST(zones_that_are_loaded_anew_are_found_where_they_lie_now)
{
    struct town *t = town_new((struct point){ 0, 0 }, 100);

    add_square(t, 0, 0, 100000, ZONE_DISTRICT);
    load(t);
    expect(t, 10000, 10000, 1, 0);
    const struct point there[3] = { { 2000000, 0 }, { 2100000, 0 }, { 2000000, 100000 } };
    GEOSGeom_destroy(t->shapes[0]);
    t->shapes[0] = polygon(there, 3);
    t->zones[0].rings = rings_of(t, t->shapes[0]);
    load(t);
    expect(t, 10000, 10000, 0, 0);
    expect(t, 2000000, 50000, 1, 0);
    t->zones[0].rings = (struct list){ NULL, 0 };
    load(t);
    expect(t, 2000000, 50000, 0, 0);
    town_free(t);
}
END_TEST

int main(void)
{
    const struct suite_row tests[] = {
        { every_point_of_a_small_lattice_has_the_owner_that_geos_says, 0, TRIALS(15) },
        { every_point_of_a_town_has_the_owner_that_geos_says, 0, TRIALS(5) },
        { the_nearest_zone_is_as_far_as_geos_says, 0, TRIALS(2) },
        { a_border_is_the_lower_ids_and_outside_is_the_nearest_within_reach, 0, 0 },
        { zones_that_are_loaded_anew_are_found_where_they_lie_now, 0, 0 },
    };

    return SUITE_RUN("dispatch/core/zones", tests);
}
