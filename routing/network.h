/* The road network of a city: pieces of road between junctions, and the graph of the ways to drive
 * them.
 *
 * A piece has two segments, one a direction: segment 2p runs along the shape of piece p, segment 2p
 * + 1 against it; one that may not be driven takes ETA_INF_MS. An arc of the graph is a segment
 * together with the turn into it: most junctions are one node, those with bans or costs of turning
 * are several, one for each way of coming in that differs. So an arc takes segment_ms[arc_segment]
 * + arc_turn_ms.
 *
 * Made by `tocsin import-osm`, kept in a file (routing/network_file.h), mapped and never changed.
 */
#ifndef ROUTING_NETWORK_H
#define ROUTING_NETWORK_H

#include "routing/graph.h"

/* Roads by what they are built for; the words of OSM's highway tag. */
enum road_class {
    ROAD_MOTORWAY,
    ROAD_TRUNK,
    ROAD_PRIMARY,
    ROAD_SECONDARY,
    ROAD_TERTIARY,
    ROAD_UNCLASSIFIED,
    ROAD_RESIDENTIAL,
    ROAD_LIVING_STREET,
    ROAD_SERVICE,
    ROAD_TRACK,
    ROAD_PEDESTRIAN,
    ROAD_PATH,
    ROAD_STEPS,
    ROAD_FERRY,
    ROAD_CLASS_COUNT
};

enum piece_flag { PIECE_BRIDGE = 1, PIECE_TUNNEL = 2, PIECE_LINK = 4, PIECE_ROUNDABOUT = 8 };

struct piece {
    uint32_t first_point; /* of its shape */
    uint32_t point_count; /* two or more */
    uint32_t length_mm;
    uint32_t name; /* where it begins in `names`; 0: it has none */
    uint8_t class; /* enum road_class */
    uint8_t flags; /* enum piece_flag */
    uint16_t none; /* 0 */
};

#define NETWORK_PROFILE_SIZE 32
#define NETWORK_SOURCE_SIZE 96

struct network {
    char profile[NETWORK_PROFILE_SIZE]; /* whose roads these are: patrol_car … */
    char source[NETWORK_SOURCE_SIZE];   /* what it was made of */
    struct graph graph;
    const uint32_t *arc_segment;
    const uint32_t *arc_turn_ms;
    uint32_t piece_count;
    const struct piece *piece;
    const uint32_t *segment_ms; /* 2 × piece_count; with nothing on the roads */
    uint32_t point_count;
    const struct point *shape;
    uint32_t names_size;
    const char *names; /* ended by NUL each; the first is empty */
    uint8_t digest[32];

    /* Arcs of a segment; not in the file, made when it is opened. */
    uint32_t *first_arc; /* 2 × piece_count + 1 */
    uint32_t *arc;
    void *map; /* the file */
    size_t map_size;
};

static inline uint32_t segment_piece(uint32_t segment)
{
    return segment / 2;
}

static inline bool segment_backwards(uint32_t segment)
{
    return segment % 2 == 1;
}

/* The name of a piece; "" when it has none. */
static inline const char *network_name(const struct network *n, uint32_t piece)
{
    return n->names + n->piece[piece].name;
}

#endif
