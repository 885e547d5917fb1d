/* What the events of the roads look like. */
#include "dispatch/model/event.h"

static const struct field road_noticed_fields[] = {
    FIELD(road_noticed, notice, F_STRUCT, .sub = &road_notice_shape),
};
SHAPE(road_noticed);

static const struct field road_opened_fields[] = {
    FIELD(road_opened, road, F_ID, .letter = ID_LETTER_ROAD),
    FIELD(road_opened, change, F_UINT),
    FIELD(road_opened, by_rule, F_BOOL),
};
SHAPE(road_opened);

static const struct field road_weights_applied_fields[] = {
    FIELD(road_weights_applied, change, F_UINT),
    FIELD(road_weights_applied, speeds, F_TEXT),
    FIELD(road_weights_applied, hour, F_UINT),
};
SHAPE(road_weights_applied);
