#include "routing/coverage.h"

#include <stdlib.h>
#include <string.h>

static void begin_empty(struct coverage *c)
{
    memset(c->units, 0, c->node_count * sizeof(*c->units));
    memset(&c->total, 0, sizeof(c->total));
    for (uint32_t v = 0; v < c->node_count; v++) {
        c->least_ms[v] = ETA_INF_MS;
    }
}

enum err coverage_init(struct coverage *c, struct coverage_roads roads, uint32_t unit_max,
                       const uint32_t ring_ms[COVERAGE_RINGS], const uint32_t *weight,
                       struct fault *f)
{
    size_t nodes = (size_t)roads.out->node_count + 1;
    size_t units = (size_t)unit_max + 1;

    must(unit_max <= COVERAGE_UNITS_MAX);
    must(roads.in->node_count == roads.out->node_count);
    must(ring_ms[COVERAGE_RINGS - 1] < ETA_INF_MS);
    *c = (struct coverage){
        .roads = roads, .weight = weight, .node_count = roads.out->node_count, .unit_max = unit_max
    };
    memcpy(c->ring_ms, ring_ms, sizeof(c->ring_ms));
    bool ok = reach_init(&c->reach, c->node_count, ring_ms[COVERAGE_RINGS - 1]);

    c->units = malloc(nodes * sizeof(*c->units));
    c->least_ms = malloc(nodes * sizeof(*c->least_ms));
    c->own_ms = malloc(nodes * sizeof(*c->own_ms));
    c->orphan = malloc(nodes * sizeof(*c->orphan));
    c->away = calloc(nodes, sizeof(*c->away));
    c->is_changed = calloc(nodes, 1);
    c->row = calloc(units, sizeof(*c->row));
    c->stale = malloc(units * sizeof(*c->stale));
    if (!ok || c->units == NULL || c->least_ms == NULL || c->own_ms == NULL || c->orphan == NULL ||
        c->away == NULL || c->is_changed == NULL || c->row == NULL || c->stale == NULL) {
        coverage_fini(c);
        return fault_set(f, ERR_NO_MEMORY, "no memory for coverage", NULL, NULL);
    }
    for (uint32_t v = 0; v < c->node_count; v++) {
        c->own_ms[v] = ETA_INF_MS;
    }
    begin_empty(c);
    return OK;
}

void coverage_fini(struct coverage *c)
{
    for (uint32_t u = 0; c->row != NULL && u < c->unit_max; u++) {
        free(c->row[u].spot);
    }
    reach_fini(&c->reach);
    free(c->units);
    free(c->least_ms);
    free(c->own_ms);
    free(c->orphan);
    free(c->away);
    free(c->is_changed);
    free(c->row);
    free(c->stale);
    *c = (struct coverage){ 0 };
}

static inline uint32_t weight_of(const struct coverage *c, uint32_t node)
{
    return c->weight != NULL ? c->weight[node] : 1;
}

void coverage_weigh(struct coverage *c, const uint32_t *weight)
{
    c->weight = weight;
    memset(&c->total, 0, sizeof(c->total));
    for (uint32_t v = 0; v < c->node_count; v++) {
        for (uint32_t r = 0; r < COVERAGE_RINGS; r++) {
            c->total.weight[r] += c->units[v].within[r] > 0 ? weight_of(c, v) : 0;
        }
    }
}

/* What is reached from seeds, into reach.met and own_ms; to be undone by forget. */
static void find(struct coverage *c, const struct seed *seeds, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        reach_lower(&c->reach, c->own_ms, seeds[i].node, seeds[i].ms);
    }
    reach_spread(&c->reach, c->own_ms, c->roads.out);
}

static void forget(struct coverage *c)
{
    for (uint32_t i = 0; i < c->reach.met_count; i++) {
        c->own_ms[c->reach.met[i]] = ETA_INF_MS;
    }
    c->reach.met_count = 0;
}

static void count_in(struct coverage *c, struct coverage_spot spot)
{
    struct coverage_units *units = &c->units[spot.node];

    for (uint32_t r = COVERAGE_RINGS; r-- > 0 && spot.ms <= c->ring_ms[r];) {
        if (units->within[r]++ == 0) {
            c->total.weight[r] += weight_of(c, spot.node);
        }
    }
    if (spot.ms < c->least_ms[spot.node]) {
        c->least_ms[spot.node] = spot.ms;
    }
}

