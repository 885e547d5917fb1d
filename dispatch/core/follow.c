#include "dispatch/core/follow.h"

#include "base/must.h"
#include "dispatch/core/advise.h"
#include "dispatch/core/callback.h"
#include "dispatch/core/change.h"
#include "dispatch/core/deadlines.h"
#include "dispatch/core/follow_orders.h"
#include "dispatch/core/grade.h"
#include "dispatch/core/move.h"
#include "dispatch/core/order.h"
#include "dispatch/core/own.h"
#include "dispatch/plan/evaluate.h"

#define BIT(kind) (UINT32_C(1) << (kind))
#define EARLY_DEPARTURE_PERCENT 95

/* By when somebody should have acted, by the alarm's level. Then it sounds at the commander's as
 * well. */
static int64_t alarm_limit_us(uint8_t kind)
{
    switch (alarm_level(kind)) {
    case 1:
        return 1 * US_PER_MIN;
    case 2:
        return 3 * US_PER_MIN;
    default:
        return 15 * US_PER_MIN;
    }
}

/* Grave enough to be looked at even when its cause went away by itself. */
static bool alarm_is_listed(uint8_t kind)
{
    return alarm_level(kind) <= 2 && !alarm_is_of_access(kind);
}

/* Whose it is: the incident's or the report's seat; of a unit the seat of what it works on. Who
 * read protected fields answers to the commander, and when nobody signs the commander names a unit.
 */
static seat_id alarm_seat(const struct world *w, const struct alarm *a)
{
    const struct unit *u = world_unit(w, a->unit);
    const struct assignment *active = u != NULL ? unit_active(w, u) : NULL;
    incident_id of = a->incident.n == 0 && active != NULL ? active->incident : a->incident;
    const struct incident *i = world_incident(w, of);
    const struct report *r = world_report(w, a->report);
    if (alarm_is_of_access(a->kind) || a->kind == ALARM_OFFERS_SPENT) {
        return (seat_id){ 0 };
    }
    if (a->kind == ALARM_MOVE_UNSIGNED && u != NULL) {
        return u->move.seat; /* who ordered it */
    }
    if (i != NULL) {
        return i->seat;
    }
    return r != NULL ? r->seat : a->about;
}

static void emit_cleared(struct turn *t, const struct alarm *a);

void follow_raise(struct turn *t, struct alarm like)
{
    struct world *w = t->world;
    const struct incident *i = world_incident(w, like.incident);
    const struct report *r = world_report(w, like.report);
    const struct unit *u = world_unit(w, like.unit);
    const struct alarm *before = world_alarm_of(w, &like);
    if ((before != NULL && before->state != ALARM_RETURNED) ||
        w->alarms_pool.live == w->alarms_pool.cap) {
        return;
    }
    if (before != NULL) {
        emit_cleared(t, before);
    }
    like.id = (alarm_id){ w->next_alarm };
    like.raised_at = t->at;
    like.due_at = t->at + alarm_limit_us(like.kind);
    like.seat = alarm_seat(w, &like);
    like.zone = i != NULL   ? i->place.zone
                : r != NULL ? r->place.zone
                : u != NULL ? u->zone
                            : like.zone;
    struct event *e = turn_event(t, EVENT_ALARM_RAISED);
    e->as.alarm_raised.alarm = like;
    turn_emit(t, e);
}

void follow_notice(struct turn *t, enum event_kind kind, const struct alarm *a)
{
    struct event *e = turn_event(t, kind);
    e->as.alarm_noticed.alarm = a->id;
    if (t->user != NULL) {
        e->as.alarm_noticed.person = t->user->name;
    }
    turn_emit(t, e);
}

/* A person of the floor acts in this turn: what ends by it needs no notice. */
static bool floor_acts(const struct turn *t)
{
    return t->role == ROLE_OPERATOR || t->role == ROLE_COMMANDER || t->role == ROLE_STATION_DESK;
}

void follow_clear(struct turn *t, const struct alarm *like)
{
    const struct alarm *a = world_alarm_of(t->world, like);
    const struct pool *p = &t->world->alarms_pool;
    if (a == NULL || a->state == ALARM_RETURNED) {
        return;
    }
    bool room = (uint64_t)p->live * 10 < (uint64_t)p->cap * 9;
    if (a->state == ALARM_STANDING && alarm_is_listed(a->kind) && !floor_acts(t) && room &&
        a->about.n == 0) {
        follow_notice(t, EVENT_ALARM_RETURNED, a);
    } else {
        emit_cleared(t, a);
    }
}

static void emit_cleared(struct turn *t, const struct alarm *a)
{
    struct event *e = turn_event(t, EVENT_ALARM_CLEARED);
    e->as.alarm_cleared = (struct alarm_cleared){ .alarm = a->id,
                                                  .kind = a->kind,
                                                  .incident = a->incident,
                                                  .unit = a->unit,
                                                  .assignment = a->assignment,
                                                  .report = a->report,
                                                  .person = a->person,
                                                  .about = a->about };
    turn_emit(t, e);
}

