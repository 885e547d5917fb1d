#include "dispatch/plan/surge.h"

#include "base/must.h"

#define UNIT_BITS 20 /* below the ms of a time, as in plan/joint */
#define FAR INT64_MAX

static struct joint_cost plus(struct joint_cost a, struct joint_cost b)
{
    return (struct joint_cost){ a.late + b.late, a.time + b.time };
}

static struct joint_cost minus(struct joint_cost a, struct joint_cost b)
{
    return (struct joint_cost){ a.late - b.late, a.time - b.time };
}

static bool less(struct joint_cost a, struct joint_cost b)
{
    return a.late < b.late || (a.late == b.late && a.time < b.time);
}

/* ---- memory ---- */

static void *cut(char **at, size_t bytes)
{
    char *p = *at;

    if (p != NULL) {
        *at += (bytes + 15) / 16 * 16;
    }
    return p;
}

static size_t rounded(size_t bytes)
{
    return (bytes + 15) / 16 * 16;
}

size_t surge_size(uint32_t slots_max, uint32_t units_max)
{
    size_t slots = slots_max;
    size_t units = units_max;
    size_t columns = slots + units;

    return rounded(slots * sizeof(struct surge_slot)) + rounded(units * sizeof(uint32_t)) +
           rounded(slots * units * sizeof(struct surge_score)) +
           rounded(slots * SURGE_NEAR_MAX * sizeof(uint16_t)) +
           2 * rounded(slots * sizeof(uint16_t)) + rounded(slots * sizeof(struct joint_cost)) +
           2 * rounded(columns * sizeof(struct joint_cost)) + rounded(columns) +
           rounded(units * sizeof(struct joint_cost)) + 4 * rounded(columns * sizeof(uint16_t));
}

void surge_init(struct surge *s, uint32_t slots_max, uint32_t units_max, void *memory)
{
    char *at = memory;
    size_t columns = (size_t)slots_max + units_max;

    must(units_max <= SURGE_UNITS_MAX && columns < UINT16_MAX);
    *s = (struct surge){ .slots_max = slots_max, .units_max = units_max };
    s->slots = cut(&at, slots_max * sizeof(*s->slots));
    s->units = cut(&at, units_max * sizeof(*s->units));
    s->scores = cut(&at, (size_t)slots_max * units_max * sizeof(*s->scores));
    s->near = cut(&at, (size_t)slots_max * SURGE_NEAR_MAX * sizeof(*s->near));
    s->near_count = cut(&at, slots_max * sizeof(*s->near_count));
    s->held = cut(&at, slots_max * sizeof(*s->held));
    s->rows = cut(&at, slots_max * sizeof(*s->rows));
    s->prices = cut(&at, columns * sizeof(*s->prices));
    s->reach = cut(&at, columns * sizeof(*s->reach));
    s->seen = cut(&at, columns);
    s->losses = cut(&at, units_max * sizeof(*s->losses));
    s->holder = cut(&at, columns * sizeof(*s->holder));
    s->from = cut(&at, columns * sizeof(*s->from));
    s->heap = cut(&at, columns * sizeof(*s->heap));
    s->place = cut(&at, columns * sizeof(*s->place));
    must((size_t)(at - (char *)memory) == surge_size(slots_max, units_max));
}

void surge_begin(struct surge *s, uint32_t slots, uint32_t units)
{
    must(slots <= s->slots_max && units <= s->units_max);
    s->slot_count = slots;
    s->unit_count = units;
}

/* ---- costs ---- */

struct joint_cost surge_cost(const struct surge_slot *slot, struct surge_score score)
{
    int64_t late = (int64_t)score.there_ms + slot->waited_ms - slot->limit_ms;
    bool counts = slot->limit_ms != 0 && late > 0;

    return (struct joint_cost){ .late = counts ? late * joint_weight(slot->tier) : 0,
                                .time = score.score_ms };
}

struct joint_cost surge_nobody(const struct surge_slot *slot)
{
    int64_t late = (int64_t)SURGE_NOBODY_MS + 2 * (int64_t)slot->waited_ms - slot->limit_ms;
    bool counts = slot->limit_ms != 0 && late > 0;

