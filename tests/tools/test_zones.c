/* Zones from GeoJSON: what is repaired and what is told, what cannot be, and that no file whatever
 * ends the process or leaves zones that overlap or stick out. */
#include "dispatch/codec/json_in.h"
#include "tests/suite.h"
#include "tools/zones/known.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static struct zones z;
static struct fault fault;
static uint64_t seed;

static uint32_t below(uint32_t n)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((seed >> 33) % n);
}

static void begin(struct zones_wish wish)
{
    memset(&fault, 0, sizeof(fault));
    wish.sliver_m2 = wish.sliver_m2 > 0 ? wish.sliver_m2 : 100;
    ck_assert_int_eq(zones_init(&z, &wish, &fault), OK);
}

static enum err read_text(const char *text)
{
    return zones_read(&z, "t.geojson", str_of(text));
}

static enum err mend(const char *text)
{
    begin((struct zones_wish){ .kind = "district" });
    enum err err = read_text(text);

    return err == OK ? zones_mend(&z) : err;
}

/* One feature of a collection. */
#define FEATURE(properties, type, coordinates)                            \
    "{\"type\":\"Feature\",\"properties\":{" properties "},\"geometry\":" \
    "{\"type\":\"" type "\",\"coordinates\":" coordinates "}}"
#define COLLECTION(features) "{\"type\":\"FeatureCollection\",\"features\":[" features "]}"
#define SQUARE(w, s, e, n) \
    "[[" #w "," #s "],[" #e "," #s "],[" #e "," #n "],[" #w "," #n "],[" #w "," #s "]]"

static const struct zone_item *item(const char *code)
{
    for (uint32_t k = 0; k < z.count; k++) {
        if (!z.items[k].gone && str_is(z.items[k].code, code)) {
            return &z.items[k];
        }
    }
    ck_abort_msg("no zone %s", code);
    return NULL;
}

static const struct zone_note *note(const char *code, enum zone_note_kind kind)
{
    for (const struct zone_note *n = item(code)->notes; n != NULL; n = n->next) {
        if (n->kind == kind) {
            return n;
        }
    }
    return NULL;
}

static void expect_fault(const char *text, const char *field, const char *words)
{
    enum err err = mend(text);

    ck_assert_msg(err != OK, "expected a fault: %s", words);
    ck_assert_msg(strstr(fault.field, field) != NULL, "field %s, expected %s", fault.field, field);
    ck_assert_msg(strstr(fault.primary, words) != NULL || strstr(fault.detail, words) != NULL,
                  "said %s (%s), expected %s", fault.primary, fault.detail, words);
    zones_fini(&z);
}

START_TEST(what_is_wrong_with_an_outline_is_mended_and_told)
{
    ck_assert_int_eq(
        mend(COLLECTION(
            FEATURE("\"code\":\"A\"", "Polygon",
                    "[[[0,0],[0.1,0],[0.1,0],[0.1,0.1],[0,0.1]]]") "," /* open, doubled */
            FEATURE("\"code\":\"B\"", "Polygon",
                    "[[[0.2,0],[0.2,0.1],[0.3,0.1],[0.3,0],[0.2,0]]]") "," /* turned */
            FEATURE("\"code\":\"C\"", "Polygon",
                    "[[[0.4,0],[0.5,0.1],[0.5,0],[0.4,0.1],[0.4,0]]]") "," /* crossed */
            FEATURE("\"code\":\"D\"", "MultiPolygon",
                    "[[" SQUARE(0.6, 0, 0.7, 0.1) "],[" SQUARE(
                        0.8, 0, 0.80001, 0.00001) "],[[[1,1],[2,2],[1,1]]]]"))),
        OK);
    ck_assert_ptr_nonnull(note("A", ZONE_NOTE_OPEN_RING));
    ck_assert_uint_eq(note("A", ZONE_NOTE_REPEATED)->count, 1);
    ck_assert_ptr_nonnull(note("B", ZONE_NOTE_TURNED));
    ck_assert_ptr_nonnull(note("C", ZONE_NOTE_CROSSED));
    ck_assert_double_gt(note("D", ZONE_NOTE_SLIVER)->area_m2, 0.5);
    ck_assert_ptr_nonnull(note("D", ZONE_NOTE_NO_RING));
    ck_assert_double_eq_tol(item("C")->after_m2, item("A")->after_m2 / 2, 1000);
    /* A degree is 111.195 km: a tenth squared. */
    ck_assert_double_eq_tol(item("A")->after_m2, 123643000, 1000);
    zones_fini(&z);
}
END_TEST

