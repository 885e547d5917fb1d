/* routing_run challenge GRAPH COORDINATES ORDER | roads FILE: our side of bench/routing. It is told
 * what to measure by lines on stdin and answers each with a line of JSON; times are ns (of the
 * monotonic clock for what takes microseconds, else of the thread's processor time), `wrong` counts
 * answers that are not those of Dijkstra's search.
 *
 *     full COUNT FROM           Dijkstra's search from one node to all, from COUNT nodes
 *     dense FROM TO             the 5 quickest of 1,000 for these incidents, ours and Dijkstra's
 *     sparse FROM TO            3 of 1,000 match: the index of their class, and a filter
 *     move COUNT                units move on
 *     customize                 all times anew, all units in anew
 *     closure COUNT             one road closed, and opened again
 *     coverage COUNT            of 300 units from nothing; one unit gone, come, what if
 *     pairs COUNT               from a place to a place (road networks)
 *     muster UNITS COUNT        all of so many units at once, and one by one (road networks)
 *     places | truth KIND FROM TO | arcs FILE     for those who measure beside */
#include "bench/lines.h"
#include "bench/routing_ine.h"
#include "bench/routing_muster.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WANT 5
#define LINE_SIZE 512

struct bench {
    struct stage stage;
    struct ine ine;
    struct nearest_hit *hits; /* of each incident, WANT places */
    uint32_t *hit_count;
    int64_t *ns[4]; /* room for times, STAGE_INCIDENTS each */
};

