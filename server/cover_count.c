/* Counts of a force class: what it reaches, what it would lose, and where it reaches nobody. */
#include "server/cover_inside.h"

#include <stdlib.h>
#include <string.h>

#define EXTRA 1 /* slots of a what-if: the last one */

static const struct coverage_row *row_of(const struct cover *c, const struct cover_unit *u)
{
    return &c->body[u->body].c.row[u->slot];
}

static bool counts(const struct cover_unit *u, uint8_t class)
{
    return u->slot != SLOT_NONE && cover_in_class(u->police_type, class);
}

static void count_row(struct cover *c, const struct coverage_row *row)
{
    for (uint32_t i = 0; i < row->count; i++) {
        struct coverage_units *n = &c->count[row->spot[i].node];

        if (n->within[COVER_RINGS - 1] == 0) {
            c->counted[c->counted_count++] = row->spot[i].node;
        }
        for (uint32_t r = COVER_RINGS; r-- > 0 && row->spot[i].ms <= cover_ring_ms[r];) {
            n->within[r]++;
        }
    }
}

/* Of the police the table itself counts; of one type its rows are gone through. */
const struct coverage_units *cover_counts(struct cover *c, uint8_t class)
{
    if (class == COVER_POLICE) {
        return c->body[BODY_POLICE].c.units;
    }
    for (uint32_t i = 0; i < c->counted_count; i++) {
        c->count[c->counted[i]] = (struct coverage_units){ 0 };
    }
    c->counted_count = 0;
    for (uint32_t u = 1; u <= c->unit_top; u++) {
        if (counts(&c->units[u], class)) {
            count_row(c, row_of(c, &c->units[u]));
        }
    }
    return c->count;
}

struct cover_shares cover_shares_of(struct cover *c, uint8_t class)
{
    struct cover_shares s = { 0 };

    for (uint32_t u = 1; u <= c->unit_top; u++) {
        s.units += counts(&c->units[u], class);
    }
    if (class == COVER_POLICE) {
        for (uint32_t r = 0; r < COVER_RINGS; r++) {
            s.weight[r] = c->body[BODY_POLICE].c.total.weight[r];
        }
        return s;
    }
    const struct coverage_units *n = cover_counts(c, class);

    for (uint32_t i = 0; i < c->counted_count; i++) {
        for (uint32_t r = 0; r < COVER_RINGS; r++) {
            s.weight[r] += n[c->counted[i]].within[r] > 0 ? c->weight[c->counted[i]] : 0;
        }
    }
    return s;
}

/* ---- losses and stakes ---- */

static uint64_t pack_loss(const struct cover *c, const uint64_t lost[COVER_RINGS])
{
    uint64_t packed = LOSS_KNOWN;

    for (uint32_t r = 0; r < COVER_RINGS; r++) {
        uint64_t share = c->weight_all > 0 ? (lost[r] << COVER_LOSS_SHIFT) / c->weight_all : 0;

        packed |= share << (r * LOSS_BITS);
    }
    return packed;
}

/* Of the weight times 2^-n of each node within the last ring, n being how many are there as soon;
 * `all` in 2^-COVERAGE_STAKE_SHIFT. As coverage_stake, but among the units of one class. */
static uint64_t stake_of(const struct cover *c, const struct coverage_row *row,
                         const struct coverage_units *n)
{
    uint64_t all = 0;

    for (uint32_t i = 0; i < row->count; i++) {
        uint32_t v = row->spot[i].node;
        uint32_t units = n[v].within[COVER_RINGS - 1];

        if (row->spot[i].ms <= cover_ring_ms[COVER_RINGS - 1] && units <= COVERAGE_STAKE_SHIFT) {
            all += (uint64_t)c->weight[v] << (COVERAGE_STAKE_SHIFT - units);
        }
    }
    return all;
}

