/* The drawn maps of tests/maps: each is made into an OSM extract, read as one, and asked who comes
 * first. */
#include "base/geo.h"
#include "routing/network_file.h"
#include "routing/path_steps.h"
#include "tests/suite.h"
#include "tools/osm/network.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ROWS_MAX 40
#define WIDTH_MAX 80
#define RULES_MAX 40
#define STEP_MM 100000
#define LIMITS_MAX 8
#define AREA_MAX 8

struct drawing {
    char path[1024];
    char row[ROWS_MAX][WIDTH_MAX + 1];
    uint32_t rows;
    char rule[RULES_MAX][WIDTH_MAX + 1];
    uint32_t rule_count;
    bool ferries;
    struct point at[128]; /* of a letter */
    char xml[65536];
    size_t xml_len;
    uint32_t ways;
    char way_ends[256][2];
    /* what is the matter with roads while the rules are held to */
    struct road_limit limit[LIMITS_MAX];
    struct point limit_points[LIMITS_MAX][AREA_MAX];
    char limit_of[LIMITS_MAX][AREA_MAX + 1]; /* the junctions it was named by */
    uint32_t limit_count;
};

static bool is_junction(char c)
{
    return c >= 'a' && c <= 'z';
}

static void add_xml(struct drawing *d, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    int n = vsnprintf(d->xml + d->xml_len, sizeof(d->xml) - d->xml_len, fmt, args);

    va_end(args);
    ck_assert_int_gt(n, 0);
    d->xml_len += (size_t)n;
    ck_assert_uint_lt(d->xml_len, sizeof(d->xml));
}

static void add_way(struct drawing *d, char from, char to, char mark)
{
    const char *kind = strchr("=H", mark) != NULL ? "primary" : "residential";
    bool back = mark == '<' || mark == '^';

    d->way_ends[d->ways][0] = from;
    d->way_ends[d->ways][1] = to;
    add_xml(d, "<way id=\"%u\"><nd ref=\"%d\"/><nd ref=\"%d\"/>", ++d->ways, from, to);
    if (strchr("~:", mark) != NULL) {
        add_xml(d, "<tag k=\"route\" v=\"ferry\"/>");
    } else {
        add_xml(d, "<tag k=\"highway\" v=\"%s\"/>", kind);
    }
    if (strchr("><V^", mark) != NULL) {
        add_xml(d, "<tag k=\"oneway\" v=\"%s\"/>", back ? "-1" : "yes");
    }
    add_xml(d, "</way>\n");
}

static char mark_at(const struct drawing *d, uint32_t x, uint32_t y)
{
    return y < d->rows && x < strlen(d->row[y]) ? d->row[y][x] : ' ';
}

/* From a junction to the east, or to the south, along marks of one kind to the next one. */
static void trace(struct drawing *d, uint32_t x, uint32_t y, uint32_t dx, uint32_t dy,
                  const char *marks)
{
    char from = mark_at(d, x, y);
    char mark = mark_at(d, x + dx, y + dy);

    if (mark == ' ' || strchr(marks, mark) == NULL) {
        return;
    }
    while (mark_at(d, x + dx, y + dy) == mark) {
        x += dx;
        y += dy;
    }
    char to = mark_at(d, x + dx, y + dy);

    if (!is_junction(to)) {
        ck_abort_msg("%s: a road from %c ends at no junction", d->path, from);
    }
    add_way(d, from, to, mark);
}

static uint32_t way_between(const struct drawing *d, char a, char b)
{
    for (uint32_t i = 0; i < d->ways; i++) {
        if ((d->way_ends[i][0] == a && d->way_ends[i][1] == b) ||
            (d->way_ends[i][0] == b && d->way_ends[i][1] == a)) {
            return i + 1;
        }
    }
    ck_abort_msg("%s: no road between %c and %c", d->path, a, b);
    return 0;
}

static void add_bans(struct drawing *d)
{
    char a;
    char b;
    char c;

    for (uint32_t i = 0; i < d->rule_count; i++) {
        if (sscanf(d->rule[i], "ban %c %c %c", &a, &b, &c) == 3) {
            add_xml(d,
                    "<relation id=\"%u\"><member type=\"way\" ref=\"%u\" role=\"from\"/>"
                    "<member type=\"node\" ref=\"%d\" role=\"via\"/>"
                    "<member type=\"way\" ref=\"%u\" role=\"to\"/>"
                    "<tag k=\"type\" v=\"restriction\"/><tag k=\"restriction\" "
                    "v=\"no_left_turn\"/></relation>\n",
                    i + 1, way_between(d, a, b), b, way_between(d, b, c));
        }
        d->ferries = d->ferries || strcmp(d->rule[i], "with ferries") == 0;
    }
}

