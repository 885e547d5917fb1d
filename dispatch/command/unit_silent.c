/* unit.silent, unit.heard (internal): a unit's fixes stopped or came back; sent by the watcher of
 * positions on a change only. An assigned one that falls silent is an alarm. A unit that signed off
 * meanwhile makes no event. */
#include "dispatch/command/decide.h"

void decide_unit_silent(struct turn *t, const struct unit_silent *c)
{
    const struct unit *u = world_unit(t->world, c->unit);
    if (u != NULL && u->on_duty && !u->silent) {
        struct event *e = turn_event(t, EVENT_UNIT_SILENCED);
        e->as.unit_silenced = (struct unit_silenced){ .unit = c->unit, .since = c->since };
        turn_emit(t, e);
    }
}

void decide_unit_heard(struct turn *t, const struct unit_heard *c)
{
    const struct unit *u = world_unit(t->world, c->unit);
    if (u != NULL && u->silent) {
        struct event *e = turn_event(t, EVENT_UNIT_HEARD);
        e->as.unit_heard_again.unit = c->unit;
        turn_emit(t, e);
    }
}
