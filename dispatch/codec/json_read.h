/* A fast reader of our own canonical JSON: rows of the log, records between threads. No tree is
 * built; a cursor walks the text and its first fault sticks, so that it is looked at once at the
 * end. No space between tokens is accepted, since canonical writers make none. Safe on any bytes: a
 * restored database may be foreign.
 *
 *   json_read_init(&r, text, world, arena, fault);
 *   json_read_object(&r);
 *   while (json_read_key(&r, &key)) {
 *       if (str_is(key, "v")) { v = json_read_u64(&r); } else { json_read_skip(&r); }
 *   }
 *   return json_read_end(&r);
 *
 * Strings without escapes point into the text, others into the arena; lists stand in the arena. */
#ifndef DISPATCH_CODEC_JSON_READ_H
#define DISPATCH_CODEC_JSON_READ_H

#include "base/arena.h"
#include "base/fault.h"
#include "dispatch/model/fields.h"

#define JSON_READ_DEPTH_MAX 32 /* of values that are skipped */

struct json_read {
    struct str text;
    size_t pos;
    struct str world;
    struct arena *arena;
    bool skip_unknown; /* members that the shape does not know are skipped instead of refused */
    uint32_t sealed;   /* sealed values met so far */
    enum err err;      /* the first trouble: ERR_CORRUPT, ERR_NO_MEMORY */
    struct fault *fault;
};

/* Starts at the beginning of `text`. `fault` may be NULL. */
void json_read_init(struct json_read *r, struct str text, struct str world, struct arena *arena,
                    struct fault *fault);

/* Enters an object or array; the next thing to ask for is a key or an item. */
void json_read_object(struct json_read *r);
void json_read_array(struct json_read *r);

/* The next member's name: false behind the last one (the brace is then read) or after trouble. */
bool json_read_key(struct json_read *r, struct str *key);

/* Stands before the next item of an array: false behind the last one or after trouble. */
bool json_read_item(struct json_read *r);

/* Values. After trouble they are empty, zero, false. */
struct str json_read_str(struct json_read *r);
uint64_t json_read_u64(struct json_read *r);
int64_t json_read_i64(struct json_read *r);
bool json_read_bool(struct json_read *r);
void json_read_skip(struct json_read *r);

/* The bytes of the next value as they stand ("by" of a row goes into frames like that). */
struct str json_read_raw(struct json_read *r);

/* A whole object of that shape into `out`. */
void json_read_value(struct json_read *r, const struct shape *s, void *out);

/* The members of the open object that are still to be read, and its closing brace: {"kind":"…" was
 * read before. */
void json_read_members(struct json_read *r, const struct shape *s, void *out);

/* Notes trouble of the caller's finding, unless there was some before. */
void json_read_fail(struct json_read *r, enum err err, const char *field, const char *what);

/* True when no trouble was met yet. */
static inline bool json_read_ok(const struct json_read *r)
{
    return r->err == OK;
}

/* The first trouble, or ERR_CORRUPT when bytes follow. */
MUST_USE enum err json_read_end(struct json_read *r);

/* Reads one object of that shape at *pos and moves *pos behind it.
 * Fails: ERR_CORRUPT naming field and byte, ERR_NO_MEMORY. `out` is then not to be used. */
MUST_USE enum err json_read_struct(const struct shape *s, struct str text, size_t *pos,
                                   struct str world, struct arena *arena, void *out,
                                   struct fault *f);

#endif
