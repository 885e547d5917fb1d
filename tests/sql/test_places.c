/* Laws of places: a load replaces them as a whole or not at all, and they are found by parts of
 * their names, by crossing and by number, the best first. */
#include "base/buf.h"
#include "sql/pg_internal.h"
#include "sql/places.h"
#include "tests/sql/cluster.h"
#include "tests/suite.h"

#include <stdio.h>

static const char city[] =
    "{\"kind\":\"street\",\"name\":\"人民路\",\"name_en\":\"Renmin Road\","
    "\"also\":\"老街 人民路\",\"zone\":\"D1\",\"radius_m\":900,\"lon\":122.6,\"lat\":29.4}\n"
    "{\"kind\":\"street\",\"name\":\"人民东路\",\"radius_m\":400,\"lon\":122.62,\"lat\":29.4}\n"
    "{\"kind\":\"street\",\"name\":\"中山路\",\"radius_m\":700,\"lon\":122.61,\"lat\":29.41}\n"
    "{\"kind\":\"crossing\",\"name\":\"人民路与中山路路口\","
    "\"name_en\":\"Renmin Road & Zhongshan Road\","
    "\"also\":\"人民路中山路口 中山路人民路口\",\"lon\":122.61,\"lat\":29.4}\n"
    "{\"kind\":\"health\",\"name\":\"人民医院\",\"lon\":122.605,\"lat\":29.405}\n"
    "{\"kind\":\"school\",\"name\":\"东门小学\",\"lon\":122.7,\"lat\":29.4}\n"
    "{\"kind\":\"school\",\"name\":\"西门小学\",\"lon\":122.5,\"lat\":29.4}\n"
    "{\"kind\":\"address\",\"name\":\"人民路212号\",\"street\":\"人民路\","
    "\"number\":\"212\",\"lon\":122.601,\"lat\":29.4}\n"
    "{\"kind\":\"address\",\"name\":\"人民路217号\",\"street\":\"人民路\","
    "\"number\":\"217\",\"lon\":122.602,\"lat\":29.4}\n"
    "{\"kind\":\"address\",\"name\":\"人民路220号\",\"street\":\"人民路\","
    "\"number\":\"220\",\"lon\":122.603,\"lat\":29.4}\n"
    "{\"kind\":\"address\",\"name\":\"218 Main Street\",\"street\":\"Main Street\","
    "\"number\":\"218\",\"lon\":122.7,\"lat\":29.5}\n";

static const char *world;
static struct pg *pg;

static enum err load(const char *lines, uint64_t *count, struct fault *f)
{
    return places_load(cluster_super(), world, str_of(lines), count, f);
}

static void open_city(void)
{
    struct fault f = { 0 };
    uint64_t count = 0;
    world = cluster_world();
    const struct pg_opts o = { .conninfo = cluster_server(),
                               .world = world,
                               .role = "tocsin_auditor",
                               .application = "test" };
    ck_assert_msg(load(city, &count, &f) == OK, "%s %s", f.primary, f.detail);
    ck_assert_uint_eq(count, 11);
    ck_assert_int_eq(pg_open(&o, &pg, &f), OK);
}

static void take(void *arg, const struct place_found *p)
{
    struct buf *b = arg;
    buf_text(b, b->len > 0 ? " | " : "");
    buf_str(b, p->name);
    buf_fmt(b, p->radius_m > 0 ? " ~%u" : "", p->radius_m);
}

static const char *found(const char *text, const struct point *near)
{
    static char line[2048];
    struct fault f = { 0 };
    struct place_asked a = { .text = str_of(text), .limit = 4, .near_given = near != NULL };
    struct buf b;
    a.near = near != NULL ? *near : a.near;
    buf_fixed(&b, line, sizeof(line) - 1);
    ck_assert_msg(places_find(pg, &a, take, &b, &f) == OK, "%s %s", f.primary, f.detail);
    line[b.len] = '\0';
    return line;
}