static void read_drawing(struct drawing *d, const char *path)
{
    FILE *file = fopen(path, "r");
    char line[256];

    ck_assert_ptr_nonnull(file);
    memset(d, 0, sizeof(*d));
    (void)snprintf(d->path, sizeof(d->path), "%s", path);
    while (fgets(line, sizeof(line), file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '#' || line[0] == '\0') {
            continue;
        }
        ck_assert_uint_le(strlen(line), WIDTH_MAX);
        /* a word of two letters or more: the drawing has ended */
        bool rule = is_junction(line[0]) && is_junction(line[1]);
        char *to = rule ? d->rule[d->rule_count++] : d->row[d->rows++];

        memcpy(to, line, strlen(line) + 1);
    }
    (void)fclose(file);
}

static void draw(struct drawing *d)
{
    const struct point corner = { 1200000000, 300000000 };

    add_xml(d, "<?xml version=\"1.0\"?>\n<osm version=\"0.6\">\n");
    for (uint32_t y = 0; y < d->rows; y++) {
        for (uint32_t x = 0; x < strlen(d->row[y]); x++) {
            char c = d->row[y][x];

            if (!is_junction(c)) {
                continue;
            }
            struct point p = { corner.lon_e7 +
                                   (int32_t)(x * geo_span_lon_e7(STEP_MM, corner.lat_e7)),
                               corner.lat_e7 - (int32_t)(y * geo_span_lat_e7(STEP_MM)) };
            d->at[(uint8_t)c] = p;
            add_xml(d, "<node id=\"%d\" lon=\"%.7f\" lat=\"%.7f\"/>\n", c, p.lon_e7 / 1e7,
                    p.lat_e7 / 1e7);
        }
    }
    for (uint32_t y = 0; y < d->rows; y++) {
        for (uint32_t x = 0; x < strlen(d->row[y]); x++) {
            if (is_junction(d->row[y][x])) {
                trace(d, x, y, 1, 0, "-=><~");
                trace(d, x, y, 0, 1, "|HV^:");
            }
        }
    }
    add_bans(d);
    add_xml(d, "</osm>\n");
}

static void make_road(struct drawing *d, struct road *road)
{
    char osm[] = "/tmp/tocsin-map-XXXXXX.osm";
    char out[] = "/tmp/tocsin-map-XXXXXX.roads";
    int fd = mkstemps(osm, 4);
    int fd2 = mkstemps(out, 6);
    struct extract x;
    struct network n;
    struct network_report report;
    struct fault f = { 0 };

    ck_assert_int_ge(fd, 0);
    ck_assert_int_ge(fd2, 0);
    ck_assert_int_eq(write(fd, d->xml, d->xml_len), (ssize_t)d->xml_len);
    ck_assert_int_eq(close(fd), 0);
    ck_assert_int_eq(close(fd2), 0);
    ck_assert_int_eq(extract_read(&x, osm, &f), OK);
    struct network_wish wish = { .extract = &x,
                                 .profile = profile_find("patrol_car"),
                                 .ferries = d->ferries,
                                 .source = "drawn" };

    ck_assert_int_eq(network_make(&n, &wish, &report, &f), OK);
    ck_assert_int_eq(network_write(&n, out, &f), OK);
    network_unmake(&n);
    extract_free(&x);
    ck_assert_int_eq(road_open(road, out, &f), OK);
    ck_assert_int_eq(unlink(osm), 0);
    ck_assert_int_eq(unlink(out), 0);
}

static struct point middle_of(const struct drawing *d, char a, char b)
{
    struct point p = d->at[(uint8_t)a];
    struct point r = d->at[(uint8_t)b];

    (void)way_between(d, a, b);
    return (struct point){ p.lon_e7 + (r.lon_e7 - p.lon_e7) / 2,
                           p.lat_e7 + (r.lat_e7 - p.lat_e7) / 2 };
}

/* "c e b" of "to d: c e b" or "on d f: c e b" */
static void hold_to(const struct drawing *d, struct road_query *q, const char *rule,
                    struct point to)
{
    uint32_t before = 0;
    char first = '-';

    for (const char *c = strchr(rule, ':') + 1; *c != '\0'; c++) {
        if (*c == ' ') {
            continue;
        }
        uint32_t ms = road_travel_ms(q, d->at[(uint8_t)*c], to);

        if (ms <= before || ms == ETA_INF_MS) {
            ck_abort_msg("%s: %s: %c takes %u ms, %c before it %u ms", d->path, rule, *c, ms, first,
                         before);
        }
        before = ms;
        first = *c;
    }
}

