/* unit.sign_on: a crew takes the unit; what it can do today and until when may be said.
 * Refusals: no_such_unit, not_your_unit, not_your_zone, unit_on_duty, no_such_capability,
 * end_in_past, end_too_far. */
#include "dispatch/command/assign.h"
#include "dispatch/command/decide.h"

void decide_unit_sign_on(struct turn *t, const struct unit_sign_on *c)
{
    const struct unit *u = turn_unit_of_zone(t, c->unit);
    if (u == NULL) {
        return;
    }
    if (u->on_duty) {
        turn_refuse(t, REFUSED_UNIT_ON_DUTY, "unit");
        return;
    }
    uint64_t bits = 0;
    const struct str *words = c->capabilities.at;
    for (uint32_t k = 0; k < c->capabilities.count; k++) {
        uint64_t bit = world_capability(t->world, words[k]);
        if (bit == 0) {
            turn_refuse(t, REFUSED_NO_SUCH_CAPABILITY, "capabilities");
            return;
        }
        bits |= bit;
    }
    if (c->until != 0 && !assign_end_valid(t, c->until, "until")) {
        return;
    }
    struct event *e = turn_event(t, EVENT_UNIT_SIGNED_ON);
    e->as.unit_signed_on = (struct unit_signed_on){ .unit = u->id,
                                                    .crew = c->crew,
                                                    .has_capabilities = c->capabilities.count > 0,
                                                    .capabilities = bits,
                                                    .until = c->until,
                                                    .by = (uint8_t)assign_by(t, c->by),
                                                    .at_device = c->at_device };
    turn_emit(t, e);
}
