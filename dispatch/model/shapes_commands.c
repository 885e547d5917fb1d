/* What each command looks like on the wire. */
#include "dispatch/model/command.h"

#define INCIDENT(struct_) FIELD(struct_, incident, F_ID, .letter = ID_LETTER_INCIDENT, .need = true)
#define ASSIGNMENT(struct_) \
    FIELD(struct_, assignment, F_ID, .letter = ID_LETTER_ASSIGNMENT, .need = true)
#define UNIT(struct_) FIELD(struct_, unit, F_ID, .letter = ID_LETTER_UNIT, .need = true)
#define BY(struct_) \
    FIELD(struct_, by, F_WORD, .words = &step_by_words), FIELD(struct_, at_device, F_INSTANT)
#define NOTE_LIMIT 2000

static const struct field cues_in_fields[] = {
    FIELD(cues_in, weapon, F_BOOL),     FIELD(cues_in, injured, F_BOOL),
    FIELD(cues_in, trapped, F_BOOL),    FIELD(cues_in, dead, F_BOOL),
    FIELD(cues_in, hazard, F_BOOL),     FIELD(cues_in, crowd, F_BOOL),
    FIELD(cues_in, vulnerable, F_BOOL),
};
SHAPE(cues_in);

static const struct field place_in_fields[] = {
    FIELD(place_in, state, F_WORD_ONE, .words = &place_state_words, .need = true),
    FIELD(place_in, protected, F_BOOL),
    FIELD(place_in, lon, F_DEG),
    FIELD(place_in, lat, F_DEG),
    FIELD(place_in, radius_m, F_UINT, .limit = 100000),
    FIELD(place_in, flags, F_BITS, .words = &place_flag_words),
    FIELD(place_in, address, F_PERSONAL, .limit = 127),
    FIELD(place_in, detail, F_PERSONAL, .limit = 500),
};
SHAPE(place_in);

static const struct field caller_in_fields[] = {
    FIELD(caller_in, name, F_PERSONAL, .limit = 100),
    FIELD(caller_in, phone, F_PERSONAL, .limit = 40),
    FIELD(caller_in, language, F_PERSONAL, .limit = 40),
    FIELD(caller_in, contact, F_WORD, .words = &contact_words),
    FIELD(caller_in, confidential, F_BOOL),
};
SHAPE(caller_in);

static const struct field caller_place_in_fields[] = {
    FIELD(caller_place_in, lon, F_DEG, .need = true),
    FIELD(caller_place_in, lat, F_DEG, .need = true),
    FIELD(caller_place_in, radius_m, F_UINT, .limit = 100000),
    FIELD(caller_place_in, at, F_INSTANT),
    FIELD(caller_place_in, source, F_STR, .limit = 40),
};
SHAPE(caller_place_in);

static const struct field unit_ref_fields[] = {
    { FIELD_NAMED("unit"), .type = F_ID, .letter = ID_LETTER_UNIT, .offset = 0,
      .size = sizeof(unit_id), .need = true },
};
SHAPE(unit_ref);

static const struct field report_receive_fields[] = {
    FIELD(report_receive, channel, F_WORD_ONE, .words = &channel_words, .need = true),
    FIELD(report_receive, call, F_WORD, .words = &call_kind_words),
    FIELD(report_receive, rang_at, F_INSTANT),
    FIELD(report_receive, answered_at, F_INSTANT),
    FIELD(report_receive, ended_at, F_INSTANT),
    FIELD(report_receive, at, F_INSTANT),
    FIELD(report_receive, recording, F_STR, .limit = 63),
    FIELD(report_receive, type, F_STR, .limit = 15),
    FIELD(report_receive, priority, F_UINT, .limit = 9),
    FIELD(report_receive, place, F_STRUCT, .sub = &place_in_shape, .need = true),
    FIELD(report_receive, caller_place, F_STRUCT, .sub = &caller_place_in_shape),
    FIELD(report_receive, narrative, F_PERSONAL, .limit = 4000),
    FIELD(report_receive, caller, F_STRUCT, .sub = &caller_in_shape),
    FIELD(report_receive, cues, F_STRUCT, .sub = &cues_in_shape),
    FIELD(report_receive, on_scene, F_BOOL),
    FIELD_AS(report_receive, "open", no_open, F_NOT),
    FIELD(report_receive, external_id, F_STR, .limit = 63),
    FIELD(report_receive, unit, F_ID, .letter = ID_LETTER_UNIT),
    FIELD(report_receive, incident, F_ID, .letter = ID_LETTER_INCIDENT),
    FIELD(report_receive, cues_denied, F_STRUCT, .sub = &cues_in_shape),
};
SHAPE(report_receive);

