/* A batch: the rows that gather while the one before is being made durable. Owns the bytes its rows
 * point into. */
#ifndef SERVER_BATCH_H
#define SERVER_BATCH_H

#include "base/arena.h"
#include "dispatch/codec/event_row.h"

struct batch {
    struct arena arena;
    struct log_row *rows;
    uint32_t count;
    uint32_t cap;
};

MUST_USE bool batch_init(struct batch *b, uint32_t rows_max);
void batch_fini(struct batch *b);
void batch_reset(struct batch *b);

/* Adds a row; texts and personal values are copied. must() that there is room. */
void batch_add(struct batch *b, const struct log_row *row);

#endif
