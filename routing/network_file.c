#include "routing/network_file.h"

#include "base/file.h"
#include "base/geo.h"
#include "base/hash.h"
#include "routing/climb.h"

#include <stdlib.h>
#include <string.h>

static const char magic[8] = "TOCSNROA";

struct head {
    char magic[8];
    uint32_t version;
    uint32_t byte_order; /* BYTE_ORDER_MARK as the writer's machine stores it */
    uint64_t size;       /* of the file */
    uint8_t digest[32];  /* SHA-256 of all behind it: the counts, then the arrays */
    uint32_t node_count;
    uint32_t arc_count;
    uint32_t piece_count;
    uint32_t point_count;
    uint32_t names_size;
    uint32_t none; /* 0 */
    char profile[NETWORK_PROFILE_SIZE];
    char source[NETWORK_SOURCE_SIZE];
};

#define BYTE_ORDER_MARK UINT32_C(0x01020304)
#define DIGESTED_FROM (offsetof(struct head, node_count))

_Static_assert(sizeof(struct head) % 8 == 0, "arrays begin at a multiple of 8");
_Static_assert(sizeof(struct piece) == 20 && sizeof(struct point) == 8, "as in the file");

enum part {
    NODE_AT,
    FIRST_OUT,
    HEAD,
    TAIL,
    ARC_SEGMENT,
    ARC_TURN,
    PIECES,
    SEGMENTS,
    SHAPE,
    NAMES,
    PART_COUNT
};

struct layout {
    uint64_t offset[PART_COUNT];
    uint64_t size[PART_COUNT];
    uint64_t end;
};

static struct layout lay_out(const struct head *h)
{
    struct layout l = { .end = sizeof(*h) };

    l.size[NODE_AT] = (uint64_t)h->node_count * sizeof(struct point);
    l.size[FIRST_OUT] = ((uint64_t)h->node_count + 1) * sizeof(uint32_t);
    l.size[HEAD] = (uint64_t)h->arc_count * sizeof(uint32_t);
    l.size[TAIL] = l.size[HEAD];
    l.size[ARC_SEGMENT] = l.size[HEAD];
    l.size[ARC_TURN] = l.size[HEAD];
    l.size[PIECES] = (uint64_t)h->piece_count * sizeof(struct piece);
    l.size[SEGMENTS] = (uint64_t)h->piece_count * 2 * sizeof(uint32_t);
    l.size[SHAPE] = (uint64_t)h->point_count * sizeof(struct point);
    l.size[NAMES] = h->names_size;
    for (int p = 0; p < PART_COUNT; p++) {
        l.offset[p] = l.end;
        l.end += (l.size[p] + 7) / 8 * 8;
    }
    return l;
}

static void list_parts(const struct network *n, const void *part[PART_COUNT])
{
    part[NODE_AT] = n->graph.at;
    part[FIRST_OUT] = n->graph.first_out;
    part[HEAD] = n->graph.head;
    part[TAIL] = n->graph.tail;
    part[ARC_SEGMENT] = n->arc_segment;
    part[ARC_TURN] = n->arc_turn_ms;
    part[PIECES] = n->piece;
    part[SEGMENTS] = n->segment_ms;
    part[SHAPE] = n->shape;
    part[NAMES] = n->names;
}

enum err network_write(const struct network *n, const char *path, struct fault *f)
{
    struct head h = { .version = NETWORK_FILE_VERSION,
                      .byte_order = BYTE_ORDER_MARK,
                      .node_count = n->graph.node_count,
                      .arc_count = n->graph.arc_count,
                      .piece_count = n->piece_count,
                      .point_count = n->point_count,
                      .names_size = n->names_size };
    const void *part[PART_COUNT];

    memcpy(h.magic, magic, sizeof(magic));
    memcpy(h.profile, n->profile, sizeof(h.profile));
    memcpy(h.source, n->source, sizeof(h.source));
    struct layout l = lay_out(&h);
    uint8_t *all = calloc(1, l.end);

