/* POST /commands (one, or an array answered in order) and POST /reports. */
#include "dispatch/codec/json_in.h"
#include "dispatch/codec/json_out.h"
#include "dispatch/codec/scan.h"
#include "dispatch/model/command.h"
#include "ws/http.h"

#include <sodium.h>
#include <stdlib.h>

#define ITEMS_MAX 1000

static void item_begin(struct buf *b, const struct call_item *item)
{
    buf_text(b, "{\"id\":");
    buf_json_str(b, str_from(item->id, item->id_len));
}

/* A problem stands alone, or in an array beside the id it belongs to. */
static void item_problem(struct http_call *call, struct call_item *item, const struct fault *f)
{
    item->done = true;
    item->status = problem_status(f);
    if (call->items_array) {
        item_begin(&item->json, item);
        buf_text(&item->json, ",\"problem\":");
    }
    problem_write(&item->json, f, str_of(call->path));
    buf_text(&item->json, call->items_array ? "}" : "");
}

static void item_refused(struct http_call *call, struct call_item *item, enum refusal refusal,
                         struct str field, struct str detail, uint64_t seq, const uint8_t hash8[8])
{
    item->done = true;
    item->status = refusal_infos[refusal].http;
    if (call->items_array) {
        item_begin(&item->json, item);
        buf_text(&item->json, ",\"problem\":");
    }
    problem_refusal(&item->json, refusal, field, detail, seq, hash8);
    buf_text(&item->json, call->items_array ? "}" : "");
}

static void answer_array(struct http_call *call)
{
    struct buf b;

    buf_init(&b);
    buf_char(&b, '[');
    for (uint32_t i = 0; i < call->item_count; i++) {
        buf_text(&b, i != 0 ? "," : "");
        buf_str(&b, buf_view(&call->items[i].json));
    }
    buf_char(&b, ']');
    http_json(call, 200, buf_view(&b));
    buf_fini(&b);
}

/* All answers are in: the whole is told. */
static void answer_items(struct http_call *call)
{
    struct call_item *item = call->items;
    bool good;

    if (call->items_open != 0) {
        return;
    }
    if (call->items_array) {
        answer_array(call);
        return;
    }
    good = item->status < 300;
    if (good && call->is_report) {
        item->status = 201;
    }
    if (!good) {
        call->conn->g->metrics.problems++;
    }
    http_answer(call, item->status, good ? "application/json" : "application/problem+json",
                item->status == 503 || item->status == 429
                    ? STR("Cache-Control: no-store\r\nRetry-After: 1\r\n")
                    : STR("Cache-Control: no-store\r\n"),
                buf_view(&item->json));
}

static bool items_new(struct http_call *call, uint32_t count)
{
    call->items = calloc(count != 0 ? count : 1, sizeof(*call->items));
    if (call->items == NULL) {
        return false;
    }
    call->item_count = count;
    for (uint32_t i = 0; i < count; i++) {
        buf_init(&call->items[i].json);
    }
    return true;
}

static void submit_item(struct http_call *call, uint32_t index, struct submission *s)
{
    struct call_item *item = &call->items[index];
    struct conn *c = call->conn;
    int64_t rate = c->g->conf->commands_per_s_max;
    struct fault f = { .err = OK };
    enum submit outcome = SUBMIT_BAD;

    s->conn = c;
    s->principal = str_of(call->principal);
    s->kind = PENDING_CALL_COMMAND;
    s->item = index;
    if (bucket_take(&c->commands, mono_us(), rate, rate * 10)) {
        outcome = command_submit(s, &f);
    } else {
        (void)fault_set(&f, ERR_TOO_MANY, "more commands than a connection may send", "",
                        "send fewer a second");
        if (s->command != NULL &&
            (!json_doc_str(s->command, "id", &s->id) || !command_id_valid(s->id))) {
            s->id = STR("");
        }
    }
    item->id_len = (uint8_t)s->id.len;
    if (s->id.len != 0) {
        memcpy(item->id, s->id.at, s->id.len);
    }
    if (outcome == SUBMITTED) {
        call->items_open++;
    } else if (s->refusal != REFUSED_NOT) {
        item_refused(call, item, s->refusal, STR("type"), STR(""), c->g->seq, c->g->hash8);
    } else {
        item_problem(call, item, &f);
    }
}

