#include "tools/cli/session.h"

#include "dispatch/codec/json_in.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define ANSWER_S 30
#define PASSWORD_MAX 512
#define PAUSE_NS 500000000

static enum err read_password(const char *path, char *out, size_t size, struct fault *f)
{
    FILE *file = path != NULL ? fopen(path, "rb") : stdin;
    bool read = file != NULL && fgets(out, (int)size, file) != NULL;
    int trouble = errno;

    if (file != NULL && file != stdin) {
        (void)fclose(file);
    }
    if (!read) {
        return fault_set(f, ERR_IO, "no password could be read",
                         path != NULL ? path : "standard input",
                         file == NULL ? strerror(trouble) : NULL);
    }
    out[strcspn(out, "\r\n")] = '\0';
    return OK;
}

static void pause_a_moment(void)
{
    struct timespec pause = { .tv_nsec = PAUSE_NS };

    (void)nanosleep(&pause, NULL);
}

enum err session_call(struct cli_session *s, const struct http_request *r, int patience_s,
                      int *status, struct buf *answer, struct fault *f)
{
    struct http_request signed_in = *r;

    signed_in.token = s->token[0] != '\0' ? s->token : NULL;
    for (int tries = 0;; tries++) {
        if (http_call(&s->to, &signed_in, ANSWER_S, status, answer, f) != OK) {
            return f->err;
        }
        if ((*status != 429 && *status != 503 && *status != 504) || tries >= 2 * patience_s) {
            return OK;
        }
        buf_fini(answer);
        pause_a_moment();
    }
}

static void keep_text(const struct json_doc *doc, const char *key, char *out, size_t size)
{
    struct str text = { 0 };

    out[0] = '\0';
    if (json_doc_str(doc, key, &text)) {
        (void)snprintf(out, size, STR_FMT, STR_ARG(text));
    }
}

enum err session_problem(int status, struct str body, struct fault *f)
{
    struct json_doc *doc = NULL;
    char title[sizeof(f->primary)];
    char detail[sizeof(f->detail)];
    char hint[sizeof(f->hint)];
    char field[sizeof(f->field)];

    if (json_doc_parse(body, &doc, f) != OK || !json_doc_is_object(doc)) {
        (void)snprintf(title, sizeof(title), "the server answered with status %d", status);
        json_doc_free(doc);
        return fault_set(f, ERR_CONFLICT, title, NULL, NULL);
    }
    keep_text(doc, "detail", title, sizeof(title));
    if (title[0] == '\0') {
        keep_text(doc, "title", title, sizeof(title));
    }
    keep_text(doc, "code", detail, sizeof(detail));
    keep_text(doc, "hint", hint, sizeof(hint));
    keep_text(doc, "field", field, sizeof(field));
    json_doc_free(doc);
    (void)fault_set(f, ERR_CONFLICT, title[0] != '\0' ? title : "the server refused it", detail,
                    hint);
    (void)snprintf(f->field, sizeof(f->field), "%s", field);
    return f->err;
}

static enum err take_token(struct cli_session *s, struct str body, struct fault *f)
{
    struct json_doc *doc = NULL;
    struct str token = { 0 };
    enum err err = json_doc_parse(body, &doc, f);

    if (err == OK && (!json_doc_str(doc, "token", &token) || token.len >= sizeof(s->token))) {
        err = fault_set(f, ERR_MALFORMED, "the server gave no token", NULL, NULL);
    }
    if (err == OK) {
        memcpy(s->token, token.at, token.len);
        s->token[token.len] = '\0';
        keep_text(doc, "role", s->role, sizeof(s->role));
    }
    json_doc_free(doc);
    return err;
}

enum err session_open(struct cli_session *s, const struct session_opts *o, struct fault *f)
{
    char password[PASSWORD_MAX];
    struct buf body;
    struct buf answer;
    int status = 0;

    *s = (struct cli_session){ 0 };
    if (!wire_address_read(o->url, &s->to)) {
        return fault_set(f, ERR_INVALID, "--url is no http://host:port", o->url, NULL);
    }
    if (read_password(o->password_file, password, sizeof(password), f) != OK) {
        return f->err;
    }
    buf_init(&body);
    buf_text(&body, "{\"username\":");
    buf_json_str(&body, str_of(o->user));
    buf_text(&body, ",\"password\":");
    buf_json_str(&body, str_of(password));
    buf_char(&body, '}');
    const struct http_request r = { .method = "POST",
                                    .path = "/api/v1/sessions",
                                    .body = buf_view(&body) };
    enum err err = session_call(s, &r, 10, &status, &answer, f);

    if (err == OK) {
        err = status == 201 ? take_token(s, buf_view(&answer), f)
                            : session_problem(status, buf_view(&answer), f);
    }
    sodium_memzero(password, sizeof(password));
    sodium_memzero(body.at, body.len);
    buf_fini(&body);
    buf_fini(&answer);
    return err;
}

void session_close(struct cli_session *s)
{
    const struct http_request r = { .method = "DELETE", .path = "/api/v1/sessions/current" };
    struct buf answer;
    struct fault f = { 0 };
    int status;

    if (s->token[0] != '\0') {
        /* Without an answer the session ends by itself. */
        enum err err = session_call(s, &r, 0, &status, &answer, &f);
        (void)err;
        buf_fini(&answer);
    }
    sodium_memzero(s->token, sizeof(s->token));
}

void session_put_query(struct buf *b, const char *name, struct str value)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

    buf_text(b, name);
    buf_char(b, '=');
    for (size_t k = 0; k < value.len; k++) {
        char c = value.at[k];

        if (c != '\0' && strchr(plain, c) != NULL) {
            buf_char(b, c);
        } else {
            buf_fmt(b, "%%%02X", (unsigned char)c);
        }
    }
}