START_TEST(places_are_found_by_parts_of_their_names_the_best_first)
{
    open_city();
    static const struct {
        const char *asked, *first;
    } rows[] = {
        { "人民路", "人民路 ~900 | 人民路与中山路路口" },
        { "人民", "人民路 ~900 | 人民东路 ~400 | 人民医院 | 人民路与中山路路口" },
        { "老街", "人民路 ~900" },
        { "renmin ROAD", "人民路 ~900 | 人民路与中山路路口" },
        { "Ｒｅｎｍｉｎ　Ｒｏａｄ", "人民路 ~900 | 人民路与中山路路口" },
        { "中山路 人民路", "人民路与中山路路口" },
        { "中山路与人民路路口", "人民路与中山路路口" },
        { "人民路/中山路", "人民路与中山路路口" },
        { "中山路人民路口", "人民路与中山路路口" },
        { "中山路口", "中山路 ~700 | 人民路与中山路路口" },
        { "Renmin Rd and Zhongshan", "人民路与中山路路口" },
        { "zhongshan @ renmin rd.", "人民路与中山路路口" },
        { "人民路 和 中山路", "人民路与中山路路口" },
        { "人民路与中山路交界", "人民路与中山路路口" },
        { "人民路与中", "人民路与中山路路口" },
        { "人路", "人民路 ~900 | 人民东路 ~400 | 人民路与中山路路口" }, /* nothing is named so */
        { "东小学", "东门小学" },
        { "人.*路", "" },
        { "无此路", "" },
        { "%_\\'", "" },
    };
    for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
        ck_assert_msg(strcmp(found(rows[k].asked, NULL), rows[k].first) == 0, "%s: %s",
                      rows[k].asked, found(rows[k].asked, NULL));
    }
    pg_close(pg);
}
END_TEST

START_TEST(a_number_finds_the_house_else_the_nearest_one_and_says_that_it_is_near_only)
{
    open_city();
    ck_assert_str_eq(found("人民路 220", NULL), "人民路220号 | 人民路 ~900 | 人民路与中山路路口");
    ck_assert_str_eq(found("人民路220号", NULL), "人民路220号 | 人民路 ~900 | 人民路与中山路路口");
    ck_assert_str_eq(found("人民路 218", NULL),
                     "人民路217号 ~50 | 人民路 ~900 | 人民路与中山路路口");
    ck_assert_str_eq(found("人民路 500", NULL),
                     "人民路220号 ~1400 | 人民路 ~900 | 人民路与中山路路口");
    ck_assert_str_eq(found("中山路 12", NULL), "中山路 ~700 | 人民路与中山路路口");
    ck_assert_str_eq(found("218 main street", NULL), "218 Main Street");
    pg_close(pg);
}
END_TEST

START_TEST(of_equals_the_nearest_comes_first)
{
    open_city();
    const struct point west = { 1225100000, 294000000 };
    const struct point east = { 1226900000, 294000000 };
    ck_assert_str_eq(found("小学", &west), "西门小学 | 东门小学");
    ck_assert_str_eq(found("小学", &east), "东门小学 | 西门小学");
    pg_close(pg);
}
END_TEST

/* What most names hold: the one that begins with it is not lost among them. */
START_TEST(a_word_that_nearly_every_name_holds_finds_what_begins_with_it)
{
    struct fault f = { 0 };
    uint64_t count = 0;
    struct buf b;
    open_city();
    buf_init(&b);
    for (int k = 0; k < 6000; k++) {
        buf_fmt(&b, "{\"kind\":\"street\",\"name\":\"%c%c%04d Street\",\"lon\":122,\"lat\":29}\n",
                'a' + k % 26, 'a' + k / 26 % 26, k);
    }
    buf_text(&b, "{\"kind\":\"other\",\"name\":\"Streetcar Museum\",\"lon\":122,\"lat\":29}\n");
    ck_assert(buf_ok(&b));
    ck_assert_msg(places_load(cluster_super(), world, buf_view(&b), &count, &f) == OK, "%s %s",
                  f.primary, f.detail);
    ck_assert_uint_eq(count, 6001);
    ck_assert_msg(strncmp(found("street", NULL), "Streetcar Museum | ", 19) == 0, "%s",
                  found("street", NULL));
    ck_assert_msg(strncmp(found("st", NULL), "st", 2) == 0, "%s", found("st", NULL));
    ck_assert_str_eq(found("street bc0729", NULL), "bc0729 Street");
    ck_assert_str_eq(found("ac0052", NULL), "ac0052 Street");
    buf_fini(&b);
    pg_close(pg);
}
END_TEST

