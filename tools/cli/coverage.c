/* tocsin coverage: who could be where within one, three and five minutes of now, as the server
 * keeps it; or what it would cost if these units left. */
#include "dispatch/codec/json_in.h"
#include "dispatch/model/words.h"
#include "tools/cli/cli.h"
#include "tools/cli/coverage_moves.h"
#include "tools/cli/session.h"

#include <stdlib.h>
#include <string.h>

#define NAME "coverage"
#define PATIENCE_S 10
#define RINGS 3
#define CIRCLES_SHOWN 20

static const char about[] =
    "tocsin coverage: the share of the city that free units reach within 1, 3 and 5 minutes,\n"
    "by force; the response circles that nobody keeps and the worst gaps of the police. With\n"
    "--if-leave what would be lost if these units left, with --moves who might be moved up: the\n"
    "server orders nobody. Operators, commanders, duty officers, station desks and auditors\n"
    "may read it; it is always of the whole city.";

struct coverage_opts {
    struct session_opts session;
    const char *class, *leave, *lang;
    bool json, moves;
};

struct tongue {
    const char *as_of, *weight_incidents, *weight_roads, *weight_area, *by_line, *no_city;
    const char *head, *police, *circles, *minutes, *late, *nobody, *more, *gaps, *no_gaps;
    const char *cost_head, *share, *lost, *opened, *none_opened, *gap;
};

static const struct tongue tongues[] = {
    { .as_of = "截至",
      .weight_incidents = "按近 30 天警情加权",
      .weight_roads = "警情不足，按道路长度加权",
      .weight_area = "警情不足又无路网，按面积加权",
      .by_line = "未载路网，按直线距离估算",
      .no_city = "尚无城市数据，无法推算覆盖",
      .head = "  1 分钟   3 分钟   5 分钟   可用  力量\n",
      .police = "公安",
      .circles = "快反圈保有",
      .minutes = "分钟",
      .late = "最快",
      .nobody = "5 分钟内无人可到",
      .more = "其余",
      .gaps = "空白（5 分钟内公安无人可到；占比，经度,纬度）",
      .no_gaps = "没有成片空白",
      .cost_head = "  1 分钟   3 分钟   5 分钟\n",
      .share = "现有覆盖",
      .lost = "将失去",
      .opened = "将失守的快反圈",
      .none_opened = "快反圈不受影响",
      .gap = "将出现的空白（占比，经度,纬度）" },
    { .as_of = "as of",
      .weight_incidents = "weighed by incidents of the last 30 days",
      .weight_roads = "too few incidents: weighed by road length",
      .weight_area = "too few incidents and no roads: weighed by area",
      .by_line = "no road network: estimated by straight line",
      .no_city = "there is no city to reckon coverage of yet",
      .head = "   1 min    3 min    5 min   free  force\n",
      .police = "police",
      .circles = "response circles kept",
      .minutes = "min",
      .late = "first",
      .nobody = "nobody within 5 minutes",
      .more = "others:",
      .gaps = "gaps (no police within 5 minutes; share, longitude,latitude)",
      .no_gaps = "no gap of any size",
      .cost_head = "   1 min    3 min    5 min\n",
      .share = "covered now",
      .lost = "would be lost",
      .opened = "circles that would not be kept",
      .none_opened = "every circle that is kept stays so",
      .gap = "gap that would open (share, longitude,latitude)" },
};

static const char *force_word(struct str word, bool zh, const struct tongue *t)
{
    if (str_is(word, "police")) {
        return t->police;
    }
#define POLICE_TYPE(TYPE, text, in_zh, in_en) \
    if (str_is(word, text)) {                 \
        return zh ? in_zh : in_en;            \
    }
#include "dispatch/model/police_types.def"
#undef POLICE_TYPE
    return "?";
}

static void put_share(struct buf *b, double share)
{
    buf_fmt(b, "%7.2f%% ", share * 100);
}

static void put_shares(struct buf *b, const struct json_doc *list)
{
    for (size_t r = 0; r < RINGS; r++) {
        double share = 0;

        if (r < json_doc_count(list)) {
            (void)json_doc_value_number(json_doc_at(list, r), &share);
        }
        put_share(b, share);
    }
}

static void put_at(struct buf *b, const struct json_doc *holder)
{
    const struct json_doc *at = json_doc_member(holder, "at");
    double lon = 0;
    double lat = 0;
    double share = 0;
    const struct json_doc *part = json_doc_member(holder, "share");

    if (part != NULL) {
        (void)json_doc_value_number(part, &share);
    }
    if (json_doc_count(at) == 2) {
        (void)json_doc_value_number(json_doc_at(at, 0), &lon);
        (void)json_doc_value_number(json_doc_at(at, 1), &lat);
    }
    put_share(b, share);
    buf_fmt(b, " %.5f,%.5f\n", lon, lat);
}

