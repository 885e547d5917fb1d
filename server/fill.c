#include "server/fill.h"

#include "base/arena.h"
#include "base/buf.h"
#include "dispatch/model/text.h"
#include "server/project.h"
#include "server/replay.h"
#include "server/worlds.h"
#include "sql/log_reader.h"
#include "sql/projector.h"

#define ROW_BYTES_MAX ((size_t)512 << 20)
#define FLUSH_THINGS 4096
#define LEAVING_LOOKED_AT 16 /* more than one row lets go */

struct filling {
    struct world_memory *memory;
    struct world *world;
    struct projector *projector;
    struct arena arena;
    struct buf first, second; /* lists of one object */
    uint32_t things;          /* gathered since the last flush */
    bool held;                /* the rest is one transaction */
};

static void put_report(struct filling *g, const struct report *r)
{
    struct text32 seat = { 0 };
    struct report copy = *r;
    if (r->status == REPORT_OPEN) {
        seat = project_owner(g->world, r->seat, &copy.owner);
    }
    project_report_add(g->projector, text_str(&g->world->name), &copy, text_str(&seat),
                       g->world->seq);
    g->things++;
}

static void put_assignment(struct filling *g, const struct assignment *a)
{
    project_assignment_add(g->projector, text_str(&g->world->name), a, g->world->seq);
    g->things++;
}

static void put_incident(struct filling *g, const struct incident *i)
{
    struct incident copy = *i;
    struct text32 seat = project_owner(g->world, i->seat, &copy.owner);
    buf_reset(&g->first);
    buf_reset(&g->second);
    project_reports(&g->first, g->world, i);
    project_deadlines(&g->second, g->world, i);
    project_incident_add(g->projector, text_str(&g->world->name), &copy, text_str(&seat),
                         buf_view(&g->first), buf_view(&g->second), g->world->seq);
    g->things++;
}

static void put_unit(struct filling *g, const struct unit *u)
{
    buf_reset(&g->first);
    buf_reset(&g->second);
    project_capabilities(&g->first, g->world, u);
    project_assignments(&g->second, g->world, u);
    project_unit_add(g->projector, text_str(&g->world->name), u, project_station(g->world, u),
                     buf_view(&g->first), buf_view(&g->second), g->world->seq);
    g->things++;
}

/* With everything that leaves the memory together with it. */
static void put_leaving(struct filling *g, const struct incident *i)
{
    if (i == NULL) {
        return;
    }
    put_incident(g, i);
    for (const struct report *r = incident_first_report(g->world, i); r != NULL;
         r = report_next(g->world, r)) {
        put_report(g, r);
    }
    for (const struct assignment *a = incident_first_assignment(g->world, i); a != NULL;
         a = assignment_next(g->world, a)) {
        put_assignment(g, a);
    }
}

/* What the row may let go, as it stands before. */
static void before_row(struct filling *g, const struct log_row *row, const struct row_content *c)
{
    const struct leaving_queue *q = &g->world->leaving;
    for (uint64_t n = q->first; n < q->last && n < q->first + LEAVING_LOOKED_AT; n++) {
        const struct leaving *l = &q->at[n % q->cap];
        if (l->at + CLOSED_KEPT_US > row->at_us) {
            break;
        }
        if (l->table == TABLE_INCIDENT) {
            put_leaving(g, world_incident(g->world, (incident_id){ l->id }));
        } else {
            const struct report *r = world_report(g->world, (report_id){ l->id });
            if (r != NULL) {
                put_report(g, r);
            }
        }
    }
    for (uint32_t k = 0; k < c->count; k++) {
        if (c->events[k].kind == EVENT_INCIDENT_DEPARTED) {
            put_leaving(g, world_incident(g->world, c->events[k].as.incident_departed.incident));
        }
    }
}

