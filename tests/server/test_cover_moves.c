/* Who might be moved up: the moves that are proposed are those that trying every unit at every
 * place, each time from nothing, finds best, one after the other. */
#include "server/cover_inside.h"

#include "base/geo.h"
#include "base/log.h"
#include "routing/line.h"
#include "routing/path.h"
#include "routing/path_steps.h"
#include "tests/routing/streets.h"
#include "tests/suite.h"

#include <stdlib.h>
#include <string.h>

#define CASES 16
#define UNITS 10
#define CIRCLES 9
#define AHEAD_S 1800
#define PLACES (CIRCLES + COVER_MOVE_GAPS)

struct stage {
    struct road road;
    struct road_query query;
    struct path_query path;
    struct prng random;
    struct conf conf;
    struct cover c;
    bool by_road;
    struct point at[UNITS + 1]; /* as if the moves so far had been made */
    bool moved[UNITS + 1];
    struct cover_place place[PLACES];
    uint32_t place_count;
};

static void raise_stage(struct stage *s, uint64_t seed, bool by_road)
{
    struct fault f;
    memset(s, 0, sizeof(*s));
    log_level_set(LOG_ERROR);
    streets_open(&s->road, seed);
    prng_seed(&s->random, seed ^ 0x30fe);
    ck_assert_int_eq(road_query_init(&s->query, &s->road, &f), OK);
    ck_assert_int_eq(path_query_init(&s->path, &s->road, &f), OK);
    conf_init(&s->conf);
    s->by_road = by_road;
    s->c.setup = (struct cover_setup){ .conf = &s->conf,
                                       .road = by_road ? &s->road : NULL,
                                       .units_max = UNITS };
    s->c.times = by_road ? &s->road.free : NULL;
    s->c.units = calloc(UNITS + 1, sizeof(*s->c.units));
    s->c.loss = calloc(UNITS + 1, sizeof(*s->c.loss));
    s->c.stake = calloc(UNITS + 1, sizeof(*s->c.stake));
    s->c.circles = calloc(CIRCLES_MAX, sizeof(*s->c.circles));
    ck_assert(s->c.units != NULL && s->c.loss != NULL && s->c.stake != NULL &&
              s->c.circles != NULL);
    cover_tell_city(&s->c);
}

static void strike_stage(struct stage *s)
{
    cover_keep_fini(&s->c);
    for (uint32_t k = 0; k < s->c.circle_count; k++) {
        free(s->c.circles[k].near);
    }
    free(s->c.circles);
    free(s->c.units);
    free(s->c.loss);
    free(s->c.stake);
    free(s->c.targets);
    path_query_fini(&s->path);
    road_query_fini(&s->query);
    road_close(&s->road);
}

static void stand(struct stage *s, uint32_t n, uint8_t type, bool available, struct point at)
{
    const struct cover_unit_told told = { .kind = COVER_UNIT,
                                          .unit = n,
                                          .police_type = type,
                                          .available = available,
                                          .at = at,
                                          .home = at };
    cover_tell_unit(&s->c, &told);
    s->at[n] = at;
}

/* It is ordered to there, for this circle (NULL: none), and has signed or not. */
static void order(struct stage *s, uint32_t n, enum cover_moving moving, struct point to,
                  const char *circle)
{
    struct cover_unit_told told = { .kind = COVER_UNIT,
                                    .unit = n,
                                    .police_type = s->c.units[n].police_type,
                                    .available = true,
                                    .moving = (uint8_t)moving,
                                    .at = s->c.units[n].at,
                                    .home = s->c.units[n].at,
                                    .to = to };
    text_set(&told.circle, str_of(circle != NULL ? circle : ""));
    cover_tell_unit(&s->c, &told);
}

static void promise(struct stage *s, uint8_t minutes, uint8_t type, struct point at)
{
    const struct cover_circle_told told = {
        .kind = COVER_CIRCLE, .minutes = minutes, .police_type = type, .at = at
    };
    cover_tell_circle(&s->c, &told);
}

static void settle(struct stage *s)
{
    s->c.whole = true;
    ck_assert(cover_settle(&s->c));
}

