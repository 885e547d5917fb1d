/* Commands about what memory does not hold. incident.reopen of an incident that has left it goes
 * from the core to the archive, which reads the incident back from its rows, and comes back with
 * it; paper.enter goes there to have its number looked for in the whole log. The core decides then;
 * nobody else does. One record, both ways. */
#ifndef SERVER_PAST_H
#define SERVER_PAST_H

#include "dispatch/model/entities.h"
#include "ws/door.h"

/* Behind the head: the door's command as it came, then the packed incident (codec/pack). */
struct past_record {
    uint64_t seq;         /* the core's row when it asked: the rows up to it are to be looked at */
    uint32_t incident;    /* to be read back; 0: `number` is to be looked for */
    struct number number; /* of paper */
    uint32_t command_len;
    uint32_t image_len; /* 0: none is at hand */
    uint32_t later;     /* it could not be found out now: the sender is to come back */
    uint32_t taken;     /* an incident had the number */
};

enum past { PAST_NONE, PAST_FOUND, PAST_LATER, PAST_TAKEN /* the number */ };

/* Bytes of a door's command with all that stands behind its head. */
size_t past_command_len(const struct door_command *ask);

/* Queues a command, with the incident where there is one. False: the queue is full. */
MUST_USE bool past_push(const struct door_way *way, const struct past_record *head,
                        const struct door_command *ask, const struct incident *image);

/* The command of a record. `*image` is filled when there is one. */
enum past past_read(const void *record, size_t len, const struct door_command **ask,
                    struct incident *image);

#endif
