/* What coverage takes from the record: where incidents have been, and how many calls come in as
 * long as a unit is away. */
#include "server/cover_inside.h"

#include "base/log.h"
#include "dispatch/plan/price.h"
#include "server/wake.h"
#include "sql/calls.h"
#include "sql/pg.h"
#include "sql/weights.h"

#include <stdlib.h>

#define PAST_DAYS 30

/* What could not be read is tried again after this part of the time between two readings. */
#define AGAIN_PARTS 12

/* Less than this says nothing about how busy a city is. Source: ours. */
#define CALLS_SPAN_MS UINT64_C(86400000)
#define CALLS_TRIPS 50

/* Orders that nobody ended for days would make every unit away for days. */
#define CALLS_AWAY_MS UINT64_C(14400000)

/* ---- the reader: its own thread, so that nothing that coverage is told waits for the database
 * ---- */

static void on_past(void *arg, struct point at, uint32_t count)
{
    struct cover_past *p = arg;
    struct cover_incident *in = cover_more(p->incidents, &p->room, p->count + 1, sizeof(*in));

    if (in == NULL) {
        p->short_of_memory = true;
        return;
    }
    p->incidents = in;
    in[p->count++] = (struct cover_incident){ .at = at, .count = count };
}

/* Of the tiers, 15 bits each, the top bit set: a reader gets all of them or none. */
#define CALLS_BITS 15
#define CALLS_MOST ((UINT64_C(1) << CALLS_BITS) - 1)
#define CALLS_KNOWN (UINT64_C(1) << 63)

static uint64_t pack_calls(const struct calls_past *p)
{
    uint64_t packed = CALLS_KNOWN;

    for (uint32_t tier = 1; tier <= 4; tier++) {
        uint64_t calls = (p->of_tier[tier] << PRICE_CALLS_SHIFT) * p->away_ms / p->span_ms;

        packed |= (calls < CALLS_MOST ? calls : CALLS_MOST) << ((tier - 1) * CALLS_BITS);
    }
    return packed;
}

static enum err read_calls(struct cover_past *p, struct pg *pg, struct fault *f)
{
    struct calls_past past;
    enum err err = calls_read(pg, PAST_DAYS, &past, f);

    if (err != OK) {
        return err;
    }
    bool known = past.span_ms >= CALLS_SPAN_MS && past.trips >= CALLS_TRIPS;

    past.away_ms = past.away_ms < CALLS_AWAY_MS ? past.away_ms : CALLS_AWAY_MS;
    p->calls = known ? pack_calls(&past) : 0;
    return OK;
}

static enum err read_incidents(struct cover_past *p, struct pg *pg, struct fault *f)
{
    enum err err = weights_read(pg, PAST_DAYS, on_past, p, &p->until, f);

    return err == OK && p->short_of_memory ? fault_set(f, ERR_NO_MEMORY, "no memory", NULL, NULL)
                                           : err;
}

static void warn(const char *what, const struct fault *f)
{
    log_warn("coverage", what, "error=\"%s\"", f->primary);
}

/* Each of the two in a transaction of its own: what one finds does not hang on the other. */
static void *read_past(void *arg)
{
    struct cover *c = arg;
    struct cover_past *p = &c->past;
    struct pg *pg = NULL;
    struct fault f = { .err = OK };
    const struct pg_opts opts = { .conninfo = c->setup.conf->database,
                                  .world = c->setup.conf->world,
                                  .role = "tocsin_auditor",
                                  .application = "tocsind coverage" };

    pthread_setname_np(pthread_self(), "coverage past");
    p->calls_read = p->incidents_read = false;
    if (pg_open(&opts, &pg, &f) != OK) {
        warn("the past cannot be read; the next try is in some minutes", &f);
    } else {
        p->calls_read = read_calls(p, pg, &f) == OK;
        if (!p->calls_read) {
            warn("calls of the past cannot be counted; the next try is in some minutes", &f);
        }
        p->incidents_read = !atomic_load(&c->stopping) && read_incidents(p, pg, &f) == OK;
        if (!p->incidents_read) {
            warn("incidents of the past cannot be read; the next try is in some minutes", &f);
        }
    }
    pg_close(pg);
    atomic_store(&p->done, true);
    wake_up(c->setup.from_view.wake_fd);
    return NULL;
}

/* ---- what it found ---- */

bool cover_calls_of(const struct cover *c, uint32_t tiers, uint32_t *out)
{
    uint64_t packed = atomic_load_explicit(&c->calls, memory_order_relaxed);

    *out = 0;
    for (uint32_t tier = 1; tier <= 4; tier++) {
        if ((tiers >> tier & 1) != 0) {
            *out += (uint32_t)(packed >> ((tier - 1) * CALLS_BITS) & CALLS_MOST);
        }
    }
    return packed != 0;
}

/* What was read now takes the place of what was read before, and of what was told and stands in the
 * tables by now. */
static void take_incidents(struct cover *c, const struct cover_past *p)
{
    uint32_t kept = 0;

    for (uint32_t k = 0; k < c->incident_count; k++) {
        if (c->incidents[k].opened_at > p->until) {
            c->incidents[kept++] = c->incidents[k];
        }
    }
    c->incident_count = kept;
    for (uint32_t k = 0; k < p->count; k++) {
        cover_tell_incident(c, &p->incidents[k]);
    }
    c->reweigh = true;
    c->weighed_us = 0; /* at once */
}

static void end(struct cover_past *p)
{
    (void)pthread_join(p->thread, NULL);
    free(p->incidents);
    p->incidents = NULL;
    p->count = p->room = 0;
    p->reading = p->short_of_memory = false;
}

static void take_past(struct cover *c, int64_t now)
{
    struct cover_past *p = &c->past;
    bool all = p->calls_read && p->incidents_read;

    if (p->calls_read) {
        atomic_store_explicit(&c->calls, p->calls, memory_order_relaxed);
    }
    if (p->incidents_read) {
        take_incidents(c, p);
    }
    end(p);
    p->next_us = now + (all ? c->setup.past_every_us : c->setup.past_every_us / AGAIN_PARTS);
}

void cover_past_init(struct cover *c)
{
    c->past.next_us = cover_mono_us() + c->setup.past_first_us;
}

void cover_past_tend(struct cover *c, int64_t now)
{
    struct cover_past *p = &c->past;

    if (p->reading && atomic_load(&p->done)) {
        take_past(c, now);
    }
    if (!p->reading && c->laid && c->setup.past_every_us > 0 && now >= p->next_us) {
        atomic_store(&p->done, false);
        p->reading = pthread_create(&p->thread, NULL, read_past, c) == 0;
        p->next_us = now + c->setup.past_every_us / AGAIN_PARTS; /* should there be no thread */
    }
}

void cover_past_fini(struct cover *c)
{
    if (c->past.reading) {
        end(&c->past);
    }
}
