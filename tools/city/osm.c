#include "tools/city/osm.h"

#include <stdlib.h>
#include <string.h>

#define WORDS_MAX ((size_t)64 << 20)

void osm_init(struct osm *o)
{
    memset(o, 0, sizeof(*o));
    arena_init(&o->arena, WORDS_MAX);
}

void osm_fini(struct osm *o)
{
    free(o->nodes);
    free(o->ways);
    free(o->relations);
    free(o->tags);
    free(o->members);
    free(o->refs);
    arena_fini(&o->arena);
}

/* Room for one more. */
static void *one_more(void *at, uint32_t count, uint32_t *room, size_t size)
{
    if (count < *room) {
        return at;
    }
    *room = *room == 0 ? 1024 : *room * 2;
    return plane_grow(at, *room, size);
}

static int32_t e7(double degrees)
{
    return (int32_t)floor(degrees * 1e7 + 0.5);
}

uint32_t osm_node(struct osm *o, struct vec at)
{
    o->nodes = one_more(o->nodes, o->node_count, &o->node_room, sizeof(*o->nodes));
    o->nodes[o->node_count] =
        (struct osm_node){ .lon_e7 = e7(OSM_LON_DEG + at.x / OSM_M_PER_DEG_LON),
                           .lat_e7 = e7(OSM_LAT_DEG + at.y / OSM_M_PER_DEG_LAT),
                           .first_tag = o->tag_count };
    o->open_tags = &o->nodes[o->node_count].tag_count;
    return ++o->node_count;
}

uint32_t osm_way(struct osm *o)
{
    o->ways = one_more(o->ways, o->way_count, &o->way_room, sizeof(*o->ways));
    o->ways[o->way_count] =
        (struct osm_way){ .first_ref = o->ref_count, .first_tag = o->tag_count };
    o->open_tags = &o->ways[o->way_count].tag_count;
    return ++o->way_count;
}

uint32_t osm_relation(struct osm *o)
{
    o->relations =
        one_more(o->relations, o->relation_count, &o->relation_room, sizeof(*o->relations));
    o->relations[o->relation_count] =
        (struct osm_relation){ .first_member = o->member_count, .first_tag = o->tag_count };
    o->open_tags = &o->relations[o->relation_count].tag_count;
    return ++o->relation_count;
}

void osm_ref(struct osm *o, uint32_t node)
{
    must(node > 0 && node <= o->node_count);
    o->refs = one_more(o->refs, o->ref_count, &o->ref_room, sizeof(*o->refs));
    o->refs[o->ref_count++] = node;
    o->ways[o->way_count - 1].ref_count++;
    o->open_tags = &o->ways[o->way_count - 1].tag_count; /* nodes may have come between */
}

void osm_member(struct osm *o, enum osm_kind kind, uint32_t id, const char *role)
{
    o->members = one_more(o->members, o->member_count, &o->member_room, sizeof(*o->members));
    o->members[o->member_count++] =
        (struct osm_member){ .kind = (uint8_t)kind, .id = id, .role = role };
    o->relations[o->relation_count - 1].member_count++;
    o->open_tags = &o->relations[o->relation_count - 1].tag_count;
}

static const char *keep(struct osm *o, const char *word)
{
    struct str copy = arena_str(&o->arena, str_of(word));

    must(copy.at != NULL);
    return copy.at;
}

void osm_tag(struct osm *o, const char *key, const char *value)
{
    must(o->open_tags != NULL);
    o->tags = one_more(o->tags, o->tag_count, &o->tag_room, sizeof(*o->tags));
    o->tags[o->tag_count++] = (struct osm_tag){ .key = keep(o, key), .value = keep(o, value) };
    (*o->open_tags)++;
}

void osm_names(struct osm *o, const char *zh, const char *en)
{
    osm_tag(o, "name", zh);
    osm_tag(o, "name:zh", zh);
    osm_tag(o, "name:en", en);
}
