/* What the people do about what they hear of. */
#include "dispatch/model/command.h"
#include "tools/sim/agents_state.h"

#include <stdlib.h>

#define S US_PER_S

void agents_ask(struct agents *a, int64_t at, uint32_t incident, int64_t from, int64_t to)
{
    struct job *j = agents_job(a, incident);

    if (j->open && j->ours && !j->asked && !j->queued && agents_open_slot(j) != 0) {
        j->asked = true;
        agents_plan(a, at + agents_between(a, from, to),
                    (struct act){ .kind = ACT_DISPATCH, .of = incident });
    }
}

void agents_close_when_over(struct agents *a, int64_t at, uint32_t incident)
{
    const struct job *j = agents_job(a, incident);

    if (j->open && j->ours && j->committed == 0 && j->owed == 0 && j->cleared) {
        agents_plan(a, at + agents_between(a, 20 * S, 90 * S),
                    (struct act){ .kind = ACT_CLOSE, .of = incident });
    }
}

/* Our number in an external id "<tag>-<n>"; false: not ours. */
static bool our_call(const struct agents *a, struct str id, uint32_t *instance)
{
    struct str tag = a->opts.tag;

    if (id.len < tag.len + 2 || memcmp(id.at, tag.at, tag.len) != 0 || id.at[tag.len] != '-') {
        return false;
    }
    uint64_t n = 0;

    for (size_t i = tag.len + 1; i < id.len; i++) {
        if (id.at[i] < '0' || id.at[i] > '9' || n > UINT32_MAX) {
            return false;
        }
        n = n * 10 + (uint64_t)(id.at[i] - '0');
    }
    *instance = (uint32_t)n;
    return n < a->next_call;
}

static void see_received(struct agents *a, int64_t at, const struct report *r)
{
    uint32_t instance;

    if (!our_call(a, text_str(&r->external_id), &instance)) {
        return;
    }
    a->counts.reports++;
    a->report_calls =
        agents_grow(a->report_calls, &a->reports_cap, r->id.n, sizeof(*a->report_calls));
    a->report_calls[r->id.n] = instance + 1;
    const struct town_call *c = agents_call(a, instance);

    if (c->ends == TOWN_SETTLE) {
        int64_t least = r->callback ? 200 * S : 20 * S; /* who waits is rung first */

        agents_plan(a, at + agents_between(a, least, least + 60 * S),
                    (struct act){ .kind = ACT_SETTLE, .of = r->id.n });
    } else if (c->ends == TOWN_DUPLICATE && !desk_merges(a, instance)) {
        agents_plan(a, at + agents_between(a, 15 * S, 45 * S),
                    (struct act){ .kind = ACT_LINK, .of = r->id.n });
    }
}

static uint32_t call_of(const struct agents *a, report_id report)
{
    return report.n < a->reports_cap ? a->report_calls[report.n] : 0;
}

static void see_settled(struct agents *a, report_id report)
{
    uint32_t call = call_of(a, report);

    if (call != 0) {
        a->counts.settled++;
        agents_count(a->counts.ended, agents_call(a, call - 1));
        a->unsettled--;
    }
}

static void begin_job(struct agents *a, struct job *j)
{
    if (!j->ours) {
        j->ours = true;
        a->open++;
        a->counts.opened++;
    }
}

static void see_opened(struct agents *a, const struct incident *i)
{
    struct job *j = agents_job(a, i->id.n);

    *j = (struct job){ .known = true,
                       .open = true,
                       .seat = i->seat.n,
                       .unread = i->unread,
                       .zone = i->place.zone.n,
                       .has_point = place_has_point(&i->place),
                       .at = { i->place.lon_e7, i->place.lat_e7 } };
    if (a->opts.adopt) {
        begin_job(a, j);
    }
}

static void see_linked(struct agents *a, const struct report_linked *e)
{
    uint32_t call = call_of(a, e->report);
    struct job *j = agents_job(a, e->incident.n);

    if (call == 0) {
        return;
    }
    a->unsettled--;
    if (agents_call(a, call - 1)->ends == TOWN_DUPLICATE && j->call != 0) {
        a->counts.linked++;
        agents_count(a->counts.ended, agents_call(a, call - 1));
        return;
    }
    j->call = call;
    a->call_incidents =
        agents_grow(a->call_incidents, &a->calls_cap, call, sizeof(*a->call_incidents));
    a->call_incidents[call] = e->incident.n;
    begin_job(a, j);
}

void agents_see_merged(struct agents *a, uint32_t incident, uint32_t into)
{
    struct job *j = agents_job(a, incident);

    if (j->open && j->ours) {
        a->open--;
        a->counts.linked++;
        if (j->call != 0) {
            agents_count(a->counts.ended, agents_call(a, j->call - 1));
        }
    }
    uint8_t owed = j->owed;

    j->open = false;
    j->merged_into = into;
    j = agents_job(a, into);
    j->owed = (uint8_t)(j->owed + owed);
}

