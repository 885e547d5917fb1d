#include "server/snapshot_inside.h"

#include "base/must.h"
#include "dispatch/codec/pack.h"
#include "dispatch/core/change.h"
#include "dispatch/core/command_ids.h"
#include "dispatch/core/deadlines.h"
#include "dispatch/core/seats.h"
#include "dispatch/core/zones.h"
#include "dispatch/model/shape_clone.h"

/* A cursor over the image; its first trouble sticks. */
struct image {
    struct str bytes;
    size_t pos;
    struct world *world;
    struct arena *arena;
    const struct pack_map *map;
    enum err err;
    struct fault *fault;
};

static void fail(struct image *m, enum err err, const char *what)
{
    if (m->err == OK) {
        m->err = fault_set(m->fault, err, what, NULL,
                           err == ERR_FULL ? "raise the capacities of the settings" : NULL);
    }
}

static const char *take(struct image *m, size_t len)
{
    const char *at = m->bytes.at + m->pos;
    if (m->err != OK || m->bytes.len - m->pos < len) {
        fail(m, ERR_CORRUPT, "a snapshot ends early");
        return NULL;
    }
    m->pos += len;
    return at;
}

static uint64_t get_u64(const char *at)
{
    uint64_t v = 0;
    for (int k = 7; k >= 0; k--) {
        v = v << 8 | (uint8_t)at[k];
    }
    return v;
}

static uint64_t take_u64(struct image *m)
{
    const char *at = take(m, 8);
    return at != NULL ? get_u64(at) : 0;
}

/* How many things follow; no more than there is room for. */
static uint32_t take_count(struct image *m, uint64_t most, const char *what)
{
    uint64_t n = take_u64(m);
    if (n > most) {
        fail(m, ERR_FULL, what);
        return 0;
    }
    return m->err == OK ? (uint32_t)n : 0;
}

static bool take_struct(struct image *m, const struct shape *s, void *out)
{
    if (m->err == OK) {
        m->err = unpack_struct_by(m->map, s, m->bytes, &m->pos, m->arena, out, m->fault);
    }
    return m->err == OK;
}

static uint32_t take_section(struct image *m, const struct shape *s, void *at, uint64_t most,
                             const char *what)
{
    uint32_t count = take_count(m, most, what);
    for (uint32_t k = 0; k < count; k++) {
        if (!take_struct(m, s, (char *)at + (size_t)k * s->size)) {
            return 0;
        }
    }
    return count;
}

static void take_seats(struct image *m, const struct list *seats)
{
    if (seats->count > SEATS_MAX) {
        fail(m, ERR_FULL, "a snapshot holds more seats than there is room for");
        return;
    }
    m->world->seat_count = seats->count;
    const struct seat *in = seats->at;
    for (uint32_t k = 0; k < seats->count; k++) {
        struct seat *s = &m->world->seats[k];
        *s = in[k];
        s->load = s->unread = s->due_slot = 0; /* derived: no part of the image */
        s->rings = false;
    }
}

static void take_roads(struct image *m, const struct snapshot_head *h)
{
    struct world *w = m->world;
    const struct road_notice *in = h->roads.at;
    if (h->roads.count > w->limits.roads) {
        fail(m, ERR_FULL, "a snapshot holds more notices on roads than there is room for");
        return;
    }
    for (uint32_t k = 0; k < h->roads.count; k++) {
        if (in[k].id.n == 0 || in[k].id.n >= h->next_road || world_road(w, in[k].id) != NULL) {
            fail(m, ERR_CORRUPT, "a notice on a road of a snapshot stands twice or has no number");
            return;
        }
        make_road(w, &in[k]);
    }
    w->next_road = h->next_road != 0 ? h->next_road : 1; /* images of before have none */
    w->road_change = h->road_change;
    w->road_weights = h->road_weights;
    w->road_speeds = h->road_speeds;
    w->road_hour = h->road_hour;
}

/* Images of before have none. */
static void take_circles(struct image *m, const struct list *circles)
{
    if (circles->count > CIRCLES_MAX) {
        fail(m, ERR_FULL, "a snapshot holds more response circles than there is room for");
        return;
    }
    m->world->circle_count = circles->count;
    if (circles->count > 0) {
        memcpy(m->world->circles, circles->at, circles->count * sizeof(struct circle));
    }
}

