/* Laws of the sheets of paper: they hold what the record has and nothing personal, appear whole in
 * a folder that is its owner's alone, and the oldest give way. */
#include "dispatch/view/paper.h"
#include "tests/server/view_house.h"
#include "tests/sql/cluster.h"
#include "tests/suite.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static struct buf html, text, form;

/* The sheet of the stage's world. */
static void print(int64_t lost_since)
{
    static struct arena arena;
    static bool made;
    struct paper p = { .world = &stage.bed.live->world,
                       .name = STR("live"),
                       .now = stage.bed.now,
                       .lost_since = lost_since,
                       .arena = &arena };
    if (!made) {
        arena_init(&arena, (size_t)16 << 20);
        buf_init(&html);
        buf_init(&text);
        buf_init(&form);
        made = true;
    }
    arena_reset(&arena);
    buf_reset(&html);
    buf_reset(&text);
    buf_reset(&form);
    ck_assert(paper_begin(&p));
    while (!paper_step(&p, &html, &text, 7)) {
    }
    paper_form(&form, &p);
    paper_end(&p);
    buf_char(&html, '\0');
    buf_char(&text, '\0');
    buf_char(&form, '\0');
}

static bool both_have(const char *words)
{
    return strstr(html.at, words) != NULL && strstr(text.at, words) != NULL;
}

static bool any_has(const char *words)
{
    return strstr(html.at, words) != NULL || strstr(text.at, words) != NULL ||
           strstr(form.at, words) != NULL;
}

static struct report_receive *called(struct command *c, const char *address)
{
    *c = (struct command){ .type = COMMAND_REPORT_RECEIVE };
    struct report_receive *r = &c->as.report_receive;
    *r = (struct report_receive){ .type = text_str(&stage.bed.live->world.types[0].code),
                                  .place = whim_place(1226300000, 294300000),
                                  .narrative = whim_words(PLANTED_WORDS) };
    r->place.address = whim_words(address);
    r->place.detail = whim_words("植字楼 4 单元");
    r->caller.name = whim_words(PLANTED_NAME);
    r->caller.phone = whim_words(PLANTED_PHONE);
    return r;
}

static incident_id receive(const char *address, bool protected, uint8_t contact)
{
    struct command c;
    struct report_receive *r = called(&c, address);
    r->place.protected = protected;
    r->caller.contact = contact;
    r->cues.weapon = true;
    ck_assert_int_eq(stage_do(&stage, "operator", &c), REFUSED_NOT);
    return stage.bed.decision->incident;
}

static void send_unit(incident_id id, uint32_t unit)
{
    struct command c = { .type = COMMAND_ASSIGNMENT_DISPATCH };
    unit_id units[] = { { unit } };
    c.as.assignment_dispatch.incident = id;
    c.as.assignment_dispatch.units = (struct list){ units, 1 };
    ck_assert_int_eq(stage_do(&stage, "commander", &c), REFUSED_NOT);
}

static void close_incident(incident_id id)
{
    struct command c = { .type = COMMAND_INCIDENT_CLOSE };
    c.as.incident_close =
        (struct incident_close){ .incident = id, .disposition = DISPOSITION_CANCELLED };
    ck_assert_int_eq(stage_do(&stage, "operator", &c), REFUSED_NOT);
}

START_TEST(a_sheet_has_what_a_crew_needs_and_nothing_personal)
{
    stage_init(&stage);
    incident_id open = receive("江边路 12 号", false, CONTACT_CALL);
    send_unit(open, 1);
    close_incident(receive("旧案路 9 号", false, CONTACT_CALL));
    (void)receive("藏身处 7 号", true, CONTACT_NONE);
    print(0);
    const struct world *w = &stage.bed.live->world;
    char number[32];
    const struct incident *i = world_incident(w, open);
    (void)snprintf(number, sizeof(number), "%08u-%06u", i->number.date, i->number.count);
    ck_assert(both_have(number) && both_have("江边路 12 号") && both_have("122.63, 29.43"));
    ck_assert(both_have(w->units[0].callsign.at) && both_have("持械 weapon"));
    ck_assert(both_have("禁止联系报警人 do not contact the caller"));
    ck_assert(both_have("受保护地点, 问主责席位 protected, ask its owner"));
    ck_assert(both_have("20260101-990001") && both_have("990999") && both_have("20260102-990001"));
    ck_assert(both_have("20260101-000003")); /* the last number */
    ck_assert(!any_has("旧案路") && !any_has("藏身处") && !any_has("log not available") &&
              !any_has("LOG NOT"));
    ck_assert(!any_has(PLANTED_WORDS) && !any_has(PLANTED_NAME) && !any_has(PLANTED_PHONE) &&
              !any_has("植字楼"));
    print(stage.bed.now - 60 * US_PER_S);
    ck_assert(strstr(html.at, "日志不可用自 log not available since 2026-01-01 07:59") != NULL);
    ck_assert(strstr(text.at, "日志不可用自 LOG NOT AVAILABLE SINCE 2026-01-01 07:59") != NULL);
    stage_fini(&stage);
}
END_TEST

