/* The thread of coverage: what it says of a city is what the engine behind the routing port says of
 * each unit and each place, whatever was told before. The test is the view. */
#include "base/buf.h"
#include "routing/ground.h"
#include "routing/line.h"
#include "tests/server/cover_stage.h"
#include "tests/suite.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CASES 6
#define STEPS 40
#define MINUTE_MS 60000u

/* ---- what is told ---- */

static void tell_unit(struct stage *s, uint32_t n)
{
    tell(s, &s->unit[n], sizeof(s->unit[n]));
}

/* Somewhere, also off the roads. */
static struct point anywhere(struct stage *s)
{
    struct point p = streets_place(&s->road, &s->random);
    if (prng_below(&s->random, 4) == 0) {
        p.lat_e7 += 5000;
    }
    return p;
}

static void tell_city(struct stage *s)
{
    tell_kind(s, COVER_CITY, 0);
    for (uint32_t k = 0; k < CIRCLES; k++) {
        s->circle[k] = (struct cover_circle_told){
            .kind = COVER_CIRCLE,
            .minutes = (uint8_t)(1 + prng_below(&s->random, 5)),
            .police_type = (uint8_t)(k % 3 == 0 ? POLICE_TYPE_TRAFFIC : POLICE_TYPE_NONE),
            .at = anywhere(s)
        };
        char code[16];
        snprintf(code, sizeof(code), "Q%02u", k);
        text_set(&s->circle[k].code, str_of(code));
        tell(s, &s->circle[k], sizeof(s->circle[k]));
    }
}

static void tell_units(struct stage *s)
{
    static const uint8_t types[] = { POLICE_TYPE_PATROL, POLICE_TYPE_TRAFFIC, POLICE_TYPE_FIRE };
    for (uint32_t n = 1; n <= UNITS; n++) {
        s->unit[n] = (struct cover_unit_told){ .kind = COVER_UNIT,
                                               .unit = n,
                                               .police_type = types[n % 3],
                                               .available = prng_below(&s->random, 2) == 0,
                                               .at = anywhere(s) };
        s->unit[n].home = s->unit[n].at;
        tell_unit(s, n);
    }
}

static void step(struct stage *s, uint64_t seq)
{
    uint32_t n = 1 + (uint32_t)prng_below(&s->random, UNITS);
    if (prng_below(&s->random, 2) == 0) {
        s->unit[n].available = !s->unit[n].available;
    } else {
        s->unit[n].at = anywhere(s);
    }
    tell_unit(s, n);
    tell_kind(s, COVER_NOW, seq);
}

/* ---- the same, found anew each time ---- */

struct truth {
    struct ground ground;
    struct coverage c;
    uint64_t all;
};

static bool of_class(uint8_t type, uint8_t class)
{
    return class == COVER_POLICE ? type != POLICE_TYPE_FIRE : type == class;
}

static void put(struct truth *t, uint32_t slot, struct point at)
{
    struct ground_place place;
    struct seed seeds[CLIMB_SEEDS_MAX];
    struct fault f;
    ck_assert(ground_find(&t->ground, at, &place));
    uint32_t count = ground_depart(&t->ground, &place, seeds);
    if (count > 0) {
        ck_assert_int_eq(coverage_put(&t->c, slot, seeds, count, &f), OK);
    }
}

/* What the available units of a class reach, without those of the bits `left`, and with one more at
 * `extra`. */
static void find_truth(struct stage *s, struct truth *t, uint8_t class, uint32_t left,
                       const struct point *extra)
{
    static const uint32_t rings[COVERAGE_RINGS] = { 60000, 180000, 300000 };
    struct fault f;
    ck_assert_int_eq(ground_init(&t->ground, &s->road, &s->road.free, NULL, 0, NULL, 0, &f), OK);
    const struct coverage_roads roads = { &t->ground.out, &t->ground.in };
    ck_assert_int_eq(coverage_init(&t->c, roads, UNITS + 1, rings, t->ground.extent, &f), OK);
    t->all = 0;
    for (uint32_t v = 0; v < t->ground.node_count; v++) {
        t->all += t->ground.extent[v];
    }
    for (uint32_t n = 1; n <= UNITS; n++) {
        if (s->unit[n].available && of_class(s->unit[n].police_type, class) &&
            (left >> n & 1) == 0) {
            put(t, n, s->unit[n].at);
        }
    }
    if (extra != NULL) {
        put(t, 0, *extra);
    }
}

