/* Laws of frames: a snapshot and the frames behind it make the later snapshot, for every audience;
 * the redacted class sees nothing tactical and nobody sees anything personal; what is read later
 * has the bytes of what was shown. */
#include "dispatch/core/digest.h"
#include "tests/server/view_stage.h"
#include "tests/suite.h"

#define STEPS 700
#define STEPS_PER_CHECK 5
#define SCREENS 9

static struct stage stage;

struct audience_set {
    struct screen screens[SCREENS];
};

static void set_init(struct audience_set *a)
{
    screen_init(&a->screens[0], &stage, AUDIENCE_OPERATIONS, UINT64_MAX, 0);
    screen_init(&a->screens[1], &stage, AUDIENCE_OPERATIONS, WEST, 0);
    screen_init(&a->screens[2], &stage, AUDIENCE_OPERATIONS, EAST, 0);
    screen_init(&a->screens[3], &stage, AUDIENCE_REDACTED, UINT64_MAX, 0);
    screen_init(&a->screens[4], &stage, AUDIENCE_REDACTED, WEST, 0);
    screen_init(&a->screens[5], &stage, AUDIENCE_REDACTED, EAST, 0);
    for (uint32_t k = 0; k < 3; k++) {
        screen_init(&a->screens[6 + k], &stage, AUDIENCE_UNIT, UINT64_MAX, 1 + 4 * k);
    }
    for (int k = 0; k < SCREENS; k++) {
        screen_load(&a->screens[k], &stage);
    }
}

static void set_row(struct stage *s, void *arg)
{
    struct audience_set *a = arg;
    for (int k = 0; k < SCREENS; k++) {
        screen_row(&a->screens[k], s);
    }
}

static void set_check(struct audience_set *a, int step)
{
    char when[48];
    (void)snprintf(when, sizeof(when), "after step %d, seq %llu", step,
                   (unsigned long long)stage.view->world.seq);
    for (int k = 0; k < SCREENS; k++) {
        struct screen fresh;
        screen_init(&fresh, &stage, a->screens[k].viewer.audience, a->screens[k].viewer.zones,
                    a->screens[k].viewer.unit.n);
        screen_load(&fresh, &stage);
        screens_agree(&a->screens[k], &fresh, when);
        screen_fini(&fresh);
    }
}

START_TEST(a_snapshot_and_the_frames_behind_it_make_the_later_snapshot)
{
    struct audience_set set;
    struct prng p;
    prng_seed(&p, 77 + (uint64_t)_i);
    stage_init(&stage);
    set_init(&set);
    stage.on_row = set_row;
    stage.arg = &set;
    for (int n = 0; n < STEPS; n++) {
        stage_step(&stage, &p);
        if (n % STEPS_PER_CHECK == 0) {
            set_check(&set, n);
        }
        if (n % 300 == 299) {
            stage_wait(&stage, stage.bed.now + CLOSED_KEPT_US + US_PER_HOUR);
        }
    }
    bed_check(&stage.bed);
    ck_assert_uint_gt(json_object_size(set.screens[0].picture.tables[0]), 5);
    for (int k = 0; k < SCREENS; k++) {
        screen_fini(&set.screens[k]);
    }
    stage_fini(&stage);
}
END_TEST

/* ---- redaction ---- */

static bool open_name(const struct shape *s, const char *name)
{
    for (uint32_t k = 0; k < s->count; k++) {
        if (strcmp(s->fields[k].name, name) == 0 && s->fields[k].privacy == OPEN) {
            return true;
        }
    }
    return false;
}

static bool listed(const char *name, const char *const *list)
{
    for (; *list != NULL; list++) {
        if (strcmp(*list, name) == 0) {
            return true;
        }
    }
    return false;
}

static void check_open(const json_t *item, const struct shape *s)
{
    static const char *const place[] = { "state", "coarse", "lon", "lat", "zone", NULL };
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)item, key, value)
    {
        ck_assert_msg(open_name(s, key), "%s.%s is shown redacted", s->name, key);
        if (strcmp(key, "place") == 0) {
            const char *inner;
            json_t *x;
            json_object_foreach(value, inner, x)
            {
                ck_assert_msg(listed(inner, place), "place.%s is shown redacted", inner);
            }
            ck_assert(json_object_get(value, "lon") == NULL ||
                      json_is_true(json_object_get(value, "coarse")));
        }
    }
}

