/* Laws of the world under whatever commands come: what the live world became by deciding, a second
 * one becomes from the rows' text alone; digests kept and computed agree; a unit has one active
 * assignment; a retry changes nothing. */
#include "tests/server/bed.h"

#include "base/prng.h"
#include "dispatch/core/digest.h"
#include "dispatch/core/image.h"
#include "dispatch/model/shape_clone.h"
#include "tests/suite.h"

#include <stdio.h>

#define STEPS 4000

static struct bed bed;

static uint32_t pick(struct prng *p, uint32_t n)
{
    return (uint32_t)prng_below(p, n);
}

/* A number near the newest ones, sometimes one that never was. */
static uint32_t some_id(struct prng *p, uint32_t next)
{
    uint32_t back = pick(p, 40);
    return back + 1 < next ? next - 1 - back : pick(p, 3);
}

static struct personal_in words(const char *text)
{
    struct personal_in in = { .value = str_of(text), .salt = { 1, 2, 3 } };
    hash_sha256((struct str){ .at = (const char *)in.salt, .len = sizeof(in.salt) }, in.value,
                &in.hash);
    return in;
}

static struct place_in some_place(struct prng *p)
{
    static const uint8_t states[] = { PLACE_KNOWN,       PLACE_KNOWN,   PLACE_KNOWN,
                                      PLACE_APPROXIMATE, PLACE_UNKNOWN, PLACE_WITHHELD };
    struct place_in in = { .state = states[pick(p, sizeof(states))],
                           .protected = pick(p, 10) == 0 };
    in.lon = 1226000000 + (int32_t)pick(p, 1200000);
    in.lat = 294000000 + (int32_t)pick(p, 800000);
    in.address = words("泽南路 12 号");
    if (pick(p, 4) == 0) {
        in.detail = words("3 单元 402");
    }
    return in;
}

static struct cues_in some_cues(struct prng *p)
{
    return (struct cues_in){ .weapon = pick(p, 12) == 0,
                             .injured = pick(p, 6) == 0,
                             .trapped = pick(p, 20) == 0,
                             .crowd = pick(p, 15) == 0 };
}

static struct str some_type(struct prng *p)
{
    const struct world *w = &bed.live->world;
    if (pick(p, 10) == 0) {
        return pick(p, 2) == 0 ? STR("99.99.99.98") : (struct str){ 0 };
    }
    return text_str(&w->types[pick(p, w->type_count)].code);
}

static void make_report(struct prng *p, struct command *c)
{
    c->type = COMMAND_REPORT_RECEIVE;
    struct report_receive *r = &c->as.report_receive;
    *r = (struct report_receive){ .channel = (uint8_t)pick(p, CHANNEL_COUNT),
                                  .type = some_type(p),
                                  .priority = (uint8_t)pick(p, 4),
                                  .place = some_place(p),
                                  .narrative = words("有人打架, 两个人受伤"),
                                  .cues = some_cues(p),
                                  .on_scene = pick(p, 12) == 0,
                                  .no_open = pick(p, 8) == 0 };
    r->caller.phone = words("13900000000");
    r->caller.name = words("来电人");
    if (pick(p, 6) == 0) {
        r->incident.n = some_id(p, bed.live->world.next_incident);
    }
    if (r->on_scene) {
        r->unit.n = pick(p, 50);
    }
}

static struct list some_units(struct prng *p)
{
    static struct unit_ref refs[4];
    uint32_t n = pick(p, 3);
    for (uint32_t i = 0; i < n; i++) {
        refs[i].unit.n = 1 + pick(p, 46);
    }
    return (struct list){ .at = refs, .count = n };
}

static void make_order(struct prng *p, struct command *c)
{
    incident_id i = { some_id(p, bed.live->world.next_incident) };
    if (pick(p, 5) == 0) {
        c->type = COMMAND_ASSIGNMENT_RESERVE;
        c->as.assignment_reserve =
            (struct assignment_reserve){ .incident = i, .units = some_units(p) };
        return;
    }
    c->type = COMMAND_ASSIGNMENT_DISPATCH;
    c->as.assignment_dispatch = (struct assignment_dispatch){ .incident = i,
                                                              .units = some_units(p),
                                                              .slot = (uint8_t)pick(p, 4) };
}

