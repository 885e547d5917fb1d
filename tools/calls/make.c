/* A day or many: incidents by a Poisson process whose rate follows the hour and the day. */
#include "tools/calls/calls.h"

#include "dispatch/codec/json_in.h"
#include "tools/sim/town.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MS_PER_HOUR 3600000ull
#define ARENA_MAX ((size_t)4 << 30)

static const struct json_limits city_limits = { .bytes_max = (size_t)1 << 28,
                                                .depth_max = 16,
                                                .values_max = 8000000 };

static enum err read_city(struct making *m)
{
    char path[PATH_MAX];
    struct json_doc *doc;
    struct str text;

    (void)snprintf(path, sizeof(path), "%s/city.json", m->opts->city);
    if (town_read(&m->arena, path, &text, m->fault) != OK ||
        json_in_parse(text, city_limits, &doc, m->fault) != OK) {
        return m->fault->err;
    }
    enum err err = json_in_struct(&city_shape, doc, STR("w"), &m->arena, &m->city, m->fault);

    json_doc_free(doc);
    if (err == OK && m->city.zones.count == 0) {
        err = fault_set(m->fault, ERR_INVALID, "a city without zones", path, NULL);
    }
    return err;
}

static enum err read_extract(struct making *m)
{
    char path[PATH_MAX];

    (void)snprintf(path, sizeof(path), "%s/city.osm.pbf", m->opts->city);
    if (extract_read(&m->extract, path, m->fault) != OK) {
        return m->fault->err;
    }
    spots_find(&m->spots, &m->extract, &m->city, &m->arena, m->opts->seed,
               m->demand.hotspots_percent);
    return m->spots.kinds[SPOT_STREET].count > 0
               ? OK
               : fault_set(m->fault, ERR_INVALID, "an extract without named streets", path, NULL);
}

/* One kind of event: instants at the greatest rate, of which as many stay as the hour has. */
struct process {
    uint64_t per_day;  /* at an even rate */
    uint32_t greatest; /* of the hours' rates, of 10,000 × percent of the day */
};

static uint32_t rate_at(const struct making *m, uint64_t at_ms)
{
    uint64_t hour = at_ms / MS_PER_HOUR + m->opts->from_hour;
    uint64_t day = (m->opts->weekday - 1 + hour / 24) % 7;

    return m->demand.hours[hour % 24] * m->demand.days[day];
}

static void run(struct making *m, uint64_t per_day, bool incidents)
{
    uint64_t span = m->opts->hours * MS_PER_HOUR;
    uint32_t greatest = 1;

    for (uint32_t h = 0; h < HOURS; h++) {
        for (uint32_t d = 0; d < 7; d++) {
            uint32_t r = m->demand.hours[h] * m->demand.days[d];

            greatest = r > greatest ? r : greatest;
        }
    }
    /* per_day × greatest / (10,000 × 100) an hour, at most. */
    uint64_t mean_ms = MS_PER_HOUR * 1000000 / (per_day > 0 ? per_day : 1) / greatest;

    for (uint64_t at = prng_exponential(&m->prng, mean_ms); at < span && per_day > 0;
         at += prng_exponential(&m->prng, mean_ms)) {
        if (prng_below(&m->prng, greatest) >= rate_at(m, at)) {
            continue;
        }
        if (incidents) {
            uint32_t hour = (uint32_t)((at / MS_PER_HOUR + m->opts->from_hour) % 24);

            calls_incident(m, at, demand_type_at(&m->demand, hour, &m->prng), NULL, 0, 0);
            continue;
        }
        uint64_t k = prng_below(&m->prng, demand_no_incident_percent(&m->demand));
        uint32_t i = 0;

        while (k >= m->demand.no_incident[i].percent) {
            k -= m->demand.no_incident[i++].percent;
        }
        calls_no_incident(m, at, &m->demand.no_incident[i]);
    }
}

/* Those who call last may do so after the end. */
static void cut_end(struct making *m)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < m->count; i++) {
        /* Indices stay: what is cut becomes the last, and nothing repeats a repeat. */
        kept += m->at[i].at_ms < m->opts->hours * MS_PER_HOUR ? 1 : 0;
    }
    if (kept == m->count) {
        return;
    }
    uint32_t *to = calloc(m->count, sizeof(*to));
    uint32_t n = 0;

    must(to != NULL);
    for (uint32_t i = 0; i < m->count; i++) {
        if (m->at[i].at_ms < m->opts->hours * MS_PER_HOUR) {
            to[i] = n;
            m->at[n] = m->at[i];
            m->at[n].of = to[m->at[i].of];
            m->at[n].serial = n;
            n++;
        } else {
            m->counts.duplicates--;
        }
    }
    m->count = n;
    free(to);
}

static enum err make(struct making *m)
{
    const struct calls_opts *o = m->opts;

    if (demand_read(&m->demand, o->seeds, m->fault) != OK || read_city(m) != OK ||
        read_extract(m) != OK) {
        return m->fault->err;
    }
    uint64_t no = demand_no_incident_percent(&m->demand);
    uint64_t incidents = o->per_day * (100 - no) / (100 + demand_more_percent(&m->demand));

    prng_seed(&m->prng, o->seed);
    run(m, incidents, true);
    run(m, o->per_day * no / 100, false);
    calls_bursts(m, 0, o->hours * MS_PER_HOUR, incidents);
    cut_end(m);
    m->counts.calls = m->count;
    return m->count > 0 ? calls_write(m)
                        : fault_set(m->fault, ERR_INVALID, "not a single call",
                                    "--hours and --per-day are too small", NULL);
}

enum err calls_make(const struct calls_opts *o, struct calls_counts *counts, struct fault *f)
{
    struct making *m = calloc(1, sizeof(*m));

    must(m != NULL);
    m->opts = o;
    m->fault = f;
    arena_init(&m->arena, ARENA_MAX);
    enum err err = make(m);

    *counts = m->counts;
    spots_free(&m->spots);
    extract_free(&m->extract);
    demand_free(&m->demand);
    arena_fini(&m->arena);
    free(m->at);
    free(m);
    return err;
}