static int64_t read_ns(clockid_t clock)
{
    struct timespec t;

    (void)clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* For what takes microseconds: reading it takes none. */
static int64_t now_ns(void)
{
    return read_ns(CLOCK_MONOTONIC);
}

/* For what takes so long that something else runs in between. */
static int64_t cpu_ns(void)
{
    return read_ns(CLOCK_THREAD_CPUTIME_ID);
}

static void print_times(const char *name, const int64_t *ns, uint32_t count)
{
    (void)printf("\"%s\": [", name);
    for (uint32_t i = 0; i < count; i++) {
        (void)printf("%s%lld", i > 0 ? "," : "", (long long)ns[i]);
    }
    (void)printf("], ");
}

static void finish_line(uint64_t wrong)
{
    (void)printf("\"wrong\": %llu}\n", (unsigned long long)wrong);
    (void)fflush(stdout);
}

/* Spread over the graph, the same for everybody who numbers nodes as we do. */
static uint32_t source(const struct stage *s, uint32_t i)
{
    return (uint32_t)((uint64_t)i * 2654435761 % s->graph.node_count);
}

static void search_all(struct stage *s, const struct roads *roads, const struct place *p)
{
    uint32_t node;
    uint32_t ms;

    dijkstra_start(&s->dijkstra, roads);
    for (uint32_t i = 0; i < p->count; i++) {
        dijkstra_add(&s->dijkstra, p->seeds[i].node, p->seeds[i].ms);
    }
    while (dijkstra_settle(&s->dijkstra, &node, &ms)) {
    }
}

static void do_full(struct bench *b, uint32_t count, uint32_t from)
{
    struct stage *s = &b->stage;

    (void)printf("{\"sums\": [");
    for (uint32_t i = 0; i < count; i++) {
        struct place start = { .seeds = { { .node = source(s, from + i) } }, .count = 1 };
        int64_t began = cpu_ns();
        uint64_t sum = 0;

        search_all(s, &s->out, &start);
        b->ns[0][i] = cpu_ns() - began;
        for (uint32_t v = 0; v < s->graph.node_count; v++) {
            sum += dijkstra_ms(&s->dijkstra, v) < ETA_INF_MS ? dijkstra_ms(&s->dijkstra, v) : 0;
        }
        (void)printf("%s%llu", i > 0 ? "," : "", (unsigned long long)sum);
    }
    (void)printf("], ");
    print_times("ns", b->ns[0], count);
    finish_line(0);
}

static uint64_t differ(const struct nearest_hit *a, uint32_t a_count, const struct nearest_hit *b,
                       uint32_t b_count)
{
    return a_count != b_count || memcmp(a, b, a_count * sizeof(*a)) != 0;
}

/* One index over a stretch of incidents; answers into `hits`. */
static void ask(struct bench *b, const struct nearest *index, uint32_t from, uint32_t to,
                nearest_filter_fn *filter, int64_t *ns)
{
    for (uint32_t i = from; i < to; i++) {
        const struct place *p = &b->stage.incident[i];
        int64_t began = now_ns();

        b->hit_count[i] = nearest_find(index, &b->stage.climb, p->seeds, p->count, WANT, filter,
                                       NULL, &b->hits[(size_t)i * WANT]);
        ns[i - from] = now_ns() - began;
    }
}

/* Dijkstra's search over the same incidents. Returns how many answers differ. */
static uint64_t compare(struct bench *b, uint32_t from, uint32_t to, uint32_t want, clockid_t clock,
                        int64_t *ns)
{
    uint64_t wrong = 0;

    for (uint32_t i = from; i < to; i++) {
        struct ine_best best;
        int64_t began = read_ns(clock);

        ine_find(&b->ine, &b->stage.incident[i], want, &best);
        ns[i - from] = read_ns(clock) - began;
        ine_ties(&b->ine, &best);
        wrong += differ(best.hits, best.count, &b->hits[(size_t)i * WANT], b->hit_count[i]);
    }
    return wrong;
}

static void do_dense(struct bench *b, uint32_t from, uint32_t to)
{
    ine_seat(&b->ine, &b->stage, STAGE_UNITS);
    ask(b, &b->stage.all, from, to, NULL, b->ns[0]);
    uint64_t wrong = compare(b, from, to, WANT, CLOCK_MONOTONIC, b->ns[1]);

    (void)printf("{");
    print_times("ns", b->ns[0], to - from);
    print_times("dijkstra_ns", b->ns[1], to - from);
    finish_line(wrong);
}

static bool is_rare(void *arg, uint32_t unit)
{
    (void)arg;
    return unit < STAGE_FEW;
}

static void do_sparse(struct bench *b, uint32_t from, uint32_t to)
{
    ine_seat(&b->ine, &b->stage, STAGE_FEW);
    ask(b, &b->stage.few, from, to, NULL, b->ns[0]);
    uint64_t wrong = compare(b, from, to, STAGE_FEW, CLOCK_THREAD_CPUTIME_ID, b->ns[1]);

    ask(b, &b->stage.all, from, to, is_rare, b->ns[2]);
    for (uint32_t i = from; i < to; i++) {
        struct nearest_hit hits[WANT];
        const struct place *p = &b->stage.incident[i];
        uint32_t count = nearest_find(&b->stage.few, &b->stage.climb, p->seeds, p->count, WANT,
                                      NULL, NULL, hits);

        wrong += differ(hits, count, &b->hits[(size_t)i * WANT], b->hit_count[i]);
    }
    (void)printf("{");
    print_times("ns", b->ns[0], to - from);
    print_times("dijkstra_ns", b->ns[1], to - from);
    print_times("filter_ns", b->ns[2], to - from);
    finish_line(wrong);
}

/* All incidents against the searches of the few units to everywhere; no times. */
static void do_sparse_all(struct bench *b)
{
    struct stage *s = &b->stage;
    uint64_t wrong = 0;
    struct ine_best *best = calloc(STAGE_INCIDENTS, sizeof(*best));

    if (best == NULL) {
        lines_die("no memory", strerror(errno));
    }
    for (uint32_t u = 0; u < STAGE_FEW; u++) {
        search_all(s, &s->out, &s->unit[u]);
        for (uint32_t i = 0; i < STAGE_INCIDENTS; i++) {
            uint32_t ms = ETA_INF_MS;

            for (uint32_t k = 0; k < s->incident[i].count; k++) {
                struct seed seed = s->incident[i].seeds[k];
                uint32_t way = dijkstra_ms(&s->dijkstra, seed.node) + seed.ms;

                ms = way < ms ? way : ms;
            }
            best[i].want = STAGE_FEW;
            if (ms < ETA_INF_MS) {
                ine_offer(&best[i], (struct nearest_hit){ .unit = u, .ms = ms });
            }
        }
    }
    ask(b, &s->few, 0, STAGE_INCIDENTS, NULL, b->ns[0]);
    for (uint32_t i = 0; i < STAGE_INCIDENTS; i++) {
        wrong += differ(best[i].hits, best[i].count, &b->hits[(size_t)i * WANT], b->hit_count[i]);
    }
    free(best);
    (void)printf("{");
    print_times("ns", b->ns[0], STAGE_INCIDENTS);
    finish_line(wrong);
}

static void do_move(struct bench *b, uint32_t count)
{
    struct stage *s = &b->stage;
    struct fault f;

    for (uint32_t i = 0; i < count; i++) {
        uint32_t u = (uint32_t)prng_below(&s->random, STAGE_UNITS);
        struct place *p = &s->unit[u];

        stage_move(s, p);
        int64_t began = now_ns();

        stage_must(nearest_put(&s->all, u, p->seeds, p->count, &f), &f);
        b->ns[0][i] = now_ns() - began;
        if (u < STAGE_FEW) {
            stage_must(nearest_put(&s->few, u, p->seeds, p->count, &f), &f);
        }
    }
    (void)printf("{");
    print_times("ns", b->ns[0], count);
    finish_line(0);
}

static void do_customize(struct bench *b)
{
    struct stage *s = &b->stage;
    struct fault f;
    int64_t began = cpu_ns();

    times_customize(&s->times, &s->graph, s->ms);
    int64_t customized = cpu_ns();

    stage_must(nearest_refill(&s->all, &f), &f);
    b->ns[1][0] = cpu_ns() - customized;
    b->ns[0][0] = customized - began;
    stage_must(nearest_refill(&s->few, &f), &f);
    (void)printf("{");
    print_times("ns", b->ns[0], 1);
    print_times("refill_ns", b->ns[1], 1);
    finish_line(0);
}

/* One road of another time, until queries are right again. */
static int64_t change(struct bench *b, uint32_t arc, uint32_t ms)
{
    struct stage *s = &b->stage;
    struct fault f;

    stage_set(s, arc, ms);
    int64_t began = cpu_ns();

    (void)times_change(&s->times, &s->graph, s->ms, arc);
    stage_must(nearest_renew(&s->all, &f), &f);
    int64_t took = cpu_ns() - began;

    stage_must(nearest_renew(&s->few, &f), &f);
    return took;
}

/* Wrong answers near the road and anywhere. */
static uint64_t look(struct bench *b, uint32_t arc)
{
    struct stage *s = &b->stage;
    struct place kept = s->incident[0];
    uint64_t wrong = 0;
    int64_t ns[2];

    s->incident[0] = (struct place){ .seeds = { { .node = s->graph.head[arc] } }, .count = 1 };
    for (uint32_t i = 0; i < 2; i++) {
        uint32_t at = i * (1 + (uint32_t)prng_below(&s->random, STAGE_INCIDENTS - 1));

        ask(b, &s->all, at, at + 1, NULL, ns);
        wrong += compare(b, at, at + 1, WANT, CLOCK_MONOTONIC, ns);
    }
    s->incident[0] = kept;
    return wrong;
}

static void do_closure(struct bench *b, uint32_t count)
{
    struct stage *s = &b->stage;
    uint64_t wrong = 0;

    ine_seat(&b->ine, s, STAGE_UNITS);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t arc = (uint32_t)prng_below(&s->random, s->graph.arc_count);
        uint32_t ms = s->ms[arc];

        b->ns[0][i] = change(b, arc, ETA_INF_MS);
        wrong += look(b, arc);
        b->ns[1][i] = change(b, arc, ms);
        wrong += look(b, arc);
    }
    (void)printf("{");
    print_times("ns", b->ns[0], count);
    print_times("open_ns", b->ns[1], count);
    finish_line(wrong);
}

