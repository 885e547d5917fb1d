#include "server/rounds.h"

#include "base/must.h"
#include "routing/travel.h"
#include "server/wake.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

/* Whose turn it is with the question and the answer. */
enum turn_of { TURN_CORE, TURN_WORKER, TURN_READY };

/* A unit in the table: incident and slot, and what would be lost; 0: meant for nobody. */
#define SLOT_BITS 8

struct rounds {
    struct rounds_setup setup;
    _Atomic uint32_t turn; /* enum turn_of */
    _Atomic bool stopping;
    int wake_fd;
    pthread_t thread;
    bool started, has_travel;
    const struct road_weights *times; /* for the next question; NULL by straight line */

    struct waiting_ask ask;
    struct waiting_found found;
    bool shown; /* the answer stands in the table */
    struct travel travel;
    struct waiting_work work;
    void *memory;

    _Atomic uint64_t *where; /* by unit; units_max + 1 */
    _Atomic uint64_t *loss;

    _Atomic uint64_t count, took_us, took_max_us, slots, units, gap_late_ms, beyond;
};

static int64_t mono_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * US_PER_S + t.tv_nsec / 1000;
}

static uint32_t by_travel(void *arg, struct point from, struct point to)
{
    return travel_ms(arg, from, to);
}

static void by_table(void *arg, const struct point *from, uint32_t from_count,
                     const struct point *to, uint32_t to_count, uint32_t *ms)
{
    travel_table(arg, from, from_count, to, to_count, ms);
}

static void answer(struct rounds *r)
{
    const struct ports ports = { .arg = &r->travel,
                                 .travel_ms = by_travel,
                                 .travel_table = by_table };
    int64_t from = mono_us();

    if (r->times != NULL) {
        travel_use(&r->travel, r->times);
    }
    waiting_solve(&r->ask, &ports, &r->work, &r->found);
    uint64_t took = (uint64_t)(mono_us() - from);

    atomic_fetch_add(&r->count, 1);
    atomic_store(&r->took_us, took);
    if (took > atomic_load(&r->took_max_us)) {
        atomic_store(&r->took_max_us, took);
    }
    atomic_store(&r->slots, r->ask.slot_count);
    atomic_store(&r->units, r->ask.unit_count);
    atomic_store(&r->beyond, r->ask.beyond);
    atomic_store(&r->gap_late_ms, (uint64_t)r->found.gap_ms.late);
}

static void *run(void *arg)
{
    struct rounds *r = arg;
    struct pollfd p = { .fd = r->wake_fd, .events = POLLIN };

    pthread_setname_np(pthread_self(), "rounds");
    while (!atomic_load(&r->stopping)) {
        if (poll(&p, 1, -1) < 0 && errno != EINTR) {
            break;
        }
        wake_clear(r->wake_fd);
        if (atomic_load_explicit(&r->turn, memory_order_acquire) == TURN_WORKER) {
            answer(r);
            atomic_store_explicit(&r->turn, TURN_READY, memory_order_release);
        }
    }
    return NULL;
}

/* ---- the core's side ---- */

struct waiting_ask *rounds_ask(struct rounds *r)
{
    return atomic_load_explicit(&r->turn, memory_order_acquire) == TURN_CORE ? &r->ask : NULL;
}

void rounds_begin(struct rounds *r)
{
    must(rounds_ask(r) != NULL);
    r->shown = false;
    atomic_store_explicit(&r->turn, TURN_WORKER, memory_order_release);
    wake_up(r->wake_fd);
}

static void show(struct rounds *r, uint32_t unit, const struct wanted *w)
{
    uint64_t where = (uint64_t)w->incident << SLOT_BITS | w->slot;
    uint64_t loss = (uint64_t)w->late_ms << 32 | (uint32_t)w->score_ms;

    atomic_store_explicit(&r->loss[unit], loss, memory_order_relaxed);
    atomic_store_explicit(&r->where[unit], where, memory_order_release);
}

static void show_none(struct rounds *r)
{
    for (uint32_t k = 0; k <= r->setup.units_max; k++) {
        if (atomic_load_explicit(&r->where[k], memory_order_relaxed) != 0) {
            atomic_store_explicit(&r->where[k], 0, memory_order_release);
        }
    }
}

void rounds_none(struct rounds *r)
{
    show_none(r);
    atomic_store(&r->slots, 0);
    atomic_store(&r->beyond, 0);
    atomic_store(&r->gap_late_ms, 0);
}

const struct waiting_found *rounds_found(struct rounds *r, const struct waiting_ask **ask)
{
    if (atomic_load_explicit(&r->turn, memory_order_acquire) != TURN_READY) {
        return NULL;
    }
    if (!r->shown) {
        show_none(r);
        for (uint32_t k = 0; k < r->ask.unit_count; k++) {
            if (r->found.wanted[k].incident != 0) {
                show(r, r->ask.units[k].as.unit, &r->found.wanted[k]);
            }
        }
        r->shown = true;
    }
    *ask = &r->ask;
    return &r->found;
}

void rounds_end(struct rounds *r)
{
    atomic_store_explicit(&r->turn, TURN_CORE, memory_order_release);
}

