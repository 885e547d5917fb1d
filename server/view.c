#include "server/view.h"

#include "base/log.h"
#include "base/must.h"
#include "dispatch/core/digest.h"
#include "server/view_inside.h"
#include "server/wake.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROWS_PER_PUBLISH 64
#define ROW_ARENA_BYTES ((size_t)512 << 20)
#define POSITIONS_BYTES ((size_t)8 << 20)
#define BUSY_MS 2
#define IDLE_MS 500
#define DIGEST_EVERY_US (200 * US_PER_MS)

static int64_t clock_us(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * US_PER_S + t.tv_nsec / 1000;
}

int64_t view_mono_us(void)
{
    return clock_us(CLOCK_MONOTONIC);
}

int64_t view_wall_us(void)
{
    return clock_us(CLOCK_REALTIME);
}

/* ---- the published state: a version that is odd while it changes, so that readers never see half
 * of one ---- */

static void publish_state(struct view *v)
{
    struct digest d = digest_kept(v->world);
    uint64_t version = atomic_load(&v->version);
    atomic_store(&v->version, version + 1);
    atomic_store(&v->state[0], v->world->seq);
    atomic_store(&v->state[1], d.lane[0]);
    atomic_store(&v->state[2], d.lane[1]);
    atomic_store(&v->version, version + 2);
    v->published_us = view_mono_us();
}

void view_read_state(const struct view *v, struct view_state *out)
{
    uint64_t before;
    uint64_t after;
    struct digest d;
    do {
        before = atomic_load(&v->version);
        out->seq = atomic_load(&v->state[0]);
        d.lane[0] = atomic_load(&v->state[1]);
        d.lane[1] = atomic_load(&v->state[2]);
        after = atomic_load(&v->version);
    } while (before != after || (before & 1) != 0);
    out->digest_seq = out->seq;
    digest_text(d, out->digest);
}

/* ---- the loop ---- */

static bool take_rows(struct view *v)
{
    struct queue *q = v->setup.rows.queue;
    bool any = false;
    void *at;
    size_t len;
    for (int n = 0; n < ROWS_PER_PUBLISH && queue_peek(q, &at, &len); n++) {
        struct row_record row;
        must(len >= sizeof(row));
        memcpy(&row, at, sizeof(row));
        view_take_row(v, &row, (const char *)at + sizeof(row), v->rested && n == 0);
        queue_release(q);
        any = true;
    }
    if (any) {
        ring_publish(v->setup.ring);
        view_wake_archive(v);
    }
    v->rested = !any;
    return any;
}

/* One read a gateway and round, so that rows never wait for many. */
static bool take_reads(struct view *v)
{
    bool any = false;
    for (unsigned g = 0; g < v->setup.gateways; g++) {
        struct queue *q = v->setup.from_gateway[g].queue;
        void *at;
        size_t len;
        if (queue_peek(q, &at, &len)) {
            view_take_read(v, g, at, len);
            queue_release(q);
            any = true;
        }
    }
    return any;
}

static void cut_when_due(struct view *v)
{
    if (v->cutter != NULL && v->world->seq - v->cut_seq >= (uint64_t)v->setup.conf->snapshot_rows &&
        view_cutter_idle(v->cutter)) {
        view_cut(v);
        v->cut_seq = v->world->seq;
    }
}

static bool all_empty(struct view *v)
{
    bool empty = queue_sleep(v->setup.rows.queue);
    for (unsigned g = 0; g < v->setup.gateways; g++) {
        empty = queue_sleep(v->setup.from_gateway[g].queue) && empty;
    }
    return empty;
}

static void wait_for_more(struct view *v, bool answers_left)
{
    struct pollfd p = { .fd = v->setup.rows.wake_fd, .events = POLLIN };
    bool fresh = view_mono_us() - v->published_us > DIGEST_EVERY_US;
    if (fresh) {
        publish_state(v);
    }
    if (!all_empty(v)) {
        return;
    }
    (void)poll(&p, 1,
               answers_left || v->held != NULL || view_cover_behind(v) ? BUSY_MS
               : fresh                                                 ? IDLE_MS
                       : (int)(DIGEST_EVERY_US / US_PER_MS));
    wake_clear(v->setup.rows.wake_fd);
}

