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
    struct seat *s = world_seat(w, a->about);
    struct assignment *as = world_assignment(w, a->assignment);
    struct incident *i = world_incident(w, a->incident);
    struct report *r = world_report(w, a->report);
    if (s != NULL) {
        s->rings = a->kind == ALARM_HANDOVER_UNREAD ? raised : s->rings;
    } else if (as != NULL) {
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

/* A unit keeps no bits of its alarms: its waits ask for them. */
static void rearm_unit(struct world *w, unit_id id)
{
    struct unit *u = world_unit(w, id);
    if (u != NULL) {
        deadlines_unit(w, u);
    }
}

static void raised(struct world *w, const struct alarm *a)
{
    must(world_alarm_of(w, a) == NULL);
    deadlines_alarm(w, make_alarm(w, a));
    w->next_alarm = a->id.n + 1;
    mark(w, a, true);
    rearm_unit(w, a->unit);
}

static void cleared(struct world *w, const struct alarm_cleared *c)
{
    struct alarm key = { .kind = c->kind,
                         .incident = c->incident,
                         .unit = c->unit,
                         .assignment = c->assignment,
                         .report = c->report,
                         .person = c->person,
                         .about = c->about };
    struct alarm *a = world_alarm_of(w, &key);
    must(a != NULL);
    if (a->state != ALARM_RETURNED) {
        mark(w, &key, false);
    }
    drop_alarm(w, a);
    rearm_unit(w, key.unit);
}

static struct alarm *known(struct world *w, alarm_id id)
{
    struct alarm *a = world_alarm(w, id);
    must(a != NULL);
    touch_alarm(w, a);
    return a;
}

static void set_state(struct world *w, struct alarm *a, enum alarm_state state,
                      const struct text32 *person)
{
    a->state = (uint8_t)state;
    a->state_since = w->at;
    a->noticed_by = *person;
    a->shelved_until = 0;
    deadlines_alarm(w, a);
}

static void shelved(struct world *w, const struct alarm_shelved *e)
{
    struct alarm *a = known(w, e->alarm);
    set_state(w, a, ALARM_SHELVED, &e->person);
    a->shelved_until = e->until;
    a->reason = e->reason;
    saw_sealed(w, &e->reason);
    deadlines_alarm(w, a);
}

/* Its cause is over, so the same wait may alarm again. */
static void returned(struct world *w, const struct alarm_noticed *e)
{
    struct alarm *a = known(w, e->alarm);
    mark(w, a, false);
    set_state(w, a, ALARM_RETURNED, &e->person);
    rearm_unit(w, a->unit);
}

static void climbed(struct world *w, const struct alarm_noticed *e)
{
    struct alarm *a = known(w, e->alarm);
    a->climbed_at = w->at;
    deadlines_alarm(w, a);
}

void evolve_alarm(struct world *w, const struct event *e)
{
    if (e->kind == EVENT_ALARM_RAISED) {
        raised(w, &e->as.alarm_raised.alarm);
    } else if (e->kind == EVENT_ALARM_CLEARED) {
        cleared(w, &e->as.alarm_cleared);
    } else if (e->kind == EVENT_ALARM_ACKNOWLEDGED) {
        set_state(w, known(w, e->as.alarm_noticed.alarm), ALARM_ACKNOWLEDGED,
                  &e->as.alarm_noticed.person);
    } else if (e->kind == EVENT_ALARM_SHELVED) {
        shelved(w, &e->as.alarm_shelved);
    } else if (e->kind == EVENT_ALARM_UNSHELVED) {
        set_state(w, known(w, e->as.alarm_noticed.alarm), ALARM_STANDING,
                  &e->as.alarm_noticed.person);
    } else if (e->kind == EVENT_ALARM_CLIMBED) {
        climbed(w, &e->as.alarm_noticed);
    } else {
        must(e->kind == EVENT_ALARM_RETURNED);
        returned(w, &e->as.alarm_noticed);
    }
}