static void whole_fault(struct http_call *call, enum err err, const char *what)
{
    struct fault f = { .err = OK };

    (void)fault_set(&f, err, what, "", "");
    http_fault(call, &f);
}

void call_commands(struct http_call *call)
{
    struct json_doc *doc = call_body(call);
    size_t count;

    if (doc == NULL) {
        return;
    }
    call->items_array = json_doc_is_array(doc);
    count = call->items_array ? json_doc_count(doc) : 1;
    if (count > ITEMS_MAX) {
        whole_fault(call, ERR_TOO_LARGE, "more than 1,000 commands in one request");
    } else if (!items_new(call, (uint32_t)count)) {
        whole_fault(call, ERR_NO_MEMORY, "");
    } else {
        for (uint32_t i = 0; i < count; i++) {
            struct submission s = { .command = call->items_array ? json_doc_at(doc, i) : doc };

            submit_item(call, i, &s);
        }
        answer_items(call);
    }
    json_doc_free(doc);
}

/* The body is report.receive's data; the key, where one is given, is the command's id. */
void call_report(struct http_call *call)
{
    struct submission s = { .type = COMMAND_REPORT_RECEIVE };
    struct json_doc *doc;
    uint8_t random[16];
    char id[40];
    struct buf b;

    if (call->key[0] != '\0' && !command_id_valid(str_of(call->key))) {
        whole_fault(call, ERR_INVALID,
                    "an Idempotency-Key has 1 to 64 characters of A-Z a-z 0-9 _ . : -");
        return;
    }
    doc = call_body(call);
    if (doc == NULL) {
        return;
    }
    if (call->key[0] != '\0') {
        s.id = str_of(call->key);
    } else {
        randombytes_buf(random, sizeof(random));
        buf_fixed(&b, id, sizeof(id));
        buf_text(&b, "auto-");
        buf_hex(&b, random, sizeof(random));
        s.id = buf_view(&b);
    }
    s.data = doc;
    call->is_report = true;
    if (items_new(call, 1)) {
        submit_item(call, 0, &s);
        answer_items(call);
    } else {
        whole_fault(call, ERR_NO_MEMORY, "");
    }
    json_doc_free(doc);
}

static void item_seq(struct call_item *item, struct buf *b)
{
    buf_text(b, ",\"seq\":");
    buf_u64(b, item->seq);
    buf_text(b, ",\"hash\":\"");
    buf_hex(b, item->hash8, sizeof(item->hash8));
    buf_char(b, '"');
}

static void item_done(struct http_call *call, struct call_item *item,
                      const struct door_answer *made, struct str events)
{
    struct buf *b = &item->json;

    item->done = true;
    item->status = 200;
    item_begin(b, item);
    item_seq(item, b);
    if (made != NULL) {
        command_write_made(call->conn->g, b, made);
    }
    if (!call->is_report) {
        buf_text(b, ",\"events\":");
        buf_str(b, events.len != 0 ? events : STR("[]"));
    }
    buf_char(b, '}');
}

static void note_acked(struct http_call *call, uint64_t seq)
{
    struct token *t = token_by_digest(call->conn->g, &call->token_hash);

    if (t != NULL && seq > t->acked_seq) {
        t->acked_seq = seq;
    }
}

/* A command that was accepted before: its events come from the archive, as the asker may see them
 * now. */
