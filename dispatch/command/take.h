/* What several intake commands share: places, cues and callers as they come in, and opening an
 * incident. */
#ifndef DISPATCH_COMMAND_TAKE_H
#define DISPATCH_COMMAND_TAKE_H

#include "dispatch/core/turn.h"

/* False after refusing: a known or approximate place without a point, or a point outside the Earth.
 */
bool take_place_valid(struct turn *t, const struct place_in *in);

/* The place as events hold it: of a protected one the exact part is sealed and only the 500 m cell
 * stays open. */
struct place take_place(struct turn *t, const struct place_in *in);

/* Where the caller's phone was, sealed. */
struct sealed take_caller_place(struct turn *t, const struct caller_place_in *in);

/* The 500 m cell it was in, which events may hold openly. Without a place: zero. */
struct caller_cell {
    struct point at; /* the cell's centre */
    uint32_t radius_m;
};
struct caller_cell take_caller_cell(struct turn *t, const struct caller_place_in *in);

/* Whose the point is, and how far outside of that; of a coarse place in steps of its cell. */
void take_zone(struct turn *t, struct place *p, struct point at);

/* Where a report's caller is, as an incident's place: about there, the exact place sealed. */
struct place take_place_of_caller(struct turn *t, const struct report *r);
bool take_caller_placed(const struct report *r);

/* False after refusing: ringing, answer and end are not in order, or lie in the future. 0: unknown.
 */
bool take_times_valid(struct turn *t, int64_t rang, int64_t answered, int64_t ended);

/* The report named; for a unit it must be of an incident the unit works on. NULL after refusing. */
const struct report *take_report(struct turn *t, report_id id);

/* The strictest mark of an incident's callers once the report is linked too. */
uint8_t take_contact(const struct world *w, const struct incident *i, const struct report *r);

/* False after refusing: the report is settled, its caller must not be contacted, or not so. */
bool take_contact_allowed(struct turn *t, const struct report *r, enum contact_way how);

uint16_t take_cues(const struct cues_in *in);

/* Those that were denied and are not among `named`. */
uint16_t take_denied(const struct cues_in *in, uint16_t named);

/* What an incident is opened from. */
struct opening {
    struct str type;
    uint8_t priority;
    uint8_t channel;
    uint16_t cues;
    uint16_t denied; /* dangers asked for and denied */
    struct place place;
    const struct report *report; /* NULL: none */
    bool by_person;
    unit_id officer; /* on scene already; 0 none */
    unit_id panic;   /* in need: an officer of this unit; 0 nobody */
    bool silent;
    int64_t place_at; /* when that was last seen there */
};

/* Emits incident.opened and links the report. An officer who was there first gets the assignment,
 * dispatched and arrived in the same row, as soon as the plan has said which slots there are
 * (core/follow). */
incident_id take_open(struct turn *t, const struct opening *o);

/* True when there is room for one more report and incident; else refuses. */
bool take_room(struct turn *t);

/* The unit an officer's own incident belongs to: the sender's, or the one named by radio. False
 * after refusing. */
bool take_officer(struct turn *t, unit_id named, bool on_scene, unit_id *out);

#endif
