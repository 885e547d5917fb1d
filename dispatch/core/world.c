/* Memory layout, finders and iteration. Changes are in change.c and evolve_*.c. */
#include "dispatch/core/world.h"

#include "base/geo.h"
#include "base/hash.h"
#include "dispatch/core/pool.h"
#include "dispatch/plan/clocks.h"
#include "dispatch/plan/spare.h"

#define ALIGN 64u

static uint32_t power_of_two(uint32_t n)
{
    uint32_t p = 16;
    while (p < n) {
        p *= 2;
    }
    return p;
}

static size_t aligned(size_t n)
{
    return (n + ALIGN - 1) / ALIGN * ALIGN;
}

/* Walks the block in a fixed order: with a world it hands the pieces out, without it only adds up.
 */
struct cutter {
    char *at;
    size_t used;
};

static void *cut(struct cutter *c, size_t count, size_t size)
{
    void *piece = c->at != NULL ? c->at + c->used : NULL;
    c->used += aligned(count * size);
    return piece;
}

static void cut_pool(struct cutter *c, struct pool *p, uint32_t cap)
{
    uint32_t heads = power_of_two(cap);
    p->cap = cap;
    p->mask = heads - 1;
    p->heads = cut(c, heads, sizeof(uint32_t));
}

static void cut_world(struct cutter *c, struct world *w, const struct world_limits *l)
{
    w->capabilities = cut(c, CAPABILITIES_MAX, sizeof(*w->capabilities));
    w->offsets = cut(c, l->offsets, sizeof(*w->offsets));
    w->zones = cut(c, l->zones, sizeof(*w->zones));
    w->rings = cut(c, l->rings, sizeof(*w->rings));
    w->points = cut(c, l->points, sizeof(*w->points));
    w->zone_index.edge_boxes =
        cut(c, zone_index_edge_boxes(l->points, l->rings), sizeof(*w->zone_index.edge_boxes));
    w->zone_index.ring_boxes = cut(c, l->rings, sizeof(*w->zone_index.ring_boxes));
    w->zone_index.zone_boxes =
        cut(c, zone_index_zone_boxes(l->zones), sizeof(*w->zone_index.zone_boxes));
    w->zone_index.order = cut(c, l->zones, sizeof(*w->zone_index.order));
    w->premises = cut(c, l->premises, sizeof(*w->premises));
    w->types = cut(c, l->types, sizeof(*w->types));
    w->circles = cut(c, CIRCLES_MAX, sizeof(*w->circles));
    w->units = cut(c, l->units, sizeof(*w->units));
    w->users = cut(c, l->users, sizeof(*w->users));
    w->reports = cut(c, l->reports, sizeof(*w->reports));
    w->incidents = cut(c, l->incidents, sizeof(*w->incidents));
    w->assignments = cut(c, l->assignments, sizeof(*w->assignments));
    w->alarms = cut(c, l->alarms, sizeof(*w->alarms));
    w->seats = cut(c, SEATS_MAX, sizeof(*w->seats));
    w->roads = cut(c, l->roads, sizeof(*w->roads));
    cut_pool(c, &w->users_pool, l->users);
    cut_pool(c, &w->reports_pool, l->reports);
    cut_pool(c, &w->incidents_pool, l->incidents);
    cut_pool(c, &w->assignments_pool, l->assignments);
    cut_pool(c, &w->alarms_pool, l->alarms);
    w->ids.cap = l->command_ids;
    w->ids.mask = power_of_two(l->command_ids * 2) - 1;
    w->ids.at = cut(c, l->command_ids, sizeof(*w->ids.at));
    w->ids.table = cut(c, (size_t)w->ids.mask + 1, sizeof(*w->ids.table));
    w->due.cap =
        l->incidents + l->reports + l->assignments + l->alarms + SEATS_MAX + l->roads + l->units;
    w->due.at = cut(c, w->due.cap, sizeof(*w->due.at));
    w->leaving.cap = 2 * (l->incidents + l->reports);
    w->leaving.at = cut(c, w->leaving.cap, sizeof(*w->leaving.at));
}

size_t world_size(const struct world_limits *limits)
{
    struct world scratch = { 0 };
    struct cutter c = { 0 };
    cut_world(&c, &scratch, limits);
    return c.used;
}

