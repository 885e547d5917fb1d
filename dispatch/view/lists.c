#include "dispatch/view/lists.h"

#include "base/must.h"
#include "dispatch/codec/json_out.h"
#include "dispatch/view/query.h"

#include <stdlib.h>

struct filter {
    uint32_t statuses; /* bits; 0 does not ask */
    uint64_t tier;
    zone_id zone;
    struct str type;
    int64_t since, until;
    uint64_t limit;
    uint32_t cursor; /* number of the last one shown; 0: from the beginning */
};

static enum audience audience_of(uint8_t role)
{
    static const uint8_t audiences[ROLE_COUNT] = {
#define ROLE(NAME, word, zh, en, audience) [ROLE_##NAME] = AUDIENCE_##audience,
#include "dispatch/model/roles.def"
#undef ROLE
    };
    return (enum audience)audiences[role];
}

uint64_t user_zones(const struct world *w, const struct user *u)
{
    uint64_t zones = 1;
    if (u->all_zones) {
        return UINT64_MAX;
    }
    for (uint32_t k = 0; k < u->zone_count; k++) {
        uint64_t mask = world_zone_mask(w, u->zones[k]);
        if (mask == 1 && world_zone(w, u->zones[k]) != NULL) {
            return UINT64_MAX; /* bound to the city itself */
        }
        zones |= mask;
    }
    return zones;
}

struct viewer viewer_of(const struct world *w, struct str name, const struct user *u)
{
    return (struct viewer){ .world = w,
                            .name = name,
                            .audience = audience_of(u->role),
                            .zones = user_zones(w, u),
                            .unit = u->unit };
}

enum err list_zone(const struct reading *r, zone_id *out, struct fault *f)
{
    const struct world *w = r->viewer.world;
    struct str s;
    *out = (zone_id){ 0 };
    if (!query_get(r->query, "zone", &s)) {
        return OK;
    }
    const struct zone *z = world_zone_coded(w, s);
    if (z != NULL) {
        *out = z->id;
        return OK;
    }
    enum err err = query_id(r->query, "zone", r->viewer.name, ID_LETTER_ZONE, &out->n, f);
    if (err == OK && world_zone(w, *out) == NULL) {
        err = fault_field(f, ERR_INVALID, "zone", "no such zone");
    }
    return err;
}

/* "open" or words with commas. */
static enum err statuses(struct str query, const struct words *words, uint32_t open, uint32_t *out,
                         struct fault *f)
{
    struct str s;
    if (!query_get(query, "status", &s)) {
        return OK;
    }
    while (s.len > 0) {
        const char *comma = memchr(s.at, ',', s.len);
        struct str word = { s.at, comma != NULL ? (size_t)(comma - s.at) : s.len };
        uint32_t value;
        if (str_is(word, "open") && open != 0) {
            *out |= open;
        } else if (word_find(words, word, &value)) {
            *out |= UINT32_C(1) << value;
        } else {
            return fault_field(f, ERR_INVALID, "status", "no such status");
        }
        s = comma != NULL ? (struct str){ comma + 1, s.len - word.len - 1 } : (struct str){ 0 };
    }
    return OK;
}

static enum err cursor_of(struct str query, uint32_t *out, struct fault *f)
{
    uint64_t n = 0;
    enum err err = query_u64(query, "cursor", UINT32_MAX, &n, f);
    *out = (uint32_t)n;
    return err;
}

static enum err filter_common(const struct reading *r, struct filter *x, struct fault *f)
{
    *x = (struct filter){ .limit = LIST_ROWS_STANDARD };
    enum err err = query_u64(r->query, "limit", LIST_ROWS_MAX, &x->limit, f);
    if (err == OK && x->limit == 0) {
        err = fault_field(f, ERR_INVALID, "limit", "expected 1 to %d", LIST_ROWS_MAX);
    }
    if (err == OK) {
        err = cursor_of(r->query, &x->cursor, f);
    }
    if (err == OK) {
        err = list_zone(r, &x->zone, f);
    }
    (void)query_get(r->query, "type", &x->type);
    return err;
}

