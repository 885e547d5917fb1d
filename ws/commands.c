/* Commands on their way to the core, and the core's answers on WebSockets. What leaves here toward
 * the core is a complete typed command; whether its sender may do it is the core's to say. */
#include "dispatch/codec/json_in.h"
#include "dispatch/codec/json_out.h"
#include "dispatch/codec/pack.h"
#include "dispatch/model/command.h"
#include "dispatch/model/fields_at.h"
#include "ws/inside.h"

#include <sodium.h>

/* A command on its way: what was read of it before it is queued. */
struct draft {
    enum command_type type;
    const struct shape *shape;
    void *value;
    uint32_t expect_incident;
    uint32_t expect_rev;
    int64_t at_device;
    uint8_t content[16];
};

bool command_id_valid(struct str id)
{
    if (id.len == 0 || id.len > 64) {
        return false;
    }
    for (size_t i = 0; i < id.len; i++) {
        char c = id.at[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '_' || c == '.' || c == ':' || c == '-')) {
            return false;
        }
    }
    return true;
}

static bool members_known(const struct json_doc *doc, struct fault *f)
{
    static const char *const known[] = { "op", "id", "type", "data", "expect", "at_device" };
    struct str foreign;

    if (json_doc_only(doc, known, sizeof(known) / sizeof(known[0]), &foreign)) {
        return true;
    }
    (void)fault_set(f, ERR_MALFORMED, "a command has no such member", "", "");
    problem_field(f, foreign);
    return false;
}

/* `expect` speaks of the incident that the command names. */
static bool take_expect(const struct json_doc *doc, struct draft *d, struct fault *f)
{
    const struct json_doc *expect = json_doc_member(doc, "expect");
    const struct field *field = shape_field(d->shape, STR("incident"));
    static const char *const known[] = { "incident" };
    struct str foreign;
    uint64_t rev;

    if (expect == NULL) {
        return true;
    }
    if (!json_doc_only(expect, known, 1, &foreign) || !json_doc_u64(expect, "incident", &rev) ||
        rev > UINT32_MAX) {
        (void)fault_field(f, ERR_MALFORMED, "expect",
                          "expected {\"incident\": the revision looked at}");
        return false;
    }
    if (field == NULL || field->type != F_ID || field_uint(field, d->value) == 0) {
        (void)fault_field(f, ERR_INVALID, "expect", "this command names no incident");
        return false;
    }
    d->expect_incident = (uint32_t)field_uint(field, d->value);
    d->expect_rev = (uint32_t)rev;
    return true;
}

static bool take_at_device(const struct json_doc *doc, struct draft *d, struct fault *f)
{
    struct str text;

    if (json_doc_member(doc, "at_device") == NULL) {
        return true;
    }
    if (!json_doc_str(doc, "at_device", &text) ||
        instant_read(text.at, text.len, &d->at_device) != 0 || d->at_device <= 0) {
        (void)fault_field(f, ERR_INVALID, "at_device", "expected an instant by RFC 3339");
        return false;
    }
    return true;
}

/* First half of SHA-256 over the type's word, a newline and the canonical data: same id, same
 * content or not. */
static bool digest(struct gateway *g, struct draft *d)
{
    struct json_out opt = { .world = g->setup.world,
                            .privacy_max = TACTICAL,
                            .canonical_command = true };
    struct sha256 hash;

    buf_reset(&g->json);
    buf_text(&g->json, command_infos[d->type].word);
    buf_char(&g->json, '\n');
    json_out_struct(&g->json, d->shape, d->value, &opt);
    if (!buf_ok(&g->json)) {
        return false;
    }
    hash_sha256(buf_view(&g->json), STR(""), &hash);
    memcpy(d->content, hash.at, sizeof(d->content));
    return true;
}

/* The envelope: id and type. */
static bool read_envelope(struct submission *s, struct draft *d, struct fault *f)
{
    struct str type;

    if (s->command == NULL) {
        d->type = (enum command_type)s->type;
        return true;
    }
    s->id = STR("");
    if (!json_doc_is_object(s->command)) {
        (void)fault_set(f, ERR_MALFORMED, "a command is a JSON object", "",
                        "send {\"id\",\"type\",\"data\"}");
        return false;
    }
    if (!json_doc_str(s->command, "id", &s->id) || !command_id_valid(s->id)) {
        s->id = STR("");
        (void)fault_field(f, ERR_INVALID, "id",
                          "expected 1 to 64 characters of A-Z a-z 0-9 _ . : -");
        return false;
    }
    if (!members_known(s->command, f)) {
        return false;
    }
    if (!json_doc_str(s->command, "type", &type)) {
        (void)fault_field(f, ERR_MALFORMED, "type", "a command has a type");
        return false;
    }
    d->type = command_find(type);
    if (d->type == COMMAND_NONE) {
        (void)fault_field(f, ERR_INVALID, "type", "there is no such command");
        return false;
    }
    s->data = json_doc_member(s->command, "data");
    return true;
}

static bool read_command(struct submission *s, struct draft *d, struct fault *f)
{
    struct gateway *g = s->conn->g;
    struct json_in opt = { .world = g->setup.world, .arena = &g->arena };

    if (!read_envelope(s, d, f)) {
        return false;
    }
    if (command_roles(d->type) == 0) {
        s->refusal = REFUSED_INTERNAL_ONLY;
        return false;
    }
    opt.path = s->command != NULL ? "data" : NULL;
    d->shape = command_infos[d->type].shape;
    d->value = arena_alloc(&g->arena, d->shape->size);
    if (d->value == NULL) {
        (void)fault_set(f, ERR_NO_MEMORY, "the command takes too much memory", "", "");
        return false;
    }
    if (json_in_struct_with(d->shape, s->data, &opt, d->value, f) != OK) {
        return false;
    }
    return s->command == NULL ||
           (take_expect(s->command, d, f) && take_at_device(s->command, d, f));
}

