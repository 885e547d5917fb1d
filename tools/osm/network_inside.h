/* What the steps from an extract to a network share. Private to tools/osm. */
#ifndef TOOLS_OSM_NETWORK_INSIDE_H
#define TOOLS_OSM_NETWORK_INSIDE_H

#include "tools/osm/network.h"

#define JUNCTION_NONE UINT32_MAX

struct made_piece {
    struct piece piece;
    uint32_t end[2]; /* junctions: segment 2p runs from end[0] to end[1] */
    uint32_t way;
    uint32_t ms[2];
};

struct ban {
    uint32_t from, to; /* segments */
};

struct making {
    const struct network_wish *wish;
    struct network_report *report;
    struct fault *fault;

    /* of the extract's nodes */
    uint8_t *use; /* how many ends and crossings of roads meet there, at most 2 */
    uint32_t *junction_of;

    struct point *junction_at;
    uint32_t junction_count, junction_room;
    struct made_piece *pieces;
    uint32_t piece_count, piece_room;
    struct point *shape;
    uint32_t point_count, point_room;
    char *names;
    uint32_t names_size, names_room;

    /* segments by the junction they leave and by the one they come to */
    uint32_t *first_out, *out;
    uint32_t *first_in, *in;

    struct ban *bans; /* by from, then to */
    uint32_t ban_count, ban_room;
    uint8_t *turns; /* of a junction: it is split */
};

/* Room for `more` behind `count`; false: no memory. */
bool making_grow(void **at, uint32_t count, uint32_t more, uint32_t *room, size_t size);
#define MAKING_GROW(list, count, more, room) \
    making_grow((void **)&(list), count, more, &(room), sizeof(*(list)))

static inline uint32_t segment_from(const struct making *m, uint32_t segment)
{
    return m->pieces[segment / 2].end[segment % 2];
}

static inline uint32_t segment_to(const struct making *m, uint32_t segment)
{
    return m->pieces[segment / 2].end[1 - segment % 2];
}

static inline uint32_t segment_time(const struct making *m, uint32_t segment)
{
    return m->pieces[segment / 2].ms[segment % 2];
}

/* Each step in turn. False: no memory. */
bool making_pieces(struct making *m); /* ways, cut where roads meet */
bool making_rows(struct making *m);   /* segments by junction; again after pieces were dropped */
bool making_strong(struct making *m); /* drops what cannot be left or reached */
bool making_bans(struct making *m);   /* what restrictions forbid */
void making_turns(struct making *m);  /* which junctions are split */

/* Time of turning from one segment into another at a junction that is split; ETA_INF_MS: banned. */
uint32_t making_turn_ms(const struct making *m, uint32_t from, uint32_t to);

#endif
