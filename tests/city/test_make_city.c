/* The invented city: equal seeds give equal bytes; what a road map of a Chinese city promises. Read
 * back through libreadosm, as any extract. */
#include "tests/suite.h"
#include "tools/city/make.h"
#include "tools/osm/rings.h"

#include <stdio.h>
#include <unistd.h>

#define BYTES_MAX ((size_t)16 << 20)

#define SEEDS 2

/* The cities of seeds 1 to SEEDS, made once before the tests fork; and one more file. */
static char city[SEEDS + 1][64];
static char spare[64];
static struct extract x;
static struct city_counts counts;

static void make(const char *path, uint64_t seed)
{
    struct fault f = { 0 };

    if (city_make(seed, path, &counts, &f) != OK) {
        (void)fprintf(stderr, "%s: %s\n", path, f.primary);
        exit(EXIT_FAILURE);
    }
}

static void load(uint64_t seed)
{
    struct fault f = { 0 };

    ck_assert_msg(extract_read(&x, city[seed], &f) == OK, "%s", f.primary);
}

static size_t bytes_of(const char *name, uint8_t *out)
{
    FILE *file = fopen(name, "rb");

    ck_assert(file != NULL);
    size_t size = fread(out, 1, BYTES_MAX, file);

    (void)fclose(file);
    return size;
}

static bool same_files(const char *one, const char *other)
{
    static uint8_t a[BYTES_MAX];
    static uint8_t b[BYTES_MAX];
    size_t n = bytes_of(one, a);

    return n > 1000000 && n == bytes_of(other, b) && memcmp(a, b, n) == 0;
}

START_TEST(equal_seeds_give_equal_bytes)
{
    make(spare, 1);
    ck_assert(same_files(city[1], spare));
    (void)unlink(spare);
}
END_TEST

START_TEST(other_seeds_give_other_cities)
{
    ck_assert(!same_files(city[1], city[2]));
}
END_TEST

static bool drivable(const struct extract_way *w)
{
    return extract_tag(&x, w->tags, "highway") != NULL;
}

enum kind { NO_ROAD, BOTH_WAYS, ONE_WAY };

static uint8_t *kinds(void)
{
    uint8_t *kind = calloc(x.way_count, 1);

    ck_assert(kind != NULL);
    for (uint32_t i = 0; i < x.way_count; i++) {
        kind[i] = !drivable(&x.ways[i])                             ? NO_ROAD
                  : extract_is(&x, x.ways[i].tags, "oneway", "yes") ? ONE_WAY
                                                                    : BOTH_WAYS;
    }
    return kind;
}

/* Indices of the nodes that ways refer to. */
static uint32_t *indices(void)
{
    uint32_t *at = calloc(x.ref_count, sizeof(*at));

    ck_assert(at != NULL);
    for (uint32_t i = 0; i < x.ref_count; i++) {
        const struct extract_node *n = extract_node(&x, x.refs[i]);

        ck_assert_msg(n != NULL, "node %lld is missing", (long long)x.refs[i]);
        at[i] = (uint32_t)(n - x.nodes);
    }
    return at;
}

/* From one end of a way to the other, as far as it is reached. */
static bool drive(const uint32_t *way, uint32_t count, bool forward, uint8_t bit, uint8_t *seen)
{
    bool more = false;

    for (uint32_t k = 0; k + 1 < count; k++) {
        uint32_t a = way[forward ? k : count - 1 - k];
        uint32_t b = way[forward ? k + 1 : count - 2 - k];

        if ((seen[a] & bit) != 0 && (seen[b] & bit) == 0) {
            seen[b] |= bit;
            more = true;
        }
    }
    return more;
}

/* Marks what can be reached from a node over the roads, with or against the traffic. */
static void reach(const uint32_t *at, const uint8_t *kind, uint32_t from, bool against, uint8_t bit,
                  uint8_t *seen)
{
    bool more = true;

    seen[from] |= bit;
    while (more) {
        more = false;
        for (uint32_t i = 0; i < x.way_count; i++) {
            const struct extract_way *w = &x.ways[i];

            if (kind[i] == BOTH_WAYS || (kind[i] == ONE_WAY && !against)) {
                more = drive(&at[w->first], w->count, true, bit, seen) || more;
            }
            if (kind[i] == BOTH_WAYS || (kind[i] == ONE_WAY && against)) {
                more = drive(&at[w->first], w->count, false, bit, seen) || more;
            }
        }
    }
}

