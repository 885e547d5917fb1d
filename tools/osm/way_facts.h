/* What the tags of a way say, in our words: decoding only. What it means for somebody who drives or
 * walks is a profile's (tools/osm/profile.h).
 *
 * Source of the tags' meaning: OpenStreetMap wiki, Key:highway, Key:oneway, Key:access,
 * Key:maxspeed. */
#ifndef TOOLS_OSM_WAY_FACTS_H
#define TOOLS_OSM_WAY_FACTS_H

#include "routing/network.h"
#include "tools/osm/extract.h"

/* Who may use it, as it stands at the way; the closer word wins (motor_vehicle over vehicle over
 * access).
 */
enum way_access { ACCESS_UNSAID, ACCESS_YES, ACCESS_DESTINATION, ACCESS_PRIVATE, ACCESS_NO };

struct way_facts {
    bool road; /* false: no way to travel on */
    uint8_t class;
    uint8_t flags;         /* enum piece_flag */
    int8_t one_way;        /* 1 along, -1 against, 0 both */
    bool alternating;      /* both ways in turns */
    uint8_t motor;         /* enum way_access */
    uint8_t foot;          /* enum way_access */
    uint8_t emergency;     /* enum way_access */
    uint16_t limit_kmh[2]; /* along, against; 0: not said */
    bool parking_aisle;
};

struct way_facts way_facts_read(const struct extract *x, struct extract_tags tags);

/* What stands at a node: a gate, bollards, signals. */
struct node_facts {
    bool signals;
    bool bars_vehicles; /* bollard, block, … that motor vehicles cannot pass */
};
struct node_facts node_facts_read(const struct extract *x, struct extract_tags tags);

#endif
