/* unit.panic_answer: a commander ends the alarm and says how the officer was reached, in a word and
 * in words. Refusals: no_such_unit, no_panic, value_needed. */
#include "dispatch/command/decide.h"

void decide_unit_panic_answer(struct turn *t, const struct unit_panic_answer *c)
{
    const struct unit *u = turn_unit(t, c->unit);
    if (u == NULL) {
        return;
    }
    if (!u->panic) {
        turn_refuse(t, REFUSED_NO_PANIC, "unit");
        return;
    }
    if (c->reached == PANIC_REACH_NONE) {
        turn_refuse(t, REFUSED_VALUE_NEEDED, "reached");
        return;
    }
    struct sealed how = turn_seal_value(t, &c->how, "panic_answer");
    struct event *e = turn_event(t, EVENT_UNIT_PANIC_ANSWERED);
    e->as.unit_panic_answered = (struct unit_panic_answered){
        .unit = u->id, .incident = u->panic_incident, .reached = c->reached, .how = how
    };
    t->out->incident = u->panic_incident;
    turn_emit(t, e);
}
