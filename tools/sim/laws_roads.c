#include "tools/sim/laws_roads.h"

#include "base/geo.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FAST_MM_S 70000 /* 250 km/h */
#define SLACK_MM 60000  /* a place beside a road, and the road */
#define ON_MM 1000

struct follower {
    uint32_t inside; /* the closed piece it was on as that came into force; LAWS_BESIDE: none */
    struct point at;
    int64_t at_us; /* 0: never seen */
};

struct laws_roads {
    struct laws_roads_opts opts;
    bool *closed; /* by piece */
    uint32_t closed_count;
    uint64_t change;
    struct follower *followers;
    int64_t last_us, soonest_us;
    uint64_t moves;
    struct laws_roads_broken broken;
};

struct laws_roads *laws_roads_new(const struct laws_roads_opts *o)
{
    struct laws_roads *l = calloc(1, sizeof(*l));

    if (l == NULL) {
        return NULL;
    }
    l->opts = *o;
    l->closed = calloc((size_t)o->road->network.piece_count + 1, sizeof(*l->closed));
    l->followers = calloc((size_t)o->units + 1, sizeof(*l->followers));
    if (l->closed == NULL || l->followers == NULL) {
        laws_roads_free(l);
        return NULL;
    }
    for (uint32_t i = 0; i <= o->units; i++) {
        l->followers[i].inside = LAWS_BESIDE;
    }
    return l;
}

void laws_roads_free(struct laws_roads *l)
{
    if (l != NULL) {
        free(l->closed);
        free(l->followers);
        free(l);
    }
}

const struct laws_roads_broken *laws_roads_broken_of(const struct laws_roads *l)
{
    return &l->broken;
}

static void broken(struct laws_roads *l, uint64_t *counter, const char *what, uint32_t unit,
                   uint32_t piece, int64_t at)
{
    (*counter)++;
    if (l->broken.first[0] == '\0') {
        (void)snprintf(l->broken.first, sizeof(l->broken.first),
                       "row %" PRIu64 ", %" PRId64 " us: unit %" PRIu32 " %s %" PRIu32,
                       l->opts.world->seq, at, unit, what, piece);
    }
}

static void close_piece(void *arg, uint32_t piece)
{
    struct laws_roads *l = arg;

    l->closed_count += l->closed[piece] ? 0 : 1;
    l->closed[piece] = true;
}

/* What the world says is closed, of what is in force. */
static void read_world(struct laws_roads *l)
{
    const struct world *w = l->opts.world;
    uint32_t k = 0;

    memset(l->closed, 0, l->opts.road->network.piece_count * sizeof(*l->closed));
    l->closed_count = 0;
    for (const struct road_notice *n; (n = world_next_of_roads(w, &k)) != NULL;) {
        const struct road_limit limit = {
            .id = n->id.n, .area = n->area, .point_count = n->point_count, .points = n->points
        };

        if (n->percent == 0 && n->change <= w->road_weights) {
            limits_each(&l->opts.road->grid, &limit, close_piece, l);
        }
    }
    l->change = w->road_weights;
}

/* How far a place is from a piece, in mm. */
static uint32_t off_piece(const struct laws_roads *l, uint32_t piece, struct point p)
{
    const struct network *n = &l->opts.road->network;
    const struct point *shape = &n->shape[n->piece[piece].first_point];
    uint32_t best = UINT32_MAX;

    for (uint32_t i = 1; i < n->piece[piece].point_count; i++) {
        uint32_t q16;
        uint32_t off = geo_distance_mm(geo_nearest_on_line(shape[i - 1], shape[i], p, &q16), p);

        best = off < best ? off : best;
    }
    return best;
}

static void look_at_place(struct laws_roads *l, uint32_t unit, int64_t at,
                          const struct laws_where *w)
{
    struct follower *f = &l->followers[unit];
    uint64_t far = geo_distance_mm(f->at, w->at);

    if (f->at_us != 0 &&
        far > SLACK_MM + (uint64_t)((at - f->at_us) / US_PER_MS) * FAST_MM_S / 1000) {
        broken(l, &l->broken.jumped, "is suddenly elsewhere, at piece", unit, w->piece, at);
    }
    f->at = w->at;
    f->at_us = at;
    if (w->piece != LAWS_BESIDE && off_piece(l, w->piece, w->at) > ON_MM) {
        broken(l, &l->broken.off_road, "is not on its piece", unit, w->piece, at);
    }
}

static void look_at_piece(struct laws_roads *l, uint32_t unit, int64_t at,
                          const struct laws_where *w)
{
    struct follower *f = &l->followers[unit];

    f->inside = f->inside == w->piece ? f->inside : LAWS_BESIDE;
    l->broken.passed++;
    if (w->piece == LAWS_BESIDE || !l->closed[w->piece]) {
        return;
    }
    if (f->inside == w->piece || w->piece == w->first_piece || w->piece == w->last_piece ||
        w->through) {
        l->broken.exempt++;
    } else {
        broken(l, &l->broken.over_closed, "drives over closed piece", unit, w->piece, at);
    }
}

/* All pieces of a unit since the last look; returns when the next one comes. */
static int64_t look_at_unit(struct laws_roads *l, uint32_t unit, int64_t now)
{
    struct laws_where w;
    int64_t t = l->closed_count > 0 ? l->last_us : now;

    while (l->opts.where(l->opts.arg, unit, t, &w)) {
        look_at_place(l, unit, t, &w);
        if (l->closed_count == 0) {
            return INT64_MAX;
        }
        look_at_piece(l, unit, t, &w);
        if (w.until_us > now || w.until_us <= t) {
            return w.until_us;
        }
        t = w.until_us;
    }
    return INT64_MAX;
}

/* Who is on what has just been closed. */
static void mark_inside(struct laws_roads *l, int64_t now)
{
    struct laws_where w;

    for (uint32_t i = 1; i <= l->opts.units; i++) {
        if (l->opts.where(l->opts.arg, i, now, &w) && w.piece != LAWS_BESIDE &&
            l->closed[w.piece]) {
            l->followers[i].inside = w.piece;
        }
    }
}

void laws_roads_look(struct laws_roads *l, int64_t now)
{
    bool changed = l->opts.world->road_weights != l->change;
    uint64_t moves = l->opts.moves(l->opts.arg);

    if (changed) {
        read_world(l);
        mark_inside(l, now);
    }
    if (!changed && moves == l->moves && now < l->soonest_us) {
        l->last_us = now;
        return;
    }
    l->soonest_us = INT64_MAX;
    for (uint32_t i = 1; i <= l->opts.units; i++) {
        int64_t next = look_at_unit(l, i, now);

        l->soonest_us = next < l->soonest_us ? next : l->soonest_us;
    }
    l->moves = moves;
    l->last_us = now;
}
