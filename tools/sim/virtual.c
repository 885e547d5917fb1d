#include "tools/sim/virtual.h"

#include "dispatch/core/waiting.h"
#include "routing/travel.h"

#include <stdio.h>
#include <stdlib.h>

#define LEFT_OVER_US (96 * US_PER_HOUR)
#define TICKS_A_MOMENT_MAX 100000
#define CAST_ARENA ((size_t)1 << 20)
#define WEIGHTS_US (300 * US_PER_MS) /* from a change of the roads to its travel times */
#define ROUND_EVERY_US US_PER_S      /* server/rounds.h */
#define ROUND_SOON_US (100 * US_PER_MS)

const struct town_account town_accounts[] = {
    { "operator", ROLE_OPERATOR },         { "commander", ROLE_COMMANDER },
    { "duty_officer", ROLE_DUTY_OFFICER }, { "station_desk", ROLE_STATION_DESK },
    { "publicity", ROLE_PUBLICITY },       { "analyst", ROLE_ANALYST },
    { "auditor", ROLE_AUDITOR },           { "intake", ROLE_INTAKE },
};
const uint32_t town_account_count = sizeof(town_accounts) / sizeof(town_accounts[0]);

enum role town_person_role(uint32_t person)
{
    return person < 2 ? ROLE_COMMANDER : ROLE_OPERATOR;
}

/* One run. */
struct play {
    const struct virtual_opts *o;
    const struct town *town;
    struct engine *engine;
    struct agents *agents;
    struct fault *fault;
    struct laws *laws;
    struct laws_roads *laws_roads; /* NULL: no ways */
    struct arena arena;            /* of the cast */
    struct cast cast;              /* the stations' desks; with `everyday` */
    int64_t round_at, rounded_at;  /* when all that waits is assigned together; 0: need not be */
    uint64_t ticks;
    uint64_t setup;
    struct travel travel;
    uint64_t *drive_of; /* by unit: the drive it is on; 0: none. NULL: nobody keeps fixes */
    uint64_t drives;
    int64_t fixes_to;   /* fixes up to then are told */
    int64_t weights_at; /* when travel times of the newest change are ready; 0: they are */
};

/* What the core asks where there are streets: as the server answers it. */
static uint32_t by_road(void *arg, struct point from, struct point to)
{
    return travel_ms(&((struct play *)arg)->travel, from, to);
}

static void table(void *arg, const struct point *from, uint32_t from_count, const struct point *to,
                  uint32_t to_count, uint32_t *ms)
{
    travel_table(&((struct play *)arg)->travel, from, from_count, to, to_count, ms);
}

static const char *road_name(void *arg)
{
    return travel_engine(&((struct play *)arg)->travel);
}

static uint32_t detour(void *arg, struct point from, struct point to, uint32_t *notice)
{
    return travel_detour_ms(&((struct play *)arg)->travel, from, to, notice);
}

static bool met(void *arg, const struct point *points, uint32_t count, bool area,
                struct text64 *name)
{
    return ways_met(((struct play *)arg)->o->ways, points, count, area, name);
}

static bool seen(void *arg, uint32_t unit, struct fix *out)
{
    return agents_fix(((struct play *)arg)->agents, unit, out);
}

/* Something only the administrator does, before anybody else is there. */
static enum err admin_does(struct play *p, struct command *c)
{
    char id[32];
    int n = snprintf(id, sizeof(id), "setup-%u", (unsigned)++p->setup);

    c->principal = STR("admin");
    c->id = (struct str){ .at = id, .len = (size_t)n };
    engine_at(p->engine, p->o->start_us);
    if (!engine_do(p->engine, c)) {
        const struct decision *d = engine_decision(p->engine);

        return fault_set(p->fault, ERR_INVALID, "the core refused what the city needs",
                         refusal_infos[d->refusal].en, d->fault.primary);
    }
    return OK;
}

/* Nobody is a guest here: every station that can have a desk has one. */
static enum err cast_all(struct play *p)
{
    struct cast *cast = &p->cast;

    if (cast_choose(&p->arena, &p->town->city, cast, p->fault) != OK) {
        return p->fault->err;
    }
    if (cast->guest_station != 0 && cast->desk_count < CAST_DESKS_MAX) {
        cast->desks[cast->desk_count++] = cast->guest_station;
    }
    cast->guest_station = cast->guest_unit = 0;
    return OK;
}