void follow_alarm_due(struct turn *t, const struct alarm *a)
{
    if (a->state == ALARM_SHELVED) {
        follow_notice(t, EVENT_ALARM_UNSHELVED, a);
    } else if (a->state == ALARM_STANDING && !alarm_is_of_access(a->kind)) {
        follow_notice(t, EVENT_ALARM_CLIMBED, a);
    } else {
        emit_cleared(t, a);
    }
}

/* An order of this incident waits for its signature beyond the limit. */
static bool unsigned_late(const struct world *w, const struct incident *i)
{
    for (const struct assignment *a = incident_first_assignment(w, i); a != NULL;
         a = assignment_next(w, a)) {
        if (a->status == ASSIGNMENT_DISPATCHED && (a->alarmed & BIT(ALARM_SIGN_OVERDUE)) != 0) {
            return true;
        }
    }
    return false;
}

static void settle_incident(struct turn *t, incident_id id)
{
    const struct incident *i = world_incident(t->world, id);
    if (i == NULL) {
        return;
    }
    bool open = i->status < INCIDENT_CLOSED;
    bool waiting = i->status == INCIDENT_WAITING;
    if (waiting && i->tier >= 1 && i->tier <= 2 &&
        (i->alarmed & BIT(ALARM_DISPATCH_OVERDUE)) == 0) {
        follow_raise(t, (struct alarm){ .kind = ALARM_GRAVE_WAITING, .incident = id });
    }
    uint32_t stand = 0;
    stand |= waiting ? BIT(ALARM_DISPATCH_OVERDUE) : 0;
    stand |= waiting && i->tier <= 2 ? BIT(ALARM_GRAVE_WAITING) : 0;
    stand |= waiting || (open && unsigned_late(t->world, i))
                 ? BIT(ALARM_NO_UNIT) | BIT(ALARM_OFFERS_SPENT)
                 : 0;
    stand |= open && i->type_dispatched.len == 0 ? BIT(ALARM_CLASSIFY_OVERDUE) : 0;
    stand |= open && deadline_locates(i) ? BIT(ALARM_LOCATE_OVERDUE) : 0;
    stand |= i->status == INCIDENT_HELD && hold_review_at(i) <= t->at ? BIT(ALARM_HOLD_REVIEW) : 0;
    stand |= i->status == INCIDENT_ON_SCENE && i->first_report_at == 0
                 ? BIT(ALARM_FIRST_REPORT_OVERDUE)
                 : 0;
    stand |= i->status == INCIDENT_FEEDBACK_DUE ? BIT(ALARM_CLOSE_OVERDUE) : 0;
    follow_clear_bits(t, i->alarmed, stand, (struct alarm){ .incident = id });
    follow_assignments(t, i);
    follow_lead(t, id);
}

static void settle_report(struct turn *t, report_id id)
{
    const struct report *r = world_report(t->world, id);
    if (r == NULL) {
        return;
    }
    uint32_t stand = r->status == REPORT_OPEN && !r->callback ? BIT(ALARM_REPORT_OVERDUE) : 0;
    stand |= r->callback && r->callback_at <= t->at ? BIT(callback_alarm(r)) : 0;
    stand |= report_rings(r) ? BIT(ALARM_ANSWER_OVERDUE) : 0;
    follow_clear_bits(t, r->alarmed, stand, (struct alarm){ .report = id });
}

static void settle_unit(struct turn *t, unit_id id)
{
    const struct unit *u = world_unit(t->world, id);
    if (u == NULL) {
        return;
    }
    if (!u->panic) {
        follow_clear(t, &(struct alarm){ .kind = ALARM_PANIC, .unit = id });
    }
    bool working = u->active != 0 && !u->voice_only;
    if (u->silent && working) {
        follow_raise(t, (struct alarm){ .kind = ALARM_UNIT_SILENT, .unit = id });
    } else {
        follow_clear(t, &(struct alarm){ .kind = ALARM_UNIT_SILENT, .unit = id });
    }
    move_follow_alarm(t, u);
    follow_unit_orders(t, u);
}

