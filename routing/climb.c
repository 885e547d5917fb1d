#include "routing/climb.h"

#include <stdlib.h>

bool climb_init(struct climb *c, uint32_t node_count)
{
    *c = (struct climb){ 0 };
    c->ms = malloc(((size_t)node_count + 1) * sizeof(*c->ms));
    for (uint32_t v = 0; c->ms != NULL && v < node_count; v++) {
        c->ms[v] = ETA_INF_MS;
    }
    return c->ms != NULL;
}

void climb_fini(struct climb *c)
{
    free(c->ms);
    *c = (struct climb){ 0 };
}

void climb_start(struct climb *c, const struct seed *seeds, uint32_t count)
{
    must(c->way_count == 0);
    must(count >= 1 && count <= CLIMB_SEEDS_MAX);
    for (uint32_t i = 0; i < count; i++) {
        c->at[i] = seeds[i].node;
        if (seeds[i].ms < c->ms[seeds[i].node]) {
            c->ms[seeds[i].node] = seeds[i].ms;
        }
    }
    c->way_count = count;
}

uint32_t climb_lowest_(struct climb *c)
{
    uint32_t low = 0;

    for (uint32_t i = 1; i < c->way_count; i++) {
        if (c->at[i] == c->at[low]) {
            c->at[i--] = c->at[--c->way_count];
        } else if (c->at[i] < c->at[low]) {
            low = i;
        }
    }
    return low;
}
