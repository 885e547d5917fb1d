#include "tools/sim/engine.h"

#include "base/must.h"
#include "dispatch/codec/json_out.h"
#include "dispatch/codec/row.h"
#include "dispatch/command/decide.h"
#include "dispatch/core/deadlines.h"
#include "dispatch/core/digest.h"
#include "routing/line.h"
#include "tools/sim/joint.h"

#include <stdlib.h>

#define ARENA_LIMIT ((size_t)1 << 28)
#define EPOCH 1

struct engine {
    struct world world;
    void *memory;
    struct engine_opts opts;
    struct ports ports;
    struct fix *fixes;
    bool *has_fix;
    uint32_t *stakes;
    struct sim_joint *joint; /* NULL: nothing was assigned together yet */
    uint32_t calls;
    struct arena arena;
    struct buf data, scratch;
    struct prng prng;
    struct decision out;
    int64_t now;
};

struct world_limits engine_limits(void)
{
    return (struct world_limits){ .incidents = 65536,
                                  .reports = 131072,
                                  .assignments = 262144,
                                  .units = 8192,
                                  .users = 16384,
                                  .zones = 4096,
                                  .types = 2048,
                                  .premises = 4096,
                                  .roads = ROAD_NOTICES_MAX,
                                  .alarms = 131072,
                                  .rings =
                                      65536, /* as a server has them, whose log this may play */
                                  .points = 1u << 22,
                                  .offsets = 512,
                                  .command_ids = 4194304 };
}

static bool told_fix(void *arg, uint32_t unit, struct fix *out)
{
    const struct engine *e = arg;

    if (e->opts.fix != NULL) {
        return e->opts.fix(e->opts.fix_arg, unit, out);
    }
    if (unit > e->opts.limits.units || !e->has_fix[unit]) {
        return false;
    }
    *out = e->fixes[unit];
    return true;
}

static bool told_calls(void *arg, uint32_t tiers, uint32_t *out)
{
    const struct engine *e = arg;

    *out = 0;
    for (uint32_t tier = 1; tier <= 4; tier++) {
        *out += (tiers >> tier & 1) != 0 ? e->calls : 0;
    }
    return e->calls != 0;
}

static uint32_t told_stake(void *arg, uint32_t unit)
{
    return ((const struct engine *)arg)->stakes[unit];
}

/* Ports of one's own, asked through the engine, which adds what it knows itself. */
static uint32_t own_travel(void *arg, struct point from, struct point to)
{
    const struct ports *p = ((const struct engine *)arg)->opts.ports;

    return p->travel_ms(p->arg, from, to);
}

static void own_table(void *arg, const struct point *from, uint32_t from_count,
                      const struct point *to, uint32_t to_count, uint32_t *ms)
{
    ports_travel_table(((const struct engine *)arg)->opts.ports, from, from_count, to, to_count,
                       ms);
}

static const char *own_engine(void *arg)
{
    const struct ports *p = ((const struct engine *)arg)->opts.ports;

    return p->engine(p->arg);
}

static bool own_road_met(void *arg, const struct point *points, uint32_t count, bool area,
                         struct text64 *name)
{
    const struct ports *p = ((const struct engine *)arg)->opts.ports;

    return p->road_met(p->arg, points, count, area, name);
}

static uint32_t own_detour(void *arg, struct point from, struct point to, uint32_t *notice)
{
    const struct ports *p = ((const struct engine *)arg)->opts.ports;

    return p->detour_ms(p->arg, from, to, notice);
}

static bool own_fix(void *arg, uint32_t unit, struct fix *out)
{
    const struct ports *p = ((const struct engine *)arg)->opts.ports;

    return p->fix(p->arg, unit, out);
}

static void set_ports(struct engine *e)
{
    const struct ports *own = e->opts.ports;

    e->ports.arg = e;
    if (own != NULL) {
        e->ports.travel_ms = own_travel;
        e->ports.travel_table = own_table;
        e->ports.engine = own_engine;
        e->ports.road_met = own->road_met != NULL ? own_road_met : NULL;
        e->ports.detour_ms = own->detour_ms != NULL ? own_detour : NULL;
        e->ports.fix = own_fix;
        return;
    }
    e->ports.travel_ms = line_travel_ms;
    e->ports.engine = line_engine;
    e->ports.fix = told_fix;
}

struct engine *engine_new(const struct engine_opts *o)
{
    struct engine *e = calloc(1, sizeof(*e));
    size_t size = (world_size(&o->limits) + 63) / 64 * 64;

