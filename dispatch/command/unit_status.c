/* unit.status: a unit on duty is available, or is not for a coded reason; and how long its shift
 * lasts, where that is said anew. What it does on an incident is not set here: that status is
 * derived from its assignment. Refusals: no_such_unit, not_your_unit, not_your_zone, unit_off_duty,
 * reason_needed, end_in_past, end_too_far, nothing_changed. */
#include "dispatch/command/assign.h"
#include "dispatch/command/decide.h"

void decide_unit_status_set(struct turn *t, const struct unit_status_set *c)
{
    const struct unit *u = turn_unit_of_zone(t, c->unit);
    if (u == NULL) {
        return;
    }
    if (!u->on_duty) {
        turn_refuse(t, REFUSED_UNIT_OFF_DUTY, "unit");
        return;
    }
    if (!c->available && c->reason == UNIT_REASON_NONE) {
        turn_refuse(t, REFUSED_REASON_NEEDED, "reason");
        return;
    }
    if (c->until != 0 && !assign_end_valid(t, c->until, "until")) {
        return;
    }
    uint8_t reason = c->available ? UNIT_REASON_NONE : c->reason;
    if (u->reason == reason && (c->until == 0 || c->until == u->duty_until)) {
        turn_refuse(t, REFUSED_NOTHING_CHANGED, "available");
        return;
    }
    struct event *e = turn_event(t, EVENT_UNIT_CHANGED);
    e->as.unit_changed = (struct unit_changed){ .unit = u->id,
                                                .reason = reason,
                                                .until = c->until,
                                                .by = (uint8_t)assign_by(t, c->by),
                                                .at_device = c->at_device };
    turn_emit(t, e);
}