static void check_list(const json_t *lists, const char *name, const struct shape *s)
{
    size_t n;
    json_t *item;
    json_array_foreach(json_object_get(lists, name), n, item)
    {
        check_open(item, s);
    }
}

static void check_redacted_event(const json_t *event)
{
    static const char *const members[] = { "seq",      "n",      "at",    "kind", "by",
                                           "incident", "report", "after", NULL };
    static const char *const lists[] = { "incidents", "reports", "roads", "roads_opened", NULL };
    const char *kind = json_string_value(json_object_get(event, "kind"));
    bool of_roads = kind != NULL && strncmp(kind, "road.", 5) == 0;
    const json_t *notice = json_object_get(json_object_get(event, "data"), "notice");
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)event, key, value)
    {
        ck_assert_msg(listed(key, members) || (of_roads && strcmp(key, "data") == 0),
                      "%s is shown redacted", key);
    }
    if (notice != NULL) {
        check_open(notice, &road_notice_shape);
    }
    ck_assert_ptr_null(json_object_get(json_object_get(event, "by"), "person"));
    ck_assert_ptr_null(json_object_get(json_object_get(event, "by"), "terminal"));
    json_object_foreach(json_object_get(event, "after"), key, value)
    {
        ck_assert_msg(listed(key, lists), "after.%s is shown redacted", key);
    }
    check_list(json_object_get(event, "after"), "incidents", &incident_shape);
    check_list(json_object_get(event, "after"), "reports", &report_shape);
    check_list(json_object_get(event, "after"), "roads", &road_notice_shape);
}

static void no_planted(const char *text)
{
    static const char *const planted[] = { PLANTED_NAME,   PLANTED_PHONE, PLANTED_WORDS, "植字楼",
                                           PLANTED_HIDDEN, "\"sha256\"",  "\"ref\"",     NULL };
    for (const char *const *w = planted; *w != NULL; w++) {
        ck_assert_msg(strstr(text, *w) == NULL, "%s stands in %s", *w, text);
    }
}

static void check_privacy(struct stage *s, void *arg)
{
    (void)arg;
    for (uint32_t k = 0; k < s->entry_count; k++) {
        const struct stage_entry *e = &s->entries[k];
        no_planted(e->text);
        if (e->tags.audience != AUDIENCE_REDACTED) {
            continue;
        }
        ck_assert_msg(strstr(e->text, "植") == NULL, "a planted word stands in %s", e->text);
        char *text = malloc(e->len + 3);
        (void)snprintf(text, e->len + 3, "[%s]", e->text);
        json_t *list = json_loads(text, 0, NULL);
        size_t n;
        json_t *event;
        json_array_foreach(list, n, event)
        {
            check_redacted_event(event);
        }
        json_decref(list);
        free(text);
    }
}

static void check_board(enum audience audience)
{
    const struct viewer v = { .world = &stage.view->world,
                              .name = STR("live"),
                              .audience = audience,
                              .zones = UINT64_MAX,
                              .unit = { 1 } };
    const struct board_live live = { .now = stage.bed.now, .topics = UINT16_MAX };
    struct buf b;
    buf_init(&b);
    board_snapshot(&b, &v, &live);
    buf_char(&b, '\0');
    no_planted(b.at);
    if (audience == AUDIENCE_REDACTED) {
        json_t *data = json_loads(b.at, 0, NULL);
        check_list(data, "incidents", &incident_shape);
        check_list(data, "reports", &report_shape);
        check_list(data, "roads", &road_notice_shape);
        ck_assert_uint_eq(json_array_size(json_object_get(data, "units")), 0);
        ck_assert_uint_eq(json_array_size(json_object_get(data, "assignments")), 0);
        ck_assert_uint_eq(json_array_size(json_object_get(data, "alarms")), 0);
        ck_assert_ptr_null(strstr(b.at, "植"));
        json_decref(data);
    }
    buf_fini(&b);
}

START_TEST(the_redacted_class_sees_open_fields_only_and_nobody_anything_personal)
{
    struct prng p;
    prng_seed(&p, 4000 + (uint64_t)_i);
    stage_init(&stage);
    stage.on_row = check_privacy;
    for (int n = 0; n < STEPS; n++) {
        stage_step(&stage, &p);
        if (n % 50 == 0) {
            check_board(AUDIENCE_REDACTED);
            check_board(AUDIENCE_OPERATIONS);
            check_board(AUDIENCE_UNIT);
        }
    }
    stage_fini(&stage);
}
END_TEST

