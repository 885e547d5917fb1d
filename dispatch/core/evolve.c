#include "dispatch/core/evolve.h"

#include "base/must.h"
#include "dispatch/core/change.h"
#include "dispatch/core/command_ids.h"
#include "dispatch/core/digest.h"
#include "dispatch/core/seats.h"

void evolve_begin(struct world *w, uint64_t seq, int64_t at)
{
    must(seq == w->seq + 1);
    must(at >= w->at);
    w->seq = seq;
    w->at = at;
    w->touched_count = 0;
    w->touched_overflow = false;
    command_ids_expire(w, at);
}

/* Which file knows what an event changes. */
static void (*const evolvers[EVENT_KIND_COUNT])(struct world *, const struct event *) = {
    [EVENT_WORLD_CREATED] = evolve_system,
    [EVENT_CITY_LOADED] = evolve_system,
    [EVENT_ZONES_LOADED] = evolve_system,
    [EVENT_PLAN_ACTIVATED] = evolve_system,
    [EVENT_USER_CREATED] = evolve_system,
    [EVENT_USER_GRANTED] = evolve_system,
    [EVENT_USER_DISABLED] = evolve_system,
    [EVENT_USER_SIGNED_IN] = evolve_system,
    [EVENT_USER_SIGNED_OUT] = evolve_system,
    [EVENT_AUTOMATION_STOPPED] = evolve_system,
    [EVENT_AUTOMATION_RESUMED] = evolve_system,
    [EVENT_REPORT_RECEIVED] = evolve_report,
    [EVENT_REPORT_SETTLED] = evolve_report,
    [EVENT_REPORT_LINKED] = evolve_report,
    [EVENT_REPORT_UNLINKED] = evolve_report,
    [EVENT_REPORT_AMENDED] = evolve_callback,
    [EVENT_REPORT_CONTACTED] = evolve_callback,
    [EVENT_REPORT_MESSAGED] = evolve_callback,
    [EVENT_REPORT_CALLBACK_ENDED] = evolve_callback,
    [EVENT_INCIDENT_ABSORBED] = evolve_merge,
    [EVENT_INCIDENT_ORDERS_MOVED] = evolve_merge,
    [EVENT_INCIDENT_MERGED] = evolve_merge,
    [EVENT_INCIDENT_PARTED] = evolve_merge,
    [EVENT_INCIDENT_SPLIT] = evolve_merge,
    [EVENT_INCIDENT_OPENED] = evolve_incident,
    [EVENT_INCIDENT_TIERED] = evolve_incident,
    [EVENT_INCIDENT_RECOMMENDED] = evolve_incident,
    [EVENT_INCIDENT_AMENDED] = evolve_incident,
    [EVENT_INCIDENT_NOTED] = evolve_incident,
    [EVENT_INCIDENT_HELD] = evolve_incident,
    [EVENT_INCIDENT_CLOSED] = evolve_incident,
    [EVENT_INCIDENT_REOPENED] = evolve_incident,
    [EVENT_INCIDENT_OWNED] = evolve_incident,
    [EVENT_INCIDENT_DEPARTED] = evolve_incident,
    [EVENT_ASSIGNMENT_RESERVED] = evolve_assignment,
    [EVENT_ASSIGNMENT_DISPATCHED] = evolve_assignment,
    [EVENT_ASSIGNMENT_PROGRESSED] = evolve_assignment,
    [EVENT_ASSIGNMENT_CHANGE_RAISED] = evolve_assignment,
    [EVENT_ASSIGNMENT_CHANGE_ACKNOWLEDGED] = evolve_assignment,
    [EVENT_ASSIGNMENT_FED_BACK] = evolve_assignment,
    [EVENT_UNIT_SIGNED_ON] = evolve_unit,
    [EVENT_UNIT_SIGNED_OFF] = evolve_unit,
    [EVENT_UNIT_CHANGED] = evolve_unit,
    [EVENT_UNIT_PANICKED] = evolve_unit,
    [EVENT_UNIT_PANIC_NOTED] = evolve_unit,
    [EVENT_UNIT_PANIC_ANSWERED] = evolve_unit,
    [EVENT_UNIT_SILENCED] = evolve_unit,
    [EVENT_UNIT_HEARD] = evolve_unit,
    [EVENT_ASSIGNMENT_NAMED] = evolve_assignment,
    [EVENT_ASSIGNMENT_SPOKEN] = evolve_assignment,
    [EVENT_ASSIGNMENT_DIVERTED] = evolve_assignment,
    [EVENT_ASSIGNMENT_KEPT] = evolve_assignment,
    [EVENT_ASSIGNMENT_SAFE] = evolve_assignment,
    [EVENT_ASSIGNMENT_REPORTED] = evolve_assignment,
    [EVENT_ASSIGNMENT_EXPECTED] = evolve_assignment,
    [EVENT_INCIDENT_LED] = evolve_incident,
    [EVENT_UNIT_TERMINAL_LOST] = evolve_unit,
    [EVENT_UNIT_TERMINAL_BACK] = evolve_unit,
    [EVENT_ALARM_RAISED] = evolve_alarm,
    [EVENT_ALARM_CLEARED] = evolve_alarm,
    [EVENT_ALARM_ACKNOWLEDGED] = evolve_alarm,
    [EVENT_ALARM_SHELVED] = evolve_alarm,
    [EVENT_ALARM_UNSHELVED] = evolve_alarm,
    [EVENT_ALARM_CLIMBED] = evolve_alarm,
    [EVENT_ALARM_RETURNED] = evolve_alarm,
    [EVENT_SEAT_TAKEN] = evolve_seat,
    [EVENT_SEAT_LEFT] = evolve_seat,
    [EVENT_SEAT_HANDING_OVER] = evolve_seat,
    [EVENT_SEAT_WORK_READ] = evolve_seat,
    [EVENT_SEAT_SILENCED] = evolve_seat,
    [EVENT_SEAT_HEARD] = evolve_seat,
    [EVENT_REPORT_OWNED] = evolve_report,
    [EVENT_UNIT_MOVE_UP_ORDERED] = evolve_move,
    [EVENT_UNIT_MOVE_UP_ACKNOWLEDGED] = evolve_move,
    [EVENT_UNIT_MOVE_UP_ENDED] = evolve_move,
    [EVENT_ROAD_CLOSED] = evolve_road,
    [EVENT_ROAD_SLOWED] = evolve_road,
    [EVENT_ROAD_OPENED] = evolve_road,
    [EVENT_ROAD_WEIGHTS_APPLIED] = evolve_road,
};

