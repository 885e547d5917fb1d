#include "tools/explain/evidence.h"

#include "dispatch/codec/row.h"
#include "tools/sim/engine.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_LIMIT ((size_t)1 << 30)
#define CHANGES_KEPT 64

/* What held on the roads after one change of it. */
struct road_change {
    uint64_t change;
    uint32_t count;
    struct road_notice notices[ROAD_NOTICES_MAX];
};

static bool all_digits(struct str s)
{
    for (size_t k = 0; k < s.len; k++) {
        if (isdigit((unsigned char)s.at[k]) == 0) {
            return false;
        }
    }
    return s.len > 0;
}

/* "20261130-000012" as it stands in records, or "live-i12". */
static bool name_good(struct str s, struct str world)
{
    bool id = s.len > world.len + 2 && memcmp(s.at, world.at, world.len) == 0 &&
              memcmp(s.at + world.len, "-i", 2) == 0;
    if (id) {
        return all_digits((struct str){ s.at + world.len + 2, s.len - world.len - 2 });
    }
    return s.len == 15 && s.at[8] == '-' && all_digits((struct str){ s.at, 8 }) &&
           all_digits((struct str){ s.at + 9, 6 });
}

enum err evidence_init(struct evidence *e, struct str world, struct str incident, struct fault *f)
{
    struct world_limits limits = engine_limits();

    memset(e, 0, sizeof(*e));
    arena_init(&e->arena, ARENA_LIMIT);
    enum err err = replay_init(&e->replay, world, &limits, f);
    e->changes = calloc(CHANGES_KEPT, sizeof(*e->changes));
    if (err == OK && e->changes == NULL) {
        err = fault_set(f, ERR_NO_MEMORY, "no memory for the roads", NULL, NULL);
    }
    if (err == OK && !name_good(incident, world)) {
        err = fault_field(f, ERR_INVALID, "INCIDENT",
                          "\"" STR_FMT "\" is no number as 20261130-000012 and no id as " STR_FMT
                          "-i12",
                          STR_ARG(incident), STR_ARG(world));
    }
    e->wanted = incident;
    return err;
}

void evidence_fini(struct evidence *e)
{
    replay_fini(&e->replay);
    arena_fini(&e->arena);
    free(e->changes);
}

/* An incident of this row that bears the wanted name. */
static void look_for(struct evidence *e)
{
    const struct world *w = &e->replay.world;

    for (uint32_t k = 0; k < w->touched_count && e->incident.n == 0; k++) {
        const struct touched *x = &w->touched[k];
        const struct incident *i =
            x->table == TABLE_INCIDENT ? world_incident(w, (incident_id){ x->id }) : NULL;
        char number[32];
        char id[96];

        if (i == NULL) {
            continue;
        }
        (void)snprintf(number, sizeof(number), "%08u-%06u", i->number.date, i->number.count);
        (void)snprintf(id, sizeof(id), STR_FMT "-i%u", STR_ARG(e->replay.name), i->id.n);
        if (str_is(e->wanted, number) || str_is(e->wanted, id)) {
            e->incident = i->id;
            e->number = i->number;
        }
    }
}

static void keep_roads(struct evidence *e)
{
    const struct world *w = &e->replay.world;
    struct road_change *c = &e->changes[w->road_change % CHANGES_KEPT];
    uint32_t k = 0;

    if (c->change == w->road_change) {
        return;
    }
    c->change = w->road_change;
    c->count = 0;
    for (const struct road_notice *n; (n = world_next_of_roads(w, &k)) != NULL;) {
        c->notices[c->count++] = *n;
    }
}

/* The change of the roads behind "road/1:1a2b3c4d+17"; 0: none. */
static uint64_t change_of(struct str engine)
{
    const char *plus = memchr(engine.at, '+', engine.len);
    uint64_t change = 0;

    for (const char *c = plus; c != NULL && ++c < engine.at + engine.len;) {
        change = change * 10 + (uint64_t)(*c - '0') % 10;
    }
    return change;
}

/* The roads that the engine's name tells of, as far as they are kept. */
static bool take_roads(struct evidence *e, struct evidence_advice *a)
{
    uint64_t change = change_of(text_str(&a->said.engine));
    const struct road_change *c = &e->changes[change % CHANGES_KEPT];

    a->roads_known = change == 0 || c->change == change;
    if (change == 0 || !a->roads_known || c->count == 0) {
        return true;
    }
    a->limits = arena_alloc(&e->arena, c->count * sizeof(*a->limits));
    struct point(*points)[ROAD_POINTS_MAX] = arena_alloc(&e->arena, c->count * sizeof(*points));
    if (a->limits == NULL || points == NULL) {
        return false;
    }
    for (uint32_t k = 0; k < c->count; k++) {
        const struct road_notice *n = &c->notices[k];

        memcpy(points[k], n->points, sizeof(n->points));
        a->limits[k] = (struct road_limit){ .id = n->id.n,
                                            .percent = n->percent,
                                            .area = n->area,
                                            .point_count = n->point_count,
                                            .points = points[k] };
    }
    a->limit_count = c->count;
    return true;
}

static void choice_of(const struct incident_recommended *r, const struct slot_advice *s,
                      struct slot_choice *out)
{
    const struct considered_unit *units = s->considered.at;

