#include "tools/quality/figures.h"

#include "tools/quality/oracle.h"

#include <inttypes.h>
#include <stdlib.h>

static void count_call(struct figures *g, const struct play_opts *o, const struct work_call *c,
                       const struct play_call *n)
{
    size_t block = (size_t)(c->at_ms / FIGURES_BLOCK_MS);
    struct figures_block *b = &g->block[block];
    uint32_t k = play_priority(c);
    bool late = n->first_ms > o->target_ms[k];
    uint32_t second = n->first_ms / 1000;

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
    b->by_priority[k][0]++;
    b->by_priority[k][1] += late;
    g->second[block * FIGURES_SECONDS +
              (second < FIGURES_SECONDS ? second : FIGURES_SECONDS - 1)]++;
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

/* Leaves them in order. */
static void count_busy(struct figures *g, uint32_t *permille, uint32_t units)
{
    uint64_t sum = 0;

    qsort(permille, units, sizeof(*permille), rising);
    for (uint32_t u = 0; u < units; u++) {
        sum += permille[u];
    }
    g->busy = (struct figures_busy){ .mean = (uint32_t)(sum / units),
                                     .least = permille[0],
                                     .p10 = at_percent(permille, units, 10),
                                     .p90 = at_percent(permille, units, 90),
                                     .most = permille[units - 1] };
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
    g->second = calloc((size_t)g->block_count * FIGURES_SECONDS, sizeof(*g->second));
    if (ms == NULL || g->block == NULL || g->second == NULL) {
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
    g->covered_ppm = r->covered_ppm;
    g->driven_km = r->driven_mm / 1000000;
    count_busy(g, r->busy_permille, o->units);
    return OK;
}

void figures_free(struct figures *g)
{
    free(g->block);
    free(g->second);
    *g = (struct figures){ 0 };
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

static void put_workload(const struct figures_busy *busy, struct buf *b)
{
    buf_fmt(b,
            ",\"busy_permille\":{\"mean\":%" PRIu32 ",\"least\":%" PRIu32 ",\"p10\":%" PRIu32
            ",\"p90\":%" PRIu32 ",\"most\":%" PRIu32 "}",
            busy->mean, busy->least, busy->p10, busy->p90, busy->most);
}

static void put_bound(const struct oracle *x, struct buf *b)
{
    buf_fmt(b, ",\"late_at_least\":%" PRIu32 ",\"astray\":%" PRIu32, oracle_bound(x),
            oracle_astray(x));
}

void figures_json(const struct figures *g, const struct play_opts *o, struct buf *b)
{
    buf_fmt(b,
            "{\"seed\":%" PRIu64 ",\"calls\":%" PRIu32 ",\"late\":%" PRIu32 ",\"mean_ms\":%" PRIu64
            ",\"p50_ms\":%" PRIu32 ",\"p90_ms\":%" PRIu32 ",\"p99_ms\":%" PRIu32
            ",\"all_units_mean_ms\":%" PRIu64 ",\"covered_ppm\":%" PRIu64 ",\"driven_km\":%" PRIu64,
            o->seed, g->calls, g->late, g->sum_ms / g->calls, g->p50_ms, g->p90_ms, g->p99_ms,
            g->all_sum_ms / g->arrivals, g->covered_ppm, g->driven_km);
    buf_text(b, ",\"by_priority\":[");
    for (uint32_t k = 0; k < PLAY_PRIORITIES; k++) {
        buf_fmt(b, "%s{\"priority\":%" PRIu32 ",\"calls\":%" PRIu32 ",\"late\":%" PRIu32 "}",
                k > 0 ? "," : "", k + 1, g->by_priority[k][0], g->by_priority[k][1]);
    }
    buf_char(b, ']');
    put_workload(&g->busy, b);
    if (o->oracle != NULL) {
        put_bound(o->oracle, b);
    }
    put_blocks(g, b);
    buf_char(b, '}');
}
