/* Consoles, phones and programs: each connects, says hello, shows what it is told, sends commands
 * as whims take it, and sends again what was not answered, with the same id, as the protocol asks.
 * Their connections break, they read late, come back at the row they had, and now and then send
 * rubbish. */
#include "tests/sim/sim.h"

#include "dispatch/codec/json_out.h"
#include "dispatch/core/command_ids.h"
#include "dispatch/view/board.h"
#include "dispatch/view/lists.h"
#include "tests/server/picture.h"
#include "tests/server/whim.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define SENT_MAX 512
#define UNANSWERED_MAX 3
#define AGAIN_US (3 * US_PER_S)

/* A command, for ever. */
struct sent {
    char id[24];
    char *text;
    int64_t sent_us;
    uint32_t times, times_here; /* on this connection */
    bool accepted, refused;
    uint64_t seq;
    char hash[17];
};

struct client {
    const char *name;
    struct wire *wire;
    int64_t connect_us;
    bool welcome, shows; /* said hello to; the picture stands at `seq` */
    char audience[24];
    struct picture picture;
    uint64_t seq;
    char hash[17];
    uint64_t asked_seq; /* resumed at; 0: a snapshot was asked for */
    struct sent sent[SENT_MAX];
    uint32_t sent_count;
    int64_t next_us; /* the next whim */
    uint64_t answers, resent, resumed, snapshots, cuts;
};

static struct client clients[] = {
    { .name = "operator" },  { .name = "operator2" }, { .name = "commander" }, { .name = "intake" },
    { .name = "publicity" }, { .name = "u1" },        { .name = "u2" },        { .name = "u3" },
};

#define CLIENTS (sizeof(clients) / sizeof(clients[0]))

void clients_init(void)
{
    for (size_t k = 0; k < CLIENTS; k++) {
        picture_init(&clients[k].picture);
        clients[k].connect_us = (int64_t)sim_below(3000) * US_PER_MS;
    }
}

/* ---- what arrives ---- */

static const char *text_of(const json_t *object, const char *member)
{
    const char *text = json_string_value(json_object_get(object, member));

    return text != NULL ? text : "";
}

static void stand_at(struct client *c, const json_t *m, const char *member)
{
    c->seq = (uint64_t)json_integer_value(json_object_get(m, member));
    (void)snprintf(c->hash, sizeof(c->hash), "%s", text_of(m, "hash"));
}

static void on_welcome(struct client *c, const json_t *m)
{
    uint64_t seq = (uint64_t)json_integer_value(json_object_get(m, "seq"));

    c->welcome = true;
    if (c->shows && c->asked_seq != 0 && seq == c->asked_seq && c->seq == seq) {
        c->resumed++;
    } else {
        c->shows = false; /* a snapshot comes */
    }
    (void)snprintf(c->audience, sizeof(c->audience), "%s", text_of(m, "audience"));
    c->asked_seq = 0;
}

static void on_snapshot(struct client *c, const json_t *m)
{
    if (!c->welcome) {
        sim_broken("%s has a snapshot before its welcome", c->name);
    }
    picture_clear(&c->picture);
    if (!picture_lists(&c->picture, json_object_get(m, "data"))) {
        sim_broken("%s has a snapshot with a thing without an id", c->name);
    }
    stand_at(c, m, "seq");
    c->shows = true;
    c->snapshots++;
}

static void on_events(struct client *c, const json_t *m)
{
    uint64_t from = (uint64_t)json_integer_value(json_object_get(m, "from"));
    uint64_t to = (uint64_t)json_integer_value(json_object_get(m, "to"));
    size_t n;
    json_t *event;

    if (!c->shows || from != c->seq + 1 || to < from) {
        sim_broken("%s stands at row %" PRIu64 "%s and is told of rows %" PRIu64 " to %" PRIu64,
                   c->name, c->seq, c->shows ? "" : " without a picture", from, to);
    }
    json_array_foreach(json_object_get(m, "events"), n, event)
    {
        if (!picture_event(&c->picture, event)) {
            sim_broken("%s is told of a thing without an id", c->name);
        }
    }
    stand_at(c, m, "to");
}

