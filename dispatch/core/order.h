/* Orders: making assignments, by a person's command or by rule. */
#ifndef DISPATCH_CORE_ORDER_H
#define DISPATCH_CORE_ORDER_H

#include "dispatch/core/turn.h"

struct order {
    const struct incident *incident;
    unit_id unit;
    uint8_t slot;
    enum assignment_status
        status; /* RESERVED, DISPATCHED, or ON_SCENE for an officer who was there first */
    enum step_by by;
    bool automatic;
    assignment_id instead_of; /* the unsigned order this one follows */
    struct sealed reason;
};

/* Emits assignment.reserved or assignment.dispatched. */
void order_emit(struct turn *t, const struct order *o);

/* A step of an assignment that nobody at a terminal takes: expiring, cancelling. */
void order_end(struct turn *t, const struct assignment *a, enum assignment_status status);

/* The unit is of the kind that is asked for, and can do it. */
bool order_fits(const struct world *w, const struct unit *u, const struct requirement *r);

/* The first slot that no committed unit fills and that this unit fits; 0: none, it goes beside the
 * plan. */
uint8_t order_slot_for(const struct world *w, const struct incident *i, const struct unit *u);

#endif