START_TEST(what_people_typed_is_text_and_no_markup)
{
    stage_init(&stage);
    (void)receive("<script>alert(\"1\")</script>&路", false, CONTACT_CALL);
    print(0);
    ck_assert_ptr_null(strstr(html.at, "<script"));
    ck_assert_ptr_nonnull(
        strstr(html.at, "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;路"));
    ck_assert_ptr_null(strstr(html.at, "http")); /* needs nothing from elsewhere */
    ck_assert_ptr_null(strstr(form.at, "http"));
    stage_fini(&stage);
}
END_TEST

/* The world goes on while a long sheet is composed: what ended is left out, the rest stands once.
 */
START_TEST(a_sheet_composed_bit_by_bit_leaves_out_what_ended_meanwhile)
{
    static const char *const addresses[] = { "一号路", "二号路", "三号路", "四号路" };
    incident_id ids[4];
    stage_init(&stage);
    print(0); /* makes the buffers */
    for (uint32_t k = 0; k < 4; k++) {
        ids[k] = receive(addresses[k], false, CONTACT_CALL);
    }
    struct arena arena;
    arena_init(&arena, (size_t)16 << 20);
    struct paper p = {
        .world = &stage.bed.live->world, .name = STR("live"), .now = stage.bed.now, .arena = &arena
    };
    buf_reset(&html);
    buf_reset(&text);
    ck_assert(paper_begin(&p));
    ck_assert(!paper_step(&p, &html, &text, 1));
    close_incident(ids[0]); /* stands already */
    close_incident(ids[2]);
    (void)receive("五号路", false, CONTACT_CALL);
    while (!paper_step(&p, &html, &text, 1)) {
    }
    ck_assert(paper_step(&p, &html, &text, 1)); /* whole stays whole */
    buf_char(&html, '\0');
    buf_char(&text, '\0');
    ck_assert(both_have("一号路") && both_have("二号路") && both_have("四号路"));
    ck_assert_ptr_null(strstr(html.at, "三号路"));
    ck_assert_ptr_null(strstr(text.at, "五号路"));
    ck_assert_ptr_eq(strstr(html.at, "</html>"), strrchr(html.at, '<'));
    paper_end(&p);
    arena_fini(&arena);
    stage_fini(&stage);
}
END_TEST

START_TEST(units_have_their_duty_numbers_on_the_sheet)
{
    stage_init(&stage);
    print(0);
    const struct unit *u = &stage.bed.live->world.units[0];
    ck_assert_uint_gt(u->phone.len, 0);
    ck_assert(both_have(u->phone.at) && both_have(u->radio.at));
    ck_assert_ptr_nonnull(strstr(text.at, "电话 phone "));
    stage_fini(&stage);
}
END_TEST

/* Whatever came: the grave stand first, every open incident is there once, no closed one is, and
 * the next number of paper is one that nobody keyed in. */
START_TEST(whatever_comes_the_sheet_is_the_open_incidents_in_order)
{
    struct prng p;
    prng_seed(&p, 6000 + (uint64_t)_i);
    stage_init(&stage);
    for (int n = 0; n < 400; n++) {
        stage_step(&stage, &p);
    }
    print(0);
    const struct world *w = &stage.bed.live->world;
    uint32_t tier = 0;
    uint32_t k = 0;
    uint32_t open = 0;
    for (const char *at = text.at; (at = strstr(at, " 级 tier ")) != NULL; at += 8) {
        uint32_t now = (uint32_t)strtoul(at + strlen(" 级 tier "), NULL, 10);
        ck_assert_uint_ge(now, tier);
        tier = now;
        open++;
    }
    for (const struct incident *i; (i = world_next_of_incidents(w, &k)) != NULL;) {
        char number[32];
        (void)snprintf(number, sizeof(number), "\n%08u-%06u  ", i->number.date, i->number.count);
        ck_assert_msg((strstr(text.at, number) != NULL) == (i->status < INCIDENT_CLOSED), "%s",
                      number);
        open -= i->status < INCIDENT_CLOSED ? 1 : 0;
    }
    ck_assert_uint_eq(open, 0);
    ck_assert(!any_has(PLANTED_WORDS) && !any_has(PLANTED_NAME) && !any_has(PLANTED_PHONE));
    stage_fini(&stage);
}
END_TEST

/* ---- files ---- */

static char folder[256];