static void on_beat(struct client *c, const json_t *m)
{
    uint64_t seq = (uint64_t)json_integer_value(json_object_get(m, "seq"));

    if (!c->shows || seq < c->seq) {
        sim_broken("%s stands at row %" PRIu64 " and hears a beat of %" PRIu64, c->name, c->seq,
                   seq);
    }
    stand_at(c, m, "seq");
}

static struct sent *sent_of(struct client *c, const char *id)
{
    for (uint32_t k = 0; k < c->sent_count; k++) {
        if (strcmp(c->sent[k].id, id) == 0) {
            return &c->sent[k];
        }
    }
    return NULL;
}

static void on_accepted(struct client *c, struct sent *s, const json_t *m)
{
    uint64_t seq = (uint64_t)json_integer_value(json_object_get(m, "seq"));
    uint64_t row = law_row_of(str_of(c->name), str_of(s->id));

    if (row != seq) {
        sim_broken("%s was told that %s is row %" PRIu64 ", in the log it is row %" PRIu64, c->name,
                   s->id, seq, row);
    }
    if (s->accepted && (s->seq != seq || strcmp(s->hash, text_of(m, "hash")) != 0)) {
        sim_broken("%s has two answers to %s: rows %" PRIu64 " and %" PRIu64, c->name, s->id,
                   s->seq, seq);
    }
    if (c->shows && seq > c->seq) {
        sim_broken("%s is answered by row %" PRIu64 " and shown row %" PRIu64, c->name, seq,
                   c->seq);
    }
    s->accepted = true;
    s->seq = seq;
    (void)snprintf(s->hash, sizeof(s->hash), "%s", text_of(m, "hash"));
}

/* Nothing was done, and it may be asked again. */
static bool for_now(const char *code)
{
    return strcmp(code, "log_unavailable") == 0 || strcmp(code, "too_many_requests") == 0 ||
           strcmp(code, "busy") == 0;
}

static void on_problem(struct client *c, struct sent *s, const json_t *problem)
{
    const char *code = text_of(problem, "code");

    if (for_now(code)) {
        s->sent_us = sim.now_us - AGAIN_US + 500 * US_PER_MS;
        return;
    }
    if (s->accepted) {
        sim_broken("%s is refused %s (%s), which row %" PRIu64 " has", c->name, s->id, code,
                   s->seq);
    }
    if (s->times == 1 && law_row_of(str_of(c->name), str_of(s->id)) != 0) {
        sim_broken("%s is refused %s (%s), which stands in the log", c->name, s->id, code);
    }
    s->refused = true;
}

static void on_answer(struct client *c, const json_t *m)
{
    struct sent *s = sent_of(c, text_of(m, "id"));

    if (strcmp(text_of(m, "id"), "q") == 0) {
        return; /* rubbish */
    }
    if (s == NULL) {
        sim_broken("%s is answered what it never asked: %s", c->name, text_of(m, "id"));
    }
    c->answers++;
    if (json_object_get(m, "problem") == NULL) {
        on_accepted(c, s, m);
    } else {
        on_problem(c, s, json_object_get(m, "problem"));
    }
}

/* "The log is not available, nothing was done" is said of what was not done: not of a command that
 * this server had decided before it was sent. Of one that was sent twice on this connection the
 * answer may be the first one's, held up by a client that does not read. */
void client_answered(void *client, const char *id, const char *code)
{
    struct client *c = client;
    struct sent *s = id != NULL ? sent_of(c, id) : NULL;

    if (s == NULL || code == NULL || strcmp(code, "log_unavailable") != 0) {
        return;
    }
    const struct command_memory *m =
        command_ids_find(node_world(sim.running), str_of(c->name), str_of(id));

    if (m != NULL && s->times_here == 1 && m->at < sim_wall_us() - (sim.now_us - s->sent_us)) {
        sim_broken(
            "%s is told that nothing was done of %s, which node %u had decided as row %" PRIu64,
            c->name, id, node_index(sim.running), m->seq);
    }
}

