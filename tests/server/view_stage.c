#include "tests/server/view_stage.h"

#include "dispatch/core/deadlines.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- rows ---- */

static void on_entry(void *arg, const struct frame_tags *tags, struct str entry)
{
    struct stage *s = arg;
    ck_assert_uint_lt(s->entry_count, STAGE_ENTRIES_MAX);
    struct stage_entry *e = &s->entries[s->entry_count++];
    *e = (struct stage_entry){ .tags = *tags, .text = malloc(entry.len + 1), .len = entry.len };
    memcpy(e->text, entry.at, entry.len);
    e->text[entry.len] = '\0';
}

static void forget_entries(struct stage *s)
{
    for (uint32_t k = 0; k < s->entry_count; k++) {
        free(s->entries[k].text);
    }
    s->entry_count = 0;
}

static void show_row(struct stage *s)
{
    const struct log_row *row = &s->bed.last;
    const struct frame_sink sink = { .arg = s, .put = on_entry };
    struct fault f = { .err = OK };
    ck_assert_uint_eq(row->seq, s->view->world.seq + 1);
    arena_reset(&s->arena);
    forget_entries(s);
    ck_assert_int_eq(row_read(row->data, STR("live"), &s->arena, &s->content, &f), OK);
    s->row = (struct entry_row){
        .seq = row->seq, .at = row->at_us, .world = STR("live"), .content = &s->content
    };
    row_frames_before(s->frames, &s->content);
    replay_apply(&s->view->world, row, &s->content);
    side_row(s->side, row->seq, row->at_us, &s->content);
    s->everyone = row_frames_after(s->frames, &s->row, &sink);
    if (s->on_row != NULL) {
        s->on_row(s, s->arg);
    }
}

enum refusal stage_do(struct stage *s, const char *principal, struct command *c)
{
    (void)snprintf(s->id, sizeof(s->id), "s%llu", (unsigned long long)++s->bed.id);
    enum refusal r = bed_send(&s->bed, principal, s->id, c);
    if (s->bed.live->world.seq != s->view->world.seq) {
        show_row(s);
    }
    return r;
}

void stage_wait(struct stage *s, int64_t until)
{
    struct bed *b = &s->bed;
    for (int64_t next; (next = deadlines_next(&b->live->world)) != 0 && next <= until;) {
        struct command tick = { .type = COMMAND_CLOCK_TICK };
        b->now = next > b->now ? next : b->now;
        tick.as.clock_tick.now = b->now;
        ck_assert_int_eq(stage_do(s, "system", &tick), REFUSED_NOT);
    }
    b->now = until > b->now ? until : b->now;
}

/* ---- the stage ---- */

static void lay_east(struct stage *s)
{
    static struct point corners[5] = { { 1226600000, 293900000 },
                                       { 1228000000, 293900000 },
                                       { 1228000000, 294900000 },
                                       { 1226600000, 294900000 },
                                       { 1226600000, 293900000 } };
    static struct city_ring ring = { .points = { .at = corners, .count = 5 } };
    static struct city_zone zones[2];
    static struct city_offset offset = { .from = INT64_C(694224000) * US_PER_S, .offset_min = 480 };
    struct command c = { .type = COMMAND_CITY_LOAD };
    zones[0] =
        (struct city_zone){ .code = STR("Q"), .name_zh = STR("东区"), .kind = ZONE_DISTRICT };
    zones[1] = (struct city_zone){ .code = STR("Q1"),
                                   .name_zh = STR("东区一段"),
                                   .kind = ZONE_BEAT,
                                   .parent = STR("Q"),
                                   .rings = { .at = &ring, .count = 1 } };
    c.as.city_load.city = (struct city){ .name = STR("澜浦"),
                                         .name_en = STR("Lanpu"),
                                         .offsets = { .at = &offset, .count = 1 },
                                         .zones = { .at = zones, .count = 2 } };
    ck_assert_int_eq(bed_do(&s->bed, "admin", &c), REFUSED_NOT);
}

/* The view's world begins as a copy of the second one, which its rows have made so far. */
static void copy_world(struct stage *s)
{
    const struct world *from = &s->bed.second->world;
    struct fault f = { .err = OK };
    ck_assert_int_eq(worlds_new(&from->limits, &s->view, &f), OK);
    memcpy(s->view->at, s->bed.second->at, world_size(&from->limits));
    struct world layout;
    world_init(&layout, &from->limits, s->view->at);
    struct world *w = &s->view->world;
    *w = *from;
    w->capabilities = layout.capabilities;
    w->offsets = layout.offsets;
    w->zones = layout.zones;
    w->rings = layout.rings;
    w->points = layout.points;
    w->premises = layout.premises;
    w->types = layout.types;
    w->units = layout.units;
    w->users = layout.users;
    w->reports = layout.reports;
    w->incidents = layout.incidents;
    w->assignments = layout.assignments;
    w->alarms = layout.alarms;
    w->seats = layout.seats;
    w->roads = layout.roads;
    w->users_pool.heads = layout.users_pool.heads;
    w->reports_pool.heads = layout.reports_pool.heads;
    w->incidents_pool.heads = layout.incidents_pool.heads;
    w->assignments_pool.heads = layout.assignments_pool.heads;
    w->alarms_pool.heads = layout.alarms_pool.heads;
    w->ids.at = layout.ids.at;
    w->ids.table = layout.ids.table;
    w->due.at = layout.due.at;
    w->leaving.at = layout.leaving.at;
    /* The plan is read only; its own memory is what activation fills. */
    arena_init(&w->plan_memory, (size_t)64 << 20);
}

void stage_init(struct stage *s)
{
    memset(s, 0, sizeof(*s));
    bed_init(&s->bed, 512);
    lay_east(s);
    copy_world(s);
    arena_init(&s->arena, (size_t)64 << 20);
    s->frames = row_frames_new(&s->view->world, STR("live"));
    s->side = side_new(&s->view->world.limits);
    ck_assert(s->frames != NULL && s->side != NULL);
    for (uint32_t k = 1; k <= 12; k++) {
        struct command c = { .type = COMMAND_UNIT_SIGN_ON };
        c.as.unit_sign_on = (struct unit_sign_on){ .unit = { k }, .crew = 2 };
        (void)stage_do(s, "commander", &c);
    }
}

void stage_fini(struct stage *s)
{
    forget_entries(s);
    row_frames_free(s->frames);
    side_free(s->side);
    arena_fini(&s->arena);
    worlds_free(s->view);
    bed_fini(&s->bed);
}

void stage_step(struct stage *s, struct prng *p)
{
    const struct whim w = {
        .world = &s->bed.live->world, .now = s->bed.now, .units = 12, .back = 12
    };
    const char *principal;
    struct command c;
    whim_command(&w, p, &c, &principal);
    (void)stage_do(s, principal, &c);
    stage_wait(s, s->bed.now + (int64_t)prng_below(p, 40) * US_PER_S);
}
