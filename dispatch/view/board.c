#include "dispatch/view/board.h"

#include "dispatch/codec/json_out.h"

/* A zone without what only the world's geometry needs. */
static const struct field zone_seen_fields[] = {
    FIELD(zone, id, F_ID, .letter = ID_LETTER_ZONE),
    FIELD(zone, code, F_TEXT),
    FIELD(zone, name_zh, F_TEXT),
    FIELD(zone, name_en, F_TEXT),
    FIELD(zone, kind, F_WORD_ONE, .words = &zone_kind_words),
    FIELD(zone, parent, F_ID, .letter = ID_LETTER_ZONE),
};
static const struct shape zone_seen_shape = { "zone_seen", zone_seen_fields,
                                              sizeof(zone_seen_fields) /
                                                  sizeof(zone_seen_fields[0]),
                                              sizeof(struct zone) };

/* What a screen needs of a rule to say why an incident has its tier. */
static const struct field rule_seen_fields[] = {
    FIELD(plan_rule, id, F_STR),
    FIELD(plan_rule, name_zh, F_STR),
    FIELD(plan_rule, name_en, F_STR),
};
static const struct shape rule_seen_shape = { "rule_seen", rule_seen_fields,
                                              sizeof(rule_seen_fields) /
                                                  sizeof(rule_seen_fields[0]),
                                              sizeof(struct plan_rule) };
static const struct field plan_seen_fields[] = {
    FIELD(plan, id, F_STR),
    FIELD(plan, version, F_UINT),
    FIELD(plan, name_zh, F_STR),
    FIELD(plan, name_en, F_STR),
    FIELD(plan, rules, F_LIST, .sub = &rule_seen_shape),
};
static const struct shape plan_seen_shape = { "plan_seen", plan_seen_fields,
                                              sizeof(plan_seen_fields) /
                                                  sizeof(plan_seen_fields[0]),
                                              sizeof(struct plan) };

void board_stand(struct buf *b, const struct world *w)
{
    buf_text(b, "\"seq\":");
    buf_u64(b, w->seq);
    buf_text(b, ",\"hash\":\"");
    buf_hex(b, w->hash.at, 8);
    buf_char(b, '"');
}

void board_city(struct buf *b, const struct viewer *v)
{
    const struct world *w = v->world;
    const struct json_out opt = { .world = v->name, .privacy_max = TACTICAL };
    buf_text(b, "{\"name\":");
    buf_json_str(b, text_str(&w->city_name));
    buf_text(b, ",\"name_en\":");
    buf_json_str(b, text_str(&w->city_name_en));
    buf_text(b, ",\"capabilities\":[");
    for (uint32_t k = 0; k < w->capability_count; k++) {
        buf_text(b, k > 0 ? "," : "");
        buf_json_str(b, text_str(&w->capabilities[k]));
    }
    buf_text(b, "],\"zones\":[");
    for (uint32_t k = 0; k < w->zone_count; k++) {
        buf_text(b, k > 0 ? "," : "");
        json_out_struct(b, &zone_seen_shape, &w->zones[k], &opt);
    }
    buf_text(b, "],\"types\":[");
    for (uint32_t k = 0; k < w->type_count; k++) {
        buf_text(b, k > 0 ? "," : "");
        json_out_struct(b, &incident_type_shape, &w->types[k], &opt);
    }
    buf_text(b, "],\"offsets\":[");
    for (uint32_t k = 0; k < w->offset_count; k++) {
        buf_text(b, k > 0 ? "," : "");
        json_out_struct(b, &offset_shape, &w->offsets[k], &opt);
    }
    buf_text(b, "]}");
}

static void put_ring(struct buf *b, const struct world *w, const struct zone_ring *r)
{
    const struct point *at = &w->points[r->first];
    bool closed = r->count > 0 && at[0].lon_e7 == at[r->count - 1].lon_e7 &&
                  at[0].lat_e7 == at[r->count - 1].lat_e7;
    uint32_t count = r->count > 0 && !closed ? r->count + 1 : r->count;
    buf_char(b, '[');
    for (uint32_t k = 0; k < count; k++) {
        const struct point *p = &at[k < r->count ? k : 0];
        buf_text(b, k > 0 ? ",[" : "[");
        json_out_deg(b, p->lon_e7);
        buf_char(b, ',');
        json_out_deg(b, p->lat_e7);
        buf_char(b, ']');
    }
    buf_char(b, ']');
}

