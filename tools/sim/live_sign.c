/* Signing in and out, one after the other over one connection. */
#include "dispatch/codec/json_in.h"
#include "tools/sim/live_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void live_errand(struct desk_seat *s, bool sign_out)
{
    struct live *l = s->live;
    struct errand *e;

    if (!sign_out && s->signing_in) {
        return;
    }
    must(l->errand_last - l->errand_first < ERRANDS_MAX);
    e = &l->errands[l->errand_last++ % ERRANDS_MAX];
    *e = (struct errand){ .seat = s, .sign_out = sign_out };
    if (sign_out) { /* who comes again before it is done gets another one */
        memcpy(e->token, s->token, sizeof(e->token));
        s->token[0] = '\0';
    }
    s->signing_in = s->signing_in || !sign_out;
    live_errands(l);
}

static void ask(struct live *l, const struct errand *e)
{
    const struct account *a = e->seat->account;
    struct http_request r = { .method = e->sign_out ? "DELETE" : "POST",
                              .path = e->sign_out ? "/api/v1/sessions/current" : "/api/v1/sessions",
                              .token = e->sign_out ? e->token : NULL };
    struct buf b;

    buf_init(&b);
    if (!e->sign_out) {
        buf_text(&b, "{\"username\":");
        buf_json_str(&b, a->username);
        buf_text(&b, ",\"password\":");
        buf_json_str(&b, a->password);
        buf_char(&b, '}');
    }
    r.body = buf_view(&b);
    l->errand_busy = http_client_send(l->signer, &r);
    buf_fini(&b);
    if (!l->errand_busy && !l->connected) {
        live_fail(l, ERR_IO, "the server cannot be reached", NULL);
    } /* later: on_second asks again */
}

void live_errands(struct live *l)
{
    if (l->signer == NULL || l->errand_busy || l->stop) {
        return;
    }
    if (l->errand_first != l->errand_last) {
        ask(l, &l->errands[l->errand_first % ERRANDS_MAX]);
    } else if (!l->connected) {
        live_connect(l);
    }
}

static bool take_token(struct desk_seat *s, struct str body)
{
    struct json_doc *doc;
    struct fault f;
    struct str token = { 0 };

    if (json_doc_parse(body, &doc, &f) == OK) {
        if (json_doc_str(doc, "token", &token)) {
            (void)snprintf(s->token, sizeof(s->token), STR_FMT, STR_ARG(token));
        }
        json_doc_free(doc);
    }
    return s->token[0] != '\0';
}

static void on_answer(void *arg, struct http_client *c, int status, struct str body)
{
    struct live *l = arg;
    struct errand *e = &l->errands[l->errand_first % ERRANDS_MAX];
    struct desk_seat *s = e->seat;

    (void)c;
    l->errand_busy = false;
    if (status == 429 || status >= 500) { /* not so fast, or not now: the same again in a while */
        struct timespec pause = { .tv_nsec = 200000000 };

        (void)nanosleep(&pause, NULL);
        live_errands(l);
        return;
    }
    l->errand_first++;
    if (!e->sign_out) {
        s->signing_in = false;
        if (status != 201 || !take_token(s, body)) {
            char name[64];

            (void)snprintf(name, sizeof(name), STR_FMT " (status %d)",
                           STR_ARG(s->account->username), status);
            live_fail(l, ERR_UNSIGNED, "an account cannot sign in", name);
            return;
        }
        if (s->wanted) {
            live_seat_up(s);
        }
    }
    live_errands(l);
}

static void on_lost(void *arg, struct http_client *c, const char *reason)
{
    struct live *l = arg;

    (void)c;
    l->errand_busy = false;
    if (!l->connected) {
        live_fail(l, ERR_IO, "the server went away while the accounts signed in", reason);
    }
}

void live_sign_in(struct live *l)
{
    const struct http_client_opts o = {
        .base = l->base, .to = l->opts->to, .arg = l, .on_answer = on_answer, .on_lost = on_lost
    };

    l->signer = http_client_new(&o);
    if (l->signer == NULL) {
        live_fail(l, ERR_NO_MEMORY, "no memory for signing in", NULL);
        return;
    }
    live_errands(l);
}
