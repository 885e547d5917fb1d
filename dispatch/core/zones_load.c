#include "dispatch/core/zones_load.h"

#include "base/must.h"

static uint64_t corners(const struct city_zone *z)
{
    const struct city_ring *r = z->rings.at;
    uint64_t count = 0;
    for (uint32_t k = 0; k < z->rings.count; k++) {
        count += r[k].points.count;
    }
    return count;
}

/* Rings and corners that the zones bring. */
static void add_up(const struct list *zones, uint64_t *rings, uint64_t *points)
{
    const struct city_zone *in = zones->at;
    for (uint32_t i = 0; i < zones->count; i++) {
        *rings += in[i].rings.count;
        *points += corners(&in[i]);
    }
}

static bool named(const struct list *zones, const struct zone *z)
{
    const struct city_zone *in = zones->at;
    for (uint32_t i = 0; i < zones->count; i++) {
        if (str_eq(in[i].code, text_str(&z->code))) {
            return true;
        }
    }
    return false;
}

/* What was replaced before lies about in the tables until its room is needed. */
static bool fits_behind(const struct world *w, const struct list *zones)
{
    uint64_t rings = w->ring_count;
    uint64_t points = w->point_count;
    add_up(zones, &rings, &points);
    return rings <= w->limits.rings && points <= w->limits.points;
}

bool zones_fit(const struct world *w, const struct list *zones)
{
    uint64_t rings = 0;
    uint64_t points = 0;
    uint64_t kept = 0;
    if (zones->count > w->limits.zones) {
        return false;
    }
    add_up(zones, &rings, &points);
    for (uint32_t i = 0; i < w->zone_count; i++) {
        const struct zone *z = &w->zones[i];
        if (named(zones, z)) {
            continue;
        }
        kept++;
        rings += z->ring_count;
        for (uint32_t k = z->first_ring; k < z->first_ring + z->ring_count; k++) {
            points += w->rings[k].count;
        }
    }
    return rings <= w->limits.rings && points <= w->limits.points &&
           kept + zones->count <= w->limits.zones;
}

/* Moves what is in use together, in the order in which it lies. */
static void compact(struct world *w, const struct list *leaving)
{
    uint64_t *order = w->zone_index.order; /* built anew afterwards */
    uint32_t count = 0;
    for (uint32_t i = 0; i < w->zone_count; i++) {
        struct zone *z = &w->zones[i];
        if (named(leaving, z)) {
            z->first_ring = z->ring_count = 0;
        } else if (z->ring_count > 0) {
            order[count++] = (uint64_t)z->first_ring << 32 | i;
        }
    }
    zone_index_sort(order, count);
    uint32_t rings = 0;
    uint32_t points = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct zone *z = &w->zones[(uint32_t)order[i]];
        for (uint32_t k = 0; k < z->ring_count; k++) {
            struct zone_ring r = w->rings[z->first_ring + k];
            memmove(&w->points[points], &w->points[r.first], r.count * sizeof(*w->points));
            r.first = points;
            points += r.count;
            w->rings[rings + k] = r;
        }
        z->first_ring = rings;
        rings += z->ring_count;
    }
    w->ring_count = rings;
    w->point_count = points;
}

static void widen(struct zone *z, const struct point *at, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        z->west_e7 = at[i].lon_e7 < z->west_e7 ? at[i].lon_e7 : z->west_e7;
        z->east_e7 = at[i].lon_e7 > z->east_e7 ? at[i].lon_e7 : z->east_e7;
        z->south_e7 = at[i].lat_e7 < z->south_e7 ? at[i].lat_e7 : z->south_e7;
        z->north_e7 = at[i].lat_e7 > z->north_e7 ? at[i].lat_e7 : z->north_e7;
    }
}

static void load_rings(struct world *w, struct zone *z, const struct list *rings)
{
    const struct city_ring *r = rings->at;
    z->first_ring = w->ring_count;
    z->ring_count = rings->count;
    z->west_e7 = z->south_e7 = INT32_MAX;
    z->east_e7 = z->north_e7 = INT32_MIN;
    for (uint32_t i = 0; i < rings->count; i++) {
        uint32_t count = r[i].points.count;
        must(w->ring_count < w->limits.rings && w->point_count + count <= w->limits.points);
        w->rings[w->ring_count++] =
            (struct zone_ring){ .first = w->point_count, .count = count, .hole = r[i].hole };
        memcpy(&w->points[w->point_count], r[i].points.at, count * sizeof(struct point));
        widen(z, r[i].points.at, count);
        w->point_count += count;
    }
    if (z->west_e7 > z->east_e7) {
        z->west_e7 = z->south_e7 = z->east_e7 = z->north_e7 = 0; /* no corners: holds no point */
    }
}

/* It lies in a district, whose bit it has. */
static bool has_borrowed_bit(const struct world *w, const struct zone *z)
{
    const struct zone *up = world_zone(w, z->parent);
    return up != NULL && up->kind != ZONE_CITY;
}

/* A district gets a bit of its own (1..63; later ones share the last), what lies in it has the
 * same, the city none. */
static uint8_t own_bit(struct world *w)
{
    return w->district_bits < 63 ? w->district_bits++ : 63;
}

static uint8_t zone_bit(struct world *w, const struct zone *z)
{
    if (z->bit != 0 || z->kind == ZONE_CITY) {
        return z->bit;
    }
    return has_borrowed_bit(w, z) ? world_zone(w, z->parent)->bit : own_bit(w);
}

void zones_load(struct world *w, const struct list *zones)
{
    const struct city_zone *in = zones->at;
    if (!fits_behind(w, zones)) {
        compact(w, zones);
    }
    for (uint32_t i = 0; i < zones->count; i++) {
        struct zone *z = world_zone_coded(w, in[i].code);
        if (z == NULL) {
            must(w->zone_count < w->limits.zones);
            z = &w->zones[w->zone_count++];
            *z = (struct zone){ .id = { w->zone_count } };
            text_set(&z->code, in[i].code);
        }
        const struct zone *parent = world_zone_coded(w, in[i].parent);
        text_set(&z->name_zh, in[i].name_zh);
        text_set(&z->name_en, in[i].name_en);
        z->kind = in[i].kind;
        z->parent = parent != NULL ? parent->id : (zone_id){ 0 };
        z->bit = zone_bit(w, z);
        load_rings(w, z, &in[i].rings);
    }
    zone_index_build(w);
}

/* Whether another one that has a bit of its own has this one. */
static bool bit_shared(const struct world *w, const struct zone *z)
{
    for (uint32_t i = 0; i < w->zone_count; i++) {
        const struct zone *other = &w->zones[i];
        if (other != z && other->bit == z->bit && other->kind != ZONE_CITY &&
            !has_borrowed_bit(w, other)) {
            return true;
        }
    }
    return false;
}

void zones_settle(struct world *w)
{
    for (uint32_t i = 0; i < w->zone_count; i++) {
        struct zone *z = &w->zones[i];
        if (z->kind == ZONE_CITY) {
            z->bit = 0;
        } else if (!has_borrowed_bit(w, z) && (z->bit == 0 || (z->bit < 63 && bit_shared(w, z)))) {
            z->bit = own_bit(w);
        }
    }
    /* Coarse before fine: what a zone lies in is coarser than itself. */
    for (uint8_t kind = ZONE_CITY + 1; kind < ZONE_KIND_COUNT; kind++) {
        for (uint32_t i = 0; i < w->zone_count; i++) {
            struct zone *z = &w->zones[i];
            if (z->kind == kind && has_borrowed_bit(w, z)) {
                z->bit = world_zone(w, z->parent)->bit;
            }
        }
    }
}
