/* assignment.keep: two units signed for one slot, and the seat wants both.
 * Refusals: no_such_assignment, not_your_zone, not_two_signed. */
#include "base/must.h"
#include "dispatch/command/decide.h"
#include "dispatch/core/order.h"

static bool two_signed(const struct world *w, const struct assignment *a)
{
    const struct incident *i = world_incident(w, a->incident);
    must(i != NULL);
    for (const struct assignment *o = incident_first_assignment(w, i); o != NULL;
         o = assignment_next(w, o)) {
        if (order_beside(a, o)) {
            return a->slot != 0 && order_signed(a) && !a->kept;
        }
    }
    return false;
}

void decide_assignment_keep(struct turn *t, const struct assignment_keep *c)
{
    const struct assignment *a = turn_assignment(t, c->assignment);
    if (a == NULL) {
        return;
    }
    if (!two_signed(t->world, a)) {
        turn_refuse(t, REFUSED_NOT_TWO_SIGNED, "assignment");
        return;
    }
    struct event *e = turn_event(t, EVENT_ASSIGNMENT_KEPT);
    e->as.assignment_marked = (struct assignment_marked){
        .assignment = a->id, .incident = a->incident, .unit = a->unit, .by = BY_TERMINAL
    };
    t->out->incident = a->incident;
    turn_emit(t, e);
}
