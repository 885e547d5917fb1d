/* libevent's timers as the core and the log writer use them, and of libuv what a gateway's loop
 * uses. What waits for a file descriptor is looked at every time: nobody sleeps here. */
#include "tests/sim/sim.h"

#include <event2/event.h>
#include <stdlib.h>
#include <uv.h>

/* ---- libevent ---- */

struct event {
    struct event *next;
    struct node *node;
    event_callback_fn cb;
    void *arg;
    int64_t due_us; /* -1: not pending */
    bool freed;
};

static struct event *events;

struct event *event_new(struct event_base *base, evutil_socket_t fd, short what,
                        event_callback_fn cb, void *arg)
{
    struct event *e = calloc(1, sizeof(*e));

    (void)base;
    (void)fd;
    (void)what;
    must(e != NULL);
    *e = (struct event){ .next = events, .node = sim.running, .cb = cb, .arg = arg, .due_us = -1 };
    events = e;
    return e;
}

int event_add(struct event *e, const struct timeval *after)
{
    must(after != NULL);
    e->due_us = sim.now_us + (int64_t)after->tv_sec * US_PER_S + after->tv_usec;
    return 0;
}

int event_del(struct event *e)
{
    e->due_us = -1;
    return 0;
}

void event_free(struct event *e)
{
    e->due_us = -1;
    e->freed = true;
}

void loop_run_events(struct node *n)
{
    for (struct event *e = events; e != NULL; e = e->next) {
        if (e->node == n && !e->freed && e->due_us >= 0 && e->due_us <= sim.now_us) {
            e->due_us = -1;
            e->cb(-1, EV_TIMEOUT, e->arg);
        }
    }
}

/* ---- libuv ---- */

enum uv_kind { KIND_ASYNC, KIND_POLL, KIND_PREPARE, KIND_IDLE, KIND_TIMER };

struct handle {
    struct handle *next;
    struct node *node;
    enum uv_kind kind;
    void *at; /* the server's handle */
    bool active;
    int64_t due_us;
    uint64_t repeat_ms;
    uv_timer_cb timer;
    uv_prepare_cb prepare;
};

static struct handle *handles;

static int made(enum uv_kind kind, uv_loop_t *loop, uv_handle_t *at)
{
    struct handle *h = calloc(1, sizeof(*h));

    must(h != NULL);
    *h = (struct handle){ .next = handles, .node = sim.running, .kind = kind, .at = at };
    handles = h;
    at->loop = loop;
    return 0;
}

static struct handle *handle_of(const void *at)
{
    struct handle *h = handles;

    while (h != NULL && h->at != at) {
        h = h->next;
    }
    must(h != NULL);
    return h;
}

int uv_loop_init(uv_loop_t *loop)
{
    (void)loop;
    return 0;
}

int uv_async_init(uv_loop_t *loop, uv_async_t *a, uv_async_cb cb)
{
    (void)cb;
    return made(KIND_ASYNC, loop, (uv_handle_t *)a);
}

int uv_poll_init(uv_loop_t *loop, uv_poll_t *p, int fd)
{
    (void)fd;
    return made(KIND_POLL, loop, (uv_handle_t *)p);
}

int uv_poll_start(uv_poll_t *p, int what, uv_poll_cb cb)
{
    (void)p;
    (void)what;
    (void)cb;
    return 0;
}

int uv_prepare_init(uv_loop_t *loop, uv_prepare_t *p)
{
    return made(KIND_PREPARE, loop, (uv_handle_t *)p);
}

int uv_prepare_start(uv_prepare_t *p, uv_prepare_cb cb)
{
    handle_of(p)->prepare = cb;
    handle_of(p)->active = true;
    return 0;
}

int uv_idle_init(uv_loop_t *loop, uv_idle_t *i)
{
    return made(KIND_IDLE, loop, (uv_handle_t *)i);
}

int uv_idle_start(uv_idle_t *i, uv_idle_cb cb)
{
    (void)i;
    (void)cb;
    return 0;
}

int uv_idle_stop(uv_idle_t *i)
{
    (void)i;
    return 0;
}

int uv_timer_init(uv_loop_t *loop, uv_timer_t *t)
{
    return made(KIND_TIMER, loop, (uv_handle_t *)t);
}

int uv_timer_start(uv_timer_t *t, uv_timer_cb cb, uint64_t after_ms, uint64_t repeat_ms)
{
    struct handle *h = handle_of(t);

    h->timer = cb;
    h->active = true;
    h->due_us = sim.now_us + (int64_t)after_ms * US_PER_MS;
    h->repeat_ms = repeat_ms;
    return 0;
}

int uv_timer_stop(uv_timer_t *t)
{
    handle_of(t)->active = false;
    return 0;
}

int uv_is_active(const uv_handle_t *at)
{
    return handle_of(at)->active ? 1 : 0;
}

static void run_timers(struct node *n)
{
    for (struct handle *h = handles; h != NULL; h = h->next) {
        if (h->node != n || h->kind != KIND_TIMER || !h->active || h->due_us > sim.now_us) {
            continue;
        }
        h->active = h->repeat_ms != 0;
        h->due_us = sim.now_us + (int64_t)h->repeat_ms * US_PER_MS;
        h->timer(h->at);
    }
}

void loop_run_uv(struct node *n)
{
    run_timers(n);
    wires_serve(n);
    for (struct handle *h = handles; h != NULL; h = h->next) {
        if (h->node == n && h->kind == KIND_PREPARE && h->active) {
            h->prepare(h->at);
        }
    }
    wires_serve(n);
}

void loop_forget(struct node *n)
{
    for (struct event *e = events; e != NULL; e = e->next) {
        if (e->node == n) {
            e->node = NULL;
            e->due_us = -1;
        }
    }
    for (struct handle *h = handles; h != NULL; h = h->next) {
        if (h->node == n) {
            h->node = NULL;
        }
    }
}