static void drop_truth(struct truth *t)
{
    coverage_fini(&t->c);
    ground_fini(&t->ground);
}

static void share_text(const struct truth *t, const uint64_t *weight, char out[64])
{
    struct buf b;
    buf_fixed(&b, out, 64);
    for (uint32_t r = 0; r < COVERAGE_RINGS; r++) {
        uint64_t part = (weight[r] * 10000 + t->all / 2) / t->all;
        buf_text(&b, r > 0 ? "," : "[");
        if (part >= 10000) {
            buf_text(&b, "1");
        } else {
            buf_fmt(&b, "0.%04u", (unsigned)part);
        }
    }
    buf_add(&b, "]", 2);
    ck_assert(buf_ok(&b));
}

static void says_shares(const struct stage *s, const char *member, const struct truth *t,
                        const uint64_t *weight)
{
    char text[64];
    char wanted[128];
    share_text(t, weight, text);
    snprintf(wanted, sizeof(wanted), "\"%s\":%s", member, text);
    ck_assert_msg(strstr(s->answer, wanted) != NULL, "%s not in %.600s", wanted, s->answer);
}

static void check_circles(struct stage *s)
{
    struct road_query q;
    struct fault f;
    const struct json_doc *features = json_doc_member(s->doc, "features");
    uint32_t met = 0;
    ck_assert_int_eq(road_query_init(&q, &s->road, &f), OK);
    for (size_t k = 0; k < json_doc_count(features); k++) {
        const struct json_doc *p = json_doc_member(json_doc_at(features, k), "properties");
        struct str kind;
        struct str unit;
        uint64_t ms = ETA_INF_MS;
        ck_assert(json_doc_str(p, "kind", &kind));
        if (!str_is(kind, "circle")) {
            continue;
        }
        const struct cover_circle_told *c = &s->circle[met++];
        uint32_t best = ETA_INF_MS;
        uint32_t first = 0;
        for (uint32_t n = 1; n <= UNITS; n++) {
            uint32_t one = s->unit[n].available && of_class(s->unit[n].police_type, c->police_type)
                               ? road_travel_ms(&q, s->unit[n].at, c->at)
                               : ETA_INF_MS;
            first = one < best ? n : first;
            best = one < best ? one : best;
        }
        if (best > 5 * MINUTE_MS) {
            ck_assert(!json_doc_str(p, "unit", &unit));
        } else {
            char id[32];
            snprintf(id, sizeof(id), "live-u%u", first);
            ck_assert(json_doc_str(p, "unit", &unit) && str_is(unit, id));
            ck_assert(json_doc_u64(p, "ms", &ms));
            ck_assert_uint_eq(ms, best);
        }
        char wanted[120];
        snprintf(wanted, sizeof(wanted), "\"minutes\":%u,\"class\":\"%s\",\"kept\":%s", c->minutes,
                 c->police_type == POLICE_TYPE_NONE ? "police" : "traffic",
                 best <= c->minutes * MINUTE_MS ? "true" : "false");
        ck_assert_ptr_nonnull(strstr(s->answer, wanted));
    }
    ck_assert_uint_eq(met, CIRCLES);
    road_query_fini(&q);
}