static uint32_t travel(struct stage *s, struct point from, struct point to)
{
    return s->by_road ? road_travel_ms(&s->query, from, to) : line_travel_ms(NULL, from, to);
}

static bool fits(const struct stage *s, uint32_t unit, uint32_t circle)
{
    return cover_in_class(s->c.units[unit].police_type, s->c.circles[circle].told.police_type);
}

/* At work here, on its way to where it is ordered or not. */
static bool is_there(const struct stage *s, uint32_t unit)
{
    return s->c.units[unit].available || s->c.units[unit].moving == COVER_UNDER_WAY;
}

static bool of_class(const struct stage *s, uint32_t unit, uint8_t class)
{
    return is_there(s, unit) && cover_in_class(s->c.units[unit].police_type, class);
}

/* Somebody of the class goes to there. */
static bool is_awaited(const struct stage *s, uint8_t class, struct point at, struct str circle)
{
    for (uint32_t n = 1; n <= UNITS; n++) {
        const struct cover_unit *u = &s->c.units[n];
        bool ours = u->moving != COVER_STAYS && cover_in_class(u->police_type, class);
        if (ours && (geo_distance_mm(u->to, at) <= 150000 ||
                     (circle.len > 0 && str_eq(circle, text_str(&u->circle))))) {
            return true;
        }
    }
    return false;
}

/* ---- found from nothing ---- */

struct truth {
    struct coverage c;
    uint32_t kept; /* bits of circles */
};

/* As it is, or with `unit` (0: nobody) gone, or standing at `to`. */
static void find_truth(struct stage *s, struct truth *t, uint8_t class, uint32_t unit,
                       const struct point *to)
{
    const struct coverage_roads roads = { &s->c.ground.out, &s->c.ground.in };
    struct fault f;
    t->kept = 0;
    ck_assert_int_eq(coverage_init(&t->c, roads, UNITS + 1, cover_ring_ms, s->c.weight, &f), OK);
    for (uint32_t n = 1; n <= UNITS; n++) {
        struct point at = n == unit && to != NULL ? *to : s->at[n];
        struct ground_place place;
        struct seed seeds[CLIMB_SEEDS_MAX];
        if (!is_there(s, n) || (n == unit && to == NULL)) {
            continue;
        }
        ck_assert(ground_find(&s->c.ground, at, &place));
        uint32_t count = ground_depart(&s->c.ground, &place, seeds);
        if (of_class(s, n, class) && count > 0) {
            ck_assert_int_eq(coverage_put(&t->c, n, seeds, count, &f), OK);
        }
        for (uint32_t k = 0; k < s->c.circle_count; k++) {
            bool there = fits(s, n, k) && travel(s, at, s->c.circles[k].told.at) <=
                                              s->c.circles[k].told.minutes * 60000u;
            t->kept |= there ? 1u << k : 0;
        }
    }
}

static int bits(uint32_t x)
{
    return __builtin_popcount(x);
}

static int64_t least_of(const struct stage *s)
{
    int64_t least = (int64_t)(s->c.weight_all * (uint64_t)s->conf.coverage_move_least / 10000);
    return least > 0 ? least : 1;
}

/* A move tried: what there is now, without the unit, and with it at the place. */
static int64_t value_of(struct stage *s, const struct truth *now, const struct cover_ask *ask,
                        uint32_t unit, struct point to, uint32_t ms)
{
    struct truth gone;
    struct truth then;
    find_truth(s, &gone, ask->class, unit, NULL);
    find_truth(s, &then, ask->class, unit, &to);
    int64_t one = 2 * least_of(s); /* a circle */
    int64_t had = (int64_t)now->c.total.weight[ask->ring] + one * bits(now->kept);
    int64_t left = (int64_t)gone.c.total.weight[ask->ring] + one * bits(gone.kept);
    int64_t has = (int64_t)then.c.total.weight[ask->ring] + one * bits(then.kept);
    coverage_fini(&gone.c);
    coverage_fini(&then.c);
    /* While it is on its way `left`, then `has`; all the time `had`, if it stays. */
    int64_t way_s = (ms + 999) / 1000;
    return left * way_s + has * (AHEAD_S - way_s) - had * AHEAD_S;
}

