/* Answers to reads on their way to the gateways: whole or in parts, in the order they were made,
 * without ever waiting for a gateway that is behind. One thread uses one of these. */
#ifndef SERVER_VIEW_REPLY_H
#define SERVER_VIEW_REPLY_H

#include "base/buf.h"
#include "base/fault.h"
#include "ws/door.h"

#define REPLY_GATEWAYS_MAX 8

/* Bytes that several answers may share. */
struct reply_bytes {
    uint32_t refs;
    struct buf buf;
};

/* With one reference, the caller's. NULL when memory is out. */
struct reply_bytes *reply_bytes_new(void);
void reply_bytes_ref(struct reply_bytes *bytes);
void reply_bytes_unref(struct reply_bytes *bytes); /* NULL is allowed */

struct replies;

/* `ways`: one per gateway, toward it; copied. NULL when memory is out. */
struct replies *replies_new(const struct door_way *ways, unsigned gateways);
void replies_free(struct replies *r);

/* Queues an answer; takes over nothing: `bytes` gets a reference of its own. kind, len and more of
 * `head` are filled here. */
void replies_put(struct replies *r, unsigned gateway, const struct door_read_done *head,
                 struct reply_bytes *bytes);

/* A fault as the lines of a problem's body (ws/door.h). */
void reply_fault_text(struct buf *b, const struct fault *f);

/* The same for a fault. */
void replies_fault(struct replies *r, unsigned gateway, const struct door_read_done *head,
                   const struct fault *f);

/* Sends what the queues take. True when nothing is left over; else call it again in a moment. */
bool replies_flush(struct replies *r);

#endif
