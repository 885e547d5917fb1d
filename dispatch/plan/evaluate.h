/* What a plan says of an incident: tier, requirements, and every rule that had a part in it.
 *
 * Every rule whose predicates all say yes fires. The gravest tier of those that fired wins (1 is
 * the gravest). Their needs merge by maximum per key (police type, capability): two rules that each
 * ask for two patrols make two slots, not four. The key that names neither is not a kind of unit
 * but a floor: it asks for that many units altogether, and slots of other keys count towards it.
 * Slots stand in the order in which the table first names their key, the floor's last. A rule that
 * something unknown leaves open does not fire; it is named, so that a person can see what to ask.
 */
#ifndef DISPATCH_PLAN_EVALUATE_H
#define DISPATCH_PLAN_EVALUATE_H

#include "dispatch/model/situation.h"

/* Asks every rule of a plan that plan_check has passed.
 * Owns: the texts in `*out` point into the plan.   Cost: one pass over the rules, no allocation. */
void plan_evaluate(const struct plan *p, const struct situation *s, struct evaluation *out);

/* The same, and what each rule said: `rows` has room for p->rules.count of them, in order of the
 * table. */
void plan_judge(const struct plan *p, const struct situation *s, struct evaluation *out,
                struct rule_trace *rows);

/* Whether this plan lets a machine dispatch such an incident without a person. Never from an
 * unverified channel, to a place that is not known, or for an incident that is unclassified or of a
 * type that only stands for "not known yet" (plan's default_types); else where one entry of
 * `automation` allows all of its type, zone and channel.
 * `*why` (may be NULL) becomes a stable word: "allowed", "off", "unverified_channel",
 * "place_unknown", "unclassified", "default_type", "not_listed". */
bool plan_allows_automation(const struct plan *p, const struct situation *s, const char **why);

/* True when a report by this channel (enum channel) counts as verified. */
bool plan_channel_verified(uint32_t channel);

#endif
