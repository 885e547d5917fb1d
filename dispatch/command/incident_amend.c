/* incident.amend: what is known of an incident is corrected; the plan is asked again, units are
 * told of what matters. Refusals: no_such_incident, not_your_zone, incident_closed, changed_since,
 * not_your_unit (a unit amends only what it is assigned to), place_needed, no_such_type,
 * nothing_changed. */
#include "dispatch/command/decide.h"
#include "dispatch/command/take.h"

/* The first of its reports whose caller's phone was located. */
static const struct report *placed_report(const struct world *w, const struct incident *i)
{
    for (const struct report *r = incident_first_report(w, i); r != NULL; r = report_next(w, r)) {
        if (take_caller_placed(r)) {
            return r;
        }
    }
    return NULL;
}

void decide_incident_amend(struct turn *t, const struct incident_amend *c)
{
    const struct incident *i = turn_open_incident(t, c->incident);
    if (i == NULL || (c->has_place && !take_place_valid(t, &c->place)) ||
        !turn_type_known(t, c->type)) {
        return;
    }
    uint16_t cues = take_cues(&c->cues);
    bool type_new = c->type.len > 0 && !str_eq(c->type, text_str(&i->type_dispatched));
    bool cues_new = c->has_cues && cues != i->cues;
    uint16_t denied = take_denied(&c->cues_denied, cues_new ? cues : i->cues);
    bool denied_new = c->has_cues_denied && denied != i->cues_denied;
    bool priority_new = c->priority != 0 && c->priority != i->priority;
    bool grade_new = c->grade != 0 && c->grade != i->grade;
    const struct report *caller = c->at_caller ? placed_report(t->world, i) : NULL;
    if (c->at_caller && caller == NULL) {
        turn_refuse(t, REFUSED_PLACE_NEEDED, "at_caller");
        return;
    }
    bool place_new = c->has_place || caller != NULL;
    if (!type_new && !cues_new && !denied_new && !priority_new && !grade_new && !place_new) {
        turn_refuse(t, REFUSED_NOTHING_CHANGED, NULL);
        return;
    }
    struct place place = caller != NULL ? take_place_of_caller(t, caller)
                         : c->has_place ? take_place(t, &c->place)
                                        : (struct place){ 0 };
    struct event *e = turn_event(t, EVENT_INCIDENT_AMENDED);
    struct incident_amended *a = &e->as.incident_amended;
    *a = (struct incident_amended){ .incident = i->id,
                                    .rev = i->rev + 1,
                                    .priority = c->priority,
                                    .grade = c->grade,
                                    .place_changed = place_new,
                                    .place = place,
                                    .cues_changed = cues_new,
                                    .cues = cues_new ? cues : 0,
                                    .cues_denied_changed = denied_new,
                                    .cues_denied = denied_new ? denied : 0 };
    text_set(&a->type, type_new ? c->type : (struct str){ 0 });
    t->out->incident = i->id;
    turn_emit(t, e);
}
