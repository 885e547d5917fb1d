#include "tests/dispatch/interleave/stage_inside.h"

#include "base/must.h"
#include "dispatch/codec/json_in.h"
#include "dispatch/core/digest.h"
#include "server/snapshot.h"
#include "tests/dispatch/core/sound.h"
#include "tools/sim/virtual.h"

#include <stdio.h>
#include <stdlib.h>

#define WAIT_MOST_US (2 * US_PER_HOUR)
#define WORLD STR(SCENARIO_WORLD)

struct stage_mark {
    struct engine_mark *engine;
    struct world rows;
    size_t size;
    char block[];
};

static void take_row(void *arg, const struct log_row *row)
{
    struct stage *s = arg;
    struct fault f = { 0 };
    char line[800];

    if (replay_next(&s->rows, row, &f) != OK) {
        (void)printf("row %llu: %s\n", (unsigned long long)row->seq,
                     fault_line(&f, line, sizeof(line)));
        must(false);
    }
    buf_reset(&s->row);
    buf_str(&s->row, row->data);
}

static void admin_does(struct stage *s, struct command *c)
{
    char id[24];
    int n = snprintf(id, sizeof(id), "setup-%u", ++s->next_id);

    c->id = (struct str){ .at = id, .len = (size_t)n };
    c->principal = STR("admin");
    bool done = engine_do(s->engine, c);

    must(done);
    engine_at(s->engine, engine_now(s->engine));
}

static void make_user(struct stage *s, struct str name, enum role role, uint32_t unit)
{
    struct command c = { .type = COMMAND_USER_CREATE };

    c.as.user_create =
        (struct user_create){ .username = name, .role = (uint8_t)role, .unit = { unit } };
    admin_does(s, &c);
}

static void set_up(struct stage *s, const struct town *town)
{
    struct command city = { .type = COMMAND_CITY_LOAD };
    struct command plan = { .type = COMMAND_PLAN_ACTIVATE };
    char name[AGENTS_NAME_SIZE];

    city.as.city_load.city = town->city;
    admin_does(s, &city);
    plan.as.plan_activate.plan = town->plan;
    admin_does(s, &plan);
    for (uint32_t i = 0; i < town_account_count; i++) {
        make_user(s, str_of(town_accounts[i].name), town_accounts[i].role, 0);
    }
    make_user(s, STR("operator2"), ROLE_OPERATOR, 0);
    make_user(s, STR("commander2"), ROLE_COMMANDER, 0);
    for (uint32_t i = 1; i <= town->city.units.count; i++) {
        make_user(s, agents_unit_name(i, name), ROLE_UNIT, i);
    }
}

struct stage *stage_new(const struct town *town, const struct story *story)
{
    struct stage *s = calloc(1, sizeof(*s));
    struct fault f;

    must(s != NULL);
    s->limits = (struct world_limits){ .incidents = 16,
                                       .reports = 32,
                                       .assignments = 32,
                                       .units = 16,
                                       .users = 32,
                                       .zones = 8,
                                       .types = 16,
                                       .premises = 8,
                                       .roads = 8,
                                       .alarms = 64,
                                       .rings = 8,
                                       .points = 64,
                                       .offsets = 4,
                                       .command_ids = 128 };
    const struct engine_opts o = { .world = WORLD,
                                   .limits = s->limits,
                                   .seed = 1,
                                   .start_us = START_US,
                                   .digesting = true,
                                   .on_row = take_row,
                                   .arg = s };

    buf_init(&s->row);
    buf_init(&s->scratch);
    must(replay_init(&s->rows, WORLD, &s->limits, &f) == OK);
    s->engine = engine_new(&o);
    must(s->engine != NULL);
    s->words.path = story->path;
    s->words.engine = s->engine;
    for (uint32_t k = 0; k < story->place_count; k++) {
        memcpy(&s->words.places[k], &story->places[k], sizeof(story->places[k]));
    }
    s->words.place_count = story->place_count;
    engine_begin(s->engine);
    set_up(s, town);
    return s;
}