static enum err filter_incidents(const struct reading *r, struct filter *x, struct fault *f)
{
    const uint32_t open = (UINT32_C(1) << INCIDENT_CLOSED) - 1;
    enum err err = filter_common(r, x, f);
    if (err == OK) {
        err = statuses(r->query, &incident_status_words, open, &x->statuses, f);
    }
    if (err == OK) {
        err = query_u64(r->query, "tier", 4, &x->tier, f);
    }
    if (err == OK) {
        err = query_instant(r->query, "since", &x->since, f);
    }
    return err == OK ? query_instant(r->query, "until", &x->until, f) : err;
}

static bool begins(struct str text, struct str with)
{
    return text.len >= with.len && memcmp(text.at, with.at, with.len) == 0;
}

static bool matches(const struct reading *r, const struct filter *x, const struct incident *i)
{
    struct str type = text_str(&i->type_dispatched);
    return (x->statuses == 0 || (x->statuses >> i->status & 1) != 0) &&
           (x->tier == 0 || x->tier == i->tier) &&
           (x->zone.n == 0 || world_zone_within(r->viewer.world, i->place.zone, x->zone)) &&
           (x->type.len == 0 || begins(type, x->type)) &&
           (x->since == 0 || i->opened_at >= x->since) &&
           (x->until == 0 || i->opened_at < x->until) && (x->cursor == 0 || i->id.n < x->cursor) &&
           viewer_sees_incident(&r->viewer, i);
}

static int by_number_down(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;
    return x < y ? 1 : x > y ? -1 : 0;
}

static uint32_t *find_incidents(const struct reading *r, const struct filter *x, uint32_t *count)
{
    const struct world *w = r->viewer.world;
    uint32_t *found = arena_alloc(r->arena, ((size_t)w->incidents_pool.live + 1) * sizeof(*found));
    uint32_t k = 0;
    *count = 0;
    for (const struct incident *i; found != NULL && (i = world_next_of_incidents(w, &k)) != NULL;) {
        if (matches(r, x, i)) {
            found[(*count)++] = i->id.n;
        }
    }
    if (found != NULL) {
        qsort(found, *count, sizeof(*found), by_number_down);
    }
    return found;
}

static enum err no_memory(struct fault *f)
{
    return fault_set(f, ERR_NO_MEMORY, "the answer needs more memory than a read may take", NULL,
                     NULL);
}

static void put_feature(struct buf *b, const struct viewer *v, const struct incident *i)
{
    struct point at;
    buf_text(b, "{\"type\":\"Feature\",\"id\":");
    json_out_id(b, v->name, ID_LETTER_INCIDENT, i->id.n);
    buf_text(b, ",\"geometry\":");
    if (show_point(v, i, &at)) {
        buf_text(b, "{\"type\":\"Point\",\"coordinates\":[");
        json_out_deg(b, at.lon_e7);
        buf_char(b, ',');
        json_out_deg(b, at.lat_e7);
        buf_text(b, "]}");
    } else {
        buf_text(b, "null");
    }
    buf_text(b, ",\"properties\":");
    show_incident_listed(b, v, i);
    buf_char(b, '}');
}

static void begin_list(const struct reading *r, const char *member)
{
    buf_text(r->out, r->geojson ? "{\"type\":\"FeatureCollection\"," : "{");
    board_stand(r->out, r->viewer.world);
    buf_text(r->out, ",\"");
    buf_text(r->out, r->geojson ? "features" : member);
    buf_text(r->out, "\":[");
}

static void end_list(const struct reading *r, uint32_t cursor)
{
    buf_char(r->out, ']');
    if (cursor != 0) {
        buf_text(r->out, ",\"cursor\":\"");
        buf_u64(r->out, cursor);
        buf_char(r->out, '"');
    }
    buf_char(r->out, '}');
}