void evolve(struct world *w, const struct event *e)
{
    must(e->kind > EVENT_NONE && e->kind < EVENT_KIND_COUNT && evolvers[e->kind] != NULL);
    evolvers[e->kind](w, e);
    seats_settle(w);
}

static uint32_t id_in(const struct world *w, const struct touched *t)
{
    switch ((enum table)t->table) {
    case TABLE_REPORT:
        return w->reports[t->slot].id.n;
    case TABLE_INCIDENT:
        return w->incidents[t->slot].id.n;
    case TABLE_ASSIGNMENT:
        return w->assignments[t->slot].id.n;
    case TABLE_UNIT:
        return w->units[t->slot].id.n;
    case TABLE_USER:
        return w->users[t->slot].id.n;
    case TABLE_ALARM:
        return w->alarms[t->slot].id.n;
    case TABLE_SEAT:
        return w->seats[t->slot].id.n;
    case TABLE_ROAD:
        return w->roads[t->slot].id.n;
    case TABLE_CITY:
    case TABLE_COUNT:
        break;
    }
    return 0;
}

static void settle_digest(struct world *w)
{
    if (w->touched_overflow) {
        digest_start(w);
        return;
    }
    for (uint32_t i = 0; i < w->touched_count; i++) {
        if (id_in(w, &w->touched[i]) != 0) {
            digest_add(w, (enum table)w->touched[i].table, w->touched[i].slot);
        }
    }
}

void evolve_end(struct world *w, const struct sha256 *hash, struct str principal, struct str id,
                const uint8_t content[16])
{
    w->hash = *hash;
    leaving_depart(w, w->at); /* not before: the row may speak of one whose time is over */
    if (w->touched_overflow) {
        seats_rebuild(w);
    }
    if (id.len > 0) {
        command_ids_add(w, principal, id, content, w->seq, w->at, hash);
    }
    if (w->digesting) {
        settle_digest(w);
    }
}
