/* The first picture of a screen: everything open that a viewer may see, as `data` of a snapshot;
 * and what stands beside it. Live places of units are shown with their age and are no part of the
 * record. */
#ifndef DISPATCH_VIEW_BOARD_H
#define DISPATCH_VIEW_BOARD_H

#include "dispatch/view/show.h"

struct board_live {
    void *arg;
    bool (*fix)(void *arg, uint32_t unit, struct fix *out); /* NULL: no positions at hand */
    int64_t now;
    uint32_t clock_rate;
    uint16_t topics; /* bits of enum topic that the screen asked for; others' lists are left out */
};

void board_snapshot(struct buf *b, const struct viewer *v, const struct board_live *live);

/* {"name":…,"zones":[…],"types":[…],"capabilities":[…],"offsets":[…]} */
void board_city(struct buf *b, const struct viewer *v);

/* The city's zones as a GeoJSON collection of (multi)polygons. */
void board_city_geojson(struct buf *b, const struct viewer *v);

/* "seq":N,"hash":"16 hex": the row that the world stands at. */
void board_stand(struct buf *b, const struct world *w);

#endif
