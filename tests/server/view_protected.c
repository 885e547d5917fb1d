/* Laws of protected values: the access is recorded before they leave, while the database is down
 * too. View and auth threads as on a server. */
#include "tests/server/view_house.h"
#include "tests/sql/cluster.h"
#include "tests/suite.h"

#include <stdio.h>
#include <sys/stat.h>

static incident_id receive(const char *principal)
{
    struct command c = { .type = COMMAND_REPORT_RECEIVE };
    struct report_receive *r = &c.as.report_receive;
    *r = (struct report_receive){ .type = text_str(&stage.bed.live->world.types[0].code),
                                  .place = whim_place(1226300000, 294300000),
                                  .narrative = whim_words(PLANTED_WORDS) };
    r->caller.name = whim_words(PLANTED_NAME);
    ck_assert_int_eq(stage_do(&stage, principal, &c), REFUSED_NOT);
    return stage.bed.decision->incident;
}

/* The commander is alarmed as soon as the access is recorded, by who starts anew as well. */
static void check_glass_told(incident_id other)
{
    struct command c;
    char copy[4096];
    (void)snprintf(copy, sizeof(copy), "%s", house.body.at);
    char *line = strchr(copy, '\n');
    *line++ = '\0';
    ck_assert(!told_core(&c));
    ck_assert_int_eq(do_auth(AUTH_PROTECTED, other.n, STR("operator"), str_of(copy), str_of(line)),
                     OK);
    for (int again = 0; again < 2; again++) {
        wait_told(&c);
        ck_assert_int_eq(c.type, COMMAND_GLASS_WARN);
        ck_assert_uint_eq(c.as.glass_warn.incident.n, other.n);
        ck_assert(str_is(c.as.glass_warn.person, "operator"));
        ck_assert_uint_eq(c.as.glass_warn.purpose, PURPOSE_CALLBACK);
        ck_assert(!told_core(&c));
        if (again == 0) {
            house_restart_auth();
        }
    }
}

/* An incident of somebody else's. */
static void check_glass(incident_id other)
{
    ck_assert_int_eq(do_read(READ_PROTECTED_REFS, other.n, "operator", "purpose=callback"),
                     ERR_FORBIDDEN);
    ck_assert_msg(strstr(house.body.at, "\nbreak=true") != NULL, "%s", house.body.at);
    ck_assert_int_eq(
        do_read(READ_PROTECTED_REFS, other.n, "operator", "purpose=callback\nbreak=true"),
        ERR_INVALID);
    ck_assert_msg(strstr(house.body.at, "\n\nreason") != NULL, "%s", house.body.at);
    ck_assert_int_eq(do_read(READ_PROTECTED_REFS, other.n, "operator",
                             "purpose=callback\nbreak=true\nreason=ring 139-0000-0042"),
                     ERR_INVALID);
    ck_assert_int_eq(do_read(READ_PROTECTED_REFS, other.n, "operator",
                             "purpose=callback\nbreak=true\nreason=the owner is away"),
                     OK);
    ck_assert_ptr_eq(strstr(house.body.at, "break callback: the owner is away\n"), house.body.at);
    check_glass_told(other);
}

START_TEST(protected_values_leave_after_their_access_is_recorded)
{
    struct str line;
    house_open();
    incident_id id = receive("operator");
    ck_assert_int_eq(do_read(READ_PROTECTED_REFS, id.n, "operator", ""), ERR_INVALID);
    ck_assert_int_eq(do_read(READ_PROTECTED_REFS, id.n, "operator", "purpose=look"), ERR_INVALID);
    ck_assert_int_eq(do_read(READ_PROTECTED_REFS, id.n, "u1", "purpose=locate"), ERR_NOT_FOUND);
    ck_assert_int_eq(do_read(READ_PROTECTED_REFS, id.n, "commander", "purpose=review"), OK);
    ck_assert_int_eq(do_read(READ_PROTECTED_REFS, id.n, "operator",
                             "purpose=callback\nreason=the line was cut\nbreak=true"),
                     OK);
    char copy[4096];
    (void)snprintf(copy, sizeof(copy), "%s", house.body.at);
    line = str_of(strchr(copy, '\n') + 1);
    struct str purpose = { copy, (size_t)(line.at - copy) - 1 };
    /* The owner has nothing to break. */
    ck_assert_msg(str_is(purpose, "callback: the line was cut"), "%s", copy);
    ck_assert_int_eq(do_auth(AUTH_PROTECTED, id.n, STR("operator"), STR("look"), line),
                     ERR_INVALID);
    ck_assert_int_eq(do_auth(AUTH_PROTECTED, id.n, STR("operator"), purpose, line), OK);
    ck_assert_msg(strstr(house.body.at, PLANTED_NAME) != NULL &&
                      strstr(house.body.at, PLANTED_WORDS) != NULL,
                  "%s", house.body.at);
    ck_assert_ptr_null(strstr(house.body.at, "missing"));
    ck_assert_int_eq(cluster_sql("live", "SELECT count(*) FROM access_log WHERE actor = 'operator' "
                                         "AND purpose = 'callback: the line was cut'"),
                     1);
    check_glass(receive("commander"));
    cluster_stop();
    ck_assert_int_eq(do_auth(AUTH_PROTECTED, id.n, STR("operator"), purpose, line),
                     ERR_LOG_UNAVAILABLE);
    ck_assert_ptr_null(strstr(house.body.at, PLANTED_NAME));
    cluster_start(NULL);
    house_close();
}
END_TEST

