#include "tools/sim/live.h"

#include "dispatch/codec/json_in.h"
#include "dispatch/codec/json_out.h"
#include "tools/sim/live_state.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define FRAME_ARENA ((size_t)1 << 28)
#define ACTS_A_TURN 500
#define RETRY_S 1
#define FIX_EVERY_US (10 * US_PER_S) /* of the server's clock: as often as terminals report */
#define FIX_LEAST_US (20 * US_PER_MS)
#define PROGRESS_S 10

static int64_t mono_us(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * US_PER_S + t.tv_nsec / 1000;
}

int64_t live_now(const struct live *l)
{
    return l->clock_server != 0 ? l->clock_server + (mono_us() - l->clock_mono) * l->opts->rate : 0;
}

void live_fail(struct live *l, enum err err, const char *primary, const char *detail)
{
    if (!l->stop) {
        l->stop = true;
        (void)fault_set(l->fault, err, primary, detail, NULL);
        (void)event_base_loopbreak(l->base);
    }
}

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
    agents_answer(l->agents, live_now(l), &act, code);
    live_act(l);
}

static struct desk_seat *seat_of(struct live *l, struct str principal)
{
    for (uint32_t i = 0; i < l->seat_count; i++) {
        if (str_eq(l->seats[i].account->username, principal)) {
            return &l->seats[i];
        }
    }
    return NULL;
}

/* The channel takes one report at a time; the others wait in its queue. */
static void feed_channel(struct live *l)
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

static void on_channel_answer(void *arg, struct http_client *c, int status, struct str body)
{
    struct live *l = arg;
    uint64_t number = l->channel_number;
    char code[48];

    (void)c;
    l->channel_number = 0;
    problem_code(body, code, sizeof(code));
    live_answer(l, number, status < 300 ? NULL : (code[0] != '\0' ? code : "connection"));
    feed_channel(l);
}

static void on_channel_lost(void *arg, struct http_client *c, const char *reason)
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
            feed_channel(l);
        } else {
            live_answer(l, o->number, "connection");
        }
    } else if (o->seat->welcome && o->seat->ws != NULL) {
        o->sent = ws_client_send(o->seat->ws, buf_view(&o->text));
    } /* else: live_resend when the seat is back */
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

static void send_command(struct live *l, const struct act *act, const struct command *c)
{
    uint64_t number = live_number(l, c->id);
    struct command_out *o = &l->out[number % PENDING_MAX];
    const struct json_out opt = { .world = str_of(l->world),
                                  .privacy_max = TACTICAL,
                                  .canonical_command = true };
    struct desk_seat *seat = seat_of(l, c->principal);

    if (o->number != 0 || seat == NULL) {
        agents_answer(l->agents, live_now(l), act, "connection");
        return;
    }
    *o = (struct command_out){ .number = number, .act = *act, .seat = seat, .text = o->text };
    buf_reset(&o->text);
    buf_text(&o->text,
             seat->account->role == ROLE_INTAKE ? "{\"id\":" : "{\"op\":\"command\",\"id\":");
    buf_json_str(&o->text, c->id);
    buf_fmt(&o->text, ",\"type\":\"%s\",\"data\":", command_infos[c->type].word);
    json_out_struct(&o->text, command_infos[c->type].shape, &c->as, &opt);
    buf_char(&o->text, '}');
    submit(l, o);
}

static void arm(struct live *l)
{
    int64_t next = agents_next(l->agents);
    int64_t wait = next != 0 ? (next - live_now(l)) / l->opts->rate : US_PER_S;
    struct timeval tv;

    wait = wait < 0 ? 0 : (wait > US_PER_S ? US_PER_S : wait);
    tv = (struct timeval){ .tv_sec = wait / US_PER_S, .tv_usec = wait % US_PER_S };
    (void)event_add(l->wake, &tv);
}

void live_act(struct live *l)
{
    if (l->clock_server == 0 || l->stop) {
        return;
    }
    if (!l->begun) {
        l->begun = true;
        agents_begin(l->agents, live_now(l));
    }
    arm(l);
}