static void *run(void *arg)
{
    struct view *v = arg;
    pthread_setname_np(pthread_self(), "view");
    for (;;) {
        bool stopping = atomic_load(&v->stopping);
        bool rows = take_rows(v);
        bool moved = view_take_positions(v);
        view_retry_reads(v);
        bool reads = take_reads(v);
        bool told = view_cover_round(v, moved);
        bool sent = replies_flush(v->replies);
        cut_when_due(v);
        bool composing = view_paper_when_due(v);
        view_tell_callers(v);
        if (v->setup.projection != NULL) {
            projection_offer(v->setup.projection);
        }
        if (!rows && !reads && !told) {
            if (stopping) {
                break;
            }
            if (!composing) {
                wait_for_more(v, !sent);
            }
        }
    }
    ring_publish(v->setup.ring);
    publish_state(v);
    view_paper_last(v); /* the floor goes on while the server does not */
    return NULL;
}

/* ---- life ---- */

static void view_free(struct view *v)
{
    while (v->held != NULL) {
        struct held_read *next = v->held->next;
        free(v->held);
        v->held = next;
    }
    view_forget_shared(v);
    view_cutter_stop(v->cutter);
    view_paper_stop(v->paper);
    view_callers_free(v->callers);
    view_cover_free(v->cover);
    replies_free(v->replies);
    row_frames_free(v->frames);
    side_free(v->side);
    travel_fini(&v->travel);
    arena_fini(&v->arena);
    buf_fini(&v->note);
    queue_free(v->positions);
    free(v->fixes);
    free(v);
}

static enum err make_parts(struct view *v, struct fault *f)
{
    v->frames = row_frames_new(v->world, v->setup.world_name);
    v->replies = replies_new(v->setup.to_gateway, v->setup.gateways);
    v->positions = queue_new(POSITIONS_BYTES);
    v->fixes = calloc((size_t)v->world->limits.units + 1, sizeof(*v->fixes));
    v->side = v->setup.side != NULL ? v->setup.side : side_new(&v->world->limits);
    v->callers = v->setup.to_auth != NULL ? view_callers_new(v->setup.to_auth) : NULL;
    v->cover = v->setup.from_cover != NULL ? view_cover_new(v->world) : NULL;
    if ((v->callers == NULL && v->setup.to_auth != NULL) ||
        (v->cover == NULL && v->setup.from_cover != NULL) || v->frames == NULL ||
        v->replies == NULL || v->positions == NULL || v->fixes == NULL || v->side == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for the view", NULL, NULL);
    }
    enum err err = travel_init(&v->travel, v->setup.road, f);

    if (err == OK) {
        view_use_roads(v);
    }
    if (err == OK && v->setup.conf->snapshot_dir[0] != '\0') {
        err = view_cutter_start(v->setup.conf, &v->cutter, f);
    }
    return err == OK && v->setup.conf->paper_folder[0] != '\0'
               ? view_paper_start(v->setup.conf, &v->paper, f)
               : err;
}

enum err view_start(const struct view_setup *setup, struct view **out, struct fault *f)
{
    struct view *v = calloc(1, sizeof(*v));
    if (v == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for the view", NULL, NULL);
    }
    v->setup = *setup;
    v->world = setup->world;
    v->cut_seq = setup->world->seq;
    arena_init(&v->arena, ROW_ARENA_BYTES);
    buf_init(&v->note);
    enum err err = make_parts(v, f);
    if (err == OK) {
        publish_state(v);
        if (pthread_create(&v->thread, NULL, run, v) != 0) {
            err = fault_set(f, ERR_NO_MEMORY, "could not start the view's thread", NULL, NULL);
        }
    }
    if (err != OK) {
        view_free(v);
        return err;
    }
    *out = v;
    return OK;
}

void view_stop(struct view *v)
{
    if (v == NULL) {
        return;
    }
    atomic_store(&v->stopping, true);
    wake_up(v->setup.rows.wake_fd);
    pthread_join(v->thread, NULL);
    view_free(v);
}
