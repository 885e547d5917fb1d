/* What the assignment commands share. */
#ifndef DISPATCH_COMMAND_ASSIGN_H
#define DISPATCH_COMMAND_ASSIGN_H

#include "dispatch/core/turn.h"

/* True when the named units exist, are on duty, not named twice, not on this incident already, and
 * free (for a reservation: on duty is enough); else refuses. A busy unit may be sent too: the order
 * is stacked behind its work, when `stacked` says so. */
bool assign_units_valid(struct turn *t, const struct incident *i, const struct list *units,
                        bool stacked);

/* The same of one unit: exists, is on duty, is not on the incident already, and free unless
 * `stacked`; else refuses with `field`. */
bool assign_unit_valid(struct turn *t, const struct incident *i, const struct unit *u, bool stacked,
                       const char *field);

/* True when there is room for so many more assignments; else refuses. */
bool assign_room(struct turn *t, uint32_t count);

/* True when a slot of that number is required; 0 is always right. */
bool assign_slot_valid(struct turn *t, const struct incident *i, uint8_t slot);

/* True when the end lies ahead, at most a day; else refuses with `field`. */
bool assign_end_valid(struct turn *t, int64_t end, const char *field);

/* How a step came: what the command says, else by terminal for a unit and by radio for everybody
 * who speaks for it. */
enum step_by assign_by(const struct turn *t, uint8_t said);

/* The same of what a station's desk does: at its own terminal by terminal, by others by radio. */
enum step_by assign_desk_by(const struct turn *t, uint8_t said);

/* Whether the table has this move (assignment_moves.def) and this role may make it. */
bool assign_move_legal(const struct turn *t, enum assignment_status from,
                       enum assignment_status to);

/* True when this step may be taken now; else refuses: unit_needed (a station's order has no unit
 * that could take it), illegal_move, and of an order that had lapsed incident_closed, unit_off_duty
 * and unit_already_here (by another order since). */
bool assign_step_legal(struct turn *t, const struct assignment *a, enum assignment_status to,
                       const char *field);

struct step {
    enum assignment_status to;
    enum step_by by;
    int64_t at_device;
    enum decline_reason reason;   /* of declined */
    enum destination destination; /* of transporting */
    struct sealed destination_place;
};

/* Emits assignment.progressed with the clocks of the new status, then what follows for others: by a
 * signature the unsigned orders of the same slot expire (of a tier I incident they stand); when who
 * relieves is there, who was relieved is free. */
void assign_progress(struct turn *t, const struct assignment *a, const struct step *step);

/* The assignment of a command that only a unit with an order can carry out; NULL after refusing:
 * as turn_assignment, unit_needed (a station has named none yet). */
struct assignment *assign_with_unit(struct turn *t, assignment_id id);

#endif