static void on_wake(evutil_socket_t fd, short what, void *arg)
{
    struct live *l = arg;
    struct act act;
    struct command c;
    int64_t now = live_now(l);

    (void)fd;
    (void)what;
    for (int i = 0; i < ACTS_A_TURN && agents_next(l->agents) != 0 && agents_next(l->agents) <= now;
         i++) {
        if (agents_take(l->agents, now, &act, &c)) {
            send_command(l, &act, &c);
        }
    }
    if (l->opts->once && agents_done(l->agents)) {
        l->result->done = true;
        (void)event_base_loopbreak(l->base);
        return;
    }
    arm(l);
}

static void send_fix(struct live *l, struct desk_seat *s)
{
    struct fix fix;
    char text[256];
    char at[INSTANT_TEXT_SIZE];
    struct buf b;

    if (!s->welcome || s->ws == NULL || !agents_fix(l->agents, s->account->unit, &fix) ||
        fix.fix_at <= s->sent_fix_at) {
        return;
    }
    s->sent_fix_at = fix.fix_at;
    instant_text(fix.fix_at, at);
    buf_fixed(&b, text, sizeof(text));
    buf_fmt(&b, "{\"op\":\"position\",\"unit\":\"%s-u%" PRIu32 "\",\"lon\":", l->world,
            s->account->unit);
    json_out_deg(&b, fix.at.lon_e7);
    buf_text(&b, ",\"lat\":");
    json_out_deg(&b, fix.at.lat_e7);
    buf_fmt(&b, ",\"fix_at\":\"%s\"}", at);
    if (buf_ok(&b) && ws_client_send(s->ws, buf_view(&b))) {
        l->result->positions++;
    }
}

/* Units report where they are. */
static void on_fixes(evutil_socket_t fd, short what, void *arg)
{
    struct live *l = arg;

    (void)fd;
    (void)what;
    if (l->clock_server == 0) {
        return;
    }
    agents_at(l->agents, live_now(l));
    for (uint32_t i = 0; i < l->seat_count; i++) {
        if (l->seats[i].account->unit != 0) {
            send_fix(l, &l->seats[i]);
        }
    }
}

/* A long run tells how far it is. */
static void tell_progress(const struct live *l)
{
    const struct agents_counts *c = agents_counts_of(l->agents);

    if (l->signing < l->seat_count) {
        (void)fprintf(stderr, "simulate: %" PRIu32 " of %" PRIu32 " accounts signed in\n",
                      l->signing, l->seat_count);
    } else {
        (void)fprintf(stderr,
                      "simulate: %" PRIu64 " calls in, %" PRIu64 " at their ends, %" PRIu64
                      " incidents open; %" PRIu64 " commands, %" PRIu64 " refused\n",
                      agents_sum(c->came).calls, agents_sum(c->ended).calls, agents_open(l->agents),
                      c->commands, c->refused);
    }
}

/* Once a second lost connections are freed. */
static void on_second(evutil_socket_t fd, short what, void *arg)
{
    struct live *l = arg;

    (void)fd;
    (void)what;
    for (uint32_t i = 0; i < l->seat_count; i++) {
        ws_client_free(l->seats[i].gone);
        l->seats[i].gone = NULL;
    }
    if (l->opts->once && ++l->seconds % PROGRESS_S == 0) {
        tell_progress(l);
    }
    feed_channel(l);
    if (l->clock_server != 0 && event_pending(l->wake, EV_TIMEOUT, NULL) == 0) {
        arm(l);
    }
}

static void on_text(void *arg, struct ws_client *c, struct str text)
{
    struct desk_seat *s = arg;

    (void)c;
    live_on_text(s, text);
    if (s == &s->live->seats[0]) {
        live_act(s->live);
    }
}

