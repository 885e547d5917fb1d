/* One step of bench/fanout: so many events, numbered from `first`, at a fixed rate (open loop: each
 * has the instant at which it is due, whatever became of those before). A driver writes it as a
 * line: step FIRST COUNT RATE BATCH_MS      BATCH_MS 0: each event by itself, else what gathers so
 * long
 */
#ifndef BENCH_STEP_H
#define BENCH_STEP_H

#include <stdbool.h>
#include <stdint.h>

struct step {
    uint32_t first;
    uint32_t count;
    double rate; /* events a second */
    uint32_t batch_ms;
    int64_t began_us;
    uint32_t sent;
};

/* Reads the line. False: it is none. */
bool step_read(const char *line, struct step *out);

/* Starts the schedule a moment from now. */
void step_begin(struct step *s);

/* How many events are due and not sent; with batches, those of batches that are over. */
uint32_t step_due(const struct step *s, int64_t now_us);

/* The instant at which event `index` (from 0) is due. */
int64_t step_due_us(const struct step *s, uint32_t index);

/* When to look again: the next event or batch, but at least a millisecond from `now_us`. */
int64_t step_next_us(const struct step *s, int64_t now_us);

/* Prints what was done as one JSON line on stdout. */
void step_print(const struct step *s, int64_t cpu_us);

#endif