void stage_free(struct stage *s)
{
    engine_free(s->engine);
    replay_fini(&s->rows);
    buf_fini(&s->row);
    buf_fini(&s->scratch);
    free(s);
}

struct stage_mark *stage_mark_new(struct stage *s)
{
    size_t size = world_size(&s->limits);
    struct stage_mark *m = malloc(sizeof(*m) + size);

    must(m != NULL);
    m->size = size;
    m->engine = engine_mark_new(s->engine);
    must(m->engine != NULL);
    stage_mark_set(m, s);
    return m;
}

static void *rows_block(const struct stage *s)
{
    return (void *)(((uintptr_t)s->rows.memory + 63) / 64 * 64);
}

void stage_mark_set(struct stage_mark *m, struct stage *s)
{
    engine_mark_set(m->engine, s->engine);
    m->rows = s->rows.world;
    memcpy(m->block, rows_block(s), m->size);
}

void stage_return(struct stage *s, const struct stage_mark *m)
{
    engine_return(s->engine, m->engine);
    s->rows.world = m->rows;
    memcpy(rows_block(s), m->block, m->size);
}

void stage_mark_free(struct stage_mark *m)
{
    engine_mark_free(m->engine);
    free(m);
}

/* What the command made, for who names it later. */
static void note_made(const struct decision *d, struct answer *out)
{
    for (uint32_t k = 0; k < d->count; k++) {
        const struct event *e = &d->events[k];

        if (e->kind == EVENT_ASSIGNMENT_DISPATCHED || e->kind == EVENT_ASSIGNMENT_RESERVED) {
            out->assignment =
                out->assignment != 0 ? out->assignment : e->as.assignment_made.assignment.id.n;
        } else if (e->kind == EVENT_INCIDENT_OPENED) {
            out->incident = e->as.incident_opened.incident.id.n;
        } else if (e->kind == EVENT_REPORT_RECEIVED) {
            out->report = e->as.report_received.report.id.n;
        }
    }
}

static void set_expect(struct command *c, struct str expect)
{
    unsigned n = 0;
    unsigned rev = 0;
    char text[32];

    (void)snprintf(text, sizeof(text), STR_FMT, STR_ARG(expect));
    if (sscanf(text, "i%u:%u", &n, &rev) == 2) {
        c->expect_incident.n = n;
        c->expect_rev = rev;
    }
}

static bool decide(struct stage *s, struct command *c, struct answer *out)
{
    const struct decision *d = engine_decision(s->engine);
    bool accepted = engine_do(s->engine, c);

    *out = (struct answer){
        .accepted = accepted, .again = d->repeated, .refusal = d->refusal, .seq = d->seq
    };
    if (accepted) {
        memcpy(out->hash8, engine_world(s->engine)->hash.at, sizeof(out->hash8));
        note_made(d, out);
    } else if (d->repeated) {
        memcpy(out->hash8, d->hash8, sizeof(out->hash8));
    }
    return true;
}

static bool read_and_decide(struct stage *s, const char *where, struct command *c,
                            const struct json_doc *doc, struct answer *out)
{
    const struct json_in in = { .world = WORLD,
                                .arena = engine_arena(s->engine),
                                .random = engine_random,
                                .random_arg = s->engine };
    struct fault f = { 0 };
    char line[800];

    if (json_in_struct_with(command_infos[c->type].shape, doc, &in, &c->as, &f) != OK) {
        (void)printf("%s: the door refuses: %s\n", where, fault_line(&f, line, sizeof(line)));
        return false;
    }
    return decide(s, c, out);
}

bool stage_send(struct stage *s, const char *where, struct str principal, struct str word,
                struct str rest, struct str id, struct answer *out)
{
    struct command c = { .principal = principal, .id = id, .type = command_find(word) };
    struct str own_id = { 0 };
    struct str expect = { 0 };
    struct json_doc *doc = NULL;
    struct fault f;

