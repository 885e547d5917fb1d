#include "tools/quality/rehearsal.h"

#include <stdlib.h>
#include <string.h>

/* One run through the calls, or a part of them. */
struct run {
    struct rehearsal *r;
    uint32_t task, unit; /* sent against the wish; REHEARSAL_NONE: none is */
    bool is_refused;     /* it may not be sent */
    bool keeps;          /* what is played becomes the play */
    struct rehearsal_gain gain;
};

static bool is_late(const struct rehearsal *r, uint32_t call, uint32_t first_ms)
{
    return first_ms > play_target_ms(r->o, &r->o->work->call[call]);
}

static bool all_are_asked_about(const struct work *w)
{
    for (uint32_t i = 0; i < w->count; i++) {
        if (!w->call[i].is_response) {
            return false;
        }
    }
    return true;
}

static bool has_room(struct rehearsal *r)
{
    uint32_t calls = r->o->work->count;
    uint32_t units = r->o->units;

    r->order = malloc(calls * sizeof(*r->order));
    r->task = malloc(r->task_count * sizeof(*r->task));
    r->first_ms = malloc(calls * sizeof(*r->first_ms));
    r->before = calloc(calls, sizeof(*r->before));
    r->pictured = calloc((size_t)calls * units, sizeof(*r->pictured));
    r->now.unit = calloc(units, sizeof(*r->now.unit));
    return r->order != NULL && r->task != NULL && r->first_ms != NULL && r->before != NULL &&
           r->pictured != NULL && r->now.unit != NULL;
}

enum err rehearsal_init(struct rehearsal *r, const struct play_opts *o, struct fault *f)
{
    const struct work *w = o->work;
    const struct work_call *last = &w->call[w->count - 1];

    *r = (struct rehearsal){ .o = o, .task_count = last->first_ms + last->units };
    if (!all_are_asked_about(w)) {
        return fault_set(f, ERR_INVALID,
                         "the oracle needs calls that all have a place and were not come upon",
                         NULL, NULL);
    }
    if (!has_room(r)) {
        rehearsal_fini(r);
        return fault_set(f, ERR_NO_MEMORY, "no memory to rehearse", NULL, NULL);
    }
    if (ways_init(&r->ways, o->road, w, o->units, o->seed, f) != OK) {
        rehearsal_fini(r);
        return f->err;
    }
    work_order(w, r->order);
    for (uint32_t p = 0; p < w->count; p++) {
        r->before[p].unit = r->pictured + (size_t)p * o->units;
    }
    for (uint32_t t = 0; t < r->task_count; t++) {
        r->task[t] = (struct rehearsal_task){ REHEARSAL_NONE, 0 };
    }
    return OK;
}

void rehearsal_fini(struct rehearsal *r)
{
    if (r->o == NULL) {
        return;
    }
    for (uint32_t p = 0; r->before != NULL && p < r->o->work->count; p++) {
        free(r->before[p].queue);
    }
    if (r->ways.work != NULL) {
        ways_fini(&r->ways);
    }
    free(r->order);
    free(r->task);
    free(r->first_ms);
    free(r->before);
    free(r->pictured);
    free(r->now.unit);
    free(r->now.queue);
    *r = (struct rehearsal){ 0 };
}

static void queue_room(struct rehearsal_state *s, uint32_t room)
{
    if (room <= s->queue_room) {
        return;
    }
    s->queue_room = room + room / 2 + 16;
    s->queue = realloc(s->queue, s->queue_room * sizeof(*s->queue));
    must(s->queue != NULL);
}

static void copy_state(struct rehearsal_state *to, const struct rehearsal_state *from,
                       uint32_t units)
{
    queue_room(to, from->waiting);
    to->now_ms = from->now_ms;
    to->next = from->next;
    to->waiting = from->waiting;
    memcpy(to->unit, from->unit, units * sizeof(*to->unit));
    if (from->waiting > 0) {
        memcpy(to->queue, from->queue, from->waiting * sizeof(*to->queue));
    }
}

