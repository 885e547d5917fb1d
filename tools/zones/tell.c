/* The result, and the report of how it came about. */
#include "tools/zones/zones.h"

#include "dispatch/model/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RINGS_MAX 256u      /* of a zone: shapes_city.c */
#define CORNERS_MAX 100000u /* of a ring */

static const struct {
    const char *word, *zh, *en;
} notes[] = {
#define NOTE(NAME, word, zh, en) { word, zh, en },
#include "tools/zones/notes.def"
#undef NOTE
};

/* ---- as zones.load takes it ---- */

static enum err put_ring(struct zones *z, const struct zone_item *it, const GEOSGeometry *g,
                         bool hole, struct city_ring *out)
{
    const GEOSCoordSequence *s = GEOSGeom_getCoordSeq_r(z->geos, g);
    unsigned n = 0;

    if (s == NULL || GEOSCoordSeq_getSize_r(z->geos, s, &n) == 0 || n < 4) {
        return zones_fail(z, it, "a ring cannot be written");
    }
    if (n - 1 > CORNERS_MAX) {
        return zones_fail(z, it, "has a ring of more than 100000 corners");
    }
    struct point *at = arena_alloc(&z->arena, n * sizeof(*at));

    if (at == NULL) {
        return fault_set(z->fault, ERR_NO_MEMORY, "no memory for zones", NULL, NULL);
    }
    for (unsigned k = 0; k + 1 < n; k++) {
        double x = 0;
        double y = 0;

        (void)GEOSCoordSeq_getXY_r(z->geos, s, k, &x, &y);
        at[k] = (struct point){ (int32_t)x, (int32_t)y };
    }
    *out = (struct city_ring){ .points = { at, n - 1 }, .hole = hole };
    return OK;
}

static enum err put_rings(struct zones *z, const struct zone_item *it, struct list *out)
{
    struct city_ring *rings = arena_alloc(&z->arena, RINGS_MAX * sizeof(*rings));
    int parts = it->shape != NULL ? GEOSGetNumGeometries_r(z->geos, it->shape) : 0;
    uint32_t n = 0;

    if (rings == NULL) {
        return fault_set(z->fault, ERR_NO_MEMORY, "no memory for zones", NULL, NULL);
    }
    for (int k = 0; k < parts; k++) {
        const GEOSGeometry *part = GEOSGetGeometryN_r(z->geos, it->shape, k);
        int holes = GEOSGetNumInteriorRings_r(z->geos, part);

        if (holes < 0 || n + 1 + (uint32_t)holes > RINGS_MAX) {
            return zones_fail(z, it, "has more than 256 rings (a larger --sliver leaves less)");
        }
        if (put_ring(z, it, GEOSGetExteriorRing_r(z->geos, part), false, &rings[n++]) != OK) {
            return z->fault->err;
        }
        for (int h = 0; h < holes; h++) {
            if (put_ring(z, it, GEOSGetInteriorRingN_r(z->geos, part, h), true, &rings[n++]) !=
                OK) {
                return z->fault->err;
            }
        }
    }
    *out = (struct list){ rings, n };
    return OK;
}

static int by_order(const void *a, const void *b)
{
    const struct zone_item *x = *(const struct zone_item *const *)a;
    const struct zone_item *y = *(const struct zone_item *const *)b;

    return x->kind != y->kind ? (x->kind > y->kind) - (x->kind < y->kind)
                              : (x->rank > y->rank) - (x->rank < y->rank);
}

static bool changed(const struct zone_item *it)
{
    return !it->gone &&
           (it->file != NULL || (it->notes != NULL && it->notes->kind == ZONE_NOTE_RETIRED));
}

enum err zones_result(struct zones *z, struct list *out)
{
    const struct zone_item **order =
        arena_alloc(&z->arena, ((size_t)z->count + 1) * sizeof(struct zone_item *));
    struct city_zone *zones = arena_alloc(&z->arena, ((size_t)z->count + 1) * sizeof(*zones));
    uint32_t n = 0;

