/* Reads: who asks is looked up in the world on every one of them, then the world is shown as it
 * stands. */
#include "server/view_inside.h"

#include "base/must.h"
#include "dispatch/codec/json_out.h"
#include "dispatch/view/query.h"
#include "server/cover.h"
#include "server/rounds.h"

#include <stdlib.h>
#include <string.h>

struct ask {
    struct door_read_ask head;
    unsigned gateway;
    struct str principal;
    struct str query;
};

struct door_rights view_rights(const struct world *w, const struct user *u)
{
    struct viewer v = viewer_of(w, (struct str){ 0 }, u);
    return (struct door_rights){ .user = u->disabled ? 0 : u->id.n,
                                 .unit = u->unit.n,
                                 .zones = v.zones,
                                 .role = u->role,
                                 .audience = (uint8_t)v.audience,
                                 .rights_seq = u->rights_seq };
}

static bool read_ask(const void *record, size_t len, unsigned gateway, struct ask *out)
{
    if (len < sizeof(out->head)) {
        return false;
    }
    memcpy(&out->head, record, sizeof(out->head));
    const char *at = (const char *)record + sizeof(out->head);
    uint64_t rest = (uint64_t)out->head.principal_len + out->head.query_len;
    out->gateway = gateway;
    out->principal = (struct str){ at, out->head.principal_len };
    out->query = (struct str){ at + out->head.principal_len, out->head.query_len };
    return out->head.kind == DOOR_READ && rest == len - sizeof(out->head);
}

static struct door_read_done answer_head(const struct view *v, const struct ask *ask)
{
    struct door_read_done d = { .kind = DOOR_READ_DONE,
                                .request = ask->head.request,
                                .seq = v->world->seq,
                                .epoch = v->setup.epoch };
    memcpy(d.hash8, v->world->hash.at, sizeof(d.hash8));
    return d;
}

/* Repeats what was asked for, cut at a whole character. */
static enum err no_zone(struct str name, struct fault *f)
{
    size_t len = name.len < 64 ? name.len : 64;
    while (len > 0 && len < name.len && ((unsigned char)name.at[len] & 0xc0) == 0x80) {
        len--;
    }
    return fault_field(f, ERR_INVALID, "zones", "there is no zone \"%.*s\"", (int)len, name.at);
}

/* Bits of the zones named with commas by code or id. */
static enum err named_zones(const struct view *v, struct str list, uint64_t *out, struct fault *f)
{
    const struct world *w = v->world;
    *out = 1;
    while (list.len > 0) {
        const char *comma = memchr(list.at, ',', list.len);
        struct str one = { list.at, comma != NULL ? (size_t)(comma - list.at) : list.len };
        const struct zone *z = world_zone_coded(w, one);
        for (uint32_t k = 0; z == NULL && k < w->zone_count; k++) {
            char id[96];
            struct buf b;
            buf_fixed(&b, id, sizeof(id));
            json_out_id(&b, v->setup.world_name, ID_LETTER_ZONE, w->zones[k].id.n);
            z = buf_ok(&b) && b.len == one.len + 2 && memcmp(id + 1, one.at, one.len) == 0
                    ? &w->zones[k]
                    : NULL;
        }
        if (z == NULL) {
            return no_zone(one, f);
        }
        uint64_t mask = mask_of_zone(w, z->id);
        *out |= mask;
        list =
            comma != NULL ? (struct str){ comma + 1, list.len - one.len - 1 } : (struct str){ 0 };
    }
    return OK;
}

/* The viewer looks at no more than it asked for. */
static enum err narrow(const struct view *v, const struct ask *ask, struct viewer *viewer,
                       struct fault *f)
{
    struct str list;
    uint64_t zones;
    if (!query_get(ask->query, "zones", &list)) {
        return OK;
    }
    enum err err = named_zones(v, list, &zones, f);
    viewer->zones = err == OK ? (viewer->zones & zones) | 1 : viewer->zones;
    return err;
}

static enum err named_topics(const struct ask *ask, uint16_t *out, struct fault *f)
{
    struct str list;
    *out = UINT16_MAX;
    if (!query_get(ask->query, "topics", &list)) {
        return OK;
    }
    *out = 0;
    while (list.len > 0) {
        const char *comma = memchr(list.at, ',', list.len);
        struct str one = { list.at, comma != NULL ? (size_t)(comma - list.at) : list.len };
        uint32_t topic;
        if (!word_find(&topic_words, one, &topic)) {
            return fault_field(f, ERR_INVALID, "topics", "there is no such topic");
        }
        *out = (uint16_t)(*out | 1u << topic);
        list =
            comma != NULL ? (struct str){ comma + 1, list.len - one.len - 1 } : (struct str){ 0 };
    }
    return OK;
}

