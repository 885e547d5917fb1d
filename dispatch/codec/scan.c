#include "dispatch/codec/scan.h"

#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool scan_u64(struct str s, uint64_t max, uint64_t *v)
{
    uint64_t n = 0;

    if (s.len == 0 || s.len > 20 || (s.len > 1 && s.at[0] == '0')) {
        return false;
    }
    for (size_t i = 0; i < s.len; i++) {
        uint64_t digit = (uint64_t)(s.at[i] - '0');

        if (!is_digit(s.at[i]) || n > UINT64_MAX / 10 || n * 10 > UINT64_MAX - digit) {
            return false;
        }
        n = n * 10 + digit;
    }
    *v = n;
    return n <= max;
}

enum scan_id scan_id(struct str s, struct str world, char letter, uint32_t max, uint32_t *n)
{
    size_t at = s.len;
    uint64_t v;

    while (at > 0 && is_digit(s.at[at - 1])) {
        at--;
    }
    if (at == 0 || s.at[at - 1] != letter ||
        !scan_u64((struct str){ .at = s.at + at, .len = s.len - at }, max, &v) || v == 0) {
        return SCAN_ID_BAD;
    }
    *n = (uint32_t)v;
    at--; /* what stands before the letter: nothing, or a world and a dash */
    if (world.len == 0 && at == 0) {
        return SCAN_ID_OK;
    }
    if (at < 2 || s.at[at - 1] != '-') {
        return SCAN_ID_BAD;
    }
    return str_eq((struct str){ .at = s.at, .len = at - 1 }, world) ? SCAN_ID_OK : SCAN_ID_FOREIGN;
}

static bool scan_digits(const char *at, size_t len, uint32_t *v)
{
    *v = 0;
    for (size_t i = 0; i < len; i++) {
        if (!is_digit(at[i])) {
            return false;
        }
        *v = *v * 10 + (uint32_t)(at[i] - '0');
    }
    return true;
}

bool scan_number(struct str s, struct number *n)
{
    struct number v;

    if (s.len < 15 || s.len > 18 || s.at[8] != '-' || (s.len > 15 && s.at[9] == '0')) {
        return false;
    }
    if (!scan_digits(s.at, 8, &v.date) || !scan_digits(s.at + 9, s.len - 9, &v.count)) {
        return false;
    }
    uint32_t month = v.date / 100 % 100;
    uint32_t day = v.date % 100;

    if (v.count == 0 || month < 1 || month > 12 || day < 1 || day > 31) {
        return false;
    }
    *n = v;
    return true;
}

static int hex_digit(char c)
{
    if (is_digit(c)) {
        return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool scan_hex(struct str s, uint8_t *out, size_t size)
{
    if (s.len != 2 * size) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        int high = hex_digit(s.at[2 * i]);
        int low = hex_digit(s.at[2 * i + 1]);

        if (high < 0 || low < 0) {
            return false;
        }
        out[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

/* The decimals after the point at `at`, as seven digits rounded by the eighth. */
static bool scan_decimals(const char *at, size_t len, int64_t *e7)
{
    int64_t v = 0;

    for (size_t i = 0; i < len; i++) {
        if (!is_digit(at[i])) {
            return false;
        }
        if (i < 7) {
            v = v * 10 + (at[i] - '0');
        }
    }
    for (size_t i = len; i < 7; i++) {
        v *= 10;
    }
    *e7 = v + (len > 7 && at[7] >= '5' ? 1 : 0);
    return len > 0;
}

bool scan_deg(struct str s, int32_t max_e7, int32_t *e7)
{
    bool minus = s.len > 0 && s.at[0] == '-';
    size_t at = minus ? 1 : 0;
    size_t end = at;
    uint32_t whole;
    int64_t v = 0;

    while (end < s.len && is_digit(s.at[end])) {
        end++;
    }
    if (end == at || end - at > 3 || (end - at > 1 && s.at[at] == '0') ||
        !scan_digits(s.at + at, end - at, &whole)) {
        return false;
    }
    if (end < s.len && (s.at[end] != '.' || !scan_decimals(s.at + end + 1, s.len - end - 1, &v))) {
        return false;
    }
    v += (int64_t)whole * 10000000;
    if (v > max_e7) {
        return false;
    }
    *e7 = (int32_t)(minus ? -v : v);
    return true;
}

bool scan_printable(struct str s, bool lines)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.at[i];
        unsigned char next = i + 1 < s.len ? (unsigned char)s.at[i + 1] : 0;

        if (c == 0x7f || (c < 0x20 && !(lines && (c == '\n' || c == '\t')))) {
            return false;
        }
        if (c == 0xc2 && next < 0xa0) {
            return false; /* U+0080..U+009F */
        }
    }
    return true;
}

struct str scan_word(struct str *rest)
{
    const char *space = rest->len > 0 ? memchr(rest->at, ' ', rest->len) : NULL;
    struct str word = { rest->at, space != NULL ? (size_t)(space - rest->at) : rest->len };
    size_t used = word.len + (space != NULL ? 1 : 0);
    *rest = (struct str){ rest->at + used, rest->len - used };
    return word;
}
