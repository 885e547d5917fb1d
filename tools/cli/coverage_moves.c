/* The table of tocsin coverage --moves: who might be moved up, as people read it. */
#include "tools/cli/coverage_moves.h"

#include <string.h>

struct tongue {
    const char *none[4]; /* in the order of `words` */
    const char *gap, *brings, *takes, *on_way, *net, *keeps, *opens;
    const char *next, *why[3], *by_radio, *each;
};

static const char *const words[] = { "no_place", "no_unit", "out_of_reach", "too_little" };
static const char *const whys[] = { "later", "leaves_more", "same" };

static const struct tongue tongues[] = {
    { .none = { "没有失守的快反圈，也没有成片空白", "没有可用单位", "各处都超出调动时限",
                "没有值得的调动" },
      .gap = "空白处",
      .brings = "补上",
      .takes = "原处失去",
      .on_way = "途中失去",
      .net = "净得",
      .keeps = "保住",
      .opens = "让出",
      .next = "次选",
      .why = { "到得更晚", "原处失去更多或补上更少", "相当" },
      .by_radio = "仅为建议：在席位的覆盖明细里下达，或输入 MU（补位）。",
      .each = "逐条按前面各条均已执行推算" },
    { .none = { "no circle is open and there is no gap of any size", "nobody is free",
                "everybody is too far from all of these places", "no move is worth it" },
      .gap = "gap at",
      .brings = "brings",
      .takes = "leaves",
      .on_way = "on the way",
      .net = "net",
      .keeps = "keeps",
      .opens = "gives up",
      .next = "next",
      .why = { "arrives later", "leaves more or brings less", "as good" },
      .by_radio =
          "Proposals only: accept one in the details of a desk's coverage strip, or type MU there.",
      .each = "each reckoned as if those above it had been made" },
};

static double number_of(const struct json_doc *holder, const char *member)
{
    const struct json_doc *value = json_doc_member(holder, member);
    double out = 0;

    if (value != NULL) {
        (void)json_doc_value_number(value, &out);
    }
    return out;
}

static void put_time(struct buf *b, const struct json_doc *holder)
{
    uint64_t ms = 0;

    (void)json_doc_u64(holder, "ms", &ms);
    buf_fmt(b, "%u'%02u\"", (unsigned)(ms / 60000), (unsigned)(ms / 1000 % 60));
}

static void put_name(struct buf *b, const struct json_doc *c, bool zh)
{
    struct str name = { 0 };

    if (!json_doc_str(c, zh ? "name_zh" : "name_en", &name) || name.len == 0) {
        (void)json_doc_str(c, "name_zh", &name);
    }
    if (name.len == 0) {
        (void)json_doc_str(c, "code", &name);
    }
    buf_str(b, name);
}

static void put_place(struct buf *b, const struct json_doc *to, bool zh, const struct tongue *t)
{
    struct str kind = { 0 };
    const struct json_doc *at = json_doc_member(to, "at");
    double lon = 0;
    double lat = 0;

    (void)json_doc_str(to, "kind", &kind);
    if (str_is(kind, "circle")) {
        put_name(b, to, zh);
        return;
    }
    if (json_doc_count(at) == 2) {
        (void)json_doc_value_number(json_doc_at(at, 0), &lon);
        (void)json_doc_value_number(json_doc_at(at, 1), &lat);
    }
    buf_fmt(b, "%s %.5f,%.5f", t->gap, lon, lat);
}

static void put_circles(struct buf *b, const struct json_doc *list, const char *word, bool zh)
{
    const struct json_doc *circles = json_doc_member(list, "circles");
    uint64_t all = 0;

    (void)json_doc_u64(list, "all", &all);
    if (all == 0) {
        return;
    }
    buf_fmt(b, "     %s %u: ", word, (unsigned)all);
    for (size_t k = 0; k < json_doc_count(circles); k++) {
        buf_text(b, k > 0 ? ", " : "");
        put_name(b, json_doc_at(circles, k), zh);
    }
    buf_text(b, all > json_doc_count(circles) ? " …\n" : "\n");
}

static void put_next(struct buf *b, const struct json_doc *next, const struct tongue *t)
{
    struct str callsign = { 0 };
    struct str why = { 0 };

    if (next == NULL || !json_doc_str(next, "callsign", &callsign)) {
        return;
    }
    (void)json_doc_str(next, "why", &why);
    buf_fmt(b, "     %s " STR_FMT " ", t->next, STR_ARG(callsign));
    put_time(b, next);
    buf_fmt(b, " %s %+.2f%%", t->net, 100 * number_of(next, "net"));
    for (size_t k = 0; k < 3; k++) {
        if (str_is(why, whys[k])) {
            buf_fmt(b, ": %s", t->why[k]);
        }
    }
    buf_char(b, '\n');
}

static void put_move(struct buf *b, size_t n, const struct json_doc *m, bool zh,
                     const struct tongue *t)
{
    struct str callsign = { 0 };
    uint64_t length_m = 0;

    (void)json_doc_str(m, "callsign", &callsign);
    (void)json_doc_u64(m, "length_m", &length_m);
    buf_fmt(b, "%3zu. " STR_FMT " → ", n, STR_ARG(callsign));
    put_place(b, json_doc_member(m, "to"), zh, t);
    buf_text(b, " · ");
    put_time(b, m);
    buf_fmt(b, " · %.1f km\n", (double)length_m / 1000);
    buf_fmt(b, "     %s %.2f%% · %s %.2f%% · %s %.2f%% · %s %+.2f%%\n", t->brings,
            100 * number_of(m, "gained"), t->takes, 100 * number_of(m, "lost"), t->on_way,
            100 * number_of(m, "lost_on_way"), t->net, 100 * number_of(m, "net"));
    put_circles(b, json_doc_member(m, "kept"), t->keeps, zh);
    put_circles(b, json_doc_member(m, "opened"), t->opens, zh);
    put_next(b, json_doc_member(m, "next"), t);
}

void coverage_put_moves(struct buf *b, const struct json_doc *doc, bool zh)
{
    const struct tongue *t = &tongues[zh ? 0 : 1];
    const struct json_doc *moves = json_doc_member(doc, "moves");
    struct str none = { 0 };

    for (size_t k = 0; k < json_doc_count(moves); k++) {
        put_move(b, k + 1, json_doc_at(moves, k), zh, t);
    }
    if (json_doc_count(moves) > 0) {
        buf_fmt(b, "%s%s\n%s\n", t->each, zh ? "。" : ".", t->by_radio);
        return;
    }
    (void)json_doc_str(doc, "none", &none);
    for (size_t k = 0; k < 4; k++) {
        if (str_is(none, words[k])) {
            buf_fmt(b, "%s\n", t->none[k]);
        }
    }
}