static void put_rights(const struct view *v, const struct user *u, struct buf *b)
{
    const struct world *w = v->world;
    const struct viewer viewer = viewer_of(w, v->setup.world_name, u);
    const struct unit *unit = world_unit(w, u->unit);
    buf_text(b, "{\"user\":");
    buf_json_str(b, text_str(&u->name));
    buf_text(b, ",\"role\":\"");
    buf_text(b, word_of(&role_words, u->role));
    buf_text(b, "\",\"audience\":\"");
    buf_text(b, word_of(&audience_words, viewer.audience));
    buf_text(b, u->all_zones ? "\",\"all_zones\":true,\"zones\":[" : "\",\"zones\":[");
    for (uint32_t k = 0; k < u->zone_count; k++) {
        const struct zone *z = world_zone(w, u->zones[k]);
        buf_text(b, k > 0 ? "," : "");
        buf_json_str(b, z != NULL ? text_str(&z->code) : (struct str){ 0 });
    }
    buf_char(b, ']');
    if (unit != NULL) {
        buf_text(b, ",\"unit\":");
        json_out_id(b, v->setup.world_name, ID_LETTER_UNIT, unit->id.n);
        buf_text(b, ",\"callsign\":");
        buf_json_str(b, text_str(&unit->callsign));
    }
    buf_char(b, '}');
}

/* ---- snapshots, shared for a second ---- */

void view_forget_shared(struct view *v)
{
    for (uint32_t k = 0; k < SHARED_MAX; k++) {
        reply_bytes_unref(v->shared[k].bytes);
        v->shared[k].bytes = NULL;
    }
}

static void expire_shared(struct view *v, int64_t now)
{
    for (uint32_t k = 0; k < SHARED_MAX; k++) {
        if (v->shared[k].bytes != NULL && now - v->shared[k].born_us > US_PER_S) {
            reply_bytes_unref(v->shared[k].bytes);
            v->shared[k].bytes = NULL;
        }
    }
}

static struct shared *find_shared(struct view *v, const struct viewer *viewer, uint16_t topics,
                                  uint64_t min_seq)
{
    for (uint32_t k = 0; k < SHARED_MAX; k++) {
        struct shared *s = &v->shared[k];
        if (s->bytes != NULL && s->audience == viewer->audience && s->zones == viewer->zones &&
            s->topics == topics && s->seq >= min_seq) {
            return s;
        }
    }
    return NULL;
}

static void keep_shared(struct view *v, const struct viewer *viewer, uint16_t topics,
                        struct reply_bytes *bytes)
{
    struct shared *place = &v->shared[0];
    for (uint32_t k = 0; k < SHARED_MAX && place->bytes != NULL; k++) {
        if (v->shared[k].bytes == NULL || v->shared[k].born_us < place->born_us) {
            place = &v->shared[k];
        }
    }
    reply_bytes_unref(place->bytes);
    *place = (struct shared){ .audience = viewer->audience,
                              .zones = viewer->zones,
                              .topics = topics,
                              .seq = v->world->seq,
                              .born_us = view_mono_us(),
                              .bytes = bytes };
    memcpy(place->hash8, v->world->hash.at, sizeof(place->hash8));
    reply_bytes_ref(bytes);
}

static struct board_live live_of(struct view *v, uint16_t topics)
{
    return (struct board_live){ .arg = v,
                                .fix = view_fix,
                                .now = view_wall_us(),
                                .topics = topics,
                                .clock_rate = (uint32_t)v->setup.conf->clock_rate };
}

static enum err answer_snapshot(struct view *v, const struct ask *ask, const struct viewer *viewer,
                                struct door_read_done *head, struct fault *f)
{
    uint16_t topics;
    enum err err = named_topics(ask, &topics, f);
    if (err != OK) {
        return err;
    }
    expire_shared(v, view_mono_us());
    struct shared *s = viewer->audience != AUDIENCE_UNIT
                           ? find_shared(v, viewer, topics, ask->head.min_seq)
                           : NULL;
    if (s != NULL) {
        head->seq = s->seq;
        memcpy(head->hash8, s->hash8, sizeof(head->hash8));
        replies_put(v->replies, ask->gateway, head, s->bytes);
        return OK;
    }
    struct reply_bytes *bytes = reply_bytes_new();
    if (bytes == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for a snapshot", NULL, NULL);
    }
    const struct board_live live = live_of(v, topics);
    board_snapshot(&bytes->buf, viewer, &live);
    if (!buf_ok(&bytes->buf)) {
        reply_bytes_unref(bytes);
        return fault_set(f, ERR_NO_MEMORY, "no memory for a snapshot", NULL, NULL);
    }
    replies_put(v->replies, ask->gateway, head, bytes);
    if (viewer->audience != AUDIENCE_UNIT) {
        keep_shared(v, viewer, topics, bytes);
    }
    reply_bytes_unref(bytes);
    return OK;
}

