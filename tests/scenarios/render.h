/* Events and things of the world on one line each, for scenario files: ids without the world,
 * instants as time since the scenario's start, protected values as a star, lists in short. */
#ifndef TESTS_SCENARIOS_RENDER_H
#define TESTS_SCENARIOS_RENDER_H

#include "base/buf.h"
#include "dispatch/core/world.h"
#include "dispatch/model/event.h"

#define SCENARIO_WORLD "t"

/* "assignment.dispatched assignment={id=a1 …} …" */
void render_event(struct buf *b, const struct event *e, int64_t start_us);

/* The members of an entity after its name. */
void render_entity(struct buf *b, const struct shape *s, const void *entity, int64_t start_us);

/* "+1:02:03.000004", zero parts left out where they can. */
void render_duration(struct buf *b, int64_t us);

/* The figures a commander asks for, of everything in memory, after a space. */
void render_stats(struct buf *b, const struct world *w, struct arena *a);

#endif