static const struct field caller_more_fields[] = {
    FIELD(caller_more, name, F_PERSONAL, .limit = 100),
    FIELD(caller_more, phone, F_PERSONAL, .limit = 40),
    FIELD(caller_more, language, F_PERSONAL, .limit = 40),
    FIELD(caller_more, contact, F_WORD, .words = &contact_change_words),
    FIELD(caller_more, confidential, F_BOOL),
};
SHAPE(caller_more);

static const struct field report_amend_fields[] = {
    FIELD(report_amend, report, F_ID, .letter = ID_LETTER_REPORT, .need = true),
    FIELD(report_amend, call, F_WORD, .words = &call_kind_words),
    FIELD(report_amend, rang_at, F_INSTANT),
    FIELD(report_amend, answered_at, F_INSTANT),
    FIELD(report_amend, ended_at, F_INSTANT),
    FIELD(report_amend, recording, F_STR, .limit = 63),
    FIELD(report_amend, type, F_STR, .limit = 15),
    FIELD(report_amend, priority, F_UINT, .limit = 9),
    FIELD_MAYBE(report_amend, place, has_place, &place_in_shape),
    FIELD_MAYBE(report_amend, caller_place, has_caller_place, &caller_place_in_shape),
    FIELD(report_amend, narrative, F_PERSONAL, .limit = 4000),
    FIELD(report_amend, caller, F_STRUCT, .sub = &caller_more_shape),
    FIELD_MAYBE(report_amend, cues, has_cues, &cues_in_shape),
    FIELD(report_amend, external_id, F_STR, .limit = 63),
};
SHAPE(report_amend);

static const struct field report_contact_fields[] = {
    FIELD(report_contact, report, F_ID, .letter = ID_LETTER_REPORT, .need = true),
    FIELD(report_contact, how, F_WORD_ONE, .words = &contact_way_words, .need = true),
    FIELD(report_contact, result, F_WORD_ONE, .words = &contact_result_words, .need = true),
    FIELD(report_contact, note, F_PERSONAL, .limit = NOTE_LIMIT),
};
SHAPE(report_contact);

static const struct field report_message_fields[] = {
    FIELD(report_message, report, F_ID, .letter = ID_LETTER_REPORT, .need = true),
    FIELD(report_message, from_caller, F_BOOL),
    FIELD(report_message, text, F_PERSONAL, .limit = NOTE_LIMIT, .need = true),
};
SHAPE(report_message);

static const struct field report_settle_fields[] = {
    FIELD(report_settle, report, F_ID, .letter = ID_LETTER_REPORT, .need = true),
    FIELD(report_settle, outcome, F_WORD, .words = &report_outcome_words, .need = true),
    FIELD(report_settle, note, F_PERSONAL, .limit = NOTE_LIMIT),
};
SHAPE(report_settle);

static const struct field report_link_fields[] = {
    FIELD(report_link, report, F_ID, .letter = ID_LETTER_REPORT, .need = true),
    INCIDENT(report_link),
};
SHAPE(report_link);

static const struct field report_unlink_fields[] = {
    FIELD(report_unlink, report, F_ID, .letter = ID_LETTER_REPORT, .need = true),
    FIELD_AS(report_unlink, "open", no_open, F_NOT),
};
SHAPE(report_unlink);

static const struct field incident_open_fields[] = {
    FIELD(incident_open, report, F_ID, .letter = ID_LETTER_REPORT),
    FIELD(incident_open, type, F_STR, .limit = 15),
    FIELD(incident_open, priority, F_UINT, .limit = 9),
    FIELD(incident_open, channel, F_WORD, .words = &channel_words),
    FIELD(incident_open, place, F_STRUCT, .sub = &place_in_shape),
    FIELD(incident_open, cues, F_STRUCT, .sub = &cues_in_shape),
    FIELD(incident_open, note, F_PERSONAL, .limit = NOTE_LIMIT),
    FIELD(incident_open, on_scene, F_BOOL),
    FIELD(incident_open, unit, F_ID, .letter = ID_LETTER_UNIT),
    FIELD(incident_open, at_caller, F_BOOL),
    FIELD(incident_open, cues_denied, F_STRUCT, .sub = &cues_in_shape),
};
SHAPE(incident_open);