static enum err make_desk(struct play *p, uint32_t k)
{
    const struct city_zone *zones = p->town->city.zones.at;
    struct str zone = zones[p->cast.desks[k] - 1].code;
    char name[CAST_NAME_SIZE];
    struct command c = { .type = COMMAND_USER_CREATE };

    c.as.user_create = (struct user_create){ .username = cast_desk_name(k, name),
                                             .role = ROLE_STATION_DESK,
                                             .zones = { .at = &zone, .count = 1 } };
    return admin_does(p, &c);
}

static enum err make_user(struct play *p, struct str name, enum role role, uint32_t unit)
{
    struct command c = { .type = COMMAND_USER_CREATE };

    c.as.user_create =
        (struct user_create){ .username = name, .role = (uint8_t)role, .unit = { unit } };
    return admin_does(p, &c);
}

/* People whose place is at a desk are there from the first moment on. */
static void sign_in(struct play *p, struct str name)
{
    struct command c = { .type = COMMAND_USER_PRESENCE, .principal = STR("system") };

    c.as.user_presence = (struct user_presence){ .username = name, .present = true };
    bool done = engine_do(p->engine, &c);

    must(done);
}

static enum err set_up(struct play *p)
{
    struct command city = { .type = COMMAND_CITY_LOAD };
    struct command plan = { .type = COMMAND_PLAN_ACTIVATE };
    char name[AGENTS_NAME_SIZE];

    city.as.city_load.city = p->town->city;
    plan.as.plan_activate.plan = p->town->plan;
    if (admin_does(p, &city) != OK || admin_does(p, &plan) != OK) {
        return p->fault->err;
    }
    for (uint32_t i = 0; i < town_account_count; i++) {
        if (make_user(p, str_of(town_accounts[i].name), town_accounts[i].role, 0) != OK) {
            return p->fault->err;
        }
        if (town_accounts[i].role == ROLE_OPERATOR) {
            sign_in(p, str_of(town_accounts[i].name));
        }
    }
    for (uint32_t i = 0; i < AGENTS_PEOPLE; i++) {
        if (make_user(p, agents_person_name(i, name), town_person_role(i), 0) != OK) {
            return p->fault->err;
        }
    }
    for (uint32_t k = 0; k < p->cast.desk_count; k++) {
        if (make_desk(p, k) != OK) {
            return p->fault->err;
        }
        sign_in(p, cast_desk_name(k, name));
    }
    for (uint32_t i = 1; i <= p->town->city.units.count; i++) {
        if (make_user(p, agents_unit_name(i, name), ROLE_UNIT, i) != OK) {
            return p->fault->err;
        }
    }
    return OK;
}

/* Whose console is connected, for who watches over the laws. */
static bool heard(const void *agents, struct str person)
{
    return agents_heard(agents, person);
}

static bool where(const void *agents, uint32_t unit, int64_t at, struct laws_where *out)
{
    return agents_where(agents, unit, at, out);
}

static uint64_t moves(const void *agents)
{
    return agents_moves(agents);
}

static void look(struct play *p)
{
    laws_look(p->laws, engine_now(p->engine));
    if (p->laws_roads != NULL) {
        laws_roads_look(p->laws_roads, engine_now(p->engine));
    }
}

/* Drives to scenes begin with the step on the way and end with the next one. */
static void see_drive(struct play *p, const struct event *e)
{
    const struct assignment_progressed *s = &e->as.assignment_progressed;

    if (p->drive_of != NULL && e->kind == EVENT_ASSIGNMENT_PROGRESSED && s->unit.n != 0) {
        p->drive_of[s->unit.n] = s->status == ASSIGNMENT_EN_ROUTE ? ++p->drives : 0;
    }
}

/* Nobody's way has changed since: where they were meanwhile. */
static void tell_fixes(struct play *p, int64_t now)
{
    struct fix fix;

    if (p->drive_of == NULL) {
        return;
    }
    for (; p->fixes_to + VIRTUAL_FIX_US <= now; p->fixes_to += VIRTUAL_FIX_US) {
        agents_at(p->agents, p->fixes_to + VIRTUAL_FIX_US);
        for (uint32_t i = 1; i <= p->town->city.units.count; i++) {
            if (p->drive_of[i] != 0 && agents_seen(p->agents, i, &fix)) {
                p->o->on_fix(p->o->fix_arg, p->drive_of[i], &fix);
            }
        }
    }
}

