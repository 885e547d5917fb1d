/* Drives that are matched and learned from, held to what was truly driven. */
#ifndef TESTS_ROUTING_DRIVING_H
#define TESTS_ROUTING_DRIVING_H

#include "tests/routing/drives.h"

struct driving {
    struct drives drives;
    struct match match;
    struct learn learn;
    struct trip_counts trips;
    struct match_counts matched;
    bool driven_now;            /* the drive of now is being told */
    uint64_t told_mm, right_mm; /* matched; of that on segments that were driven */
    uint64_t driven_mm;
    uint32_t went;
};

void driving_open(struct driving *d, const struct road *road, uint64_t seed);
void driving_close(struct driving *d);

/* Up to `count` drives between random places at the given hour of working days. */
void driving_go(struct driving *d, uint32_t count, uint32_t hour);

/* How far cells with `least` drives or more are off the truth: the middle one and the ninth of ten,
 * in percent. Returns how many there are. */
uint32_t driving_errors(const struct driving *d, const struct learned *of, uint32_t least,
                        uint32_t *middle, uint32_t *ninth);

#endif
