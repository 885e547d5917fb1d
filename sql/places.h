/* What is found by its name (table place): loaded as a whole from lines of JSON, as
 * `tocsin import-city` writes them, and searched. */
#ifndef SQL_PLACES_H
#define SQL_PLACES_H

#include "base/units.h"
#include "sql/pg.h"

#include "base/str.h"

/* Replaces all places by those of the lines; nothing changes when it fails. As the owner of the
 * schema: `conninfo` of who may migrate. `*count` is how many there are now. Fails: ERR_MALFORMED
 * naming the line; else as pg_run. */
MUST_USE enum err places_load(const char *conninfo, const char *world, struct str lines,
                              uint64_t *count, struct fault *f);

struct place_asked {
    struct str text; /* UTF-8 */
    bool near_given;
    struct point near;
    uint32_t limit;
    uint32_t ms_max; /* 0: as long as it takes */
};

struct place_found {
    struct str kind; /* word of named_places.def */
    struct str name, name_en, zone;
    struct point at;
    uint32_t radius_m; /* 0: it is at its point */
    int64_t metres;    /* from `near`; -1: not asked */
};

/* Borrowed for the call. */
typedef void place_fn(void *arg, const struct place_found *p);

/* Best first; when nothing bears the name, what bears it with up to two characters more between two
 * of it. Fails: ERR_TOO_SLOW naming `q` when it takes longer than ms_max; else as pg_run. */
MUST_USE enum err places_find(struct pg *pg, const struct place_asked *a, place_fn *fn, void *arg,
                              struct fault *f);

#endif
