#include "server/projection.h"

#include "base/log.h"
#include "base/must.h"
#include "base/queue.h"
#include "dispatch/codec/pack.h"
#include "server/clock.h"
#include "server/dirty.h"
#include "server/project.h"
#include "server/wake.h"
#include "sql/projector.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>

#define QUEUE_BYTES ((size_t)32 << 20)
#define ARENA_BYTES ((size_t)64 << 20)
/* Between the beginnings of two hand-overs: as long as the last one's things ask for, so that a few
 * go soon and in a moment, and things that change all the time go once a second. */
#define THING_US (2 * US_PER_MS)
#define WRITE_LEAST_US (100 * US_PER_MS)
#define WRITE_MOST_US US_PER_S
#define RETRY_US (2 * US_PER_S)
#define IDLE_US (60 * US_PER_S)
#define CLOSE_US (2 * US_PER_S)
#define FULL_WAIT_NS 200000

struct projection {
    pthread_t thread;
    struct queue *queue;
    int wake_fd;      /* the thread's */
    int view_wake_fd; /* the view's */
    struct projector *projector;
    char conninfo[512];
    char world_name[24];
    const struct world *world; /* the view's, and so is what follows */
    struct dirty incidents, assignments, units, reports;
    struct buf packed;
    struct buf lists;
    struct arena arena; /* the thread's, and so is what follows */
    uint64_t seen;      /* seq of the last hand-over */
    uint32_t things;    /* in it */
    bool handed;        /* the one asked for has come */
    uint64_t written;
    _Atomic bool pending; /* something is marked */
    _Atomic bool wanted;  /* the thread waits for a hand-over */
    _Atomic bool anew;    /* everything is to be marked */
    _Atomic bool closing; /* no pauses any more */
    _Atomic bool stopping;
};

/* Behind the head: the packed entity, then its lists as JSON (project.h). TABLE_CITY: the end of a
 * hand-over, all of it true for `seq`. */
struct project_record {
    uint64_t seq;
    uint32_t table;
    uint32_t len;
    uint32_t lists_len[2];
    struct text32 owner_seat; /* of an incident or a report: code */
    zone_id station;          /* of a unit */
};

/* ---- the view's side ---- */

/* Queues what stands in `packed` and `lists`, of which the first `mark` bytes are the first list.
 * Room comes: the thread drains whenever it does not write. */
static void queue_record(struct projection *p, struct project_record head, size_t mark)
{
    size_t len = p->packed.len + p->lists.len;
    char *at;
    while ((at = queue_reserve(p->queue, sizeof(struct project_record) + len)) == NULL) {
        wake_up(p->wake_fd);
        nanosleep(&(struct timespec){ .tv_nsec = FULL_WAIT_NS }, NULL);
    }
    head.seq = p->world->seq;
    head.len = (uint32_t)p->packed.len;
    head.lists_len[0] = (uint32_t)mark;
    head.lists_len[1] = (uint32_t)(p->lists.len - mark);
    memcpy(at, &head, sizeof(head));
    if (len > 0) {
        memcpy(at + sizeof(head), p->packed.at, p->packed.len);
        memcpy(at + sizeof(head) + p->packed.len, p->lists.at, p->lists.len);
    }
    if (queue_commit(p->queue)) {
        wake_up(p->wake_fd);
    }
}

static void begin_record(struct projection *p, const struct shape *s, const void *thing)
{
    buf_reset(&p->packed);
    buf_reset(&p->lists);
    pack_struct(&p->packed, s, thing);
}

static void queue_incident(struct projection *p, const struct incident *i)
{
    struct project_record head = { .table = TABLE_INCIDENT };
    struct incident copy = *i;
    head.owner_seat = project_owner(p->world, i->seat, &copy.owner);
    begin_record(p, &incident_shape, &copy);
    project_reports(&p->lists, p->world, i);
    size_t mark = p->lists.len;
    project_deadlines(&p->lists, p->world, i);
    queue_record(p, head, mark);
}

static void queue_assignment(struct projection *p, const struct assignment *a)
{
    begin_record(p, &assignment_shape, a);
    queue_record(p, (struct project_record){ .table = TABLE_ASSIGNMENT }, 0);
}

/* One that is not open belongs to nobody's seat any more. */
static void queue_report(struct projection *p, const struct report *r)
{
    struct project_record head = { .table = TABLE_REPORT };
    struct report copy = *r;
    if (r->status == REPORT_OPEN) {
        head.owner_seat = project_owner(p->world, r->seat, &copy.owner);
    }
    begin_record(p, &report_shape, &copy);
    queue_record(p, head, 0);
}

static void queue_unit(struct projection *p, const struct unit *u)
{
    begin_record(p, &unit_shape, u);
    project_capabilities(&p->lists, p->world, u);
    size_t mark = p->lists.len;
    project_assignments(&p->lists, p->world, u);
    queue_record(
        p, (struct project_record){ .table = TABLE_UNIT, .station = project_station(p->world, u) },
        mark);
}

