/* How json_in says what is wrong with a field; nobody else includes this. */
#ifndef DISPATCH_CODEC_JSON_FAULT_H
#define DISPATCH_CODEC_JSON_FAULT_H

#include "dispatch/codec/json_in.h"

#include <jansson.h>

/* Where we are: a chain on the stack from the field up to the document. */
struct json_path {
    const struct json_path *up;
    const char *name; /* of a member; NULL: an item */
    uint32_t index;
};

struct json_taker {
    const struct json_in *opt;
    struct fault *fault;
    const struct json_path *path;
    bool secret; /* the value may be what a caller said: a fault names its type only */
    enum err err;
};

/* What a field takes, in words ("a text of at most 40 bytes"). Valid until the next call on this
 * thread. */
const char *json_expected(const struct field *f);

/* Sets the fault: primary = what is wrong, detail = the value, hint = what was expected. `json`
 * NULL shows no value. Returns false, so that takers can return it. */
bool json_fault_expected(struct json_taker *t, enum err err, const char *what, const json_t *json,
                         const char *expected);

/* The same for a member that the shape does not have. */
bool json_fault_unknown(struct json_taker *t, const struct shape *s);

#endif