START_TEST(the_redaction_tables_are_the_open_fields)
{
    const struct shape *const pairs[2][2] = { { &redacted_incident_shape, &incident_shape },
                                              { &redacted_report_shape, &report_shape } };
    for (int k = 0; k < 2; k++) {
        uint32_t open = 0;
        for (uint32_t n = 0; n < pairs[k][1]->count; n++) {
            const struct field *f = &pairs[k][1]->fields[n];
            open += f->privacy == OPEN ? 1 : 0;
            ck_assert_msg(f->privacy != OPEN || shape_field(pairs[k][0], str_of(f->name)) != NULL,
                          "%s is not shown", f->name);
        }
        ck_assert_uint_eq(open, pairs[k][0]->count);
        shape_check(pairs[k][0]);
    }
}
END_TEST

/* ---- what is read later ---- */

static void check_bytes(struct stage *s, void *arg)
{
    static const enum audience audiences[] = { AUDIENCE_OPERATIONS, AUDIENCE_REDACTED };
    (void)arg;
    for (uint32_t k = 0; k < s->content.count; k++) {
        for (int n = 0; n < 2; n++) {
            struct buf b;
            bool found = false;
            if (!entry_shown(audiences[n], &s->content.events[k]) || s->everyone) {
                continue;
            }
            buf_init(&b);
            entry_put(&b, &s->row, k, audiences[n], (unit_id){ 0 });
            buf_char(&b, '\0');
            for (uint32_t e = 0; e < s->entry_count && !found; e++) {
                found = s->entries[e].tags.audience == audiences[n] &&
                        strstr(s->entries[e].text, b.at) != NULL;
            }
            ck_assert_msg(found, "not shown: %s", b.at);
            buf_fini(&b);
        }
    }
}

START_TEST(what_is_read_later_has_the_bytes_that_were_shown)
{
    struct prng p;
    prng_seed(&p, 12);
    stage_init(&stage);
    stage.on_row = check_bytes;
    for (int n = 0; n < STEPS; n++) {
        stage_step(&stage, &p);
    }
    stage_fini(&stage);
}
END_TEST

/* ---- moving between districts ---- */

static incident_id open_at(int32_t lon)
{
    struct command c = { .type = COMMAND_REPORT_RECEIVE };
    c.as.report_receive =
        (struct report_receive){ .type = text_str(&stage.bed.live->world.types[0].code),
                                 .place = whim_place(lon, 294300000) };
    ck_assert_int_eq(stage_do(&stage, "operator", &c), REFUSED_NOT);
    return stage.bed.decision->incident;
}

static const struct stage_entry *only_for(const struct screen *c, const char *kind)
{
    const struct stage_entry *found = NULL;
    for (uint32_t k = 0; k < stage.entry_count; k++) {
        if (screen_gets(c, &stage.entries[k].tags) && strstr(stage.entries[k].text, kind) != NULL) {
            ck_assert_msg(found == NULL, "twice: %s", kind);
            found = &stage.entries[k];
        }
    }
    return found;
}

START_TEST(an_incident_that_moves_enters_one_district_and_leaves_the_other)
{
    struct screen west, east, both;
    stage_init(&stage);
    screen_init(&west, &stage, AUDIENCE_OPERATIONS, WEST, 0);
    screen_init(&east, &stage, AUDIENCE_OPERATIONS, EAST, 0);
    screen_init(&both, &stage, AUDIENCE_OPERATIONS, UINT64_MAX, 0);
    incident_id id = open_at(1226300000);
    ck_assert_ptr_nonnull(only_for(&west, "incident.opened"));
    ck_assert_ptr_null(only_for(&east, "incident.opened"));
    struct command c = { .type = COMMAND_INCIDENT_AMEND };
    c.as.incident_amend = (struct incident_amend){ .incident = id,
                                                   .has_place = true,
                                                   .place = whim_place(1227600000, 294300000) };
    ck_assert_int_eq(stage_do(&stage, "operator", &c), REFUSED_NOT);
    const struct stage_entry *enter = only_for(&east, "view.enter");
    ck_assert_ptr_nonnull(enter);
    ck_assert_ptr_nonnull(strstr(enter->text, "\"reports\":[{"));
    ck_assert_ptr_null(only_for(&east, "incident.amended"));
    ck_assert_ptr_nonnull(only_for(&west, "view.leave"));
    ck_assert_ptr_null(only_for(&west, "incident.amended"));
    ck_assert_ptr_nonnull(only_for(&both, "incident.amended"));
    ck_assert_ptr_null(only_for(&both, "view.enter"));
    ck_assert_ptr_null(only_for(&both, "view.leave"));
    screen_fini(&west);
    screen_fini(&east);
    screen_fini(&both);
    stage_fini(&stage);
}
END_TEST

