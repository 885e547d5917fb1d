/* tocsin simulate --virtual --policy: the same calls, fleet and roads, and another way to choose
 * who goes. */
#include "tools/cli/cli.h"
#include "tools/cli/simulate.h"
#include "tools/quality/figures.h"
#include "tools/quality/oracle.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define NAME "simulate"
#define UNITS_MAX 2000
#define SEEDS_MAX 1000
#define LATE_STANDARD "8,20,60"

/* Minutes by priority, parted by commas; the last one counts for all that follow. */
static bool read_late(const char *text, uint32_t ms[PLAY_PRIORITIES])
{
    uint32_t minutes = 0;

    for (uint32_t k = 0; k < PLAY_PRIORITIES; k++) {
        char *end;
        unsigned long n = *text != '\0' ? strtoul(text, &end, 10) : minutes;

        if (*text != '\0') {
            if (end == text || n < 1 || n > 1440 || (*end != ',' && *end != '\0')) {
                return false;
            }
            text = *end == ',' ? end + 1 : end;
        }
        minutes = (uint32_t)n;
        ms[k] = minutes * 60000;
    }
    return *text == '\0';
}

static int misused(const struct simulate_opts *o, struct play_opts *play)
{
    if (o->roads == NULL || o->units < 1 || o->units > UNITS_MAX) {
        return cli_misused(NAME, "--policy needs --roads FILE and --units 1 to %d", UNITS_MAX);
    }
    if (o->seeds < 1 || o->seeds > SEEDS_MAX) {
        return cli_misused(NAME, "--seeds is 1 to %d", SEEDS_MAX);
    }
    if ((play->policy = policy_named(o->policy)) == NULL) {
        return cli_misused(NAME,
                           "--policy %s is none of tocsin, closest-road, closest-line, "
                           "oracle",
                           o->policy);
    }
    if (o->homes != NULL && strcmp(o->homes, "stations") != 0 && strcmp(o->homes, "calls") != 0) {
        return cli_misused(NAME, "--homes %s is neither stations nor calls", o->homes);
    }
    if (!read_late(o->late != NULL ? o->late : LATE_STANDARD, play->target_ms)) {
        return cli_misused(NAME, "--late %s is no list of minutes, 1 to 1440, by priority",
                           o->late);
    }
    return CLI_DONE;
}

static void put_share(struct buf *b, const char *name, uint64_t ppm)
{
    buf_fmt(b, "\"%s\":%" PRIu64 ".%06" PRIu64, name, ppm / 1000000, ppm % 1000000);
}

/* All fleets together. */
struct total {
    uint64_t calls, late, sum_ms;
    struct figures_interval interval;
};

static struct total total_of(const struct figures *all, const struct simulate_opts *o)
{
    struct total t = { 0 };

    for (uint64_t k = 0; k < o->seeds; k++) {
        t.calls += all[k].calls;
        t.late += all[k].late;
        t.sum_ms += all[k].sum_ms;
    }
    figures_interval(all, (uint32_t)o->seeds, o->seed, &t.interval);
    return t;
}

static void put_json(struct buf *b, const struct play_opts *play, const struct total *t,
                     const struct buf *fleets)
{
    buf_fmt(b, "{\"policy\":\"%s\",\"engine\":\"%s\",\"units\":%" PRIu32 ",", play->policy->name,
            play->road->engine, play->units);
    put_share(b, "late_share", t->late * 1000000 / t->calls);
    buf_text(b, ",\"late_interval\":{");
    put_share(b, "low", t->interval.late_ppm[0]);
    buf_char(b, ',');
    put_share(b, "high", t->interval.late_ppm[1]);
    buf_fmt(b,
            "},\"mean_ms\":%" PRIu64 ",\"mean_interval_ms\":{\"low\":%" PRIu64 ",\"high\":%" PRIu64
            "},\"fleets\":[",
            t->sum_ms / t->calls, t->interval.mean_ms[0], t->interval.mean_ms[1]);
    buf_str(b, (struct str){ fleets->at, fleets->len });
    buf_text(b, "]}");
}

