/* city.load: zones, units, types, capabilities, places and local time; the whole content stands in
 * the row. Refusals: bad_city (path, value, expectation), capacity_reached. */
#include "base/must.h"
#include "dispatch/command/decide.h"
#include "dispatch/command/zones_check.h"
#include "dispatch/core/seats.h"
#include "dispatch/core/zones_load.h"
#include "dispatch/plan/pattern.h"

static bool bad(struct turn *t, const char *list, uint32_t index, const char *member,
                struct str value, const char *expected)
{
    char path[32] = "city.";
    must(strlen(list) < sizeof(path) - 5);
    memcpy(path + 5, list, strlen(list) + 1);
    return zones_bad(t, path, index, member, value, expected);
}

/* Known already, or one of the file. */
static bool zone_named(const struct turn *t, const struct city *c, struct str code)
{
    const struct city_zone *z = c->zones.at;
    for (uint32_t k = 0; k < c->zones.count; k++) {
        if (str_eq(z[k].code, code)) {
            return true;
        }
    }
    return world_zone_coded(t->world, code) != NULL;
}

static bool word_named(const struct turn *t, const struct city *c, struct str word)
{
    const struct str *words = c->capabilities.at;
    for (uint32_t k = 0; k < c->capabilities.count; k++) {
        if (str_eq(words[k], word)) {
            return true;
        }
    }
    return world_capability(t->world, word) != 0;
}

/* As it is dialled. */
static bool phone_valid(struct str s)
{
    bool digit = s.len == 0;
    for (size_t k = 0; k < s.len; k++) {
        char c = s.at[k];
        bool mark = c == '+' || c == '-' || c == '*' || c == '#' || c == ' ';
        if (!mark && (c < '0' || c > '9')) {
            return false;
        }
        digit = digit || !mark;
    }
    return digit;
}

static bool units_valid(struct turn *t, const struct city *c)
{
    const struct city_unit *u = c->units.at;
    for (uint32_t k = 0; k < c->units.count; k++) {
        const struct str *words = u[k].capabilities.at;
        if (u[k].callsign.len == 0) {
            return bad(t, "units", k, "callsign", u[k].callsign, "a callsign");
        }
        if (u[k].police_type == POLICE_TYPE_NONE) {
            return bad(t, "units", k, "police_type", STR("none"), "a police type");
        }
        if (!phone_valid(u[k].phone)) {
            return bad(t, "units", k, "phone", u[k].phone,
                       "a number of digits, + - * # and spaces");
        }
        if (u[k].zone.len > 0 && !zone_named(t, c, u[k].zone)) {
            return bad(t, "units", k, "zone", u[k].zone, "the code of a zone");
        }
        for (uint32_t m = 0; m < u[k].capabilities.count; m++) {
            if (!word_named(t, c, words[m])) {
                return bad(t, "units", k, "capabilities", words[m], "a word of city.capabilities");
            }
        }
    }
    return true;
}

static bool types_valid(struct turn *t, const struct city *c)
{
    const struct city_type *y = c->types.at;
    for (uint32_t k = 0; k < c->types.count; k++) {
        if (!pattern_code_valid(y[k].code)) {
            return bad(t, "types", k, "code", y[k].code, "a code of four levels (10.02.01.00)");
        }
    }
    return true;
}

static bool seat_twice(const struct city *c, uint32_t before, struct str code)
{
    const struct city_seat *s = c->seats.at;
    for (uint32_t k = 0; k < before; k++) {
        if (str_eq(s[k].code, code)) {
            return true;
        }
    }
    return false;
}

