#include "tools/quality/trail.h"

uint64_t trail_length_mm(const struct network *n, const struct path *path)
{
    uint64_t mm = 0;

    for (uint32_t i = 0; i < path->leg_count; i++) {
        mm += n->piece[segment_piece(path->leg[i].segment)].length_mm;
    }
    return mm;
}

/* The node that all arcs of a segment end at. */
static uint32_t end_of(const struct network *n, uint32_t segment)
{
    return n->graph.head[n->arc[n->first_arc[segment]]];
}

uint32_t trail_find(struct path_query *q, const struct road *road, struct point from,
                    struct point to, struct trail_point *out, uint64_t *mm)
{
    const struct network *n = &road->network;
    uint32_t count = 0;
    struct path path;

    if (!path_find(q, &road->free, from, to, &path)) {
        return 0;
    }
    uint32_t ms = path.start_ms;

    out[count++] = (struct trail_point){ from, NODE_NONE, 0 };
    for (uint32_t i = 0; i + 1 < path.leg_count && count + 1 < TRAIL_MAX; i++) {
        uint32_t node = end_of(n, path.leg[i].segment);

        ms += path.leg[i].ms;
        out[count++] = (struct trail_point){ n->graph.at[node], node, ms };
    }
    out[count++] = (struct trail_point){ to, NODE_NONE, path.ms };
    *mm += trail_length_mm(n, &path);
    return count;
}

uint32_t trail_at(const struct trail_point *trail, uint32_t count, int64_t ms)
{
    uint32_t low = 0;
    uint32_t high = count;

    while (low + 1 < high) {
        uint32_t middle = low + (high - low) / 2;

        if (trail[middle].ms <= ms) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}
