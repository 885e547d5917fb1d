/* What each event looks like in the log and on the wire. */
#include "dispatch/model/event.h"
#define INCIDENT(s) FIELD(s, incident, F_ID, .letter = ID_LETTER_INCIDENT)
#define REPORT(s) FIELD(s, report, F_ID, .letter = ID_LETTER_REPORT)
#define ASSIGNMENT(s) FIELD(s, assignment, F_ID, .letter = ID_LETTER_ASSIGNMENT)
#define UNIT(s) FIELD(s, unit, F_ID, .letter = ID_LETTER_UNIT)
#define BY(s) FIELD(s, by, F_WORD, .words = &step_by_words), FIELD(s, at_device, F_INSTANT)
#define TACT .privacy = TACTICAL

static const struct field world_created_fields[] = {
    FIELD(world_created, world, F_STR, .limit = 16),
    FIELD(world_created, world_id, F_STR, .limit = 64),
};
SHAPE(world_created);

static const struct field city_loaded_fields[] = { FIELD(city_loaded, city, F_STRUCT,
                                                         .sub = &city_shape) };
SHAPE(city_loaded);

static const struct field zones_loaded_fields[] = {
    FIELD(zones_loaded, zones, F_LIST, .sub = &city_zone_shape, .limit = 65535),
    FIELD(zones_loaded, reach_m, F_UINT),
};
SHAPE(zones_loaded);

static const struct field plan_activated_fields[] = { FIELD(plan_activated, plan, F_STRUCT,
                                                            .sub = &plan_shape) };
SHAPE(plan_activated);

static const struct field user_created_fields[] = { FIELD(user_created, user, F_STRUCT,
                                                          .sub = &user_shape) };
SHAPE(user_created);

static const struct field user_granted_fields[] = { FIELD(user_granted, user, F_STRUCT,
                                                          .sub = &user_shape) };
SHAPE(user_granted);

static const struct field user_disabled_fields[] = { FIELD(user_disabled, username, F_TEXT) };
SHAPE(user_disabled);

static const struct field user_present_fields[] = { FIELD(user_present, username, F_TEXT) };
SHAPE(user_present);

static const struct field incident_opened_fields[] = {
    FIELD(incident_opened, incident, F_STRUCT, .sub = &incident_shape),
};
SHAPE(incident_opened);

static const struct field rule_named_fields[] = { FIELD(rule_named, rule, F_TEXT) };
SHAPE(rule_named);

static const struct field incident_tiered_fields[] = {
    INCIDENT(incident_tiered),
    FIELD(incident_tiered, tier, F_UINT),
    FIELD(incident_tiered, by_person, F_BOOL),
    FIELD(incident_tiered, plan, F_TEXT, TACT),
    FIELD(incident_tiered, plan_version, F_UINT, TACT),
    FIELD(incident_tiered, rules, F_LIST, .sub = &rule_named_shape, .limit = RULES_FIRED_MAX, TACT),
    FIELD(incident_tiered, open, F_LIST, .sub = &rule_named_shape, .limit = RULES_FIRED_MAX, TACT),
    FIELD(incident_tiered, requirements, F_LIST, .sub = &requirement_shape,
          .limit = REQUIREMENTS_MAX, TACT),
    FIELD(incident_tiered, truncated, F_BOOL, TACT),
    FIELD(incident_tiered, reason, F_SEALED, TACT),
};
SHAPE(incident_tiered);

