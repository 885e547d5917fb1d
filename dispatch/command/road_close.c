/* road.close, road.slow: from now on these roads are closed, or slower than usual, until their time
 * or somebody ends it. Travel times follow within a second (road.weights).
 * Refusals: too_few_points, end_in_past, value_needed, no_such_incident, not_your_zone,
 * capacity_reached, no_road_there. */
#include "dispatch/command/decide.h"
#include "dispatch/core/zones.h"

static enum refusal wrong(const struct turn *t, const struct road_notice *n, const char **field)
{
    if (n->point_count < (n->area ? 3 : 1)) {
        *field = "points";
        return REFUSED_TOO_FEW_POINTS;
    }
    if (n->until != 0 && n->until <= t->at) {
        *field = "until";
        return REFUSED_END_IN_PAST;
    }
    if (n->reason == ROAD_REASON_NONE) {
        *field = "reason";
        return REFUSED_VALUE_NEEDED;
    }
    if (n->incident.n != 0 && world_incident(t->world, n->incident) == NULL) {
        *field = "incident";
        return REFUSED_NO_SUCH_INCIDENT;
    }
    return REFUSED_NOT;
}

/* Whether a road is there is known where a network is loaded. */
static bool road_found(struct turn *t, struct road_notice *n)
{
    return t->ports->road_met == NULL ||
           t->ports->road_met(t->ports->arg, n->points, n->point_count, n->area, &n->road);
}

static void notice(struct turn *t, enum event_kind kind, struct road_notice n,
                   const struct list *points)
{
    const char *field = NULL;
    n.point_count = (uint8_t)points->count; /* at most ROAD_POINTS_MAX by its shape */
    memcpy(n.points, points->at, points->count * sizeof(n.points[0]));
    enum refusal why = wrong(t, &n, &field);
    if (why != REFUSED_NOT) {
        turn_refuse(t, why, field);
        return;
    }
    n.zone = zones_find(t->world, n.points[0]).zone;
    if (!turn_zone_allowed(t, n.zone, "points")) {
        return;
    }
    if (t->world->road_count == t->world->limits.roads) {
        turn_refuse(t, REFUSED_FULL, NULL);
        return;
    }
    if (!road_found(t, &n)) {
        turn_refuse(t, REFUSED_NO_ROAD_THERE, "points");
        return;
    }
    n.id = (road_id){ t->world->next_road };
    n.person = t->user->name;
    n.since = t->at;
    n.change = t->world->road_change + 1;
    struct event *e = turn_event(t, kind);
    e->as.road_noticed.notice = n;
    turn_emit(t, e);
}

void decide_road_close(struct turn *t, const struct road_close *c)
{
    struct road_notice n = {
        .reason = c->reason, .area = c->area, .until = c->until, .incident = c->incident
    };
    notice(t, EVENT_ROAD_CLOSED, n, &c->points);
}

void decide_road_slow(struct turn *t, const struct road_slow *c)
{
    struct road_notice n = { .reason = c->reason,
                             .percent = c->percent,
                             .area = c->area,
                             .until = c->until,
                             .incident = c->incident };
    if (c->percent == 0) {
        turn_refuse(t, REFUSED_VALUE_NEEDED, "percent"); /* no way left is road.close */
        return;
    }
    notice(t, EVENT_ROAD_SLOWED, n, &c->points);
}
