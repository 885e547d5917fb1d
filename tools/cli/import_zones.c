/* tocsin import-zones: jurisdiction polygons from GeoJSON, repaired and told, into a city folder or
 * a running server. */
#include "dispatch/codec/json_in.h"
#include "dispatch/codec/json_out.h"
#include "tools/cli/cli.h"
#include "tools/cli/session.h"
#include "tools/sim/engine.h"
#include "tools/sim/town.h"
#include "tools/zones/known.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME "import-zones"
#define FILES_MAX 64
#define BAR_WIDTH 40
#define PATIENCE_S 30
#define SLIVER_M2 100u
#define REACH_MOST_M 20000u
#define ARENA_BYTES ((size_t)1 << 30)

static const char about[] =
    "tocsin import-zones FILE... [options]: reads GeoJSON (Polygon, MultiPolygon; WGS 84) of "
    "zones:\n"
    "city, districts, station areas, beats. Outlines are checked and repaired with GEOS and "
    "fitted\n"
    "together: a zone is cut to its parent, of two that overlap the lower id (zones that are "
    "known,\n"
    "then the order of the files) keeps what both cover, slivers between neighbours are closed. "
    "The\n"
    "report tells each zone that was not right, what was done and how many square metres it was.\n"
    "What cannot be mended ends it, and nothing is written: all zones are taken or none. They go "
    "to\n"
    "--out, a city folder, or to --url, a running server, as one command on its record (admin).";

struct import_zones {
    const char *files[FILES_MAX];
    uint32_t file_count;
    struct session_opts session;
    const char *out, *world, *lang;
    uint64_t sliver_m2, reach_m;
    bool dry, json;
    struct zones_wish wish;
    struct zones z;
    struct arena arena;
    struct city city; /* of --out */
    struct cli_session s;
    struct fault f;
    struct list changes;
};

/* A bar on a terminal, nothing in a file. */
static void show_progress(void *arg, const char *step, uint32_t done, uint32_t of)
{
    char bar[BAR_WIDTH + 1];
    uint32_t full = of == 0 ? BAR_WIDTH : (uint32_t)((uint64_t)done * BAR_WIDTH / of);

    (void)arg;
    if (done != of && done % (of / 200 + 1) != 0) {
        return;
    }
    memset(bar, '.', BAR_WIDTH);
    memset(bar, '#', full);
    bar[BAR_WIDTH] = '\0';
    (void)fprintf(stderr, "\r%-12s [%s] %u of %u%s", step, bar, done, of, done == of ? "\n" : "");
}

static enum err read_json(struct import_zones *m, struct str text, struct json_doc **doc)
{
    const struct json_limits limits = { .bytes_max = ZONES_BYTES_MAX,
                                        .depth_max = 16,
                                        .values_max = 8000000 };

    return json_in_parse(text, limits, doc, &m->f);
}

/* ---- what is there already ---- */

static enum err know_folder(struct import_zones *m)
{
    char path[PATH_MAX];
    struct json_doc *doc = NULL;
    struct str text;

    if (snprintf(path, sizeof(path), "%s/city.json", m->out) >= PATH_MAX) {
        return fault_set(&m->f, ERR_INVALID, "the path is too long", NULL, NULL);
    }
    enum err err = town_read(&m->arena, path, &text, &m->f);

    err = err == OK ? read_json(m, text, &doc) : err;
    err = err == OK ? json_in_struct(&city_shape, doc, STR("w"), &m->arena, &m->city, &m->f) : err;
    json_doc_free(doc);
    return err == OK ? zones_know_all(&m->z, &m->city.zones) : err;
}

static enum err get(struct import_zones *m, const char *accept, struct json_doc **doc)
{
    const struct http_request r = { .method = "GET", .path = "/api/v1/city", .accept = accept };
    struct buf answer;
    int status = 0;
    enum err err = session_call(&m->s, &r, PATIENCE_S, &status, &answer, &m->f);

    if (err == OK && status != 200) {
        err = session_problem(status, buf_view(&answer), &m->f);
    }
    err = err == OK ? read_json(m, buf_view(&answer), doc) : err;
    buf_fini(&answer);
    return err;
}

static enum err know_server(struct import_zones *m)
{
    struct json_doc *city = NULL;
    struct json_doc *outlines = NULL;
    enum err err = session_open(&m->s, &m->session, &m->f);

    err = err == OK ? get(m, NULL, &city) : err;
    err = err == OK ? get(m, "application/geo+json", &outlines) : err;
    err = err == OK ? zones_know_told(&m->z, city, outlines) : err;
    json_doc_free(city);
    json_doc_free(outlines);
    return err;
}

/* ---- where they go ---- */

/* Beside the file first, so that a folder never holds half a city. */
static enum err write_folder(struct import_zones *m)
{
    static const struct json_out opt = { .privacy_max = TACTICAL };
    char path[PATH_MAX];
    char beside[PATH_MAX + 8];
    struct buf b;

