/* An OSM extract (.osm.pbf or .osm) in memory, things sorted by id. */
#ifndef TOOLS_OSM_EXTRACT_H
#define TOOLS_OSM_EXTRACT_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/units.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct extract_tag {
    const char *key, *value;
};

struct extract_tags {
    uint32_t first, count;
};

struct extract_node {
    int64_t id;
    struct point at;
    struct extract_tags tags;
};

struct extract_way {
    int64_t id;
    uint32_t first, count; /* refs */
    struct extract_tags tags;
};

enum extract_kind { EXTRACT_NODE, EXTRACT_WAY, EXTRACT_RELATION };

struct extract_member {
    int64_t id;
    const char *role;
    uint8_t kind;
};

struct extract_relation {
    int64_t id;
    uint32_t first, count; /* members */
    struct extract_tags tags;
};

struct extract {
    struct arena words;
    struct extract_node *nodes;
    struct extract_way *ways;
    struct extract_relation *relations;
    struct extract_tag *tags;
    struct extract_member *members;
    int64_t *refs; /* ids of nodes */
    uint32_t node_count, way_count, relation_count, tag_count, member_count, ref_count;
    uint32_t node_room, way_room, relation_room, tag_room, member_room, ref_room;
};

/* Reads a file. Owns: free by extract_free, also after a failure. Fails: ERR_IO (no such file),
 * ERR_MALFORMED (also a node beyond the poles or the date line), ERR_NO_MEMORY. */
MUST_USE enum err extract_read(struct extract *x, const char *path, struct fault *f);
void extract_free(struct extract *x);

/* NULL: not in the file. */
const struct extract_node *extract_node(const struct extract *x, int64_t id);
const struct extract_way *extract_way(const struct extract *x, int64_t id);

/* The value of a tag; NULL: it has none. */
const char *extract_tag(const struct extract *x, struct extract_tags tags, const char *key);
bool extract_is(const struct extract *x, struct extract_tags tags, const char *key,
                const char *value);
/* The k-th node of a way; NULL: it is not in the file. */
const struct extract_node *extract_way_node(const struct extract *x, const struct extract_way *w,
                                            uint32_t k);
/* The middle of the nodes of a way that are there; false: none is. */
bool extract_way_middle(const struct extract *x, const struct extract_way *w, struct point *out);

#endif