static void on_open(void *arg, struct ws_client *c)
{
    struct desk_seat *s = arg;
    struct buf b;

    buf_init(&b);
    buf_text(&b, "{\"op\":\"hello\",\"token\":");
    buf_json_str(&b, str_of(s->token));
    buf_text(&b, s->account->unit != 0 ? ",\"topics\":[\"incidents\",\"units\"]"
                                       : ",\"topics\":[\"incidents\",\"units\",\"alarms\"]");
    if (s->hash[0] != '\0') {
        buf_fmt(&b,
                ",\"resume\":{\"world\":\"%s\",\"audience\":\"%s\",\"seq\":%" PRIu64
                ",\"hash\":\"%s\"}",
                s->world_id, s->audience, s->seq, s->hash);
    }
    buf_char(&b, '}');
    (void)ws_client_send(c, buf_view(&b));
    buf_fini(&b);
}

static void on_close(void *arg, struct ws_client *c, uint16_t code, struct str reason)
{
    struct desk_seat *s = arg;
    struct timeval tv = { .tv_sec = RETRY_S };

    s->welcome = false;
    s->ws = NULL;
    s->gone = c;
    if (!s->live->stop) {
        s->live->result->reconnects++;
        (void)fprintf(stderr, "simulate: " STR_FMT " lost its connection (%u " STR_FMT ")\n",
                      STR_ARG(s->account->username), code, STR_ARG(reason));
        (void)event_add(s->retry, &tv);
    }
}

static void connect_seat(struct desk_seat *s)
{
    const struct ws_client_opts o = { .base = s->live->base,
                                      .to = s->live->opts->to,
                                      .path = "/ws",
                                      .protocol = "tocsin.v1",
                                      .arg = s,
                                      .on_open = on_open,
                                      .on_text = on_text,
                                      .on_close = on_close };
    struct timeval tv = { .tv_sec = RETRY_S };

    s->ws = ws_client_new(&o);
    if (s->ws == NULL) {
        (void)event_add(s->retry, &tv);
    }
}

static void on_retry(evutil_socket_t fd, short what, void *arg)
{
    struct desk_seat *s = arg;

    (void)fd;
    (void)what;
    ws_client_free(s->gone);
    s->gone = NULL;
    connect_seat(s);
}

void live_connect(struct live *l)
{
    l->result->signed_in_us = mono_us() - l->began_us;
    for (uint32_t i = 0; i < l->seat_count; i++) {
        if (l->seats[i].account->role != ROLE_INTAKE) {
            connect_seat(&l->seats[i]);
        }
    }
}

static void on_signal(evutil_socket_t fd, short what, void *arg)
{
    struct live *l = arg;

    (void)fd;
    (void)what;
    l->stop = true;
    (void)event_base_loopbreak(l->base);
}

/* Who takes part: operator first, then commander and channels, then the units. */
static bool make_seats(struct live *l)
{
    static const char *const names[] = { "operator", "commander", "intake" };
    const struct accounts *all = l->opts->accounts;

    l->seats = calloc((size_t)all->count + 3, sizeof(*l->seats));
    if (l->seats == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < 3; i++) {
        l->seats[l->seat_count].account = accounts_find(all, str_of(names[i]));
        l->seat_count += l->seats[l->seat_count].account != NULL ? 1 : 0;
    }
    for (uint32_t i = 0; i < all->count; i++) {
        if (all->at[i].unit != 0 && all->at[i].unit <= l->opts->town->city.units.count) {
            l->seats[l->seat_count++].account = &all->at[i];
        }
    }
    for (uint32_t i = 0; i < l->seat_count; i++) {
        l->seats[i].live = l;
        l->seats[i].retry = evtimer_new(l->base, on_retry, &l->seats[i]);
    }
    return l->seat_count > 3;
}

static bool make_clients(struct live *l)
{
    const struct http_client_opts o = { .base = l->base,
                                        .to = l->opts->to,
                                        .arg = l,
                                        .on_answer = on_channel_answer,
                                        .on_lost = on_channel_lost };

    l->channel = http_client_new(&o);
    l->out = calloc(PENDING_MAX, sizeof(*l->out));
    for (uint32_t i = 0; l->out != NULL && i < PENDING_MAX; i++) {
        buf_init(&l->out[i].text);
    }
    return l->channel != NULL && l->out != NULL;
}

