/* tocsin paper-in: enters calls that were worked on paper, each with its own number and times.
 * Every call is one command whose id is its number: sending a file twice changes nothing. */
#include "dispatch/codec/json_in.h"
#include "dispatch/codec/json_out.h"
#include "tools/cli/cli.h"
#include "tools/cli/session.h"
#include "tools/paper/paper_row.h"
#include "tools/sim/town.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NAME "paper-in"
#define PATIENCE_S 30
#define UNITS_MAX 65536u
#define OFFSETS_MAX 1024u
#define ARENA_BYTES ((size_t)256 << 20)

static const char about[] =
    "tocsin paper-in FILE: enters calls that were worked on paper: CSV with the columns of the "
    "blank\n"
    "form, or JSON, an array of paper.enter data (docs/PAPER.md). An operator or a commander signs "
    "in.\n"
    "No clock starts and nobody is ordered. What stands in the record already is left as it is, "
    "so\n"
    "that a file can be sent again; what is refused is told line by line and the rest goes on.";

struct paper_in {
    struct session_opts session;
    const char *world, *file;
    bool dry, json;
    struct cli_session s;
    struct arena arena;     /* of the run */
    struct arena row_arena; /* of a call */
    struct paper_house house;
    struct buf results;
    uint64_t entered, already, refused;
};

/* ---- what the rows speak of ---- */

static enum err get(struct paper_in *p, const char *path, struct json_doc **doc, struct fault *f)
{
    const struct http_request r = { .method = "GET", .path = path };
    struct buf answer;
    int status = 0;
    enum err err = session_call(&p->s, &r, PATIENCE_S, &status, &answer, f);

    if (err == OK && status != 200) {
        err = session_problem(status, buf_view(&answer), f);
    }
    err = err == OK ? json_doc_parse(buf_view(&answer), doc, f) : err;
    buf_fini(&answer);
    return err;
}

static enum err read_offsets(struct paper_in *p, struct fault *f)
{
    struct city_offset *at = arena_alloc(&p->arena, OFFSETS_MAX * sizeof(*at));
    struct json_doc *doc = NULL;
    enum err err = at != NULL ? get(p, "/api/v1/city", &doc, f)
                              : fault_set(f, ERR_NO_MEMORY, "no memory for a city", NULL, NULL);
    const struct json_doc *city = err == OK ? json_doc_member(doc, "city") : NULL;
    const struct json_doc *offsets = city != NULL ? json_doc_member(city, "offsets") : NULL;

    for (size_t k = 0; offsets != NULL && err == OK && k < json_doc_count(offsets) &&
                       p->house.offset_count < OFFSETS_MAX;
         k++) {
        err = json_in_struct(&city_offset_shape, json_doc_at(offsets, k), str_of(p->world),
                             &p->arena, &at[p->house.offset_count], f);
        p->house.offset_count += err == OK ? 1 : 0;
    }
    p->house.offsets = at;
    json_doc_free(doc);
    return err;
}

static bool unit_number(struct str id, const char *world, uint32_t *out)
{
    size_t skip = strlen(world);
    uint64_t n = 0;

    if (id.len < skip + 3 || memcmp(id.at, world, skip) != 0 || id.at[skip] != '-' ||
        id.at[skip + 1] != ID_LETTER_UNIT) {
        return false;
    }
    for (size_t k = skip + 2; k < id.len; k++) {
        n = n * 10 + (uint64_t)(id.at[k] - '0');
        if (id.at[k] < '0' || id.at[k] > '9' || n > UINT32_MAX) {
            return false;
        }
    }
    *out = (uint32_t)n;
    return n > 0;
}

static enum err take_units(struct paper_in *p, const struct json_doc *doc,
                           struct paper_callsign *at, char *cursor, size_t size, struct fault *f)
{
    const struct json_doc *units = json_doc_member(doc, "units");
    struct str next = { 0 };

    for (size_t k = 0; units != NULL && k < json_doc_count(units); k++) {
        const struct json_doc *u = json_doc_at(units, k);
        struct str id = { 0 };
        struct str sign = { 0 };
        uint32_t n;

        if (!json_doc_str(u, "id", &id) || !json_doc_str(u, "callsign", &sign) ||
            !unit_number(id, p->world, &n)) {
            return fault_set(f, ERR_MALFORMED, "a unit of the server is not given as expected",
                             NULL, "is --world the server's?");
        }
        if (p->house.unit_count == UNITS_MAX) {
            return fault_set(f, ERR_TOO_LARGE, "more units than paper-in can hold", NULL, NULL);
        }
        at[p->house.unit_count++] =
            (struct paper_callsign){ .callsign = arena_str(&p->arena, sign), .unit = n };
    }
    cursor[0] = '\0';
    if (json_doc_str(doc, "cursor", &next)) {
        (void)snprintf(cursor, size, STR_FMT, STR_ARG(next));
    }
    return OK;
}

