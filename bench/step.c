#include "bench/step.h"

#include "bench/clock.h"

#include <stdio.h>

#define TICK_US 1000
#define LEAD_US 50000

bool step_read(const char *line, struct step *out)
{
    *out = (struct step){ 0 };
    return sscanf(line, "step %u %u %lf %u", &out->first, &out->count, &out->rate,
                  &out->batch_ms) == 4 &&
           out->rate > 0;
}

void step_begin(struct step *s)
{
    s->began_us = clock_us() + LEAD_US;
    s->sent = 0;
}

int64_t step_due_us(const struct step *s, uint32_t index)
{
    return s->began_us + (int64_t)((double)index * 1e6 / s->rate);
}

static uint32_t events_until(const struct step *s, int64_t at_us)
{
    double count = at_us < s->began_us ? 0 : (double)(at_us - s->began_us) * s->rate / 1e6 + 1;

    return count > s->count ? s->count : (uint32_t)count;
}

uint32_t step_due(const struct step *s, int64_t now_us)
{
    int64_t at = now_us;
    uint32_t until;

    if (s->batch_ms != 0 && now_us > s->began_us) {
        int64_t batch = (int64_t)s->batch_ms * 1000;

        /* The last batch is sent when its time is over, like the others. */
        at = s->began_us + (now_us - s->began_us) / batch * batch - 1;
    }
    until = events_until(s, at);
    return until > s->sent ? until - s->sent : 0;
}

int64_t step_next_us(const struct step *s, int64_t now_us)
{
    int64_t next = step_due_us(s, s->sent);

    if (s->batch_ms != 0 && next >= s->began_us) {
        int64_t batch = (int64_t)s->batch_ms * 1000;

        next = s->began_us + ((next - s->began_us) / batch + 1) * batch;
    }
    return next > now_us + TICK_US ? next : now_us + TICK_US;
}

void step_print(const struct step *s, int64_t cpu_us)
{
    printf("{\"sent\":%u,\"elapsed_us\":%lld,\"cpu_us\":%lld}\n", s->sent,
           (long long)(clock_us() - s->began_us), (long long)cpu_us);
    (void)fflush(stdout);
}