static const struct field considered_unit_fields[] = {
    UNIT(considered_unit),
    FIELD_AS(considered_unit, "reason", as.reason, F_WORD_ONE, .words = &pass_reason_words),
    FIELD_AS(considered_unit, "status", as.status, F_WORD_ONE, .words = &unit_status_words),
    FIELD_AS(considered_unit, "lon", as.at.lon_e7, F_DEG),
    FIELD_AS(considered_unit, "lat", as.at.lat_e7, F_DEG),
    FIELD_AS(considered_unit, "eta_ms", as.eta_ms, F_UINT),
    FIELD_AS(considered_unit, "position_age_ms", as.position_age_ms, F_UINT),
    FIELD_AS(considered_unit, "score_ms", as.score_ms, F_UINT),
    FIELD_AS(considered_unit, "score_eta_ms", as.score_eta_ms, F_UINT),
    FIELD_AS(considered_unit, "score_zone_ms", as.score_zone_ms, F_UINT),
    FIELD_AS(considered_unit, "score_age_ms", as.score_age_ms, F_UINT),
    FIELD_AS(considered_unit, "flip_ms", as.flip_ms, F_UINT),
    FIELD_AS(considered_unit, "detour_ms", as.detour_ms, F_UINT),
    FIELD_AS(considered_unit, "road", as.road, F_ID, .letter = ID_LETTER_ROAD),
    FIELD_AS(considered_unit, "barred", as.barred, F_WORD, .words = &pass_reason_words),
    FIELD_AS(considered_unit, "taken", as.taken, F_BOOL),
    FIELD_AS(considered_unit, "home_zone", as.home_zone, F_BOOL),
    FIELD_AS(considered_unit, "duty_ms", as.duty_ms, F_UINT),
    FIELD_AS(considered_unit, "score_duty_ms", as.score_duty_ms, F_UINT),
    FIELD_AS(considered_unit, "clear_ms", as.clear_ms, F_UINT),
    FIELD_AS(considered_unit, "leaves", as.leaves, F_ID, .letter = ID_LETTER_INCIDENT),
    FIELD_AS(considered_unit, "leaves_tier", as.leaves_tier, F_UINT),
    FIELD_AS(considered_unit, "leaves_ms", as.leaves_ms, F_UINT),
    FIELD_AS(considered_unit, "score_leave_ms", as.score_leave_ms, F_UINT),
    FIELD_AS(considered_unit, "stake", as.stake, F_UINT),
    FIELD_AS(considered_unit, "score_late_ms", as.score_late_ms, F_UINT),
    FIELD_AS(considered_unit, "score_cover_ms", as.score_cover_ms, F_UINT),
    FIELD_AS(considered_unit, "wanted", as.wanted.incident, F_ID, .letter = ID_LETTER_INCIDENT),
    FIELD_AS(considered_unit, "wanted_slot", as.wanted.slot, F_UINT),
    FIELD_AS(considered_unit, "wanted_late_ms", as.wanted.late_ms, F_UINT),
    FIELD_AS(considered_unit, "wanted_ms", as.wanted.score_ms, F_INT),
};
SHAPE(considered_unit);

static const struct field passed_count_fields[] = {
    FIELD(passed_count, reason, F_WORD_ONE, .words = &pass_reason_words),
    FIELD(passed_count, count, F_UINT),
};
SHAPE(passed_count);

static const struct field slot_advice_fields[] = {
    FIELD(slot_advice, slot, F_UINT),
    FIELD(slot_advice, police_type, F_WORD, .words = &police_type_words),
    FIELD(slot_advice, capability, F_TEXT),
    FIELD(slot_advice, chosen, F_ID, .letter = ID_LETTER_UNIT),
    FIELD(slot_advice, first, F_BOOL),
    FIELD(slot_advice, leave, F_BOOL),
    FIELD(slot_advice, considered, F_LIST, .sub = &considered_unit_shape, .limit = CONSIDERED_MAX),
    FIELD(slot_advice, passed, F_LIST, .sub = &passed_count_shape, .limit = PASS_REASON_COUNT),
};
SHAPE(slot_advice);

static const struct field incident_recommended_fields[] = {
    INCIDENT(incident_recommended),
    FIELD(incident_recommended, plan, F_TEXT, TACT),
    FIELD(incident_recommended, plan_version, F_UINT, TACT),
    FIELD(incident_recommended, engine, F_TEXT, TACT),
    FIELD(incident_recommended, weights, F_TEXT, TACT),
    FIELD(incident_recommended, coarse, F_BOOL, TACT),
    FIELD(incident_recommended, tier, F_UINT, TACT),
    FIELD(incident_recommended, work_ms, F_UINT, TACT),
    FIELD(incident_recommended, limit_ms, F_UINT, TACT),
    FIELD(incident_recommended, waited_ms, F_UINT, TACT),
    FIELD(incident_recommended, calls, F_UINT, TACT),
    FIELD(incident_recommended, cover, F_WORD, .words = &cover_part_words, TACT),
    FIELD(incident_recommended, joint, F_BOOL, TACT),
    FIELD(incident_recommended, joint_slots, F_UINT, TACT),
    FIELD(incident_recommended, joint_beyond, F_UINT, TACT),
    FIELD(incident_recommended, gap_late_ms, F_UINT, TACT),
    FIELD(incident_recommended, gap_ms, F_UINT, TACT),
    FIELD(incident_recommended, slots, F_LIST, .sub = &slot_advice_shape, .limit = REQUIREMENTS_MAX,
          TACT),
};
SHAPE(incident_recommended);

