/* What the entities look like from outside. */
#include "dispatch/model/entities.h"

#define ID(struct_, member, letter_, ...) \
    FIELD(struct_, member, F_ID, .letter = (letter_), __VA_ARGS__)
#define OPEN_ .privacy = OPEN
#define TACT .privacy = TACTICAL

static const struct field place_fields[] = {
    FIELD(place, state, F_WORD_ONE, .words = &place_state_words, OPEN_),
    FIELD(place, coarse, F_BOOL, TACT),
    FIELD(place, protected, F_BOOL, TACT),
    FIELD_AS(place, "lon", lon_e7, F_DEG, TACT),
    FIELD_AS(place, "lat", lat_e7, F_DEG, TACT),
    FIELD(place, radius_m, F_UINT, TACT),
    FIELD(place, flags, F_BITS, .words = &place_flag_words, TACT),
    ID(place, zone, ID_LETTER_ZONE, OPEN_),
    FIELD(place, address, F_TEXT, TACT),
    FIELD(place, detail, F_SEALED, TACT),
    FIELD(place, exact, F_SEALED, TACT),
    FIELD(place, zone_off_m, F_UINT, TACT, .later = true),
};
SHAPE(place);

static const struct field report_fields[] = {
    ID(report, id, ID_LETTER_REPORT, OPEN_),
    ID(report, incident, ID_LETTER_INCIDENT, OPEN_),
    FIELD(report, status, F_WORD_ONE, .words = &report_status_words, OPEN_),
    FIELD(report, channel, F_WORD_ONE, .words = &channel_words, OPEN_),
    FIELD(report, call, F_WORD, .words = &call_kind_words, TACT),
    FIELD(report, priority, F_UINT, OPEN_),
    FIELD(report, outcome, F_WORD, .words = &report_outcome_words, OPEN_),
    FIELD(report, contact, F_WORD, .words = &contact_words, TACT),
    FIELD(report, confidential, F_BOOL, TACT),
    FIELD(report, type, F_TEXT, OPEN_),
    FIELD(report, cues, F_BITS, .words = &cue_words, TACT),
    FIELD(report, owner, F_TEXT, TACT),
    FIELD(report, number, F_NUMBER, OPEN_),
    FIELD(report, received_at, F_INSTANT, OPEN_),
    FIELD(report, rang_at, F_INSTANT, TACT),
    FIELD(report, answered_at, F_INSTANT, TACT),
    FIELD(report, ended_at, F_INSTANT, TACT),
    FIELD(report, settled_at, F_INSTANT, OPEN_),
    FIELD(report, place, F_STRUCT, .sub = &place_shape, OPEN_),
    FIELD(report, external_id, F_TEXT, TACT),
    FIELD(report, recording, F_TEXT, TACT),
    FIELD(report, narrative, F_SEALED, TACT),
    FIELD(report, caller_name, F_SEALED, TACT),
    FIELD(report, caller_phone, F_SEALED, TACT),
    FIELD(report, caller_place, F_SEALED, TACT),
    FIELD(report, caller_language, F_SEALED, TACT),
    FIELD(report, note, F_SEALED, TACT),
    FIELD(report, alarmed, F_BITS, .words = &alarm_kind_words, TACT),
    FIELD(report, callback, F_BOOL, TACT, .later = true),
    FIELD(report, opened, F_BOOL, TACT, .later = true),
    FIELD(report, tries, F_UINT, TACT, .later = true),
    FIELD(report, try_how, F_WORD, .words = &contact_way_words, TACT, .later = true),
    FIELD(report, try_result, F_WORD, .words = &contact_result_words, TACT, .later = true),
    FIELD(report, tried_at, F_INSTANT, TACT, .later = true),
    FIELD(report, callback_at, F_INSTANT, TACT, .later = true),
    FIELD(report, contacted_at, F_INSTANT, TACT, .later = true),
    FIELD_AS(report, "caller_lon", caller_lon_e7, F_DEG, TACT, .later = true),
    FIELD_AS(report, "caller_lat", caller_lat_e7, F_DEG, TACT, .later = true),
    FIELD(report, caller_radius_m, F_UINT, TACT, .later = true),
    FIELD(report, settled_by, F_TEXT, TACT, .later = true),
    ID(report, came_from, ID_LETTER_INCIDENT, TACT, .later = true),
    FIELD(report, seat, F_ID, .letter = ID_LETTER_SEAT, TACT, .later = true),
    FIELD(report, unread, F_BOOL, TACT, .later = true),
    FIELD(report, cues_denied, F_BITS, .words = &cue_words, TACT, .later = true),
};
SHAPE(report);

