/* Road networks of real extracts: files that are damaged are refused, and every travel time is that
 * of Dijkstra's search. */
#include "base/hash.h"
#include "base/prng.h"
#include "routing/muster.h"
#include "routing/network_file.h"
#include "routing/path.h"
#include "tests/city/extracts.h"
#include "tests/city/oracle.h"
#include "tests/suite.h"
#include "tools/osm/network.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A place on a road, so that nothing is reckoned by straight line. */
static struct point some_place(const struct network *n, struct prng *random)
{
    return n->shape[prng_below(random, n->point_count)];
}

/* The way that takes so long, leg by leg. */
static void way_takes(struct path_query *q, struct point from, struct point to, uint32_t ms)
{
    const struct network *n = &q->road->network;
    struct path p;
    uint64_t sum;

    ck_assert(path_find(q, &q->road->free, from, to, &p));
    ck_assert_uint_eq(p.ms, ms);
    sum = (uint64_t)p.start_ms + p.end_ms + p.leg[0].ms;
    for (uint32_t i = 1; i < p.leg_count; i++) {
        const struct path_leg *leg = &p.leg[i];
        uint32_t before = p.leg[i - 1].segment;

        sum += leg->ms;
        ck_assert_uint_eq(n->arc_segment[leg->arc], leg->segment);
        /* the arc begins where one of the segment before it ends */
        ck_assert_uint_eq(n->graph.tail[leg->arc], n->graph.head[n->arc[n->first_arc[before]]]);
    }
    ck_assert_uint_eq(sum, ms);
}

/* Asked at once: the same as one by one, of real places on real roads. */
static void compare_at_once(struct muster *m, struct road_query *q, const struct point *from,
                            uint32_t count, struct point to)
{
    uint32_t ms[200];

    ck_assert_uint_le(count, 200);
    muster_ms(m, q, from, count, to, ms);
    for (uint32_t i = 0; i < count; i++) {
        ck_assert_uint_eq(ms[i], road_travel_ms(q, from[i], to));
    }
}

START_TEST(times_by_road_are_those_of_dijkstra)
{
    char file[] = "/tmp/tocsin-network-XXXXXX";
    struct network_report report;
    struct road road;
    struct road_query q;
    struct path_query ways;
    struct muster muster;
    struct oracle o;
    struct prng random;
    struct fault f = { 0 };
    uint32_t compared = 0;
    struct point asked[100];

    extracts_make((enum extract_of)_i, file, &report);
    ck_assert_int_eq(road_open(&road, file, &f), OK);
    ck_assert_int_eq(road_query_init(&q, &road, &f), OK);
    ck_assert_int_eq(path_query_init(&ways, &road, &f), OK);
    ck_assert_int_eq(muster_init(&muster, &road, &f), OK);
    oracle_raise(&o, &road);
    prng_seed(&random, (uint64_t)_i);
    for (int n = 0; n < 40; n++) {
        struct point to = some_place(&road.network, &random);
        struct snap to_snap;

        ck_assert(snap_find(&road.grid, to, &to_snap));
        oracle_search_to(&o, &to_snap);
        for (int k = 0; k < 100; k++) {
            struct point from = some_place(&road.network, &random);
            struct snap from_snap;

            asked[k] = from;
            ck_assert(snap_find(&road.grid, from, &from_snap));
            uint32_t off = from_snap.off_mm + to_snap.off_mm;

            if (off == 0 && from_snap.piece != to_snap.piece) {
                uint32_t ms = oracle_time_from(&o, &from_snap);

                ck_assert_uint_eq(road_travel_ms(&q, from, to), ms);
                if (ms < ETA_INF_MS) {
                    way_takes(&ways, from, to, ms);
                }
                compared++;
            }
        }
        compare_at_once(&muster, &q, asked, 100, to);
    }
    ck_assert_uint_gt(compared, 2000);
    oracle_strike(&o);
    muster_fini(&muster);
    path_query_fini(&ways);
    road_query_fini(&q);
    road_close(&road);
    ck_assert_int_eq(unlink(file), 0);
}
END_TEST

