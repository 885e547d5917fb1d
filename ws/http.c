/* Requests on their way in: headers, route, token, body. */
#include "ws/http.h"

#include "dispatch/codec/scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#define DISCARD_MAX (64u * 1024 * 1024) /* of a refused body; more ends the connection */

static const struct route routes[] = {
#define ROUTE(METHOD, pattern_, ACCESS, run_) \
    { .method = METHOD_##METHOD, .pattern = (pattern_), .access = ACCESS_##ACCESS, .run = (run_) },
#define READ(pattern_, what_, letter_, geojson_) \
    { .method = METHOD_GET,                      \
      .pattern = (pattern_),                     \
      .access = ACCESS_SIGNED,                   \
      .run = call_read,                          \
      .what = (what_),                           \
      .letter = (letter_),                       \
      .geojson = (geojson_) },
#define PROTECTED(pattern_, what_, letter_) \
    { .method = METHOD_GET,                 \
      .pattern = (pattern_),                \
      .access = ACCESS_SIGNED,              \
      .run = call_protected,                \
      .what = (what_),                      \
      .letter = (letter_) },
#include "ws/routes.def"
#undef ROUTE
#undef READ
#undef PROTECTED
};
#define ROUTE_COUNT (sizeof(routes) / sizeof(routes[0]))

static bool pattern_fits(const char *pattern, const char *path, struct str *argument)
{
    *argument = STR("");
    for (; *pattern != '\0'; pattern++) {
        if (pattern[0] == '*' && pattern[1] == '\0') {
            *argument = str_of(path);
            return true;
        }
        if (pattern[0] == '{' && pattern[1] == '}') {
            *argument = str_from(path, strcspn(path, "/"));
            if (argument->len == 0) {
                return false;
            }
            path += argument->len;
            pattern++;
            continue;
        }
        if (*path != *pattern) {
            return false;
        }
        path++;
    }
    return *path == '\0';
}

static const char *const method_words[] = { "GET", "HEAD", "POST", "PUT", "DELETE", "" };

/* Finds the route; a fault when there is none, or none for this method. */
static void find_route(struct http_call *call)
{
    enum method method = call->method == METHOD_HEAD ? METHOD_GET : call->method;
    struct str argument;
    const char *allowed = NULL;

    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        if (pattern_fits(routes[i].pattern, call->path, &argument)) {
            if (routes[i].method == method) {
                call->route = &routes[i];
                call->argument = argument;
                return;
            }
            allowed = method_words[routes[i].method];
        }
    }
    if (allowed != NULL) {
        (void)fault_set(&call->fault, ERR_METHOD, "this method is not for this path", "", "");
        (void)snprintf(call->fault.hint, sizeof(call->fault.hint), "use %s", allowed);
    } else {
        (void)fault_set(&call->fault, ERR_NOT_FOUND, "there is nothing at this path", "", "");
    }
}

static enum method method_of(struct lws *wsi)
{
    char *uri;
    int len;

    switch (lws_http_get_uri_and_method(wsi, &uri, &len)) {
    case LWSHUMETH_GET:
        return METHOD_GET;
    case LWSHUMETH_HEAD:
        return METHOD_HEAD;
    case LWSHUMETH_POST:
        return METHOD_POST;
    case LWSHUMETH_PUT:
        return METHOD_PUT;
    case LWSHUMETH_DELETE:
        return METHOD_DELETE;
    default:
        return METHOD_OTHER;
    }
}

/* A header's value; false when it is missing or does not fit. */
bool http_header(struct lws *wsi, enum lws_token_indexes token, char *out, size_t size)
{
    int len = lws_hdr_total_length(wsi, token);

    out[0] = '\0';
    return len > 0 && (size_t)len < size && lws_hdr_copy(wsi, out, (int)size, token) >= 0;
}

static bool custom_header(struct lws *wsi, const char *name, char *out, size_t size)
{
    int name_len = (int)strlen(name);
    int len = lws_hdr_custom_length(wsi, name, name_len);

    out[0] = '\0';
    return len > 0 && (size_t)len < size &&
           lws_hdr_custom_copy(wsi, out, (int)size, name, name_len) >= 0;
}

/* A key that does not fit is no missing one: without a key of its own each try would be a new
 * report. */
static void read_key(struct http_call *call)
{
    struct lws *wsi = call->conn->wsi;
    static const char name[] = "idempotency-key:";

    if (call->fault.err == OK && !custom_header(wsi, name, call->key, sizeof(call->key)) &&
        lws_hdr_custom_length(wsi, name, sizeof(name) - 1) >= 0) {
        (void)fault_set(&call->fault, ERR_INVALID,
                        "an Idempotency-Key has 1 to 64 characters of A-Z a-z 0-9 _ . : -", "", "");
    }
}