    if (all == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for a road network", path, NULL);
    }
    h.size = l.end;
    list_parts(n, part);
    for (int p = 0; p < PART_COUNT; p++) {
        if (l.size[p] > 0) {
            memcpy(all + l.offset[p], part[p], l.size[p]);
        }
    }
    memcpy(all, &h, sizeof(h));
    struct sha256 digest;
    struct str body = { .at = (const char *)all + DIGESTED_FROM, .len = l.end - DIGESTED_FROM };

    hash_sha256(body, (struct str){ 0 }, &digest);
    memcpy(all + offsetof(struct head, digest), &digest, sizeof(h.digest));

    enum err err = file_put(path, all, l.end, f);

    free(all);
    return err;
}

static enum err no_network(const char *path, const char *why, struct fault *f)
{
    return fault_set(f, ERR_MALFORMED, "not a road network", path, why);
}

static bool ended(const char *text, size_t size)
{
    return memchr(text, '\0', size) != NULL;
}

static enum err read_head(const struct network *n, const char *path, struct head *h,
                          struct fault *f)
{
    memcpy(h, n->map, sizeof(*h));
    if (memcmp(h->magic, magic, sizeof(magic)) != 0) {
        return no_network(path, "make one with: tocsin import-osm", f);
    }
    if (h->version != NETWORK_FILE_VERSION || h->byte_order != BYTE_ORDER_MARK) {
        return no_network(path, "it was made by another version: import the extract again", f);
    }
    if (h->size != n->map_size || lay_out(h).end != h->size) {
        return no_network(path, "its size is not the one it was written with", f);
    }
    struct sha256 digest;
    struct str body = { .at = (const char *)n->map + DIGESTED_FROM,
                        .len = n->map_size - DIGESTED_FROM };

    hash_sha256(body, (struct str){ 0 }, &digest);
    if (memcmp(h->digest, &digest, sizeof(h->digest)) != 0) {
        return no_network(path, "it was damaged after it was written", f);
    }
    if (!ended(h->profile, sizeof(h->profile)) || !ended(h->source, sizeof(h->source))) {
        return no_network(path, "its head is none", f);
    }
    return OK;
}

static void point_at_parts(struct network *n, const struct head *h)
{
    struct layout l = lay_out(h);
    const uint8_t *all = n->map;

    n->graph.node_count = h->node_count;
    n->graph.arc_count = h->arc_count;
    n->graph.at = (const struct point *)(const void *)(all + l.offset[NODE_AT]);
    n->graph.first_out = (const uint32_t *)(const void *)(all + l.offset[FIRST_OUT]);
    n->graph.head = (const uint32_t *)(const void *)(all + l.offset[HEAD]);
    n->graph.tail = (const uint32_t *)(const void *)(all + l.offset[TAIL]);
    n->arc_segment = (const uint32_t *)(const void *)(all + l.offset[ARC_SEGMENT]);
    n->arc_turn_ms = (const uint32_t *)(const void *)(all + l.offset[ARC_TURN]);
    n->piece_count = h->piece_count;
    n->piece = (const struct piece *)(const void *)(all + l.offset[PIECES]);
    n->segment_ms = (const uint32_t *)(const void *)(all + l.offset[SEGMENTS]);
    n->point_count = h->point_count;
    n->shape = (const struct point *)(const void *)(all + l.offset[SHAPE]);
    n->names_size = h->names_size;
    n->names = (const char *)(all + l.offset[NAMES]);
    memcpy(n->profile, h->profile, sizeof(n->profile));
    memcpy(n->source, h->source, sizeof(n->source));
    memcpy(n->digest, h->digest, sizeof(n->digest));
}