START_TEST(of_two_that_overlap_the_first_keeps_it)
{
    ck_assert_int_eq(
        mend(COLLECTION(
            FEATURE("\"code\":\"A\"", "Polygon", "[" SQUARE(0, 0, 0.1, 0.1) "]") "," FEATURE(
                "\"code\":\"B\"", "Polygon", "[" SQUARE(0.09, 0, 0.2, 0.1) "]"))),
        OK);
    const struct zone_note *n = note("B", ZONE_NOTE_OVERLAP);

    ck_assert_ptr_nonnull(n);
    ck_assert(str_is(n->other, "A"));
    ck_assert_double_eq_tol(n->area_m2, 12364000, 1000);
    ck_assert_ptr_null(note("A", ZONE_NOTE_OVERLAP));
    ck_assert_double_eq_tol(item("A")->after_m2 / item("B")->after_m2, 1, 0.001);
    zones_fini(&z);
}
END_TEST

START_TEST(a_zone_is_cut_to_its_parent_and_thin_gaps_are_closed)
{
    ck_assert_int_eq(
        mend(COLLECTION(
            FEATURE("\"code\":\"A\"", "Polygon", "[" SQUARE(0, 0, 0.1, 0.1) "]") "," FEATURE(
                "\"code\":\"A1\",\"level\":\"station\"", "Polygon",
                "[" SQUARE(0, 0, 0.04998, 0.12) "]") "," /* 2 m short of A2, beyond A */
            FEATURE("\"code\":\"A2\",\"level\":\"派出所\",\"parent\":\"A\"", "Polygon",
                    "[" SQUARE(0.05, 0, 0.1, 0.08) "]"))), /* leaves a fifth of it to A */
        OK);
    ck_assert_ptr_nonnull(note("A1", ZONE_NOTE_PARENT_FOUND));
    ck_assert(str_is(item("A1")->parent, "A"));
    ck_assert_double_eq_tol(note("A1", ZONE_NOTE_OUTSIDE)->area_m2, 0.04998 * 0.02 * 1.23643e10,
                            10000);
    ck_assert(str_is(note("A1", ZONE_NOTE_OUTSIDE)->other, "A"));
    ck_assert_ptr_nonnull(note("A", ZONE_NOTE_GAP));
    zones_fini(&z);

    ck_assert_int_eq(
        mend(COLLECTION(
            FEATURE("\"code\":\"A\"", "Polygon", "[" SQUARE(0, 0, 0.1, 0.1) "]") "," FEATURE(
                "\"code\":\"A1\",\"level\":1,\"kind\":\"station\"", "Polygon",
                "[" SQUARE(0, 0, 0.04998,
                           0.1) "]") "," FEATURE("\"code\":\"A2\",\"level\":\"station\"", "Polygon",
                                                 "[" SQUARE(0.05, 0, 0.1, 0.1) "]"))),
        ERR_INVALID); /* level 1 is no level */
    zones_fini(&z);

    ck_assert_int_eq(
        mend(COLLECTION(
            FEATURE("\"code\":\"A\"", "Polygon", "[" SQUARE(0, 0, 0.1, 0.1) "]") "," FEATURE(
                "\"code\":\"A1\",\"kind\":\"station\"", "Polygon",
                "[" SQUARE(0, 0, 0.04998,
                           0.1) "]") "," FEATURE("\"code\":\"A2\",\"kind\":\"station\"", "Polygon",
                                                 "[" SQUARE(0.05, 0, 0.1, 0.1) "]"))),
        OK);
    bool first = note("A1", ZONE_NOTE_GAP_FILLED) != NULL;

    ck_assert(first != (note("A2", ZONE_NOTE_GAP_FILLED) != NULL));
    ck_assert_ptr_null(note("A", ZONE_NOTE_GAP));
    ck_assert_double_eq_tol(item("A1")->after_m2 + item("A2")->after_m2, item("A")->after_m2, 1);
    zones_fini(&z);
}
END_TEST

