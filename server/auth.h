/* The auth thread: credentials, sessions and protected values, on a database connection of its own
 * under role tocsin_auth. Whoever fails to sign in is slowed down, for each user and address by
 * itself; an address that signed in before is never locked out and does not stand in one queue with
 * those that did not. Checked tokens are remembered for a short while, so that a request costs no
 * statement. Owns its thread; borrows the queues until auth_stop. */
#ifndef SERVER_AUTH_H
#define SERVER_AUTH_H

#include "base/conf.h"
#include "base/fault.h"
#include "ws/door.h"

struct auth;
struct world;

struct auth_setup {
    const struct conf *conf;
    unsigned gateways;
    struct door_way from_gateway[8]; /* DOOR_AUTH; all with the auth thread's own wake_fd */
    struct door_way to_gateway[8];   /* DOOR_AUTH_DONE, DOOR_SESSION_ENDED */
    _Atomic uint32_t *ended;         /* door.ended of every gateway */
    struct door_way to_core;         /* internal commands (server/internal.h) */
    struct queue *from_view;         /* struct caller_note; NULL: nothing is kept at hand */
    const struct world *world;       /* read in auth_start only: whom it holds for signed in */
};

/* Starts the thread; the database need not answer yet. Fails: ERR_NO_MEMORY, ERR_IO. */
MUST_USE enum err auth_start(const struct auth_setup *setup, struct auth **out, struct fault *f);
void auth_stop(struct auth *a);

/* Protected values in memory for the time when the database is down. From any thread. */
uint32_t auth_at_hand(const struct auth *a);

#endif
