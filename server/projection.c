#include "server/projection.h"

#include "base/log.h"
#include "base/must.h"
#include "base/queue.h"
#include "dispatch/codec/pack.h"
#include "server/clock.h"
#include "server/project.h"
#include "server/wake.h"
#include "sql/projector.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>

#define QUEUE_BYTES ((size_t)32 << 20)
#define WRITE_EVERY_US US_PER_S
#define RETRY_US (2 * US_PER_S)

struct projection {
    pthread_t thread;
    struct queue *queue;
    int wake_fd;
    struct projector *projector;
    char conninfo[512];
    char world[24];
    struct buf packed;  /* the view's */
    struct buf lists;   /* the view's */
    bool behind;        /* the view's: rows were given up, all must be written anew */
    struct arena arena; /* the thread's */
    uint64_t seen;      /* seq of the last record taken */
    uint64_t written;
    _Atomic bool stopping;
    _Atomic bool lost; /* the thread's word to the view: hand everything over anew */
};

/* Behind the head: the packed entity, then its lists as JSON (project.h). */
struct project_record {
    uint64_t seq;
    uint32_t table;
    uint32_t len;
    uint32_t lists_len[2];
};

/* ---- the view's side ---- */

/* Queues what stands in `packed` and `lists`, of which the first `mark` bytes are the first list.
 */
static bool queue_record(struct projection *p, enum table t, uint64_t seq, size_t mark)
{
    size_t len = p->packed.len + p->lists.len;
    char *at = queue_reserve(p->queue, sizeof(struct project_record) + len);
    if (at == NULL) {
        return false;
    }
    struct project_record head = { .seq = seq,
                                   .table = (uint32_t)t,
                                   .len = (uint32_t)p->packed.len,
                                   .lists_len = { (uint32_t)mark,
                                                  (uint32_t)(p->lists.len - mark) } };
    memcpy(at, &head, sizeof(head));
    if (len > 0) {
        memcpy(at + sizeof(head), p->packed.at, p->packed.len);
        memcpy(at + sizeof(head) + p->packed.len, p->lists.at, p->lists.len);
    }
    if (queue_commit(p->queue)) {
        wake_up(p->wake_fd);
    }
    return true;
}

static void begin_record(struct projection *p, const struct shape *s, const void *thing)
{
    buf_reset(&p->packed);
    buf_reset(&p->lists);
    pack_struct(&p->packed, s, thing);
}

static bool queue_incident(struct projection *p, const struct world *w, const struct incident *i)
{
    begin_record(p, &incident_shape, i);
    project_reports(&p->lists, w, i);
    size_t mark = p->lists.len;
    project_deadlines(&p->lists, w, i);
    return queue_record(p, TABLE_INCIDENT, w->seq, mark);
}

static bool queue_assignment(struct projection *p, const struct world *w,
                             const struct assignment *a)
{
    begin_record(p, &assignment_shape, a);
    return queue_record(p, TABLE_ASSIGNMENT, w->seq, 0);
}

static bool queue_unit(struct projection *p, const struct world *w, const struct unit *u)
{
    begin_record(p, &unit_shape, u);
    project_capabilities(&p->lists, w, u);
    size_t mark = p->lists.len;
    project_assignments(&p->lists, w, u);
    return queue_record(p, TABLE_UNIT, w->seq, mark);
}

/* The row is whole. */
static bool queue_end(struct projection *p, const struct world *w)
{
    buf_reset(&p->packed);
    buf_reset(&p->lists);
    return queue_record(p, TABLE_CITY, w->seq, 0);
}

static bool queue_touched(struct projection *p, const struct world *w, const struct touched *x)
{
    if (x->table == TABLE_INCIDENT && w->incidents[x->slot].id.n == x->id) {
        return queue_incident(p, w, &w->incidents[x->slot]);
    }
    if (x->table == TABLE_ASSIGNMENT && w->assignments[x->slot].id.n == x->id) {
        return queue_assignment(p, w, &w->assignments[x->slot]);
    }
    if (x->table == TABLE_UNIT) {
        return queue_unit(p, w, &w->units[x->slot]);
    }
    return true;
}

/* Everything in memory, as long as the queue has room for all of it. */
static bool queue_all(struct projection *p, const struct world *w)
{
    bool good = true;
    uint32_t i = 0;
    for (const struct incident *x; good && (x = world_next_of_incidents(w, &i)) != NULL;) {
        good = queue_incident(p, w, x);
    }
    i = 0;
    for (const struct assignment *x; good && (x = world_next_of_assignments(w, &i)) != NULL;) {
        good = queue_assignment(p, w, x);
    }
    for (uint32_t k = 0; good && k < w->unit_count; k++) {
        good = queue_unit(p, w, &w->units[k]);
    }
    return good && queue_end(p, w);
}

void projection_row(struct projection *p, const struct world *w)
{
    if (atomic_exchange(&p->lost, false) || p->behind || w->touched_overflow) {
        /* Only when the thread has drained what it had: else the same would fill it again. */
        p->behind = queue_used(p->queue) > 0 || !queue_all(p, w);
        return;
    }
    bool good = true;
    for (uint32_t i = 0; good && i < w->touched_count; i++) {
        good = queue_touched(p, w, &w->touched[i]);
    }
    p->behind = !good || !queue_end(p, w);
}

/* ---- the thread's side ---- */

