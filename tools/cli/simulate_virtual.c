/* tocsin simulate --virtual: the same core on a virtual clock. */
#include "tools/cli/simulate.h"

#include "tools/cli/cli.h"
#include "tools/sim/row_file.h"
#include "tools/sim/virtual.h"

#include <inttypes.h>
#include <stdio.h>

#define NAME "simulate"
#define START_US INT64_C(1798934400000000) /* 2027-01-03T00:00:00Z: a Sunday morning in China */

#define POSTS 5 /* the commander's seat and four more are worked at */

static void keep_row(void *arg, const struct log_row *row)
{
    row_file_put(arg, row);
}

static void put_broken(struct buf *b, const struct laws_broken *l)
{
    buf_fmt(b,
            ",\"unowned\":%" PRIu64 ",\"owned_by_nobody_over_30s\":%" PRIu64
            ",\"orders_vanished\":%" PRIu64 ",\"longest_with_nobody_ms\":%" PRId64
            ",\"looks\":%" PRIu64 ",\"first_broken\":",
            l->unowned, l->owned_by_nobody_over_30s, l->orders_vanished,
            l->longest_with_nobody_us / US_PER_MS, l->looks);
    buf_json_str(b, str_of(l->first));
}

static void put_roads_broken(struct buf *b, const struct laws_roads_broken *l)
{
    buf_fmt(b,
            ",\"driven_over_closed\":%" PRIu64 ",\"off_road\":%" PRIu64 ",\"jumped\":%" PRIu64
            ",\"pieces_passed\":%" PRIu64 ",\"closed_pieces_allowed\":%" PRIu64
            ",\"first_broken_on_roads\":",
            l->over_closed, l->off_road, l->jumped, l->passed, l->exempt);
    buf_json_str(b, str_of(l->first));
}

static int print_result(const struct virtual_result *r, struct tally *tally, bool json)
{
    char digest[33];
    struct buf b;

    digest_text(r->digest, digest);
    buf_init(&b);
    if (json) {
        buf_fmt(&b, "{\"seq\":%" PRIu64 ",\"digest\":\"%s\",\"digest_version\":%d,\"hash\":\"",
                r->seq, digest, DIGEST_VERSION);
        buf_hex(&b, r->hash.at, SHA256_SIZE);
        buf_text(&b, "\",");
        simulate_counts_json(&b, &r->counts, r->open);
        buf_char(&b, ',');
        tally_json(tally, &b);
        put_broken(&b, &r->broken);
        put_roads_broken(&b, &r->roads_broken);
        buf_fmt(&b, ",\"ticks\":%" PRIu64 ",\"incidents_in_memory\":%" PRIu64 ",\"done\":%s}",
                r->ticks, r->incidents_live, r->done ? "true" : "false");
    } else {
        buf_fmt(&b,
                "%" PRIu64 " rows, digest %s\n%" PRIu64 " calls, %" PRIu64 " incidents (%" PRIu64
                " open), %" PRIu64 " settled, %" PRIu64 " linked, %" PRIu64 " refusals",
                r->seq, digest, agents_sum(r->counts.came).calls, r->counts.opened, r->open,
                r->counts.settled, r->counts.linked, r->counts.refused);
    }
    int code = cli_print(NAME, &b);

    buf_fini(&b);
    return code;
}

int simulate_virtual(const struct simulate_opts *o)
{
    struct fault f = { 0 };
    struct town town;
    struct row_file file;
    struct virtual_result result;
    struct virtual_opts run = { .world = str_of(o->world),
                                .seed = o->seed,
                                .start_us = START_US,
                                .hours = (int64_t)o->hours,
                                .rows = o->rows,
                                .live = (uint32_t)o->live,
                                .loop = o->hours != 0 || o->rows != 0,
                                .demo = o->demo,
                                .everyday = !o->plain,
                                .posts = POSTS,
                                .tally = tally_new() };
    int code = CLI_FAILED;

    if (o->roads != NULL && ways_open(o->roads, &run.ways, &f) != OK) {
        tally_free(run.tally);
        return cli_failed(NAME, &f);
    }
    if (town_load(&town, o->city, run.world, &f) != OK ||
        (o->log != NULL && row_file_create(&file, o->log, &f) != OK)) {
        ways_close(run.ways);
        town_free(&town);
        return cli_failed(NAME, &f);
    }
    if (o->demo) {
        town_pace_demo(&town);
    }
    town.stretch_percent = o->stretch != 0 ? (uint32_t)o->stretch : town.stretch_percent;
    if (o->fleet > 1) {
        town_grow_fleet(&town, (uint32_t)o->fleet);
    }
    if (o->log != NULL) {
        run.on_row = keep_row;
        run.arg = &file;
    }
    enum err err = virtual_run(&run, &town, &result, &f);

    if (o->log != NULL && row_file_close(&file, &f) != OK) {
        err = f.err;
    }
    code = err == OK ? print_result(&result, run.tally, o->json) : cli_failed(NAME, &f);
    ways_close(run.ways);
    town_free(&town);
    tally_free(run.tally);
    return code;
}
