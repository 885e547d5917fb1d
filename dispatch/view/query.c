#include "dispatch/view/query.h"

#include "base/units.h"

bool query_get(struct str query, const char *name, struct str *value)
{
    size_t len = strlen(name);
    size_t pos = 0;
    while (pos < query.len) {
        const char *line = query.at + pos;
        const char *end = memchr(line, '\n', query.len - pos);
        size_t size = end != NULL ? (size_t)(end - line) : query.len - pos;
        if (size > len && line[len] == '=' && memcmp(line, name, len) == 0) {
            *value = (struct str){ .at = line + len + 1, .len = size - len - 1 };
            return value->len > 0;
        }
        pos += size + 1;
    }
    return false;
}

static bool number(struct str s, uint64_t max, uint64_t *out)
{
    uint64_t v = 0;
    if (s.len == 0 || s.len > 19) {
        return false;
    }
    for (size_t k = 0; k < s.len; k++) {
        if (s.at[k] < '0' || s.at[k] > '9') {
            return false;
        }
        v = v * 10 + (uint64_t)(s.at[k] - '0');
    }
    *out = v;
    return v <= max;
}

enum err query_u64(struct str query, const char *name, uint64_t max, uint64_t *out, struct fault *f)
{
    struct str s;
    if (query_get(query, name, &s) && !number(s, max, out)) {
        return fault_field(f, ERR_INVALID, name, "expected a whole number of at most %llu",
                           (unsigned long long)max);
    }
    return OK;
}

enum err query_instant(struct str query, const char *name, int64_t *out, struct fault *f)
{
    struct str s;
    if (query_get(query, name, &s) && instant_read(s.at, s.len, out) != 0) {
        return fault_field(f, ERR_INVALID, name, "expected an instant as in RFC 3339");
    }
    return OK;
}

enum err query_id(struct str query, const char *name, struct str world, char letter, uint32_t *out,
                  struct fault *f)
{
    struct str s;
    uint64_t n = 0;
    if (!query_get(query, name, &s)) {
        return OK;
    }
    if (s.len < world.len + 3 || memcmp(s.at, world.at, world.len) != 0 || s.at[world.len] != '-' ||
        s.at[world.len + 1] != letter ||
        !number((struct str){ s.at + world.len + 2, s.len - world.len - 2 }, UINT32_MAX, &n)) {
        return fault_field(f, ERR_INVALID, name, "expected an id of this world with the letter %c",
                           letter);
    }
    *out = (uint32_t)n;
    return OK;
}
