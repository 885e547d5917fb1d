/* What the view tells coverage (units, city, incidents, travel times: as the durable world and the
 * positions of the moment have them), reads of coverage that wait for its answer, and its news on
 * their way to every gateway. */
#include "server/view_inside.h"

#include "base/geo.h"
#include "base/must.h"
#include "dispatch/codec/json_out.h"
#include "dispatch/codec/scan.h"
#include "dispatch/core/move.h"
#include "dispatch/view/query.h"
#include "server/cover.h"
#include "server/cover_city.h"
#include "server/wake.h"

#include <stdlib.h>
#include <string.h>

#define NOW_EVERY_US (500 * US_PER_MS)
#define RINGS_ALL 7

struct told {
    bool known, available;
    uint8_t police_type, moving;
    struct text32 callsign, circle;
    struct point at, home, to;
};

/* A read that coverage is asked about. */
struct cover_wait {
    uint64_t token; /* 0: free */
    unsigned gateway;
    struct door_read_done head;
};

struct view_cover {
    struct told *told; /* by unit */
    struct cover_city city;
    bool city_told, incidents_told;
    bool behind; /* something did not fit into the queue */
    uint64_t seq;
    uint64_t road_stamp;
    int64_t now_us; /* monotonic, when COVER_NOW was last said */
    uint64_t token;
    struct cover_wait wait[COVER_ASKS_MAX];
};

struct view_cover *view_cover_new(const struct world *w)
{
    struct view_cover *c = calloc(1, sizeof(*c));

    if (c != NULL) {
        c->told = calloc((size_t)w->limits.units + 1, sizeof(*c->told));
        c->road_stamp = roads_stamp_of(w);
    }
    if (c != NULL && c->told == NULL) {
        free(c);
        c = NULL;
    }
    return c;
}

void view_cover_free(struct view_cover *c)
{
    if (c != NULL) {
        free(c->told);
        free(c);
    }
}

/* False: there is no room now; what was to be said is said later. */
static bool push(struct view *v, const void *at, size_t len)
{
    bool wake = false;

    if (!queue_push(v->setup.to_cover.queue, at, len, &wake)) {
        v->cover->behind = true;
        return false;
    }
    if (wake) {
        wake_up(v->setup.to_cover.wake_fd);
    }
    return true;
}

/* ---- city, incidents, units ---- */

static bool tell_city(struct view *v)
{
    struct view_cover *c = v->cover;

    c->city_told = c->city_told || cover_city_tell(&c->city, v->world, &v->setup.to_cover);
    c->behind = c->behind || !c->city_told;
    return c->city_told;
}

/* An incident that was merged into another one is not told: it is the other's. A place that came
 * later counts once the read tables have it. */
static bool tell_incident(struct view *v, const struct incident *i)
{
    const struct cover_incident_told told = { .kind = COVER_INCIDENT,
                                              .opened_at = i->opened_at,
                                              .at = { i->place.lon_e7, i->place.lat_e7 } };

    return !place_has_point(&i->place) || i->merged_into.n != 0 || push(v, &told, sizeof(told));
}

static bool tell_incidents(struct view *v)
{
    uint32_t k = 0;

    for (const struct incident *i; (i = world_next_of_incidents(v->world, &k)) != NULL;) {
        if (!tell_incident(v, i)) {
            return true; /* weights are lighter by a few */
        }
    }
    return true;
}

static bool same_point(struct point a, struct point b)
{
    return a.lon_e7 == b.lon_e7 && a.lat_e7 == b.lat_e7;
}

static bool same(const struct told *a, const struct told *b)
{
    return a->known == b->known && a->available == b->available && a->moving == b->moving &&
           a->police_type == b->police_type && same_point(a->at, b->at) &&
           same_point(a->home, b->home) && same_point(a->to, b->to) &&
           str_eq(text_str(&a->circle), text_str(&b->circle)) &&
           str_eq(text_str(&a->callsign), text_str(&b->callsign));
}

static uint8_t moving_of(const struct unit *u)
{
    bool free = u->status == UNIT_AVAILABLE && move_stands(u);

    return !free ? COVER_STAYS : move_unsigned(u) ? COVER_ORDERED : COVER_UNDER_WAY;
}