void world_init(struct world *w, const struct world_limits *limits, void *memory)
{
    *w = (struct world){ .limits = *limits };
    struct cutter c = { .at = memory };
    cut_world(&c, w, limits);
    arena_init(&w->plan_memory, (size_t)64 << 20);
    w->next_incident = w->next_report = w->next_assignment = w->next_alarm = 1;
    w->next_road = 1;
    w->next_ref = 1;
    w->district_bits = 1;
}

void world_fini(struct world *w)
{
    arena_fini(&w->plan_memory);
}

/* Numbers are given one after the other, so that they are their own best hash: neighbours in time
 * are neighbours in memory. */
#define FIND(table, pool_, n_)                                      \
    do {                                                            \
        uint32_t slot = w->pool_.heads[(n_)&w->pool_.mask];         \
        while (slot != 0 && w->table[slot - 1].id.n != (n_)) {      \
            slot = w->table[slot - 1].next_hash;                    \
        }                                                           \
        return slot != 0 && (n_) != 0 ? &w->table[slot - 1] : NULL; \
    } while (0)

struct incident *world_incident(const struct world *w, incident_id id)
{
    FIND(incidents, incidents_pool, id.n);
}

struct report *world_report(const struct world *w, report_id id)
{
    FIND(reports, reports_pool, id.n);
}

struct assignment *world_assignment(const struct world *w, assignment_id id)
{
    FIND(assignments, assignments_pool, id.n);
}

struct unit *world_unit(const struct world *w, unit_id id)
{
    return id.n >= 1 && id.n <= w->unit_count ? &w->units[id.n - 1] : NULL;
}

struct zone *world_zone(const struct world *w, zone_id id)
{
    return id.n >= 1 && id.n <= w->zone_count ? &w->zones[id.n - 1] : NULL;
}

struct user *world_user(const struct world *w, struct str name)
{
    uint32_t slot = w->users_pool.heads[pool_hash_str(name) & w->users_pool.mask];
    while (slot != 0 && !str_eq(text_str(&w->users[slot - 1].name), name)) {
        slot = w->users[slot - 1].next_hash;
    }
    return slot != 0 ? &w->users[slot - 1] : NULL;
}

struct alarm *world_alarm_of(const struct world *w, const struct alarm *key)
{
    uint32_t slot = w->alarms_pool.heads[pool_hash_alarm(key) & w->alarms_pool.mask];
    while (slot != 0 && !pool_alarm_same(&w->alarms[slot - 1], key)) {
        slot = w->alarms[slot - 1].next_hash;
    }
    return slot != 0 ? &w->alarms[slot - 1] : NULL;
}

/* A walk: asked for by people and clocks, not by the road of a report. */
struct alarm *world_alarm(const struct world *w, alarm_id id)
{
    uint32_t k = 0;
    for (struct alarm *a; (a = world_next_of_alarms(w, &k)) != NULL;) {
        if (a->id.n == id.n) {
            return a;
        }
    }
    return NULL;
}

struct road_notice *world_road(const struct world *w, road_id id)
{
    for (uint32_t k = 0; id.n != 0 && k < w->limits.roads; k++) {
        if (w->roads[k].id.n == id.n) {
            return &w->roads[k];
        }
    }
    return NULL;
}

struct seat *world_seat(const struct world *w, seat_id id)
{
    return id.n >= 1 && id.n <= w->seat_count ? &w->seats[id.n - 1] : NULL;
}

struct seat *world_seat_coded(const struct world *w, struct str code)
{
    for (uint32_t i = 0; i < w->seat_count; i++) {
        if (str_eq(text_str(&w->seats[i].code), code)) {
            return &w->seats[i];
        }
    }
    return NULL;
}

const struct incident_type *world_type(const struct world *w, struct str code)
{
    for (uint32_t i = 0; i < w->type_count; i++) {
        if (str_eq(text_str(&w->types[i].code), code)) {
            return &w->types[i];
        }
    }
    return NULL;
}

/* Of the four levels of a code so many that `type` stands for all below them; 0: it does not stand
 * for `code`. */
