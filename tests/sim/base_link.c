/* Connections to the database (sql/link.h): statements that wait, are refused, are carried out and
 * never answered, or are carried out by a backend that nobody is connected to any more. */
#include "tests/sim/base_inside.h"

#include <stdlib.h>

static void free_statement(struct statement *s)
{
    params_fini(&s->params);
    free(s);
}

enum err link_new(const struct link_opts *o, struct link **out, struct fault *f)
{
    struct link *l = calloc(1, sizeof(*l));

    (void)f;
    must(l != NULL);
    *l = (struct link){ .next = base.links,
                        .node = sim.running,
                        .o = *o,
                        .connect_us = sim.now_us + US_PER_MS,
                        .retry_us = LINK_RETRY_MS_MIN * US_PER_MS };
    base.links = l;
    *out = l;
    return OK;
}

static void send_statement(struct link *l, const char *sql, struct params *p, link_result_fn *cb)
{
    struct statement *s = calloc(1, sizeof(*s));
    struct backend *b = l->backend;
    int64_t takes = 300 + (int64_t)sim_below(2500);

    if (!l->up) {
        free(s);
        return;
    }
    must(s != NULL && b != NULL);
    *s = (struct statement){ .sql = sql, .cb = cb };
    params_init(&s->params);
    if (p != NULL) {
        s->params = *p;
        s->params.bytes = (struct buf){ 0 };
        buf_init(&s->params.bytes);
        buf_str(&s->params.bytes, buf_view(&p->bytes));
        must(params_ready(&s->params));
    }
    if (sim.faults && sim_one_in(60)) {
        takes = (int64_t)sim_below(sim_one_in(3) ? 8000 : 900) * US_PER_MS; /* slow, or hanging */
    }
    s->refuse = sim.faults && sim_one_in(150);
    s->sent_us = sim.now_us;
    s->run_us = sim.now_us + takes / 2;
    s->answer_us = sim.now_us + takes;
    if (b->last != NULL) {
        b->last->next = s;
    } else {
        b->first = s;
    }
    b->last = s;
}

void link_send(struct link *l, const char *sql, struct params *p, link_result_fn *on_result)
{
    send_statement(l, sql, p, on_result);
}

void link_prepare(struct link *l, const char *name, const char *sql, link_result_fn *on_result)
{
    (void)name;
    send_statement(l, sql, NULL, on_result);
}

void link_send_prepared(struct link *l, const char *name, struct params *p,
                        link_result_fn *on_result)
{
    must(strcmp(name, base_append) == 0);
    send_statement(l, base_append, p, on_result);
}

bool link_up(const struct link *l)
{
    return l->up;
}

void link_settled(struct link *l)
{
    l->retry_us = LINK_RETRY_MS_MIN * US_PER_MS;
}

/* What the backend had not begun: it never hears of the loss, or it does. */
static void leave_backend(struct link *l)
{
    struct backend *b = l->backend;

    l->backend = NULL;
    if (b == NULL) {
        return;
    }
    if (!sim.faults || sim_one_in(2)) {
        b->ended = true;
        return;
    }
    base.counts.zombies += b->first != NULL ? 1 : 0;
    for (struct statement *s = b->first; s != NULL; s = s->next) {
        base.counts.lost_answers += s->run ? 1 : 0;
    }
}

static void lose(struct link *l, const char *reason)
{
    if (!l->up) {
        return;
    }
    l->up = false;
    leave_backend(l);
    l->connect_us = sim.now_us + l->retry_us;
    l->retry_us = l->retry_us * 2 > LINK_RETRY_MS_MAX * US_PER_MS ? LINK_RETRY_MS_MAX * US_PER_MS
                                                                  : l->retry_us * 2;
    sim_say("node %u lost its link: %s", node_index(l->node), reason);
    l->o.on_down(l->o.arg, reason);
}

void link_drop(struct link *l, const char *reason)
{
    lose(l, reason);
}

void link_close(struct link *l)
{
    l->closed = true;
    l->up = false;
    leave_backend(l);
}

void link_free(struct link *l)
{
    link_close(l);
}

void link_drain(struct link *l, int ms)
{
    (void)l;
    (void)ms;
}

static void connect_link(struct link *l)
{
    struct backend *b = calloc(1, sizeof(*b));

    must(b != NULL);
    *b = (struct backend){ .next = base.backends, .id = ++base.backend_next };
    base.backends = b;
    l->backend = b;
    l->up = true;
    l->o.on_up(l->o.arg);
}

/* Answers that are there, in order. */
static void answer(struct link *l)
{
    while (l->up && l->backend != NULL && l->backend->first != NULL) {
        struct backend *b = l->backend;
        struct statement *s = b->first;

        if (!s->run || s->answer_us > sim.now_us) {
            return;
        }
        b->first = s->next;
        b->last = b->first != NULL ? b->last : NULL;
        s->cb(l->o.arg, &s->result);
        free_statement(s);
    }
}

static void step_link(struct link *l)
{
    struct backend *b = l->backend;

    if (l->closed || l->node == NULL) {
        return;
    }
    if (!l->up) {
        if (sim.now_us >= l->connect_us && sim.now_us >= l->parted_us) {
            connect_link(l);
        }
        return;
    }
    if (b->ended) {
        lose(l, "terminating connection due to administrator command");
    } else if (sim.now_us < l->parted_us) {
        lose(l, "the network is gone");
    } else if (b->first != NULL && sim.now_us - b->first->sent_us > LINK_ANSWER_S_MAX * US_PER_S) {
        lose(l, "no answer");
    } else {
        answer(l);
    }
}

void base_step(void)
{
    for (struct backend *b = base.backends; b != NULL; b = b->next) {
        backend_run(b);
    }
    for (struct link *l = base.links; l != NULL; l = l->next) {
        sim.running = l->node;
        if (l->node != NULL && node_up(l->node)) {
            step_link(l);
        }
        sim.running = NULL;
    }
}

void base_forget(struct node *n)
{
    for (struct link *l = base.links; l != NULL; l = l->next) {
        if (l->node == n) {
            leave_backend(l);
            l->up = false;
            l->closed = true;
            l->node = NULL;
        }
    }
}

void base_drop_link(struct node *n)
{
    for (struct link *l = base.links; l != NULL; l = l->next) {
        if (l->node == n && l->up) {
            sim.running = n;
            lose(l, "server closed the connection unexpectedly");
            sim.running = NULL;
        }
    }
}

void base_part(struct node *n, int64_t until_us)
{
    for (struct link *l = base.links; l != NULL; l = l->next) {
        if (l->node == n) {
            l->parted_us = until_us;
        }
    }
}
