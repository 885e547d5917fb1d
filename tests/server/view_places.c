/* Laws of GET /places: what it takes and what it refuses, with the archive thread as on a server.
 */
#include "sql/places.h"
#include "tests/server/view_house.h"
#include "tests/sql/cluster.h"
#include "tests/suite.h"

static void load(void)
{
    struct fault f = { .err = OK };
    uint64_t count = 0;
    static const char lines[] =
        "{\"kind\":\"street\",\"name\":\"人民路\",\"name_en\":\"Renmin Road\",\"zone\":\"Q1\","
        "\"lon\":122.6,\"lat\":29.4,\"radius_m\":900}\n"
        "{\"kind\":\"health\",\"name\":\"人民医院\",\"lon\":122.61,\"lat\":29.4}\n";
    ck_assert_msg(places_load(cluster_super(), "live", str_of(lines), &count, &f) == OK, "%s %s",
                  f.primary, f.detail);
}

static bool body_has(const char *text)
{
    return strstr(house.body.at, text) != NULL;
}

START_TEST(places_are_told_with_state_reach_and_distance)
{
    house_open();
    ck_assert_int_eq(do_read(READ_PLACES, 0, "operator", "q=人民"), OK);
    ck_assert_str_eq(house.body.at, "{\"places\":[]}");
    load();
    ck_assert_int_eq(do_read(READ_PLACES, 0, "operator", "q=人民路\nlimit=1"), OK);
    ck_assert_str_eq(house.body.at,
                     "{\"places\":[{\"kind\":\"street\",\"name\":\"人民路\",\"name_en\":\"Renmin "
                     "Road\",\"zone\":\"Q1\",\"lon\":122.6,\"lat\":29.4,\"state\":\"approximate\","
                     "\"radius_m\":900}]}");
    ck_assert_int_eq(do_read(READ_PLACES, 0, "u1", "q=人民医院\nnear=122.61,29.41"), OK);
    ck_assert_msg(body_has("\"state\":\"known\",\"distance_m\":1112}"), "%s", house.body.at);
    house_close();
}
END_TEST

START_TEST(what_is_asked_wrongly_is_refused_by_its_field)
{
    house_open();
    static const struct {
        const char *query, *field;
    } rows[] = {
        { "", "q" },
        { "q=", "q" },
        { "q=路", "q" },
        { "q=\xff\xfe\xfd", "q" },
        { "q=人民路\nnear=here", "near" },
        { "q=人民路\nnear=122.6", "near" },
        { "q=人民路\nnear=222.6,29.4", "near" },
        { "q=人民路\nlimit=0", "limit" },
        { "q=人民路\nlimit=51", "limit" },
        { "q=人民路\nlimit=x", "limit" },
    };
    for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
        ck_assert_msg(do_read(READ_PLACES, 0, "operator", rows[k].query) == ERR_INVALID, "%s: %s",
                      rows[k].query, house.body.at);
        char ending[32];
        (void)snprintf(ending, sizeof(ending), "\n\n%s", rows[k].field);
        ck_assert_msg(body_has(ending), "%s: %s", rows[k].query, house.body.at);
    }
    ck_assert_int_eq(do_read(READ_PLACES, 0, "intake", "q=人民路"), ERR_FORBIDDEN);
    ck_assert_int_eq(do_read(READ_PLACES, 0, "stranger", "q=人民路"), ERR_UNSIGNED);
    cluster_stop();
    ck_assert_int_eq(do_read(READ_PLACES, 0, "operator", "q=人民路"), ERR_LOG_UNAVAILABLE);
    cluster_start(NULL);
    ck_assert_int_eq(do_read(READ_PLACES, 0, "operator", "q=人民路"), OK);
    house_close();
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { places_are_told_with_state_reach_and_distance, 0, 0 },
        { what_is_asked_wrongly_is_refused_by_its_field, 0, 0 },
    };
    cluster_begin();
    int status = SUITE_RUN("server/view_places", rows);
    cluster_end();
    return status;
}