/* Each outer ring begins a polygon, to which the holes behind it belong. */
static void put_polygons(struct buf *b, const struct world *w, const struct zone *z)
{
    buf_char(b, '[');
    for (uint32_t n = 0; n < z->ring_count; n++) {
        const struct zone_ring *r = &w->rings[z->first_ring + n];
        buf_text(b, n == 0 ? "[" : (r->hole ? "," : "],["));
        put_ring(b, w, r);
    }
    buf_text(b, z->ring_count > 0 ? "]]" : "]");
}

void board_city_geojson(struct buf *b, const struct viewer *v)
{
    const struct world *w = v->world;
    const struct json_out opt = { .world = v->name, .privacy_max = TACTICAL };
    const char *before = "";
    buf_text(b, "{\"type\":\"FeatureCollection\",");
    board_stand(b, w);
    buf_text(b, ",\"features\":[");
    for (uint32_t k = 0; k < w->zone_count; k++) {
        const struct zone *z = &w->zones[k];
        if (z->ring_count == 0) {
            continue;
        }
        buf_text(b, before);
        before = ",";
        buf_text(b, "{\"type\":\"Feature\",\"id\":");
        json_out_id(b, v->name, ID_LETTER_ZONE, z->id.n);
        buf_text(b, ",\"geometry\":{\"type\":\"MultiPolygon\",\"coordinates\":");
        put_polygons(b, w, z);
        buf_text(b, "},\"properties\":");
        json_out_struct(b, &zone_seen_shape, z, &opt);
        buf_char(b, '}');
    }
    buf_text(b, "]}");
}

/* The plan by name, and for operations its rules by theirs; the whole text is read with /plans. */
/* The learned speeds in use and their hour; nothing where there are none. */
static void put_speeds(struct buf *b, const struct world *w)
{
    if (w->road_speeds.len > 0) {
        buf_text(b, ",\"road_speeds\":{\"version\":");
        buf_json_str(b, text_str(&w->road_speeds));
        buf_text(b, ",\"hour\":");
        buf_u64(b, w->road_hour);
        buf_char(b, '}');
    }
}

static void put_plan(struct buf *b, const struct viewer *v)
{
    const struct plan *p = &v->world->plan;
    struct plan named = {
        .id = p->id, .version = p->version, .name_zh = p->name_zh, .name_en = p->name_en
    };
    if (v->audience == AUDIENCE_OPERATIONS) {
        named.rules = p->rules;
    }
    json_out_struct(b, &plan_seen_shape, &named, &(struct json_out){ .world = v->name });
}

static void put_incidents(struct buf *b, const struct viewer *v)
{
    const char *before = "";
    uint32_t k = 0;
    for (const struct incident *i; (i = world_next_of_incidents(v->world, &k)) != NULL;) {
        if (incident_lives(v, i) && viewer_sees_incident(v, i)) {
            buf_text(b, before);
            show_incident(b, v, i);
            before = ",";
        }
    }
}

/* Not settled: its incident, if it has one, is open. */
static bool report_open(const struct viewer *v, const struct report *r)
{
    const struct incident *i = world_incident(v->world, r->incident);
    return r->status != REPORT_SETTLED && (i == NULL || incident_lives(v, i)) &&
           viewer_sees_report(v, r);
}

static void put_reports(struct buf *b, const struct viewer *v)
{
    const char *before = "";
    uint32_t k = 0;
    for (const struct report *r; (r = world_next_of_reports(v->world, &k)) != NULL;) {
        if (report_open(v, r)) {
            buf_text(b, before);
            show_report(b, v, r);
            before = ",";
        }
    }
}

