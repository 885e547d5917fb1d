#include "routing/climb_abreast.h"

#include <stdlib.h>
#include <string.h>

/* Four lanes in a register, which every machine of 64 bits has. */
#define REGISTER_LANES 4
typedef int32_t lanes_ms __attribute__((vector_size(REGISTER_LANES * sizeof(int32_t))));

void abreast_init(struct abreast *a, struct climb *climb)
{
    *a = (struct abreast){ .climb = climb };
}

void abreast_fini(struct abreast *a)
{
    free(a->node);
    free(a->row);
    *a = (struct abreast){ 0 };
}

bool abreast_add(struct abreast *a, const struct seed *seeds, uint32_t count)
{
    must(count >= 1 && count <= CLIMB_SEEDS_MAX);
    if (a->lanes == ABREAST_LANES || a->seed_count + count > CLIMB_SEEDS_MAX) {
        return false;
    }
    memcpy(a->seeds + a->seed_count, seeds, count * sizeof(*seeds));
    a->seed_count += count;
    a->seeds_end[a->lanes++] = a->seed_count;
    return true;
}

static bool make_room(struct abreast *a)
{
    if (a->count < a->room) {
        return true;
    }
    uint32_t room = a->room == 0 ? 512 : a->room * 2;
    uint32_t *node = realloc(a->node, room * sizeof(*node));

    a->node = node != NULL ? node : a->node;
    struct abreast_row *row = realloc(a->row, room * sizeof(*row));

    a->row = row != NULL ? row : a->row;
    a->room = node != NULL && row != NULL ? room : a->room;
    return node != NULL && row != NULL;
}

/* All ancestors of all seeds, from the lowest. Meanwhile the climb's times are their places in
 * `node`, so that a node is found from the head of an arc. Walks to the end in any case. */
static bool walk(struct abreast *a, const struct times *t)
{
    uint32_t ms;
    uint32_t v;
    bool ok = true;

    a->count = 0;
    climb_start(a->climb, a->seeds, a->seed_count);
    while ((v = climb_next(a->climb, t->h, &ms)) != NODE_NONE) {
        ok = ok && make_room(a);
        if (ok) {
            a->climb->ms[v] = a->count;
            a->node[a->count++] = v;
        }
    }
    return ok;
}

static void set_out(struct abreast *a)
{
    uint32_t lane = 0;

    for (uint32_t i = 0; i < a->count; i++) {
        for (uint32_t k = 0; k < ABREAST_LANES; k++) {
            a->row[i].ms[k] = ETA_INF_MS;
        }
    }
    for (uint32_t s = 0; s < a->seed_count; s++) {
        lane += s == a->seeds_end[lane];
        int32_t *ms = &a->row[a->climb->ms[a->seeds[s].node]].ms[lane];

        *ms = (int32_t)a->seeds[s].ms < *ms ? (int32_t)a->seeds[s].ms : *ms;
    }
}

static inline void lower(int32_t *above, lanes_ms over)
{
    lanes_ms now;

    memcpy(&now, above, sizeof(now));
    lanes_ms is_lower = over < now;

    now = (over & is_lower) | (now & ~is_lower);
    memcpy(above, &now, sizeof(now));
}

/* Hands the times of one node on to those above it. */
static void spread(struct abreast *a, const struct times *t, uint32_t at)
{
    const struct hierarchy *h = t->h;
    const uint32_t *place = a->climb->ms;
    struct abreast_row *row = a->row;
    const uint32_t *head = &h->head[h->first_up[a->node[at]]];
    const uint32_t *head_end = &h->head[h->first_up[a->node[at] + 1]];
    const struct arc_times *step = &t->arc[h->first_up[a->node[at]]];
    lanes_ms left;
    lanes_ms right;

    memcpy(&left, row[at].ms, sizeof(left));
    memcpy(&right, row[at].ms + REGISTER_LANES, sizeof(right));
    for (; head < head_end; head++, step++) {
        int32_t *above = row[place[*head]].ms;
        int32_t up_ms = (int32_t)step->up_ms;

        lower(above, left + up_ms);
        lower(above + REGISTER_LANES, right + up_ms);
    }
}

static void forget_places(struct abreast *a)
{
    for (uint32_t i = 0; i < a->count; i++) {
        a->climb->ms[a->node[i]] = ETA_INF_MS;
    }
}

bool abreast_climb(struct abreast *a, const struct times *t)
{
    bool ok = walk(a, t);

    if (ok) {
        set_out(a);
        for (uint32_t i = 0; i < a->count; i++) {
            spread(a, t, i);
        }
    }
    forget_places(a);
    a->lanes = 0;
    a->seed_count = 0;
    return ok;
}