static bool host_sound(const char *host)
{
    size_t len = strlen(host);

    return len > 0 && len < 256 &&
           strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]") ==
               len;
}

/* The query as name=value lines: what libwebsockets decoded may hold anything, so control
 * characters are refused. */
static void read_query(struct http_call *call)
{
    struct lws *wsi = call->conn->wsi;
    char part[1024];

    for (int i = 0; lws_hdr_fragment_length(wsi, WSI_TOKEN_HTTP_URI_ARGS, i) > 0; i++) {
        int len = lws_hdr_copy_fragment(wsi, part, sizeof(part), WSI_TOKEN_HTTP_URI_ARGS, i);
        struct str text = str_from(part, len > 0 ? (size_t)len : 0);

        if (len <= 0 || call->query_len + text.len + 1 > sizeof(call->query) || !str_utf8(text) ||
            !scan_printable(text, false)) {
            (void)fault_set(&call->fault, ERR_MALFORMED, "the query is too long or not text", "",
                            "");
            return;
        }
        memcpy(call->query + call->query_len, text.at, text.len);
        call->query_len += text.len;
        call->query[call->query_len++] = '\n';
    }
}

bool http_query(const struct http_call *call, const char *name, struct str *value)
{
    size_t name_len = strlen(name);
    const char *at = call->query;
    const char *end = call->query + call->query_len;

    while (at < end) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));

        must(line_end != NULL);
        if ((size_t)(line_end - at) > name_len && memcmp(at, name, name_len) == 0 &&
            at[name_len] == '=') {
            *value = str_from(at + name_len + 1, (size_t)(line_end - at) - name_len - 1);
            return true;
        }
        at = line_end + 1;
    }
    return false;
}

static void read_token(struct http_call *call)
{
    char value[TOKEN_MAX_LEN + 8];

    if (!http_header(call->conn->wsi, WSI_TOKEN_HTTP_AUTHORIZATION, value, sizeof(value)) ||
        strncasecmp(value, "Bearer ", 7) != 0) {
        return;
    }
    call->token_len = strlen(value + 7);
    if (call->token_len >= sizeof(call->token)) {
        call->token_len = 0;
        return;
    }
    memcpy(call->token, value + 7, call->token_len + 1);
    token_digest(str_from(call->token, call->token_len), &call->token_hash);
}

static void read_accept(struct http_call *call)
{
    struct lws *wsi = call->conn->wsi;
    char value[512];

    if (http_header(wsi, WSI_TOKEN_HTTP_ACCEPT, value, sizeof(value))) {
        call->geojson = strstr(value, "application/geo+json") != NULL;
        call->ndjson = strstr(value, "application/x-ndjson") != NULL;
    }
    if (http_header(wsi, WSI_TOKEN_HTTP_ACCEPT_ENCODING, value, sizeof(value))) {
        call->gzip = strstr(value, "gzip") != NULL;
        call->brotli = strstr(value, "br") != NULL;
    }
    (void)http_header(wsi, WSI_TOKEN_HTTP_IF_NONE_MATCH, call->etag, sizeof(call->etag));
}

/* Whether a body follows, and how long. What cannot be told is refused, and then the connection
 * ends. */
static bool read_length(struct http_call *call)
{
    struct lws *wsi = call->conn->wsi;
    char value[64];
    bool wants_body = call->method == METHOD_POST || call->method == METHOD_PUT;

    if (lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) > 0) {
        (void)fault_set(&call->fault, ERR_MALFORMED, "chunked bodies are not taken", "",
                        "send a Content-Length");
        return false;
    }
    if (lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH) == 0) {
        if (wants_body) {
            (void)fault_set(&call->fault, ERR_MALFORMED,
                            "a request with a body has a Content-Length", "", "");
        }
        return !wants_body;
    }
    if (!http_header(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH, value, sizeof(value)) ||
        !scan_u64(str_of(value), INT32_MAX, &call->length)) {
        (void)fault_set(&call->fault, ERR_TOO_LARGE,
                        "the Content-Length is no length that is taken", "", "");
        return false;
    }
    call->has_body = call->length > 0;
    return true;
}