/* When, by which engine, by which weight. False: there is no city. */
static bool put_basis(struct buf *b, const struct json_doc *doc, const struct tongue *t)
{
    struct str at = { 0 };
    struct str engine = { 0 };
    struct str weight = { 0 };

    (void)json_doc_str(doc, "at", &at);
    if (!json_doc_str(doc, "engine", &engine)) {
        buf_text(b, t->no_city);
        return false;
    }
    (void)json_doc_str(doc, "weight", &weight);
    buf_fmt(b, "%s " STR_FMT " · %s", t->as_of, STR_ARG(at),
            str_is(weight, "incidents")     ? t->weight_incidents
            : str_is(weight, "road_length") ? t->weight_roads
                                            : t->weight_area);
    if (engine.len >= 5 && memcmp(engine.at, "line/", 5) == 0) {
        buf_fmt(b, " · %s", t->by_line);
    }
    buf_char(b, '\n');
    return true;
}

/* A circle by its name, who is first there and when. */
static void put_circle(struct buf *b, const struct json_doc *c, bool zh, const struct tongue *t)
{
    struct str name = { 0 };
    struct str callsign = { 0 };
    uint64_t minutes = 0;
    uint64_t ms = 0;

    (void)json_doc_u64(c, "minutes", &minutes);
    if (!json_doc_str(c, zh ? "name_zh" : "name_en", &name) || name.len == 0) {
        (void)json_doc_str(c, "name_zh", &name);
    }
    if (name.len == 0) {
        (void)json_doc_str(c, "code", &name);
    }
    buf_fmt(b, "  " STR_FMT " · %u %s · ", STR_ARG(name), (unsigned)minutes, t->minutes);
    if (json_doc_str(c, "callsign", &callsign) && json_doc_u64(c, "ms", &ms)) {
        buf_fmt(b, "%s " STR_FMT " %u'%02u\"\n", t->late, STR_ARG(callsign),
                (unsigned)(ms / 1000 / 60), (unsigned)(ms / 1000 % 60));
    } else {
        buf_fmt(b, "%s\n", t->nobody);
    }
}

static void put_circles(struct buf *b, const struct json_doc *list, bool zh, const struct tongue *t)
{
    size_t count = json_doc_count(list);

    for (size_t k = 0; k < count && k < CIRCLES_SHOWN; k++) {
        put_circle(b, json_doc_at(list, k), zh, t);
    }
    if (count > CIRCLES_SHOWN) {
        buf_fmt(b, "  %s %zu\n", t->more, count - CIRCLES_SHOWN);
    }
}

static void put_figures(struct buf *b, const struct json_doc *doc, bool zh, const struct tongue *t)
{
    const struct json_doc *classes = json_doc_member(doc, "classes");
    const struct json_doc *circles = json_doc_member(doc, "circles");
    const struct json_doc *gaps = json_doc_member(doc, "gaps");
    uint64_t all = 0;
    uint64_t kept = 0;

    if (!put_basis(b, doc, t)) {
        return;
    }
    buf_text(b, t->head);
    for (size_t k = 0; k < json_doc_count(classes); k++) {
        const struct json_doc *c = json_doc_at(classes, k);
        struct str word = { 0 };
        uint64_t units = 0;

        (void)json_doc_str(c, "class", &word);
        (void)json_doc_u64(c, "units", &units);
        put_shares(b, json_doc_member(c, "share"));
        buf_fmt(b, "%6u  %s\n", (unsigned)units, force_word(word, zh, t));
    }
    (void)json_doc_u64(circles, "all", &all);
    (void)json_doc_u64(circles, "kept", &kept);
    buf_fmt(b, "%s %u/%u\n", t->circles, (unsigned)kept, (unsigned)all);
    put_circles(b, json_doc_member(circles, "open"), zh, t);
    buf_fmt(b, "%s\n", json_doc_count(gaps) > 0 ? t->gaps : t->no_gaps);
    for (size_t k = 0; k < json_doc_count(gaps); k++) {
        put_at(b, json_doc_at(gaps, k));
    }
}

static void put_cost(struct buf *b, const struct json_doc *doc, bool zh, const struct tongue *t)
{
    const struct json_doc *circles = json_doc_member(doc, "circles");
    const struct json_doc *gap = json_doc_member(doc, "gap");
    struct str word = { 0 };

    if (!put_basis(b, doc, t)) {
        return;
    }
    (void)json_doc_str(doc, "class", &word);
    buf_text(b, t->cost_head);
    put_shares(b, json_doc_member(doc, "share"));
    buf_fmt(b, " %s (%s)\n", t->share, force_word(word, zh, t));
    put_shares(b, json_doc_member(doc, "lost"));
    buf_fmt(b, " %s\n%s\n", t->lost, json_doc_count(circles) > 0 ? t->opened : t->none_opened);
    put_circles(b, circles, zh, t);
    if (gap != NULL) {
        buf_fmt(b, "%s\n", t->gap);
        put_at(b, gap);
    }
}

