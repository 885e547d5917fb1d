/* Objects to blocks of at most 8,000, each with its own table of words. */
#include "tools/city/osm.h"

#include "base/buf.h"
#include "tools/city/osmpbf.pb-c.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GROUP_MAX 8000
#define STORED_MAX 65535
#define TABLE_SIZE 65536 /* a power of two, over twice the words of a block */

struct writer {
    const struct osm *o;
    FILE *file;
    bool failed;
    ProtobufCBinaryData *words;
    uint32_t word_count, word_room;
    uint32_t table[TABLE_SIZE]; /* word + 1; 0 free */
};

static void table_reset(struct writer *w)
{
    memset(w->table, 0, sizeof(w->table));
    w->word_count = 1; /* the first word of a table is empty */
}

static uint32_t word_of_block(struct writer *w, const char *text)
{
    size_t len = strlen(text);
    uint64_t h = 14695981039346656037u; /* FNV-1a */

    for (size_t i = 0; i < len; i++) {
        h = (h ^ (uint8_t)text[i]) * 1099511628211u;
    }
    uint32_t at = (uint32_t)(h >> 20) % TABLE_SIZE;

    while (w->table[at] != 0) {
        const ProtobufCBinaryData *word = &w->words[w->table[at] - 1];

        if (word->len == len && memcmp(word->data, text, len) == 0) {
            return w->table[at] - 1;
        }
        at = (at + 1) % TABLE_SIZE;
    }
    if (w->word_count >= w->word_room) {
        w->word_room = w->word_room == 0 ? 4096 : w->word_room * 2;
        w->words = plane_grow(w->words, w->word_room, sizeof(*w->words));
    }
    must(w->word_count < TABLE_SIZE / 2);
    w->words[w->word_count] = (ProtobufCBinaryData){ .len = len, .data = (uint8_t *)text };
    w->table[at] = ++w->word_count;
    return w->word_count - 1;
}

static void put(struct writer *w, const void *bytes, size_t len)
{
    w->failed = w->failed || fwrite(bytes, 1, len, w->file) != len;
}

/* A zlib stream of stored blocks: some readers take no other blobs, and what a library's compressor
 * makes of the same bytes hangs on its version. Source: RFC 1950, RFC 1951 §3.2.4. */
static uint8_t *store(const uint8_t *bytes, size_t len, size_t *out_len)
{
    uint8_t *out = plane_alloc(len + len / STORED_MAX * 5 + 16, 1);
    size_t n = 0;
    uint32_t a = 1;
    uint32_t b = 0;

    out[n++] = 0x78;
    out[n++] = 0x01;
    for (size_t at = 0; at < len || at == 0; at += STORED_MAX) {
        size_t part = len - at < STORED_MAX ? len - at : STORED_MAX;

        out[n++] = at + part == len ? 1 : 0;
        out[n++] = (uint8_t)part;
        out[n++] = (uint8_t)(part >> 8);
        out[n++] = (uint8_t)~part;
        out[n++] = (uint8_t)(~part >> 8);
        memcpy(out + n, bytes + at, part);
        n += part;
    }
    for (size_t i = 0; i < len; i++) { /* Adler-32 */
        a = (a + bytes[i]) % 65521;
        b = (b + a) % 65521;
    }
    for (int i = 3; i >= 0; i--) {
        out[n++] = (uint8_t)((b << 16 | a) >> (8 * i));
    }
    *out_len = n;
    return out;
}

/* Length of the header, header, blob. */
static void put_blob(struct writer *w, const char *type, uint8_t *bytes, size_t len)
{
    Osmpbf__Blob blob = OSMPBF__BLOB__INIT;
    Osmpbf__BlobHeader header = OSMPBF__BLOB_HEADER__INIT;

    size_t stored_len;
    uint8_t *stored = store(bytes, len, &stored_len);

    blob.has_raw_size = 1;
    blob.raw_size = (int32_t)len;
    blob.has_zlib_data = 1;
    blob.zlib_data = (ProtobufCBinaryData){ .len = stored_len, .data = stored };
    size_t blob_len = osmpbf__blob__get_packed_size(&blob);

    header.type = (char *)type;
    header.datasize = (int32_t)blob_len;
    size_t header_len = osmpbf__blob_header__get_packed_size(&header);
    uint8_t *out = plane_alloc(4 + header_len + blob_len, 1);

    for (int i = 0; i < 4; i++) {
        out[i] = (uint8_t)(header_len >> (24 - 8 * i));
    }
    (void)osmpbf__blob_header__pack(&header, out + 4);
    (void)osmpbf__blob__pack(&blob, out + 4 + header_len);
    put(w, out, 4 + header_len + blob_len);
    free(out);
    free(stored);
}

