/* All units put in anew at once: a climb for several neighbours at a time, then one sort of all
 * entries, so that each bucket is only appended to. */
#include "routing/nearest_inside.h"

#include <stdlib.h>
#include <string.h>

#define DIGIT_BITS 11
#define DIGITS (1 << DIGIT_BITS)

/* Sorts `loose` by one digit of the time; what is equal stays in order. */
static void sort_by_digit(struct nearest *n, uint32_t count, uint32_t shift)
{
    uint32_t first[DIGITS + 1] = { 0 };
    struct nearest_loose *sorted = n->sorted;

    for (uint32_t i = 0; i < count; i++) {
        first[((n->loose[i].ms >> shift) & (DIGITS - 1)) + 1]++;
    }
    for (uint32_t d = 0; d < DIGITS; d++) {
        first[d + 1] += first[d];
    }
    for (uint32_t i = 0; i < count; i++) {
        sorted[first[(n->loose[i].ms >> shift) & (DIGITS - 1)]++] = n->loose[i];
    }
    n->sorted = n->loose;
    n->loose = sorted;
}

static bool make_loose_room(struct nearest *n, uint32_t count)
{
    if (count <= n->loose_room) {
        return true;
    }
    uint32_t room = count + count / 2;
    struct nearest_loose *loose = realloc(n->loose, room * sizeof(*loose));

    n->loose = loose != NULL ? loose : n->loose;
    struct nearest_loose *sorted = realloc(n->sorted, room * sizeof(*sorted));

    n->sorted = sorted != NULL ? sorted : n->sorted;
    n->loose_room = loose != NULL && sorted != NULL ? room : n->loose_room;
    return loose != NULL && sorted != NULL;
}

static int rising(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

uint64_t nearest_place_(const struct nearest *n, uint32_t unit)
{
    return (uint64_t)n->unit[unit].seeds[0].node << 32 | unit;
}

void nearest_sort_places_(uint64_t *by_place, uint32_t count)
{
    qsort(by_place, count, sizeof(*by_place), rising);
}

uint32_t nearest_abreast_(struct nearest *n, const uint64_t *by_place, uint32_t count)
{
    uint32_t lanes = 0;

    while (lanes < count) {
        const struct nearest_unit *u = &n->unit[(uint32_t)by_place[lanes]];

        if (!abreast_add(&n->abreast, u->seeds, u->seed_count)) {
            break;
        }
        lanes++;
    }
    return lanes;
}

/* The units the index holds, neighbours after each other: their ways up share most of their arcs,
 * which then are at hand. Returns how many. */
static uint32_t list_by_place(struct nearest *n)
{
    uint32_t count = 0;

    for (uint32_t u = 0; u < n->unit_max; u++) {
        if (n->unit[u].seed_count > 0) {
            n->by_place[count++] = nearest_place_(n, u);
        }
    }
    nearest_sort_places_(n->by_place, count);
    return count;
}

/* Where the search in `lane` came by, into the spots of its unit and, loose, for the buckets. */
static bool loosen_one(struct nearest *n, const struct abreast *a, uint32_t lane, uint32_t unit,
                       uint32_t *count)
{
    struct nearest_unit *u = &n->unit[unit];

    if (!nearest_spots_(u, a->count) || !make_loose_room(n, *count + a->count)) {
        return false;
    }
    u->spot_count = 0;
    for (uint32_t i = 0; i < a->count; i++) {
        uint32_t ms = (uint32_t)a->row[i].ms[lane];

        if (ms < ETA_INF_MS) {
            u->spot[u->spot_count++] = (struct bucket_spot){ .node = a->node[i], .ms = ms };
            n->loose[(*count)++] =
                (struct nearest_loose){ .ms = ms, .unit = unit, .node = a->node[i] };
        }
    }
    return true;
}

/* All entries of all units, loose. False: no memory. */
static bool loosen(struct nearest *n, uint32_t *count)
{
    uint32_t units = list_by_place(n);
    bool ok = true;

    for (uint32_t i = 0, lanes; i < units && ok; i += lanes) {
        lanes = nearest_abreast_(n, &n->by_place[i], units - i);
        ok = abreast_climb(&n->abreast, n->times);
        for (uint32_t lane = 0; lane < lanes && ok; lane++) {
            ok = loosen_one(n, &n->abreast, lane, (uint32_t)n->by_place[i + lane], count);
        }
    }
    return ok;
}

/* But for the lowest bits of long times; who appends puts that right. */
static void sort_by_time(struct nearest *n, uint32_t count)
{
    uint32_t highest_ms = 0;
    uint32_t bits = 0;

    for (uint32_t i = 0; i < count; i++) {
        highest_ms = n->loose[i].ms > highest_ms ? n->loose[i].ms : highest_ms;
    }
    while (bits < 32 && highest_ms >> bits > 0) {
        bits++;
    }
    uint32_t shift = bits > 2 * DIGIT_BITS ? bits - 2 * DIGIT_BITS : 0;

    for (; shift < bits; shift += DIGIT_BITS) {
        sort_by_digit(n, count, shift);
    }
}

/* At the end of a bucket, or a little before: those of almost equal time are still in no order. */
static bool append(struct bucket *b, struct bucket_entry e)
{
    if (!bucket_room_(b)) {
        return false;
    }
    uint32_t at = b->count++;

    for (; at > 0 && bucket_earlier_(e, b->entry[at - 1]); at--) {
        b->entry[at] = b->entry[at - 1];
    }
    b->entry[at] = e;
    return true;
}

/* Before their spots are forgotten: all buckets that units stand in. */
static void empty_buckets(struct nearest *n)
{
    for (uint32_t u = 0; u < n->unit_max; u++) {
        for (uint32_t i = 0; i < n->unit[u].spot_count; i++) {
            n->bucket[n->unit[u].spot[i].node].count = 0;
        }
    }
}

static bool refill(struct nearest *n)
{
    uint32_t count = 0;
    bool ok = loosen(n, &count);

    if (ok) {
        sort_by_time(n, count);
    }
    for (uint32_t i = 0; i < count && ok; i++) {
        struct nearest_loose l = n->loose[i];

        ok = append(&n->bucket[l.node], (struct bucket_entry){ .ms = l.ms, .unit = l.unit });
    }
    return ok;
}

enum err nearest_refill(struct nearest *n, struct fault *f)
{
    empty_buckets(n);
    if (refill(n)) {
        return OK;
    }
    for (uint32_t v = 0; v < n->times->h->node_count; v++) {
        n->bucket[v].count = 0;
    }
    for (uint32_t u = 0; u < n->unit_max; u++) {
        n->unit[u].spot_count = 0;
        n->unit[u].seed_count = 0;
    }
    return nearest_no_room_(f);
}
