/* The steps of an import, and the folder they end in. */
#include "tools/osm/import.h"

#include "base/buf.h"
#include "dispatch/codec/json_in.h"
#include "dispatch/codec/json_out.h"
#include "tools/osm/named.h"
#include "tools/sim/town.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define ARENA_MAX ((size_t)1 << 30)

static const struct json_limits seed_limits = { .bytes_max = (size_t)1 << 24,
                                                .depth_max = 16,
                                                .values_max = 400000 };
static const char *const capabilities[] = {
    "armed",  "boat",         "breath_test", "drone",      "eod",        "forensics", "hazmat",
    "ladder", "life_support", "mediation",   "motorcycle", "negotiator", "shield",    "taser"
};

static enum err path_in(struct osm_import *m, const char *dir, const char *name, char *out)
{
    int n = snprintf(out, PATH_MAX, "%s/%s", dir, name);

    return n > 0 && n < PATH_MAX ? OK
                                 : fault_set(m->fault, ERR_IO, "a path is too long", dir, NULL);
}

static enum err read_seed(struct osm_import *m, const char *name, struct str *out)
{
    char path[PATH_MAX];

    return path_in(m, m->seeds, name, path) != OK ? m->fault->err
                                                  : town_read(&m->arena, path, out, m->fault);
}

static enum err write_file(struct osm_import *m, const char *name, struct str text)
{
    char path[PATH_MAX];

    if (path_in(m, m->out, name, path) != OK) {
        return m->fault->err;
    }
    FILE *file = fopen(path, "wb");
    bool good = file != NULL && fwrite(text.at, 1, text.len, file) == text.len;

    good = file != NULL && fclose(file) == 0 && good;
    return good ? OK : fault_set(m->fault, ERR_IO, "could not write a file", path, strerror(errno));
}

static enum err read_types(struct osm_import *m)
{
    struct json_doc *doc;
    struct str text;

    if (read_seed(m, "incident_types.json", &text) != OK ||
        json_in_parse(text, seed_limits, &doc, m->fault) != OK) {
        return m->fault->err;
    }
    const struct json_doc *list = json_doc_member(doc, "types");
    size_t count = json_doc_count(list);
    struct city_type *types = arena_alloc(&m->arena, (count + 1) * sizeof(*types));
    enum err err = OK;

    must(types != NULL);
    for (size_t i = 0; i < count && err == OK; i++) {
        err = json_in_struct(&city_type_shape, json_doc_at(list, i), STR("w"), &m->arena, &types[i],
                             m->fault);
    }
    json_doc_free(doc);
    m->city.types = (struct list){ .at = types, .count = (uint32_t)count };
    return err;
}

static void set_zones(struct osm_import *m)
{
    struct city_zone *out = arena_alloc(&m->arena, m->zone_count * sizeof(*out));

    must(out != NULL);
    for (uint32_t i = 0; i < m->zone_count; i++) {
        const struct import_zone *z = &m->zones[i];
        struct city_ring *rings = arena_alloc(&m->arena, z->rings.count * sizeof(*rings));

        must(rings != NULL);
        for (uint32_t k = 0; k < z->rings.count; k++) {
            rings[k].points =
                (struct list){ .at = z->rings.at[k].at, .count = z->rings.at[k].count };
        }
        out[i] = (struct city_zone){ .code = z->code,
                                     .name_zh = z->zh,
                                     .name_en = z->en,
                                     .kind = z->kind,
                                     .rings = { .at = rings, .count = z->rings.count } };
        if (z->parent != 0) {
            out[i].parent = m->zones[z->parent - 1].code;
        }
    }
    m->city.zones = (struct list){ .at = out, .count = m->zone_count };
}

/* What station desks sit at, beside the floor's own seats: the floor keeps room for seats to come.
 */
#define DESK_SEATS_MAX 96
#define FLOOR_SEATS 4
#define SEAT_NAME_MAX 63 /* bytes, as city.load takes them */

/* A name that is too long with its addition stands alone. */
static struct str seat_text(struct osm_import *m, struct str name, const char *before,
                            const char *after)
{
    struct str whole = import_text(m, "%s" STR_FMT "%s", before, STR_ARG(name), after);

    return whole.len <= SEAT_NAME_MAX ? whole : name;
}

/* Of what comes over the station's own counter and from its grid workers; calls are the centre's.
 */
static struct city_seat desk_seat(struct osm_import *m, const struct import_zone *z)
{
    const struct import_spot *at = z->station != 0 ? &m->stations.at[z->station - 1] : NULL;
    struct str *zone = arena_alloc(&m->arena, sizeof(*zone));

    must(zone != NULL);
    *zone = z->code;
    return (struct city_seat){ .code = import_text(m, "S%02" PRIu32, z->number),
                               .name_zh = seat_text(m, at != NULL ? at->zh : z->zh, "", "值班席"),
                               .name_en = seat_text(m, at != NULL ? at->en : z->en, "Desk of ", ""),
                               .zones = { .at = zone, .count = 1 },
                               .channels = (1U << CHANNEL_WALK_IN) | (1U << CHANNEL_GRID) };
}

