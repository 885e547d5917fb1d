#include "base/must.h"
#include "dispatch/core/change.h"
#include "dispatch/core/deadlines.h"
#include "dispatch/core/evolve.h"
#include "dispatch/core/image.h"

/* A new one, or a reservation that becomes an order. */
static struct assignment *place_assignment(struct world *w, const struct assignment *in)
{
    struct assignment *a = world_assignment(w, in->id);
    if (a != NULL) {
        must(a->status == ASSIGNMENT_RESERVED);
        touch_assignment(w, a);
        a->status = in->status;
        a->since = w->at;
        a->dispatched_at = in->dispatched_at;
        a->due_at = in->due_at;
        a->eta_ms = in->eta_ms;
        a->by = in->by;
        a->station = in->station;
        a->relieves = in->relieves;
        a->diverted_from = in->diverted_from;
        return a;
    }
    struct incident *i = world_incident(w, in->incident);
    must(i != NULL);
    a = make_assignment(w, in->id);
    uint32_t chain = a->next_hash;
    *a = *in;
    a->next_hash = chain;
    a->next_in_incident = a->next_of_unit = a->due_slot = 0;
    a->active = false;
    w->next_assignment = in->id.n + 1;
    link_assignment(w, a, i);
    return a;
}

/* Onto the unit, which may be at work on something else. */
static void give_to_unit(struct world *w, struct assignment *a)
{
    struct unit *u = world_unit(w, a->unit);
    must(u != NULL);
    touch_unit(w, u);
    if (a->status < ASSIGNMENT_CLEARED) { /* else it was over on paper */
        stack_assignment(w, a);
    }
    if (a->diverted_from.n != 0) {
        take_up_assignment(w, a);
    }
    derive_unit(w, u, w->at);
}

/* Who is relieved waits for this one. */
static void tie_relief(struct world *w, const struct assignment *a, assignment_id by)
{
    struct assignment *old = a->relieves.n != 0 ? world_assignment(w, a->relieves) : NULL;
    if (old != NULL) {
        touch_assignment(w, old);
        old->relieved_by = by;
    }
}

static void made(struct world *w, const struct assignment_made *e)
{
    struct assignment *a = place_assignment(w, &e->assignment);
    struct incident *i = world_incident(w, a->incident);
    must(i != NULL && (a->unit.n != 0 || a->station.n != 0));
    touch_incident(w, i);
    if (a->unit.n != 0) {
        give_to_unit(w, a);
    }
    tie_relief(w, a, a->id);
    saw_sealed(w, &a->note);
    saw_sealed(w, &e->reason);
    image_ordered(i, e, w->at);
    image_told(i, e->first_report, w->at);
    derive_incident(w, i, w->at);
    deadlines_assignment(w, a);
}

static void named(struct world *w, const struct assignment_named *e)
{
    struct assignment *a = world_assignment(w, e->assignment);
    must(a != NULL && a->unit.n == 0 && a->status == ASSIGNMENT_DISPATCHED);
    struct incident *i = world_incident(w, a->incident);
    must(i != NULL);
    touch_assignment(w, a);
    touch_incident(w, i);
    a->unit = e->unit;
    a->named_at = w->at;
    a->quiet = e->quiet;
    a->eta_ms = e->eta_ms;
    a->due_at = e->due_at;
    a->by = e->by;
    a->at_device = e->at_device;
    give_to_unit(w, a);
    deadlines_assignment(w, a);
}

static void stamp(struct assignment *a, int64_t at)
{
    switch ((enum assignment_status)a->status) {
    case ASSIGNMENT_ACKNOWLEDGED:
        a->acknowledged_at = at;
        break;
    case ASSIGNMENT_EN_ROUTE:
        a->en_route_at = a->en_route_at != 0 ? a->en_route_at : at;
        break;
    case ASSIGNMENT_STAGED:
        a->staged_at = at;
        break;
    case ASSIGNMENT_ON_SCENE:
        a->on_scene_at = a->on_scene_at != 0 ? a->on_scene_at : at;
        break;
    case ASSIGNMENT_TRANSPORTING:
        a->transporting_at = at;
        break;
    case ASSIGNMENT_CLEARED:
        a->cleared_at = a->ended_at = at;
        break;
    case ASSIGNMENT_DECLINED:
    case ASSIGNMENT_EXPIRED:
    case ASSIGNMENT_CANCELLED:
        a->ended_at = at;
        break;
    case ASSIGNMENT_RESERVED:
    case ASSIGNMENT_DISPATCHED:
    case ASSIGNMENT_STATUS_COUNT:
        must(a->status > ASSIGNMENT_DISPATCHED && a->status < ASSIGNMENT_STATUS_COUNT);
        break;
    }
}