    *out = (struct slot_choice){ .slot = s->slot,
                                 .police_type = s->police_type,
                                 .capability = text_str(&s->capability),
                                 .tier = r->tier,
                                 .work_ms = r->work_ms,
                                 .price = { .first = s->first,
                                            .limit_ms = r->limit_ms,
                                            .waited_ms = r->waited_ms,
                                            .calls = r->calls,
                                            .cover = r->cover },
                                 .joint = r->joint,
                                 .leave = s->leave,
                                 .chosen = s->chosen.n };
    for (uint32_t k = 0; k < s->considered.count && k < CONSIDERED_MAX; k++) {
        out->considered[k] = units[k].as;
        out->considered[k].unit = units[k].unit.n;
        out->considered_count++;
    }
}

static enum err no_memory(struct fault *f)
{
    return fault_set(f, ERR_NO_MEMORY, "no memory for the evidence", NULL, NULL);
}

static enum err add(struct evidence *e, const struct log_row *row,
                    const struct incident_recommended *said, struct fault *f)
{
    const struct incident *i = world_incident(&e->replay.world, e->incident);
    const struct slot_advice *slots = said->slots.at;
    struct evidence_advice *a = arena_alloc(&e->arena, sizeof(*a));

    if (a == NULL) {
        return no_memory(f);
    }
    *a = (struct evidence_advice){
        .seq = row->seq, .at = row->at_us, .said = *said, .slot_count = said->slots.count
    };
    a->slots = arena_alloc(&e->arena, (a->slot_count + 1) * sizeof(*a->slots));
    if (a->slots == NULL || !take_roads(e, a)) {
        return no_memory(f);
    }
    if (i != NULL) {
        a->place = i->place;
        a->tier = i->tier;
    }
    for (uint32_t k = 0; k < a->slot_count; k++) {
        a->slots[k] = (struct evidence_slot){ .advice = slots[k], .etas = AGAIN_NOT_AT_HAND };
        choice_of(said, &a->slots[k].advice, &a->slots[k].stored);
    }
    if (e->last != NULL) {
        e->last->next = a;
    } else {
        e->first = a;
    }
    e->last = a;
    return OK;
}

/* Recommendations of the incident in this row. */
static enum err collect(struct evidence *e, const struct log_row *row, struct fault *f)
{
    static const char word[] = "\"incident.recommended\"";
    struct row_content content;

    if (e->incident.n == 0 || memmem(row->data.at, row->data.len, word, sizeof(word) - 1) == NULL) {
        return OK;
    }
    char *copy = arena_alloc(&e->arena, row->data.len + 1);
    if (copy == NULL) {
        return no_memory(f);
    }
    memcpy(copy, row->data.at, row->data.len);
    enum err err =
        row_read((struct str){ copy, row->data.len }, e->replay.name, &e->arena, &content, f);
    for (uint32_t k = 0; err == OK && k < content.count; k++) {
        const struct event *ev = &content.events[k];

        if (ev->kind == EVENT_INCIDENT_RECOMMENDED &&
            ev->as.incident_recommended.incident.n == e->incident.n) {
            err = add(e, row, &ev->as.incident_recommended, f);
        }
    }
    return err;
}

enum err evidence_row(struct evidence *e, const struct log_row *row, struct fault *f)
{
    enum err err = replay_next(&e->replay, row, f);

    if (err != OK) {
        return err;
    }
    keep_roads(e);
    if (e->incident.n == 0) {
        look_for(e);
    }
    return collect(e, row, f);
}

static void rank(struct evidence_advice *a, struct evidence_slot *s)
{
    struct str weights = text_str(&a->said.weights);
    struct slot_choice again;
    bool could;

    if (str_is(weights, RECOMMEND_WEIGHTS) || str_is(weights, RECOMMEND_WEIGHTS_ALONE)) {
        could = recommend_again(&s->stored, a->said.coarse, &again);
    } else if (str_is(weights, RECOMMEND_WEIGHTS_BEFORE)) {
        could = recommend_again_w3(&s->stored, a->said.coarse, &again);
    } else {
        s->ranking = AGAIN_OTHER_VERSION;
        return;
    }
    s->differs = could ? recommend_differs(&s->stored, &again) : "input";
    s->ranking = s->differs == NULL ? AGAIN_EQUAL : AGAIN_DIFFERS;
}

static bool spoken_of_later(const struct evidence_advice *a, uint8_t slot)
{
    for (a = a->next; a != NULL; a = a->next) {
        for (uint32_t k = 0; k < a->slot_count; k++) {
            if (a->slots[k].advice.slot == slot) {
                return true;
            }
        }
    }
    return false;
}

enum err evidence_rank(struct evidence *e, struct fault *f)
{
    if (e->incident.n == 0) {
        return fault_field(f, ERR_NOT_FOUND, "INCIDENT", "the log has no incident " STR_FMT,
                           STR_ARG(e->wanted));
    }
    for (struct evidence_advice *a = e->first; a != NULL; a = a->next) {
        for (uint32_t k = 0; k < a->slot_count; k++) {
            rank(a, &a->slots[k]);
            a->slots[k].newest = !spoken_of_later(a, a->slots[k].advice.slot);
        }
    }
    return OK;
}