static enum err read_units(struct paper_in *p, struct fault *f)
{
    struct paper_callsign *at = arena_alloc(&p->arena, UNITS_MAX * sizeof(*at));
    char cursor[96] = "";
    char path[192];
    enum err err = at != NULL ? OK : fault_set(f, ERR_NO_MEMORY, "no memory for units", NULL, NULL);

    do {
        struct json_doc *doc = NULL;

        (void)snprintf(path, sizeof(path), "/api/v1/units?limit=1000%s%s",
                       cursor[0] != '\0' ? "&cursor=" : "", cursor);
        err = err == OK ? get(p, path, &doc, f) : err;
        err = err == OK ? take_units(p, doc, at, cursor, sizeof(cursor), f) : err;
        json_doc_free(doc);
    } while (err == OK && cursor[0] != '\0');
    p->house.units = at;
    return err;
}

/* ---- one call ---- */

static void tell(struct paper_in *p, struct str name, const char *what, const char *why)
{
    if (p->json) {
        buf_text(&p->results, p->results.len > 0 ? ",{\"call\":" : "{\"call\":");
        buf_json_str(&p->results, name);
        buf_text(&p->results, ",\"result\":");
        buf_json_str(&p->results, str_of(what));
        if (why[0] != '\0') {
            buf_text(&p->results, ",\"why\":");
            buf_json_str(&p->results, str_of(why));
        }
        buf_char(&p->results, '}');
    } else {
        buf_fmt(&p->results, STR_FMT ": %s%s%s\n", STR_ARG(name), what, why[0] != '\0' ? ": " : "",
                why);
    }
}

static void refuse(struct paper_in *p, struct str name, const struct fault *f)
{
    char line[sizeof(*f)];

    p->refused++;
    tell(p, name, "refused", fault_line(f, line, sizeof(line)));
}

static void put_command(const struct paper_in *p, const struct paper_enter *c, struct buf *b)
{
    const struct json_out opt = { .world = str_of(p->world),
                                  .privacy_max = TACTICAL,
                                  .canonical_command = true };

    buf_fmt(b, "{\"id\":\"paper-%08u-%06u\",\"type\":\"paper.enter\",\"data\":", c->number.date,
            c->number.count);
    json_out_struct(b, &paper_enter_shape, c, &opt);
    buf_char(b, '}');
}

/* Fails only when the server cannot be reached. */
static enum err send_call(struct paper_in *p, struct str name, const struct paper_enter *c,
                          struct fault *f)
{
    struct fault why = { .err = OK };
    struct buf body;
    struct buf answer;
    int status = 0;

    if (p->dry) {
        p->entered++;
        tell(p, name, "readable", "");
        return OK;
    }
    buf_init(&body);
    put_command(p, c, &body);
    const struct http_request r = { .method = "POST",
                                    .path = "/api/v1/commands",
                                    .body = buf_view(&body) };
    enum err err = session_call(&p->s, &r, PATIENCE_S, &status, &answer, f);

    if (err == OK && status == 200) {
        p->entered++;
        tell(p, name, "entered", "");
    } else if (err == OK) {
        (void)session_problem(status, buf_view(&answer), &why);
        if (strcmp(why.detail, "number_taken") == 0) {
            p->already++;
            tell(p, name, "already", "stands in the record");
        } else {
            refuse(p, name, &why);
        }
    }
    buf_fini(&body);
    buf_fini(&answer);
    return err;
}

/* ---- the two kinds of file ---- */

static enum err send_csv(struct paper_in *p, struct str text, struct fault *f)
{
    static const char *const needed[] = { "number", "writer", "received", NULL };
    struct csv c;
    enum err err = csv_begin(&c, p->file, text, &p->arena, f);

    err = err == OK ? csv_needs(&c, needed, f) : err;
    for (uint32_t k = 0; err == OK && k < c.columns; k++) {
        uint32_t n = 0;

        while (paper_columns[n] != NULL && !str_is(c.header[k], paper_columns[n])) {
            n++;
        }
        if (paper_columns[n] == NULL) {
            err = fault_field(f, ERR_INVALID, "header", "there is no column \"%.*s\"",
                              c.header[k].len < 60 ? (int)c.header[k].len : 60, c.header[k].at);
        }
    }
    while (err == OK && csv_next(&c)) {
        struct fault why = { .err = OK };
        struct paper_enter call;
        char name[96];

        arena_reset(&p->row_arena);
        (void)snprintf(name, sizeof(name), "line %u", c.row_line);
        if (paper_row(&c, &p->house, &p->row_arena, &call, &why) != OK) {
            refuse(p, str_of(name), &why);
            continue;
        }
        (void)snprintf(name, sizeof(name), "%08u-%06u", call.number.date, call.number.count);
        err = send_call(p, str_of(name), &call, f);
    }
    p->refused += err == OK ? c.bad : 0;
    return err;
}

