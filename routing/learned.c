/* What was seen, made into speeds. Slowness, a time in thousandths of the usual one, is reckoned
 * with: it is what adds up along a way. */
#include "base/must.h"
#include "routing/learn.h"

#include <stdlib.h>

#define USUAL 1000u /* slowness */
#define BIN 5u
#define BINS (LEARN_SLOW * USUAL / BIN + 1)
#define FACTOR_MIN 25u
#define FACTOR_MAX 250u

struct sums {
    uint32_t *bins; /* of a class, then an hour, then a slowness */
    uint32_t *row;  /* BINS: some of them together */
    uint32_t city_slow, hour_slow[SPEEDS_HOURS];
    uint32_t slow[SPEEDS_HOURS][ROAD_CLASS_COUNT];
};

/* `median` of `count`, drawn towards `prior` as if that had been seen `weight` times. */
static uint32_t drawn(uint32_t prior, uint32_t weight, uint32_t median, uint64_t count)
{
    return (uint32_t)(((uint64_t)prior * weight + median * count) / (weight + count));
}

static void clear_row(struct sums *s)
{
    for (uint32_t i = 0; i < BINS; i++) {
        s->row[i] = 0;
    }
}

static void add_row(struct sums *s, uint32_t class, uint32_t hour)
{
    const uint32_t *of = &s->bins[((size_t) class * SPEEDS_HOURS + hour) * BINS];

    for (uint32_t i = 0; i < BINS; i++) {
        s->row[i] += of[i];
    }
}

static uint32_t median_of_row(const struct sums *s, uint64_t *count)
{
    uint64_t below = 0;

    *count = 0;
    for (uint32_t i = 0; i < BINS; i++) {
        *count += s->row[i];
    }
    for (uint32_t i = 0; i<BINS && * count> 0; i++) {
        below += s->row[i];
        if (below * 2 >= *count) {
            return i * BIN + BIN / 2;
        }
    }
    return USUAL;
}

static uint32_t percent_of(uint32_t slow)
{
    return (100 * USUAL + slow / 2) / slow;
}

static uint8_t percent_within(uint32_t slow)
{
    uint32_t p = percent_of(slow);

    return (uint8_t)(p < SPEEDS_PERCENT_MIN   ? SPEEDS_PERCENT_MIN
                     : p > SPEEDS_PERCENT_MAX ? SPEEDS_PERCENT_MAX
                                              : p);
}

static void fill_bins(const struct learn *l, struct sums *s)
{
    for (uint64_t i = 0; i < l->seen_count; i++) {
        const struct learn_seen *seen = &l->seen[i];
        uint32_t class = l->network->piece[segment_piece(seen->segment)].class;
        uint32_t bin = seen->slow_permille / BIN;

        s->bins[((size_t) class * SPEEDS_HOURS + seen->hour) * BINS +
                (bin < BINS ? bin : BINS - 1)]++;
    }
}

