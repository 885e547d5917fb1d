/* The small moves that evolve is made of: making, touching and removing things of the world.
 * Private to core. */
#ifndef DISPATCH_CORE_CHANGE_H
#define DISPATCH_CORE_CHANGE_H

#include "dispatch/core/world.h"

/* Says that a thing is about to change in the open row, before it changes. */
void touch_incident(struct world *w, const struct incident *i);
void touch_report(struct world *w, const struct report *r);
void touch_assignment(struct world *w, const struct assignment *a);
void touch_unit(struct world *w, const struct unit *u);
void touch_user(struct world *w, const struct user *u);
void touch_alarm(struct world *w, const struct alarm *a);
void touch_seat(struct world *w, const struct seat *s);
void touch_road(struct world *w, const struct road_notice *r);
void touch_city(struct world *w);

/* New things take a zeroed slot and are touched as made; must() that there is room: decide refused
 * before. */
struct incident *make_incident(struct world *w, incident_id id);
struct report *make_report(struct world *w, report_id id);
struct assignment *make_assignment(struct world *w, assignment_id id);
struct user *make_user(struct world *w, struct str name);
struct alarm *make_alarm(struct world *w, const struct alarm *like);
struct road_notice *make_road(struct world *w, const struct road_notice *like);

void drop_incident(struct world *w, struct incident *i); /* with its reports and assignments */
void drop_report(struct world *w, struct report *r);
void drop_alarm(struct world *w, struct alarm *a);
void drop_road(struct world *w, struct road_notice *r);

void link_report(struct world *w, struct report *r, struct incident *i);
void unlink_report(struct world *w, struct report *r);
void unlink_assignment(struct world *w, struct assignment *a); /* from its incident's chain */
void link_assignment(struct world *w, struct assignment *a, struct incident *i);
void stack_assignment(struct world *w,
                      struct assignment *a); /* onto its unit; active when nothing else is */
void unstack_assignment(
    struct world *w,
    struct assignment *a); /* ended: off its unit; the next of the stack is active */

/* The same with the unit's own status, where a unit is named at all. */
void leave_assignment(struct world *w, struct assignment *a);

/* The unit works on this one from now on. */
void take_up_assignment(struct world *w, struct assignment *a);

/* The world's rooms for what leaves later. */
void leaving_push(struct world *w, enum table t, uint32_t id, int64_t at);
void leaving_depart(struct world *w, int64_t now);
void leaving_trim(
    struct world *w); /* forgets entries at the front whose thing has left or come back */

/* A closed incident that must not leave yet: a caller of it waits, an officer is still to be told
 * or confirmed safe, or was just now, and screens hear of it with this row. */
bool leaving_held_back(const struct world *w, const struct incident *i);

/* Notes that `s.ref` is used. */
void saw_sealed(struct world *w, const struct sealed *s);

/* Derived states, recomputed after a change. */
void derive_unit(struct world *w, struct unit *u, int64_t at);
void derive_incident(struct world *w, struct incident *i, int64_t at);

#endif
