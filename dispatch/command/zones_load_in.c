/* zones.load: zones are added and replaced by code, all or none; those that the command does not
 * name stay as they are, one without rings holds no point any more. Places that stand keep the zone
 * they were given. Refusals: bad_city (path, value, expectation), capacity_reached,
 * nothing_changed (neither a zone nor a reach). */
#include "dispatch/command/decide.h"
#include "dispatch/command/zones_check.h"
#include "dispatch/core/zones_load.h"

void decide_zones_load_in(struct turn *t, const struct zones_load_in *c)
{
    if (!zones_fit(t->world, &c->zones)) { /* first: what has no room is not worth a close look */
        turn_refuse(t, REFUSED_FULL, "zones");
        return;
    }
    if (!zones_check(t, "zones", &c->zones)) {
        return;
    }
    if (c->zones.count == 0 && c->reach_m == 0) {
        turn_refuse(t, REFUSED_NOTHING_CHANGED, "zones");
        return;
    }
    struct event *e = turn_event(t, EVENT_ZONES_LOADED);
    e->as.zones_loaded = (struct zones_loaded){ .zones = c->zones, .reach_m = c->reach_m };
    turn_emit(t, e);
}