static void take(struct projection *p, const struct project_record *r, const char *bytes)
{
    static const struct shape *const shapes[TABLE_COUNT] = { [TABLE_INCIDENT] = &incident_shape,
                                                             [TABLE_ASSIGNMENT] = &assignment_shape,
                                                             [TABLE_UNIT] = &unit_shape };
    union {
        struct incident incident;
        struct assignment assignment;
        struct unit unit;
    } thing;
    size_t pos = 0;
    if (r->table == TABLE_CITY) {
        p->seen = r->seq; /* the row is whole */
        return;
    }
    if (p->projector == NULL) {
        return;
    }
    arena_reset(&p->arena);
    memset(&thing, 0, sizeof(thing));
    struct str packed = { .at = bytes, .len = r->len };
    struct str first = { .at = bytes + r->len, .len = r->lists_len[0] };
    struct str second = { .at = first.at + first.len, .len = r->lists_len[1] };
    must(unpack_struct(shapes[r->table], packed, &pos, &p->arena, &thing, NULL) == OK);
    if (r->table == TABLE_INCIDENT) {
        project_incident_add(p->projector, str_of(p->world), &thing.incident, first, second,
                             r->seq);
    } else if (r->table == TABLE_ASSIGNMENT) {
        project_assignment_add(p->projector, str_of(p->world), &thing.assignment, r->seq);
    } else {
        project_unit_add(p->projector, str_of(p->world), &thing.unit, first, second, r->seq);
    }
}

static void drain(struct projection *p)
{
    void *at;
    size_t len;
    while (queue_peek(p->queue, &at, &len)) {
        struct project_record head;
        memcpy(&head, at, sizeof(head));
        take(p, &head, (const char *)at + sizeof(head));
        queue_release(p->queue);
    }
}

/* Somebody else wrote (an old server that was fenced meanwhile): what was gathered is given up, and
 * the view hands everything over anew. */
static bool reopen(struct projection *p)
{
    struct fault f = { .err = OK };
    projector_close(p->projector);
    p->projector = NULL;
    if (projector_open(p->conninfo, p->world, &p->projector, &p->written, &f) != OK) {
        log_warn("projection", "cannot open the read tables", "error=\"%s\"", f.primary);
        return false;
    }
    atomic_store(&p->lost, true);
    return true;
}

static bool write_now(struct projection *p)
{
    struct fault f = { .err = OK };
    if (p->projector == NULL && !reopen(p)) {
        return false;
    }
    if (p->seen <= p->written) {
        return true;
    }
    enum err e = projector_write(p->projector, p->seen, &f);
    if (e == OK) {
        p->written = p->seen;
        return true;
    }
    log_warn("projection", "read tables are late", "seq=%llu error=\"%s\"",
             (unsigned long long)p->seen, f.primary);
    if (e == ERR_CONFLICT) {
        (void)reopen(p);
    }
    return false;
}

static void wait_for(struct projection *p, int64_t us)
{
    struct pollfd fd = { .fd = p->wake_fd, .events = POLLIN };
    if (poll(&fd, 1, (int)(us / US_PER_MS)) > 0) {
        wake_clear(p->wake_fd);
    }
}

static void *run(void *arg)
{
    struct projection *p = arg;
    while (!atomic_load(&p->stopping)) {
        int64_t begun = monotonic_us();
        drain(p);
        bool good = write_now(p);
        int64_t until = begun + (good ? WRITE_EVERY_US : RETRY_US);
        int64_t rest = until - monotonic_us();
        while (rest > 0 && !atomic_load(&p->stopping)) {
            wait_for(p, rest);
            drain(p);
            rest = until - monotonic_us();
        }
        /* A wake-up to stop may have been taken by the wait above. */
        if (queue_sleep(p->queue) && p->seen == p->written && !atomic_load(&p->stopping)) {
            wait_for(p, 60 * US_PER_S);
        }
    }
    if (p->projector != NULL) {
        drain(p);
        (void)write_now(p);
    }
    return NULL;
}

static void release(struct projection *p)
{
    projector_close(p->projector);
    queue_free(p->queue);
    buf_fini(&p->packed);
    buf_fini(&p->lists);
    arena_fini(&p->arena);
    if (p->wake_fd >= 0) {
        close(p->wake_fd);
    }
    free(p);
}

enum err projection_start(const struct conf *conf, const struct world *world,
                          struct projection **out, struct fault *f)
{
    struct projection *p = calloc(1, sizeof(*p));
    if (p == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for the projection", NULL, NULL);
    }
    memcpy(p->conninfo, conf->database, sizeof(p->conninfo));
    memcpy(p->world, conf->world, sizeof(p->world));
    p->queue = queue_new(QUEUE_BYTES);
    p->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    buf_init(&p->packed);
    buf_init(&p->lists);
    arena_init(&p->arena, (size_t)64 << 20);
    enum err e = p->queue == NULL || p->wake_fd < 0
                     ? fault_set(f, ERR_NO_MEMORY, "no memory for the projection", NULL, NULL)
                     : projector_open(p->conninfo, p->world, &p->projector, &p->written, f);
    if (e == OK && p->written != world->seq) {
        p->behind = !queue_all(p, world);
    }
    if (e == OK && pthread_create(&p->thread, NULL, run, p) != 0) {
        e = fault_set(f, ERR_NO_MEMORY, "no thread for the projection", NULL, NULL);
    }
    if (e != OK) {
        release(p);
        return e;
    }
    *out = p;
    return OK;
}

void projection_stop(struct projection *p)
{
    if (p != NULL) {
        atomic_store(&p->stopping, true);
        wake_up(p->wake_fd);
        pthread_join(p->thread, NULL);
        release(p);
    }
}
