/* The part of routing_run that asks about many units at once, as a recommendation does. */
#ifndef BENCH_ROUTING_MUSTER_H
#define BENCH_ROUTING_MUSTER_H

#include "bench/routing_stage.h"

/* For `count` incidents of a road network the travel times of `units` units; a line of JSON: ns by
 * the thread's processor time, one by one (`one_ns`), all at once where nobody moved (`ns`), where
 * all did (`moved_ns`), and just after new travel times (`new_ns`, one by one `one_new_ns`);
 * `wrong` counts times that differ. */
void muster_measure(struct stage *s, uint32_t units, uint32_t count);

#endif
