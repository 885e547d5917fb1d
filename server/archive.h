/* The archive thread: reads of history from the log on a database connection of its own, which may
 * only read. It keeps no world: who may read what, where incidents lie, and which rows tell of
 * them, it hears from the view (archive_note), so that it never knows of a row before screens do.
 * Owns its thread; borrows the queues until archive_stop. */
#ifndef SERVER_ARCHIVE_H
#define SERVER_ARCHIVE_H

#include "base/conf.h"
#include "base/fault.h"
#include "dispatch/core/world.h"
#include "ws/door.h"

struct archive;

struct archive_setup {
    const struct conf *conf;
    const struct world
        *world; /* the view's, as it stands before view_start: read by archive_start only */
    unsigned gateways;
    struct door_way from_gateway[8]; /* DOOR_READ; all with the archive's own wake_fd */
    struct door_way to_gateway[8];   /* DOOR_READ_DONE */
    struct door_way notes;           /* struct archive_note from the view; the same wake_fd */
    struct door_way from_core;       /* struct past_record; the same wake_fd; queue NULL: none */
    struct door_way to_core;         /* struct past_record */
};

/* Starts the thread; the database need not answer yet. Fails: ERR_NO_MEMORY, ERR_IO. */
MUST_USE enum err archive_start(const struct archive_setup *setup, struct archive **out,
                                struct fault *f);
void archive_stop(struct archive *a);

/* What the view tells of a row. Behind the head: struct archive_thing[things], struct
 * archive_user[users]. */
struct archive_note {
    uint64_t seq;
    uint8_t hash8[8];
    uint64_t epoch;
    uint32_t things;
    uint32_t users;
};

/* An incident or report that the row names, and the zone bits it can be seen in. */
struct archive_thing {
    uint32_t id;
    uint32_t is_report;
    uint64_t mask;
};

/* A user's rights from this row on. */
struct archive_user {
    char name[32]; /* NUL-terminated */
    struct door_rights rights;
};

#endif
