#include "dispatch/model/access.h"

#define GLASS "break "

/* Digits count on over what people write between those of one number. */
static bool has_long_number(struct str s)
{
    uint32_t digits = 0;
    for (size_t k = 0; k < s.len; k++) {
        char c = s.at[k];
        if (c >= '0' && c <= '9') {
            digits++;
        } else if (c != ' ' && c != '-') {
            digits = 0;
        }
        if (digits > ACCESS_DIGITS_MAX) {
            return true;
        }
    }
    return false;
}

const char *access_reason_wrong(struct str reason)
{
    if (reason.len > ACCESS_REASON_SIZE_MAX) {
        return "a reason has at most 160 bytes";
    }
    for (size_t k = 0; k < reason.len; k++) {
        if ((unsigned char)reason.at[k] < 0x20 || reason.at[k] == 0x7f) {
            return "a reason is one line of text";
        }
    }
    if (!str_utf8(reason)) {
        return "a reason is one line of text";
    }
    return has_long_number(reason) ? "a reason holds no telephone or identity numbers" : NULL;
}

void access_put(struct buf *b, const struct access *a)
{
    buf_text(b, a->glass ? GLASS : "");
    buf_text(b, word_of(&purpose_words, a->purpose));
    buf_text(b, a->reason.len > 0 ? ": " : "");
    buf_str(b, a->reason);
}

bool access_read(struct str text, struct access *out)
{
    size_t skip = sizeof(GLASS) - 1;
    uint32_t purpose;
    out->glass = text.len > skip && memcmp(text.at, GLASS, skip) == 0;
    if (out->glass) {
        text = (struct str){ text.at + skip, text.len - skip };
    }
    const char *colon = text.len > 0 ? memchr(text.at, ':', text.len) : NULL;
    struct str word = { text.at, colon != NULL ? (size_t)(colon - text.at) : text.len };
    out->reason = (struct str){ 0 };
    if (colon != NULL) {
        if (text.len < word.len + 3 || colon[1] != ' ') {
            return false;
        }
        out->reason = (struct str){ colon + 2, text.len - word.len - 2 };
    }
    if (!word_find(&purpose_words, word, &purpose) || purpose == PURPOSE_NONE) {
        return false;
    }
    out->purpose = (uint8_t)purpose;
    return access_reason_wrong(out->reason) == NULL;
}