static void publish_stake(struct cover *c, uint32_t u, uint64_t stake)
{
    uint64_t share = 0; /* of its own city at most half: 2^-16 to 2^-20 does not overflow */

    if (c->weight_all > 0) {
        share = (stake << (COVER_LOSS_SHIFT - COVERAGE_STAKE_SHIFT)) / c->weight_all;
    }
    atomic_store_explicit(&c->stake[u], (uint32_t)share, memory_order_relaxed);
}

static void publish_loss(struct cover *c, uint32_t u, const struct coverage_units *n)
{
    const struct coverage_row *row = row_of(c, &c->units[u]);
    uint64_t lost[COVER_RINGS] = { 0 };

    for (uint32_t i = 0; i < row->count; i++) {
        uint32_t v = row->spot[i].node;

        for (uint32_t r = COVER_RINGS; r-- > 0 && row->spot[i].ms <= cover_ring_ms[r];) {
            lost[r] += n[v].within[r] == 1 ? c->weight[v] : 0;
        }
    }
    atomic_store_explicit(&c->loss[u], pack_loss(c, lost), memory_order_relaxed);
    publish_stake(c, u, stake_of(c, row, n));
}

void cover_publish_losses(struct cover *c)
{
    for (uint32_t class = 0; class < POLICE_TYPE_COUNT; class ++) {
        const struct coverage_units *n = NULL;

        if (class != COVER_POLICE && police_type_is_police((uint8_t) class)) {
            continue; /* a patrol car is police cover */
        }
        for (uint32_t u = 1; u <= c->unit_top; u++) {
            if (!counts(&c->units[u], (uint8_t) class)) {
                continue;
            }
            n = n != NULL ? n : cover_counts(c, (uint8_t) class);
            publish_loss(c, u, n);
        }
    }
    for (uint32_t u = 1; u <= c->unit_top; u++) {
        if (c->units[u].slot == SLOT_NONE) {
            atomic_store_explicit(&c->loss[u], 0, memory_order_relaxed);
            atomic_store_explicit(&c->stake[u], 0, memory_order_relaxed);
        }
    }
    atomic_store_explicit(&c->loss_seq, c->seq, memory_order_release);
}

/* ---- drawings ---- */

static bool is_covered(const struct coverage_units *n, uint32_t v, uint32_t ring)
{
    return n[v].within[ring] > 0;
}

/* A cell without a road (a park, water) goes with what lies around it. */
static void fill_empty(struct cover *c)
{
    const struct ground_cells *g = &c->ground.cells;

    for (uint32_t cell = 0; cell < g->width * g->height; cell++) {
        uint32_t x = cell % g->width;
        uint32_t y = cell / g->width;
        uint32_t in = 0;

        if (c->cell_nodes[cell] > 0 || x == 0 || y == 0 || x + 1 == g->width ||
            y + 1 == g->height) {
            continue;
        }
        const uint32_t sides[] = { cell - 1, cell + 1, cell - g->width, cell + g->width };

        for (uint32_t k = 0; k < 4; k++) {
            in += c->cell_nodes[sides[k]] > 0 && c->cell_in[sides[k]] != 0;
        }
        c->cell_in[cell] = in >= 3;
    }
}

void cover_draw(struct cover *c, const struct coverage_units *counts_in, uint32_t ring, bool gap)
{
    const struct ground *g = &c->ground;
    uint32_t cells = g->cells.width * g->cells.height;

    memset(c->cell_count, 0, cells * sizeof(*c->cell_count));
    for (uint32_t v = 0; v < g->node_count; v++) {
        if (g->cell[v] != GROUND_NO_CELL && is_covered(counts_in, v, ring) != gap) {
            c->cell_count[g->cell[v]]++;
        }
    }
    for (uint32_t cell = 0; cell < cells; cell++) {
        c->cell_in[cell] =
            c->cell_count[cell] > 0 && 2 * c->cell_count[cell] >= c->cell_nodes[cell];
    }
    fill_empty(c);
    outline_find(&c->outline, c->cell_in, g->cells.width, g->cells.height);
}

