#include "dispatch/plan/joint.h"

#include "base/must.h"

#define UNITS_MAX (JOINT_SLOTS_MAX * JOINT_SLOTS_MAX)
#define COLUMNS_MAX                                                               \
    (UNITS_MAX + JOINT_SLOTS_MAX) /* and for each slot one that stands for nobody \
                                   */
#define UNIT_BITS 20              /* below the ms of a time */
#define NONE UINT32_MAX

static const int64_t tier_weights[JOINT_TIERS + 1] = { 1, 8, 4, 2, 1 };

uint32_t joint_weight(uint8_t tier)
{
    return (uint32_t)tier_weights[tier >= 1 && tier <= JOINT_TIERS ? tier : JOINT_TIERS];
}

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

static struct joint_cost cost_of(const struct joint_slot *s, uint64_t score_ms, uint32_t unit)
{
    int64_t late = (int64_t)score_ms + s->waited_ms - s->target_ms;

    return (struct joint_cost){
        .late = late > 0 ? late * tier_weights[s->tier] : 0,
        .time = (int64_t)(score_ms << UNIT_BITS | unit),
    };
}

bool joint_add_slot(struct joint *j, uint8_t tier, uint32_t target_ms, uint32_t late_ms)
{
    if (j->count == JOINT_SLOTS_MAX) {
        return false;
    }
    struct joint_slot *s = &j->slots[j->count++];

    s->tier = tier >= 1 && tier <= JOINT_TIERS ? tier : JOINT_TIERS;
    s->target_ms = target_ms;
    s->waited_ms = late_ms;
    s->count = 0;
    s->worst_ms = 0;
    s->worst_late = 0;
    s->leaves = false;
    s->unit = 0;
    return true;
}

static void keep_best(struct joint_slot *s, struct joint_choice c)
{
    uint32_t at = s->count;

    if (at == JOINT_SLOTS_MAX) {
        if (!less(c.cost, s->best[at - 1].cost)) {
            return;
        }
        at--;
    } else {
        s->count++;
    }
    while (at > 0 && less(c.cost, s->best[at - 1].cost)) {
        s->best[at] = s->best[at - 1];
        at--;
    }
    s->best[at] = c;
}

void joint_offer(struct joint *j, uint32_t unit, uint32_t score_ms)
{
    must(j->count > 0);
    must(unit > 0 && unit < UINT32_C(1) << UNIT_BITS);
    must(score_ms <= UINT32_C(1) << 31);
    struct joint_slot *s = &j->slots[j->count - 1];

    s->worst_ms = score_ms > s->worst_ms ? score_ms : s->worst_ms;
    keep_best(s, (struct joint_choice){ .unit = unit, .cost = cost_of(s, score_ms, unit) });
}

void joint_offer_cost(struct joint *j, uint32_t unit, struct joint_cost cost_ms)
{
    must(j->count > 0);
    must(unit > 0 && unit < UINT32_C(1) << UNIT_BITS);
    must(cost_ms.late >= 0 && cost_ms.time <= INT64_C(1) << 31);
    struct joint_slot *s = &j->slots[j->count - 1];
    struct joint_cost cost = { cost_ms.late, cost_ms.time * (INT64_C(1) << UNIT_BITS) + unit };

    s->worst_ms = cost_ms.time > s->worst_ms ? (uint32_t)cost_ms.time : s->worst_ms;
    s->worst_late = cost_ms.late > s->worst_late ? cost_ms.late : s->worst_late;
    keep_best(s, (struct joint_choice){ .unit = unit, .cost = cost });
}

void joint_leave(struct joint *j, struct joint_cost cost_ms)
{
    must(j->count > 0);
    struct joint_slot *s = &j->slots[j->count - 1];

    s->leaves = true;
    s->nobody = cost_ms;
}

/* Of slots that are alike the first ones are served: to leave those empty costs a little more. */
static struct joint_cost cost_of_nobody(const struct joint *j, uint32_t slot)
{
    const struct joint_slot *s = &j->slots[slot];
    struct joint_cost cost =
        cost_of(s, (uint64_t)s->worst_ms + JOINT_NOBODY_MS, (1u << UNIT_BITS) - 1 - slot);

    cost.late += s->worst_late;
    if (s->leaves) {
        cost.late = s->nobody.late;
        cost.time = s->nobody.time * (INT64_C(1) << UNIT_BITS) + (1 << UNIT_BITS) - 1 - slot;
    }
    return cost;
}

/* The search: columns are units by their place in the table below, then one nobody a slot. `rows`
 * and `prices` are the dual of the assignment so far: no cost is below row + price, and what is
 * assigned is on it. */