START_TEST(bans_are_read_and_what_hangs_apart_is_dropped)
{
    char file[] = "/tmp/tocsin-network-XXXXXX";
    struct network_report report;

    extracts_make(EXTRACT_PORTO, file, &report);
    ck_assert_uint_gt(report.bans, 300); /* of 357 restrictions */
    ck_assert_uint_gt(report.dropped_pieces, 0);
    ck_assert_uint_lt(report.dropped_metres * 50, report.metres);
    ck_assert_int_eq(unlink(file), 0);
}
END_TEST

/* Writes a file whose digest is right again, whatever was done to it. */
static void write_file(const char *path, uint8_t *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    struct sha256 digest;

    hash_sha256((struct str){ .at = (const char *)bytes + 56, .len = size - 56 }, (struct str){ 0 },
                &digest);
    memcpy(bytes + 24, &digest, 32);
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, size, file), size);
    ck_assert_int_eq(fclose(file), 0);
}

static uint8_t *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");

    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fseek(file, 0, SEEK_END), 0);
    *size = (size_t)ftell(file);
    rewind(file);
    uint8_t *bytes = malloc(*size);

    ck_assert_ptr_nonnull(bytes);
    ck_assert_uint_eq(fread(bytes, 1, *size, file), *size);
    ck_assert_int_eq(fclose(file), 0);
    return bytes;
}

/* A network of an extract in words. */
static void make_drawn(const char *town, size_t len, const char *out)
{
    char osm[] = "/tmp/tocsin-network-XXXXXX.osm";
    int fd = mkstemps(osm, 4);
    struct extract x;
    struct network n;
    struct network_report report;
    struct fault f = { 0 };

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, town, len), (ssize_t)len);
    ck_assert_int_eq(close(fd), 0);
    ck_assert_int_eq(extract_read(&x, osm, &f), OK);
    struct network_wish wish = { .extract = &x,
                                 .profile = profile_find("patrol_car"),
                                 .source = "town" };

    ck_assert_int_eq(network_make(&n, &wish, &report, &f), OK);
    ck_assert_int_eq(network_write(&n, out, &f), OK);
    network_unmake(&n);
    extract_free(&x);
    ck_assert_int_eq(unlink(osm), 0);
}

/* A town of three streets, for files that are small enough to be spoilt everywhere. */
static void make_small(const char *out)
{
    static const char town[] =
        "<osm version=\"0.6\"><node id=\"1\" lon=\"120.0\" lat=\"30.0\"/>"
        "<node id=\"2\" lon=\"120.01\" lat=\"30.0\"/><node id=\"3\" lon=\"120.0\" lat=\"30.01\"/>"
        "<way id=\"1\"><nd ref=\"1\"/><nd ref=\"2\"/><tag k=\"highway\" v=\"primary\"/>"
        "<tag k=\"name\" v=\"人民路\"/></way>"
        "<way id=\"2\"><nd ref=\"2\"/><nd ref=\"3\"/><tag k=\"highway\" v=\"residential\"/></way>"
        "<way id=\"3\"><nd ref=\"3\"/><nd ref=\"1\"/><tag k=\"highway\" "
        "v=\"service\"/></way></osm>";

    make_drawn(town, sizeof(town) - 1, out);
}

static enum err read_text(struct extract *x, const char *path, struct fault *f)
{
    enum err err = extract_read(x, path, f);

    ck_assert_int_eq(unlink(path), 0);
    return err;
}

static FILE *begin_text(char *path)
{
    int fd = mkstemps(path, 4);

    ck_assert_int_ge(fd, 0);
    FILE *file = fdopen(fd, "w");

    ck_assert_ptr_nonnull(file);
    (void)fputs("<?xml version='1.0'?>\n<osm version='0.6'>\n", file);
    return file;
}

static void end_text(FILE *file)
{
    (void)fputs("</osm>\n", file);
    ck_assert_int_eq(fclose(file), 0);
}

