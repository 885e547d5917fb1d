/* assignment.name: the desk of the station that an order went to signs and names the unit; where it
 * did not in time, or could only be asked by telephone, the centre names one. The unit then has its
 * own clock to sign. Refusals: no_such_assignment, not_your_zone, unit_named, order_not_open,
 * no_such_unit, not_your_zone (a desk names units of its zones), unit_off_duty,
 * unit_already_here. */
#include "base/must.h"
#include "dispatch/command/assign.h"
#include "dispatch/command/decide.h"
#include "dispatch/core/advise.h"
#include "dispatch/core/order.h"

static bool nameable(struct turn *t, const struct assignment *a)
{
    if (a->unit.n != 0) {
        turn_refuse(t, REFUSED_UNIT_NAMED, "assignment");
        return false;
    }
    if (a->status != ASSIGNMENT_DISPATCHED) {
        turn_refuse(t, REFUSED_ORDER_NOT_OPEN, "assignment");
        return false;
    }
    return true;
}

void decide_assignment_name(struct turn *t, const struct assignment_name *c)
{
    const struct assignment *a = turn_assignment(t, c->assignment);
    if (a == NULL || !nameable(t, a)) {
        return;
    }
    const struct incident *i = world_incident(t->world, a->incident);
    must(i != NULL);
    const struct unit *u = turn_unit(t, c->unit);
    if (u == NULL || !turn_desk_orders(t, u, "unit") || !assign_unit_valid(t, i, u, true, "unit")) {
        return;
    }
    struct unit_view view = advise_view(t, u, i);
    uint32_t sign_ms = world_clocks(t->world, i, i->tier).sign_ms;
    struct event *e = turn_event(t, EVENT_ASSIGNMENT_NAMED);
    e->as.assignment_named =
        (struct assignment_named){ .assignment = a->id,
                                   .incident = i->id,
                                   .unit = u->id,
                                   .station = a->station,
                                   .eta_ms = view.eta_ms,
                                   .lon_e7 = view.at.lon_e7,
                                   .lat_e7 = view.at.lat_e7,
                                   .position_age_ms = position_age_told(view.age_ms),
                                   .due_at =
                                       sign_ms != 0 ? t->at + (int64_t)sign_ms * US_PER_MS : 0,
                                   .by = (uint8_t)assign_desk_by(t, c->by),
                                   .at_device = c->at_device,
                                   .quiet = order_quiet(t, i, u->id, view.at) };
    t->out->incident = i->id;
    turn_emit(t, e);
}