bool http_read_host(struct http_call *call)
{
    char host[256];

    /* An escaped line end in the path (%0a) ends the request line for libwebsockets 4.1: what stood
     * behind it, the version too, is skipped or read as headers. */
    if (lws_hdr_total_length(call->conn->wsi, WSI_TOKEN_HTTP) <= 0) {
        (void)fault_set(&call->fault, ERR_MALFORMED, "the request line is malformed", "", "");
        return false;
    }
    if (!http_header(call->conn->wsi, WSI_TOKEN_HOST, host, sizeof(host)) || !host_sound(host)) {
        (void)fault_set(&call->fault, ERR_MALFORMED, "the Host header is missing or malformed", "",
                        "");
        return false;
    }
    return true;
}

static bool keeps_alive(struct lws *wsi)
{
    char version[16];
    char connection[64];
    bool keep = http_header(wsi, WSI_TOKEN_HTTP, version, sizeof(version)) &&
                strcasecmp(version, "HTTP/1.1") == 0;

    if (http_header(wsi, WSI_TOKEN_CONNECTION, connection, sizeof(connection))) {
        keep = strcasecmp(connection, "keep-alive") == 0 ||
               (keep && strcasecmp(connection, "close") != 0);
    }
    return keep;
}

struct http_call *http_call_new(struct conn *c, struct str path)
{
    struct http_call *call = calloc(1, sizeof(*call));

    if (call == NULL) {
        return NULL;
    }
    call->conn = c;
    call->method = method_of(c->wsi);
    call->keep_alive = keeps_alive(c->wsi);
    call->body_max = (uint64_t)c->g->conf->frame_bytes_max;
    buf_init(&call->body);
    buf_init(&call->text);
    buf_init(&call->out);
    if (path.len < sizeof(call->path) && str_utf8(path)) {
        memcpy(call->path, path.at, path.len);
    }
    return call;
}

void http_call_free(struct conn *c)
{
    struct http_call *call = c->call;

    if (call == NULL) {
        return;
    }
    if (!c->is_ws) {
        pendings_drop(c); /* what may still come is for nobody */
    }
    for (uint32_t i = 0; i < call->item_count; i++) {
        buf_fini(&call->items[i].json);
    }
    free(call->items);
    buf_fini(&call->body);
    buf_fini(&call->text);
    buf_fini(&call->out);
    free(call);
    c->call = NULL;
}

/* The route's own work, or what was found wrong on the way. */
static void run(struct http_call *call)
{
    if (!call->authorised || !call->body_done || call->running) {
        return;
    }
    call->running = true;
    conn_wait(call->conn, &call->conn->g->working);
    conn_stop_reading(call->conn);
    if (call->fault.err != OK) {
        http_fault(call, &call->fault);
    } else {
        call->route->run(call);
    }
}

static void signed_by(struct http_call *call, const struct token *t)
{
    memcpy(call->principal, t->principal, sizeof(call->principal));
    call->acked_seq = t->acked_seq;
    call->authorised = true;
    conn_signed_in(call->conn);
    allow_user(call);
}

/* An admin's city or plan may be larger than anybody else's request. */
static void large_body(struct http_call *call)
{
    struct gateway *g = call->conn->g;

    if (!call->has_body || call->length <= call->body_max || call->fault.err != OK) {
        return;
    }
    if (call->authorised && call->route->run == call_commands &&
        call->length <= (uint64_t)g->conf->city_bytes_max) {
        call->authorised = false;
        call->rights_asked = true;
        conn_stop_reading(call->conn);
        if (call_ask_read(call, PENDING_CALL_RIGHTS, READ_RIGHTS, 0, str_of(call->principal),
                          STR(""))) {
            return;
        }
        call->authorised = true;
        call->rights_asked = false;
    }
    (void)fault_set(&call->fault, ERR_TOO_LARGE, "the body is larger than is taken", "", "");
}

void http_rights(struct conn *c, const struct door_read_done *d)
{
    struct http_call *call = c->call;

    if (call == NULL || !call->rights_asked) {
        return;
    }
    call->rights_asked = false;
    call->authorised = true;
    if (d->err == OK && d->rights.role == ROLE_ADMIN) {
        call->body_max = (uint64_t)c->g->conf->city_bytes_max;
    } else {
        (void)fault_set(&call->fault, ERR_TOO_LARGE, "the body is larger than is taken", "", "");
    }
    conn_go_on_reading(c);
    run(call);
}

