/* Accepts connections on the core's loop and hands each socket to the gateways in turn. */
#ifndef SERVER_LISTENER_H
#define SERVER_LISTENER_H

#include "base/conf.h"
#include "base/fault.h"
#include "ws/door.h"

struct event_base;
struct listener;

/* `gateways` ways toward them, borrowed. `*port` is the one that was bound (conf->port 0 takes a
 * free one). Fails: ERR_CONFIG for an address that is not loopback without a certificate; ERR_IO
 * when it cannot be bound. */
MUST_USE enum err listener_open(struct event_base *base, const struct conf *conf,
                                const struct door_way *gateways, unsigned count,
                                struct listener **out, uint16_t *port, struct fault *f);
void listener_close(struct listener *l);

#endif
