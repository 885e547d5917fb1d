#include "dispatch/model/words.h"

#include "base/must.h"

/* The words of each list, straight from its master table. */
static const char *const police_type_at[] = {
#define POLICE_TYPE(NAME, word, zh, en) word,
#include "dispatch/model/police_types.def"
#undef POLICE_TYPE
};
static const char *const channel_at[] = {
#define CHANNEL(NAME, word, zh, en, verified) word,
#include "dispatch/model/channels.def"
#undef CHANNEL
};
static const char *const call_kind_at[] = {
#define CALL_KIND(NAME, word, zh, en) word,
#include "dispatch/model/call_kinds.def"
#undef CALL_KIND
};
static const char *const place_state_at[] = {
#define PLACE_STATE(NAME, word, zh, en) word,
#include "dispatch/model/place_states.def"
#undef PLACE_STATE
};
static const char *const named_place_at[] = {
#define NAMED_PLACE(NAME, word, zh, en) word,
#include "dispatch/model/named_places.def"
#undef NAMED_PLACE
};
static const char *const place_flag_at[] = {
#define PLACE_FLAG(NAME, word, zh, en) word,
#include "dispatch/model/place_flags.def"
#undef PLACE_FLAG
};
static const char *const contact_at[] = {
#define CONTACT(NAME, word, zh, en) word,
#include "dispatch/model/contacts.def"
#undef CONTACT
};
static const char *const contact_way_at[] = {
#define CONTACT_WAY(NAME, word, zh, en) word,
#include "dispatch/model/contact_ways.def"
#undef CONTACT_WAY
};
static const char *const contact_result_at[] = {
#define CONTACT_RESULT(NAME, word, zh, en) word,
#include "dispatch/model/contact_results.def"
#undef CONTACT_RESULT
};
static const char *const contact_change_at[] = {
#define CONTACT_CHANGE(NAME, word, zh, en) word,
#include "dispatch/model/contact_changes.def"
#undef CONTACT_CHANGE
};
static const char *const panic_reach_at[] = {
#define PANIC_REACH(NAME, word, zh, en) word,
#include "dispatch/model/panic_reaches.def"
#undef PANIC_REACH
};
static const char *const cue_at[] = {
#define CUE(NAME, word, zh, en) word,
#include "dispatch/model/cues.def"
#undef CUE
};
static const char *const incident_status_at[] = {
#define INCIDENT_STATUS(NAME, word, zh, en, final) word,
#include "dispatch/model/incident_status.def"
#undef INCIDENT_STATUS
};
static const char *const assignment_status_at[] = {
#define ASSIGNMENT_STATUS(NAME, word, zh, en, phase) word,
#include "dispatch/model/assignment_status.def"
#undef ASSIGNMENT_STATUS
};
static const char *const unit_status_at[] = {
#define UNIT_STATUS(NAME, word, zh, en, phase) word,
#include "dispatch/model/unit_status.def"
#undef UNIT_STATUS
};
static const char *const report_status_at[] = {
#define REPORT_STATUS(NAME, word, zh, en) word,
#include "dispatch/model/report_status.def"
#undef REPORT_STATUS
};
static const char *const report_outcome_at[] = {
#define REPORT_OUTCOME(NAME, word, zh, en) word,
#include "dispatch/model/report_outcomes.def"
#undef REPORT_OUTCOME
};
static const char *const role_at[] = {
#define ROLE(NAME, word, zh, en, audience) word,
#include "dispatch/model/roles.def"
#undef ROLE
};
static const char *const audience_at[] = {
#define AUDIENCE(NAME, word, zh, en) word,
#include "dispatch/model/audiences.def"
#undef AUDIENCE
};
static const char *const topic_at[] = {
#define TOPIC(NAME, word, zh, en) word,
#include "dispatch/model/topics.def"
#undef TOPIC
};
static const char *const zone_kind_at[] = {
#define ZONE_KIND(NAME, word, zh, en) word,
#include "dispatch/model/zone_kinds.def"
#undef ZONE_KIND
};
static const char *const alarm_kind_at[] = {
#define ALARM(NAME, word, level, zh, en, action_zh, action_en) word,
#include "dispatch/model/alarms.def"
#undef ALARM
};
static const char *const deadline_kind_at[] = {
#define DEADLINE(NAME, word, zh, en) word,
#include "dispatch/model/deadlines.def"
#undef DEADLINE
};
static const char *const step_by_at[] = {
#define STEP_BY(NAME, word, zh, en) word,
#include "dispatch/model/step_by.def"
#undef STEP_BY
};
static const char *const pass_reason_at[] = {
#define PASS_REASON(NAME, word, zh, en) word,
#include "dispatch/model/pass_reasons.def"
#undef PASS_REASON
};
static const char *const cover_part_at[] = {
#define COVER_PART(NAME, word, zh, en) word,
#include "dispatch/model/cover_parts.def"
#undef COVER_PART
};
static const char *const decline_reason_at[] = {
#define DECLINE_REASON(NAME, word, zh, en) word,
#include "dispatch/model/decline_reasons.def"
#undef DECLINE_REASON
};
static const char *const change_at[] = {
#define CHANGE(NAME, word, zh, en) word,
#include "dispatch/model/changes.def"
#undef CHANGE
};
static const char *const destination_at[] = {
#define DESTINATION(NAME, word, zh, en) word,
#include "dispatch/model/destinations.def"
#undef DESTINATION
};
static const char *const disposition_at[] = {
#define DISPOSITION(NAME, word, zh, en) word,
#include "dispatch/model/dispositions.def"
#undef DISPOSITION
};
static const char *const unit_reason_at[] = {
#define UNIT_REASON(NAME, word, zh, en) word,
#include "dispatch/model/unit_reasons.def"
#undef UNIT_REASON
};
static const char *const road_reason_at[] = {
#define ROAD_REASON(NAME, word, zh, en) word,
#include "dispatch/model/road_reasons.def"
#undef ROAD_REASON
};
static const char *const move_reason_at[] = {
#define MOVE_REASON(NAME, word, zh, en) word,
#include "dispatch/model/move_reasons.def"
#undef MOVE_REASON
};
static const char *const move_end_at[] = {
#define MOVE_END(NAME, word, zh, en) word,
#include "dispatch/model/move_ends.def"
#undef MOVE_END
};
static const char *const purpose_at[] = {
#define PURPOSE(NAME, word, zh, en) word,
#include "dispatch/model/purposes.def"
#undef PURPOSE
};
static const char *const alarm_state_at[] = {
#define ALARM_STATE(NAME, word, zh, en) word,
#include "dispatch/model/alarm_states.def"
#undef ALARM_STATE
};
static const char *const tier_at[] = {
#define TIER(NAME, word, zh, en) word,
#include "dispatch/model/tiers.def"
#undef TIER
};

