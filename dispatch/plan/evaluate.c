#include "dispatch/plan/evaluate.h"

#include "base/must.h"
#include "dispatch/plan/when.h"

#include <string.h>

/* One merged need. first[k] is the first rule that asked for k + 1 units. */
struct key {
    uint8_t police_type;
    struct str capability;
    uint32_t count;
    uint16_t first[REQUIREMENTS_MAX];
};

struct merge {
    struct key keys[REQUIREMENTS_MAX];
    uint32_t count;
    struct key floor; /* so many units altogether, of whatever kind */
    bool truncated;
};

static struct rule_trace trace_of(const struct plan_rule *rule, enum verdict verdict,
                                  const struct when_why *why);
static void note_fired(struct evaluation *out, struct str rule);
static void note_open(struct evaluation *out, struct str rule);
static void merge_rule(struct merge *m, const struct plan_rule *rule, uint32_t index);
static void lay_out(const struct merge *m, const struct plan *p, struct evaluation *out);

void plan_evaluate(const struct plan *p, const struct situation *s, struct evaluation *out)
{
    plan_judge(p, s, out, NULL);
}

void plan_judge(const struct plan *p, const struct situation *s, struct evaluation *out,
                struct rule_trace *rows)
{
    const struct plan_rule *rules = p->rules.at;
    struct merge m;

    must(p->rules.count > 0 && p->rules.count <= PLAN_RULES_MAX);
    m.count = 0;
    m.floor = (struct key){ .police_type = POLICE_TYPE_NONE };
    m.truncated = false;
    memset(out, 0, sizeof(*out));
    for (uint32_t i = 0; i < p->rules.count; i++) {
        const struct plan_rule *rule = &rules[i];

        struct when_why why;
        enum verdict verdict = when_holds(&rule->when, s, &why);

        if (rows != NULL) {
            rows[i] = trace_of(rule, verdict, &why);
        }
        switch (verdict) {
        case VERDICT_NO:
            break;
        case VERDICT_UNKNOWN:
            note_open(out, rule->id);
            break;
        case VERDICT_YES:
            note_fired(out, rule->id);
            if (rule->tier != 0 && (out->tier == 0 || rule->tier < out->tier)) {
                out->tier = rule->tier;
            }
            merge_rule(&m, rule, i);
            break;
        }
    }
    lay_out(&m, p, out);
    must(out->tier >= 1 && out->tier <= 4);
}

static struct rule_trace trace_of(const struct plan_rule *rule, enum verdict verdict,
                                  const struct when_why *why)
{
    return (struct rule_trace){ .rule = rule->id,
                                .predicate =
                                    why->predicate != NULL ? str_of(why->predicate->word) : STR(""),
                                .verdict = (uint8_t)verdict,
                                .part = why->part,
                                .group = why->group };
}

static void note_fired(struct evaluation *out, struct str rule)
{
    if (out->fired_count < RULES_FIRED_MAX) {
        out->fired[out->fired_count++] = rule;
    } else {
        out->fired_dropped++;
    }
}

static void note_open(struct evaluation *out, struct str rule)
{
    if (out->unknown_count < RULES_FIRED_MAX) {
        out->unknown[out->unknown_count++] = rule;
    } else {
        out->unknown_dropped++;
    }
}

/* The key of a need, made when it is new. NULL when there are too many. */
static struct key *key_of(struct merge *m, const struct plan_need *need)
{
    if (need->police_type == POLICE_TYPE_NONE && need->capability.len == 0) {
        return &m->floor;
    }
    for (uint32_t i = 0; i < m->count; i++) {
        if (m->keys[i].police_type == need->police_type &&
            str_eq(m->keys[i].capability, need->capability)) {
            return &m->keys[i];
        }
    }
    if (m->count == REQUIREMENTS_MAX) {
        m->truncated = true;
        return NULL;
    }
    struct key *k = &m->keys[m->count++];

    k->police_type = need->police_type;
    k->capability = need->capability;
    k->count = 0;
    return k;
}

static void merge_rule(struct merge *m, const struct plan_rule *rule, uint32_t index)
{
    const struct plan_need *needs = rule->needs.at;

    for (uint32_t i = 0; i < rule->needs.count; i++) {
        struct key *k = key_of(m, &needs[i]);
        uint32_t wanted = needs[i].count;

        if (k == NULL) {
            continue;
        }
        if (wanted > REQUIREMENTS_MAX) {
            m->truncated = true;
            wanted = REQUIREMENTS_MAX;
        }
        while (k->count < wanted) {
            k->first[k->count++] = (uint16_t)index;
        }
    }
}

/* Adds one slot for the `nth` unit (from 0) of a key. */
static void add_slot(const struct key *k, uint32_t nth, const struct plan *p,
                     struct evaluation *out)
{
    const struct plan_rule *rules = p->rules.at;

    if (out->slot_count == REQUIREMENTS_MAX) {
        out->truncated = true;
        return;
    }
    struct slot_need *slot = &out->slots[out->slot_count++];

    slot->slot = (uint8_t)out->slot_count;
    slot->police_type = k->police_type;
    slot->capability = k->capability;
    slot->rule = rules[k->first[nth]].id;
}

static void lay_out(const struct merge *m, const struct plan *p, struct evaluation *out)
{
    out->truncated = m->truncated;
    for (uint32_t i = 0; i < m->count; i++) {
        for (uint32_t n = 0; n < m->keys[i].count; n++) {
            add_slot(&m->keys[i], n, p, out);
        }
    }
    for (uint32_t n = out->slot_count; n < m->floor.count; n++) {
        add_slot(&m->floor, n, p, out);
    }
}