    engine_at(s->engine, engine_now(s->engine));
    buf_reset(&s->scratch);
    if (c.type == COMMAND_NONE || !runner_data(&s->words, rest, &s->scratch, &own_id, &expect) ||
        json_doc_parse(buf_view(&s->scratch), &doc, &f) != OK) {
        (void)printf("%s: no such command, or not key=value: " STR_FMT "\n", where, STR_ARG(rest));
        return false;
    }
    set_expect(&c, expect);
    c.id = str_is(principal, "system") ? (struct str){ 0 } : c.id;
    bool good = read_and_decide(s, where, &c, doc, out);

    json_doc_free(doc);
    return good;
}

static bool before_command(struct stage *s, const char *where, struct str rest)
{
    struct answer answer;
    char id[24];
    int n = snprintf(id, sizeof(id), "before-%u", ++s->next_id);
    struct str principal = runner_word(&rest);
    struct str word = runner_word(&rest);

    if (!stage_send(s, where, principal, word, rest, (struct str){ .at = id, .len = (size_t)n },
                    &answer)) {
        return false;
    }
    if (!answer.accepted) {
        (void)printf("%s: refused before the story begins: %s\n", where,
                     refusal_infos[answer.refusal].code);
    }
    return answer.accepted;
}

bool stage_begin(struct stage *s, const struct story *story)
{
    for (uint32_t k = 0; k < story->before_count; k++) {
        struct str rest = story->before[k].text;
        struct str mark = runner_word(&rest);
        char where[300];
        int64_t us;

        (void)snprintf(where, sizeof(where), "%s:%u", story->path, story->before[k].line);
        if (str_is(mark, ">")) {
            if (!before_command(s, where, rest)) {
                return false;
            }
            continue;
        }
        if (!runner_duration(runner_word(&rest), &us)) {
            (void)printf("%s: not a duration\n", where);
            return false;
        }
        int64_t until = engine_now(s->engine) + us;

        while (engine_due(s->engine) != 0 && engine_due(s->engine) <= until) {
            engine_at(s->engine, engine_due(s->engine));
            stage_tick(s);
        }
        engine_at(s->engine, until);
    }
    return true;
}

bool stage_wait(struct stage *s)
{
    int64_t due = engine_due(s->engine);
    int64_t now = engine_now(s->engine);

    if (due == 0 || due <= now || due > now + WAIT_MOST_US) {
        return false;
    }
    engine_at(s->engine, due);
    return true;
}

bool stage_due(struct stage *s)
{
    int64_t due = engine_due(s->engine);

    return due != 0 && due <= engine_now(s->engine);
}

void stage_tick(struct stage *s)
{
    struct buf rows;

    buf_init(&rows);
    while (stage_due(s)) {
        bool done = engine_tick(s->engine);

        must(done); /* else what is due stays due for ever */
        buf_str(&rows, buf_view(&s->row));
    }
    buf_reset(&s->row);
    buf_str(&s->row, buf_view(&rows));
    buf_fini(&rows);
}

struct str stage_row(const struct stage *s)
{
    return buf_view(&s->row);
}

static bool same(struct digest a, struct digest b)
{
    return a.lane[0] == b.lane[0] && a.lane[1] == b.lane[1];
}

static void look_at_image(struct stage *s, struct buf *wrong)
{
    struct replay image;
    struct buf b;
    struct fault f;

    buf_init(&b);
    snapshot_write(&b, &s->rows.world, NULL);
    must(buf_ok(&b) && replay_init(&image, WORLD, &s->limits, &f) == OK);
    if (snapshot_read(buf_view(&b), &image.world, NULL, &image.arena, &f) != OK ||
        !same(digest_computed(&image.world), digest_computed(&s->rows.world))) {
        buf_text(wrong, "an image of the world is read back as another one\n");
    }
    replay_fini(&image);
    buf_fini(&b);
}

void stage_look(struct stage *s, bool image, struct buf *wrong)
{
    struct world *w = engine_world(s->engine);

    sound_look(w, engine_now(s->engine), !stage_due(s), wrong);
    if (!same(digest_computed(w), digest_computed(&s->rows.world))) {
        buf_text(wrong, "the rows make another world\n");
    }
    if (image) {
        look_at_image(s, wrong);
    }
}

struct world *stage_world(struct stage *s)
{
    return engine_world(s->engine);
}
