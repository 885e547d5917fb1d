#include "server/snapshot_inside.h"

#include "base/must.h"
#include "dispatch/codec/pack.h"

static const struct field snapshot_head_fields[] = {
    FIELD(snapshot_head, world, F_TEXT),
    FIELD(snapshot_head, world_id, F_TEXT),
    FIELD(snapshot_head, at, F_INSTANT),
    FIELD(snapshot_head, next_incident, F_UINT),
    FIELD(snapshot_head, next_report, F_UINT),
    FIELD(snapshot_head, next_assignment, F_UINT),
    FIELD(snapshot_head, next_alarm, F_UINT),
    FIELD(snapshot_head, next_ref, F_UINT),
    FIELD(snapshot_head, incident_number, F_NUMBER),
    FIELD(snapshot_head, report_number, F_NUMBER),
    FIELD(snapshot_head, automation_stopped, F_BOOL),
    FIELD(snapshot_head, ids_overflowed, F_BOOL),
    FIELD(snapshot_head, city_name, F_TEXT),
    FIELD(snapshot_head, city_name_en, F_TEXT),
    FIELD(snapshot_head, district_bits, F_UINT),
    FIELD(snapshot_head, has_plan, F_BOOL),
    FIELD(snapshot_head, plan, F_STRUCT, .sub = &plan_shape),
    FIELD(snapshot_head, seats, F_LIST, .sub = &seat_shape, .limit = SEATS_MAX),
    FIELD(snapshot_head, roads, F_LIST, .sub = &road_notice_shape, .limit = ROAD_NOTICES_MAX),
    FIELD(snapshot_head, next_road, F_UINT),
    FIELD(snapshot_head, road_change, F_UINT),
    FIELD(snapshot_head, road_weights, F_UINT),
    FIELD(snapshot_head, circles, F_LIST, .sub = &circle_shape, .limit = CIRCLES_MAX),
    FIELD(snapshot_head, zone_reach_m, F_UINT),
    FIELD(snapshot_head, road_speeds, F_TEXT),
    FIELD(snapshot_head, road_hour, F_UINT),
};
SHAPE(snapshot_head);

static const struct field capability_word_fields[] = { FIELD(capability_word, word, F_TEXT) };
SHAPE(capability_word);

const struct shape *const snapshot_shapes[SNAPSHOT_SHAPES] = {
    &snapshot_head_shape, &capability_word_shape, &offset_shape, &zone_shape, &zone_ring_shape,
    &premise_shape,       &incident_type_shape,   &unit_shape,   &user_shape, &incident_shape,
    &report_shape,        &assignment_shape,      &alarm_shape,
};

/* Little-endian numbers, whatever machine this is. */
static char *set_u64(char *at, uint64_t v)
{
    for (int k = 0; k < 8; k++) {
        at[k] = (char)(uint8_t)(v >> (8 * k));
    }
    return at + 8;
}

static void put_u64(struct buf *b, uint64_t v)
{
    char bytes[8];
    set_u64(bytes, v);
    buf_add(b, bytes, sizeof(bytes));
}

static void put_section(struct buf *b, const struct shape *s, const void *at, uint32_t count)
{
    put_u64(b, count);
    for (uint32_t k = 0; k < count; k++) {
        pack_struct(b, s, (const char *)at + (size_t)k * s->size);
    }
}

static void put_head(struct buf *b, const struct world *w)
{
    struct road_notice roads[ROAD_NOTICES_MAX];
    uint32_t count = 0;
    uint32_t k = 0;
    for (const struct road_notice *r; (r = world_next_of_roads(w, &k)) != NULL;) {
        roads[count++] = *r;
    }
    const struct snapshot_head head = {
        .world = w->name,
        .world_id = w->world_id,
        .at = w->at,
        .next_incident = w->next_incident,
        .next_report = w->next_report,
        .next_assignment = w->next_assignment,
        .next_alarm = w->next_alarm,
        .next_ref = w->next_ref,
        .incident_number = w->incident_number,
        .report_number = w->report_number,
        .automation_stopped = w->automation_stopped,
        .ids_overflowed = w->ids.overflowed,
        .city_name = w->city_name,
        .city_name_en = w->city_name_en,
        .district_bits = w->district_bits,
        .has_plan = w->plan.id.len > 0,
        .plan = w->plan,
        .seats = { .at = w->seats, .count = w->seat_count },
        .roads = { .at = roads, .count = count },
        .next_road = w->next_road,
        .road_change = w->road_change,
        .road_weights = w->road_weights,
        .circles = { .at = w->circles, .count = w->circle_count },
        .zone_reach_m = w->zone_reach_m,
        .road_speeds = w->road_speeds,
        .road_hour = w->road_hour,
    };
    pack_struct(b, &snapshot_head_shape, &head);
}

static void put_city(struct buf *b, const struct world *w)
{
    put_section(b, &capability_word_shape, w->capabilities, w->capability_count);
    put_section(b, &offset_shape, w->offsets, w->offset_count);
    put_section(b, &zone_shape, w->zones, w->zone_count);
    put_section(b, &zone_ring_shape, w->rings, w->ring_count);
    put_section(b, &premise_shape, w->premises, w->premise_count);
    put_section(b, &incident_type_shape, w->types, w->type_count);
    put_section(b, &unit_shape, w->units, w->unit_count);
    /* Users never depart: their slot is their number. */
    put_section(b, &user_shape, w->users, w->users_pool.used);
}

