/* Whether a plan that the codec has read is one that can be lived with. The codec knows words,
 * types and sizes; this knows meaning. The first mistake found is told with its JSON path, its
 * value and what was expected: rules[3].when.types[0] is "10.2", expected four levels of 1 to 3
 * letters, digits or one *, as "10.02.*.*" */
#ifndef DISPATCH_PLAN_PLAN_CHECK_H
#define DISPATCH_PLAN_PLAN_CHECK_H

#include "base/fault.h"
#include "dispatch/model/plan.h"

/* A day and a week in ms: no clock of a plan runs longer. */
#define PLAN_DAY_MS UINT32_C(86400000)
#define PLAN_WEEK_MS UINT32_C(604800000)
#define PLAN_OFFERS_MAX 20
#define PLAN_TRIES_MAX 20
#define PLAN_RADIUS_M_MAX 100000
#define PLAN_NAME_MAX 200   /* bytes of a name */
#define PLAN_SOURCE_MAX 400 /* bytes of a source */
#define PLAN_WORD_MAX 31    /* bytes of a rule's id, a capability, a zone code */

/* Fails: ERR_INVALID; f->field is the path (cut when longer than the field), f->primary path, value
 * and expectation. */
MUST_USE enum err plan_check(const struct plan *p, struct fault *f);

#endif
