/* glass.warn (internal): somebody read protected fields of an incident by breaking the glass, or
 * of one or of a report while the log was down, which was spooled. The access stands in access_log
 * already; the commander is alarmed, once for each person while the alarm stands. What left the
 * memory meanwhile makes no event. */
#include "dispatch/command/decide.h"
#include "dispatch/core/follow.h"

void decide_glass_warn(struct turn *t, const struct glass_warn *c)
{
    const struct incident *i = world_incident(t->world, c->incident);
    const struct report *r = world_report(t->world, c->report);
    const struct user *u = world_user(t->world, c->person);
    if ((i != NULL || r != NULL) && u != NULL) {
        follow_raise(t,
                     (struct alarm){ .kind = c->spooled ? ALARM_ACCESS_SPOOLED : ALARM_GLASS_BROKEN,
                                     .incident = c->incident,
                                     .report = c->report,
                                     .person = u->name,
                                     .purpose = c->purpose });
    }
}