static int heavier(const void *a, const void *b)
{
    const struct cover_gap *x = a;
    const struct cover_gap *y = b;

    return x->weight != y->weight ? (x->weight < y->weight ? 1 : -1)
                                  : (x->area > y->area) - (x->area < y->area);
}

static void weigh_cells(struct cover *c, const struct coverage_units *counts_in, uint32_t ring)
{
    const struct ground *g = &c->ground;

    memset(c->cell_weight, 0, (size_t)g->cells.width * g->cells.height * sizeof(*c->cell_weight));
    for (uint32_t v = 0; v < g->node_count; v++) {
        if (g->cell[v] != GROUND_NO_CELL && !is_covered(counts_in, v, ring)) {
            c->cell_weight[g->cell[v]] += c->weight[v];
        }
    }
}

static struct point cell_at(const struct ground_cells *g, uint32_t cell)
{
    return (struct point){
        (int32_t)(g->west_e7 + (int64_t)(cell % g->width) * g->lon_e7 + g->lon_e7 / 2),
        (int32_t)(g->south_e7 + (int64_t)(cell / g->width) * g->lat_e7 + g->lat_e7 / 2)
    };
}

static struct cover_gap gap_of(const struct cover *c, uint32_t area)
{
    const struct outline *o = &c->outline;
    struct cover_gap gap = { .area = area };
    uint64_t most = 0;

    gap.at = cell_at(&c->ground.cells, o->list[o->first[area - 1]]);
    for (uint32_t i = o->first[area - 1]; i < o->first[area]; i++) {
        uint64_t w = c->cell_weight[o->list[i]];

        gap.weight += w;
        if (w > most) {
            most = w;
            gap.at = cell_at(&c->ground.cells, o->list[i]);
        }
    }
    return gap;
}

uint32_t cover_gaps(struct cover *c, const struct coverage_units *counts_in, uint32_t ring,
                    struct cover_gap *out, uint32_t most)
{
    struct cover_gap found[GAPS_MAX + 1];
    uint32_t count = 0;

    must(most <= GAPS_MAX);
    weigh_cells(c, counts_in, ring);
    for (uint32_t area = 1; area <= c->outline.area_count; area++) {
        struct cover_gap gap = gap_of(c, area);

        if (gap.weight * 1000 < c->weight_all) {
            continue; /* under a thousandth of the city */
        }
        found[count++] = gap;
        qsort(found, count, sizeof(*found), heavier);
        count = count > most ? most : count;
    }
    memcpy(out, found, count * sizeof(*out));
    return count;
}

/* ---- what if ---- */

static void count_away(struct cover *c, const struct coverage_row *row, int by)
{
    for (uint32_t i = 0; i < row->count; i++) {
        for (uint32_t r = COVER_RINGS; r-- > 0 && row->spot[i].ms <= cover_ring_ms[r];) {
            uint16_t *n = &c->away[row->spot[i].node].within[r];

            *n = (uint16_t)(*n + by);
        }
    }
}

/* The row of who would stand there, in the slot kept for it. Of the police it counts in the table
 * as long as it is there; of a type the counts are made without it. */
static enum err stand(struct cover *c, const struct cover_ask *ask, struct cover_body *b,
                      const struct coverage_row **out, struct fault *f)
{
    struct seed seeds[CLIMB_SEEDS_MAX];
    struct ground_place place;
    uint32_t slot = b->slots - EXTRA;
    uint32_t count =
        ground_find(&c->ground, ask->arrive, &place) ? ground_depart(&c->ground, &place, seeds) : 0;

    if (count == 0) {
        return fault_field(f, ERR_INVALID, "arrive", "nobody can stand there");
    }
    *out = &b->c.row[slot];
    return coverage_put(&b->c, slot, seeds, count, f);
}

