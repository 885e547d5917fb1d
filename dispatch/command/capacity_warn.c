/* capacity.warn (internal): a table is 80 % full. An alarm until somebody closes or the capacity is
 * raised. */
#include "dispatch/command/decide.h"
#include "dispatch/core/follow.h"

void decide_capacity_warn(struct turn *t, const struct capacity_warn *c)
{
    (void)c;
    follow_raise(t, (struct alarm){ .kind = ALARM_CAPACITY });
}
