/* Questions to coverage that wait together, and a city that is larger than the queue to it. */
#include "dispatch/core/world.h"
#include "server/cover_city.h"
#include "tests/server/cover_stage.h"
#include "tests/suite.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EQUAL 40

static void tell_units(struct stage *s)
{
    for (uint32_t n = 1; n <= UNITS; n++) {
        s->unit[n] = (struct cover_unit_told){ .kind = COVER_UNIT,
                                               .unit = n,
                                               .police_type = POLICE_TYPE_PATROL,
                                               .available = true,
                                               .at = streets_place(&s->road, &s->random) };
        s->unit[n].home = s->unit[n].at;
        tell(s, &s->unit[n], sizeof(s->unit[n]));
    }
}

/* ---- questions ---- */

static void put_ask(struct stage *s, struct cover_ask a)
{
    a.kind = COVER_ASK;
    a.token = ++s->token;
    tell(s, &a, sizeof(a));
}

static uint32_t take_answer(struct stage *s)
{
    enum cover_kind kind;

    do {
        ck_assert(take(s, &kind));
    } while (kind != COVER_ANSWER);
    return s->told_count;
}

/* Forty maps, each fifth beside a question of its own; the last ones differ by one field only. */
static void put_asks(struct stage *s)
{
    for (uint32_t k = 0; k < EQUAL; k++) {
        put_ask(s, (struct cover_ask){ .what = COVER_WHAT_MAP, .rings = 7 });
        if (k % 5 == 4) {
            put_ask(s, (struct cover_ask){
                           .what = COVER_WHAT_IF, .leave_count = 1, .leave = { k / 5 + 1 } });
        }
    }
    put_ask(s, (struct cover_ask){ .what = COVER_WHAT_MAP, .rings = 3 });
    put_ask(s,
            (struct cover_ask){ .what = COVER_WHAT_MAP, .rings = 7, .class = POLICE_TYPE_TRAFFIC });
    put_ask(s, (struct cover_ask){ .what = COVER_WHAT_FIGURES, .rings = 7 });
    for (uint32_t k = 0; k < 2; k++) {
        put_ask(s, (struct cover_ask){
                       .what = COVER_WHAT_IF, .arrives = true, .arrive = s->unit[k + 1].at });
    }
}

START_TEST(what_several_ask_of_the_same_moment_is_said_once_to_all_of_them)
{
    struct stage s;
    uint32_t asked, answers = 0, heard = 0;
    bool seen[COVER_ASKS_MAX + 1] = { false };

    set_stage(&s, (uint64_t)_i);
    tell_kind(&s, COVER_CITY, 0);
    tell_units(&s);
    tell_kind(&s, COVER_NOW, 1);
    put_asks(&s);
    asked = (uint32_t)s.token;
    start_stage(&s, true);
    ck_assert_uint_eq(take_answer(&s), EQUAL); /* the first one asked */
    char *map = strdup(s.answer);
    for (answers = 1, heard = s.told_count; heard < asked; answers++) {
        for (uint32_t k = 0; k < s.told_count; k++) {
            ck_assert(!seen[s.told[k]]);
            seen[s.told[k]] = true;
        }
        ck_assert_uint_eq(take_answer(&s), 1);
        ck_assert_str_ne(s.answer, map);
        heard++;
    }
    ck_assert_uint_eq(answers, 1 + EQUAL / 5 + 5);
    /* And it is what one alone is told. */
    ask(&s, (struct cover_ask){ .what = COVER_WHAT_MAP, .rings = 7 });
    ck_assert_str_eq(strstr(s.answer, "\"weight\""), strstr(map, "\"weight\""));
    free(map);
    strike_stage(&s);
}
END_TEST

/* A question in the middle of what is told of a row is answered of the whole row. */
START_TEST(an_answer_is_true_of_the_row_that_it_names)
{
    struct stage s;
    uint64_t seq;

    set_stage(&s, (uint64_t)_i);
    tell_kind(&s, COVER_CITY, 0);
    tell_units(&s);
    tell_kind(&s, COVER_NOW, 1);
    put_ask(&s, (struct cover_ask){ .what = COVER_WHAT_FIGURES });
    for (uint32_t n = 1; n < UNITS; n++) {
        s.unit[n].available = false;
        tell(&s, &s.unit[n], sizeof(s.unit[n]));
    }
    start_stage(&s, true);
    usleep(20000); /* whoever answers too soon does it here */
    tell_kind(&s, COVER_NOW, 2);
    ck_assert_uint_eq(take_answer(&s), 1);
    parse(&s);
    ck_assert(json_doc_u64(s.doc, "seq", &seq));
    ck_assert_uint_eq(seq, 2);
    ck_assert_ptr_nonnull(strstr(s.answer, "\"units\":1,"));
    strike_stage(&s);
}
END_TEST

/* ---- a large city ---- */

#define SIDE                                                                                      \
    34000 /* corners, one each 1e-7 degree: more than the queue holds; less than the town is long \
           */

