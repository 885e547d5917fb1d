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

bool assign_unit_valid(struct turn *t, const struct incident *i, const struct unit *u, bool stacked,
                       const char *field)
{
    if (u == NULL) {
        turn_refuse(t, REFUSED_NO_SUCH_UNIT, field);
    } else if (!u->on_duty) {
        turn_refuse(t, REFUSED_UNIT_OFF_DUTY, field);
    } else if (is_here(t->world, i, u->id)) {
        turn_refuse(t, REFUSED_UNIT_ALREADY_HERE, field);
    } else if (!stacked && (u->status != UNIT_AVAILABLE || reserved_elsewhere(t->world, u, i))) {
        turn_refuse(t, REFUSED_UNIT_NOT_FREE, field);
    }
    return t->out->refusal == REFUSED_NOT;
}

bool assign_room(struct turn *t, uint32_t count)
{
    if (t->world->assignments_pool.cap - t->world->assignments_pool.live < count) {
        turn_refuse(t, REFUSED_FULL, NULL);
        return false;
    }
    return true;
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
        if (!assign_unit_valid(t, i, world_unit(t->world, refs[k].unit), stacked, "units")) {
            return false;
        }
    }
    return assign_room(t, units->count);
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

bool assign_end_valid(struct turn *t, int64_t end, const char *field)
{
    if (end <= t->at) {
        turn_refuse(t, REFUSED_END_IN_PAST, field);
    } else if (end > t->at + 24 * US_PER_HOUR) {
        turn_refuse(t, REFUSED_END_TOO_FAR, field);
    }
    return t->out->refusal == REFUSED_NOT;
}

enum step_by assign_by(const struct turn *t, uint8_t said)
{
    if (said != BY_TERMINAL) {
        return (enum step_by)said;
    }
    return t->role == ROLE_UNIT ? BY_TERMINAL : BY_RADIO;
}

enum step_by assign_desk_by(const struct turn *t, uint8_t said)
{
    bool own = said == BY_TERMINAL && t->role == ROLE_STATION_DESK;
    return own ? BY_TERMINAL : assign_by(t, said);
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

/* An order that had lapsed is signed after all: as long as it can still be carried out. */
static bool revivable(struct turn *t, const struct assignment *a, const char *field)
{
    const struct incident *i = world_incident(t->world, a->incident);
    if (i->status >= INCIDENT_CLOSED) {
        turn_refuse(t, REFUSED_INCIDENT_CLOSED, field);
        return false;
    }
    return assign_unit_valid(t, i, world_unit(t->world, a->unit), true, field);
}

bool assign_step_legal(struct turn *t, const struct assignment *a, enum assignment_status to,
                       const char *field)
{
    if (a->unit.n == 0 && to != ASSIGNMENT_DECLINED && to != ASSIGNMENT_CANCELLED) {
        turn_refuse(t, REFUSED_UNIT_NEEDED, "assignment");
        return false;
    }
    if (!assign_move_legal(t, (enum assignment_status)a->status, to)) {
        turn_refuse(t, REFUSED_ILLEGAL_MOVE, field);
        return false;
    }
    return a->status != ASSIGNMENT_EXPIRED || revivable(t, a, field);
}

struct assignment *assign_with_unit(struct turn *t, assignment_id id)
{
    struct assignment *a = turn_assignment(t, id);
    if (a != NULL && a->unit.n == 0) {
        turn_refuse(t, REFUSED_UNIT_NEEDED, "assignment");
        return NULL;
    }
    return a;
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
    struct plan_clocks clocks = world_clocks(t->world, i, i->tier);
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
 * stands too; so does the order of who is relieved until the relief is there. */
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
            o->unit.n != 0 && (late || o->automatic) && o->relieved_by.n != a->id.n &&
            o->relieves.n != a->id.n) {
            order_end(t, o, ASSIGNMENT_EXPIRED);
        }
    }
}

/* Whether this step is the first word that anybody has from the scene. */
static bool tells_first(const struct incident *i, const struct assignment *a,
                        const struct step *step)
{
    bool word = step->to == ASSIGNMENT_TRANSPORTING || step->to == ASSIGNMENT_CLEARED;
    return word && step->by != BY_RULE && i->first_report_at == 0 && a->on_scene_at != 0;
}

static void emit_step(struct turn *t, const struct assignment *a, const struct step *step)
{
    const struct incident *i = world_incident(t->world, a->incident);
    bool feedback = owes_feedback(t->world, a, step->to);
    bool there = step->to == ASSIGNMENT_ON_SCENE || step->to == ASSIGNMENT_TRANSPORTING;
    struct event *e = turn_event(t, EVENT_ASSIGNMENT_PROGRESSED);
    e->as.assignment_progressed = (struct assignment_progressed){
        .assignment = a->id,
        .incident = a->incident,
        .unit = a->unit,
        .status = (uint8_t)step->to,
        .by = (uint8_t)step->by,
        .reason = (uint8_t)step->reason,
        .at_device = step->at_device,
        .due_at = due_of(t, a, step->to, feedback),
        .feedback_due = feedback,
        .destination = (uint8_t)step->destination,
        .destination_place = step->destination_place,
        .safety_due_at = there ? order_safety_due(t, i) : 0,
        .first_report = tells_first(i, a, step),
        .free_at = step->to == ASSIGNMENT_ON_SCENE ? order_free_at(t, i) : 0
    };
    turn_emit(t, e);
}

/* Who was relieved has handed over: cleared from the scene, or not needed on the way any more. */
static void free_relieved(struct turn *t, assignment_id id)
{
    const struct assignment *old = world_assignment(t->world, id);
    if (old != NULL && order_committed(old)) {
        bool was_there = old->on_scene_at != 0;
        emit_step(t, old,
                  &(struct step){ .to = was_there ? ASSIGNMENT_CLEARED : ASSIGNMENT_CANCELLED,
                                  .by = BY_RULE });
    }
}

void assign_progress(struct turn *t, const struct assignment *a, const struct step *step)
{
    bool was_unsigned = a->status == ASSIGNMENT_DISPATCHED || a->status == ASSIGNMENT_EXPIRED;
    assignment_id id = a->id;
    assignment_id relieves = a->relieves;
    t->out->incident = a->incident;
    emit_step(t, a, step);
    if (was_unsigned && step->to >= ASSIGNMENT_ACKNOWLEDGED && step->to <= ASSIGNMENT_CLEARED) {
        lapse_others(t, id);
    }
    if (step->to == ASSIGNMENT_ON_SCENE && relieves.n != 0) {
        free_relieved(t, relieves);
    }
}
