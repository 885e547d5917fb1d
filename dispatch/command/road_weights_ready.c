/* road.weights (internal): travel times that take in all changes of the roads up to this one are
 * ready, and every decision from here on is made with them. News of times that are used already
 * leaves no row. */
#include "dispatch/command/decide.h"

void decide_road_weights_ready(struct turn *t, const struct road_weights_ready *c)
{
    if (c->change <= t->world->road_weights || c->change > t->world->road_change) {
        return;
    }
    struct event *e = turn_event(t, EVENT_ROAD_WEIGHTS_APPLIED);
    e->as.road_weights_applied.change = c->change;
    turn_emit(t, e);
}
