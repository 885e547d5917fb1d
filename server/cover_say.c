/* What coverage says: news for every desk, a map as GeoJSON (RFC 7946), what a step would change.
 */
#include "server/cover_inside.h"

#include "dispatch/codec/json_out.h"

static void put_ring_shares(struct buf *b, const struct cover *c, const uint64_t *weight)
{
    buf_char(b, '[');
    for (uint32_t r = 0; r < COVER_RINGS; r++) {
        buf_text(b, r > 0 ? "," : "");
        cover_put_share(b, c, weight[r]);
    }
    buf_char(b, ']');
}

static void put_class(struct buf *b, const struct cover *c, uint8_t class,
                      const struct cover_shares *s)
{
    buf_fmt(b,
            "{\"class\":\"%s\",\"units\":%u,\"under_way\":%u,\"share\":", cover_class_word(class),
            s->units, cover_under_way(c, class));
    put_ring_shares(b, c, s->weight);
    buf_char(b, '}');
}

/* The police, and each type that has somebody. */
static void put_classes(struct buf *b, struct cover *c)
{
    buf_text(b, ",\"classes\":[");
    for (uint32_t k = 0; c->laid && k < POLICE_TYPE_COUNT; k++) {
        struct cover_shares s = cover_shares_of(c, (uint8_t)k);

        if (k == COVER_POLICE || s.units > 0 || cover_under_way(c, (uint8_t)k) > 0) {
            buf_text(b, k == COVER_POLICE ? "" : ",");
            put_class(b, c, (uint8_t)k, &s);
        }
    }
    buf_char(b, ']');
}

static void put_circle(struct buf *b, const struct cover *c, const struct cover_circle *k)
{
    cover_put_name(b, k);
    buf_fmt(b, ",\"minutes\":%u,\"class\":\"%s\",\"kept\":%s", k->told.minutes,
            cover_class_word(k->told.police_type), cover_is_kept(k) ? "true" : "false");
    if (k->first != 0) {
        cover_put_unit(b, c, k->first);
        buf_fmt(b, ",\"ms\":%u", k->first_ms);
    }
}

/* Of all circles how many are kept, and those that are not: what a desk lists. */
static void put_circles(struct buf *b, const struct cover *c)
{
    uint32_t kept = 0;
    uint32_t listed = 0;

    for (uint32_t k = 0; k < c->circle_count; k++) {
        kept += cover_is_kept(&c->circles[k]);
    }
    buf_fmt(b, ",\"circles\":{\"all\":%u,\"kept\":%u,\"open\":[", c->circle_count, kept);
    for (uint32_t k = 0; c->laid && k < c->circle_count; k++) {
        if (!cover_is_kept(&c->circles[k])) {
            buf_text(b, listed++ > 0 ? ",{" : "{");
            put_circle(b, c, &c->circles[k]);
            buf_text(b, ",\"at\":");
            cover_put_point(b, c->circles[k].told.at);
            buf_char(b, '}');
        }
    }
    buf_text(b, "]}");
}

static void put_gap_list(struct buf *b, struct cover *c)
{
    struct cover_gap gaps[GAPS_MAX];
    const struct coverage_units *n = cover_counts(c, COVER_POLICE);

    cover_draw(c, n, COVER_RINGS - 1, true);
    uint32_t count = cover_gaps(c, n, COVER_RINGS - 1, gaps, GAPS_MAX);

    for (uint32_t k = 0; k < count; k++) {
        buf_text(b, k > 0 ? ",{\"at\":" : "{\"at\":");
        cover_put_point(b, gaps[k].at);
        buf_text(b, ",\"share\":");
        cover_put_share(b, c, gaps[k].weight);
        buf_char(b, '}');
    }
}

static void put_figures(struct buf *b, struct cover *c)
{
    cover_put_base(b, c);
    put_classes(b, c);
    put_circles(b, c);
    buf_text(b, ",\"gaps\":[");
    if (c->laid) {
        put_gap_list(b, c);
    }
    buf_char(b, ']');
}

void cover_say_news(struct cover *c, struct buf *b)
{
    put_figures(b, c);
}