static const struct field incident_amended_fields[] = {
    INCIDENT(incident_amended),
    FIELD(incident_amended, rev, F_UINT),
    FIELD(incident_amended, type, F_TEXT),
    FIELD(incident_amended, priority, F_UINT),
    FIELD(incident_amended, grade, F_UINT),
    FIELD_MAYBE(incident_amended, place, place_changed, &place_shape),
    FIELD(incident_amended, cues_changed, F_BOOL, TACT),
    FIELD(incident_amended, cues, F_BITS, .words = &cue_words, TACT),
    FIELD(incident_amended, cues_denied_changed, F_BOOL, TACT),
    FIELD(incident_amended, cues_denied, F_BITS, .words = &cue_words, TACT),
};
SHAPE(incident_amended);

static const struct field incident_noted_fields[] = {
    INCIDENT(incident_noted),
    FIELD(incident_noted, note, F_SEALED, TACT),
    FIELD(incident_noted, caution, F_BOOL),
};
SHAPE(incident_noted);

static const struct field incident_held_fields[] = {
    INCIDENT(incident_held),
    FIELD(incident_held, until, F_INSTANT, TACT),
    FIELD(incident_held, reason, F_SEALED, TACT),
    FIELD(incident_held, review_at, F_INSTANT, TACT),
};
SHAPE(incident_held);

static const struct field incident_closed_fields[] = {
    INCIDENT(incident_closed),
    FIELD(incident_closed, disposition, F_WORD, .words = &disposition_words),
    FIELD(incident_closed, type, F_TEXT),
    FIELD(incident_closed, forced, F_BOOL),
    FIELD(incident_closed, note, F_SEALED, TACT),
};
SHAPE(incident_closed);

static const struct field incident_reopened_fields[] = {
    FIELD(incident_reopened, incident, F_STRUCT, .sub = &incident_shape),
    FIELD(incident_reopened, departed, F_BOOL, TACT),
    FIELD(incident_reopened, reason, F_SEALED, TACT),
};
SHAPE(incident_reopened);

static const struct field incident_owned_fields[] = {
    INCIDENT(incident_owned),
    FIELD(incident_owned, owner, F_TEXT, TACT),
    FIELD(incident_owned, seat, F_ID, .letter = ID_LETTER_SEAT, TACT),
    FIELD(incident_owned, unread, F_BOOL, TACT),
    FIELD(incident_owned, by_rule, F_BOOL, TACT),
    FIELD(incident_owned, reason, F_SEALED, TACT),
};
SHAPE(incident_owned);

static const struct field incident_absorbed_fields[] = {
    INCIDENT(incident_absorbed),
    FIELD(incident_absorbed, from, F_ID, .letter = ID_LETTER_INCIDENT),
    FIELD(incident_absorbed, number, F_NUMBER),
    FIELD(incident_absorbed, rev, F_UINT),
    FIELD(incident_absorbed, cues, F_BITS, .words = &cue_words, TACT),
    FIELD(incident_absorbed, report_count, F_UINT),
    FIELD(incident_absorbed, contact, F_WORD, .words = &contact_words, TACT),
    FIELD(incident_absorbed, priority, F_UINT),
    FIELD(incident_absorbed, type, F_TEXT),
    FIELD_MAYBE(incident_absorbed, place, place_changed, &place_shape),
    FIELD(incident_absorbed, verified, F_BOOL, TACT),
    FIELD(incident_absorbed, lead, F_ID, .letter = ID_LETTER_UNIT, TACT),
    FIELD(incident_absorbed, tier, F_UINT),
    FIELD(incident_absorbed, first_dispatched_at, F_INSTANT),
    FIELD(incident_absorbed, first_on_scene_at, F_INSTANT),
    FIELD(incident_absorbed, parts, F_LIST, .sub = &merged_part_shape, .limit = MERGED_MAX, TACT),
};
SHAPE(incident_absorbed);

static const struct field order_moved_fields[] = {
    ASSIGNMENT(order_moved),
    UNIT(order_moved),
    FIELD(order_moved, slot, F_UINT),
};
SHAPE(order_moved);