static bool make_events(struct live *l)
{
    static const int numbers[2] = { SIGINT, SIGTERM };
    struct timeval second = { .tv_sec = 1 };
    int64_t every = FIX_EVERY_US / l->opts->rate;

    every = every > US_PER_S ? US_PER_S : (every < FIX_LEAST_US ? FIX_LEAST_US : every);
    struct timeval fixes = { .tv_sec = every / US_PER_S, .tv_usec = every % US_PER_S };

    l->fixes = event_new(l->base, -1, EV_PERSIST, on_fixes, l);
    l->wake = evtimer_new(l->base, on_wake, l);
    l->every_second = event_new(l->base, -1, EV_PERSIST, on_second, l);
    for (int i = 0; i < 2; i++) {
        l->signals[i] = evsignal_new(l->base, numbers[i], on_signal, l);
        if (l->signals[i] == NULL || event_add(l->signals[i], NULL) != 0) {
            return false;
        }
    }
    return l->wake != NULL && l->every_second != NULL && l->fixes != NULL &&
           event_add(l->every_second, &second) == 0 && event_add(l->fixes, &fixes) == 0;
}

static void free_event(struct event *e)
{
    if (e != NULL) {
        event_free(e);
    }
}

static void fini(struct live *l)
{
    for (uint32_t i = 0; l->seats != NULL && i < l->seat_count; i++) {
        ws_client_free(l->seats[i].ws);
        ws_client_free(l->seats[i].gone);
        free_event(l->seats[i].retry);
    }
    for (uint32_t i = 0; l->out != NULL && i < PENDING_MAX; i++) {
        buf_fini(&l->out[i].text);
    }
    free(l->out);
    free(l->seats);
    http_client_free(l->signer);
    http_client_free(l->channel);
    free_event(l->wake);
    free_event(l->every_second);
    free_event(l->fixes);
    free_event(l->signals[0]);
    free_event(l->signals[1]);
    agents_free(l->agents);
    if (l->base != NULL) {
        event_base_free(l->base);
    }
    arena_fini(&l->arena);
}

/* A millisecond, which is what timers are rounded to otherwise, is seconds of a fast clock. */
static struct event_base *precise_base(void)
{
    struct event_config *c = event_config_new();
    struct event_base *base = NULL;

    if (c != NULL) {
        (void)event_config_set_flag(c, EVENT_BASE_FLAG_PRECISE_TIMER);
        base = event_base_new_with_config(c);
        event_config_free(c);
    }
    return base;
}

enum err live_run(const struct live_opts *o, struct live_result *out, struct fault *f)
{
    struct live l = {
        .opts = o, .fault = f, .result = out, .base = precise_base(), .began_us = mono_us()
    };
    struct timespec t;
    enum err err = OK;

    memset(out, 0, sizeof(*out));
    f->err = OK;
    arena_init(&l.arena, FRAME_ARENA);
    (void)clock_gettime(CLOCK_REALTIME, &t);
    (void)snprintf(l.tag, sizeof(l.tag), "demo-%" PRIx64,
                   (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000);
    const struct agents_opts people = { .town = o->town,
                                        .seed = o->seed,
                                        .tag = str_of(l.tag),
                                        .loop = !o->once,
                                        .soon = !o->once,
                                        .spare = o->demo,
                                        .rate = o->rate,
                                        .everyday = !o->once };

    l.agents = agents_new(&people);
    if (l.base == NULL || l.agents == NULL || !make_clients(&l) || !make_events(&l) ||
        !make_seats(&l)) {
        err = fault_set(f, ERR_INVALID, "the accounts of the demo are not all there", NULL,
                        "run tocsin demo-setup for this city");
        goto done;
    }
    live_sign_in(&l);
    if (!l.stop) {
        (void)event_base_dispatch(l.base);
    }
    err = f->err;
    out->counts = *agents_counts_of(l.agents);
    out->open = agents_open(l.agents);
done:
    l.stop = true;
    fini(&l);
    return err;
}