static bool graph_holds(const struct graph *g)
{
    if (g->first_out[0] != 0 || g->first_out[g->node_count] != g->arc_count) {
        return false;
    }
    for (uint32_t v = 0; v < g->node_count; v++) {
        if (g->first_out[v] > g->first_out[v + 1] || !geo_valid(g->at[v])) {
            return false;
        }
        for (uint32_t a = g->first_out[v]; a < g->first_out[v + 1] && a < g->arc_count; a++) {
            if (g->tail[a] != v || g->head[a] >= g->node_count || g->head[a] == v) {
                return false;
            }
        }
    }
    return true;
}

static bool pieces_hold(const struct network *n)
{
    if (n->names_size == 0 || n->names[0] != '\0' || n->names[n->names_size - 1] != '\0') {
        return false;
    }
    for (uint32_t p = 0; p < n->piece_count; p++) {
        const struct piece *x = &n->piece[p];

        if (x->point_count < 2 || x->first_point > n->point_count ||
            x->point_count > n->point_count - x->first_point || x->name >= n->names_size ||
            x->class >= ROAD_CLASS_COUNT || n->segment_ms[2 * p] > ETA_INF_MS ||
            n->segment_ms[2 * p + 1] > ETA_INF_MS) {
            return false;
        }
    }
    for (uint32_t i = 0; i < n->point_count; i++) {
        if (!geo_valid(n->shape[i])) {
            return false;
        }
    }
    return true;
}

static bool arcs_hold(const struct network *n)
{
    for (uint32_t a = 0; a < n->graph.arc_count; a++) {
        if (segment_piece(n->arc_segment[a]) >= n->piece_count || n->arc_turn_ms[a] > ETA_INF_MS) {
            return false;
        }
    }
    return true;
}

static enum err list_arcs(struct network *n, struct fault *f)
{
    size_t segments = (size_t)n->piece_count * 2;

    n->first_arc = calloc(segments + 2, sizeof(*n->first_arc));
    n->arc = malloc(((size_t)n->graph.arc_count + 1) * sizeof(*n->arc));
    if (n->first_arc == NULL || n->arc == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for a road network", NULL, NULL);
    }
    for (uint32_t a = 0; a < n->graph.arc_count; a++) {
        n->first_arc[n->arc_segment[a] + 2]++;
    }
    for (size_t s = 0; s < segments; s++) {
        n->first_arc[s + 2] += n->first_arc[s + 1];
    }
    for (uint32_t a = 0; a < n->graph.arc_count; a++) {
        n->arc[n->first_arc[n->arc_segment[a] + 1]++] = a;
    }
    return OK;
}

/* A search starts at every arc into a road: more than it has room for are no junctions of a city.
 */
static bool arrivals_fit(const struct network *n)
{
    for (uint32_t p = 0; p < n->piece_count; p++) {
        if (n->first_arc[2 * p + 2] - n->first_arc[2 * p] > CLIMB_SEEDS_MAX) {
            return false;
        }
    }
    return true;
}

enum err network_open(struct network *n, const char *path, struct fault *f)
{
    struct head h;

    *n = (struct network){ 0 };
    enum err err = file_map(path, &n->map, &n->map_size, f);

    if (err == OK && n->map_size < sizeof(h)) {
        err = no_network(path, "it is too short", f);
    }
    if (err == OK) {
        err = read_head(n, path, &h, f);
    }
    if (err == OK) {
        point_at_parts(n, &h);
        if (!graph_holds(&n->graph) || !pieces_hold(n) || !arcs_hold(n)) {
            err = no_network(path, "its parts do not fit each other", f);
        }
    }
    if (err == OK) {
        err = list_arcs(n, f);
    }
    if (err == OK && !arrivals_fit(n)) {
        err = no_network(path, "a road has more ways into it than a search can start at", f);
    }
    if (err != OK) {
        network_close(n);
    }
    return err;
}

void network_close(struct network *n)
{
    free(n->first_arc);
    free(n->arc);
    file_unmap(n->map, n->map_size);
    *n = (struct network){ 0 };
}