static const struct field incident_orders_moved_fields[] = {
    INCIDENT(incident_orders_moved),
    FIELD(incident_orders_moved, from, F_ID, .letter = ID_LETTER_INCIDENT),
    FIELD(incident_orders_moved, orders, F_LIST, .sub = &order_moved_shape,
          .limit = ORDERS_MOVED_MAX),
};
SHAPE(incident_orders_moved);

static const struct field incident_merged_fields[] = {
    INCIDENT(incident_merged),
    FIELD(incident_merged, into, F_ID, .letter = ID_LETTER_INCIDENT),
    FIELD(incident_merged, number, F_NUMBER),
    FIELD(incident_merged, confirmed, F_BOOL, TACT),
    FIELD(incident_merged, reason, F_SEALED, TACT),
};
SHAPE(incident_merged);

static const struct field incident_parted_fields[] = {
    INCIDENT(incident_parted),
    FIELD(incident_parted, gone, F_ID, .letter = ID_LETTER_INCIDENT),
    FIELD(incident_parted, rev, F_UINT),
    FIELD(incident_parted, cues, F_BITS, .words = &cue_words, TACT),
    FIELD(incident_parted, report_count, F_UINT),
    FIELD(incident_parted, contact, F_WORD, .words = &contact_words, TACT),
    FIELD(incident_parted, type_changed, F_BOOL),
    FIELD(incident_parted, type, F_TEXT),
    FIELD(incident_parted, priority_changed, F_BOOL),
    FIELD(incident_parted, priority, F_UINT),
    FIELD_MAYBE(incident_parted, place, place_changed, &place_shape),
    FIELD(incident_parted, unverified, F_BOOL, TACT),
    FIELD(incident_parted, lead_ended, F_BOOL, TACT),
    FIELD(incident_parted, tier_ended, F_BOOL),
    FIELD(incident_parted, first_dispatched_at, F_INSTANT),
    FIELD(incident_parted, first_on_scene_at, F_INSTANT),
    FIELD(incident_parted, parts, F_LIST, .sub = &merged_part_shape, .limit = MERGED_MAX, TACT),
};
SHAPE(incident_parted);

static const struct field incident_split_off_fields[] = {
    INCIDENT(incident_split_off),
    FIELD(incident_split_off, from, F_ID, .letter = ID_LETTER_INCIDENT),
    FIELD(incident_split_off, rev, F_UINT),
    FIELD(incident_split_off, report_count, F_UINT),
    FIELD(incident_split_off, contact, F_WORD, .words = &contact_words, TACT),
    FIELD(incident_split_off, reason, F_SEALED, TACT),
    FIELD(incident_split_off, person, F_TEXT, TACT),
};
SHAPE(incident_split_off);

static const struct field assignment_made_fields[] = {
    FIELD(assignment_made, assignment, F_STRUCT, .sub = &assignment_shape),
    FIELD_AS(assignment_made, "lon", lon_e7, F_DEG, TACT),
    FIELD_AS(assignment_made, "lat", lat_e7, F_DEG, TACT),
    FIELD(assignment_made, position_age_ms, F_UINT, TACT),
    FIELD(assignment_made, instead_of, F_ID, .letter = ID_LETTER_ASSIGNMENT),
    FIELD(assignment_made, reason, F_SEALED, TACT),
    FIELD(assignment_made, first_report, F_BOOL),
};
SHAPE(assignment_made);

static const struct field assignment_progressed_fields[] = {
    ASSIGNMENT(assignment_progressed),
    INCIDENT(assignment_progressed),
    UNIT(assignment_progressed),
    FIELD(assignment_progressed, status, F_WORD_ONE, .words = &assignment_status_words),
    FIELD(assignment_progressed, reason, F_WORD, .words = &decline_reason_words),
    FIELD(assignment_progressed, due_at, F_INSTANT),
    FIELD(assignment_progressed, feedback_due, F_BOOL),
    FIELD(assignment_progressed, note, F_SEALED, TACT),
    BY(assignment_progressed),
    FIELD(assignment_progressed, destination, F_WORD, .words = &destination_words),
    FIELD(assignment_progressed, destination_place, F_SEALED, TACT),
    FIELD(assignment_progressed, safety_due_at, F_INSTANT),
    FIELD(assignment_progressed, first_report, F_BOOL),
    FIELD(assignment_progressed, free_at, F_INSTANT),
};
SHAPE(assignment_progressed);