    if (order == NULL || zones == NULL) {
        return fault_set(z->fault, ERR_NO_MEMORY, "no memory for zones", NULL, NULL);
    }
    for (uint32_t k = 0; k < z->count; k++) {
        if (changed(&z->items[k])) {
            order[n++] = &z->items[k];
        }
    }
    qsort(order, n, sizeof(struct zone_item *), by_order);
    for (uint32_t k = 0; k < n; k++) {
        const struct zone_item *it = order[k];

        zones[k] = (struct city_zone){ .code = it->code,
                                       .name_zh = it->zh,
                                       .name_en = it->en,
                                       .kind = it->kind,
                                       .parent = it->parent };
        if (put_rings(z, it, &zones[k].rings) != OK) {
            return z->fault->err;
        }
    }
    *out = (struct list){ zones, n };
    return OK;
}

/* ---- the report ---- */

static bool worth_telling(const struct zone_item *it)
{
    return !it->gone && it->notes != NULL;
}

uint32_t zones_noted(const struct zones *z)
{
    uint32_t n = 0;

    for (uint32_t k = 0; k < z->count; k++) {
        n += worth_telling(&z->items[k]) ? 1 : 0;
    }
    return n;
}

void zones_tell(const struct zones *z, bool english, struct buf *b)
{
    for (uint32_t k = 0; k < z->count; k++) {
        const struct zone_item *it = &z->items[k];

        if (!worth_telling(it)) {
            continue;
        }
        buf_fmt(b, STR_FMT " " STR_FMT, STR_ARG(it->code),
                STR_ARG(english && it->en.len > 0 ? it->en : it->zh));
        if (it->file != NULL) {
            buf_fmt(b,
                    english ? "  (%s, feature %u)  %.0f -> %.0f m2\n"
                            : "  (%s, 第 %u 个要素)  %.0f → %.0f m²\n",
                    it->file, it->feature, it->before_m2, it->after_m2);
        } else {
            buf_text(b, english ? "  (of the city)\n" : "  (原有)\n");
        }
        for (const struct zone_note *n = it->notes; n != NULL; n = n->next) {
            buf_fmt(b, "    %s", english ? notes[n->kind].en : notes[n->kind].zh);
            if (n->other.len > 0) {
                buf_fmt(b, " [" STR_FMT "]", STR_ARG(n->other));
            }
            if (n->count > 1) {
                buf_fmt(b, " x%u", n->count);
            }
            if (n->area_m2 > 0) {
                buf_fmt(b, english ? ", %.0f m2" : "，%.0f m²", n->area_m2);
            }
            buf_char(b, '\n');
        }
    }
}

static void json_note(const struct zone_note *n, bool comma, struct buf *b)
{
    buf_fmt(b, "%s{\"what\":\"%s\",\"count\":%u,\"area_m2\":%.1f", comma ? "," : "",
            notes[n->kind].word, n->count, n->area_m2);
    if (n->other.len > 0) {
        buf_text(b, ",\"other\":");
        buf_json_str(b, n->other);
    }
    buf_char(b, '}');
}

void zones_tell_json(const struct zones *z, struct buf *b)
{
    bool comma = false;

    buf_char(b, '[');
    for (uint32_t k = 0; k < z->count; k++) {
        const struct zone_item *it = &z->items[k];

        if (it->gone || (it->file == NULL && it->notes == NULL)) {
            continue;
        }
        buf_text(b, comma ? ",{\"code\":" : "{\"code\":");
        comma = true;
        buf_json_str(b, it->code);
        buf_fmt(b, ",\"kind\":\"%s\"", word_of(&zone_kind_words, it->kind));
        if (it->file != NULL) {
            buf_text(b, ",\"file\":");
            buf_json_str(b, str_of(it->file));
            buf_fmt(b, ",\"feature\":%u,\"before_m2\":%.1f", it->feature, it->before_m2);
        }
        buf_fmt(b, ",\"after_m2\":%.1f,\"notes\":[", it->after_m2);
        for (const struct zone_note *n = it->notes; n != NULL; n = n->next) {
            json_note(n, n != it->notes, b);
        }
        buf_text(b, "]}");
    }
    buf_char(b, ']');
}