struct tried {
    uint32_t unit, place, ms;
    int64_t value;
};

static bool is_better(const struct tried *a, const struct tried *b)
{
    if (b->unit == 0 || a->value != b->value) {
        return b->unit == 0 || a->value > b->value;
    }
    if (a->ms != b->ms) {
        return a->ms < b->ms;
    }
    return a->unit != b->unit ? a->unit < b->unit : a->place < b->place;
}

static struct tried try_all(struct stage *s, const struct truth *now, const struct cover_ask *ask,
                            struct tried *next)
{
    struct tried best = { .unit = 0 };
    struct tried of_place[PLACES][2];
    memset(of_place, 0, sizeof(of_place));
    for (uint32_t p = 0; p < s->place_count; p++) {
        for (uint32_t n = 1; n <= UNITS; n++) {
            struct tried t = { .unit = n, .place = p };
            t.ms = travel(s, s->at[n], s->place[p].at);
            if (s->moved[n] || !of_class(s, n, ask->class) ||
                t.ms > s->conf.coverage_move_minutes * 60000) {
                continue;
            }
            t.value = value_of(s, now, ask, n, s->place[p].at, t.ms);
            if (is_better(&t, &of_place[p][0])) {
                of_place[p][1] = of_place[p][0];
                of_place[p][0] = t;
            } else if (is_better(&t, &of_place[p][1])) {
                of_place[p][1] = t;
            }
        }
        if (of_place[p][0].unit != 0 && is_better(&of_place[p][0], &best)) {
            best = of_place[p][0];
            *next = of_place[p][1];
        }
    }
    return best;
}

/* Open circles, the latest first, then gaps, the heaviest first: as the desk lists them. */
static void list_places(struct stage *s, const struct cover_ask *ask)
{
    struct cover_gap gaps[COVER_MOVE_GAPS];
    bool listed[CIRCLES] = { false };
    s->place_count = 0;
    for (;;) {
        uint32_t latest = CIRCLES;
        int64_t most = 0;
        for (uint32_t k = 0; k < s->c.circle_count; k++) {
            const struct cover_circle *c = &s->c.circles[k];
            int64_t late =
                c->first == 0 ? INT64_MAX : (int64_t)c->first_ms - c->told.minutes * 60000;
            uint8_t type = c->told.police_type;
            bool ours = ask->class == COVER_POLICE
                            ? type == POLICE_TYPE_NONE || police_type_is_police(type)
                            : type == ask->class ||
                                  (type == POLICE_TYPE_NONE && police_type_is_police(ask->class));
            if (ours && !listed[k] && late > most &&
                !is_awaited(s, ask->class, c->told.at, text_str(&c->told.code))) {
                latest = k;
                most = late;
            }
        }
        if (latest == CIRCLES) {
            break;
        }
        listed[latest] = true;
        s->place[s->place_count++] = (struct cover_place){ .is_circle = true,
                                                           .circle = latest,
                                                           .at = s->c.circles[latest].told.at };
    }
    const struct coverage_units *n = cover_counts(&s->c, ask->class);
    cover_draw(&s->c, n, ask->ring, true);
    uint32_t count = cover_gaps(&s->c, n, ask->ring, gaps, COVER_MOVE_GAPS);
    for (uint32_t g = 0; g < count; g++) {
        if (!is_awaited(s, ask->class, gaps[g].at, (struct str){ 0 })) {
            s->place[s->place_count++] = (struct cover_place){ .at = gaps[g].at };
        }
    }
}

/* ---- what is said ---- */

static uint32_t bits_of(const uint32_t *circles, uint32_t count)
{
    uint32_t out = 0;
    for (uint32_t k = 0; k < count && k < COVER_MOVE_CIRCLES; k++) {
        out |= 1u << circles[k];
    }
    return out;
}

