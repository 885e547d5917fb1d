/* A bench program is driven by lines on stdin; at their end it exits. */
#ifndef BENCH_LINES_H
#define BENCH_LINES_H

#include <event2/event.h>

typedef void lines_fn(void *arg, const char *line);

/* Calls `on_line` for each line, without its newline; at the end of stdin the loop is broken. */
void lines_watch(struct event_base *base, lines_fn *on_line, void *arg);

/* "program: what: detail" on stderr, exit status 1. */
_Noreturn void lines_die(const char *what, const char *detail);

#endif
