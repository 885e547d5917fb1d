/* Answers that wait until the row they were computed at is durable; first in, first out, since that
 * seq only grows. */
#ifndef SERVER_OUTBOX_H
#define SERVER_OUTBOX_H

#include "base/str.h"
#include "ws/door.h"

struct outbox;

/* `ways`: one per gateway, toward it. Borrowed. */
struct outbox *outbox_new(const struct door_way *ways, unsigned gateways);
void outbox_free(struct outbox *o);

/* Room for another answer of at most that many bytes. */
bool outbox_has_room(const struct outbox *o, size_t bytes);

/* Queues an answer for `gateway` that may leave when `needs_seq` is durable. `parts` are the bytes
 * behind the head. */
void outbox_put(struct outbox *o, unsigned gateway, uint64_t needs_seq, const struct door_answer *a,
                struct str field, struct str events, struct str detail, bool http,
                int64_t arrived_us);

/* Sends what may leave now. */
void outbox_release(struct outbox *o, uint64_t durable_seq);

/* Tells HTTP askers that have waited for `limit_us` that the outcome is not known yet; their
 * answers still follow. */
void outbox_tell_unknown(struct outbox *o, int64_t now_us, int64_t limit_us);

#endif
