#include "routing/climbed.h"

#include <stdlib.h>

bool climbed_init(struct climbed *c, uint32_t node_count)
{
    *c = (struct climbed){ 0 };
    c->ms = malloc(((size_t)node_count + 1) * sizeof(*c->ms));
    c->met = malloc(((size_t)node_count + 1) * sizeof(*c->met));
    for (uint32_t v = 0; c->ms != NULL && v < node_count; v++) {
        c->ms[v] = ETA_INF_MS;
    }
    return c->ms != NULL && c->met != NULL;
}

void climbed_fini(struct climbed *c)
{
    free(c->ms);
    free(c->met);
    *c = (struct climbed){ 0 };
}

void climbed_fill(struct climbed *c, struct climb *climb, const struct times *t,
                  const struct seed *seeds, uint32_t count, enum climb_way way)
{
    uint32_t v;
    uint32_t ms;

    for (uint32_t i = 0; i < c->met_count; i++) {
        c->ms[c->met[i]] = ETA_INF_MS;
    }
    c->met_count = 0;
    if (count == 0) {
        return;
    }
    climb_start(climb, seeds, count);
    while ((v = climb_next(climb, t->h, &ms)) != NODE_NONE) {
        if (ms < ETA_INF_MS) {
            c->ms[v] = ms;
            c->met[c->met_count++] = v;
            climb_spread(climb, t, v, ms, way);
        }
    }
}