void follow_by_rule(struct turn *t, incident_id id, uint32_t event_index)
{
    const struct incident *i = world_incident(t->world, id);
    struct situation s;
    grade_situation(t, i, &s);
    if (t->world->automation_stopped || i->unverified || i->channel == CHANNEL_PAPER ||
        i->status >= INCIDENT_CLOSED || i->status == INCIDENT_HELD ||
        !plan_allows_automation(&t->world->plan, &s, NULL)) {
        return;
    }
    const struct incident_recommended *r = &t->out->events[event_index].as.incident_recommended;
    const struct slot_advice *slots = r->slots.at;
    for (uint32_t k = 0; k < r->slots.count && t->out->count < EVENTS_MAX / 2; k++) {
        if (slots[k].chosen.n != 0 &&
            t->world->assignments_pool.live < t->world->assignments_pool.cap) {
            order_emit(t, &(struct order){ .incident = i,
                                           .unit = slots[k].chosen,
                                           .slot = slots[k].slot,
                                           .status = ASSIGNMENT_DISPATCHED,
                                           .by = BY_RULE,
                                           .automatic = true });
        }
    }
}

/* Who was there first stands in a slot of the plan that they fit, so that nobody is asked for in
 * their place. */
static void officer_there(struct turn *t, const struct incident *i)
{
    const struct unit *u = world_unit(t->world, t->there.unit);
    if (t->there.incident.n != i->id.n) {
        return;
    }
    must(u != NULL);
    order_emit(t, &(struct order){ .incident = i,
                                   .unit = u->id,
                                   .slot = order_slot_for(t->world, i, u),
                                   .status = ASSIGNMENT_ON_SCENE,
                                   .by = t->there.by });
}

/* The tier and the recommendation of an incident that is new or whose place, type, danger or
 * callers changed. */
static void grade_changed(struct turn *t, incident_id id, bool fresh, unsigned changes)
{
    const struct incident *i = world_incident(t->world, id);
    if (i == NULL || i->status >= INCIDENT_CLOSED) {
        return;
    }
    uint8_t tier = i->tier;
    bool changed = grade_incident(t, i);
    if (fresh) {
        officer_there(t, i);
    } else {
        changes |= i->tier != tier ? CHANGE_BIT(CHANGE_TIER) : 0u;
        follow_tell_units(t, i, (uint16_t)changes);
    }
    if (fresh || changed) {
        uint32_t before = t->out->count;
        advise_incident(t, i);
        if (t->out->count > before) {
            follow_by_rule(t, id, before);
        }
    }
}

/* Who works on a survivor is told; what it lacks now is asked for. It was graded with the merge. */
static void merged(struct turn *t, incident_id id)
{
    const struct incident *i = world_incident(t->world, id);
    follow_tell_units(t, i, CHANGE_BIT(CHANGE_MERGED));
    uint32_t before = t->out->count;
    advise_incident(t, i);
    if (t->out->count > before) {
        follow_by_rule(t, id, before);
    }
}

static unsigned amended_bits(const struct incident_amended *a)
{
    return (a->place_changed ? CHANGE_BIT(CHANGE_PLACE) : 0u) |
           (a->cues_changed ? CHANGE_BIT(CHANGE_CUES) : 0u) |
           (a->type.len > 0 ? CHANGE_BIT(CHANGE_TYPE) : 0u);
}

/* What a caller, or somebody for them, said later. */
static uint16_t later_bits(const struct event *e)
{
    const struct report_amended *a = &e->as.report_amended;
    if (e->kind == EVENT_REPORT_LINKED) {
        return CHANGE_BIT(CHANGE_CONTACT);
    }
    if (e->kind != EVENT_REPORT_AMENDED) {
        return CHANGE_BIT(CHANGE_WORDS);
    }
    unsigned bits = (a->place_changed ? CHANGE_BIT(CHANGE_PLACE) : 0u) |
                    (a->cues_changed ? CHANGE_BIT(CHANGE_CUES) : 0u) |
                    (a->type.len > 0 ? CHANGE_BIT(CHANGE_TYPE) : 0u) |
                    (a->contact_changed || a->confidential ? CHANGE_BIT(CHANGE_CONTACT) : 0u);
    return bits != 0 ? (uint16_t)bits : CHANGE_BIT(CHANGE_WORDS);
}

static void tell_of(struct turn *t, incident_id id, uint16_t changes)
{
    const struct incident *i = world_incident(t->world, id);
    if (i != NULL && i->status < INCIDENT_CLOSED) {
        follow_tell_units(t, i, changes);
    }
}

/* The slot of a unit that went elsewhere is asked for again. */
static void ask_again(struct turn *t, incident_id id)
{
    const struct incident *i = world_incident(t->world, id);
    if (i != NULL && i->status < INCIDENT_CLOSED) {
        advise_incident(t, i);
    }
}

/* Two that turned out to be one, or one that was two after all. False: another event. */
static bool grade_merge(struct turn *t, const struct event *e)
{
    if (e->kind == EVENT_INCIDENT_ABSORBED) {
        merged(t, e->as.incident_absorbed.incident);
    } else if (e->kind == EVENT_INCIDENT_PARTED) {
        grade_changed(t, e->as.incident_parted.incident, false, CHANGE_BIT(CHANGE_MERGED));
    } else if (e->kind == EVENT_INCIDENT_SPLIT) {
        tell_of(t, e->as.incident_split_off.incident, CHANGE_BIT(CHANGE_MERGED));
        grade_changed(t, e->as.incident_split_off.incident, true, 0);
    }
    return e->kind >= EVENT_INCIDENT_ABSORBED && e->kind <= EVENT_INCIDENT_SPLIT;
}

