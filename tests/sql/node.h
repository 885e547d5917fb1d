/* A small server for tests: a log writer on a loop of its own, and rows made from a counter. */
#ifndef TESTS_SQL_NODE_H
#define TESTS_SQL_NODE_H

#include "sql/log_writer.h"

#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>

#define NODE_ROWS_MAX 64

struct node {
    struct event_base *base;
    struct log_writer *writer;
    struct log_head head; /* as on_held told it; seq and hash then follow what was submitted */
    uint64_t durable;
    int held;
    int lost;
    int resumed;
    int durable_calls;
    bool fenced;
    char reason[128];
};

void node_open(struct node *n, const char *conninfo, const char *world);
void node_close(struct node *n);

/* Turns the loop for `ms` milliseconds, or until *until is not 0. */
void node_run(struct node *n, int ms, const int *until);
bool node_run_held(struct node *n, int ms);

/* Turns until all that was submitted is durable and the writer is ready for more. */
bool node_run_durable(struct node *n, int ms);

/* Submits `count` rows, each with `personal` values (at most 4). */
void node_submit(struct node *n, uint32_t count, uint32_t personal);

#endif