/* Nobody is shown by a screen what people said, and the public's desk sees coded facts only. */
static void hold_secrets(const struct client *c, struct str text)
{
    static const char *const nobody[] = { PLANTED_NAME, PLANTED_PHONE, PLANTED_WORDS,
                                          PLANTED_HIDDEN };
    static const char *const redacted[] = { PLANTED_ADDRESS,  "\"address\"",        "\"owner\"",
                                            "\"callsign\"",   "\"assignments\":[{", "\"units\":[{",
                                            "\"person\"",     "\"narrative",        "\"caller",
                                            "\"external_id\"" };

    for (size_t k = 0; k < sizeof(nobody) / sizeof(nobody[0]); k++) {
        if (memmem(text.at, text.len, nobody[k], strlen(nobody[k])) != NULL) {
            sim_broken("%s (%s) is shown %s", c->name, c->audience, nobody[k]);
        }
    }
    for (size_t k = 0;
         strcmp(c->audience, "redacted") == 0 && k < sizeof(redacted) / sizeof(redacted[0]); k++) {
        if (memmem(text.at, text.len, redacted[k], strlen(redacted[k])) != NULL) {
            sim_broken("%s (%s) is shown %s in " STR_FMT, c->name, c->audience, redacted[k],
                       STR_ARG(text));
        }
    }
}

static void on_text(void *arg, struct str text)
{
    struct client *c = arg;
    json_t *m = json_loadb(text.at, text.len, 0, NULL);
    const char *op = text_of(m, "op");

    if (sim.verbose) {
        sim_say("%s <- " STR_FMT, c->name, (int)(text.len < 300 ? text.len : 300), text.at);
    }
    hold_secrets(c, text);
    if (strcmp(op, "welcome") == 0) {
        on_welcome(c, m);
        hold_secrets(c, text);
    } else if (strcmp(op, "snapshot") == 0) {
        on_snapshot(c, m);
    } else if (strcmp(op, "events") == 0) {
        on_events(c, m);
    } else if (strcmp(op, "beat") == 0) {
        on_beat(c, m);
    } else if (strcmp(op, "answer") == 0) {
        on_answer(c, m);
    }
    json_decref(m);
}

static void gone(struct client *c, const char *how, int code)
{
    sim_say("%s is %s (%d) at row %" PRIu64, c->name, how, code, c->seq);
    c->wire = NULL;
    c->welcome = false;
    c->connect_us = sim.now_us + (int64_t)(50 + sim_below(1500)) * US_PER_MS;
    c->cuts++;
}

static void on_gone(void *arg, int code)
{
    gone(arg, "cut off", code);
}

/* ---- what it sends ---- */

static void send_text(struct client *c, const char *text)
{
    wire_send(c->wire, str_of(text), false);
}

static void say_hello(struct client *c, bool resume)
{
    char text[512];

    c->asked_seq = 0;
    (void)snprintf(text, sizeof(text),
                   "{\"op\":\"hello\",\"token\":\"tok-%s\",\"topics\":[\"incidents\",\"units\","
                   "\"alarms\",\"duty\",\"roads\"]",
                   c->name);
    if (resume && c->shows) {
        size_t from = strlen(text);

        c->asked_seq = c->seq;
        (void)snprintf(text + from, sizeof(text) - from,
                       ",\"resume\":{\"world\":\"" SIM_WORLD_ID
                       "\",\"audience\":\"%s\",\"seq\":%" PRIu64 ",\"hash\":\"%s\"}",
                       c->audience, c->seq, c->hash);
    }
    size_t len = strlen(text);

    must(len + 1 < sizeof(text));
    text[len] = '}';
    text[len + 1] = '\0';
    send_text(c, text);
}

static void send_command(struct client *c, struct sent *s)
{
    s->sent_us = sim.now_us;
    s->times++;
    s->times_here++;
    c->resent += s->times > 1 ? 1 : 0;
    wire_send(c->wire, str_of(s->text), false);
}

