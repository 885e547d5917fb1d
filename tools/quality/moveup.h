/* Where a unit drives that becomes free: to the post where it is missed most, its own unless
 * another misses it by a quarter more. A place counts by the calls that came from there till now,
 * times 2^-n, n being how many units at their posts reach it within five minutes. Source of moving
 * only who is on the way home anyway: C. Jagtenberg, S. Bhulai, R. van der Mei, An efficient
 * heuristic for real-time ambulance redeployment, Operations Research for Health Care 4, 2015. */
#ifndef TOOLS_QUALITY_MOVEUP_H
#define TOOLS_QUALITY_MOVEUP_H

#include "tools/quality/fleet.h"
#include "tools/quality/squares.h"

struct moveup;

/* Posts are the homes that `fl` has now. Borrows `road`. Owns; free by moveup_free. Fails:
 * ERR_NO_MEMORY. */
MUST_USE enum err moveup_make(struct moveup **out, const struct road *road, const struct fleet *fl,
                              struct fault *f);
void moveup_free(struct moveup *x);

/* A call came from there. */
void moveup_learn(struct moveup *x, struct point at);

/* The post for a unit that becomes free. */
struct point moveup_post(struct moveup *x, const struct fleet *fl, uint32_t unit);

#endif