static uint32_t levels_shared(struct str type, struct str code)
{
    uint32_t levels = 0;
    bool open = true; /* "00" closes: what follows is not divided further */
    for (size_t at = 0; at + 2 <= type.len && at + 2 <= code.len; at += 3) {
        bool rest = type.at[at] == '0' && type.at[at + 1] == '0';
        if (!rest && (!open || memcmp(type.at + at, code.at + at, 2) != 0)) {
            return 0;
        }
        open = !rest;
        levels += rest ? 0 : 1;
    }
    return levels;
}

uint32_t world_work_ms(const struct world *w, const struct incident *i)
{
    struct str code = text_str(&i->type_dispatched);
    uint32_t best = 0;
    uint32_t ms = SPARE_SCENE_MS;
    for (uint32_t k = 0; k < w->type_count; k++) {
        const struct incident_type *t = &w->types[k];
        uint32_t levels = t->scene_min != 0 ? levels_shared(text_str(&t->code), code) : 0;
        if (levels > best) {
            best = levels;
            ms = (uint32_t)t->scene_min * 60000;
        }
    }
    return ms;
}

struct unit *world_unit_called(const struct world *w, struct str callsign)
{
    for (uint32_t i = 0; i < w->unit_count; i++) {
        if (str_eq(text_str(&w->units[i].callsign), callsign)) {
            return &w->units[i];
        }
    }
    return NULL;
}

struct zone *world_zone_coded(const struct world *w, struct str code)
{
    for (uint32_t i = 0; i < w->zone_count; i++) {
        if (str_eq(text_str(&w->zones[i].code), code)) {
            return &w->zones[i];
        }
    }
    return NULL;
}

uint64_t world_capability(const struct world *w, struct str word)
{
    for (uint32_t i = 0; i < w->capability_count; i++) {
        if (str_eq(text_str(&w->capabilities[i]), word)) {
            return UINT64_C(1) << i;
        }
    }
    return 0;
}

/* A cheap look that lets most premises go: 1e-7 degree of latitude is more than 11 mm. */
static bool too_far_north(const struct premise *m, struct point p)
{
    int64_t apart_e7 = (int64_t)m->lat_e7 - p.lat_e7;
    return (apart_e7 < 0 ? -apart_e7 : apart_e7) * 11 / 1000 > (int64_t)m->radius_m;
}

uint32_t world_flags_at(const struct world *w, struct point p)
{
    uint32_t flags = 0;
    for (uint32_t i = 0; i < w->premise_count; i++) {
        const struct premise *m = &w->premises[i];
        if (too_far_north(m, p)) {
            continue;
        }
        struct point at = { m->lon_e7, m->lat_e7 };
        if (geo_distance_mm(at, p) / 1000 <= m->radius_m) {
            flags |= m->flags;
        }
    }
    return flags;
}

uint64_t world_zone_mask(const struct world *w, zone_id id)
{
    const struct zone *z = world_zone(w, id);
    return UINT64_C(1) << (z != NULL ? z->bit : 0);
}

bool world_zone_within(const struct world *w, zone_id zone, zone_id outer)
{
    for (const struct zone *z = world_zone(w, zone); z != NULL; z = world_zone(w, z->parent)) {
        if (z->id.n == outer.n) {
            return true;
        }
    }
    return false;
}

bool world_user_covers(const struct world *w, const struct user *u, zone_id zone)
{
    bool within = u->all_zones;
    for (uint32_t k = 0; k < u->zone_count && !within; k++) {
        within = world_zone_within(w, zone, u->zones[k]);
    }
    return within;
}

int64_t world_local(const struct world *w, int64_t at)
{
    int64_t shift = 0;
    for (uint32_t i = 0; i < w->offset_count && w->offsets[i].from <= at; i++) {
        shift = w->offsets[i].offset_min * US_PER_MIN;
    }
    return at + shift;
}

struct number world_next_number(const struct world *w, struct number last, int64_t at)
{
    struct civil day;
    civil_of(world_local(w, at), &day);
    uint32_t date = (uint32_t)(day.year * 10000 + day.month * 100 + day.day);
    struct number next = { .date = date, .count = last.date == date ? last.count + 1 : 1 };
    next.count = number_is_paper(next) ? PAPER_COUNT_LAST + 1 : next.count;
    return next;
}

