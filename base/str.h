/* A view of bytes that somebody else owns. Never NUL-terminated by promise; UTF-8 was checked at
 * the door. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct str {
    const char *at;
    size_t len;
};

#define STR(literal) ((struct str){ .at = (literal), .len = sizeof(literal) - 1 })
#define STR_FMT "%.*s"
#define STR_ARG(s) (int)(s).len, (s).at != NULL ? (s).at : ""

static inline struct str str_of(const char *z)
{
    return (struct str){ .at = z, .len = z != NULL ? strlen(z) : 0 };
}

static inline bool str_eq(struct str a, struct str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

static inline bool str_is(struct str a, const char *z)
{
    return str_eq(a, str_of(z));
}

/* Byte order, shorter first when one is the other's beginning. */
int str_cmp(struct str a, struct str b);

/* True when every byte sequence is well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms,
 * up to U+10FFFF) and no byte is NUL. */
bool str_utf8(struct str s);

/* Code points of well-formed UTF-8. */
size_t str_utf8_count(struct str s);

#endif
