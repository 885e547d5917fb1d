/* What holds on roads, and how far travel times follow it. */
#include "base/must.h"
#include "dispatch/core/change.h"
#include "dispatch/core/deadlines.h"
#include "dispatch/core/evolve.h"

static void noticed(struct world *w, const struct road_notice *like)
{
    deadlines_road(w, make_road(w, like));
    w->next_road = like->id.n + 1;
    w->road_change = like->change;
}

static void opened(struct world *w, const struct road_opened *e)
{
    struct road_notice *r = world_road(w, e->road);
    must(r != NULL);
    drop_road(w, r);
    w->road_change = e->change;
}

void evolve_road(struct world *w, const struct event *e)
{
    if (e->kind == EVENT_ROAD_OPENED) {
        opened(w, &e->as.road_opened);
    } else if (e->kind == EVENT_ROAD_WEIGHTS_APPLIED) {
        w->road_weights = e->as.road_weights_applied.change;
        w->road_speeds = e->as.road_weights_applied.speeds;
        w->road_hour = e->as.road_weights_applied.hour;
    } else {
        noticed(w, &e->as.road_noticed.notice);
    }
}