START_TEST(a_node_beyond_the_poles_or_the_date_line_is_told)
{
    static const struct {
        const char *lat, *lon, *field, *said;
    } rows[] = {
        { "90.1", "120", "lat", "node 7 has lat 90.1000000, expected -90 to 90" },
        { "-91", "120", "lat", "node 7 has lat -91.0000000, expected -90 to 90" },
        { "30", "180.5", "lon", "node 7 has lon 180.5000000, expected -180 to 180" },
        { "30", "-1e300", "lon", NULL },
        { "nan", "120", "lat", NULL },
        { "90", "-180", NULL, NULL },
    };

    for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
        char path[] = "/tmp/tocsin-extract-XXXXXX.osm";
        struct extract x;
        struct fault f = { 0 };
        FILE *file = begin_text(path);

        (void)fprintf(file, "<node id='7' version='1' lat='%s' lon='%s'/>\n", rows[k].lat,
                      rows[k].lon);
        end_text(file);
        enum err err = read_text(&x, path, &f);

        ck_assert_int_eq(err, rows[k].field != NULL ? ERR_MALFORMED : OK);
        ck_assert(rows[k].field == NULL || strcmp(f.field, rows[k].field) == 0);
        ck_assert_msg(rows[k].said == NULL || strcmp(f.primary, rows[k].said) == 0, "%s",
                      f.primary);
        extract_free(&x);
    }
}
END_TEST

static void make_of(struct extract *x, struct network_report *report)
{
    struct network n;
    struct fault f = { 0 };
    struct network_wish wish = { .extract = x,
                                 .profile = profile_find("patrol_car"),
                                 .source = "town" };

    ck_assert_int_eq(network_make(&n, &wish, report, &f), OK);
    network_unmake(&n);
    extract_free(x);
}

/* A star drawn in one stroke, with a restriction in its middle: no ban for each two of its rays. */
START_TEST(a_node_that_one_way_passes_very_often_makes_no_bans_by_the_square)
{
    enum { RAYS = 2000 };
    char path[] = "/tmp/tocsin-extract-XXXXXX.osm";
    struct network_report report = { 0 };
    struct extract x;
    struct fault f = { 0 };
    FILE *file = begin_text(path);

    for (int k = 0; k <= RAYS; k++) {
        (void)fprintf(file, "<node id='%d' version='1' lat='%.7f' lon='%.7f'/>\n", k + 1,
                      k == 0 ? 30 : 30.001 + k * 1e-6, k == 0 ? 120 : 120 + k * 1e-5);
    }
    (void)fputs("<way id='1' version='1'>", file);
    for (int k = 1; k <= RAYS; k++) {
        (void)fprintf(file, "<nd ref='1'/><nd ref='%d'/>", k + 1);
    }
    (void)fputs("<nd ref='1'/><tag k='highway' v='primary'/></way>\n"
                "<relation id='1' version='1'><member type='way' ref='1' role='from'/>"
                "<member type='node' ref='1' role='via'/><member type='way' ref='1' role='to'/>"
                "<tag k='type' v='restriction'/><tag k='restriction' v='no_u_turn'/></relation>\n",
                file);
    end_text(file);
    ck_assert_int_eq(read_text(&x, path, &f), OK);
    make_of(&x, &report);
    ck_assert_uint_eq(report.bans, 0);
    ck_assert_uint_eq(report.restrictions_ignored, 1);
}
END_TEST

/* Each bar cuts a piece; where roads meet next is looked for once. By the square it would take
 * minutes. */
START_TEST(a_long_way_with_very_many_bars_is_cut_at_each)
{
    enum { BARS = 60000 };
    char path[] = "/tmp/tocsin-extract-XXXXXX.osm";
    struct network_report report = { 0 };
    struct extract x;
    struct fault f = { 0 };
    FILE *file = begin_text(path);

    for (int k = 0; k < 2 * BARS; k++) {
        (void)fprintf(file, "<node id='%d' version='1' lat='30' lon='%.7f'>%s</node>\n", k + 1,
                      120 + k * 1e-6, k % 2 == 1 ? "<tag k='barrier' v='block'/>" : "");
    }
    (void)fputs("<way id='1' version='1'>", file);
    for (int k = 0; k < 2 * BARS; k++) {
        (void)fprintf(file, "<nd ref='%d'/>", k + 1);
    }
    (void)fputs("<tag k='highway' v='primary'/></way>\n", file);
    end_text(file);
    ck_assert_int_eq(read_text(&x, path, &f), OK);
    make_of(&x, &report);
    ck_assert_uint_ge(report.pieces + report.dropped_pieces, BARS);
}
END_TEST

