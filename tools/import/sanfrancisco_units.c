/* The units of the fire department at their stations: the publisher gives their ids. */
#include "tools/import/csv.h"
#include "tools/import/sanfrancisco.h"

#include <inttypes.h>
#include <stdlib.h>

#define AREAS 100

/* What is known of one unit from its rows. */
struct seen {
    struct str id, type;
    uint32_t area[AREAS]; /* rows by station area */
    int64_t lon, lat;     /* sums of its calls */
    uint32_t rows;
};

/* Sums of the calls of a station area, for stations that the map lacks. */
struct area {
    int64_t lon, lat;
    uint32_t rows;
};

static uint32_t area_of(struct str s)
{
    uint32_t n = 0;

    for (size_t i = 0; i < s.len; i++) {
        if (s.at[i] < '0' || s.at[i] > '9') {
            return 0;
        }
        n = n * 10 + (uint32_t)(s.at[i] - '0');
    }
    return n < AREAS ? n : 0;
}

/* "E16", "T03": engines and trucks carry their station's number. */
static uint32_t own_station(const struct seen *s)
{
    if (s->id.len < 2 || (s->id.at[0] != 'E' && s->id.at[0] != 'T')) {
        return 0;
    }
    return area_of((struct str){ .at = s->id.at + 1, .len = s->id.len - 1 });
}

static uint32_t usual_area(const struct seen *s)
{
    uint32_t best = 0;

    for (uint32_t i = 1; i < AREAS; i++) {
        best = s->area[i] > s->area[best] ? i : best;
    }
    return best;
}

static const struct city_place *station(const struct import *m, uint32_t number)
{
    char name[48];
    int len = snprintf(name, sizeof(name), "San Francisco Fire Station %" PRIu32, number);

    for (uint32_t i = 0; i < m->city.places.count; i++) {
        if (str_eq(m->places[i].name_en, (struct str){ name, (size_t)len })) {
            return &m->places[i];
        }
    }
    return NULL;
}

static struct list capability_of(struct import *m, const struct seen *s)
{
    const char *word = str_is(s->type, "TRUCK")          ? "ladder"
                       : str_is(s->type, "RESCUE SQUAD") ? "hazmat"
                       : str_is(s->type, "MEDIC") || str_is(s->type, "RESCUE CAPTAIN")
                           ? "life_support"
                           : NULL;
    struct str *at = arena_alloc(m->arena, sizeof(*at));

    must(at != NULL);
    *at = str_of(word);
    return (struct list){ .at = at, .count = word != NULL ? 1 : 0 };
}

static void add_unit(struct import *m, const struct seen *s, const struct area *areas)
{
    uint32_t number = own_station(s);
    const struct city_place *p = number != 0 ? station(m, number) : NULL;
    struct str type = import_map(m, "unit_types", s->type, NULL);
    uint32_t value = POLICE_TYPE_FIRE;
    int64_t lon;
    int64_t lat;

    number = p == NULL ? usual_area(s) : number;
    p = p == NULL && number != 0 ? station(m, number) : p;
    if (p != NULL) {
        lon = p->lon;
        lat = p->lat;
    } else { /* the map lacks the station: the middle of its area's calls, else of the unit's */
        const struct area *a = &areas[number];

        lon = a->rows > 0 ? a->lon / a->rows : s->lon / s->rows;
        lat = a->rows > 0 ? a->lat / a->rows : s->lat / s->rows;
        m->units_guessed++;
    }
    (void)word_find(&police_type_words, type, &value);
    m->units[m->city.units.count++] = (struct city_unit){ .callsign = s->id,
                                                          .police_type = (uint8_t)value,
                                                          .capabilities = capability_of(m, s),
                                                          .zone = STR("SF"),
                                                          .lon = (int32_t)lon,
                                                          .lat = (int32_t)lat };
    m->units_fire++;
}

static struct seen *find(struct seen *all, uint32_t *count, struct str id)
{
    for (uint32_t i = 0; i < *count; i++) {
        if (str_eq(all[i].id, id)) {
            return &all[i];
        }
    }
    if (*count == UNITS_MAX) {
        return NULL;
    }
    all[*count].id = id;
    return &all[(*count)++];
}

static int by_id(const void *a, const void *b)
{
    return str_cmp(((const struct seen *)a)->id, ((const struct seen *)b)->id);
}

enum err import_fire_units(struct import *m, struct str text)
{
    struct csv c;
    struct seen *all = calloc(UNITS_MAX, sizeof(*all));
    struct area areas[AREAS] = { 0 };
    uint32_t count = 0;
    enum err err = all == NULL ? fault_set(m->fault, ERR_NO_MEMORY, "no memory", NULL, NULL) : OK;

    err = err == OK ? csv_begin(&c, "fire_ems_units.csv", text, m->arena, m->fault) : err;
    while (err == OK && csv_next(&c)) {
        struct seen *s = find(all, &count, csv_get(&c, "unit_id"));
        uint32_t area = area_of(csv_get(&c, "station_area"));
        int32_t lon;
        int32_t lat;

        if (s == NULL || !import_degrees(csv_get(&c, "lon"), &lon) ||
            !import_degrees(csv_get(&c, "lat"), &lat)) {
            continue; /* told when the calls are read */
        }
        s->type = csv_get(&c, "unit_type");
        s->area[area]++;
        s->lon += lon;
        s->lat += lat;
        s->rows++;
        areas[area].lon += lon;
        areas[area].lat += lat;
        areas[area].rows++;
    }
    if (err == OK) {
        qsort(all, count, sizeof(*all), by_id);
    }
    for (uint32_t i = 0; err == OK && i < count && m->city.units.count < UNITS_MAX; i++) {
        if (all[i].rows > 0) {
            add_unit(m, &all[i], areas);
        }
    }
    free(all);
    return err;
}