static void check_losses(struct stage *s, uint64_t seq)
{
    for (uint32_t n = 1; n <= UNITS; n++) {
        struct cover_loss loss;
        struct truth with;
        struct truth without;
        bool known = cover_loss_of(s->cover, n, &loss);
        ck_assert(known == s->unit[n].available);
        if (!known) {
            ck_assert_uint_eq(cover_stake_of(s->cover, n), 0);
            continue;
        }
        uint8_t class =
            s->unit[n].police_type == POLICE_TYPE_FIRE ? POLICE_TYPE_FIRE : COVER_POLICE;
        ck_assert_uint_le(loss.seq, seq);
        find_truth(s, &with, class, 0, NULL);
        find_truth(s, &without, class, 1u << n, NULL);
        for (uint32_t r = 0; r < COVER_RINGS; r++) {
            uint64_t lost = with.c.total.weight[r] - without.c.total.weight[r];
            ck_assert_uint_eq(loss.lost[r], (lost << COVER_LOSS_SHIFT) / with.all);
        }
        ck_assert_uint_eq(cover_stake_of(s->cover, n),
                          (coverage_stake(&with.c, n, COVER_RINGS - 1) << 4) / with.all);
        drop_truth(&with);
        drop_truth(&without);
    }
    ck_assert_uint_eq(cover_stake_of(s->cover, 0), 0);
    ck_assert_uint_eq(cover_stake_of(s->cover, UNITS + 1), 0);
    struct cover_loss none;
    ck_assert(!cover_loss_of(s->cover, 0, &none));
    ck_assert(!cover_loss_of(s->cover, UNITS + 1, &none));
}

static void check_if(struct stage *s)
{
    struct truth before;
    struct truth after;
    struct cover_ask a = { .what = COVER_WHAT_IF, .class = COVER_POLICE };
    uint32_t left = 0;
    for (uint32_t n = 1; n <= UNITS && a.leave_count < COVER_LEAVE_MAX; n++) {
        if (prng_below(&s->random, 3) == 0) {
            a.leave[a.leave_count++] = n;
            left |= 1u << n;
        }
    }
    a.arrives = prng_below(&s->random, 2) == 0;
    a.arrive = anywhere(s);
    ask(s, a);
    ck_assert_int_eq(s->err, OK);
    find_truth(s, &before, COVER_POLICE, 0, NULL);
    find_truth(s, &after, COVER_POLICE, left, a.arrives ? &a.arrive : NULL);
    uint64_t lost[COVER_RINGS] = { 0 };
    uint64_t gained[COVER_RINGS] = { 0 };
    for (uint32_t v = 0; v < before.ground.node_count; v++) {
        for (uint32_t r = 0; r < COVER_RINGS; r++) {
            bool had = before.c.units[v].within[r] > 0;
            bool has = after.c.units[v].within[r] > 0;
            lost[r] += had && !has ? before.ground.extent[v] : 0;
            gained[r] += !had && has ? before.ground.extent[v] : 0;
        }
    }
    says_shares(s, "lost", &before, lost);
    says_shares(s, "gained", &before, gained);
    says_shares(s, "share", &before, before.c.total.weight);
    drop_truth(&before);
    drop_truth(&after);
}

static void check_map(struct stage *s, uint8_t class, uint64_t seq)
{
    struct truth t;
    uint64_t said;
    ask(s, (struct cover_ask){ .what = COVER_WHAT_MAP, .class = class, .rings = 7 });
    ck_assert_int_eq(s->err, OK);
    ck_assert(json_doc_u64(s->doc, "seq", &said));
    ck_assert_uint_eq(said, seq);
    find_truth(s, &t, class, 0, NULL);
    says_shares(s, "share", &t, t.c.total.weight);
    drop_truth(&t);
}

START_TEST(after_any_steps_it_says_what_is_true_of_each_unit_and_place)
{
    struct stage s;
    raise_stage(&s, (uint64_t)_i, true);
    tell_city(&s);
    tell_units(&s);
    tell_kind(&s, COVER_NOW, 1);
    for (uint64_t seq = 2; seq < STEPS; seq++) {
        step(&s, seq);
        if (prng_below(&s.random, 4) != 0) {
            continue;
        }
        check_map(&s, COVER_POLICE, seq);
        check_circles(&s);
        check_if(&s);
        check_map(&s, POLICE_TYPE_TRAFFIC, seq);
        check_map(&s, POLICE_TYPE_FIRE, seq);
        check_losses(&s, seq);
    }
    strike_stage(&s);
}
END_TEST

