/* The two halves of the log writer: log_writer.c (batches) and log_lease.c (who may write). */
#ifndef SQL_LOG_WRITER_INTERNAL_H
#define SQL_LOG_WRITER_INTERNAL_H

#include "sql/link.h"
#include "sql/log_writer.h"

enum writer_state {
    WRITER_DOWN,    /* no connection */
    WRITER_READING, /* reading the head */
    WRITER_WAITING, /* another server holds the lease and lives */
    WRITER_ENDING,  /* step 1: ends the last holder's backend */
    WRITER_RAISING, /* step 2: raises the epoch */
    WRITER_TAIL,    /* step 3: compares the end of the log */
    WRITER_HELD,    /* appends */
    WRITER_OVER     /* fenced */
};

struct batch {
    struct params params; /* kept until durable, to be sent again byte for byte */
    bool present;
    uint32_t count;
    uint64_t first_seq;
    uint64_t last_seq;
    struct sha256 last_hash;
};

struct log_writer {
    struct log_writer_opts o;
    struct link *link;
    struct event *timer; /* renewing, waiting, asking again */
    enum writer_state state;
    char world[24];
    char holder[LOG_HOLDER_SIZE]; /* with a random word: tells this process from every other */
    bool ever_held;
    bool superuser;
    uint64_t epoch;
    uint64_t read_epoch;  /* as read at the start of the steps */
    struct log_head head; /* while taking: as read. While held: the durable end */
    bool seen;            /* an append showed life since the last renewal */
    struct params params; /* of small statements */
    struct batch batch;
    void (*on_room)(void *arg, uint64_t rows);
};

/* log_lease.c */
void lease_begin(struct log_writer *w);
void lease_timer(struct log_writer *w);
void lease_renew(struct log_writer *w);

/* log_writer.c */
void writer_fenced(struct log_writer *w, const char *reason);
void writer_held(struct log_writer *w, bool batch_in_log);
void writer_arm(struct log_writer *w, int ms);
void writer_refused(struct log_writer *w, const char *what, const PGresult *r);

#endif