START_TEST(every_road_leads_to_every_other)
{
    load((uint64_t)_i + 1);
    uint8_t *seen = calloc(x.node_count, 1);
    uint8_t *road = calloc(x.node_count, 1);
    uint32_t *at = indices();
    uint8_t *kind = kinds();
    uint32_t nodes = 0;
    uint32_t connected = 0;
    uint32_t start = UINT32_MAX;

    ck_assert(seen != NULL && road != NULL);
    for (uint32_t i = 0; i < x.way_count; i++) {
        for (uint32_t k = 0; kind[i] != NO_ROAD && k < x.ways[i].count; k++) {
            road[at[x.ways[i].first + k]] = 1;
        }
        if (start == UINT32_MAX && extract_is(&x, x.ways[i].tags, "highway", "primary")) {
            start = at[x.ways[i].first];
        }
    }
    reach(at, kind, start, false, 1, seen);
    reach(at, kind, start, true, 2, seen);
    for (uint32_t i = 0; i < x.node_count; i++) {
        nodes += road[i];
        connected += road[i] != 0 && seen[i] == 3 ? 1 : 0;
    }
    ck_assert_uint_ge(nodes, 50000);
    ck_assert_uint_le(nodes, 70000);
    ck_assert_msg(connected * 1000.0 >= nodes * 999.0, "%u of %u", connected, nodes);
    free(at);
    free(kind);
    free(seen);
    free(road);
    extract_free(&x);
}
END_TEST

/* The middle of the river as the file has it; whether a point lies left (north) of it. */
static bool north_of_river(struct point at)
{
    static const struct extract_way *river;

    for (uint32_t i = 0; i < x.way_count && river == NULL; i++) {
        river = extract_is(&x, x.ways[i].tags, "waterway", "river") ? &x.ways[i] : NULL;
    }
    ck_assert(river != NULL);
    for (uint32_t k = 0; k + 1 < river->count; k++) {
        struct point a = extract_way_node(&x, river, k)->at;
        struct point b = extract_way_node(&x, river, k + 1)->at;

        if (at.lon_e7 >= a.lon_e7 && at.lon_e7 < b.lon_e7) {
            return at.lat_e7 > a.lat_e7 + (int64_t)(b.lat_e7 - a.lat_e7) * (at.lon_e7 - a.lon_e7) /
                                              (b.lon_e7 - a.lon_e7);
        }
    }
    ck_abort_msg("a road beyond the river's ends");
    return false;
}

START_TEST(only_bridges_cross_the_river)
{
    uint32_t bridges = 0;

    load(1);
    for (uint32_t i = 0; i < x.way_count; i++) {
        const struct extract_way *w = &x.ways[i];

        if (!drivable(w)) {
            continue;
        }
        for (uint32_t k = 0; k + 1 < w->count; k++) {
            struct point a = extract_way_node(&x, w, k)->at;
            struct point b = extract_way_node(&x, w, k + 1)->at;

            if (north_of_river(a) != north_of_river(b)) {
                ck_assert_msg(extract_is(&x, w->tags, "bridge", "yes"), "way %lld",
                              (long long)w->id);
                bridges++;
            }
        }
    }
    ck_assert_uint_ge(bridges, 12);
    extract_free(&x);
}
END_TEST

static bool is_chinese(const char *text)
{
    size_t len = strlen(text);

    for (size_t i = 0; i + 2 < len; i += 3) {
        if ((uint8_t)text[i] < 0xe4 || (uint8_t)text[i] > 0xe9) {
            return false;
        }
    }
    return len >= 6 && len % 3 == 0;
}

START_TEST(every_street_is_named_in_chinese)
{
    uint32_t named = 0;

    load(2);
    for (uint32_t i = 0; i < x.way_count; i++) {
        const struct extract_tags tags = x.ways[i].tags;
        const char *highway = extract_tag(&x, tags, "highway");

        /* Ramps and the ways inside estates have none. */
        if (highway == NULL || strcmp(highway, "service") == 0 ||
            strcmp(highway, "motorway_link") == 0) {
            continue;
        }
        const char *name = extract_tag(&x, tags, "name");

        ck_assert_msg(name != NULL && is_chinese(name), "way %lld", (long long)x.ways[i].id);
        ck_assert_str_eq(name, extract_tag(&x, tags, "name:zh"));
        ck_assert_ptr_nonnull(extract_tag(&x, tags, "name:en"));
        named++;
    }
    ck_assert_uint_gt(named, 1500);
    extract_free(&x);
}
END_TEST

/* How many ways have the tag. */
static uint32_t ways_with(const char *key, const char *value)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < x.way_count; i++) {
        n += extract_is(&x, x.ways[i].tags, key, value) ? 1 : 0;
    }
    return n;
}