static void authorise(struct http_call *call)
{
    struct conn *c = call->conn;
    const struct token *t;

    if (call->fault.err != OK || call->route->access == ACCESS_OPEN) {
        call->authorised = true;
        return;
    }
    if (call->token_len == 0) {
        (void)fault_set(&call->fault, ERR_UNSIGNED, "the request carries no token", "",
                        "send Authorization: Bearer with the token of POST /api/v1/sessions");
        call->authorised = true;
        return;
    }
    t = token_standing(c->g, &call->token_hash);
    if (t != NULL) {
        signed_by(call, t);
        return;
    }
    conn_stop_reading(c);
    if (!call_ask_auth(call, PENDING_CALL_CHECK, AUTH_CHECK, 0,
                       str_from(call->token, call->token_len), STR(""), STR(""))) {
        conn_go_on_reading(c);
        (void)fault_set(&call->fault, ERR_FULL, "busy", "", "come back in a moment");
        call->authorised = true;
    }
}

void http_checked(struct conn *c, const struct door_auth_done *d, struct str rest)
{
    struct http_call *call = c->call;
    struct token *t = NULL;

    if (call == NULL || call->authorised) {
        return;
    }
    if (d->err == OK && d->user_len != 0 && d->user_len <= rest.len) {
        t = token_put(c->g, &call->token_hash, str_from(rest.at, d->user_len), d->session,
                      d->expires_us);
    }
    if (t != NULL) {
        signed_by(call, t);
        large_body(call);
    } else {
        call->authorised = true;
        (void)fault_set(&call->fault, d->err == OK ? ERR_UNSIGNED : (enum err)d->err,
                        "the token is not that of a session", "", "sign in again");
    }
    if (call->authorised) {
        conn_go_on_reading(c);
        run(call);
    }
}

/* Tells a client that waits for it to go on and send the body. */
static void go_ahead(struct http_call *call)
{
    static const char text[] = "HTTP/1.1 100 Continue\r\n\r\n";
    unsigned char bytes[LWS_PRE + sizeof(text)];
    char expect[32];

    if (call->has_body && call->fault.err == OK &&
        http_header(call->conn->wsi, WSI_TOKEN_HTTP_EXPECT, expect, sizeof(expect)) &&
        strcasecmp(expect, "100-continue") == 0) {
        memcpy(bytes + LWS_PRE, text, sizeof(text));
        (void)lws_write(call->conn->wsi, bytes + LWS_PRE, sizeof(text) - 1, LWS_WRITE_HTTP_HEADERS);
    }
}

int http_begin(struct conn *c, struct str path)
{
    struct http_call *call;
    bool framed;

    http_call_free(c);
    lws_set_timeout(c->wsi, NO_PENDING_TIMEOUT, 0);
    c->g->metrics.requests++;
    call = http_call_new(c, path);
    if (call == NULL) {
        return -1;
    }
    c->call = call;
    framed = read_length(call) && http_read_host(call);
    if (framed) {
        find_route(call);
        read_query(call);
        read_token(call);
        read_accept(call);
        read_key(call);
        allow_address(call);
    }
    if (!framed || call->length > DISCARD_MAX) {
        if (call->fault.err == OK) {
            (void)fault_set(&call->fault, ERR_TOO_LARGE, "the body is larger than is taken", "",
                            "");
        }
        call->keep_alive = false;
        http_fault(call, &call->fault);
        return -1;
    }
    conn_wait(c, &c->g->bodies);
    authorise(call);
    if (call->authorised) {
        large_body(call);
    }
    go_ahead(call);
    call->body_done = !call->has_body && call->method != METHOD_POST;
    run(call);
    return c->stage == STAGE_CLOSING ? -1 : 0;
}

int http_body(struct conn *c, const char *at, size_t len)
{
    struct http_call *call = c->call;

    if (call == NULL || call->body_done) {
        return 0;
    }
    /* A request with a body that stood behind another one in the same packet: libwebsockets 4.1
     * then gives the request line for the body and would go on reading from the wrong place. No
     * body of ours begins with such a letter. */
    if (call->body.len == 0 && len != 0 && at[0] == method_words[call->method][0]) {
        return -1;
    }
    if (call->fault.err == OK) {
        buf_add(&call->body, at, len);
        if (!buf_ok(&call->body)) {
            (void)fault_set(&call->fault, ERR_NO_MEMORY, "", "", "");
        }
    }
    return 0;
}

int http_body_done(struct conn *c)
{
    struct http_call *call = c->call;

    if (call == NULL) {
        return 0;
    }
    if (call->body_done) {
        /* More came before the answer was out; libwebsockets keeps it. A client that goes on so is
         * ended. */
        return ++call->completions > 64 ? -1 : 0;
    }
    call->body_done = true;
    /* At once, while nothing more is buffered: stopped later, with bytes kept, libwebsockets asks
     * for writability that it then never serves, and the loop turns without sleeping. */
    conn_stop_reading(c);
    run(call);
    return c->stage == STAGE_CLOSING ? -1 : 0;
}