/* A whim as this person would send it: the door's JSON is the canonical form of the command. */
static void new_command(struct client *c)
{
    const struct json_out opt = { .world = STR(SIM_WORLD),
                                  .privacy_max = TACTICAL,
                                  .canonical_command = true };
    const struct whim whim = {
        .world = law_truth(), .now = law_truth()->at, .units = 4, .back = 8, .wild = sim_one_in(20)
    };
    struct sent *s = &c->sent[c->sent_count];
    struct command cmd;
    const char *principal;
    struct buf b;

    if (c->sent_count == SENT_MAX) {
        return;
    }
    whim_command(&whim, &sim.prng, &cmd, &principal);
    if (cmd.type == COMMAND_INCIDENT_REOPEN || cmd.type == COMMAND_NONE) {
        return; /* one that departed is the archive's, which is not there */
    }
    c->sent_count++;
    (void)snprintf(s->id, sizeof(s->id), "%s-%u", c->name, c->sent_count);
    buf_init(&b);
    buf_fmt(&b, "{\"op\":\"command\",\"id\":\"%s\",\"type\":\"%s\",\"data\":", s->id,
            command_infos[cmd.type].word);
    json_out_struct(&b, command_infos[cmd.type].shape, &cmd.as, &opt);
    buf_text(&b, "}");
    buf_char(&b, '\0');
    must(buf_ok(&b));
    s->text = b.at;
    send_command(c, s);
}

static void rubbish(struct client *c)
{
    static const char *const texts[] = { "",
                                         "{",
                                         "[]",
                                         "{\"op\":\"hello\"}",
                                         "{\"op\":7}",
                                         "{\"op\":\"command\",\"id\":\"\",\"type\":\"x\"}",
                                         "{\"op\":\"command\",\"id\":\"q\",\"type\":\"clock.tick\","
                                         "\"data\":{\"now\":\"2030-01-01T00:00:00Z\"}}",
                                         "\xff\xfe" };

    if (sim_one_in(6)) {
        wire_send(c->wire, STR("\1\2\3"), true);
    } else {
        send_text(c, texts[sim_below(sizeof(texts) / sizeof(texts[0]))]);
    }
}

static void misbehave(struct client *c)
{
    switch (sim_below(4)) {
    case 0:
        wire_cut(c->wire);
        gone(c, "broken off", 0);
        return;
    case 1:
        sim_say("%s reads slowly", c->name);
        wire_read_slowly(c->wire, sim.now_us + (int64_t)sim_below(9000) * US_PER_MS);
        return;
    case 2:
        sim_say("%s sends rubbish", c->name);
        rubbish(c);
        return;
    default:
        sim_say("%s says hello again", c->name);
        say_hello(c, false); /* another choice of topics, say: a fresh picture */
        return;
    }
}

static uint32_t unanswered(const struct client *c)
{
    uint32_t n = 0;

    for (uint32_t k = 0; k < c->sent_count; k++) {
        n += c->sent[k].accepted || c->sent[k].refused ? 0 : 1;
    }
    return n;
}

static void send_again(struct client *c)
{
    for (uint32_t k = 0; k < c->sent_count; k++) {
        struct sent *s = &c->sent[k];
        bool open = !s->accepted && !s->refused && sim.now_us - s->sent_us >= AGAIN_US;
        bool twice = sim.faults && s->accepted && sim_one_in(4000); /* it never heard the answer */

        if (open || twice) {
            send_command(c, s);
        }
    }
}

static void come(struct client *c)
{
    struct node *n = node_of(sim_below(NODES));

    if (sim.now_us < c->connect_us || !node_serves(n)) {
        return;
    }
    c->wire = wire_connect(n, c, on_text, on_gone);
    for (uint32_t k = 0; k < c->sent_count; k++) {
        c->sent[k].times_here = 0;
    }
    c->welcome = false;
    say_hello(c, !sim_one_in(5));
}

static void step(struct client *c)
{
    if (c->wire == NULL) {
        come(c);
        return;
    }
    if (!c->welcome) {
        return;
    }
    send_again(c);
    if (sim.faults && sim.now_us >= c->next_us && unanswered(c) < UNANSWERED_MAX) {
        c->next_us = sim.now_us + (int64_t)sim_below(600) * US_PER_MS;
        new_command(c);
    }
    if (sim.faults && sim_one_in(1500)) {
        misbehave(c);
    }
}

