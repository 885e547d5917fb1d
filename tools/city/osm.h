/* OSM objects in memory, and their way into a file. Ids count from 1 in each kind, in the order in
 * which things were added. */
#ifndef TOOLS_CITY_OSM_H
#define TOOLS_CITY_OSM_H

#include "base/arena.h"
#include "base/fault.h"
#include "tools/city/plane.h"

/* Where the plane's centre lies: the open East China Sea, so that nothing claims to be a real
 * place. Metres a degree on the sphere of base/geo.h at that latitude. */
#define OSM_LON_DEG 123.9
#define OSM_LAT_DEG 29.0
#define OSM_M_PER_DEG_LAT 111195.08
#define OSM_M_PER_DEG_LON 97253.50

struct osm_tag {
    const char *key, *value;
};

struct osm_node {
    int32_t lon_e7, lat_e7;
    uint32_t first_tag, tag_count;
};

struct osm_way {
    uint32_t first_ref, ref_count;
    uint32_t first_tag, tag_count;
};

enum osm_kind { OSM_NODE, OSM_WAY, OSM_RELATION };

struct osm_member {
    uint8_t kind;
    uint32_t id;
    const char *role;
};

struct osm_relation {
    uint32_t first_member, member_count;
    uint32_t first_tag, tag_count;
};

struct osm {
    struct arena arena; /* of words */
    struct osm_node *nodes;
    struct osm_way *ways;
    struct osm_relation *relations;
    struct osm_tag *tags;
    struct osm_member *members;
    uint32_t *refs;
    uint32_t node_count, way_count, relation_count, tag_count, member_count, ref_count;
    uint32_t node_room, way_room, relation_room, tag_room, member_room, ref_room;
    uint32_t *open_tags; /* of the thing added last */
};

void osm_init(struct osm *o);
void osm_fini(struct osm *o);

/* Each returns the id. Refs belong to the last way, members to the last relation, tags to what was
 * added or referred from last; a node that is tagged is tagged before the next thing. */
uint32_t osm_node(struct osm *o, struct vec at);
uint32_t osm_way(struct osm *o);
uint32_t osm_relation(struct osm *o);
void osm_ref(struct osm *o, uint32_t node);
void osm_member(struct osm *o, enum osm_kind kind, uint32_t id, const char *role);
/* Both texts are copied. */
void osm_tag(struct osm *o, const char *key, const char *value);
void osm_names(struct osm *o, const char *zh, const char *en); /* name, name:zh, name:en */

/* Writes FILE as OSM PBF. Blobs are zlib streams of stored blocks, so that the bytes do not
 * hang on a library's version; the header holds no time. Fails: ERR_IO. */
MUST_USE enum err osm_write(const struct osm *o, const char *path, struct fault *f);

#endif
