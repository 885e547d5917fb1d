#include "tools/quality/intervals.h"

#include "base/prng.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define DRAWS 1000

/* The figures that are found from one draw of blocks. */
enum column { LATE, MEAN, P50, P90, P99, PRIORITY, COLUMNS = PRIORITY + PLAY_PRIORITIES };

struct draws {
    uint64_t *of[COLUMNS]; /* DRAWS of each */
    uint64_t *room;
    uint32_t *all;     /* of a block (many): calls of all fleets by the second */
    uint32_t *seconds; /* of a draw */
};

static struct figures_block block_of(const struct figures *g, uint32_t count, uint32_t k)
{
    struct figures_block sum = { 0 };

    for (uint32_t i = 0; i < count; i++) {
        const struct figures_block *b = &g[i].block[k];

        sum.calls += b->calls;
        sum.late += b->late;
        sum.sum_ms += b->sum_ms;
        for (uint32_t p = 0; p < PLAY_PRIORITIES; p++) {
            sum.by_priority[p][0] += b->by_priority[p][0];
            sum.by_priority[p][1] += b->by_priority[p][1];
        }
    }
    return sum;
}

static void add_block(struct figures_block *sum, const struct figures_block *b)
{
    sum->calls += b->calls;
    sum->late += b->late;
    sum->sum_ms += b->sum_ms;
    for (uint32_t p = 0; p < PLAY_PRIORITIES; p++) {
        sum->by_priority[p][0] += b->by_priority[p][0];
        sum->by_priority[p][1] += b->by_priority[p][1];
    }
}

static uint64_t share_ppm(uint32_t part, uint32_t whole)
{
    return whole > 0 ? (uint64_t)part * 1000000 / whole : 0;
}

/* As at_percent of the calls in order would have it, to the second. */
static uint64_t at_percent(const uint32_t *seconds, uint32_t calls, uint32_t percent)
{
    uint64_t before = calls > 0 ? (uint64_t)(calls - 1) * percent / 100 : 0;
    uint64_t seen = 0;
    uint32_t s = 0;

    while (s + 1 < FIGURES_SECONDS && (seen += seconds[s]) <= before) {
        s++;
    }
    return (uint64_t)s * 1000;
}

static void reckon(const struct figures_block *sum, const uint32_t *seconds, uint64_t out[COLUMNS])
{
    out[LATE] = share_ppm(sum->late, sum->calls);
    out[MEAN] = sum->calls > 0 ? sum->sum_ms / sum->calls : 0;
    out[P50] = at_percent(seconds, sum->calls, 50);
    out[P90] = at_percent(seconds, sum->calls, 90);
    out[P99] = at_percent(seconds, sum->calls, 99);
    for (uint32_t p = 0; p < PLAY_PRIORITIES; p++) {
        out[PRIORITY + p] = share_ppm(sum->by_priority[p][1], sum->by_priority[p][0]);
    }
}

static void add_seconds(uint32_t *sum, const uint32_t *more)
{
    for (uint32_t s = 0; s < FIGURES_SECONDS; s++) {
        sum[s] += more[s];
    }
}

static int rising(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

static struct interval middle(uint64_t value, uint64_t *draws)
{
    qsort(draws, DRAWS, sizeof(*draws), rising);
    return (struct interval){ value, draws[DRAWS / 40], draws[DRAWS - 1 - DRAWS / 40] };
}

static void gather_seconds(const struct figures *g, uint32_t count, struct draws *d)
{
    for (uint32_t i = 0; i < count; i++) {
        for (size_t s = 0; s < (size_t)g->block_count * FIGURES_SECONDS; s++) {
            d->all[s] += g[i].second[s];
        }
    }
}

/* One draw, or (`random` NULL) every block once. */
static void draw(const struct figures *g, uint32_t count, struct draws *d, struct prng *random,
                 uint64_t out[COLUMNS])
{
    struct figures_block sum = { 0 };

    memset(d->seconds, 0, FIGURES_SECONDS * sizeof(*d->seconds));
    for (uint32_t n = 0; n < g->block_count; n++) {
        uint32_t k = random == NULL ? n : (uint32_t)prng_below(random, g->block_count);
        struct figures_block b = block_of(g, count, k);

        add_block(&sum, &b);
        add_seconds(d->seconds, d->all + (size_t)k * FIGURES_SECONDS);
    }
    reckon(&sum, d->seconds, out);
}

static void by_blocks(const struct figures *g, uint32_t count, struct draws *d, struct prng *random,
                      struct intervals *out)
{
    struct interval *to[COLUMNS] = { &out->late_ppm, &out->mean_ms, &out->p50_ms, &out->p90_ms,
                                     &out->p99_ms };
    uint64_t value[COLUMNS];
    uint64_t drawn[COLUMNS];

    for (uint32_t p = 0; p < PLAY_PRIORITIES; p++) {
        to[PRIORITY + p] = &out->priority_late_ppm[p];
    }
    gather_seconds(g, count, d);
    draw(g, count, d, NULL, value);
    for (uint32_t k = 0; k < DRAWS; k++) {
        draw(g, count, d, random, drawn);
        for (uint32_t c = 0; c < COLUMNS; c++) {
            d->of[c][k] = drawn[c];
        }
    }
    for (uint32_t c = 0; c < COLUMNS; c++) {
        *to[c] = middle(value[c], d->of[c]);
    }
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t p = 0; p < PLAY_PRIORITIES; p++) {
            out->priority_calls[p] += g[i].by_priority[p][0];
        }
    }
}

