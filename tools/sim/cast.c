#include "tools/sim/cast.h"

#include <stdio.h>
#include <string.h>

static uint32_t zone_coded(const struct city *city, struct str code)
{
    const struct city_zone *z = city->zones.at;

    for (uint32_t i = 0; code.len > 0 && i < city->zones.count; i++) {
        if (str_eq(z[i].code, code)) {
            return i + 1;
        }
    }
    return 0;
}

/* Parents stand before their children. */
static void find_stations(const struct city *city, struct cast *out)
{
    const struct city_zone *z = city->zones.at;

    for (uint32_t i = 0; i < city->zones.count; i++) {
        uint32_t parent = zone_coded(city, z[i].parent);

        out->station_of[i + 1] =
            z[i].kind == ZONE_STATION ? i + 1 : (parent <= i ? out->station_of[parent] : 0);
    }
}

uint32_t cast_station_of_unit(const struct cast *c, const struct city *city, uint32_t unit)
{
    const struct city_unit *u = city->units.at;

    return unit > 0 && unit <= city->units.count ? c->station_of[zone_coded(city, u[unit - 1].zone)]
                                                 : 0;
}

/* A unit of the station that its desk can name. */
static bool has_own_unit(const struct cast *c, const struct city *city, uint32_t station)
{
    const struct city_unit *u = city->units.at;

    for (uint32_t i = 0; i < city->units.count; i++) {
        if (u[i].police_type == POLICE_TYPE_STATION && !u[i].voice_only &&
            cast_station_of_unit(c, city, i + 1) == station) {
            return true;
        }
    }
    return false;
}

/* A patrol car whose station has somebody to send as well: who plays both sees one neighbourhood.
 */
static void choose_guests(const struct city *city, struct cast *out)
{
    const struct city_unit *u = city->units.at;

    for (uint32_t i = 0; i < city->units.count && out->guest_station == 0; i++) {
        uint32_t station = cast_station_of_unit(out, city, i + 1);

        if (u[i].police_type != POLICE_TYPE_PATROL || u[i].voice_only) {
            continue;
        }
        out->guest_unit = out->guest_unit == 0 ? i + 1 : out->guest_unit;
        if (station != 0 && has_own_unit(out, city, station)) {
            out->guest_unit = i + 1;
            out->guest_station = station;
        }
    }
}

static void choose_desks(const struct city *city, struct cast *out)
{
    const struct city_zone *z = city->zones.at;

    for (uint32_t i = 1; i <= city->zones.count && out->desk_count < CAST_DESKS_MAX; i++) {
        if (z[i - 1].kind == ZONE_STATION && i != out->guest_station &&
            has_own_unit(out, city, i)) {
            out->desks[out->desk_count++] = i;
        }
    }
}

enum err cast_choose(struct arena *a, const struct city *city, struct cast *out, struct fault *f)
{
    *out = (struct cast){ .zone_count = city->zones.count };
    out->station_of = arena_alloc(a, (city->zones.count + 1) * sizeof(*out->station_of));
    if (out->station_of == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for the cast", NULL, NULL);
    }
    memset(out->station_of, 0, (city->zones.count + 1) * sizeof(*out->station_of));
    find_stations(city, out);
    choose_guests(city, out);
    choose_desks(city, out);
    return OK;
}

static struct str numbered(const char *what, uint32_t k, char out[CAST_NAME_SIZE])
{
    int n = snprintf(out, CAST_NAME_SIZE, "%s_%u", what, (unsigned)k + 1);

    return (struct str){ .at = out, .len = (size_t)n };
}

struct str cast_taker_name(uint32_t k, char out[CAST_NAME_SIZE])
{
    return numbered("call_taker", k, out);
}

struct str cast_desk_name(uint32_t k, char out[CAST_NAME_SIZE])
{
    return numbered("desk", k, out);
}