/* ---- while the database is down ---- */

static char spool_path[640];

/* The house with a folder for the spool. */
static void open_house_with_spool(void)
{
    house_open();
    (void)snprintf(house.conf.snapshot_dir, sizeof(house.conf.snapshot_dir), "%s/spool-XXXXXX",
                   getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(house.conf.snapshot_dir));
    (void)snprintf(spool_path, sizeof(spool_path), "%s/access-spool-live", house.conf.snapshot_dir);
}

static void close_house_with_spool(void)
{
    char command[640];
    (void)snprintf(command, sizeof(command), "rm -r '%s'", house.conf.snapshot_dir);
    house_close();
    ck_assert_int_eq(system(command), 0);
}

static long spool_size(void)
{
    struct stat st;
    return stat(spool_path, &st) == 0 ? (long)st.st_size : -1;
}

/* Both steps, as a gateway joins them. */
static enum err read_fields(const char *principal, incident_id id, const char *query)
{
    char copy[4096];
    enum err err = do_read(READ_PROTECTED_REFS, id.n, principal, query);
    if (err != OK) {
        return err;
    }
    (void)snprintf(copy, sizeof(copy), "%s", house.body.at);
    char *line = strchr(copy, '\n');
    *line++ = '\0';
    return do_auth(AUTH_PROTECTED, id.n, str_of(principal), str_of(copy), str_of(line));
}

static bool body_has(const char *text)
{
    return strstr(house.body.at, text) != NULL;
}

/* What is wanted is read a few hundred ms after it became durable. */
static void wait_at_hand(uint32_t values)
{
    for (int n = 0; auth_at_hand(house.auth) != values; n++) {
        ck_assert_msg(n < 3000, "%u values at hand, not %u", auth_at_hand(house.auth), values);
        pause_ms(10);
    }
}

static void send_unit(incident_id id, uint32_t unit)
{
    struct command c = { .type = COMMAND_ASSIGNMENT_DISPATCH };
    unit_id units[] = { { unit } };
    c.as.assignment_dispatch.incident = id;
    c.as.assignment_dispatch.units = (struct list){ units, 1 };
    ck_assert_int_eq(stage_do(&stage, "commander", &c), REFUSED_NOT);
}

static void check_alarm_told_of(incident_id id, report_id report)
{
    struct command c;
    do {
        wait_told(&c);
    } while (c.type == COMMAND_USER_PRESENCE);
    ck_assert_int_eq(c.type, COMMAND_GLASS_WARN);
    ck_assert(c.as.glass_warn.spooled);
    ck_assert_uint_eq(c.as.glass_warn.incident.n, id.n);
    ck_assert_uint_eq(c.as.glass_warn.report.n, report.n);
    ck_assert(str_is(c.as.glass_warn.person, "operator"));
    ck_assert_int_eq(stage_do(&stage, "system", &c), REFUSED_NOT);
    bool stands = false;
    uint32_t n = 0;
    for (const struct alarm *x;
         (x = world_next_of_alarms(&stage.bed.live->world, &n)) != NULL && !stands;) {
        stands = x->kind == ALARM_ACCESS_SPOOLED && x->incident.n == id.n &&
                 x->report.n == report.n && str_is(text_str(&x->person), "operator") &&
                 x->owner.len == 0;
    }
    ck_assert(stands);
}

static void check_alarm_told(incident_id id)
{
    check_alarm_told_of(id, (report_id){ 0 });
}