    return (struct joint_cost){ .late = counts ? late * joint_weight(slot->tier) : 0,
                                .time = 2 * (int64_t)SURGE_NOBODY_MS + JOINT_NOBODY_MS };
}

static bool can(const struct surge *s, uint32_t slot, uint32_t unit)
{
    return surge_score_of(s, slot, unit)->there_ms != SURGE_CANNOT;
}

/* Of equal sums it is always the same one that is found. */
static struct joint_cost cost_at(const struct surge *s, uint32_t slot, uint32_t column)
{
    const struct surge_slot *r = &s->slots[slot];
    struct joint_cost c;

    if (column < s->unit_count) {
        c = surge_cost(r, *surge_score_of(s, slot, column));
        c.time = c.time * (INT64_C(1) << UNIT_BITS) + s->units[column];
        return c;
    }
    must(column == s->unit_count + slot);
    c = surge_nobody(r);
    c.time = c.time * (INT64_C(1) << UNIT_BITS) + s->slot_count - slot; /* of slots that are alike
                                                                         * the first are served */
    return c;
}

/* ---- the units each slot looks at ---- */

static void insert_near(struct surge *s, uint32_t slot, uint32_t unit)
{
    uint16_t *near = &s->near[(size_t)slot * SURGE_NEAR_MAX];
    struct joint_cost c = cost_at(s, slot, unit);
    uint32_t at = s->near_count[slot];

    if (at == SURGE_NEAR) {
        if (!less(c, cost_at(s, slot, near[at - 1]))) {
            return;
        }
        at--;
    } else {
        s->near_count[slot]++;
    }
    for (; at > 0 && less(c, cost_at(s, slot, near[at - 1])); at--) {
        near[at] = near[at - 1];
    }
    near[at] = (uint16_t)unit;
}

static void look_near(struct surge *s)
{
    for (uint32_t c = 0; c < s->unit_count; c++) {
        must(s->units[c] >> UNIT_BITS == 0 && (c == 0 || s->units[c] > s->units[c - 1]));
    }
    for (uint32_t r = 0; r < s->slot_count; r++) {
        s->near_count[r] = 0;
        for (uint32_t c = 0; c < s->unit_count; c++) {
            if (can(s, r, c)) {
                must(surge_score_of(s, r, c)->score_ms <= UINT32_C(1) << 31);
                insert_near(s, r, c);
            }
        }
    }
}

/* ---- reached columns, nearest first ---- */

static void heap_put(struct surge *s, uint32_t at, uint16_t column)
{
    s->heap[at] = column;
    s->place[column] = (uint16_t)at;
}