static void make_step(struct prng *p, struct command *c)
{
    assignment_id a = { some_id(p, bed.live->world.next_assignment) };
    switch (pick(p, 8)) {
    case 0:
    case 1:
        c->type = COMMAND_ASSIGNMENT_ACKNOWLEDGE;
        c->as.assignment_acknowledge.assignment = a;
        return;
    case 2:
        c->type = COMMAND_ASSIGNMENT_DECLINE;
        c->as.assignment_decline =
            (struct assignment_decline){ .assignment = a, .reason = DECLINE_VEHICLE };
        return;
    case 3:
        c->type = COMMAND_ASSIGNMENT_FEEDBACK;
        c->as.assignment_feedback =
            (struct assignment_feedback){ .assignment = a,
                                          .type = some_type(p),
                                          .disposition = DISPOSITION_HANDLED,
                                          .note = words("已调解") };
        return;
    case 4:
        c->type =
            pick(p, 2) == 0 ? COMMAND_ASSIGNMENT_CANCEL : COMMAND_ASSIGNMENT_ACKNOWLEDGE_CHANGE;
        c->as.assignment_cancel.assignment = a;
        return;
    default:
        c->type = COMMAND_ASSIGNMENT_PROGRESS;
        c->as.assignment_progress =
            (struct assignment_progress){ .assignment = a,
                                          .status = (uint8_t)pick(p, ASSIGNMENT_STATUS_COUNT) };
        return;
    }
}

static void make_incident(struct prng *p, struct command *c)
{
    incident_id i = { some_id(p, bed.live->world.next_incident) };
    switch (pick(p, 9)) {
    case 0:
        c->type = COMMAND_INCIDENT_AMEND;
        c->as.incident_amend = (struct incident_amend){ .incident = i,
                                                        .type = some_type(p),
                                                        .has_cues = true,
                                                        .cues = some_cues(p),
                                                        .has_place = pick(p, 3) == 0,
                                                        .place = some_place(p) };
        return;
    case 1:
        c->type = COMMAND_INCIDENT_NOTE;
        c->as.incident_note =
            (struct incident_note){ .incident = i, .note = words("报警人已离开") };
        return;
    case 2:
        c->type = COMMAND_INCIDENT_RETIER;
        c->as.incident_retier = (struct incident_retier){ .incident = i,
                                                          .tier = (uint8_t)(1 + pick(p, 4)),
                                                          .reason = words("升级") };
        return;
    case 3:
        c->type = COMMAND_INCIDENT_HOLD;
        c->as.incident_hold = (struct incident_hold){ .incident = i,
                                                      .until = bed.now + 600 * US_PER_S,
                                                      .reason = words("等回电") };
        return;
    case 4:
        c->type = COMMAND_INCIDENT_REOPEN;
        c->as.incident_reopen =
            (struct incident_reopen){ .incident = i, .reason = words("再次来电") };
        return;
    case 5:
        c->type = COMMAND_REPORT_LINK;
        c->as.report_link =
            (struct report_link){ .report = { some_id(p, bed.live->world.next_report) },
                                  .incident = i };
        return;
    case 6:
        c->type = COMMAND_REPORT_UNLINK;
        c->as.report_unlink =
            (struct report_unlink){ .report = { some_id(p, bed.live->world.next_report) },
                                    .no_open = pick(p, 2) == 0 };
        return;
    case 7:
        c->type = COMMAND_REPORT_SETTLE;
        c->as.report_settle =
            (struct report_settle){ .report = { some_id(p, bed.live->world.next_report) },
                                    .outcome = OUTCOME_ANSWERED };
        return;
    default:
        c->type = COMMAND_INCIDENT_CLOSE;
        c->as.incident_close = (struct incident_close){ .incident = i,
                                                        .disposition = DISPOSITION_HANDLED,
                                                        .force = pick(p, 3) == 0 };
        return;
    }
}

static void make_unit(struct prng *p, struct command *c)
{
    unit_id u = { 1 + pick(p, 46) };
    switch (pick(p, 8)) {
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
            (struct unit_panic_answer){ .unit = u, .how = words("电台已联系") };
        return;
    default:
        c->type = COMMAND_UNIT_SIGN_ON;
        c->as.unit_sign_on = (struct unit_sign_on){ .unit = u, .crew = 2 };
        return;
    }
}

