/* What the files of pack share; nobody else includes this. */
#ifndef DISPATCH_CODEC_PACK_IN_H
#define DISPATCH_CODEC_PACK_IN_H

#include "dispatch/codec/pack.h"

/* A field as the writer of the bytes knew it. */
struct pack_field {
    enum field_type type;
    const struct field *to;       /* ours of the same name; NULL: it is skipped */
    const struct pack_shape *sub; /* of F_STRUCT, F_LIST, F_ARRAY */
};

struct pack_shape {
    struct str name;
    const struct shape *shape; /* ours of the same name, or NULL */
    uint32_t count;
    struct pack_field *fields;
};

struct pack_map {
    uint32_t count;
    struct pack_shape *shapes;
};

/* A cursor over packed bytes; its first fault sticks. */
struct unpack {
    struct str bytes;
    size_t pos;
    struct arena *arena;
    enum err err;
    struct fault *fault;
};

void pack_varint(struct buf *b, uint64_t v);
void pack_text(struct buf *b, struct str s);

void unpack_fail(struct unpack *u, enum err err, const char *field, const char *what);
uint64_t unpack_varint(struct unpack *u);
struct str unpack_bytes(struct unpack *u, uint64_t len);
struct str unpack_text(struct unpack *u);

#endif
