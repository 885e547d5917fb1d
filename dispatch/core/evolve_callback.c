#include "base/must.h"
#include "dispatch/core/change.h"
#include "dispatch/core/deadlines.h"
#include "dispatch/core/evolve.h"
#include "dispatch/core/image.h"

static struct report *known(struct world *w, report_id id)
{
    struct report *r = world_report(w, id);
    must(r != NULL);
    touch_report(w, r);
    return r;
}

static void take(struct world *w, struct sealed *held, const struct sealed *said)
{
    if (said->ref != 0) {
        *held = *said;
        saw_sealed(w, said);
    }
}

static void take_caller(struct world *w, struct report *r, const struct report_amended *e)
{
    take(w, &r->caller_name, &e->caller_name);
    take(w, &r->caller_phone, &e->caller_phone);
    take(w, &r->caller_language, &e->caller_language);
    if (e->caller_place.ref != 0) {
        take(w, &r->caller_place, &e->caller_place);
        r->caller_lon_e7 = e->caller_lon_e7;
        r->caller_lat_e7 = e->caller_lat_e7;
        r->caller_radius_m = e->caller_radius_m;
    }
    r->contact = e->contact_changed ? e->contact : r->contact;
    r->confidential = r->confidential || e->confidential;
}

static void take_call(struct report *r, const struct report_amended *e)
{
    r->call = e->call != CALL_SPEECH ? e->call : r->call;
    r->priority = e->priority != 0 ? e->priority : r->priority;
    r->type = e->type.len > 0 ? e->type : r->type;
    r->rang_at = e->rang_at != 0 ? e->rang_at : r->rang_at;
    r->answered_at = e->answered_at != 0 ? e->answered_at : r->answered_at;
    r->ended_at = e->ended_at != 0 ? e->ended_at : r->ended_at;
    r->external_id = e->external_id.len > 0 ? e->external_id : r->external_id;
    r->recording = e->recording.len > 0 ? e->recording : r->recording;
    r->cues = e->cues_changed ? e->cues : r->cues;
    if (e->callback_at != 0) {
        r->callback = true;
        r->callback_at = e->callback_at;
    }
}

static void amended(struct world *w, const struct report_amended *e)
{
    struct report *r = known(w, e->report);
    struct incident *i = world_incident(w, r->incident);
    take_call(r, e);
    take_caller(w, r, e);
    if (e->place_changed) {
        r->place = e->place;
        saw_sealed(w, &e->place.detail);
        saw_sealed(w, &e->place.exact);
    }
    saw_sealed(w, &e->narrative);
    if (i != NULL && e->contact_changed) {
        touch_incident(w, i);
        image_contact(i, e);
    }
    deadlines_report(w, r);
}

/* A try that did not reach the caller starts the wait anew; one that did ends it. */
static void tried(struct report *r, uint8_t tries, int64_t callback_at, bool reached, int64_t at)
{
    r->tries = tries;
    r->callback_at = callback_at;
    r->callback = r->callback && !reached;
    r->contacted_at = reached ? at : r->contacted_at;
}

static void contacted(struct world *w, const struct report_contacted *e)
{
    struct report *r = known(w, e->report);
    tried(r, e->tries, e->callback_at, e->result == CONTACT_RESULT_REACHED, w->at);
    r->tried_at = w->at;
    r->try_how = e->how;
    r->try_result = e->result;
    saw_sealed(w, &e->note);
    deadlines_report(w, r);
}

static void messaged(struct world *w, const struct report_messaged *e)
{
    struct report *r = known(w, e->report);
    tried(r, e->tries, e->callback_at, e->from_caller, w->at);
    r->tried_at = e->from_caller ? r->tried_at : w->at;
    saw_sealed(w, &e->text);
    deadlines_report(w, r);
}

static void ended(struct world *w, const struct report_callback_ended *e)
{
    struct report *r = known(w, e->report);
    r->callback = false;
    r->callback_at = 0;
    r->settled_by = e->person;
    saw_sealed(w, &e->note);
    deadlines_report(w, r);
}

void evolve_callback(struct world *w, const struct event *e)
{
    if (e->kind == EVENT_REPORT_AMENDED) {
        amended(w, &e->as.report_amended);
    } else if (e->kind == EVENT_REPORT_CONTACTED) {
        contacted(w, &e->as.report_contacted);
    } else if (e->kind == EVENT_REPORT_MESSAGED) {
        messaged(w, &e->as.report_messaged);
    } else {
        must(e->kind == EVENT_REPORT_CALLBACK_ENDED);
        ended(w, &e->as.report_callback_ended);
    }
}