static void mark_all(struct projection *p)
{
    const struct world *w = p->world;
    uint32_t i = 0;
    for (const struct incident *x; (x = world_next_of_incidents(w, &i)) != NULL;) {
        dirty_mark(&p->incidents, (uint32_t)(x - w->incidents));
    }
    i = 0;
    for (const struct assignment *x; (x = world_next_of_assignments(w, &i)) != NULL;) {
        dirty_mark(&p->assignments, (uint32_t)(x - w->assignments));
    }
    i = 0;
    for (const struct report *x; (x = world_next_of_reports(w, &i)) != NULL;) {
        dirty_mark(&p->reports, (uint32_t)(x - w->reports));
    }
    for (uint32_t k = 0; k < w->unit_count; k++) {
        dirty_mark(&p->units, k);
    }
}

/* The newest state of everything marked, then the end. What has left the memory since it was marked
 * was handed over before that (projection_before). */
static void hand_over(struct projection *p)
{
    const struct world *w = p->world;
    for (uint32_t k = 0; k < p->incidents.count; k++) {
        const struct incident *i = &w->incidents[p->incidents.slots[k]];
        if (i->id.n != 0) {
            queue_incident(p, i);
        }
    }
    for (uint32_t k = 0; k < p->assignments.count; k++) {
        const struct assignment *a = &w->assignments[p->assignments.slots[k]];
        if (a->id.n != 0) {
            queue_assignment(p, a);
        }
    }
    for (uint32_t k = 0; k < p->reports.count; k++) {
        const struct report *r = &w->reports[p->reports.slots[k]];
        if (r->id.n != 0) {
            queue_report(p, r);
        }
    }
    for (uint32_t k = 0; k < p->units.count; k++) {
        queue_unit(p, &w->units[p->units.slots[k]]);
    }
    dirty_clear(&p->incidents);
    dirty_clear(&p->assignments);
    dirty_clear(&p->units);
    dirty_clear(&p->reports);
}

static void hand_over_all(struct projection *p)
{
    if (atomic_exchange(&p->anew, false)) {
        mark_all(p);
    }
    atomic_store(&p->wanted, false);
    atomic_store(&p->pending, false);
    hand_over(p);
    buf_reset(&p->packed);
    buf_reset(&p->lists);
    queue_record(p, (struct project_record){ .table = TABLE_CITY }, 0); /* the end */
}

void projection_before(struct projection *p, const struct row_content *content)
{
    for (uint32_t k = 0; k < content->count; k++) {
        if (content->events[k].kind == EVENT_INCIDENT_DEPARTED) {
            hand_over(p);
            return;
        }
    }
}

void projection_row(struct projection *p)
{
    const struct world *w = p->world;
    if (w->touched_overflow) {
        mark_all(p);
    }
    for (uint32_t i = 0; i < w->touched_count; i++) {
        const struct touched *x = &w->touched[i];
        if (x->table == TABLE_INCIDENT) {
            dirty_mark(&p->incidents, x->slot);
        } else if (x->table == TABLE_ASSIGNMENT) {
            dirty_mark(&p->assignments, x->slot);
        } else if (x->table == TABLE_UNIT) {
            dirty_mark(&p->units, x->slot);
        } else if (x->table == TABLE_REPORT) {
            dirty_mark(&p->reports, x->slot);
        }
    }
    if (!atomic_load_explicit(&p->pending, memory_order_relaxed)) {
        atomic_store(&p->pending, true); /* the cursor moves with every row */
        wake_up(p->wake_fd);
    }
}

void projection_offer(struct projection *p)
{
    if (atomic_load_explicit(&p->wanted, memory_order_relaxed)) {
        hand_over_all(p);
    }
}

/* ---- the thread's side ---- */

static void take(struct projection *p, const struct project_record *r, const char *bytes)
{
    static const struct shape *const shapes[TABLE_COUNT] = { [TABLE_INCIDENT] = &incident_shape,
                                                             [TABLE_ASSIGNMENT] = &assignment_shape,
                                                             [TABLE_UNIT] = &unit_shape,
                                                             [TABLE_REPORT] = &report_shape };
    union {
        struct incident incident;
        struct assignment assignment;
        struct unit unit;
        struct report report;
    } thing;
    size_t pos = 0;
    if (r->table == TABLE_CITY) {
        p->seen = r->seq;
        p->handed = true;
        return;
    }
    p->things++;
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
        project_incident_add(p->projector, str_of(p->world_name), &thing.incident,
                             text_str(&r->owner_seat), first, second, r->seq);
    } else if (r->table == TABLE_ASSIGNMENT) {
        project_assignment_add(p->projector, str_of(p->world_name), &thing.assignment, r->seq);
    } else if (r->table == TABLE_REPORT) {
        project_report_add(p->projector, str_of(p->world_name), &thing.report,
                           text_str(&r->owner_seat), r->seq);
    } else {
        project_unit_add(p->projector, str_of(p->world_name), &thing.unit, r->station, first,
                         second, r->seq);
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
    if (projector_open(p->conninfo, p->world_name, &p->projector, &p->written, &f) != OK) {
        log_warn("projection", "cannot open the read tables", "error=\"%s\"", f.primary);
        return false;
    }
    p->seen = p->written;
    atomic_store(&p->anew, true);
    atomic_store(&p->pending, true);
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
    if (queue_sleep(p->queue) && poll(&fd, 1, (int)(us / US_PER_MS) + 1) > 0) {
        wake_clear(p->wake_fd);
    }
}

