/* incident.take: a person takes an incident or an open report over to their own seat, with a
 * reason. Refusals: value_needed (neither or both named), no_such_incident, not_your_zone,
 * incident_closed, changed_since, no_such_report, report_settled, report_linked, seat_needed,
 * nothing_changed. */
#include "dispatch/command/decide.h"
#include "dispatch/command/seat.h"
#include "dispatch/core/own.h"

void decide_incident_take(struct turn *t, const struct incident_take *c)
{
    const struct seat *own = own_seat(t);
    struct owned what;
    if (!seat_owned(t, c->incident, c->report, &what)) {
        return;
    }
    if (own == NULL) {
        turn_refuse(t, REFUSED_SEAT_NEEDED, NULL);
    } else if (own == what.seat) {
        turn_refuse(t, REFUSED_NOTHING_CHANGED, c->incident.n != 0 ? "incident" : "report");
    } else {
        seat_own(t, &what, own->id, false, &c->reason);
    }
}
