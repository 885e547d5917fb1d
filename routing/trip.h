/* What of a unit's positions is a drive: the fixes of one run to an incident, cut where nothing can
 * be learned from them.
 *
 * Left out: who has not moved yet at the beginning, and who has arrived at the end; standing for
 * TRIP_STILL_US and more anywhere (a red light is shorter and belongs to the time that a road
 * takes); fixes that nobody can have driven to (a jump of the receiver). A silence of TRIP_GAP_US
 * cuts: which way was driven meanwhile is a guess. Pure. */
#ifndef ROUTING_TRIP_H
#define ROUTING_TRIP_H

#include "base/units.h"

#include <stdbool.h>
#include <stddef.h>

#define TRIP_GAP_US (120 * US_PER_S)
#define TRIP_STILL_US (120 * US_PER_S)
#define TRIP_STILL_MM 25000u
#define TRIP_STEP_MM 20000u    /* two deviations of a fix: less is noise */
#define TRIP_SPEED_MM_S 60000u /* 216 km/h */
#define TRIP_JUMP_MM 100000u   /* out and back again by more than this, … */
#define TRIP_WASTE_MM_S 8000u  /* … at so much a second or more: the receiver jumped */
#define TRIP_JUMPS_MAX 3u      /* in a row; after that it is the fix before that was wrong */
#define TRIP_FIXES_MAX 512u    /* of a piece of drive; a longer one is cut */

struct trip_fix {
    struct point at;
    int64_t at_us;
};

struct trip_counts {
    uint64_t fixes;  /* given */
    uint64_t kept;   /* handed on */
    uint64_t near;   /* less than a step from the last one that was kept */
    uint64_t jumps;  /* nobody drives so fast */
    uint64_t still;  /* standing */
    uint64_t gaps;   /* cuts: silence */
    uint64_t stops;  /* cuts: standing */
    uint64_t drives; /* handed on */
};

/* Some fixes of a drive, at least two. */
typedef void trip_fn(void *arg, const struct trip_fix *fixes, uint32_t count);

/* Cuts a run: `fixes` in the order of their instants; spoils them. Adds to `counts`. */
void trip_cut(struct trip_fix *fixes, uint32_t count, trip_fn *fn, void *arg,
              struct trip_counts *counts);

#endif
