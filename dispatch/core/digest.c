#include "dispatch/core/digest.h"

#include "base/hash.h"
#include "base/must.h"

static uint64_t read_uint(const char *at, uint32_t size)
{
    uint64_t v = 0;
    uint8_t v8;
    uint16_t v16;
    uint32_t v32;
    switch (size) {
    case 1:
        memcpy(&v8, at, 1);
        return v8;
    case 2:
        memcpy(&v16, at, 2);
        return v16;
    case 4:
        memcpy(&v32, at, 4);
        return v32;
    default:
        must(size == 8);
        memcpy(&v, at, 8);
        return v;
    }
}

static uint64_t mix_bytes(uint64_t h, const char *at, size_t len)
{
    while (len >= 8) {
        h = hash_mix(h ^ read_uint(at, 8));
        at += 8;
        len -= 8;
    }
    uint64_t tail = (uint64_t)len << 56;
    if (len > 0) {
        memcpy(&tail, at, len); /* little ends only: the byte order is checked by configure */
    }
    return hash_mix(h ^ tail ^ UINT64_C(0x9e3779b97f4a7c15));
}

static uint64_t mix_shape(uint64_t h, const struct shape *s, const char *base);

static uint64_t mix_array(uint64_t h, const struct field *f, const char *base)
{
    uint64_t count = read_uint(base + f->count_offset, f->count_size);
    h = hash_mix(h ^ count);
    for (uint64_t i = 0; i < count; i++) {
        h = mix_shape(h, f->sub, base + f->offset + i * f->sub->size);
    }
    return h;
}

static uint64_t mix_field(uint64_t h, const struct field *f, const char *base)
{
    const char *at = base + f->offset;
    switch (f->type) {
    case F_BOOL:
    case F_NOT:
    case F_UINT:
    case F_INT:
    case F_INSTANT:
    case F_DEG:
    case F_WORD:
    case F_WORD_ONE:
    case F_BITS:
    case F_ID:
        return hash_mix(h ^ read_uint(at, f->size));
    case F_NUMBER:
        return hash_mix(h ^ read_uint(at, 8));
    case F_TEXT:
        return mix_bytes(h, at + 1, (uint8_t)*at);
    case F_HASH:
        return mix_bytes(h, at, SHA256_SIZE);
    case F_SEALED: {
        const struct sealed *s = (const struct sealed *)(const void *)at;
        return mix_bytes(hash_mix(h ^ s->ref), (const char *)s->hash.at, SHA256_SIZE);
    }
    case F_STRUCT:
        return mix_shape(h, f->sub, at);
    case F_ARRAY:
        return mix_array(h, f, base);
    case F_STR:
    case F_PERSONAL:
    case F_LIST:
    case F_STRS:
    case F_POINTS:
        break;
    }
    must(f->type == F_UINT); /* entities hold no pointers */
    return h;
}

static uint64_t mix_shape(uint64_t h, const struct shape *s, const char *base)
{
    for (uint32_t i = 0; i < s->count; i++) {
        const struct field *f = &s->fields[i];
        if (!f->later) {
            h = mix_field(h, f, base);
        } else if (!field_is_standard(f, base)) {
            h = mix_field(hash_mix(h ^ (i + 1)), f, base);
        }
    }
    return h;
}

static const struct shape *const table_shapes[TABLE_COUNT] = {
    [TABLE_REPORT] = &report_shape,
    [TABLE_INCIDENT] = &incident_shape,
    [TABLE_ASSIGNMENT] = &assignment_shape,
    [TABLE_UNIT] = &unit_shape,
    [TABLE_USER] = &user_shape,
    [TABLE_ALARM] = &alarm_shape,
    [TABLE_SEAT] = &seat_shape,
    [TABLE_ROAD] = &road_notice_shape,
};

static const char *thing(const struct world *w, enum table t, uint32_t slot)
{
    switch (t) {
    case TABLE_REPORT:
        return (const char *)&w->reports[slot];
    case TABLE_INCIDENT:
        return (const char *)&w->incidents[slot];
    case TABLE_ASSIGNMENT:
        return (const char *)&w->assignments[slot];
    case TABLE_UNIT:
        return (const char *)&w->units[slot];
    case TABLE_USER:
        return (const char *)&w->users[slot];
    case TABLE_ALARM:
        return (const char *)&w->alarms[slot];
    case TABLE_SEAT:
        return (const char *)&w->seats[slot];
    case TABLE_ROAD:
        return (const char *)&w->roads[slot];
    case TABLE_CITY:
    case TABLE_COUNT:
        break;
    }
    must(t < TABLE_CITY);
    return NULL;
}

static void share(const struct world *w, enum table t, uint32_t slot, uint64_t lane[2])
{
    uint64_t seed = hash_mix((uint64_t)t + 1);
    lane[0] = mix_shape(seed, table_shapes[t], thing(w, t, slot));
    lane[1] = hash_mix(lane[0] ^ mix_shape(~seed, table_shapes[t], thing(w, t, slot)));
}

