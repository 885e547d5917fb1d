/* What the command of a joint assignment looks like. */
#include "dispatch/model/command.h"

static const struct field joint_wish_fields[] = {
    FIELD(joint_wish, incident, F_ID, .letter = ID_LETTER_INCIDENT),
    FIELD(joint_wish, slot, F_UINT),
    FIELD(joint_wish, unit, F_ID, .letter = ID_LETTER_UNIT),
    FIELD(joint_wish, late_ms, F_UINT),
    FIELD(joint_wish, score_ms, F_INT),
};
SHAPE(joint_wish);

static const struct field joint_incident_fields[] = {
    FIELD(joint_incident, incident, F_ID, .letter = ID_LETTER_INCIDENT),
};
SHAPE(joint_incident);

static const struct field advice_join_fields[] = {
    FIELD(advice_join, incidents, F_LIST, .sub = &joint_incident_shape, .limit = JOINT_TOLD_MAX),
    FIELD(advice_join, wishes, F_LIST, .sub = &joint_wish_shape, .limit = 1024),
    FIELD(advice_join, joint, F_BOOL),
    FIELD(advice_join, slots, F_UINT),
    FIELD(advice_join, beyond, F_UINT),
    FIELD(advice_join, gap_late_ms, F_UINT),
    FIELD(advice_join, gap_ms, F_UINT),
};
SHAPE(advice_join);