START_TEST(while_the_database_is_down_the_owner_still_sees_the_caller_and_it_is_recorded)
{
    open_house_with_spool();
    house_restart_auth();
    incident_id old = receive("operator");
    incident_id other = receive("commander");
    wait_at_hand(4);
    incident_id id = receive("operator"); /* opened a moment before */
    wait_at_hand(6);
    ck_assert_int_eq(spool_size(), 0);
    cluster_stop();
    ck_assert_int_eq(read_fields("operator", id, "purpose=callback"), OK);
    ck_assert_msg(body_has(PLANTED_NAME) && body_has(PLANTED_WORDS) && body_has("\"spooled\":true"),
                  "%s", house.body.at);
    ck_assert(!body_has("later"));
    ck_assert_int_gt(spool_size(), 0);
    ck_assert_int_eq(read_fields("operator", old, "purpose=locate\nreason=door code"), OK);
    long spooled = spool_size();
    ck_assert_int_eq(read_fields("commander", id, "purpose=review"), ERR_LOG_UNAVAILABLE);
    ck_assert(!body_has(PLANTED_NAME));
    ck_assert_int_eq(
        read_fields("operator", other, "purpose=callback\nbreak=true\nreason=the owner is away"),
        ERR_LOG_UNAVAILABLE);
    ck_assert(!body_has(PLANTED_NAME));
    ck_assert_int_eq(spool_size(), spooled);
    cluster_start(NULL);
    check_alarm_told(id);
    check_alarm_told(old);
    ck_assert_int_eq(spool_size(), 0);
    ck_assert_int_eq(
        cluster_sql("live", "SELECT count(*) FROM access_log WHERE spooled IS NOT NULL"), 2);
    ck_assert_int_eq(
        cluster_sql("live", "SELECT count(*) FROM access_log WHERE actor = 'operator' AND purpose "
                            "= 'locate: door code' AND spooled IS NOT NULL"),
        1);
    ck_assert_int_eq(read_fields("operator", id, "purpose=callback"), OK);
    ck_assert(!body_has("spooled"));
    close_house_with_spool();
}
END_TEST

START_TEST(an_assigned_unit_sees_the_caller_too_and_nobody_what_is_closed_or_erased)
{
    open_house_with_spool();
    house_restart_auth();
    incident_id id = receive("operator");
    incident_id closed = receive("operator");
    incident_id erased = receive("operator");
    send_unit(id, 1);
    wait_at_hand(6);
    ck_assert_int_eq(
        cluster_sql("live", "WITH gone AS (DELETE FROM personal WHERE seq = (SELECT max(seq) FROM "
                            "personal) RETURNING ref, kind), told AS (INSERT INTO erasure (ref, "
                            "kind, rule, by) SELECT ref, kind, 'a wish', 'dpo' FROM gone "
                            "RETURNING 1) SELECT count(*) FROM told"),
        2);
    struct command c = { .type = COMMAND_INCIDENT_CLOSE };
    c.as.incident_close =
        (struct incident_close){ .incident = closed, .disposition = DISPOSITION_CANCELLED };
    ck_assert_int_eq(stage_do(&stage, "operator", &c), REFUSED_NOT);
    pause_ms(7000); /* the next look for what was erased */
    cluster_stop();
    ck_assert_int_eq(read_fields("u1", id, "purpose=locate"), OK);
    ck_assert(body_has(PLANTED_NAME) && body_has("\"spooled\":true"));
    ck_assert_int_eq(read_fields("u1", erased, "purpose=locate"), ERR_NOT_FOUND);
    ck_assert_int_eq(read_fields("operator", closed, "purpose=review"), ERR_LOG_UNAVAILABLE);
    ck_assert_int_eq(read_fields("operator", erased, "purpose=review"), OK);
    ck_assert_msg(body_has("\"rule\":\"a wish\"") && !body_has(PLANTED_NAME), "%s", house.body.at);
    cluster_start(NULL);
    close_house_with_spool();
}
END_TEST

START_TEST(without_a_place_to_spool_nothing_is_shown)
{
    house_open();
    incident_id id = receive("operator");
    wait_at_hand(2);
    cluster_stop();
    ck_assert_int_eq(read_fields("operator", id, "purpose=callback"), ERR_LOG_UNAVAILABLE);
    ck_assert(!body_has(PLANTED_NAME));
    cluster_start(NULL);
    house_close();
}
END_TEST

