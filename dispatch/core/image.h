/* What an event does to the incident itself, apart from everything around it. evolve() stands on
 * this, and so does who reads an incident that has left the memory back from its rows. */
#ifndef DISPATCH_CORE_IMAGE_H
#define DISPATCH_CORE_IMAGE_H

#include "dispatch/model/entities.h"
#include "dispatch/model/event.h"

void image_tiered(struct incident *i, const struct incident_tiered *e);

/* Units were recommended: they are kept with the slots they are for, from "w5" on. */
void image_recommended(struct incident *i, const struct incident_recommended *e);
void image_amended(struct incident *i, const struct incident_amended *e);
void image_contact(struct incident *i, const struct report_amended *e);
void image_held(struct incident *i, const struct incident_held *e);
void image_closed(struct incident *i, const struct incident_closed *e, int64_t at);

/* The officer was reached: an incident like any other from now on. */
void image_panic_answered(struct incident *i);

/* Both sides of a merge, and of its end. */
void image_absorbed(struct incident *i, const struct incident_absorbed *e);
void image_merged(struct incident *i, const struct incident_merged *e, int64_t at);
void image_parted(struct incident *i, const struct incident_parted *e);
void image_strike(struct incident *i, incident_id gone); /* out of the list of what it took in */
void image_split(struct incident *i, const struct incident_split_off *e, int64_t at);

/* `back` is the value in the event when the incident had left the memory, else NULL. */
void image_reopened(struct incident *i, const struct incident *back, int64_t at);

/* An order or a reservation. */
void image_ordered(struct incident *i, const struct assignment_made *e, int64_t at);
void image_progressed(struct incident *i, uint8_t status, int64_t at);
void image_owned(struct incident *i, const struct incident_owned *e);
void image_fed_back(struct incident *i, const struct assignment_fed_back *e);
void image_led(struct incident *i, const struct incident_led *e);

/* The first word from the scene. */
void image_told(struct incident *i, bool first_report, int64_t at);

/* An event about this incident, of a row at `at`, in the order of the log from incident.opened on:
 * after the row that closed it `i` is what it was when it left the memory. What stands between (its
 * status while it was open, its alarms) is not kept up. */
void image_take(struct incident *i, const struct event *e, int64_t at);

#endif
