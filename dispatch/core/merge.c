#include "dispatch/core/merge.h"

#include "base/must.h"
#include "dispatch/core/advise.h"
#include "dispatch/core/callback.h"
#include "dispatch/core/follow.h"
#include "dispatch/core/grade.h"
#include "dispatch/core/order.h"
#include "dispatch/model/shape_clone.h"

#define BIT(cue) (1u << (cue))
#define DIFFERING \
    (BIT(CUE_WEAPON) | BIT(CUE_INJURED) | BIT(CUE_TRAPPED) | BIT(CUE_DEAD) | BIT(CUE_VULNERABLE))
#define EVENTS_LEFT 40 /* for what follows in the row */

uint16_t merge_differences(const struct incident *a, const struct incident *b)
{
    return (uint16_t)((unsigned)(a->cues ^ b->cues) & DIFFERING);
}

bool merge_belongs(const struct incident *i, incident_id origin)
{
    bool found = origin.n != 0 && origin.n == i->id.n;
    for (uint8_t k = 0; origin.n != 0 && k < i->merged_count; k++) {
        found = found || i->merged[k].incident.n == origin.n;
    }
    return found;
}

const struct incident *merge_survivor(const struct world *w, const struct incident *merged)
{
    const struct incident *i = merged;
    while (i != NULL && i->status == INCIDENT_MERGED) {
        i = world_incident(w, i->merged_into);
    }
    return i;
}

/* An order that goes on, or of which a feedback is still owed. */
static bool goes_on(const struct assignment *a)
{
    return a->status < ASSIGNMENT_CLEARED || a->feedback_due;
}

/* What waits of the orders that move: their alarms name the incident. */
struct standing {
    assignment_id assignment;
    uint32_t alarmed;
};

struct moving {
    struct order_moved *orders;
    struct standing *alarms;
    uint32_t count;
};

static bool room(const struct turn *t)
{
    return t->out->count < EVENTS_MAX - EVENTS_LEFT;
}

static void clear_alarms(struct turn *t, const struct assignment *a)
{
    for (uint8_t k = 0; k < ALARM_KIND_COUNT && room(t); k++) {
        if ((a->alarmed >> k & 1) != 0) {
            follow_clear(
                t, &(struct alarm){
                       .kind = k, .incident = a->incident, .unit = a->unit, .assignment = a->id });
        }
    }
}

/* The orders of `from` that `wanted` takes, their alarms cleared. */
static struct moving gather(struct turn *t, const struct incident *from, const struct incident *to,
                            bool back)
{
    struct moving m = { .orders = arena_alloc(t->arena, ORDERS_MOVED_MAX * sizeof(*m.orders)),
                        .alarms = arena_alloc(t->arena, ORDERS_MOVED_MAX * sizeof(*m.alarms)) };
    must(m.orders != NULL && m.alarms != NULL);
    for (const struct assignment *a = incident_first_assignment(t->world, from), *next; a != NULL;
         a = next) {
        next = assignment_next(t->world, a);
        if (!goes_on(a) || (back && !merge_belongs(to, a->came_from)) ||
            m.count == ORDERS_MOVED_MAX) {
            continue;
        }
        m.alarms[m.count] = (struct standing){ .assignment = a->id, .alarmed = a->alarmed };
        m.orders[m.count++] =
            (struct order_moved){ .assignment = a->id, .unit = a->unit, .slot = a->came_slot };
        clear_alarms(t, a);
    }
    return m;
}

static const struct assignment *live_of(const struct world *w, const struct incident *i,
                                        unit_id unit)
{
    for (const struct assignment *a = incident_first_assignment(w, i); a != NULL;
         a = assignment_next(w, a)) {
        if (a->unit.n == unit.n && a->status < ASSIGNMENT_CLEARED) {
            return a;
        }
    }
    return NULL;
}

/* A unit ordered to both has one order from now on: the one that has got further. */
static void end_doubles(struct turn *t, const struct incident *from, const struct incident *into)
{
    for (const struct assignment *a = incident_first_assignment(t->world, from); a != NULL;
         a = assignment_next(t->world, a)) {
        const struct assignment *b = a->status < ASSIGNMENT_CLEARED && a->unit.n != 0
                                         ? live_of(t->world, into, a->unit)
                                         : NULL;
        if (b != NULL && room(t)) {
            order_end(t, a->status > b->status ? b : a, ASSIGNMENT_CANCELLED);
        }
    }
}

