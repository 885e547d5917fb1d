/* road.weights (internal): travel times that take in all changes of the roads up to this one, at
 * the learned speeds of this hour, are ready, and every decision from here on is made with them.
 * News of times that are used already leaves no row. */
#include "dispatch/command/decide.h"

static bool is_news(const struct world *w, const struct road_weights_ready *c)
{
    return c->change > w->road_weights || !str_eq(c->speeds, text_str(&w->road_speeds)) ||
           (c->speeds.len > 0 && c->hour != w->road_hour);
}

void decide_road_weights_ready(struct turn *t, const struct road_weights_ready *c)
{
    const struct world *w = t->world;

    if (c->change < w->road_weights || c->change > w->road_change || !is_news(w, c)) {
        return;
    }
    struct event *e = turn_event(t, EVENT_ROAD_WEIGHTS_APPLIED);
    struct road_weights_applied *applied = &e->as.road_weights_applied;

    applied->change = c->change;
    text_set(&applied->speeds, c->speeds);
    applied->hour = c->speeds.len > 0 ? c->hour : 0;
    turn_emit(t, e);
}
