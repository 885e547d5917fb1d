/* What the commands of the roads look like. */
#include "dispatch/model/command.h"

static const struct field road_close_fields[] = {
    FIELD(road_close, points, F_POINTS, .limit = ROAD_POINTS_MAX, .need = true),
    FIELD(road_close, area, F_BOOL),
    FIELD(road_close, reason, F_WORD, .words = &road_reason_words, .need = true),
    FIELD(road_close, until, F_INSTANT),
    FIELD(road_close, incident, F_ID, .letter = ID_LETTER_INCIDENT),
};
SHAPE(road_close);

static const struct field road_slow_fields[] = {
    FIELD(road_slow, points, F_POINTS, .limit = ROAD_POINTS_MAX, .need = true),
    FIELD(road_slow, area, F_BOOL),
    FIELD(road_slow, percent, F_UINT, .limit = 95, .need = true),
    FIELD(road_slow, reason, F_WORD, .words = &road_reason_words, .need = true),
    FIELD(road_slow, until, F_INSTANT),
    FIELD(road_slow, incident, F_ID, .letter = ID_LETTER_INCIDENT),
};
SHAPE(road_slow);

static const struct field road_open_fields[] = {
    FIELD(road_open, road, F_ID, .letter = ID_LETTER_ROAD, .need = true),
};
SHAPE(road_open);

static const struct field road_weights_ready_fields[] = {
    FIELD(road_weights_ready, change, F_UINT),
    FIELD(road_weights_ready, speeds, F_STR, .limit = 15),
    FIELD(road_weights_ready, hour, F_UINT, .limit = 47),
};
SHAPE(road_weights_ready);
