#include "dispatch/plan/pattern.h"

static bool letter_or_digit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Length of the level that starts at `from`, 0 when there is none. */
static size_t level_len(struct str s, size_t from, bool stars)
{
    size_t len = 0;

    if (stars && from < s.len && s.at[from] == '*') {
        return 1;
    }
    while (from + len < s.len && letter_or_digit(s.at[from + len])) {
        len++;
    }
    return len <= PATTERN_LEVEL_SIZE ? len : 0;
}

static bool four_levels(struct str s, bool stars)
{
    size_t at = 0;

    for (int level = 1; level <= PATTERN_LEVELS; level++) {
        size_t len = level_len(s, at, stars);

        if (len == 0) {
            return false;
        }
        at += len;
        if (level < PATTERN_LEVELS) {
            if (at >= s.len || s.at[at] != '.') {
                return false;
            }
            at++;
        }
    }
    return at == s.len;
}

bool pattern_code_valid(struct str code)
{
    return four_levels(code, false);
}

bool pattern_valid(struct str pattern)
{
    return four_levels(pattern, true);
}

bool pattern_matches(struct str pattern, struct str code)
{
    size_t p = 0;
    size_t c = 0;

    while (p < pattern.len) {
        if (pattern.at[p] == '*') {
            while (c < code.len && code.at[c] != '.') {
                c++;
            }
            p++;
        } else if (c < code.len && code.at[c] == pattern.at[p]) {
            p++;
            c++;
        } else {
            return false;
        }
    }
    return c == code.len;
}