static void put_path(const struct coverage_opts *o, struct buf *b)
{
    if (o->leave != NULL) {
        buf_text(b, "/api/v1/coverage/if?");
        session_put_query(b, "leave", str_of(o->leave));
    } else if (o->moves) {
        buf_text(b, "/api/v1/coverage/moves?");
        session_put_query(b, "class", str_of(o->class));
    } else {
        buf_text(b, o->json ? "/api/v1/coverage?" : "/api/v1/coverage?format=summary&");
        session_put_query(b, "class", str_of(o->class));
    }
    buf_char(b, '\0');
}

static enum err tell(const struct coverage_opts *o, struct str body, struct buf *out,
                     struct fault *f)
{
    struct json_doc *doc = NULL;
    bool zh = strcmp(o->lang, "zh") == 0;

    if (o->json) { /* as the server has it: GeoJSON may be large, and is not ours to change */
        buf_str(out, body);
        return OK;
    }
    enum err err = json_doc_parse(body, &doc, f);

    if (err == OK && o->leave != NULL) {
        put_cost(out, doc, zh, &tongues[zh ? 0 : 1]);
    } else if (err == OK && o->moves) {
        if (put_basis(out, doc, &tongues[zh ? 0 : 1])) {
            coverage_put_moves(out, doc, zh);
        }
    } else if (err == OK) {
        put_figures(out, doc, zh, &tongues[zh ? 0 : 1]);
    }
    json_doc_free(doc);
    while (out->len > 0 && out->at[out->len - 1] == '\n') {
        out->len--; /* printing ends the line */
    }
    return err;
}

static int run(const struct coverage_opts *o)
{
    struct cli_session s;
    struct fault f = { 0 };
    struct buf path;
    struct buf answer;
    struct buf out;
    int status = 0;

    buf_init(&path);
    buf_init(&answer);
    buf_init(&out);
    put_path(o, &path);
    const struct http_request r = { .method = "GET", .path = path.at };
    enum err err = session_open(&s, &o->session, &f);

    err = err == OK ? session_call(&s, &r, PATIENCE_S, &status, &answer, &f) : err;
    if (err == OK) {
        err = status == 200 ? tell(o, buf_view(&answer), &out, &f)
                            : session_problem(status, buf_view(&answer), &f);
    }
    session_close(&s);
    int code = err == OK ? cli_print(NAME, &out) : cli_failed(NAME, &f);

    buf_fini(&path);
    buf_fini(&answer);
    buf_fini(&out);
    return code;
}

/* The language of the terminal, unless one is named. */
static const char *lang_here(void)
{
    const char *lang = getenv("LC_ALL");

    lang = lang == NULL || lang[0] == '\0' ? getenv("LANG") : lang;
    return lang != NULL && strncmp(lang, "zh", 2) == 0 ? "zh" : "en";
}

static bool is_class(struct str word)
{
    uint32_t type;

    return str_is(word, "police") ||
           (word_find(&police_type_words, word, &type) && type != POLICE_TYPE_NONE);
}

/* "live-u12,live-u13": whether they exist, the server knows. */
static bool are_units(const char *list)
{
    bool end = true; /* of one; the next is to begin */

    for (const char *c = list; *c != '\0'; c++) {
        bool good = (*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') || *c == '_' || *c == '-';

        if (!good && (*c != ',' || end)) {
            return false;
        }
        end = *c == ',';
    }
    return !end;
}

int cli_coverage(int argc, char **argv)
{
    struct coverage_opts o = { .class = NULL, .lang = lang_here() };
    const struct cli_option options[] = {
        SESSION_OPTIONS(o.session),
        { "--class", CLI_TEXT, &o.class, false,
          "with --json or --moves: police (unless said) or one type" },
        { "--if-leave", CLI_TEXT, &o.leave, false, "what it costs: units, as live-u12,live-u13" },
        { "--moves", CLI_FLAG, &o.moves, false, "who might be moved up, and what that brings" },
        { "--lang", CLI_TEXT, &o.lang, false, "zh or en; else as the terminal" },
        { "--json", CLI_FLAG, &o.json, false,
          "print what the server says: GeoJSON, cost or moves" },
    };
    bool help;
    int code = CLI_READ(NAME, about, options, argc, argv, &help);

    if (code != CLI_DONE || help) {
        return code;
    }
    if (strcmp(o.lang, "zh") != 0 && strcmp(o.lang, "en") != 0) {
        return cli_misused(NAME, "--lang is \"%s\", expected zh or en", o.lang);
    }
    if (o.moves && o.leave != NULL) {
        return cli_misused(NAME, "--moves is given, expected no --if-leave beside it");
    }
    if (o.class != NULL && ((!o.json && !o.moves) || o.leave != NULL)) {
        return cli_misused(NAME, "--class goes with --json or --moves, without --if-leave");
    }
    o.class = o.class != NULL ? o.class : "police";
    if (!is_class(str_of(o.class))) {
        return cli_misused(NAME, "--class is \"%s\", expected police or a type such as patrol",
                           o.class);
    }
    if (o.leave != NULL && !are_units(o.leave)) {
        return cli_misused(NAME, "--if-leave is \"%s\", expected units as live-u12,live-u13",
                           o.leave);
    }
    return run(&o);
}