/* ---- the other reads ---- */

static uint32_t port_travel(void *arg, struct point from, struct point to)
{
    return travel_ms(&((struct view *)arg)->travel, from, to);
}

static void port_travel_table(void *arg, const struct point *from, uint32_t from_count,
                              const struct point *to, uint32_t to_count, uint32_t *ms)
{
    travel_table(&((struct view *)arg)->travel, from, from_count, to, to_count, ms);
}

static const char *port_engine(void *arg)
{
    return travel_engine(&((struct view *)arg)->travel);
}

static uint32_t port_detour(void *arg, struct point from, struct point to, uint32_t *notice)
{
    return travel_detour_ms(&((struct view *)arg)->travel, from, to, notice);
}

static bool port_calls(void *arg, uint32_t tiers, uint32_t *out)
{
    return cover_calls_of(((const struct view *)arg)->setup.cover, tiers, out);
}

static uint32_t port_stake(void *arg, uint32_t unit)
{
    return cover_stake_of(((const struct view *)arg)->setup.cover, unit);
}

static bool port_wanted(void *arg, uint32_t unit, struct wanted *out)
{
    return rounds_wanted(((const struct view *)arg)->setup.rounds, unit, out);
}

static enum err fill(struct view *v, const struct ask *ask, const struct user *user,
                     const struct reading *r, struct fault *f)
{
    bool priced = v->setup.road != NULL && v->setup.cover != NULL;
    const struct ports ports = { .arg = v,
                                 .travel_ms = port_travel,
                                 .travel_table = port_travel_table,
                                 .engine = port_engine,
                                 .detour_ms = v->setup.road != NULL ? port_detour : NULL,
                                 .calls = priced ? port_calls : NULL,
                                 .stake = priced ? port_stake : NULL,
                                 .wanted = v->setup.rounds != NULL ? port_wanted : NULL };
    switch ((enum door_read)ask->head.what) {
    case READ_RIGHTS:
        put_rights(v, user, r->out);
        return OK;
    case READ_INCIDENTS:
        return read_incidents(r, f);
    case READ_INCIDENT:
        return read_incident(r, f);
    case READ_RECOMMENDATION:
        return read_recommendation(r, &ports, f);
    case READ_UNITS:
        return read_units(r, f);
    case READ_UNIT:
        return read_unit(r, f);
    case READ_ROUTE:
        return view_read_route(v, r, f);
    case READ_PLANS:
        return read_plans(r, f);
    case READ_ALARMS:
        return read_alarms(r, f);
    case READ_STATS:
        return read_stats(r, f);
    case READ_CITY:
        return read_city(r, f);
    case READ_PROTECTED_REFS:
        return read_protected_refs(r, user, f);
    case READ_TRACK_REFS:
        return read_track_refs(r, user, f);
    case READ_TRACKS_REFS:
        return read_tracks_refs(r, user, f);
    case READ_REPORT_REFS:
        return read_report_refs(r, user, f);
    case READ_SEAT_REFS:
        return read_seat_refs(r, user, f);
    case READ_ALARM_REFS:
        return read_alarm_refs(r, user, f);
    case READ_PEOPLE:
        return read_people(r, user, f);
    case READ_SNAPSHOT:
    case READ_METRICS:
    case READ_TIMELINE:
    case READ_EVENTS:
    case READ_ROW:
    case READ_PLACES:
    case READ_COVERAGE:
    case READ_COVERAGE_IF:
    case READ_COVERAGE_MOVES:
        break;
    }
    return fault_set(f, ERR_NOT_FOUND, "this is not read from the view", NULL, NULL);
}

static enum err answer_read(struct view *v, const struct ask *ask, const struct user *user,
                            const struct viewer *viewer, const struct door_read_done *head,
                            struct fault *f)
{
    struct reply_bytes *bytes = reply_bytes_new();
    if (bytes == NULL || ask->head.number > UINT32_MAX) {
        reply_bytes_unref(bytes);
        return bytes == NULL ? fault_set(f, ERR_NO_MEMORY, "no memory for an answer", NULL, NULL)
                             : fault_set(f, ERR_NOT_FOUND, "there is no such number", NULL, NULL);
    }
    const struct reading r = { .viewer = *viewer,
                               .live = live_of(v, UINT16_MAX),
                               .query = ask->query,
                               .geojson = ask->head.geojson != 0,
                               .number = (uint32_t)ask->head.number,
                               .arena = &v->arena,
                               .out = &bytes->buf,
                               .side = v->side };
    enum err err = fill(v, ask, user, &r, f);
    if (err == OK && !buf_ok(&bytes->buf)) {
        err = fault_set(f, ERR_NO_MEMORY, "no memory for an answer", NULL, NULL);
    }
    if (err == OK) {
        replies_put(v->replies, ask->gateway, head, bytes);
    }
    reply_bytes_unref(bytes);
    return err;
}

