/* Snapshot files: an image of the world at a row, so that a server need not replay everything. One
 * counts only if it verifies and its (seq, hash) is in the log. An image is written in the
 * versioned field-table codec, a shape table first, so that the next version reads it too; derived
 * members are rebuilt on reading. A file is an image and its SHA-256. */
#ifndef SERVER_SNAPSHOT_H
#define SERVER_SNAPSHOT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "base/must.h"
#include "dispatch/core/world.h"
#include "dispatch/view/side.h"

#define SNAPSHOT_VERSION 1
#define SNAPSHOTS_KEPT 3
#define SNAPSHOT_PATH_SIZE 768

/* Appends the image of a world between two rows; `side` may be NULL. Fails: the buffer's sticky
 * error. */
void snapshot_write(struct buf *b, const struct world *w, const struct side *side);

/* Puts an image into an empty world (and an empty side table; NULL: what belongs there is skipped).
 * The world's texts are its own afterwards; `arena` is scratch. Fails: ERR_CORRUPT, ERR_FULL when
 * the world's limits are smaller than what it holds, ERR_NO_MEMORY. The world is then not to be
 * used. */
MUST_USE enum err snapshot_read(struct str image, struct world *w, struct side *side,
                                struct arena *arena, struct fault *f);

/* The seq and hash an image stands at. Fails: ERR_CORRUPT. */
MUST_USE enum err snapshot_stand(struct str image, uint64_t *seq, struct sha256 *hash,
                                 struct fault *f);

/* Puts an image into `dir` as "<world>-<seq, 20 digits>.snapshot": written aside, made durable,
 * renamed; of its world's the last SNAPSHOTS_KEPT stay. Blocking. Fails: ERR_IO. */
MUST_USE enum err snapshot_save(const char *dir, struct str world, uint64_t seq, struct str image,
                                struct fault *f);

/* The n-th newest file of the world (0 the newest). False: no such one. */
bool snapshot_find(const char *dir, struct str world, unsigned n, char path[SNAPSHOT_PATH_SIZE]);

/* The image in a file, appended. Fails: ERR_IO; ERR_CORRUPT when its SHA-256 does not fit. */
MUST_USE enum err snapshot_bytes(const char *path, struct buf *out, struct fault *f);

/* A file into an empty world: snapshot_bytes and snapshot_read. */
MUST_USE enum err snapshot_load(const char *path, struct world *w, struct side *side,
                                struct arena *arena, struct fault *f);

#endif
