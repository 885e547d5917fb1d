/* What the events of moving up look like. */
#include "dispatch/model/event.h"

#define UNIT(s) FIELD(s, unit, F_ID, .letter = ID_LETTER_UNIT)
#define BY(s) FIELD(s, by, F_WORD, .words = &step_by_words), FIELD(s, at_device, F_INSTANT)

static const struct field unit_move_up_ordered_fields[] = {
    UNIT(unit_move_up_ordered),
    FIELD(unit_move_up_ordered, move, F_STRUCT, .sub = &unit_move_shape),
    FIELD_AS(unit_move_up_ordered, "lon", lon_e7, F_DEG),
    FIELD_AS(unit_move_up_ordered, "lat", lat_e7, F_DEG),
    FIELD(unit_move_up_ordered, position_age_ms, F_UINT),
    FIELD(unit_move_up_ordered, engine, F_TEXT),
    FIELD(unit_move_up_ordered, beside, F_BOOL),
    FIELD_MAYBE(unit_move_up_ordered, proposal, has_proposal, &move_proposal_shape),
};
SHAPE(unit_move_up_ordered);

static const struct field unit_move_up_acknowledged_fields[] = {
    UNIT(unit_move_up_acknowledged),
    FIELD(unit_move_up_acknowledged, number, F_UINT),
    BY(unit_move_up_acknowledged),
};
SHAPE(unit_move_up_acknowledged);

static const struct field unit_move_up_ended_fields[] = {
    UNIT(unit_move_up_ended),
    FIELD(unit_move_up_ended, number, F_UINT),
    FIELD(unit_move_up_ended, how, F_WORD_ONE, .words = &move_end_words),
    FIELD(unit_move_up_ended, reason, F_WORD, .words = &decline_reason_words),
    FIELD(unit_move_up_ended, incident, F_ID, .letter = ID_LETTER_INCIDENT),
    BY(unit_move_up_ended),
    FIELD_AS(unit_move_up_ended, "lon", lon_e7, F_DEG),
    FIELD_AS(unit_move_up_ended, "lat", lat_e7, F_DEG),
};
SHAPE(unit_move_up_ended);
