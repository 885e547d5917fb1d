/* tocsin track: where a unit was on a day, or the units of an incident while they worked on it. A
 * protected read: the server records it before it answers. */
#include "dispatch/codec/json_in.h"
#include "dispatch/codec/json_out.h"
#include "tools/cli/cli.h"
#include "tools/cli/session.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NAME "track"
#define PATIENCE_S 10

static const char about[] =
    "tocsin track --unit ID --date DAY, or --incident ID: where a unit was on a day (of the "
    "city's\n"
    "time), or the units of an incident while they worked on it. A commander or an auditor signs\n"
    "in; purpose and reason are recorded in the access log before anything is shown.";

struct track_opts {
    struct session_opts session;
    const char *unit, *incident, *date, *purpose, *reason;
    bool json;
};

struct print {
    struct buf out;
    uint64_t count;
    char next[64];
};

static void put_path(const struct track_opts *o, const char *next, struct buf *b)
{
    buf_text(b, o->unit != NULL ? "/api/v1/units/" : "/api/v1/incidents/");
    buf_text(b, o->unit != NULL ? o->unit : o->incident);
    buf_text(b, o->unit != NULL ? "/track?" : "/tracks?");
    session_put_query(b, "purpose", str_of(o->purpose));
    session_put_query(b, "&reason", str_of(o->reason));
    if (o->unit != NULL) {
        session_put_query(b, "&date", str_of(o->date));
    }
    if (next[0] != '\0') {
        session_put_query(b, "&cursor", str_of(next));
    }
    buf_char(b, '\0');
}

static void put_number(struct buf *b, const struct json_doc *sample, const char *key, bool json)
{
    uint64_t n;
    bool given = json_doc_u64(sample, key, &n);

    if (json && given) {
        buf_fmt(b, ",\"%s\":%" PRIu64, key, n);
    } else if (!json && given) {
        buf_fmt(b, "  %7" PRIu64, n);
    } else if (!json) {
        buf_text(b, "        -");
    }
}

static void put_sample(struct print *p, const struct json_doc *sample, bool json)
{
    struct str unit = { 0 };
    struct str at = { 0 };
    int32_t lon = 0;
    int32_t lat = 0;
    struct buf *b = &p->out;

    (void)json_doc_str(sample, "unit", &unit);
    (void)json_doc_str(sample, "at", &at);
    (void)json_doc_value_deg(json_doc_member(sample, "lon"), &lon);
    (void)json_doc_value_deg(json_doc_member(sample, "lat"), &lat);
    if (json) {
        buf_text(b, p->count > 0 ? ",{\"unit\":" : "{\"unit\":");
        buf_json_str(b, unit);
        buf_text(b, ",\"at\":");
        buf_json_str(b, at);
        buf_text(b, ",\"lon\":");
    } else {
        buf_fmt(b, STR_FMT "  %.*s  ", STR_ARG(unit), at.len > 19 ? 19 : (int)at.len, at.at);
    }
    json_out_deg(b, lon);
    buf_text(b, json ? ",\"lat\":" : " ");
    json_out_deg(b, lat);
    put_number(b, sample, "heading", json);
    put_number(b, sample, "speed", json);
    put_number(b, sample, "seq", json);
    buf_char(b, json ? '}' : '\n');
    p->count++;
}

static enum err take_page(struct print *p, const struct track_opts *o, struct str body,
                          struct fault *f)
{
    struct json_doc *doc = NULL;
    struct str next = { 0 };
    enum err err = json_doc_parse(body, &doc, f);
    const struct json_doc *samples = err == OK ? json_doc_member(doc, "samples") : NULL;

    if (err == OK && samples == NULL) {
        err = fault_set(f, ERR_MALFORMED, "the server's answer holds no samples", NULL, NULL);
    }
    for (size_t k = 0; err == OK && k < json_doc_count(samples); k++) {
        put_sample(p, json_doc_at(samples, k), o->json);
    }
    p->next[0] = '\0';
    if (err == OK && json_doc_str(doc, "next", &next)) {
        (void)snprintf(p->next, sizeof(p->next), STR_FMT, STR_ARG(next));
    }
    json_doc_free(doc);
    return err;
}

static enum err read_page(struct cli_session *s, const struct track_opts *o, struct print *p,
                          struct fault *f)
{
    struct buf path;
    struct buf answer;
    int status = 0;

    buf_init(&path);
    put_path(o, p->next, &path);
    const struct http_request r = { .method = "GET", .path = path.at };
    enum err err = session_call(s, &r, PATIENCE_S, &status, &answer, f);

    if (err == OK) {
        err = status == 200 ? take_page(p, o, buf_view(&answer), f)
                            : session_problem(status, buf_view(&answer), f);
    }
    buf_fini(&path);
    buf_fini(&answer);
    return err;
}

static int run(const struct track_opts *o)
{
    struct cli_session s;
    struct fault f = { 0 };
    struct print p = { .count = 0 };
    int code = CLI_FAILED;

    buf_init(&p.out);
    buf_text(&p.out, o->json ? "{\"samples\":["
                             : "unit       time (UTC)           longitude latitude  heading    km/h"
                               "      seq\n");
    enum err err = session_open(&s, &o->session, &f);

    do {
        err = err == OK ? read_page(&s, o, &p, &f) : err;
    } while (err == OK && p.next[0] != '\0');
    session_close(&s);
    if (err != OK) {
        code = cli_failed(NAME, &f);
    } else {
        if (o->json) {
            buf_text(&p.out, "]}");
        } else {
            buf_fmt(&p.out, "%" PRIu64 " samples", p.count);
        }
        code = cli_print(NAME, &p.out);
    }
    buf_fini(&p.out);
    return code;
}

static bool plain_id(const char *id)
{
    for (const char *c = id; *c != '\0'; c++) {
        bool good = (*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') || *c == '_' || *c == '-';

        if (!good) {
            return false;
        }
    }
    return id[0] != '\0' && strlen(id) < 64;
}

int cli_track(int argc, char **argv)
{
    struct track_opts o = { .unit = NULL };
    const struct cli_option options[] = {
        SESSION_OPTIONS(o.session),
        { "--unit", CLI_TEXT, &o.unit, false, "unit, as live-u12" },
        { "--date", CLI_TEXT, &o.date, false, "day, as 2026-11-24" },
        { "--incident", CLI_TEXT, &o.incident, false, "incident, as live-i417" },
        { "--purpose", CLI_TEXT, &o.purpose, true, "review, complaint, audit …" },
        { "--reason", CLI_TEXT, &o.reason, true, "why, in a line" },
        { "--json", CLI_FLAG, &o.json, false, "print one JSON object" },
    };
    bool help;
    int code = CLI_READ(NAME, about, options, argc, argv, &help);

    if (code != CLI_DONE || help) {
        return code;
    }
    if ((o.unit == NULL) == (o.incident == NULL) || (o.unit != NULL) != (o.date != NULL)) {
        return cli_misused(NAME, "expected --unit with --date, or --incident");
    }
    if (!plain_id(o.unit != NULL ? o.unit : o.incident)) {
        return cli_misused(NAME, "\"%s\" is no id such as live-u12",
                           o.unit != NULL ? o.unit : o.incident);
    }
    return run(&o);
}
