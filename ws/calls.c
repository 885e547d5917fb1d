/* What the routes do, but for plain reads (reads.c) and files (files.c). */
#include "dispatch/codec/json_in.h"
#include "dispatch/codec/scan.h"
#include "dispatch/model/command.h"
#include "ws/http.h"

#include <stdlib.h>

enum { STEP_FIRST, STEP_SIGNED_IN, STEP_RIGHTS, STEP_REFS };

bool call_ask_read(struct http_call *call, enum pending_kind kind, enum door_read what,
                   uint64_t number, struct str principal, struct str query)
{
    struct gateway *g = call->conn->g;
    uint64_t request;
    struct pending *p = pending_new(g, call->conn, kind, &request);

    if (p != NULL && !ask_read(g, what, request, number, call->acked_seq, principal, query,
                               call->geojson, call->ndjson)) {
        pending_done(g, p);
        p = NULL;
    }
    return p != NULL;
}

bool call_ask_auth(struct http_call *call, enum pending_kind kind, enum door_auth what,
                   uint64_t number, struct str a, struct str b, struct str c)
{
    struct gateway *g = call->conn->g;
    struct str strings[3] = { a, b, c };
    uint64_t request;
    struct pending *p = pending_new(g, call->conn, kind, &request);

    if (p != NULL && !ask_auth(g, what, request, number, strings)) {
        pending_done(g, p);
        p = NULL;
    }
    return p != NULL;
}

static void busy(struct http_call *call)
{
    struct fault f = { .err = OK };

    (void)fault_set(&f, ERR_FULL, "the server is busy", "", "come back in a moment");
    http_fault(call, &f);
}

static bool rate_ok(struct http_call *call)
{
    struct conn *c = call->conn;
    int64_t rate = c->g->conf->commands_per_s_max;
    struct fault f = { .err = OK };

    if (bucket_take(&c->commands, mono_us(), rate, rate * 10)) {
        return true;
    }
    (void)fault_set(&f, ERR_TOO_MANY, "more commands than a connection may send", "",
                    "send fewer a second");
    call->retry_after_s = 1;
    http_fault(call, &f);
    return false;
}

/* The body as JSON, or NULL after the fault was told. */
struct json_doc *call_body(struct http_call *call)
{
    struct json_limits limits = { .bytes_max = 1u << 28, .depth_max = 20, .values_max = 2000000 };
    struct json_doc *doc = NULL;
    struct fault f = { .err = OK };

    if (json_in_parse(buf_view(&call->body), limits, &doc, &f) != OK) {
        http_fault(call, &f);
        return NULL;
    }
    return doc;
}

/* Signing in: name and password to the auth thread, then the rights from the world. */
void call_sign_in(struct http_call *call)
{
    static const char *const known[] = { "username", "password" };
    struct json_doc *doc;
    struct str username = STR("");
    struct str password = STR("");
    struct str foreign;
    struct fault f = { .err = OK };
    bool whole;

    if (!rate_ok(call)) {
        return;
    }
    doc = call_body(call);
    if (doc == NULL) {
        return;
    }
    whole = json_doc_is_object(doc) && json_doc_only(doc, known, 2, &foreign) &&
            json_doc_str(doc, "username", &username) && json_doc_str(doc, "password", &password);
    if (!whole) {
        (void)fault_set(&f, ERR_MALFORMED, "expected {\"username\",\"password\"}", "", "");
        http_fault(call, &f);
    } else if (!call_ask_auth(call, PENDING_CALL_AUTH, AUTH_SIGN_IN, 0, username, password,
                              str_of(call->conn->address))) {
        busy(call);
    }
    json_doc_free(doc);
}

static void signed_in(struct http_call *call, const struct door_auth_done *d, struct str rest)
{
    struct gateway *g = call->conn->g;
    struct str token = str_from(rest.at + d->user_len, d->len);
    struct token *t;
    char expires[INSTANT_TEXT_SIZE];

    must(d->user_len + d->len <= rest.len);
    token_digest(token, &call->token_hash);
    t = token_put(g, &call->token_hash, str_from(rest.at, d->user_len), d->session, d->expires_us);
    if (t == NULL) {
        busy(call);
        return;
    }
    memcpy(call->principal, t->principal, sizeof(call->principal));
    conn_signed_in(call->conn);
    instant_text(d->expires_us, expires);
    buf_text(&call->text, "{\"token\":");
    buf_json_str(&call->text, token);
    buf_fmt(&call->text, ",\"expires_at\":\"%s\"", expires);
    call->stage = STEP_SIGNED_IN;
    if (!call_ask_read(call, PENDING_CALL_READ, READ_RIGHTS, 0, str_of(call->principal), STR(""))) {
        busy(call);
    }
}

/* The view's body of READ_RIGHTS is an object with role, zones and what else a client should know
 * of itself. */
static void signed_in_rights(struct http_call *call, const struct door_read_done *d,
                             struct str body)
{
    struct fault f = { .err = OK };

    if (d->err != OK || d->rights.user == 0 || d->rights.role >= ROLE_COUNT) {
        (void)fault_set(&f, ERR_UNSIGNED, "the user does not exist or is disabled", "", "");
        http_fault(call, &f);
        return;
    }
    if (body.len > 2 && body.at[0] == '{') {
        buf_char(&call->text, ',');
        buf_add(&call->text, body.at + 1, body.len - 1);
    } else {
        buf_fmt(&call->text, ",\"role\":\"%s\",\"zones\":[]}",
                word_of(&role_words, d->rights.role));
    }
    http_json(call, 201, buf_view(&call->text));
}

