#include "tools/osm/extract.h"

#include <readosm.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX ((size_t)2 << 30)

/* Room for `more` things behind `count`; false: no memory. */
static bool grow(void **at, uint32_t count, uint32_t more, uint32_t *room, size_t size)
{
    if (count + more <= *room) {
        return true;
    }
    uint32_t want = *room == 0 ? 4096 : *room;

    while (want < count + more) {
        if (want > UINT32_MAX / 2) {
            return false;
        }
        want *= 2;
    }
    void *bigger = realloc(*at, want * size);

    if (bigger == NULL) {
        return false;
    }
    *at = bigger;
    *room = want;
    return true;
}

#define GROW(list, count, more, room) grow((void **)&(list), count, more, &(room), sizeof(*(list)))

static const char *keep(struct extract *x, const char *word)
{
    return arena_str(&x->words, str_of(word != NULL ? word : "")).at;
}

static bool take_tags(struct extract *x, int count, const readosm_tag *tags,
                      struct extract_tags *out)
{
    uint32_t n = count > 0 ? (uint32_t)count : 0;

    *out = (struct extract_tags){ .first = x->tag_count, .count = n };
    if (!GROW(x->tags, x->tag_count, n, x->tag_room)) {
        return false;
    }
    for (uint32_t i = 0; i < n; i++) {
        struct extract_tag *t = &x->tags[x->tag_count++];

        t->key = keep(x, tags[i].key);
        t->value = keep(x, tags[i].value);
        if (t->key == NULL || t->value == NULL) {
            return false;
        }
    }
    return true;
}

static int32_t e7(double degrees)
{
    double d = degrees * 1e7;

    return (int32_t)(d + (d < 0 ? -0.5 : 0.5));
}

/* The extract and what was wrong with a node, where one was. */
struct reading {
    struct extract *x;
    struct fault *fault;
};

static bool on_earth(struct reading *r, const readosm_node *node)
{
    bool lat = node->latitude >= -90 && node->latitude <= 90;
    bool lon = node->longitude >= -180 && node->longitude <= 180;

    if (!lat || !lon) {
        (void)fault_field(r->fault, ERR_MALFORMED, lat ? "lon" : "lat",
                          "node %lld has %s %.7f, expected %s", (long long)node->id,
                          lat ? "lon" : "lat", lat ? node->longitude : node->latitude,
                          lat ? "-180 to 180" : "-90 to 90");
    }
    return lat && lon;
}

static int on_node(const void *user, const readosm_node *node)
{
    struct reading *r = (struct reading *)(uintptr_t)user;
    struct extract *x = r->x;

    /* The rest is read for nothing: stopped, ReadOSM forgets to free its parser of XML. */
    if (r->fault->err != OK || !on_earth(r, node)) {
        return READOSM_OK;
    }
    if (!GROW(x->nodes, x->node_count, 1, x->node_room)) {
        return READOSM_ABORT;
    }
    struct extract_node *n = &x->nodes[x->node_count++];

    n->id = node->id;
    n->at = (struct point){ .lon_e7 = e7(node->longitude), .lat_e7 = e7(node->latitude) };
    return take_tags(x, node->tag_count, node->tags, &n->tags) ? READOSM_OK : READOSM_ABORT;
}

static int on_way(const void *user, const readosm_way *way)
{
    struct extract *x = ((struct reading *)(uintptr_t)user)->x;
    uint32_t count = way->node_ref_count > 0 ? (uint32_t)way->node_ref_count : 0;

    if (!GROW(x->ways, x->way_count, 1, x->way_room) ||
        !GROW(x->refs, x->ref_count, count, x->ref_room)) {
        return READOSM_ABORT;
    }
    struct extract_way *w = &x->ways[x->way_count++];

    w->id = way->id;
    w->first = x->ref_count;
    w->count = count;
    for (uint32_t i = 0; i < count; i++) {
        x->refs[x->ref_count++] = way->node_refs[i];
    }
    return take_tags(x, way->tag_count, way->tags, &w->tags) ? READOSM_OK : READOSM_ABORT;
}

static int on_relation(const void *user, const readosm_relation *relation)
{
    struct extract *x = ((struct reading *)(uintptr_t)user)->x;
    uint32_t count = relation->member_count > 0 ? (uint32_t)relation->member_count : 0;

    if (!GROW(x->relations, x->relation_count, 1, x->relation_room) ||
        !GROW(x->members, x->member_count, count, x->member_room)) {
        return READOSM_ABORT;
    }
    struct extract_relation *r = &x->relations[x->relation_count++];

    r->id = relation->id;
    r->first = x->member_count;
    r->count = count;
    for (uint32_t i = 0; i < count; i++) {
        const readosm_member *m = &relation->members[i];
        struct extract_member *to = &x->members[x->member_count++];

        to->id = m->id;
        to->kind = (uint8_t)(m->member_type == READOSM_MEMBER_NODE  ? EXTRACT_NODE
                             : m->member_type == READOSM_MEMBER_WAY ? EXTRACT_WAY
                                                                    : EXTRACT_RELATION);
        to->role = keep(x, m->role);
        if (to->role == NULL) {
            return READOSM_ABORT;
        }
    }
    return take_tags(x, relation->tag_count, relation->tags, &r->tags) ? READOSM_OK : READOSM_ABORT;
}