#define WORDS(list)                                      \
    const struct words list##_words = { .name = #list,   \
                                        .at = list##_at, \
                                        .count = sizeof(list##_at) / sizeof(list##_at[0]) }
WORDS(police_type);
WORDS(channel);
WORDS(call_kind);
WORDS(place_state);
WORDS(named_place);
WORDS(place_flag);
WORDS(contact);
WORDS(contact_way);
WORDS(contact_result);
WORDS(contact_change);
WORDS(panic_reach);
WORDS(cue);
WORDS(incident_status);
WORDS(assignment_status);
WORDS(unit_status);
WORDS(report_status);
WORDS(report_outcome);
WORDS(role);
WORDS(audience);
WORDS(topic);
WORDS(zone_kind);
WORDS(alarm_kind);
WORDS(deadline_kind);
WORDS(step_by);
WORDS(pass_reason);
WORDS(cover_part);
WORDS(decline_reason);
WORDS(disposition);
WORDS(unit_reason);
WORDS(road_reason);
WORDS(move_reason);
WORDS(move_end);
WORDS(purpose);
WORDS(alarm_state);
WORDS(tier);
WORDS(change);
WORDS(destination);

bool word_find(const struct words *w, struct str word, uint32_t *value)
{
    for (uint32_t i = 0; i < w->count; i++) {
        if (str_is(word, w->at[i])) {
            *value = i;
            return true;
        }
    }
    return false;
}

const char *word_of(const struct words *w, uint32_t value)
{
    must(value < w->count);
    return w->at[value];
}

uint8_t alarm_level(enum alarm_kind kind)
{
    static const uint8_t levels[ALARM_KIND_COUNT] = {
#define ALARM(NAME, word, level, zh, en, action_zh, action_en) level,
#include "dispatch/model/alarms.def"
#undef ALARM
    };
    must(kind < ALARM_KIND_COUNT);
    return levels[kind];
}

bool police_type_is_police(uint8_t police_type)
{
    switch ((enum police_type)police_type) {
    case POLICE_TYPE_PUBLIC_ORDER:
    case POLICE_TYPE_INVESTIGATION:
    case POLICE_TYPE_PATROL:
    case POLICE_TYPE_TRAFFIC:
    case POLICE_TYPE_STATION:
        return true;
    case POLICE_TYPE_NONE:
    case POLICE_TYPE_GRID:
    case POLICE_TYPE_COMMUNITY:
    case POLICE_TYPE_FIRE:
    case POLICE_TYPE_MEDICAL:
    case POLICE_TYPE_COUNT:
        break;
    }
    return false;
}