#define BREAK "purpose=callback\nbreak=true\nreason=the owner is away"

START_TEST(the_glass_is_broken_ten_times_an_hour_and_never_in_silence)
{
    house_open();
    incident_id id = receive("commander");
    for (int n = 0; n < 10; n++) {
        ck_assert_int_eq(read_fields("operator", id, BREAK), OK);
    }
    ck_assert_int_eq(read_fields("operator", id, BREAK), ERR_TOO_MANY);
    ck_assert(!body_has(PLANTED_NAME));
    ck_assert_uint_gt(house.auth_done.retry_after_s, 3500);
    ck_assert_uint_le(house.auth_done.retry_after_s, 3601);
    ck_assert_int_eq(read_fields("commander", id, "purpose=review"), OK);
    struct pool *alarms = &house.world->world.alarms_pool;
    uint32_t cap = alarms->cap;
    alarms->cap = alarms->live + 1;
    ck_assert_int_eq(read_fields("operator", id, BREAK), ERR_FULL);
    alarms->cap = cap;
    house_close();
}
END_TEST

static void say(struct command c, enum refusal expected)
{
    ck_assert_int_eq(stage_do(&stage, "operator", &c), expected);
}

/* What the answer to a reading has of a report's fields. */
static enum err read_report(const char *principal, report_id id, const char *query)
{
    char copy[8192];
    enum err err = do_read(READ_REPORT_REFS, id.n, principal, query);
    if (err != OK) {
        return err;
    }
    (void)snprintf(copy, sizeof(copy), "%s", house.body.at);
    char *line = strchr(copy, '\n');
    *line++ = '\0';
    return do_auth(AUTH_PROTECTED, id.n, str_of(principal), str_of(copy), str_of(line));
}

/* Nobody has dispatched to it yet, but its caller must be rung. */
START_TEST(a_report_without_an_incident_is_read_by_who_must_call_back)
{
    struct command c = { .type = COMMAND_REPORT_RECEIVE };
    house_open();
    c.as.report_receive = (struct report_receive){ .call = CALL_SILENT };
    c.as.report_receive.caller.phone = whim_words(PLANTED_PHONE);
    say(c, REFUSED_NOT);
    report_id id = stage.bed.decision->report;
    ck_assert_uint_eq(stage.bed.decision->incident.n, 0);
    c = (struct command){ .type = COMMAND_REPORT_CONTACT };
    c.as.report_contact = (struct report_contact){ .report = id,
                                                   .result = CONTACT_RESULT_NO_ANSWER,
                                                   .note = whim_words("植响三声") };
    say(c, REFUSED_NOT);
    c = (struct command){ .type = COMMAND_REPORT_MESSAGE };
    c.as.report_message = (struct report_message){ .report = id,
                                                   .from_caller = true,
                                                   .text = whim_words("植在后门") };
    say(c, REFUSED_NOT);
    c = (struct command){ .type = COMMAND_REPORT_AMEND };
    c.as.report_amend = (struct report_amend){ .report = id, .narrative = whim_words("植后来说") };
    say(c, REFUSED_NOT);
    ck_assert_int_eq(read_report("operator", id, "purpose=callback"), OK);
    ck_assert_msg(body_has("\"report\":\"live-r") && body_has(PLANTED_PHONE) &&
                      body_has("植响三声") && body_has("植在后门") && body_has("植后来说"),
                  "%s", house.body.at);
    ck_assert(body_has("message_in@") && body_has("contact_note@") && body_has("narrative@"));
    ck_assert_int_eq(read_report("commander", id, "purpose=review"), OK);
    ck_assert_int_eq(read_report("u1", id, "purpose=callback"), ERR_NOT_FOUND);
    ck_assert_int_eq(read_report("operator", (report_id){ id.n + 9 }, "purpose=callback"),
                     ERR_NOT_FOUND);
    ck_assert_int_eq(read_report("operator", id, "purpose=look"), ERR_INVALID);
    ck_assert_int_eq(cluster_sql("live", "SELECT count(*) FROM access_log WHERE incident LIKE "
                                         "'live-r%'"),
                     2);
    house_close();
}
END_TEST

static report_id take_silent_call(const char *who)
{
    struct command c = { .type = COMMAND_REPORT_RECEIVE };
    c.as.report_receive = (struct report_receive){ .call = CALL_SILENT };
    c.as.report_receive.caller.phone = whim_words(PLANTED_PHONE);
    ck_assert_int_eq(stage_do(&stage, who, &c), REFUSED_NOT);
    ck_assert_uint_eq(stage.bed.decision->incident.n, 0);
    return stage.bed.decision->report;
}