/* Where it is, or, as long as nothing was heard of it, at its post. */
static bool tell_unit(struct view *v, const struct unit *u)
{
    struct point home = { u->home_lon_e7, u->home_lat_e7 };
    struct fix fix;
    const struct told now = { .known = true,
                              .available = u->status == UNIT_AVAILABLE,
                              .police_type = u->police_type,
                              .moving = moving_of(u),
                              .callsign = u->callsign,
                              .circle = u->move.circle,
                              .at = view_fix(v, u->id.n, &fix) ? fix.at : home,
                              .home = home,
                              .to = { u->move.lon_e7, u->move.lat_e7 } };
    struct told *told = &v->cover->told[u->id.n];

    if (same(&now, told) || (told->known && !now.available && !told->available)) {
        return true;
    }
    const struct cover_unit_told record = { .kind = COVER_UNIT,
                                            .unit = u->id.n,
                                            .police_type = now.police_type,
                                            .available = now.available,
                                            .moving = now.moving,
                                            .circle = now.circle,
                                            .callsign = u->callsign,
                                            .at = now.at,
                                            .home = home,
                                            .to = now.to };

    if (!push(v, &record, sizeof(record))) {
        return false;
    }
    *told = now;
    return true;
}

static bool tell_units(struct view *v)
{
    for (uint32_t k = 0; k < v->world->unit_count; k++) {
        if (!tell_unit(v, &v->world->units[k])) {
            return false;
        }
    }
    return true;
}

static bool tell_roads(struct view *v)
{
    const struct cover_head head = { .kind = COVER_ROADS, .seq = roads_stamp_of(v->world) };

    if (v->cover->road_stamp == head.seq) {
        return true;
    }
    if (!push(v, &head, sizeof(head))) {
        return false;
    }
    v->cover->road_stamp = head.seq;
    return true;
}

/* All that is true now. What does not fit waits for the next round, and then COVER_NOW too. */
static bool tell_all(struct view *v)
{
    struct view_cover *c = v->cover;

    c->behind = false;
    c->incidents_told = c->incidents_told || tell_incidents(v);
    if (!tell_city(v) || !tell_roads(v) || !tell_units(v)) {
        return false;
    }
    const struct cover_head head = { .kind = COVER_NOW,
                                     .seq = v->world->seq,
                                     .at_us = view_wall_us() };

    if (!push(v, &head, sizeof(head))) {
        return false;
    }
    c->seq = v->world->seq;
    c->now_us = view_mono_us();
    return true;
}

void view_cover_touch(struct view *v, const struct row_content *content)
{
    for (uint32_t k = 0; v->cover != NULL && k < content->count; k++) {
        const struct event *e = &content->events[k];

        if (e->kind == EVENT_CITY_LOADED || e->kind == EVENT_ZONES_LOADED) {
            v->cover->city = (struct cover_city){ .begun = false };
            v->cover->city_told = false;
        } else if (e->kind == EVENT_INCIDENT_OPENED && v->cover->incidents_told) {
            (void)tell_incident(v, &e->as.incident_opened.incident);
        }
    }
}

/* ---- answers and news ---- */

static void hand_out(struct view *v, struct cover_wait *w, uint32_t err, struct reply_bytes *bytes)
{
    w->token = 0;
    w->head.err = err;
    if (bytes == NULL || !buf_ok(&bytes->buf)) {
        struct fault f;

        (void)fault_set(&f, ERR_NO_MEMORY, "no memory for an answer", NULL, NULL);
        replies_fault(v->replies, w->gateway, &w->head, &f);
    } else {
        replies_put(v->replies, w->gateway, &w->head, bytes);
    }
}

static struct cover_wait *wait_of(struct view *v, uint64_t token)
{
    for (uint32_t k = 0; k < COVER_ASKS_MAX; k++) {
        if (v->cover->wait[k].token == token) {
            return &v->cover->wait[k];
        }
    }
    return NULL;
}

/* The same bytes go to all who asked the same. */
static void take_answer(struct view *v, const char *at, size_t len)
{
    struct cover_answer a;
    struct reply_bytes *bytes = reply_bytes_new();

    must(len >= sizeof(a));
    memcpy(&a, at, sizeof(a));
    const char *text = at + sizeof(a) + a.count * sizeof(uint64_t);

    must(len == (size_t)(text - at) + a.len);
    if (bytes != NULL) {
        buf_add(&bytes->buf, text, a.len);
    }
    for (uint32_t k = 0; k < a.count; k++) {
        uint64_t token;

        memcpy(&token, at + sizeof(a) + k * sizeof(token), sizeof(token));
        struct cover_wait *w = wait_of(v, token);
        if (w != NULL) {
            hand_out(v, w, a.err, bytes);
        }
    }
    reply_bytes_unref(bytes);
}

