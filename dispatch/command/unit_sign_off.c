/* unit.sign_off: the crew leaves. Refused while the unit has work; reservations count as work.
 * Refusals: no_such_unit, not_your_unit, not_your_zone, unit_off_duty, unit_has_work. */
#include "dispatch/command/assign.h"
#include "dispatch/command/decide.h"

void decide_unit_sign_off(struct turn *t, const struct unit_sign_off *c)
{
    const struct unit *u = turn_unit_of_zone(t, c->unit);
    if (u == NULL) {
        return;
    }
    if (!u->on_duty || u->first_assignment != 0) {
        turn_refuse(t, u->on_duty ? REFUSED_UNIT_COMMITTED : REFUSED_UNIT_OFF_DUTY, "unit");
        return;
    }
    struct event *e = turn_event(t, EVENT_UNIT_SIGNED_OFF);
    e->as.unit_signed_off = (struct unit_signed_off){ .unit = u->id,
                                                      .by = (uint8_t)assign_by(t, c->by),
                                                      .at_device = c->at_device };
    turn_emit(t, e);
}