/* The city, its hours, its classes of road, their hours: each drawn towards what is wider. */
static void learn_classes(struct sums *s, struct learned *out)
{
    uint64_t count;
    uint32_t median;

    clear_row(s);
    for (uint32_t i = 0; i < ROAD_CLASS_COUNT * SPEEDS_HOURS; i++) {
        add_row(s, i / SPEEDS_HOURS, i % SPEEDS_HOURS);
    }
    median = median_of_row(s, &count);
    s->city_slow = drawn(USUAL, LEARN_PRIOR_CLASS, median, count);
    for (uint32_t h = 0; h < SPEEDS_HOURS; h++) {
        clear_row(s);
        for (uint32_t c = 0; c < ROAD_CLASS_COUNT; c++) {
            add_row(s, c, h);
        }
        median = median_of_row(s, &out->hour_seen[h]);
        s->hour_slow[h] = drawn(s->city_slow, LEARN_PRIOR_CLASS, median, out->hour_seen[h]);
        out->hour_percent[h] = percent_of(s->hour_slow[h]);
    }
    for (uint32_t c = 0; c < ROAD_CLASS_COUNT; c++) {
        clear_row(s);
        for (uint32_t h = 0; h < SPEEDS_HOURS; h++) {
            add_row(s, c, h);
        }
        median = median_of_row(s, &out->class_seen[c]);
        out->class_median[c] = out->class_seen[c] > 0 ? percent_of(median) : 0;
        uint32_t class_slow = drawn(s->city_slow, LEARN_PRIOR_CLASS, median, out->class_seen[c]);

        for (uint32_t h = 0; h < SPEEDS_HOURS; h++) {
            uint32_t prior = (uint32_t)((uint64_t)class_slow * s->hour_slow[h] / s->city_slow);

            clear_row(s);
            add_row(s, c, h);
            median = median_of_row(s, &count);
            s->slow[h][c] = drawn(prior, LEARN_PRIOR_CLASS, median, count);
            out->class_percent[h * ROAD_CLASS_COUNT + c] = percent_within(s->slow[h][c]);
        }
    }
}

