/* Everybody signs in, one after the other, over one connection. */
#include "dispatch/codec/json_in.h"
#include "tools/sim/live_state.h"

#include <stdio.h>
#include <time.h>

static void sign_in_next(struct live *l)
{
    const struct account *a = l->seats[l->signing].account;
    struct http_request r = { .method = "POST", .path = "/api/v1/sessions" };
    struct buf b;

    buf_init(&b);
    buf_text(&b, "{\"username\":");
    buf_json_str(&b, a->username);
    buf_text(&b, ",\"password\":");
    buf_json_str(&b, a->password);
    buf_char(&b, '}');
    r.body = buf_view(&b);
    if (!http_client_send(l->signer, &r)) {
        live_fail(l, ERR_IO, "the server cannot be reached", NULL);
    }
    buf_fini(&b);
}

static void on_signed_in(void *arg, struct http_client *c, int status, struct str body)
{
    struct live *l = arg;
    struct desk_seat *s = &l->seats[l->signing];
    struct json_doc *doc;
    struct fault f;
    struct str token = { 0 };

    (void)c;
    if (status == 429 || status == 503) { /* not so fast: the same again in a while */
        struct timespec pause = { .tv_nsec = 200000000 };

        (void)nanosleep(&pause, NULL);
        sign_in_next(l);
        return;
    }
    if (status == 201 && json_doc_parse(body, &doc, &f) == OK) {
        if (json_doc_str(doc, "token", &token)) {
            (void)snprintf(s->token, sizeof(s->token), STR_FMT, STR_ARG(token));
        }
        json_doc_free(doc);
    }
    if (s->token[0] == '\0') {
        char name[64];

        (void)snprintf(name, sizeof(name), STR_FMT " (status %d)", STR_ARG(s->account->username),
                       status);
        live_fail(l, ERR_UNSIGNED, "an account cannot sign in", name);
        return;
    }
    if (++l->signing < l->seat_count) {
        sign_in_next(l);
    } else {
        live_connect(l);
    }
}

static void on_signer_lost(void *arg, struct http_client *c, const char *reason)
{
    struct live *l = arg;

    (void)c;
    if (l->signing < l->seat_count) {
        live_fail(l, ERR_IO, "the server went away while the accounts signed in", reason);
    }
}

void live_sign_in(struct live *l)
{
    const struct http_client_opts o = { .base = l->base,
                                        .to = l->opts->to,
                                        .arg = l,
                                        .on_answer = on_signed_in,
                                        .on_lost = on_signer_lost };

    l->signer = http_client_new(&o);
    if (l->signer == NULL) {
        live_fail(l, ERR_NO_MEMORY, "no memory for signing in", NULL);
        return;
    }
    sign_in_next(l);
}