START_TEST(features_of_one_code_are_one_zone)
{
    ck_assert_int_eq(
        mend(
            COLLECTION(FEATURE("\"code\":7", "Polygon", "[" SQUARE(0, 0, 0.1, 0.1) "]") "," FEATURE(
                "\"code\":\"7\"", "Polygon",
                "[" SQUARE(0, 0, 0.1, 0.1) "]") "," FEATURE("\"code\":\"7\"", "Polygon",
                                                            "[" SQUARE(0.2, 0, 0.3, 0.1) "]"))),
        OK);
    struct list out;

    ck_assert_ptr_nonnull(note("7", ZONE_NOTE_REPEATED_ZONE));
    ck_assert_ptr_nonnull(note("7", ZONE_NOTE_MERGED));
    ck_assert_int_eq(zones_result(&z, &out), OK);
    ck_assert_uint_eq(out.count, 1);
    ck_assert_uint_eq(((const struct city_zone *)out.at)->rings.count, 2);
    zones_fini(&z);
}
END_TEST

START_TEST(what_cannot_be_mended_is_named_with_its_field)
{
    expect_fault("{", "", "");
    expect_fault("[]", "type", "FeatureCollection");
    expect_fault("{\"type\":\"Topology\"}", "type", "FeatureCollection");
    expect_fault(
        "{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\",\"properties\":{\"name\":"
        "\"urn:ogc:def:crs:EPSG::3857\"}},\"features\":[]}",
        "crs.properties.name", "3857");
    expect_fault(
        "{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\",\"properties\":{\"name\":"
        "\"GCJ-02\"}},\"features\":[]}",
        "crs.properties.name", "--from-gcj02");
    expect_fault(COLLECTION(FEATURE("\"code\":\"A\",\"coord_type\":\"gcj02\"", "Polygon",
                                    "[" SQUARE(0, 0, 1, 1) "]")),
                 "features[0].properties.coord_type", "gcj02");
    expect_fault(COLLECTION(FEATURE("\"name\":\"A\"", "Polygon", "[" SQUARE(0, 0, 1, 1) "]")),
                 "features[0].properties.code", "code");
    expect_fault(COLLECTION(FEATURE("\"code\":\"A\"", "LineString", "[[0,0],[1,1]]")),
                 "features[0].geometry", "LineString");
    expect_fault(COLLECTION(FEATURE("\"code\":\"A\"", "Polygon", "[[[30,120],[31,120],[31,121]]]")),
                 "features[0].geometry.coordinates[0][0]", "latitude 120");
    expect_fault(
        COLLECTION(FEATURE("\"code\":\"A\"", "Polygon", "[[[13368000,3500000],[1,2],[3,4]]]")),
        "features[0].geometry.coordinates[0][0]", "longitude 13368000");
    expect_fault(COLLECTION(FEATURE("\"code\":\"A\"", "Polygon", "[[[0,0],[1,\"x\"],[1,1]]]")),
                 "features[0].geometry.coordinates[0][1]", "position");
    expect_fault(COLLECTION(FEATURE("\"code\":\"A\"", "Polygon", "[[[0,0],[1,1],[2,2],[0,0]]]")),
                 "features[0]", "has no area");
    expect_fault(COLLECTION(FEATURE("\"code\":\"A\",\"parent\":\"X\"", "Polygon",
                                    "[" SQUARE(0, 0, 1, 1) "]")),
                 "features[0]", "neither the files nor the city");
    expect_fault(
        COLLECTION(FEATURE("\"code\":\"A\"", "Polygon", "[" SQUARE(0, 0, 1, 1) "]") "," FEATURE(
            "\"code\":\"B\"", "Polygon", "[" SQUARE(0.2, 0.2, 0.3, 0.3) "]")),
        "features[1]", "wholly covered by \"A\"");
    expect_fault(
        COLLECTION(FEATURE("\"code\":\"A\"", "Polygon", "[" SQUARE(0, 0, 1, 1) "]") "," FEATURE(
            "\"code\":\"B\",\"level\":\"beat\",\"parent\":\"A\"", "Polygon",
            "[" SQUARE(5, 5, 6, 6) "]")),
        "features[1]", "outside of its parent");
}
END_TEST

