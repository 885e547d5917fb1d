/* Drives over a network at speeds that are known, and what a receiver makes of them: fixes with
 * noise, an offset to a side, jumps and silences. Equal seeds make equal drives. */
#ifndef TESTS_ROUTING_DRIVES_H
#define TESTS_ROUTING_DRIVES_H

#include "base/prng.h"
#include "routing/learn.h"
#include "routing/path.h"

#define DRIVE_FIXES_MAX 4000
#define DRIVE_LEGS_MAX 2000

struct drives {
    const struct road *road; /* borrowed */
    struct path_query ways;
    struct prng random;
    uint64_t seed;
    uint32_t noise_mm, offset_mm; /* deviation of a fix; all fixes of a drive to one side */
    uint32_t jump_one_in;         /* fixes; 0: none */
    uint32_t silence_one_in;      /* fixes after which nothing is heard for 20 to 200 s; 0 */
    int64_t every_us;             /* between fixes */
    int64_t stand_us;             /* before and after the drive */

    /* The last drive. */
    struct trip_fix fix[DRIVE_FIXES_MAX];
    uint32_t count;
    struct match_part leg[DRIVE_LEGS_MAX];
    uint32_t leg_count;
};

/* 8 m of noise, a fix each 5 s, nothing else. Close by drives_end. */
void drives_begin(struct drives *d, const struct road *road, uint64_t seed);
void drives_end(struct drives *d);

/* The time of a segment at an hour, in ms: what the network says, slower in its own way and in rush
 * hours (8 and 18 of working days), never over 25 m/s. */
uint32_t drives_ms(const struct drives *d, uint32_t segment, uint32_t hour);

/* A drive between two places of the network that begins at `at_us`, local time. False: there is no
 * way between them that is worth it. */
bool drives_go(struct drives *d, struct point from, struct point to, int64_t at_us);

#endif
