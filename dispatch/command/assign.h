/* What the assignment commands share. */
#ifndef DISPATCH_COMMAND_ASSIGN_H
#define DISPATCH_COMMAND_ASSIGN_H

#include "dispatch/core/turn.h"

/* True when the named units exist, are on duty, not named twice, not on this incident already, and
 * free (for a reservation: on duty is enough); else refuses. A busy unit may be sent too: the order
 * is stacked behind its work, when `stacked` says so. */
bool assign_units_valid(struct turn *t, const struct incident *i, const struct list *units,
                        bool stacked);

/* True when a slot of that number is required; 0 is always right. */
bool assign_slot_valid(struct turn *t, const struct incident *i, uint8_t slot);

/* How a step came: what the command says, else by terminal for a unit and by radio for everybody
 * who speaks for it. */
enum step_by assign_by(const struct turn *t, uint8_t said);

/* Whether the table has this move (assignment_moves.def) and this role may make it. */
bool assign_move_legal(const struct turn *t, enum assignment_status from,
                       enum assignment_status to);

/* Emits assignment.progressed with the clocks of the new status, then what a signature by one unit
 * means for the unsigned orders of the same slot (they expire; of a tier I incident they stand). */
void assign_progress(struct turn *t, const struct assignment *a, enum assignment_status to,
                     enum step_by by, int64_t at_device, enum decline_reason reason);

#endif
