#include "base/log.h"

#include "base/units.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LINE_SIZE 2048

static _Atomic int least = LOG_INFO;

static const char *const level_words[] = {
    [LOG_DEBUG] = "debug",
    [LOG_INFO] = "info",
    [LOG_WARN] = "warn",
    [LOG_ERROR] = "error",
};

void log_level_set(enum log_level level)
{
    atomic_store_explicit(&least, (int)level, memory_order_relaxed);
}

/* Values may hold what a peer sent: a line end in one must not make a second log line. */
static void flatten(char *from, const char *end)
{
    for (char *c = from; c < end; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7f) {
            *c = ' ';
        }
    }
}

static size_t fitted(int wrote, size_t room)
{
    if (wrote < 0) {
        return 0;
    }
    return (size_t)wrote < room ? (size_t)wrote : room - 1;
}

void log_line(enum log_level level, const char *context, const char *message, const char *fmt, ...)
{
    if ((int)level < atomic_load_explicit(&least, memory_order_relaxed)) {
        return;
    }
    char line[LINE_SIZE];
    char at[INSTANT_TEXT_SIZE];
    struct timespec now;
    va_list ap;

    clock_gettime(CLOCK_REALTIME, &now);
    instant_text((int64_t)now.tv_sec * US_PER_S + now.tv_nsec / 1000, at);

    int wrote = snprintf(line, sizeof line - 1, "at=%s level=%s in=%s msg=\"%s\"", at,
                         level_words[level], context, message);
    size_t len = fitted(wrote, sizeof line - 1);

    if (fmt != NULL && fmt[0] != '\0' && len + 2 < sizeof line - 1) {
        line[len++] = ' ';
        va_start(ap, fmt);
        len += fitted(vsnprintf(line + len, sizeof line - 1 - len, fmt, ap), sizeof line - 1 - len);
        va_end(ap);
    }
    flatten(line, line + len);
    line[len++] = '\n';

    /* One write, so that lines of two threads never mix. A full pipe or closed stderr loses the
     * line, not the server. */
    ssize_t sent = write(STDERR_FILENO, line, len);

    (void)sent;
}