/* A look at some nodes: what Dijkstra's searches from all units would have found. */
static uint64_t covered_wrongly(struct bench *b)
{
    struct stage *s = &b->stage;
    uint32_t last_ms = s->coverage.ring_ms[COVERAGE_RINGS - 1];
    uint64_t wrong = 0;
    uint32_t node;
    uint32_t ms;

    for (uint32_t i = 0; i < 200; i++) {
        struct coverage_units units = { 0 };
        uint32_t v = source(s, i);

        dijkstra_start(&s->dijkstra, &s->in);
        dijkstra_add(&s->dijkstra, v, 0);
        while (dijkstra_settle(&s->dijkstra, &node, &ms) && ms <= last_ms) {
        }
        for (uint32_t u = 0; u < STAGE_COVERING; u++) {
            uint32_t best = ETA_INF_MS;

            for (uint32_t k = 0; k < s->unit[u].count; k++) {
                struct seed seed = s->unit[u].seeds[k];
                uint32_t way = dijkstra_ms(&s->dijkstra, seed.node) + seed.ms;

                best = way < best ? way : best;
            }
            for (uint32_t r = 0; r < COVERAGE_RINGS; r++) {
                units.within[r] = (uint16_t)(units.within[r] + (best <= s->coverage.ring_ms[r]));
            }
        }
        wrong += memcmp(&units, &s->coverage.units[v], sizeof(units)) != 0;
    }
    return wrong;
}

