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

static void made(struct world *w, const struct assignment_made *e)
{
    struct assignment *a = place_assignment(w, &e->assignment);
    struct incident *i = world_incident(w, a->incident);
    struct unit *u = world_unit(w, a->unit);
    must(i != NULL && u != NULL);
    touch_incident(w, i);
    touch_unit(w, u);
    if (a->status < ASSIGNMENT_CLEARED) { /* else it was over on paper */
        stack_assignment(w, a);
    }
    saw_sealed(w, &a->note);
    saw_sealed(w, &e->reason);
    image_ordered(i, e, w->at);
    derive_unit(w, u, w->at);
    derive_incident(w, i, w->at);
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

/* A unit that moves on a stacked assignment has taken it up: that one is active from now on. */
static void take_up(struct world *w, struct unit *u, struct assignment *a)
{
    struct assignment *now = unit_active(w, u);
    if (now != NULL && now != a) {
        touch_assignment(w, now);
        now->active = false;
    }
    a->active = true;
    u->active = (uint32_t)(a - w->assignments) + 1;
}

static void progressed(struct world *w, const struct assignment_progressed *e)
{
    struct assignment *a = world_assignment(w, e->assignment);
    must(a != NULL && a->status < ASSIGNMENT_CLEARED);
    struct incident *i = world_incident(w, a->incident);
    struct unit *u = world_unit(w, a->unit);
    must(i != NULL && u != NULL);
    touch_assignment(w, a);
    touch_incident(w, i);
    touch_unit(w, u);
    a->status = e->status;
    a->since = w->at;
    a->by = e->by;
    a->at_device = e->at_device;
    a->due_at = e->due_at;
    a->feedback_due = e->feedback_due;
    a->decline_reason = e->status == ASSIGNMENT_DECLINED ? e->reason : a->decline_reason;
    a->note = e->note.ref != 0 ? e->note : a->note;
    saw_sealed(w, &e->note);
    stamp(a, w->at);
    if (a->status >= ASSIGNMENT_CLEARED) {
        unstack_assignment(w, a);
    } else if (a->status >= ASSIGNMENT_EN_ROUTE) {
        take_up(w, u, a);
    }
    image_progressed(i, e->status, w->at);
    derive_unit(w, u, w->at);
    derive_incident(w, i, w->at);
    deadlines_assignment(w, a);
}

static void change(struct world *w, const struct assignment_changed *e, bool due)
{
    struct assignment *a = world_assignment(w, e->assignment);
    must(a != NULL);
    touch_assignment(w, a);
    a->change_due = due;
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
        change(w, &e->as.assignment_changed, true);
    } else if (e->kind == EVENT_ASSIGNMENT_CHANGE_ACKNOWLEDGED) {
        change(w, &e->as.assignment_changed, false);
    } else {
        must(e->kind == EVENT_ASSIGNMENT_FED_BACK);
        fed_back(w, &e->as.assignment_fed_back);
    }
}
