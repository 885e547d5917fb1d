#include "routing/weights.h"

#include "base/must.h"
#include "routing/road.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PERCENT_NONE 101

/* 5 km/h are 25 mm in 18 ms. */
#define WALK_MS 18
#define WALK_MM 25

enum err weights_init(struct road_weights *w, const struct road *road, struct fault *f)
{
    const struct network *n = &road->network;
    size_t segments = (size_t)n->piece_count * 2 + 1;

    *w = (struct road_weights){ .road = road, .plain = &road->free };
    w->usual_ms = malloc(segments * sizeof(*w->usual_ms));
    w->speed_percent = malloc(segments);
    w->segment_ms = malloc(segments * sizeof(*w->segment_ms));
    w->segment_limit = malloc(segments * sizeof(*w->segment_limit));
    w->piece_percent = malloc((size_t)n->piece_count + 1);
    w->arc_ms = malloc(((size_t)n->graph.arc_count + 1) * sizeof(*w->arc_ms));
    enum err err = w->usual_ms != NULL && w->speed_percent != NULL && w->segment_ms != NULL &&
                           w->segment_limit != NULL && w->piece_percent != NULL && w->arc_ms != NULL
                       ? OK
                       : fault_set(f, ERR_NO_MEMORY, "no memory for travel times", NULL, NULL);

    if (err == OK) {
        err = times_init(&w->times, &road->hierarchy, f);
    }
    if (err == OK) {
        err = times_init(&w->through, &road->hierarchy, f);
    }
    if (err == OK) {
        err = lean_init(&w->lean, &road->hierarchy, f);
    }
    if (err == OK) {
        err = lean_init(&w->lean_through, &road->hierarchy, f);
    }
    if (err != OK) {
        weights_free(w);
    }
    return err;
}

void weights_free(struct road_weights *w)
{
    free(w->usual_ms);
    free(w->speed_percent);
    free(w->segment_ms);
    free(w->segment_limit);
    free(w->piece_percent);
    free(w->arc_ms);
    times_free(&w->times);
    times_free(&w->through);
    lean_free(&w->lean);
    lean_free(&w->lean_through);
    *w = (struct road_weights){ 0 };
}

struct applying {
    struct road_weights *w;
    const struct road_limit *limit;
};

static void apply_to_piece(void *arg, uint32_t piece)
{
    const struct applying *a = arg;
    struct road_weights *w = a->w;
    const struct road_limit *l = a->limit;
    uint8_t rules = w->piece_percent[piece];

    if (l->percent < rules || (l->percent == rules && l->id < w->segment_limit[2 * piece])) {
        w->piece_percent[piece] = l->percent;
        w->segment_limit[2 * piece] = l->id;
        w->segment_limit[2 * piece + 1] = l->id;
    }
}

static void set_usual(struct road_weights *w)
{
    const struct network *n = &w->road->network;

    if (w->speeds != NULL) {
        speeds_at(w->speeds, n, w->hour, w->speed_percent);
    }
    for (uint32_t s = 0; s < 2 * n->piece_count; s++) {
        w->usual_ms[s] =
            w->speeds != NULL ? speeds_ms(n->segment_ms[s], w->speed_percent[s]) : n->segment_ms[s];
    }
}

static void set_segments(struct road_weights *w)
{
    const struct network *n = &w->road->network;

    w->any_closed = false;
    for (uint32_t s = 0; s < 2 * n->piece_count; s++) {
        uint8_t percent = w->piece_percent[segment_piece(s)];
        uint32_t ms = w->usual_ms[s];

        if (percent == LIMIT_CLOSED) {
            w->any_closed = w->any_closed || ms < ETA_INF_MS;
            ms = ETA_INF_MS;
        } else if (percent < 100 && ms < ETA_INF_MS) {
            ms = speeds_ms(ms, percent);
        }
        w->segment_ms[s] = ms;
    }
}

/* Never quicker than the drive was. */
static uint32_t walk_ms(const struct road_weights *w, uint32_t segment)
{
    const struct network *n = &w->road->network;
    uint64_t ms = (uint64_t)n->piece[segment_piece(segment)].length_mm * WALK_MS / WALK_MM;

    if (w->usual_ms[segment] >= ms) {
        return w->usual_ms[segment];
    }
    return ms < ETA_INF_MS ? (uint32_t)ms : ETA_INF_MS - 1;
}

uint32_t weights_arc_ms(const struct road_weights *w, uint32_t arc, bool through)
{
    const struct network *n = &w->road->network;
    uint32_t s = n->arc_segment[arc];
    bool walked = through && w->piece_percent[segment_piece(s)] == LIMIT_CLOSED;
    uint32_t ms = (walked ? walk_ms(w, s) : w->segment_ms[s]) + n->arc_turn_ms[arc];

    return ms < ETA_INF_MS ? ms : ETA_INF_MS;
}

static void fill_times(struct road_weights *w, struct times *t, struct lean *l, bool through)
{
    const struct graph *g = &w->road->network.graph;

    for (uint32_t a = 0; a < g->arc_count; a++) {
        w->arc_ms[a] = weights_arc_ms(w, a, through);
    }
    times_customize(t, g, w->arc_ms);
    lean_make(l, t);
}

static void write_engine(struct road_weights *w)
{
    size_t size = sizeof(w->engine);
    int len = snprintf(w->engine, size, "%s", w->road->engine);

    if (w->speeds != NULL) {
        len += snprintf(w->engine + len, size - (size_t)len, "~%s.%u", w->speeds->version, w->hour);
    }
    if (w->version != 0) {
        len += snprintf(w->engine + len, size - (size_t)len, "+%u", w->version);
    }
    must(len > 0 && (size_t)len < size);
}

void weights_set(struct road_weights *w, const struct speeds *speeds, uint32_t hour,
                 const struct road_weights *plain)
{
    must(plain->road == w->road && (speeds == NULL || hour < SPEEDS_HOURS));
    w->speeds = speeds;
    w->hour = hour;
    w->plain = plain;
}

void weights_make(struct road_weights *w, uint32_t version, const struct road_limit *limits,
                  uint32_t count)
{
    const struct road *road = w->road;
    size_t pieces = road->network.piece_count;

    w->version = version;
    write_engine(w);
    memset(w->piece_percent, PERCENT_NONE, pieces);
    memset(w->segment_limit, 0, pieces * 2 * sizeof(*w->segment_limit));
    for (uint32_t i = 0; i < count; i++) {
        struct applying a = { .w = w, .limit = &limits[i] };

        must(limits[i].id > 0 && limits[i].percent <= 100);
        limits_each(&road->grid, &limits[i], apply_to_piece, &a);
    }
    set_usual(w);
    set_segments(w);
    fill_times(w, &w->times, &w->lean, false);
    if (w->any_closed) {
        fill_times(w, &w->through, &w->lean_through, true);
    }
}

uint32_t weights_own_ms(const struct road_weights *w, uint32_t segment)
{
    return w->segment_ms[segment] < ETA_INF_MS ? w->segment_ms[segment] : w->usual_ms[segment];
}
