#include "base/must.h"
#include "dispatch/core/change.h"
#include "dispatch/core/evolve.h"
#include "dispatch/core/image.h"

static struct unit *known(struct world *w, unit_id id)
{
    struct unit *u = world_unit(w, id);
    must(u != NULL);
    touch_unit(w, u);
    return u;
}

static void signed_on(struct world *w, const struct unit_signed_on *e)
{
    struct unit *u = known(w, e->unit);
    u->on_duty = true;
    u->reason = UNIT_REASON_NONE;
    u->crew = e->crew;
    u->signed_on_at = w->at;
    u->duty_until = e->until;
    u->capabilities = e->has_capabilities ? e->capabilities : u->capabilities;
    derive_unit(w, u, w->at);
}

static void signed_off(struct world *w, const struct unit_signed_off *e)
{
    struct unit *u = known(w, e->unit);
    u->on_duty = false;
    u->reason = UNIT_REASON_NONE;
    u->crew = 0;
    u->duty_until = 0;
    u->silent = false;
    u->silent_since = 0;
    derive_unit(w, u, w->at);
}

static void changed(struct world *w, const struct unit_changed *e)
{
    struct unit *u = known(w, e->unit);
    u->reason = e->reason;
    u->duty_until = e->until != 0 ? e->until : u->duty_until;
    derive_unit(w, u, w->at);
}

/* The oldest gives way. */
static void alert(struct unit *u, incident_id incident, bool quiet)
{
    if (u->alert_count == ALERTS_MAX) {
        memmove(&u->alerts[0], &u->alerts[1], (ALERTS_MAX - 1) * sizeof(u->alerts[0]));
        u->alert_count--;
    }
    u->alerts[u->alert_count++] = (struct unit_alert){ .incident = incident, .quiet = quiet };
}

static void unalert(struct world *w, struct unit *u, incident_id incident)
{
    uint8_t kept = 0;
    if (!unit_alerted(u, incident)) {
        return;
    }
    touch_unit(w, u);
    for (uint8_t k = 0; k < u->alert_count; k++) {
        if (u->alerts[k].incident.n != incident.n) {
            u->alerts[kept++] = u->alerts[k];
        }
    }
    memset(&u->alerts[kept], 0, (size_t)(u->alert_count - kept) * sizeof(u->alerts[0]));
    u->alert_count = kept;
}

static void panicked(struct world *w, const struct unit_panicked *e)
{
    struct unit *u = known(w, e->unit);
    const struct unit_named *near = e->near.at;
    for (uint32_t k = 0; k < e->near.count; k++) {
        alert(known(w, near[k].unit), e->incident, near[k].quiet);
    }
    u->panic_silent = e->silent;
    u->panic = true;
    u->panic_at = w->at;
    u->panic_incident = e->incident;
}

static void panic_answered(struct world *w, const struct unit_panic_answered *e)
{
    struct unit *u = known(w, e->unit);
    u->panic = false;
    u->panic_at = 0;
    u->panic_silent = false;
    u->panic_incident = (incident_id){ 0 };
    struct incident *i = world_incident(w, e->incident);
    if (i != NULL && i->panic) {
        touch_incident(w, i);
        image_panic_answered(i);
    }
    for (uint32_t k = 0; k < w->unit_count; k++) {
        unalert(w, &w->units[k], e->incident);
    }
    saw_sealed(w, &e->how);
}

static void silence(struct world *w, unit_id id, bool silent, int64_t since)
{
    struct unit *u = known(w, id);
    u->silent = silent;
    u->silent_since = since;
}

static void terminal(struct world *w, unit_id id, bool lost)
{
    struct unit *u = known(w, id);
    u->terminal_lost = lost;
    u->terminal_lost_at = lost ? w->at : 0;
}

void evolve_unit(struct world *w, const struct event *e)
{
    if (e->kind == EVENT_UNIT_SIGNED_ON) {
        signed_on(w, &e->as.unit_signed_on);
    } else if (e->kind == EVENT_UNIT_SIGNED_OFF) {
        signed_off(w, &e->as.unit_signed_off);
    } else if (e->kind == EVENT_UNIT_CHANGED) {
        changed(w, &e->as.unit_changed);
    } else if (e->kind == EVENT_UNIT_PANICKED) {
        panicked(w, &e->as.unit_panicked);
    } else if (e->kind == EVENT_UNIT_PANIC_NOTED) {
        known(w, e->as.unit_panic_noted.unit);
    } else if (e->kind == EVENT_UNIT_PANIC_ANSWERED) {
        panic_answered(w, &e->as.unit_panic_answered);
    } else if (e->kind == EVENT_UNIT_SILENCED) {
        silence(w, e->as.unit_silenced.unit, true, e->as.unit_silenced.since);
    } else if (e->kind == EVENT_UNIT_TERMINAL_LOST || e->kind == EVENT_UNIT_TERMINAL_BACK) {
        terminal(w, e->as.unit_terminal_changed.unit, e->kind == EVENT_UNIT_TERMINAL_LOST);
    } else {
        must(e->kind == EVENT_UNIT_HEARD);
        silence(w, e->as.unit_heard_again.unit, false, 0);
    }
}