static struct city_zone square_zone(const char *code, uint8_t kind, const char *parent,
                                    struct city_ring *ring, struct point at[4])
{
    *ring = (struct city_ring){ .points = { at, 4 } };
    return (struct city_zone){ .code = str_of(code),
                               .name_zh = str_of(code),
                               .kind = kind,
                               .parent = str_of(parent),
                               .rings = { ring, 1 } };
}

START_TEST(what_the_city_has_keeps_its_rank_and_can_be_retired)
{
    struct point a[4] = { { 0, 0 }, { 1000000, 0 }, { 1000000, 1000000 }, { 0, 1000000 } };
    struct point b[4] = {
        { 2000000, 0 }, { 3000000, 0 }, { 3000000, 1000000 }, { 2000000, 1000000 }
    };
    struct city_ring ra;
    struct city_ring rb;
    const struct city_zone zones[2] = { square_zone("A", ZONE_DISTRICT, "", &ra, a),
                                        square_zone("B", ZONE_DISTRICT, "", &rb, b) };
    const struct list city = { (void *)(uintptr_t)zones, 2 };
    struct list out;

    begin((struct zones_wish){ .retire = true });
    /* C comes before A in the file, yet A is older; its level is known. B is in no file. */
    ck_assert_int_eq(
        read_text(COLLECTION(FEATURE(
            "\"code\":\"C\",\"kind\":\"district\"", "Polygon",
            "[" SQUARE(0.05, 0, 0.2, 0.1) "]") "," FEATURE("\"code\":\"A\"", "Polygon",
                                                           "[" SQUARE(0, 0, 0.11, 0.1) "]"))),
        OK);
    ck_assert_int_eq(zones_know_all(&z, &city), OK);
    ck_assert_int_eq(zones_mend(&z), OK);
    ck_assert_double_eq_tol(note("C", ZONE_NOTE_OVERLAP)->area_m2, 0.06 * 0.1 * 1.23643e10, 10000);
    ck_assert_ptr_nonnull(note("B", ZONE_NOTE_RETIRED));
    ck_assert_int_eq(zones_result(&z, &out), OK);
    ck_assert_uint_eq(out.count, 3);
    const struct list merged = zones_merged(&z, &city, &out);
    const struct city_zone *m = merged.at;

    ck_assert_uint_eq(merged.count, 3);
    ck_assert(str_is(m[0].code, "A") && str_is(m[1].code, "B") && str_is(m[2].code, "C"));
    ck_assert_uint_eq(m[1].rings.count, 0);
    zones_fini(&z);
}
END_TEST

START_TEST(the_shift_of_gcj02_goes_there_and_back)
{
    for (int k = 0; k < 1000; k++) {
        double lon = 74 + below(60000) / 1000.0;
        double lat = 18 + below(35000) / 1000.0;
        double x;
        double y;

        zones_to_gcj02(lon, lat, &x, &y);
        ck_assert_double_gt(fabs(x - lon) + fabs(y - lat), 1e-5);
        ck_assert_double_lt(fabs(x - lon) + fabs(y - lat), 0.03);
        zones_from_gcj02(x, y, &x, &y);
        ck_assert_double_eq_tol(x, lon, 1e-8);
        ck_assert_double_eq_tol(y, lat, 1e-8);
    }
    /* Tian'anmen, as published in both. */
    double x;
    double y;

    zones_to_gcj02(116.391305, 39.905527, &x, &y);
    ck_assert_double_eq_tol(x, 116.397552, 5e-5);
    ck_assert_double_eq_tol(y, 39.906930, 5e-5);
}
END_TEST

