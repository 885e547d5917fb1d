/* The shapes of a response plan: what its JSON looks like (docs/api/plan.schema.json says the same
 * for editors). Limits of size stand here, limits of meaning in plan/plan_check. */
#include "dispatch/model/plan.h"

static const struct field plan_need_fields[] = {
    FIELD(plan_need, police_type, F_WORD, .words = &police_type_words),
    FIELD(plan_need, capability, F_STR, .limit = 31),
    FIELD(plan_need, count, F_UINT, .need = true),
};
SHAPE(plan_need);

static const struct field plan_hours_fields[] = {
    FIELD(plan_hours, from_min, F_UINT),
    FIELD(plan_hours, until_min, F_UINT),
    FIELD(plan_hours, days, F_UINT),
};
SHAPE(plan_hours);

/* The questions of a rule and of each of its groups. */
#define QUESTIONS                                                               \
    FIELD(plan_when, types, F_STRS, .limit = 64, .limit2 = 15),                 \
        FIELD(plan_when, cues_any, F_BITS, .words = &cue_words),                \
        FIELD(plan_when, cues_all, F_BITS, .words = &cue_words),                \
        FIELD(plan_when, place_any, F_BITS, .words = &place_flag_words),        \
        FIELD(plan_when, zones, F_STRS, .limit = 64, .limit2 = 31),             \
        FIELD(plan_when, hours, F_LIST, .limit = 16, .sub = &plan_hours_shape), \
        FIELD(plan_when, channels_any, F_BITS, .words = &channel_words),        \
        FIELD(plan_when, priority_max, F_UINT)

static const struct field plan_group_fields[] = { QUESTIONS };
const struct shape plan_group_shape = { .name = "plan_group",
                                        .fields = plan_group_fields,
                                        .count = sizeof(plan_group_fields) /
                                                 sizeof(plan_group_fields[0]),
                                        .size = sizeof(struct plan_when) };

static const struct field plan_when_fields[] = {
    QUESTIONS,
    FIELD(plan_when, always, F_BOOL),
    FIELD(plan_when, any, F_LIST, .limit = PLAN_GROUPS_MAX, .sub = &plan_group_shape),
    FIELD(plan_when, none, F_LIST, .limit = PLAN_GROUPS_MAX, .sub = &plan_group_shape),
};
SHAPE(plan_when);

static const struct field plan_rule_fields[] = {
    FIELD(plan_rule, id, F_STR, .limit = 31, .need = true),
    FIELD(plan_rule, name_zh, F_STR, .limit = 200),
    FIELD(plan_rule, name_en, F_STR, .limit = 200),
    FIELD(plan_rule, source, F_STR, .limit = 400),
    FIELD(plan_rule, when, F_STRUCT, .sub = &plan_when_shape, .need = true),
    FIELD(plan_rule, tier, F_UINT),
    FIELD(plan_rule, needs, F_LIST, .limit = REQUIREMENTS_MAX, .sub = &plan_need_shape),
};
SHAPE(plan_rule);

static const struct field plan_clocks_fields[] = {
    FIELD(plan_clocks, tier, F_UINT),
    FIELD(plan_clocks, dispatch_ms, F_UINT),
    FIELD(plan_clocks, sign_ms, F_UINT),
    FIELD(plan_clocks, arrive_ms, F_UINT),
    FIELD(plan_clocks, feedback_ms, F_UINT),
    FIELD(plan_clocks, close_ms, F_UINT),
    FIELD(plan_clocks, types, F_STRS, .limit = 64, .limit2 = 15),
    FIELD(plan_clocks, zones, F_STRS, .limit = 64, .limit2 = 31),
    FIELD(plan_clocks, answer_ms, F_UINT),
    FIELD(plan_clocks, classify_ms, F_UINT),
    FIELD(plan_clocks, report_ms, F_UINT),
    FIELD(plan_clocks, name_ms, F_UINT),
    FIELD(plan_clocks, change_ms, F_UINT),
    FIELD(plan_clocks, first_ms, F_UINT),
    FIELD(plan_clocks, safety_ms, F_UINT),
    FIELD(plan_clocks, hold_ms, F_UINT),
};
SHAPE(plan_clocks);

static const struct field plan_automation_fields[] = {
    FIELD(plan_automation, types, F_STRS, .limit = 64, .limit2 = 15),
    FIELD(plan_automation, zones, F_STRS, .limit = 64, .limit2 = 31),
    FIELD(plan_automation, channels, F_BITS, .words = &channel_words),
};
SHAPE(plan_automation);

static const struct field plan_panic_zone_fields[] = {
    FIELD(plan_panic_zone, zone, F_STR, .limit = 31, .need = true),
    FIELD(plan_panic_zone, radius_m, F_UINT, .need = true),
};
SHAPE(plan_panic_zone);

static const struct field plan_panic_fields[] = {
    FIELD(plan_panic, type, F_STR, .limit = 15),
    FIELD(plan_panic, radius_m, F_UINT),
    FIELD(plan_panic, zones, F_LIST, .limit = 256, .sub = &plan_panic_zone_shape),
    FIELD(plan_panic, quiet_m, F_UINT),
};
SHAPE(plan_panic);

static const struct field plan_fields[] = {
    FIELD(plan, id, F_STR, .limit = 31, .need = true),
    FIELD(plan, version, F_UINT, .need = true),
    FIELD(plan, name_zh, F_STR, .limit = 200),
    FIELD(plan, name_en, F_STR, .limit = 200),
    FIELD(plan, classify_ms, F_UINT, .need = true),
    FIELD(plan, report_ms, F_UINT, .need = true),
    FIELD(plan, offers_max, F_UINT, .need = true),
    FIELD(plan, clocks, F_LIST, .limit = PLAN_CLOCKS_MAX, .sub = &plan_clocks_shape, .need = true),
    FIELD(plan, automation, F_LIST, .limit = 64, .sub = &plan_automation_shape),
    FIELD(plan, rules, F_LIST, .limit = PLAN_RULES_MAX, .sub = &plan_rule_shape, .need = true),
    FIELD(plan, default_types, F_STRS, .limit = 64, .limit2 = 15),
    FIELD(plan, callback_ms, F_UINT),
    FIELD(plan, callback_tries, F_UINT),
    FIELD(plan, locate_ms, F_UINT),
    FIELD(plan, answer_ms, F_UINT),
    FIELD(plan, process_ms, F_UINT),
    FIELD(plan, panic, F_STRUCT, .sub = &plan_panic_shape),
    FIELD(plan, move_sign_ms, F_UINT),
};
SHAPE(plan);