static void heap_up(struct surge *s, uint32_t at)
{
    uint16_t column = s->heap[at];

    while (at > 0 && less(s->reach[column], s->reach[s->heap[(at - 1) / 2]])) {
        heap_put(s, at, s->heap[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
    heap_put(s, at, column);
}

static uint32_t heap_take(struct surge *s)
{
    must(s->heap_count > 0); /* nobody can always be had */
    uint32_t nearest = s->heap[0];
    uint16_t column = s->heap[--s->heap_count];
    uint32_t at = 0;

    for (;;) {
        uint32_t child = 2 * at + 1;

        if (child >= s->heap_count) {
            break;
        }
        if (child + 1 < s->heap_count &&
            less(s->reach[s->heap[child + 1]], s->reach[s->heap[child]])) {
            child++;
        }
        if (!less(s->reach[s->heap[child]], s->reach[column])) {
            break;
        }
        heap_put(s, at, s->heap[child]);
        at = child;
    }
    if (s->heap_count > 0) {
        heap_put(s, at, column);
    }
    return nearest;
}

/* ---- shortest augmenting paths ---- */

static void reach_column(struct surge *s, uint32_t column, struct joint_cost way, uint32_t slot)
{
    if (s->seen[column] == 2 || (s->seen[column] == 1 && !less(way, s->reach[column]))) {
        return;
    }
    s->reach[column] = way;
    s->from[column] = (uint16_t)slot;
    if (s->seen[column] == 0) {
        s->seen[column] = 1;
        s->heap[s->heap_count] = (uint16_t)column;
        heap_up(s, s->heap_count++);
    } else {
        heap_up(s, s->place[column]);
    }
}

/* All that a slot at distance `base` can take. */
static void relax(struct surge *s, uint32_t slot, struct joint_cost base)
{
    const uint16_t *near = &s->near[(size_t)slot * SURGE_NEAR_MAX];
    struct joint_cost left = minus(base, s->rows[slot]);
    uint32_t nobody = s->unit_count + slot;

    for (uint32_t k = 0; k < s->near_count[slot]; k++) {
        reach_column(s, near[k], plus(left, minus(cost_at(s, slot, near[k]), s->prices[near[k]])),
                     slot);
    }
    reach_column(s, nobody, plus(left, minus(cost_at(s, slot, nobody), s->prices[nobody])), slot);
}

static void improve_dual(struct surge *s, uint32_t columns, uint32_t slot, struct joint_cost end)
{
    s->rows[slot] = plus(s->rows[slot], end);
    for (uint32_t c = 0; c < columns; c++) {
        if (s->seen[c] == 2) {
            struct joint_cost d = minus(end, s->reach[c]);

            must(s->holder[c] != 0);
            s->prices[c] = minus(s->prices[c], d);
            s->rows[s->holder[c] - 1] = plus(s->rows[s->holder[c] - 1], d);
        }
    }
}

/* Those on the way move on to the next. */
static void shift(struct surge *s, uint32_t slot, uint32_t end)
{
    for (uint32_t c = end;;) {
        uint32_t r = s->from[c];
        uint32_t before = s->held[r];

        s->holder[c] = (uint16_t)(r + 1);
        s->held[r] = (uint16_t)c;
        if (r == slot) {
            return;
        }
        c = before;
    }
}

static void augment(struct surge *s, uint32_t slot)
{
    uint32_t columns = s->unit_count + s->slot_count;
    struct joint_cost base = { 0, 0 };
    uint32_t at = slot;

    for (uint32_t c = 0; c < columns; c++) {
        s->seen[c] = 0;
    }
    s->heap_count = 0;
    for (;;) {
        relax(s, at, base);
        uint32_t c = heap_take(s);

        base = s->reach[c];
        if (s->holder[c] == 0) {
            improve_dual(s, columns, slot, base);
            shift(s, slot, c);
            return;
        }
        s->seen[c] = 2;
        at = s->holder[c] - 1u;
    }
}

static void assign_all(struct surge *s)
{
    for (uint32_t c = 0; c < s->unit_count + s->slot_count; c++) {
        s->holder[c] = 0;
        s->prices[c] = (struct joint_cost){ 0, 0 };
    }
    for (uint32_t r = 0; r < s->slot_count; r++) {
        s->rows[r] = (struct joint_cost){ 0, 0 };
        s->held[r] = (uint16_t)(s->unit_count + r);
        if (r != s->skipped) {
            augment(s, r);
        }
    }
}

/* ---- what was not looked at ---- */

/* By how much the slot's row is above what one of the units it did not look at would allow; takes
 * in those that are below it, unless it is the last look. `seen` marks whom it looked at. */
static struct joint_cost shortfall(struct surge *s, uint32_t slot, bool last, bool *taken_in)
{
    uint16_t *near = &s->near[(size_t)slot * SURGE_NEAR_MAX];
    struct joint_cost least = s->rows[slot];

    for (uint32_t c = 0; c < s->unit_count; c++) {
        s->seen[c] = 0;
    }
    for (uint32_t k = 0; k < s->near_count[slot]; k++) {
        s->seen[near[k]] = 1;
    }
    for (uint32_t c = 0; c < s->unit_count; c++) {
        if (s->seen[c] != 0 || !can(s, slot, c)) {
            continue;
        }
        struct joint_cost allows = minus(cost_at(s, slot, c), s->prices[c]);

        if (!less(allows, s->rows[slot])) {
            continue;
        }
        least = less(allows, least) ? allows : least;
        if (!last && s->near_count[slot] < SURGE_NEAR_MAX) {
            near[s->near_count[slot]++] = (uint16_t)c;
            *taken_in = true;
        }
    }
    return minus(s->rows[slot], least);
}

/* True when slots have more units to look at, and the search is to be made again. After the last
 * one nobody is taken in: what the search has not weighed has no true price, and losses are ways
 * along prices. */
static bool price_out(struct surge *s, bool last)
{
    bool taken_in = false;

    s->gap = (struct joint_cost){ 0, 0 };
    for (uint32_t r = 0; r < s->slot_count; r++) {
        if (r != s->skipped && s->near_count[r] >= SURGE_NEAR) {
            s->gap = plus(s->gap, shortfall(s, r, last, &taken_in));
        }
    }
    return taken_in;
}

void surge_solve(struct surge *s, uint32_t without)
{
    s->skipped = without;
    s->rounds = 0;
    look_near(s);
    do {
        assign_all(s);
        s->rounds++;
    } while (price_out(s, s->rounds == SURGE_ROUNDS));
    s->sum = (struct joint_cost){ 0, 0 };
    for (uint32_t r = 0; r < s->slot_count; r++) {
        if (r != s->skipped) {
            s->sum = plus(s->sum, cost_at(s, r, s->held[r]));
        }
    }
}

/* The unit numbers below the ms are no time: of a way they leave the difference of two. */
static struct joint_cost in_ms(struct joint_cost c)
{
    int64_t half = INT64_C(1) << (UNIT_BITS - 1);
    int64_t up = c.time + half;

    return (struct joint_cost){ c.late,
                                up >= 0 ? up / (2 * half) : -((2 * half - 1 - up) / (2 * half)) };
}

struct joint_cost surge_held_ms(const struct surge *s, uint32_t slot)
{
    return in_ms(cost_at(s, slot, s->held[slot]));
}

struct joint_cost surge_sum_ms(const struct surge *s)
{
    struct joint_cost sum = { 0, 0 };

    for (uint32_t r = 0; r < s->slot_count; r++) {
        if (r != s->skipped) {
            sum = plus(sum, surge_held_ms(s, r));
        }
    }
    return sum;
}

struct joint_cost surge_gap_ms(const struct surge *s)
{
    return in_ms(s->gap);
}

/* ---- losses ---- */

/* The shortest way of the slot out of its column, by what is known of the others' so far. */
static struct joint_cost way_out(const struct surge *s, uint32_t slot)
{
    const uint16_t *near = &s->near[(size_t)slot * SURGE_NEAR_MAX];
    uint32_t nobody = s->unit_count + slot;
    struct joint_cost best =
        minus(cost_at(s, slot, nobody), plus(s->rows[slot], s->prices[nobody]));

    for (uint32_t k = 0; k < s->near_count[slot]; k++) {
        uint32_t c = near[k];

        if (c == s->held[slot] || s->reach[c].late == FAR) {
            continue;
        }
        struct joint_cost way =
            plus(minus(cost_at(s, slot, c), plus(s->rows[slot], s->prices[c])), s->reach[c]);

        best = less(way, best) ? way : best;
    }
    return best;
}

/* A unit that goes leaves its slot to the next one, which leaves another, until one is met that is
 * free: ways along the dual, so that what is lost is their length less the unit's price. */
void surge_losses(struct surge *s, struct joint_cost *loss_ms)
{
    bool shorter = true;

    for (uint32_t c = 0; c < s->unit_count; c++) {
        s->reach[c] =
            s->holder[c] == 0 ? (struct joint_cost){ 0, 0 } : (struct joint_cost){ FAR, 0 };
    }
    for (uint32_t pass = 0; shorter && pass <= s->slot_count; pass++) { /* no way has more steps */
        shorter = false;
        for (uint32_t r = 0; r < s->slot_count; r++) {
            if (r == s->skipped || s->held[r] >= s->unit_count) {
                continue;
            }
            struct joint_cost out = way_out(s, r);

            if (less(out, s->reach[s->held[r]])) {
                s->reach[s->held[r]] = out;
                shorter = true;
            }
        }
    }
    for (uint32_t c = 0; c < s->unit_count; c++) {
        struct joint_cost loss = minus(s->reach[c], s->prices[c]);

        loss_ms[c] = s->holder[c] == 0 ? (struct joint_cost){ 0, 0 } : in_ms(loss);
    }
}