void digest_add(struct world *w, enum table t, uint32_t slot)
{
    uint64_t lane[2];
    share(w, t, slot, lane);
    w->digest_sum[0] += lane[0];
    w->digest_sum[1] += lane[1];
}

void digest_take(struct world *w, enum table t, uint32_t slot)
{
    uint64_t lane[2];
    share(w, t, slot, lane);
    w->digest_sum[0] -= lane[0];
    w->digest_sum[1] -= lane[1];
}

static void sum_things(struct world *w)
{
    uint32_t i = 0;
    w->digest_sum[0] = w->digest_sum[1] = 0;
    for (struct report *x; (x = world_next_of_reports(w, &i)) != NULL;) {
        digest_add(w, TABLE_REPORT, (uint32_t)(x - w->reports));
    }
    i = 0;
    for (struct incident *x; (x = world_next_of_incidents(w, &i)) != NULL;) {
        digest_add(w, TABLE_INCIDENT, (uint32_t)(x - w->incidents));
    }
    i = 0;
    for (struct assignment *x; (x = world_next_of_assignments(w, &i)) != NULL;) {
        digest_add(w, TABLE_ASSIGNMENT, (uint32_t)(x - w->assignments));
    }
    i = 0;
    for (struct user *x; (x = world_next_of_users(w, &i)) != NULL;) {
        digest_add(w, TABLE_USER, (uint32_t)(x - w->users));
    }
    i = 0;
    for (struct alarm *x; (x = world_next_of_alarms(w, &i)) != NULL;) {
        digest_add(w, TABLE_ALARM, (uint32_t)(x - w->alarms));
    }
    for (uint32_t u = 0; u < w->unit_count; u++) {
        digest_add(w, TABLE_UNIT, u);
    }
    for (uint32_t s = 0; s < w->seat_count; s++) {
        digest_add(w, TABLE_SEAT, s);
    }
    i = 0;
    for (struct road_notice *x; (x = world_next_of_roads(w, &i)) != NULL;) {
        digest_add(w, TABLE_ROAD, (uint32_t)(x - w->roads));
    }
}

void digest_start(struct world *w)
{
    sum_things(w);
    w->digesting = true;
}

/* The counters and the short tables: few enough to be mixed in whenever a digest is asked for. */
static uint64_t mix_rest(const struct world *w, uint64_t h)
{
    h = hash_mix(h ^ w->seq);
    h = hash_mix(h ^ (uint64_t)w->at);
    h = hash_mix(h ^ w->next_incident) + w->next_report;
    h = hash_mix(h ^ w->next_assignment) + w->next_alarm;
    h = hash_mix(h ^ w->next_ref) + (w->automation_stopped ? 1 : 0);
    h = hash_mix(h ^ w->incident_number.count) + w->incident_number.date;
    h = hash_mix(h ^ w->report_number.count) + w->report_number.date;
    h = mix_bytes(h, w->plan.id.at, w->plan.id.len);
    h = hash_mix(h ^ w->plan.version);
    for (uint32_t i = 0; i < w->zone_count; i++) {
        h = mix_shape(h, &zone_shape, (const char *)&w->zones[i]);
    }
    for (uint32_t i = 0; i < w->type_count; i++) {
        h = mix_shape(h, &incident_type_shape, (const char *)&w->types[i]);
    }
    h = hash_mix(h ^ w->capability_count);
    h = hash_mix(h ^ (w->ids.last - w->ids.first));
    h = w->zone_reach_m != 0 ? hash_mix(h ^ w->zone_reach_m) : h;
    if (w->road_change != 0) { /* digests of records from before stay what they were */
        h = hash_mix(h ^ w->road_change) + w->next_road;
        h = hash_mix(h ^ w->road_weights);
    }
    if (w->road_speeds.len > 0) {
        h = mix_bytes(h, w->road_speeds.at, w->road_speeds.len);
        h = hash_mix(h ^ w->road_hour);
    }
    return h;
}

struct digest digest_kept(const struct world *w)
{
    must(w->digesting);
    return (
        struct digest){ .lane = { mix_rest(w, w->digest_sum[0]), mix_rest(w, ~w->digest_sum[1]) } };
}

struct digest digest_computed(const struct world *w)
{
    struct world copy = *w; /* shallow: only the sums of the copy change */
    sum_things(&copy);
    copy.digesting = true;
    return digest_kept(&copy);
}

void digest_text(struct digest d, char out[33])
{
    static const char hex[] = "0123456789abcdef";
    for (int i = 0; i < 32; i++) {
        out[i] = hex[(d.lane[i / 16] >> (60 - 4 * (i % 16))) & 15];
    }
    out[32] = '\0';
}
