/* A plan in sentences, for who signs it: conditions, forces, rules. Pure; words come from the
 * master tables, names of incident types from the city. */
#ifndef DISPATCH_PLAN_TELL_H
#define DISPATCH_PLAN_TELL_H

#include "dispatch/model/city.h"
#include "dispatch/plan/say.h"
#include "dispatch/plan/when.h"

enum plan_language { PLAN_ZH, PLAN_EN };

/* In which language, and what incident types are called. Without types their codes stand alone. */
struct plan_tongue {
    enum plan_language language;
    const struct city_type *types;
    uint32_t type_count;
};

/* Each adds to `s`, which cuts what does not fit. */

/* "incident type is one of robbery (10.02.*.*)": one question of a rule or group. */
void tell_question(struct say *s, const struct predicate *p, const struct plan_when *when,
                   const struct plan_tongue *in);

/* All questions of a rule or group, joined. False: it asks none, nothing was added. */
bool tell_questions(struct say *s, const struct plan_when *when, const struct plan_tongue *in);

/* "one of: (…) or (…)", "none of: (…)"; `part` is WHEN_ANY or WHEN_NONE. */
void tell_groups(struct say *s, const struct plan_when *when, enum when_part part,
                 const struct plan_tongue *in);
/* What stands before the groups of a part. */
void tell_part(struct say *s, enum when_part part, const struct plan_tongue *in);

/* A whole condition: questions, then groups. */
void tell_when(struct say *s, const struct plan_when *when, const struct plan_tongue *in);

/* "2 patrol and SWAT (armed), 1 traffic; 3 police units in all". Nothing for an empty list. */
void tell_needs(struct say *s, const struct list *needs, const struct plan_tongue *in);

/* "When …: tier II; 2 patrol and SWAT." */
void tell_rule(struct say *s, const struct plan_rule *rule, const struct plan_tongue *in);

/* The police type's name; NONE: "any police". */
void tell_police_type(struct say *s, uint8_t type, const struct plan_tongue *in);

/* "II级响应", "tier II". */
void tell_tier(struct say *s, uint8_t tier, const struct plan_tongue *in);

#endif
