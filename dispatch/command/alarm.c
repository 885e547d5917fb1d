/* alarm.acknowledge, alarm.shelve, alarm.unshelve: alarms are shared, and what people do with them
 * is recorded. Acknowledging says that somebody takes notice; the alarm stands until its cause is
 * gone. Shelving puts one aside until an instant, with a reason; one of level 1 never. What is over
 * already leaves the list when it is acknowledged. An access to protected fields answers to the
 * commander.
 * Refusals: no_such_alarm, not_your_zone, not_allowed, alarm_acknowledged, alarm_too_grave,
 * shelf_too_long, alarm_not_shelved. */
#include "dispatch/command/decide.h"
#include "dispatch/core/deadlines.h"
#include "dispatch/core/follow.h"

#define SHELF_MAX_US (8 * US_PER_HOUR)

static const struct alarm *named(struct turn *t, alarm_id id)
{
    const struct alarm *a = world_alarm(t->world, id);
    if (a == NULL) {
        turn_refuse(t, REFUSED_NO_SUCH_ALARM, "alarm");
    } else if (alarm_is_of_access(a->kind) && t->role != ROLE_COMMANDER) {
        turn_refuse(t, REFUSED_NOT_ALLOWED, "alarm");
    } else if (turn_zone_allowed(t, a->zone, "alarm")) {
        return a;
    }
    return NULL;
}

void decide_alarm_acknowledge(struct turn *t, const struct alarm_acknowledge *c)
{
    const struct alarm *a = named(t, c->alarm);
    if (a == NULL) {
        return;
    }
    if (a->state == ALARM_ACKNOWLEDGED) {
        turn_refuse(t, REFUSED_ALARM_ACKNOWLEDGED, "alarm");
    } else if (a->state == ALARM_RETURNED) {
        follow_alarm_due(t, a);
    } else {
        follow_notice(t, EVENT_ALARM_ACKNOWLEDGED, a);
    }
}

void decide_alarm_shelve(struct turn *t, const struct alarm_shelve *c)
{
    const struct alarm *a = named(t, c->alarm);
    if (a == NULL) {
        return;
    }
    if (alarm_level(a->kind) == 1) {
        turn_refuse(t, REFUSED_ALARM_TOO_GRAVE, "alarm");
    } else if (c->until <= t->at || c->until > t->at + SHELF_MAX_US) {
        turn_refuse(t, REFUSED_SHELF_TOO_LONG, "until");
    }
    if (t->out->refusal != REFUSED_NOT) {
        return;
    }
    struct sealed reason = turn_seal_value(t, &c->reason, "shelf_reason");
    struct event *e = turn_event(t, EVENT_ALARM_SHELVED);
    e->as.alarm_shelved = (struct alarm_shelved){
        .alarm = a->id, .person = t->user->name, .until = c->until, .reason = reason
    };
    turn_emit(t, e);
}

void decide_alarm_unshelve(struct turn *t, const struct alarm_unshelve *c)
{
    const struct alarm *a = named(t, c->alarm);
    if (a == NULL) {
        return;
    }
    if (a->state != ALARM_SHELVED) {
        turn_refuse(t, REFUSED_ALARM_NOT_SHELVED, "alarm");
        return;
    }
    follow_notice(t, EVENT_ALARM_UNSHELVED, a);
}
