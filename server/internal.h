/* Internal commands on their way to the core from the threads around it: what they found out comes
 * back as a command that no door takes. A record in a queue each; its principal is the core itself.
 */
#ifndef SERVER_INTERNAL_H
#define SERVER_INTERNAL_H

#include "base/arena.h"
#include "dispatch/model/command.h"
#include "ws/door.h"

/* Behind the head: the packed struct (codec/pack) of its type. */
struct internal_record {
    uint32_t type; /* enum command_type */
    uint32_t body_len;
};

/* Queues a command of that type; `as` is its struct. False: the queue is full, nothing was queued.
 */
MUST_USE bool internal_push(const struct door_way *way, enum command_type type, const void *as);

/* The command of a record; its lists stand in the arena, its texts in the record. */
void internal_read(const void *record, size_t len, struct arena *arena, struct command *out);

#endif
