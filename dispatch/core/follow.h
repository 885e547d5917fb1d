/* What follows from a command's events by rule, decided in the same row: the tier of a new or
 * changed incident, the recommendation, automatic orders where they are allowed, changes that units
 * must acknowledge, and the alarms that rise or fall with the new state. Everything here is an
 * event like any other. */
#ifndef DISPATCH_CORE_FOLLOW_H
#define DISPATCH_CORE_FOLLOW_H

#include "dispatch/core/turn.h"

/* Called once, after the command's own events. */
void follow(struct turn *t);

/* Automatic orders for every slot that the recommendation of this turn's event chose somebody for,
 * where the plan allows it and no commander has stopped it. */
void follow_by_rule(struct turn *t, incident_id incident, uint32_t event_index);

/* Raises an alarm unless it stands already or the table is full. */
void follow_raise(struct turn *t, struct alarm like);

/* Emits one of the events of struct alarm_noticed, by who sends the command. */
void follow_notice(struct turn *t, enum event_kind kind, const struct alarm *a);

/* What an alarm waited for has come (core/deadlines). */
void follow_alarm_due(struct turn *t, const struct alarm *a);

/* Ends an alarm if it stands. One that nobody took notice of, and that no person of the floor
 * ended, stays listed as over until somebody acknowledges it. */
void follow_clear(struct turn *t, const struct alarm *like);

#endif