static void do_coverage(struct bench *b, uint32_t count)
{
    struct stage *s = &b->stage;
    struct fault f;
    uint64_t wrong = 0;

    for (uint32_t u = 0; u < STAGE_COVERING; u++) {
        stage_must(coverage_put(&s->coverage, u, s->unit[u].seeds, s->unit[u].count, &f), &f);
    }
    int64_t began = cpu_ns();

    stage_must(coverage_renew_all(&s->coverage, &f), &f);
    int64_t full = cpu_ns() - began;

    for (uint32_t i = 0; i < count; i++) {
        uint32_t u = (uint32_t)prng_below(&s->random, STAGE_COVERING);
        struct coverage_step step = { .leave = &u, .leave_count = 1 };
        struct coverage_change change;

        began = now_ns();
        coverage_if(&s->coverage, &step, &change);
        b->ns[2][i] = now_ns() - began;
        began = now_ns();
        coverage_drop(&s->coverage, u);
        b->ns[0][i] = now_ns() - began;
        began = now_ns();
        stage_must(coverage_put(&s->coverage, u, s->unit[u].seeds, s->unit[u].count, &f), &f);
        b->ns[1][i] = now_ns() - began;
    }
    wrong += covered_wrongly(b);
    (void)printf("{\"full_ns\": %lld, ", (long long)full);
    print_times("gone_ns", b->ns[0], count);
    print_times("come_ns", b->ns[1], count);
    print_times("if_ns", b->ns[2], count);
    finish_line(wrong);
}

/* From a place to a place, as a recommendation asks; both on roads, and not on the same. */
static void do_pairs(struct bench *b, uint32_t count)
{
    struct stage *s = &b->stage;
    struct road_query q;
    struct fault f;
    uint64_t wrong = 0;
    uint32_t asked = 0;

    stage_must(road_query_init(&q, &s->road, &f), &f);
    for (uint32_t i = 0; asked < count; i++) {
        const struct place *to = &s->incident[i % STAGE_INCIDENTS];

        search_all(s, &s->in, to);
        for (uint32_t u = 0; u < STAGE_UNITS && asked < count; u += 10) {
            const struct place *from = &s->unit[u];
            uint32_t best = ETA_INF_MS;

            if (from->snap.piece == to->snap.piece || from->snap.off_mm + to->snap.off_mm > 0) {
                continue;
            }
            for (uint32_t k = 0; k < from->count; k++) {
                uint32_t way = dijkstra_ms(&s->dijkstra, from->seeds[k].node) + from->seeds[k].ms;

                best = way < best ? way : best;
            }
            int64_t began = now_ns();
            uint32_t ms = road_travel_ms(&q, from->at, to->at);

            b->ns[0][asked++] = now_ns() - began;
            wrong += ms != best;
        }
    }
    road_query_fini(&q);
    (void)printf("{");
    print_times("ns", b->ns[0], asked);
    finish_line(wrong);
}

static void print_places(const struct stage *s, const char *name, const struct place *p,
                         uint32_t count)
{
    (void)printf("\"%s\": [", name);
    for (uint32_t i = 0; i < count; i++) {
        (void)printf("%s[%u,%d,%d]", i > 0 ? "," : "",
                     s->name != NULL ? s->name[p[i].seeds[0].node] : 0, p[i].at.lon_e7,
                     p[i].at.lat_e7);
    }
    (void)printf("], ");
}

static void do_places(struct bench *b)
{
    (void)printf("{\"nodes\": %u, \"arcs\": %u, ", b->stage.graph.node_count,
                 b->stage.graph.arc_count);
    print_places(&b->stage, "units", b->stage.unit, STAGE_UNITS);
    print_places(&b->stage, "incidents", b->stage.incident, STAGE_INCIDENTS);
    finish_line(0);
}

/* What the oracle says of these incidents. */
static void do_truth(struct bench *b, bool few, uint32_t from, uint32_t to)
{
    ine_seat(&b->ine, &b->stage, few ? STAGE_FEW : STAGE_UNITS);
    (void)printf("{\"hits\": [");
    for (uint32_t i = from; i < to; i++) {
        struct ine_best best;

        ine_find(&b->ine, &b->stage.incident[i], few ? STAGE_FEW : WANT, &best);
        ine_ties(&b->ine, &best);
        (void)printf("%s[", i > from ? "," : "");
        for (uint32_t k = 0; k < best.count; k++) {
            (void)printf("%s[%u,%u]", k > 0 ? "," : "", best.hits[k].unit, best.hits[k].ms);
        }
        (void)printf("]");
    }
    (void)printf("], ");
    finish_line(0);
}