START_TEST(zones_in_gcj02_are_suspected_and_converted_when_asked)
{
    struct point a[4] = { { 1203000000, 302000000 },
                          { 1203200000, 302000000 },
                          { 1203200000, 302200000 },
                          { 1203000000, 302200000 } };
    struct city_ring ra;
    const struct city_zone known = square_zone("A", ZONE_DISTRICT, "", &ra, a);
    char text[600];

    for (int asked = 0; asked < 2; asked++) {
        double x[4];
        double y[4];

        for (int k = 0; k < 4; k++) {
            zones_to_gcj02(a[k].lon_e7 / 1e7, a[k].lat_e7 / 1e7, &x[k], &y[k]);
        }
        (void)snprintf(text, sizeof(text),
                       COLLECTION(FEATURE("\"code\":\"A\"", "Polygon",
                                          "[[[%.9f,%.9f],[%.9f,%.9f],[%.9f,%.9f],[%.9f,%.9f]]]")),
                       x[0], y[0], x[1], y[1], x[2], y[2], x[3], y[3]);
        begin((struct zones_wish){ .from_gcj02 = asked == 1 });
        ck_assert_int_eq(read_text(text), OK);
        ck_assert_int_eq(zones_know(&z, &known), OK);
        ck_assert_int_eq(zones_mend(&z), asked == 1 ? OK : ERR_INVALID);
        if (asked == 1) {
            ck_assert_double_eq_tol(item("A")->after_m2, zones_area_m2(&z, item("A")->was), 5);
        } else {
            ck_assert_ptr_nonnull(strstr(fault.primary, "GCJ-02"));
            ck_assert_str_eq(fault.field, "geometry.coordinates");
        }
        zones_fini(&z);
    }
}
END_TEST

/* ---- whatever comes ---- */

static void put_ring(struct buf *b, double lon, double lat, double wide)
{
    uint32_t count = 3 + below(12);

    buf_char(b, '[');
    for (uint32_t k = 0; k < count; k++) {
        buf_fmt(b, "%s[%.7f,%.7f]", k > 0 ? "," : "", lon + wide * below(1000) / 1000,
                lat + wide * below(1000) / 1000);
    }
    buf_char(b, ']');
}

static void random_text(struct buf *b)
{
    uint32_t count = 1 + below(8);

    buf_text(b, "{\"type\":\"FeatureCollection\",\"features\":[");
    for (uint32_t k = 0; k < count; k++) {
        uint32_t parts = 1 + below(3);
        static const char *const kinds[] = { "district", "station", "beat" };

        buf_fmt(b,
                "%s{\"type\":\"Feature\",\"properties\":{\"code\":\"Z%u\",\"kind\":\"%s\"},"
                "\"geometry\":{\"type\":\"MultiPolygon\",\"coordinates\":[",
                k > 0 ? "," : "", k, kinds[k == 0 ? 0 : below(3)]);
        for (uint32_t p = 0; p < parts; p++) {
            buf_text(b, p > 0 ? ",[" : "[");
            put_ring(b, 120, 30, 0.05);
            if (below(2) == 0) {
                buf_char(b, ',');
                put_ring(b, 120.01, 30.01, 0.02);
            }
            buf_char(b, ']');
        }
        buf_text(b, "]}}");
    }
    buf_text(b, "]}");
}

/* What must hold of a result, by GEOS: valid, on whole numbers, no two of a kind over each other,
 * nothing beyond its parent. */
