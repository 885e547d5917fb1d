/* Messages from WebSocket clients: put together, looked at, passed on. The contract's operations
 * are hello, command, position and seen; anything else is told so, and who goes on with it is
 * closed with 4009.
 *
 * A client must mask its frames; libwebsockets 4.1 takes unmasked ones too and does not say so:
 * they are read as they are and harm nobody (docs/api/asyncapi.yaml). */
#include "dispatch/codec/json_in.h"
#include "dispatch/codec/scan.h"
#include "ws/inside.h"

#include <stdlib.h>

#define FIX_TEXT_MAX 512
#define ZONES_TEXT_MAX 2048
#define TOKEN_TEXT_MAX 256
#define HELLOS_PER_S 5
#define HELLOS_BURST 50

static const struct json_limits message_limits = { .bytes_max = 1u << 28,
                                                   .depth_max = 16,
                                                   .values_max = 200000 };

static bool only_members(const struct json_doc *doc, const char *const *known, size_t count,
                         struct fault *f)
{
    struct str foreign;

    if (json_doc_only(doc, known, count, &foreign)) {
        return true;
    }
    (void)fault_set(f, ERR_MALFORMED, "this message has no such member", "", "");
    problem_field(f, foreign);
    return false;
}

static bool take_topics(const struct json_doc *doc, struct subscription *sub, struct fault *f)
{
    const struct json_doc *topics = json_doc_member(doc, "topics");
    size_t count = topics != NULL ? json_doc_count(topics) : 0;
    struct str word;
    uint32_t bit;

    if (topics == NULL || !json_doc_is_array(topics)) {
        (void)fault_field(f, ERR_MALFORMED, "topics", "expected an array of topics");
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!json_doc_value_str(json_doc_at(topics, i), &word) ||
            !word_find(&topic_words, word, &bit)) {
            (void)fault_field(f, ERR_INVALID, "topics", "there is no such topic");
            return false;
        }
        sub->topics = (uint16_t)(sub->topics | 1u << bit);
    }
    return true;
}

static bool take_bbox(const struct json_doc *doc, struct subscription *sub, struct fault *f)
{
    const struct json_doc *bbox = json_doc_member(doc, "bbox");
    int32_t *to[] = { &sub->west, &sub->south, &sub->east, &sub->north };

    if (bbox == NULL) {
        return true;
    }
    for (size_t i = 0; i < 4; i++) {
        if (json_doc_count(bbox) != 4 || !json_doc_value_deg(json_doc_at(bbox, i), to[i])) {
            (void)fault_field(f, ERR_INVALID, "bbox",
                              "expected [west, south, east, north] in degrees");
            return false;
        }
    }
    sub->has_bbox = true;
    return true;
}

/* Only a resume that is well formed and of this world counts; anything else just brings a snapshot.
 */
static void take_resume(struct gateway *g, const struct json_doc *doc, struct subscription *sub)
{
    const struct json_doc *resume = json_doc_member(doc, "resume");
    struct str world;
    struct str audience;
    struct str hash;
    uint32_t value;

    if (resume == NULL || !json_doc_str(resume, "world", &world) ||
        !str_eq(world, g->setup.world_id) || !json_doc_str(resume, "audience", &audience) ||
        !word_find(&audience_words, audience, &value) ||
        !json_doc_u64(resume, "seq", &sub->resume_seq) || !json_doc_str(resume, "hash", &hash) ||
        !scan_hex(hash, sub->resume_hash, sizeof(sub->resume_hash))) {
        return;
    }
    sub->resume_audience = (uint8_t)value;
    sub->resume = true;
}

