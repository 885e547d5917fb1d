#include "tools/sim/ways.h"

#include "base/geo.h"
#include "routing/line.h"
#include "routing/path_steps.h"
#include "tools/sim/traffic.h"

#include <stdlib.h>
#include <string.h>

#define LEG_POINTS_MAX 4096

struct held {
    struct road_notice notice;
    uint64_t opened; /* by which change; 0: it stands */
};

struct ways {
    struct road own; /* of ways_open */
    const struct road *road;
    struct road_weights live;
    struct path_query query;
    struct held held[2 * ROAD_NOTICES_MAX];
    uint32_t held_count;
    struct point points[LEG_POINTS_MAX];
};

static enum err begin(struct ways *s, const struct road *road, struct fault *f)
{
    s->road = road;
    if (weights_init(&s->live, road, f) != OK || path_query_init(&s->query, road, f) != OK) {
        return f->err;
    }
    weights_set(&s->live, NULL, 0, &road->free);
    weights_make(&s->live, 0, NULL, 0);
    return OK;
}

static struct ways *room(struct fault *f)
{
    struct ways *s = calloc(1, sizeof(*s));

    if (s == NULL) {
        (void)fault_set(f, ERR_NO_MEMORY, "no memory for the streets", NULL, NULL);
    }
    return s;
}

enum err ways_new(const struct road *road, struct ways **out, struct fault *f)
{
    struct ways *s = room(f);

    *out = NULL;
    if (s == NULL || begin(s, road, f) != OK) {
        ways_close(s);
        return f->err;
    }
    *out = s;
    return OK;
}

enum err ways_open(const char *file, struct ways **out, struct fault *f)
{
    struct ways *s = room(f);

    *out = NULL;
    if (s == NULL || road_open(&s->own, file, f) != OK) {
        free(s);
        return f->err;
    }
    if (begin(s, &s->own, f) != OK) {
        ways_close(s);
        return f->err;
    }
    *out = s;
    return OK;
}

void ways_close(struct ways *s)
{
    if (s != NULL) {
        path_query_fini(&s->query);
        weights_free(&s->live);
        if (s->road == &s->own) {
            road_close(&s->own);
        }
        free(s);
    }
}

const struct road *ways_road(const struct ways *s)
{
    return s->road;
}

const struct road_weights *ways_weights(const struct ways *s)
{
    return &s->live;
}

bool ways_met(const struct ways *s, const struct point *points, uint32_t count, bool area,
              struct text64 *name)
{
    const struct road_limit limit = {
        .id = 1, .area = area, .point_count = count, .points = points
    };
    const char *found = "";

    if (!limits_name(&s->road->grid, &limit, &found)) {
        return false;
    }
    text_set(name, str_of(found));
    return true;
}

static struct held *find(const struct ways *s, uint32_t road)
{
    for (uint32_t k = 0; k < s->held_count; k++) {
        if (s->held[k].notice.id.n == road) {
            return (struct held *)&s->held[k];
        }
    }
    return NULL;
}

void ways_noticed(struct ways *s, const struct road_notice *n)
{
    if (find(s, n->id.n) == NULL && s->held_count < 2 * ROAD_NOTICES_MAX) {
        s->held[s->held_count++] = (struct held){ .notice = *n };
    }
}

void ways_opened(struct ways *s, uint32_t road, uint64_t change)
{
    struct held *h = find(s, road);

    if (h != NULL) {
        h->opened = change;
    }
}

const struct road_notice *ways_notice(const struct ways *s, uint32_t road)
{
    const struct held *h = find(s, road);

    return h != NULL && h->opened == 0 ? &h->notice : NULL;
}

uint32_t ways_notice_count(const struct ways *s)
{
    uint32_t count = 0;

    for (uint32_t k = 0; k < s->held_count; k++) {
        count += s->held[k].opened == 0 ? 1 : 0;
    }
    return count;
}

static void forget_opened(struct ways *s, uint64_t change)
{
    uint32_t kept = 0;

    for (uint32_t k = 0; k < s->held_count; k++) {
        if (s->held[k].opened == 0 || s->held[k].opened > change) {
            s->held[kept++] = s->held[k];
        }
    }
    s->held_count = kept;
}

bool ways_apply(struct ways *s, uint64_t change)
{
    struct road_limit limits[2 * ROAD_NOTICES_MAX];
    uint32_t count = 0;

    if ((uint32_t)change == s->live.version) {
        return false;
    }
    forget_opened(s, change);
    for (uint32_t k = 0; k < s->held_count; k++) {
        const struct road_notice *n = &s->held[k].notice;

        if (n->change <= change) {
            limits[count++] = (struct road_limit){ .id = n->id.n,
                                                   .percent = n->percent,
                                                   .area = n->area,
                                                   .point_count = n->point_count,
                                                   .points = n->points };
        }
    }
    weights_make(&s->live, (uint32_t)change, limits, count);
    return true;
}

void ways_add(struct ways_trip *way, const struct ways_stop *stop)
{
    struct ways_stop one = *stop; /* perhaps of this very way */

    if (way->count == way->room) {
        way->room = way->room == 0 ? 64 : way->room * 2;
        way->stop = realloc(way->stop, way->room * sizeof(*way->stop));
        must(way->stop != NULL);
    }
    way->stop[way->count++] = one;
}

static void add(struct ways_trip *way, struct point at, uint32_t segment, uint32_t whole_ms,
                int64_t at_us)
{
    ways_add(way, &(struct ways_stop){
                      .at = at, .segment = segment, .whole_ms = whole_ms, .at_us = at_us });
}