static const struct field assignment_changed_fields[] = {
    ASSIGNMENT(assignment_changed),
    INCIDENT(assignment_changed),
    UNIT(assignment_changed),
    FIELD(assignment_changed, rev, F_UINT),
    BY(assignment_changed),
    FIELD(assignment_changed, changes, F_BITS, .words = &change_words),
    FIELD(assignment_changed, due_at, F_INSTANT),
};
SHAPE(assignment_changed);

static const struct field assignment_named_fields[] = {
    ASSIGNMENT(assignment_named),
    INCIDENT(assignment_named),
    UNIT(assignment_named),
    FIELD(assignment_named, station, F_ID, .letter = ID_LETTER_ZONE),
    FIELD(assignment_named, eta_ms, F_UINT),
    FIELD_AS(assignment_named, "lon", lon_e7, F_DEG, TACT),
    FIELD_AS(assignment_named, "lat", lat_e7, F_DEG, TACT),
    FIELD(assignment_named, position_age_ms, F_UINT, TACT),
    FIELD(assignment_named, due_at, F_INSTANT),
    BY(assignment_named),
    FIELD(assignment_named, quiet, F_BOOL, TACT),
};
SHAPE(assignment_named);

static const struct field assignment_marked_fields[] = {
    ASSIGNMENT(assignment_marked),
    INCIDENT(assignment_marked),
    UNIT(assignment_marked),
    BY(assignment_marked),
    FIELD(assignment_marked, person, F_TEXT, TACT),
};
SHAPE(assignment_marked);

static const struct field assignment_diverted_fields[] = {
    ASSIGNMENT(assignment_diverted),
    INCIDENT(assignment_diverted),
    UNIT(assignment_diverted),
    FIELD(assignment_diverted, to, F_ID, .letter = ID_LETTER_INCIDENT),
    FIELD(assignment_diverted, order, F_ID, .letter = ID_LETTER_ASSIGNMENT),
    FIELD(assignment_diverted, reason, F_SEALED, TACT),
};
SHAPE(assignment_diverted);

static const struct field assignment_safe_fields[] = {
    ASSIGNMENT(assignment_safe), INCIDENT(assignment_safe),
    UNIT(assignment_safe),       FIELD(assignment_safe, due_at, F_INSTANT),
    BY(assignment_safe),
};
SHAPE(assignment_safe);

static const struct field assignment_expected_fields[] = {
    ASSIGNMENT(assignment_expected), INCIDENT(assignment_expected),
    UNIT(assignment_expected),       FIELD(assignment_expected, free_at, F_INSTANT),
    BY(assignment_expected),
};
SHAPE(assignment_expected);

static const struct field assignment_reported_fields[] = {
    ASSIGNMENT(assignment_reported),
    INCIDENT(assignment_reported),
    UNIT(assignment_reported),
    FIELD(assignment_reported, first_report, F_BOOL),
    FIELD(assignment_reported, safety_due_at, F_INSTANT),
    FIELD(assignment_reported, note, F_SEALED, TACT),
    BY(assignment_reported),
};
SHAPE(assignment_reported);

static const struct field incident_led_fields[] = { INCIDENT(incident_led), UNIT(incident_led) };
SHAPE(incident_led);

static const struct field unit_terminal_changed_fields[] = { UNIT(unit_terminal_changed) };
SHAPE(unit_terminal_changed);

static const struct field assignment_fed_back_fields[] = {
    ASSIGNMENT(assignment_fed_back),
    INCIDENT(assignment_fed_back),
    UNIT(assignment_fed_back),
    FIELD(assignment_fed_back, type, F_TEXT),
    FIELD(assignment_fed_back, disposition, F_WORD, .words = &disposition_words),
    FIELD(assignment_fed_back, persons_helped, F_UINT),
    FIELD(assignment_fed_back, injured, F_UINT),
    FIELD(assignment_fed_back, note, F_SEALED, TACT),
    BY(assignment_fed_back),
    FIELD(assignment_fed_back, first_report, F_BOOL),
    FIELD(assignment_fed_back, safety_due_at, F_INSTANT),
};
SHAPE(assignment_fed_back);

static const struct field unit_signed_on_fields[] = {
    UNIT(unit_signed_on),
    FIELD(unit_signed_on, crew, F_UINT),
    FIELD(unit_signed_on, has_capabilities, F_BOOL),
    FIELD(unit_signed_on, capabilities, F_UINT),
    FIELD(unit_signed_on, until, F_INSTANT),
    BY(unit_signed_on),
};
SHAPE(unit_signed_on);