/* "way b g: b e j g": the junctions a way comes by; of a way's points those that are one. */
static void hold_way(const struct drawing *d, struct path_query *q, const struct road_weights *w,
                     const char *rule)
{
    struct point point[128];
    struct path path;
    char by[256] = "";

    ck_assert(path_find(q, w, d->at[(uint8_t)rule[4]], d->at[(uint8_t)rule[6]], &path));
    uint32_t count = path_points(w->road, &path, point, 128);

    ck_assert_uint_le(count, 128);
    for (uint32_t i = 0; i < count; i++) {
        for (char c = 'a'; c <= 'z'; c++) {
            const struct point *at = &d->at[(uint8_t)c];

            /* the places at the ends are found on their road to some millimetres */
            if ((at->lon_e7 != 0 || at->lat_e7 != 0) && geo_distance_mm(*at, point[i]) < 100 &&
                (by[0] == '\0' || by[strlen(by) - 1] != c)) {
                (void)snprintf(by + strlen(by), sizeof(by) - strlen(by), " %c", c);
            }
        }
    }
    if (strcmp(by, strchr(rule, ':') + 1) != 0) {
        ck_abort_msg("%s: %s: the way leads by%s", d->path, rule, by);
    }
}

static const char *const turn_words[PATH_TURN_COUNT] = {
    "start", "straight",   "slight_left", "slight_right", "left",
    "right", "sharp_left", "sharp_right", "u_turn"
};

/* "turns b g: start left u_turn": the turns of its steps. */
static void hold_turns(const struct drawing *d, struct path_query *q, const struct road_weights *w,
                       const char *rule)
{
    struct path_step step[64];
    struct path path;
    char turns[256] = "";

    ck_assert(path_find(q, w, d->at[(uint8_t)rule[6]], d->at[(uint8_t)rule[8]], &path));
    uint32_t count = path_steps(w->road, &path, step, 64);

    ck_assert_uint_le(count, 64);
    for (uint32_t i = 0; i < count; i++) {
        (void)snprintf(turns + strlen(turns), sizeof(turns) - strlen(turns), " %s",
                       turn_words[step[i].turn]);
    }
    if (strcmp(turns, strchr(rule, ':') + 1) != 0) {
        ck_abort_msg("%s: %s: the turns are%s", d->path, rule, turns);
    }
}

/* "why b g: b g" or "why b g: nothing": which limit makes the way longer than it is else. */
static void hold_why(const struct drawing *d, struct path_query *q, const struct road_weights *w,
                     const char *rule)
{
    uint32_t free_ms;
    uint32_t id = path_limit(q, w, d->at[(uint8_t)rule[4]], d->at[(uint8_t)rule[6]], &free_ms);
    char why[2 * AREA_MAX + 16] = "";

    for (uint32_t i = 0; id != 0 && i < strlen(d->limit_of[id - 1]); i++) {
        (void)snprintf(why + strlen(why), sizeof(why) - strlen(why), " %c", d->limit_of[id - 1][i]);
    }
    if (strcmp(id == 0 ? " nothing" : why, strchr(rule, ':') + 1) != 0) {
        ck_abort_msg("%s: %s: it is%s", d->path, rule, id == 0 ? " nothing" : why);
    }
}

/* The junctions that a rule names behind its verb; returns what follows them. */
static const char *junctions_of(const char *rule, char out[AREA_MAX + 1])
{
    const char *c = rule + strcspn(rule, " ");
    uint32_t count = 0;

    for (; c[0] == ' ' && is_junction(c[1]); c += 2) {
        ck_assert_uint_lt(count, AREA_MAX);
        out[count++] = c[1];
    }
    out[count] = '\0';
    return c;
}

/* A stroke across the middle of a road, or an area with corners at junctions. */
static void place_limit(struct drawing *d, struct road_limit *l, const char *junctions)
{
    struct point *p = d->limit_points[l - d->limit];

    l->points = p;
    l->point_count = (uint32_t)strlen(junctions);
    l->area = l->point_count > 2;
    for (uint32_t i = 0; i < l->point_count; i++) {
        p[i] = d->at[(uint8_t)junctions[i]];
    }
    if (!l->area) {
        struct point m = middle_of(d, junctions[0], junctions[1]);
        int32_t across_lon_e7 = p[0].lon_e7 == p[1].lon_e7 ? 2000 : 0;
        int32_t across_lat_e7 = 2000 - across_lon_e7;

        p[0] = (struct point){ m.lon_e7 - across_lon_e7, m.lat_e7 - across_lat_e7 };
        p[1] = (struct point){ m.lon_e7 + across_lon_e7, m.lat_e7 + across_lat_e7 };
    }
}

/* The last one takes its place. */
static void lift_limit(struct drawing *d, uint32_t at)
{
    uint32_t last = --d->limit_count;

    memcpy(d->limit_of[at], d->limit_of[last], sizeof(d->limit_of[at]));
    memcpy(d->limit_points[at], d->limit_points[last], sizeof(d->limit_points[at]));
    d->limit[at] = d->limit[last];
    d->limit[at].points = d->limit_points[at];
    d->limit[at].id = at + 1;
}

