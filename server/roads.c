#include "server/roads.h"

#include "base/must.h"
#include "server/wake.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define SETS 2
#define NO_STAMP UINT64_MAX
#define HOUR_BITS 6

/* Whose turn it is with the notices and the set that is not used. */
enum turn_of { TURN_CORE, TURN_MAKER, TURN_READY };

struct roads_live {
    const struct road *road;
    const struct speeds *speeds;
    struct road_weights set[SETS];
    struct road_weights plain[SETS]; /* with speeds: the same with nothing on the roads */
    _Atomic uint64_t stamp[SETS];    /* what it is made of; NO_STAMP: it is being made */
    _Atomic uint32_t using[ROADS_READERS];
    _Atomic bool reads[ROADS_READERS]; /* there is such a reader, besides core and view */
    _Atomic uint32_t turn;             /* enum turn_of */
    _Atomic bool stopping;
    int wake_fd;
    pthread_t thread;
    bool started;

    /* What is to be made. */
    uint64_t wanted;
    uint64_t change;
    uint32_t hour, into;
    struct road_limit limits[ROAD_NOTICES_MAX];
    struct point points[ROAD_NOTICES_MAX][ROAD_POINTS_MAX];
    uint32_t limit_count;
};

uint64_t roads_stamp(uint64_t change, uint32_t hour)
{
    return change << HOUR_BITS | (hour == SPEEDS_NONE ? 0 : hour + 1);
}

uint64_t roads_stamp_of(const struct world *w)
{
    return roads_stamp(w->road_weights, w->road_speeds.len > 0 ? w->road_hour : SPEEDS_NONE);
}

static uint64_t stamp_now(const struct roads_live *r, const struct world *w, int64_t now_us)
{
    return roads_stamp(w->road_change,
                       r->speeds != NULL ? speeds_hour(world_local(w, now_us)) : SPEEDS_NONE);
}

static uint32_t hour_of(uint64_t stamp)
{
    uint32_t hour = (uint32_t)(stamp & ((1u << HOUR_BITS) - 1));

    return hour == 0 ? SPEEDS_NONE : hour - 1;
}

static void copy_notices(struct roads_live *r, const struct world *w, uint64_t stamp)
{
    uint32_t k = 0;
    r->limit_count = 0;
    for (const struct road_notice *n; (n = world_next_of_roads(w, &k)) != NULL;) {
        struct point *points = r->points[r->limit_count];
        memcpy(points, n->points, sizeof(n->points));
        r->limits[r->limit_count++] = (struct road_limit){ .id = n->id.n,
                                                           .percent = n->percent,
                                                           .area = n->area,
                                                           .point_count = n->point_count,
                                                           .points = points };
    }
    r->wanted = stamp;
    r->change = w->road_change;
    r->hour = hour_of(stamp);
}

static void make(struct roads_live *r)
{
    struct road_weights *set = &r->set[r->into];
    struct road_weights *plain = &r->plain[r->into];

    if (r->speeds == NULL) {
        weights_set(set, NULL, 0, &r->road->free);
    } else if (r->limit_count == 0) {
        weights_set(set, r->speeds, r->hour, set);
    } else {
        weights_set(plain, r->speeds, r->hour, plain);
        weights_make(plain, 0, NULL, 0);
        weights_set(set, r->speeds, r->hour, plain);
    }
    weights_make(set, (uint32_t)r->change, r->limits, r->limit_count);
    atomic_store_explicit(&r->stamp[r->into], r->wanted, memory_order_release);
}

static void *run(void *arg)
{
    struct roads_live *r = arg;
    struct pollfd p = { .fd = r->wake_fd, .events = POLLIN };
    while (!atomic_load(&r->stopping)) {
        if (poll(&p, 1, -1) < 0 && errno != EINTR) {
            break;
        }
        wake_clear(r->wake_fd);
        if (atomic_load_explicit(&r->turn, memory_order_acquire) == TURN_MAKER) {
            make(r);
            atomic_store_explicit(&r->turn, TURN_READY, memory_order_release);
        }
    }
    return NULL;
}

static enum err make_room(struct roads_live *r, struct fault *f)
{
    enum err err = OK;

    for (int i = 0; err == OK && i < SETS; i++) {
        err = weights_init(&r->set[i], r->road, f);
        if (err == OK && r->speeds != NULL) {
            err = weights_init(&r->plain[i], r->road, f);
        }
    }
    return err;
}

