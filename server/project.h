/* Entities as rows of the read tables. */
#ifndef SERVER_PROJECT_H
#define SERVER_PROJECT_H

#include "base/buf.h"
#include "dispatch/core/world.h"
#include "sql/projector.h"

/* Lists of a thing as JSON arrays, appended; read by the thread that owns the world. */
void project_reports(struct buf *b, const struct world *w, const struct incident *i);
void project_deadlines(struct buf *b, const struct world *w, const struct incident *i);
void project_capabilities(struct buf *b, const struct world *w, const struct unit *u);
void project_assignments(struct buf *b, const struct world *w, const struct unit *u);

/* Whose a thing is: the code of its seat, and who sits there in place of `*person` (which stays
 * when the city has no seats). */
struct text32 project_owner(const struct world *w, seat_id seat, struct text32 *person);

/* The police station in whose area the unit is at home; 0: none. */
zone_id project_station(const struct world *w, const struct unit *u);

/* Rows, with those lists. Of incident and report `owner` is to be whom project_owner named. */
void project_incident_add(struct projector *p, struct str world, const struct incident *i,
                          struct str owner_seat, struct str reports, struct str deadlines,
                          uint64_t seq);
void project_unit_add(struct projector *p, struct str world, const struct unit *u, zone_id station,
                      struct str capabilities, struct str assignments, uint64_t seq);
void project_assignment_add(struct projector *p, struct str world, const struct assignment *a,
                            uint64_t seq);
void project_report_add(struct projector *p, struct str world, const struct report *r,
                        struct str owner_seat, uint64_t seq);

#endif
