/* How many calls are late whoever goes: a proof, call by call, that holds for every play of play.h.
 *
 * Earliest. When a task is begun, all tasks that rank above it and have come were begun before, and
 * each still keeps a unit until its own earliest beginning, setting out and time on scene are over.
 * So it cannot begin before fewer than all units are kept that way. By rank, then age, each task
 * has its earliest beginning from those above.
 *
 * In time. Whoever is sent comes from a home, from the place of another call or from the way home
 * from one, and is there no sooner than that call can be over. Where nobody who comes from there,
 * sent at the earliest beginning or later, is in time, the call is late in every play; these are
 * counted. What the bound lets go: that a unit can be in one place only, and what came before. */
#ifndef TOOLS_QUALITY_BOUND_H
#define TOOLS_QUALITY_BOUND_H

#include "tools/quality/play.h"
#include "tools/quality/ways.h"

/* Calls that are late in every play of `o`, whose calls must all be responses. Uses `w`, the ways
 * of the same fleet. Fails: ERR_NO_MEMORY. */
MUST_USE enum err bound_late(const struct play_opts *o, struct ways *w, uint32_t *late,
                             struct fault *f);

#endif
