#include "tests/server/bed.h"

#include "dispatch/codec/json_in.h"
#include "dispatch/core/deadlines.h"
#include "dispatch/core/digest.h"
#include "routing/line.h"
#include "tests/dispatch/core/sound.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#define FILE_SIZE_MAX (4 << 20)

static bool no_fix(void *arg, uint32_t unit, struct fix *out)
{
    (void)arg;
    (void)unit;
    (void)out;
    return false;
}

static struct json_doc *read_file(const char *name)
{
    const char *top = getenv("TOP_SRCDIR");
    char path[512];
    struct json_doc *doc = NULL;
    struct fault f = { .err = OK };
    struct json_limits limits = JSON_LIMITS_STANDARD;
    char *text = malloc(FILE_SIZE_MAX);
    snprintf(path, sizeof(path), "%s/seeds/%s", top != NULL ? top : ".", name);
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s does not open", path);
    size_t len = fread(text, 1, FILE_SIZE_MAX, file);
    fclose(file);
    limits.bytes_max = FILE_SIZE_MAX;
    enum err e = json_in_parse((struct str){ .at = text, .len = len }, limits, &doc, &f);
    ck_assert_msg(e == OK, "%s: %s", path, f.primary);
    free(text);
    return doc;
}

static void take(struct bed *b, const struct json_doc *doc, const struct shape *shape, void *out)
{
    struct fault f = { .err = OK };
    enum err e = json_in_struct(shape, doc, STR("live"), &b->input, out, &f);
    ck_assert_msg(e == OK, "%s: %s", f.field, f.primary);
}

static void load_city(struct bed *b)
{
    struct json_doc *city = read_file("small-city/city.json");
    struct json_doc *types = read_file("incident_types.json");
    const struct json_doc *list = json_doc_member(types, "types");
    struct command cmd = { .type = COMMAND_CITY_LOAD };
    struct city *c = &cmd.as.city_load.city;
    take(b, city, &city_shape, c);
    struct city_type *at = arena_alloc(&b->input, json_doc_count(list) * sizeof(*at));
    ck_assert_ptr_nonnull(at);
    for (size_t i = 0; i < json_doc_count(list); i++) {
        take(b, json_doc_at(list, i), &city_type_shape, &at[i]);
    }
    c->types = (struct list){ .at = at, .count = (uint32_t)json_doc_count(list) };
    ck_assert_int_eq(bed_do(b, "admin", &cmd), REFUSED_NOT);
    json_doc_free(city);
    json_doc_free(types);
}

static void load_plan(struct bed *b)
{
    struct json_doc *plan = read_file("plans/default.json");
    struct command cmd = { .type = COMMAND_PLAN_ACTIVATE };
    take(b, plan, &plan_shape, &cmd.as.plan_activate.plan);
    ck_assert_int_eq(bed_do(b, "admin", &cmd), REFUSED_NOT);
    json_doc_free(plan);
}

static void create_user(struct bed *b, const char *name, enum role role, uint32_t unit)
{
    struct command cmd = { .type = COMMAND_USER_CREATE };
    cmd.as.user_create =
        (struct user_create){ .username = str_of(name), .role = (uint8_t)role, .unit = { unit } };
    ck_assert_int_eq(bed_do(b, "admin", &cmd), REFUSED_NOT);
}

static struct world_memory *new_world(uint32_t incidents_max)
{
    struct world_limits limits = { .incidents = incidents_max,
                                   .reports = incidents_max * 2,
                                   .assignments = incidents_max * 4,
                                   .units = 256,
                                   .users = 64,
                                   .zones = 64,
                                   .types = 512,
                                   .premises = 64,
                                   .roads = 8,
                                   .alarms = 1024,
                                   .rings = 256,
                                   .points = 16384,
                                   .offsets = 8,
                                   .command_ids = 4096 };
    struct world_memory *m = NULL;
    ck_assert_int_eq(worlds_new(&limits, &m, NULL), OK);
    log_genesis_hash(STR("live"), &m->world.hash);
    return m;
}

void bed_init(struct bed *b, uint32_t incidents_max)
{
    bed_init_seen(b, incidents_max, NULL);
}

