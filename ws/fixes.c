/* Fixes on their way to the core: who may send which, and the block they gather in. */
#include "ws/inside.h"

#include <stdlib.h>

#define FIX_BATCH 4096
#define FIX_AHEAD_US (5 * US_PER_S)

bool fix_take(struct conn *c, const struct door_fix *fix, struct fault *f)
{
    struct gateway *g = c->g;

    /* A unit speaks for itself; an intake channel may speak for a fleet (a radio system's gateway).
     */
    if (!c->have_rights || (c->role == ROLE_UNIT ? c->unit != fix->unit : c->role != ROLE_INTAKE)) {
        (void)fault_field(f, ERR_FORBIDDEN, "unit",
                          "a unit's terminal sends its own position only");
        return false;
    }
    if (fix->fix_at > gateway_now_us(g) + FIX_AHEAD_US) {
        (void)fault_field(f, ERR_INVALID, "fix_at", "more than 5 s ahead of the server's clock");
        return false;
    }
    g->fixes[g->fix_count++] = *fix;
    g->metrics.fixes++;
    if (g->fix_count == FIX_BATCH) {
        fixes_flush(g);
    }
    return true;
}

void fixes_init(struct gateway *g)
{
    g->fixes = calloc(FIX_BATCH, sizeof(*g->fixes));
}

void fixes_flush(struct gateway *g)
{
    struct door_positions head = { .kind = DOOR_POSITIONS, .count = g->fix_count };
    char *at;

    if (g->fix_count == 0) {
        return;
    }
    /* A full inbox costs fixes, never reports: a newer fix follows anyway. */
    head.at_us = gateway_now_us(g);
    at = door_reserve(&g->setup.door.to_core, sizeof(head) + g->fix_count * sizeof(g->fixes[0]));
    if (at != NULL) {
        memcpy(at, &head, sizeof(head));
        memcpy(at + sizeof(head), g->fixes, g->fix_count * sizeof(g->fixes[0]));
        core_commit(g);
    }
    g->fix_count = 0;
}