static const struct field requirement_fields[] = {
    FIELD(requirement, slot, F_UINT, OPEN_),
    FIELD(requirement, police_type, F_WORD, .words = &police_type_words, OPEN_),
    FIELD(requirement, capability, F_TEXT, TACT),
    FIELD(requirement, rule, F_TEXT, TACT),
    FIELD(requirement, offers, F_UINT, TACT),
    FIELD(requirement, due_at, F_INSTANT, TACT),
    ID(requirement, meant, ID_LETTER_UNIT, TACT, .later = true),
};
SHAPE(requirement);

static const struct field text32_fields[] = {
    { FIELD_NAMED("rule"), .type = F_TEXT, .offset = 0, .size = sizeof(struct text32) },
};
static const struct shape text32_shape = { "text32", text32_fields, 1, sizeof(struct text32) };

static const struct field merged_part_fields[] = {
    ID(merged_part, incident, ID_LETTER_INCIDENT, TACT),
    FIELD(merged_part, number, F_NUMBER, TACT),
    FIELD(merged_part, cues, F_BITS, .words = &cue_words, TACT),
    FIELD(merged_part, type, F_TEXT, TACT),
    FIELD(merged_part, priority, F_UINT, TACT),
    FIELD(merged_part, typed, F_BOOL, TACT),
    FIELD(merged_part, urgent, F_BOOL, TACT),
    FIELD(merged_part, placed, F_BOOL, TACT),
    FIELD(merged_part, verified, F_BOOL, TACT),
    FIELD(merged_part, led, F_BOOL, TACT),
    FIELD(merged_part, tiered, F_BOOL, TACT),
};
SHAPE(merged_part);

