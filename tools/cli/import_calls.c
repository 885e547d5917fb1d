/* tocsin import-calls: San Francisco's published calls as a city folder. */
#include "tools/cli/cli.h"

#include "dispatch/codec/json_out.h"
#include "tools/import/sanfrancisco.h"
#include "tools/sim/town.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME "import-calls"

#ifndef PKGDATADIR
#define PKGDATADIR "/usr/local/share/tocsin"
#endif

static const char about[] =
    "Reads police_calls.csv, fire_ems_units.csv, police_districts.geojson and stations.geojson of\n"
    "DIR and writes a city folder: city.json, plan.json, calls.jsonl, README. Rows that do not "
    "parse\n"
    "are told on stderr by line and field and left out. Hours without calls are left out; the "
    "fire\n"
    "and ambulance calls follow behind the police calls.";

static const char readme[] =
    "City folder made by `tocsin import-calls` from published data of San Francisco (DataSF, "
    "PDDL;\n"
    "stations: OpenStreetMap contributors, ODbL). Not invented: districts, calls, their times, "
    "types\n"
    "and results, the ids of fire and ambulance units and their stations.\n"
    "INVENTED: the police fleet. The publisher gives no unit ids for the police calls, so each\n"
    "district has the same fleet, named DIS-LNN (district, letter of the kind, number), posted at "
    "the\n"
    "station or on beats around it. Of fire and ambulance units without a station in the map the\n"
    "place is the middle of their area's calls.\n";

bool import_degrees(struct str text, int32_t *e7)
{
    char word[24];
    char *end;

    if (text.len == 0 || text.len >= sizeof(word)) {
        return false;
    }
    memcpy(word, text.at, text.len);
    word[text.len] = '\0';
    double d = strtod(word, &end);

    if (*end != '\0' || !(d >= -180.0 && d <= 180.0)) {
        return false;
    }
    *e7 = (int32_t)(d * 1e7 + (d < 0 ? -0.5 : 0.5));
    return true;
}

enum err import_read(struct import *m, const char *dir, const char *name, struct str *out)
{
    char path[PATH_MAX];
    int n = snprintf(path, sizeof(path), "%s/%s", dir, name);

    if (n < 0 || n >= PATH_MAX) {
        return fault_set(m->fault, ERR_IO, "a path is too long", dir, NULL);
    }
    return town_read(m->arena, path, out, m->fault);
}

struct str import_map(const struct import *m, const char *table, struct str key,
                      const char *standard)
{
    const struct json_doc *rows = json_doc_member(m->mapping, table);
    char name[64];
    struct str word = { 0 };

    if (key.len < sizeof(name)) {
        memcpy(name, key.at != NULL ? key.at : "", key.len);
        name[key.len] = '\0';
        if (rows != NULL && json_doc_str(rows, name, &word)) {
            return word;
        }
    }
    return standard != NULL && json_doc_str(m->mapping, standard, &word) ? word : (struct str){ 0 };
}

uint64_t import_map_number(const struct import *m, const char *table, struct str key,
                           uint64_t standard)
{
    const struct json_doc *rows = json_doc_member(m->mapping, table);
    char name[64];
    uint64_t n;

    if (key.len >= sizeof(name) || rows == NULL) {
        return standard;
    }
    memcpy(name, key.at != NULL ? key.at : "", key.len);
    name[key.len] = '\0';
    return json_doc_u64(rows, name, &n) ? n : standard;
}

static enum err write_file(struct import *m, const char *name, struct str text)
{
    char path[PATH_MAX];
    int n = snprintf(path, sizeof(path), "%s/%s", m->out, name);
    FILE *file = n > 0 && n < PATH_MAX ? fopen(path, "w") : NULL;
    bool good = file != NULL && fwrite(text.at, 1, text.len, file) == text.len;

    good = file != NULL && fclose(file) == 0 && good;
    return good ? OK : fault_set(m->fault, ERR_IO, "could not write a file", path, strerror(errno));
}

static enum err write_city(struct import *m)
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

static enum err read_mapping(struct import *m)
{
    struct str text;

    if (import_read(m, m->seeds, "mapping/sanfrancisco_calls.json", &text) != OK) {
        return m->fault->err;
    }
    return json_doc_parse(text, &m->mapping, m->fault);
}

static enum err copy_plan(struct import *m)
{
    struct str text;

    if (import_read(m, m->seeds, "plans/default.json", &text) != OK) {
        return m->fault->err;
    }
    return write_file(m, "plan.json", text);
}

static enum err write_calls(struct import *m)
{
    char path[PATH_MAX];
    struct str police;
    struct str fire;
    int n = snprintf(path, sizeof(path), "%s/calls.jsonl", m->out);