/* Whether the same comes of both. */
static bool is_same(const struct rehearsal_state *a, const struct rehearsal_state *b,
                    uint32_t units)
{
    if (a->waiting != b->waiting) {
        return false;
    }
    for (uint32_t u = 0; u < units; u++) {
        if (a->unit[u].free_ms != b->unit[u].free_ms || a->unit[u].from != b->unit[u].from ||
            a->unit[u].away != b->unit[u].away) {
            return false;
        }
    }
    for (uint32_t k = 0; k < a->waiting; k++) {
        if (a->queue[k].call != b->queue[k].call || a->queue[k].sent != b->queue[k].sent ||
            a->queue[k].first_ms != b->queue[k].first_ms) {
            return false;
        }
    }
    return true;
}

static uint32_t eta_ms(struct rehearsal *r, uint32_t unit, uint32_t call)
{
    const struct rehearsal_unit *u = &r->now.unit[unit];

    return u->from == REHEARSAL_NONE
               ? ways_home_ms(&r->ways, unit, call)
               : ways_under_way_ms(&r->ways, unit, u->from, r->now.now_ms - u->free_ms, call);
}

static bool may_go(struct rehearsal *r, uint32_t unit, uint32_t call, uint32_t *ms)
{
    if (unit == REHEARSAL_NONE || r->now.unit[unit].away) {
        return false;
    }
    *ms = eta_ms(r, unit, call);
    return *ms < ETA_INF_MS;
}

static uint32_t nearest(struct rehearsal *r, uint32_t call, uint32_t *ms)
{
    uint32_t best = REHEARSAL_NONE;

    *ms = ETA_INF_MS;
    for (uint32_t u = 0; u < r->o->units; u++) {
        uint32_t own_ms;

        if (may_go(r, u, call, &own_ms) && own_ms < *ms) {
            *ms = own_ms;
            best = u;
        }
    }
    return best;
}

static void come_to_an_end(struct run *run, const struct rehearsal_waiting *w)
{
    struct rehearsal *r = run->r;

    run->gain.late += (int32_t)is_late(r, w->call, r->first_ms[w->call]) -
                      (int32_t)is_late(r, w->call, w->first_ms);
    run->gain.ms += (int64_t)r->first_ms[w->call] - w->first_ms;
    if (run->keeps) {
        r->first_ms[w->call] = w->first_ms;
    }
}

/* One unit for the head of the queue. False: there is none. */
static bool send_one(struct run *run)
{
    struct rehearsal *r = run->r;
    struct rehearsal_state *s = &r->now;
    struct rehearsal_waiting *w = &s->queue[0];
    const struct work_call *c = &r->o->work->call[w->call];
    uint32_t task = c->first_ms + w->sent;
    bool is_changed = task == run->task;
    uint32_t unit = is_changed ? run->unit : r->task[task].unit;
    uint32_t ms;

    if (!may_go(r, unit, w->call, &ms)) {
        run->is_refused |= is_changed;
        unit = nearest(r, w->call, &ms);
        if (unit == REHEARSAL_NONE) {
            return false;
        }
    }
    int64_t there_ms = s->now_ms + c->turnout_ms + ms;
    uint32_t after_ms = (uint32_t)(there_ms - c->at_ms);

    s->unit[unit] = (struct rehearsal_unit){ .free_ms = there_ms + r->o->work->scene_ms[task],
                                             .from = w->call,
                                             .task = task,
                                             .away = true };
    w->first_ms = after_ms < w->first_ms ? after_ms : w->first_ms;
    if (run->keeps) {
        r->task[task] = (struct rehearsal_task){ unit, s->next };
    }
    if (++w->sent == c->units) {
        come_to_an_end(run, w);
        memmove(w, w + 1, --s->waiting * sizeof(*w));
    }
    return true;
}

static void join_queue(struct rehearsal *r, uint32_t call)
{
    struct rehearsal_state *s = &r->now;
    uint32_t at = s->waiting++;

    queue_room(s, s->waiting);
    while (at > 0 && play_served_before(r->o->work, call, s->queue[at - 1].call)) {
        s->queue[at] = s->queue[at - 1];
        at--;
    }
    s->queue[at] = (struct rehearsal_waiting){ call, 0, UINT32_MAX };
}

static int64_t next_free(const struct rehearsal *r, uint32_t *unit)
{
    int64_t at_ms = INT64_MAX;

    for (uint32_t u = 0; u < r->o->units; u++) {
        const struct rehearsal_unit *x = &r->now.unit[u];

        if (x->away && x->free_ms < at_ms) {
            at_ms = x->free_ms;
            *unit = u;
        }
    }
    return at_ms;
}

