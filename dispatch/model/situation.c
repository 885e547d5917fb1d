/* The shape of one unit beside the choice, as the event stores it. */
#include "dispatch/model/situation.h"

static const struct field considered_fields[] = {
    FIELD(considered, unit, F_ID, .letter = ID_LETTER_UNIT, .need = true),
    FIELD(considered, reason, F_WORD, .words = &pass_reason_words),
    FIELD(considered, status, F_WORD, .words = &unit_status_words),
    FIELD_AS(considered, "lon", at.lon_e7, F_DEG),
    FIELD_AS(considered, "lat", at.lat_e7, F_DEG),
    FIELD(considered, eta_ms, F_UINT),
    FIELD(considered, position_age_ms, F_UINT),
    FIELD(considered, score_ms, F_UINT),
    FIELD(considered, score_eta_ms, F_UINT),
    FIELD(considered, score_zone_ms, F_UINT),
    FIELD(considered, score_age_ms, F_UINT),
    FIELD(considered, flip_ms, F_UINT),
    FIELD(considered, detour_ms, F_UINT),
    FIELD(considered, road, F_ID, .letter = ID_LETTER_ROAD),
};
SHAPE(considered);
