#include "base/must.h"
#include "dispatch/core/change.h"
#include "dispatch/core/deadlines.h"
#include "dispatch/core/evolve.h"
#include "dispatch/core/image.h"
#include "dispatch/core/merge.h"

static struct incident *known(struct world *w, incident_id id)
{
    struct incident *i = world_incident(w, id);
    must(i != NULL);
    touch_incident(w, i);
    return i;
}

/* Callers stay what they are; where they came from is remembered through every merge. */
static void move_report(struct world *w, struct report *r, struct incident *to, incident_id origin)
{
    touch_report(w, r);
    unlink_report(w, r);
    link_report(w, r, to);
    r->came_from = origin;
}

static void absorbed(struct world *w, const struct incident_absorbed *e)
{
    struct incident *into = known(w, e->incident);
    struct incident *from = known(w, e->from);
    for (struct report *r = incident_first_report(w, from), *next; r != NULL; r = next) {
        next = report_next(w, r);
        move_report(w, r, into, r->came_from.n != 0 ? r->came_from : from->id);
    }
    image_absorbed(into, e);
    derive_incident(w, into, w->at);
}

static void orders_moved(struct world *w, const struct incident_orders_moved *e)
{
    struct incident *to = known(w, e->incident);
    struct incident *from = known(w, e->from);
    const struct order_moved *o = e->orders.at;
    for (uint32_t k = 0; k < e->orders.count; k++) {
        struct assignment *a = world_assignment(w, o[k].assignment);
        must(a != NULL && a->incident.n == from->id.n);
        touch_assignment(w, a);
        unlink_assignment(w, a);
        link_assignment(w, a, to);
        if (a->came_from.n == 0) {
            a->came_from = from->id;
            a->came_slot = a->slot;
        } else if (a->came_from.n == to->id.n) {
            a->came_from = (incident_id){ 0 };
            a->came_slot = 0;
        }
        a->incident = to->id;
        a->slot = o[k].slot;
        to->held_until = 0;
        deadlines_assignment(w, a);
    }
    derive_incident(w, to, w->at);
    derive_incident(w, from, w->at);
}

static void merged(struct world *w, const struct incident_merged *e)
{
    struct incident *i = known(w, e->incident);
    image_merged(i, e, w->at);
    saw_sealed(w, &e->reason);
    deadlines_incident(w, i);
    leaving_push(w, TABLE_INCIDENT, i->id.n, w->at);
}

/* The cues it brought. */
static uint16_t cues_of(const struct incident *i, incident_id part)
{
    uint16_t cues = 0;
    for (uint8_t k = 0; k < i->merged_count; k++) {
        cues |= i->merged[k].incident.n == part.n ? i->merged[k].cues : 0;
    }
    return cues;
}

/* Those in between had it in their lists too. */
static void parted(struct world *w, const struct incident_parted *e)
{
    struct incident *gone = known(w, e->gone);
    image_parted(known(w, e->incident), e);
    derive_incident(w, world_incident(w, e->incident), w->at);
    for (struct incident *i = world_incident(w, gone->merged_into);
         i != NULL && i->id.n != e->incident.n; i = world_incident(w, i->merged_into)) {
        touch_incident(w, i);
        i->cues &= (uint16_t)~cues_of(i, gone->id);
        image_strike(i, gone->id);
    }
}

static void split(struct world *w, const struct incident_split_off *e)
{
    struct incident *i = known(w, e->incident);
    struct incident *from = known(w, e->from);
    for (struct report *r = incident_first_report(w, from), *next; r != NULL; r = next) {
        next = report_next(w, r);
        if (merge_belongs(i, r->came_from)) {
            bool own = r->came_from.n == i->id.n;
            move_report(w, r, i, own ? (incident_id){ 0 } : r->came_from);
        }
    }
    image_split(i, e, w->at);
    saw_sealed(w, &e->reason);
    derive_incident(w, i, w->at);
    leaving_trim(w);
}

void evolve_merge(struct world *w, const struct event *e)
{
    if (e->kind == EVENT_INCIDENT_ABSORBED) {
        absorbed(w, &e->as.incident_absorbed);
    } else if (e->kind == EVENT_INCIDENT_ORDERS_MOVED) {
        orders_moved(w, &e->as.incident_orders_moved);
    } else if (e->kind == EVENT_INCIDENT_MERGED) {
        merged(w, &e->as.incident_merged);
    } else if (e->kind == EVENT_INCIDENT_PARTED) {
        parted(w, &e->as.incident_parted);
    } else {
        must(e->kind == EVENT_INCIDENT_SPLIT);
        split(w, &e->as.incident_split_off);
    }
}
