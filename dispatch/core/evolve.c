#include "dispatch/core/evolve.h"

#include "base/must.h"
#include "dispatch/core/change.h"
#include "dispatch/core/command_ids.h"
#include "dispatch/core/digest.h"

void evolve_begin(struct world *w, uint64_t seq, int64_t at)
{
    must(seq == w->seq + 1);
    must(at >= w->at);
    w->seq = seq;
    w->at = at;
    w->touched_count = 0;
    w->touched_overflow = false;
    leaving_depart(w, at);
    command_ids_expire(w, at);
}

void evolve(struct world *w, const struct event *e)
{
    must(e->kind > EVENT_NONE && e->kind < EVENT_KIND_COUNT);
    if (e->kind <= EVENT_USER_DISABLED || e->kind == EVENT_AUTOMATION_STOPPED ||
        e->kind == EVENT_AUTOMATION_RESUMED || e->kind == EVENT_USER_SIGNED_IN ||
        e->kind == EVENT_USER_SIGNED_OUT) {
        evolve_system(w, e);
    } else if (e->kind <= EVENT_REPORT_UNLINKED) {
        evolve_report(w, e);
    } else if (e->kind <= EVENT_INCIDENT_OWNED || e->kind == EVENT_INCIDENT_DEPARTED) {
        evolve_incident(w, e);
    } else if (e->kind <= EVENT_ASSIGNMENT_FED_BACK) {
        evolve_assignment(w, e);
    } else if (e->kind <= EVENT_UNIT_HEARD) {
        evolve_unit(w, e);
    } else {
        evolve_alarm(w, e);
    }
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
    if (id.len > 0) {
        command_ids_add(w, principal, id, content, w->seq, w->at, hash);
    }
    if (w->digesting) {
        settle_digest(w);
    }
}
