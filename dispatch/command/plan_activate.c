/* plan.activate: from this row on the plan decides. Open incidents keep what was decided for them.
 * Refusals: bad_plan (path, value, expectation), plan_version_old. */
#include "dispatch/command/decide.h"
#include "dispatch/plan/plan_check.h"

void decide_plan_activate(struct turn *t, const struct plan_activate *c)
{
    if (plan_check(&c->plan, &t->out->fault) != OK) {
        turn_refuse_fault(t, REFUSED_BAD_PLAN);
        return;
    }
    const struct plan *now = &t->world->plan;
    if (str_eq(now->id, c->plan.id) && c->plan.version <= now->version) {
        turn_refuse(t, REFUSED_PLAN_VERSION_OLD, "plan.version");
        return;
    }
    struct event *e = turn_event(t, EVENT_PLAN_ACTIVATED);
    e->as.plan_activated.plan = c->plan;
    turn_emit(t, e);
}