START_TEST(the_road_map_has_every_kind_of_road_and_rule)
{
    load(1);
    static const char *const classes[] = { "motorway",    "motorway_link", "trunk",
                                           "primary",     "secondary",     "tertiary",
                                           "residential", "unclassified",  "service" };

    for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
        ck_assert_msg(ways_with("highway", classes[i]) > 0, "no %s", classes[i]);
    }
    ck_assert_uint_ge(ways_with("junction", "roundabout"), 4);
    ck_assert_uint_ge(ways_with("oneway", "yes"), 60);
    ck_assert_uint_ge(ways_with("tunnel", "yes"), 5);
    for (uint32_t i = 0; i < x.way_count; i++) {
        const char *highway = extract_tag(&x, x.ways[i].tags, "highway");

        if (highway != NULL && (strcmp(highway, "trunk") == 0 || strcmp(highway, "primary") == 0)) {
            ck_assert_ptr_nonnull(extract_tag(&x, x.ways[i].tags, "maxspeed"));
        }
    }
    extract_free(&x);
}
END_TEST

/* A forbidden turn names a way that ends at its node and one that begins or ends there. */
START_TEST(forbidden_turns_can_be_driven_up_to_their_node)
{
    uint32_t found = 0;

    load(1);
    for (uint32_t i = 0; i < x.relation_count; i++) {
        const struct extract_relation *r = &x.relations[i];

        if (!extract_is(&x, r->tags, "type", "restriction")) {
            continue;
        }
        ck_assert_uint_eq(r->count, 3);
        int64_t via = x.members[r->first + 1].id;

        for (uint32_t k = 0; k < 3; k += 2) {
            const struct extract_way *w = extract_way(&x, x.members[r->first + k].id);

            ck_assert_ptr_nonnull(w);
            ck_assert(x.refs[w->first] == via || x.refs[w->first + w->count - 1] == via);
        }
        found++;
    }
    ck_assert_uint_ge(found, 60);
    extract_free(&x);
}
END_TEST

START_TEST(an_extract_that_is_none_is_told_so)
{
    struct fault f = { 0 };
    FILE *file;

    ck_assert_int_eq(extract_read(&x, "/nonexistent.osm.pbf", &f), ERR_IO);
    extract_free(&x);
    ck_assert_int_eq(extract_read(&x, "/etc/passwd", &f), ERR_INVALID);
    extract_free(&x);
    file = fopen(spare, "wb");
    ck_assert(file != NULL && fputs("no extract at all, whatever its name says", file) >= 0);
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_int_eq(extract_read(&x, spare, &f), ERR_MALFORMED);
    extract_free(&x);
    (void)unlink(spare);
}
END_TEST

/* 2^16 times a way of 2^16 nodes: their sum is 0 in 32 bits. */
START_TEST(a_boundary_of_more_nodes_than_can_be_counted_is_none)
{
    enum { MANY = 1 << 16 };
    static int64_t refs[MANY];
    static struct extract_member members[MANY];
    struct extract_node node = { .id = 0 };
    struct extract_way way = { .id = 7, .count = MANY };
    const struct extract_relation boundary = { .count = MANY };
    const struct extract forged = { .nodes = &node,
                                    .node_count = 1,
                                    .ways = &way,
                                    .way_count = 1,
                                    .refs = refs,
                                    .ref_count = MANY,
                                    .members = members,
                                    .member_count = MANY };
    struct arena a;
    struct rings rings;

    for (uint32_t k = 0; k < MANY; k++) {
        members[k] = (struct extract_member){ .id = 7, .kind = EXTRACT_WAY, .role = "" };
    }
    arena_init(&a, (size_t)64 << 20);
    ck_assert(!rings_of_relation(&a, &forged, &boundary, &rings));
    arena_fini(&a);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { equal_seeds_give_equal_bytes, 0, 0 },
        { other_seeds_give_other_cities, 0, 0 },
        { every_road_leads_to_every_other, 0, SEEDS },
        { only_bridges_cross_the_river, 0, 0 },
        { every_street_is_named_in_chinese, 0, 0 },
        { the_road_map_has_every_kind_of_road_and_rule, 0, 0 },
        { forbidden_turns_can_be_driven_up_to_their_node, 0, 0 },
        { an_extract_that_is_none_is_told_so, 0, 0 },
        { a_boundary_of_more_nodes_than_can_be_counted_is_none, 0, 0 },
    };

    long pid = (long)getpid();

    (void)snprintf(spare, sizeof(spare), "/tmp/test_make_city-%ld-more.osm.pbf", pid);
    for (int i = 1; i <= SEEDS; i++) {
        (void)snprintf(city[i], sizeof(city[i]), "/tmp/test_make_city-%ld-%d.osm.pbf", pid, i);
        make(city[i], (uint64_t)i);
    }
    int code = SUITE_RUN("city/make", rows);

    for (int i = 1; i <= SEEDS; i++) {
        (void)unlink(city[i]);
    }
    return code;
}
