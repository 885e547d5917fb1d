#include "server/tracks.h"

#include "base/log.h"
#include "base/must.h"
#include "base/queue.h"
#include "server/clock.h"
#include "server/retention.h"
#include "server/track_sampler.h"
#include "server/wake.h"
#include "sql/tracks.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>

#define QUEUE_LEAST ((size_t)1 << 20)
#define QUEUE_MOST ((size_t)64 << 20)
#define SECONDS_QUEUED 4u
#define FIXES_PER_RECORD 4096u
#define BATCH_MOST 8192u
#define EVERY_MS 1000
#define AWAY_US (5 * US_PER_S) /* the database is left alone for, after it failed */
#define LATE_US (7 * US_PER_DAY)

/* Behind the head: struct door_fix[count]. */
struct track_record {
    int64_t at_us;
    uint64_t seq;
    uint32_t count;
    uint32_t pad;
};

struct tracks {
    struct tracks_setup setup;
    pthread_t thread;
    struct queue *queue;
    int wake_fd;
    struct track_sampler *sampler;
    struct track_sample *waiting; /* a ring: TRACK_WAITING_MAX places from `first` on */
    uint32_t first, count;
    struct track_sample *batch;
    struct pg *pg;
    int64_t kept_day; /* the days of the table are right for this one; 0: not yet looked at */
    int64_t away_until_us;
    bool away; /* it was told that the database is */
    _Atomic uint64_t written, lost, unheard, waits;
    _Atomic bool stopping;
};

/* ---- the core's side ---- */

void tracks_positions(struct tracks *t, const struct door_fix *fixes, uint32_t count, int64_t at_us,
                      uint64_t seq)
{
    for (uint32_t k = 0; t != NULL && k < count; k += FIXES_PER_RECORD) {
        uint32_t some = count - k < FIXES_PER_RECORD ? count - k : FIXES_PER_RECORD;
        const struct track_record head = { .at_us = at_us, .seq = seq, .count = some };
        char *at = queue_reserve(t->queue, sizeof(head) + some * sizeof(fixes[0]));
        if (at == NULL) {
            atomic_fetch_add_explicit(&t->unheard, count - k, memory_order_relaxed);
            return;
        }
        memcpy(at, &head, sizeof(head));
        memcpy(at + sizeof(head), &fixes[k], some * sizeof(fixes[0]));
        (void)queue_commit(t->queue); /* it looks once a second */
    }
}

/* ---- the thread's side ---- */

static int64_t now_us(const struct tracks *t)
{
    struct timespec s;
    if (t->setup.now_us != NULL) {
        return t->setup.now_us(t->setup.now_arg);
    }
    clock_gettime(CLOCK_REALTIME, &s);
    return (int64_t)s.tv_sec * US_PER_S + s.tv_nsec / 1000;
}

static void lose(struct tracks *t, uint32_t count)
{
    t->first = (t->first + count) % TRACK_WAITING_MAX;
    t->count -= count;
    atomic_fetch_add_explicit(&t->lost, count, memory_order_relaxed);
}

static void keep_sample(struct tracks *t, const struct door_fix *x, uint64_t seq)
{
    if (t->count == TRACK_WAITING_MAX) {
        lose(t, 1);
    }
    t->waiting[(t->first + t->count++) % TRACK_WAITING_MAX] =
        (struct track_sample){ .unit = x->unit,
                               .lon_e7 = x->lon_e7,
                               .lat_e7 = x->lat_e7,
                               .heading = x->heading,
                               .speed_kmh = x->speed_kmh,
                               .at_us = x->fix_at,
                               .seq = seq };
}

static void take_record(struct tracks *t, const void *record, size_t len)
{
    struct track_record head;
    must(len >= sizeof(head));
    memcpy(&head, record, sizeof(head));
    must(len == sizeof(head) + head.count * sizeof(struct door_fix));
    for (uint32_t k = 0; k < head.count; k++) {
        struct door_fix x;
        memcpy(&x, (const char *)record + sizeof(head) + k * sizeof(x), sizeof(x));
        if (track_sampler_keeps(t->sampler, &x, head.at_us)) {
            keep_sample(t, &x, head.seq);
        }
    }
}

static void drain(struct tracks *t)
{
    void *at;
    size_t len;
    while (queue_peek(t->queue, &at, &len)) {
        take_record(t, at, len);
        queue_release(t->queue);
    }
    atomic_store_explicit(&t->waits, t->count, memory_order_relaxed);
}

static enum err open_database(struct tracks *t, struct fault *f)
{
    const struct pg_opts opts = { .conninfo = t->setup.conf->database,
                                  .world = t->setup.conf->world,
                                  .role = "tocsin_tracker",
                                  .application = "tocsind tracks" };
    return t->pg != NULL ? OK : pg_open(&opts, &t->pg, f);
}

/* The next samples, oldest first, without those that waited too long for a day of their own. */
static uint32_t fill_batch(struct tracks *t, int64_t now)
{
    uint32_t n = 0;
    while (t->count > 0 && t->waiting[t->first].at_us < now - LATE_US) {
        lose(t, 1);
    }
    for (; n < t->count && n < BATCH_MOST; n++) {
        t->batch[n] = t->waiting[(t->first + n) % TRACK_WAITING_MAX];
    }
    return n;
}

