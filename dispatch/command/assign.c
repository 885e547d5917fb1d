#include "dispatch/command/assign.h"

#include "base/must.h"
#include "dispatch/core/order.h"

static bool is_here(const struct world *w, const struct incident *i, unit_id unit)
{
    for (const struct assignment *a = incident_first_assignment(w, i); a != NULL;
         a = assignment_next(w, a)) {
        if (a->unit.n == unit.n && a->status >= ASSIGNMENT_DISPATCHED &&
            a->status < ASSIGNMENT_CLEARED) {
            return true;
        }
    }
    return false;
}

static bool reserved_elsewhere(const struct world *w, const struct unit *u,
                               const struct incident *i)
{
    for (const struct assignment *a = unit_first_assignment(w, u); a != NULL;
         a = assignment_next_of_unit(w, a)) {
        if (a->incident.n != i->id.n) {
            return true;
        }
    }
    return false;
}

static bool unit_valid(struct turn *t, const struct incident *i, const struct unit *u, bool stacked)
{
    if (u == NULL) {
        turn_refuse(t, REFUSED_NO_SUCH_UNIT, "units");
    } else if (!u->on_duty) {
        turn_refuse(t, REFUSED_UNIT_OFF_DUTY, "units");
    } else if (is_here(t->world, i, u->id)) {
        turn_refuse(t, REFUSED_UNIT_ALREADY_HERE, "units");
    } else if (!stacked && (u->status != UNIT_AVAILABLE || reserved_elsewhere(t->world, u, i))) {
        turn_refuse(t, REFUSED_UNIT_NOT_FREE, "units");
    }
    return t->out->refusal == REFUSED_NOT;
}

bool assign_units_valid(struct turn *t, const struct incident *i, const struct list *units,
                        bool stacked)
{
    const struct unit_ref *refs = units->at;
    for (uint32_t k = 0; k < units->count; k++) {
        for (uint32_t m = 0; m < k; m++) {
            if (refs[m].unit.n == refs[k].unit.n) {
                turn_refuse(t, REFUSED_UNIT_TWICE, "units");
                return false;
            }
        }
        if (!unit_valid(t, i, world_unit(t->world, refs[k].unit), stacked)) {
            return false;
        }
    }
    if (t->world->assignments_pool.cap - t->world->assignments_pool.live < units->count) {
        turn_refuse(t, REFUSED_FULL, NULL);
        return false;
    }
    return true;
}

bool assign_slot_valid(struct turn *t, const struct incident *i, uint8_t slot)
{
    for (uint32_t k = 0; k < i->requirement_count; k++) {
        if (i->requirements[k].slot == slot) {
            return true;
        }
    }
    if (slot != 0) {
        turn_refuse(t, REFUSED_NO_SUCH_SLOT, "slot");
        return false;
    }
    return true;
}

enum step_by assign_by(const struct turn *t, uint8_t said)
{
    if (said != BY_TERMINAL) {
        return (enum step_by)said;
    }
    return t->role == ROLE_UNIT ? BY_TERMINAL : BY_RADIO;
}

static const struct {
    uint8_t from, to;
    const char *who;
} moves[] = {
#define MOVE(from_, to_, who_, zh, en) { ASSIGNMENT_##from_, ASSIGNMENT_##to_, who_ },
#include "dispatch/model/assignment_moves.def"
#undef MOVE
};

bool assign_move_legal(const struct turn *t, enum assignment_status from, enum assignment_status to)
{
    for (size_t k = 0; k < sizeof(moves) / sizeof(moves[0]); k++) {
        if (moves[k].from == from && moves[k].to == to) {
            /* A seat may record a unit's step (by radio); a unit takes no step of a seat's. */
            char who = moves[k].who[0];
            return t->role == ROLE_SYSTEM || who == 'U' || (who == 'S' && t->role != ROLE_UNIT);
        }
    }
    return false;
}

/* A feedback is owed by who was on scene, where the incident's type asks for one. */
static bool owes_feedback(const struct world *w, const struct assignment *a,
                          enum assignment_status to)
{
    const struct incident *i = world_incident(w, a->incident);
    must(i != NULL);
    const struct incident_type *type = world_type(w, text_str(&i->type_dispatched));
    return to == ASSIGNMENT_CLEARED && a->on_scene_at != 0 && !a->feedback_given && type != NULL &&
           type->feedback;
}

static int64_t due_of(const struct turn *t, const struct assignment *a, enum assignment_status to,
                      bool feedback)
{
    const struct incident *i = world_incident(t->world, a->incident);
    struct plan_clocks clocks = world_clocks(t->world, i->tier);
    int64_t ms = 0;
    if (feedback) {
        ms = clocks.feedback_ms;
    } else if (to == ASSIGNMENT_ACKNOWLEDGED || to == ASSIGNMENT_EN_ROUTE) {
        /* The longer of the tier's limit and one and a half times the promised travel time. */
        int64_t promised = a->eta_ms < ETA_INF_MS ? (int64_t)a->eta_ms * 3 / 2 : 0;
        ms = clocks.arrive_ms == 0 ? 0 : promised > clocks.arrive_ms ? promised : clocks.arrive_ms;
    }
    return ms != 0 ? t->at + ms * US_PER_MS : 0;
}

/* One signed: the other unsigned orders of the slot that are late, or that a rule sent because
 * another was late, lapse. Of a tier I incident every order stands, and what a person sent in time
 * stands too. */
static void lapse_others(struct turn *t, assignment_id signed_by)
{
    const struct assignment *a = world_assignment(t->world, signed_by);
    const struct incident *i = world_incident(t->world, a->incident);
    if (i->tier == 1 || a->slot == 0) {
        return;
    }
    for (const struct assignment *o = incident_first_assignment(t->world, i); o != NULL;
         o = assignment_next(t->world, o)) {
        bool late = (o->alarmed & (UINT32_C(1) << ALARM_SIGN_OVERDUE)) != 0;
        if (o->slot == a->slot && o->id.n != a->id.n && o->status == ASSIGNMENT_DISPATCHED &&
            (late || o->automatic)) {
            order_end(t, o, ASSIGNMENT_EXPIRED);
        }
    }
}

void assign_progress(struct turn *t, const struct assignment *a, enum assignment_status to,
                     enum step_by by, int64_t at_device, enum decline_reason reason)
{
    bool was_unsigned = a->status == ASSIGNMENT_DISPATCHED;
    bool feedback = owes_feedback(t->world, a, to);
    assignment_id id = a->id;
    struct event *e = turn_event(t, EVENT_ASSIGNMENT_PROGRESSED);
    e->as.assignment_progressed =
        (struct assignment_progressed){ .assignment = id,
                                        .incident = a->incident,
                                        .unit = a->unit,
                                        .status = (uint8_t)to,
                                        .by = (uint8_t)by,
                                        .reason = (uint8_t)reason,
                                        .at_device = at_device,
                                        .due_at = due_of(t, a, to, feedback),
                                        .feedback_due = feedback };
    t->out->incident = a->incident;
    turn_emit(t, e);
    if (was_unsigned && to >= ASSIGNMENT_ACKNOWLEDGED && to <= ASSIGNMENT_CLEARED) {
        lapse_others(t, id);
    }
}
