/* What is read of the extract before zones are made: streets, stations, posts, fire stations,
 * hospitals. */
#include "tools/osm/import.h"

#include "base/geo.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const street_classes[] = { "motorway",    "trunk",         "primary",
                                              "secondary",   "tertiary",      "unclassified",
                                              "residential", "living_street", "service" };
#define MAIN_CLASSES 5

struct str import_text(struct osm_import *m, const char *fmt, ...)
{
    char text[256];
    va_list args;

    va_start(args, fmt);
    int n = vsnprintf(text, sizeof(text), fmt, args);

    va_end(args);
    must(n >= 0);
    struct str out = arena_str(&m->arena, str_of(text));

    must(out.at != NULL);
    return out;
}

/* At most 63 bytes, whole characters. */
static size_t cut(const char *text)
{
    size_t len = strlen(text);

    if (len > 63) {
        len = 63;
        while (len > 0 && ((uint8_t)text[len] & 0xc0) == 0x80) {
            len--;
        }
    }
    return len;
}

struct str import_name(struct osm_import *m, struct extract_tags tags, bool english,
                       const char *standard)
{
    const struct extract *x = &m->extract;
    const char *chinese = extract_tag(x, tags, "name:zh");
    const char *other = extract_tag(x, tags, "name:en");
    const char *plain = extract_tag(x, tags, "name");
    const char *name = english ? (other != NULL ? other : plain)
                               : (chinese != NULL ? chinese : (plain != NULL ? plain : other));

    name = name != NULL && name[0] != '\0' ? name : standard;
    struct str view = { .at = name, .len = cut(name) };

    /* Names are what strangers typed: what is no text becomes the standard. */
    view = str_utf8(view) ? view : str_of(standard);
    struct str out = arena_str(&m->arena, view);

    must(out.at != NULL);
    return out;
}

static int street_class(const struct osm_import *m, const struct extract_way *w)
{
    const char *highway = extract_tag(&m->extract, w->tags, "highway");

    for (size_t i = 0; highway != NULL && i < sizeof(street_classes) / sizeof(street_classes[0]);
         i++) {
        if (strcmp(highway, street_classes[i]) == 0) {
            return (int)i;
        }
    }
    return -1;
}

static void widen(struct osm_import *m, struct point p)
{
    m->low.lon_e7 = p.lon_e7 < m->low.lon_e7 ? p.lon_e7 : m->low.lon_e7;
    m->low.lat_e7 = p.lat_e7 < m->low.lat_e7 ? p.lat_e7 : m->low.lat_e7;
    m->high.lon_e7 = p.lon_e7 > m->high.lon_e7 ? p.lon_e7 : m->high.lon_e7;
    m->high.lat_e7 = p.lat_e7 > m->high.lat_e7 ? p.lat_e7 : m->high.lat_e7;
}

enum err import_roads(struct osm_import *m)
{
    const struct extract *x = &m->extract;

    m->low = (struct point){ INT32_MAX, INT32_MAX };
    m->high = (struct point){ INT32_MIN, INT32_MIN };
    m->roads = calloc((size_t)x->ref_count + 1, sizeof(*m->roads));
    if (m->roads == NULL) {
        return fault_set(m->fault, ERR_NO_MEMORY, "no memory", NULL, NULL);
    }
    for (uint32_t i = 0; i < x->way_count; i++) {
        const struct extract_way *w = &x->ways[i];
        int class = street_class(m, w);
        const struct extract_node *before = NULL;

        for (uint32_t k = 0; class >= 0 && k < w->count; k++) {
            const struct extract_node *n = extract_way_node(x, w, k);

            if (n != NULL) {
                widen(m, n->at);
            }
            if (n != NULL && before != NULL) {
                m->roads[m->road_count++] = (struct import_road){
                    .at = { (int32_t)(((int64_t)n->at.lon_e7 + before->at.lon_e7) / 2),
                            (int32_t)(((int64_t)n->at.lat_e7 + before->at.lat_e7) / 2) },
                    .metres = geo_distance_mm(n->at, before->at) / 1000,
                    .main_road = class > 0 && class < MAIN_CLASSES
                };
            }
            before = n;
        }
    }
    return m->road_count > 0
               ? OK
               : fault_set(m->fault, ERR_INVALID, "an extract without streets", m->from, NULL);
}

static void add_spot(struct osm_import *m, struct spots *list, struct extract_tags tags,
                     struct point at, const char *standard)
{
    if (list->count == list->room) {
        uint32_t room = list->room == 0 ? 64 : list->room * 2;
        struct import_spot *bigger = arena_alloc(&m->arena, room * sizeof(*bigger));

        must(bigger != NULL);
        if (list->count > 0) {
            memcpy(bigger, list->at, list->count * sizeof(*bigger));
        }
        list->at = bigger;
        list->room = room;
    }
    list->at[list->count++] = (struct import_spot){ .at = at,
                                                    .zh = import_name(m, tags, false, standard),
                                                    .en = import_name(m, tags, true, standard) };
}

static void take_spot(struct osm_import *m, struct extract_tags tags, struct point at)
{
    const struct extract *x = &m->extract;
    const char *kind = extract_tag(x, tags, "amenity");

    if (kind == NULL) {
        return;
    }
    if (strcmp(kind, "police") == 0) {
        const char *what = extract_tag(x, tags, "police");

        add_spot(m,
                 what == NULL                      ? &m->stations
                 : strcmp(what, "checkpoint") == 0 ? &m->posts
                                                   : &m->offices,
                 tags, at, "police");
    } else if (strcmp(kind, "fire_station") == 0) {
        add_spot(m, &m->fire, tags, at, "fire station");
    } else if (strcmp(kind, "hospital") == 0) {
        add_spot(m, &m->hospitals, tags, at, "hospital");
    }
}

void import_spots(struct osm_import *m)
{
    const struct extract *x = &m->extract;

    for (uint32_t i = 0; i < x->node_count; i++) {
        if (x->nodes[i].tags.count > 0) {
            take_spot(m, x->nodes[i].tags, x->nodes[i].at);
        }
    }
    for (uint32_t i = 0; i < x->way_count; i++) {
        struct point at;

        if (x->ways[i].tags.count > 0 && extract_tag(x, x->ways[i].tags, "amenity") != NULL &&
            extract_way_middle(x, &x->ways[i], &at)) {
            take_spot(m, x->ways[i].tags, at);
        }
    }
}
