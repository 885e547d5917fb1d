#include "tools/sim/live.h"

#include "dispatch/codec/json_out.h"
#include "tools/sim/live_state.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define FRAME_ARENA ((size_t)1 << 28)
#define ACTS_A_TURN 500
#define FIX_EVERY_US (10 * US_PER_S) /* of the server's clock: as often as terminals report */
#define FIX_LEAST_US (20 * US_PER_MS)
#define PROGRESS_S 10
#define WATCHED_SHIFT_US (24 * US_PER_MIN) /* a hand-over every six minutes */

int64_t live_mono_us(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * US_PER_S + t.tv_nsec / 1000;
}

int64_t live_now(const struct live *l)
{
    return l->clock_server != 0 ? l->clock_server + (live_mono_us() - l->clock_mono) * l->opts->rate
                                : 0;
}

void live_fail(struct live *l, enum err err, const char *primary, const char *detail)
{
    if (!l->stop) {
        l->stop = true;
        (void)fault_set(l->fault, err, primary, detail, NULL);
        (void)event_base_loopbreak(l->base);
    }
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
    if (l->clock_server == 0 || !l->pictured || l->stop) {
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
            live_send(l, &act, &c);
        }
    }
    if ((l->opts->once || l->opts->hours != 0) && agents_done(l->agents)) {
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

    if (!l->connected) {
        (void)fprintf(stderr, "simulate: %" PRIu32 " of %" PRIu32 " accounts signed in\n",
                      l->errand_first, l->errand_last);
    } else {
        (void)fprintf(stderr,
                      "simulate: %" PRIu64 " calls in, %" PRIu64 " at their ends, %" PRIu64
                      " incidents open; %" PRIu64 " commands, %" PRIu64 " refused\n",
                      agents_sum(c->came).calls, agents_sum(c->ended).calls, agents_open(l->agents),
                      c->commands, c->refused);
    }
}

/* What did not come to its end, for who wonders why. */
static void tell_open(const struct live *l)
{
    char says[128];

    for (uint32_t k = 1; agents_next_open(l->agents, &k, says, sizeof(says));) {
        (void)fprintf(stderr, "simulate: still open: %s\n", says);
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
    live_feed_channel(l);
    live_errands(l);
    if (l->clock_server != 0 && event_pending(l->wake, EV_TIMEOUT, NULL) == 0) {
        arm(l);
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

static bool make_clients(struct live *l)
{
    const struct http_client_opts o = { .base = l->base,
                                        .to = l->opts->to,
                                        .arg = l,
                                        .on_answer = live_on_channel_answer,
                                        .on_lost = live_on_channel_lost };

    l->channel = http_client_new(&o);
    l->errands = calloc(ERRANDS_MAX, sizeof(*l->errands));
    l->out = calloc(PENDING_MAX, sizeof(*l->out));
    for (uint32_t i = 0; l->out != NULL && i < PENDING_MAX; i++) {
        buf_init(&l->out[i].text);
    }
    return l->channel != NULL && l->out != NULL && l->errands != NULL;
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
    free(l->errands);
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
        .opts = o, .fault = f, .result = out, .base = precise_base(), .began_us = live_mono_us()
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
                                        .adopt = o->cast != NULL,
                                        .rate = o->rate,
                                        .everyday = !o->once,
                                        .posts = o->cast != NULL ? CAST_POSTS : 0,
                                        .shift_us = o->cast != NULL ? WATCHED_SHIFT_US : 0,
                                        .cast = o->cast,
                                        .takers = o->cast != NULL ? CAST_TAKERS : 0,
                                        .hours = o->hours,
                                        .console = live_console,
                                        .link = o->cast != NULL ? live_link : NULL,
                                        .ways = o->ways,
                                        .beats = o->ways != NULL,
                                        .arg = &l };

    l.agents = agents_new(&people);
    if (l.base == NULL || l.agents == NULL || !make_clients(&l) || !make_events(&l) ||
        !live_make_seats(&l)) {
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
    if (!out->done && o->hours != 0) {
        tell_open(&l);
    }
    for (uint32_t i = 0; i < PENDING_MAX; i++) {
        out->kept_waiting += l.out[i].number != 0 && l.out[i].kept ? 1 : 0;
    }
done:
    l.stop = true;
    fini(&l);
    return err;
}