static void put_percent(struct buf *b, uint64_t ppm)
{
    buf_fmt(b, "%" PRIu64 ".%" PRIu64 " %%", ppm / 10000, ppm / 1000 % 10);
}

static void put_plain(struct buf *b, const struct simulate_opts *o, const struct play_opts *play,
                      const struct total *t)
{
    buf_fmt(b, "%s: %" PRIu64 " fleets of %" PRIu32 " units, %" PRIu64 " calls each: late ",
            play->policy->name, o->seeds, play->units, t->calls / o->seeds);
    put_percent(b, t->late * 1000000 / t->calls);
    buf_text(b, " (95 of 100 draws: ");
    put_percent(b, t->interval.late_ppm[0]);
    buf_text(b, " to ");
    put_percent(b, t->interval.late_ppm[1]);
    buf_fmt(b, "), first arrival after %" PRIu64 " s (%" PRIu64 " to %" PRIu64 ")",
            t->sum_ms / t->calls / 1000, t->interval.mean_ms[0] / 1000,
            t->interval.mean_ms[1] / 1000);
}

/* One fleet, by its seed. */
static enum err play_one(const struct simulate_opts *o, struct play_opts *play,
                         const struct town *town, struct figures *out, struct buf *fleets,
                         struct fault *f)
{
    bool at_calls = o->homes != NULL && strcmp(o->homes, "calls") == 0;
    struct play_result result;
    struct work w;

    if (work_make(&w, town, o->of, at_calls ? WORK_CALLS : WORK_STATIONS, play->seed, f) != OK) {
        return f->err;
    }
    play->work = &w;
    play->oracle = NULL;
    enum err err = play->policy->foresees ? oracle_make(&play->oracle, play, f) : OK;

    err = err == OK ? play_run(play, &result, f) : err;

    if (err == OK) {
        err = figures_make(out, play, &result, f);
        if (err == OK) {
            figures_json(out, play, &result, fleets);
        }
        play_free(&result);
    }
    oracle_free(play->oracle);
    work_free(&w);
    return err;
}

static enum err play_all(const struct simulate_opts *o, struct play_opts *play,
                         const struct town *town, struct figures *all, struct buf *fleets,
                         struct fault *f)
{
    enum err err = OK;

    for (uint64_t k = 0; err == OK && k < o->seeds; k++) {
        buf_text(fleets, k > 0 ? "," : "");
        play->seed = o->seed + k;
        err = play_one(o, play, town, &all[k], fleets, f);
    }
    return err;
}

static int told(const struct simulate_opts *o, const struct play_opts *play,
                const struct figures *all, const struct buf *fleets)
{
    struct total t = total_of(all, o);
    struct buf b;

    buf_init(&b);
    if (o->json) {
        put_json(&b, play, &t, fleets);
    } else {
        put_plain(&b, o, play, &t);
    }
    int code = cli_print(NAME, &b);

    buf_fini(&b);
    return code;
}

int simulate_policy(const struct simulate_opts *o)
{
    struct play_opts play = { .units = (uint32_t)o->units };
    struct fault f = { 0 };
    struct road road;
    struct town town;
    struct buf fleets;
    int code = misused(o, &play);

    if (code != CLI_DONE) {
        return code;
    }
    if (town_load(&town, o->city, str_of(o->world), &f) != OK) {
        town_free(&town);
        return cli_failed(NAME, &f);
    }
    if (road_open(&road, o->roads, &f) != OK) {
        town_free(&town);
        return cli_failed(NAME, &f);
    }
    struct figures *all = calloc(o->seeds, sizeof(*all));

    must(all != NULL);
    buf_init(&fleets);
    play.road = &road;
    code = play_all(o, &play, &town, all, &fleets, &f) == OK ? told(o, &play, all, &fleets)
                                                             : cli_failed(NAME, &f);
    for (uint64_t k = 0; k < o->seeds; k++) {
        figures_free(&all[k]);
    }
    free(all);
    buf_fini(&fleets);
    road_close(&road);
    town_free(&town);
    return code;
}
