/* clock.tick (internal): what is due becomes ordinary events; at most DUE_MAX things a turn, the
 * rest next turn. Each wait that is over raises its alarm; an order unsigned in time goes to the
 * next unit as well (of a tier I incident in addition, else in its place as soon as somebody
 * signs), as long as no commander has stopped the rules. */
#include "base/must.h"
#include "dispatch/command/decide.h"
#include "dispatch/core/advise.h"
#include "dispatch/core/callback.h"
#include "dispatch/core/deadlines.h"
#include "dispatch/core/follow.h"
#include "dispatch/core/move.h"
#include "dispatch/core/order.h"
#include "dispatch/core/own.h"

#define DUE_MAX 6
#define OFFERS_STANDARD 3

static const struct requirement *need_of(const struct incident *i, uint8_t slot)
{
    for (uint32_t k = 0; k < i->requirement_count; k++) {
        if (i->requirements[k].slot == slot) {
            return &i->requirements[k];
        }
    }
    return NULL;
}

/* Somebody signed for the slot: it needs nobody else. */
static bool slot_signed(const struct world *w, const struct incident *i, uint8_t slot)
{
    for (const struct assignment *a = incident_first_assignment(w, i); a != NULL;
         a = assignment_next(w, a)) {
        if (a->slot == slot && a->status >= ASSIGNMENT_ACKNOWLEDGED &&
            a->status <= ASSIGNMENT_CLEARED) {
            return true;
        }
    }
    return false;
}

static void offer_next(struct turn *t, assignment_id id)
{
    const struct assignment *a = world_assignment(t->world, id);
    const struct incident *i = world_incident(t->world, a->incident);
    const struct requirement *need = need_of(i, a->slot);
    uint8_t most = t->world->plan.offers_max != 0 ? t->world->plan.offers_max : OFFERS_STANDARD;
    if (need == NULL || t->world->automation_stopped || slot_signed(t->world, i, a->slot)) {
        return;
    }
    if (need->offers >= most) {
        follow_raise(t, (struct alarm){ .kind = ALARM_OFFERS_SPENT, .incident = i->id });
        return;
    }
    struct slot_choice choice;
    advise_slot(t, i, need, NULL, 0, &choice);
    if (choice.chosen == 0 || t->world->assignments_pool.live == t->world->assignments_pool.cap) {
        follow_raise(t, (struct alarm){ .kind = ALARM_NO_UNIT, .incident = i->id });
        return;
    }
    advise_emit_slot(t, i, &choice);
    order_emit(t, &(struct order){ .incident = i,
                                   .unit = { choice.chosen },
                                   .slot = a->slot,
                                   .status = ASSIGNMENT_DISPATCHED,
                                   .by = BY_RULE,
                                   .automatic = true,
                                   .instead_of = id });
}

static void assignment_due(struct turn *t, const struct assignment *a)
{
    static const enum alarm_kind alarms[DEADLINE_KIND_COUNT] = {
        [DEADLINE_SIGN] = ALARM_SIGN_OVERDUE,
        [DEADLINE_ARRIVE] = ALARM_ARRIVE_OVERDUE,
        [DEADLINE_FEEDBACK] = ALARM_FEEDBACK_OVERDUE,
        [DEADLINE_NAME] = ALARM_NAME_OVERDUE,
        [DEADLINE_CHANGE] = ALARM_CHANGE_OVERDUE,
        [DEADLINE_SAFETY_CHECK] = ALARM_SAFETY_OVERDUE,
    };
    assignment_id id = a->id;
    enum deadline_kind kind = deadline_of_assignment(t->world, a).kind;
    follow_raise(t, (struct alarm){ .kind = (uint8_t)alarms[kind],
                                    .incident = a->incident,
                                    .unit = a->unit,
                                    .assignment = id });
    if (kind == DEADLINE_SIGN) {
        offer_next(t, id);
    }
}

static void incident_due(struct turn *t, const struct incident *i)
{
    static const enum alarm_kind alarms[DEADLINE_KIND_COUNT] = {
        [DEADLINE_CLASSIFY] = ALARM_CLASSIFY_OVERDUE,
        [DEADLINE_DISPATCH] = ALARM_DISPATCH_OVERDUE,
        [DEADLINE_HOLD_REVIEW] = ALARM_HOLD_REVIEW,
        [DEADLINE_CLOSE] = ALARM_CLOSE_OVERDUE,
        [DEADLINE_FIRST_REPORT] = ALARM_FIRST_REPORT_OVERDUE,
        [DEADLINE_LOCATE] = ALARM_LOCATE_OVERDUE,
    };
    enum deadline_kind kind = deadline_of_incident(t->world, i).kind;
    follow_raise(t, (struct alarm){ .kind = (uint8_t)alarms[kind], .incident = i->id });
}

static void report_due(struct turn *t, const struct report *r)
{
    enum deadline_kind due = deadline_of_report(t->world, r).kind;
    enum alarm_kind kind = due == DEADLINE_CALLBACK ? callback_alarm(r)
                           : due == DEADLINE_ANSWER ? ALARM_ANSWER_OVERDUE
                                                    : ALARM_REPORT_OVERDUE;
    follow_raise(t, (struct alarm){ .kind = (uint8_t)kind, .report = r->id });
}

static void road_due(struct turn *t, const struct road_notice *r)
{
    struct event *e = turn_event(t, EVENT_ROAD_OPENED);
    e->as.road_opened =
        (struct road_opened){ .road = r->id, .change = t->world->road_change + 1, .by_rule = true };
    turn_emit(t, e);
}

/* Nobody signed it, or the unit is not there by now and not waited for any more. */
static void unit_due(struct turn *t, const struct unit *u)
{
    if (deadline_of_unit(t->world, u).kind == DEADLINE_MOVE_SIGN) {
        follow_raise(t, (struct alarm){ .kind = ALARM_MOVE_UNSIGNED, .unit = u->id });
    } else {
        move_end(t, u, (struct unit_move_up_ended){ .how = MOVE_END_EXPIRED, .by = BY_RULE });
    }
}

void decide_clock_tick(struct turn *t, const struct clock_tick *c)
{
    struct due due;
    for (int n = 0; n < DUE_MAX && deadlines_due(t->world, c->now, &due); n++) {
        uint32_t before = t->out->count;
        if (due.table == TABLE_ASSIGNMENT) {
            assignment_due(t, &t->world->assignments[due.slot]);
        } else if (due.table == TABLE_INCIDENT) {
            incident_due(t, &t->world->incidents[due.slot]);
        } else if (due.table == TABLE_ALARM) {
            follow_alarm_due(t, &t->world->alarms[due.slot]);
        } else if (due.table == TABLE_SEAT) {
            own_pass_on(t, &t->world->seats[due.slot]);
        } else if (due.table == TABLE_UNIT) {
            unit_due(t, &t->world->units[due.slot]);
        } else if (due.table == TABLE_ROAD) {
            road_due(t, &t->world->roads[due.slot]);
        } else {
            must(due.table == TABLE_REPORT);
            report_due(t, &t->world->reports[due.slot]);
        }
        if (t->out->count == before || t->out->count > EVENTS_MAX / 2) {
            return; /* the table of alarms is full: the wait stays due and is looked at again */
        }
    }
}
