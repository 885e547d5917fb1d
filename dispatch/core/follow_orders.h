/* What follows for orders: which of their alarms stand, who is told of a change, who leads. Part of
 * core/follow; nobody else includes this. */
#ifndef DISPATCH_CORE_FOLLOW_ORDERS_H
#define DISPATCH_CORE_FOLLOW_ORDERS_H

#include "dispatch/core/turn.h"

#define ALARM_BIT(kind) (UINT32_C(1) << (kind))
#define CHANGE_BIT(kind) ((uint16_t)(1u << (kind)))

/* Clears the alarms of `alarmed` that do not stand any more. */
void follow_clear_bits(struct turn *t, uint32_t alarmed, uint32_t stand, struct alarm like);

/* Alarms of one assignment, and of all those of an incident that changed: what one unit does is an
 * alarm's end on another's order. */
void follow_assignment(struct turn *t, assignment_id id);
void follow_assignments(struct turn *t, const struct incident *i);

/* A unit's orders after its terminal went or came back. */
void follow_unit_orders(struct turn *t, const struct unit *u);

/* A scene commander who is not on the incident any more leads it no more. */
void follow_lead(struct turn *t, incident_id id);

/* Every committed unit is told what changed (bits of enum change; 0: nothing); nobody is recalled
 * by machine. */
void follow_tell_units(struct turn *t, const struct incident *i, uint16_t changes);

#endif
