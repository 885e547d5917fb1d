/* Laws of the way of an order: it is what routing/path says from where the unit was last seen to
 * its order's place, it names what is closed, and who may not see the order does not see the way.
 */
#include "base/geo.h"
#include "routing/path_steps.h"
#include "tests/routing/streets.h"
#include "tests/server/view_house.h"
#include "tests/sql/cluster.h"
#include "tests/suite.h"

#include <stdio.h>

#define STEPS_MAX 512

static struct road road;
static struct path_query ways;
static struct prng prng;

static void open_town(uint64_t seed)
{
    struct fault f;
    streets_open(&road, seed);
    prng_seed(&prng, seed);
    ck_assert_int_eq(path_query_init(&ways, &road, &f), OK);
    house_road = &road;
    house_open();
}

static void close_town(void)
{
    house_close();
    house_road = NULL;
    path_query_fini(&ways);
    road_close(&road);
}

static incident_id happen(struct point at)
{
    struct command c = { .type = COMMAND_REPORT_RECEIVE };
    c.as.report_receive =
        (struct report_receive){ .type = text_str(&stage.bed.live->world.types[0].code),
                                 .place = whim_place(at.lon_e7, at.lat_e7) };
    ck_assert_int_eq(stage_do(&stage, "operator", &c), REFUSED_NOT);
    return stage.bed.decision->incident;
}

static void order(incident_id incident, uint32_t unit)
{
    static struct unit_ref units[1];
    struct command c = { .type = COMMAND_ASSIGNMENT_DISPATCH };
    units[0] = (struct unit_ref){ { unit } };
    c.as.assignment_dispatch =
        (struct assignment_dispatch){ .incident = incident, .units = { .at = units, .count = 1 } };
    ck_assert_int_eq(stage_do(&stage, "operator", &c), REFUSED_NOT);
}

static void stand(uint32_t unit, struct point at)
{
    const struct door_fix fix = { .unit = unit,
                                  .lon_e7 = at.lon_e7,
                                  .lat_e7 = at.lat_e7,
                                  .heading = UINT16_MAX,
                                  .speed_kmh = UINT16_MAX,
                                  .fix_at = stage.bed.now };
    view_positions(house.view, &fix, 1, stage.bed.now);
}

static json_t *route(const char *who, uint32_t unit)
{
    ck_assert_msg(do_read(READ_ROUTE, unit, who, "") == OK, "%s", house.body.at);
    json_t *body = json_loads(house.body.at, JSON_REJECT_DUPLICATES, NULL);
    ck_assert_msg(body != NULL, "%s", house.body.at);
    return body;
}

static const char *text_of(const json_t *of, const char *name)
{
    const char *text = json_string_value(json_object_get(of, name));
    ck_assert_msg(text != NULL, "%s in %s", name, house.body.at);
    return text;
}

static json_int_t number_of(const json_t *of, const char *name)
{
    ck_assert_msg(json_is_integer(json_object_get(of, name)), "%s in %s", name, house.body.at);
    return json_integer_value(json_object_get(of, name));
}

static struct point corner(const json_t *line, size_t k)
{
    const json_t *at = json_array_get(json_object_get(line, "coordinates"), k);
    return (struct point){ (int32_t)(json_number_value(json_array_get(at, 0)) * 1e7 + 0.5),
                           (int32_t)(json_number_value(json_array_get(at, 1)) * 1e7 + 0.5) };
}

static bool near_line(const json_t *line, struct point p)
{
    size_t count = json_array_size(json_object_get(line, "coordinates"));
    for (size_t k = 1; k < count; k++) {
        uint32_t along;
        struct point foot = geo_nearest_on_line(corner(line, k - 1), corner(line, k), p, &along);
        if (geo_distance_mm(foot, p) <= 2100) {
            return true;
        }
    }
    return false;
}

/* All that is told of the way is what routing/path has. */
static void same_way(const json_t *body, const struct path *p)
{
    static struct path_step steps[STEPS_MAX];
    static struct point points[4096];
    const json_t *told = json_object_get(body, "steps");
    const json_t *line = json_object_get(body, "line");
    uint32_t count = path_steps(&road, p, steps, STEPS_MAX);
    uint32_t point_count = path_points(&road, p, points, 4096);

    ck_assert_str_eq(text_of(body, "answer"), "road");
    ck_assert_int_eq(number_of(body, "travel_ms"), p->ms);
    ck_assert_uint_eq(json_array_size(told), count);
    for (uint32_t k = 0; k < count; k++) {
        const json_t *step = json_array_get(told, k);
        const char *name = json_string_value(json_object_get(step, "name"));
        ck_assert_str_eq(name != NULL ? name : "", steps[k].name);
        ck_assert_int_eq(number_of(step, "travel_ms"), steps[k].ms);
        ck_assert_int_eq(number_of(step, "length_m"), (steps[k].length_mm + 500) / 1000);
        ck_assert_int_eq(k == 0, strcmp(text_of(step, "turn"), "start") == 0);
    }
    ck_assert_str_eq(text_of(line, "type"), "LineString");
    size_t corners = json_array_size(json_object_get(line, "coordinates"));
    ck_assert_uint_ge(corners, 2);
    ck_assert_uint_le(corners, point_count > 2 ? point_count : 2);
    for (uint32_t k = 0; k < point_count; k++) {
        ck_assert(near_line(line, points[k]));
    }
    ck_assert_int_eq(corner(line, 0).lon_e7, p->from.lon_e7);
    ck_assert_int_eq(corner(line, corners - 1).lat_e7, p->to.lat_e7);
}