void bed_init_seen(struct bed *b, uint32_t incidents_max, void (*on_row)(const struct bed *b))
{
    *b = (struct bed){ .now = INT64_C(1767225600) * US_PER_S, .on_row = on_row };
    b->live = new_world(incidents_max);
    b->second = new_world(incidents_max);
    b->decision = calloc(1, sizeof(*b->decision));
    b->ports = (struct ports){ .travel_ms = line_travel_ms, .engine = line_engine, .fix = no_fix };
    arena_init(&b->arena, (size_t)256 << 20);
    arena_init(&b->input, (size_t)256 << 20);
    arena_init(&b->replay, (size_t)256 << 20);
    buf_init(&b->data);
    digest_start(&b->live->world);
    digest_start(&b->second->world);
    struct command cmd = { .type = COMMAND_WORLD_CREATE };
    cmd.as.world_create =
        (struct world_create){ .world = STR("live"), .world_id = STR("test-world") };
    ck_assert_int_eq(bed_do(b, "system", &cmd), REFUSED_NOT);
    load_city(b);
    load_plan(b);
    create_user(b, "operator", ROLE_OPERATOR, 0);
    create_user(b, "commander", ROLE_COMMANDER, 0);
    create_user(b, "intake", ROLE_INTAKE, 0);
    create_user(b, "u1", ROLE_UNIT, 1);
}

void bed_fini(struct bed *b)
{
    worlds_free(b->live);
    worlds_free(b->second);
    free(b->decision);
    arena_fini(&b->arena);
    arena_fini(&b->input);
    arena_fini(&b->replay);
    buf_fini(&b->data);
}

/* The row as the log would hold it, applied to the second world from its text. */
static void write_row(struct bed *b, struct turn *t)
{
    struct world *w = &b->live->world;
    const struct decision *d = b->decision;
    struct by by = { .person = t->command->principal, .role = (uint8_t)t->role };
    struct fault f = { .err = OK };
    struct world *second = &b->second->world;
    buf_reset(&b->data);
    row_write(&b->data, text_str(&w->name), &by, t->command->content, d->events, d->count);
    b->last = (struct log_row){ .seq = d->seq,
                                .epoch = 1,
                                .at_us = t->at,
                                .actor = t->command->principal,
                                .command_id = t->command->id,
                                .command = str_of(command_infos[t->command->type].word),
                                .data = buf_view(&b->data),
                                .prev_hash = w->hash };
    ck_assert(log_row_hash(&b->last, &b->last.hash));
    turn_seal(t, &b->last.hash);
    enum err e = replay_row(&second, 1, &b->last, &b->replay, NULL, &f);
    ck_assert_msg(e == OK, "row %llu: %s: %s\n%.*s", (unsigned long long)d->seq, f.field, f.primary,
                  (int)(b->data.len < 2000 ? b->data.len : 2000), b->data.at);
    if (b->on_row != NULL) {
        b->on_row(b);
    }
}

enum refusal bed_send(struct bed *b, const char *principal, const char *id, struct command *cmd)
{
    cmd->principal = str_of(principal);
    cmd->id = str_of(id);
    arena_reset(&b->arena);
    struct turn t = { .world = &b->live->world,
                      .ports = &b->ports,
                      .command = cmd,
                      .arena = &b->arena,
                      .out = b->decision };
    turn_decide(&t, b->now);
    if (b->decision->refusal == REFUSED_NOT && !b->decision->repeated && b->decision->count > 0) {
        write_row(b, &t);
    }
    return b->decision->refusal;
}

enum refusal bed_do(struct bed *b, const char *principal, struct command *cmd)
{
    char id[32];
    snprintf(id, sizeof(id), "c%llu", (unsigned long long)++b->id);
    return bed_send(b, principal, id, cmd);
}

void bed_wait(struct bed *b, int64_t until)
{
    for (int64_t next; (next = deadlines_next(&b->live->world)) != 0 && next <= until;) {
        struct command tick = { .type = COMMAND_CLOCK_TICK };
        b->now = next > b->now ? next : b->now;
        tick.as.clock_tick.now = b->now;
        ck_assert_int_eq(bed_do(b, "system", &tick), REFUSED_NOT);
        ck_assert_msg(b->decision->count > 0, "a due wait made no event");
    }
    b->now = until > b->now ? until : b->now;
}

void bed_check(struct bed *b)
{
    char kept[33], computed[33], second[33];
    digest_text(digest_kept(&b->live->world), kept);
    digest_text(digest_computed(&b->live->world), computed);
    ck_assert_str_eq(kept, computed);
    digest_text(digest_kept(&b->second->world), second);
    ck_assert_str_eq(kept, second);
    struct buf wrong;
    buf_init(&wrong);
    sound_look(&b->live->world, b->now, false, &wrong);
    ck_assert_msg(wrong.len == 0, STR_FMT, STR_ARG(buf_view(&wrong)));
    buf_fini(&wrong);
}
