/* Eventfds between threads. */
#ifndef SERVER_WAKE_H
#define SERVER_WAKE_H

#include <stdint.h>
#include <unistd.h>

static inline void wake_up(int fd)
{
    uint64_t one = 1;
    ssize_t n = write(fd, &one, sizeof(one));
    (void)n; /* full means it is awake already */
}

static inline void wake_clear(int fd)
{
    uint64_t count;
    ssize_t n = read(fd, &count, sizeof(count));
    (void)n;
}

#endif