static void step(struct prng *p)
{
    static const char *const senders[] = { "operator", "operator", "commander",
                                           "intake",   "u1",       "nobody" };
    struct command c = { .type = COMMAND_NONE };
    uint32_t kind = pick(p, 20);
    if (kind < 5) {
        make_report(p, &c);
    } else if (kind < 8) {
        make_order(p, &c);
    } else if (kind < 14) {
        make_step(p, &c);
    } else if (kind < 17) {
        make_incident(p, &c);
    } else {
        make_unit(p, &c);
    }
    for (unsigned i = 0; i < sizeof(c.content); i++) {
        c.content[i] = (uint8_t)(bed.id >> (i % 8));
    }
    (void)bed_do(&bed, senders[pick(p, 6)], &c);
    bed_wait(&bed, bed.now + (int64_t)pick(p, 30) * US_PER_S);
}

START_TEST(the_second_world_equals_the_live_one_whatever_comes)
{
    struct prng p;
    prng_seed(&p, 1000 + (uint64_t)_i);
    bed_init(&bed, 512);
    for (int n = 0; n < STEPS; n++) {
        step(&p);
        if (n % 97 == 0) {
            bed_check(&bed);
        }
    }
    bed_check(&bed);
    ck_assert_uint_gt(bed.live->world.next_assignment, 50);
    bed_fini(&bed);
}
END_TEST

static struct incident images[4096];
static uint32_t images_compared;

/* What the rows say of each incident, held against the memory while it is closed. */
static void take_images(const struct bed *b)
{
    const struct world *w = &b->live->world;
    for (uint32_t k = 0; k < b->decision->count; k++) {
        const struct event *e = &b->decision->events[k];
        uint32_t id = event_incident(e);
        ck_assert_uint_lt(id, sizeof(images) / sizeof(images[0]));
        if (id != 0) {
            image_take(&images[id], e, b->last.at_us);
        }
    }
    for (uint32_t k = 0; k < w->touched_count; k++) {
        const struct incident *i = world_incident(w, (incident_id){ w->touched[k].id });
        if (w->touched[k].table != TABLE_INCIDENT || i == NULL || i->status != INCIDENT_CLOSED) {
            continue;
        }
        struct incident was = images[i->id.n];
        was.alarmed = i->alarmed;
        ck_assert_msg(shape_equal(&incident_shape, &was, i), "incident %u", i->id.n);
        images_compared++;
    }
}

START_TEST(a_closed_incident_is_what_its_rows_say)
{
    struct prng p;
    prng_seed(&p, 4000 + (uint64_t)_i);
    memset(images, 0, sizeof(images));
    images_compared = 0;
    bed_init(&bed, 512);
    bed.on_row = take_images;
    for (int n = 0; n < STEPS; n++) {
        step(&p);
    }
    ck_assert_uint_gt(images_compared, 20);
    bed_fini(&bed);
    bed.on_row = NULL;
}
END_TEST

START_TEST(closed_incidents_leave_after_72_hours)
{
    struct prng p;
    prng_seed(&p, 7);
    bed_init(&bed, 256);
    for (int n = 0; n < 300; n++) {
        step(&p);
    }
    uint32_t i = 0;
    uint32_t closed = 0;
    for (const struct incident *x; (x = world_next_of_incidents(&bed.live->world, &i)) != NULL;) {
        closed += x->status == INCIDENT_CLOSED ? 1 : 0;
    }
    ck_assert_uint_gt(closed, 0);
    uint32_t before = bed.live->world.incidents_pool.live;
    bed_wait(&bed, bed.now + CLOSED_KEPT_US + 1);
    for (int n = 0; n < 60; n++) {
        struct command c = { .type = COMMAND_UNIT_SIGN_ON };
        c.as.unit_sign_on.unit.n = 1 + (uint32_t)n % 40;
        (void)bed_do(&bed, "commander", &c);
    }
    ck_assert_uint_eq(bed.live->world.incidents_pool.live, before - closed);
    bed_check(&bed);
    bed_fini(&bed);
}
END_TEST