void cover_say_figures(struct cover *c, const struct cover_ask *ask, struct buf *b)
{
    (void)ask;
    buf_char(b, '{');
    cover_put_stand(b, c);
    put_figures(b, c);
    buf_char(b, '}');
}

/* ---- the map ---- */

struct pen {
    struct buf *b;
    const struct ground_cells *cells;
    bool first;
};

static struct point corner_at(const struct ground_cells *g, struct outline_corner k)
{
    return (struct point){ (int32_t)(g->west_e7 + (int64_t)k.x * g->lon_e7),
                           (int32_t)(g->south_e7 + (int64_t)k.y * g->lat_e7) };
}

static void on_ring(void *arg, bool hole, const struct outline_corner *corners, uint32_t count)
{
    struct pen *pen = arg;

    (void)hole;
    buf_text(pen->b, pen->first ? "[" : ",[");
    pen->first = false;
    for (uint32_t k = 0; k <= count; k++) {
        buf_text(pen->b, k > 0 ? "," : "");
        cover_put_point(pen->b, corner_at(pen->cells, corners[k % count]));
    }
    buf_char(pen->b, ']');
}

static void put_area(struct buf *b, struct cover *c, uint32_t area)
{
    struct pen pen = { .b = b, .cells = &c->ground.cells, .first = true };

    buf_char(b, '[');
    outline_rings(&c->outline, area, on_ring, &pen);
    buf_char(b, ']');
}

static void begin_feature(struct buf *b, bool *first, const char *kind)
{
    buf_text(b, *first ? "" : ",");
    *first = false;
    buf_fmt(b, "{\"type\":\"Feature\",\"properties\":{\"kind\":\"%s\"", kind);
}

/* All within a ring, the inner rings too: who draws them one above the other gets them darker
 * towards the units. */
static void put_rings(struct buf *b, struct cover *c, const struct cover_ask *ask, bool *first)
{
    struct cover_shares s = cover_shares_of(c, ask->class);
    const struct coverage_units *n = cover_counts(c, ask->class);

    for (uint32_t r = COVER_RINGS; r-- > 0;) {
        if ((ask->rings >> r & 1) == 0) {
            continue;
        }
        cover_draw(c, n, r, false);
        begin_feature(b, first, "ring");
        buf_fmt(b, ",\"minutes\":%u,\"share\":", cover_ring_minutes(r));
        cover_put_share(b, c, s.weight[r]);
        buf_text(b, "},\"geometry\":{\"type\":\"MultiPolygon\",\"coordinates\":[");
        for (uint32_t area = 1; area <= c->outline.area_count; area++) {
            buf_text(b, area > 1 ? "," : "");
            put_area(b, c, area);
        }
        buf_text(b, "]}}");
    }
}

