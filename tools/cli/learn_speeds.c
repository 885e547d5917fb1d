/* tocsin learn-speeds: how quickly roads are driven at which hour, from the fleet's own drives. */
#include "routing/speeds_file.h"
#include "tools/cli/cli.h"
#include "tools/learn/learner.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NAME "learn-speeds"
#define BAR_WIDTH 40
#define SPAN_US (3 * US_PER_HOUR) /* read at a time */
#define DAYS_MAX 3660

static const char about[] =
    "Learns travel times from the drives to incidents of the last --days days: positions from "
    "\"en\n"
    "route\" to \"on scene\", without whose they are, matched to the roads of the network. Writes "
    "the\n"
    "file that the server's setting `speeds` names: places and hours, nobody who drove there. The\n"
    "reading is an entry of the access log. Runs as an administrator; the server may be running.";

struct learn_opts {
    const char *roads, *out, *database, *world, *zone, *by;
    uint64_t days;
    bool json;
};

static int64_t now_us(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * US_PER_S + t.tv_nsec / 1000;
}

/* A bar on a terminal, nothing in a file. */
static void show_progress(int64_t done, int64_t of)
{
    char bar[BAR_WIDTH + 1];

    if (isatty(STDERR_FILENO) != 1) {
        return;
    }
    memset(bar, '.', BAR_WIDTH);
    memset(bar, '#', (size_t)(done * BAR_WIDTH / of));
    bar[BAR_WIDTH] = '\0';
    (void)fprintf(stderr, "\rdrives [%s] %3d %%%s", bar, (int)(done * 100 / of),
                  done == of ? "\n" : "");
}

static enum err read_all(struct learner *l, const struct learn_opts *o, int64_t from_us,
                         int64_t to_us, struct fault *f)
{
    struct pg *pg;
    uint64_t entry = 0;
    enum err err = drives_open(o->database, o->world, &pg, f);

    if (err != OK) {
        return err;
    }
    err = drives_record(pg, str_of(o->by), from_us, to_us, &entry, f);
    for (int64_t at = from_us; err == OK && at < to_us; at += SPAN_US) {
        int64_t end = at + SPAN_US < to_us ? at + SPAN_US : to_us;

        err = drives_read(pg, entry, at, end, str_of(o->zone), learner_fix, l, f);
        err = err == OK ? learner_flush(l, f) : err;
        show_progress(end - from_us, to_us - from_us);
    }
    pg_close(pg);
    return err;
}

static int print(const struct learner *l, const struct learned *of, bool json)
{
    struct buf b;

    buf_init(&b);
    if (json) {
        learner_tell_json(l, of, &b);
    } else {
        learner_tell(l, of, &b);
    }
    int code = cli_print(NAME, &b);

    buf_fini(&b);
    return code;
}

static enum err write_speeds(struct learned *of, const struct learn_opts *o, int64_t from_us,
                             int64_t to_us, struct fault *f)
{
    struct speeds *s = &of->speeds;

    (void)snprintf(s->zone, sizeof(s->zone), "%s", o->zone);
    s->from_us = from_us;
    s->to_us = to_us;
    s->made_us = to_us;
    return speeds_write(s, o->out, f);
}

static int learn(struct learner *l, const struct learn_opts *o)
{
    int64_t to_us = now_us();
    int64_t from_us = to_us - (int64_t)o->days * US_PER_DAY;
    struct learned learned = { .known = NULL };
    struct fault f = { 0 };
    enum err err = read_all(l, o, from_us, to_us, &f);

    err = err == OK ? learn_finish(&l->learn, &learned, &f) : err;
    err = err == OK ? write_speeds(&learned, o, from_us, to_us, &f) : err;
    int code = err == OK ? print(l, &learned, o->json) : cli_failed(NAME, &f);

    learned_free(&learned);
    return code;
}

static int run(const struct learn_opts *o)
{
    struct road road;
    static struct learner l;
    struct fault f = { 0 };

    if (road_open(&road, o->roads, &f) != OK) {
        return cli_failed(NAME, &f);
    }
    enum err err = learner_init(&l, &road, &f);
    int code = err == OK ? learn(&l, o) : cli_failed(NAME, &f);

    if (err == OK) {
        learner_fini(&l);
    }
    road_close(&road);
    return code;
}

int cli_learn_speeds(int argc, char **argv)
{
    struct learn_opts o = { .database = "", .world = "live", .days = 90 };
    const struct cli_option options[] = {
        { "--roads", CLI_TEXT, &o.roads, true, "network of import-osm, as the server's" },
        { "--out", CLI_TEXT, &o.out, true, "file to write" },
        { "--timezone", CLI_TEXT, &o.zone, true, "whose hours, as Asia/Shanghai" },
        { "--by", CLI_TEXT, &o.by, true, "who reads, for the access log" },
        { "--days", CLI_NUMBER, &o.days, false, "of how many days, 90 unless said" },
        { "--database", CLI_TEXT, &o.database, false, "libpq connection string" },
        { "--world", CLI_TEXT, &o.world, false, "name of the world, live unless said" },
        { "--json", CLI_FLAG, &o.json, false, "print one JSON object" },
    };
    bool help;
    int code = CLI_READ(NAME, about, options, argc, argv, &help);

    if (code != CLI_DONE || help) {
        return code;
    }
    if (o.days == 0 || o.days > DAYS_MAX) {
        return cli_misused(NAME, "--days is %llu, expected 1 to %d", (unsigned long long)o.days,
                           DAYS_MAX);
    }
    if (o.zone[0] == '\0' || strlen(o.zone) >= SPEEDS_ZONE_SIZE) {
        return cli_misused(NAME, "--timezone is \"%s\", expected a name such as Asia/Shanghai",
                           o.zone);
    }
    if (o.by[0] == '\0') {
        return cli_misused(NAME, "--by is empty, expected a name");
    }
    return run(&o);
}