/* A fix may be a day old when it comes in and then wait a week. */
static enum err keep_days(struct tracks *t, int64_t now, struct fault *f)
{
    uint64_t dropped = 0;
    if (t->kept_day == now / US_PER_DAY) {
        return OK;
    }
    enum err err = tracks_keep(t->pg, now - LATE_US - TRACK_LATE_US, now,
                               retention_days(STR("track")), &dropped, f);
    if (err == OK) {
        t->kept_day = now / US_PER_DAY;
    }
    if (dropped > 0) {
        log_info("tracks", "days that are over were dropped", "days=%llu",
                 (unsigned long long)dropped);
    }
    return err;
}

static enum err write_batch(struct tracks *t, int64_t now, struct fault *f)
{
    enum err err = open_database(t, f);
    err = err == OK ? keep_days(t, now, f) : err;
    uint32_t n = err == OK ? fill_batch(t, now) : 0;
    if (n == 0) {
        return err;
    }
    err = tracks_write(t->pg, t->batch, n, f);
    if (err == OK) {
        t->first = (t->first + n) % TRACK_WAITING_MAX;
        t->count -= n;
        atomic_fetch_add_explicit(&t->written, n, memory_order_relaxed);
    }
    return err;
}

/* Told once each time, not once a try. */
static void tell(struct tracks *t, const struct fault *f)
{
    if (!t->away) {
        log_warn("tracks", "positions are not written", "error=\"%s\" detail=\"%s\"", f->primary,
                 f->detail);
    }
    t->away = true;
    t->away_until_us = monotonic_us() + AWAY_US;
    t->kept_day = 0; /* what the days are is looked at anew */
}

static void write_waiting(struct tracks *t)
{
    struct fault f = { .err = OK };
    enum err err = OK;
    if (monotonic_us() < t->away_until_us) {
        return;
    }
    do {
        err = write_batch(t, now_us(t), &f);
        drain(t);
    } while (err == OK && t->count >= BATCH_MOST && !atomic_load(&t->stopping));
    if (err != OK) {
        tell(t, &f);
    } else if (t->away) {
        t->away = false;
        log_info("tracks", "positions are written again", "waiting=%u", t->count);
    }
}

static void *run(void *arg)
{
    struct tracks *t = arg;
    struct pollfd p = { .fd = t->wake_fd, .events = POLLIN };
    pthread_setname_np(pthread_self(), "tracks");
    while (!atomic_load(&t->stopping)) {
        (void)poll(&p, 1, EVERY_MS);
        drain(t);
        write_waiting(t);
    }
    drain(t);
    write_waiting(t);
    return NULL;
}

static void release(struct tracks *t)
{
    queue_free(t->queue);
    track_sampler_free(t->sampler);
    free(t->waiting);
    free(t->batch);
    pg_close(t->pg);
    if (t->wake_fd >= 0) {
        close(t->wake_fd);
    }
    free(t);
}

static size_t queue_bytes(const struct conf *conf)
{
    size_t bytes = (size_t)conf->units_max * sizeof(struct door_fix) * SECONDS_QUEUED;
    bytes = bytes < QUEUE_LEAST ? QUEUE_LEAST : bytes;
    return bytes < QUEUE_MOST ? bytes : QUEUE_MOST;
}

enum err tracks_start(const struct tracks_setup *setup, struct tracks **out, struct fault *f)
{
    struct tracks *t = calloc(1, sizeof(*t));
    if (t == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for the tracks", NULL, NULL);
    }
    t->setup = *setup;
    t->queue = queue_new(queue_bytes(setup->conf));
    t->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    t->sampler = track_sampler_new((uint32_t)setup->conf->units_max);
    t->waiting = malloc(TRACK_WAITING_MAX * sizeof(t->waiting[0]));
    t->batch = malloc(BATCH_MOST * sizeof(t->batch[0]));
    if (t->queue == NULL || t->wake_fd < 0 || t->sampler == NULL || t->waiting == NULL ||
        t->batch == NULL || pthread_create(&t->thread, NULL, run, t) != 0) {
        release(t);
        return fault_set(f, ERR_NO_MEMORY, "no memory for the tracks", NULL, NULL);
    }
    *out = t;
    return OK;
}

void tracks_stop(struct tracks *t)
{
    if (t == NULL) {
        return;
    }
    atomic_store(&t->stopping, true);
    wake_up(t->wake_fd);
    pthread_join(t->thread, NULL);
    release(t);
}

static void metric(struct buf *b, const char *name, const char *type, uint64_t value)
{
    buf_fmt(b, "# TYPE tocsin_track_%s %s\ntocsin_track_%s ", name, type, name);
    buf_u64(b, value);
    buf_char(b, '\n');
}

void tracks_metrics(const struct tracks *t, struct buf *b)
{
    metric(b, "samples_total", "counter", atomic_load_explicit(&t->written, memory_order_relaxed));
    metric(b, "samples_waiting", "gauge", atomic_load_explicit(&t->waits, memory_order_relaxed));
    metric(b, "samples_lost_total", "counter",
           atomic_load_explicit(&t->lost, memory_order_relaxed));
    metric(b, "fixes_unheard_total", "counter",
           atomic_load_explicit(&t->unheard, memory_order_relaxed));
}
