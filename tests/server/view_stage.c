#include "tests/server/view_stage.h"

#include "dispatch/core/deadlines.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

struct personal_in stage_words(const char *text)
{
    struct personal_in in = { .value = str_of(text), .salt = { 4, 5, 6 } };
    hash_sha256((struct str){ .at = (const char *)in.salt, .len = sizeof(in.salt) }, in.value,
                &in.hash);
    return in;
}

struct place_in stage_place(int32_t lon, int32_t lat)
{
    return (struct place_in){
        .state = PLACE_KNOWN, .lon = lon, .lat = lat, .address = stage_words(PLANTED_ADDRESS)
    };
}

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
    s->side = side_new(&s->view->world.limits, STR("live"));
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

/* ---- random commands ---- */

static uint32_t pick(struct prng *p, uint32_t n)
{
    return (uint32_t)prng_below(p, n);
}

static uint32_t some_id(struct prng *p, uint32_t next)
{
    uint32_t back = pick(p, 12);
    return back + 1 < next ? next - 1 - back : 1;
}

static struct place_in some_place(struct prng *p)
{
    static const uint8_t states[] = { PLACE_KNOWN,       PLACE_KNOWN,   PLACE_KNOWN,
                                      PLACE_APPROXIMATE, PLACE_UNKNOWN, PLACE_WITHHELD };
    struct place_in in =
        stage_place(1226100000 + (int32_t)pick(p, 1900000), 294100000 + (int32_t)pick(p, 600000));
    in.state = states[pick(p, sizeof(states))];
    in.protected = pick(p, 8) == 0;
    in.detail = stage_words("植字楼 4 单元");
    return in;
}

static struct str some_type(struct stage *s, struct prng *p)
{
    const struct world *w = &s->bed.live->world;
    return pick(p, 8) == 0 ? (struct str){ 0 } : text_str(&w->types[pick(p, w->type_count)].code);
}

static void make_report(struct stage *s, struct prng *p, struct command *c)
{
    c->type = COMMAND_REPORT_RECEIVE;
    struct report_receive *r = &c->as.report_receive;
    *r = (struct report_receive){ .channel = (uint8_t)pick(p, CHANNEL_COUNT),
                                  .type = some_type(s, p),
                                  .place = some_place(p),
                                  .narrative = stage_words(PLANTED_WORDS),
                                  .cues = { .weapon = pick(p, 6) == 0, .injured = pick(p, 4) == 0 },
                                  .no_open = pick(p, 4) == 0,
                                  .on_scene = pick(p, 15) == 0 };
    r->caller.name = stage_words(PLANTED_NAME);
    r->caller.phone = stage_words(PLANTED_PHONE);
    r->external_id = STR("ext-植-1");
    r->unit.n = r->on_scene ? 1 + pick(p, 12) : 0;
    r->incident.n = pick(p, 6) == 0 ? some_id(p, s->bed.live->world.next_incident) : 0;
}

static void make_order(struct stage *s, struct prng *p, struct command *c)
{
    static struct unit_ref refs[2];
    incident_id i = { some_id(p, s->bed.live->world.next_incident) };
    refs[0].unit.n = 1 + pick(p, 12);
    refs[1].unit.n = 13 - refs[0].unit.n;
    struct list units = { .at = refs, .count = 1 + pick(p, 2) };
    if (pick(p, 4) == 0) {
        c->type = COMMAND_ASSIGNMENT_RESERVE;
        c->as.assignment_reserve = (struct assignment_reserve){ .incident = i, .units = units };
        return;
    }
    c->type = COMMAND_ASSIGNMENT_DISPATCH;
    c->as.assignment_dispatch = (struct assignment_dispatch){ .incident = i, .units = units };
}

static void make_progress(struct stage *s, struct prng *p, struct command *c)
{
    static const uint8_t steps[] = { ASSIGNMENT_EN_ROUTE, ASSIGNMENT_ON_SCENE,
                                     ASSIGNMENT_ON_SCENE, ASSIGNMENT_TRANSPORTING,
                                     ASSIGNMENT_CLEARED,  ASSIGNMENT_CLEARED };
    assignment_id a = { some_id(p, s->bed.live->world.next_assignment) };
    switch (pick(p, 9)) {
    case 0:
    case 1:
        c->type = COMMAND_ASSIGNMENT_ACKNOWLEDGE;
        c->as.assignment_acknowledge.assignment = a;
        return;
    case 2:
        c->type = COMMAND_ASSIGNMENT_DECLINE;
        c->as.assignment_decline =
            (struct assignment_decline){ .assignment = a, .reason = DECLINE_OTHER };
        return;
    case 3:
        c->type = COMMAND_ASSIGNMENT_CANCEL;
        c->as.assignment_cancel =
            (struct assignment_cancel){ .assignment = a, .reason = stage_words(PLANTED_WORDS) };
        return;
    case 4:
        c->type = COMMAND_ASSIGNMENT_FEEDBACK;
        c->as.assignment_feedback = (struct assignment_feedback){
            .assignment = a, .disposition = DISPOSITION_HANDLED, .note = stage_words(PLANTED_WORDS)
        };
        return;
    default:
        c->type = COMMAND_ASSIGNMENT_PROGRESS;
        c->as.assignment_progress =
            (struct assignment_progress){ .assignment = a, .status = steps[pick(p, 6)] };
        return;
    }
}