/* Slots of the survivor for the orders that come: of the same kind, and of nobody else. */
static void choose_slots(struct turn *t, const struct incident *into, struct moving *m)
{
    uint32_t taken = 0;
    for (uint32_t k = 0; k < m->count; k++) {
        const struct unit *u = world_unit(t->world, m->orders[k].unit);
        m->orders[k].slot = 0;
        for (uint32_t n = 0; u != NULL && n < into->requirement_count; n++) {
            const struct requirement *r = &into->requirements[n];
            if ((taken >> r->slot & 1) == 0 && !advise_slot_filled(t->world, into, r->slot) &&
                order_fits(t->world, u, r)) {
                m->orders[k].slot = r->slot;
                taken |= UINT32_C(1) << r->slot;
                break;
            }
        }
    }
}

static void emit_moved(struct turn *t, incident_id from, incident_id to, const struct moving *m)
{
    if (m->count == 0) {
        return;
    }
    struct event *e = turn_event(t, EVENT_INCIDENT_ORDERS_MOVED);
    e->as.incident_orders_moved = (struct incident_orders_moved){
        .incident = to, .from = from, .orders = { .at = m->orders, .count = m->count }
    };
    turn_emit(t, e);
    for (uint32_t k = 0; k < m->count; k++) {
        for (uint8_t a = 0; a < ALARM_KIND_COUNT && room(t); a++) {
            if ((m->alarms[k].alarmed >> a & 1) != 0) {
                follow_raise(t, (struct alarm){ .kind = a,
                                                .incident = to,
                                                .unit = m->orders[k].unit,
                                                .assignment = m->alarms[k].assignment });
            }
        }
    }
}

static struct list parts_of(struct turn *t, const struct incident *i)
{
    struct merged_part *parts = arena_alloc(t->arena, MERGED_MAX * sizeof(*parts));
    must(parts != NULL);
    memcpy(parts, i->merged, sizeof(i->merged));
    return (struct list){ .at = parts, .count = i->merged_count };
}

static void emit_absorbed(struct turn *t, const struct incident *from, const struct incident *into)
{
    uint8_t others = callback_contact(t->world, from, NULL);
    uint8_t own = callback_contact(t->world, into, NULL);
    bool urgent = from->priority != 0 && (into->priority == 0 || from->priority < into->priority);
    bool graver = from->tier != 0 && from->tier < into->tier && from->type_dispatched.len > 0;
    struct event *e = turn_event(t, EVENT_INCIDENT_ABSORBED);
    struct incident_absorbed *a = &e->as.incident_absorbed;
    *a = (struct incident_absorbed){
        .incident = into->id,
        .from = from->id,
        .number = from->number,
        .rev = into->rev + 1,
        .cues = (uint16_t)(from->cues & ~into->cues),
        .report_count = into->report_count + from->report_count,
        .contact = others > own ? others : own,
        .priority = urgent ? from->priority : 0,
        .place_changed = !place_has_point(&into->place) && place_has_point(&from->place),
        .verified = into->unverified && !from->unverified,
        .lead = into->lead.n == 0 ? from->lead : (unit_id){ 0 },
        .tier = from->tier_by_person && !into->tier_by_person ? from->tier : 0,
        .first_dispatched_at = from->first_dispatched_at,
        .first_on_scene_at = from->first_on_scene_at,
        .parts = parts_of(t, from),
    };
    if (a->place_changed) {
        a->place = from->place;
    }
    /* The graver account says what kind it is. */
    if (into->type_dispatched.len == 0 || graver) {
        a->type = from->type_dispatched;
    }
    turn_emit(t, e);
}

/* A tier that a person gave the other counts for both. */
static void keep_tier(struct turn *t, const struct incident *from, const struct incident *into)
{
    (void)grade_incident(t, into);
    if (from->tier_by_person && from->tier < into->tier) {
        struct event *e = turn_event(t, EVENT_INCIDENT_TIERED);
        e->as.incident_tiered =
            (struct incident_tiered){ .incident = into->id, .tier = from->tier, .by_person = true };
        turn_emit(t, e);
    }
}

void merge_emit(struct turn *t, const struct incident *from, const struct incident *into,
                struct sealed reason, bool confirmed)
{
    end_doubles(t, from, into);
    struct moving m = gather(t, from, into, false);
    emit_absorbed(t, from, into);
    keep_tier(t, from, into);
    choose_slots(t, into, &m);
    emit_moved(t, from->id, into->id, &m);
    struct event *e = turn_event(t, EVENT_INCIDENT_MERGED);
    e->as.incident_merged = (struct incident_merged){ .incident = from->id,
                                                      .into = into->id,
                                                      .number = into->number,
                                                      .confirmed = confirmed,
                                                      .reason = reason };
    turn_emit(t, e);
}

