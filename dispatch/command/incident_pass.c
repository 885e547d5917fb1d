/* incident.pass: an incident or an open report goes to another seat, with a reason; there it rings
 * until it is read. By who sits at the owning seat, or a commander. Refusals: value_needed (neither
 * or both named), no_such_incident, not_your_zone, incident_closed, changed_since, no_such_report,
 * report_settled, report_linked, no_such_seat, seat_not_yours, nothing_changed, seat_empty. */
#include "dispatch/command/decide.h"
#include "dispatch/command/seat.h"
#include "dispatch/core/own.h"

void decide_incident_pass(struct turn *t, const struct incident_pass *c)
{
    struct owned what;
    if (!seat_owned(t, c->incident, c->report, &what)) {
        return;
    }
    const struct seat *to = seat_named(t, c->seat);
    if (to == NULL) {
        return;
    }
    if (what.seat != own_seat(t) && t->role != ROLE_COMMANDER) {
        turn_refuse(t, REFUSED_SEAT_NOT_YOURS, c->incident.n != 0 ? "incident" : "report");
    } else if (to == what.seat) {
        turn_refuse(t, REFUSED_NOTHING_CHANGED, "seat");
    } else if (!seat_staffed(to)) {
        turn_refuse(t, REFUSED_SEAT_EMPTY, "seat");
    } else {
        seat_own(t, &what, to->id, to != own_seat(t), &c->reason);
    }
}