enum err read_incidents(const struct reading *r, struct fault *f)
{
    struct filter x;
    uint32_t count;
    enum err err = filter_incidents(r, &x, f);
    if (err != OK) {
        return err;
    }
    uint32_t *found = find_incidents(r, &x, &count);
    if (found == NULL) {
        return no_memory(f);
    }
    begin_list(r, "incidents");
    uint32_t shown = count < x.limit ? count : (uint32_t)x.limit;
    for (uint32_t k = 0; k < shown; k++) {
        const struct incident *i = world_incident(r->viewer.world, (incident_id){ found[k] });
        must(i != NULL);
        buf_text(r->out, k > 0 ? "," : "");
        if (r->geojson) {
            put_feature(r->out, &r->viewer, i);
        } else {
            show_incident_listed(r->out, &r->viewer, i);
        }
    }
    end_list(r, shown < count ? found[shown - 1] : 0);
    return OK;
}

enum err read_incident(const struct reading *r, struct fault *f)
{
    const struct viewer *v = &r->viewer;
    const struct incident *i = world_incident(v->world, (incident_id){ r->number });
    const char *before = "";
    if (i == NULL || !viewer_sees_incident(v, i)) {
        return fault_set(f, ERR_NOT_FOUND, "no such incident in memory", NULL,
                         "closed incidents leave the memory after 72 hours; read their events");
    }
    if (r->geojson) {
        put_feature(r->out, v, i);
        return OK;
    }
    buf_char(r->out, '{');
    board_stand(r->out, v->world);
    buf_text(r->out, ",\"incident\":");
    show_incident_listed(r->out, v, i);
    buf_text(r->out, ",\"reports\":[");
    for (const struct report *x = incident_first_report(v->world, i); x != NULL;
         x = report_next(v->world, x)) {
        buf_text(r->out, before);
        show_report(r->out, v, x);
        before = ",";
    }
    buf_text(r->out, "],\"assignments\":[");
    before = "";
    for (const struct assignment *a = incident_first_assignment(v->world, i);
         a != NULL && v->audience != AUDIENCE_REDACTED; a = assignment_next(v->world, a)) {
        buf_text(r->out, before);
        show_assignment(r->out, v, a);
        before = ",";
    }
    buf_text(r->out, "]}");
    return OK;
}

static const struct fix *fix_of(const struct reading *r, const struct unit *u, struct fix *fix)
{
    return r->live.fix != NULL && r->live.fix(r->live.arg, u->id.n, fix) ? fix : NULL;
}

static bool sees_unit(const struct viewer *v, const struct unit *u)
{
    return v->audience == AUDIENCE_OPERATIONS ||
           (v->audience == AUDIENCE_UNIT && u->id.n == v->unit.n);
}

static void put_unit(const struct reading *r, const struct unit *u)
{
    struct fix fix;
    const struct fix *at = fix_of(r, u, &fix);
    struct buf *b = r->out;
    if (!r->geojson) {
        show_unit_listed(b, &r->viewer, u, at, r->live.now);
        return;
    }
    buf_text(b, "{\"type\":\"Feature\",\"id\":");
    json_out_id(b, r->viewer.name, ID_LETTER_UNIT, u->id.n);
    buf_text(b, ",\"geometry\":");
    if (at != NULL) {
        buf_text(b, "{\"type\":\"Point\",\"coordinates\":[");
        json_out_deg(b, at->at.lon_e7);
        buf_char(b, ',');
        json_out_deg(b, at->at.lat_e7);
        buf_text(b, "]}");
    } else {
        buf_text(b, "null");
    }
    buf_text(b, ",\"properties\":");
    show_unit_listed(b, &r->viewer, u, at, r->live.now);
    buf_char(b, '}');
}

static bool unit_matches(const struct reading *r, const struct filter *x, const struct unit *u)
{
    struct str type = str_of(word_of(&police_type_words, u->police_type));
    return (x->statuses == 0 || (x->statuses >> u->status & 1) != 0) &&
           (x->zone.n == 0 || world_zone_within(r->viewer.world, u->zone, x->zone)) &&
           (x->type.len == 0 || str_eq(type, x->type)) && u->id.n > x->cursor &&
           sees_unit(&r->viewer, u);
}