/* The row of a unit whose seeds are known. False: no memory, and it counts nowhere. */
static bool enter(struct coverage *c, struct coverage_row *row)
{
    find(c, row->seeds, row->seed_count);
    if (c->reach.met_count > row->room) {
        uint32_t room = c->reach.met_count + c->reach.met_count / 4;
        struct coverage_spot *bigger = realloc(row->spot, room * sizeof(*bigger));

        if (bigger == NULL) {
            forget(c);
            row->seed_count = 0;
            return false;
        }
        row->spot = bigger;
        row->room = room;
    }
    row->count = c->reach.met_count;
    for (uint32_t i = 0; i < row->count; i++) {
        uint32_t v = c->reach.met[i];

        row->spot[i] = (struct coverage_spot){ .node = v, .ms = c->own_ms[v] };
        c->own_ms[v] = ETA_INF_MS;
        count_in(c, row->spot[i]);
    }
    c->reach.met_count = 0;
    return true;
}

/* Takes a row out; nodes where it was the first have no time until they are adopted. Another unit
 * that is there just as soon is found again then. */
static uint32_t leave(struct coverage *c, struct coverage_row *row, uint32_t orphans)
{
    for (uint32_t i = 0; i < row->count; i++) {
        struct coverage_spot spot = row->spot[i];
        struct coverage_units *units = &c->units[spot.node];

        for (uint32_t r = COVERAGE_RINGS; r-- > 0 && spot.ms <= c->ring_ms[r];) {
            if (--units->within[r] == 0) {
                c->total.weight[r] -= weight_of(c, spot.node);
            }
        }
        if (c->least_ms[spot.node] == spot.ms) {
            c->least_ms[spot.node] = ETA_INF_MS;
            c->orphan[orphans++] = spot.node;
        }
    }
    row->count = 0;
    return orphans;
}

/* The soonest by a road from a node that has its time. */
static uint32_t from_border(const struct coverage *c, uint32_t node)
{
    const struct roads *in = c->roads.in;
    uint32_t best = ETA_INF_MS;

    for (uint32_t i = in->first[node]; i < in->first[node + 1]; i++) {
        uint32_t ms = c->least_ms[in->way[i].node] + in->way[i].ms;

        best = ms < best ? ms : best;
    }
    return best;
}

/* Gives orphans the time of the unit that is first now. Its way there comes in among them by a road
 * from a node that is none, whose time is right, or begins among them at one of its seeds. */
static void adopt(struct coverage *c, uint32_t orphans)
{
    if (orphans == 0) {
        return;
    }
    /* All borders are looked at before the first time is given. */
    for (uint32_t i = 0; i < orphans; i++) {
        uint32_t v = c->orphan[i];

        c->own_ms[v] = c->units[v].within[COVERAGE_RINGS - 1] > 0 ? from_border(c, v) : ETA_INF_MS;
    }
    for (uint32_t i = 0; i < orphans; i++) {
        uint32_t v = c->orphan[i];

        reach_lower(&c->reach, c->least_ms, v, c->own_ms[v]);
        c->own_ms[v] = ETA_INF_MS;
    }
    for (uint32_t u = 0; u < c->unit_max; u++) {
        for (uint32_t i = 0; c->row[u].count > 0 && i < c->row[u].seed_count; i++) {
            reach_lower(&c->reach, c->least_ms, c->row[u].seeds[i].node, c->row[u].seeds[i].ms);
        }
    }
    reach_spread(&c->reach, c->least_ms, c->roads.out);
    c->reach.met_count = 0;
}

static enum err no_room(struct fault *f)
{
    return fault_set(f, ERR_NO_MEMORY, "no memory for a unit's coverage", NULL, NULL);
}

enum err coverage_put(struct coverage *c, uint32_t unit, const struct seed *seeds, uint32_t count,
                      struct fault *f)
{
    must(count >= 1 && count <= CLIMB_SEEDS_MAX);
    coverage_drop(c, unit);
    memcpy(c->row[unit].seeds, seeds, count * sizeof(*seeds));
    c->row[unit].seed_count = count;
    return enter(c, &c->row[unit]) ? OK : no_room(f);
}

void coverage_drop(struct coverage *c, uint32_t unit)
{
    must(unit < c->unit_max);
    uint32_t orphans = leave(c, &c->row[unit], 0);

    c->row[unit].seed_count = 0;
    adopt(c, orphans);
}

static bool comes_by(const struct coverage *c, const struct coverage_row *row)
{
    for (uint32_t i = 0; i < row->count; i++) {
        if (c->is_changed[row->spot[i].node] != 0) {
            return true;
        }
    }
    return false;
}

