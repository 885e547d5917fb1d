/* Seats: who is there, what each of them owns, and which one gets what no person gave to any. The
 * loads are derived: they follow what the world's incidents and reports name as their seat. */
#ifndef DISPATCH_CORE_SEATS_H
#define DISPATCH_CORE_SEATS_H

#include "dispatch/core/world.h"

/* For so long work stays at a seat that nobody answers at. With the time it takes to notice that a
 * console is gone (server/crew.h) that is less than 30 s. */
#define SEAT_GRACE_US (15 * US_PER_S)

/* The commander's seat; NULL: the city has no seats. */
struct seat *seats_commander(const struct world *w);

/* Where this person sits; NULL: nowhere. */
struct seat *seats_of(const struct world *w, struct str person);

/* Somebody sits there and is heard. */
static inline bool seat_staffed(const struct seat *s)
{
    return s->person.len > 0 && s->vacant_since == 0;
}

/* Seats that are staffed. */
uint32_t seats_staffed(const struct world *w);

/* Whether this role may sit there: the commander's is for commanders. */
bool seat_for_role(const struct seat *s, enum role role);

/* What the seat covers lies in the person's zones; the whole city in all of them. */
bool seat_within(const struct world *w, const struct seat *s, const struct user *u);

/* The seat that owns what names `id`: the commander's for 0; NULL: the city has no seats. */
struct seat *seats_owner(const struct world *w, seat_id id);

/* What is to be owned. */
struct ownable {
    zone_id zone;
    uint8_t channel;
    uint8_t tier; /* 0: not known yet */
};

bool seat_covers(const struct world *w, const struct seat *s, const struct ownable *what);

/* The rule: of the staffed seats that cover it the one with the least load (equal: the first of the
 * city's list), else the commander's, else of all staffed ones the one with the least load, else
 * the commander's. Never `except` (0: none) unless it is the commander's and nobody else is there.
 * 0: the city has no seats. */
seat_id seats_choose(const struct world *w, const struct ownable *what, seat_id except);

/* Where the work of a seat goes that nobody answers at: to the commander's while somebody sits
 * there, else by the rule. */
seat_id seats_heir(const struct world *w, const struct seat *from, const struct ownable *what);

/* Brings the loads in line with what the open row has touched. */
void seats_settle(struct world *w);

/* The same for the whole world. */
void seats_rebuild(struct world *w);

/* True for an incident or report that a seat must own. */
bool seat_owns_incident(const struct incident *i);
bool seat_owns_report(const struct report *r);

#endif