static void put_header(struct writer *w)
{
    static char *need[] = { "OsmSchema-V0.6", "DenseNodes" };
    static char *may[] = { "Sort.Type_then_ID" };
    Osmpbf__HeaderBBox box = OSMPBF__HEADER_BBOX__INIT;
    Osmpbf__HeaderBlock header = OSMPBF__HEADER_BLOCK__INIT;

    box.left = box.bottom = INT64_MAX;
    box.right = box.top = INT64_MIN;
    for (uint32_t i = 0; i < w->o->node_count; i++) {
        int64_t lon = (int64_t)w->o->nodes[i].lon_e7 * 100; /* nanodegrees */
        int64_t lat = (int64_t)w->o->nodes[i].lat_e7 * 100;

        box.left = lon < box.left ? lon : box.left;
        box.right = lon > box.right ? lon : box.right;
        box.bottom = lat < box.bottom ? lat : box.bottom;
        box.top = lat > box.top ? lat : box.top;
    }
    header.bbox = &box;
    header.required_features = need;
    header.n_required_features = 2;
    header.optional_features = may;
    header.n_optional_features = 1;
    header.writingprogram = "tocsin make-city";
    header.source = "invented";
    size_t len = osmpbf__header_block__get_packed_size(&header);
    uint8_t *bytes = plane_alloc(len, 1);

    (void)osmpbf__header_block__pack(&header, bytes);
    put_blob(w, "OSMHeader", bytes, len);
    free(bytes);
}

static void put_group(struct writer *w, Osmpbf__PrimitiveGroup *group)
{
    Osmpbf__StringTable table = OSMPBF__STRING_TABLE__INIT;
    Osmpbf__PrimitiveBlock block = OSMPBF__PRIMITIVE_BLOCK__INIT;

    if (w->words == NULL) {
        w->words = plane_alloc(1, sizeof(*w->words));
        w->word_room = 1;
    }
    w->words[0] = (ProtobufCBinaryData){ .len = 0, .data = (uint8_t *)"" };
    table.s = w->words;
    table.n_s = w->word_count;
    block.stringtable = &table;
    block.primitivegroup = &group;
    block.n_primitivegroup = 1;
    size_t len = osmpbf__primitive_block__get_packed_size(&block);
    uint8_t *bytes = plane_alloc(len, 1);

    (void)osmpbf__primitive_block__pack(&block, bytes);
    put_blob(w, "OSMData", bytes, len);
    free(bytes);
}

static void put_nodes(struct writer *w, uint32_t first, uint32_t count)
{
    const struct osm *o = w->o;
    Osmpbf__DenseNodes dense = OSMPBF__DENSE_NODES__INIT;
    Osmpbf__PrimitiveGroup group = OSMPBF__PRIMITIVE_GROUP__INIT;
    int64_t *numbers = plane_alloc((size_t)count * 3, sizeof(*numbers));
    uint32_t words = count;

    for (uint32_t i = 0; i < count; i++) {
        words += 2 * o->nodes[first + i].tag_count;
    }
    int32_t *keys = plane_alloc(words, sizeof(*keys));
    int64_t id = 0;
    int64_t lat = 0;
    int64_t lon = 0;
    uint32_t k = 0;

    table_reset(w);
    for (uint32_t i = 0; i < count; i++) {
        const struct osm_node *n = &o->nodes[first + i];

        numbers[i] = (int64_t)first + i + 1 - id;
        numbers[count + i] = n->lat_e7 - lat;
        numbers[2 * (size_t)count + i] = n->lon_e7 - lon;
        id = (int64_t)first + i + 1;
        lat = n->lat_e7;
        lon = n->lon_e7;
        for (uint32_t t = 0; t < n->tag_count; t++) {
            keys[k++] = (int32_t)word_of_block(w, o->tags[n->first_tag + t].key);
            keys[k++] = (int32_t)word_of_block(w, o->tags[n->first_tag + t].value);
        }
        keys[k++] = 0;
    }
    dense.id = numbers;
    dense.lat = numbers + count;
    dense.lon = numbers + 2 * (size_t)count;
    dense.n_id = dense.n_lat = dense.n_lon = count;
    dense.keys_vals = keys;
    dense.n_keys_vals = k;
    group.dense = &dense;
    put_group(w, &group);
    free(numbers);
    free(keys);
}

/* Keys and values of one thing, in numbers of the block's table. */
static uint32_t *tag_words(struct writer *w, uint32_t first, uint32_t count)
{
    uint32_t *out = plane_alloc((size_t)count * 2, sizeof(*out));

    for (uint32_t i = 0; i < count; i++) {
        out[i] = word_of_block(w, w->o->tags[first + i].key);
        out[count + i] = word_of_block(w, w->o->tags[first + i].value);
    }
    return out;
}

