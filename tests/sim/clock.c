/* Time, chance and threads. The linker leads the server's calls here (--wrap); calls of libraries
 * among themselves stay what they are. */
#include "tests/sim/sim.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/timex.h>
#include <time.h>
#include <ucontext.h>

#define WALL_US INT64_C(1767312000000000) /* 2026-01-02T00:00:00Z */
#define UPTIME_US (1000 * US_PER_S)
#define STACK_BYTES ((size_t)4 << 20)

int64_t sim_wall_us(void)
{
    return WALL_US + sim.now_us;
}

int __wrap_clock_gettime(clockid_t id, struct timespec *t);
int __wrap_clock_gettime(clockid_t id, struct timespec *t)
{
    int64_t us = id == CLOCK_REALTIME ? sim_wall_us() : UPTIME_US + sim.now_us;

    t->tv_sec = (time_t)(us / US_PER_S);
    t->tv_nsec = (long)(us % US_PER_S) * 1000;
    return 0;
}

int __wrap_adjtimex(struct timex *t);
int __wrap_adjtimex(struct timex *t)
{
    t->status = 0;
    return TIME_OK;
}

void __wrap_randombytes_buf(void *bytes, size_t size);
void __wrap_randombytes_buf(void *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        ((uint8_t *)bytes)[i] = (uint8_t)prng_next(&sim.secret);
    }
}

/* ---- threads: each is a coroutine that runs until it would wait ---- */

struct coroutine {
    ucontext_t own, caller;
    void *(*run)(void *);
    void *arg;
    void *stack;
    bool over;
};

static struct coroutine *caught;
static struct coroutine *current;

struct coroutine *coroutine_catch(void)
{
    caught = calloc(1, sizeof(*caught));
    must(caught != NULL);
    return caught;
}

static void enter(void)
{
    struct coroutine *c = current;

    (void)c->run(c->arg);
    c->over = true;
}

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*run)(void *),
                          void *arg);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*run)(void *),
                          void *arg)
{
    struct coroutine *c = caught;

    (void)attr;
    must(c != NULL);
    caught = NULL;
    *thread = pthread_self();
    c->run = run;
    c->arg = arg;
    c->stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    must(c->stack != MAP_FAILED);
    must(getcontext(&c->own) == 0);
    c->own.uc_stack.ss_sp = c->stack;
    c->own.uc_stack.ss_size = STACK_BYTES;
    c->own.uc_link = &c->caller;
    makecontext(&c->own, enter, 0);
    return 0;
}

int __wrap_pthread_setname_np(pthread_t thread, const char *name);
int __wrap_pthread_setname_np(pthread_t thread, const char *name)
{
    (void)thread;
    (void)name;
    return 0;
}

void coroutine_run(struct coroutine *c)
{
    must(!c->over && current == NULL);
    current = c;
    must(swapcontext(&c->caller, &c->own) == 0);
    current = NULL;
}

/* A thread that waits. */
int __wrap_poll(struct pollfd *fds, nfds_t count, int ms);
int __wrap_poll(struct pollfd *fds, nfds_t count, int ms)
{
    struct coroutine *c = current;

    (void)fds;
    (void)count;
    (void)ms;
    must(c != NULL);
    must(swapcontext(&c->own, &c->caller) == 0);
    return 0;
}