static void take_head(struct image *m)
{
    struct world *w = m->world;
    struct snapshot_head h;
    memset(&h, 0, sizeof(h));
    if (!take_struct(m, &snapshot_head_shape, &h)) {
        return;
    }
    w->name = h.world;
    w->world_id = h.world_id;
    w->at = h.at;
    w->next_incident = h.next_incident;
    w->next_report = h.next_report;
    w->next_assignment = h.next_assignment;
    w->next_alarm = h.next_alarm;
    w->next_ref = h.next_ref;
    w->incident_number = h.incident_number;
    w->report_number = h.report_number;
    w->automation_stopped = h.automation_stopped;
    w->ids.overflowed = h.ids_overflowed;
    w->city_name = h.city_name;
    w->city_name_en = h.city_name_en;
    w->district_bits = h.district_bits;
    w->zone_reach_m = h.zone_reach_m < ZONE_REACH_MOST_M ? h.zone_reach_m : ZONE_REACH_MOST_M;
    take_seats(m, &h.seats);
    take_roads(m, &h);
    take_circles(m, &h.circles);
    if (h.has_plan && !shape_clone(&plan_shape, &h.plan, &w->plan_memory, &w->plan)) {
        fail(m, ERR_NO_MEMORY, "no memory for the response plan");
    }
}

static void take_users(struct image *m)
{
    struct world *w = m->world;
    uint32_t count =
        take_count(m, w->limits.users, "a snapshot holds more users than there is room for");
    for (uint32_t k = 0; k < count; k++) {
        struct user in;
        memset(&in, 0, sizeof(in));
        if (!take_struct(m, &user_shape, &in)) {
            return;
        }
        struct user *u = make_user(w, text_str(&in.name));
        uint32_t chain = u->next_hash;
        if (u->id.n != in.id.n) {
            fail(m, ERR_CORRUPT, "users of a snapshot do not stand in their order");
            return;
        }
        *u = in;
        u->next_hash = chain;
    }
}

static void take_city(struct image *m)
{
    struct world *w = m->world;
    const struct world_limits *l = &w->limits;
    w->capability_count = take_section(m, &capability_word_shape, w->capabilities, CAPABILITIES_MAX,
                                       "a snapshot holds too many capabilities");
    w->offset_count =
        take_section(m, &offset_shape, w->offsets, l->offsets, "a snapshot holds too many offsets");
    w->zone_count = take_section(m, &zone_shape, w->zones, l->zones,
                                 "a snapshot holds more zones than there is room for");
    w->ring_count = take_section(m, &zone_ring_shape, w->rings, l->rings,
                                 "a snapshot holds more rings than there is room for");
    w->premise_count = take_section(m, &premise_shape, w->premises, l->premises,
                                    "a snapshot holds more places than there is room for");
    w->type_count = take_section(m, &incident_type_shape, w->types, l->types,
                                 "a snapshot holds more incident types than there is room for");
    w->unit_count = take_section(m, &unit_shape, w->units, l->units,
                                 "a snapshot holds more units than there is room for");
    take_users(m);
}

static void take_incidents(struct image *m)
{
    struct world *w = m->world;
    uint32_t count = take_count(m, w->limits.incidents,
                                "a snapshot holds more incidents than there is room for");
    for (uint32_t k = 0; k < count; k++) {
        struct incident in;
        memset(&in, 0, sizeof(in));
        if (!take_struct(m, &incident_shape, &in)) {
            return;
        }
        if (in.id.n == 0 || world_incident(w, in.id) != NULL) {
            fail(m, ERR_CORRUPT, "a snapshot holds an incident twice");
            return;
        }
        struct incident *i = make_incident(w, in.id);
        uint32_t chain = i->next_hash;
        *i = in;
        i->next_hash = chain;
    }
}

