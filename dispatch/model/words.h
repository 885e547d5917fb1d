/* The closed vocabularies of the model. Each list is a master table (*.def): one row feeds the C
 * enum, the word on the wire, the SQL check, the console's types and the API documents. */
#ifndef DISPATCH_MODEL_WORDS_H
#define DISPATCH_MODEL_WORDS_H

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

/* The words of one enum, in order of value. Bit sets use the same table, value = bit number. */
struct words {
    const char *name;
    const char *const *at;
    uint32_t count;
};

#define WORD(list, NAME, word, zh, en) list##_##NAME,
enum police_type {
#define POLICE_TYPE(NAME, word, zh, en) WORD(POLICE_TYPE, NAME, word, zh, en)
#include "dispatch/model/police_types.def"
#undef POLICE_TYPE
    POLICE_TYPE_COUNT
};
enum channel {
#define CHANNEL(NAME, word, zh, en, verified) WORD(CHANNEL, NAME, word, zh, en)
#include "dispatch/model/channels.def"
#undef CHANNEL
    CHANNEL_COUNT
};
enum call_kind {
#define CALL_KIND(NAME, word, zh, en) WORD(CALL, NAME, word, zh, en)
#include "dispatch/model/call_kinds.def"
#undef CALL_KIND
    CALL_KIND_COUNT
};
enum place_state {
#define PLACE_STATE(NAME, word, zh, en) WORD(PLACE, NAME, word, zh, en)
#include "dispatch/model/place_states.def"
#undef PLACE_STATE
    PLACE_STATE_COUNT
};
enum named_place {
#define NAMED_PLACE(NAME, word, zh, en) WORD(NAMED, NAME, word, zh, en)
#include "dispatch/model/named_places.def"
#undef NAMED_PLACE
    NAMED_PLACE_COUNT
};
enum place_flag {
#define PLACE_FLAG(NAME, word, zh, en) WORD(PLACE_FLAG, NAME, word, zh, en)
#include "dispatch/model/place_flags.def"
#undef PLACE_FLAG
    PLACE_FLAG_COUNT
};
enum contact {
#define CONTACT(NAME, word, zh, en) WORD(CONTACT, NAME, word, zh, en)
#include "dispatch/model/contacts.def"
#undef CONTACT
    CONTACT_COUNT
};
enum contact_way {
#define CONTACT_WAY(NAME, word, zh, en) WORD(CONTACT_WAY, NAME, word, zh, en)
#include "dispatch/model/contact_ways.def"
#undef CONTACT_WAY
    CONTACT_WAY_COUNT
};
enum contact_result {
#define CONTACT_RESULT(NAME, word, zh, en) WORD(CONTACT_RESULT, NAME, word, zh, en)
#include "dispatch/model/contact_results.def"
#undef CONTACT_RESULT
    CONTACT_RESULT_COUNT
};
enum contact_change {
#define CONTACT_CHANGE(NAME, word, zh, en) WORD(CONTACT_CHANGE, NAME, word, zh, en)
#include "dispatch/model/contact_changes.def"
#undef CONTACT_CHANGE
    CONTACT_CHANGE_COUNT
};
enum panic_reach {
#define PANIC_REACH(NAME, word, zh, en) WORD(PANIC_REACH, NAME, word, zh, en)
#include "dispatch/model/panic_reaches.def"
#undef PANIC_REACH
    PANIC_REACH_COUNT
};
enum cue {
#define CUE(NAME, word, zh, en) WORD(CUE, NAME, word, zh, en)
#include "dispatch/model/cues.def"
#undef CUE
    CUE_COUNT
};
enum incident_status {
#define INCIDENT_STATUS(NAME, word, zh, en, final) WORD(INCIDENT, NAME, word, zh, en)
#include "dispatch/model/incident_status.def"
#undef INCIDENT_STATUS
    INCIDENT_STATUS_COUNT
};
enum assignment_status {
#define ASSIGNMENT_STATUS(NAME, word, zh, en, phase) WORD(ASSIGNMENT, NAME, word, zh, en)
#include "dispatch/model/assignment_status.def"
#undef ASSIGNMENT_STATUS
    ASSIGNMENT_STATUS_COUNT
};
enum unit_status {
#define UNIT_STATUS(NAME, word, zh, en, phase) WORD(UNIT, NAME, word, zh, en)
#include "dispatch/model/unit_status.def"
#undef UNIT_STATUS
    UNIT_STATUS_COUNT
};
enum report_status {
#define REPORT_STATUS(NAME, word, zh, en) WORD(REPORT, NAME, word, zh, en)
#include "dispatch/model/report_status.def"
#undef REPORT_STATUS
    REPORT_STATUS_COUNT
};
enum report_outcome {
#define REPORT_OUTCOME(NAME, word, zh, en) WORD(OUTCOME, NAME, word, zh, en)
#include "dispatch/model/report_outcomes.def"
#undef REPORT_OUTCOME
    REPORT_OUTCOME_COUNT
};
enum role {
#define ROLE(NAME, word, zh, en, audience) WORD(ROLE, NAME, word, zh, en)
#include "dispatch/model/roles.def"
#undef ROLE
    ROLE_COUNT
};
enum audience {
#define AUDIENCE(NAME, word, zh, en) WORD(AUDIENCE, NAME, word, zh, en)
#include "dispatch/model/audiences.def"
#undef AUDIENCE
    AUDIENCE_COUNT
};
enum topic {
#define TOPIC(NAME, word, zh, en) WORD(TOPIC, NAME, word, zh, en)
#include "dispatch/model/topics.def"
#undef TOPIC
    TOPIC_COUNT
};
enum zone_kind {
#define ZONE_KIND(NAME, word, zh, en) WORD(ZONE, NAME, word, zh, en)
#include "dispatch/model/zone_kinds.def"
#undef ZONE_KIND
    ZONE_KIND_COUNT
};
enum alarm_kind {
#define ALARM(NAME, word, level, zh, en, action_zh, action_en) WORD(ALARM, NAME, word, zh, en)
#include "dispatch/model/alarms.def"
#undef ALARM
    ALARM_KIND_COUNT
};
enum deadline_kind {
#define DEADLINE(NAME, word, zh, en) WORD(DEADLINE, NAME, word, zh, en)
#include "dispatch/model/deadlines.def"
#undef DEADLINE
    DEADLINE_KIND_COUNT
};
enum step_by {
#define STEP_BY(NAME, word, zh, en) WORD(BY, NAME, word, zh, en)
#include "dispatch/model/step_by.def"
#undef STEP_BY
    STEP_BY_COUNT
};
enum pass_reason {
#define PASS_REASON(NAME, word, zh, en) WORD(PASS, NAME, word, zh, en)
#include "dispatch/model/pass_reasons.def"
#undef PASS_REASON
    PASS_REASON_COUNT
};
enum cover_part {
#define COVER_PART(NAME, word, zh, en) WORD(COVER_PART, NAME, word, zh, en)
#include "dispatch/model/cover_parts.def"
#undef COVER_PART
    COVER_PART_COUNT
};
enum decline_reason {
#define DECLINE_REASON(NAME, word, zh, en) WORD(DECLINE, NAME, word, zh, en)
#include "dispatch/model/decline_reasons.def"
#undef DECLINE_REASON
    DECLINE_REASON_COUNT
};
enum change {
#define CHANGE(NAME, word, zh, en) WORD(CHANGE, NAME, word, zh, en)
#include "dispatch/model/changes.def"
#undef CHANGE
    CHANGE_COUNT
};
enum destination {
#define DESTINATION(NAME, word, zh, en) WORD(DESTINATION, NAME, word, zh, en)
#include "dispatch/model/destinations.def"
#undef DESTINATION
    DESTINATION_COUNT
};
enum disposition {
#define DISPOSITION(NAME, word, zh, en) WORD(DISPOSITION, NAME, word, zh, en)
#include "dispatch/model/dispositions.def"
#undef DISPOSITION
    DISPOSITION_COUNT
};
enum unit_reason {
#define UNIT_REASON(NAME, word, zh, en) WORD(UNIT_REASON, NAME, word, zh, en)
#include "dispatch/model/unit_reasons.def"
#undef UNIT_REASON
    UNIT_REASON_COUNT
};
enum move_reason {
#define MOVE_REASON(NAME, word, zh, en) WORD(MOVE_REASON, NAME, word, zh, en)
#include "dispatch/model/move_reasons.def"
#undef MOVE_REASON
    MOVE_REASON_COUNT
};
enum move_end {
#define MOVE_END(NAME, word, zh, en) WORD(MOVE_END, NAME, word, zh, en)
#include "dispatch/model/move_ends.def"
#undef MOVE_END
    MOVE_END_COUNT
};
enum road_reason {
#define ROAD_REASON(NAME, word, zh, en) WORD(ROAD_REASON, NAME, word, zh, en)
#include "dispatch/model/road_reasons.def"
#undef ROAD_REASON
    ROAD_REASON_COUNT
};
enum purpose {
#define PURPOSE(NAME, word, zh, en) WORD(PURPOSE, NAME, word, zh, en)
#include "dispatch/model/purposes.def"
#undef PURPOSE
    PURPOSE_COUNT
};
enum alarm_state {
#define ALARM_STATE(NAME, word, zh, en) WORD(ALARM, NAME, word, zh, en)
#include "dispatch/model/alarm_states.def"
#undef ALARM_STATE
    ALARM_STATE_COUNT
};
enum tier {
#define TIER(NAME, word, zh, en) WORD(TIER, NAME, word, zh, en)
#include "dispatch/model/tiers.def"
#undef TIER
    TIER_COUNT
};
#undef WORD

extern const struct words police_type_words, channel_words, call_kind_words, place_state_words,
    place_flag_words, contact_words, cue_words, incident_status_words, assignment_status_words,
    unit_status_words, report_status_words, report_outcome_words, role_words, audience_words,
    topic_words, zone_kind_words, alarm_kind_words, deadline_kind_words, step_by_words,
    pass_reason_words, decline_reason_words, disposition_words, unit_reason_words, purpose_words,
    road_reason_words, contact_way_words, contact_result_words, contact_change_words,
    alarm_state_words, tier_words, panic_reach_words, change_words, destination_words,
    named_place_words, cover_part_words, move_reason_words, move_end_words;

/* 1 the gravest, 2, 3: the level of an alarm of this kind (alarms.def). */
uint8_t alarm_level(enum alarm_kind kind);

/* One of the police's own types, not a partner's: enum police_type. */
bool police_type_is_police(uint8_t police_type);

/* Finds a word's value. False when the list has no such word. */
bool word_find(const struct words *w, struct str word, uint32_t *value);

/* The word of a value; must be one of the list. */
const char *word_of(const struct words *w, uint32_t value);

#endif
