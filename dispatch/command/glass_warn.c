/* glass.warn (internal): somebody read an incident's protected fields by breaking the glass, or
 * while the log was down, which was spooled. The access stands in access_log already; the commander
 * is alarmed, once for each person while the alarm stands. An incident that left the memory
 * meanwhile makes no event. */
#include "dispatch/command/decide.h"
#include "dispatch/core/follow.h"

void decide_glass_warn(struct turn *t, const struct glass_warn *c)
{
    const struct incident *i = world_incident(t->world, c->incident);
    const struct user *u = world_user(t->world, c->person);
    if (i != NULL && u != NULL) {
        follow_raise(t,
                     (struct alarm){ .kind = c->spooled ? ALARM_ACCESS_SPOOLED : ALARM_GLASS_BROKEN,
                                     .incident = i->id,
                                     .person = u->name,
                                     .purpose = c->purpose });
    }
}