/* Ways of one street each: a bridge is called by its own name, a road without one by its number. */
START_TEST(roads_are_called_what_people_call_them)
{
    static const char town[] =
        "<osm version=\"0.6\"><node id=\"1\" lon=\"120.0\" lat=\"30.0\"/>"
        "<node id=\"2\" lon=\"120.01\" lat=\"30.0\"/><node id=\"3\" lon=\"120.0\" lat=\"30.01\"/>"
        "<way id=\"1\"><nd ref=\"1\"/><nd ref=\"2\"/><tag k=\"highway\" v=\"primary\"/>"
        "<tag k=\"name\" v=\"Ring\"/><tag k=\"bridge:name\" v=\"老桥\"/><tag k=\"bridge\" "
        "v=\"yes\"/></way>"
        "<way id=\"2\"><nd ref=\"2\"/><nd ref=\"3\"/><tag k=\"highway\" v=\"trunk\"/>"
        "<tag k=\"ref\" v=\"G104\"/></way>"
        "<way id=\"3\"><nd ref=\"3\"/><nd ref=\"1\"/><tag k=\"highway\" v=\"primary\"/>"
        "<tag k=\"name\" v=\"Ring\"/><tag k=\"name:zh\" v=\"环路\"/><tag k=\"ref\" v=\"S1\"/></way>"
        "</osm>";
    char path[] = "/tmp/tocsin-network-XXXXXX";
    struct network n;
    struct fault f = { 0 };

    ck_assert_int_ge(close(mkstemp(path)), 0);
    make_drawn(town, sizeof(town) - 1, path);
    ck_assert_int_eq(network_open(&n, path, &f), OK);
    ck_assert_str_eq(network_name(&n, 0), "老桥");
    ck_assert_str_eq(network_name(&n, 1), "G104");
    ck_assert_str_eq(network_name(&n, 2), "环路");
    network_close(&n);
    ck_assert_int_eq(unlink(path), 0);
}
END_TEST

START_TEST(a_file_is_as_it_was_written)
{
    char path[] = "/tmp/tocsin-network-XXXXXX";
    struct network n;
    struct fault f = { 0 };

    ck_assert_int_ge(close(mkstemp(path)), 0);
    make_small(path);
    ck_assert_int_eq(network_open(&n, path, &f), OK);
    ck_assert_str_eq(n.profile, "patrol_car");
    ck_assert_str_eq(n.source, "town");
    ck_assert_uint_eq(n.piece_count, 3);
    ck_assert_str_eq(network_name(&n, 0), "人民路");
    ck_assert_str_eq(network_name(&n, 1), "");
    ck_assert_uint_eq(n.piece[0].class, ROAD_PRIMARY);
    ck_assert_uint_gt(n.piece[0].length_mm, 900000);
    network_close(&n);
    ck_assert_int_eq(unlink(path), 0);
}
END_TEST

/* Two places on one road: ahead of each other no junction is passed, and back only where it is not
 * one way. */
START_TEST(on_one_road_the_way_is_the_road)
{
    char path[] = "/tmp/tocsin-network-XXXXXX";
    struct road road;
    struct road_query q;
    struct fault f = { 0 };
    const struct point west = { 1200020000, 300000000 };
    const struct point east = { 1200070000, 300000000 };

    ck_assert_int_ge(close(mkstemp(path)), 0);
    make_small(path);
    ck_assert_int_eq(road_open(&road, path, &f), OK);
    ck_assert_int_eq(road_query_init(&q, &road, &f), OK);
    uint32_t whole = road.network.segment_ms[0];
    uint32_t there = road_travel_ms(&q, west, east);

    ck_assert_uint_ge(there, whole / 2 - 10); /* half of the road, to the rounding */
    ck_assert_uint_le(there, whole / 2 + 10);
    ck_assert_uint_ge(road_travel_ms(&q, east, west), whole / 2 - 10);
    ck_assert_uint_le(road_travel_ms(&q, east, west), whole / 2 + 10);
    ck_assert_uint_le(road_travel_ms(&q, east, east), 10); /* a place on a road is found to 15 mm */
    road_query_fini(&q);
    road_close(&road);
    ck_assert_int_eq(unlink(path), 0);
}
END_TEST