/* Asks the view for everything marked and takes it. */
static void ask(struct projection *p)
{
    p->things = 0;
    p->handed = false;
    atomic_store(&p->wanted, true);
    wake_up(p->view_wake_fd);
    while (!p->handed && !atomic_load(&p->stopping)) {
        wait_for(p, US_PER_S);
        drain(p);
    }
}

static void pause_until(struct projection *p, int64_t until)
{
    int64_t rest;
    while ((rest = until - monotonic_us()) > 0 && !atomic_load(&p->closing)) {
        wait_for(p, rest);
        drain(p);
    }
}

static int64_t write_every_us(const struct projection *p)
{
    int64_t us = p->things * THING_US;
    us = us > WRITE_LEAST_US ? us : WRITE_LEAST_US;
    return us < WRITE_MOST_US ? us : WRITE_MOST_US;
}

static void *run(void *arg)
{
    struct projection *p = arg;
    pthread_setname_np(pthread_self(), "projection");
    while (!atomic_load(&p->stopping)) {
        int64_t begun = monotonic_us();
        if (p->seen <= p->written && !atomic_load(&p->pending)) {
            wait_for(p, IDLE_US);
            drain(p);
            continue;
        }
        if (p->seen <= p->written) {
            ask(p);
        }
        pause_until(p, begun + (write_now(p) ? write_every_us(p) : RETRY_US));
    }
    drain(p);
    if (p->projector != NULL) {
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
    dirty_fini(&p->incidents);
    dirty_fini(&p->assignments);
    dirty_fini(&p->units);
    dirty_fini(&p->reports);
    if (p->wake_fd >= 0) {
        close(p->wake_fd);
    }
    free(p);
}

static bool make_parts(struct projection *p, const struct world_limits *l)
{
    buf_init(&p->packed);
    buf_init(&p->lists);
    arena_init(&p->arena, ARENA_BYTES);
    p->queue = queue_new(QUEUE_BYTES);
    p->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    bool room = dirty_init(&p->incidents, l->incidents);
    room = dirty_init(&p->assignments, l->assignments) && room;
    room = dirty_init(&p->units, l->units) && room;
    room = dirty_init(&p->reports, l->reports) && room;
    return room && p->queue != NULL && p->wake_fd >= 0;
}

enum err projection_start(const struct conf *conf, const struct world *world, int view_wake_fd,
                          struct projection **out, struct fault *f)
{
    struct projection *p = calloc(1, sizeof(*p));
    if (p == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for the projection", NULL, NULL);
    }
    memcpy(p->conninfo, conf->database, sizeof(p->conninfo));
    memcpy(p->world_name, conf->world, sizeof(p->world_name));
    p->world = world;
    p->view_wake_fd = view_wake_fd;
    enum err e = !make_parts(p, &world->limits)
                     ? fault_set(f, ERR_NO_MEMORY, "no memory for the projection", NULL, NULL)
                     : projector_open(p->conninfo, p->world_name, &p->projector, &p->written, f);
    p->seen = p->written;
    bool whole = e == OK && projector_whole(p->projector);
    if (e == OK && !whole) {
        log_warn("projection", "rows of the read tables lack columns",
                 "hint=\"run tocsin migrate to fill those of incidents that are no longer open\"");
    }
    if (e == OK && (p->written != world->seq || !whole)) {
        atomic_store(&p->anew, true);
        atomic_store(&p->pending, true);
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
    if (p == NULL) {
        return;
    }
    int64_t limit = monotonic_us() + CLOSE_US;
    atomic_store(&p->closing, true);
    wake_up(p->wake_fd);
    while (atomic_load(&p->pending) && monotonic_us() < limit) {
        projection_offer(p); /* in the view's place, which has ended */
        nanosleep(&(struct timespec){ .tv_nsec = FULL_WAIT_NS }, NULL);
    }
    atomic_store(&p->stopping, true);
    wake_up(p->wake_fd);
    pthread_join(p->thread, NULL);
    release(p);
}
