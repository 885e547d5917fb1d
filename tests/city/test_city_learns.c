/* Half a day of the invented city whose units drive on its roads, and what is learned from their
 * positions: how quickly its streets are driven at which hour, as tools/sim/traffic.c has it. */
#include "tests/suite.h"
#include "tools/learn/learner.h"
#include "tools/sim/traffic.h"
#include "tools/sim/virtual.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DRIVES_MAX 20000
#define FIXES_MAX 400000
#define START_US INT64_C(1798934400000000) /* Sunday 3 January 2027, 08:00 in China */
#define MONDAY_6_US (START_US + 22 * US_PER_HOUR)
#define HOURS 10
#define RUSH 8
#define CALM 13
/* Points of percent. Side streets are seen seldom: they are drawn towards the city as a whole. */
#define MAIN_OFF 8
#define SIDE_OFF 15

/* A city folder and its network, made by the commands that a user has. */
static void make_city(char *folder)
{
    const char *top = getenv("TOP_SRCDIR");
    const char *build = getenv("TOP_BUILDDIR");
    char tool[512];
    char line[4096];

    (void)snprintf(tool, sizeof(tool), "%s/tools/tocsin", build != NULL ? build : ".");
    (void)snprintf(line, sizeof(line),
                   "t=$(realpath %s) && cd %s && "
                   "$t make-city --seed 1 --out %s >/dev/null && "
                   "$t import-city %s/linjiang.osm.pbf --out %s --calls-per-day 1600 >/dev/null && "
                   "$t import-osm %s/linjiang.osm.pbf --out %s/city.roads >/dev/null && "
                   "$t make-calls --city %s --seed 3 --per-day 2600 --hours 24 >/dev/null && "
                   "cp seeds/incident_types.json %s",
                   tool, top != NULL ? top : ".", folder, folder, folder, folder, folder, folder,
                   folder);
    int code = system(line); /* NOLINT */

    ck_assert_int_eq(code, 0);
}

struct gathered {
    struct drive_fix *fix;
    uint32_t count;
};

static void on_fix(void *arg, uint64_t drive, const struct fix *fix)
{
    struct gathered *g = arg;

    ck_assert_uint_lt(g->count, FIXES_MAX);
    g->fix[g->count++] = (struct drive_fix){ .drive = drive,
                                             .at_us = fix->fix_at,
                                             .local_us = fix->fix_at + 8 * US_PER_HOUR,
                                             .at = fix->at };
}

static int by_drive(const void *a, const void *b)
{
    const struct drive_fix *x = a;
    const struct drive_fix *y = b;

    if (x->drive != y->drive) {
        return x->drive < y->drive ? -1 : 1;
    }
    return x->at_us < y->at_us ? -1 : x->at_us > y->at_us ? 1 : 0;
}

static void live_through(const char *folder, struct ways *ways, struct gathered *g)
{
    struct town town;
    struct virtual_result result;
    struct fault f;

    ck_assert_int_eq(town_load(&town, folder, STR("learn"), &f), OK);
    town.stretch_percent = 100;
    const struct virtual_opts o = { .world = STR("learn"),
                                    .seed = 1,
                                    .start_us = MONDAY_6_US,
                                    .hours = HOURS,
                                    .loop = true,
                                    .posts = 5,
                                    .ways = ways,
                                    .on_fix = on_fix,
                                    .fix_arg = g };

    ck_assert_int_eq(virtual_run(&o, &town, &result, &f), OK);
    ck_assert_uint_eq(result.roads_broken.over_closed + result.roads_broken.jumped, 0);
    town_free(&town);
}

/* What is true lies between who drives with lights and who does not. */
static void told_rightly(const struct learned *l, uint8_t road_class, uint32_t hour)
{
    int64_t local = 4 * 24 * US_PER_HOUR + (int64_t)hour * US_PER_HOUR; /* a Monday */
    uint32_t percent = l->class_percent[hour * ROAD_CLASS_COUNT + road_class];
    uint32_t off = road_class <= ROAD_TERTIARY ? MAIN_OFF : SIDE_OFF;
    uint32_t least = traffic_percent(road_class, local);
    uint32_t most = traffic_percent_lights(road_class, local);

    printf("class %u at %u: learned %u, true %u to %u\n", road_class, hour, percent, least, most);
    ck_assert_uint_ge(percent + off, least);
    ck_assert_uint_le(percent, most + off);
}

START_TEST(rush_hours_are_learned_from_the_living_city)
{
    static struct learner learner;
    char folder[] = "/tmp/tocsin-city-learns-XXXXXX";
    char file[64];
    char line[128];
    struct ways *ways;
    struct learned l;
    struct gathered g = { .fix = malloc(FIXES_MAX * sizeof(*g.fix)) };
    struct fault f;

    ck_assert_ptr_nonnull(g.fix);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    make_city(folder);
    (void)snprintf(file, sizeof(file), "%s/city.roads", folder);
    ck_assert_int_eq(ways_open(file, &ways, &f), OK);
    live_through(folder, ways, &g);
    qsort(g.fix, g.count, sizeof(*g.fix), by_drive);
    ck_assert_int_eq(learner_init(&learner, ways_road(ways), &f), OK);
    for (uint32_t k = 0; k < g.count; k++) {
        learner_fix(&learner, &g.fix[k]);
    }
    ck_assert_int_eq(learner_flush(&learner, &f), OK);
    ck_assert_int_eq(learn_finish(&learner.learn, &l, &f), OK);
    printf("%llu drives, %u fixes; %u o'clock at %u %%, %u o'clock at %u %%\n",
           (unsigned long long)learner.drives, g.count, RUSH, l.hour_percent[RUSH], CALM,
           l.hour_percent[CALM]);
    ck_assert_uint_gt(learner.drives, 300);
    told_rightly(&l, ROAD_PRIMARY, RUSH);
    told_rightly(&l, ROAD_SECONDARY, RUSH);
    told_rightly(&l, ROAD_PRIMARY, CALM);
    told_rightly(&l, ROAD_SECONDARY, CALM);
    told_rightly(&l, ROAD_RESIDENTIAL, RUSH);
    ck_assert_uint_lt(l.hour_percent[RUSH] + 10, l.hour_percent[CALM]);
    learned_free(&l);
    learner_fini(&learner);
    ways_close(ways);
    free(g.fix);
    (void)snprintf(line, sizeof(line), "rm -r %s", folder);
    ck_assert_int_eq(system(line), 0); /* NOLINT */
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = { { rush_hours_are_learned_from_the_living_city, 0, 0 } };

    return SUITE_RUN("city/learns", rows);
}
