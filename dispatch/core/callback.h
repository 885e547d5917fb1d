/* Call-backs. Who called and said nothing, hung up, or cannot speak waits until somebody has
 * reached them, units were sent to where they are, or a person settled it by name with a reason.
 * The wait stays with the report, whatever incident it is linked to. A caller marked "none" is
 * never rung or texted: only the last two ways are left. */
#ifndef DISPATCH_CORE_CALLBACK_H
#define DISPATCH_CORE_CALLBACK_H

#include "dispatch/core/turn.h"

/* A call of this kind opens one (enum call_kind). */
bool callback_asked(uint8_t call);

/* When the first try is due, and the next one after one more that did not reach the caller: at once
 * when the plan's number of tries is used up, so that a person decides. */
int64_t callback_first(const struct turn *t);
int64_t callback_next(const struct turn *t, const struct report *r);

/* The count with one more try. */
uint8_t callback_tries(const struct report *r);

/* What is raised when the wait is over. */
enum alarm_kind callback_alarm(const struct report *r);

/* A caller of this incident waits. */
bool callback_owed(const struct world *w, const struct incident *i);

/* Emits the end of one by the person whose command this is. */
void callback_settle(struct turn *t, const struct report *r, struct sealed note);

/* The same for every caller of an incident that is closed by force. */
void callback_close(struct turn *t, const struct incident *i);

/* Ends, in this row, the call-backs of reports whose own incident units have been sent to. */
void callback_follow(struct turn *t);

/* The strictest mark of an incident's callers, `without` (NULL: none) left out. */
uint8_t callback_contact(const struct world *w, const struct incident *i,
                         const struct report *without);

/* The incident whose units must be told of what was said later; 0: none. */
incident_id callback_matters(const struct world *w, const struct event *e);

#endif