    if (e == NULL) {
        return NULL;
    }
    e->opts = *o;
    /* calloc, so that a large world costs only the pages it uses; aligned by hand for the same. */
    e->memory = calloc(1, size + 64);
    e->fixes = calloc((size_t)o->limits.units + 1, sizeof(*e->fixes));
    e->has_fix = calloc((size_t)o->limits.units + 1, sizeof(*e->has_fix));
    e->stakes = calloc((size_t)o->limits.units + 1, sizeof(*e->stakes));
    if (e->memory == NULL || e->fixes == NULL || e->has_fix == NULL || e->stakes == NULL) {
        engine_free(e);
        return NULL;
    }
    world_init(&e->world, &o->limits, (void *)(((uintptr_t)e->memory + 63) / 64 * 64));
    if (o->digesting) {
        digest_start(&e->world);
    }
    arena_init(&e->arena, ARENA_LIMIT);
    buf_init(&e->data);
    buf_init(&e->scratch);
    prng_seed(&e->prng, o->seed);
    log_genesis_hash(o->world, &e->world.hash);
    e->now = o->start_us;
    set_ports(e);
    return e;
}

void engine_free(struct engine *e)
{
    if (e == NULL) {
        return;
    }
    if (e->memory != NULL && e->fixes != NULL && e->has_fix != NULL && e->stakes != NULL) {
        world_fini(&e->world);
        arena_fini(&e->arena);
        buf_fini(&e->data);
        buf_fini(&e->scratch);
    }
    sim_joint_free(e->joint);
    free(e->memory);
    free(e->fixes);
    free(e->has_fix);
    free(e->stakes);
    free(e);
}

void engine_random(void *engine, uint8_t *bytes, size_t size)
{
    struct engine *e = engine;

    for (size_t i = 0; i < size; i += 8) {
        uint64_t r = prng_next(&e->prng);

        memcpy(bytes + i, &r, size - i < 8 ? size - i : 8);
    }
}

void engine_content(const struct command *c, struct str world, struct buf *scratch, uint8_t out[16])
{
    const struct command_info *info = &command_infos[c->type];
    const struct json_out opt = { .world = world,
                                  .privacy_max = TACTICAL,
                                  .canonical_command = true };
    struct sha256 hash;

    buf_reset(scratch);
    buf_text(scratch, info->word);
    buf_char(scratch, '\n');
    json_out_struct(scratch, info->shape, &c->as, &opt);
    must(buf_ok(scratch));
    hash_sha256(buf_view(scratch), (struct str){ 0 }, &hash);
    memcpy(out, hash.at, 16);
}

/* The row as the server writes it, handed to whoever keeps it. */
static void write_row(struct engine *e, const struct turn *t, const struct sha256 *prev)
{
    const struct command *c = t->command;
    const struct decision *d = &e->out;
    struct by by = { .person = c->principal,
                     .role = (uint8_t)t->role,
                     .terminal = c->terminal,
                     .unsynchronised = c->unsynchronised };
    struct log_personal personal[PERSONAL_MAX];
    struct log_row row = { .seq = d->seq,
                           .epoch = EPOCH,
                           .at_us = t->at,
                           .actor = c->principal,
                           .command_id = c->id,
                           .command = str_of(command_infos[c->type].word),
                           .prev_hash = *prev,
                           .personal = personal,
                           .personal_count = d->personal_count };

    buf_reset(&e->data);
    row_write(&e->data, e->opts.world, &by, c->content, d->events, d->count);
    must(buf_ok(&e->data));
    row.data = buf_view(&e->data);
    bool hashed = log_row_hash(&row, &row.hash);

    must(hashed);
    turn_seal((struct turn *)t, &row.hash);
    for (uint32_t i = 0; i < d->personal_count; i++) {
        const struct personal_out *p = &d->personal[i];

        personal[i] = (struct log_personal){ .ref = p->ref,
                                             .value = p->in->value,
                                             .kind = str_of(p->kind),
                                             .erase_after_us = INT64_MAX };
        memcpy(personal[i].salt, p->in->salt, LOG_SALT_SIZE);
    }
    if (e->opts.on_row != NULL) {
        e->opts.on_row(e->opts.arg, &row);
    }
}

