#include "base/must.h"
#include "dispatch/core/change.h"
#include "dispatch/core/evolve.h"

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
    u->capabilities = e->has_capabilities ? e->capabilities : u->capabilities;
    derive_unit(w, u, w->at);
}

static void signed_off(struct world *w, const struct unit_signed_off *e)
{
    struct unit *u = known(w, e->unit);
    u->on_duty = false;
    u->reason = UNIT_REASON_NONE;
    u->crew = 0;
    u->silent = false;
    u->silent_since = 0;
    derive_unit(w, u, w->at);
}

static void changed(struct world *w, const struct unit_changed *e)
{
    struct unit *u = known(w, e->unit);
    u->reason = e->reason;
    derive_unit(w, u, w->at);
}

static void panicked(struct world *w, const struct unit_panicked *e)
{
    struct unit *u = known(w, e->unit);
    u->panic = true;
    u->panic_at = w->at;
    u->panic_incident = e->incident;
}

static void panic_answered(struct world *w, const struct unit_panic_answered *e)
{
    struct unit *u = known(w, e->unit);
    u->panic = false;
    u->panic_at = 0;
    u->panic_incident = (incident_id){ 0 };
    saw_sealed(w, &e->how);
}

static void silence(struct world *w, unit_id id, bool silent, int64_t since)
{
    struct unit *u = known(w, id);
    u->silent = silent;
    u->silent_since = since;
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
    } else {
        must(e->kind == EVENT_UNIT_HEARD);
        silence(w, e->as.unit_heard_again.unit, false, 0);
    }
}