static const struct field incident_fields[] = {
    ID(incident, id, ID_LETTER_INCIDENT, OPEN_),
    FIELD(incident, number, F_NUMBER, OPEN_),
    FIELD(incident, rev, F_UINT, OPEN_),
    FIELD(incident, type_reported, F_TEXT, OPEN_),
    FIELD(incident, type_dispatched, F_TEXT, OPEN_),
    FIELD(incident, type_handled, F_TEXT, OPEN_),
    FIELD(incident, grade, F_UINT, OPEN_),
    FIELD(incident, tier, F_UINT, OPEN_),
    FIELD(incident, priority, F_UINT, OPEN_),
    FIELD(incident, status, F_WORD_ONE, .words = &incident_status_words, OPEN_),
    FIELD(incident, channel, F_WORD_ONE, .words = &channel_words, TACT),
    FIELD(incident, disposition, F_WORD, .words = &disposition_words, TACT),
    FIELD(incident, by_person, F_BOOL, TACT),
    FIELD(incident, unverified, F_BOOL, TACT),
    FIELD(incident, tier_by_person, F_BOOL, TACT),
    FIELD(incident, withheld, F_BOOL, OPEN_),
    FIELD(incident, cues, F_BITS, .words = &cue_words, TACT),
    FIELD(incident, owner, F_TEXT, TACT),
    ID(incident, lead, ID_LETTER_UNIT, TACT),
    FIELD(incident, place, F_STRUCT, .sub = &place_shape, OPEN_),
    FIELD(incident, opened_at, F_INSTANT, OPEN_),
    FIELD(incident, status_since, F_INSTANT, OPEN_),
    FIELD(incident, held_until, F_INSTANT, TACT),
    FIELD(incident, closed_at, F_INSTANT, OPEN_),
    FIELD(incident, first_dispatched_at, F_INSTANT, OPEN_),
    FIELD(incident, first_on_scene_at, F_INSTANT, OPEN_),
    FIELD(incident, plan, F_TEXT, TACT),
    FIELD(incident, plan_version, F_UINT, TACT),
    FIELD_ARRAY(incident, rules, rule_count, &text32_shape, TACT),
    FIELD_ARRAY(incident, requirements, requirement_count, &requirement_shape, TACT),
    FIELD(incident, alarmed, F_BITS, .words = &alarm_kind_words, TACT),
    FIELD(incident, report_count, F_UINT, OPEN_),
    FIELD(incident, paper_by, F_TEXT, TACT, .later = true),
    FIELD(incident, paper_closed_at, F_INSTANT, TACT, .later = true),
    FIELD(incident, contact, F_WORD, .words = &contact_words, TACT, .later = true),
    ID(incident, merged_into, ID_LETTER_INCIDENT, OPEN_, .later = true),
    FIELD_ARRAY(incident, merged, merged_count, &merged_part_shape, TACT, .later = true),
    FIELD(incident, seat, F_ID, .letter = ID_LETTER_SEAT, TACT, .later = true),
    FIELD(incident, unread, F_BOOL, TACT, .later = true),
    FIELD(incident, panic, F_BOOL, TACT, .later = true),
    FIELD(incident, panic_silent, F_BOOL, TACT, .later = true),
    ID(incident, panic_unit, ID_LETTER_UNIT, TACT, .later = true),
    FIELD(incident, place_at, F_INSTANT, TACT, .later = true),
    FIELD(incident, review_at, F_INSTANT, TACT, .later = true),
    FIELD(incident, first_report_at, F_INSTANT, TACT, .later = true),
    ID(incident, split_from, ID_LETTER_INCIDENT, TACT, .later = true),
    FIELD(incident, cues_denied, F_BITS, .words = &cue_words, TACT, .later = true),
};
SHAPE(incident);

static const struct field unit_alert_fields[] = {
    ID(unit_alert, incident, ID_LETTER_INCIDENT, OPEN_),
    FIELD(unit_alert, quiet, F_BOOL, OPEN_, .later = true),
};
SHAPE(unit_alert);

static const struct field unit_move_fields[] = {
    FIELD(unit_move, number, F_UINT, OPEN_),
    FIELD_AS(unit_move, "lon", lon_e7, F_DEG, OPEN_),
    FIELD_AS(unit_move, "lat", lat_e7, F_DEG, OPEN_),
    FIELD(unit_move, circle, F_TEXT, OPEN_),
    FIELD(unit_move, why, F_WORD, .words = &move_reason_words, OPEN_),
    FIELD(unit_move, person, F_TEXT, TACT),
    FIELD(unit_move, seat, F_ID, .letter = ID_LETTER_SEAT, TACT),
    FIELD(unit_move, ordered_at, F_INSTANT, OPEN_),
    FIELD(unit_move, eta_ms, F_UINT, OPEN_),
    FIELD(unit_move, due_at, F_INSTANT, OPEN_),
    FIELD(unit_move, acknowledged_at, F_INSTANT, OPEN_),
    FIELD(unit_move, by, F_WORD, .words = &step_by_words, OPEN_),
    FIELD(unit_move, expires_at, F_INSTANT, OPEN_),
    FIELD(unit_move, name_zh, F_TEXT, OPEN_),
    FIELD(unit_move, name_en, F_TEXT, OPEN_),
    FIELD(unit_move, zone, F_ID, .letter = ID_LETTER_ZONE, OPEN_),
};
SHAPE(unit_move);