/* "close a b", "close a b c d", "slow a b 20", "open a b" */
static bool change_roads(struct drawing *d, const char *rule)
{
    char junctions[AREA_MAX + 1];
    bool opens = strncmp(rule, "open ", 5) == 0;
    bool slows = strncmp(rule, "slow ", 5) == 0;

    if (!opens && !slows && strncmp(rule, "close ", 6) != 0) {
        return false;
    }
    const char *behind = junctions_of(rule, junctions);
    uint32_t at = 0;

    while (at < d->limit_count && strcmp(d->limit_of[at], junctions) != 0) {
        at++;
    }
    if (opens) {
        ck_assert_msg(at < d->limit_count, "%s: %s: nothing is there", d->path, rule);
        lift_limit(d, at);
        return true;
    }
    ck_assert_uint_lt(d->limit_count, LIMITS_MAX);
    at = d->limit_count++;
    (void)snprintf(d->limit_of[at], sizeof(d->limit_of[at]), "%s", junctions);
    d->limit[at] =
        (struct road_limit){ .id = d->limit_count,
                             .percent = slows ? (uint8_t)strtoul(behind, NULL, 10) : LIMIT_CLOSED };
    place_limit(d, &d->limit[at], junctions);
    return true;
}

/* What a drawing is held to with. */
struct asking {
    struct road road;
    struct road_weights weights;
    struct road_query times;
    struct path_query ways;
};

static void begin_asking(struct asking *a, struct drawing *d)
{
    struct fault f;

    make_road(d, &a->road);
    ck_assert_int_eq(road_query_init(&a->times, &a->road, &f), OK);
    ck_assert_int_eq(path_query_init(&a->ways, &a->road, &f), OK);
    ck_assert_int_eq(weights_init(&a->weights, &a->road, &f), OK);
    weights_make(&a->weights, 0, NULL, 0);
}

static void end_asking(struct asking *a)
{
    path_query_fini(&a->ways);
    road_query_fini(&a->times);
    weights_free(&a->weights);
    road_close(&a->road);
}

/* False: the rule was one for drawing. */
static bool hold(struct asking *a, struct drawing *d, const char *rule)
{
    if (strncmp(rule, "to ", 3) == 0) {
        hold_to(d, &a->times, rule, d->at[(uint8_t)rule[3]]);
    } else if (strncmp(rule, "on ", 3) == 0) {
        hold_to(d, &a->times, rule, middle_of(d, rule[3], rule[5]));
    } else if (strncmp(rule, "way ", 4) == 0) {
        hold_way(d, &a->ways, &a->weights, rule);
    } else if (strncmp(rule, "turns ", 6) == 0) {
        hold_turns(d, &a->ways, &a->weights, rule);
    } else if (strncmp(rule, "why ", 4) == 0) {
        hold_why(d, &a->ways, &a->weights, rule);
    } else {
        return false;
    }
    return true;
}

static void hold_to_drawing(const char *path)
{
    struct drawing *d = malloc(sizeof(*d));
    struct asking *a = malloc(sizeof(*a));
    uint32_t held = 0;

    ck_assert(d != NULL && a != NULL);
    read_drawing(d, path);
    draw(d);
    begin_asking(a, d);
    for (uint32_t i = 0; i < d->rule_count; i++) {
        if (change_roads(d, d->rule[i])) {
            weights_make(&a->weights, i, d->limit, d->limit_count);
            road_query_use(&a->times, &a->weights);
        } else {
            held += hold(a, d, d->rule[i]);
        }
    }
    ck_assert_uint_gt(held, 0);
    end_asking(a);
    free(a);
    free(d);
}

START_TEST(who_comes_first_is_what_each_drawing_says)
{
    char folder[512];
    const char *top = getenv("TOP_SRCDIR");
    uint32_t drawings = 0;
    struct dirent *entry;

    (void)snprintf(folder, sizeof(folder), "%s/tests/maps", top != NULL ? top : ".");
    DIR *dir = opendir(folder);

    ck_assert_ptr_nonnull(dir);
    while ((entry = readdir(dir)) != NULL) {
        char path[1024];
        size_t len = strlen(entry->d_name);

        if (len > 4 && strcmp(entry->d_name + len - 4, ".map") == 0) {
            (void)snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
            hold_to_drawing(path);
            drawings++;
        }
    }
    (void)closedir(dir);
    ck_assert_uint_ge(drawings, 5);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { who_comes_first_is_what_each_drawing_says, 0, 0 },
    };

    return SUITE_RUN("city/maps", rows);
}