/* Beyond the widest ring that is asked for. */
static void put_gaps(struct buf *b, struct cover *c, const struct cover_ask *ask, bool *first)
{
    struct cover_gap gaps[GAPS_MAX];
    uint32_t ring = COVER_RINGS - 1;
    const struct coverage_units *n = cover_counts(c, ask->class);

    while (ring > 0 && (ask->rings >> ring & 1) == 0) {
        ring--;
    }
    cover_draw(c, n, ring, true);
    uint32_t count = cover_gaps(c, n, ring, gaps, GAPS_MAX);

    for (uint32_t k = 0; k < count; k++) {
        begin_feature(b, first, "gap");
        buf_fmt(b, ",\"minutes\":%u,\"share\":", cover_ring_minutes(ring));
        cover_put_share(b, c, gaps[k].weight);
        buf_text(b, ",\"heaviest\":");
        cover_put_point(b, gaps[k].at);
        buf_text(b, "},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":");
        put_area(b, c, gaps[k].area);
        buf_text(b, "}}");
    }
}

static void put_circle_features(struct buf *b, const struct cover *c, const struct cover_ask *ask,
                                bool *first)
{
    for (uint32_t k = 0; k < c->circle_count; k++) {
        const struct cover_circle *circle = &c->circles[k];

        if (ask->class != COVER_POLICE && circle->told.police_type != ask->class) {
            continue;
        }
        begin_feature(b, first, "circle");
        buf_char(b, ',');
        put_circle(b, c, circle);
        buf_text(b, "},\"geometry\":{\"type\":\"Point\",\"coordinates\":");
        cover_put_point(b, circle->told.at);
        buf_text(b, "}}");
    }
}

void cover_say_map(struct cover *c, const struct cover_ask *ask, struct buf *b)
{
    bool first = true;

    buf_text(b, "{\"type\":\"FeatureCollection\",");
    cover_put_stand(b, c);
    cover_put_base(b, c);
    buf_text(b, ",\"classes\":[");
    if (c->laid) {
        struct cover_shares s = cover_shares_of(c, ask->class);

        put_class(b, c, ask->class, &s);
    }
    buf_text(b, "],\"features\":[");
    if (c->laid) {
        put_rings(b, c, ask, &first);
        put_gaps(b, c, ask, &first);
        put_circle_features(b, c, ask, &first);
    }
    buf_text(b, "]}");
}

/* ---- what if ---- */

static bool leaves(const struct cover_ask *ask, uint32_t unit)
{
    for (uint32_t k = 0; k < ask->leave_count; k++) {
        if (ask->leave[k] == unit) {
            return true;
        }
    }
    return false;
}

/* Who would be first at a circle; the way of one who would stand elsewhere is not known here and
 * only makes it better. */
static uint32_t next_first(const struct cover *c, const struct cover_circle *circle,
                           const struct cover_ask *ask, uint32_t *ms)
{
    uint32_t first = 0;

    *ms = ETA_INF_MS;
    for (uint32_t n = 0; n < circle->near_count; n++) {
        const struct cover_near *near = &circle->near[n];

        if (cover_in_class(c->units[near->unit].police_type, circle->told.police_type) &&
            !leaves(ask, near->unit) && near->ms < *ms) {
            *ms = near->ms;
            first = near->unit;
        }
    }
    return first;
}

static void put_opened(struct buf *b, const struct cover *c, const struct cover_ask *ask)
{
    uint32_t listed = 0;

    for (uint32_t k = 0; k < c->circle_count; k++) {
        const struct cover_circle *circle = &c->circles[k];
        uint32_t ms;

        if (!cover_is_kept(circle) || !leaves(ask, circle->first)) {
            continue;
        }
        uint32_t first = next_first(c, circle, ask, &ms);

        if (ms <= circle->told.minutes * 60000u) {
            continue;
        }
        buf_text(b, listed++ > 0 ? ",{" : "{");
        cover_put_name(b, circle);
        buf_fmt(b, ",\"minutes\":%u", circle->told.minutes);
        if (first != 0) {
            cover_put_unit(b, c, first);
            buf_fmt(b, ",\"ms\":%u", ms);
        }
        buf_char(b, '}');
    }
}

enum err cover_say_if(struct cover *c, const struct cover_ask *ask, struct buf *b, struct fault *f)
{
    struct cover_if x;

    if (!c->laid) {
        return fault_set(f, ERR_NOT_FOUND, "there is no city to reckon coverage of yet", NULL,
                         NULL);
    }
    enum err err = cover_if(c, ask, &x, f);

    if (err != OK) {
        return err;
    }
    struct cover_shares s = cover_shares_of(c, ask->class);

    buf_char(b, '{');
    cover_put_stand(b, c);
    cover_put_base(b, c);
    buf_fmt(b, ",\"class\":\"%s\",\"units\":%u,\"share\":", cover_class_word(ask->class), s.units);
    put_ring_shares(b, c, s.weight);
    buf_text(b, ",\"lost\":");
    put_ring_shares(b, c, x.lost);
    buf_text(b, ",\"gained\":");
    put_ring_shares(b, c, x.gained);
    buf_text(b, ",\"circles\":[");
    put_opened(b, c, ask);
    buf_char(b, ']');
    if (x.gap) {
        buf_text(b, ",\"gap\":{\"at\":");
        cover_put_point(b, x.gap_at);
        buf_text(b, ",\"share\":");
        cover_put_share(b, c, x.gap_weight);
        buf_char(b, '}');
    }
    buf_char(b, '}');
    return OK;
}