static bool ask_row(struct http_call *call, uint32_t index, uint64_t seq)
{
    struct gateway *g = call->conn->g;
    uint64_t request;
    struct pending *p = pending_new(g, call->conn, PENDING_CALL_ROW, &request);

    if (p == NULL) {
        return false;
    }
    p->item = index;
    if (!ask_read(g, READ_ROW, request, seq, seq, str_of(call->principal), STR(""), false, false)) {
        pending_done(g, p);
        return false;
    }
    return true;
}

void call_answer(struct pending *p, const struct door_answer *a, struct str field,
                 struct str events, struct str detail)
{
    struct http_call *call = p->conn->call;
    struct call_item *item = &call->items[p->item];
    struct fault f;

    if (item->done) {
        return;
    }
    item->seq = a->seq;
    memcpy(item->hash8, a->hash8, sizeof(item->hash8));
    if (a->outcome == DOOR_DONE || a->outcome == DOOR_REPEATED) {
        note_acked(call, a->seq);
        if (a->outcome == DOOR_REPEATED && events.len == 0 &&
            (!call->is_report || a->report == 0) && ask_row(call, p->item, a->seq)) {
            return;
        }
        item_done(call, item, a, events);
    } else if (a->outcome == DOOR_REFUSED) {
        item_refused(call, item, (enum refusal)a->refusal, field, detail, a->seq, a->hash8);
    } else {
        command_fault(a, &f);
        item_problem(call, item, &f);
    }
    call->items_open--;
    answer_items(call);
}

static void take_number(const struct json_doc *data, const char *name, struct door_answer *made)
{
    struct str text;
    struct number n;

    if (json_doc_str(data, name, &text) && scan_number(text, &n)) {
        made->number_date = n.date;
        made->number_count = n.count;
    }
}

static uint32_t take_id(const struct gateway *g, const struct json_doc *data, const char *name,
                        char letter)
{
    struct str text;
    uint32_t n = 0;

    if (!json_doc_str(data, name, &text) ||
        scan_id(text, g->setup.world, letter, UINT32_MAX, &n) != SCAN_ID_OK) {
        return 0;
    }
    return n;
}

/* What a repeated report made, from the events of its row. */
static void made_of(const struct gateway *g, struct str events, struct door_answer *made)
{
    struct json_doc *doc = NULL;
    struct str kind;
    uint64_t tier;

    if (json_doc_parse(events, &doc, NULL) != OK) {
        return;
    }
    for (size_t i = 0; i < json_doc_count(doc); i++) {
        const struct json_doc *event = json_doc_at(doc, i);
        const struct json_doc *data = json_doc_member(event, "data");
        const struct json_doc *report = data != NULL ? json_doc_member(data, "report") : NULL;

        if (data == NULL || !json_doc_str(event, "kind", &kind)) {
            continue;
        }
        if (str_is(kind, "report.received") && report != NULL) {
            made->report = take_id(g, report, "id", ID_LETTER_REPORT);
            made->incident = take_id(g, report, "incident", ID_LETTER_INCIDENT);
            take_number(report, "number", made);
        } else if (str_is(kind, "report.linked") || str_is(kind, "incident.tiered")) {
            made->incident = made->incident != 0 ? made->incident
                                                 : take_id(g, data, "incident", ID_LETTER_INCIDENT);
            made->tier =
                json_doc_u64(data, "tier", &tier) && tier <= 4 ? (uint32_t)tier : made->tier;
        }
    }
    json_doc_free(doc);
}

void call_row(struct pending *p, const struct door_read_done *d, struct str body)
{
    struct http_call *call = p->conn->call;
    struct call_item *item = &call->items[p->item];
    struct door_answer made = { .kind = DOOR_ANSWER };
    struct fault f = { .err = OK };

    if (item->done) {
        return;
    }
    if (d->err != OK) {
        (void)fault_set(&f, (enum err)d->err, "the first answer cannot be read now", "",
                        "ask again with the same id");
        item_problem(call, item, &f);
    } else {
        made_of(call->conn->g, body, &made);
        item_done(call, item, &made, body);
    }
    call->items_open--;
    answer_items(call);
}