START_TEST(news_come_when_something_is_new_and_not_when_it_was_said)
{
    struct stage s;
    enum cover_kind kind;
    raise_stage(&s, (uint64_t)_i, true);
    tell_city(&s);
    tell_units(&s);
    tell_kind(&s, COVER_NOW, 1);
    ck_assert(take(&s, &kind));
    ck_assert_int_eq(kind, COVER_NEWS);
    for (uint32_t n = 1; n <= UNITS; n++) {
        s.unit[n].available = true;
        tell_unit(&s, n);
    }
    tell_kind(&s, COVER_NOW, 2);
    char *first = strdup(s.answer);
    do { /* one may stand for what was half told */
        ck_assert(take(&s, &kind));
        ck_assert_int_eq(kind, COVER_NEWS);
        ck_assert_str_ne(s.answer, first);
        parse(&s);
    } while (strstr(s.answer, "{\"class\":\"police\",\"units\":8,") == NULL);
    free(first);
    /* The same told again is nothing new: the answer to a question overtakes no news. */
    for (uint32_t n = 1; n <= UNITS; n++) {
        tell_unit(&s, n);
    }
    tell_kind(&s, COVER_NOW, 2);
    struct cover_ask a = { .kind = COVER_ASK, .what = COVER_WHAT_FIGURES, .token = ++s.token };
    tell(&s, &a, sizeof(a));
    ck_assert(take(&s, &kind));
    ck_assert_int_eq(kind, COVER_ANSWER);
    strike_stage(&s);
}
END_TEST

/* A move waits for others, and comes in also when nobody asks and nothing else is told. */
START_TEST(moves_that_nobody_asks_about_come_in_by_themselves)
{
    struct stage s;
    struct cover_loss now;
    raise_stage(&s, (uint64_t)_i, true);
    tell_city(&s);
    tell_units(&s);
    tell_kind(&s, COVER_NOW, 1);
    ask(&s, (struct cover_ask){ .what = COVER_WHAT_FIGURES });
    s.unit[1].at = anywhere(&s);
    tell_kind(&s, COVER_NOW, 2);
    tell_unit(&s, 1);
    do { /* as long as it takes; a test that never ends is ended */
        usleep(1000);
        (void)cover_loss_of(s.cover, 1, &now);
    } while (now.seq < 2);
    check_losses(&s, 2);
    strike_stage(&s);
}
END_TEST

START_TEST(without_roads_it_says_so_and_answers_by_straight_line)
{
    struct stage s;
    raise_stage(&s, (uint64_t)_i, false);
    ask(&s, (struct cover_ask){ .what = COVER_WHAT_FIGURES });
    ck_assert_ptr_nonnull(strstr(s.answer, "\"engine\":null")); /* no city yet */
    ask(&s, (struct cover_ask){ .what = COVER_WHAT_IF, .leave_count = 1, .leave = { 1 } });
    ck_assert_int_eq(s.err, ERR_NOT_FOUND);
    tell_city(&s);
    tell_units(&s);
    tell_kind(&s, COVER_NOW, 7);
    ask(&s, (struct cover_ask){ .what = COVER_WHAT_MAP, .rings = 7 });
    ck_assert_ptr_nonnull(strstr(s.answer, "\"engine\":\"line/1\",\"weight\":\"area\""));
    const struct json_doc *features = json_doc_member(s.doc, "features");
    uint32_t met = 0;
    for (size_t k = 0; k < json_doc_count(features); k++) {
        const struct json_doc *p = json_doc_member(json_doc_at(features, k), "properties");
        struct str kind;
        uint64_t ms;
        ck_assert(json_doc_str(p, "kind", &kind));
        if (!str_is(kind, "circle")) {
            continue;
        }
        const struct cover_circle_told *c = &s.circle[met++];
        uint32_t best = ETA_INF_MS;
        for (uint32_t n = 1; n <= UNITS; n++) {
            uint32_t one = s.unit[n].available && of_class(s.unit[n].police_type, c->police_type)
                               ? line_travel_ms(NULL, s.unit[n].at, c->at)
                               : ETA_INF_MS;
            best = one < best ? one : best;
        }
        ck_assert(json_doc_u64(p, "ms", &ms) == (best <= 5 * MINUTE_MS));
        ck_assert(best > 5 * MINUTE_MS || ms == best);
    }
    ck_assert_uint_eq(met, CIRCLES);
    strike_stage(&s);
}
END_TEST