bool engine_do(struct engine *e, struct command *c)
{
    struct turn t = {
        .world = &e->world, .ports = &e->ports, .command = c, .arena = &e->arena, .out = &e->out
    };
    struct sha256 prev = e->world.hash;

    engine_random(e, c->salt, sizeof(c->salt));
    engine_content(c, e->opts.world, &e->scratch, c->content);
    turn_decide(&t, e->now);
    if (e->out.refusal != REFUSED_NOT || e->out.repeated || e->out.count == 0) {
        return false;
    }
    write_row(e, &t, &prev);
    return true;
}

void engine_begin(struct engine *e)
{
    char id[33];
    struct buf b;
    struct command c = { .type = COMMAND_WORLD_CREATE, .principal = STR("system") };
    uint8_t bytes[16];

    engine_random(e, bytes, sizeof(bytes));
    buf_fixed(&b, id, sizeof(id));
    buf_hex(&b, bytes, sizeof(bytes));
    c.as.world_create = (struct world_create){ .world = e->opts.world, .world_id = buf_view(&b) };
    bool made = engine_do(e, &c);

    must(made);
}

void engine_at(struct engine *e, int64_t now)
{
    e->now = now > e->now ? now : e->now;
    arena_reset(&e->arena);
}

int64_t engine_now(const struct engine *e)
{
    return e->now;
}

int64_t engine_due(const struct engine *e)
{
    return deadlines_next(&e->world);
}

bool engine_tick(struct engine *e)
{
    struct command c = { .type = COMMAND_CLOCK_TICK, .principal = STR("system") };

    if (engine_due(e) == 0 || engine_due(e) > e->now) {
        return false;
    }
    arena_reset(&e->arena);
    c.as.clock_tick.now = e->now;
    return engine_do(e, &c);
}

const struct decision *engine_decision(const struct engine *e)
{
    return &e->out;
}

void engine_cover(struct engine *e, uint32_t calls)
{
    e->calls = calls;
    e->ports.calls = told_calls;
    e->ports.stake = told_stake;
}

void engine_stake(struct engine *e, uint32_t unit, uint32_t stake)
{
    must(unit <= e->opts.limits.units);
    e->stakes[unit] = stake;
}

static bool told_wanted(void *arg, uint32_t unit, struct wanted *out)
{
    return sim_joint_wanted(((const struct engine *)arg)->joint, unit, out);
}

void engine_join(struct engine *e)
{
    const struct asking asking = { .world = &e->world,
                                   .ports = &e->ports,
                                   .fix = e->ports.fix,
                                   .fix_arg = e->ports.arg,
                                   .now = e->now };

    if (e->joint == NULL) {
        e->joint = sim_joint_new(e->opts.limits.units);
        must(e->joint != NULL);
        e->ports.wanted = told_wanted;
    }
    (void)sim_joint_round(e->joint, &asking);
}

bool engine_join_next(struct engine *e)
{
    struct command c = { .type = COMMAND_ADVICE_JOIN, .principal = STR("system") };

    arena_reset(&e->arena);
    return sim_joint_tell(e->joint, &e->world, &c.as.advice_join) && engine_do(e, &c);
}

void engine_fix(struct engine *e, uint32_t unit, const struct fix *fix)
{
    must(unit > 0 && unit <= e->opts.limits.units);
    e->fixes[unit] = *fix;
    e->has_fix[unit] = true;
}

/* A world is its struct and one block of memory that it points into: both as they were are the
 * world as it was. */
struct engine_mark {
    struct world world;
    int64_t now;
    size_t size;
    char block[];
};

struct engine_mark *engine_mark_new(const struct engine *e)
{
    size_t size = world_size(&e->opts.limits);
    struct engine_mark *m = malloc(sizeof(*m) + size);

    if (m != NULL) {
        m->size = size;
        engine_mark_set(m, e);
    }
    return m;
}

static void *block_of(const struct engine *e)
{
    return (void *)(((uintptr_t)e->memory + 63) / 64 * 64);
}

void engine_mark_set(struct engine_mark *m, const struct engine *e)
{
    m->world = e->world;
    m->now = e->now;
    memcpy(m->block, block_of(e), m->size);
}

void engine_return(struct engine *e, const struct engine_mark *m)
{
    must(e->world.plan_memory.blocks == m->world.plan_memory.blocks);
    e->world = m->world;
    e->now = m->now;
    memcpy(block_of(e), m->block, m->size);
}

void engine_mark_free(struct engine_mark *m)
{
    free(m);
}

struct world *engine_world(struct engine *e)
{
    return &e->world;
}

struct arena *engine_arena(struct engine *e)
{
    return &e->arena;
}
