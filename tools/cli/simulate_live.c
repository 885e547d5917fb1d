/* tocsin simulate --url: the city's people at a server's public doors. */
#include "tools/cli/cli.h"
#include "tools/cli/simulate.h"
#include "tools/sim/live.h"
#include "tools/sim/town.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#define NAME "simulate"

/* Every unit is a connection. */
static void raise_descriptors(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

/* Each call that came ended as an incident closed, a report settled or a report linked. */
static bool in_is_out(const struct live_result *r)
{
    const struct agents_counts *c = &r->counts;
    uint64_t calls = agents_sum(c->came).calls;

    return r->done && r->open == 0 && calls == c->reports &&
           calls == c->closed + c->settled + c->linked &&
           memcmp(c->came, c->ended, sizeof(c->came)) == 0;
}

static uint64_t unexpected(const struct agents_counts *c)
{
    uint64_t sum = 0;

    for (uint32_t i = 0; i < REFUSAL_PAIRS_MAX; i++) {
        const struct refused_pair *p = &c->pairs[i];

        sum += p->count > 0 && !simulate_refusal_expected(p->command, p->code) ? p->count : 0;
    }
    return sum;
}

/* What units did without a link came to the server, or is still with them. */
static void put_links(struct buf *b, const struct live_result *r)
{
    buf_fmt(b,
            ",\"links\":{\"cut\":%" PRIu64 ",\"kept\":%" PRIu64 ",\"sent\":%" PRIu64
            ",\"refused\":%" PRIu64 ",\"waiting\":%" PRIu64 ",\"lost\":%" PRIu64 "}",
            r->cuts, r->kept, r->kept_sent, r->kept_refused, r->kept_waiting,
            r->kept - r->kept_sent - r->kept_refused - r->kept_waiting);
}

static void put_live(struct buf *b, const struct live_result *r, struct tally *tally)
{
    const struct agents_counts *c = &r->counts;

    buf_char(b, '{');
    simulate_counts_json(b, c, r->open);
    buf_fmt(b,
            ",\"under_way\":%" PRIu64 ",\"positions\":%" PRIu64 ",\"operator_frames\":%" PRIu64
            ",\"orders_seen_by_units\":%" PRIu64 ",\"reconnects\":%" PRIu64 ",\"resent\":%" PRIu64
            ",\"signed_in_ms\":%" PRId64,
            agents_sum(c->came).calls - agents_sum(c->ended).calls, r->positions, r->frames,
            r->orders_on_units, r->reconnects, r->resent, r->signed_in_us / 1000);
    put_links(b, r);
    buf_char(b, ',');
    tally_json(tally, b);
    buf_fmt(b, ",\"unexpected\":%" PRIu64 ",\"done\":%s,\"in_is_out\":%s}", unexpected(c),
            r->done ? "true" : "false", in_is_out(r) ? "true" : "false");
}

static int print_result(const struct live_result *r, struct tally *tally, bool json, bool once)
{
    struct buf b;

    buf_init(&b);
    if (json) {
        put_live(&b, r, tally);
    } else {
        buf_fmt(&b,
                "%" PRIu64 " calls: %" PRIu64 " incidents closed, %" PRIu64 " settled, %" PRIu64
                " linked, %" PRIu64 " open; %" PRIu64 " commands, %" PRIu64 " refused (%" PRIu64
                " unexpected), %" PRIu64 " links cut, %" PRIu64 " reconnects",
                agents_sum(r->counts.came).calls, r->counts.closed, r->counts.settled,
                r->counts.linked, r->open, r->counts.commands, r->counts.refused,
                unexpected(&r->counts), r->cuts, r->reconnects);
    }
    int code = cli_print(NAME, &b);

    buf_fini(&b);
    return code == CLI_DONE && once && !in_is_out(r) ? CLI_FAILED : code;
}

int simulate_live(const struct simulate_opts *o)
{
    struct fault f = { 0 };
    struct town town;
    struct accounts accounts;
    struct live_result result;
    struct cast cast;
    struct live_opts run = { .town = &town,
                             .accounts = &accounts,
                             .seed = o->seed,
                             .rate = (uint32_t)o->rate,
                             .once = o->once,
                             .hours = (int64_t)o->hours,
                             .tally = tally_new() };

    if (!wire_address_read(o->url, &run.to)) {
        return cli_misused(NAME, "--url is \"%s\", expected http://host:port", o->url);
    }
    raise_descriptors();
    if (o->roads != NULL && ways_open(o->roads, &run.ways, &f) != OK) {
        return cli_failed(NAME, &f);
    }
    if (town_load(&town, o->city, STR("w"), &f) != OK ||
        accounts_read(&town.arena, o->accounts, &accounts, &f) != OK ||
        cast_choose(&town.arena, &town.city, &cast, &f) != OK) {
        ways_close(run.ways);
        town_free(&town);
        return cli_failed(NAME, &f);
    }
    run.cast = o->once ? NULL : &cast;
    run.demo = !o->once && town.invented;
    if (run.demo) {
        town_pace_demo(&town);
    }
    town.stretch_percent =
        o->stretch != 0 ? (uint32_t)o->stretch : (o->once ? 100 : town.stretch_percent);
    enum err err = live_run(&run, &result, &f);
    int code;

    if (err == ERR_CONFLICT) {
        code = cli_misused(NAME, "%s: %s", f.primary, f.detail);
    } else {
        code =
            err == OK ? print_result(&result, run.tally, o->json, o->once) : cli_failed(NAME, &f);
    }
    tally_free(run.tally);
    ways_close(run.ways);
    town_free(&town);
    return code;
}