/* Nodes, arcs, then tail, head, ms of each; 32 bits, by tail. */
static void do_arcs(const struct bench *b, const char *path)
{
    const struct graph *g = &b->stage.graph;
    FILE *file = fopen(path, "wb");
    uint32_t head[2] = { g->node_count, g->arc_count };

    if (file == NULL || fwrite(head, sizeof(head), 1, file) != 1) {
        lines_die(path, strerror(errno));
    }
    for (uint32_t a = 0; a < g->arc_count; a++) {
        uint32_t row[3] = { g->tail[a], g->head[a], b->stage.ms[a] };

        if (fwrite(row, sizeof(row), 1, file) != 1) {
            lines_die(path, strerror(errno));
        }
    }
    if (fclose(file) != 0) {
        lines_die(path, strerror(errno));
    }
    (void)printf("{");
    finish_line(0);
}

static bool obey_numbers(struct bench *b, const char *line)
{
    uint32_t x;
    uint32_t y;
    char word[16];

    if (sscanf(line, "full %u %u", &x, &y) == 2 && x <= STAGE_INCIDENTS) {
        do_full(b, x, y);
    } else if (sscanf(line, "dense %u %u", &x, &y) == 2 && x <= y && y <= STAGE_INCIDENTS) {
        do_dense(b, x, y);
    } else if (sscanf(line, "sparse %u %u", &x, &y) == 2 && x <= y && y <= STAGE_INCIDENTS) {
        do_sparse(b, x, y);
    } else if (sscanf(line, "move %u", &x) == 1 && x <= STAGE_INCIDENTS) {
        do_move(b, x);
    } else if (sscanf(line, "closure %u", &x) == 1 && x <= STAGE_INCIDENTS) {
        do_closure(b, x);
    } else if (sscanf(line, "coverage %u", &x) == 1 && x <= STAGE_INCIDENTS) {
        do_coverage(b, x);
    } else if (sscanf(line, "pairs %u", &x) == 1 && x <= STAGE_INCIDENTS && b->stage.has_road) {
        do_pairs(b, x);
    } else if (sscanf(line, "muster %u %u", &x, &y) == 2 && x <= STAGE_INCIDENTS &&
               y + 2 < STAGE_INCIDENTS && b->stage.has_road) {
        muster_measure(&b->stage, x, y);
    } else if (sscanf(line, "truth %15s %u %u", word, &x, &y) == 3 && x <= y &&
               y <= STAGE_INCIDENTS) {
        do_truth(b, strcmp(word, "few") == 0, x, y);
    } else {
        return false;
    }
    return true;
}

static void obey(struct bench *b, const char *line)
{
    if (strcmp(line, "sparse_all") == 0) {
        do_sparse_all(b);
    } else if (strcmp(line, "customize") == 0) {
        do_customize(b);
    } else if (strcmp(line, "places") == 0) {
        do_places(b);
    } else if (strncmp(line, "arcs ", 5) == 0) {
        do_arcs(b, line + 5);
    } else if (!obey_numbers(b, line)) {
        lines_die("no such order", line);
    }
}

int main(int argc, char **argv)
{
    static struct bench b;
    char line[LINE_SIZE];

    if (argc == 5 && strcmp(argv[1], "challenge") == 0) {
        stage_open_challenge(&b.stage, argv[2], argv[3], argv[4]);
    } else if (argc == 3 && strcmp(argv[1], "roads") == 0) {
        stage_open_roads(&b.stage, argv[2]);
    } else {
        lines_die("usage", "routing_run challenge GRAPH COORDINATES ORDER | roads FILE");
    }
    ine_init(&b.ine, &b.stage);
    b.hits = calloc((size_t)STAGE_INCIDENTS * WANT, sizeof(*b.hits));
    b.hit_count = calloc(STAGE_INCIDENTS, sizeof(*b.hit_count));
    for (int i = 0; i < 4; i++) {
        b.ns[i] = calloc(STAGE_INCIDENTS, sizeof(*b.ns[i]));
    }
    if (b.hits == NULL || b.hit_count == NULL || b.ns[3] == NULL) {
        lines_die("no memory", strerror(errno));
    }
    while (fgets(line, sizeof(line), stdin) != NULL) {
        line[strcspn(line, "\n")] = 0;
        obey(&b, line);
    }
    return 0;
}
