/* road.open: what held on these roads is over.
 * Refusals: no_such_road_notice, not_your_zone. */
#include "dispatch/command/decide.h"

void decide_road_open(struct turn *t, const struct road_open *c)
{
    const struct road_notice *r = world_road(t->world, c->road);
    if (r == NULL) {
        turn_refuse(t, REFUSED_NO_SUCH_NOTICE, "road");
        return;
    }
    if (!turn_zone_allowed(t, r->zone, "road")) {
        return;
    }
    struct event *e = turn_event(t, EVENT_ROAD_OPENED);
    e->as.road_opened = (struct road_opened){ .road = r->id, .change = t->world->road_change + 1 };
    turn_emit(t, e);
}