enum err read_units(const struct reading *r, struct fault *f)
{
    const struct world *w = r->viewer.world;
    struct filter x;
    uint32_t shown = 0;
    uint32_t cursor = 0;
    if (r->viewer.audience != AUDIENCE_OPERATIONS && r->viewer.audience != AUDIENCE_UNIT) {
        return fault_set(f, ERR_FORBIDDEN, "this role sees no units", NULL, NULL);
    }
    enum err err = filter_common(r, &x, f);
    if (err == OK) {
        err = statuses(r->query, &unit_status_words, 0, &x.statuses, f);
    }
    if (err != OK) {
        return err;
    }
    begin_list(r, "units");
    for (uint32_t k = 0; k < w->unit_count; k++) {
        const struct unit *u = &w->units[k];
        if (!unit_matches(r, &x, u)) {
            continue;
        }
        if (shown == x.limit) {
            cursor = u->id.n - 1;
            break;
        }
        buf_text(r->out, shown++ > 0 ? "," : "");
        put_unit(r, u);
    }
    end_list(r, cursor);
    return OK;
}

enum err read_unit(const struct reading *r, struct fault *f)
{
    const struct unit *u = world_unit(r->viewer.world, (unit_id){ r->number });
    if (u == NULL || !sees_unit(&r->viewer, u)) {
        return fault_set(f, ERR_NOT_FOUND, "no such unit", NULL, NULL);
    }
    if (r->geojson) {
        put_unit(r, u);
        return OK;
    }
    buf_char(r->out, '{');
    board_stand(r->out, r->viewer.world);
    buf_text(r->out, ",\"unit\":");
    put_unit(r, u);
    buf_char(r->out, '}');
    return OK;
}

enum err read_alarms(const struct reading *r, struct fault *f)
{
    const char *before = "";
    uint32_t k = 0;
    if (r->viewer.audience != AUDIENCE_OPERATIONS) {
        return fault_set(f, ERR_FORBIDDEN, "this role sees no alarms", NULL, NULL);
    }
    buf_char(r->out, '{');
    board_stand(r->out, r->viewer.world);
    buf_text(r->out, ",\"alarms\":[");
    for (const struct alarm *a; (a = world_next_of_alarms(r->viewer.world, &k)) != NULL;) {
        if (viewer_sees_alarm(&r->viewer, a)) {
            buf_text(r->out, before);
            show_alarm(r->out, &r->viewer, a);
            before = ",";
        }
    }
    buf_text(r->out, "]}");
    return OK;
}

enum err read_plans(const struct reading *r, struct fault *f)
{
    const struct world *w = r->viewer.world;
    if (r->viewer.audience != AUDIENCE_OPERATIONS && r->viewer.audience != AUDIENCE_REDACTED) {
        return fault_set(f, ERR_FORBIDDEN, "this role sees no plans", NULL, NULL);
    }
    buf_char(r->out, '{');
    board_stand(r->out, w);
    buf_text(r->out, ",\"plans\":[");
    if (w->plan.id.len > 0) {
        const struct json_out opt = { .world = r->viewer.name, .privacy_max = TACTICAL };
        json_out_struct(r->out, &plan_shape, &w->plan, &opt);
    }
    buf_text(r->out, w->automation_stopped ? "],\"automation\":{\"stopped\":true}}"
                                           : "],\"automation\":{\"stopped\":false}}");
    return OK;
}

enum err read_city(const struct reading *r, struct fault *f)
{
    if (r->viewer.audience == AUDIENCE_NOBODY) {
        return fault_set(f, ERR_FORBIDDEN, "this role sees no city data", NULL, NULL);
    }
    if (r->geojson) {
        board_city_geojson(r->out, &r->viewer);
        return OK;
    }
    buf_char(r->out, '{');
    board_stand(r->out, r->viewer.world);
    buf_text(r->out, ",\"city\":");
    board_city(r->out, &r->viewer);
    buf_char(r->out, '}');
    return OK;
}