/* µs for what takes `ms` in free traffic, at the pace of who drives. */
static int64_t paced_us(const struct ways_drive *d, uint32_t ms, uint32_t percent)
{
    return (int64_t)ms * US_PER_MS * 100 / percent * 1000 / d->permille;
}

/* One leg: its time shared out over its points as they lie apart. */
static int64_t add_leg(struct ways *s, const struct ways_drive *d, const struct path *path,
                       uint32_t leg, int64_t at_us, struct ways_trip *way)
{
    const struct path_leg *l = &path->leg[leg];
    const struct piece *piece = &s->road->network.piece[segment_piece(l->segment)];
    int64_t local = at_us + d->local_us;
    uint32_t percent = d->lights ? traffic_percent_lights(piece->class, local)
                                 : traffic_percent(piece->class, local);
    int64_t whole_us = paced_us(d, l->ms, percent);
    uint32_t count = path_leg_points(s->road, path, leg, s->points, LEG_POINTS_MAX);
    uint64_t length_mm = 0;
    uint64_t done_mm = 0;

    must(count <= LEG_POINTS_MAX);
    for (uint32_t i = 1; i < count; i++) {
        length_mm += geo_distance_mm(s->points[i - 1], s->points[i]);
    }
    for (uint32_t i = 1; i < count; i++) {
        done_mm += geo_distance_mm(s->points[i - 1], s->points[i]);
        int64_t in = length_mm > 0 ? (int64_t)((uint64_t)whole_us * done_mm / length_mm) : whole_us;

        add(way, s->points[i], l->segment, s->live.segment_ms[l->segment], at_us + in);
    }
    return at_us + whole_us;
}

bool ways_go(struct ways *s, const struct ways_drive *d, struct ways_trip *way)
{
    struct path path;
    int64_t at = d->depart_us;
    bool found = d->on != NULL ? path_find_on(&s->query, &s->live, d->on, d->to, &path)
                               : path_find(&s->query, &s->live, d->from, d->to, &path);

    way->count = 0;
    way->through = false;
    way->first_piece = way->last_piece = WAYS_OFF;
    if (!found) {
        return false;
    }
    add(way, d->from, WAYS_OFF, 0, at);
    if (!path.by_line && path.leg_count > 0) {
        way->first_piece = path.road_from.piece;
        way->last_piece = path.road_to.piece;
        way->through = path.through;
        at += paced_us(d, path.start_ms, 100);
        add(way, path.road_from.at, WAYS_OFF, 0, at);
    }
    for (uint32_t k = 0; k < path.leg_count; k++) {
        at = add_leg(s, d, &path, k, at, way);
    }
    at += paced_us(d, path.by_line ? path.ms : path.end_ms, 100);
    add(way, d->to, WAYS_OFF, 0, at);
    return true;
}

uint32_t ways_at(const struct ways_trip *way, int64_t at_us)
{
    uint32_t low = 0;
    uint32_t high = way->count;

    /* the first stop that is reached later */
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (way->stop[middle].at_us > at_us) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

struct point ways_place(const struct ways_trip *way, int64_t at_us)
{
    uint32_t k = ways_at(way, at_us);

    must(way->count > 0);
    if (k == 0 || k == way->count) {
        return way->stop[k == 0 ? 0 : k - 1].at;
    }
    const struct ways_stop *a = &way->stop[k - 1];
    const struct ways_stop *b = &way->stop[k];
    int64_t whole = b->at_us - a->at_us;
    int64_t done = at_us - a->at_us;
    int64_t lon = ((int64_t)b->at.lon_e7 - a->at.lon_e7) * done / whole;
    int64_t lat = ((int64_t)b->at.lat_e7 - a->at.lat_e7) * done / whole;

    return (struct point){ (int32_t)(a->at.lon_e7 + lon), (int32_t)(a->at.lat_e7 + lat) };
}

bool ways_on(const struct ways *s, const struct ways_trip *way, int64_t at_us, struct snap *out)
{
    uint32_t k = ways_at(way, at_us);
    uint64_t along_mm = 0;

    if (k == 0 || k == way->count || way->stop[k].segment == WAYS_OFF) {
        return false;
    }
    struct point p = ways_place(way, at_us);
    const struct piece *piece = &s->road->network.piece[segment_piece(way->stop[k].segment)];
    const struct point *shape = &s->road->network.shape[piece->first_point];

    *out = (struct snap){ .piece = segment_piece(way->stop[k].segment), .off_mm = UINT32_MAX };
    for (uint32_t i = 1; i < piece->point_count; i++) {
        uint32_t along_q16;
        struct point foot = geo_nearest_on_line(shape[i - 1], shape[i], p, &along_q16);
        uint32_t off = geo_distance_mm(foot, p);

        if (off < out->off_mm) {
            uint64_t at_mm = along_mm + geo_distance_mm(shape[i - 1], foot);

            out->off_mm = off;
            out->at = foot;
            out->along_mm = at_mm < piece->length_mm ? (uint32_t)at_mm : piece->length_mm;
        }
        along_mm += geo_distance_mm(shape[i - 1], shape[i]);
    }
    return true;
}

bool ways_changed(const struct ways *s, const struct ways_trip *way, uint32_t from)
{
    for (uint32_t k = from; k < way->count; k++) {
        const struct ways_stop *p = &way->stop[k];

        if (p->segment != WAYS_OFF && p->whole_ms != s->live.segment_ms[p->segment]) {
            return true;
        }
    }
    return false;
}
