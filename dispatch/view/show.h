/* Whole objects as an audience may see them: for frames, snapshots and lists. Personal values never
 * stand in them, nor do references to such values. The redacted class gets open fields only, of a
 * place its zone and the centre of its 500 m cell, and of a protected, withheld or sensitive one
 * not even that. `alarmed` is left out everywhere: the list of open alarms says it. */
#ifndef DISPATCH_VIEW_SHOW_H
#define DISPATCH_VIEW_SHOW_H

#include "base/buf.h"
#include "dispatch/core/world.h"
#include "dispatch/model/ports.h"

/* Who looks, at what. */
struct viewer {
    const struct world *world;
    struct str name; /* of the world, stands in every id */
    enum audience audience;
    uint64_t zones; /* bits of the districts it may see; bit 0 always */
    unit_id unit;   /* of the unit audience: whose terminal */
};

/* Visibility of a thing as zone bits; UINT64_MAX: everybody of the audience. */
#define MASK_ALL UINT64_MAX
uint64_t mask_of_zone(const struct world *w, zone_id zone);
uint64_t mask_of_incident(const struct world *w, const struct incident *i);
uint64_t mask_of_alarm(const struct world *w, const struct alarm *a);
uint64_t mask_of_report(const struct world *w,
                        const struct report *r); /* a linked one goes with its incident */

/* An assignment that screens keep: not ended, or with something still owed: a feedback, the word
 * that its officers are safe, or that its unit has read that the incident was closed by force. */
bool assignment_lives(const struct assignment *a);

/* An incident that screens keep: open, or closed by force with something owed by an officer who was
 * there (shown as `unsettled`; not to the redacted class, for which it ends with its closing). */
bool incident_lives(const struct viewer *v, const struct incident *i);

/* True when the unit of this assignment is shown its incident: an order is open, or something of
 * that is owed. */
bool unit_concerned(const struct assignment *a);

/* True when the unit has such an assignment on the incident. */
bool unit_works_on(const struct world *w, unit_id unit, const struct incident *i);

/* It works on the incident, was told of an officer in need near it, or is that officer's: but for
 * one who called unheard, whose terminal must not show it. */
bool unit_sees(const struct world *w, unit_id unit, const struct incident *i);

bool viewer_sees_incident(const struct viewer *v, const struct incident *i);
bool viewer_sees_report(const struct viewer *v, const struct report *r);
bool viewer_sees_alarm(const struct viewer *v, const struct alarm *a);

/* Each appends one object. */
void show_incident(struct buf *b, const struct viewer *v, const struct incident *i);
void show_report(struct buf *b, const struct viewer *v, const struct report *r);
void show_assignment(struct buf *b, const struct viewer *v, const struct assignment *a);
void show_seat(struct buf *b, const struct viewer *v, const struct seat *s);

/* What holds on some roads; where the roads are needs no right. Who gave it out, and for which
 * incident, is for operations. */
void show_road(struct buf *b, const struct viewer *v, const struct road_notice *r);
void show_alarm(struct buf *b, const struct viewer *v, const struct alarm *a);

/* The unit with its live place when there is one. `open` leaves the object open for further
 * members. */
void show_unit(struct buf *b, const struct viewer *v, const struct unit *u, const struct fix *fix,
               int64_t now, bool open);

/* An incident with members of HTTP's lists: type {reported,dispatched,handled}, ids of its reports
 * and assignments. */
void show_incident_listed(struct buf *b, const struct viewer *v, const struct incident *i);

/* A unit with the ids of its assignments. */
void show_unit_listed(struct buf *b, const struct viewer *v, const struct unit *u,
                      const struct fix *fix, int64_t now);

/* The place as the audience may know it. False: no point. */
bool show_point(const struct viewer *v, const struct incident *i, struct point *out);

/* For tests: the tables of the redacted class, whose names must be those of the open fields. */
extern const struct shape redacted_incident_shape, redacted_report_shape;

#endif