    m->city.zones = zones_merged(&m->z, &m->city.zones, &m->changes);
    m->city.zone_reach_m = m->reach_m != 0 ? (uint32_t)m->reach_m : m->city.zone_reach_m;
    buf_init(&b);
    json_out_struct(&b, &city_shape, &m->city, &opt);
    buf_char(&b, '\n');
    (void)snprintf(path, sizeof(path), "%s/city.json", m->out);
    (void)snprintf(beside, sizeof(beside), "%s.new", path);
    FILE *file = buf_ok(&b) ? fopen(beside, "wb") : NULL;
    bool good = file != NULL && fwrite(b.at, 1, b.len, file) == b.len;

    good = file != NULL && fclose(file) == 0 && good;
    good = good && rename(beside, path) == 0;
    buf_fini(&b);
    return good ? OK : fault_set(&m->f, ERR_IO, "could not write a file", path, strerror(errno));
}

/* The same id for the same zones: sent twice it changes nothing. */
static enum err send_zones(struct import_zones *m)
{
    struct command c = { .type = COMMAND_ZONES_LOAD };
    const struct json_out opt = { .world = str_of(m->world),
                                  .privacy_max = TACTICAL,
                                  .canonical_command = true };
    struct buf body;
    struct buf scratch;
    struct buf answer = { 0 };
    uint8_t content[16];
    char hex[33];
    int status = 0;

    c.as.zones_load_in =
        (struct zones_load_in){ .zones = m->changes, .reach_m = (uint32_t)m->reach_m };
    buf_init(&scratch);
    engine_content(&c, opt.world, &scratch, content);
    (void)sodium_bin2hex(hex, sizeof(hex), content, sizeof(content));
    buf_init(&body);
    buf_fmt(&body, "{\"id\":\"zones-%s\",\"type\":\"zones.load\",\"data\":", hex);
    json_out_struct(&body, command_infos[c.type].shape, &c.as, &opt);
    buf_char(&body, '}');
    const struct http_request r = { .method = "POST",
                                    .path = "/api/v1/commands",
                                    .body = buf_view(&body) };
    enum err err = buf_ok(&body)
                       ? session_call(&m->s, &r, PATIENCE_S, &status, &answer, &m->f)
                       : fault_set(&m->f, ERR_NO_MEMORY, "no memory for zones", NULL, NULL);

    if (err == OK && status != 200) {
        err = session_problem(status, buf_view(&answer), &m->f);
    }
    buf_fini(&answer);
    buf_fini(&body);
    buf_fini(&scratch);
    return err;
}

/* ---- the run ---- */

static enum err read_files(struct import_zones *m)
{
    for (uint32_t k = 0; k < m->file_count; k++) {
        struct str text;

        if (town_read(&m->arena, m->files[k], &text, &m->f) != OK ||
            zones_read(&m->z, m->files[k], text) != OK) {
            return m->f.err;
        }
    }
    return m->z.count > 0
               ? OK
               : fault_field(&m->f, ERR_INVALID, "features", "features is empty, expected zones");
}

static void tell(struct import_zones *m, struct buf *b)
{
    bool english = strcmp(m->lang, "en") == 0;
    bool kept = m->dry || (m->out == NULL && m->session.url == NULL);
    const char *where = m->out != NULL ? m->out : m->session.url;
    uint32_t noted = zones_noted(&m->z);

    if (m->json) {
        buf_fmt(b, "{\"zones\":%u,\"noted\":%u,\"written\":%s,\"features\":", m->changes.count,
                noted, kept ? "false" : "true");
        zones_tell_json(&m->z, b);
        buf_char(b, '}');
        return;
    }
    zones_tell(&m->z, english, b);
    buf_fmt(b, english ? "%u zones, %u with something to tell; " : "%u 个辖区，其中 %u 个有说明；",
            m->changes.count, noted);
    if (kept) {
        buf_text(b, english ? "nothing was written" : "未写入");
    } else {
        buf_fmt(b, english ? "written to %s" : "已写入 %s", where);
    }
}

static int run(struct import_zones *m)
{
    struct buf b;

    m->wish.sliver_m2 = (double)m->sliver_m2;
    m->wish.progress = isatty(STDERR_FILENO) == 1 ? show_progress : NULL;
    arena_init(&m->arena, ARENA_BYTES);
    enum err err = zones_init(&m->z, &m->wish, &m->f);

    err = err == OK ? read_files(m) : err;
    if (err == OK && m->out != NULL) {
        err = know_folder(m);
    } else if (err == OK && m->session.url != NULL) {
        err = know_server(m);
    }
    err = err == OK ? zones_mend(&m->z) : err;
    err = err == OK ? zones_result(&m->z, &m->changes) : err;
    if (err == OK && !m->dry) {
        err = m->out != NULL ? write_folder(m) : (m->session.url != NULL ? send_zones(m) : OK);
    }
    int code = err == OK ? CLI_DONE : cli_failed(NAME, &m->f);

    if (err == OK) {
        buf_init(&b);
        tell(m, &b);
        code = cli_print(NAME, &b);
        buf_fini(&b);
    }
    session_close(&m->s);
    zones_fini(&m->z);
    arena_fini(&m->arena);
    return code;
}