static uint64_t of_fleet(const struct figures *g, uint32_t column)
{
    const uint64_t all[] = { g->covered_ppm, g->driven_km, g->busy.p10, g->busy.mean, g->busy.p90 };

    return all[column];
}

static void by_fleets(const struct figures *g, uint32_t count, struct draws *d, struct prng *random,
                      struct intervals *out)
{
    struct interval *to[] = { &out->covered_ppm, &out->driven_km, &out->busy_p10, &out->busy_mean,
                              &out->busy_p90 };

    for (uint32_t c = 0; c < sizeof(to) / sizeof(to[0]); c++) {
        uint64_t value = 0;

        for (uint32_t i = 0; i < count; i++) {
            value += of_fleet(&g[i], c);
        }
        for (uint32_t k = 0; k < DRAWS; k++) {
            uint64_t sum = 0;

            for (uint32_t i = 0; i < count; i++) {
                sum += of_fleet(&g[prng_below(random, count)], c);
            }
            d->room[k] = sum / count;
        }
        *to[c] = middle(value / count, d->room);
    }
}

enum err intervals_find(const struct figures *g, uint32_t count, uint64_t seed,
                        struct intervals *out, struct fault *f)
{
    struct draws d = { .all = calloc((size_t)g->block_count * FIGURES_SECONDS, sizeof(*d.all)),
                       .seconds = malloc(FIGURES_SECONDS * sizeof(*d.seconds)),
                       .room = malloc((COLUMNS + 1) * DRAWS * sizeof(*d.room)) };
    bool ok = d.all != NULL && d.seconds != NULL && d.room != NULL;
    struct prng random;

    *out = (struct intervals){ 0 };
    if (ok) {
        for (uint32_t c = 0; c < COLUMNS; c++) {
            d.of[c] = d.room + (c + 1) * DRAWS;
        }
        prng_seed(&random, seed);
        by_blocks(g, count, &d, &random, out);
        by_fleets(g, count, &d, &random, out);
    }
    free(d.all);
    free(d.seconds);
    free(d.room);
    return ok ? OK : fault_set(f, ERR_NO_MEMORY, "no memory for intervals", NULL, NULL);
}

static void put(struct buf *b, const char *name, const struct interval *x)
{
    buf_fmt(b, "\"%s\":{\"value\":%" PRIu64 ",\"low\":%" PRIu64 ",\"high\":%" PRIu64 "}", name,
            x->value, x->low, x->high);
}

void intervals_json(const struct intervals *x, struct buf *b)
{
    const struct {
        const char *name;
        const struct interval *at;
    } rows[] = {
        { "p50_ms", &x->p50_ms },           { "p90_ms", &x->p90_ms },
        { "p99_ms", &x->p99_ms },           { "covered_ppm", &x->covered_ppm },
        { "driven_km", &x->driven_km },     { "busy_permille_p10", &x->busy_p10 },
        { "busy_permille", &x->busy_mean }, { "busy_permille_p90", &x->busy_p90 },
    };

    put(b, "late_ppm", &x->late_ppm);
    buf_char(b, ',');
    put(b, "mean_ms", &x->mean_ms);
    for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
        buf_char(b, ',');
        put(b, rows[k].name, rows[k].at);
    }
    bool is_first = true;

    buf_text(b, ",\"late_ppm_by_priority\":{");
    for (uint32_t p = 0; p < PLAY_PRIORITIES; p++) {
        const char name[] = { (char)('1' + p), '\0' };

        if (x->priority_calls[p] > 0) {
            buf_text(b, is_first ? "" : ",");
            put(b, name, &x->priority_late_ppm[p]);
            is_first = false;
        }
    }
    buf_char(b, '}');
}

static void say(struct buf *b, const char *what, const struct interval *x, uint64_t scale,
                const char *unit)
{
    buf_fmt(b, "\n%-24s %6" PRIu64 "%s", what, x->value / scale, unit);
    if (x->low != x->high || x->low != x->value) {
        buf_fmt(b, "  (%" PRIu64 " to %" PRIu64 ")", x->low / scale, x->high / scale);
    }
}

static void say_percent(struct buf *b, const char *what, const struct interval *x)
{
    buf_fmt(b, "\n%-24s %4" PRIu64 ".%" PRIu64 " %%", what, x->value / 10000, x->value / 1000 % 10);
    if (x->low != x->high || x->low != x->value) {
        buf_fmt(b, "  (%" PRIu64 ".%" PRIu64 " to %" PRIu64 ".%" PRIu64 ")", x->low / 10000,
                x->low / 1000 % 10, x->high / 10000, x->high / 1000 % 10);
    }
}

void intervals_text(const struct intervals *x, struct buf *b)
{
    char name[] = "late, priority 1";

    say_percent(b, "late", &x->late_ppm);
    for (uint32_t p = 0; p < PLAY_PRIORITIES; p++) {
        name[sizeof(name) - 2] = (char)('1' + p);
        if (x->priority_calls[p] > 0) {
            say_percent(b, name, &x->priority_late_ppm[p]);
        }
    }
    say(b, "first arrival, mean", &x->mean_ms, 1000, " s");
    say(b, "first arrival, p50", &x->p50_ms, 1000, " s");
    say(b, "first arrival, p90", &x->p90_ms, 1000, " s");
    say(b, "first arrival, p99", &x->p99_ms, 1000, " s");
    say_percent(b, "covered within 5 min", &x->covered_ppm);
    say(b, "driven", &x->driven_km, 1, " km");
    say(b, "busy, tenth of the units", &x->busy_p10, 10, " %");
    say(b, "busy, mean", &x->busy_mean, 10, " %");
    say(b, "busy, but for a tenth", &x->busy_p90, 10, " %");
}