START_TEST(a_damaged_file_is_refused)
{
    char path[] = "/tmp/tocsin-network-XXXXXX";
    struct network n;
    struct fault f = { 0 };
    size_t size;

    ck_assert_int_ge(close(mkstemp(path)), 0);
    make_small(path);
    uint8_t *bytes = read_file(path, &size);

    for (size_t i = 0; i < size; i += 7) {
        FILE *file = fopen(path, "wb");

        ck_assert_ptr_nonnull(file);
        bytes[i] ^= 0x40;
        ck_assert_uint_eq(fwrite(bytes, 1, size, file), size);
        ck_assert_int_eq(fclose(file), 0);
        ck_assert_int_eq(network_open(&n, path, &f), ERR_MALFORMED);
        bytes[i] ^= 0x40;
    }
    for (size_t cut = 0; cut < size; cut += 61) {
        ck_assert_int_eq(truncate(path, (off_t)(size - 1 - cut)), 0);
        ck_assert_int_eq(network_open(&n, path, &f), ERR_MALFORMED);
    }
    free(bytes);
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(network_open(&n, path, &f), ERR_IO);
}
END_TEST

/* Whatever stands in a file whose digest is right, opening it and asking it ends. */
START_TEST(a_forged_file_is_refused_or_harmless)
{
    char path[] = "/tmp/tocsin-network-XXXXXX";
    struct road road;
    struct road_query q;
    struct path_query ways;
    struct muster muster;
    struct prng random;
    struct fault f = { 0 };
    size_t size;
    uint32_t refused = 0;

    ck_assert_int_ge(close(mkstemp(path)), 0);
    make_small(path);
    uint8_t *good = read_file(path, &size);
    uint8_t *bytes = malloc(size);

    ck_assert_ptr_nonnull(bytes);
    prng_seed(&random, 11);
    for (int round = 0; round < 3000; round++) {
        memcpy(bytes, good, size);
        for (uint64_t k = 0; k <= prng_below(&random, 3); k++) {
            size_t at = 56 + prng_below(&random, size - 56);

            bytes[at] = (uint8_t)prng_below(&random, 256);
        }
        write_file(path, bytes, size);
        if (road_open(&road, path, &f) != OK) {
            refused++;
            continue;
        }
        ck_assert_int_eq(road_query_init(&q, &road, &f), OK);
        ck_assert_int_eq(path_query_init(&ways, &road, &f), OK);
        ck_assert_int_eq(muster_init(&muster, &road, &f), OK);
        for (int k = 0; k < 4; k++) {
            struct point a = some_place(&road.network, &random);
            struct point b = some_place(&road.network, &random);

            uint32_t ms = road_travel_ms(&q, a, b);
            struct path p;

            ck_assert_uint_le(ms, ETA_INF_MS);
            ck_assert_int_eq(path_find(&ways, &road.free, a, b, &p), ms < ETA_INF_MS);
            ck_assert_uint_eq(p.ms, ms);
            compare_at_once(&muster, &q, &a, 1, b);
        }
        muster_fini(&muster);
        path_query_fini(&ways);
        road_query_fini(&q);
        road_close(&road);
    }
    ck_assert_uint_gt(refused, 100);
    free(good);
    free(bytes);
    ck_assert_int_eq(unlink(path), 0);
}
END_TEST

int main(void)
{
    const struct suite_row always[] = {
        { a_node_beyond_the_poles_or_the_date_line_is_told, 0, 0 },
        { a_node_that_one_way_passes_very_often_makes_no_bans_by_the_square, 0, 0 },
        { a_long_way_with_very_many_bars_is_cut_at_each, 0, 0 },
        { a_file_is_as_it_was_written, 0, 0 },
        { roads_are_called_what_people_call_them, 0, 0 },
        { on_one_road_the_way_is_the_road, 0, 0 },
        { a_damaged_file_is_refused, 0, 0 },
        { a_forged_file_is_refused_or_harmless, 0, 0 },
    };
    const struct suite_row real[] = {
        { times_by_road_are_those_of_dijkstra, 0, TRIALS(3) },
        { bans_are_read_and_what_hangs_apart_is_dropped, 0, 0 },
    };
    int code = SUITE_RUN("city/network", always);

    if (!extracts_there()) {
        (void)puts("skipped: there are no real extracts");
        return code;
    }
    int real_code = SUITE_RUN("city/network, real extracts", real);

    return code == EXIT_SUCCESS ? real_code : code;
}