static enum err send_json(struct paper_in *p, struct str text, struct fault *f)
{
    struct json_doc *doc = NULL;
    enum err err = json_doc_parse(text, &doc, f);

    if (err == OK && !json_doc_is_array(doc)) {
        err = fault_set(f, ERR_MALFORMED, "expected an array of calls", p->file, NULL);
    }
    for (size_t k = 0; err == OK && k < json_doc_count(doc); k++) {
        struct fault why = { .err = OK };
        struct paper_enter call;
        char name[96];

        arena_reset(&p->row_arena);
        (void)snprintf(name, sizeof(name), "call %zu", k + 1);
        if (json_in_struct(&paper_enter_shape, json_doc_at(doc, k), str_of(p->world), &p->row_arena,
                           &call, &why) != OK) {
            refuse(p, str_of(name), &why);
            continue;
        }
        (void)snprintf(name, sizeof(name), "%08u-%06u", call.number.date, call.number.count);
        err = send_call(p, str_of(name), &call, f);
    }
    json_doc_free(doc);
    return err;
}

static enum err send_file(struct paper_in *p, struct fault *f)
{
    struct str text;
    enum err err = town_read(&p->arena, p->file, &text, f);

    if (err != OK) {
        return err;
    }
    if (text.len >= 3 && memcmp(text.at, "\xef\xbb\xbf", 3) == 0) {
        text = (struct str){ text.at + 3, text.len - 3 }; /* as spreadsheets write it */
    }
    size_t k = 0;

    while (k < text.len && strchr(" \t\r\n", text.at[k]) != NULL) {
        k++;
    }
    if (k < text.len && text.at[k] == '[') {
        return send_json(p, text, f);
    }
    err = read_offsets(p, f);
    err = err == OK ? read_units(p, f) : err;
    return err == OK ? send_csv(p, text, f) : err;
}

static int print(struct paper_in *p)
{
    struct buf b;
    int code;

    buf_init(&b);
    if (p->json) {
        buf_fmt(&b,
                "{\"%s\":%" PRIu64 ",\"already\":%" PRIu64 ",\"refused\":%" PRIu64 ",\"results\":[",
                p->dry ? "readable" : "entered", p->entered, p->already, p->refused);
        buf_str(&b, buf_view(&p->results));
        buf_text(&b, "]}");
    } else {
        buf_str(&b, buf_view(&p->results));
        buf_fmt(&b, "%" PRIu64 " %s, %" PRIu64 " already there, %" PRIu64 " refused", p->entered,
                p->dry ? "readable" : "entered", p->already, p->refused);
    }
    code = cli_print(NAME, &b);
    buf_fini(&b);
    return code == CLI_DONE && p->refused > 0 ? CLI_FAILED : code;
}

static int run(struct paper_in *p)
{
    struct fault f = { 0 };
    enum err err;

    arena_init(&p->arena, ARENA_BYTES);
    arena_init(&p->row_arena, ARENA_BYTES);
    buf_init(&p->results);
    err = session_open(&p->s, &p->session, &f);
    err = err == OK ? send_file(p, &f) : err;
    session_close(&p->s);
    int code = CLI_FAILED;

    if (err == OK) {
        code = print(p);
    } else {
        /* What was entered before stays so: the file can be sent again. */
        if (p->results.len > 0) {
            (void)print(p);
        }
        code = cli_failed(NAME, &f);
    }
    buf_fini(&p->results);
    arena_fini(&p->arena);
    arena_fini(&p->row_arena);
    return code;
}

int cli_paper_in(int argc, char **argv)
{
    struct paper_in p = { .world = "live" };
    const struct cli_option options[] = {
        SESSION_OPTIONS(p.session),
        { "--world", CLI_TEXT, &p.world, false, "name of the server's world, live unless said" },
        { "--dry-run", CLI_FLAG, &p.dry, false, "read the file and send nothing" },
        { "--json", CLI_FLAG, &p.json, false, "print one JSON object" },
        { "FILE", CLI_TEXT, &p.file, true, "calls, CSV or JSON" },
    };
    bool help;
    int code = CLI_READ(NAME, about, options, argc, argv, &help);

    return code != CLI_DONE || help ? code : run(&p);
}