static void see_tiered(struct agents *a, int64_t at, const struct incident_tiered *e)
{
    struct job *j = agents_job(a, e->incident.n);
    const struct requirement *r = e->requirements.at;
    bool first = j->slot_count == 0;

    j->tier = e->tier;
    if (e->requirements.count > 0) {
        j->slot_count = 0;
        for (uint32_t k = 0; k < e->requirements.count; k++) {
            if (r[k].slot < SLOTS_MAX) {
                j->types[r[k].slot] = r[k].police_type;
                j->slots[j->slot_count++] = r[k].slot;
            }
        }
    }
    if (!j->open || !j->ours) {
        return;
    }
    if (j->slot_count == 0) {
        j->cleared = true; /* nobody is to be sent */
        agents_plan(a, at + agents_between(a, 200 * S, 400 * S),
                    (struct act){ .kind = ACT_CLOSE, .of = e->incident.n });
    } else if (!(j->got_unit && first)) { /* an officer who is there calls for help by radio */
        agents_ask(a, at, e->incident.n, (e->tier <= 2 ? 8 : 20) * S, (e->tier <= 2 ? 25 : 90) * S);
    }
    if (first) {
        agents_everyday(a, at, e->incident.n);
    }
}

static void see_closed(struct agents *a, int64_t at, uint32_t incident)
{
    struct job *j = agents_job(a, incident);

    if (j->open && j->ours) {
        a->open--;
        a->counts.closed += j->closed_once ? 0 : 1;
        if (!j->closed_once && j->call != 0) {
            agents_count(a->counts.ended, agents_call(a, j->call - 1));
        }
        if (a->opts.everyday && !j->closed_once && agents_chance(a, 8)) {
            agents_plan(a, at + agents_between(a, 60 * S, 1800 * S),
                        (struct act){ .kind = ACT_REOPEN, .of = incident });
        }
        j->closed_once = true;
    }
    j->open = false;
}

static void see_reopened(struct agents *a, int64_t at, uint32_t incident)
{
    struct job *j = agents_job(a, incident);

    if (j->ours && !j->open) {
        a->open++;
        a->counts.reopened++;
        agents_plan(a, at + agents_between(a, 60 * S, 300 * S),
                    (struct act){ .kind = ACT_CLOSE, .of = incident });
    }
    j->open = true;
}

static void see_incident(struct agents *a, int64_t at, const struct event *e)
{
    if (e->kind == EVENT_REPORT_RECEIVED) {
        see_received(a, at, &e->as.report_received.report);
    } else if (e->kind == EVENT_REPORT_SETTLED) {
        see_settled(a, e->as.report_settled.report);
    } else if (e->kind == EVENT_REPORT_LINKED) {
        see_linked(a, &e->as.report_linked);
    } else if (e->kind == EVENT_INCIDENT_OPENED) {
        see_opened(a, &e->as.incident_opened.incident);
    } else if (e->kind == EVENT_INCIDENT_TIERED) {
        see_tiered(a, at, &e->as.incident_tiered);
    } else if (e->kind == EVENT_INCIDENT_HELD) {
        agents_job(a, e->as.incident_held.incident.n)->held_until = e->as.incident_held.until;
    } else if (e->kind == EVENT_INCIDENT_CLOSED) {
        see_closed(a, at, e->as.incident_closed.incident.n);
    } else if (e->kind == EVENT_INCIDENT_REOPENED) {
        agents_job(a, e->as.incident_reopened.incident.id.n)->seat =
            e->as.incident_reopened.incident.seat.n;
        see_reopened(a, at, e->as.incident_reopened.incident.id.n);
    }
}

void agents_see(struct agents *a, int64_t at, const struct event *e)
{
    agents_at(a, at);
    see_incident(a, at, e);
    crew_see(a, at, e);
    move_see(a, at, e);
    drive_see(a, at, e);
    roadwork_see(a, at, e);
    floor_see(a, at, e);
    desk_see(a, at, e);
    station_see(a, at, e);
    scene_see(a, at, e);
    guest_see(a, at, e);
}

void agents_lost_incident(struct agents *a, uint32_t incident)
{
    see_closed(a, a->now, incident);
}

void agents_adopt_report(struct agents *a, int64_t at, const struct report *r, bool ours)
{
    struct paper *p = floor_paper(a, r->id);
    bool known = p->known;

    *p = (struct paper){ .known = true,
                         .seat = r->seat.n,
                         .incident = r->incident.n,
                         .open = r->status == REPORT_OPEN,
                         .callback = r->callback,
                         .contact = r->contact,
                         .tries = r->tries };
    agents_at(a, at);
    if (ours && !known && p->open) {
        agents_plan(a, at + agents_between(a, 20 * S, 90 * S),
                    (struct act){ .kind = ACT_SETTLE, .of = r->id.n });
    }
    if (ours && !known && p->callback) {
        desk_call_back(a, at, r->id);
    }
}

void agents_adopt_incident(struct agents *a, int64_t at, const struct incident *i, bool ours)
{
    struct incident_tiered tiered = { .incident = i->id, .tier = i->tier };

    if (agents_job(a, i->id.n)->known) {
        return;
    }
    agents_at(a, at);
    see_opened(a, i);
    if (ours) {
        begin_job(a, agents_job(a, i->id.n));
    }
    if (i->first_on_scene_at != 0) { /* somebody was there: they would have asked for more */
        agents_job(a, i->id.n)->got_unit = agents_job(a, i->id.n)->cleared = true;
    }
    if (i->status == INCIDENT_FEEDBACK_DUE) {
        agents_plan(a, at + agents_between(a, 60 * S, 180 * S),
                    (struct act){ .kind = ACT_CLOSE, .of = i->id.n });
    }
    tiered.requirements =
        (struct list){ .at = (void *)(uintptr_t)i->requirements, .count = i->requirement_count };
    see_tiered(a, at, &tiered);
}