void clients_step(void)
{
    for (size_t k = 0; k < CLIENTS; k++) {
        step(&clients[k]);
    }
}

/* ---- the end ---- */

void clients_say(void)
{
    for (size_t k = 0; k < CLIENTS; k++) {
        const struct client *c = &clients[k];

        sim_say("%s is %s%s%s at row %" PRIu64 ", %u unanswered", c->name,
                c->wire != NULL ? "connected" : "away", c->welcome ? ", welcome" : "",
                c->shows ? ", shows" : "", c->seq, unanswered(c));
        if (c->wire != NULL) {
            wire_say(c->wire);
        }
    }
}

bool clients_calm(void)
{
    for (size_t k = 0; k < CLIENTS; k++) {
        const struct client *c = &clients[k];

        if (c->wire == NULL || !c->welcome || !c->shows || c->seq != base_seq() ||
            unanswered(c) > 0) {
            return false;
        }
    }
    return true;
}

static void same_table(const struct client *c, int k, const json_t *shown, const json_t *true_)
{
    const char *key;
    json_t *item;

    if (json_equal(shown, true_)) {
        return;
    }
    json_object_foreach((json_t *)(uintptr_t)true_, key, item)
    {
        json_t *other = json_object_get(shown, key);

        if (!json_equal(item, other)) {
            sim_broken("%s (%s) at row %" PRIu64 " shows %s %s as %s\n it is %s", c->name,
                       c->audience, c->seq, picture_names[k], key,
                       other != NULL ? json_dumps(other, JSON_COMPACT) : "nothing",
                       json_dumps(item, JSON_COMPACT));
        }
    }
    json_object_foreach((json_t *)(uintptr_t)shown, key, item)
    {
        if (json_object_get(true_, key) == NULL) {
            sim_broken("%s (%s) still shows %s %s", c->name, c->audience, picture_names[k], key);
        }
    }
}

/* What its audience should see of the log, reckoned from nothing. */
static void hold_picture(const struct client *c)
{
    const struct world *w = law_truth();
    const struct user *u = world_user(w, str_of(c->name));
    const struct board_live live = { .now = w->at, .clock_rate = 1, .topics = UINT16_MAX };
    struct picture truth;
    struct buf b;

    must(u != NULL);
    struct viewer v = viewer_of(w, STR(SIM_WORLD), u);

    buf_init(&b);
    board_snapshot(&b, &v, &live);
    json_t *data = json_loadb(b.at, b.len, 0, NULL);

    must(data != NULL);
    picture_init(&truth);
    must(picture_lists(&truth, data));
    for (int k = 0; k < PICTURE_TABLES; k++) {
        same_table(c, k, c->picture.tables[k], truth.tables[k]);
    }
    picture_fini(&truth);
    json_decref(data);
    buf_fini(&b);
}

void clients_hold_pictures(void)
{
    for (size_t k = 0; k < CLIENTS; k++) {
        const struct client *c = &clients[k];

        hold_picture(c);
        for (uint32_t n = 0; n < c->sent_count; n++) {
            const struct sent *s = &c->sent[n];
            uint64_t row = law_row_of(str_of(c->name), str_of(s->id));

            if (s->accepted && row != s->seq) {
                sim_broken("%s of %s was acknowledged as row %" PRIu64 " and is lost", s->id,
                           c->name, s->seq);
            }
        }
    }
}

void clients_count(uint64_t *commands, uint64_t *answers, uint64_t *resent, uint64_t *resumed,
                   uint64_t *snapshots, uint64_t *cuts)
{
    for (size_t k = 0; k < CLIENTS; k++) {
        const struct client *c = &clients[k];

        *commands += c->sent_count;
        *answers += c->answers;
        *resent += c->resent;
        *resumed += c->resumed;
        *snapshots += c->snapshots;
        *cuts += c->cuts;
    }
}
