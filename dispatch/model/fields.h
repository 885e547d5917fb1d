/* Shapes: what a struct of the model looks like from outside. One table per struct feeds every
 * codec (JSON at the door, canonical rows, snapshots, digests, frames), the API documents and the
 * console's types, so that none can disagree.
 *
 *   static const struct field incident_hold_fields[] = {
 *       FIELD(incident_hold, incident, F_ID, .letter = ID_LETTER_INCIDENT, .need = true),
 *       FIELD(incident_hold, until, F_INSTANT, .need = true),
 *       FIELD(incident_hold, note, F_PERSONAL, .limit = 2000),
 *   };
 *   SHAPE(incident_hold);
 *
 * On the wire a field at its standard value (0, empty, false, none) may be left out; canonical
 * writers always leave it out, so that equal structs have equal bytes. Field order is the table's
 * order. New fields go at the end and are optional; a changed meaning is a new field. */
#ifndef DISPATCH_MODEL_FIELDS_H
#define DISPATCH_MODEL_FIELDS_H

#include "base/hash.h"
#include "base/str.h"
#include "base/units.h"
#include "dispatch/model/ids.h"
#include "dispatch/model/words.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum field_type {
    F_BOOL, /* bool */
    F_NOT,  /* bool held inverted: true on the wire is the standard value and is held as false */
    F_UINT, /* uint8_t, 16, 32 or 64 by size; at most `limit` (0: the type's own); in JSON at most
               2^53-1 */
    F_INT,  /* int32_t or int64_t by size */
    F_STR,  /* struct str; at most `limit` bytes; the bytes live in an arena */
    F_TEXT, /* struct textN inside the model: a length byte, then size-1 bytes */
    F_INSTANT,  /* int64_t µs UTC; RFC 3339 on the wire; 0 is "none" */
    F_DEG,      /* int32_t 1e-7 degree; decimal degrees with at most 7 decimals on the wire */
    F_WORD,     /* an enum held in uint8_t; the word of `words` on the wire; value 0 is the standard
                   value */
    F_WORD_ONE, /* the same, but a value 0 is written too (no standard value) */
    F_BITS,     /* a set held in uint8_t/16/32/64: bit n = word n; array of words on the wire */
    F_ID,       /* uint32_t or uint16_t id struct; "<world>-<letter><n>" on the wire */
    F_NUMBER,   /* struct number; "yyyymmdd-cccccc" on the wire */
    F_HASH,     /* struct sha256; 64 hex digits */
    F_PERSONAL, /* struct personal_in, commands only: the words themselves with salt and hash */
    F_SEALED, /* struct sealed, events and world: reference and hash only; {"ref":N,"sha256":"hex"}
               */
    F_STRUCT, /* a nested struct of shape `sub`; with count_size 1 a bool at `count_offset` tells
                 presence: readers set it when the member is there, writers write the member (even
                 as {}) when it is true */
    F_LIST,   /* struct list of structs of shape `sub`; at most `limit` */
    F_STRS,   /* struct list of struct str; at most `limit`, each at most `limit2` bytes */
    F_POINTS, /* struct list of struct point; flat array [lon,lat,lon,lat,…] on the wire */
    F_ARRAY   /* an array of structs of shape `sub` inside the struct; its uint count stands at
                 `count_offset` */
};

/* Who may see a field in frames, lists and snapshots. Personal values have types of their own
 * (F_PERSONAL, F_SEALED). */
enum privacy {
    OPEN,    /* every audience */
    TACTICAL /* operations, and the units assigned */
};

struct list {
    void *at;
    uint32_t count;
};

/* A protected value as it comes through the door. `salt` is random, `hash` = SHA-256(salt ‖ value).
 */
struct personal_in {
    struct str value;
    uint8_t salt[16];
    struct sha256 hash;
};

/* What the log, the world and digests know of it. ref 0: none. */
struct sealed {
    uint64_t ref;
    struct sha256 hash;
};

struct shape;

struct field {
    const char *name;
    const char *key; /* the name as it stands behind another member: ,"name": */
    enum field_type type;
    enum privacy privacy;
    bool need;  /* a command without it is malformed */
    bool later; /* came into an entity after the first release: at its standard value it is left out
                   of digests, so that those of older records stay what they were */
    char letter; /* F_ID */
    uint8_t key_len;
    uint16_t offset;
    uint16_t size;
    uint32_t limit;
    uint32_t limit2;
    uint16_t count_offset; /* F_ARRAY */
    uint16_t count_size;
    const struct words *words;
    const struct shape *sub;
};

struct shape {
    const char *name;
    const struct field *fields;
    uint16_t count;
    uint32_t size; /* of the struct */
};

#define FIELD_NAMED(wire) \
    .name = (wire), .key = ",\"" wire "\":", .key_len = sizeof(",\"" wire "\":") - 1
#define FIELD(struct_, member, type_, ...)                                                 \
    {                                                                                      \
        FIELD_NAMED(#member), .type = (type_), .offset = offsetof(struct struct_, member), \
                              .size = sizeof(((struct struct_ *)0)->member), __VA_ARGS__   \
    }
#define FIELD_MAYBE(struct_, member, present, shape_, ...)                                        \
    {                                                                                             \
        FIELD_NAMED(#member), .type = F_STRUCT, .offset = offsetof(struct struct_, member),       \
                              .size = sizeof(((struct struct_ *)0)->member), .sub = (shape_),     \
                              .count_offset = offsetof(struct struct_, present), .count_size = 1, \
                              __VA_ARGS__                                                         \
    }
/* The wire's name differs from the member's. */
#define FIELD_AS(struct_, wire, member, type_, ...)                                     \
    {                                                                                   \
        FIELD_NAMED(wire), .type = (type_), .offset = offsetof(struct struct_, member), \
                           .size = sizeof(((struct struct_ *)0)->member), __VA_ARGS__   \
    }
#define FIELD_ARRAY(struct_, member, counter, shape_, ...)                                      \
    {                                                                                           \
        FIELD_NAMED(#member), .type = F_ARRAY, .offset = offsetof(struct struct_, member),      \
                              .size = sizeof(((struct struct_ *)0)->member), .sub = (shape_),   \
                              .count_offset = offsetof(struct struct_, counter),                \
                              .count_size = sizeof(((struct struct_ *)0)->counter), __VA_ARGS__ \
    }
#define SHAPE(struct_)                                                           \
    const struct shape struct_##_shape = { .name = #struct_,                     \
                                           .fields = struct_##_fields,           \
                                           .count = sizeof(struct_##_fields) /   \
                                                    sizeof(struct_##_fields[0]), \
                                           .size = sizeof(struct struct_) }

#define SHAPE_FIELDS_MAX 128 /* fields of one shape */
#define SHAPE_DEPTH_MAX 12   /* shapes inside shapes */
#define SHAPE_NAME_SIZE 64   /* of a shape or field with its NUL */

/* The field of that name, or NULL. */
const struct field *shape_field(const struct shape *s, struct str name);

/* True when the field (or every field of the struct) has its standard value, so that writers leave
 * it out. */
bool field_is_standard(const struct field *f, const void *value);
bool shape_is_standard(const struct shape *s, const void *value);

/* Asserts at boot that the table fits its struct: sizes, limits, words, sub shapes, no name twice.
 */
void shape_check(const struct shape *s);

#endif
