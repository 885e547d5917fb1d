/* Orders: making assignments, by a person's command or by rule. */
#ifndef DISPATCH_CORE_ORDER_H
#define DISPATCH_CORE_ORDER_H

#include "dispatch/core/turn.h"

struct order {
    const struct incident *incident;
    unit_id unit;    /* 0: the station's desk names one */
    zone_id station; /* 0: none */
    uint8_t slot;
    enum assignment_status
        status; /* RESERVED, DISPATCHED, or ON_SCENE for an officer who was there first */
    enum step_by by;
    bool automatic;
    assignment_id instead_of;    /* the unsigned order this one follows */
    assignment_id relieves;      /* 0: nobody */
    assignment_id diverted_from; /* 0: nothing */
    struct sealed reason;
};

/* The order binds a unit or a station: sent, and not ended. */
static inline bool order_committed(const struct assignment *a)
{
    return a->status >= ASSIGNMENT_DISPATCHED && a->status <= ASSIGNMENT_TRANSPORTING;
}

/* Committed, and the unit knows of it by word or deed. */
static inline bool order_signed(const struct assignment *a)
{
    return a->status >= ASSIGNMENT_ACKNOWLEDGED && a->status <= ASSIGNMENT_TRANSPORTING;
}

/* Whether a unit at `at` is so near to who called for help unheard that nothing may sound for it:
 * within the plan's quiet_m (standard 200 m) of the caller's last known place by straight line.
 * Units without a fix count from their post. */
bool order_quiet(struct turn *t, const struct incident *i, unit_id unit, struct point at);
uint32_t order_quiet_m(const struct world *w);

/* Emits assignment.reserved or assignment.dispatched. */
void order_emit(struct turn *t, const struct order *o);

/* A step of an assignment that nobody at a terminal takes: expiring, cancelling. */
void order_end(struct turn *t, const struct assignment *a, enum assignment_status status);

/* The unit is of the kind that is asked for, and can do it. */
bool order_fits(const struct world *w, const struct unit *u, const struct requirement *r);
/* Tells the unit of an order what changed (bits of enum change). The clock of the first change that
 * it has not acknowledged goes on; what this row told it already is not told again. */
void order_change(struct turn *t, const struct incident *i, const struct assignment *a,
                  uint16_t changes);

/* True when the plan asks for a slot of that number. */
bool order_slot_wanted(const struct incident *i, uint8_t slot);

/* True when `o` is another order for the slot of `a` that is signed, and neither relieves `a` nor
 * is relieved by it, nor was kept beside it by the seat. */
bool order_beside(const struct assignment *a, const struct assignment *o);

/* When officers on scene must have been confirmed safe if they are now; 0: no clock. */
int64_t order_safety_due(const struct turn *t, const struct incident *i);

/* When who is on scene from now on will have done, by what the incident's type usually takes. */
int64_t order_free_at(const struct turn *t, const struct incident *i);

/* The first slot that no committed unit fills and that this unit fits; 0: none, it goes beside the
 * plan. */
uint8_t order_slot_for(const struct world *w, const struct incident *i, const struct unit *u);

#endif