/* The commander's seat and the operators', which cover everything, then one a station. */
static void set_seats(struct osm_import *m)
{
    static const char *const numbers[FLOOR_SEATS] = { "一", "二", "三", "四" };
    struct city_seat *out =
        arena_alloc(&m->arena, (1 + FLOOR_SEATS + DESK_SEATS_MAX) * sizeof(*out));
    uint32_t n = 0;
    uint32_t desks = 0;

    must(out != NULL);
    out[n++] = (struct city_seat){ .code = STR("00"),
                                   .name_zh = STR("指挥长席"),
                                   .name_en = STR("Commander"),
                                   .commander = true };
    for (uint32_t i = 0; i < FLOOR_SEATS; i++) {
        out[n++] = (struct city_seat){ .code = import_text(m, "%02" PRIu32, i + 1),
                                       .name_zh = import_text(m, "%s号席", numbers[i]),
                                       .name_en = import_text(m, "Seat %" PRIu32, i + 1) };
    }
    for (uint32_t i = 0; i < m->zone_count && desks < DESK_SEATS_MAX; i++) {
        if (m->zones[i].kind == ZONE_STATION) {
            out[n++] = desk_seat(m, &m->zones[i]);
            desks++;
        }
    }
    m->city.seats = (struct list){ .at = out, .count = n };
}

static void set_rest(struct osm_import *m)
{
    uint32_t count = sizeof(capabilities) / sizeof(capabilities[0]);
    struct str *words = arena_alloc(&m->arena, count * sizeof(*words));
    struct city_offset *offset = arena_alloc(&m->arena, sizeof(*offset));

    must(words != NULL && offset != NULL);
    for (uint32_t i = 0; i < count; i++) {
        words[i] = str_of(capabilities[i]);
    }
    m->city.capabilities = (struct list){ .at = words, .count = count };
    offset->from = INT64_C(694224000) * US_PER_S; /* 1992-01-01: summer time had ended in China */
    offset->offset_min = (int32_t)m->offset_min;
    m->city.offsets = (struct list){ .at = offset, .count = 1 };
    m->city.name = m->zones[0].zh;
    m->city.name_en = m->zones[0].en;
    m->city.units = (struct list){ .at = m->units, .count = m->unit_count };
}

static enum err write_city(struct osm_import *m)
{
    static const struct json_out opt = { .privacy_max = TACTICAL };
    struct buf b;

    buf_init(&b);
    json_out_struct(&b, &city_shape, &m->city, &opt);
    buf_char(&b, '\n');
    enum err err = buf_ok(&b) ? write_file(m, "city.json", buf_view(&b))
                              : fault_set(m->fault, ERR_NO_MEMORY, "no memory", NULL, NULL);

    buf_fini(&b);
    return err;
}

/* What is found by its name: docs/LINJIANG.md. */
static enum err write_named(struct osm_import *m)
{
    struct buf b;

    buf_init(&b);
    enum err err = named_write(m, &b);

    err = err == OK ? write_file(m, "places.jsonl", buf_view(&b)) : err;
    buf_fini(&b);
    return err;
}

static enum err copy_plan(struct osm_import *m)
{
    struct str text;

    return read_seed(m, "plans/default.json", &text) != OK ? m->fault->err
                                                           : write_file(m, "plan.json", text);
}

/* The extract stands in the folder too: base map and calls are made of it. */
static enum err copy_extract(struct osm_import *m)
{
    char path[PATH_MAX];
    char here[PATH_MAX];
    char there[PATH_MAX];
    size_t len = strlen(m->from);
    bool pbf = len > 4 && strcmp(m->from + len - 4, ".pbf") == 0;
    const char *name = pbf ? "city.osm.pbf" : "city.osm";
    struct str text;

    if (path_in(m, m->out, name, path) != OK) {
        return m->fault->err;
    }
    if (realpath(m->from, here) != NULL && realpath(path, there) != NULL &&
        strcmp(here, there) == 0) {
        return OK;
    }
    return town_read(&m->arena, m->from, &text, m->fault) != OK ? m->fault->err
                                                                : write_file(m, name, text);
}

enum err import_extract(struct osm_import *m)
{
    arena_init(&m->arena, ARENA_MAX);
    if (extract_read(&m->extract, m->from, m->fault) != OK) {
        return m->fault->err;
    }
    if (mkdir(m->out, 0777) != 0 && errno != EEXIST) {
        return fault_set(m->fault, ERR_IO, "could not make the folder", m->out, strerror(errno));
    }
    if (import_roads(m) != OK) {
        return m->fault->err;
    }
    import_spots(m);
    if (import_zones(m) != OK || read_types(m) != OK) {
        return m->fault->err;
    }
    import_fleet(m);
    import_places(m);
    import_circles(m);
    set_zones(m);
    set_seats(m);
    set_rest(m);
    if (write_city(m) != OK || copy_plan(m) != OK || write_named(m) != OK) {
        return m->fault->err;
    }
    return copy_extract(m);
}

void import_free(struct osm_import *m)
{
    extract_free(&m->extract);
    free(m->zones);
    free(m->roads);
    arena_fini(&m->arena);
}