/* What the step says beside its status. */
static void take_step(struct world *w, struct assignment *a, const struct assignment_progressed *e)
{
    a->status = e->status;
    a->since = w->at;
    a->by = e->by;
    a->at_device = e->at_device;
    a->due_at = e->due_at;
    a->feedback_due = e->feedback_due;
    a->decline_reason = e->status == ASSIGNMENT_DECLINED ? e->reason : a->decline_reason;
    a->note = e->note.ref != 0 ? e->note : a->note;
    a->destination = e->destination != DESTINATION_NONE ? e->destination : a->destination;
    a->destination_place =
        e->destination_place.ref != 0 ? e->destination_place : a->destination_place;
    a->safety_due_at = e->safety_due_at;
    a->free_at = e->free_at;
    a->free_said = false;
    saw_sealed(w, &e->note);
    saw_sealed(w, &e->destination_place);
    stamp(a, w->at);
}

/* Ended, and so is a relief that was under way by it. */
static void end_order(struct world *w, struct assignment *a)
{
    if (a->changes != 0) {
        a->change_due = false;
        a->changes = 0;
        a->changed_at = a->change_due_at = 0;
    }
    leave_assignment(w, a);
    tie_relief(w, a, (assignment_id){ 0 });
}

static void progressed(struct world *w, const struct assignment_progressed *e)
{
    struct assignment *a = world_assignment(w, e->assignment);
    must(a != NULL && (a->status < ASSIGNMENT_CLEARED || a->status == ASSIGNMENT_EXPIRED));
    struct incident *i = world_incident(w, a->incident);
    must(i != NULL);
    bool lapsed = a->status == ASSIGNMENT_EXPIRED;
    touch_assignment(w, a);
    touch_incident(w, i);
    take_step(w, a, e);
    if (a->status >= ASSIGNMENT_CLEARED) {
        end_order(w, a);
    } else if (a->unit.n != 0) {
        struct unit *u = world_unit(w, a->unit);
        must(u != NULL);
        touch_unit(w, u);
        if (lapsed) {
            a->ended_at = 0;
            stack_assignment(w, a);
        }
        if (a->status >= ASSIGNMENT_EN_ROUTE) {
            /* A unit that moves on a stacked one has taken it up. */
            take_up_assignment(w, a);
        }
        derive_unit(w, u, w->at);
    }
    image_progressed(i, e->status, w->at);
    image_told(i, e->first_report, w->at);
    derive_incident(w, i, w->at);
    deadlines_assignment(w, a);
}

static void diverted(struct world *w, const struct assignment_diverted *e)
{
    struct assignment *a = world_assignment(w, e->assignment);
    must(a != NULL && a->status < ASSIGNMENT_CLEARED);
    struct incident *i = world_incident(w, a->incident);
    must(i != NULL);
    touch_assignment(w, a);
    touch_incident(w, i);
    saw_sealed(w, &e->reason);
    a->status = ASSIGNMENT_CANCELLED;
    a->since = a->ended_at = w->at;
    a->diverted_to = e->to;
    a->due_at = a->safety_due_at = 0;
    end_order(w, a);
    derive_incident(w, i, w->at);
    deadlines_assignment(w, a);
}

/* About to change, and with it what its incident still waits for. */
static struct assignment *known(struct world *w, assignment_id id)
{
    struct assignment *a = world_assignment(w, id);
    must(a != NULL);
    const struct incident *i = world_incident(w, a->incident);
    must(i != NULL);
    touch_assignment(w, a);
    touch_incident(w, i);
    return a;
}

/* From the first one that waits on; the clock of the first goes on. */
static void change_raised(struct world *w, const struct assignment_changed *e)
{
    struct assignment *a = known(w, e->assignment);
    a->change_due = true;
    if (e->changes != 0) {
        a->changes |= e->changes;
        a->change_no++;
        a->changed_at = a->changed_at != 0 ? a->changed_at : w->at;
        a->change_due_at = e->due_at;
    }
    deadlines_assignment(w, a);
}