/* As a server does it: soon after something that may change who goes where, not too often. */
static void plan_round(struct play *p, const struct decision *d)
{
    int64_t soon = engine_now(p->engine) + ROUND_SOON_US;
    int64_t next = p->rounded_at + ROUND_EVERY_US;

    for (uint32_t i = 0; i < d->count && p->round_at == 0; i++) {
        if (waiting_matters((enum event_kind)d->events[i].kind)) {
            p->round_at = soon > next ? soon : next;
        }
    }
}

static void tell(struct play *p, bool by_person)
{
    const struct decision *d = engine_decision(p->engine);

    plan_round(p, d);
    laws_see(p->laws, d->events, d->count, by_person);
    if (p->o->tally != NULL) {
        tally_see(p->o->tally, engine_now(p->engine), d->events, d->count);
    }
    for (uint32_t i = 0; i < d->count; i++) {
        agents_see(p->agents, engine_now(p->engine), &d->events[i]);
        see_drive(p, &d->events[i]);
        if (p->o->ways != NULL && d->events[i].kind == EVENT_ROAD_WEIGHTS_APPLIED) {
            travel_use(&p->travel, ways_weights(p->o->ways));
        }
    }
    const struct world *w = engine_world(p->engine);

    if (p->o->ways != NULL && w->road_change > w->road_weights && p->weights_at == 0) {
        p->weights_at = engine_now(p->engine) + WEIGHTS_US;
    }
}

/* Travel times that take in all changes of the roads are ready, as server/roads makes them. */
static void apply_weights(struct play *p)
{
    struct command c = { .type = COMMAND_ROAD_WEIGHTS, .principal = STR("system") };

    p->weights_at = 0;
    c.as.road_weights_ready.change = engine_world(p->engine)->road_change;
    if (engine_do(p->engine, &c)) {
        tell(p, false);
    }
    look(p);
}

static void act(struct play *p, int64_t now)
{
    struct act what;
    struct command c;

    if (!agents_take(p->agents, now, &what, &c)) {
        look(p); /* somebody may have gone without a word */
        return;
    }
    c.terminal = STR("virtual");
    bool done = engine_do(p->engine, &c);
    const struct decision *d = engine_decision(p->engine);
    /* A repeated id would be a bug of the people, who number what they do. */
    must(!d->repeated);
    if (done) {
        tell(p, !str_is(c.principal, "system"));
    }
    look(p);
    agents_answer(p->agents, now, &what,
                  d->refusal == REFUSED_NOT ? NULL : refusal_infos[d->refusal].code);
}

static bool enough(const struct play *p)
{
    return (p->o->rows != 0 && engine_world(p->engine)->seq >= p->o->rows) ||
           (p->o->hours == 0 && p->o->rows == 0 && agents_done(p->agents));
}

static void let_due_happen(struct play *p)
{
    for (uint32_t n = 0; engine_tick(p->engine); n++) {
        must(n < TICKS_A_MOMENT_MAX);
        p->ticks++;
        tell(p, false);
        look(p);
    }
}

/* All that waits is assigned together. */
static void round_of_all(struct play *p)
{
    p->rounded_at = p->round_at;
    p->round_at = 0;
    engine_join(p->engine);
    while (engine_join_next(p->engine)) {
        p->ticks++;
        tell(p, false);
        look(p);
    }
}

static int64_t sooner(int64_t a, int64_t b)
{
    return a == 0 || (b != 0 && b < a) ? b : a;
}

static void run(struct play *p)
{
    /* What has not come to its end within days after the last call never will. */
    int64_t span = p->town->span_us * p->town->stretch_percent / 100 + LEFT_OVER_US;
    int64_t most = p->o->rows != 0 ? INT64_MAX : p->o->start_us + span;
    int64_t end = p->o->hours != 0 ? p->o->start_us + p->o->hours * US_PER_HOUR : most;

    while (!enough(p)) {
        int64_t next = agents_next(p->agents);
        int64_t due = engine_due(p->engine);
        int64_t now = sooner(sooner(next, due), p->round_at);
        bool weights = p->weights_at != 0 && (now == 0 || p->weights_at <= now);

        now = weights ? p->weights_at : now;

        if (now == 0 || now > end) {
            break;
        }
        engine_at(p->engine, now);
        tell_fixes(p, engine_now(p->engine));
        agents_at(p->agents, engine_now(p->engine));
        look(p);
        if (weights) {
            apply_weights(p);
        } else if (due != 0 && due <= now) {
            let_due_happen(p);
        } else if (p->round_at != 0 && p->round_at <= now) {
            round_of_all(p);
        } else {
            act(p, now);
        }
    }
}