enum err roads_start(const struct road *road, const struct speeds *speeds, const struct world *w,
                     int64_t now_us, struct roads_live **out, struct fault *f)
{
    struct roads_live *r = calloc(1, sizeof(*r));
    if (r == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for the roads", NULL, NULL);
    }
    r->road = road;
    r->speeds = speeds;
    r->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    enum err err = make_room(r, f);
    if (err == OK) {
        copy_notices(r, w, stamp_now(r, w, now_us));
        make(r);
        atomic_store(&r->stamp[1], NO_STAMP);
        r->started = r->wake_fd >= 0 && pthread_create(&r->thread, NULL, run, r) == 0;
    }
    if (err == OK && !r->started) {
        err = fault_set(f, ERR_NO_MEMORY, "could not start the thread of the roads", NULL, NULL);
    }
    if (err != OK) {
        roads_stop(r);
        return err;
    }
    *out = r;
    return OK;
}

void roads_stop(struct roads_live *r)
{
    if (r == NULL) {
        return;
    }
    atomic_store(&r->stopping, true);
    if (r->started) {
        wake_up(r->wake_fd);
        pthread_join(r->thread, NULL);
    }
    if (r->wake_fd >= 0) {
        close(r->wake_fd);
    }
    for (int i = 0; i < SETS; i++) {
        weights_free(&r->set[i]);
        weights_free(&r->plain[i]);
    }
    free(r);
}

void roads_follow(struct roads_live *r, const struct world *w, int64_t now_us)
{
    uint64_t stamp = stamp_now(r, w, now_us);
    uint32_t used = atomic_load_explicit(&r->using[ROADS_OF_CORE], memory_order_relaxed);
    uint32_t viewed = atomic_load_explicit(&r->using[ROADS_OF_VIEW], memory_order_acquire);
    for (uint32_t who = ROADS_OF_COVER; who < ROADS_READERS; who++) {
        if (atomic_load_explicit(&r->reads[who], memory_order_acquire) &&
            atomic_load_explicit(&r->using[who], memory_order_acquire) != used) {
            return;
        }
    }
    if (atomic_load_explicit(&r->turn, memory_order_acquire) != TURN_CORE || viewed != used ||
        atomic_load_explicit(&r->stamp[used], memory_order_relaxed) == stamp) {
        return;
    }
    r->into = 1 - used;
    atomic_store_explicit(&r->stamp[r->into], NO_STAMP, memory_order_relaxed);
    copy_notices(r, w, stamp);
    atomic_store_explicit(&r->turn, TURN_MAKER, memory_order_release);
    wake_up(r->wake_fd);
}

bool roads_ready(const struct roads_live *r, const struct world *w, struct roads_made *out)
{
    uint32_t used = atomic_load_explicit(&r->using[ROADS_OF_CORE], memory_order_relaxed);
    bool other = atomic_load_explicit(&r->turn, memory_order_acquire) == TURN_READY;
    uint64_t stamp = atomic_load_explicit(&r->stamp[other ? 1 - used : used], memory_order_relaxed);

    *out = (struct roads_made){ .change = stamp >> HOUR_BITS };
    if (r->speeds != NULL) {
        out->hour = hour_of(stamp);
        out->speeds = str_of(r->speeds->version);
    }
    return out->change >= w->road_weights &&
           (stamp != roads_stamp_of(w) || !str_eq(out->speeds, text_str(&w->road_speeds)));
}

const struct road_weights *roads_use(struct roads_live *r, enum roads_reader who, uint64_t stamp)
{
    uint32_t used = atomic_load_explicit(&r->using[who], memory_order_relaxed);
    if (who >= ROADS_OF_COVER) {
        atomic_store_explicit(&r->reads[who], true, memory_order_release);
    }
    if (atomic_load_explicit(&r->stamp[1 - used], memory_order_acquire) == stamp) {
        used = 1 - used;
        atomic_store_explicit(&r->using[who], used, memory_order_release);
        if (who == ROADS_OF_CORE) {
            must(atomic_load(&r->turn) == TURN_READY);
            atomic_store_explicit(&r->turn, TURN_CORE, memory_order_release);
        }
    }
    return &r->set[used];
}

bool roads_met(const struct road *road, const struct point *points, uint32_t count, bool area,
               struct text64 *name)
{
    const struct road_limit limit = {
        .id = 1, .area = area, .point_count = count, .points = points
    };
    const char *found = "";
    if (!limits_name(&road->grid, &limit, &found)) {
        return false;
    }
    text_set(name, str_of(found));
    return true;
}