/* Older rows do not say in their events who did it: their actor did. */
static void name_actor(const struct log_row *row, struct row_content *c)
{
    for (uint32_t k = 0; k < c->count; k++) {
        struct event *e = &c->events[k];
        struct text32 *person = e->kind == EVENT_ASSIGNMENT_SPOKEN ? &e->as.assignment_marked.person
                                : e->kind == EVENT_INCIDENT_SPLIT ? &e->as.incident_split_off.person
                                                                  : NULL;
        if (person != NULL && person->len == 0) {
            text_set(person, row->actor);
        }
    }
}

static enum err take_row(void *arg, const struct log_row *row, struct fault *f)
{
    struct filling *g = arg;
    struct row_content c;
    struct str name = row->seq != 1 ? text_str(&g->world->name) : (struct str){ 0 };
    arena_reset(&g->arena);
    enum err e = row_read(row->data, name, &g->arena, &c, f);
    if (e != OK) {
        return e;
    }
    before_row(g, row, &c);
    name_actor(row, &c);
    replay_apply(g->world, row, &c);
    if (g->things >= FLUSH_THINGS && !g->held) {
        g->things = 0;
        return projector_flush(g->projector, f);
    }
    return OK;
}

static enum err replay_to(struct filling *g, struct pg *pg, uint64_t seq, struct fault *f)
{
    const struct log_read q = {
        .after_seq = g->world->seq, .to_seq = seq, .on_row = take_row, .arg = g
    };
    return seq > g->world->seq ? log_read(pg, &q, NULL, NULL, f) : OK;
}

static void put_all(struct filling *g)
{
    const struct world *w = g->world;
    uint32_t i = 0;
    for (const struct incident *x; (x = world_next_of_incidents(w, &i)) != NULL;) {
        put_incident(g, x);
    }
    i = 0;
    for (const struct assignment *x; (x = world_next_of_assignments(w, &i)) != NULL;) {
        put_assignment(g, x);
    }
    i = 0;
    for (const struct report *x; (x = world_next_of_reports(w, &i)) != NULL;) {
        put_report(g, x);
    }
    for (uint32_t k = 0; k < w->unit_count; k++) {
        put_unit(g, &w->units[k]);
    }
}

static enum err run(struct filling *g, struct pg *pg, uint64_t seq, struct fault *f)
{
    enum err e = replay_to(g, pg, seq, f);
    e = e == OK ? projector_flush(g->projector, f) : e;
    e = e == OK ? projector_hold(g->projector, &seq, f) : e;
    if (e != OK) {
        return e;
    }
    g->held = true;
    e = replay_to(g, pg, seq, f);
    if (e == OK) {
        put_all(g);
        e = projector_fill_end(g->projector, f);
    }
    return e;
}

static enum err make(struct filling *g, const char *conninfo, const char *world,
                     const struct world_limits *limits, struct pg **pg, struct fault *f)
{
    const struct pg_opts o = { .conninfo = conninfo,
                               .world = world,
                               .role = "tocsin_owner",
                               .application = "tocsin migrate" };
    enum err e = worlds_new(limits, &g->memory, f);
    if (e != OK) {
        return e;
    }
    g->world = &g->memory->world;
    log_genesis_hash(str_of(world), &g->world->hash);
    arena_init(&g->arena, ROW_BYTES_MAX);
    buf_init(&g->first);
    buf_init(&g->second);
    return pg_open(&o, pg, f);
}

enum err fill_read_tables(const char *conninfo, const char *world,
                          const struct world_limits *limits, uint64_t *rows, struct fault *f)
{
    struct filling g = { .memory = NULL };
    struct pg *pg = NULL;
    uint64_t seq = 0;
    *rows = 0;
    enum err e = projector_open_to_fill(conninfo, world, &g.projector, &seq, f);
    if (e == OK && !projector_whole(g.projector)) {
        e = make(&g, conninfo, world, limits, &pg, f);
        e = e == OK ? run(&g, pg, seq, f) : e;
        *rows = e == OK ? g.world->seq : 0;
        pg_close(pg);
        if (g.memory != NULL) {
            arena_fini(&g.arena);
            buf_fini(&g.first);
            buf_fini(&g.second);
            worlds_free(g.memory);
        }
    }
    projector_close(g.projector);
    return e;
}