static void take_reports(struct image *m)
{
    struct world *w = m->world;
    uint32_t count =
        take_count(m, w->limits.reports, "a snapshot holds more reports than there is room for");
    for (uint32_t k = 0; k < count; k++) {
        struct report in;
        memset(&in, 0, sizeof(in));
        if (!take_struct(m, &report_shape, &in)) {
            return;
        }
        struct incident *i = world_incident(w, in.incident);
        if (in.id.n == 0 || world_report(w, in.id) != NULL || (i == NULL && in.incident.n != 0)) {
            fail(m, ERR_CORRUPT, "a report of a snapshot stands twice or alone");
            return;
        }
        struct report *r = make_report(w, in.id);
        uint32_t chain = r->next_hash;
        *r = in;
        r->next_hash = chain;
        if (i != NULL) {
            link_report(w, r, i);
        }
    }
}

static void take_assignments(struct image *m)
{
    struct world *w = m->world;
    uint32_t count = take_count(m, w->limits.assignments,
                                "a snapshot holds more assignments than there is room for");
    for (uint32_t k = 0; k < count; k++) {
        struct assignment in;
        memset(&in, 0, sizeof(in));
        if (!take_struct(m, &assignment_shape, &in)) {
            return;
        }
        struct incident *i = world_incident(w, in.incident);
        if (in.id.n == 0 || world_assignment(w, in.id) != NULL || i == NULL ||
            (world_unit(w, in.unit) == NULL && (in.unit.n != 0 || in.station.n == 0))) {
            fail(m, ERR_CORRUPT, "an assignment of a snapshot stands twice or alone");
            return;
        }
        struct assignment *a = make_assignment(w, in.id);
        uint32_t chain = a->next_hash;
        *a = in;
        a->next_hash = chain;
        link_assignment(w, a, i);
    }
}

static void take_alarms(struct image *m)
{
    struct world *w = m->world;
    uint32_t count =
        take_count(m, w->limits.alarms, "a snapshot holds more alarms than there is room for");
    for (uint32_t k = 0; k < count; k++) {
        struct alarm a;
        memset(&a, 0, sizeof(a));
        if (!take_struct(m, &alarm_shape, &a)) {
            return;
        }
        if (a.id.n == 0 || world_alarm_of(w, &a) != NULL) {
            fail(m, ERR_CORRUPT, "a snapshot holds an alarm twice");
            return;
        }
        make_alarm(w, &a);
    }
}

static void take_points(struct image *m)
{
    struct world *w = m->world;
    uint32_t count =
        take_count(m, w->limits.points, "a snapshot holds more corners than there is room for");
    const char *at = take(m, (size_t)count * 8);
    for (uint32_t k = 0; at != NULL && k < count; k++) {
        uint64_t v = get_u64(at + (size_t)k * 8);
        w->points[k] = (struct point){ (int32_t)(uint32_t)(v >> 32), (int32_t)(uint32_t)v };
    }
    w->point_count = count;
    uint64_t corners = 0;
    for (uint32_t k = 0; k < w->ring_count; k++) {
        corners += w->rings[k].count;
        if ((uint64_t)w->rings[k].first + w->rings[k].count > count || corners > count) {
            fail(m, ERR_CORRUPT, "a ring of a snapshot has no corners of its own");
        }
    }
    uint64_t rings = 0;
    for (uint32_t k = 0; k < w->zone_count; k++) {
        rings += w->zones[k].ring_count;
        if ((uint64_t)w->zones[k].first_ring + w->zones[k].ring_count > w->ring_count ||
            rings > w->ring_count || w->zones[k].bit > 63) {
            fail(m, ERR_CORRUPT, "a zone of a snapshot has no rings of its own");
        }
    }
    if (m->err == OK) {
        zone_index_build(w);
    }
}

static void take_stack(struct image *m, struct unit *u)
{
    struct world *w = m->world;
    uint32_t active = (uint32_t)take_u64(m);
    uint32_t count =
        take_count(m, w->limits.assignments, "a unit's stack of a snapshot is damaged");
    uint32_t *link = &u->first_assignment;
    for (uint32_t k = 0; k < count; k++) {
        struct assignment *a = world_assignment(w, (assignment_id){ (uint32_t)take_u64(m) });
        if (a == NULL || a->unit.n != u->id.n || a->next_of_unit != 0 || link == &a->next_of_unit) {
            fail(m, ERR_CORRUPT, "a unit's stack of a snapshot is damaged");
            return;
        }
        *link = (uint32_t)(a - w->assignments) + 1;
        link = &a->next_of_unit;
        if (a->id.n == active) {
            u->active = (uint32_t)(a - w->assignments) + 1;
        }
    }
}