START_TEST(alarms_go_to_their_own_topic)
{
    stage_init(&stage);
    (void)open_at(1226300000);
    stage_wait(&stage, stage.bed.now + US_PER_HOUR);
    uint32_t alarms = 0;
    for (uint32_t k = 0; k < stage.entry_count; k++) {
        bool alarm = strstr(stage.entries[k].text, "\"alarm.") != NULL;
        alarms += alarm ? 1 : 0;
        ck_assert(!alarm || stage.entries[k].tags.topics == 1u << TOPIC_ALARMS);
        ck_assert(alarm || (stage.entries[k].tags.topics & 1u << TOPIC_ALARMS) == 0);
    }
    ck_assert_uint_gt(alarms, 0);
    stage_fini(&stage);
}
END_TEST

static json_t *snapshot_for(enum audience audience)
{
    const struct viewer v = {
        .world = &stage.view->world, .name = STR("live"), .audience = audience, .zones = UINT64_MAX
    };
    const struct board_live live = { .now = stage.bed.now, .topics = UINT16_MAX };
    struct buf b;
    buf_init(&b);
    board_snapshot(&b, &v, &live);
    json_t *data = json_loadb(b.at, b.len, 0, NULL);
    ck_assert_ptr_nonnull(data);
    buf_fini(&b);
    return data;
}

static const char *text_in(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

START_TEST(a_snapshot_tells_the_local_time_of_the_city)
{
    stage_init(&stage);
    json_t *data = snapshot_for(AUDIENCE_REDACTED);
    const json_t *offsets = json_object_get(json_object_get(data, "city"), "offsets");
    const json_t *first = json_array_get(offsets, 0);
    ck_assert_uint_eq(json_array_size(offsets), 1);
    ck_assert_str_eq(text_in(first, "from"), "1992-01-01T00:00:00.000000Z");
    ck_assert_int_eq(json_integer_value(json_object_get(first, "offset_min")), 480);
    json_decref(data);
    stage_fini(&stage);
}
END_TEST

START_TEST(operations_are_told_the_names_of_the_plans_rules)
{
    stage_init(&stage);
    json_t *data = snapshot_for(AUDIENCE_OPERATIONS);
    const json_t *rules = json_object_get(json_object_get(data, "plan"), "rules");
    const struct plan_rule *own = stage.view->world.plan.rules.at;
    ck_assert_uint_gt(json_array_size(rules), 0);
    ck_assert_uint_eq(json_array_size(rules), stage.view->world.plan.rules.count);
    for (size_t k = 0; k < json_array_size(rules); k++) {
        const json_t *rule = json_array_get(rules, k);
        ck_assert(str_is(own[k].id, text_in(rule, "id")));
        ck_assert(str_is(own[k].name_zh, text_in(rule, "name_zh")));
        ck_assert(str_is(own[k].name_en, text_in(rule, "name_en")));
        ck_assert_uint_eq(json_object_size(rule), 3);
    }
    json_decref(data);
    data = snapshot_for(AUDIENCE_REDACTED);
    ck_assert_ptr_null(json_object_get(json_object_get(data, "plan"), "rules"));
    json_decref(data);
    stage_fini(&stage);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { a_snapshot_and_the_frames_behind_it_make_the_later_snapshot, 0, TRIALS(4) },
        { the_redacted_class_sees_open_fields_only_and_nobody_anything_personal, 0, 2 },
        { the_redaction_tables_are_the_open_fields, 0, 0 },
        { what_is_read_later_has_the_bytes_that_were_shown, 0, 0 },
        { an_incident_that_moves_enters_one_district_and_leaves_the_other, 0, 0 },
        { alarms_go_to_their_own_topic, 0, 0 },
        { a_snapshot_tells_the_local_time_of_the_city, 0, 0 },
        { operations_are_told_the_names_of_the_plans_rules, 0, 0 },
    };
    return SUITE_RUN("server/view_frames", rows);
}