void rounds_use_roads(struct rounds *r, uint64_t road_stamp)
{
    if (r->setup.roads != NULL &&
        atomic_load_explicit(&r->turn, memory_order_acquire) != TURN_WORKER) {
        r->times = roads_use(r->setup.roads, ROADS_OF_ROUNDS, road_stamp);
    }
}

bool rounds_wanted(const struct rounds *r, uint32_t unit, struct wanted *out)
{
    if (unit == 0 || unit > r->setup.units_max) {
        return false;
    }
    uint64_t where = atomic_load_explicit(&r->where[unit], memory_order_acquire);
    uint64_t loss = atomic_load_explicit(&r->loss[unit], memory_order_relaxed);

    *out = (struct wanted){ .incident = (uint32_t)(where >> SLOT_BITS),
                            .slot = (uint8_t)(where & ((1u << SLOT_BITS) - 1)),
                            .late_ms = (uint32_t)(loss >> 32),
                            .score_ms = (int32_t)(uint32_t)(loss & UINT32_MAX) };
    return where != 0;
}

static void put_figure(struct buf *b, const char *name, const char *kind, const char *help,
                       uint64_t value)
{
    buf_fmt(b, "# HELP %s %s\n# TYPE %s %s\n%s %llu\n", name, help, name, kind, name,
            (unsigned long long)value);
}

void rounds_metrics(const struct rounds *r, struct buf *b)
{
    put_figure(b, "tocsin_rounds_total", "counter", "joint assignments of waiting incidents",
               atomic_load(&r->count));
    put_figure(b, "tocsin_round_us", "gauge", "how long the last one took",
               atomic_load(&r->took_us));
    put_figure(b, "tocsin_round_us_max", "gauge", "how long the longest one took",
               atomic_load(&r->took_max_us));
    put_figure(b, "tocsin_round_slots", "gauge", "slots that wait, in the last one",
               atomic_load(&r->slots));
    put_figure(b, "tocsin_round_slots_beyond", "gauge", "slots that it had no room for",
               atomic_load(&r->beyond));
    put_figure(b, "tocsin_round_units", "gauge", "free units in the last one",
               atomic_load(&r->units));
    put_figure(b, "tocsin_round_gap_late_ms", "gauge",
               "by how much at most a better one could be had, late and weighed by tier",
               atomic_load(&r->gap_late_ms));
}

/* ---- life ---- */

static bool make_room(struct rounds *r)
{
    uint32_t room = r->setup.units_max < SURGE_UNITS_MAX ? r->setup.units_max : SURGE_UNITS_MAX;
    size_t numbers =
        (size_t)r->setup.units_max + 1; /* a round has fewer units than there are numbers */
    size_t bytes = surge_size(SURGE_SLOTS_MAX, room);

    r->ask.units = calloc(room + 1, sizeof(*r->ask.units));
    r->ask.unit_room = room;
    r->found.wanted = calloc(room + 1, sizeof(*r->found.wanted));
    r->work.from = calloc(room + 1, sizeof(*r->work.from));
    r->work.ms = calloc(room + 1, sizeof(*r->work.ms));
    r->where = calloc(numbers, sizeof(*r->where));
    r->loss = calloc(numbers, sizeof(*r->loss));
    r->memory = calloc(bytes + 1, 1); /* most of it is never touched */
    if (r->memory != NULL) {
        surge_init(&r->work.surge, SURGE_SLOTS_MAX, room, r->memory);
    }
    return r->ask.units != NULL && r->found.wanted != NULL && r->work.from != NULL &&
           r->work.ms != NULL && r->where != NULL && r->loss != NULL && r->memory != NULL;
}

enum err rounds_start(const struct rounds_setup *setup, struct rounds **out, struct fault *f)
{
    struct rounds *r = calloc(1, sizeof(*r));

    if (r == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for joint assignments", NULL, NULL);
    }
    r->setup = *setup;
    r->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    enum err err = make_room(r) && r->wake_fd >= 0
                       ? travel_init(&r->travel, setup->road, f)
                       : fault_set(f, ERR_NO_MEMORY, "no memory for joint assignments", NULL, NULL);

    r->has_travel = err == OK;
    if (err == OK) {
        rounds_use_roads(r, setup->road_stamp);
        r->started = pthread_create(&r->thread, NULL, run, r) == 0;
        if (!r->started) {
            err = fault_set(f, ERR_NO_MEMORY, "could not start the thread of joint assignments",
                            NULL, NULL);
        }
    }
    if (err != OK) {
        rounds_stop(r);
        return err;
    }
    *out = r;
    return OK;
}

void rounds_stop(struct rounds *r)
{
    if (r == NULL) {
        return;
    }
    atomic_store(&r->stopping, true);
    if (r->started) {
        wake_up(r->wake_fd);
        pthread_join(r->thread, NULL);
    }
    if (r->has_travel) {
        travel_fini(&r->travel);
    }
    if (r->wake_fd >= 0) {
        close(r->wake_fd);
    }
    free(r->ask.units);
    free(r->found.wanted);
    free(r->work.from);
    free(r->work.ms);
    free((void *)r->where);
    free((void *)r->loss);
    free(r->memory);
    free(r);
}