/* zones=a,b for the view thread, which knows the names. */
static bool take_zones(const struct json_doc *doc, struct buf *b, struct fault *f)
{
    const struct json_doc *zones = json_doc_member(doc, "zones");
    size_t count = zones != NULL ? json_doc_count(zones) : 0;
    struct str word;

    if (zones != NULL && !json_doc_is_array(zones)) {
        (void)fault_field(f, ERR_MALFORMED, "zones", "expected an array of zones");
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!json_doc_value_str(json_doc_at(zones, i), &word) || word.len == 0 ||
            !scan_printable(word, false) || memchr(word.at, ',', word.len) != NULL) {
            (void)fault_field(f, ERR_INVALID, "zones", "expected codes or ids of zones");
            return false;
        }
        buf_text(b, i == 0 ? "zones=" : ",");
        buf_str(b, word);
    }
    if (!buf_ok(b)) {
        (void)fault_field(f, ERR_INVALID, "zones", "too many zones");
        return false;
    }
    return true;
}

static void on_hello(struct conn *c, const struct json_doc *doc, struct fault *f)
{
    static const char *const known[] = { "op", "token", "topics", "zones", "bbox", "resume" };
    char text[ZONES_TEXT_MAX];
    struct subscription sub = { .topics = 0 };
    struct subscription *kept;
    struct str token = STR("");
    struct buf zones;

    buf_fixed(&zones, text, sizeof(text));
    if (!only_members(doc, known, 6, f) || !take_topics(doc, &sub, f) || !take_bbox(doc, &sub, f) ||
        !take_zones(doc, &zones, f)) {
        return;
    }
    if (!json_doc_str(doc, "token", &token) &&
        (!c->have_rights || json_doc_member(doc, "token") != NULL)) {
        (void)fault_field(f, ERR_MALFORMED, "token", "expected the token of a session");
        return;
    }
    if (token.len > TOKEN_TEXT_MAX || (token.len == 0 && !c->have_rights)) {
        (void)fault_field(f, ERR_INVALID, "token", "that is no token");
        return;
    }
    take_resume(c->g, doc, &sub);
    kept = malloc(sizeof(*kept) + zones.len);
    if (kept == NULL) {
        (void)fault_set(f, ERR_NO_MEMORY, "", "", "");
        return;
    }
    *kept = sub;
    if (zones.len != 0) {
        memcpy(kept + 1, zones.at, zones.len);
    }
    kept->zones = str_from(kept + 1, zones.len);
    session_hello(c, kept, token);
}

static void on_position(struct conn *c, const struct json_doc *doc, struct fault *f)
{
    struct gateway *g = c->g;
    struct door_fix fix;

    arena_reset(&g->arena);
    if (fix_read(doc, g->setup.world, &g->arena, &fix, f)) {
        (void)fix_take(c, &fix, f);
    }
}

static void block(struct conn *c)
{
    if (c->stage != STAGE_CLOSING && !link_in(&c->waiting)) {
        conn_stop_reading(c);
        link_add(&c->g->blocked, &c->waiting);
    }
}

static void on_command(struct conn *c, const struct json_doc *doc, struct fault *f)
{
    struct submission s = {
        .conn = c, .principal = str_of(c->principal), .command = doc, .kind = PENDING_WS_COMMAND
    };
    int64_t rate = c->g->conf->commands_per_s_max;
    enum submit outcome;
    struct fault why = { .err = OK };

    if (!c->have_rights) {
        (void)fault_set(f, ERR_UNSIGNED, "say hello first", "", "");
        return;
    }
    if (!bucket_take(&c->commands, mono_us(), rate, rate * 10)) {
        (void)json_doc_str(doc, "id", &s.id);
        (void)fault_set(&why, ERR_TOO_MANY, "more commands than a connection may send", "",
                        "send fewer a second");
        ws_problem(c, command_id_valid(s.id) ? s.id : STR(""), &why);
        conn_strike(c, CLOSE_TOO_MANY);
        return;
    }
    outcome = command_submit(&s, &why);
    if (outcome == SUBMITTED) {
        return;
    }
    if (s.refusal != REFUSED_NOT) {
        struct buf b;

        buf_init(&b);
        buf_text(&b, "{\"op\":\"answer\",\"id\":");
        buf_json_str(&b, s.id);
        buf_text(&b, ",\"problem\":");
        problem_refusal(&b, s.refusal, STR("type"), STR(""), c->g->seq, c->g->hash8);
        buf_char(&b, '}');
        ws_post(c, buf_view(&b), 0);
        buf_fini(&b);
        return;
    }
    ws_problem(c, s.id, &why);
    if (outcome == SUBMIT_FULL) {
        block(c);
    } else {
        conn_strike(c, CLOSE_PROTOCOL);
    }
}

