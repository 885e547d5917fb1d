#include "tools/zones/known.h"

#include "dispatch/codec/json_in.h"
#include "dispatch/model/words.h"

#include <string.h>

enum err zones_know_all(struct zones *z, const struct list *zones)
{
    const struct city_zone *at = zones->at;

    for (uint32_t k = 0; k < zones->count; k++) {
        if (zones_know(z, &at[k]) != OK) {
            return z->fault->err;
        }
    }
    return OK;
}

static struct str kept(struct zones *z, const struct json_doc *doc, const char *key)
{
    struct str s = { 0 };

    return json_doc_str(doc, key, &s) ? arena_str(&z->arena, s) : s;
}

static bool take_ring(struct zones *z, const struct json_doc *doc, bool hole, struct city_ring *out)
{
    size_t count = json_doc_count(doc);
    struct point *at = arena_alloc(&z->arena, (count + 1) * sizeof(*at));

    for (size_t k = 0; k < count && at != NULL; k++) {
        const struct json_doc *pair = json_doc_at(doc, k);

        if (json_doc_count(pair) < 2 || !json_doc_value_deg(json_doc_at(pair, 0), &at[k].lon_e7) ||
            !json_doc_value_deg(json_doc_at(pair, 1), &at[k].lat_e7)) {
            return false;
        }
    }
    *out =
        (struct city_ring){ .points = { at, count > 3 ? (uint32_t)count - 1 : 0 }, .hole = hole };
    return at != NULL && count > 3;
}

/* The outline of an id; an empty list: it has none. */
static bool take_rings(struct zones *z, const struct json_doc *outlines, struct str id,
                       struct list *out)
{
    const struct json_doc *features = json_doc_member(outlines, "features");

    for (size_t k = 0; features != NULL && k < json_doc_count(features); k++) {
        const struct json_doc *f = json_doc_at(features, k);
        const struct json_doc *g = json_doc_member(f, "geometry");
        const struct json_doc *polygons = g != NULL ? json_doc_member(g, "coordinates") : NULL;
        struct str named;
        size_t rings = 0;

        if (!json_doc_str(f, "id", &named) || !str_eq(named, id) || polygons == NULL) {
            continue;
        }
        for (size_t p = 0; p < json_doc_count(polygons); p++) {
            rings += json_doc_count(json_doc_at(polygons, p));
        }
        struct city_ring *at = arena_alloc(&z->arena, (rings + 1) * sizeof(*at));
        uint32_t n = 0;

        for (size_t p = 0; p < json_doc_count(polygons) && at != NULL; p++) {
            const struct json_doc *polygon = json_doc_at(polygons, p);

            for (size_t r = 0; r < json_doc_count(polygon); r++) {
                if (!take_ring(z, json_doc_at(polygon, r), r > 0, &at[n++])) {
                    return false;
                }
            }
        }
        *out = (struct list){ at, n };
        return at != NULL;
    }
    return true;
}

static struct str code_of(struct zones *z, const struct json_doc *list, struct str id)
{
    for (size_t k = 0; id.len > 0 && k < json_doc_count(list); k++) {
        struct str named;

        if (json_doc_str(json_doc_at(list, k), "id", &named) && str_eq(named, id)) {
            return kept(z, json_doc_at(list, k), "code");
        }
    }
    return (struct str){ 0 };
}

enum err zones_know_told(struct zones *z, const struct json_doc *doc,
                         const struct json_doc *outlines)
{
    const struct json_doc *city = json_doc_member(doc, "city");
    const struct json_doc *list = json_doc_member(city != NULL ? city : doc, "zones");

    for (size_t k = 0; list != NULL && k < json_doc_count(list); k++) {
        const struct json_doc *at = json_doc_at(list, k);
        struct str word = { 0 };
        struct str parent = { 0 };
        struct str id = { 0 };
        uint32_t kind = 0;
        struct city_zone zone = { .code = kept(z, at, "code"),
                                  .name_zh = kept(z, at, "name_zh"),
                                  .name_en = kept(z, at, "name_en") };
        bool good = json_doc_str(at, "kind", &word) && word_find(&zone_kind_words, word, &kind) &&
                    json_doc_str(at, "id", &id) && take_rings(z, outlines, id, &zone.rings);

        zone.kind = (uint8_t)kind;
        if (json_doc_str(at, "parent", &parent)) {
            zone.parent = code_of(z, list, parent);
        }
        if (!good) {
            return fault_set(z->fault, ERR_MALFORMED, "the server's zones cannot be read", NULL,
                             NULL);
        }
        if (zones_know(z, &zone) != OK) {
            return z->fault->err;
        }
    }
    return OK;
}

static const struct city_zone *coded(const struct list *zones, struct str code)
{
    const struct city_zone *at = zones->at;

    for (uint32_t k = 0; k < zones->count; k++) {
        if (str_eq(at[k].code, code)) {
            return &at[k];
        }
    }
    return NULL;
}

struct list zones_merged(struct zones *z, const struct list *city, const struct list *changes)
{
    const struct city_zone *old = city->at;
    const struct city_zone *new = changes->at;
    struct city_zone *out =
        arena_alloc(&z->arena, ((size_t)city->count + changes->count + 1) * sizeof(*out));
    uint32_t n = 0;

    must(out != NULL);
    for (uint8_t kind = 0; kind < ZONE_KIND_COUNT; kind++) {
        for (uint32_t k = 0; k < city->count; k++) {
            const struct city_zone *now = coded(changes, old[k].code);

            now = now != NULL ? now : &old[k];
            if (now->kind == kind) {
                out[n++] = *now;
            }
        }
        for (uint32_t k = 0; k < changes->count; k++) {
            if (new[k].kind == kind && coded(city, new[k].code) == NULL) {
                out[n++] = new[k];
            }
        }
    }
    return (struct list){ out, n };
}