static int misused(const struct import_zones *m)
{
    const char *k = m->wish.kind;
    struct str kind = { k, k != NULL ? strlen(k) : 0 };
    uint32_t value;

    if (m->out != NULL && m->session.url != NULL) {
        return cli_misused(NAME, "either --out or --url");
    }
    if (m->session.url != NULL && m->session.user == NULL) {
        return cli_misused(NAME, "--url needs --user");
    }
    if (strcmp(m->lang, "zh") != 0 && strcmp(m->lang, "en") != 0) {
        return cli_misused(NAME, "--lang is \"%s\", expected zh or en", m->lang);
    }
    if (k != NULL && !word_find(&zone_kind_words, kind, &value)) {
        return cli_misused(NAME, "--kind is \"%s\", expected city, district, station or beat", k);
    }
    if (m->reach_m > REACH_MOST_M) {
        return cli_misused(NAME, "--reach is %" PRIu64 ", expected at most %u", m->reach_m,
                           REACH_MOST_M);
    }
    return CLI_DONE;
}

/* Files stand before the options; the last one is left for the table of options, which wants one.
 */
static int take_files(struct import_zones *m, int argc, char **argv)
{
    int n = 1;

    while (n < argc && argv[n][0] != '-' && m->file_count < FILES_MAX) {
        m->files[m->file_count++] = argv[n++];
    }
    return n > 1 ? n - 2 : 0;
}

int cli_import_zones(int argc, char **argv)
{
    struct import_zones *m = calloc(1, sizeof(*m));
    bool help;

    if (m == NULL) {
        return CLI_FAILED;
    }
    m->world = "live";
    m->lang = "zh";
    m->sliver_m2 = SLIVER_M2;
    const char *file = NULL;
    const struct cli_option options[] = {
        { "FILE", CLI_TEXT, &file, true, "GeoJSON; several may stand before the options" },
        { "--out", CLI_TEXT, &m->out, false, "city folder whose city.json gets them" },
        { "--url", CLI_TEXT, &m->session.url, false, "server that gets them (http://host:port)" },
        { "--user", CLI_TEXT, &m->session.user, false, "admin to sign in as" },
        { "--password-file", CLI_TEXT, &m->session.password_file, false,
          "file whose first line is the password; standard input unless said" },
        { "--world", CLI_TEXT, &m->world, false, "name of the world, live unless said" },
        { "--level", CLI_TEXT, &m->wish.level, false, "property with the level; level or kind" },
        { "--kind", CLI_TEXT, &m->wish.kind, false,
          "level of features that say none: city, district, station, beat" },
        { "--code", CLI_TEXT, &m->wish.code, false, "property with the code; code, id or ref" },
        { "--name", CLI_TEXT, &m->wish.name, false, "property with the name; name_zh or name" },
        { "--name-en", CLI_TEXT, &m->wish.name_en, false, "English name; name_en" },
        { "--parent", CLI_TEXT, &m->wish.parent, false,
          "property with the parent's code; parent, else by where it lies" },
        { "--sliver", CLI_NUMBER, &m->sliver_m2, false,
          "square metres under which parts, holes and gaps are mended, 100 unless said" },
        { "--reach", CLI_NUMBER, &m->reach_m, false,
          "metres outside of all zones that are still the nearest one's" },
        { "--from-gcj02", CLI_FLAG, &m->wish.from_gcj02, false, "the files are in GCJ-02" },
        { "--retire", CLI_FLAG, &m->wish.retire, false,
          "zones of these levels that no file names lose their outline" },
        { "--dry-run", CLI_FLAG, &m->dry, false, "tell, and write nothing" },
        { "--lang", CLI_TEXT, &m->lang, false, "of the report: zh (unless said), en" },
        { "--json", CLI_FLAG, &m->json, false, "print one JSON object" },
    };
    int skip = take_files(m, argc, argv);
    char *first = argv[0];

    argv[skip] = first;
    int code = CLI_READ(NAME, about, options, argc - skip, argv + skip, &help);

    if (file != NULL && m->file_count < FILES_MAX &&
        (m->file_count == 0 || m->files[m->file_count - 1] != file)) {
        m->files[m->file_count++] = file;
    }
    code = code != CLI_DONE || help ? code : misused(m);
    if (code == CLI_DONE && !help) {
        code = run(m);
    }
    free(m);
    return code;
}
