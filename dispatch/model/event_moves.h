/* Events of orders to move up. Part of event.h. */
#ifndef DISPATCH_MODEL_EVENT_MOVES_H
#define DISPATCH_MODEL_EVENT_MOVES_H

#include "dispatch/model/command.h"

struct unit_move_up_ordered {
    unit_id unit;
    struct unit_move move;
    int32_t lon_e7; /* the unit's place that the order took */
    int32_t lat_e7;
    uint32_t position_age_ms; /* 0: no fix */
    struct text64 engine;     /* of eta_ms */
    bool beside;              /* confirmed although another unit moves up to there */
    bool has_proposal;
    struct move_proposal proposal; /* what the officer had before them */
};
struct unit_move_up_acknowledged {
    unit_id unit;
    uint32_t number;
    uint8_t by;
    int64_t at_device;
};
struct unit_move_up_ended {
    unit_id unit;
    uint32_t number;
    uint8_t how;          /* enum move_end */
    uint8_t reason;       /* refused: enum decline_reason */
    incident_id incident; /* sent: where to */
    uint8_t by;
    int64_t at_device;
    int32_t lon_e7; /* arrived by position: the fix */
    int32_t lat_e7;
};

#endif
