/* automation.stop, automation.resume: one commander's key stops every order that a rule would send.
 * Refusals: automation_is_stopped; automation_is_running. */
#include "dispatch/command/decide.h"

static void change(struct turn *t, bool stop, const struct personal_in *reason)
{
    if (t->world->automation_stopped == stop) {
        turn_refuse(t, stop ? REFUSED_AUTOMATION_IS_STOPPED : REFUSED_AUTOMATION_IS_RUNNING, NULL);
        return;
    }
    struct sealed sealed = turn_seal_value(t, reason, "automation_reason");
    struct event *e = turn_event(t, stop ? EVENT_AUTOMATION_STOPPED : EVENT_AUTOMATION_RESUMED);
    e->as.automation_changed.reason = sealed;
    turn_emit(t, e);
}

void decide_automation_stop(struct turn *t, const struct automation_stop *c)
{
    change(t, true, &c->reason);
}

void decide_automation_resume(struct turn *t, const struct automation_resume *c)
{
    change(t, false, &c->reason);
}