static void make_folder(void)
{
    (void)snprintf(folder, sizeof(folder), "%s/paper-XXXXXX",
                   getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    house_paper = folder;
}

static void remove_folder(void)
{
    char command[320];
    (void)snprintf(command, sizeof(command), "rm -r '%s'", folder);
    ck_assert_int_eq(system(command), 0);
    house_paper = NULL;
}

/* Files of the folder whose name ends so, all of them 0600 and none empty. */
static uint32_t files(const char *end)
{
    DIR *d = opendir(folder);
    uint32_t count = 0;
    ck_assert_ptr_nonnull(d);
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        char path[512];
        struct stat st;
        size_t len = strlen(e->d_name);
        if (len < strlen(end) || strcmp(e->d_name + len - strlen(end), end) != 0) {
            continue;
        }
        (void)snprintf(path, sizeof(path), "%s/%s", folder, e->d_name);
        ck_assert_int_eq(stat(path, &st), 0);
        ck_assert_uint_eq(st.st_mode & 0777u, 0600);
        ck_assert_int_gt(st.st_size, 0);
        count++;
    }
    closedir(d);
    return count;
}

static void wait_for(const char *end, uint32_t count)
{
    for (int n = 0; files(end) != count; n++) {
        ck_assert_msg(n < 10000, "%u files %s, not %u", files(end), end, count);
        pause_ms(1);
    }
}

static bool latest_has(const char *words)
{
    char command[1024];
    (void)snprintf(command, sizeof(command),
                   "grep -qF '%s' '%s/live-latest.txt' && grep -qF '%s' '%s/live-latest.html'",
                   words, folder, words, folder);
    return system(command) == 0;
}

START_TEST(a_sheet_lies_in_the_folder_from_the_start_and_a_last_one_at_the_end)
{
    make_folder();
    house_open();
    wait_for("-form.html", 1);
    ck_assert_uint_eq(files("-latest.html"), 1);
    ck_assert_uint_eq(files("-latest.txt"), 1);
    (void)receive("江边路 12 号", false, CONTACT_CALL);
    ck_assert_int_eq(do_read(READ_INCIDENTS, 0, "operator", ""), OK); /* the view has the row */
    house.log_lost = stage.bed.now;
    cluster_stop(); /* paper needs no database */
    pause_ms(1100); /* another second's name */
    house_close();
    ck_assert(latest_has("江边路 12 号") && latest_has("日志不可用自"));
    ck_assert_uint_eq(files(".html"), 4); /* two of their time, the latest, the blank */
    ck_assert_uint_eq(files(".txt"), 3);
    cluster_start(NULL);
    remove_folder();
}
END_TEST

START_TEST(a_folder_that_others_may_look_into_gets_no_sheet)
{
    make_folder();
    ck_assert_int_eq(chmod(folder, 0750), 0);
    house_open();
    house_close();
    ck_assert_uint_eq(files("l"), 0);
    remove_folder();
}
END_TEST

START_TEST(the_oldest_sheets_give_way_and_nothing_else)
{
    char command[1024];
    make_folder();
    (void)snprintf(command, sizeof(command),
                   "cd '%s' && umask 077 && for n in $(seq 100 199); do echo x "
                   ">live-20200101-000$n.html; echo x >live-20200101-000$n.txt; done; "
                   "echo x >live-20200101-0001.html; echo x >other-20200101-000100.html; echo x "
                   ">live-notes.html",
                   folder);
    ck_assert_int_eq(system(command), 0);
    house_open();
    house_close();
    ck_assert_uint_eq(files(".txt"), 72 + 1);
    ck_assert_uint_eq(files("live-20200101-0001.html"), 1);
    ck_assert_uint_eq(files("other-20200101-000100.html"), 1);
    ck_assert_uint_eq(files("live-notes.html"), 1);
    ck_assert_uint_eq(files("live-20200101-000100.html"), 0);
    ck_assert_uint_eq(files("live-20200101-000199.html"), 1);
    remove_folder();
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { .test = a_sheet_has_what_a_crew_needs_and_nothing_personal },
        { .test = what_people_typed_is_text_and_no_markup },
        { .test = a_sheet_composed_bit_by_bit_leaves_out_what_ended_meanwhile },
        { .test = units_have_their_duty_numbers_on_the_sheet },
        { .test = whatever_comes_the_sheet_is_the_open_incidents_in_order, .loops = 3 },
        { .test = a_sheet_lies_in_the_folder_from_the_start_and_a_last_one_at_the_end },
        { .test = a_folder_that_others_may_look_into_gets_no_sheet },
        { .test = the_oldest_sheets_give_way_and_nothing_else },
    };
    cluster_begin();
    int status = SUITE_RUN("server/view_papers", rows);
    cluster_end();
    return status;
}