static const struct field unit_fields[] = {
    ID(unit, id, ID_LETTER_UNIT, OPEN_),
    FIELD(unit, callsign, F_TEXT, OPEN_),
    FIELD(unit, police_type, F_WORD_ONE, .words = &police_type_words, OPEN_),
    FIELD(unit, voice_only, F_BOOL, OPEN_),
    FIELD(unit, on_duty, F_BOOL, OPEN_),
    FIELD(unit, reason, F_WORD, .words = &unit_reason_words, OPEN_),
    FIELD(unit, status, F_WORD_ONE, .words = &unit_status_words, OPEN_),
    FIELD(unit, crew, F_UINT, OPEN_),
    FIELD(unit, silent, F_BOOL, OPEN_),
    FIELD(unit, panic, F_BOOL, OPEN_),
    FIELD(unit, capabilities, F_UINT, OPEN_),
    ID(unit, zone, ID_LETTER_ZONE, OPEN_),
    FIELD_AS(unit, "home_lon", home_lon_e7, F_DEG, OPEN_),
    FIELD_AS(unit, "home_lat", home_lat_e7, F_DEG, OPEN_),
    FIELD(unit, status_since, F_INSTANT, OPEN_),
    FIELD(unit, signed_on_at, F_INSTANT, OPEN_),
    FIELD(unit, silent_since, F_INSTANT, OPEN_),
    FIELD(unit, panic_at, F_INSTANT, OPEN_),
    ID(unit, panic_incident, ID_LETTER_INCIDENT, OPEN_),
    FIELD(unit, panic_silent, F_BOOL, OPEN_, .later = true),
    FIELD_ARRAY(unit, alerts, alert_count, &unit_alert_shape, OPEN_, .later = true),
    FIELD(unit, terminal_lost, F_BOOL, OPEN_, .later = true),
    FIELD(unit, terminal_lost_at, F_INSTANT, OPEN_, .later = true),
    FIELD(unit, phone, F_TEXT, TACT, .later = true),
    FIELD(unit, radio, F_TEXT, TACT, .later = true),
    FIELD(unit, duty_until, F_INSTANT, OPEN_, .later = true),
    FIELD(unit, moves, F_UINT, OPEN_, .later = true),
    FIELD(unit, move, F_STRUCT, .sub = &unit_move_shape, OPEN_, .later = true),
};
SHAPE(unit);

