/* What the files of the archive thread share; nobody else includes this. */
#ifndef SERVER_ARCHIVE_INSIDE_H
#define SERVER_ARCHIVE_INSIDE_H

#include "base/arena.h"
#include "server/archive.h"
#include "server/archive_index.h"
#include "server/past.h"
#include "server/view_reply.h"
#include "sql/log_reader.h"

#include <pthread.h>

#define ARCHIVE_ROWS_MAX 1000 /* of one incident */

struct archive {
    struct archive_setup setup;
    struct archive_index *index;
    struct replies *replies;
    struct pg *pg;
    struct arena arena;
    struct str world;
    int64_t waiting_since[REPLY_GATEWAYS_MAX]; /* the first read of a gateway waits for its row; 0:
                                                  it does not */
    int64_t past_since;                        /* the same of a command for the past */
    pthread_t thread;
    _Atomic bool stopping;
};

/* archive.c: rows that name an incident, at most ARCHIVE_ROWS_MAX, ascending; and rows after..to
 * through `fn`. */
uint32_t archive_rows(struct archive *a, uint32_t incident, uint64_t *seqs, bool *whole,
                      struct fault *f, enum err *err);
MUST_USE enum err archive_read(struct archive *a, uint64_t after, uint64_t to, log_row_fn *fn,
                               void *arg, struct fault *f);

/* The database connection, made if there is none. */
MUST_USE enum err archive_open(struct archive *a, struct fault *f);

/* archive_places.c: appends {places:[…]} of a query q, near, limit. */
MUST_USE enum err archive_places(struct archive *a, struct str query, struct buf *out,
                                 struct fault *f);

/* archive_past.c: a closed incident as its rows have it. PAST_NONE: they are not at hand from the
 * beginning, or it is not closed; PAST_LATER: the database does not answer. */
enum past archive_past(struct archive *a, incident_id id, struct incident *out);

/* PAST_TAKEN: the log has an incident with this number of paper. PAST_LATER as above. */
enum past archive_number(struct archive *a, struct number n);

#endif