static void check_result(void)
{
    for (uint32_t k = 0; k < z.count; k++) {
        const struct zone_item *a = &z.items[k];

        if (a->gone || a->shape == NULL) {
            continue;
        }
        ck_assert_int_eq(GEOSisValid_r(z.geos, a->shape), 1);
        for (uint32_t m = 0; m < z.count; m++) {
            const struct zone_item *b = &z.items[m];
            bool parent = str_eq(a->parent, b->code);

            if (m == k || b->gone || b->shape == NULL || (b->kind != a->kind && !parent)) {
                continue;
            }
            GEOSGeometry *g = parent ? GEOSDifferencePrec_r(z.geos, a->shape, b->shape, 1.0)
                                     : GEOSIntersectionPrec_r(z.geos, a->shape, b->shape, 1.0);

            /* Where lines cross between whole numbers, rounding leaves a hair: a centimetre. */
            double around = 0;

            ck_assert_int_eq(GEOSLength_r(z.geos, g, &around), 1);
            ck_assert_double_le(zones_area_m2(&z, g), 0.01 * around * 0.0111195 / 2);
            GEOSGeom_destroy_r(z.geos, g);
        }
    }
}

START_TEST(random_zones_come_out_whole_or_not_at_all)
{
    struct buf b;

    seed = (uint64_t)_i + 1;
    for (int n = 0; n < 20; n++) {
        struct list out;

        buf_init(&b);
        random_text(&b);
        begin((struct zones_wish){ .sliver_m2 = below(2) == 0 ? 100 : 20000 });
        enum err err = zones_read(&z, "r", buf_view(&b));

        ck_assert_int_eq(err, OK);
        err = zones_mend(&z);
        if (err == OK) {
            check_result();
            err = zones_result(&z, &out);
        }
        ck_assert_msg(err == OK || fault.primary[0] != '\0', "no word of what is wrong");
        zones_fini(&z);
        buf_fini(&b);
    }
}
END_TEST

START_TEST(a_hostile_file_is_an_error_and_never_more)
{
    struct buf b;

    seed = (uint64_t)_i + 5000;
    for (int n = 0; n < 200; n++) {
        char *text;
        size_t len;

        buf_init(&b);
        random_text(&b);
        text = b.at;
        len = b.len;
        for (uint32_t k = 1 + below(6); k > 0; k--) {
            uint32_t at = below((uint32_t)len);

            switch (below(4)) {
            case 0:
                text[at] = (char)below(256);
                break;
            case 1:
                text[at] = "[]{},:\"0-9e.\\"[below(13)];
                break;
            case 2:
                len = at > 0 ? at : 1;
                break;
            default:
                memmove(text + at, text + at / 2, (len - at) / 2);
                break;
            }
        }
        struct list out;

        begin((struct zones_wish){ .kind = "beat" });
        enum err err = zones_read(&z, "r", (struct str){ text, len });

        err = err == OK ? zones_mend(&z) : err;
        err = err == OK ? zones_result(&z, &out) : err;
        ck_assert(err == OK || fault.primary[0] != '\0');
        zones_fini(&z);
        buf_fini(&b);
    }
}
END_TEST

int main(void)
{
    const struct suite_row tests[] = {
        { what_is_wrong_with_an_outline_is_mended_and_told, 0, 0 },
        { of_two_that_overlap_the_first_keeps_it, 0, 0 },
        { a_zone_is_cut_to_its_parent_and_thin_gaps_are_closed, 0, 0 },
        { features_of_one_code_are_one_zone, 0, 0 },
        { what_cannot_be_mended_is_named_with_its_field, 0, 0 },
        { what_the_city_has_keeps_its_rank_and_can_be_retired, 0, 0 },
        { the_shift_of_gcj02_goes_there_and_back, 0, 0 },
        { zones_in_gcj02_are_suspected_and_converted_when_asked, 0, 0 },
        { random_zones_come_out_whole_or_not_at_all, 0, 6 },
        { a_hostile_file_is_an_error_and_never_more, 0, 6 },
    };

    return SUITE_RUN("tools/zones", tests);
}
