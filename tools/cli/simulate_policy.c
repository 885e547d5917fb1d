/* tocsin simulate --virtual --policy: the same calls, fleet and roads, and another way to choose
 * who goes. */
#include "tools/cli/cli.h"
#include "tools/cli/simulate.h"
#include "tools/quality/futures.h"
#include "tools/quality/intervals.h"
#include "tools/quality/options.h"
#include "tools/quality/oracle.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define NAME "simulate"
#define UNITS_MAX 2000
#define SEEDS_MAX 1000
#define ROUNDS_MAX 1000
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
    if (o->rounds > ROUNDS_MAX) {
        return cli_misused(NAME, "--rounds is 0 to %d", ROUNDS_MAX);
    }
    if ((play->policy = policy_named(o->policy)) == NULL) {
        return cli_misused(NAME,
                           "--policy %s is none of tocsin, closest-road, closest-line, "
                           "lookahead, oracle",
                           o->policy);
    }
    if (o->with != NULL && !quality_options_read(o->with, &play->with)) {
        return cli_misused(NAME,
                           "--with %s is no list of joint, even-weights, move-up, tier-one-nearest",
                           o->with);
    }
    if (play->policy->foresees && play->with != 0) {
        return cli_misused(NAME, "--policy oracle takes no --with");
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

static void put_json(struct buf *b, const struct play_opts *play, const struct intervals *t,
                     const struct buf *fleets)
{
    buf_fmt(b, "{\"policy\":\"%s\",\"engine\":\"%s\",\"units\":%" PRIu32 ",", play->policy->name,
            play->road->engine, play->units);
    put_share(b, "late_share", t->late_ppm.value);
    buf_text(b, ",\"late_interval\":{");
    put_share(b, "low", t->late_ppm.low);
    buf_char(b, ',');
    put_share(b, "high", t->late_ppm.high);
    buf_fmt(b,
            "},\"mean_ms\":%" PRIu64 ",\"mean_interval_ms\":{\"low\":%" PRIu64 ",\"high\":%" PRIu64
            "},\"columns\":{",
            t->mean_ms.value, t->mean_ms.low, t->mean_ms.high);
    intervals_json(t, b);
    buf_text(b, "},\"fleets\":[");
    buf_str(b, (struct str){ fleets->at, fleets->len });
    buf_text(b, "]}");
}

static void put_plain(struct buf *b, const struct simulate_opts *o, const struct play_opts *play,
                      const struct figures *all, const struct intervals *t)
{
    buf_fmt(b, "%s%s%s: %" PRIu64 " %s of %" PRIu32 " units, %" PRIu32 " calls each",
            play->policy->name, o->with != NULL ? " with " : "", o->with != NULL ? o->with : "",
            o->seeds, o->seeds == 1 ? "fleet" : "fleets", play->units, all->calls);
    intervals_text(t, b);
    buf_text(b,
             "\nin brackets: 95 of 100 draws, of six-hour blocks or (coverage, kilometres, work) "
             "of fleets");
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
    play->futures = NULL;
    enum err err =
        play->policy->foresees ? oracle_make(&play->oracle, play, (uint32_t)o->rounds, f) : OK;

    err = err == OK && play->policy->imagines ? futures_make(&play->futures, play, f) : err;
    err = err == OK ? play_run(play, &result, f) : err;

    if (err == OK) {
        err = figures_make(out, play, &result, f);
        if (err == OK) {
            figures_json(out, play, fleets);
        }
        play_free(&result);
    }
    oracle_free(play->oracle);
    futures_free(play->futures);
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
    struct fault f = { 0 };
    struct intervals t;
    struct buf b;

    if (intervals_find(all, (uint32_t)o->seeds, o->seed, &t, &f) != OK) {
        return cli_failed(NAME, &f);
    }
    buf_init(&b);
    if (o->json) {
        put_json(&b, play, &t, fleets);
    } else {
        put_plain(&b, o, play, all, &t);
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