static bool queue_command(struct submission *s, const struct draft *d, uint64_t request)
{
    struct gateway *g = s->conn->g;
    struct str terminal = str_of(s->conn->address);
    struct door_command head = {
        .kind = DOOR_COMMAND,
        .gateway = g->setup.door.index,
        .request = request,
        .type = (uint16_t)d->type,
        .id_len = (uint16_t)s->id.len,
        .principal_len = (uint16_t)s->principal.len,
        .terminal_len = (uint16_t)terminal.len,
        .body_len = (uint32_t)g->json.len,
        .expect_incident = d->expect_incident,
        .expect_rev = d->expect_rev,
        .want_events = s->kind == PENDING_CALL_COMMAND,
        .at_device = d->at_device,
        .arrived_us = mono_us(),
    };
    struct str parts[] = { s->id, s->principal, terminal, buf_view(&g->json) };
    size_t len = sizeof(head);
    char *at;

    memcpy(head.content, d->content, sizeof(head.content));
    randombytes_buf(head.salt, sizeof(head.salt));
    for (size_t i = 0; i < 4; i++) {
        len += parts[i].len;
    }
    at = door_reserve(&g->setup.door.to_core, len);
    if (at == NULL) {
        return false;
    }
    memcpy(at, &head, sizeof(head));
    at += sizeof(head);
    for (size_t i = 0; i < 4; i++) {
        memcpy(at, parts[i].at, parts[i].len);
        at += parts[i].len;
    }
    core_commit(g);
    return true;
}

enum submit command_submit(struct submission *s, struct fault *f)
{
    struct gateway *g = s->conn->g;
    struct draft d = { .type = COMMAND_NONE };
    struct pending *p;
    uint64_t request;

    s->refusal = REFUSED_NOT;
    arena_reset(&g->arena);
    if (!read_command(s, &d, f)) {
        return SUBMIT_BAD;
    }
    if (!digest(g, &d)) {
        (void)fault_set(f, ERR_NO_MEMORY, "the command takes too much memory", "", "");
        return SUBMIT_BAD;
    }
    buf_reset(&g->json);
    pack_struct(&g->json, d.shape, d.value);
    p = buf_ok(&g->json) ? pending_new(g, s->conn, s->kind, &request) : NULL;
    if (p != NULL) {
        p->item = s->item;
        p->id_len = (uint8_t)s->id.len;
        memcpy(p->id, s->id.at, s->id.len);
        if (queue_command(s, &d, request)) {
            g->metrics.commands++;
            return SUBMITTED;
        }
        pending_done(g, p);
    }
    (void)fault_set(f, ERR_LOG_UNAVAILABLE, "the server has more commands than it can take", "",
                    "send the command again with the same id");
    return SUBMIT_FULL;
}

void command_fault(const struct door_answer *a, struct fault *f)
{
    memset(f, 0, sizeof(*f));
    if (a->outcome == DOOR_OUTCOME_UNKNOWN) {
        (void)fault_set(f, ERR_OUTCOME_UNKNOWN, "", "", "ask again with the same id");
    } else {
        (void)fault_set(f, ERR_LOG_UNAVAILABLE, "", "", "send the command again with the same id");
    }
}

/* What report.receive made, beside the seq. */
void command_write_made(struct gateway *g, struct buf *b, const struct door_answer *a)
{
    if (a->report == 0) {
        return;
    }
    buf_text(b, ",\"report\":");
    json_out_id(b, g->setup.world, ID_LETTER_REPORT, a->report);
    buf_text(b, ",\"incident\":");
    if (a->incident != 0) {
        json_out_id(b, g->setup.world, ID_LETTER_INCIDENT, a->incident);
    } else {
        buf_text(b, "null");
    }
    if (a->number_date != 0) {
        buf_text(b, ",\"number\":");
        json_out_number(b, (struct number){ .date = a->number_date, .count = a->number_count });
    }
    if (a->tier != 0) {
        buf_fmt(b, ",\"tier\":%u", a->tier);
    }
}

void command_answer_ws(struct pending *p, const struct door_answer *a, struct str field,
                       struct str detail)
{
    struct conn *c = p->conn;
    struct buf b;
    struct fault f;
    bool done = a->outcome == DOOR_DONE || a->outcome == DOOR_REPEATED;

    if (a->outcome == DOOR_OUTCOME_UNKNOWN) {
        return; /* on a WebSocket silence says so; the true answer is not waited for any longer */
    }
    buf_init(&b);
    buf_text(&b, "{\"op\":\"answer\",\"id\":");
    buf_json_str(&b, str_from(p->id, p->id_len));
    if (done) {
        buf_text(&b, ",\"seq\":");
        buf_u64(&b, a->seq);
        buf_text(&b, ",\"hash\":\"");
        buf_hex(&b, a->hash8, sizeof(a->hash8));
        buf_char(&b, '"');
        command_write_made(c->g, &b, a);
    } else if (a->outcome == DOOR_REFUSED) {
        buf_text(&b, ",\"problem\":");
        problem_refusal(&b, (enum refusal)a->refusal, field, detail, a->seq, a->hash8);
    } else {
        command_fault(a, &f);
        buf_text(&b, ",\"problem\":");
        problem_write(&b, &f, STR(""));
    }
    buf_char(&b, '}');
    if (buf_ok(&b)) {
        ws_post(c, buf_view(&b), done || a->outcome == DOOR_REFUSED ? a->seq : 0);
    }
    buf_fini(&b);
}
