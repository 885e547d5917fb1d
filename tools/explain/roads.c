/* Travel times of stored evidence, reckoned anew from the places that stand in it. */
#include "dispatch/model/place.h"
#include "routing/line.h"
#include "routing/road.h"
#include "routing/speeds_file.h"
#include "tools/explain/evidence.h"

#include <string.h>

/* The network, and one set of its times that is made for each change in turn. */
struct roads {
    struct road road;
    struct road_query query;
    struct road_weights weights;
    struct speeds speeds;
    bool open;
};

static enum err open_roads(struct roads *r, const char *path, const char *speeds, struct fault *f)
{
    if (path == NULL) {
        return OK;
    }
    enum err err = road_open(&r->road, path, f);

    r->open = err == OK;
    err = err == OK ? road_query_init(&r->query, &r->road, f) : err;
    err = err == OK ? weights_init(&r->weights, &r->road, f) : err;
    if (err == OK && speeds != NULL) {
        err = speeds_open(&r->speeds, speeds, &r->road.network, f);
    }
    return err;
}

static void close_roads(struct roads *r)
{
    if (r->open) {
        speeds_close(&r->speeds);
        weights_free(&r->weights);
        road_query_fini(&r->query);
        road_close(&r->road);
    }
}

static const char *read_number(const char *at, const char *end, uint32_t *out)
{
    for (*out = 0; at < end && *at >= '0' && *at <= '9'; at++) {
        *out = *out * 10 + (uint32_t)(*at - '0');
    }
    return at;
}

/* What stands in an engine's name behind its roads (routing/weights.h): learned speeds and their
 * hour, the change of the roads. */
static enum again use_version(struct roads *r, const char *at, const char *end, uint32_t *change)
{
    size_t len = strlen(r->speeds.version);
    const struct speeds *speeds = NULL;
    uint32_t hour = 0;

    *change = 0;
    if (at < end && *at == '~') {
        if (r->speeds.map == NULL) {
            return AGAIN_NOT_AT_HAND;
        }
        if ((size_t)(end - at) < len + 2 || memcmp(at + 1, r->speeds.version, len) != 0 ||
            at[len + 1] != '.') {
            return AGAIN_OTHER_VERSION;
        }
        at = read_number(at + len + 2, end, &hour);
        speeds = &r->speeds;
    }
    if (at < end && *at == '+') {
        at = read_number(at + 1, end, change);
    }
    if (at != end || hour >= SPEEDS_HOURS) {
        return AGAIN_OTHER_VERSION;
    }
    weights_set(&r->weights, speeds, hour, &r->road.free);
    return AGAIN_EQUAL;
}

/* Whether the engine of this recommendation is at hand; then the query answers as it did. */
static enum again use(struct roads *r, const struct evidence_advice *a)
{
    struct str engine = text_str(&a->said.engine);
    size_t head = strlen(r->road.engine);
    uint32_t change;

    if (str_eq(engine, str_of(line_engine(NULL)))) {
        return AGAIN_EQUAL;
    }
    if (!r->open || !a->roads_known) {
        return AGAIN_NOT_AT_HAND;
    }
    if (engine.len < head || memcmp(engine.at, r->road.engine, head) != 0) {
        return AGAIN_OTHER_VERSION;
    }
    enum again again = use_version(r, engine.at + head, engine.at + engine.len, &change);

    if (again == AGAIN_EQUAL) {
        weights_make(&r->weights, change, a->limits, a->limit_count);
        road_query_use(&r->query, &r->weights);
    }
    return again;
}

static void reckon(struct roads *r, const struct evidence_advice *a, struct evidence_slot *s)
{
    struct point to = { a->place.lon_e7, a->place.lat_e7 };
    bool line = str_eq(text_str(&a->said.engine), str_of(line_engine(NULL)));

    s->etas_differ = 0;
    for (uint32_t k = 0; k < s->stored.considered_count; k++) {
        const struct considered *c = &s->stored.considered[k];

        s->eta_again_ms[k] =
            line ? line_travel_ms(NULL, c->at, to) : road_travel_ms(&r->query, c->at, to);
        s->etas_differ += s->eta_again_ms[k] != c->eta_ms ? 1 : 0;
    }
    s->etas = s->etas_differ == 0 ? AGAIN_EQUAL : AGAIN_DIFFERS;
}

enum err evidence_roads(struct evidence *e, const char *path, const char *speeds, struct fault *f)
{
    struct roads r = { .open = false };
    enum err err = open_roads(&r, path, speeds, f);

    for (struct evidence_advice *a = e->first; err == OK && a != NULL; a = a->next) {
        enum again at_hand = place_has_point(&a->place) ? use(&r, a) : AGAIN_NOT_AT_HAND;

        for (uint32_t k = 0; k < a->slot_count; k++) {
            a->slots[k].etas = at_hand;
            if (at_hand == AGAIN_EQUAL) {
                reckon(&r, a, &a->slots[k]);
            }
        }
    }
    close_roads(&r);
    return err;
}