static int64_t next_call(const struct rehearsal *r)
{
    const struct work *w = r->o->work;

    return r->now.next < w->count ? work_ready_ms(&w->call[r->order[r->now.next]]) : INT64_MAX;
}

/* Who has come home has no past. */
static void forget(struct rehearsal *r, int64_t now_ms)
{
    for (uint32_t u = 0; u < r->o->units; u++) {
        struct rehearsal_unit *x = &r->now.unit[u];

        if (!x->away && x->from != REHEARSAL_NONE &&
            now_ms - x->free_ms >= ways_trail_ms(ways_trail(&r->ways, u, x->from))) {
            x->from = REHEARSAL_NONE;
            x->free_ms = 0;
        }
    }
}

/* The next call, or the next unit that is free. False: all is done, or the rest is as it was. */
static bool step(struct run *run, bool may_meet)
{
    struct rehearsal *r = run->r;
    struct rehearsal_state *s = &r->now;
    uint32_t calls = r->o->work->count;
    int64_t call_ms = next_call(r);
    uint32_t unit = 0;
    int64_t free_ms = next_free(r, &unit);

    if (free_ms != INT64_MAX && free_ms <= call_ms && (s->next < calls || s->waiting > 0)) {
        s->now_ms = free_ms;
        s->unit[unit].away = false;
        return true;
    }
    if (s->next == calls) {
        for (uint32_t k = 0; k < s->waiting; k++) { /* whom nobody reaches */
            come_to_an_end(run, &s->queue[k]);
        }
        return false;
    }
    forget(r, call_ms);
    if (may_meet && is_same(s, &r->before[s->next], r->o->units)) {
        return false;
    }
    if (run->keeps) {
        copy_state(&r->before[s->next], s, r->o->units);
    }
    s->now_ms = call_ms;
    join_queue(r, r->order[s->next++]);
    return true;
}

static void serve(struct run *run)
{
    while (run->r->now.waiting > 0 && send_one(run)) {
    }
}

static void run_on(struct run *run, uint32_t till, bool may_meet)
{
    bool begins = true;

    while (!run->is_refused && run->r->now.next <= till && step(run, may_meet && !begins)) {
        begins = false;
        serve(run);
    }
}

void rehearsal_play(struct rehearsal *r)
{
    struct run run = { .r = r, .task = REHEARSAL_NONE, .keeps = true };

    r->now.now_ms = 0;
    r->now.next = 0;
    r->now.waiting = 0;
    for (uint32_t u = 0; u < r->o->units; u++) {
        r->now.unit[u] = (struct rehearsal_unit){ 0, REHEARSAL_NONE, REHEARSAL_NONE, false };
    }
    for (uint32_t i = 0; i < r->o->work->count; i++) {
        r->first_ms[i] = UINT32_MAX;
    }
    run_on(&run, UINT32_MAX, false);
    r->late = 0;
    for (uint32_t i = 0; i < r->o->work->count; i++) {
        r->late += is_late(r, i, r->first_ms[i]);
    }
}

/* The picture a change of that task begins at: the decision was behind it. */
static void begin(struct rehearsal *r, uint32_t task)
{
    uint32_t next = r->task[task].next;

    must(task < r->task_count && next > 0);
    copy_state(&r->now, &r->before[next - 1], r->o->units);
}

bool rehearsal_try(struct rehearsal *r, uint32_t task, uint32_t unit, uint32_t calls,
                   struct rehearsal_gain *gain)
{
    struct run run = { .r = r, .task = task, .unit = unit };

    if (r->task[task].next == 0) {
        return false;
    }
    begin(r, task);
    run_on(&run, r->now.next + calls, true);
    *gain = run.gain;
    return !run.is_refused;
}

void rehearsal_keep(struct rehearsal *r, uint32_t task, uint32_t unit)
{
    struct run run = { .r = r, .task = task, .unit = unit, .keeps = true };

    begin(r, task);
    run_on(&run, UINT32_MAX, true);
    r->late = (uint32_t)((int32_t)r->late - run.gain.late);
}
