/* A fault says what went wrong with the world outside (a file, a peer, a typed word) in words for
 * people. Three parts, as PostgreSQL's manual asks: primary (what), detail (the foreign message),
 * hint (what to do). `code` is a stable word for programs, `field` names the offending field or
 * option where there is one. Texts are lower case without a full stop. One place, usually two
 * levels up, decides what to do with a fault. */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include "base/must.h"

#include <stddef.h>

enum err {
    OK = 0,
#define ERROR(name, word, http, title) ERR_##name,
#include "base/errors.def"
#undef ERROR
    ERR_COUNT
};

struct fault {
    enum err err;
    char field[64];
    char primary[192];
    char detail[384];
    char hint[192];
};

/* Fills `f` (may be NULL) and returns `err`, so that a function can `return fault_set(...)`. NULL
 * texts are empty. */
enum err fault_set(struct fault *f, enum err err, const char *primary, const char *detail,
                   const char *hint);

/* The same for a named field; `fmt` makes the primary text. */
enum err fault_field(struct fault *f, enum err err, const char *field, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* Stable word of an error ("log_unavailable"), its HTTP status and its title. Never NULL. */
const char *err_word(enum err err);
int err_http(enum err err);
const char *err_title(enum err err);

/* Writes "primary: detail (hint)" on one line into `out`, cut to `size`. Returns `out`. */
const char *fault_line(const struct fault *f, char *out, size_t size);

#endif
