/* JSON from strangers: a document is parsed and checked as a whole (length, UTF-8, depth, number of
 * values, syntax, duplicate keys, trailing bytes, in this order), then structs are taken from it by
 * their field tables. The result is a complete typed struct, or a fault that names the field, what
 * was found there and what was expected; personal values are never repeated in a fault.
 *
 *   err = json_doc_parse(text, &doc, &fault);
 *   if (json_doc_str(doc, "op", &op) && str_is(op, "command")) {
 *       err = json_in_struct(shape, json_doc_member(doc, "data"), world, &arena, &command, &fault);
 *   }
 *   json_doc_free(doc);
 *
 * Faults: ERR_TOO_LARGE for length; ERR_MALFORMED for syntax, depth, a wrong JSON type, an unknown
 * or missing field; ERR_INVALID for a right type with a meaning that is none (bad word, id,
 * instant; too long, out of range). */
#ifndef DISPATCH_CODEC_JSON_IN_H
#define DISPATCH_CODEC_JSON_IN_H

#include "base/arena.h"
#include "base/fault.h"
#include "dispatch/model/fields.h"

/* A parsed value: the document itself or any part of it. Parts live as long as the document. */
struct json_doc;

struct json_limits {
    size_t bytes_max;
    uint32_t depth_max;  /* objects and arrays inside each other */
    uint32_t values_max; /* keys and values, so that memory stays within about 100 bytes each */
};

#define JSON_LIMITS_STANDARD \
    ((struct json_limits){ .bytes_max = 1u << 20, .depth_max = 16, .values_max = 100000 })

/* Parses under the standard limits. Owns: the caller frees *out by json_doc_free. */
MUST_USE enum err json_doc_parse(struct str text, struct json_doc **out, struct fault *f);
MUST_USE enum err json_in_parse(struct str text, struct json_limits limits, struct json_doc **out,
                                struct fault *f);
void json_doc_free(struct json_doc *doc);

bool json_doc_is_object(const struct json_doc *doc);
bool json_doc_is_array(const struct json_doc *doc);

/* Items of an array (0 for anything else), and one of them. */
size_t json_doc_count(const struct json_doc *doc);
const struct json_doc *json_doc_at(const struct json_doc *doc, size_t i);

/* The member of an object, or NULL. */
const struct json_doc *json_doc_member(const struct json_doc *doc, const char *key);

/* Members of a type: false, with *out untouched, when the member is missing or of another type. A
 * string points into the document. A number is whole and not negative. */
bool json_doc_str(const struct json_doc *doc, const char *key, struct str *out);
bool json_doc_u64(const struct json_doc *doc, const char *key, uint64_t *out);
bool json_doc_bool(const struct json_doc *doc, const char *key, bool *out);

/* The value itself as a string or a number in 1e-7 degree. False when it is none. */
bool json_doc_value_u64(const struct json_doc *doc, uint64_t *out);
bool json_doc_value_str(const struct json_doc *doc, struct str *out);
bool json_doc_value_deg(const struct json_doc *doc, int32_t *e7);
bool json_doc_value_number(const struct json_doc *doc, double *out);

/* True when an object has no members but those named; *foreign is the first other one. For
 * envelopes, whose few fields have no table. */
bool json_doc_only(const struct json_doc *doc, const char *const *keys, size_t count,
                   struct str *foreign);

struct json_in {
    struct str world;
    struct arena *arena;
    const char *path; /* stands before every field in faults ("data"); may be NULL */
    void (*random)(void *arg, uint8_t *bytes, size_t size); /* salts; NULL: libsodium's */
    void *random_arg;
};

/* Takes a struct from `doc`. Texts and lists are copied into the arena, so that the document may
 * go; `doc` NULL is a missing object. Personal values get a salt and SHA-256(salt ‖ value); an
 * empty one is none.
 * Fails: see above; ERR_NO_MEMORY when the arena is full. `out` is then not to be used. */
MUST_USE enum err json_in_struct_with(const struct shape *s, const struct json_doc *doc,
                                      const struct json_in *opt, void *out, struct fault *f);

/* The same with libsodium's random numbers and paths from the struct itself. */
MUST_USE enum err json_in_struct(const struct shape *s, const struct json_doc *doc,
                                 struct str world, struct arena *arena, void *out, struct fault *f);

#endif