    if (import_read(m, m->from, "police_calls.csv", &police) != OK ||
        import_read(m, m->from, "fire_ems_units.csv", &fire) != OK) {
        return m->fault->err;
    }
    m->calls = n > 0 && n < PATH_MAX ? fopen(path, "w") : NULL;
    if (m->calls == NULL) {
        return fault_set(m->fault, ERR_IO, "could not write a file", path, strerror(errno));
    }
    enum err err = import_fire_units(m, fire);

    err = err == OK ? import_police(m, police) : err;
    err = err == OK ? import_fire(m, fire) : err;
    if (fclose(m->calls) != 0 && err == OK) {
        err = fault_set(m->fault, ERR_IO, "could not write a file", path, strerror(errno));
    }
    return err;
}

static enum err import(struct import *m)
{
    if (mkdir(m->out, 0777) != 0 && errno != EEXIST) {
        return fault_set(m->fault, ERR_IO, "could not make the folder", m->out, strerror(errno));
    }
    enum err err = read_mapping(m);

    err = err == OK ? import_city(m) : err;
    err = err == OK ? write_calls(m) : err;
    err = err == OK ? write_city(m) : err;
    err = err == OK ? copy_plan(m) : err;
    return err == OK ? write_file(m, "README", STR(readme)) : err;
}

static int print_summary(const struct import *m, bool json)
{
    struct buf b;

    buf_init(&b);
    if (json) {
        buf_fmt(&b,
                "{\"police_calls\":%" PRIu64 ",\"fire_ems_calls\":%" PRIu64
                ",\"fire_ems_responses\":%" PRIu64 ",\"onview\":%" PRIu64 ",\"hsoc\":%" PRIu64
                ",\"withheld\":%" PRIu64 ",\"unlocated\":%" PRIu64 ",\"rows\":%" PRIu64
                ",\"unparsed\":%" PRIu64,
                m->police, m->fire, m->unit_rows, m->onview, m->hsoc, m->withheld, m->unlocated,
                m->rows, m->bad);
        buf_fmt(&b,
                ",\"zones\":%u,\"units_police_invented\":%" PRIu64 ",\"units_fire_ems\":%" PRIu64
                ",\"units_without_station\":%" PRIu64 ",\"hours\":%" PRId64 "}",
                m->city.zones.count, m->units_police, m->units_fire, m->units_guessed,
                m->clock_ms / 3600000);
    } else {
        buf_fmt(&b,
                "%" PRIu64 " police calls (%" PRIu64 " on view, %" PRIu64 " withheld, %" PRIu64
                " unlocated), %" PRIu64 " fire and ambulance calls of %" PRIu64
                " responses, in %" PRId64 " hours with calls\n",
                m->police, m->onview, m->withheld, m->unlocated, m->fire, m->unit_rows,
                m->clock_ms / 3600000);
        buf_fmt(&b,
                "%" PRIu64 " police units (invented), %" PRIu64
                " fire and ambulance units (%" PRIu64 " without a station in the map), %" PRIu64
                " rows of %" PRIu64 " left out",
                m->units_police, m->units_fire, m->units_guessed, m->bad, m->rows);
    }
    int code = cli_print(NAME, &b);

    buf_fini(&b);
    return code;
}

/* The folder of seeds: what was said, else that of the source tree beside us, else the installed.
 */
static const char *find_seeds(const char *said)
{
    return said != NULL ? said
                        : (access("seeds/mapping", R_OK) == 0 ? "seeds" : PKGDATADIR "/seeds");
}

int cli_import_calls(int argc, char **argv)
{
    struct fault f = { 0 };
    struct arena arena;
    struct import m = { .arena = &arena, .fault = &f };
    const char *seeds = NULL;
    bool json = false;
    const struct cli_option options[] = {
        { "--from", CLI_TEXT, &m.from, true, "folder of the published data" },
        { "--out", CLI_TEXT, &m.out, true, "city folder to write" },
        { "--seeds", CLI_TEXT, &seeds, false, "folder of seeds (mapping, types, plan)" },
        { "--json", CLI_FLAG, &json, false, "print one JSON object" },
    };
    bool help;
    int code = CLI_READ(NAME, about, options, argc, argv, &help);

    if (code != CLI_DONE || help) {
        return code;
    }
    arena_init(&arena, (size_t)1 << 30);
    m.seeds = find_seeds(seeds);
    m.units = arena_alloc(&arena, UNITS_MAX * sizeof(*m.units));
    m.places = arena_alloc(&arena, PLACES_MAX * sizeof(*m.places));
    must(m.units != NULL && m.places != NULL);
    code = import(&m) == OK ? print_summary(&m, json) : cli_failed(NAME, &f);
    if (m.mapping != NULL) {
        json_doc_free(m.mapping);
    }
    arena_fini(&arena);
    return code;
}
