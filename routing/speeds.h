/* Learned speeds: how quickly each segment of a network is driven at an hour of a working day or of
 * a weekend, in percent of what the network says. Made of observed drives (routing/learn.h), kept
 * in a file (routing/speeds_file.h), mapped and never changed. It knows places and hours, nobody
 * who drove there.
 *
 * There are 48 hours: those of Monday to Friday, those of Saturday and Sunday. A week has 168, and
 * a fleet of some hundred units would not see most roads at most of them within its 90 days of
 * positions; rush hours are alike from Monday to Friday, other days are not.
 *
 * A segment's percent at an hour is that of its own cell, if enough drives were seen in it; else
 * that of its class of road at the hour, times how much the segment differs from its class at all
 * hours. So a road that nobody was seen on gets slower with the others in the rush hour: else ways
 * would lead through whatever was never seen. */
#ifndef ROUTING_SPEEDS_H
#define ROUTING_SPEEDS_H

#include "routing/network.h"

#define SPEEDS_HOURS 48
#define SPEEDS_NONE UINT32_MAX /* no hour */

/* Whatever was seen, nobody is promised less than a fifth or more than one and a half of the usual
 * speed. */
#define SPEEDS_PERCENT_MIN 20
#define SPEEDS_PERCENT_MAX 150

#define SPEEDS_ZONE_SIZE 40

struct speeds_cell {
    uint32_t segment;
    uint8_t percent;
    uint8_t drives; /* seen in it; 255: that many or more */
    uint16_t none;  /* 0 */
};

struct speeds {
    uint8_t network[32]; /* digest of the network whose segments these are */
    uint8_t digest[32];
    char version[9];        /* the first digits of `digest` */
    int64_t from_us, to_us; /* drives of this time */
    int64_t made_us;
    uint64_t drives, seen;           /* runs matched; passages of a segment in them */
    char zone[SPEEDS_ZONE_SIZE];     /* whose hours these are, as Asia/Shanghai */
    const uint8_t *class_percent;    /* SPEEDS_HOURS × ROAD_CLASS_COUNT */
    uint32_t known_count;            /* segments that differ from their class */
    const struct speeds_cell *known; /* by segment; percent of the class's speed */
    const uint32_t *first_cell;      /* of an hour; SPEEDS_HOURS + 1 */
    const struct speeds_cell *cell;  /* by hour, then segment */
    void *map;                       /* the file */
    size_t map_size;
};

/* The hour of an instant that is shifted to local time: 0 to 23 from Monday to Friday, 24 to 47. */
uint32_t speeds_hour(int64_t local_us);

/* Writes the percent of each segment at an hour, 2 × n->piece_count of them; `n` must be the
 * network of the speeds. */
void speeds_at(const struct speeds *s, const struct network *n, uint32_t hour, uint8_t *percent);

/* `free_ms` at so many percent of the usual speed; not ETA_INF_MS unless that is. */
uint32_t speeds_ms(uint32_t free_ms, uint8_t percent);

#endif
