/* The server's clock: CLOCK_REALTIME at start plus CLOCK_BOOTTIME since (times the rate of a demo
 * or bench world), led back to CLOCK_REALTIME by at most 1 %; a step of that one over 1 s is told,
 * never followed at once. One per process, one thread reads it. */
#ifndef SERVER_CLOCK_H
#define SERVER_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct server_clock {
    int64_t rate;
    int64_t base_us;    /* our time at `boot_us` */
    int64_t boot_us;    /* CLOCK_BOOTTIME then */
    int64_t stepped_us; /* how far CLOCK_REALTIME has jumped away; 0: agreed */
};

/* `not_before`: instant of the last row; a world that ran faster than life goes on from there. */
void server_clock_start(struct server_clock *c, int64_t rate, int64_t not_before);

/* µs UTC, never falling. */
int64_t server_clock_now(const struct server_clock *c);

/* Once a second: slews, and logs a step. */
void server_clock_discipline(struct server_clock *c);

/* Whether the kernel says that its clock is synchronised to a time source. */
bool server_clock_synchronised(void);

/* Real µs from now until that instant of ours; at least 0. */
int64_t server_clock_wait_us(const struct server_clock *c, int64_t until);

/* CLOCK_MONOTONIC in µs, for limits on waiting. */
int64_t monotonic_us(void);

#endif
