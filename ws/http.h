/* One HTTP request of a connection, from its headers to the last byte of its answer. While another
 * thread is asked, the connection is not read from; the answer always follows the whole body, so
 * that connections can be kept.
 *
 *   http_begin (headers) → token checked → body taken → the route's call_… → answer: http_answer,
 * http_fault, or parts by http_head, http_part, http_end */
#ifndef WS_HTTP_H
#define WS_HTTP_H

#include "ws/inside.h"

#define PATH_MAX_LEN 1024
#define QUERY_MAX_LEN 4096
#define TOKEN_MAX_LEN 256

enum method { METHOD_GET, METHOD_HEAD, METHOD_POST, METHOD_PUT, METHOD_DELETE, METHOD_OTHER };
enum access { ACCESS_OPEN, ACCESS_SIGNED };

struct http_call;
typedef void http_run_fn(struct http_call *call);

struct route {
    enum method method;
    const char *pattern;
    enum access access;
    http_run_fn *run;
    enum door_read what; /* call_read */
    char letter;
    bool geojson;
};

/* The answer to one command of a request. */
struct call_item {
    char id[64];
    uint8_t id_len;
    bool done;
    int status;
    uint64_t seq;
    uint8_t hash8[8];
    struct buf json; /* the object: an answer, or a problem */
};

struct http_call {
    struct conn *conn;
    const struct route *route;
    enum method method;
    char path[PATH_MAX_LEN];
    struct str argument;       /* what {} or * stood for */
    char query[QUERY_MAX_LEN]; /* name=value lines */
    size_t query_len;
    char token[TOKEN_MAX_LEN];
    size_t token_len;
    struct sha256 token_hash;
    char principal[32];
    char key[65];  /* Idempotency-Key */
    char etag[72]; /* If-None-Match */
    uint64_t acked_seq;
    uint64_t length; /* of the body, as announced */
    uint64_t body_max;
    struct buf body;
    struct fault fault; /* found on the way; told once the body is over */
    bool keep_alive;
    bool has_body;
    bool body_done;
    bool authorised;   /* the token was looked at */
    bool rights_asked; /* a large body waits for the sender's role */
    bool running;
    bool geojson, ndjson, gzip, brotli;
    bool chunked;
    bool ended; /* all of the answer stands in `out` */
    uint32_t completions;
    int retry_after_s;
    struct call_item *items;
    uint32_t item_count;
    uint32_t items_open;
    bool items_array;
    bool is_report;
    uint8_t stage;   /* of calls in several steps */
    struct buf text; /* kept between steps */
    struct buf out;
    size_t sent;
};

/* http.c */
int http_confirm_upgrade(struct conn *c);
bool http_header(struct lws *wsi, enum lws_token_indexes token, char *out, size_t size);
bool http_read_host(struct http_call *call); /* false after its fault */
struct http_call *http_call_new(struct conn *c, struct str path);
int http_begin(struct conn *c, struct str path);
int http_body(struct conn *c, const char *at, size_t len);
int http_body_done(struct conn *c);
void http_call_free(struct conn *c);
void http_checked(struct conn *c, const struct door_auth_done *d,
                  struct str rest);                               /* of its token */
void http_rights(struct conn *c, const struct door_read_done *d); /* for a large body */
bool http_query(const struct http_call *call, const char *name, struct str *value);

/* allowance.c: a read over the limit of its address or its user gets its fault */
void allow_address(struct http_call *call);
void allow_user(struct http_call *call);

/* http_out.c */
int http_writable(struct conn *c);
void http_answer(struct http_call *call, int status, const char *type, struct str headers,
                 struct str body);
void http_json(struct http_call *call, int status, struct str body);
void http_fault(struct http_call *call, const struct fault *f);
void http_head(struct http_call *call, int status, const char *type,
               struct str headers); /* then parts */
void http_part(struct http_call *call, struct str bytes);
void http_end(struct http_call *call);
const char *http_reason(int status);

/* calls.c, reads.c, files.c, call_tiles.c */
http_run_fn call_sign_in, call_sign_out, call_password, call_commands, call_report, call_protected,
    call_read;
http_run_fn call_health, call_ready, call_metrics, call_document, call_home, call_file;
http_run_fn call_map, call_tile;
void call_read_done(struct pending *p, const struct door_read_done *d, struct str body);
void call_auth_done(struct pending *p, const struct door_auth_done *d, struct str rest);
void call_answer(struct pending *p, const struct door_answer *a, struct str field,
                 struct str events, struct str detail);
void call_row(struct pending *p, const struct door_read_done *d, struct str body);
void call_rights(struct http_call *call, const struct door_read_done *d, struct str body);
bool call_ask_read(struct http_call *call, enum pending_kind kind, enum door_read what,
                   uint64_t number, struct str principal, struct str query);
bool call_ask_auth(struct http_call *call, enum pending_kind kind, enum door_auth what,
                   uint64_t number, struct str a, struct str b, struct str c);
struct json_doc *call_body(struct http_call *call); /* the body; NULL after the fault was told */
void metrics_write(struct gateway *g, struct buf *b);
MUST_USE enum err map_start(struct gateway *g, struct fault *f); /* the base map, if any */
MUST_USE enum err files_check(const struct conf *conf, struct fault *f);

#endif
