/* Shared by base.c (the database) and base_link.c (connections to it). */
#ifndef TESTS_SIM_BASE_INSIDE_H
#define TESTS_SIM_BASE_INSIDE_H

#include "tests/sim/sim.h"

#include "dispatch/codec/event_row.h"
#include "sql/link.h"
#include "sql/log_writer.h"
#include "sql/queries.h"

#define ROWS_MAX 65536
#define FIELDS_MAX 12
#define FIELD_SIZE 128
extern const char base_append[]; /* the name of the prepared statement */

/* libpq's result: at most one row. */
struct pg_result {
    ExecStatusType status;
    int rows;
    char changed[24];
    char fields[FIELDS_MAX][FIELD_SIZE];
    int sizes[FIELDS_MAX];
    int count;
};

struct statement {
    struct statement *next;
    const char *sql; /* base_append: the prepared one */
    struct params params;
    link_result_fn *cb;
    int64_t sent_us, run_us, answer_us;
    bool run, refuse;
    struct pg_result result;
};

/* A server process of the database: it outlives its connection as long as it has work. */
struct backend {
    struct backend *next;
    uint64_t id;
    bool ended;
    struct statement *first, *last;
};

struct link {
    struct link *next;
    struct node *node;
    struct link_opts o;
    struct backend *backend;
    bool up, closed;
    int64_t connect_us; /* the next try */
    int64_t retry_us;
    int64_t parted_us; /* unreachable until then */
    const char *dropping;
};

struct base {
    struct log_row *rows;
    struct buf *bytes; /* of each row */
    uint64_t seq, epoch;
    struct sha256 hash;
    char holder[LOG_HOLDER_SIZE];
    int64_t seen_us;
    uint64_t holder_backend;
    uint64_t backend_next;
    struct backend *backends;
    struct link *links;
    struct sim_base_counts counts;
};

extern struct base base;

/* Carries out what a backend has to do by now. */
void backend_run(struct backend *b);

#endif