static const struct field incident_amend_fields[] = {
    INCIDENT(incident_amend),
    FIELD(incident_amend, type, F_STR, .limit = 15),
    FIELD(incident_amend, priority, F_UINT, .limit = 9),
    FIELD(incident_amend, grade, F_UINT, .limit = 9),
    FIELD_MAYBE(incident_amend, place, has_place, &place_in_shape),
    FIELD_MAYBE(incident_amend, cues, has_cues, &cues_in_shape),
    FIELD(incident_amend, at_caller, F_BOOL),
    FIELD_MAYBE(incident_amend, cues_denied, has_cues_denied, &cues_in_shape),
};
SHAPE(incident_amend);

static const struct field incident_note_fields[] = {
    INCIDENT(incident_note),
    FIELD(incident_note, note, F_PERSONAL, .limit = NOTE_LIMIT, .need = true),
    FIELD(incident_note, caution, F_BOOL),
};
SHAPE(incident_note);

static const struct field incident_retier_fields[] = {
    INCIDENT(incident_retier),
    FIELD(incident_retier, tier, F_UINT, .limit = 4, .need = true),
    FIELD(incident_retier, reason, F_PERSONAL, .limit = NOTE_LIMIT, .need = true),
};
SHAPE(incident_retier);

static const struct field incident_hold_fields[] = {
    INCIDENT(incident_hold),
    FIELD(incident_hold, until, F_INSTANT, .need = true),
    FIELD(incident_hold, reason, F_PERSONAL, .limit = NOTE_LIMIT, .need = true),
};
SHAPE(incident_hold);

static const struct field incident_close_fields[] = {
    INCIDENT(incident_close),
    FIELD(incident_close, disposition, F_WORD, .words = &disposition_words, .need = true),
    FIELD(incident_close, type, F_STR, .limit = 15),
    FIELD(incident_close, note, F_PERSONAL, .limit = NOTE_LIMIT),
    FIELD(incident_close, force, F_BOOL),
};
SHAPE(incident_close);

static const struct field incident_reopen_fields[] = {
    INCIDENT(incident_reopen),
    FIELD(incident_reopen, reason, F_PERSONAL, .limit = NOTE_LIMIT, .need = true),
};
SHAPE(incident_reopen);

static const struct field paper_unit_fields[] = {
    UNIT(paper_unit),
    FIELD(paper_unit, dispatched_at, F_INSTANT),
    FIELD(paper_unit, on_scene_at, F_INSTANT),
    FIELD(paper_unit, cleared_at, F_INSTANT),
};
SHAPE(paper_unit);

static const struct field paper_enter_fields[] = {
    FIELD(paper_enter, number, F_NUMBER, .need = true),
    FIELD(paper_enter, writer, F_STR, .limit = 31, .need = true),
    FIELD(paper_enter, received_at, F_INSTANT, .need = true),
    FIELD(paper_enter, type, F_STR, .limit = 15),
    FIELD(paper_enter, tier, F_UINT, .limit = 4),
    FIELD(paper_enter, place, F_STRUCT, .sub = &place_in_shape, .need = true),
    FIELD(paper_enter, cues, F_STRUCT, .sub = &cues_in_shape),
    FIELD(paper_enter, narrative, F_PERSONAL, .limit = 4000),
    FIELD(paper_enter, caller, F_STRUCT, .sub = &caller_in_shape),
    FIELD(paper_enter, units, F_LIST, .sub = &paper_unit_shape, .limit = PAPER_UNITS_MAX),
    FIELD(paper_enter, closed_at, F_INSTANT),
    FIELD(paper_enter, disposition, F_WORD, .words = &disposition_words),
    FIELD(paper_enter, note, F_PERSONAL, .limit = NOTE_LIMIT),
    FIELD(paper_enter, still_open, F_BOOL),
};
SHAPE(paper_enter);