/* A square whose sides are drawn corner by corner, or by its four corners alone; with a hole. */
static uint32_t draw(struct point *out, bool finely, struct point at)
{
    static const struct point way[4] = { { 1, 0 }, { 0, 1 }, { -1, 0 }, { 0, -1 } };
    uint32_t steps = finely ? SIDE : 1;
    uint32_t count = 0;

    for (uint32_t side = 0; side < 4; side++) {
        for (uint32_t k = 0; k < steps; k++) {
            out[count++] = at;
            at.lon_e7 += way[side].lon_e7 * (int32_t)(SIDE / steps);
            at.lat_e7 += way[side].lat_e7 * (int32_t)(SIDE / steps);
        }
    }
    out[count++] = at;
    return count;
}

/* Tells it while the thread takes it. */
static void tell_world(struct stage *s, const struct world *w)
{
    struct cover_city city = { .begun = false };

    while (!cover_city_tell(&city, w, &s->to_cover)) {
        usleep(100);
    }
}

enum drawn { DRAWN_NOT, DRAWN_PLAINLY, DRAWN_FINELY };

static char *answer_in(uint64_t seed, enum drawn drawn)
{
    struct stage s;
    static struct world w; /* of a city alone */
    struct zone zones[3] = { { .first_ring = 0, .ring_count = 1 },
                             { .parent = { 1 }, .first_ring = 1, .ring_count = 1 },
                             { .first_ring = 2, .ring_count = 1 } };
    struct circle circle = { .minutes = 3 };
    struct zone_ring rings[3];
    bool finely = drawn == DRAWN_FINELY;
    uint32_t corners = 4 * (finely ? SIDE : 1) + 1;
    struct point *points = malloc((size_t)corners * 3 * sizeof(*points));

    ck_assert_ptr_nonnull(points);
    raise_stage(&s, seed, true);
    struct point at = streets_place(&s.road, &s.random);
    at = (struct point){ at.lon_e7 - SIDE / 2, at.lat_e7 - SIDE / 2 };
    for (uint32_t k = 0; k < 3; k++) { /* the last one is a city of its own beside */
        struct point corner = { at.lon_e7 + (k == 2 ? SIDE + 9 : 0), at.lat_e7 };

        rings[k] = (struct zone_ring){ .first = k * corners, .count = corners };
        ck_assert_uint_eq(draw(&points[rings[k].first], finely, corner), corners);
    }
    text_set(&circle.code, STR("Q01"));
    circle.lon_e7 = at.lon_e7 + SIDE / 2;
    circle.lat_e7 = at.lat_e7 + SIDE / 2;
    w = (struct world){ .zones = zones,
                        .zone_count = drawn == DRAWN_NOT ? 0 : 3,
                        .rings = rings,
                        .points = points,
                        .circles = &circle,
                        .circle_count = 1 };
    ck_assert(!finely || corners * sizeof(*points) > queue_size(s.to_cover.queue));
    tell_world(&s, &w);
    tell_units(&s);
    tell_kind(&s, COVER_NOW, 1);
    ask(&s, (struct cover_ask){ .what = COVER_WHAT_MAP, .rings = 7 });
    ck_assert_int_eq(s.err, OK);
    ck_assert_ptr_nonnull(strstr(s.answer, "\"Q01\""));
    char *said = strdup(strstr(s.answer, "\"weight\""));
    strike_stage(&s);
    free(points);
    return said;
}

START_TEST(a_border_larger_than_the_queue_is_told_in_pieces)
{
    char *plain = answer_in((uint64_t)_i, DRAWN_PLAINLY);
    char *fine = answer_in((uint64_t)_i, DRAWN_FINELY);
    char *none = answer_in((uint64_t)_i, DRAWN_NOT);

    ck_assert_str_eq(fine, plain);
    ck_assert_str_ne(none, plain); /* it does bound what is counted */
    free(none);
    free(plain);
    free(fine);
}
END_TEST

/* A city that changes while it is told is told from the start; what was half told is no border. */
START_TEST(a_city_half_told_and_told_anew_is_the_new_one)
{
    struct stage s;
    struct point piece[4] = { { 0, 0 }, { 10, 0 }, { 10, 10 }, { 0, 0 } };
    struct {
        struct cover_head head;
        struct point points[4];
    } part = { .head = { .kind = COVER_RING_PART, .count = 4 } };

    memcpy(part.points, piece, sizeof(piece));
    raise_stage(&s, (uint64_t)_i, true);
    tell_kind(&s, COVER_CITY, 0);
    tell_units(&s);
    tell_kind(&s, COVER_NOW, 1);
    ask(&s, (struct cover_ask){ .what = COVER_WHAT_MAP, .rings = 7 });
    char *whole = strdup(strstr(s.answer, "\"features\""));
    tell_kind(&s, COVER_CITY, 0);
    tell(&s, &part, sizeof(part));
    tell_kind(&s, COVER_CITY, 0);
    tell_kind(&s, COVER_NOW, 1);
    ask(&s, (struct cover_ask){ .what = COVER_WHAT_MAP, .rings = 7 });
    ck_assert_str_eq(strstr(s.answer, "\"features\""), whole);
    free(whole);
    strike_stage(&s);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { what_several_ask_of_the_same_moment_is_said_once_to_all_of_them, 0, 4 },
        { an_answer_is_true_of_the_row_that_it_names, 0, 4 },
        { a_border_larger_than_the_queue_is_told_in_pieces, 0, 4 },
        { a_city_half_told_and_told_anew_is_the_new_one, 0, 2 },
    };

    return SUITE_RUN("server/cover_asks", rows);
}