START_TEST(a_retry_gets_the_first_answer_and_changes_nothing)
{
    bed_init(&bed, 64);
    struct prng p;
    prng_seed(&p, 3);
    struct command c = { .type = COMMAND_NONE };
    make_report(&p, &c);
    c.as.report_receive.type = STR("10.01.00.00");
    c.as.report_receive.incident.n = 0;
    c.as.report_receive.on_scene = false;
    ck_assert_int_eq(bed_send(&bed, "operator", "once", &c), REFUSED_NOT);
    uint64_t seq = bed.decision->seq;
    ck_assert_int_eq(bed_send(&bed, "operator", "once", &c), REFUSED_NOT);
    ck_assert(bed.decision->repeated);
    ck_assert_uint_eq(bed.decision->seq, seq);
    ck_assert_uint_eq(bed.live->world.seq, seq);
    c.content[3] ^= 1;
    ck_assert_int_eq(bed_send(&bed, "operator", "once", &c), REFUSED_ID_REUSED);
    ck_assert_int_eq(bed_send(&bed, "commander", "once", &c), REFUSED_NOT);
    ck_assert(!bed.decision->repeated);
    bed.now += COMMAND_ID_KEPT_US + 1;
    ck_assert_int_eq(bed_send(&bed, "operator", "other", &c), REFUSED_NOT);
    ck_assert_int_eq(bed_send(&bed, "operator", "once", &c), REFUSED_NOT);
    ck_assert(!bed.decision->repeated);
    bed_check(&bed);
    bed_fini(&bed);
}
END_TEST

START_TEST(a_full_table_of_closed_incidents_gives_way_to_reports)
{
    bed_init(&bed, 64);
    for (int n = 0; n < 400; n++) {
        struct command c = { .type = COMMAND_REPORT_RECEIVE };
        c.as.report_receive = (struct report_receive){
            .type = STR("10.01.00.00"),
            .place = { .state = PLACE_KNOWN, .lon = 1226300000, .lat = 294300000 }
        };
        ck_assert_int_eq(bed_do(&bed, "operator", &c), REFUSED_NOT);
        incident_id id = bed.decision->incident;
        struct command close = { .type = COMMAND_INCIDENT_CLOSE };
        close.as.incident_close =
            (struct incident_close){ .incident = id, .disposition = DISPOSITION_CANCELLED };
        ck_assert_int_eq(bed_do(&bed, "operator", &close), REFUSED_NOT);
    }
    bed_check(&bed);
    bed_fini(&bed);
}
END_TEST

static bool fresh_fix(void *arg, uint32_t unit, struct fix *out)
{
    *out = (struct fix){ .fix_at = *(const int64_t *)arg, .at = { 1226300000, 294300000 } };
    return unit == 2;
}

/* A unit that has not reported yet has no age; one that does so this moment is told from it. */
START_TEST(the_age_of_a_fix_is_left_out_where_there_is_none)
{
    bed_init(&bed, 64);
    bed.ports.arg = &bed.now;
    bed.ports.fix = fresh_fix;
    for (uint32_t k = 1; k <= 2; k++) {
        struct command on = { .type = COMMAND_UNIT_SIGN_ON };
        on.as.unit_sign_on.unit.n = k;
        ck_assert_int_eq(bed_do(&bed, "commander", &on), REFUSED_NOT);
        struct command c = { .type = COMMAND_UNIT_PANIC };
        c.as.unit_panic.unit.n = k;
        ck_assert_int_eq(bed_do(&bed, "commander", &c), REFUSED_NOT);
        buf_char(&bed.data, '\0');
        ck_assert_ptr_null(strstr(bed.data.at, "4294967295"));
        ck_assert_msg((strstr(bed.data.at, "\"position_age_ms\":1}") != NULL) == (k == 2) &&
                          (strstr(bed.data.at, "\"position_age_ms\"") != NULL) == (k == 2),
                      "%s", bed.data.at);
    }
    bed_fini(&bed);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { the_second_world_equals_the_live_one_whatever_comes, 0, 6 },
        { a_closed_incident_is_what_its_rows_say, 0, 3 },
        { closed_incidents_leave_after_72_hours, 0, 0 },
        { a_retry_gets_the_first_answer_and_changes_nothing, 0, 0 },
        { a_full_table_of_closed_incidents_gives_way_to_reports, 0, 0 },
        { the_age_of_a_fix_is_left_out_where_there_is_none, 0, 0 },
    };
    return SUITE_RUN("server/world", rows);
}