/* A gateway that is behind gets the next ones. */
static void take_news(struct view *v, const char *at, size_t len)
{
    struct cover_head n;

    memcpy(&n, at, sizeof(n));
    must(len == sizeof(n) + n.count);
    const struct door_coverage head = {
        .kind = DOOR_COVERAGE, .len = n.count, .seq = n.seq, .at_us = n.at_us
    };

    for (unsigned g = 0; g < v->setup.gateways; g++) {
        const struct door_way *way = &v->setup.to_gateway[g];
        char *to = queue_reserve(way->queue, sizeof(head) + n.count);

        if (to == NULL) {
            continue;
        }
        memcpy(to, &head, sizeof(head));
        memcpy(to + sizeof(head), at + sizeof(n), n.count);
        if (queue_commit(way->queue)) {
            wake_up(way->wake_fd);
        }
    }
}

static bool take_from_cover(struct view *v)
{
    bool any = false;
    void *at;
    size_t len;

    while (queue_peek(v->setup.from_cover, &at, &len)) {
        uint32_t kind;

        memcpy(&kind, at, sizeof(kind));
        if (kind == COVER_ANSWER) {
            take_answer(v, at, len);
        } else {
            must(kind == COVER_NEWS);
            take_news(v, at, len);
        }
        queue_release(v->setup.from_cover);
        any = true;
    }
    return any;
}

bool view_cover_round(struct view *v, bool moved)
{
    struct view_cover *c = v->cover;

    if (c == NULL) {
        return false;
    }
    bool any = take_from_cover(v);

    if (moved || c->behind || !c->city_told || c->seq != v->world->seq ||
        view_mono_us() - c->now_us > NOW_EVERY_US) {
        (void)tell_all(v);
    }
    return any;
}

bool view_cover_behind(const struct view *v)
{
    return v->cover != NULL && v->cover->behind;
}

/* ---- reads ---- */

static enum err read_class(struct str query, struct cover_ask *ask, struct fault *f)
{
    struct str word;
    uint32_t type;

    if (!query_get(query, "class", &word) || str_is(word, "police")) {
        return OK;
    }
    if (!word_find(&police_type_words, word, &type) || type == POLICE_TYPE_NONE) {
        return fault_field(f, ERR_INVALID, "class",
                           "expected police, or a police type such as patrol or traffic");
    }
    ask->class = (uint8_t)type;
    return OK;
}

static enum err read_minutes(struct str query, struct cover_ask *ask, struct fault *f)
{
    struct str list;

    ask->rings = RINGS_ALL;
    if (!query_get(query, "minutes", &list)) {
        return OK;
    }
    ask->rings = 0;
    for (size_t k = 0; k < list.len; k += 2) {
        char c = list.at[k];

        if ((c != '1' && c != '3' && c != '5') || (k + 1 < list.len && list.at[k + 1] != ',') ||
            k + 2 == list.len) {
            return fault_field(f, ERR_INVALID, "minutes", "expected some of 1, 3 and 5: 1,3,5");
        }
        ask->rings = (uint8_t)(ask->rings | 1u << (c - '1') / 2);
    }
    return OK;
}

static enum err read_format(struct str query, struct cover_ask *ask, struct fault *f)
{
    struct str word;

    if (query_get(query, "format", &word) && str_is(word, "summary")) {
        ask->what = COVER_WHAT_FIGURES;
    } else if (query_get(query, "format", &word) && !str_is(word, "geojson")) {
        return fault_field(f, ERR_INVALID, "format", "expected geojson or summary");
    }
    return OK;
}

/* The units that would go; what is counted is the class of the first of them. */
static enum err read_leave(struct view *v, struct str query, struct cover_ask *ask, struct fault *f)
{
    struct str list;

    if (!query_get(query, "leave", &list)) {
        return OK;
    }
    while (list.len > 0) {
        const char *comma = memchr(list.at, ',', list.len);
        struct str one = { list.at, comma != NULL ? (size_t)(comma - list.at) : list.len };
        uint32_t unit = 0;

        if (ask->leave_count == COVER_LEAVE_MAX ||
            scan_id(one, v->setup.world_name, ID_LETTER_UNIT, UINT32_MAX, &unit) != SCAN_ID_OK ||
            unit == 0 || unit > v->world->unit_count) {
            return fault_field(f, ERR_INVALID, "leave", "expected 1 to %d units of this world",
                               COVER_LEAVE_MAX);
        }
        for (uint32_t k = 0; k < ask->leave_count; k++) {
            if (ask->leave[k] == unit) {
                return fault_field(f, ERR_INVALID, "leave", "expected each unit once");
            }
        }
        ask->leave[ask->leave_count++] = unit;
        list =
            comma != NULL ? (struct str){ comma + 1, list.len - one.len - 1 } : (struct str){ 0 };
    }
    uint8_t type = v->world->units[ask->leave[0] - 1].police_type;

