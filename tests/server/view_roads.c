/* What holds on roads, as every audience is told of it. */
#include "tests/server/view_stage.h"
#include "tests/suite.h"

static struct stage stage;

static json_t *snapshot_for(enum audience audience)
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
    json_t *data = json_loadb(b.at, b.len, JSON_REJECT_DUPLICATES, NULL);
    ck_assert_ptr_nonnull(data);
    buf_fini(&b);
    return data;
}

static const char *text_in(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

/* A closed road is told to every screen; who closed it, and for which incident, to operations. */
START_TEST(what_holds_on_roads_is_everybodys_but_not_who_gave_it_out)
{
    static const enum audience audiences[] = { AUDIENCE_OPERATIONS, AUDIENCE_UNIT,
                                               AUDIENCE_REDACTED };
    static struct point at[1] = { { 1226300000, 294300000 } };
    struct command c = { .type = COMMAND_REPORT_RECEIVE };
    bool told[AUDIENCE_COUNT] = { false };
    stage_init(&stage);
    c.as.report_receive.place = whim_place(1226300000, 294300000);
    c.as.report_receive.type = text_str(&stage.view->world.types[0].code);
    ck_assert_int_eq(stage_do(&stage, "operator", &c), REFUSED_NOT);
    c = (struct command){ .type = COMMAND_ROAD_CLOSE };
    c.as.road_close = (struct road_close){ .points = { .at = at, .count = 1 },
                                           .reason = ROAD_REASON_FLOOD,
                                           .incident = stage.bed.decision->incident };
    ck_assert_int_eq(stage_do(&stage, "operator", &c), REFUSED_NOT);
    for (uint32_t k = 0; k < stage.entry_count; k++) {
        const struct stage_entry *e = &stage.entries[k];
        bool whole = strstr(e->text, "\"person\":\"operator\"") != NULL &&
                     strstr(e->text, "\"incident\":\"live-i") != NULL;
        ck_assert_ptr_nonnull(strstr(e->text, "road.closed"));
        ck_assert_int_eq(e->tags.addressee, 0);
        ck_assert_int_eq(whole, e->tags.audience == AUDIENCE_OPERATIONS);
        told[e->tags.audience] = true;
    }
    for (size_t k = 0; k < sizeof(audiences) / sizeof(audiences[0]); k++) {
        json_t *data = snapshot_for(audiences[k]);
        const json_t *notice = json_array_get(json_object_get(data, "roads"), 0);
        ck_assert(told[audiences[k]]);
        ck_assert_str_eq(text_in(notice, "reason"), "flood");
        ck_assert_int_eq(text_in(notice, "incident")[0] != '\0',
                         audiences[k] == AUDIENCE_OPERATIONS);
        ck_assert_int_eq(text_in(notice, "person")[0] != '\0', audiences[k] == AUDIENCE_OPERATIONS);
        json_decref(data);
    }
    stage_fini(&stage);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { what_holds_on_roads_is_everybodys_but_not_who_gave_it_out, 0, 0 },
    };
    return SUITE_RUN("server/view_roads", rows);
}
