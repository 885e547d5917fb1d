#include "bench/lines.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_MAX_BYTES 4096

struct lines {
    struct event_base *base;
    struct event *event;
    lines_fn *on_line;
    void *arg;
    size_t len;
    char bytes[LINE_MAX_BYTES];
};

static struct lines lines;

_Noreturn void lines_die(const char *what, const char *detail)
{
    (void)fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what, detail);
    exit(1);
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
    ssize_t n = read((int)fd, lines.bytes + lines.len, sizeof(lines.bytes) - 1 - lines.len);
    char *end;

    (void)what;
    (void)arg;
    if (n <= 0) {
        event_del(lines.event);
        event_base_loopbreak(lines.base);
        return;
    }
    lines.len += (size_t)n;
    lines.bytes[lines.len] = 0;
    while ((end = strchr(lines.bytes, '\n')) != NULL) {
        size_t used = (size_t)(end + 1 - lines.bytes);

        *end = 0;
        lines.on_line(lines.arg, lines.bytes);
        lines.len -= used;
        memmove(lines.bytes, lines.bytes + used, lines.len + 1);
    }
}

void lines_watch(struct event_base *base, lines_fn *on_line, void *arg)
{
    lines.base = base;
    lines.on_line = on_line;
    lines.arg = arg;
    lines.event = event_new(base, STDIN_FILENO, EV_READ | EV_PERSIST, on_readable, NULL);
    if (lines.event == NULL || event_add(lines.event, NULL) != 0) {
        lines_die("cannot read stdin", strerror(errno));
    }
}