START_TEST(a_way_is_told_as_the_roads_have_it)
{
    open_town((uint64_t)_i + 20);
    struct point to = streets_place(&road, &prng);
    incident_id i = happen(to);
    order(i, 1);
    for (int n = 0; n < 20; n++) {
        struct point from = streets_place(&road, &prng);
        struct path p;
        stage.bed.now += US_PER_S;
        stand(1, from);
        json_t *body = route("operator", 1);
        if (!path_find(&ways, &road.free, from, to, &p)) {
            ck_assert_str_eq(text_of(body, "answer"), "no_road");
            ck_assert_ptr_null(json_object_get(body, "line"));
        } else {
            same_way(body, &p);
        }
        json_decref(body);
    }
    house.geojson = true;
    json_t *feature = route("u1", 1);
    ck_assert_str_eq(text_of(feature, "type"), "Feature");
    (void)text_of(json_object_get(feature, "properties"), "answer");
    ck_assert_ptr_nonnull(json_object_get(feature, "geometry"));
    json_decref(feature);
    house.geojson = false;
    close_town();
}
END_TEST

static void apply_roads(void)
{
    struct command c = { .type = COMMAND_ROAD_WEIGHTS };
    uint64_t change = stage.bed.live->world.road_change;
    struct roads_made made;
    roads_follow(house.roads, &stage.bed.live->world, 0);
    for (int n = 0;
         !roads_ready(house.roads, &stage.bed.live->world, &made) || made.change != change; n++) {
        ck_assert_int_lt(n, 10000);
        pause_ms(1);
    }
    c.as.road_weights_ready.change = change;
    ck_assert_int_eq(stage_do(&stage, "system", &c), REFUSED_NOT);
    (void)roads_use(house.roads, ROADS_OF_CORE, roads_stamp(change, SPEEDS_NONE));
}

/* All roads slow: whatever way is taken has to do with the notice. Opened again it has not. */
START_TEST(what_holds_on_the_way_is_named)
{
    open_town(31);
    struct point all[4] = { { 1199000000, 299000000 },
                            { 1202000000, 299000000 },
                            { 1202000000, 302000000 },
                            { 1199000000, 302000000 } };
    struct point to = road.network.shape[0];
    order(happen(to), 1);
    do {
        stand(1, streets_place(&road, &prng));
        stage.bed.now += US_PER_S;
        json_t *body = route("operator", 1);
        bool by_road = strcmp(text_of(body, "answer"), "road") == 0;
        json_int_t ms = by_road ? number_of(body, "travel_ms") : 0;
        ck_assert_uint_eq(json_array_size(json_object_get(body, "notices")), 0);
        json_decref(body);
        if (ms > 2000) {
            break;
        }
    } while (true);
    struct command c = { .type = COMMAND_ROAD_SLOW };
    c.as.road_slow = (struct road_slow){ .percent = 50,
                                         .area = true,
                                         .reason = ROAD_REASON_FLOOD,
                                         .points = { .at = all, .count = 4 } };
    ck_assert_int_eq(stage_do(&stage, "operator", &c), REFUSED_NOT);
    road_id notice = stage.bed.live->world.roads[0].id;
    apply_roads();
    json_t *body = route("u1", 1);
    const json_t *first = json_array_get(json_object_get(body, "notices"), 0);
    ck_assert_str_eq(text_of(first, "road"), "live-w1");
    ck_assert_str_eq(text_of(first, "where"), "on_way");
    ck_assert_int_gt(number_of(body, "travel_ms"), number_of(body, "free_ms"));
    json_decref(body);
    c = (struct command){ .type = COMMAND_ROAD_OPEN };
    c.as.road_open.road = notice;
    ck_assert_int_eq(stage_do(&stage, "operator", &c), REFUSED_NOT);
    apply_roads();
    body = route("u1", 1);
    ck_assert_uint_eq(json_array_size(json_object_get(body, "notices")), 0);
    ck_assert_int_eq(number_of(body, "travel_ms"), number_of(body, "free_ms"));
    json_decref(body);
    close_town();
}
END_TEST

