/* The offline base map: vector tiles in one MBTiles file (an SQLite database), read only.
 * The file is taken as it stands: it is never locked nor written, and it must not be changed while
 * it is open; a new map is a new file. A connection belongs to one thread. A file from elsewhere
 * can be anything, so what a query may do and how large a tile may be are limited. */
#ifndef WS_TILES_H
#define WS_TILES_H

#include "base/buf.h"
#include "base/fault.h"

#include <stdint.h>

#define TILES_HASH_LEN 16                 /* hex digits */
#define TILE_BYTES_MAX (4u * 1024 * 1024) /* a larger tile is damage */
#define TILE_ZOOM_MAX 24

struct tiles;

enum tile_found {
    TILE_FOUND,
    TILE_NONE,  /* nothing is there to draw */
    TILE_BROKEN /* the file cannot be read there */
};

/* First half of the SHA-256 of the file's content, as hex digits: a new file has new addresses. It
 * reads the whole file, which also brings it into the page cache.
 * Fails: ERR_CONFIG with the field basemap. */
MUST_USE enum err tiles_hash(const char *path, char out[TILES_HASH_LEN + 1], struct fault *f);

/* Opens a file whose hash is known. Fails: ERR_CONFIG with the field basemap when it is no MBTiles
 * file of vector tiles; ERR_NO_MEMORY. */
MUST_USE enum err tiles_open(const char *path, const char *hash, struct tiles **out,
                             struct fault *f);
void tiles_free(struct tiles *t); /* takes NULL */

const char *tiles_name(const struct tiles *t); /* its hash */

/* One tile, counted from the north-west as map clients do (MBTiles counts rows from the south).
 * `out` stays valid until tiles_done, which ends each look.   Cost: some microseconds. */
enum tile_found tiles_get(struct tiles *t, unsigned zoom, uint32_t x, uint32_t y, struct str *out);
void tiles_done(struct tiles *t);

/* Appends the description of the map as TileJSON 2.2.0. */
void tiles_describe(const struct tiles *t, struct buf *b);

#endif
