/* tocsin backtest: a draft plan over recorded or invented calls, beside the plan that stands. */
#include "dispatch/plan/plan_check.h"
#include "tools/cli/cli.h"
#include "tools/plan/backtest_say.h"
#include "tools/plan/plan_file.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NAME "backtest"
#define PLAN_BYTES_MAX ((size_t)64 << 20)

static const char about[] =
    "tocsin backtest CITY --plan DRAFT: asks the city's plan and a draft about every incident of\n"
    "the city folder's calls. Tells tiers, demand by police type against the fleet, what changes\n"
    "and by which rules, rules that never fired or never mattered, types that no rule names.\n"
    "Without --plan the city's plan alone. Nothing is dispatched.";

struct backtest_cli {
    const char *city, *plan, *against, *lang, *start;
    uint64_t changes;
    bool json;
};

static int64_t now_us(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int print_it(const struct backtest_cli *o, const struct backtest *b,
                    const struct backtest_side sides[2],
                    uint64_t matrix[BACKTEST_TIERS][BACKTEST_TIERS], struct backtest_causes *causes,
                    int64_t took_us)
{
    const struct plan_tongue in = { .language = o->lang[0] == 'z' ? PLAN_ZH : PLAN_EN,
                                    .types = b->town->city.types.at,
                                    .type_count = b->town->city.types.count };
    const struct backtest_told told = { .b = b,
                                        .sides = sides,
                                        .matrix = matrix,
                                        .causes = causes,
                                        .in = &in,
                                        .changes = (uint32_t)o->changes,
                                        .took_us = took_us };
    struct buf out;

    buf_init(&out);
    if (o->json) {
        backtest_say_json(&out, &told);
    } else {
        backtest_say(&out, &told);
        out.len -= out.len > 0 ? 1 : 0; /* cli_print ends the line */
    }
    int code = cli_print(NAME, &out);

    buf_fini(&out);
    return code;
}

static int run(const struct backtest_cli *o, const struct town *town, int64_t start_us,
               const struct plan *before, const struct plan *after)
{
    uint64_t matrix[BACKTEST_TIERS][BACKTEST_TIERS] = { { 0 } };
    struct backtest_causes *causes = calloc(1, sizeof(*causes));
    struct backtest_side sides[2] = { { 0 }, { 0 } };
    struct fault f = { 0 };
    struct backtest b;
    enum err err = backtest_init(&b, town, start_us, &f);

    if (err == OK && causes == NULL) {
        err = fault_set(&f, ERR_NO_MEMORY, "no memory", NULL, NULL);
    }
    int64_t began = now_us();

    if (err == OK) {
        err = backtest_run(&b, before, after, sides, matrix, backtest_cause_see, causes, &f);
    }
    int64_t took_us = now_us() - began;
    int code = err == OK ? print_it(o, &b, sides, matrix, causes, took_us) : cli_failed(NAME, &f);

    backtest_side_free(&sides[0]);
    backtest_side_free(&sides[1]);
    backtest_free(&b);
    free(causes);
    return code;
}

/* A plan that is wrong is misuse, a file that cannot be read is not. */
static int refused(const struct fault *f)
{
    (void)cli_failed(NAME, f);
    return f->err == ERR_INVALID || f->err == ERR_MALFORMED ? CLI_MISUSED : CLI_FAILED;
}

int cli_backtest(int argc, char **argv)
{
    struct backtest_cli o = { .lang = "zh", .start = "2026-11-23T00:00:00Z", .changes = 20 };
    const struct cli_option options[] = {
        { "CITY", CLI_TEXT, &o.city, true, "city folder with calls (import-calls, make-calls)" },
        { "--plan", CLI_TEXT, &o.plan, false, "the draft" },
        { "--against", CLI_TEXT, &o.against, false, "the plan that stands; else the city's" },
        { "--start", CLI_TEXT, &o.start, false, "instant of the first hour, UTC" },
        { "--changes", CLI_NUMBER, &o.changes, false, "causes of changes told, standard 20" },
        { "--lang", CLI_TEXT, &o.lang, false, "zh (standard) or en" },
        { "--json", CLI_FLAG, &o.json, false, "all of it as JSON" },
    };
    bool help;
    int code = CLI_READ(NAME, about, options, argc, argv, &help);
    int64_t start_us;

    if (code != CLI_DONE || help) {
        return code;
    }
    if (strcmp(o.lang, "zh") != 0 && strcmp(o.lang, "en") != 0) {
        return cli_misused(NAME, "--lang is \"%s\", expected zh or en", o.lang);
    }
    if (instant_read(o.start, strlen(o.start), &start_us) != 0) {
        return cli_misused(NAME, "--start is \"%s\", expected as 2026-11-23T00:00:00Z", o.start);
    }
    struct fault f = { 0 };
    struct arena arena;
    struct town town;
    struct plan before;
    struct plan after;

    arena_init(&arena, PLAN_BYTES_MAX);
    if (town_load(&town, o.city, STR("backtest"), &f) != OK ||
        (o.against == NULL && plan_check(&town.plan, &f) != OK) ||
        (o.against != NULL && plan_file_read(&arena, o.against, &before, &f) != OK) ||
        (o.plan != NULL && plan_file_read(&arena, o.plan, &after, &f) != OK)) {
        code = refused(&f);
    } else {
        code = run(&o, &town, start_us, o.against != NULL ? &before : &town.plan,
                   o.plan != NULL ? &after : NULL);
    }
    town_free(&town);
    arena_fini(&arena);
    return code;
}