static const struct field assignment_fields[] = {
    ID(assignment, id, ID_LETTER_ASSIGNMENT, OPEN_),
    ID(assignment, incident, ID_LETTER_INCIDENT, OPEN_),
    ID(assignment, unit, ID_LETTER_UNIT, OPEN_),
    ID(assignment, station, ID_LETTER_ZONE, OPEN_),
    FIELD(assignment, slot, F_UINT, OPEN_),
    FIELD(assignment, status, F_WORD_ONE, .words = &assignment_status_words, OPEN_),
    FIELD(assignment, by, F_WORD_ONE, .words = &step_by_words, OPEN_),
    FIELD(assignment, active, F_BOOL, OPEN_),
    FIELD(assignment, automatic, F_BOOL, OPEN_),
    FIELD(assignment, on_view, F_BOOL, OPEN_),
    FIELD(assignment, change_due, F_BOOL, OPEN_),
    FIELD(assignment, feedback_due, F_BOOL, OPEN_),
    FIELD(assignment, feedback_given, F_BOOL, OPEN_),
    FIELD(assignment, decline_reason, F_WORD, .words = &decline_reason_words, OPEN_),
    FIELD(assignment, disposition, F_WORD, .words = &disposition_words, OPEN_),
    FIELD(assignment, handled_type, F_TEXT, OPEN_),
    FIELD(assignment, persons_helped, F_UINT, OPEN_),
    FIELD(assignment, injured, F_UINT, OPEN_),
    FIELD(assignment, eta_ms, F_UINT, OPEN_),
    FIELD(assignment, since, F_INSTANT, OPEN_),
    FIELD(assignment, due_at, F_INSTANT, OPEN_),
    FIELD(assignment, reserved_at, F_INSTANT, OPEN_),
    FIELD(assignment, dispatched_at, F_INSTANT, OPEN_),
    FIELD(assignment, acknowledged_at, F_INSTANT, OPEN_),
    FIELD(assignment, en_route_at, F_INSTANT, OPEN_),
    FIELD(assignment, staged_at, F_INSTANT, OPEN_),
    FIELD(assignment, on_scene_at, F_INSTANT, OPEN_),
    FIELD(assignment, transporting_at, F_INSTANT, OPEN_),
    FIELD(assignment, cleared_at, F_INSTANT, OPEN_),
    FIELD(assignment, ended_at, F_INSTANT, OPEN_),
    FIELD(assignment, at_device, F_INSTANT, OPEN_),
    FIELD(assignment, alarmed, F_BITS, .words = &alarm_kind_words, OPEN_),
    FIELD(assignment, note, F_SEALED, TACT),
    ID(assignment, came_from, ID_LETTER_INCIDENT, OPEN_, .later = true),
    FIELD(assignment, came_slot, F_UINT, OPEN_, .later = true),
    FIELD(assignment, changes, F_BITS, .words = &change_words, OPEN_, .later = true),
    FIELD(assignment, change_no, F_UINT, OPEN_, .later = true),
    FIELD(assignment, changed_at, F_INSTANT, OPEN_, .later = true),
    FIELD(assignment, change_due_at, F_INSTANT, OPEN_, .later = true),
    FIELD(assignment, named_at, F_INSTANT, OPEN_, .later = true),
    FIELD(assignment, spoken_at, F_INSTANT, OPEN_, .later = true),
    FIELD(assignment, destination, F_WORD, .words = &destination_words, OPEN_, .later = true),
    FIELD(assignment, destination_place, F_SEALED, TACT, .later = true),
    ID(assignment, relieves, ID_LETTER_ASSIGNMENT, OPEN_, .later = true),
    ID(assignment, relieved_by, ID_LETTER_ASSIGNMENT, OPEN_, .later = true),
    ID(assignment, diverted_from, ID_LETTER_ASSIGNMENT, OPEN_, .later = true),
    ID(assignment, diverted_to, ID_LETTER_INCIDENT, OPEN_, .later = true),
    FIELD(assignment, kept, F_BOOL, OPEN_, .later = true),
    FIELD(assignment, safety_due_at, F_INSTANT, OPEN_, .later = true),
    FIELD(assignment, safe_at, F_INSTANT, OPEN_, .later = true),
    FIELD(assignment, spoken_by, F_TEXT, TACT, .later = true),
    FIELD(assignment, quiet, F_BOOL, TACT, .later = true),
    FIELD(assignment, free_at, F_INSTANT, OPEN_, .later = true),
    FIELD(assignment, free_said, F_BOOL, OPEN_, .later = true),
};
SHAPE(assignment);

static const struct field zone_fields[] = {
    ID(zone, id, ID_LETTER_ZONE, OPEN_),
    FIELD(zone, code, F_TEXT, OPEN_),
    FIELD(zone, name_zh, F_TEXT, OPEN_),
    FIELD(zone, name_en, F_TEXT, OPEN_),
    FIELD(zone, kind, F_WORD_ONE, .words = &zone_kind_words, OPEN_),
    FIELD(zone, bit, F_UINT, OPEN_),
    ID(zone, parent, ID_LETTER_ZONE, OPEN_),
    FIELD(zone, first_ring, F_UINT, OPEN_),
    FIELD(zone, ring_count, F_UINT, OPEN_),
    FIELD(zone, west_e7, F_INT, OPEN_),
    FIELD(zone, south_e7, F_INT, OPEN_),
    FIELD(zone, east_e7, F_INT, OPEN_),
    FIELD(zone, north_e7, F_INT, OPEN_),
};
SHAPE(zone);

static const struct field zone_ring_fields[] = {
    FIELD(zone_ring, first, F_UINT, OPEN_),
    FIELD(zone_ring, count, F_UINT, OPEN_),
    FIELD(zone_ring, hole, F_BOOL, OPEN_, .later = true),
};
SHAPE(zone_ring);