static void no_place(void *arg, const struct place_found *p)
{
    (void)arg;
    (void)p;
    ck_abort_msg("found while the table was locked");
}

/* Somebody holds the table: as long as a search that reads very much of it. */
START_TEST(a_search_ends_in_its_time_and_the_connection_lives_on)
{
    struct place_asked a = { .text = STR("人民"), .limit = 4, .ms_max = 50 };
    const struct pg_opts o = {
        .conninfo = cluster_super(), .world = NULL, .role = NULL, .application = "test"
    };
    struct fault f = { 0 };
    struct pg *other;
    char lock[96];
    open_city();
    ck_assert_int_eq(pg_open(&o, &other, &f), OK);
    ck_assert_int_eq(pg_begin(other, &f), OK);
    (void)snprintf(lock, sizeof(lock), "LOCK TABLE \"%s\".place IN ACCESS EXCLUSIVE MODE", world);
    ck_assert_msg(pg_script(other, lock, &f) == OK, "%s %s", f.primary, f.detail);
    ck_assert_int_eq(places_find(pg, &a, no_place, NULL, &f), ERR_TOO_SLOW);
    ck_assert_str_eq(f.field, "q");
    ck_assert_str_eq(f.primary, "this search takes longer than 50 ms");
    ck_assert_str_eq(f.hint, "type more of the name");
    pg_rollback(other);
    pg_close(other);
    ck_assert_str_eq(found("老街", NULL), "人民路 ~900");
    pg_close(pg);
}
END_TEST

START_TEST(a_load_replaces_all_or_nothing)
{
    struct fault f = { 0 };
    uint64_t count = 0;
    open_city();
    static const char *const bad[] = {
        "{\"kind\":\"street\",\"name\":\"新路\",\"lon\":1,\"lat\":2}\nno json\n",
        "{\"kind\":\"street\",\"name\":\"新路\",\"lon\":1,\"lat\":2}\n{\"kind\":\"street\",\"lon\":"
        "1}\n",
        "{\"kind\":\"street\",\"name\":\"新路\",\"lon\":\"east\",\"lat\":2}\n",
    };
    for (size_t k = 0; k < sizeof(bad) / sizeof(bad[0]); k++) {
        f = (struct fault){ 0 };
        ck_assert_int_eq(load(bad[k], &count, &f), ERR_MALFORMED);
        ck_assert_str_eq(f.field, "line");
        ck_assert_str_eq(found("新路", NULL), "");
        ck_assert_str_ne(found("人民医院", NULL), "");
    }
    f = (struct fault){ 0 };
    ck_assert_int_eq(
        load("{\"kind\":\"street\",\"name\":\"新路\",\"lon\":1,\"lat\":2}\n\n", &count, &f), OK);
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(found("新路", NULL), "新路");
    ck_assert_str_eq(found("人民医院", NULL), "");
    pg_close(pg);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { places_are_found_by_parts_of_their_names_the_best_first, 0, 0 },
        { a_number_finds_the_house_else_the_nearest_one_and_says_that_it_is_near_only, 0, 0 },
        { of_equals_the_nearest_comes_first, 0, 0 },
        { a_word_that_nearly_every_name_holds_finds_what_begins_with_it, 0, 0 },
        { a_search_ends_in_its_time_and_the_connection_lives_on, 0, 0 },
        { a_load_replaces_all_or_nothing, 0, 0 },
    };
    cluster_begin();
    int status = SUITE_RUN("sql/test_places", rows);
    cluster_end();
    return status;
}