/* What the survivor has without what goes. */
struct parting {
    uint32_t gone;
    uint16_t cues;         /* of the reports that stay */
    uint8_t contact_stays; /* strictest mark */
    uint8_t contact_goes;
};

static struct parting part(const struct world *w, const struct incident *merged,
                           const struct incident *from)
{
    struct parting p = { .gone = 0 };
    for (const struct report *r = incident_first_report(w, from); r != NULL;
         r = report_next(w, r)) {
        bool goes = merge_belongs(merged, r->came_from);
        uint8_t *mark = goes ? &p.contact_goes : &p.contact_stays;
        *mark = r->contact > *mark ? r->contact : *mark;
        p.gone += goes ? 1 : 0;
        p.cues |= goes ? 0 : r->cues;
    }
    return p;
}

/* The cues that came with it, and that no report which stays speaks of, go with it. */
static uint16_t cues_left(const struct incident *merged, const struct incident *from,
                          uint16_t reported)
{
    uint16_t came = 0;
    for (uint8_t k = 0; k < from->merged_count; k++) {
        if (merge_belongs(merged, from->merged[k].incident)) {
            came |= from->merged[k].cues;
        }
    }
    return (uint16_t)((from->cues & ~came) | reported);
}

static const struct merged_part *part_of(const struct incident *i, incident_id part)
{
    for (uint8_t k = 0; k < i->merged_count; k++) {
        if (i->merged[k].incident.n == part.n) {
            return &i->merged[k];
        }
    }
    return NULL;
}

/* The first order and arrival of the survivor's own orders. */
static void own_stamps(const struct world *w, const struct incident *merged,
                       const struct incident *from, struct incident_parted *out)
{
    for (const struct assignment *a = incident_first_assignment(w, from); a != NULL;
         a = assignment_next(w, a)) {
        int64_t sent = a->dispatched_at;
        int64_t there = a->on_scene_at;
        if (merge_belongs(merged, a->came_from)) {
            continue;
        }
        if (sent != 0 && (out->first_dispatched_at == 0 || sent < out->first_dispatched_at)) {
            out->first_dispatched_at = sent;
        }
        if (there != 0 && (out->first_on_scene_at == 0 || there < out->first_on_scene_at)) {
            out->first_on_scene_at = there;
        }
    }
}

/* What the survivor took over and nobody has changed since goes as well. */
static void give_back(const struct incident *merged, const struct incident *from,
                      struct incident_parted *out)
{
    const struct merged_part *p = part_of(from, merged->id);
    out->unverified = from->unverified;
    if (p == NULL) {
        return;
    }
    out->unverified = from->unverified || p->verified;
    out->type_changed =
        p->typed && str_eq(text_str(&from->type_dispatched), text_str(&merged->type_dispatched));
    out->type = out->type_changed ? p->type : (struct text16){ 0 };
    out->priority_changed = p->urgent && from->priority == merged->priority;
    out->priority = out->priority_changed ? p->priority : 0;
    out->lead_ended = p->led && from->lead.n == merged->lead.n;
    out->tier_ended = p->tiered && from->tier_by_person && from->tier == merged->tier;
    out->place_changed = p->placed && shape_equal(&place_shape, &from->place, &merged->place);
    out->place = (struct place){ .state = PLACE_UNKNOWN };
}

void merge_undo(struct turn *t, const struct incident *merged, const struct incident *from,
                struct sealed reason)
{
    struct parting p = part(t->world, merged, from);
    struct moving m = gather(t, from, merged, true);
    struct event *e = turn_event(t, EVENT_INCIDENT_PARTED);
    struct incident_parted *parted = &e->as.incident_parted;
    *parted = (struct incident_parted){ .incident = from->id,
                                        .gone = merged->id,
                                        .rev = from->rev + 1,
                                        .cues = cues_left(merged, from, p.cues),
                                        .report_count = from->report_count - p.gone,
                                        .contact = p.contact_stays,
                                        .parts = parts_of(t, merged) };
    own_stamps(t->world, merged, from, parted);
    give_back(merged, from, parted);
    turn_emit(t, e);
    e = turn_event(t, EVENT_INCIDENT_SPLIT);
    e->as.incident_split_off = (struct incident_split_off){ .incident = merged->id,
                                                            .from = from->id,
                                                            .rev = merged->rev + 1,
                                                            .report_count = p.gone,
                                                            .contact = p.contact_goes,
                                                            .reason = reason,
                                                            .person = t->user->name };
    turn_emit(t, e);
    emit_moved(t, from->id, merged->id, &m);
}
