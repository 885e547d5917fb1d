#include "server/cover_city.h"

#include "server/cover.h"
#include "server/wake.h"

#include <string.h>

#define PIECE_POINTS 4096

static bool push(const struct door_way *to, const void *head, size_t head_len, const void *body,
                 size_t body_len)
{
    char *at = queue_reserve(to->queue, head_len + body_len);

    if (at == NULL) {
        return false;
    }
    memcpy(at, head, head_len);
    if (body_len > 0) {
        memcpy(at + head_len, body, body_len);
    }
    if (queue_commit(to->queue)) {
        wake_up(to->wake_fd);
    }
    return true;
}

static bool tell_ring(struct cover_city *c, const struct world *w, const struct zone_ring *ring,
                      const struct door_way *to)
{
    do {
        uint32_t left = ring->count - c->point;
        const struct cover_head head = { .kind = left > PIECE_POINTS ? COVER_RING_PART : COVER_RING,
                                         .count = left > PIECE_POINTS ? PIECE_POINTS : left };

        if (!push(to, &head, sizeof(head), &w->points[ring->first + c->point],
                  head.count * sizeof(*w->points))) {
            return false;
        }
        c->point += head.count;
    } while (c->point < ring->count);
    c->point = 0;
    return true;
}

/* The borders of zones that lie in no other are the city's. */
static bool tell_borders(struct cover_city *c, const struct world *w, const struct door_way *to)
{
    for (; c->zone < w->zone_count; c->zone++, c->ring = 0) {
        const struct zone *z = &w->zones[c->zone];

        for (; z->parent.n == 0 && c->ring < z->ring_count; c->ring++) {
            if (!tell_ring(c, w, &w->rings[z->first_ring + c->ring], to)) {
                return false;
            }
        }
    }
    return true;
}

static bool tell_circles(struct cover_city *c, const struct world *w, const struct door_way *to)
{
    for (; c->circle < w->circle_count; c->circle++) {
        const struct circle *k = &w->circles[c->circle];
        const struct cover_circle_told told = { .kind = COVER_CIRCLE,
                                                .minutes = k->minutes,
                                                .police_type = k->police_type,
                                                .code = k->code,
                                                .name_zh = k->name_zh,
                                                .name_en = k->name_en,
                                                .at = { k->lon_e7, k->lat_e7 } };

        if (!push(to, &told, sizeof(told), NULL, 0)) {
            return false;
        }
    }
    return true;
}

bool cover_city_tell(struct cover_city *c, const struct world *w, const struct door_way *to)
{
    const struct cover_head head = { .kind = COVER_CITY };

    c->begun = c->begun || push(to, &head, sizeof(head), NULL, 0);
    return c->begun && tell_borders(c, w, to) && tell_circles(c, w, to);
}
