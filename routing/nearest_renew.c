/* Units whose way up goes, or would now go, by a road whose time changed: only those are moved. */
#include "routing/nearest_inside.h"

#define ABREAST_MIN 4 /* of fewer each climbs by itself */

/* A way up changes only where a step that it was made of takes longer, or where a step is now
 * shorter than it. Whoever can make the step stands in the bucket where it begins. Returns how many
 * units are stale in all. */
static uint32_t find_stale(struct nearest *n, const struct times_changed *c, uint32_t count)
{
    const struct hierarchy *h = n->times->h;
    const struct bucket *begin = &n->bucket[h->tail[c->arc]];
    const struct bucket *end = &n->bucket[h->head[c->arc]];
    uint32_t before_ms = c->before.up_ms;
    uint32_t now_ms = n->times->arc[c->arc].up_ms;

    if (before_ms == now_ms || begin->count == 0) {
        return count;
    }
    for (uint32_t i = 0; i < end->count; i++) {
        n->at_ms[end->entry[i].unit] = end->entry[i].ms;
    }
    for (uint32_t i = 0; i < begin->count; i++) {
        struct bucket_entry e = begin->entry[i];
        uint32_t ms = n->at_ms[e.unit];

        if (n->is_stale[e.unit] == 0 &&
            (now_ms > before_ms ? e.ms + before_ms == ms : e.ms + now_ms < ms)) {
            n->is_stale[e.unit] = 1;
            n->stale[count++] = e.unit;
        }
    }
    for (uint32_t i = 0; i < end->count; i++) {
        n->at_ms[end->entry[i].unit] = ETA_INF_MS;
    }
    return count;
}

/* Where the search in `lane` came by, into `met`. */
static void take_lane(struct nearest *n, uint32_t lane)
{
    const struct abreast *a = &n->abreast;

    n->met_count = 0;
    for (uint32_t i = 0; i < a->count; i++) {
        uint32_t ms = (uint32_t)a->row[i].ms[lane];

        if (ms < ETA_INF_MS) {
            n->met[n->met_count++] = (struct bucket_spot){ .node = a->node[i], .ms = ms };
        }
    }
}

/* Several neighbours at a time. False: no memory for some of them. */
static bool stand_abreast(struct nearest *n, uint32_t count)
{
    bool ok = true;

    for (uint32_t i = 0; i < count; i++) {
        n->by_place[i] = nearest_place_(n, n->stale[i]);
    }
    nearest_sort_places_(n->by_place, count);
    for (uint32_t i = 0, lanes; i < count; i += lanes) {
        lanes = nearest_abreast_(n, &n->by_place[i], count - i);
        bool climbed = abreast_climb(&n->abreast, n->times);

        ok = climbed && ok;
        for (uint32_t lane = 0; lane < lanes; lane++) {
            uint32_t unit = (uint32_t)n->by_place[i + lane];

            if (!climbed) {
                nearest_drop(n, unit);
                continue;
            }
            take_lane(n, lane);
            ok = nearest_move_(n, unit) && ok;
        }
    }
    return ok;
}

enum err nearest_renew(struct nearest *n, struct fault *f)
{
    uint32_t count = 0;
    bool ok = true;

    for (uint32_t i = 0; i < n->times->changed_count; i++) {
        count = find_stale(n, &n->times->changed[i], count);
    }
    for (uint32_t i = 0; i < count; i++) {
        n->is_stale[n->stale[i]] = 0;
    }
    if (count >= ABREAST_MIN) {
        ok = stand_abreast(n, count);
    } else {
        for (uint32_t i = 0; i < count; i++) {
            ok = nearest_stand_(n, n->stale[i]) && ok;
        }
    }
    return ok ? OK : nearest_no_room_(f);
}