static int by_place(const void *a, const void *b)
{
    const struct learn_seen *x = a;
    const struct learn_seen *y = b;

    if (x->segment != y->segment) {
        return x->segment < y->segment ? -1 : 1;
    }
    if (x->hour != y->hour) {
        return x->hour < y->hour ? -1 : 1;
    }
    if (x->slow_permille != y->slow_permille) {
        return x->slow_permille < y->slow_permille ? -1 : 1;
    }
    return x->drive < y->drive ? -1 : x->drive > y->drive;
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

static uint32_t drives_in(const struct learn_seen *seen, uint64_t count, uint32_t *room)
{
    uint32_t drives = 1;

    for (uint64_t i = 0; i < count; i++) {
        room[i] = seen[i].drive;
    }
    qsort(room, count, sizeof(*room), by_number);
    for (uint64_t i = 1; i < count; i++) {
        drives += room[i] != room[i - 1] ? 1 : 0;
    }
    return drives;
}

/* How slow a segment is beside its class at the hours it was seen at. */
static uint32_t beside_class(const struct sums *s, uint32_t class, const struct learn_seen *seen,
                             uint64_t count, uint32_t *room)
{
    for (uint64_t i = 0; i < count; i++) {
        room[i] = seen[i].slow_permille * USUAL / s->slow[seen[i].hour][class];
    }
    qsort(room, count, sizeof(*room), by_number);
    uint32_t slow = drawn(USUAL, LEARN_PRIOR, room[count / 2], count);

    return slow < USUAL * 100 / FACTOR_MAX   ? USUAL * 100 / FACTOR_MAX
           : slow > USUAL * 100 / FACTOR_MIN ? USUAL * 100 / FACTOR_MIN
                                             : slow;
}

static struct speeds_cell cell_of(uint32_t segment, uint32_t percent, uint32_t drives)
{
    return (struct speeds_cell){ .segment = segment,
                                 .percent = (uint8_t)percent,
                                 .drives = (uint8_t)(drives < 255 ? drives : 255) };
}

/* The cells of one segment; `seen` by hour. They go to the end of out->cell, their hours to `hour`.
 */
static void learn_segment(const struct learn *l, const struct sums *s,
                          const struct learn_seen *seen, uint64_t count, uint32_t *room,
                          struct learned *out, uint8_t *hour)
{
    uint32_t segment = seen[0].segment;
    uint32_t class = l->network->piece[segment_piece(segment)].class;
    uint32_t drives = drives_in(seen, count, room);
    uint64_t end;

    out->segments_seen++;
    if (drives < LEARN_DRIVES) {
        return;
    }
    uint32_t factor = beside_class(s, class, seen, count, room);

    out->known[out->speeds.known_count++] = cell_of(segment, percent_of(factor), drives);
    for (uint64_t i = 0; i < count; i = end) {
        for (end = i; end < count && seen[end].hour == seen[i].hour; end++) {
        }
        drives = drives_in(&seen[i], end - i, room);
        if (drives >= LEARN_DRIVES) {
            uint32_t h = seen[i].hour;
            uint32_t prior = (uint32_t)((uint64_t)s->slow[h][class] * factor / USUAL);
            uint32_t slow = drawn(prior, LEARN_PRIOR, seen[(i + end) / 2].slow_permille, end - i);
            uint32_t at = out->first_cell[SPEEDS_HOURS]++;

            out->cell[at] = cell_of(segment, percent_within(slow), drives);
            hour[at] = (uint8_t)h;
        }
    }
}

/* Brings the cells into the order of their hours. False: no memory. */
static bool sort_cells(struct learned *out, const uint8_t *hour)
{
    uint32_t count = out->first_cell[SPEEDS_HOURS];
    struct speeds_cell *sorted = malloc(((size_t)count + 1) * sizeof(*sorted));
    uint32_t next[SPEEDS_HOURS];

    if (sorted == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        out->first_cell[hour[i]]++;
    }
    uint32_t first = 0;

    for (uint32_t h = 0; h < SPEEDS_HOURS; h++) {
        uint32_t of_hour = out->first_cell[h];

        out->first_cell[h] = first;
        next[h] = first;
        first += of_hour;
    }
    for (uint32_t i = 0; i < count; i++) {
        sorted[next[hour[i]]++] = out->cell[i];
    }
    free(out->cell);
    out->cell = sorted;
    return true;
}

static bool learn_segments(struct learn *l, const struct sums *s, struct learned *out)
{
    uint64_t count = l->seen_count;
    uint32_t *room = malloc((count + 1) * sizeof(*room));
    uint8_t *hour = malloc(count + 1);
    bool ok = room != NULL && hour != NULL;
    uint64_t end;

    if (count > 0) {
        qsort(l->seen, count, sizeof(*l->seen), by_place);
    }
    for (uint64_t i = 0; ok && i < count; i = end) {
        for (end = i; end < count && l->seen[end].segment == l->seen[i].segment; end++) {
        }
        learn_segment(l, s, &l->seen[i], end - i, room, out, hour);
    }
    ok = ok && sort_cells(out, hour);
    free(room);
    free(hour);
    return ok;
}

enum err learn_finish(struct learn *l, struct learned *out, struct fault *f)
{
    struct sums s = { 0 };

    *out = (struct learned){ 0 };
    s.bins = calloc((size_t)ROAD_CLASS_COUNT * SPEEDS_HOURS * BINS, sizeof(*s.bins));
    s.row = malloc(BINS * sizeof(*s.row));
    out->known = malloc((l->seen_count / LEARN_DRIVES + 1) * sizeof(*out->known));
    out->cell = malloc((l->seen_count / LEARN_DRIVES + 1) * sizeof(*out->cell));
    bool ok = s.bins != NULL && s.row != NULL && out->known != NULL && out->cell != NULL;

    if (ok) {
        fill_bins(l, &s);
        learn_classes(&s, out);
        ok = learn_segments(l, &s, out);
    }
    free(s.bins);
    free(s.row);
    if (!ok) {
        learned_free(out);
        return fault_set(f, ERR_NO_MEMORY, "no memory for learning speeds", NULL, NULL);
    }
    for (size_t i = 0; i < sizeof(out->speeds.network); i++) {
        out->speeds.network[i] = l->network->digest[i];
    }
    out->speeds.drives = l->counts.drives;
    out->speeds.seen = l->counts.seen;
    out->speeds.class_percent = out->class_percent;
    out->speeds.known = out->known;
    out->speeds.first_cell = out->first_cell;
    out->speeds.cell = out->cell;
    return OK;
}

void learned_free(struct learned *out)
{
    free(out->known);
    free(out->cell);
    *out = (struct learned){ 0 };
}
