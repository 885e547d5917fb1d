/* A durable row on its way from the core to the view thread: a record in a queue. */
#ifndef SERVER_ROWS_H
#define SERVER_ROWS_H

#include "base/hash.h"
#include "base/queue.h"
#include "base/str.h"

#include <stdint.h>

/* Behind the head: actor, command id, command, data. */
struct row_record {
    uint64_t seq;
    uint64_t epoch;
    int64_t at_us;
    struct sha256 hash;
    uint32_t actor_len;
    uint32_t id_len;
    uint32_t command_len;
    uint32_t data_len;
};

#endif