static void change_acknowledged(struct world *w, const struct assignment_changed *e)
{
    struct assignment *a = known(w, e->assignment);
    a->change_due = false;
    a->changes = 0;
    a->changed_at = a->change_due_at = 0;
    deadlines_assignment(w, a);
}

static void marked(struct world *w, const struct event *e)
{
    struct assignment *a = known(w, e->as.assignment_marked.assignment);
    if (e->kind == EVENT_ASSIGNMENT_SPOKEN) {
        a->spoken_at = w->at;
        a->spoken_by = e->as.assignment_marked.person;
    } else {
        a->kept = true;
    }
    deadlines_assignment(w, a);
}

static void confirmed_safe(struct world *w, struct assignment *a, int64_t due_at)
{
    a->safe_at = w->at;
    a->safety_due_at = due_at;
    deadlines_assignment(w, a);
}

static void expected(struct world *w, const struct assignment_expected *e)
{
    struct assignment *a = known(w, e->assignment);
    a->free_at = e->free_at;
    a->free_said = true;
}

static void reported(struct world *w, const struct assignment_reported *e)
{
    struct assignment *a = known(w, e->assignment);
    struct incident *i = world_incident(w, a->incident);
    saw_sealed(w, &e->note);
    image_told(i, e->first_report, w->at);
    confirmed_safe(w, a, e->safety_due_at);
    deadlines_incident(w, i);
}

static void fed_back(struct world *w, const struct assignment_fed_back *e)
{
    struct assignment *a = world_assignment(w, e->assignment);
    must(a != NULL);
    struct incident *i = world_incident(w, a->incident);
    must(i != NULL);
    touch_assignment(w, a);
    touch_incident(w, i);
    a->feedback_given = true;
    a->feedback_due = false;
    a->due_at = a->status >= ASSIGNMENT_CLEARED ? 0 : a->due_at;
    a->handled_type = e->type;
    a->disposition = e->disposition;
    a->persons_helped = e->persons_helped;
    a->injured = e->injured;
    a->note = e->note.ref != 0 ? e->note : a->note;
    saw_sealed(w, &e->note);
    image_fed_back(i, e);
    image_told(i, e->first_report, w->at);
    if (e->safety_due_at != 0) {
        confirmed_safe(w, a, e->safety_due_at);
    }
    derive_incident(w, i, w->at);
    deadlines_assignment(w, a);
}

void evolve_assignment(struct world *w, const struct event *e)
{
    if (e->kind == EVENT_ASSIGNMENT_RESERVED || e->kind == EVENT_ASSIGNMENT_DISPATCHED) {
        made(w, &e->as.assignment_made);
    } else if (e->kind == EVENT_ASSIGNMENT_PROGRESSED) {
        progressed(w, &e->as.assignment_progressed);
    } else if (e->kind == EVENT_ASSIGNMENT_CHANGE_RAISED) {
        change_raised(w, &e->as.assignment_changed);
    } else if (e->kind == EVENT_ASSIGNMENT_CHANGE_ACKNOWLEDGED) {
        change_acknowledged(w, &e->as.assignment_changed);
    } else if (e->kind == EVENT_ASSIGNMENT_NAMED) {
        named(w, &e->as.assignment_named);
    } else if (e->kind == EVENT_ASSIGNMENT_SPOKEN || e->kind == EVENT_ASSIGNMENT_KEPT) {
        marked(w, e);
    } else if (e->kind == EVENT_ASSIGNMENT_DIVERTED) {
        diverted(w, &e->as.assignment_diverted);
    } else if (e->kind == EVENT_ASSIGNMENT_SAFE) {
        confirmed_safe(w, known(w, e->as.assignment_safe.assignment), e->as.assignment_safe.due_at);
    } else if (e->kind == EVENT_ASSIGNMENT_REPORTED) {
        reported(w, &e->as.assignment_reported);
    } else if (e->kind == EVENT_ASSIGNMENT_EXPECTED) {
        expected(w, &e->as.assignment_expected);
    } else {
        must(e->kind == EVENT_ASSIGNMENT_FED_BACK);
        fed_back(w, &e->as.assignment_fed_back);
    }
}