static void check_length(struct stage *s, const struct cover_move *m, struct point from)
{
    struct path path;
    struct path_step steps[256];
    uint64_t mm = 0;
    if (!s->by_road) {
        return;
    }
    ck_assert(path_find(&s->path, &s->road.free, from, m->to.at, &path));
    ck_assert_uint_eq(path.ms, m->ms);
    uint32_t count = path_steps(&s->road, &path, steps, 256);
    ck_assert_uint_le(count, 256);
    for (uint32_t k = 0; k < count; k++) {
        mm += steps[k].length_mm;
    }
    ck_assert_uint_eq(m->length_mm, mm);
}

static void check_move(struct stage *s, const struct truth *now, const struct cover_ask *ask,
                       const struct cover_move *m, const struct tried *best,
                       const struct tried *next)
{
    struct truth gone;
    struct truth then;
    uint64_t gained = 0;
    uint64_t lost = 0;
    uint32_t r = ask->ring;
    ck_assert_uint_eq(m->unit, best->unit);
    ck_assert(m->to.at.lon_e7 == s->place[best->place].at.lon_e7 &&
              m->to.at.lat_e7 == s->place[best->place].at.lat_e7);
    ck_assert_uint_eq(m->ms, best->ms);
    ck_assert_int_eq(m->net, best->value / AHEAD_S);
    ck_assert_uint_eq(m->next, next->unit);
    ck_assert(next->unit == 0 || (m->next_ms == next->ms && m->next_net == next->value / AHEAD_S));
    find_truth(s, &gone, ask->class, m->unit, NULL);
    find_truth(s, &then, ask->class, m->unit, &m->to.at);
    for (uint32_t v = 0; v < s->c.ground.node_count; v++) {
        bool had = now->c.units[v].within[r] > 0;
        bool has = then.c.units[v].within[r] > 0;
        gained += !had && has ? s->c.weight[v] : 0;
        lost += had && !has ? s->c.weight[v] : 0;
    }
    ck_assert_uint_eq(m->gained, gained);
    ck_assert_uint_eq(m->lost, lost);
    ck_assert_uint_eq(m->lost_on_way, now->c.total.weight[r] - gone.c.total.weight[r]);
    ck_assert_uint_eq(bits_of(m->kept, m->kept_count), then.kept & ~now->kept);
    ck_assert_uint_eq(bits_of(m->opened, m->opened_count), now->kept & ~then.kept);
    check_length(s, m, s->at[m->unit]);
    coverage_fini(&gone.c);
    coverage_fini(&then.c);
}

static void check_moves(struct stage *s, const struct cover_ask *ask)
{
    struct cover_moves moves;
    struct fault f;
    for (uint32_t n = 1; n <= UNITS; n++) {
        s->moved[n] = s->c.units[n].moving != COVER_STAYS;
        s->at[n] = s->moved[n] ? s->c.units[n].to : s->c.units[n].at;
    }
    ck_assert_int_eq(cover_find_moves(&s->c, ask, &moves, &f), OK);
    list_places(s, ask);
    for (uint32_t k = 0; k <= moves.count; k++) {
        struct truth now;
        struct tried next = { .unit = 0 };
        find_truth(s, &now, ask->class, 0, NULL);
        struct tried best = try_all(s, &now, ask, &next);
        if (k < moves.count) {
            check_move(s, &now, ask, &moves.move[k], &best, &next);
            s->at[best.unit] = s->place[best.place].at;
            s->moved[best.unit] = true;
        } else if (k < COVER_MOVES_MAX) {
            ck_assert(best.unit == 0 || best.value < least_of(s) * AHEAD_S);
        }
        coverage_fini(&now.c);
    }
}

static void scatter(struct stage *s)
{
    static const uint8_t types[] = { POLICE_TYPE_PATROL, POLICE_TYPE_TRAFFIC, POLICE_TYPE_FIRE };
    for (uint32_t k = 0; k < CIRCLES; k++) {
        promise(s, (uint8_t)(1 + prng_below(&s->random, 3)),
                k % 3 == 0 ? POLICE_TYPE_TRAFFIC : POLICE_TYPE_NONE,
                streets_place(&s->road, &s->random));
    }
    struct point crowd = streets_place(&s->road, &s->random);
    for (uint32_t n = 1; n <= UNITS; n++) { /* many at one place: some may go */
        bool there = prng_below(&s->random, 2) == 0;
        stand(s, n, types[n % 3], prng_below(&s->random, 4) != 0,
              there ? crowd : streets_place(&s->road, &s->random));
    }
}

