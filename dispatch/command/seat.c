#include "dispatch/command/seat.h"

#include "dispatch/core/own.h"

struct seat *seat_named(struct turn *t, seat_id id)
{
    struct seat *s = world_seat(t->world, id);
    if (s == NULL) {
        turn_refuse(t, REFUSED_NO_SUCH_SEAT, "seat");
    }
    return s;
}

struct seat *seat_of_sender(struct turn *t, seat_id id)
{
    struct seat *s = seat_named(t, id);
    if (s != NULL && s != own_seat(t)) {
        turn_refuse(t, REFUSED_SEAT_NOT_YOURS, "seat");
        return NULL;
    }
    return s;
}

static const struct report *open_report(struct turn *t, report_id id)
{
    const struct report *r = turn_report(t, id);
    if (r != NULL && r->status != REPORT_OPEN) {
        turn_refuse(t, r->status == REPORT_SETTLED ? REFUSED_REPORT_SETTLED : REFUSED_REPORT_LINKED,
                    "report");
        return NULL;
    }
    return r;
}

bool seat_owned(struct turn *t, incident_id incident, report_id report, struct owned *out)
{
    *out = (struct owned){ .incident = NULL };
    if ((incident.n != 0) == (report.n != 0)) {
        turn_refuse(t, REFUSED_VALUE_NEEDED, "incident");
        return false;
    }
    if (incident.n != 0) {
        out->incident = turn_open_incident(t, incident);
    } else {
        out->report = open_report(t, report);
    }
    if (out->incident == NULL && out->report == NULL) {
        return false;
    }
    out->seat =
        seats_owner(t->world, out->incident != NULL ? out->incident->seat : out->report->seat);
    return true;
}

void seat_own(struct turn *t, const struct owned *what, seat_id seat, bool unread,
              const struct personal_in *reason)
{
    struct sealed sealed = turn_seal_value(t, reason, "owner_reason");
    if (what->incident != NULL) {
        t->out->incident = what->incident->id;
        own_incident(t, what->incident, seat, false, unread, sealed);
    } else {
        t->out->report = what->report->id;
        own_report(t, what->report, seat, false, unread, sealed);
    }
}