static void sum_change(struct cover *c, const struct coverage_row *row,
                       const struct coverage_units *n, bool counted, struct cover_if *out)
{
    for (uint32_t i = 0; i < row->count; i++) {
        uint32_t v = row->spot[i].node;

        if ((c->arrive[v] & 0x80) != 0) {
            continue; /* met in a row before */
        }
        for (uint32_t r = 0; r < COVER_RINGS; r++) {
            bool comes = (c->arrive[v] >> r & 1) != 0;
            uint32_t before = n[v].within[r] - (counted && comes ? 1u : 0u);
            uint32_t after = before - c->away[v].within[r] + (comes ? 1u : 0u);

            out->lost[r] += before > 0 && after == 0 ? c->weight[v] : 0;
            out->gained[r] += before == 0 && after > 0 ? c->weight[v] : 0;
            if (r == COVER_RINGS - 1 && before > 0 && after == 0 &&
                c->ground.cell[v] != GROUND_NO_CELL) {
                c->cell_weight[c->ground.cell[v]] += c->weight[v];
                c->cell_in[c->ground.cell[v]] = 1;
            }
        }
        c->arrive[v] |= 0x80;
    }
}

static void clear_marks(struct cover *c, const struct coverage_row *row)
{
    for (uint32_t i = 0; i < row->count; i++) {
        c->arrive[row->spot[i].node] = 0;
    }
}

static void find_gap(struct cover *c, struct cover_if *out)
{
    outline_find(&c->outline, c->cell_in, c->ground.cells.width, c->ground.cells.height);
    for (uint32_t area = 1; area <= c->outline.area_count; area++) {
        struct cover_gap gap = gap_of(c, area);

        if (gap.weight > out->gap_weight) {
            *out =
                (struct cover_if){ .gap_weight = gap.weight,
                                   .gap_at = gap.at,
                                   .gap = true,
                                   .lost = { out->lost[0], out->lost[1], out->lost[2] },
                                   .gained = { out->gained[0], out->gained[1], out->gained[2] } };
        }
    }
}

enum err cover_if(struct cover *c, const struct cover_ask *ask, struct cover_if *out,
                  struct fault *f)
{
    bool police = ask->class == COVER_POLICE || police_type_is_police(ask->class);
    struct cover_body *b = &c->body[police ? BODY_POLICE : BODY_OTHERS];
    const struct coverage_row *rows[COVER_LEAVE_MAX + 1];
    size_t cells = (size_t)c->ground.cells.width * c->ground.cells.height;
    uint32_t count = 0;

    *out = (struct cover_if){ .gap_weight = 0 };
    memset(c->cell_weight, 0, cells * sizeof(*c->cell_weight));
    memset(c->cell_in, 0, cells);
    const struct coverage_row *comes = NULL;
    enum err err = ask->arrives ? stand(c, ask, b, &comes, f) : OK;

    if (err != OK) {
        return err;
    }
    const struct coverage_units *n = cover_counts(c, ask->class);

    for (uint32_t k = 0; k < ask->leave_count; k++) {
        if (counts(&c->units[ask->leave[k]], ask->class)) {
            rows[count] = row_of(c, &c->units[ask->leave[k]]);
            count_away(c, rows[count++], 1);
        }
    }
    for (uint32_t i = 0; comes != NULL && i < comes->count; i++) {
        for (uint32_t r = COVER_RINGS; r-- > 0 && comes->spot[i].ms <= cover_ring_ms[r];) {
            c->arrive[comes->spot[i].node] = (uint8_t)(c->arrive[comes->spot[i].node] | 1u << r);
        }
    }
    uint32_t leaving = count;

    if (comes != NULL) {
        rows[count++] = comes;
    }
    for (uint32_t k = 0; k < count; k++) {
        sum_change(c, rows[k], n, ask->class == COVER_POLICE, out);
    }
    for (uint32_t k = 0; k < count; k++) {
        clear_marks(c, rows[k]);
    }
    for (uint32_t k = 0; k < leaving; k++) {
        count_away(c, rows[k], -1);
    }
    if (comes != NULL) {
        coverage_drop(&b->c, b->slots - EXTRA);
    }
    find_gap(c, out);
    return OK;
}