START_TEST(nothing_is_said_of_half_a_city)
{
    struct stage s;
    raise_stage(&s, (uint64_t)_i, true);
    for (uint64_t seq = 1; seq < 4; seq++) {
        tell_kind(&s, COVER_CITY, 0);
        ask(&s, (struct cover_ask){ .what = COVER_WHAT_FIGURES }); /* it has taken the head alone */
        ck_assert_ptr_nonnull(strstr(s.answer, "\"engine\":null"));
        tell_city(&s);
        tell_units(&s);
        tell_kind(&s, COVER_NOW, seq);
        check_map(&s, COVER_POLICE, seq);
        check_circles(&s);
    }
    strike_stage(&s);
}
END_TEST

START_TEST(enough_incidents_are_the_weight_and_too_few_are_not)
{
    struct stage s;
    raise_stage(&s, (uint64_t)_i, true);
    tell_city(&s);
    tell_units(&s);
    for (uint32_t n = 0; n < 199; n++) {
        const struct cover_incident_told told = { .kind = COVER_INCIDENT, .at = anywhere(&s) };
        tell(&s, &told, sizeof(told));
    }
    tell_kind(&s, COVER_NOW, 1);
    ask(&s, (struct cover_ask){ .what = COVER_WHAT_FIGURES });
    ck_assert_ptr_nonnull(strstr(s.answer, "\"weight\":\"road_length\""));
    strike_stage(&s);
    raise_stage(&s, (uint64_t)_i, true);
    /* Before the city is told nothing is weighed: these count from the first look. */
    for (uint32_t n = 0; n < 400; n++) {
        const struct cover_incident_told told = { .kind = COVER_INCIDENT,
                                                  .at = streets_place(&s.road, &s.random) };
        tell(&s, &told, sizeof(told));
    }
    tell_city(&s);
    tell_units(&s);
    tell_kind(&s, COVER_NOW, 1);
    ask(&s, (struct cover_ask){ .what = COVER_WHAT_FIGURES });
    ck_assert_ptr_nonnull(strstr(s.answer, "\"weight\":\"incidents\""));
    strike_stage(&s);
}
END_TEST

static void tell_patrol(struct stage *s, uint32_t n, bool available)
{
    struct cover_unit_told told = { .kind = COVER_UNIT, .unit = n, .available = available };
    told.police_type = POLICE_TYPE_PATROL;
    told.at = told.home = s->road.network.graph.at[0];
    tell(s, &told, sizeof(told));
}

START_TEST(who_comes_as_another_leaves_has_the_last_slot)
{
    struct stage s;
    raise_stage(&s, 1, true);
    for (uint32_t n = 1; n <= CROWD + 1; n++) {
        tell_patrol(&s, n, n > 1);
    }
    tell_kind(&s, COVER_NOW, 1);
    for (uint64_t seq = 2; seq < 8; seq++) { /* seldom are the two met apart */
        ask(&s, (struct cover_ask){ .what = COVER_WHAT_FIGURES });
        ck_assert_ptr_nonnull(strstr(s.answer, "{\"class\":\"police\",\"units\":63,"));
        tell_patrol(&s, seq % 2 == 0 ? 1 : CROWD + 1, true);
        tell_patrol(&s, seq % 2 == 0 ? CROWD + 1 : 1, false);
        tell_kind(&s, COVER_NOW, seq);
    }
    strike_stage(&s);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { after_any_steps_it_says_what_is_true_of_each_unit_and_place, 0, TRIALS(CASES) },
        { news_come_when_something_is_new_and_not_when_it_was_said, 0, 2 },
        { moves_that_nobody_asks_about_come_in_by_themselves, 0, 4 },
        { nothing_is_said_of_half_a_city, 0, 3 },
        { without_roads_it_says_so_and_answers_by_straight_line, 0, 3 },
        { enough_incidents_are_the_weight_and_too_few_are_not, 0, 2 },
        { who_comes_as_another_leaves_has_the_last_slot, 0, 0 },
    };
    return SUITE_RUN("server/cover", rows);
}
