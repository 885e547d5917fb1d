/* The binary form of the model's structs, for snapshots, digests and records between threads.
 * Deterministic: equal structs have equal bytes on every machine.
 *
 * A struct is a bitmap of the fields that are not at their standard value ((count + 7) / 8 bytes,
 * bit n of byte n / 8 = field n of the table), then the values of those fields in table order:
 *
 *   F_BOOL, F_NOT                             nothing: the bit says it
 *   F_UINT, F_WORD, F_WORD_ONE, F_BITS, F_ID  varint (LEB128)
 *   F_INT, F_INSTANT, F_DEG                   varint of zigzag
 *   F_NUMBER                                  two varints
 *   F_STR, F_TEXT                             varint length, bytes
 *   F_HASH                                    32 bytes
 *   F_SEALED                                  varint ref, 32 bytes
 *   F_PERSONAL                                varint length, bytes, salt 16, hash 32
 *   F_STRUCT                                  the struct
 *   F_LIST, F_ARRAY                           varint count, structs
 *   F_STRS                                    varint count, texts
 *   F_POINTS                                  varint count, two varints of zigzag each
 *
 * What outlives a program (snapshots) starts with a shape table: the names and types of all fields.
 * unpack_shape_table maps it to the tables of this program by name: a field added since gets its
 * standard value, one removed is skipped, a changed type is refused. */
#ifndef DISPATCH_CODEC_PACK_H
#define DISPATCH_CODEC_PACK_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "dispatch/model/fields.h"

#define PACK_VERSION 1

/* Appends the struct. Fails: the buffer's sticky error. */
void pack_struct(struct buf *b, const struct shape *s, const void *value);

/* Reads one struct at *pos and moves *pos behind it. Safe on any bytes; every value is checked
 * against type and limits.
 * Owns:  strings point into `bytes`, lists stand in the arena.
 * Fails: ERR_CORRUPT naming the field, ERR_NO_MEMORY. `out` is then not to be used. */
MUST_USE enum err unpack_struct(const struct shape *s, struct str bytes, size_t *pos,
                                struct arena *arena, void *out, struct fault *f);

/* Appends the tables of these shapes and of all shapes inside them. Shape names must differ. */
void pack_shape_table(struct buf *b, const struct shape *const *shapes, size_t count);

/* How an older program's structs become this one's. Lives in the arena it was read into. */
struct pack_map;

/* Reads a shape table at *pos and maps it onto `shapes` and the shapes inside them.
 * Fails: ERR_CORRUPT when the bytes are no table, a field changed its type or inner shape, or the
 * words of a list were changed other than by adding some at the end; ERR_NO_MEMORY. */
MUST_USE enum err unpack_shape_table(const struct shape *const *shapes, size_t count,
                                     struct str bytes, size_t *pos, struct arena *arena,
                                     struct pack_map **out, struct fault *f);

/* unpack_struct for a struct that was written under that table. */
MUST_USE enum err unpack_struct_by(const struct pack_map *map, const struct shape *s,
                                   struct str bytes, size_t *pos, struct arena *arena, void *out,
                                   struct fault *f);

#endif
