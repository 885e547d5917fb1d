/* What has a name in an extract, gathered for places.jsonl: a line a place, as `tocsin places`
 * loads them. */
#ifndef TOOLS_OSM_NAMED_H
#define TOOLS_OSM_NAMED_H

#include "base/buf.h"
#include "tools/osm/import.h"

struct named {
    struct str name, en;       /* `en` empty: it has no other */
    struct str also;           /* further names, found but not shown */
    struct str street, number; /* of an address */
    struct point at;
    uint32_t radius_m; /* how far it reaches; 0: it is at its point */
    uint8_t kind;      /* enum named_place */
};

struct named_list {
    struct named *at;
    uint32_t count, room;
};

/* As import_text, for longer texts: at most 639 bytes. */
struct str named_text(struct osm_import *m, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Appends; false: no memory. */
MUST_USE bool named_add(struct named_list *l, const struct named *n);

/* Streets, each by the corner or bend nearest to its middle, and crossings where two named streets
 * share a node. Streets of one name that lie apart are different ones. */
MUST_USE enum err named_streets(struct osm_import *m, struct named_list *l);

/* Grounds and points with a name, and addresses. */
MUST_USE enum err named_things(struct osm_import *m, struct named_list *l);

/* Both, in the order of their names, as lines of JSON. */
MUST_USE enum err named_write(struct osm_import *m, struct buf *out);

#endif