static void on_seen(struct conn *c, const struct json_doc *doc, struct fault *f)
{
    static const char *const known[] = { "op", "seq" };
    uint64_t seq;

    (void)c;
    if (only_members(doc, known, 2, f) && !json_doc_u64(doc, "seq", &seq)) {
        (void)fault_field(f, ERR_MALFORMED, "seq", "expected the number of the last row seen");
    }
}

static void on_message(struct conn *c, const struct json_doc *doc, struct fault *f)
{
    struct str op;

    if (!json_doc_is_object(doc) || !json_doc_str(doc, "op", &op)) {
        (void)fault_field(f, ERR_MALFORMED, "op", "a message is an object with an op");
    } else if (str_is(op, "command")) {
        on_command(c, doc, f);
    } else if (str_is(op, "position")) {
        on_position(c, doc, f);
    } else if (str_is(op, "hello") &&
               !bucket_take(&c->hellos, mono_us(), HELLOS_PER_S, HELLOS_BURST)) {
        (void)fault_set(f, ERR_TOO_MANY, "more hellos than a connection may send", "",
                        "send fewer a second");
    } else if (str_is(op, "hello")) {
        on_hello(c, doc, f);
    } else if (str_is(op, "seen")) {
        on_seen(c, doc, f);
    } else {
        (void)fault_field(f, ERR_INVALID, "op", "expected hello, command, position or seen");
    }
}

void wire_message(struct conn *c, struct str text)
{
    struct fault f = { .err = OK };
    struct json_doc *doc = NULL;
    struct door_fix fix;

    c->g->metrics.messages_in++;
    if (text.len < FIX_TEXT_MAX && fix_scan(text, c->g->setup.world, &fix)) {
        (void)fix_take(c, &fix, &f);
    } else if (json_in_parse(text, message_limits, &doc, &f) == OK) {
        on_message(c, doc, &f);
        json_doc_free(doc);
    }
    if (f.err != OK) {
        ws_problem(c, STR(""), &f);
        conn_strike(c, f.err == ERR_TOO_MANY ? CLOSE_TOO_MANY : CLOSE_PROTOCOL);
    }
}

int wire_receive(struct conn *c, const char *at, size_t len)
{
    size_t max = (size_t)c->g->conf->frame_bytes_max;
    bool last = lws_is_final_fragment(c->wsi) != 0;

    if (c->stage == STAGE_CLOSING) {
        return 0;
    }
    if (lws_frame_is_binary(c->wsi)) {
        conn_close(c, CLOSE_PROTOCOL, "text messages only");
        return 0;
    }
    /* What a frame's head announces counts as if it had come. */
    if (len > max || c->in.len + len > max ||
        lws_remaining_packet_payload(c->wsi) > max - c->in.len - len) {
        conn_close(c, CLOSE_TOO_LARGE, "message too large");
        return 0;
    }
    if (last && c->in.len == 0) {
        wire_message(c, str_from(at, len));
        return 0;
    }
    buf_add(&c->in, at, len);
    if (!buf_ok(&c->in)) {
        conn_close(c, CLOSE_TOO_LARGE, "out of memory");
        return 0;
    }
    if (last) {
        struct buf whole = c->in;

        buf_init(&c->in);
        wire_message(c, buf_view(&whole));
        buf_fini(&whole);
    }
    return 0;
}
