/* Candidates for tests of the choice. */
#ifndef TESTS_DISPATCH_PLAN_CANDIDATES_H
#define TESTS_DISPATCH_PLAN_CANDIDATES_H

#include "base/prng.h"
#include "dispatch/plan/recommend.h"

#define CANDIDATES_MAX 200

extern const struct slot_need patrol; /* slot 1, for a patrol */

/* A free patrol unit with a fresh fix in its own zone. */
struct candidate free_patrol(uint32_t unit, uint32_t eta_ms);

/* Of a few kinds, in any status, with all inputs that such a one can have; many tie. */
struct candidate random_candidate(struct prng *p, uint32_t unit);

/* Half of the free ones are meant for others. */
void random_wanted(struct prng *p, struct candidate *c);

/* Prices of all sorts: none, limits ahead and passed, calls beyond what counts. */
void random_price(struct prng *p, struct slot_need *need);

#endif