static enum err answer_metrics(struct view *v, const struct ask *ask,
                               const struct door_read_done *head, struct fault *f)
{
    struct reply_bytes *bytes = reply_bytes_new();
    if (bytes == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for an answer", NULL, NULL);
    }
    read_metrics(&bytes->buf, v->world, v->setup.world_name);
    if (v->paper != NULL) {
        view_paper_metrics(v->paper, &bytes->buf);
    }
    if (v->setup.more_metrics != NULL) {
        v->setup.more_metrics(v->setup.more_arg, &bytes->buf);
    }
    replies_put(v->replies, ask->gateway, head, bytes);
    reply_bytes_unref(bytes);
    return OK;
}

static bool open_to_nobody(enum door_read what)
{
    return what == READ_RIGHTS || what == READ_SNAPSHOT;
}

static enum err answer(struct view *v, const struct ask *ask, struct door_read_done *head,
                       struct fault *f)
{
    if (ask->head.what == READ_METRICS) {
        return answer_metrics(v, ask, head, f);
    }
    const struct user *user = world_user(v->world, ask->principal);
    if (user == NULL || user->disabled) {
        return fault_set(f, ERR_UNSIGNED, "there is no such user, or it is disabled", NULL, NULL);
    }
    struct viewer viewer = viewer_of(v->world, v->setup.world_name, user);
    head->rights = view_rights(v->world, user);
    /* A screen from before the city or the plan changed is no beginning to go on from. */
    if (v->everyone_seq > head->rights.rights_seq) {
        head->rights.rights_seq = v->everyone_seq;
    }
    enum err err = narrow(v, ask, &viewer, f);
    if (err != OK) {
        return err;
    }
    head->rights.zones = viewer.zones;
    if (viewer.audience == AUDIENCE_NOBODY && !open_to_nobody((enum door_read)ask->head.what)) {
        return fault_set(f, ERR_FORBIDDEN, "this role may not read this", NULL, NULL);
    }
    if (ask->head.what == READ_SNAPSHOT) {
        return answer_snapshot(v, ask, &viewer, head, f);
    }
    if (ask->head.what == READ_COVERAGE || ask->head.what == READ_COVERAGE_IF ||
        ask->head.what == READ_COVERAGE_MOVES) {
        return view_cover_read(v, ask->gateway, (enum door_read)ask->head.what, ask->query, &viewer,
                               head, f);
    }
    return answer_read(v, ask, user, &viewer, head, f);
}

static void answer_now(struct view *v, const struct ask *ask)
{
    struct door_read_done head = answer_head(v, ask);
    struct fault f = { .err = OK };
    arena_reset(&v->arena);
    if (answer(v, ask, &head, &f) != OK) {
        replies_fault(v->replies, ask->gateway, &head, &f);
    }
}

/* ---- reads that wait for their row ---- */

static void answer_late(struct view *v, const struct ask *ask)
{
    struct door_read_done head = answer_head(v, ask);
    struct fault f;
    (void)fault_set(&f, ERR_LOG_UNAVAILABLE, "the row that was asked for is not shown yet", NULL,
                    "ask again");
    replies_fault(v->replies, ask->gateway, &head, &f);
}

static void hold(struct view *v, const struct ask *ask, const void *record, size_t len)
{
    struct held_read *h = v->held_count < HELD_MAX ? malloc(sizeof(*h) + len) : NULL;
    if (h == NULL) {
        answer_late(v, ask);
        return;
    }
    *h = (struct held_read){
        .next = v->held, .gateway = ask->gateway, .until_us = view_mono_us() + HELD_US, .len = len
    };
    memcpy(h->record, record, len);
    v->held = h;
    v->held_count++;
}

void view_retry_reads(struct view *v)
{
    int64_t now = v->held != NULL ? view_mono_us() : 0;
    for (struct held_read **link = &v->held; *link != NULL;) {
        struct held_read *h = *link;
        struct ask ask;
        must(read_ask(h->record, h->len, h->gateway, &ask));
        bool ready = ask.head.min_seq <= v->world->seq;
        if (!ready && now < h->until_us) {
            link = &h->next;
            continue;
        }
        if (ready) {
            answer_now(v, &ask);
        } else {
            answer_late(v, &ask);
        }
        *link = h->next;
        v->held_count--;
        free(h);
    }
}

void view_take_read(struct view *v, unsigned gateway, const void *record, size_t len)
{
    struct ask ask;
    must(read_ask(record, len, gateway, &ask));
    if (ask.head.min_seq > v->world->seq) {
        hold(v, &ask, record, len);
        return;
    }
    answer_now(v, &ask);
}