static void try_town(uint64_t seed, bool by_road)
{
    static const uint8_t classes[] = { COVER_POLICE, POLICE_TYPE_TRAFFIC, POLICE_TYPE_FIRE };
    struct stage s;
    raise_stage(&s, seed, by_road);
    s.conf.coverage_move_minutes = 2 + (int64_t)prng_below(&s.random, 9);
    s.conf.coverage_move_least = 1 + (int64_t)prng_below(&s.random, 300);
    scatter(&s);
    settle(&s);
    for (uint32_t k = 0; k < 3; k++) {
        check_moves(&s, &(struct cover_ask){ .class = classes[k],
                                             .ring = (uint8_t)prng_below(&s.random, 3) });
    }
    /* Again once they have changed: nothing of the first question is left. */
    stand(&s, 1 + (uint32_t)prng_below(&s.random, UNITS), POLICE_TYPE_PATROL, true,
          streets_place(&s.road, &s.random));
    settle(&s);
    check_moves(&s, &(struct cover_ask){ .class = COVER_POLICE, .ring = 2 });
    /* Some are ordered to places, to a proposed one among them: as if they stood there. */
    struct cover_moves moves;
    struct fault f;
    const struct cover_ask ask = { .class = COVER_POLICE,
                                   .ring = (uint8_t)prng_below(&s.random, 3) };
    ck_assert_int_eq(cover_find_moves(&s.c, &ask, &moves, &f), OK);
    for (uint32_t n = 1; n <= UNITS; n += 3) {
        order(&s, n, prng_below(&s.random, 2) == 0 ? COVER_ORDERED : COVER_UNDER_WAY,
              streets_place(&s.road, &s.random), NULL);
    }
    if (moves.count > 0) {
        order(&s, moves.move[0].unit, COVER_UNDER_WAY, moves.move[0].to.at, NULL);
    }
    settle(&s);
    check_moves(&s, &ask);
    strike_stage(&s);
}

START_TEST(moves_are_those_that_trying_everything_finds)
{
    try_town((uint64_t)_i, true);
}
END_TEST

START_TEST(moves_by_straight_line_are_those_that_trying_everything_finds)
{
    try_town((uint64_t)_i, false);
}
END_TEST

/* Two places more than a minute from each other, and less than five. */
static bool far_apart(struct stage *s, struct point *home, struct point *far)
{
    for (int tries = 0; tries < 300; tries++) {
        *home = streets_place(&s->road, &s->random);
        *far = streets_place(&s->road, &s->random);
        uint32_t ms = travel(s, *home, *far);
        if (ms > 61000 && ms < 300000) {
            return true;
        }
    }
    return false;
}

/* Nobody is proposed for what somebody is ordered to do, nor whoever is ordered. Who has signed
 * counts nowhere until it is there, who has not where it is. */