static const struct field incident_merge_fields[] = {
    INCIDENT(incident_merge),
    FIELD(incident_merge, into, F_ID, .letter = ID_LETTER_INCIDENT, .need = true),
    FIELD(incident_merge, reason, F_PERSONAL, .limit = NOTE_LIMIT),
    FIELD(incident_merge, confirm, F_BOOL),
};
SHAPE(incident_merge);

static const struct field incident_split_fields[] = {
    INCIDENT(incident_split),
    FIELD(incident_split, reason, F_PERSONAL, .limit = NOTE_LIMIT),
};
SHAPE(incident_split);

static const struct field assignment_reserve_fields[] = {
    INCIDENT(assignment_reserve),
    FIELD(assignment_reserve, units, F_LIST, .sub = &unit_ref_shape, .limit = REQUIREMENTS_MAX,
          .need = true),
    FIELD(assignment_reserve, slot, F_UINT, .limit = REQUIREMENTS_MAX),
};
SHAPE(assignment_reserve);

static const struct field assignment_dispatch_fields[] = {
    INCIDENT(assignment_dispatch),
    FIELD(assignment_dispatch, units, F_LIST, .sub = &unit_ref_shape, .limit = REQUIREMENTS_MAX),
    FIELD(assignment_dispatch, slot, F_UINT, .limit = REQUIREMENTS_MAX),
    FIELD(assignment_dispatch, station, F_ID, .letter = ID_LETTER_ZONE),
    FIELD(assignment_dispatch, reason, F_PERSONAL, .limit = NOTE_LIMIT),
};
SHAPE(assignment_dispatch);

static const struct field assignment_acknowledge_fields[] = {
    ASSIGNMENT(assignment_acknowledge),
    BY(assignment_acknowledge),
};
SHAPE(assignment_acknowledge);

static const struct field assignment_acknowledge_change_fields[] = {
    ASSIGNMENT(assignment_acknowledge_change),
    BY(assignment_acknowledge_change),
    FIELD(assignment_acknowledge_change, change_no, F_UINT),
};
SHAPE(assignment_acknowledge_change);

static const struct field assignment_decline_fields[] = {
    ASSIGNMENT(assignment_decline),
    FIELD(assignment_decline, reason, F_WORD_ONE, .words = &decline_reason_words, .need = true),
    BY(assignment_decline),
};
SHAPE(assignment_decline);

static const struct field assignment_progress_fields[] = {
    ASSIGNMENT(assignment_progress),
    FIELD(assignment_progress, status, F_WORD_ONE, .words = &assignment_status_words, .need = true),
    BY(assignment_progress),
    FIELD(assignment_progress, destination, F_WORD, .words = &destination_words),
    FIELD(assignment_progress, destination_place, F_PERSONAL, .limit = 200),
};
SHAPE(assignment_progress);

static const struct field assignment_feedback_fields[] = {
    ASSIGNMENT(assignment_feedback),
    FIELD(assignment_feedback, type, F_STR, .limit = 15),
    FIELD(assignment_feedback, disposition, F_WORD, .words = &disposition_words, .need = true),
    FIELD(assignment_feedback, persons_helped, F_UINT),
    FIELD(assignment_feedback, injured, F_UINT),
    FIELD(assignment_feedback, note, F_PERSONAL, .limit = NOTE_LIMIT),
    BY(assignment_feedback),
};
SHAPE(assignment_feedback);

static const struct field assignment_cancel_fields[] = {
    ASSIGNMENT(assignment_cancel),
    FIELD(assignment_cancel, reason, F_PERSONAL, .limit = NOTE_LIMIT),
};
SHAPE(assignment_cancel);

static const struct field assignment_name_fields[] = {
    ASSIGNMENT(assignment_name),
    UNIT(assignment_name),
    BY(assignment_name),
};
SHAPE(assignment_name);

static const struct field assignment_speak_fields[] = {
    ASSIGNMENT(assignment_speak),
    BY(assignment_speak),
};
SHAPE(assignment_speak);

static const struct field assignment_divert_fields[] = {
    ASSIGNMENT(assignment_divert),
    INCIDENT(assignment_divert),
    FIELD(assignment_divert, reason, F_PERSONAL, .limit = NOTE_LIMIT, .need = true),
};
SHAPE(assignment_divert);