static const struct field unit_signed_off_fields[] = { UNIT(unit_signed_off), BY(unit_signed_off) };
SHAPE(unit_signed_off);

static const struct field unit_changed_fields[] = {
    UNIT(unit_changed),
    FIELD(unit_changed, reason, F_WORD, .words = &unit_reason_words),
    FIELD(unit_changed, until, F_INSTANT),
    BY(unit_changed),
};
SHAPE(unit_changed);

static const struct field unit_named_fields[] = {
    UNIT(unit_named),
    FIELD(unit_named, quiet, F_BOOL),
};
SHAPE(unit_named);

static const struct field unit_panicked_fields[] = {
    UNIT(unit_panicked),
    INCIDENT(unit_panicked),
    FIELD_AS(unit_panicked, "lon", lon_e7, F_DEG, TACT),
    FIELD_AS(unit_panicked, "lat", lat_e7, F_DEG, TACT),
    FIELD(unit_panicked, position_age_ms, F_UINT),
    BY(unit_panicked),
    FIELD(unit_panicked, silent, F_BOOL),
    FIELD(unit_panicked, radius_m, F_UINT),
    FIELD(unit_panicked, near, F_LIST, .sub = &unit_named_shape, .limit = PANIC_NEAR_MAX),
};
SHAPE(unit_panicked);

static const struct field unit_panic_noted_fields[] = {
    UNIT(unit_panic_noted),
    INCIDENT(unit_panic_noted),
    BY(unit_panic_noted),
};
SHAPE(unit_panic_noted);

static const struct field unit_panic_answered_fields[] = {
    UNIT(unit_panic_answered),
    INCIDENT(unit_panic_answered),
    FIELD(unit_panic_answered, how, F_SEALED, TACT),
    FIELD(unit_panic_answered, reached, F_WORD, .words = &panic_reach_words),
};
SHAPE(unit_panic_answered);

static const struct field unit_silenced_fields[] = {
    UNIT(unit_silenced),
    FIELD(unit_silenced, since, F_INSTANT),
};
SHAPE(unit_silenced);

static const struct field unit_heard_again_fields[] = { UNIT(unit_heard_again) };
SHAPE(unit_heard_again);

static const struct field automation_changed_fields[] = {
    FIELD(automation_changed, reason, F_SEALED, TACT),
};
SHAPE(automation_changed);

static const struct field alarm_raised_fields[] = {
    FIELD(alarm_raised, alarm, F_STRUCT, .sub = &alarm_shape),
};
SHAPE(alarm_raised);

static const struct field alarm_cleared_fields[] = {
    FIELD(alarm_cleared, alarm, F_ID, .letter = ID_LETTER_ALARM),
    FIELD(alarm_cleared, kind, F_WORD_ONE, .words = &alarm_kind_words),
    INCIDENT(alarm_cleared),
    UNIT(alarm_cleared),
    ASSIGNMENT(alarm_cleared),
    REPORT(alarm_cleared),
    FIELD(alarm_cleared, person, F_TEXT, TACT),
    FIELD(alarm_cleared, about, F_ID, .letter = ID_LETTER_SEAT),
};
SHAPE(alarm_cleared);

static const struct field incident_departed_fields[] = { INCIDENT(incident_departed) };
SHAPE(incident_departed);

static const struct field by_fields[] = {
    FIELD(by, person, F_STR, .limit = 31), FIELD(by, role, F_WORD, .words = &role_words),
    FIELD(by, seat, F_STR, .limit = 31),   FIELD(by, terminal, F_STR, .limit = 63),
    FIELD(by, unsynchronised, F_BOOL),
};
SHAPE(by);

const struct event_info event_infos[EVENT_KIND_COUNT] = {
#define EVENT(n, NAME, word_, struct_, topic_, zh_, en_) \
    [n] = { .word = (word_),                             \
            .shape = &struct_##_shape,                   \
            .topic = TOPIC_##topic_,                     \
            .zh = (zh_),                                 \
            .en = (en_) },
#include "dispatch/model/events.def"
#undef EVENT
};

enum event_kind event_find(struct str word)
{
    for (int i = 1; i < EVENT_KIND_COUNT; i++) {
        if (event_infos[i].word != NULL && str_is(word, event_infos[i].word)) {
            return (enum event_kind)i;
        }
    }
    return EVENT_NONE;
}