static void make_amend(struct stage *s, struct prng *p, struct command *c, incident_id i)
{
    c->type = COMMAND_INCIDENT_AMEND;
    c->as.incident_amend = (struct incident_amend){
        .incident = i, .type = some_type(s, p), .has_place = pick(p, 2) == 0, .place = some_place(p)
    };
}

static void make_change(struct stage *s, struct prng *p, struct command *c)
{
    incident_id i = { some_id(p, s->bed.live->world.next_incident) };
    report_id r = { some_id(p, s->bed.live->world.next_report) };
    switch (pick(p, 10)) {
    case 0:
        c->type = COMMAND_INCIDENT_NOTE;
        c->as.incident_note =
            (struct incident_note){ .incident = i, .note = stage_words(PLANTED_WORDS) };
        return;
    case 1:
        c->type = COMMAND_INCIDENT_RETIER;
        c->as.incident_retier = (struct incident_retier){ .incident = i,
                                                          .tier = (uint8_t)(1 + pick(p, 4)),
                                                          .reason = stage_words(PLANTED_WORDS) };
        return;
    case 2:
        c->type = COMMAND_INCIDENT_HOLD;
        c->as.incident_hold =
            (struct incident_hold){ .incident = i, .until = s->bed.now + 600 * US_PER_S };
        return;
    case 3:
        c->type = COMMAND_INCIDENT_REOPEN;
        c->as.incident_reopen =
            (struct incident_reopen){ .incident = i, .reason = stage_words(PLANTED_WORDS) };
        return;
    case 4:
        c->type = COMMAND_REPORT_LINK;
        c->as.report_link = (struct report_link){ .report = r, .incident = i };
        return;
    case 5:
        c->type = COMMAND_REPORT_UNLINK;
        c->as.report_unlink = (struct report_unlink){ .report = r, .no_open = pick(p, 2) == 0 };
        return;
    case 6:
        c->type = COMMAND_REPORT_SETTLE;
        c->as.report_settle = (struct report_settle){ .report = r, .outcome = OUTCOME_ANSWERED };
        return;
    case 7:
        c->type = COMMAND_INCIDENT_CLOSE;
        c->as.incident_close = (struct incident_close){ .incident = i,
                                                        .disposition = DISPOSITION_HANDLED,
                                                        .force = pick(p, 2) == 0 };
        return;
    default:
        make_amend(s, p, c, i);
        return;
    }
}

static void make_unit(struct prng *p, struct command *c)
{
    unit_id u = { 1 + pick(p, 12) };
    switch (pick(p, 7)) {
    case 0:
        c->type = COMMAND_UNIT_SIGN_OFF;
        c->as.unit_sign_off.unit = u;
        return;
    case 1:
        c->type = COMMAND_UNIT_STATUS;
        c->as.unit_status_set = (struct unit_status_set){ .unit = u,
                                                          .available = pick(p, 2) == 0,
                                                          .reason = UNIT_REASON_MEAL };
        return;
    case 2:
        c->type = COMMAND_UNIT_PANIC;
        c->as.unit_panic = (struct unit_panic){ .unit = u, .cancel = pick(p, 2) == 0 };
        return;
    case 3:
        c->type = COMMAND_UNIT_PANIC_ANSWER;
        c->as.unit_panic_answer =
            (struct unit_panic_answer){ .unit = u, .how = stage_words(PLANTED_WORDS) };
        return;
    default:
        c->type = COMMAND_UNIT_SIGN_ON;
        c->as.unit_sign_on = (struct unit_sign_on){ .unit = u, .crew = 2 };
        return;
    }
}

void stage_step(struct stage *s, struct prng *p)
{
    static const char *const senders[] = { "operator", "operator", "commander", "commander", "u1" };
    struct command c = { .type = COMMAND_NONE };
    uint32_t kind = pick(p, 24);
    if (kind == 0) {
        c.type = pick(p, 2) == 0 ? COMMAND_AUTOMATION_STOP : COMMAND_AUTOMATION_RESUME;
    } else if (kind < 6) {
        make_report(s, p, &c);
    } else if (kind < 11) {
        make_order(s, p, &c);
    } else if (kind < 16) {
        make_progress(s, p, &c);
    } else if (kind < 22) {
        make_change(s, p, &c);
    } else {
        make_unit(p, &c);
    }
    (void)stage_do(s, senders[pick(p, 5)], &c);
    stage_wait(s, s->bed.now + (int64_t)pick(p, 40) * US_PER_S);
}