static const struct field premise_fields[] = {
    FIELD(premise, name_zh, F_TEXT, OPEN_),
    FIELD(premise, name_en, F_TEXT, OPEN_),
    FIELD(premise, flags, F_BITS, .words = &place_flag_words, OPEN_),
    FIELD_AS(premise, "lon", lon_e7, F_DEG, OPEN_),
    FIELD_AS(premise, "lat", lat_e7, F_DEG, OPEN_),
    FIELD(premise, radius_m, F_UINT, OPEN_),
};
SHAPE(premise);

static const struct field circle_fields[] = {
    FIELD(circle, code, F_TEXT, OPEN_),
    FIELD(circle, name_zh, F_TEXT, OPEN_),
    FIELD(circle, name_en, F_TEXT, OPEN_),
    FIELD_AS(circle, "lon", lon_e7, F_DEG, OPEN_),
    FIELD_AS(circle, "lat", lat_e7, F_DEG, OPEN_),
    FIELD(circle, minutes, F_UINT, OPEN_),
    FIELD(circle, police_type, F_WORD, .words = &police_type_words, OPEN_),
};
SHAPE(circle);

static const struct field incident_type_fields[] = {
    FIELD(incident_type, code, F_TEXT, OPEN_),
    FIELD(incident_type, name_zh, F_TEXT, OPEN_),
    FIELD(incident_type, name_en, F_TEXT, OPEN_),
    FIELD(incident_type, priority, F_UINT, OPEN_),
    FIELD(incident_type, feedback, F_BOOL, OPEN_),
    FIELD(incident_type, sensitive, F_BOOL, OPEN_),
    FIELD(incident_type, scene_min, F_UINT, OPEN_, .later = true),
};
SHAPE(incident_type);

static const struct field zone_ref_fields[] = {
    { FIELD_NAMED("zone"), .type = F_ID, .letter = ID_LETTER_ZONE, .offset = 0,
      .size = sizeof(zone_id) },
};
static const struct shape zone_ref_shape = { "zone_ref", zone_ref_fields, 1, sizeof(zone_id) };

static const struct field user_fields[] = {
    FIELD(user, id, F_UINT, OPEN_),
    FIELD(user, name, F_TEXT, OPEN_),
    FIELD(user, role, F_WORD_ONE, .words = &role_words, OPEN_),
    FIELD(user, disabled, F_BOOL, OPEN_),
    FIELD(user, all_zones, F_BOOL, OPEN_),
    ID(user, unit, ID_LETTER_UNIT, OPEN_),
    FIELD_ARRAY(user, zones, zone_count, &zone_ref_shape, OPEN_),
    FIELD(user, signed_in_at, F_INSTANT, OPEN_),
    FIELD(user, rights_seq, F_UINT, OPEN_),
};
SHAPE(user);

static const struct field alarm_fields[] = {
    ID(alarm, id, ID_LETTER_ALARM, OPEN_),
    FIELD(alarm, kind, F_WORD_ONE, .words = &alarm_kind_words, OPEN_),
    ID(alarm, incident, ID_LETTER_INCIDENT, OPEN_),
    ID(alarm, unit, ID_LETTER_UNIT, OPEN_),
    ID(alarm, assignment, ID_LETTER_ASSIGNMENT, OPEN_),
    ID(alarm, report, ID_LETTER_REPORT, OPEN_),
    FIELD(alarm, owner, F_TEXT, OPEN_),
    ID(alarm, zone, ID_LETTER_ZONE, OPEN_),
    FIELD(alarm, raised_at, F_INSTANT, OPEN_),
    FIELD(alarm, person, F_TEXT, TACT, .later = true),
    FIELD(alarm, purpose, F_WORD, .words = &purpose_words, TACT, .later = true),
    FIELD(alarm, seat, F_ID, .letter = ID_LETTER_SEAT, OPEN_, .later = true),
    FIELD(alarm, about, F_ID, .letter = ID_LETTER_SEAT, OPEN_, .later = true),
    FIELD(alarm, state, F_WORD, .words = &alarm_state_words, OPEN_, .later = true),
    FIELD(alarm, due_at, F_INSTANT, OPEN_, .later = true),
    FIELD(alarm, climbed_at, F_INSTANT, OPEN_, .later = true),
    FIELD(alarm, state_since, F_INSTANT, OPEN_, .later = true),
    FIELD(alarm, noticed_by, F_TEXT, TACT, .later = true),
    FIELD(alarm, shelved_until, F_INSTANT, OPEN_, .later = true),
    FIELD(alarm, reason, F_SEALED, TACT, .later = true),
};
SHAPE(alarm);

