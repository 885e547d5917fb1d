/* A place as the world keeps it. Of a protected place the exact part stands in `personal`; point is
 * then the centre of its 500 m cell and `coarse` is set, so that plan, recommendation and links
 * reckon with what the log may hold. */
#ifndef DISPATCH_MODEL_PLACE_H
#define DISPATCH_MODEL_PLACE_H

#include "dispatch/model/fields.h"
#include "dispatch/model/text.h"

#define PLACE_CELL_M 500

/* As an event or an entity holds it. */
struct place {
    uint8_t state; /* enum place_state */
    bool coarse;   /* point is a cell centre */
    bool protected;
    int32_t lon_e7;
    int32_t lat_e7;
    uint32_t radius_m;
    uint32_t flags;         /* bits of enum place_flag */
    zone_id zone;           /* whose the point is (core/zones.h); 0 unknown */
    struct text128 address; /* empty for a protected place */
    struct sealed detail;   /* floor, room, who opens: personal */
    struct sealed exact;    /* the exact place of a protected one: "lon lat address" */
    uint32_t zone_off_m;    /* the point lies outside of every zone, so far from this, the nearest;
                               of a coarse place in steps of its cell */
};

/* As a command brings it. */
struct place_in {
    uint8_t state;
    bool protected;
    int32_t lon; /* 1e-7 degree */
    int32_t lat;
    bool has_point; /* filled by the door's check, not on the wire */
    uint32_t radius_m;
    uint32_t flags;
    struct personal_in address; /* becomes open text unless protected */
    struct personal_in detail;
};

extern const struct shape place_shape, place_in_shape;

static inline bool place_has_point(const struct place *p)
{
    return p->state == PLACE_KNOWN || p->state == PLACE_APPROXIMATE;
}

#endif