/* The commander's seat of the city as it will be: that of the file, else the one known. */
static bool seats_valid(struct turn *t, const struct city *c)
{
    const struct city_seat *s = c->seats.at;
    const struct seat *known = seats_commander(t->world);
    uint32_t commanders = 0;
    for (uint32_t k = 0; k < c->seats.count; k++) {
        const struct str *codes = s[k].zones.at;
        if (s[k].code.len == 0 || seat_twice(c, k, s[k].code)) {
            return bad(t, "seats", k, "code", s[k].code,
                       "a code that no other seat of the file has");
        }
        for (uint32_t m = 0; m < s[k].zones.count; m++) {
            if (!zone_named(t, c, codes[m])) {
                return bad(t, "seats", k, "zones", codes[m], "the code of a zone");
            }
        }
        bool other = known != NULL && !str_eq(text_str(&known->code), s[k].code);
        commanders += s[k].commander ? 1 : 0;
        if (s[k].commander && (commanders > 1 || other)) {
            return bad(t, "seats", k, "commander", s[k].code, "one commander's seat in the city");
        }
        if (!s[k].commander && known != NULL && !other) {
            return bad(t, "seats", k, "commander", s[k].code, "the commander's seat to stay it");
        }
    }
    if (c->seats.count > 0 && commanders == 0 && known == NULL) {
        return bad(t, "seats", 0, "commander", s[0].code, "a seat that is the commander's");
    }
    return true;
}

static bool circle_twice(const struct city *c, uint32_t before, struct str code)
{
    const struct city_circle *s = c->circles.at;
    for (uint32_t k = 0; k < before; k++) {
        if (str_eq(s[k].code, code)) {
            return true;
        }
    }
    return false;
}

static bool circles_valid(struct turn *t, const struct city *c)
{
    const struct city_circle *s = c->circles.at;
    for (uint32_t k = 0; k < c->circles.count; k++) {
        if (s[k].code.len == 0 || circle_twice(c, k, s[k].code)) {
            return bad(t, "circles", k, "code", s[k].code,
                       "a code that no other circle of the file has");
        }
        if (s[k].minutes == 0) {
            return bad(t, "circles", k, "minutes", STR("0"), "1 to 5 minutes");
        }
    }
    return true;
}

/* A floor for a city that names none: the commander's seat and four that cover everything. */
static struct list standard_seats(struct turn *t)
{
    static const struct city_seat standard[] = {
        { .code = STR("00"),
          .name_zh = STR("指挥长席"),
          .name_en = STR("Commander"),
          .commander = true },
        { .code = STR("01"), .name_zh = STR("一号席"), .name_en = STR("Seat 1") },
        { .code = STR("02"), .name_zh = STR("二号席"), .name_en = STR("Seat 2") },
        { .code = STR("03"), .name_zh = STR("三号席"), .name_en = STR("Seat 3") },
        { .code = STR("04"), .name_zh = STR("四号席"), .name_en = STR("Seat 4") },
    };
    struct city_seat *seats = arena_alloc(t->arena, sizeof(standard));
    must(seats != NULL);
    memcpy(seats, standard, sizeof(standard));
    return (struct list){ .at = seats, .count = sizeof(standard) / sizeof(standard[0]) };
}

static bool room(struct turn *t, const struct city *c)
{
    const struct world *w = t->world;
    bool fits = zones_fit(w, &c->zones) &&
                w->unit_count + (uint64_t)c->units.count <= w->limits.units &&
                w->type_count + (uint64_t)c->types.count <= w->limits.types &&
                c->places.count <= w->limits.premises && c->offsets.count <= w->limits.offsets &&
                w->seat_count + (uint64_t)c->seats.count <= SEATS_MAX &&
                w->capability_count + (uint64_t)c->capabilities.count <= CAPABILITIES_MAX;
    if (!fits) {
        turn_refuse(t, REFUSED_FULL, "city");
    }
    return fits;
}

void decide_city_load(struct turn *t, const struct city_load *c)
{
    if (c->city.zones.count > t->world->limits.zones) { /* not worth a close look */
        turn_refuse(t, REFUSED_FULL, "city");
        return;
    }
    if (!zones_check(t, "city.zones", &c->city.zones) || !units_valid(t, &c->city) ||
        !types_valid(t, &c->city) || !seats_valid(t, &c->city) || !circles_valid(t, &c->city) ||
        !room(t, &c->city)) {
        return;
    }
    struct event *e = turn_event(t, EVENT_CITY_LOADED);
    e->as.city_loaded.city = c->city;
    if (t->world->seat_count == 0 && c->city.seats.count == 0) {
        e->as.city_loaded.city.seats = standard_seats(t);
    }
    turn_emit(t, e);
}
