/* What the commands of seats share. */
#ifndef DISPATCH_COMMAND_SEAT_H
#define DISPATCH_COMMAND_SEAT_H

#include "dispatch/core/seats.h"
#include "dispatch/core/turn.h"

/* The seat named, or NULL after refusing no_such_seat. */
struct seat *seat_named(struct turn *t, seat_id id);

/* The same, and the sender must sit there (seat_not_yours). */
struct seat *seat_of_sender(struct turn *t, seat_id id);

/* An open incident or an open report that a seat owns: exactly one of the two. */
struct owned {
    const struct incident *incident;
    const struct report *report;
    const struct seat *seat;
};

/* What is named, or false after refusing: value_needed (neither or both), the refusals of
 * turn_open_incident, no_such_report, not_your_zone, report_settled, report_linked. */
bool seat_owned(struct turn *t, incident_id incident, report_id report, struct owned *out);

/* Emits its change of owner. */
void seat_own(struct turn *t, const struct owned *what, seat_id seat, bool unread,
              const struct personal_in *reason);

#endif
