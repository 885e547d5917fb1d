#include "dispatch/core/grade.h"

#include "base/must.h"
#include "dispatch/plan/evaluate.h"

#define TIER_WITHOUT_PLAN 4

void grade_situation(struct turn *t, const struct incident *i, struct situation *out)
{
    const struct world *w = t->world;
    struct str *zones = arena_alloc(t->arena, ZONE_DEPTH_MAX * sizeof(*zones));
    must(zones != NULL);
    *out = (struct situation){
        .type = text_str(&i->type_dispatched),
        .cues = i->cues,
        .cues_denied = (uint16_t)(i->cues_denied & ~i->cues),
        .place_known = place_has_point(&i->place),
        .zones = zones,
        .channel = i->channel,
        .priority = i->priority,
        .local_us = world_local(w, i->opened_at),
    };
    if (out->place_known) {
        struct point at = { i->place.lon_e7, i->place.lat_e7 };
        out->place_flags = i->place.flags | (i->place.coarse ? 0 : world_flags_at(w, at));
    }
    out->zone_count = world_zone_codes(w, i->place.zone, zones);
}

static struct list name_rules(struct turn *t, const struct str *ids, uint32_t count)
{
    struct rule_named *names = arena_alloc(t->arena, (count + 1) * sizeof(*names));
    must(names != NULL);
    for (uint32_t k = 0; k < count; k++) {
        text_set(&names[k].rule, ids[k]);
    }
    return (struct list){ .at = names, .count = count };
}

static bool same_kind(const struct requirement *a, const struct requirement *b)
{
    return a->police_type == b->police_type &&
           str_eq(text_str(&a->capability), text_str(&b->capability));
}

static bool slot_used(const struct requirement *needs, uint32_t count, uint8_t slot)
{
    for (uint32_t k = 0; k < count; k++) {
        if (needs[k].slot == slot) {
            return true;
        }
    }
    return false;
}

/* A slot keeps its number when the incident is graded again, since orders name it: a need takes
 * over the slot of an old need of its kind, another one gets the lowest number that neither the old
 * needs nor the new ones have. */
static uint8_t slot_number(const struct incident *i, const struct requirement *needs,
                           uint32_t count)
{
    for (uint32_t k = 0; k < i->requirement_count; k++) {
        const struct requirement *old = &i->requirements[k];
        if (same_kind(old, &needs[count]) && !slot_used(needs, count, old->slot)) {
            return old->slot;
        }
    }
    uint8_t slot = 1;
    while (slot_used(i->requirements, i->requirement_count, slot) ||
           slot_used(needs, count, slot)) {
        slot++;
    }
    return slot;
}

static struct list write_needs(struct turn *t, const struct incident *i, const struct evaluation *v)
{
    struct requirement *needs = arena_alloc(t->arena, REQUIREMENTS_MAX * sizeof(*needs));
    must(needs != NULL);
    uint32_t limit_ms = world_clocks(t->world, i, v->tier).dispatch_ms;
    int64_t due_at = limit_ms != 0 ? t->at + (int64_t)limit_ms * US_PER_MS : 0;
    for (uint32_t k = 0; k < v->slot_count; k++) {
        needs[k] = (struct requirement){ .police_type = v->slots[k].police_type, .due_at = due_at };
        text_set(&needs[k].capability, v->slots[k].capability);
        text_set(&needs[k].rule, v->slots[k].rule);
        needs[k].slot = slot_number(i, needs, k);
    }
    return (struct list){ .at = needs, .count = v->slot_count };
}

static bool same_needs(const struct incident *i, const struct list *needs)
{
    const struct requirement *r = needs->at;
    if (i->requirement_count != needs->count) {
        return false;
    }
    for (uint32_t k = 0; k < needs->count; k++) {
        const struct requirement *old = &i->requirements[k];
        if (!same_kind(old, &r[k]) || !str_eq(text_str(&old->rule), text_str(&r[k].rule))) {
            return false;
        }
    }
    return true;
}

bool grade_incident(struct turn *t, const struct incident *i)
{
    const struct plan *p = &t->world->plan;
    struct evaluation v = { .tier = TIER_WITHOUT_PLAN };
    if (p->id.len > 0) {
        struct situation s;
        grade_situation(t, i, &s);
        plan_evaluate(p, &s, &v);
    }
    bool keep = i->tier_by_person && i->tier != 0 && i->tier <= v.tier;
    uint8_t tier = keep ? i->tier : v.tier;
    v.tier = tier;
    struct list needs = write_needs(t, i, &v);
    if (i->tier == tier && i->plan_version == p->version && same_needs(i, &needs) &&
        str_eq(text_str(&i->plan), p->id)) {
        return false;
    }
    struct event *e = turn_event(t, EVENT_INCIDENT_TIERED);
    e->as.incident_tiered =
        (struct incident_tiered){ .incident = i->id,
                                  .tier = tier,
                                  .by_person = keep,
                                  .plan_version = p->version,
                                  .rules = name_rules(t, v.fired, v.fired_count),
                                  .open = name_rules(t, v.unknown, v.unknown_count),
                                  .requirements = needs,
                                  .truncated = v.truncated };
    text_set(&e->as.incident_tiered.plan, p->id);
    turn_emit(t, e);
    return true;
}