static void grade_event(struct turn *t, const struct event *e, uint32_t opened)
{
    if (grade_merge(t, e)) {
        return;
    }
    if (e->kind == EVENT_INCIDENT_OPENED) {
        grade_changed(t, e->as.incident_opened.incident.id, true, 0);
    } else if (e->kind == EVENT_INCIDENT_REOPENED) {
        grade_changed(t, e->as.incident_reopened.incident.id, true, 0);
    } else if (e->kind == EVENT_INCIDENT_AMENDED) {
        const struct incident_amended *a = &e->as.incident_amended;
        if (amended_bits(a) != 0 || a->priority != 0 || a->cues_denied_changed) {
            grade_changed(t, a->incident, false, amended_bits(a));
        }
    } else if (e->kind == EVENT_REPORT_LINKED && e->as.report_linked.cues != 0) {
        bool contact = callback_matters(t->world, e).n != 0;
        grade_changed(t, e->as.report_linked.incident, false,
                      CHANGE_BIT(CHANGE_CUES) | (contact ? CHANGE_BIT(CHANGE_CONTACT) : 0u));
    } else if (e->kind == EVENT_REPORT_UNLINKED && e->as.report_unlinked.cues_denied != 0) {
        grade_changed(t, e->as.report_unlinked.incident, false, 0);
    } else if (callback_matters(t->world, e).n != 0) {
        tell_of(t, callback_matters(t->world, e), later_bits(e));
    } else if (e->kind == EVENT_INCIDENT_TIERED && e->as.incident_tiered.by_person &&
               e->as.incident_tiered.incident.n != opened) {
        tell_of(t, e->as.incident_tiered.incident, CHANGE_BIT(CHANGE_TIER));
    } else if (e->kind == EVENT_INCIDENT_NOTED && e->as.incident_noted.caution) {
        tell_of(t, e->as.incident_noted.incident, CHANGE_BIT(CHANGE_CAUTION));
    } else if (e->kind == EVENT_ASSIGNMENT_DIVERTED) {
        ask_again(t, e->as.assignment_diverted.incident);
    }
}

static void grade_events(struct turn *t)
{
    uint32_t own = t->out->count;
    uint32_t opened = 0; /* in this row: nobody knew it before */
    for (uint32_t k = 0; k < own; k++) {
        const struct event *e = &t->out->events[k];
        if (e->kind == EVENT_INCIDENT_OPENED) {
            opened = e->as.incident_opened.incident.id.n;
        }
        grade_event(t, e, opened);
    }
}

static void settle_touched(struct turn *t)
{
    struct world *w = t->world;
    uint32_t count = w->touched_count;
    for (uint32_t k = 0; k < count && t->out->count < EVENTS_MAX - 8; k++) {
        struct touched x = w->touched[k];
        if (x.table == TABLE_INCIDENT) {
            settle_incident(t, (incident_id){ x.id });
        } else if (x.table == TABLE_ASSIGNMENT) {
            follow_assignment(t, (assignment_id){ x.id });
        } else if (x.table == TABLE_REPORT) {
            settle_report(t, (report_id){ x.id });
        } else if (x.table == TABLE_UNIT) {
            settle_unit(t, (unit_id){ x.id });
        }
    }
}

/* At 95 % the oldest closed incident leaves early, so that a report is never refused for room while
 * a closed one stays. */
static void depart_early(struct turn *t)
{
    struct world *w = t->world;
    if ((uint64_t)w->incidents_pool.live * 100 <
        (uint64_t)w->incidents_pool.cap * EARLY_DEPARTURE_PERCENT) {
        return;
    }
    for (uint64_t k = w->leaving.first; k < w->leaving.last; k++) {
        const struct leaving *l = &w->leaving.at[k % w->leaving.cap];
        const struct incident *i =
            l->table == TABLE_INCIDENT ? world_incident(w, (incident_id){ l->id }) : NULL;
        if (i != NULL && i->status >= INCIDENT_CLOSED && i->closed_at == l->at &&
            !leaving_held_back(w, i)) {
            if (l->at + CLOSED_KEPT_US <= t->at) {
                return; /* it leaves with this row anyway */
            }
            struct event *e = turn_event(t, EVENT_INCIDENT_DEPARTED);
            e->as.incident_departed.incident = i->id;
            turn_emit(t, e);
            return;
        }
    }
}

void follow(struct turn *t)
{
    grade_events(t);
    move_follow(t);
    callback_follow(t);
    own_follow(t);
    settle_touched(t);
    depart_early(t);
}