static const struct field seat_fields[] = {
    ID(seat, id, ID_LETTER_SEAT, OPEN_),
    FIELD(seat, code, F_TEXT, OPEN_),
    FIELD(seat, name_zh, F_TEXT, OPEN_),
    FIELD(seat, name_en, F_TEXT, OPEN_),
    FIELD(seat, commander, F_BOOL, OPEN_),
    FIELD_ARRAY(seat, zones, zone_count, &zone_ref_shape, OPEN_),
    FIELD(seat, channels, F_BITS, .words = &channel_words, OPEN_),
    FIELD(seat, tiers, F_BITS, .words = &tier_words, OPEN_),
    FIELD(seat, person, F_TEXT, TACT),
    FIELD(seat, person_since, F_INSTANT, TACT),
    FIELD(seat, vacant_since, F_INSTANT, TACT),
    FIELD(seat, silent, F_BOOL, TACT),
    FIELD(seat, handing_to, F_TEXT, TACT),
    FIELD(seat, sheet_seq, F_UINT, TACT),
};
SHAPE(seat);

static const struct field point_fields[] = {
    FIELD_AS(point, "lon", lon_e7, F_DEG, OPEN_),
    FIELD_AS(point, "lat", lat_e7, F_DEG, OPEN_),
};
static SHAPE(point);

static const struct field road_notice_fields[] = {
    ID(road_notice, id, ID_LETTER_ROAD, OPEN_),
    FIELD(road_notice, reason, F_WORD_ONE, .words = &road_reason_words, OPEN_),
    FIELD(road_notice, percent, F_UINT, OPEN_),
    FIELD(road_notice, area, F_BOOL, OPEN_),
    FIELD_ARRAY(road_notice, points, point_count, &point_shape, OPEN_),
    FIELD(road_notice, road, F_TEXT, OPEN_),
    ID(road_notice, zone, ID_LETTER_ZONE, OPEN_),
    ID(road_notice, incident, ID_LETTER_INCIDENT, TACT),
    FIELD(road_notice, person, F_TEXT, TACT),
    FIELD(road_notice, since, F_INSTANT, OPEN_),
    FIELD(road_notice, until, F_INSTANT, OPEN_),
    FIELD(road_notice, change, F_UINT, OPEN_),
};
SHAPE(road_notice);

static const struct field incident_ref_fields[] = {
    { FIELD_NAMED("incident"), .type = F_ID, .letter = ID_LETTER_INCIDENT, .offset = 0,
      .size = sizeof(incident_id), .need = true },
};
SHAPE(incident_ref);

static const struct field report_ref_fields[] = {
    { FIELD_NAMED("report"), .type = F_ID, .letter = ID_LETTER_REPORT, .offset = 0,
      .size = sizeof(report_id), .need = true },
};
SHAPE(report_ref);

static const struct field alarm_ref_fields[] = {
    { FIELD_NAMED("alarm"), .type = F_ID, .letter = ID_LETTER_ALARM, .offset = 0,
      .size = sizeof(alarm_id), .need = true },
};
SHAPE(alarm_ref);

static const struct field assignment_ref_fields[] = {
    { FIELD_NAMED("assignment"), .type = F_ID, .letter = ID_LETTER_ASSIGNMENT, .offset = 0,
      .size = sizeof(assignment_id), .need = true },
};
SHAPE(assignment_ref);

static const struct field offset_fields[] = {
    FIELD(offset, from, F_INSTANT, OPEN_),
    FIELD(offset, offset_min, F_INT, OPEN_),
};
SHAPE(offset);