/* Reports and assignments stand in the order in which they hang on their incidents, so that the
 * chains come back as they were; reports without one follow. */
static void put_work(struct buf *b, const struct world *w)
{
    uint32_t k = 0;
    put_u64(b, w->incidents_pool.live);
    for (const struct incident *i; (i = world_next_of_incidents(w, &k)) != NULL;) {
        pack_struct(b, &incident_shape, i);
    }
    put_u64(b, w->reports_pool.live);
    k = 0;
    for (const struct incident *i; (i = world_next_of_incidents(w, &k)) != NULL;) {
        for (const struct report *r = incident_first_report(w, i); r != NULL;
             r = report_next(w, r)) {
            pack_struct(b, &report_shape, r);
        }
    }
    k = 0;
    for (const struct report *r; (r = world_next_of_reports(w, &k)) != NULL;) {
        if (r->incident.n == 0) {
            pack_struct(b, &report_shape, r);
        }
    }
    put_u64(b, w->assignments_pool.live);
    k = 0;
    for (const struct incident *i; (i = world_next_of_incidents(w, &k)) != NULL;) {
        for (const struct assignment *a = incident_first_assignment(w, i); a != NULL;
             a = assignment_next(w, a)) {
            pack_struct(b, &assignment_shape, a);
        }
    }
}

static void put_alarms(struct buf *b, const struct world *w)
{
    uint32_t k = 0;
    put_u64(b, w->alarms_pool.live);
    for (const struct alarm *a; (a = world_next_of_alarms(w, &k)) != NULL;) {
        pack_struct(b, &alarm_shape, a);
    }
}

static void put_points(struct buf *b, const struct world *w)
{
    put_u64(b, w->point_count);
    for (uint32_t k = 0; k < w->point_count; k++) {
        put_u64(b, (uint64_t)(uint32_t)w->points[k].lon_e7 << 32 | (uint32_t)w->points[k].lat_e7);
    }
}

/* The order of a unit's stack, the active one first in a number of its own. */
static void put_stacks(struct buf *b, const struct world *w)
{
    for (uint32_t k = 0; k < w->unit_count; k++) {
        const struct unit *u = &w->units[k];
        const struct assignment *active = unit_active(w, u);
        uint64_t count = 0;
        for (const struct assignment *a = unit_first_assignment(w, u); a != NULL;
             a = assignment_next_of_unit(w, a)) {
            count++;
        }
        put_u64(b, active != NULL ? active->id.n : 0);
        put_u64(b, count);
        for (const struct assignment *a = unit_first_assignment(w, u); a != NULL;
             a = assignment_next_of_unit(w, a)) {
            put_u64(b, a->id.n);
        }
    }
}

static void put_ids(struct buf *b, const struct world *w)
{
    const struct command_ring *r = &w->ids;
    uint64_t count = r->last - r->first;
    put_u64(b, count);
    char *at = buf_room(b, count * SNAPSHOT_ID_BYTES);
    if (at == NULL) {
        return;
    }
    for (uint64_t n = r->first; n < r->last; n++) {
        const struct command_memory *m = &r->at[n % r->cap];
        at = set_u64(set_u64(at, m->key[0]), m->key[1]);
        at = set_u64(set_u64(at, m->content[0]), m->content[1]);
        at = set_u64(set_u64(at, m->seq), (uint64_t)m->at);
        memcpy(at, m->hash8, sizeof(m->hash8));
        at += sizeof(m->hash8);
    }
    buf_took(b, count * SNAPSHOT_ID_BYTES);
}

static void put_leaving(struct buf *b, const struct world *w)
{
    const struct leaving_queue *q = &w->leaving;
    put_u64(b, q->last - q->first);
    for (uint64_t n = q->first; n < q->last; n++) {
        const struct leaving *l = &q->at[n % q->cap];
        put_u64(b, (uint64_t)l->at);
        put_u64(b, (uint64_t)l->table << 32 | l->id);
    }
}

void snapshot_write(struct buf *b, const struct world *w, const struct side *side)
{
    static const uint8_t version[4] = { SNAPSHOT_VERSION, 0, 0, 0 };
    buf_add(b, SNAPSHOT_MAGIC, SNAPSHOT_MAGIC_SIZE);
    buf_add(b, version, sizeof(version));
    put_u64(b, w->seq);
    buf_add(b, w->hash.at, sizeof(w->hash.at));
    pack_shape_table(b, snapshot_shapes, SNAPSHOT_SHAPES);
    put_head(b, w);
    put_city(b, w);
    put_work(b, w);
    put_alarms(b, w);
    put_points(b, w);
    put_stacks(b, w);
    put_ids(b, w);
    put_leaving(b, w);
    put_u64(b, side != NULL ? 1 : 0);
    if (side != NULL) {
        side_write(b, side, w);
    }
}