void call_sign_out(struct http_call *call)
{
    if (!call_ask_auth(call, PENDING_CALL_AUTH, AUTH_SIGN_OUT, 0,
                       str_from(call->token, call->token_len), STR(""), STR(""))) {
        busy(call);
    }
}

/* A password: by its own user, or by an admin; so the rights are asked first. */
void call_password(struct http_call *call)
{
    if (!rate_ok(call)) {
        return;
    }
    call->stage = STEP_RIGHTS;
    if (!call_ask_read(call, PENDING_CALL_READ, READ_RIGHTS, 0, str_of(call->principal), STR(""))) {
        busy(call);
    }
}

static void password_rights(struct http_call *call, const struct door_read_done *d)
{
    static const char *const known[] = { "password" };
    struct fault f = { .err = OK };
    struct str password = STR("");
    struct str foreign;
    struct json_doc *doc;

    if (d->err != OK || d->rights.user == 0) {
        (void)fault_set(&f, ERR_UNSIGNED, "the user does not exist or is disabled", "", "");
    } else if (d->rights.role != ROLE_ADMIN && !str_is(call->argument, call->principal)) {
        (void)fault_set(&f, ERR_FORBIDDEN, "a password is set by its own user or an admin", "", "");
    }
    if (f.err != OK) {
        http_fault(call, &f);
        return;
    }
    doc = call_body(call);
    if (doc == NULL) {
        return;
    }
    if (!json_doc_is_object(doc) || !json_doc_only(doc, known, 1, &foreign) ||
        !json_doc_str(doc, "password", &password)) {
        (void)fault_field(&f, ERR_MALFORMED, "password", "expected {\"password\"}");
        http_fault(call, &f);
    } else if (!call_ask_auth(call, PENDING_CALL_AUTH, AUTH_SET_PASSWORD, 0,
                              str_of(call->principal), call->argument, password)) {
        busy(call);
    }
    json_doc_free(doc);
}

static bool protected_number(const struct http_call *call, uint32_t *number)
{
    return scan_id(call->argument, call->conn->g->setup.world, call->route->letter, UINT32_MAX,
                   number) == SCAN_ID_OK;
}

static const char *no_such(char letter)
{
    switch (letter) {
    case ID_LETTER_UNIT:
        return "there is no such unit";
    case ID_LETTER_REPORT:
        return "there is no such report";
    case ID_LETTER_SEAT:
        return "there is no such seat";
    case ID_LETTER_ALARM:
        return "there is no such alarm";
    default:
        return "there is no such incident";
    }
}

/* Protected fields and tracks: the view says what of them the asker may read, the auth thread reads
 * it once the access is recorded. */
void call_protected(struct http_call *call)
{
    struct fault f = { .err = OK };
    struct str purpose;
    uint32_t number;

    if (!protected_number(call, &number)) {
        (void)fault_set(&f, ERR_NOT_FOUND, no_such(call->route->letter), "", "");
        http_fault(call, &f);
    } else if (!http_query(call, "purpose", &purpose) || purpose.len == 0) {
        (void)fault_field(&f, ERR_INVALID, "purpose", "protected fields are read with a purpose");
        http_fault(call, &f);
    } else {
        call->stage = STEP_REFS;
        if (!call_ask_read(call, PENDING_CALL_READ, call->route->what, number,
                           str_of(call->principal), str_from(call->query, call->query_len))) {
            busy(call);
        }
    }
}

static void protected_refs(struct http_call *call, const struct door_read_done *d, struct str body)
{
    struct fault f = { .err = OK };
    const char *line_end = body.len != 0 ? memchr(body.at, '\n', body.len) : NULL;
    uint32_t number = 0;

    if (d->err != OK) {
        problem_text(&f, (enum err)d->err, body);
        http_fault(call, &f);
        return;
    }
    must(line_end != NULL);
    struct str purpose = str_from(body.at, (size_t)(line_end - body.at));
    struct str refs = str_from(line_end + 1, body.len - purpose.len - 1);
    bool track = call->route->what == READ_TRACK_REFS || call->route->what == READ_TRACKS_REFS;
    enum door_auth what = track ? AUTH_TRACK : AUTH_PROTECTED;
    (void)protected_number(call, &number);
    if (!call_ask_auth(call, PENDING_CALL_AUTH, what, number, str_of(call->principal), purpose,
                       refs)) {
        busy(call);
    }
}

void call_rights(struct http_call *call, const struct door_read_done *d, struct str body)
{
    if (call->stage == STEP_SIGNED_IN) {
        signed_in_rights(call, d, body);
    } else if (call->stage == STEP_RIGHTS) {
        password_rights(call, d);
    } else {
        protected_refs(call, d, body);
    }
}

void call_auth_done(struct pending *p, const struct door_auth_done *d, struct str rest)
{
    struct http_call *call = p->conn->call;
    struct fault f = { .err = OK };

    if (d->err != OK) {
        problem_text(&f, (enum err)d->err, str_from(rest.at + d->user_len, d->len));
        call->retry_after_s = (int)d->retry_after_s;
        http_fault(call, &f);
    } else if (call->route->run == call_sign_in) {
        signed_in(call, d, rest);
    } else if (call->route->run == call_protected) {
        http_json(call, 200, str_from(rest.at + d->user_len, d->len));
    } else {
        http_answer(call, 204, NULL, STR("Cache-Control: no-store\r\n"), STR(""));
    }
}