/* All three begin with the id. */
static int by_id(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static enum err fail(int code, const char *path, struct fault *f)
{
    switch (code) {
    case READOSM_INVALID_SUFFIX:
        return fault_set(f, ERR_INVALID, "an extract's name ends in .pbf or .osm", path, NULL);
    case READOSM_FILE_NOT_FOUND:
        return fault_set(f, ERR_IO, "could not read a file", path, NULL);
    case READOSM_INSUFFICIENT_MEMORY:
    case READOSM_ABORT:
        return fault_set(f, ERR_NO_MEMORY, "no memory for an extract", path, NULL);
    default:
        return fault_set(f, ERR_MALFORMED, "not an OSM file", path, NULL);
    }
}

enum err extract_read(struct extract *x, const char *path, struct fault *f)
{
    struct fault outside = { .err = OK };
    struct reading reading = { .x = x, .fault = &outside };
    const void *file = NULL;

    memset(x, 0, sizeof(*x));
    arena_init(&x->words, WORDS_MAX);
    int code = readosm_open(path, &file);

    if (code == READOSM_OK) {
        code = readosm_parse(file, &reading, on_node, on_way, on_relation);
    }
    if (file != NULL) {
        (void)readosm_close(file);
    }
    if (outside.err != OK) {
        *f = outside;
        return outside.err;
    }
    if (code != READOSM_OK) {
        return fail(code, path, f);
    }
    if (x->node_count == 0) {
        return fault_set(f, ERR_INVALID, "an extract without nodes", path, NULL);
    }
    qsort(x->nodes, x->node_count, sizeof(*x->nodes), by_id);
    if (x->way_count > 0) {
        qsort(x->ways, x->way_count, sizeof(*x->ways), by_id);
    }
    if (x->relation_count > 0) {
        qsort(x->relations, x->relation_count, sizeof(*x->relations), by_id);
    }
    return OK;
}

void extract_free(struct extract *x)
{
    free(x->nodes);
    free(x->ways);
    free(x->relations);
    free(x->tags);
    free(x->members);
    free(x->refs);
    arena_fini(&x->words);
    memset(x, 0, sizeof(*x));
}

const struct extract_node *extract_node(const struct extract *x, int64_t id)
{
    return bsearch(&id, x->nodes, x->node_count, sizeof(*x->nodes), by_id);
}

const struct extract_way *extract_way(const struct extract *x, int64_t id)
{
    return x->way_count > 0 ? bsearch(&id, x->ways, x->way_count, sizeof(*x->ways), by_id) : NULL;
}

const char *extract_tag(const struct extract *x, struct extract_tags tags, const char *key)
{
    for (uint32_t i = 0; i < tags.count; i++) {
        if (strcmp(x->tags[tags.first + i].key, key) == 0) {
            return x->tags[tags.first + i].value;
        }
    }
    return NULL;
}

bool extract_is(const struct extract *x, struct extract_tags tags, const char *key,
                const char *value)
{
    const char *is = extract_tag(x, tags, key);

    return is != NULL && strcmp(is, value) == 0;
}

const struct extract_node *extract_way_node(const struct extract *x, const struct extract_way *w,
                                            uint32_t k)
{
    return extract_node(x, x->refs[w->first + k]);
}

bool extract_way_middle(const struct extract *x, const struct extract_way *w, struct point *out)
{
    int64_t lon = 0;
    int64_t lat = 0;
    int64_t count = 0;
    /* The last node of a closed way is the first again. */
    uint32_t nodes = w->count > 1 && x->refs[w->first] == x->refs[w->first + w->count - 1]
                         ? w->count - 1
                         : w->count;

    for (uint32_t k = 0; k < nodes; k++) {
        const struct extract_node *n = extract_way_node(x, w, k);

        if (n != NULL) {
            lon += n->at.lon_e7;
            lat += n->at.lat_e7;
            count++;
        }
    }
    if (count > 0) {
        *out = (struct point){ .lon_e7 = (int32_t)(lon / count), .lat_e7 = (int32_t)(lat / count) };
    }
    return count > 0;
}
