#include "base/must.h"
#include "dispatch/core/change.h"
#include "dispatch/core/deadlines.h"
#include "dispatch/core/evolve.h"

/* The alarm's bit on the thing it is about: while it stands, the same wait does not alarm again. */
static void mark(struct world *w, const struct alarm *a, bool raised)
{
    if (alarm_is_of_access(a->kind)) {
        return; /* no wait of the incident; several people may have done it */
    }
    uint32_t bit = UINT32_C(1) << a->kind;
    struct assignment *as = world_assignment(w, a->assignment);
    struct incident *i = world_incident(w, a->incident);
    struct report *r = world_report(w, a->report);
    if (as != NULL) {
        touch_assignment(w, as);
        as->alarmed = raised ? as->alarmed | bit : as->alarmed & ~bit;
        deadlines_assignment(w, as);
    } else if (r != NULL) {
        touch_report(w, r);
        r->alarmed = raised ? r->alarmed | bit : r->alarmed & ~bit;
        deadlines_report(w, r);
    } else if (i != NULL) {
        touch_incident(w, i);
        i->alarmed = raised ? i->alarmed | bit : i->alarmed & ~bit;
        deadlines_incident(w, i);
    }
}

void evolve_alarm(struct world *w, const struct event *e)
{
    if (e->kind == EVENT_ALARM_RAISED) {
        const struct alarm *a = &e->as.alarm_raised.alarm;
        must(world_alarm_of(w, a) == NULL);
        deadlines_alarm(w, make_alarm(w, a));
        w->next_alarm = a->id.n + 1;
        mark(w, a, true);
        return;
    }
    must(e->kind == EVENT_ALARM_CLEARED);
    const struct alarm_cleared *c = &e->as.alarm_cleared;
    struct alarm key = { .kind = c->kind,
                         .incident = c->incident,
                         .unit = c->unit,
                         .assignment = c->assignment,
                         .report = c->report,
                         .person = c->person };
    struct alarm *a = world_alarm_of(w, &key);
    must(a != NULL);
    mark(w, &key, false);
    drop_alarm(w, a);
}