static void put_ways(struct writer *w, uint32_t first, uint32_t count)
{
    const struct osm *o = w->o;
    Osmpbf__PrimitiveGroup group = OSMPBF__PRIMITIVE_GROUP__INIT;
    Osmpbf__Way *ways = plane_alloc(count, sizeof(*ways));
    Osmpbf__Way **list = plane_alloc(count, sizeof(Osmpbf__Way *));

    table_reset(w);
    for (uint32_t i = 0; i < count; i++) {
        const struct osm_way *from = &o->ways[first + i];
        int64_t last = 0;

        osmpbf__way__init(&ways[i]);
        list[i] = &ways[i];
        ways[i].id = (int64_t)first + i + 1;
        ways[i].keys = tag_words(w, from->first_tag, from->tag_count);
        ways[i].vals = ways[i].keys + from->tag_count;
        ways[i].n_keys = ways[i].n_vals = from->tag_count;
        ways[i].refs = plane_alloc(from->ref_count, sizeof(*ways[i].refs));
        ways[i].n_refs = from->ref_count;
        for (uint32_t k = 0; k < from->ref_count; k++) {
            ways[i].refs[k] = (int64_t)o->refs[from->first_ref + k] - last;
            last = o->refs[from->first_ref + k];
        }
    }
    group.ways = list;
    group.n_ways = count;
    put_group(w, &group);
    for (uint32_t i = 0; i < count; i++) {
        free(ways[i].keys);
        free(ways[i].refs);
    }
    free(ways);
    free(list);
}

static void fill_members(struct writer *w, const struct osm_relation *from, Osmpbf__Relation *to)
{
    const struct osm *o = w->o;
    uint32_t n = from->member_count;
    int64_t last = 0;

    to->roles_sid = plane_alloc(n, sizeof(*to->roles_sid));
    to->memids = plane_alloc(n, sizeof(*to->memids));
    to->types = plane_alloc(n, sizeof(*to->types));
    to->n_roles_sid = to->n_memids = to->n_types = n;
    for (uint32_t k = 0; k < n; k++) {
        const struct osm_member *m = &o->members[from->first_member + k];

        to->roles_sid[k] = (int32_t)word_of_block(w, m->role);
        to->memids[k] = (int64_t)m->id - last;
        to->types[k] = m->kind == OSM_NODE  ? OSMPBF__RELATION__MEMBER_TYPE__NODE
                       : m->kind == OSM_WAY ? OSMPBF__RELATION__MEMBER_TYPE__WAY
                                            : OSMPBF__RELATION__MEMBER_TYPE__RELATION;
        last = m->id;
    }
}

static void put_relations(struct writer *w, uint32_t first, uint32_t count)
{
    const struct osm *o = w->o;
    Osmpbf__PrimitiveGroup group = OSMPBF__PRIMITIVE_GROUP__INIT;
    Osmpbf__Relation *relations = plane_alloc(count, sizeof(*relations));
    Osmpbf__Relation **list = plane_alloc(count, sizeof(Osmpbf__Relation *));

    table_reset(w);
    for (uint32_t i = 0; i < count; i++) {
        const struct osm_relation *from = &o->relations[first + i];

        osmpbf__relation__init(&relations[i]);
        list[i] = &relations[i];
        relations[i].id = (int64_t)first + i + 1;
        relations[i].keys = tag_words(w, from->first_tag, from->tag_count);
        relations[i].vals = relations[i].keys + from->tag_count;
        relations[i].n_keys = relations[i].n_vals = from->tag_count;
        fill_members(w, from, &relations[i]);
    }
    group.relations = list;
    group.n_relations = count;
    put_group(w, &group);
    for (uint32_t i = 0; i < count; i++) {
        free(relations[i].keys);
        free(relations[i].roles_sid);
        free(relations[i].memids);
        free(relations[i].types);
    }
    free(relations);
    free(list);
}

typedef void put_some(struct writer *w, uint32_t first, uint32_t count);

static void put_all(struct writer *w, uint32_t count, put_some *put_them)
{
    for (uint32_t i = 0; i < count; i += GROUP_MAX) {
        put_them(w, i, count - i < GROUP_MAX ? count - i : GROUP_MAX);
    }
}

enum err osm_write(const struct osm *o, const char *path, struct fault *f)
{
    struct writer *w = plane_alloc(1, sizeof(*w));
    enum err err = OK;

    w->o = o;
    w->file = fopen(path, "wb");
    w->failed = w->file == NULL;
    if (!w->failed) {
        put_header(w);
        put_all(w, o->node_count, put_nodes);
        put_all(w, o->way_count, put_ways);
        put_all(w, o->relation_count, put_relations);
        w->failed = fclose(w->file) != 0 || w->failed;
    }
    if (w->failed) {
        err = fault_set(f, ERR_IO, "could not write a file", path, strerror(errno));
    }
    free(w->words);
    free(w);
    return err;
}
