/* Who owns a report or an incident, where no person said: decided by the rule of core/seats, as
 * events. */
#ifndef DISPATCH_CORE_OWN_H
#define DISPATCH_CORE_OWN_H

#include "dispatch/core/turn.h"

/* What one seat's turn passes on at most; the rest follows with the next one. */
#define PASSED_ON_MAX 32

struct ownable own_of_incident(const struct incident *i);
struct ownable own_of_report(const struct report *r);

/* The seat of who sends this command; NULL: they sit nowhere, or it is no person of the floor. */
struct seat *own_seat(struct turn *t);

/* The seat that gets what this command brings: the sender's, else by the rule. */
seat_id own_first(struct turn *t, const struct ownable *what);

/* Emits the change of owner. */
void own_incident(struct turn *t, const struct incident *i, seat_id seat, bool by_rule, bool unread,
                  struct sealed reason);
void own_report(struct turn *t, const struct report *r, seat_id seat, bool by_rule, bool unread,
                struct sealed reason);

/* Passes on the work of a seat that nobody answers at, PASSED_ON_MAX things a turn. */
void own_pass_on(struct turn *t, const struct seat *from);

/* What the turn's events change about ownership: a tier that the seat does not cover, an incident
 * that comes back, a person who may no longer sit where they sat. */
void own_follow(struct turn *t);

#endif