static void put_assignments(struct buf *b, const struct viewer *v)
{
    const char *before = "";
    uint32_t k = 0;
    if (v->audience == AUDIENCE_REDACTED) {
        return;
    }
    for (const struct assignment *a; (a = world_next_of_assignments(v->world, &k)) != NULL;) {
        const struct incident *i =
            assignment_lives(a) ? world_incident(v->world, a->incident) : NULL;
        if (i != NULL && incident_lives(v, i) && viewer_sees_incident(v, i)) {
            buf_text(b, before);
            show_assignment(b, v, a);
            before = ",";
        }
    }
}

static void put_units(struct buf *b, const struct viewer *v, const struct board_live *live)
{
    const char *before = "";
    for (uint32_t k = 0; k < v->world->unit_count; k++) {
        const struct unit *u = &v->world->units[k];
        struct fix fix;
        bool mine = v->audience == AUDIENCE_UNIT && u->id.n == v->unit.n;
        if (v->audience != AUDIENCE_OPERATIONS && !mine) {
            continue;
        }
        buf_text(b, before);
        before = ",";
        show_unit(b, v, u, live->fix != NULL && live->fix(live->arg, u->id.n, &fix) ? &fix : NULL,
                  live->now, false);
    }
}

static void put_seats(struct buf *b, const struct viewer *v)
{
    for (uint32_t k = 0; k < v->world->seat_count; k++) {
        buf_text(b, k > 0 ? "," : "");
        show_seat(b, v, &v->world->seats[k]);
    }
}

static void put_roads(struct buf *b, const struct viewer *v)
{
    const char *before = "";
    uint32_t k = 0;
    for (const struct road_notice *r; (r = world_next_of_roads(v->world, &k)) != NULL;) {
        buf_text(b, before);
        show_road(b, v, r);
        before = ",";
    }
}

static void put_alarms(struct buf *b, const struct viewer *v)
{
    const char *before = "";
    uint32_t k = 0;
    for (const struct alarm *a; (a = world_next_of_alarms(v->world, &k)) != NULL;) {
        if (viewer_sees_alarm(v, a)) {
            buf_text(b, before);
            show_alarm(b, v, a);
            before = ",";
        }
    }
}

static bool asks(const struct board_live *live, enum topic topic)
{
    return (live->topics >> topic & 1) != 0;
}

static void put_work(struct buf *b, const struct viewer *v)
{
    buf_text(b, ",\"incidents\":[");
    put_incidents(b, v);
    buf_text(b, "],\"reports\":[");
    put_reports(b, v);
    buf_text(b, "],\"assignments\":[");
    put_assignments(b, v);
    buf_char(b, ']');
}

void board_snapshot(struct buf *b, const struct viewer *v, const struct board_live *live)
{
    buf_text(b, "{\"clock_rate\":");
    buf_u64(b, live->clock_rate);
    if (v->audience == AUDIENCE_NOBODY) {
        buf_char(b, '}');
        return;
    }
    buf_text(b, ",\"city\":");
    board_city(b, v);
    buf_text(b, ",\"plan\":");
    put_plan(b, v);
    buf_text(b, ",\"automation\":{\"stopped\":");
    buf_text(b, v->world->automation_stopped ? "true}" : "false}");
    if (asks(live, TOPIC_INCIDENTS)) {
        put_work(b, v);
    }
    if (asks(live, TOPIC_UNITS)) {
        buf_text(b, ",\"units\":[");
        put_units(b, v, live);
        buf_char(b, ']');
    }
    if (asks(live, TOPIC_DUTY) && v->audience == AUDIENCE_OPERATIONS) {
        buf_text(b, ",\"seats\":[");
        put_seats(b, v);
        buf_char(b, ']');
    }
    if (asks(live, TOPIC_ROADS)) {
        buf_text(b, ",\"roads\":[");
        put_roads(b, v);
        buf_text(b, "],\"road_change\":");
        buf_u64(b, v->world->road_change);
        buf_text(b, ",\"road_weights\":");
        buf_u64(b, v->world->road_weights);
        put_speeds(b, v->world);
    }
    if (asks(live, TOPIC_ALARMS)) {
        buf_text(b, ",\"alarms\":[");
        put_alarms(b, v);
        buf_char(b, ']');
    }
    buf_char(b, '}');
}
