/* Zones from GeoJSON: read, checked, repaired and fitted together with GEOS, with a report of what
 * was wrong and what was done. All shapes stand on whole 1e-7 degrees, so that what the core holds
 * is what was checked.
 *
 *   zones_init(&z, &wish, &fault);
 *   zones_read(&z, path, text)          each file
 *   zones_know(&z, …)                   each zone of the city they are for, in order of its id
 *   zones_mend(&z)                      each by itself, then among each other
 *   zones_result(&z, &list)             as zones.load takes them
 *   zones_fini(&z)
 *
 * Nothing is written here: the caller does that with the whole result or not at all. */
#ifndef TOOLS_ZONES_ZONES_H
#define TOOLS_ZONES_ZONES_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "dispatch/model/city.h"

#include <geos_c.h>

#define ZONES_MAX 20000u
#define ZONES_BYTES_MAX ((size_t)128 << 20)

/* What was found and what was done about it: notes.def has the words. */
enum zone_note_kind {
#define NOTE(NAME, word, zh, en) ZONE_NOTE_##NAME,
#include "tools/zones/notes.def"
#undef NOTE
    ZONE_NOTE_KINDS
};

struct zone_note {
    enum zone_note_kind kind;
    uint32_t count;   /* of corners, rings or parts */
    double area_m2;   /* that changed hands or went */
    struct str other; /* code of the other zone; empty: none */
    struct zone_note *next;
};

struct zone_item {
    struct str code, zh, en, parent;
    uint8_t kind;
    const char *file; /* NULL: the city has it already and no file names it */
    uint32_t feature; /* in its file, from 1 */
    uint32_t rank; /* the lower keeps what two cover: ids that are known, then the files' order */
    bool gone;     /* its shape went to another item of the same code, or it is retired */
    bool known;    /* the city has the code */
    GEOSGeometry *shape; /* owned; NULL: none */
    GEOSGeometry *was;   /* owned: what the city has under this code; NULL: nothing */
    double before_m2, after_m2;
    struct zone_note *notes, *last;
};

struct zones_wish {
    const char *level; /* property that says the kind; words of zone_kinds.def, Chinese too */
    const char *kind;  /* of features that do not say; NULL: each must */
    const char *code;  /* properties, each with a standard */
    const char *name;  /* Chinese */
    const char *name_en;
    const char *parent;
    double sliver_m2; /* parts, holes and gaps smaller than this are mended */
    bool from_gcj02;  /* the files are in GCJ-02 and are to be converted */
    bool retire;      /* zones of the files' kinds that no file names lose their shape */
    void (*progress)(void *arg, const char *step, uint32_t done, uint32_t of);
    void *arg;
};

struct zones {
    struct arena arena;
    struct zones_wish wish;
    struct fault *fault;
    GEOSContextHandle_t geos;
    char said[160]; /* GEOS's last words */
    struct zone_item *items;
    uint32_t count, from_files;
};

MUST_USE enum err zones_init(struct zones *z, const struct zones_wish *wish, struct fault *f);
void zones_fini(struct zones *z);

/* One FeatureCollection or Feature of (Multi)Polygons; `text` must live as long as `z`.
 * Fails: ERR_MALFORMED, ERR_INVALID naming the member ("features[3].geometry.coordinates[0][2]"),
 * ERR_FULL. */
MUST_USE enum err zones_read(struct zones *z, const char *file, struct str text);

/* A zone the city has; rank by the order of calls. Fails: ERR_FULL, ERR_INVALID. */
MUST_USE enum err zones_know(struct zones *z, const struct city_zone *zone);

/* Fails: ERR_INVALID when something cannot be mended: the whole is then not to be used. */
MUST_USE enum err zones_mend(struct zones *z);

/* Those that files brought, and those retired, coarse before fine; lists stand in the arena.
 * Fails: ERR_FULL when a zone has more rings or corners than zones.load takes. */
MUST_USE enum err zones_result(struct zones *z, struct list *out);

/* The report: a table for people, or a JSON array of the features. */
void zones_tell(const struct zones *z, bool english, struct buf *b);
void zones_tell_json(const struct zones *z, struct buf *b);
uint32_t zones_noted(const struct zones *z); /* features with at least one note */

/* Between the parts. */
struct zone_note *zones_note(struct zones *z, struct zone_item *it, enum zone_note_kind kind,
                             double area_m2, struct str other);
enum err zones_fail(struct zones *z, const struct zone_item *it, const char *what);
double zones_area_m2(const struct zones *z, const GEOSGeometry *g);
/* Of `g`, which is freed, the polygons; NULL when GEOS failed. */
GEOSGeometry *zones_areas(struct zones *z, GEOSGeometry *g);
/* Operations on whole 1e-7 degrees; NULL when GEOS failed. `a` is replaced for _take. */
GEOSGeometry *zones_common(struct zones *z, const GEOSGeometry *a, const GEOSGeometry *b);
GEOSGeometry *zones_less(struct zones *z, const GEOSGeometry *a, const GEOSGeometry *b);
GEOSGeometry *zones_both(struct zones *z, const GEOSGeometry *a, const GEOSGeometry *b);
MUST_USE enum err zones_clean(struct zones *z, struct zone_item *it);
MUST_USE enum err zones_fit_together(struct zones *z);
MUST_USE enum err zones_suspect_gcj02(struct zones *z);
/* GCJ-02 of a point in WGS 84, and back; degrees. Outside China they are the same. */
void zones_to_gcj02(double lon, double lat, double *lon_out, double *lat_out);
void zones_from_gcj02(double lon, double lat, double *lon_out, double *lat_out);

#endif
