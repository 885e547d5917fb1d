/* Deadlines are a function of state: for each thing that waits, the least instant at which its wait
 * is over. A heap keeps the minimum; one timer outside is armed to it. No wait has a timer of its
 * own. */
#ifndef DISPATCH_CORE_DEADLINES_H
#define DISPATCH_CORE_DEADLINES_H

#include "dispatch/core/world.h"

/* How long an alarm of an access to protected fields stands: a shift. */
#define GLASS_SHOWN_US (8 * US_PER_HOUR)

/* How long an alarm that is over stays listed for somebody to acknowledge it. */
#define RETURNED_SHOWN_US (1 * US_PER_HOUR)

/* Of an access to protected fields, and so of a person: no wait of the incident's. */
static inline bool alarm_is_of_access(uint8_t kind)
{
    return kind == ALARM_GLASS_BROKEN || kind == ALARM_ACCESS_SPOOLED;
}

/* Nobody knows yet where it is, and nobody is there. */
static inline bool deadline_locates(const struct incident *i)
{
    return i->place.state == PLACE_UNKNOWN && i->first_on_scene_at == 0;
}

/* A call that rang and that nobody has answered yet. */
static inline bool report_rings(const struct report *r)
{
    return r->status == REPORT_OPEN && r->rang_at != 0 && r->answered_at == 0 && r->ended_at == 0;
}

/* When a held incident is looked at again. */
static inline int64_t hold_review_at(const struct incident *i)
{
    return i->review_at != 0 ? i->review_at : i->held_until;
}

/* What a thing waits for first. at 0: nothing. */
struct deadline {
    int64_t at;
    enum deadline_kind kind;
};

struct deadline deadline_of_incident(const struct world *w, const struct incident *i);
struct deadline deadline_of_assignment(const struct world *w, const struct assignment *a);
struct deadline deadline_of_report(const struct world *w, const struct report *r);

/* What an alarm waits for: that one of an access is over, that nobody took notice in time, that it
 * comes off the shelf, or that one which is over was looked at. 0: nothing. */
int64_t deadline_of_alarm(const struct world *w, const struct alarm *a);

/* When the work of a seat that nobody answers at goes to another; 0: it stays. */
int64_t deadline_of_seat(const struct world *w, const struct seat *s);

/* What an order to move up waits for: its signature, and then the unit. */
struct deadline deadline_of_unit(const struct world *w, const struct unit *u);

/* When what holds on a road is over; 0: when somebody ends it. */
int64_t deadline_of_road(const struct road_notice *r);

/* The instant of the next one; 0: none. */
int64_t deadlines_next(const struct world *w);

/* The thing whose wait is over first, if it is over at `now`. */
bool deadlines_due(const struct world *w, int64_t now, struct due *out);

/* Recomputes the heap entry of a thing that changed. */
void deadlines_incident(struct world *w, struct incident *i);
void deadlines_assignment(struct world *w, struct assignment *a);
void deadlines_report(struct world *w, struct report *r);
void deadlines_alarm(struct world *w, struct alarm *a);
void deadlines_seat(struct world *w, struct seat *s);
void deadlines_road(struct world *w, struct road_notice *r);
void deadlines_unit(struct world *w, struct unit *u);

/* Takes a thing that is about to be removed off the heap. */
void deadlines_forget(struct world *w, enum table t, uint32_t slot);

/* Rebuilds the whole heap (a plan with other clocks was activated, a snapshot was read). */
void deadlines_rebuild(struct world *w);

#endif
