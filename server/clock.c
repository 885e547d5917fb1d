#include "server/clock.h"

#include "base/log.h"
#include "base/units.h"

#include <sys/timex.h>
#include <time.h>

#define STEP_US US_PER_S
#define SLEW_DIVISOR 100

static int64_t read_us(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * US_PER_S + t.tv_nsec / 1000;
}

int64_t monotonic_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}

void server_clock_start(struct server_clock *c, int64_t rate, int64_t not_before)
{
    int64_t real = read_us(CLOCK_REALTIME);
    *c = (struct server_clock){ .rate = rate, .boot_us = read_us(CLOCK_BOOTTIME) };
    c->base_us = rate > 1 && not_before > real ? not_before : real;
}

int64_t server_clock_now(const struct server_clock *c)
{
    return c->base_us + (read_us(CLOCK_BOOTTIME) - c->boot_us) * c->rate;
}

void server_clock_discipline(struct server_clock *c)
{
    if (c->rate != 1) {
        return;
    }
    int64_t boot = read_us(CLOCK_BOOTTIME);
    int64_t ours = c->base_us + (boot - c->boot_us);
    int64_t off = read_us(CLOCK_REALTIME) - ours;
    int64_t most = (boot - c->boot_us) / SLEW_DIVISOR;
    int64_t by = off > most ? most : off < -most ? -most : off;
    bool far = off > STEP_US || off < -STEP_US;
    if (far && c->stepped_us == 0) {
        log_warn("clock", "the system's clock stepped away; following by at most 1 %",
                 "off_us=%lld", (long long)off);
    }
    c->stepped_us = far ? off : 0;
    c->base_us = ours + by;
    c->boot_us = boot;
}

bool server_clock_synchronised(void)
{
    struct timex t = { .modes = 0 };
    int state = adjtimex(&t);
    return state >= 0 && state != TIME_ERROR && (t.status & STA_UNSYNC) == 0;
}

int64_t server_clock_wait_us(const struct server_clock *c, int64_t until)
{
    int64_t left = until - server_clock_now(c);
    return left <= 0 ? 0 : left / c->rate + 1;
}