    ask->class = police_type_is_police(type) ? COVER_POLICE : type;
    return OK;
}

static enum err read_arrive(struct str query, struct cover_ask *ask, struct fault *f)
{
    struct str pair;

    if (!query_get(query, "arrive", &pair)) {
        return OK;
    }
    const char *comma = memchr(pair.at, ',', pair.len);
    size_t len = comma != NULL ? (size_t)(comma - pair.at) : pair.len;

    if (comma == NULL ||
        !scan_deg((struct str){ pair.at, len }, 180 * DEG_E7, &ask->arrive.lon_e7) ||
        !scan_deg((struct str){ comma + 1, pair.len - len - 1 }, 90 * DEG_E7,
                  &ask->arrive.lat_e7) ||
        !geo_valid(ask->arrive)) {
        return fault_field(f, ERR_INVALID, "arrive", "expected a place as lon,lat in degrees");
    }
    ask->arrives = true;
    return OK;
}

static enum err read_step(struct view *v, struct str query, struct cover_ask *ask, struct fault *f)
{
    struct str word;
    enum err err = read_leave(v, query, ask, f);

    err = err == OK ? read_arrive(query, ask, f) : err;
    if (err == OK && query_get(query, "class", &word)) {
        ask->class = COVER_POLICE;
        err = read_class(query, ask, f);
    }
    if (err == OK && ask->leave_count == 0 && !ask->arrives) {
        err =
            fault_field(f, ERR_INVALID, "leave",
                        "expected units that would go, or a place where one would stand (arrive)");
    }
    return err;
}

/* Within one ring: the last, unless another is named. */
static enum err read_moves(struct str query, struct cover_ask *ask, struct fault *f)
{
    struct str word;

    ask->what = COVER_WHAT_MOVES;
    ask->ring = COVER_RINGS - 1;
    if (query_get(query, "minutes", &word)) {
        if (!str_is(word, "1") && !str_is(word, "3") && !str_is(word, "5")) {
            return fault_field(f, ERR_INVALID, "minutes", "expected 1, 3 or 5");
        }
        ask->ring = (uint8_t)((word.at[0] - '1') / 2);
    }
    return read_class(query, ask, f);
}

enum err view_cover_read(struct view *v, unsigned gateway, enum door_read what, struct str query,
                         const struct viewer *viewer, const struct door_read_done *head,
                         struct fault *f)
{
    struct cover_ask ask = { .kind = COVER_ASK, .what = COVER_WHAT_MAP };
    struct cover_wait *free_wait = NULL;
    enum err err;

    if (viewer->audience != AUDIENCE_OPERATIONS) {
        return fault_set(f, ERR_FORBIDDEN, "this role may not read coverage", NULL, NULL);
    }
    if (v->cover == NULL) {
        return fault_set(f, ERR_NOT_FOUND, "coverage is not kept here", NULL, NULL);
    }
    if (what == READ_COVERAGE_IF) {
        ask.what = COVER_WHAT_IF;
        err = read_step(v, query, &ask, f);
    } else if (what == READ_COVERAGE_MOVES) {
        err = read_moves(query, &ask, f);
    } else {
        err = read_class(query, &ask, f);
        err = err == OK ? read_minutes(query, &ask, f) : err;
        err = err == OK ? read_format(query, &ask, f) : err;
    }
    if (err != OK) {
        return err;
    }
    for (uint32_t k = 0; k < COVER_ASKS_MAX && free_wait == NULL; k++) {
        free_wait = v->cover->wait[k].token == 0 ? &v->cover->wait[k] : NULL;
    }
    ask.token = ++v->cover->token;
    if (free_wait == NULL || !tell_all(v) || !push(v, &ask, sizeof(ask))) {
        return fault_set(f, ERR_FULL, "coverage is asked too much at once", NULL, "ask again");
    }
    *free_wait = (struct cover_wait){ .token = ask.token, .gateway = gateway, .head = *head };
    return OK;
}