/* The number of a caller who must be rung back is needed most when nothing works. */
START_TEST(while_the_database_is_down_a_report_without_an_incident_is_at_hand_too)
{
    struct command c = { .type = COMMAND_REPORT_SETTLE };
    open_house_with_spool();
    report_id id = take_silent_call("operator");
    report_id settled = take_silent_call("operator");
    report_id linked = take_silent_call("operator");
    wait_at_hand(3);
    c.as.report_settle = (struct report_settle){ .report = settled,
                                                 .outcome = OUTCOME_NO_CONTACT,
                                                 .note = whim_words("植三次") };
    ck_assert_int_eq(stage_do(&stage, "operator", &c), REFUSED_NOT);
    incident_id incident = receive("operator");
    c = (struct command){ .type = COMMAND_REPORT_LINK };
    c.as.report_link = (struct report_link){ .report = linked, .incident = incident };
    ck_assert_int_eq(stage_do(&stage, "operator", &c), REFUSED_NOT);
    wait_at_hand(4);
    cluster_stop();
    ck_assert_int_eq(read_report("operator", id, "purpose=callback"), OK);
    ck_assert_msg(body_has(PLANTED_PHONE) && body_has("\"spooled\":true"), "%s", house.body.at);
    ck_assert_int_eq(read_report("operator", settled, "purpose=callback"), ERR_LOG_UNAVAILABLE);
    ck_assert_int_eq(read_report("commander", id, "purpose=review"), ERR_LOG_UNAVAILABLE);
    ck_assert(!body_has(PLANTED_PHONE));
    ck_assert_int_eq(read_report("operator", linked, "purpose=callback"), OK);
    ck_assert(body_has(PLANTED_PHONE)); /* it went over to the incident */
    cluster_start(NULL);
    check_alarm_told_of((incident_id){ 0 }, id);
    check_alarm_told_of((incident_id){ 0 }, linked);
    ck_assert_int_eq(spool_size(), 0);
    ck_assert_int_eq(cluster_sql("live", "SELECT count(*) FROM access_log WHERE spooled IS NOT "
                                         "NULL AND incident LIKE 'live-r%'"),
                     2);
    close_house_with_spool();
}
END_TEST

/* The exact place is told to who may read it, and stands in no list and no picture. */
START_TEST(a_protected_place_leaves_by_the_protected_read_alone)
{
    struct command c = { .type = COMMAND_REPORT_RECEIVE };
    house_open();
    c.as.report_receive = (struct report_receive){ .place = whim_place(1226301234, 294304321) };
    c.as.report_receive.place.protected = true;
    c.as.report_receive.place.address = whim_words(PLANTED_HIDDEN);
    say(c, REFUSED_NOT);
    incident_id id = stage.bed.decision->incident;
    ck_assert_int_eq(do_read(READ_INCIDENT, id.n, "commander", ""), OK);
    ck_assert_msg(!body_has("植隐") && !body_has("122.6301234") && body_has("\"protected\":true"),
                  "%s", house.body.at);
    ck_assert_int_eq(do_read(READ_SNAPSHOT, 0, "commander", ""), OK);
    ck_assert(!body_has("植隐") && !body_has("122.6301234") && !body_has("29.4304321"));
    ck_assert_int_eq(read_fields("commander", id, "purpose=locate"), OK);
    ck_assert_msg(body_has("122.6301234,29.4304321 " PLANTED_HIDDEN), "%s", house.body.at);
    house_close();
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { a_report_without_an_incident_is_read_by_who_must_call_back, 0, 0 },
        { while_the_database_is_down_a_report_without_an_incident_is_at_hand_too, 0, 0 },
        { a_protected_place_leaves_by_the_protected_read_alone, 0, 0 },
        { the_glass_is_broken_ten_times_an_hour_and_never_in_silence, 0, 0 },
        { protected_values_leave_after_their_access_is_recorded, 0, 0 },
        { while_the_database_is_down_the_owner_still_sees_the_caller_and_it_is_recorded, 0, 0 },
        { an_assigned_unit_sees_the_caller_too_and_nobody_what_is_closed_or_erased, 0, 0 },
        { without_a_place_to_spool_nothing_is_shown, 0, 0 },
    };
    cluster_begin();
    int status = SUITE_RUN("server/view_protected", rows);
    cluster_end();
    return status;
}
