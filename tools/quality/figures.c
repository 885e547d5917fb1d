#include "tools/quality/figures.h"

#include "base/prng.h"
#include "tools/quality/oracle.h"

#include <inttypes.h>
#include <stdlib.h>

static void count_call(struct figures *g, const struct play_opts *o, const struct work_call *c,
                       const struct play_call *n)
{
    struct figures_block *b = &g->block[c->at_ms / FIGURES_BLOCK_MS];
    uint32_t k = play_priority(c);
    bool late = n->first_ms > o->target_ms[k];

    g->calls++;
    g->late += late;
    g->sum_ms += n->first_ms;
    g->all_sum_ms += n->sum_ms;
    g->arrivals += c->units;
    g->by_priority[k][0]++;
    g->by_priority[k][1] += late;
    b->calls++;
    b->late += late;
    b->sum_ms += n->first_ms;
}

static int rising(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

static uint32_t at_percent(const uint32_t *ms, uint32_t count, uint32_t percent)
{
    return ms[(uint64_t)(count - 1) * percent / 100];
}

enum err figures_make(struct figures *g, const struct play_opts *o, const struct play_result *r,
                      struct fault *f)
{
    const struct work *w = o->work;
    uint32_t *ms = malloc(w->count * sizeof(*ms));
    uint32_t count = 0;

    *g = (struct figures){ .block_count =
                               (uint32_t)(w->call[w->count - 1].at_ms / FIGURES_BLOCK_MS + 1) };
    g->block = calloc(g->block_count, sizeof(*g->block));
    if (ms == NULL || g->block == NULL) {
        free(ms);
        figures_free(g);
        return fault_set(f, ERR_NO_MEMORY, "no memory for figures", NULL, NULL);
    }
    for (uint32_t i = 0; i < w->count; i++) {
        if (w->call[i].is_response) {
            count_call(g, o, &w->call[i], &r->call[i]);
            ms[count++] = r->call[i].first_ms;
        }
    }
    qsort(ms, count, sizeof(*ms), rising);
    g->p50_ms = at_percent(ms, count, 50);
    g->p90_ms = at_percent(ms, count, 90);
    g->p99_ms = at_percent(ms, count, 99);
    free(ms);
    return OK;
}

void figures_free(struct figures *g)
{
    free(g->block);
    *g = (struct figures){ 0 };
}

static int rising_u64(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

static void middle(uint64_t *draws, uint64_t out[2])
{
    qsort(draws, FIGURES_DRAWS, sizeof(*draws), rising_u64);
    out[0] = draws[FIGURES_DRAWS / 40];
    out[1] = draws[FIGURES_DRAWS - 1 - FIGURES_DRAWS / 40];
}

void figures_interval(const struct figures *g, uint32_t count, uint64_t seed,
                      struct figures_interval *out)
{
    uint64_t late[FIGURES_DRAWS];
    uint64_t mean[FIGURES_DRAWS];
    struct prng random;

    prng_seed(&random, seed);
    for (uint32_t d = 0; d < FIGURES_DRAWS; d++) {
        struct figures_block sum = { 0 };

        for (uint32_t n = 0; n < g->block_count; n++) { /* the same hours of every fleet */
            uint64_t k = prng_below(&random, g->block_count);

            for (uint32_t i = 0; i < count; i++) {
                sum.calls += g[i].block[k].calls;
                sum.late += g[i].block[k].late;
                sum.sum_ms += g[i].block[k].sum_ms;
            }
        }
        uint64_t calls = sum.calls > 0 ? sum.calls : 1;

        late[d] = (uint64_t)sum.late * 1000000 / calls;
        mean[d] = sum.sum_ms / calls;
    }
    middle(late, out->late_ppm);
    middle(mean, out->mean_ms);
}

static void put_blocks(const struct figures *g, struct buf *b)
{
    buf_text(b, ",\"blocks\":[");
    for (uint32_t k = 0; k < g->block_count; k++) {
        buf_fmt(b, "%s[%" PRIu32 ",%" PRIu32 ",%" PRIu64 "]", k > 0 ? "," : "", g->block[k].calls,
                g->block[k].late, g->block[k].sum_ms);
    }
    buf_char(b, ']');
}

static void put_workload(const struct play_opts *o, const struct play_result *r, struct buf *b)
{
    uint32_t *busy = r->busy_permille;
    uint64_t sum = 0;

    qsort(busy, o->units, sizeof(*busy), rising);
    for (uint32_t u = 0; u < o->units; u++) {
        sum += busy[u];
    }
    buf_fmt(b,
            ",\"busy_permille\":{\"mean\":%" PRIu64 ",\"least\":%" PRIu32 ",\"p10\":%" PRIu32
            ",\"p90\":%" PRIu32 ",\"most\":%" PRIu32 "}",
            sum / o->units, busy[0], at_percent(busy, o->units, 10), at_percent(busy, o->units, 90),
            busy[o->units - 1]);
}

/* A play the network of trips did not hold leaves no bound. */
static void put_bound(const struct oracle *x, struct buf *b)
{
    if (oracle_astray(x) == 0) {
        buf_fmt(b, ",\"late_at_least\":%" PRIu32, oracle_bound(x));
    } else {
        buf_text(b, ",\"late_at_least\":null");
    }
    buf_fmt(b, ",\"astray\":%" PRIu32, oracle_astray(x));
}

void figures_json(const struct figures *g, const struct play_opts *o, const struct play_result *r,
                  struct buf *b)
{
    buf_fmt(b,
            "{\"seed\":%" PRIu64 ",\"calls\":%" PRIu32 ",\"late\":%" PRIu32 ",\"mean_ms\":%" PRIu64
            ",\"p50_ms\":%" PRIu32 ",\"p90_ms\":%" PRIu32 ",\"p99_ms\":%" PRIu32
            ",\"all_units_mean_ms\":%" PRIu64 ",\"covered_ppm\":%" PRIu64 ",\"driven_km\":%" PRIu64,
            o->seed, g->calls, g->late, g->sum_ms / g->calls, g->p50_ms, g->p90_ms, g->p99_ms,
            g->all_sum_ms / g->arrivals, r->covered_ppm, r->driven_mm / 1000000);
    buf_text(b, ",\"by_priority\":[");
    for (uint32_t k = 0; k < PLAY_PRIORITIES; k++) {
        buf_fmt(b, "%s{\"priority\":%" PRIu32 ",\"calls\":%" PRIu32 ",\"late\":%" PRIu32 "}",
                k > 0 ? "," : "", k + 1, g->by_priority[k][0], g->by_priority[k][1]);
    }
    buf_char(b, ']');
    put_workload(o, r, b);
    if (o->oracle != NULL) {
        put_bound(o->oracle, b);
    }
    put_blocks(g, b);
    buf_char(b, '}');
}