uint32_t world_zone_codes(const struct world *w, zone_id zone, struct str codes[ZONE_DEPTH_MAX])
{
    uint32_t count = 0;
    for (const struct zone *z = world_zone(w, zone); z != NULL && count < ZONE_DEPTH_MAX;
         z = world_zone(w, z->parent)) {
        codes[count++] = text_str(&z->code);
    }
    return count;
}

static struct plan_clocks clocks(const struct world *w, struct str type, zone_id zone, uint8_t tier)
{
    struct str codes[ZONE_DEPTH_MAX];
    const struct clocks_for asked = {
        .type = type, .zones = codes, .zone_count = world_zone_codes(w, zone, codes), .tier = tier
    };
    return plan_clocks_for(&w->plan, &asked);
}

struct plan_clocks world_clocks(const struct world *w, const struct incident *i, uint8_t tier)
{
    return clocks(w, text_str(&i->type_dispatched), i->place.zone, tier);
}

struct plan_clocks world_clocks_of_report(const struct world *w, const struct report *r)
{
    return clocks(w, text_str(&r->type), r->place.zone, 0);
}

#define NEXT(table, pool_)                                     \
    do {                                                       \
        while (*i < w->pool_.used && w->table[*i].id.n == 0) { \
            (*i)++;                                            \
        }                                                      \
        return *i < w->pool_.used ? &w->table[(*i)++] : NULL;  \
    } while (0)

struct incident *world_next_of_incidents(const struct world *w, uint32_t *i)
{
    NEXT(incidents, incidents_pool);
}

struct report *world_next_of_reports(const struct world *w, uint32_t *i)
{
    NEXT(reports, reports_pool);
}

struct assignment *world_next_of_assignments(const struct world *w, uint32_t *i)
{
    NEXT(assignments, assignments_pool);
}

struct alarm *world_next_of_alarms(const struct world *w, uint32_t *i)
{
    NEXT(alarms, alarms_pool);
}

struct user *world_next_of_users(const struct world *w, uint32_t *i)
{
    NEXT(users, users_pool);
}

struct road_notice *world_next_of_roads(const struct world *w, uint32_t *i)
{
    while (*i < w->limits.roads) {
        struct road_notice *r = &w->roads[(*i)++];
        if (r->id.n != 0) {
            return r;
        }
    }
    return NULL;
}

bool unit_alerted(const struct unit *u, incident_id incident)
{
    for (uint8_t k = 0; k < u->alert_count; k++) {
        if (u->alerts[k].incident.n == incident.n) {
            return true;
        }
    }
    return false;
}

bool assignment_unsettled(const struct assignment *a)
{
    return a->status >= ASSIGNMENT_CLEARED && (a->changes != 0 || a->safety_due_at != 0);
}

bool incident_unsettled(const struct world *w, const struct incident *i)
{
    for (const struct assignment *a = incident_first_assignment(w, i); a != NULL;
         a = assignment_next(w, a)) {
        if (i->status >= INCIDENT_CLOSED && assignment_unsettled(a)) {
            return true;
        }
    }
    return false;
}

struct report *incident_first_report(const struct world *w, const struct incident *i)
{
    return i->first_report != 0 ? &w->reports[i->first_report - 1] : NULL;
}

struct report *report_next(const struct world *w, const struct report *r)
{
    return r->next_in_incident != 0 ? &w->reports[r->next_in_incident - 1] : NULL;
}

struct assignment *incident_first_assignment(const struct world *w, const struct incident *i)
{
    return i->first_assignment != 0 ? &w->assignments[i->first_assignment - 1] : NULL;
}

struct assignment *assignment_next(const struct world *w, const struct assignment *a)
{
    return a->next_in_incident != 0 ? &w->assignments[a->next_in_incident - 1] : NULL;
}

struct assignment *unit_first_assignment(const struct world *w, const struct unit *u)
{
    return u->first_assignment != 0 ? &w->assignments[u->first_assignment - 1] : NULL;
}

struct assignment *assignment_next_of_unit(const struct world *w, const struct assignment *a)
{
    return a->next_of_unit != 0 ? &w->assignments[a->next_of_unit - 1] : NULL;
}

struct assignment *unit_active(const struct world *w, const struct unit *u)
{
    return u->active != 0 ? &w->assignments[u->active - 1] : NULL;
}
