/* Events of assignments: orders, and what becomes of them. Part of event.h. */
#ifndef DISPATCH_MODEL_EVENT_ORDERS_H
#define DISPATCH_MODEL_EVENT_ORDERS_H

#include "dispatch/model/entities.h"

struct assignment_made {
    struct assignment assignment;
    int32_t lon_e7; /* the unit's place the decision took */
    int32_t lat_e7;
    uint32_t position_age_ms; /* 0: no fix (in rows of older versions also UINT32_MAX) */
    assignment_id instead_of; /* the unsigned order that this one follows */
    struct sealed reason;     /* why these units, in a person's words */
    bool first_report;        /* nobody had told of the scene before */
};
struct assignment_progressed {
    assignment_id assignment;
    incident_id incident;
    unit_id unit;
    uint8_t status;
    uint8_t by;
    uint8_t reason; /* enum decline_reason */
    int64_t at_device;
    int64_t due_at;
    bool feedback_due;
    struct sealed note;
    uint8_t destination;
    struct sealed destination_place;
    int64_t safety_due_at;
    bool first_report;
    int64_t free_at; /* on scene: when it will have done, by what the type usually takes; 0 */
};
struct assignment_changed {
    assignment_id assignment;
    incident_id incident;
    unit_id unit;
    uint32_t rev;
    uint8_t by;
    int64_t at_device;
    uint16_t changes; /* raised: what is new */
    int64_t due_at;   /* raised: of the first one that waits */
};
struct assignment_named {
    assignment_id assignment;
    incident_id incident;
    unit_id unit;
    zone_id station;
    uint32_t eta_ms;
    int32_t lon_e7; /* the unit's place the order took */
    int32_t lat_e7;
    uint32_t position_age_ms; /* as in assignment_made */
    int64_t due_at;           /* of the unit's signature */
    uint8_t by;
    int64_t at_device;
    bool quiet; /* as of the assignment */
};
struct assignment_marked {
    assignment_id assignment;
    incident_id incident;
    unit_id unit;
    uint8_t by;
    int64_t at_device;
    struct text32 person; /* who spoke it; empty in older rows, whose actor it is */
};
struct assignment_diverted {
    assignment_id assignment; /* the order that ends */
    incident_id incident;
    unit_id unit;
    incident_id to;
    assignment_id order; /* the one that begins */
    struct sealed reason;
};
struct assignment_safe {
    assignment_id assignment;
    incident_id incident;
    unit_id unit;
    int64_t due_at; /* of the next confirmation; 0: none runs any more */
    uint8_t by;
    int64_t at_device;
};
struct assignment_expected { /* they say when they will have done */
    assignment_id assignment;
    incident_id incident;
    unit_id unit;
    int64_t free_at;
    uint8_t by;
    int64_t at_device;
};
struct assignment_reported {
    assignment_id assignment;
    incident_id incident;
    unit_id unit;
    bool first_report;
    int64_t safety_due_at; /* of the next confirmation */
    struct sealed note;
    uint8_t by;
    int64_t at_device;
};
struct assignment_fed_back {
    assignment_id assignment;
    incident_id incident;
    unit_id unit;
    struct text16 type;
    uint8_t disposition;
    uint16_t persons_helped;
    uint16_t injured;
    uint8_t by;
    int64_t at_device;
    struct sealed note;
    bool first_report;
    int64_t safety_due_at; /* of the next confirmation; 0: as it was */
};

#endif
