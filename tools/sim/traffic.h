/* How quickly the streets of a simulated city are driven: invented, and stated in docs/LINJIANG.md,
 * so that what is learned from its drives (tocsin learn-speeds) can be held against it. */
#ifndef TOOLS_SIM_TRAFFIC_H
#define TOOLS_SIM_TRAFFIC_H

#include "base/units.h"

#include <stdbool.h>
#include <stdint.h>

/* Percent of the network's speed on roads of a class (enum road_class) at an instant of local time:
 * working days have a rush hour from 7 to 9 and from 17 to 19, weekends a full afternoon. Side
 * streets lose half of what main roads do. */
uint32_t traffic_percent(uint8_t road_class, int64_t local_us);

/* The same for who drives with lights, who gets back a third of what is lost. */
uint32_t traffic_percent_lights(uint8_t road_class, int64_t local_us);

/* A driver's own pace for a drive, in thousandths of everybody's: by who drives (940 to 1060) and
 * by the day (970 to 1030). The median over many is 1000. `trip` is a number of the drive. */
uint32_t traffic_driver_permille(uint64_t seed, uint32_t unit, uint64_t trip);

/* Where a receiver sees a car that is at `p`: some metres off, drifting by the minute, differently
 * at each instant, and one fix in a thousand a hundred metres away. Equal inputs, equal answers. */
struct point traffic_seen(uint64_t seed, uint32_t unit, int64_t at_us, struct point p);

#endif