static void take_ids(struct image *m)
{
    struct world *w = m->world;
    bool overflowed = w->ids.overflowed;
    uint32_t count =
        take_count(m, w->ids.cap, "a snapshot holds more command ids than there is room for");
    const char *at = take(m, (size_t)count * SNAPSHOT_ID_BYTES);
    for (uint32_t k = 0; at != NULL && k < count; k++, at += SNAPSHOT_ID_BYTES) {
        struct command_memory x = { .key = { get_u64(at), get_u64(at + 8) },
                                    .content = { get_u64(at + 16), get_u64(at + 24) },
                                    .seq = get_u64(at + 32),
                                    .at = (int64_t)get_u64(at + 40) };
        memcpy(x.hash8, at + 48, sizeof(x.hash8));
        command_ids_restore(w, &x);
    }
    w->ids.overflowed = overflowed;
}

static void take_leaving(struct image *m)
{
    struct world *w = m->world;
    uint32_t count =
        take_count(m, w->leaving.cap, "a snapshot holds more departures than there is room for");
    const char *at = take(m, (size_t)count * 16);
    for (uint32_t k = 0; at != NULL && k < count; k++, at += 16) {
        uint64_t what = get_u64(at + 8);
        leaving_push(w, (enum table)(what >> 32), (uint32_t)what, (int64_t)get_u64(at));
    }
}

static void take_side(struct image *m, struct side *side)
{
    uint64_t there = take_u64(m);
    if (m->err == OK && there != 0 && side != NULL) {
        m->err = side_read(side, m->bytes, &m->pos, m->fault);
    }
    if (m->err == OK && side != NULL && m->pos != m->bytes.len) {
        fail(m, ERR_CORRUPT, "bytes follow behind a snapshot");
    }
}

static enum err take_begin(struct image *m)
{
    const char *magic = take(m, SNAPSHOT_MAGIC_SIZE);
    const char *version = take(m, 4);
    if (m->err == OK && memcmp(magic, SNAPSHOT_MAGIC, SNAPSHOT_MAGIC_SIZE) != 0) {
        fail(m, ERR_CORRUPT, "this is no snapshot");
    }
    if (m->err == OK &&
        (version[0] != SNAPSHOT_VERSION || version[1] != 0 || version[2] != 0 || version[3] != 0)) {
        fail(m, ERR_CORRUPT, "a snapshot of another version");
    }
    m->world->seq = take_u64(m);
    const char *hash = take(m, SHA256_SIZE);
    if (hash != NULL) {
        memcpy(m->world->hash.at, hash, SHA256_SIZE);
    }
    return m->err;
}

enum err snapshot_stand(struct str image, uint64_t *seq, struct sha256 *hash, struct fault *f)
{
    struct world stand = { .seq = 0 };
    struct image m = { .bytes = image, .world = &stand, .fault = f };
    enum err err = take_begin(&m);
    *seq = stand.seq;
    *hash = stand.hash;
    return err;
}

enum err snapshot_read(struct str image, struct world *w, struct side *side, struct arena *arena,
                       struct fault *f)
{
    struct image m = { .bytes = image, .world = w, .arena = arena, .fault = f };
    struct pack_map *map = NULL;
    must(w->incidents_pool.live == 0 && w->reports_pool.live == 0 && w->unit_count == 0);
    arena_reset(arena);
    if (take_begin(&m) != OK) {
        return m.err;
    }
    m.err = unpack_shape_table(snapshot_shapes, SNAPSHOT_SHAPES, image, &m.pos, arena, &map, f);
    m.map = map;
    take_head(&m);
    take_city(&m);
    take_incidents(&m);
    take_reports(&m);
    take_assignments(&m);
    take_alarms(&m);
    take_points(&m);
    for (uint32_t k = 0; k < w->unit_count && m.err == OK; k++) {
        take_stack(&m, &w->units[k]);
    }
    take_ids(&m);
    take_leaving(&m);
    take_side(&m, side);
    w->touched_count = 0;
    w->touched_overflow = false;
    if (m.err == OK) {
        deadlines_rebuild(w);
        seats_rebuild(w);
    }
    return m.err;
}
