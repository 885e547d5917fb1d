/* Commands on their way: at a person's or a terminal's own connection, reports of channels over
 * HTTP.
 */
#include "dispatch/codec/json_in.h"
#include "dispatch/codec/json_out.h"
#include "tools/sim/live_state.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

uint64_t live_number(const struct live *l, struct str id)
{
    size_t tag = strlen(l->tag);
    char text[24];

    if (id.len < tag + 2 || memcmp(id.at, l->tag, tag) != 0 || id.len - tag - 1 >= sizeof(text)) {
        return 0;
    }
    memcpy(text, id.at + tag + 1, id.len - tag - 1);
    text[id.len - tag - 1] = '\0';
    return strtoull(text, NULL, 10);
}

void live_answer(struct live *l, uint64_t number, const char *code)
{
    struct command_out *o = &l->out[number % PENDING_MAX];
    struct act act = o->act;

    if (o->number != number) {
        return; /* answered before, on a connection that was lost */
    }
    o->number = 0;
    if (o->kept) {
        l->result->kept_sent += code == NULL ? 1 : 0;
        l->result->kept_refused += code != NULL ? 1 : 0;
    }
    agents_answer(l->agents, live_now(l), &act, code);
    live_act(l);
}

struct desk_seat *live_seat_of(struct live *l, struct str principal)
{
    for (uint32_t i = 0; i < l->seat_count; i++) {
        if (str_eq(l->seats[i].account->username, principal)) {
            return &l->seats[i];
        }
    }
    return NULL;
}

/* The channel takes one report at a time; the others wait in its queue. */
void live_feed_channel(struct live *l)
{
    while (l->channel_number == 0 && l->channel_first != l->channel_last) {
        uint64_t number = l->channel_queue[l->channel_first++ % 1024];
        struct command_out *o = &l->out[number % PENDING_MAX];

        if (o->number != number) {
            continue;
        }
        struct http_request r = { .method = "POST",
                                  .path = "/api/v1/commands",
                                  .token = o->seat->token,
                                  .body = buf_view(&o->text) };

        if (!http_client_send(l->channel, &r)) {
            live_answer(l, number, "connection");
            return;
        }
        l->channel_number = number;
    }
}

/* The code of a problem document; "" when there is none. */
static void problem_code(struct str body, char *code, size_t size)
{
    struct json_doc *doc;
    struct fault f;
    struct str word = { 0 };

    code[0] = '\0';
    if (json_doc_parse(body, &doc, &f) == OK) {
        if (json_doc_str(doc, "code", &word)) {
            (void)snprintf(code, size, STR_FMT, STR_ARG(word));
        }
        json_doc_free(doc);
    }
}

void live_on_channel_answer(void *arg, struct http_client *c, int status, struct str body)
{
    struct live *l = arg;
    uint64_t number = l->channel_number;
    char code[48];

    (void)c;
    l->channel_number = 0;
    problem_code(body, code, sizeof(code));
    live_answer(l, number, status < 300 ? NULL : (code[0] != '\0' ? code : "connection"));
    live_feed_channel(l);
}

void live_on_channel_lost(void *arg, struct http_client *c, const char *reason)
{
    struct live *l = arg;
    uint64_t number = l->channel_number;

    (void)c;
    (void)reason;
    l->channel_number = 0;
    if (number != 0) { /* again with the same id when its turn comes: harmless */
        l->result->resent++;
        l->channel_queue[l->channel_last++ % 1024] = number;
    }
}

static void submit(struct live *l, struct command_out *o)
{
    if (o->seat->account->role == ROLE_INTAKE) {
        if (l->channel_last - l->channel_first < 1024) {
            l->channel_queue[l->channel_last++ % 1024] = o->number;
            live_feed_channel(l);
        } else {
            live_answer(l, o->number, "connection");
        }
    } else if (o->seat->welcome && o->seat->ws != NULL) {
        o->sent = ws_client_send(o->seat->ws, buf_view(&o->text));
    } /* else: live_resend when the seat is back */
}

void live_give_back(struct desk_seat *s)
{
    struct live *l = s->live;

    for (uint32_t i = 0; i < PENDING_MAX; i++) {
        if (l->out[i].number != 0 && l->out[i].seat == s) {
            live_answer(l, l->out[i].number, "connection");
        }
    }
}

void live_resend(struct desk_seat *s)
{
    struct live *l = s->live;

    for (uint32_t i = 0; i < PENDING_MAX; i++) {
        struct command_out *o = &l->out[i];

        if (o->number != 0 && o->seat == s) {
            l->result->resent += o->sent ? 1 : 0;
            o->sent = ws_client_send(s->ws, buf_view(&o->text));
        }
    }
}

void live_send(struct live *l, const struct act *act, const struct command *c)
{
    uint64_t number = live_number(l, c->id);
    struct command_out *o = &l->out[number % PENDING_MAX];
    const struct json_out opt = { .world = str_of(l->world),
                                  .privacy_max = TACTICAL,
                                  .canonical_command = true };
    struct desk_seat *seat = live_seat_of(l, c->principal);

    if (o->number != 0 || seat == NULL) {
        agents_answer(l->agents, live_now(l), act, "connection");
        return;
    }
    *o = (struct command_out){
        .number = number, .act = *act, .seat = seat, .kept = seat->cut, .text = o->text
    };
    l->result->kept += o->kept ? 1 : 0;
    buf_reset(&o->text);
    buf_text(&o->text,
             seat->account->role == ROLE_INTAKE ? "{\"id\":" : "{\"op\":\"command\",\"id\":");
    buf_json_str(&o->text, c->id);
    buf_fmt(&o->text, ",\"type\":\"%s\",\"data\":", command_infos[c->type].word);
    json_out_struct(&o->text, command_infos[c->type].shape, &c->as, &opt);
    buf_char(&o->text, '}');
    submit(l, o);
}