static const struct field assignment_relieve_fields[] = {
    ASSIGNMENT(assignment_relieve),
    UNIT(assignment_relieve),
    FIELD(assignment_relieve, reason, F_PERSONAL, .limit = NOTE_LIMIT),
};
SHAPE(assignment_relieve);

static const struct field assignment_keep_fields[] = { ASSIGNMENT(assignment_keep) };
SHAPE(assignment_keep);

static const struct field assignment_safe_in_fields[] = {
    ASSIGNMENT(assignment_safe_in),
    BY(assignment_safe_in),
};
SHAPE(assignment_safe_in);

static const struct field assignment_expect_fields[] = {
    ASSIGNMENT(assignment_expect),
    FIELD(assignment_expect, free_at, F_INSTANT, .need = true),
    BY(assignment_expect),
};
SHAPE(assignment_expect);

static const struct field assignment_report_fields[] = {
    ASSIGNMENT(assignment_report),
    FIELD(assignment_report, note, F_PERSONAL, .limit = NOTE_LIMIT, .need = true),
    BY(assignment_report),
};
SHAPE(assignment_report);

static const struct field incident_lead_fields[] = { INCIDENT(incident_lead), UNIT(incident_lead) };
SHAPE(incident_lead);

static const struct field unit_sign_on_fields[] = {
    UNIT(unit_sign_on),
    FIELD(unit_sign_on, crew, F_UINT, .limit = 99),
    FIELD(unit_sign_on, capabilities, F_STRS, .limit = CAPABILITIES_MAX, .limit2 = 31),
    FIELD(unit_sign_on, until, F_INSTANT),
    BY(unit_sign_on),
};
SHAPE(unit_sign_on);

static const struct field unit_sign_off_fields[] = { UNIT(unit_sign_off), BY(unit_sign_off) };
SHAPE(unit_sign_off);

static const struct field unit_status_set_fields[] = {
    UNIT(unit_status_set),
    FIELD(unit_status_set, available, F_BOOL),
    FIELD(unit_status_set, reason, F_WORD, .words = &unit_reason_words),
    FIELD(unit_status_set, until, F_INSTANT),
    BY(unit_status_set),
};
SHAPE(unit_status_set);

static const struct field unit_panic_fields[] = {
    UNIT(unit_panic),
    BY(unit_panic),
    FIELD(unit_panic, cancel, F_BOOL),
    FIELD(unit_panic, silent, F_BOOL),
};
SHAPE(unit_panic);

static const struct field unit_panic_answer_fields[] = {
    UNIT(unit_panic_answer),
    FIELD(unit_panic_answer, reached, F_WORD, .words = &panic_reach_words, .need = true),
    FIELD(unit_panic_answer, how, F_PERSONAL, .limit = NOTE_LIMIT, .need = true),
};
SHAPE(unit_panic_answer);

static const struct field city_load_fields[] = {
    FIELD(city_load, city, F_STRUCT, .sub = &city_shape, .need = true),
};
SHAPE(city_load);

static const struct field zones_load_in_fields[] = {
    FIELD(zones_load_in, zones, F_LIST, .sub = &city_zone_shape, .limit = 65535),
    FIELD(zones_load_in, reach_m, F_UINT, .limit = 20000),
};
SHAPE(zones_load_in);

static const struct field plan_activate_fields[] = {
    FIELD(plan_activate, plan, F_STRUCT, .sub = &plan_shape, .need = true),
};
SHAPE(plan_activate);

static const struct field automation_stop_fields[] = {
    FIELD(automation_stop, reason, F_PERSONAL, .limit = NOTE_LIMIT),
};
SHAPE(automation_stop);

static const struct field automation_resume_fields[] = {
    FIELD(automation_resume, reason, F_PERSONAL, .limit = NOTE_LIMIT),
};
SHAPE(automation_resume);

static const struct field user_create_fields[] = {
    FIELD(user_create, username, F_STR, .limit = 31, .need = true),
    FIELD(user_create, role, F_WORD, .words = &role_words, .need = true),
    FIELD(user_create, zones, F_STRS, .limit = USER_ZONES_MAX, .limit2 = 31),
    FIELD(user_create, unit, F_ID, .letter = ID_LETTER_UNIT),
};
SHAPE(user_create);

static const struct field user_disable_fields[] = {
    FIELD(user_disable, username, F_STR, .limit = 31, .need = true),
};
SHAPE(user_disable);