static void create_user(const char *name, enum role role, bool bound)
{
    static struct str zone;
    struct command c = { .type = COMMAND_USER_CREATE };
    zone = STR("Q");
    c.as.user_create = (struct user_create){ .username = str_of(name), .role = (uint8_t)role };
    if (bound) {
        c.as.user_create.zones = (struct list){ .at = &zone, .count = 1 };
    }
    ck_assert_int_eq(stage_do(&stage, "admin", &c), REFUSED_NOT);
}

START_TEST(who_may_not_see_the_order_does_not_see_the_way)
{
    house_open();
    create_user("east", ROLE_STATION_DESK, true);
    create_user("press", ROLE_PUBLICITY, false);
    order(happen((struct point){ 1226300000, 294300000 }), 1);
    order(happen((struct point){ 1227600000, 294300000 }), 2);
    ck_assert_int_eq(do_read(READ_ROUTE, 1, "operator", ""), OK);
    ck_assert_int_eq(do_read(READ_ROUTE, 1, "u1", ""), OK);
    ck_assert_int_eq(do_read(READ_ROUTE, 2, "u1", ""), ERR_NOT_FOUND);
    ck_assert_msg(do_read(READ_ROUTE, 2, "east", "") == OK, "%s", house.body.at);
    ck_assert_int_eq(do_read(READ_ROUTE, 1, "east", ""), ERR_NOT_FOUND);
    ck_assert_ptr_null(strstr(house.body.at, "122."));
    ck_assert_int_eq(do_read(READ_ROUTE, 1, "press", ""), ERR_FORBIDDEN);
    ck_assert_int_eq(do_read(READ_ROUTE, 9999, "operator", ""), ERR_NOT_FOUND);
    ck_assert_int_eq(do_read(READ_ROUTE, 1, "operator", "assignment=live-a99"), ERR_NOT_FOUND);
    ck_assert_int_eq(do_read(READ_ROUTE, 1, "operator", "assignment=a1"), ERR_INVALID);
    ck_assert_msg(strstr(house.body.at, "\n\nassignment") != NULL, "%s", house.body.at);
    house_close();
}
END_TEST

static void expect(uint32_t unit, const char *answer, bool line)
{
    json_t *body = route("operator", unit);
    ck_assert_str_eq(text_of(body, "answer"), answer);
    ck_assert_int_eq(json_object_get(body, "line") != NULL, line);
    json_decref(body);
}

static void step(assignment_id a, enum assignment_status status)
{
    struct command c = { .type = COMMAND_ASSIGNMENT_PROGRESS };
    c.as.assignment_progress =
        (struct assignment_progress){ .assignment = a, .status = (uint8_t)status };
    if (status == ASSIGNMENT_TRANSPORTING) {
        c.as.assignment_progress.destination = DESTINATION_HOSPITAL;
    }
    ck_assert_int_eq(stage_do(&stage, "u1", &c), REFUSED_NOT);
}

START_TEST(who_has_no_way_is_told_why)
{
    struct command c = { .type = COMMAND_ASSIGNMENT_ACKNOWLEDGE };
    house_open();
    expect(1, "no_order", false);
    incident_id i = happen((struct point){ 1226300000, 294300000 });
    order(i, 1);
    expect(1, "line", true);
    const struct world *w = &stage.bed.live->world;
    assignment_id a = incident_first_assignment(w, world_incident(w, i))->id;
    c.as.assignment_acknowledge.assignment = a;
    ck_assert_int_eq(stage_do(&stage, "u1", &c), REFUSED_NOT);
    step(a, ASSIGNMENT_EN_ROUTE);
    expect(1, "line", true);
    step(a, ASSIGNMENT_ON_SCENE);
    expect(1, "there", false);
    step(a, ASSIGNMENT_TRANSPORTING);
    expect(1, "no_place", false);
    c = (struct command){ .type = COMMAND_REPORT_RECEIVE };
    c.as.report_receive = (struct report_receive){ .type = text_str(&w->types[0].code) };
    ck_assert_int_eq(stage_do(&stage, "operator", &c), REFUSED_NOT);
    order(stage.bed.decision->incident, 3);
    expect(3, "no_place", false);
    house_close();
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { a_way_is_told_as_the_roads_have_it, 0, 6 },
        { what_holds_on_the_way_is_named, 0, 0 },
        { who_may_not_see_the_order_does_not_see_the_way, 0, 0 },
        { who_has_no_way_is_told_why, 0, 0 },
    };
    cluster_begin();
    int result = SUITE_RUN("server/view_routes", rows);
    cluster_end();
    return result;
}