START_TEST(who_is_ordered_and_where_to_are_left_out)
{
    struct stage s;
    struct cover_moves moves;
    struct fault f;
    const struct cover_ask ask = { .class = COVER_POLICE, .ring = 0 };
    struct point home;
    struct point far;
    uint64_t seed = (uint64_t)_i * 1000;
    raise_stage(&s, seed, true);
    while (!far_apart(&s, &home, &far)) { /* a small town: the next one */
        strike_stage(&s);
        raise_stage(&s, ++seed, true);
    }
    promise(&s, 1, POLICE_TYPE_NONE, far);
    text_set(&s.c.circles[0].told.code, STR("Q1"));
    stand(&s, 1, POLICE_TYPE_PATROL, true, home);
    stand(&s, 2, POLICE_TYPE_PATROL, true, home);
    settle(&s);
    uint64_t covered = cover_shares_of(&s.c, COVER_POLICE).weight[0];
    order(&s, 1, COVER_ORDERED, far, "Q1");
    settle(&s);
    ck_assert_uint_eq(cover_shares_of(&s.c, COVER_POLICE).units, 2);
    ck_assert_int_eq(cover_find_moves(&s.c, &ask, &moves, &f), OK);
    for (uint32_t k = 0; k < moves.count; k++) {
        ck_assert(moves.move[k].unit == 2 && !moves.move[k].to.is_circle);
    }
    order(&s, 1, COVER_UNDER_WAY, far, "Q1");
    order(&s, 2, COVER_UNDER_WAY, home, NULL);
    settle(&s);
    struct cover_shares now = cover_shares_of(&s.c, COVER_POLICE);
    ck_assert_uint_eq(now.units, 0);
    ck_assert_uint_eq(now.weight[0], 0);
    ck_assert_uint_eq(cover_under_way(&s.c, COVER_POLICE), 2);
    ck_assert_uint_eq(cover_under_way(&s.c, POLICE_TYPE_FIRE), 0);
    ck_assert(!cover_is_kept(&s.c.circles[0]));
    stand(&s, 1, POLICE_TYPE_PATROL, true, far);
    stand(&s, 2, POLICE_TYPE_PATROL, true, home);
    settle(&s);
    ck_assert(cover_is_kept(&s.c.circles[0]));
    ck_assert_uint_ge(cover_shares_of(&s.c, COVER_POLICE).weight[0], covered);
    ck_assert_uint_eq(cover_under_way(&s.c, COVER_POLICE), 0);
    strike_stage(&s);
}
END_TEST

/* Two at one place, a circle elsewhere that nobody keeps: one of them goes there, at no loss. */
START_TEST(one_of_two_at_a_place_is_proposed_for_an_open_circle)
{
    struct stage s;
    struct cover_moves moves;
    struct fault f;
    const struct cover_ask ask = { .class = COVER_POLICE, .ring = 0 };
    struct point home;
    struct point far;
    uint64_t seed = (uint64_t)_i * 1000;
    raise_stage(&s, seed, true);
    while (!far_apart(&s, &home, &far)) { /* a small town: the next one */
        strike_stage(&s);
        raise_stage(&s, ++seed, true);
    }
    promise(&s, 1, POLICE_TYPE_NONE, far);
    stand(&s, 1, POLICE_TYPE_PATROL, true, home);
    stand(&s, 2, POLICE_TYPE_PATROL, true, home);
    settle(&s);
    ck_assert(!cover_is_kept(&s.c.circles[0]));
    ck_assert_int_eq(cover_find_moves(&s.c, &ask, &moves, &f), OK);
    ck_assert_uint_ge(moves.count, 1);
    ck_assert_uint_eq(moves.move[0].unit, 1);
    ck_assert_uint_eq(moves.move[0].lost_on_way, 0);
    ck_assert_int_gt(moves.move[0].net, 0);
    ck_assert_uint_eq(moves.move[0].next, 2);
    ck_assert_int_eq(moves.move[0].why, COVER_WHY_SAME);
    check_moves(&s, &ask);

    s.conf.coverage_move_least = 10000; /* nothing is worth so much but a circle, on arrival */
    ck_assert_int_eq(cover_find_moves(&s.c, &ask, &moves, &f), OK);
    check_moves(&s, &ask);

    stand(&s, 1, POLICE_TYPE_PATROL, false, home);
    stand(&s, 2, POLICE_TYPE_PATROL, false, home);
    settle(&s);
    ck_assert_int_eq(cover_find_moves(&s.c, &ask, &moves, &f), OK);
    ck_assert_uint_eq(moves.count, 0);
    ck_assert_int_eq(moves.none, COVER_NONE_NO_UNIT);
    strike_stage(&s);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { moves_are_those_that_trying_everything_finds, 0, TRIALS(CASES) },
        { moves_by_straight_line_are_those_that_trying_everything_finds, 0, 4 },
        { one_of_two_at_a_place_is_proposed_for_an_open_circle, 0, 4 },
        { who_is_ordered_and_where_to_are_left_out, 0, 4 },
    };
    return SUITE_RUN("server/cover_moves", rows);
}