static const struct field user_grant_fields[] = {
    FIELD(user_grant, username, F_STR, .limit = 31, .need = true),
    FIELD(user_grant, role, F_WORD, .words = &role_words, .need = true),
    FIELD(user_grant, zones, F_STRS, .limit = USER_ZONES_MAX, .limit2 = 31),
    FIELD(user_grant, unit, F_ID, .letter = ID_LETTER_UNIT),
    FIELD(user_grant, enable, F_BOOL),
};
SHAPE(user_grant);

static const struct field world_create_fields[] = {
    FIELD(world_create, world, F_STR, .limit = 16, .need = true),
    FIELD(world_create, world_id, F_STR, .limit = 64, .need = true),
};
SHAPE(world_create);

static const struct field clock_tick_fields[] = { FIELD(clock_tick, now, F_INSTANT, .need = true) };
SHAPE(clock_tick);

static const struct field unit_silent_fields[] = { UNIT(unit_silent),
                                                   FIELD(unit_silent, since, F_INSTANT) };
SHAPE(unit_silent);

static const struct field unit_heard_fields[] = { UNIT(unit_heard) };
SHAPE(unit_heard);

static const struct field unit_terminal_fields[] = {
    UNIT(unit_terminal),
    FIELD(unit_terminal, live, F_BOOL),
};
SHAPE(unit_terminal);

static const struct field capacity_warn_fields[] = {
    FIELD(capacity_warn, what, F_STR, .limit = 40, .need = true),
    FIELD(capacity_warn, percent, F_UINT, .limit = 100, .need = true),
};
SHAPE(capacity_warn);

static const struct field glass_warn_fields[] = {
    FIELD(glass_warn, incident, F_ID, .letter = ID_LETTER_INCIDENT),
    FIELD(glass_warn, report, F_ID, .letter = ID_LETTER_REPORT),
    FIELD(glass_warn, person, F_STR, .limit = 31, .need = true),
    FIELD(glass_warn, purpose, F_WORD, .words = &purpose_words, .need = true),
    FIELD(glass_warn, spooled, F_BOOL),
};
SHAPE(glass_warn);

static const struct field user_presence_fields[] = {
    FIELD(user_presence, username, F_STR, .limit = 128, .need = true),
    FIELD(user_presence, present, F_BOOL),
};
SHAPE(user_presence);

#define R(role) (UINT32_C(1) << ROLE_##role)

static const struct {
    const char *letters;
} command_letters[COMMAND_TYPE_COUNT] = {
#define COMMAND(NAME, word_, struct_, roles_, zh_, en_) [COMMAND_##NAME] = { roles_ },
#include "dispatch/model/commands.def"
#undef COMMAND
};

const struct command_info command_infos[COMMAND_TYPE_COUNT] = {
#define COMMAND(NAME, word_, struct_, roles_, zh_, en_) \
    [COMMAND_##NAME] = { .word = (word_), .shape = &struct_##_shape, .zh = (zh_), .en = (en_) },
#include "dispatch/model/commands.def"
#undef COMMAND
};

static const struct {
    char letter;
    uint32_t role;
} role_letters[] = {
    { 'O', R(OPERATOR) },
    { 'C', R(COMMANDER) },
    { 'D', R(DUTY_OFFICER) },
    { 'S', R(STATION_DESK) },
    { 'U', R(UNIT) },
    { 'P', R(PUBLICITY) },
    { 'A', R(ADMIN) },
    { 'I', R(INTAKE) },
    { 'N', R(ANALYST) },
    { 'Y', R(PARTNER) },
    { 'X', R(PARTNER_EMERGENCY) },
};

uint32_t command_roles(enum command_type type)
{
    uint32_t roles = 0;
    for (const char *l = command_letters[type].letters; l != NULL && *l != '\0'; l++) {
        for (size_t i = 0; i < sizeof(role_letters) / sizeof(role_letters[0]); i++) {
            roles |= role_letters[i].letter == *l ? role_letters[i].role : 0;
        }
    }
    return roles;
}

enum command_type command_find(struct str word)
{
    for (int i = 1; i < COMMAND_TYPE_COUNT; i++) {
        if (str_is(word, command_infos[i].word)) {
            return (enum command_type)i;
        }
    }
    return COMMAND_NONE;
}