static void write_result(struct play *p, struct virtual_result *out)
{
    const struct world *w = engine_world(p->engine);

    *out = (struct virtual_result){ .seq = w->seq,
                                    .at = w->at,
                                    .hash = w->hash,
                                    .digest = digest_computed(w),
                                    .counts = *agents_counts_of(p->agents),
                                    .open = agents_open(p->agents),
                                    .incidents_live = w->incidents_pool.live,
                                    .ticks = p->ticks,
                                    .done = agents_done(p->agents),
                                    .broken = *laws_broken_of(p->laws) };
    if (p->laws_roads != NULL) {
        out->roads_broken = *laws_roads_broken_of(p->laws_roads);
    }
}

static void adopt_seats(struct play *p)
{
    const struct world *w = engine_world(p->engine);

    for (uint32_t k = 0; k < w->seat_count; k++) {
        agents_adopt_seat(p->agents, &w->seats[k]);
    }
}

/* False: no memory. */
static bool make_laws(struct play *p)
{
    const struct laws_roads_opts roads = { .world = engine_world(p->engine),
                                           .road =
                                               p->o->ways != NULL ? ways_road(p->o->ways) : NULL,
                                           .where = where,
                                           .moves = moves,
                                           .arg = p->agents,
                                           .units = p->town->city.units.count };

    p->laws = laws_new(engine_world(p->engine), heard, p->agents);
    p->laws_roads = p->laws != NULL && p->o->ways != NULL ? laws_roads_new(&roads) : NULL;
    return p->laws != NULL && (p->o->ways == NULL || p->laws_roads != NULL);
}

static enum err prepare(struct play *p)
{
    enum err err = OK;

    arena_init(&p->arena, CAST_ARENA);
    if (p->o->everyday) {
        err = cast_all(p);
    }
    if (err == OK && p->o->ways != NULL) {
        err = travel_init(&p->travel, ways_road(p->o->ways), p->fault);
    }
    if (err != OK) {
        arena_fini(&p->arena);
    }
    return err;
}

enum err virtual_run(const struct virtual_opts *o, const struct town *town,
                     struct virtual_result *out, struct fault *f)
{
    struct play p = { .o = o, .town = town, .fault = f };
    const struct agents_opts people = { .town = town,
                                        .seed = o->seed,
                                        .tag = STR("sim"),
                                        .loop = o->loop,
                                        .live = o->live,
                                        .adopt = true,
                                        .spare = o->demo,
                                        .everyday = o->everyday,
                                        .posts = o->posts,
                                        .cast = o->everyday ? &p.cast : NULL,
                                        .ways = o->ways,
                                        .beats = o->beats };
    const struct ports roads = { .arg = &p,
                                 .travel_ms = by_road,
                                 .travel_table = table,
                                 .engine = road_name,
                                 .road_met = met,
                                 .detour_ms = detour,
                                 .fix = seen };
    enum err err = OK;

    if (prepare(&p) != OK) {
        return f->err;
    }
    p.agents = agents_new(&people);
    const struct engine_opts core = { .world = o->world,
                                      .limits = engine_limits(),
                                      .seed = o->seed,
                                      .start_us = o->start_us,
                                      .on_row = o->on_row,
                                      .arg = o->arg,
                                      .fix = agents_fix,
                                      .fix_arg = p.agents,
                                      .ports = o->ways != NULL ? &roads : NULL };

    p.engine = p.agents != NULL ? engine_new(&core) : NULL;
    bool watched = p.engine != NULL && make_laws(&p);

    if (!watched) {
        err = fault_set(f, ERR_NO_MEMORY, "no memory for the world", NULL, NULL);
        goto done;
    }
    if (o->on_fix != NULL) {
        p.drive_of = calloc((size_t)town->city.units.count + 1, sizeof(*p.drive_of));
        must(p.drive_of != NULL);
    }
    engine_begin(p.engine);
    err = set_up(&p);
    if (err == OK) {
        adopt_seats(&p);
        p.fixes_to = o->start_us;
        agents_begin(p.agents, o->start_us);
        run(&p);
        write_result(&p, out);
    }
done:
    if (o->ways != NULL) {
        travel_fini(&p.travel);
    }
    free(p.drive_of);
    arena_fini(&p.arena);
    laws_roads_free(p.laws_roads);
    laws_free(p.laws);
    engine_free(p.engine);
    agents_free(p.agents);
    return err;
}