static void add_stale(struct coverage *c, uint32_t unit)
{
    c->stale[c->stale_count++] = (uint64_t)c->row[unit].seeds[0].node << 32 | unit;
}

static int rising(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

/* The rows of the stale units, neighbours after each other: what one looked at is at hand for the
 * next. */
static enum err enter_stale(struct coverage *c, struct fault *f)
{
    bool ok = true;

    qsort(c->stale, c->stale_count, sizeof(*c->stale), rising);
    for (uint32_t i = 0; i < c->stale_count; i++) {
        ok = enter(c, &c->row[(uint32_t)c->stale[i]]) && ok;
    }
    return ok ? OK : no_room(f);
}

enum err coverage_renew(struct coverage *c, const uint32_t *nodes, uint32_t count, struct fault *f)
{
    uint32_t orphans = 0;

    c->stale_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        c->is_changed[nodes[i]] = 1;
    }
    for (uint32_t u = 0; u < c->unit_max; u++) {
        if (comes_by(c, &c->row[u])) {
            add_stale(c, u);
            orphans = leave(c, &c->row[u], orphans);
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        c->is_changed[nodes[i]] = 0;
    }
    /* Rows that stay are right at the new times as at the old ones, and so is what orphans get from
     * them. */
    adopt(c, orphans);
    return enter_stale(c, f);
}

enum err coverage_renew_all(struct coverage *c, struct fault *f)
{
    begin_empty(c);
    c->stale_count = 0;
    for (uint32_t u = 0; u < c->unit_max; u++) {
        c->row[u].count = 0;
        if (c->row[u].seed_count > 0) {
            add_stale(c, u);
        }
    }
    return enter_stale(c, f);
}

/* How many who leave count within each ring of each node. */
static void count_away(struct coverage *c, const struct coverage_step *step)
{
    for (uint32_t k = 0; k < step->leave_count; k++) {
        must(step->leave[k] < c->unit_max);
        const struct coverage_row *row = &c->row[step->leave[k]];

        for (uint32_t i = 0; i < row->count; i++) {
            for (uint32_t r = COVERAGE_RINGS; r-- > 0 && row->spot[i].ms <= c->ring_ms[r];) {
                c->away[row->spot[i].node].within[r]++;
            }
        }
    }
}

/* What falls out: where all within a ring leave, and who comes does not come within it. Each node
 * is met in the first of the rows only, as its count is cleared. */
static void sum_lost(struct coverage *c, const struct coverage_step *step,
                     struct coverage_sum *lost)
{
    for (uint32_t k = 0; k < step->leave_count; k++) {
        const struct coverage_row *row = &c->row[step->leave[k]];

        for (uint32_t i = 0; i < row->count; i++) {
            uint32_t v = row->spot[i].node;

            for (uint32_t r = 0; r < COVERAGE_RINGS; r++) {
                uint16_t away = c->away[v].within[r];

                if (away > 0 && away == c->units[v].within[r] && c->own_ms[v] > c->ring_ms[r]) {
                    lost->weight[r] += weight_of(c, v);
                }
                c->away[v].within[r] = 0;
            }
        }
    }
}

static void sum_gained(struct coverage *c, struct coverage_sum *gained)
{
    for (uint32_t i = 0; i < c->reach.met_count; i++) {
        uint32_t v = c->reach.met[i];

        for (uint32_t r = 0; r < COVERAGE_RINGS; r++) {
            if (c->units[v].within[r] == 0 && c->own_ms[v] <= c->ring_ms[r]) {
                gained->weight[r] += weight_of(c, v);
            }
        }
    }
}

void coverage_if(struct coverage *c, const struct coverage_step *step,
                 struct coverage_change *change)
{
    *change = (struct coverage_change){ 0 };
    find(c, step->arrive, step->arrive_count);
    count_away(c, step);
    sum_lost(c, step, &change->lost);
    sum_gained(c, &change->gained);
    forget(c);
}

uint64_t coverage_stake(const struct coverage *c, uint32_t unit, uint32_t ring)
{
    const struct coverage_row *row = &c->row[unit];
    uint64_t stake = 0;

    must(unit < c->unit_max && ring < COVERAGE_RINGS);
    for (uint32_t i = 0; i < row->count; i++) {
        uint32_t v = row->spot[i].node;
        uint32_t units = c->units[v].within[ring];

        if (row->spot[i].ms <= c->ring_ms[ring] && units <= COVERAGE_STAKE_SHIFT) {
            stake += (uint64_t)weight_of(c, v) << (COVERAGE_STAKE_SHIFT - units);
        }
    }
    return stake;
}
