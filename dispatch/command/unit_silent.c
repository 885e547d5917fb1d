/* unit.silent, unit.heard (internal): a unit's fixes stopped or came back; sent by the watcher of
 * positions on a change only. An assigned one that falls silent is an alarm. A unit that signed off
 * meanwhile makes no event.
 * unit.terminal (internal): the last live connection of a unit's terminal went, or one came back;
 * until then it is led by voice, and its orders must be spoken. Idempotent, so that the watcher of
 * connections may tell again. */
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

void decide_unit_terminal(struct turn *t, const struct unit_terminal *c)
{
    const struct unit *u = world_unit(t->world, c->unit);
    if (u != NULL && u->terminal_lost == c->live) {
        struct event *e =
            turn_event(t, c->live ? EVENT_UNIT_TERMINAL_BACK : EVENT_UNIT_TERMINAL_LOST);
        e->as.unit_terminal_changed.unit = c->unit;
        turn_emit(t, e);
    }
}
