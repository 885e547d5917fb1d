/* Joint assignment of all that waits (core/waiting) without a server: the question, its answer at
 * once, and who is meant for whom, as the server's rounds have it. */
#ifndef TOOLS_SIM_JOINT_H
#define TOOLS_SIM_JOINT_H

#include "dispatch/core/waiting.h"

struct sim_joint;

/* NULL when memory is out. */
struct sim_joint *sim_joint_new(uint32_t units_max);
void sim_joint_free(struct sim_joint *j);

/* Asks and answers. False: nobody waits. */
bool sim_joint_round(struct sim_joint *j, const struct asking *asking);

/* As waiting_tell of that answer. Its lists are valid until the next call. */
bool sim_joint_tell(struct sim_joint *j, const struct world *w, struct advice_join *out);

/* As the port `wanted`. */
bool sim_joint_wanted(const struct sim_joint *j, uint32_t unit, struct wanted *out);

#endif