struct search {
    const struct joint *j;
    uint32_t units[UNITS_MAX];
    uint32_t unit_count;
    uint16_t column[JOINT_SLOTS_MAX][JOINT_SLOTS_MAX]; /* of a slot's best units */
    uint16_t holder[COLUMNS_MAX];                      /* slot + 1; 0: free */
    struct joint_cost rows[JOINT_SLOTS_MAX], prices[COLUMNS_MAX];
    struct joint_cost reach[COLUMNS_MAX]; /* shortest way from the new slot */
    uint16_t from[COLUMNS_MAX];           /* the slot before it on that way */
    uint8_t seen[COLUMNS_MAX];            /* 0 not, 1 reached, 2 settled */
};

static uint16_t column_of(struct search *s, uint32_t unit)
{
    for (uint32_t k = 0; k < s->unit_count; k++) {
        if (s->units[k] == unit) {
            return (uint16_t)k;
        }
    }
    s->units[s->unit_count++] = unit;
    return (uint16_t)(s->unit_count - 1);
}

static void reach_column(struct search *s, uint32_t column, struct joint_cost way, uint32_t slot)
{
    if (s->seen[column] == 2 || (s->seen[column] == 1 && !less(way, s->reach[column]))) {
        return;
    }
    s->seen[column] = 1;
    s->reach[column] = way;
    s->from[column] = (uint16_t)slot;
}

/* All that a slot at distance `base` can take. */
static void relax(struct search *s, uint32_t slot, struct joint_cost base)
{
    const struct joint_slot *r = &s->j->slots[slot];
    struct joint_cost left = minus(base, s->rows[slot]);
    uint32_t nobody = s->unit_count + slot;

    for (uint32_t k = 0; k < r->count; k++) {
        uint32_t c = s->column[slot][k];

        reach_column(s, c, plus(left, minus(r->best[k].cost, s->prices[c])), slot);
    }
    reach_column(s, nobody, plus(left, minus(cost_of_nobody(s->j, slot), s->prices[nobody])), slot);
}

static uint32_t nearest(const struct search *s, uint32_t columns)
{
    uint32_t best = NONE;

    for (uint32_t c = 0; c < columns; c++) {
        if (s->seen[c] == 1 && (best == NONE || less(s->reach[c], s->reach[best]))) {
            best = c;
        }
    }
    must(best != NONE); /* nobody can always be had */
    return best;
}

static void improve_dual(struct search *s, uint32_t columns, uint32_t slot, struct joint_cost end)
{
    s->rows[slot] = plus(s->rows[slot], end);
    for (uint32_t c = 0; c < columns; c++) {
        if (s->seen[c] == 2) {
            struct joint_cost d = minus(end, s->reach[c]);

            s->prices[c] = minus(s->prices[c], d);
            if (s->holder[c] != 0) {
                uint32_t h = s->holder[c] - 1u;

                s->rows[h] = plus(s->rows[h], d);
            }
        }
    }
}

/* Gives the slot a column; those on the way move on to the next. */
static void augment(struct search *s, uint32_t slot, uint16_t held[JOINT_SLOTS_MAX])
{
    uint32_t columns = s->unit_count + s->j->count;
    struct joint_cost base = { 0, 0 };
    uint32_t at = slot;
    uint32_t end = NONE;

    for (uint32_t c = 0; c < columns; c++) {
        s->seen[c] = 0;
    }
    while (end == NONE) {
        relax(s, at, base);
        uint32_t c = nearest(s, columns);

        base = s->reach[c];
        if (s->holder[c] == 0) {
            end = c;
        } else {
            s->seen[c] = 2;
            at = s->holder[c] - 1u;
        }
    }
    improve_dual(s, columns, slot, base);
    for (uint32_t c = end; c != NONE;) {
        uint32_t r = s->from[c];
        uint32_t before = r == slot ? NONE : held[r];

        s->holder[c] = (uint16_t)(r + 1);
        held[r] = (uint16_t)c;
        c = before;
    }
}

void joint_solve(struct joint *j)
{
    struct search s = { .j = j };
    uint16_t held[JOINT_SLOTS_MAX] = { 0 };

    for (uint32_t r = 0; r < j->count; r++) {
        for (uint32_t k = 0; k < j->slots[r].count; k++) {
            s.column[r][k] = column_of(&s, j->slots[r].best[k].unit);
        }
    }
    for (uint32_t r = 0; r < j->count; r++) {
        augment(&s, r, held);
    }
    for (uint32_t r = 0; r < j->count; r++) {
        j->slots[r].unit = held[r] < s.unit_count ? s.units[held[r]] : 0;
    }
}

struct joint_cost joint_sum(const struct joint *j)
{
    struct joint_cost sum = { 0, 0 };

    for (uint32_t r = 0; r < j->count; r++) {
        const struct joint_slot *s = &j->slots[r];
        struct joint_cost cost = cost_of_nobody(j, r);

        for (uint32_t k = 0; k < s->count; k++) {
            cost = s->best[k].unit == s->unit ? s->best[k].cost : cost;
        }
        sum = plus(sum, cost);
    }
    return sum;
}
