/* The queues between the threads. */
#ifndef SERVER_WAYS_H
#define SERVER_WAYS_H

#include "base/conf.h"
#include "base/fault.h"
#include "ws/door.h"

/* Every queue and eventfd of the process. Consumers share one eventfd each. */
struct ways {
    unsigned gateways;
    int core_fd, view_fd, auth_fd, archive_fd, cover_fd;
    int gateway_fd[DOOR_GATEWAYS_MAX];
    struct door_way rows;                 /* core → view */
    struct door_way rows_archive;         /* view → archive */
    struct door_way auth_core;            /* auth → core */
    struct queue *view_auth;              /* view → auth; nobody is woken */
    struct door_way view_cover;           /* view → coverage */
    struct door_way cover_view;           /* and back */
    struct door_way core_archive;         /* core → archive: commands for the past */
    struct door_way archive_core;         /* and back */
    _Atomic uint32_t ended;               /* door.ended of all of them */
    struct door doors[DOOR_GATEWAYS_MAX]; /* as each gateway sees them */
};

/* Fails: ERR_NO_MEMORY, ERR_IO. */
MUST_USE enum err ways_open(const struct conf *conf, struct ways *out, struct fault *f);
void ways_close(struct ways *w);

#endif
